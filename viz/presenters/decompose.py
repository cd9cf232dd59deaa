"""The task list in words: titles of tasks, departments and parts, the sentence that ends it, and its grounds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from yidu.experiments.decompose.arriving import FEWEST
from yidu.experiments.decompose.tasks import ELSEWHERE, TASKS
from yidu.experiments.judging.notice import Notice
from yidu.viz.presenters.concluding import rests
from yidu.viz.words import Words
from yidu.viz.words.format import number
from yidu.viz.words.titles import notice

if TYPE_CHECKING:
    from yidu.experiments.decompose.answer import DecomposeAnswer, TaskYear
    from yidu.experiments.decompose.compute import Decomposition
    from yidu.experiments.judging.answer import Rests
    from yidu.sim.region import Region


THING = "家"
"""A unit of what is counted one by one."""

MOST_GOALS = 2
"""Targets that the conclusion speaks of, in the order in which a firm meets their tasks."""


class Lists:
    """An answer's task list, looked up by task, year and part."""

    def __init__(self, answer: DecomposeAnswer) -> None:
        self.years = sorted({row.year for row in answer.tasks})
        self.rows: dict[str, dict[int, TaskYear]] = {}
        for row in answer.tasks:
            self.rows.setdefault(row.task, {})[row.year] = row
        self._parts: dict[tuple[str, str, str, int], int] = {(row.by, row.part, row.task, row.year): row.whole for row in answer.parts}
        self._named: set[tuple[str, str]] = {(row.by, row.task) for row in answer.parts if row.part != ELSEWHERE}
        self.active = [task for task in self.rows if self.total(task) > 0]

    def whole(self, task: str) -> list[int]:
        """Whole things of a task by year."""
        return [self.rows[task][year].whole for year in self.years]

    def total(self, task: str) -> int:
        """Whole things of a task over the plan."""
        return sum(self.whole(task))

    def part(self, by: str, parts: Iterable[str], task: str) -> list[int]:
        """Whole things of a task by year in some parts."""
        return [sum(self._parts.get((by, part, task, year), 0) for part in parts) for year in self.years]

    def divided(self, by: str, task: str) -> bool:
        """Whether a task is done anywhere but elsewhere."""
        return (by, task) in self._named


def task_title(words: Words, task: str) -> str:
    """What a task is called."""
    return words(f"decompose.task.{task}")


def part_title(words: Words, region: Region, by: str, part: str) -> str:
    """What a sector or place is called."""
    settings = region.settings
    known: dict[str, object] = {one.id: one for one in settings.sectors} if by == "sector" else {one.id: one for one in settings.places}
    return words.titled(known[part]) if part in known else words(f"decompose.{ELSEWHERE}")


def parts_of(region: Region, by: str) -> list[str]:
    """Every sector or place in the order of the pack, and elsewhere."""
    settings = region.settings
    known = [one.id for one in settings.sectors] if by == "sector" else [one.id for one in settings.places]
    return [*known, ELSEWHERE]


def department_title(words: Words, answer: DecomposeAnswer, department: str | None) -> str:
    """What a department is called."""
    found = next((one for one in answer.departments if one.department == department), None)
    return words("decompose.nobody") if found is None else words.titled(found)


def basis_text(words: Words, answer: DecomposeAnswer) -> str:
    """Which runs the list is read from."""
    basis = "one" if answer.basis == "joint" and len(answer.targets) == 1 else answer.basis
    arriving = answer.joint_arriving
    values = {"count": len(answer.targets), "arriving": f"{arriving or 0:,}", "runs": f"{answer.runs:,}"}
    return words(f"decompose.basis_{'no_run' if basis == 'per_target' and not arriving else basis}", **values)


def told(words: Words, region: Region, found: Decomposition) -> DecomposeAnswer:
    """The answer with its conclusion and warnings in a language."""
    warnings = tuple(notice(words, region, _none_as_none(one)) for one in found.notices)
    return found.answer.model_copy(update={"conclusion": conclusion(words, region, found.answer), "warnings": warnings})


def _none_as_none(said: Notice) -> Notice:
    """A notice that few runs reach all targets, where in truth none does."""
    return Notice("none_reach_all", said.values) if said.code == "few_reach_all" and not said.values["runs"] else said


def conclusion(words: Words, region: Region, answer: DecomposeAnswer) -> str:
    """What must be done a year for the first targets, who leads most, where most is done, and the heaviest year of renewal."""
    lists = Lists(answer)
    parts = _goals(words, answer, lists)
    if answer.departments and lists.active:
        most = max(answer.departments, key=lambda one: len(set(one.leads) & set(lists.active)))
        count = len(set(most.leads) & set(lists.active))
        parts.append(words("decompose.conclusion_lead", department=words.titled(most), count=count, of=len(lists.active)))
    if answer.by in ("park", "sector") and "register" in lists.active:
        parts.append(_where_most(words, region, lists, "place" if answer.by == "park" else "sector"))
    if lists.total("renewal_due"):
        heaviest = max(lists.years, key=lambda year: lists.rows["renewal_due"][year].whole)
        parts.append(words("decompose.conclusion_heavy", year=heaviest, count=f"{lists.rows['renewal_due'][heaviest].whole:,}"))
    return words("decompose.join").join(parts or [words("decompose.conclusion_none")]) + words("decompose.stop")


def _goals(words: Words, answer: DecomposeAnswer, lists: Lists) -> list[str]:
    targets = {target.indicator: target for target in answer.targets}
    keys = [task for task in TASKS if task.key and task.id in lists.active and (not targets or task.serves in targets)]
    said = []
    for task in keys[:MOST_GOALS]:
        whole = lists.whole(task.id)
        yearly, low, high = (f"{value:,}" for value in (round(sum(whole) / len(whole)), min(whole), max(whole)))
        read_on = lists.rows[task.id][lists.years[0]].arriving
        rough = words("decompose.conclusion_few", runs=read_on) if read_on < FEWEST else ""
        work = {"task": task_title(words, task.id), "yearly": yearly, "low": low, "high": high, "work_unit": words.unit(task.unit)}
        work["rough"] = rough
        target = targets.get(task.serves)
        if target is None:
            said.append(words("decompose.conclusion_no_goal", **work))
        else:
            aim = {"aim": words(f"decompose.aim.{target.sense}"), "target": number(target.target), "unit": words.unit(target.unit)}
            said.append(words("decompose.conclusion_goal", year=target.year, indicator=words.indicator(target.indicator), **aim, **work))
    return said


def _where_most(words: Words, region: Region, lists: Lists, by: str) -> str:
    named = [part for part in parts_of(region, by) if part != ELSEWHERE]
    most = max(named, key=lambda part: sum(lists.part(by, [part], "register")))
    return words(
        "decompose.conclusion_park", task=task_title(words, "register"), part=part_title(words, region, by, most),
        count=f"{sum(lists.part(by, [most], 'register')):,}", unit=words.unit(THING),
    )  # fmt: skip


def grounds(words: Words, on: Rests) -> str:
    """The line of evidence under the conclusion."""
    return rests(words, on.grade, [words.or_else(f"decompose.{name}", words.parameter(name)) for name in on.on])


def titled_task(words: Words, row: TaskYear) -> str:
    """A task with its unit."""
    return words("decompose.task_unit", task=task_title(words, row.task), unit=words.unit(row.unit))
