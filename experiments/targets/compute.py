"""The question turned round for the next plan: which value is reached with probability 0.5, 0.7 or 0.9, in each year to come?

Of n judged runs, the value reached with probability q is the largest that a share q of them reach or pass: an order statistic of the
runs, the k-th from the hard end with k = ceil(q n). Its error is the interval between the order statistics one binomial standard
deviation of k to either side (David & Nagaraja 2003, Order Statistics, 3rd ed., 7.1), so it holds for whatever law the runs have.
Runs conditioned on published figures count by their effective number.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from yidu.calibration.discrepancy import size_of
from yidu.experiments.ensembles.paired import last_year, study
from yidu.experiments.judging.answer import Grade, Rests, version
from yidu.experiments.judging.carriers import carriers_of, centred_ranks, grade_of, rank_shares
from yidu.experiments.judging.classes import class_of, letter
from yidu.experiments.judging.notice import Notice
from yidu.experiments.judging.on_record import on_record
from yidu.experiments.judging.runs import Floats, column, reaches, sensible
from yidu.experiments.judging.unknown import beyond_horizon, checked_until, of_mix, of_runs
from yidu.experiments.judging.verdicts import mc_error
from yidu.experiments.scenarios.scenario import first_year
from yidu.experiments.targets.answer import Attainable, AttainableRow, PresentTarget, Sense, TargetsAnswer
from yidu.experiments.update.compute import update
from yidu.sim.errors import InputError
from yidu.sim.indicators import INDICATORS, PUBLIC_IDS
from yidu.sim.levers import LAST_YEAR
from yidu.sim.packfiles import COUNTED

if TYPE_CHECKING:
    from yidu.calibration.actuals import Actuals
    from yidu.experiments.ensembles.paired import Progress
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.draws import Draws
    from yidu.sim.indicators import Indicator
    from yidu.sim.outcomes import Outcomes
    from yidu.sim.region import Region, Target

PROBABILITIES = (0.5, 0.7, 0.9)

HEADLINES = PUBLIC_IDS[:12]
"""The indicators of the plan's main table; what stands in its text comes after them."""

PLAN_LENGTH = 5
"""Years of the plan after this one, to which the horizon goes where none is asked for."""

DIGITS = 3
"""Digits to which a value is rounded; things counted one by one to whole ones at the finest."""

FINEST = -12
"""Exponent of the finest step that values are rounded to."""

METHOD = "order statistics, 68 % interval (David & Nagaraja 2003, 7.1)"


@dataclass(frozen=True)
class Horizon:
    """The answer before it is put into a language, with what the reader must know."""

    answer: TargetsAnswer
    notices: tuple[Notice, ...]


def checked_horizon(region: Region, horizon: int | None) -> int:
    """The last year asked for: within the table of years and after the record; the next plan's end where none is.

    Raises:
        InputError: it is not.
    """
    first = first_year(region)
    year = min(LAST_YEAR, region.settings.years.plan_end + PLAN_LENGTH) if horizon is None else horizon
    if not first <= year <= LAST_YEAR:
        raise InputError(f"the horizon {year} cannot be simulated", value=year, expected=f"a year from {first} to {LAST_YEAR}")
    return year


def run_targets(
    region: Region,
    scenario: Scenario,
    *,
    horizon: int | None = None,
    actuals: Actuals | None = None,
    environment: str = "baseline",
    runs: int = 1000,
    seed: int = 1,
    draws: Draws | None = None,
    progress: Progress | None = None,
) -> Horizon:
    """What is reached with which probability, year by year to the horizon.

    Args:
        horizon: last year, the next plan's end by default.
        actuals: figures published so far; the runs are conditioned on them first.

    Raises:
        InputError: a horizon outside the years there are; see `yidu.experiments.update.compute.update`.
    """
    end = checked_horizon(region, horizon)
    until = max(end, last_year(region), *(actuals.years if actuals is not None else ()))
    asked = study(region, environment=environment, runs=runs, seed=seed, draws=draws, keep=False)
    mixed = asked.run(scenario, until=until, progress=progress)
    judged, effective, notices = mixed.judged, float(runs), list(_notices(region, scenario, mixed.plain, end))
    if actuals is not None:
        found = update(region, scenario.name, mixed.plain, actuals, size=size_of(region), seed=seed)
        judged, effective = found.updated, found.effective
        notices += [notice for notice in found.notices if notice.code not in {one.code for one in notices}]
    rows = tuple(attainable_rows(region, judged, end, effective, actuals))
    plain = mixed.plain
    answer = TargetsAnswer(
        region=region.name, scenario=scenario.name, environment=plain.environment, runs=plain.runs, seed=plain.seed,
        digest=plain.digest, version=version(), horizon=end, actuals=None if actuals is None else actuals.file,
        effective=round(effective, 1), method=METHOD, rows=rows, conclusion="", rests=rests_of(rows, end), warnings=(),
    )  # fmt: skip
    return Horizon(answer, tuple(notices))


# --- what is reached with a probability


