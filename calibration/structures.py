"""Coverage of forecasts when the truth was made by another structure than the one fitted.

A truth is a run of the model so changed, carried through the record without being reconciled with it. It publishes the record's
figures as they are in it; the fit sees those alone, and forecasts. Injecting only the error that a fit assumes would confirm
itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from yidu.calibration.discrepancy import Size, widened
from yidu.calibration.facts import Floats, fitted_facts, moments, simulated
from yidu.calibration.findings import StructureCoverage
from yidu.calibration.fit import keep, resampled
from yidu.calibration.ranks import LEVELS
from yidu.calibration.rounds import KEPT, Fitting
from yidu.calibration.sample import parameters_at
from yidu.sim.draws import PriorDraws, Readings, TableDraws
from yidu.sim.ensemble import simulate
from yidu.sim.outcomes import Outcomes
from yidu.sim.pack import FieldSpec, Prior
from yidu.sim.region import Region

TRUTHS, DRAWS = 50, 50
AHEAD = 5  # years forecast
SEED = 31


@dataclass(frozen=True)
class Structure:
    """A changed model, from which truths are drawn."""

    name: str
    region: Region


def structures(region: Region) -> Iterator[Structure]:
    """The model as fitted, for comparison; then worlds that go slower than it believes, as the drive stopping after the record or no
    effort, that go faster, as the drive doubled or founding that speeds up beyond its prior; and firms of far more unequal size.
    """
    yield Structure("as_fitted", region)
    yield Structure("drive_stops", _with_drive(region, 0.0))
    yield Structure("drive_doubles", _with_drive(region, 2.0))
    yield Structure("effort_off", _with_prior(region, "effort_on", a=0.0))
    yield Structure("founding_speeds_up", _beyond_prior(region, "entry_growth"))
    yield Structure("unequal_sizes", _beyond_prior(region, "firm_size_sigma"))


def _with_drive(region: Region, level: float) -> Region:
    """The registration drive at one level from the first year after the record on."""
    drive = region.environment.fields["registration_drive"]
    after = region.settings.years.record_end + 1
    path = {year: value for year, value in drive.path.items() if year < after} | {after: level}
    changed = {"path": path, "persistent_sd": 0.0, "sd": 0.0, "high": max(drive.high, level, 1e-9)}
    return _with_field(region, "registration_drive", drive.model_copy(update=changed))


def _beyond_prior(region: Region, name: str) -> Region:
    """A parameter drawn above all that its prior holds possible."""
    prior = next(one for one in region.priors if one.parameter == name)
    return _with_prior(region, name, a=prior.high + 2.0 * prior.b, low=prior.high, high=prior.high + 4.0 * prior.b)


def _with_field(region: Region, name: str, field: FieldSpec) -> Region:
    fields = {**region.environment.fields, name: field}
    return replace(region, environment=region.environment.model_copy(update={"fields": fields}))


def _with_prior(region: Region, name: str, **changed: float) -> Region:
    priors = tuple(prior.model_copy(update=changed) if prior.parameter == name else prior for prior in region.priors)
    assert any(isinstance(prior, Prior) and prior.parameter == name for prior in priors)
    return replace(region, priors=priors)


def published_by(region: Region, truth: Outcomes) -> Region:
    """The pack as it would stand if the record were this run's: each fitted fact as the run has it under the reading it drew.

    Rival readings of one figure keep their proportions: 713 in 2019 or in 2020 is one number with two dates.
    """
    assert truth.runs == 1
    facts = list(region.facts)
    for name in fitted_facts(region):
        rivals = region.readings(name)
        own = rivals[int(truth.readings[name][0]) if name in truth.readings else 0]
        ratio = max(0.0, float(simulated(own, truth)[0])) / own.value
        for k, fact in enumerate(facts):
            if fact.fact == name:
                facts[k] = fact.model_copy(update={"value": fact.value * ratio, "tolerance": fact.tolerance * ratio})
    return replace(region, facts=tuple(facts))


def forecasts(fitting: Fitting, truth: Outcomes, *, draws: int, seed: int, size: Size) -> Outcomes:
    """What the product would forecast for the district that this run is: fitted to its record, reconciled with it, widened."""
    region = published_by(fitting.region, truth)
    own = moments(fitting.region, truth, fitting.prior.names)
    at = np.nan_to_num(own.gaps[0], nan=10.0)
    kept, _ = keep(fitting.prior, fitting.first_summaries, at, many=int(KEPT * fitting.prior.runs))
    rows = resampled(kept.weights, draws, seed)
    readings: Readings = {name: column[kept.rows[rows]] for name, column in fitting.first.readings.items()}
    outcomes = simulate(
        region, region.levers, runs=draws, seed=seed, until=region.settings.years.record_end + AHEAD,
        draws=TableDraws(parameters_at(fitting.region, kept.scores[rows]), readings),
    )  # fmt: skip
    return widened(region, outcomes, size)


def watched(region: Region, outcomes: Outcomes) -> tuple[str, ...]:
    """Indicators whose forecasts are held against the truth: those the record has fitted levels of."""
    names = [fact.indicator for fact in region.facts if fact.role == "calibrate" and fact.statistic == "level"]
    names += ["rd_share_of_gdp", "patents_per_10k"]
    return tuple(dict.fromkeys(name for name in names if name in outcomes.indicators and name != "public_money"))


def structure_coverage(
    fitting: Fitting, size: Size, *, truths: int = TRUTHS, draws: int = DRAWS, progress: Callable[[int], Any] | None = None
) -> list[StructureCoverage]:
    """Coverage of the forecasts of the five years after the record, pooled over indicators and years, structure by structure.

    Forecasts carry the model's error, truths do not: their error is the structure.
    """
    end = fitting.region.settings.years.record_end
    rows: list[StructureCoverage] = []
    for number, structure in enumerate(structures(fitting.region)):
        seed = fitting.seed + 1000 * (SEED + number)
        made = simulate(
            structure.region, structure.region.levers, runs=truths, seed=seed, until=end + AHEAD, draws=PriorDraws(structure.region),
            reconcile=False, progress=progress,
        )  # fmt: skip
        names = watched(fitting.region, made)
        columns = [made.indicators.index(name) for name in names]
        late = [made.years.index(year) for year in range(end + 1, end + AHEAD + 1)]
        held = {level: np.zeros((truths, len(late), len(names))) for level in LEVELS}
        for run in range(truths):
            ahead = forecasts(fitting, one_run(made, run), draws=draws, seed=seed + 1 + run, size=size)
            values = ahead.values[:, late][:, :, columns]
            truth = made.values[run][late][:, columns]
            below = (values < truth).mean(axis=0) + 0.5 * (values == truth).mean(axis=0)
            for level in LEVELS:
                held[level][run] = np.abs(below - 0.5) <= 0.5 * level
            if progress is not None:
                progress(draws)
        rows += [_row(structure.name, level, held[level], names) for level in LEVELS]
    return rows


def _row(structure: str, level: float, held: Floats, names: tuple[str, ...]) -> StructureCoverage:
    by_truth = held.mean(axis=(1, 2))
    by_name = held.mean(axis=(0, 1))
    worst = int(np.argmin(by_name))
    return StructureCoverage(
        structure=structure,
        level=level,
        coverage=round(float(by_truth.mean()), 4),
        mc_error=round(float(by_truth.std(ddof=1) / np.sqrt(len(by_truth))), 4),
        truths=len(by_truth),
        worst=names[worst],
        worst_coverage=round(float(by_name[worst]), 4),
    )


def one_run(outcomes: Outcomes, run: int) -> Outcomes:
    """One run of a batch."""
    rows: npt.NDArray[np.int64] = np.array([run])
    return replace(
        outcomes, values=outcomes.values[rows], flows=outcomes.flows[rows], money=outcomes.money[rows], adjusted=outcomes.adjusted[rows],
        parameters=outcomes.parameters[rows], readings={name: column[rows] for name, column in outcomes.readings.items()},
        first_run=outcomes.first_run + run,
    )  # fmt: skip
