"""Were the forecasts right? Published figures against intervals, with the scores of two naive forecasters beside.

A forecast is scored by the continuous ranked probability score (Gneiting and Raftery 2007), in the unit of the figure and in
logs, which compare across indicators. The naive forecasters give one number each, so their score is their absolute
error: 'as in the last year known', and 'the last growth rate goes on'.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from yidu.calibration.actuals import Actual, Actuals
from yidu.calibration.discrepancy import widened
from yidu.calibration.facts import compared, last_growth_factor, levels_on_record
from yidu.experiments.ensembles.simulated import Progress, simulated
from yidu.experiments.judging.answer import version
from yidu.experiments.judging.notice import Notice
from yidu.experiments.judging.on_record import SERIES, last_on_record
from yidu.experiments.judging.runs import Floats, column, quantiles, sensible
from yidu.experiments.judging.unknown import of_mix, of_runs
from yidu.experiments.judging.verdicts import mc_error
from yidu.experiments.validate.answer import Naive, ScoreAnswer, ValidateAnswer
from yidu.sim.pack import GROWTH_UNITS, UNITS

if TYPE_CHECKING:
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.outcomes import Outcomes
    from yidu.sim.region import Region

FEW_FIGURES = 10
"""Below this, coverage says next to nothing: of 9 figures 90 % intervals hold 7 or fewer in a fifth of all cases."""

GROWS_FROM = ("calibrate", "prior")
"""Roles of facts that a growth rate is taken from: others may be on another base."""


@dataclass(frozen=True)
class Validation:
    """The answer of `validate`, before its warnings are put into a language."""

    region: str
    scenario: str
    environment: str
    runs: int
    seed: int
    digest: str
    actuals: str
    scores: tuple[ScoreAnswer, ...]
    notices: tuple[Notice, ...]

    def answer(self, say: Callable[[Notice], str] = str) -> ValidateAnswer:
        """The published shape, with each notice said in a language."""
        scored = [row for row in self.scores if row.crps is not None]
        fifty, fifty_error = coverage(row.inside_50 for row in scored)
        ninety, ninety_error = coverage(row.inside_90 for row in scored)
        return ValidateAnswer(
            scores=self.scores,
            coverage_90=ninety,
            mean_crps_ratio=mean(crps_ratio(row) for row in scored),
            region=self.region,
            scenario=self.scenario,
            environment=self.environment,
            runs=self.runs,
            seed=self.seed,
            digest=self.digest,
            version=version(),
            actuals=self.actuals,
            figures=len(scored),
            coverage_50=fifty,
            coverage_50_error=fifty_error,
            coverage_90_error=ninety_error,
            mean_bias=mean(row.bias for row in scored),
            mean_crps_log=mean(row.crps_log for row in scored),
            against=(_against(scored, "no_change"), _against(scored, "last_growth")),
            warnings=tuple(say(notice) for notice in self.notices),
        )


def run_validation(
    region: Region,
    scenario: Scenario,
    actuals: Actuals,
    *,
    environment: str = "baseline",
    runs: int = 1000,
    seed: int = 1,
    progress: Progress | None = None,
) -> Validation:
    """Forecast with the fit as it was made, and score the forecast against what was published."""
    outcomes = simulated(region, scenario, environment=environment, runs=runs, seed=seed, progress=progress)
    known = of_mix(region, scenario, environment)
    return validate(region, scenario.name, outcomes, widened(region, outcomes), actuals, notices=known)


def validate(
    region: Region, scenario: str, outcomes: Outcomes, judged: Outcomes, actuals: Actuals, *, notices: Iterable[Notice] = ()
) -> Validation:
    """Score these runs.

    Args:
        outcomes: give the digest.
        judged: the same runs with what the model may have wrong added.
        notices: what must be known of the scenario.
    """
    scores = tuple(score(region, judged, figure) for figure in actuals)
    return Validation(
        region=region.name,
        scenario=scenario,
        environment=outcomes.environment,
        runs=outcomes.runs,
        seed=outcomes.seed,
        digest=outcomes.digest,
        actuals=actuals.file,
        scores=scores,
        notices=(*notices, *_notices(region, outcomes, actuals, scores)),
    )


# --- one figure


def score(region: Region, judged: Outcomes, figure: Actual) -> ScoreAnswer:
    """One figure against the runs that have a value for it, and against the naive forecasters."""
    values = column(judged, figure.indicator, figure.year)
    values = values[~np.isnan(values)]
    actual = figure.value
    base_year, no_change = last_on_record(figure.indicator, region)
    growth = growth_on_record(figure.indicator, region)
    last_growth = None if no_change is None or growth is None else no_change * growth ** (figure.year - base_year)
    p05, p25, median, p75, p95 = quantiles(values)
    some = values.size > 0
    crps = crps_of(values, actual) if some else None
    return ScoreAnswer(
        indicator=figure.indicator,
        period=figure.year,
        actual=sensible(actual),
        median=median,
        p05=p05,
        p95=p95,
        inside_90=_inside(values, actual, 0.9),
        crps=_rounded(crps),
        crps_last_growth=_error(last_growth, actual),
        crps_no_change=_error(no_change, actual),
        unit=figure.unit,
        p25=p25,
        p75=p75,
        inside_50=_inside(values, actual, 0.5),
        pit=round(float(np.mean(values < actual) + 0.5 * np.mean(values == actual)), 4) if some else None,
        bias=round(median / actual - 1.0, 6) if median is not None and actual > 0.0 else None,
        crps_log=_rounded(crps_in_logs(values, figure)),
        crps_log_last_growth=_rounded(None if last_growth is None else crps_in_logs(np.array([last_growth]), figure)),
        crps_log_no_change=_rounded(None if no_change is None else crps_in_logs(np.array([no_change]), figure)),
        last_growth=_rounded(last_growth),
        no_change=_rounded(no_change),
        skill_last_growth=_skill(crps, None if last_growth is None else abs(last_growth - actual)),
        skill_no_change=_skill(crps, None if no_change is None else abs(no_change - actual)),
        base_year=None if no_change is None else base_year,
        tolerance=sensible(figure.tolerance),
        source=figure.source,
    )


def growth_on_record(indicator: str, region: Region) -> float | None:
    """Yearly growth factor between the last two years of which the record gives a level; None where it gives fewer."""
    known: dict[int, float] = {}
    if indicator in SERIES:
        series = region.settings.gdp.known if indicator == "gdp" else region.settings.population.census
        known = {year: value for year, value in series.items() if year <= region.settings.years.record_end}
    for fact in levels_on_record(indicator, region.facts):
        if fact.role in GROWS_FROM:
            known[fact.last_year] = fact.value_in(UNITS[indicator])
    return last_growth_factor(known)


def crps_of(values: Floats, actual: float) -> float:
    """CRPS of a forecast, in its unit."""
    import scoringrules  # three seconds and more, for it compiles as it is imported: not before there is something to score

    return float(scoringrules.crps_ensemble(actual, values, backend="numpy"))


def crps_in_logs(values: Floats, figure: Actual) -> float | None:
    """CRPS of logs, softened as the fit compares figures; of growth factors for a growth rate. None without values, or of zero."""
    if values.size == 0:
        return None
    if figure.unit in GROWTH_UNITS:
        logs, actual = np.log(np.maximum(1.0 + values / 100.0, 1e-9)), math.log1p(figure.value / 100.0)
    elif figure.value > 0.0:
        record = np.array(figure.value)
        logs, actual = compared(values, record), float(compared(record, record))
    else:
        return None
    return crps_of(logs, actual)


def _inside(values: Floats, actual: float, level: float) -> bool | None:
    """Whether the central interval holds the figure."""
    if values.size == 0:
        return None
    low, high = np.quantile(values, (0.5 - level / 2.0, 0.5 + level / 2.0))
    return bool(low <= actual <= high)


def _rounded(value: float | None) -> float | None:
    return None if value is None else sensible(value)


def _error(naive: float | None, actual: float) -> float | None:
    return None if naive is None else sensible(abs(naive - actual))


def _skill(crps: float | None, naive: float | None) -> float | None:
    return None if crps is None or not naive else round(1.0 - crps / naive, 6)


# --- all figures


def mean(values: Iterable[float | None]) -> float | None:
    """Mean of what there is; None where there is nothing."""
    known = [value for value in values if value is not None]
    return sensible(sum(known) / len(known)) if known else None


def coverage(inside: Iterable[bool | None]) -> tuple[float | None, float | None]:
    """Share of figures inside, with its binomial error."""
    known = [bool(one) for one in inside if one is not None]
    if not known:
        return None, None
    return round(sum(known) / len(known), 6), round(mc_error(sum(known), len(known)), 6)


def crps_ratio(row: ScoreAnswer) -> float | None:
    """CRPS over that of the better naive forecaster; a figure is not known better than to its tolerance."""
    naive = [error for error in (row.crps_no_change, row.crps_last_growth) if error is not None]
    return row.crps / max(min(naive), row.tolerance) if row.crps is not None and naive else None


def _against(scored: list[ScoreAnswer], forecaster: Literal["no_change", "last_growth"]) -> Naive:
    """Mean scores in logs where both have one."""
    pairs = [(row.crps_log, getattr(row, f"crps_log_{forecaster}")) for row in scored]
    both = [(model, naive) for model, naive in pairs if model is not None and naive is not None]
    model, naive = mean(one for one, _ in both), mean(one for _, one in both)
    return Naive(forecaster=forecaster, figures=len(both), crps_log=model, naive_crps_log=naive, skill=_skill(model, naive))


def _notices(region: Region, outcomes: Outcomes, actuals: Actuals, scores: tuple[ScoreAnswer, ...]) -> Iterable[Notice]:
    yield from of_runs(region, outcomes)
    scored = sum(row.crps is not None for row in scores)
    if scored < FEW_FIGURES:
        yield Notice("few_figures", {"figures": scored})
    if len(actuals) > len(actuals.years):
        yield Notice("not_independent")
    for row in scores:
        if row.crps is None:
            yield Notice("no_record", {"indicator": row.indicator})