def attainable(values: Floats, probability: float, sense: Sense, unit: str, effective: float, published: bool = False) -> Attainable:
    """The value that a share of runs reaches.

    Args:
        values: of runs that have one [run], in the unit.
        effective: equally weighed runs they are worth, for the error.
        published: whether they are a figure that is known, without error.
    """
    if values.size == 0:
        return Attainable(probability=probability, value=None, unrounded=None, low=None, high=None, reached=None, mc_error=None)
    ordered = np.sort(values)[::-1] if sense == ">=" else np.sort(values)  # the hardest first
    n, spread = values.size, math.sqrt(probability * (1.0 - probability) / max(1.0, effective))

    def at(share: float) -> float:
        return float(ordered[min(n, max(1, math.ceil(round(share * n, 9)))) - 1])

    value, ends = at(probability), (at(probability - spread), at(probability + spread))
    rounded = kept(value, sense, unit)
    reached = float(reaches(values, sense, rounded).mean())
    return Attainable(
        probability=probability, value=rounded, unrounded=sensible(value),
        low=kept(min(ends), ">=", unit), high=kept(max(ends), "<=", unit),
        reached=round(reached, 6), mc_error=0.0 if published else error_of(reached, effective),
    )  # fmt: skip


def error_of(share: float, effective: float) -> float:
    """Monte Carlo error of a share of runs that are worth so many."""
    runs = max(1, round(effective))
    return round(mc_error(round(share * runs), runs), 6)


def kept(value: float, sense: Sense, unit: str) -> float:
    """A value rounded to three digits, and to whole things that are counted, never to the hard side of it."""
    if value == 0.0:
        return 0.0
    exponent = max(0 if unit in COUNTED else FINEST, math.floor(math.log10(abs(value))) - DIGITS + 1)
    step, easy = 10.0**exponent, 1.0 if sense == "<=" else -1.0
    places = max(0, -exponent)
    rounded = round(round(value / step) * step, places)
    if (rounded - value) * easy < 0.0:
        rounded = round(rounded + easy * step, places)
    return rounded


def attainable_rows(
    region: Region, judged: Outcomes, end: int, effective: float, actuals: Actuals | None = None
) -> Iterable[AttainableRow]:
    """Every published indicator that has a target or a record, in every year after the record to the last asked for."""
    beyond = checked_until(region)
    published = {(figure.indicator, figure.year) for figure in actuals or ()}
    grades = {prior.parameter: letter(prior.grade) for prior in region.priors}
    ranks = centred_ranks(judged.parameters)
    for indicator in INDICATORS:
        target = region.target(indicator.id)
        if not indicator.public or (target is None and not on_record(indicator.id, region)):
            continue
        for year in range(first_year(region), end + 1):
            values = column(judged, indicator.id, year)
            known = ~np.isnan(values)
            mine = ranks if known.all() else centred_ranks(judged.parameters[known])
            carriers = carriers_of(rank_shares(mine, values[known]), judged.parameter_names, grades)
            yield _row(
                region, indicator, target, values[known], effective,
                {
                    "year": year,
                    "extrapolation": year > beyond,
                    "published": (indicator.id, year) in published,
                    "carriers": carriers,
                    "grade": grade_of(carriers, grades),
                },
            )  # fmt: skip


def _row(
    region: Region, indicator: Indicator, target: Target | None, values: Floats, effective: float, rest: dict[str, object]
) -> AttainableRow:
    sense: Sense = ">=" if target is None else target.sense
    present = None
    if target is not None:
        share = float(reaches(values, sense, target.value).mean()) if values.size else None
        error = None if share is None else 0.0 if rest["published"] else error_of(share, effective)
        present = PresentTarget(
            target=target.value, target_year=target.year, probability=None if share is None else round(share, 6), mc_error=error
        )
    return AttainableRow.model_validate(
        {
            **rest,
            "indicator": indicator.id,
            "unit": indicator.unit,
            "sense": sense,
            "class": class_of(indicator.id, region.facts),
            "headline": indicator.id in HEADLINES,
            "values": tuple(attainable(values, one, sense, indicator.unit, effective, bool(rest["published"])) for one in PROBABILITIES),
            "present": present,
        }
    )


def rests_of(rows: Iterable[AttainableRow], year: int) -> Rests:
    """What the values of the main indicators in the last year rest on."""
    shares: dict[str, float] = {}
    grades: list[Grade] = []
    for row in rows:
        if row.year == year and row.headline and not row.published:
            grades.append(row.grade)
            for carrier in row.carriers:
                shares[carrier.parameter] = max(shares.get(carrier.parameter, 0.0), carrier.share)
    return Rests(grade=max(grades, default="D"), on=tuple(sorted(shares, key=lambda name: -shares[name])))


# --- what the reader must know


def _notices(region: Region, scenario: Scenario, outcomes: Outcomes, end: int) -> Iterable[Notice]:
    yield from of_runs(region, outcomes)
    yield from of_mix(region, scenario, outcomes.environment)
    yield from beyond_horizon(region, end)
    if end > region.settings.years.plan_end:
        yield Notice("targets_held", {"last": str(region.settings.years.plan_end)})
