"""What a mix costs the district before a run is made, and what runs say it costs.

Known before a run is what the district sets itself: a number of things at their unit cost, capital paid into a fund, a pool that
is raised. What firms, banks and people take up is not: it is named, and measured by runs on request, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from yidu.experiments.scenarios.scenario import Scenario, plan_years
from yidu.sim.ledger import LINES
from yidu.sim.levers import EXTENSIVE, LEVERS, Cost, Depends, Known, Paid

if TYPE_CHECKING:
    from yidu.experiments.judging.answer import Grade
    from yidu.sim.levers import LeverPaths
    from yidu.sim.region import Region


def _one_or_two_years_later(level: Callable[[int], float], year: int) -> float:
    """An anchor that is signed lands in the second to the third year, as likely in the one as in the other (`land_attracted`)."""
    return 0.5 * (level(year - 1) + level(year - 2))


PAID: Mapping[Paid, Callable[[Callable[[int], float], int], float]] = {
    "at once": lambda level, year: level(year),
    "raised": lambda level, year: max(0.0, level(year) - level(year - 1)),
    "landed": _one_or_two_years_later,
}
"""Units paid for in a year, from the level of the lever by year."""

KNOWN: Mapping[str, Cost] = {id: bar.cost for id, bar in LEVERS.items() if bar.cost is not None}
"""Levers of which a cost is known before a run."""

DEPENDS: Mapping[str, Depends] = {id: bar.depends for id, bar in LEVERS.items() if bar.depends is not None}
"""Levers of which a cost, or a further cost, follows from what others do: apply, default, land."""


class YearCost(NamedTuple):
    """What a lever is known to cost the district in a year, before any run [万元]."""

    lever: str
    year: int
    amount: float
    known: Known
    heading: str
    capital: bool
    grade: Grade


class Recorded(NamedTuple):
    """The district's money for science and technology on record [万元]."""

    total: float
    first_year: int
    last_year: int

    @property
    def yearly(self) -> float:
        """Mean of a year."""
        return self.total / (self.last_year - self.first_year + 1)


def recorded_money(region: Region) -> Recorded | None:
    """The 财政科技支出 on record, None where the pack has none."""
    for fact in region.facts:
        if fact.indicator == "public_money" and fact.statistic == "sum":
            return Recorded(fact.value_in("万元"), fact.first_year, fact.last_year)
    return None


def known_costs(region: Region, paths: LeverPaths) -> tuple[YearCost, ...]:
    """What is known before a run of the district's cost of lever paths, by lever and year of the plan. Where a value goes by a
    run's own level of 2016-2020, the runs spend about that much.
    """
    lines = {line.id: line for line in LINES}
    rows = []
    for id, cost in KNOWN.items():
        times = region.settings.districts if id in EXTENSIVE else 1
        level = lambda year, id=id, free=cost.above: max(0.0, paths.get(id, year) - free)  # noqa: E731
        for year in plan_years(region):
            amount = times * cost.amount * PAID[cost.paid](level, year)
            line = lines[cost.line]
            known = "about" if cost.known == "fixed" and id in region.lever_uncertainty and paths.own_part(id, year) > 0.0 else cost.known
            rows.append(YearCost(id, year, round(amount, 4), known, line.heading, line.capital, cost.grade))
    return tuple(rows)


def yearly_costs(costs: tuple[YearCost, ...]) -> dict[int, float]:
    """Known costs by year [万元]."""
    years = sorted({row.year for row in costs})
    return {year: round(sum(row.amount for row in costs if row.year == year), 4) for year in years}


def over_budget(money: Mapping[int, float], recorded: Recorded | None) -> tuple[int, ...]:
    """Years whose district money [万元] is above the yearly money on record; none where no record is."""
    return () if recorded is None else tuple(year for year, amount in sorted(money.items()) if amount > recorded.yearly)


def depends(region: Region, scenario: Scenario) -> tuple[str, ...]:
    """Levers in use whose cost, or part of it, follows from what others do."""
    used = {id for id in DEPENDS for year in plan_years(region) if scenario.levers.get(id, year) > 0.0}
    return tuple(id for id in LEVERS if id in used)
