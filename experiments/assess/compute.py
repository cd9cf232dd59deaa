"""How likely is each target of the plan under a policy mix, how sure are we, and what does it rest on?

Reads Outcomes only. The probability of a target is the share of runs that reach it; its error is Monte Carlo
error alone, half of Wilson's 68 % interval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from yidu.experiments.assess.answer import AssessAnswer
from yidu.experiments.judging.answer import (
    ForecastAnswer,
    Grade,
    MoneyLine,
    NotAnsweredRow,
    PublicMoney,
    Reading,
    Reconciled,
    TargetAnswer,
    Variance,
    version,
)
from yidu.experiments.judging.carriers import carriers_of, centred_ranks, grade_of, rank_shares
from yidu.experiments.judging.classes import class_of, letter, measured_as
from yidu.experiments.judging.money import OUTSIDE_EXPERIENCE, _band, public_money
from yidu.experiments.judging.notice import Notice
from yidu.experiments.judging.on_record import base_of, last_on_record, on_record
from yidu.experiments.judging.runs import Floats, column, joint, probability_of, quantiles, reaches, sensible
from yidu.experiments.judging.shares import Replicates, variance_of
from yidu.experiments.judging.unknown import beyond_horizon, marked, of_mix, of_runs
from yidu.experiments.judging.verdicts import verdict_of
from yidu.experiments.scenarios.scenario import load
from yidu.sim import levers
from yidu.sim.indicators import INDICATORS

if TYPE_CHECKING:
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.outcomes import Outcomes
    from yidu.sim.region import Region, Target

LARGE_ADJUSTMENT = 0.1
"""Reconciliation that moves more than this share of a status count at the median is worth a warning."""

ADJUSTED_BY_FACTOR = ("rd_expenditure", "patents")
"""Amounts that reconciliation multiplies, reported as the log of the factor; all else is counted."""


@dataclass(frozen=True)
class Assessment:
    """The answer of `assess`, before its warnings are put into a language."""

    region: str
    scenario: str
    environment: str
    runs: int
    seed: int
    digest: str
    targets: tuple[TargetAnswer, ...]
    not_answered: tuple[NotAnsweredRow, ...]
    joint: tuple[float, float] | None
    joint_calibrated: tuple[float, float] | None
    public_money: PublicMoney
    public_money_by: tuple[MoneyLine, ...]
    reconciliation: tuple[Reconciled, ...]
    forecasts: tuple[ForecastAnswer, ...]
    notices: tuple[Notice, ...]

    def answer(self, say: Callable[[Notice], str] = str) -> AssessAnswer:
        """The published shape, with each notice said in a language."""
        joint, joint_error = self.joint or (None, None)
        calibrated, calibrated_error = self.joint_calibrated or (None, None)
        return AssessAnswer(
            region=self.region,
            scenario=self.scenario,
            environment=self.environment,
            runs=self.runs,
            seed=self.seed,
            digest=self.digest,
            version=version(),
            targets=self.targets,
            not_answered=self.not_answered,
            joint_probability=joint,
            joint_mc_error=joint_error,
            joint_probability_calibrated=calibrated,
            public_money=self.public_money,
            warnings=tuple(say(notice) for notice in self.notices),
            joint_mc_error_calibrated=calibrated_error,
            public_money_by=self.public_money_by,
            reconciliation=self.reconciliation,
            forecasts=self.forecasts,
        )


# --- answer


def assess(
    region: Region,
    scenario: Scenario | str,
    outcomes: Outcomes,
    discrepancy_outcomes: Outcomes | None = None,
    *,
    replicates: Replicates | None = None,
    notices: Iterable[Notice] = (),
) -> Assessment:
    """How likely each target of a region's plan is in these runs, and what its indicators will be.

    `scenario`: itself, or its name in the pack. `discrepancy_outcomes` are the same runs with what the model may
    have wrong added; targets are judged on them when given. Money, reconciliation and digest come from the plain
    ones. `replicates`: the batches from which the sources of each forecast's variance are told. `notices`: what
    only the caller knows; what holds of the scenario and its environment is told anyway.
    """
    judged = discrepancy_outcomes or outcomes
    mix = load(region, scenario) if isinstance(scenario, str) else scenario

    def source(indicator: str, year: int) -> Variance | None:
        return None if replicates is None else variance_of(outcomes, judged, replicates, indicator, year)

    grades = {prior.parameter: letter(prior.grade) for prior in region.priors}
    ranks = centred_ranks(judged.parameters)
    answers = tuple(_target(region, target, judged, grades, ranks, source(target.indicator, target.year)) for target in region.targets)
    classes = [answer.class_ for answer in answers]
    money, by = public_money(region, outcomes)
    of_scenario = of_mix(region, mix, outcomes.environment)
    said = (*of_scenario, *notices, *_notices(region, outcomes, answers, money, judged is not outcomes))
    return Assessment(
        region=region.name,
        scenario=mix.name,
        environment=outcomes.environment,
        runs=outcomes.runs,
        seed=outcomes.seed,
        digest=outcomes.digest,
        targets=marked(answers, said),
        not_answered=tuple(NotAnsweredRow(id=one.id, quote=one.quote, why_zh=one.why_zh, why_en=one.why_en) for one in region.not_answered),
        joint=joint(judged, region.targets),
        joint_calibrated=joint(judged, [target for target, class_ in zip(region.targets, classes) if class_ == "可校准"]),
        public_money=money,
        public_money_by=by,
        reconciliation=reconciliation(outcomes),
        forecasts=forecasts(region, judged, source),
        notices=said,
    )


def _target(
    region: Region, target: Target, outcomes: Outcomes, grades: Mapping[str, Grade], ranks: Floats, variance: Variance | None
) -> TargetAnswer:
    values = column(outcomes, target.indicator, target.year)
    known = ~np.isnan(values)
    values = values[known]
    share = probability_of(reaches(values, target.sense, target.value))
    mine = ranks if known.all() else centred_ranks(outcomes.parameters[known])
    carriers = carriers_of(rank_shares(mine, values), outcomes.parameter_names, grades)
    base_year, base = base_of(target.indicator, region.facts, region.settings.years.record_end)
    p05, p25, median, p75, p95 = quantiles(values)
    probability = share[0] if share else None
    return TargetAnswer.model_validate(
        {
            "indicator": target.indicator,
            "year": target.year,
            "sense": target.sense,
            "target": target.value,
            "unit": target.unit,
            "base_year": base_year,
            "base": base,
            "probability": probability,
            "mc_error": share[1] if share else None,
            "p05": p05,
            "p25": p25,
            "median": median,
            "p75": p75,
            "p95": p95,
            "gap": None if median is None else sensible(median - target.value),
            "verdict": verdict_of(probability),
            "class": class_of(target.indicator, region.facts),
            "grade": grade_of(carriers, grades),
            "readings": readings_of(region, target, outcomes),
            "runs": int(values.size),
            "carriers": carriers,
            "variance": variance,
        }
    )


def readings_of(region: Region, target: Target, outcomes: Outcomes) -> tuple[Reading, ...]:
    """The target under every rival reading: counted otherwise, or in the runs that drew another fact."""
    rows = []
    for name in outcomes.indicators:
        plain, _, reading = name.partition("@")
        if plain == target.indicator and reading:
            rows.append(_reading(reading, "measured", column(outcomes, name, target.year), target))
    counted_otherwise = {name.partition("@")[0] for name in outcomes.indicators if "@" in name}
    concerned = measured_as(target.indicator)
    values = column(outcomes, target.indicator, target.year)
    for fact, drawn in outcomes.readings.items():
        about = {row.indicator for row in region.facts if row.fact == fact}
        if about & counted_otherwise:
            continue  # every run counts it both ways, whatever it drew
        by_lever = any(id in levers.LEVERS and target.indicator in levers.LEVERS[id].reaches for id in about)
        if concerned.isdisjoint(about) and not by_lever:
            continue
        rivals = [
            _reading(f"{fact}={reading}", "drawn", values[np.asarray(drawn) == number], target)
            for number, reading in enumerate(outcomes.reading_names[fact])
        ]
        if not concerned.isdisjoint(about) or _differ([rival for rival in rivals if rival is not None]):
            rows += rivals
    return tuple(row for row in rows if row is not None)


def _differ(rivals: list[Reading]) -> bool:
    """Whether rival readings give probabilities further apart than chance explains."""
    known = [(rival.probability or 0.0, rival.mc_error or 0.0) for rival in rivals]
    spread = max((p for p, _ in known), default=0.0) - min((p for p, _ in known), default=0.0)
    return spread > 2.0 * sum(error for _, error in known)


def _reading(name: str, kind: str, values: Floats, target: Target) -> Reading | None:
    values = values[~np.isnan(values)]
    share = probability_of(reaches(values, target.sense, target.value))
    if share is None:
        return None
    return Reading.model_validate(
        {
            "reading": name,
            "probability": share[0],
            "median": sensible(float(np.median(values))),
            "mc_error": share[1],
            "runs": int(values.size),
            "kind": kind,
        }
    )


# --- what the years after the record will bring


def forecasts(region: Region, outcomes: Outcomes, source: Callable[[str, int], Variance | None]) -> tuple[ForecastAnswer, ...]:
    """Every published and reported indicator, and what else is on record, in every year after the record to the last simulated.

    `source`: shares of the variance of an indicator in a year.
    """
    years = [year for year in outcomes.years if year > region.settings.years.record_end]
    rows = []
    for indicator in INDICATORS:
        record = on_record(indicator.id, region)
        if "@" in indicator.id or not (indicator.public or indicator.reported or record):
            continue
        base_year, base = last_on_record(indicator.id, region)
        for year in years:
            values = column(outcomes, indicator.id, year)
            p05, p25, median, p75, p95 = quantiles(values[~np.isnan(values)])
            rows.append(
                ForecastAnswer(
                    indicator=indicator.id,
                    year=year,
                    p05=p05,
                    p25=p25,
                    median=median,
                    p75=p75,
                    p95=p95,
                    unit=indicator.unit,
                    record=record,
                    base_year=base_year,
                    base=base,
                    variance=source(indicator.id, year),
                )
            )
    return tuple(rows)


def reconciliation(outcomes: Outcomes) -> tuple[Reconciled, ...]:
    """What was changed so that the record's last year is met: counts by number, amounts by percent."""
    rows = []
    for i, status in enumerate(outcomes.adjustments):
        values, unit = outcomes.adjusted[:, i], "count"
        if status in ADJUSTED_BY_FACTOR:
            values, unit = np.expm1(values) * 100.0, "%"
        values = values[~np.isnan(values)]
        if values.size:
            rows.append(Reconciled.model_validate({"status": status, **_band(values), "unit": unit}))
    return tuple(rows)


