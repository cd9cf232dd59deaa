"""Which single lever would move each target most: every lever raised alone, half the way to the top of its range, on the same runs.

One lever at a time, from the first year of the plan on, on the runs of the mix itself (`yidu.experiments.ensembles.paired`); mixes of
levers are for
`yidu plan`. A lever helps a target where its probability or its level moves the right way beyond chance
(`yidu.experiments.ensembles.differences`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from yidu.experiments.ensembles.differences import ChanceChange, Difference, chance_change, difference
from yidu.experiments.ensembles.paired import Mixed, money, study
from yidu.experiments.judging.answer import Answer, Grade, Rests, Share
from yidu.experiments.judging.evidence import levers_known
from yidu.experiments.judging.goals import reached
from yidu.experiments.judging.runs import column, probability_of, sensible
from yidu.experiments.judging.unknown import beyond_experience
from yidu.experiments.scenarios.scenario import plan_years
from yidu.experiments.stress.replacements import HALF, raised
from yidu.sim.levers import LEVERS, Decider

if TYPE_CHECKING:
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.draws import Draws
    from yidu.sim.region import Region, Target

RUNS = 100
"""Runs of each mix: a lever that moves a probability by five points is then beyond chance."""


class RaisedLever(Answer):
    """A lever that was raised alone."""

    lever: str
    decided_by: Decider = Field(description="district 区定, shared 共担, city 市定, won 争取")
    unit: str
    value_before: float = Field(description="in the last year of the plan")
    value: float = Field(description="in the last year of the plan, raised")
    cost: Difference = Field(description="further district money over the plan [万元]")
    extrapolation: bool = Field(description="raised far beyond its highest level on record")
    grade: Grade
    silent: bool = Field(description="the record says nothing of its effect")
    through: tuple[str, ...] = Field(description="parameters through which it acts")


class LeverEffect(Answer):
    """What a lever raised alone does to a target that it can reach."""

    indicator: str
    year: int
    lever: str
    probability: float | None = Share
    mc_error: float | None = Share
    change: ChanceChange | None = Field(description="of the probability, on the same runs; null where no run has a value")
    difference: Difference | None = Field(description="of the level, in the unit of the indicator")
    helps: bool = Field(description="probability or level moves the right way beyond chance, and neither the other way")


class Measures(Answer):
    """Every lever raised alone, against the mix itself."""

    scenario: str
    environment: str
    runs: int = Field(ge=1, description="runs of each mix, the first of the seed")
    seed: int = Field(ge=0)
    part: float = Field(gt=0.0, le=1.0, description="of the way from a lever's level to the top of its range")
    levers: tuple[RaisedLever, ...]
    effects: tuple[LeverEffect, ...] = Field(description="by target, then by lever; only of levers that can reach the target")
    rests: Rests

    def lever(self, id: str) -> RaisedLever:
        """What is known of one of its levers."""
        return next(row for row in self.levers if row.lever == id)

    def of(self, indicator: str, year: int) -> tuple[LeverEffect, ...]:
        """Effects on a target, those that help first, by what they add to its probability, then by what they move for their error."""
        rows = [row for row in self.effects if (row.indicator, row.year) == (indicator, year)]
        return tuple(sorted(rows, key=lambda row: (not row.helps, -_gain(row), -_weight(row))))


def _gain(row: LeverEffect) -> float:
    return 0.0 if row.change is None else row.change.change


def _weight(row: LeverEffect) -> float:
    return 0.0 if row.difference is None else abs(row.difference.mean) / max(row.difference.mc_error, 1e-12)


def raisable(region: Region, scenario: Scenario) -> tuple[str, ...]:
    """Levers that can reach a target of the region and are not at the top of their range in every year."""
    wanted = {target.indicator for target in region.targets}
    years = plan_years(region)
    return tuple(
        id
        for id, bar in LEVERS.items()
        if not wanted.isdisjoint(bar.reaches) and any(scenario.levers.get(id, year) < bar.high for year in years)
    )


def work(region: Region, scenario: Scenario, runs: int) -> int:
    """Runs that `measures` will report as done."""
    return runs * (2 + len(raisable(region, scenario))) if region.targets else 0


def measures(
    region: Region,
    scenario: Scenario,
    *,
    environment: str = "baseline",
    runs: int = RUNS,
    seed: int = 1,
    draws: Draws | None = None,
    progress: Callable[[int], object] | None = None,
) -> Measures | None:
    """Every lever raised alone; None where the region has no target or nothing is left to raise."""
    levers = raisable(region, scenario)
    if not region.targets or not levers:
        return None
    on = study(region, environment=environment, runs=runs, seed=seed, draws=draws, progress=progress)
    base = on.run(scenario, progress=progress)
    first = plan_years(region)[0]
    known = levers_known(region)
    spent = money(base.plain, region)
    tried, effects = [], []
    for id in levers:
        mix = raised(scenario, id, HALF, first)
        mixed = on.run(mix, progress=progress)
        cost = difference(spent, money(mixed.plain, region))
        assert cost is not None  # money is never NaN
        tried.append(
            RaisedLever(
                lever=id,
                decided_by=known[id].decider,
                unit=LEVERS[id].unit,
                value_before=sensible(scenario.levers.get(id, plan_years(region)[-1])),
                value=sensible(mix.levers.get(id, plan_years(region)[-1])),
                cost=cost,
                extrapolation=any(row.lever == id for row in beyond_experience(region, mix)),
                grade=known[id].grade,
                silent=known[id].silent,
                through=tuple(row.parameter for row in known[id].through),
            )
        )
        reach = [target for target in region.targets if target.indicator in LEVERS[id].reaches]
        effects += [_effect(target, id, base, mixed) for target in reach]
    return Measures(
        scenario=scenario.name, environment=environment, runs=runs, seed=on.seed, part=HALF, levers=tuple(tried),
        effects=_in_order(region.targets, effects), rests=rests_of(tried, effects),
    )  # fmt: skip


def _in_order(targets: Sequence[Target], effects: Sequence[LeverEffect]) -> tuple[LeverEffect, ...]:
    return tuple(row for target in targets for row in effects if (row.indicator, row.year) == (target.indicator, target.year))


def rests_of(levers: Sequence[RaisedLever], effects: Sequence[LeverEffect]) -> Rests:
    """What the measures named rest on: the parameters through which the levers that help a target act."""
    helping = {row.lever for row in effects if row.helps}
    named = [row for row in levers if row.lever in helping] or list(levers)
    return Rests(grade=max(row.grade for row in named), on=tuple(dict.fromkeys(name for row in named for name in row.through)))


def _effect(target: Target, lever: str, base: Mixed, mixed: Mixed) -> LeverEffect:
    before, after = (column(one.judged, target.indicator, target.year) for one in (base, mixed))
    first, second = (reached(one.judged, target) for one in (base, mixed))
    moved = difference(before, after)
    change = chance_change(first, second, touched=not np.array_equal(before, after, equal_nan=True))
    probability, error = probability_of(second[~np.isnan(second)] == 1.0) or (None, None)
    up = 1.0 if target.sense == ">=" else -1.0
    ways = [up * moved.mean] if moved is not None and moved.beyond_chance else []
    ways += [change.change] if change is not None and change.beyond_chance else []
    return LeverEffect(
        indicator=target.indicator, year=target.year, lever=lever, probability=probability, mc_error=error, change=change,
        difference=moved, helps=bool(ways) and min(ways) > 0.0,
    )  # fmt: skip
