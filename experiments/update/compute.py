"""What do the figures published so far change? Runs conditioned on them, and the years still to come forecast again.

The mid-term review (中期评估): how likely each target is now and was before, which forecasts moved, and what was learned of the
parameters and of contested figures of the record. The numbers come from `yidu.calibration.reweighting`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

from yidu.calibration.actuals import Actual, Actuals
from yidu.calibration.discrepancy import Size, size_of, widened
from yidu.calibration.reweighting import Regression, Weighed, carried_on, moved, observed, regression, weigh
from yidu.experiments.assess.compute import forecasts
from yidu.experiments.ensembles.simulated import Progress, simulated
from yidu.experiments.judging.answer import Band, Chance, version
from yidu.experiments.judging.carriers import centred_ranks
from yidu.experiments.judging.notice import Notice
from yidu.experiments.judging.runs import Floats, column, joint, quantiles, reaches, sensible
from yidu.experiments.judging.unknown import of_mix, of_runs
from yidu.experiments.judging.verdicts import mc_error, verdict_of
from yidu.experiments.update.answer import LearnedParameter, LearnedReading, ObservedAnswer, UpdateAnswer, UpdatedForecast, UpdatedTarget
from yidu.sim.draws import beliefs
from yidu.sim.errors import InputError

if TYPE_CHECKING:
    from yidu.experiments.judging.answer import ForecastAnswer
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.outcomes import Outcomes
    from yidu.sim.region import Region, Target

FEW, FEWEST = 50, 10
"""Effective runs below which an answer carries a warning, and below which there is none."""

FAR = 3.0
"""Standard deviations from the forecast beyond which a figure is pointed out."""

BEYOND_CHANCE = 3.0
"""Monte Carlo errors that a parameter has to move to have moved: of 120 that do not, a third of one does."""


@dataclass(frozen=True)
class Update:
    """The answer of `update`, before its warnings are put into a language.

    Attributes:
        judged, updated: runs with the model's error, before and after; published figures stand in the place of forecasts.
    """

    region: str
    scenario: str
    environment: str
    runs: int
    seed: int
    digest: str
    actuals: str
    effective: float
    effective_by_weights: float
    weighed_share: float
    observed: tuple[ObservedAnswer, ...]
    targets: tuple[UpdatedTarget, ...]
    joint_before: tuple[float, float] | None
    joint_after: tuple[float, float] | None
    forecast: tuple[UpdatedForecast, ...]
    parameters: tuple[LearnedParameter, ...]
    readings: tuple[LearnedReading, ...]
    notices: tuple[Notice, ...]
    judged: Outcomes
    updated: Outcomes

    def answer(self, say: Callable[[Notice], str] = str) -> UpdateAnswer:
        """The published shape, with each notice said in a language."""
        before, before_error = self.joint_before or (None, None)
        after, after_error = self.joint_after or (None, None)
        return UpdateAnswer(
            region=self.region,
            scenario=self.scenario,
            environment=self.environment,
            runs=self.runs,
            seed=self.seed,
            digest=self.digest,
            version=version(),
            actuals=self.actuals,
            effective=round(self.effective, 1),
            effective_by_weights=round(self.effective_by_weights, 1),
            weighed_share=round(self.weighed_share, 4) or 0.0001,
            observed=self.observed,
            targets=self.targets,
            joint_before=before,
            joint_before_mc_error=before_error,
            joint_after=after,
            joint_after_mc_error=after_error,
            forecast=self.forecast,
            parameters=self.parameters,
            readings=self.readings,
            warnings=tuple(say(notice) for notice in self.notices),
        )


def run_update(
    region: Region,
    scenario: Scenario,
    actuals: Actuals,
    *,
    environment: str = "baseline",
    runs: int = 4000,
    seed: int = 1,
    progress: Progress | None = None,
) -> Update:
    """Simulate with the fit as it was made, condition on the figures, and forecast the rest.

    Raises:
        InputError: see `update`.
    """
    outcomes = simulated(region, scenario, environment=environment, runs=runs, seed=seed, progress=progress)
    known = of_mix(region, scenario, environment)
    return update(region, scenario.name, outcomes, actuals, size=size_of(region), seed=seed, notices=known)


def update(
    region: Region, scenario: str, outcomes: Outcomes, actuals: Actuals, *, size: Size, seed: int = 1, notices: Iterable[Notice] = ()
) -> Update:
    """Condition these runs on the figures.

    Args:
        outcomes: runs without the model's error.
        size: of that error, after the record.
        seed: keys which runs are picked and what error they draw.
        notices: what must be known of the scenario.

    Raises:
        InputError: no run has a value for any figure, or the figures leave too few runs (it names the one that fits worst).
    """
    end = region.settings.years.record_end
    judged = widened(region, outcomes, size)
    figures = [one for one in actuals if not np.isnan(column(outcomes, one.indicator, one.year)).all()]
    if not figures:
        raise InputError(
            f"the model of {region.name} has no value for any figure", file=actuals.file, row=actuals.figures[0].row,
            value=actuals.figures[0].indicator, fix="See yidu assess for what it forecasts.",
        )  # fmt: skip
    seen = observed(outcomes, figures)
    errors = seen.covariance(size, end)
    by = weigh(seen, errors)
    step = regression(seen, errors, by, seed)
    if step.effective < FEWEST:
        raise _too_few(actuals, figures, by, step)
    conditioned = moved(outcomes, step, end)
    updated = published(carried_on(conditioned, observed(conditioned, figures), errors, size, end, seed), figures)
    joint_after = joint(updated, region.targets)
    return Update(
        region=region.name,
        scenario=scenario,
        environment=outcomes.environment,
        runs=outcomes.runs,
        seed=outcomes.seed,
        digest=outcomes.digest,
        actuals=actuals.file,
        effective=step.effective,
        effective_by_weights=by.alone,
        weighed_share=by.share,
        observed=tuple(_observed(judged, figure, figures, by) for figure in actuals),
        targets=tuple(_target(target, judged, updated, step.effective) for target in region.targets),
        joint_before=joint(judged, region.targets),
        joint_after=None if joint_after is None else (joint_after[0], _error(joint_after[0], step.effective)),
        forecast=_forecast(region, judged, updated, figures),
        parameters=_parameters(region, outcomes, step),
        readings=_readings(region, outcomes, step),
        notices=(*notices, *_notices(region, outcomes, actuals, figures, by, step)),
        judged=judged,
        updated=updated,
    )


def published(outcomes: Outcomes, figures: Iterable[Actual]) -> Outcomes:
    """Runs with the published figures in the place of what they say: a target is judged on what is published."""
    values = outcomes.values.copy()
    for figure in figures:
        values[:, outcomes.years.index(figure.year), outcomes.indicators.index(figure.indicator)] = figure.value
    return outcomes.with_values(values)


def _too_few(actuals: Actuals, figures: Sequence[Actual], by: Weighed, step: Regression) -> InputError:
    """The refusal, with the figure furthest from its forecast."""
    worst = int(np.argmax(np.abs(by.distance)))
    figure, distance = figures[worst], by.distance[worst]
    return InputError(
        f"the figures leave {step.effective:.1f} effective runs; '{figure.indicator}' for {figure.year} fits worst, "
        f"{abs(distance):.1f} standard deviations {'above' if distance > 0.0 else 'below'} the forecast",
        file=actuals.file, row=figure.row, value=figure.value, unit=figure.unit, expected=f"{FEWEST} effective runs or more",
        fix="Check the figure and its unit, or give --runs a larger number.",
    )  # fmt: skip


# --- figures, targets, forecasts


def _observed(judged: Outcomes, figure: Actual, used: Sequence[Actual], by: Weighed) -> ObservedAnswer:
    values = column(judged, figure.indicator, figure.year)
    p05, _, median, _, p95 = quantiles(values[~np.isnan(values)])
    return ObservedAnswer(
        indicator=figure.indicator,
        period=figure.year,
        actual=sensible(figure.value),
        unit=figure.unit,
        tolerance=sensible(figure.tolerance),
        median=median,
        p05=p05,
        p95=p95,
        distance=round(float(by.distance[used.index(figure)]), 2) if figure in used else None,
        source=figure.source,
    )


def _error(probability: float, effective: float) -> float:
    """Monte Carlo error of a probability that rests on so many runs."""
    runs = max(1, round(effective))
    return round(mc_error(round(probability * runs), runs), 6)


def _chance(outcomes: Outcomes, target: Target, effective: float) -> Chance:
    values = column(outcomes, target.indicator, target.year)
    values = values[~np.isnan(values)]
    p05, _, median, _, p95 = quantiles(values)
    probability = round(float(reaches(values, target.sense, target.value).mean()), 6) if values.size else None
    known = bool(values.size) and float(np.ptp(values)) == 0.0 and probability in (0.0, 1.0)  # published, or certain
    return Chance(
        probability=probability,
        mc_error=None if probability is None else 0.0 if known else _error(probability, effective),
        median=median,
        p05=p05,
        p95=p95,
        verdict=verdict_of(probability),
    )


def _target(target: Target, judged: Outcomes, updated: Outcomes, effective: float) -> UpdatedTarget:
    return UpdatedTarget(
        indicator=target.indicator,
        year=target.year,
        sense=target.sense,
        target=target.value,
        unit=target.unit,
        before=_chance(judged, target, judged.runs),
        after=_chance(updated, target, effective),
    )


def _forecast(region: Region, judged: Outcomes, updated: Outcomes, figures: Iterable[Actual]) -> tuple[UpdatedForecast, ...]:
    """Every year after the record of what `assess` forecasts."""
    known = {(figure.indicator, figure.year): figure.value for figure in figures}
    rows = zip(forecasts(region, judged, lambda *_: None), forecasts(region, updated, lambda *_: None))
    return tuple(
        UpdatedForecast(
            indicator=before.indicator,
            year=before.year,
            unit=before.unit,
            actual=known.get((before.indicator, before.year)),
            before=_band(before),
            after=_band(after),
        )
        for before, after in rows
    )


def _band(row: ForecastAnswer) -> Band:
    return Band(p05=row.p05, p25=row.p25, median=row.median, p75=row.p75, p95=row.p95)


# --- what was learned


def normal_scores(values: Floats) -> Floats:
    """Normal scores of the ranks of a column, ties at their mean [run]."""
    scores: Floats = ndtri((centred_ranks(values) + len(values) / 2.0) / len(values))
    return scores


def _parameters(region: Region, outcomes: Outcomes, step: Regression) -> tuple[LearnedParameter, ...]:
    """Parameters that vary between runs, the most moved first; after the update none lies outside what runs drew."""
    units = {belief.parameter: belief.unit for belief in beliefs(region)}
    error = step.effective**-0.5
    rows = []
    for k, name in enumerate(outcomes.parameter_names):
        values = outcomes.parameters[:, k]
        if np.ptp(values) == 0.0:
            continue
        scores = normal_scores(values)
        after = step.applied(scores[:, None])[:, 0]
        shift = float((after.mean() - scores.mean()) / scores.std())
        back = np.quantile(values, ndtr(after), method="inverted_cdf")
        rows.append(
            LearnedParameter(
                parameter=name,
                unit=units.get(name, ""),
                before=sensible(float(values.mean())),
                after=sensible(float(back.mean())),
                shift=round(shift, 4),
                mc_error=round(error, 4),
                moved=abs(shift) > BEYOND_CHANCE * error,
            )
        )
    return tuple(sorted(rows, key=lambda row: -abs(row.shift)))


def _readings(region: Region, outcomes: Outcomes, step: Regression) -> tuple[LearnedReading, ...]:
    """Weights of rival readings of the record, before and after."""
    rows = []
    for name, drawn in outcomes.readings.items():
        for k, reading in enumerate(outcomes.reading_names[name]):
            fact = region.fact(name, reading)
            takes = (drawn == k).astype(float)
            before = float(takes.mean())
            after = float(np.clip(step.applied(takes[:, None]).mean(), 0.0, 1.0))
            error = float(np.sqrt(before * (1.0 - before) / step.effective))
            rows.append(
                LearnedReading(
                    fact=name,
                    reading=reading,
                    value=fact.value,
                    unit=fact.unit,
                    before=round(before, 4),
                    after=round(after, 4),
                    mc_error=round(error, 4),
                    moved=abs(after - before) > BEYOND_CHANCE * error,
                )
            )
    return tuple(rows)


def _notices(
    region: Region, outcomes: Outcomes, actuals: Actuals, figures: Sequence[Actual], by: Weighed, step: Regression
) -> Iterable[Notice]:
    yield from of_runs(region, outcomes)
    if step.effective < FEW:
        yield Notice("few_effective", {"effective": round(step.effective), "runs": outcomes.runs})
    if by.share < 1.0:
        known = {"alone": round(by.alone, 1), "runs": outcomes.runs, "share": round(by.share * 100.0, 1)}
        yield Notice("moved_by_regression", known)
    for figure, distance in zip(figures, by.distance):
        if abs(distance) > FAR:
            where = {"indicator": figure.indicator, "year": str(figure.year), "distance": round(abs(float(distance)), 1)}
            yield Notice("far_above" if distance > 0.0 else "far_below", where)
    for figure in actuals:
        if figure not in figures:
            yield Notice("figure_left_out", {"indicator": figure.indicator, "year": str(figure.year)})
