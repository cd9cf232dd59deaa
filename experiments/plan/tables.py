"""The tables of `yidu plan`: what was searched, what fresh runs show of each mix, and the mix that is shown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from yidu.experiments.check.affordable import recorded_money
from yidu.experiments.ensembles.paired import money as district_money
from yidu.experiments.judging.evidence import levers_known
from yidu.experiments.judging.runs import column, probability_of, reaches, sensible
from yidu.experiments.judging.unknown import beyond_experience
from yidu.experiments.plan import robust
from yidu.experiments.plan.answer import (
    Candidate,
    Effort,
    FrontPoint,
    Path,
    PlannedLever,
    PlannedMoney,
    PlannedTarget,
    ScreenedLever,
    UnderBelief,
    UnderEnvironment,
)
from yidu.experiments.plan.trials import BASE, ERRORS
from yidu.experiments.scenarios.scenario import plan_years
from yidu.sim.levers import LEVERS

if TYPE_CHECKING:
    from yidu.experiments.plan.judged import Judged
    from yidu.experiments.plan.search import Trial
    from yidu.experiments.plan.trials import Found
    from yidu.experiments.scenarios.scenario import Scenario

Floats = NDArray[np.float64]


def by_environment(judged: Judged) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Probability, cost [万元] and whether the goal counts as reached, each [mix, environment]."""
    rows = list(zip(*judged.environments.values()))
    return (
        np.array([[one.probability for one in row] for row in rows]),
        np.array([[one.cost for one in row] for row in rows]),
        np.array([[one.reaches for one in row] for row in rows]),
    )


def candidates(
    found: Found, mixes: Sequence[Scenario], trials: Sequence[Trial], judged: Judged, together: Sequence[int]
) -> list[Candidate]:  # fmt: skip
    goal = found.question.probability
    probabilities, costs, reached = by_environment(judged)
    regrets, extra = robust.regret(probabilities), robust.cost_regret(costs, reached)
    shares = robust.satisficing(probabilities, goal)
    searched = dict(zip([one.name for one in mixes[len(mixes) - len(trials) :]], trials))
    rows = []
    for row, mix in enumerate(mixes):
        main = judged.environments[found.question.environment][row]
        trial = searched.get(mix.name) or _searched(found, mix)
        seen, error = (None, None) if trial is None else (trial.probability, found.error(trial))
        rows.append(
            Candidate(
                mix=mix.name,
                source="found" if mix.name in searched else "pack",
                cost=sensible(main.cost),
                probability=main.probability,
                mc_error=main.error,
                reaches=main.reaches,
                cost_search=None if trial is None else sensible(trial.cost),
                probability_search=None if seen is None else round(seen, 6),
                mc_error_search=None if error is None else round(error, 6),
                optimism=None if seen is None else round(seen - main.probability, 6),
                optimism_error=None if error is None else round(math.hypot(error, main.error), 6),
                satisficing=float(shares[row]),
                mean_probability=round(float(probabilities[row].mean()), 6),
                worst_regret=round(float(regrets[row].max()), 6),
                survives=all(bool(alive[row]) for alive in judged.survives.values()),
                together=together[row],
                environments=tuple(
                    UnderEnvironment(
                        environment=name,
                        probability=here[row].probability,
                        mc_error=here[row].error,
                        cost=sensible(here[row].cost),
                        reaches=here[row].reaches,
                        regret=round(float(regrets[row, k]), 6),
                        cost_regret=None if np.isnan(extra[row, k]) else sensible(float(extra[row, k])),
                    )
                    for k, (name, here) in enumerate(judged.environments.items())
                ),
                beliefs=tuple(
                    UnderBelief(
                        belief=belief,
                        probability=here[row].probability,
                        mc_error=here[row].error,
                        cost=sensible(here[row].cost),
                        reaches=here[row].reaches,
                        survives=bool(judged.survives[belief][row]),
                    )
                    for belief, here in judged.beliefs.items()
                ),
                levers=tuple(_paths(found, mix)),
            )
        )
    return rows


def _searched(found: Found, mix: Scenario) -> Trial | None:
    """The trial of the status quo; other scenarios of the pack were not tried as they stand."""
    return found.home if mix.name == BASE else None


