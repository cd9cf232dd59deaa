"""Who does what in a region: `owners.toml` of a pack, where it has one. It informs nobody's luck and no fit; it sorts a task list.

[[departments]]
id = "science"
title_zh = "区科技局"
title_en = "District Science and Technology Bureau"
basis = "judgement"             # the sentence it rests on, or "judgement"

[[tasks]]
task = "register"               # an id of `yidu.experiments.decompose.tasks`
lead = "science"
support = ["industry"]
basis = "judgement"

[places]                        # who manages the firms of a park or street
jianqiao_a = "jianqiao"
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from yidu.sim.errors import InputError, did_you_mean
from yidu.sim.pack import Checked, Id, Text
from yidu.sim.reading import read_toml, validated

if TYPE_CHECKING:
    from yidu.sim.region import Region

FILE = "owners.toml"

JUDGEMENT = "judgement"
"""What `basis` says, or begins with, where no text was found."""


class Department(Checked):
    """A department, bureau or park management."""

    id: Id
    title_zh: Text
    title_en: Text
    basis: Text = JUDGEMENT

    @property
    def judged(self) -> bool:
        """Whether no text says so."""
        return self.basis.startswith(JUDGEMENT)


class Duty(Checked):
    """Who leads a task, and who supports it."""

    task: Id
    lead: Id
    support: tuple[Id, ...] = ()
    basis: Text = JUDGEMENT

    @property
    def judged(self) -> bool:
        """Whether no text says so."""
        return self.basis.startswith(JUDGEMENT)


class Owners(Checked):
    """owners.toml."""

    departments: tuple[Department, ...]
    tasks: tuple[Duty, ...]
    places: dict[str, Id] = {}

    def department(self, id: str) -> Department:
        """A department by its id."""
        return next(one for one in self.departments if one.id == id)

    def duty(self, task: str) -> Duty | None:
        """Who does a task, None where nobody is named."""
        return next((duty for duty in self.tasks if duty.task == task), None)

    def leads(self, department: str) -> tuple[str, ...]:
        """Tasks that a department leads, in file order."""
        return tuple(duty.task for duty in self.tasks if duty.lead == department)

    def supports(self, department: str) -> tuple[str, ...]:
        """Tasks that a department supports, in file order."""
        return tuple(duty.task for duty in self.tasks if department in duty.support)

    def manages(self, department: str) -> tuple[str, ...]:
        """Places that a department manages, in file order."""
        return tuple(place for place, manager in self.places.items() if manager == department)

    @property
    def judged(self) -> bool:
        """Whether any of it rests on judgement."""
        return any(one.judged for one in self.departments) or any(duty.judged for duty in self.tasks)


def owners_of(region: Region, tasks: Collection[str]) -> Owners | None:
    """The owner map of a region's pack, checked against the tasks there are; None where it has no such file.

    Raises:
        InputError: names the file, what is wrong and the fix.
    """
    if FILE not in region.files.contents:
        return None
    source = region.files.source(FILE)
    file = source.file
    owners = validated(Owners, read_toml(source), file=file)
    ids = [one.id for one in owners.departments]
    _once("department", ids, file)
    _once("task", [duty.task for duty in owners.tasks], file)
    for duty in owners.tasks:
        if duty.task not in tasks:
            raise InputError(f"no task is called '{duty.task}'", file=file, value=duty.task, fix=did_you_mean(duty.task, tasks))
        for who in (duty.lead, *duty.support):
            _known(who, ids, file)
        if duty.lead in duty.support or len(set(duty.support)) < len(duty.support):
            raise InputError(f"the task '{duty.task}' names a department twice", file=file, value=duty.lead)
    places = [place.id for place in region.settings.places]
    for place, manager in owners.places.items():
        if place not in places:
            raise InputError(f"the region has no place '{place}'", file=file, value=place, fix=did_you_mean(place, places))
        _known(manager, ids, file)
    return owners


def _once(what: str, ids: list[str], file: str) -> None:
    for k, id in enumerate(ids):
        if id in ids[:k]:
            raise InputError(f"the {what} '{id}' is there twice", file=file, value=id)


def _known(department: str, ids: list[str], file: str) -> None:
    if department not in ids:
        raise InputError(f"no department is called '{department}'", file=file, value=department, fix=did_you_mean(department, ids))
