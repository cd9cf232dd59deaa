"""A policy mix in the making: a scenario of the pack with levers, assumptions and triggers set otherwise.

It says what a scenario file says (`sheet`), is checked as one (`scenario`), and fits into a link (`yidu.viz.app.address`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from yidu.experiments.scenarios.scenario import Scenario, asks, first_year, load, of_sheet
from yidu.sim.levers import LEVERS

if TYPE_CHECKING:
    from yidu.sim.region import Region
    from yidu.sim.triggers import Trigger

Steps = tuple[tuple[int, float], ...]
"""A path as steps: each value held until the next year given."""

Rule = tuple[str, int, tuple[tuple[str, float], ...]]
"""A trigger: its condition as a file writes it, its year, and what it sets; one that sets nothing drops the inherited one."""


@dataclass(frozen=True)
class Mix:
    """What differs from a scenario of the pack.

    Attributes:
        base: name of the scenario that it extends.
        title: what the planner calls it, in either language; empty where it is the base's own.
        levers, assumptions: by id, in the order in which they were set.
        rules: triggers beside those of the base.
    """

    base: str = "status_quo"
    title: str = ""
    levers: tuple[tuple[str, Steps], ...] = ()
    assumptions: tuple[tuple[str, Steps], ...] = ()
    rules: tuple[Rule, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether it is the base as it stands."""
        return not (self.levers or self.assumptions or self.rules)

    @property
    def name(self) -> str:
        """Name of its scenario: the base's own, or that of something made from it."""
        return self.base if self.plain else f"{self.base}+"

    def lever(self, id: str, steps: Steps | None) -> Mix:
        """With a lever set, or as the base has it where there are no steps."""
        return replace(self, levers=_with(self.levers, id, steps))

    def assume(self, field: str, steps: Steps | None) -> Mix:
        """With an assumption set, or as the base has it where there are no steps."""
        return replace(self, assumptions=_with(self.assumptions, field, steps))

    def sheet(self) -> dict[str, Any]:
        """What its scenario file says."""
        sheet: dict[str, Any] = {"title_zh": self.title, "title_en": self.title} if self.title else {}
        sheet["extends"] = self.base
        for key, rows in (("levers", self.levers), ("environment", self.assumptions)):
            if rows:
                sheet[key] = {id: {str(year): value for year, value in steps} for id, steps in rows}
        if self.rules:
            sheet["triggers"] = [
                {"when": when, "year": year, **({"then": dict(then)} if then else {"drop": True})} for when, year, then in self.rules
            ]
        return sheet

    def scenario(self, region: Region) -> Scenario:
        """The scenario, checked.

        Raises:
            InputError: a lever, an assumption or a value that the region does not have.
        """
        if self.plain:
            base = load(region, self.base)
            return replace(base, title_zh=self.title, title_en=self.title) if self.title else base
        made = of_sheet(region, self.sheet(), self.name)
        if self.title:
            return made
        base = load(region, self.base)
        return replace(made, title_zh=f"{base.title_zh}（已调整）", title_en=f"{base.title_en} (changed)")


def mix_of(region: Region, scenario: Scenario) -> Mix:
    """The mix that gives a scenario again: what it sets otherwise than the nearest scenario of the pack that it extends."""
    # A file of one's own may be called as one of the pack, and a mix cannot take an assumption of its base back.
    above = [load(region, name) for name in scenario.chain if name in region.scenario_names]
    base = next((one for one in above if set(one.environment) <= set(scenario.environment)), None) or load(region, "status_quo")
    first = first_year(region)
    own, inherited = ({id: _from(first, mix.levers.path(id)) for id in LEVERS} for mix in (scenario, base))
    levers = {id: steps_of(path) for id, path in own.items() if path != inherited[id]}
    assumptions = {
        field: tuple(sorted(steps.items())) for field, steps in scenario.environment.items() if base.environment.get(field) != steps
    }
    title = "" if (scenario.title_zh, scenario.title_en) == (base.title_zh, base.title_en) else scenario.title_zh
    return Mix(base.name, title, tuple(levers.items()), tuple(assumptions.items()), tuple(_rules(base.triggers, scenario.triggers)))


def steps_of(path: Mapping[int, float]) -> Steps:
    """A path by year as steps: a year where nothing changes is left out."""
    years = sorted(path)
    return tuple((year, float(path[year])) for k, year in enumerate(years) if k == 0 or path[year] != path[years[k - 1]])


def _with(rows: tuple[tuple[str, Steps], ...], id: str, steps: Steps | None) -> tuple[tuple[str, Steps], ...]:
    kept = tuple(row for row in rows if row[0] != id)
    return kept if steps is None else (*kept, (id, steps))


def _from(first: int, path: Mapping[int, float]) -> dict[int, float]:
    return {year: value for year, value in path.items() if year >= first}


def _rules(inherited: tuple[Trigger, ...], own: tuple[Trigger, ...]) -> Iterable[Rule]:
    known = {(asks(one), one.year): dict(one.then) for one in inherited}
    for one in own:
        if known.pop((asks(one), one.year), None) != dict(one.then):
            yield asks(one), one.year, tuple(one.then.items())
    for when, year in known:
        yield when, year, ()