def _paths(found: Found, mix: Scenario) -> Iterable[Path]:
    """Levers of a mix that leave the status quo, by the mean of each of the two steps."""
    years, late = plan_years(found.question.region), found.space.first_years[1]
    for id in LEVERS:
        if any(mix.levers.get(id, year) != found.space.base.levers.get(id, year) for year in years):
            means = [
                sensible(float(np.mean([mix.levers.get(id, year) for year in years if (year >= late) == last]))) for last in (False, True)
            ]
            yield Path(lever=id, early=means[0], late=means[1])


def planned_levers(found: Found, mix: Scenario) -> tuple[PlannedLever, ...]:
    """Levers of the mix, those that a search moved most first as the pack lists them."""
    region = found.question.region
    known = levers_known(region)
    far = {row.lever for row in beyond_experience(region, mix)}
    return tuple(
        PlannedLever(
            lever=path.lever,
            decider=known[path.lever].decider,
            status_quo=found.space.base.levers.get(path.lever, found.space.first_years[0]),
            early=path.early,
            late=path.late,
            unit=LEVERS[path.lever].unit,
            grade=known[path.lever].grade,
            contraction=known[path.lever].contraction,
            silent=known[path.lever].silent,
            extrapolation=path.lever in far,
        )
        for path in _paths(found, mix)
    )


def planned_targets(found: Found, judged: Judged, row: int) -> Iterable[PlannedTarget]:
    """Every target of the plan, chosen or not: a mix may cost one that was not asked about."""
    chosen = {one.indicator for one in found.targets}
    for target in found.question.region.targets:
        pairs = []
        for mixed in (judged.runs[0], judged.runs[row]):
            values = column(mixed.judged, target.indicator, target.year)
            pairs.append(probability_of(reaches(values[~np.isnan(values)], target.sense, target.value)) or (None, None))
        (before, before_error), (after, after_error) = pairs
        yield PlannedTarget(
            indicator=target.indicator,
            year=target.year,
            sense=target.sense,
            target=target.value,
            unit=target.unit,
            chosen=target.indicator in chosen,
            probability_status_quo=before,
            mc_error_status_quo=before_error,
            probability=after,
            mc_error=after_error,
        )


def planned_money(found: Found, judged: Judged, row: int) -> PlannedMoney:
    region = found.question.region
    spent, before = (district_money(judged.runs[k].plain, region) for k in (row, 0))
    recorded, years = recorded_money(region), plan_years(region)
    as_long = None if recorded is None else recorded.yearly * len(years)
    median = float(np.median(spent))
    return PlannedMoney(
        mean=sensible(float(spent.mean())),
        mc_error=sensible(float(spent.std() / np.sqrt(len(spent)))),
        p05=sensible(float(np.quantile(spent, 0.05))),
        median=sensible(median),
        p95=sensible(float(np.quantile(spent, 0.95))),
        status_quo=sensible(float(before.mean())),
        over=f"{years[0]}-{years[-1]}",
        record=as_long,
        times=None if as_long is None else round(median / as_long, 2),
    )


def effort(found: Found, judged: Judged, mixes: int) -> Effort:
    question = found.question
    tried = 2 + len(found.screening) + found.searched + found.trimmed
    fresh = mixes * (len(judged.environments) + len(judged.beliefs))
    starts = 2 if "prior" in judged.beliefs else 1
    return Effort(
        screened=len(found.screening),
        searched=found.searched,
        trimmed=found.trimmed,
        evaluations=tried,
        runs=question.runs,
        errors=ERRORS,
        judged=mixes,
        fresh_runs=judged.fresh_runs,
        fresh_seed=judged.seed,
        total_runs=(tried + 1) * question.runs + (fresh + starts) * judged.fresh_runs,
    )


def screening(found: Found) -> Iterable[ScreenedLever]:
    for row in found.screening:
        yield ScreenedLever(
            lever=row.lever,
            kept=row.kept,
            value=row.value,
            unit=LEVERS[row.lever].unit,
            moves=row.moves,
            cost=sensible(row.trial.cost - found.home.cost),
            missing=sensible(row.trial.shortfall - found.home.shortfall),
        )


def front(found: Found, trials: Sequence[Trial]) -> Iterable[FrontPoint]:
    names = {id(one): f"mix_{number}" for number, one in enumerate(trials, 1)} | {id(found.home): BASE}
    for one in found.front:
        yield FrontPoint(
            cost=sensible(one.cost),
            probability=round(one.probability, 6),
            mc_error=round(found.error(one), 6),
            shortfall=sensible(one.shortfall),
            judged_as=names.get(id(one)),
        )