def _notices(region: Region, outcomes: Outcomes, answers: tuple[TargetAnswer, ...], money: PublicMoney, doubted: bool) -> Iterable[Notice]:
    runs = outcomes.runs
    yield from of_runs(region, outcomes)
    yield from beyond_horizon(region, max((answer.year for answer in answers), default=region.settings.years.plan_end))
    if not doubted:
        yield Notice("no_discrepancy")
    for answer in answers:
        if answer.runs == 0:
            yield Notice("no_record", {"indicator": answer.indicator})
        elif answer.runs < runs:
            yield Notice("runs_without_value", {"indicator": answer.indicator, "runs": runs - answer.runs})
    record = next((fact.value_in("万元") for fact in region.facts if fact.indicator == "public_money" and fact.statistic == "sum"), None)
    if record is not None and money.median > OUTSIDE_EXPERIENCE * record:
        yield Notice(
            "outside_experience",
            {"median": round(money.median), "over": money.over, "record": round(record), "times": round(money.median / record, 1)},
        )
    judgement = tuple(answer.indicator for answer in answers if answer.grade == "D" and answer.runs)
    if judgement and len(judgement) == len(answers):
        yield Notice("all_rests_on_judgement", {"of": len(answers)})
    elif judgement:
        known = {"count": len(judgement), "of": len(answers), "indicators": judgement}
        yield Notice("rests_on_judgement", known)
    large = tuple(_large_adjustments(region, outcomes))
    if large:
        yield Notice("large_adjustment", {"indicators": large, "share": round(LARGE_ADJUSTMENT * 100.0)})


def _large_adjustments(region: Region, outcomes: Outcomes) -> Iterable[str]:
    """What reconciliation moved by more than a tenth in the median run."""
    for row in reconciliation(outcomes):
        share = row.median / 100.0
        if row.unit == "count":
            levels = column(outcomes, row.status, region.settings.years.record_end)
            level = float(np.median(levels[~np.isnan(levels)])) if not np.isnan(levels).all() else 0.0
            share = row.median / level if level else 0.0
        if abs(share) > LARGE_ADJUSTMENT:
            yield row.status
