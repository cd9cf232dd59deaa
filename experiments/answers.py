"""The JSON shape of answers, published as JSON Schema in `docs/schema/` by `python -m experiments.schemas`.

Keys and their order are public: scripts read them. A new key goes after those that stand here.
"""

from __future__ import annotations

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sim.version import product_version

version = product_version

Verdict = Literal["能完成", "经努力可完成", "难度较大", "难以完成", "无记录"]
Class = Literal["可校准", "有规则无基数", "仅判断"]
Grade = Literal["A", "B", "C", "D"]
Way = Literal["compiled", "mesa"]
Share = Field(ge=0.0, le=1.0)


class Answer(BaseModel):
    """Part of an answer: the published keys only, and null where there is no number (never NaN)."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, validate_by_name=True, serialize_by_alias=True
    )


class Asked(Answer):
    """What was asked, at the head of an answer that rests on runs."""

    region: str
    scenario: str
    environment: str
    runs: int = Field(ge=1)
    seed: int = Field(ge=0)
    digest: str = Field(description="of the runs of the scenario, before the model's error")
    version: str


class Rests(Answer):
    """The grade of the evidence under a conclusion, and on what it rests."""

    grade: Grade = Field(description="worst grade among what it rests on")
    on: tuple[str, ...] = Field(description="parameters or assumptions that carry it, largest first")


class Reading(Answer):
    """The same target under another reading of a contested number."""

    reading: str
    probability: float | None = Share
    median: float | None
    mc_error: float | None = Share
    runs: int = Field(ge=0, description="runs that this reading rests on")
    kind: Literal["measured", "drawn"] = Field(
        description="measured: all runs, counted otherwise; drawn: the runs that drew this reading of a fact"
    )


class Carrier(Answer):
    """An uncertain parameter that carries a tenth or more of a target's variance."""

    parameter: str
    share: float = Field(
        ge=0.0, le=1.0, description="squared rank correlation with the outcome: first order only"
    )
    grade: Grade


class Shares(Answer):
    """A number for each source of a forecast's spread."""

    luck: float = Field(ge=0.0, le=1.0, description="with what the sources do together")
    parameters: float = Field(ge=0.0, le=1.0, description="parameters, and readings of contested facts")
    environment: float = Share
    discrepancy: float = Field(ge=0.0, le=1.0, description="what the model may have wrong")


class Variance(Shares):
    """Shares of a forecast's variance; the four sum to one."""

    mc_error: Shares = Field(description="Monte Carlo error of each share, one standard deviation")
    runs: int = Field(ge=1, description="runs of each of the three batches compared")
    scale: Literal["logs", "values"] = Field(description="logs where every value is positive")


class TargetAnswer(Answer):
    """How likely one target of the plan is."""

    indicator: str
    year: int
    sense: Literal[">=", "<="]
    target: float
    unit: str
    base_year: int
    base: float | None
    probability: float | None = Share
    mc_error: float | None = Field(ge=0.0, le=1.0, description="half the Wilson 68 % interval")
    p05: float | None
    p25: float | None
    median: float | None
    p75: float | None
    p95: float | None
    gap: float | None = Field(description="median less target")
    verdict: Verdict
    class_: Class = Field(alias="class")
    grade: Grade
    reading: Literal["headline"] = "headline"
    readings: tuple[Reading, ...]
    runs: int = Field(ge=0, description="runs that gave a value")
    carriers: tuple[Carrier, ...]
    variance: Variance | None = Field(description="null where not asked for, or no share can be told")
    limits: tuple[str, ...] = Field(
        default=(), description="codes of the warnings that say its numbers are beyond what can be known (extrapolated)"
    )


class ForecastAnswer(Answer):
    """An indicator in a year after the record."""

    indicator: str
    year: int
    p05: float | None
    p25: float | None
    median: float | None
    p75: float | None
    p95: float | None
    unit: str
    record: bool = Field(description="false: the pack has no figure of it, and its level is a guess")
    base_year: int
    base: float | None = Field(description="last level on record")
    variance: Variance | None = Field(description="null where not asked for, or no share can be told")


class PublicMoney(Answer):
    """What the district pays over the plan."""

    median: float
    p05: float
    p95: float
    unit: Literal["万元"] = "万元"
    over: str


class MoneyLine(Answer):
    """Public money under one heading, from one payer, of one kind."""

    heading: str
    payer: str
    capital: bool = Field(
        description="true: money tied up or invested, partly returned; false: grants and losses"
    )
    median: float
    p05: float
    p95: float
    unit: Literal["万元"] = "万元"


class Reconciled(Answer):
    """Status changes that made the simulated counts of the last year of the record exact."""

    status: str
    median: float
    p05: float
    p95: float
    unit: Literal["count", "%"] = Field(description="agents that changed status, or percent of an amount")


class AssessAnswer(Answer):
    """`yidu assess --json`."""

    region: str
    scenario: str
    environment: str
    runs: int = Field(ge=1)
    seed: int = Field(ge=0)
    digest: str
    version: str
    targets: tuple[TargetAnswer, ...]
    joint_probability: float | None = Share
    joint_mc_error: float | None = Share
    joint_probability_calibrated: float | None = Share
    public_money: PublicMoney
    warnings: tuple[str, ...]
    joint_mc_error_calibrated: float | None = Share
    public_money_by: tuple[MoneyLine, ...]
    reconciliation: tuple[Reconciled, ...]
    forecasts: tuple[ForecastAnswer, ...]


class YearlyValue(Answer):
    """An indicator in a year of one run."""

    year: int
    indicator: str
    value: float | None
    unit: str


class RunAnswer(Answer):
    """`yidu run --json`."""

    region: str
    scenario: str
    environment: str
    draw: int = Field(ge=0)
    seed: int = Field(ge=0)
    way: Way
    digest: str
    version: str
    indicators: tuple[YearlyValue, ...]
    files: tuple[str, ...]
    warnings: tuple[str, ...] = ()


class FactAnswer(Answer):
    """One fact against what the fitted draws predict of it, on fresh luck, with tolerance and discrepancy."""

    fact: str
    record: float
    p05: float
    median: float
    p95: float
    unit: str
    p025: float
    p975: float
    p_value: float = Share
    inside95: bool
    role: str


class FitAnswer(Answer):
    """`yidu calibrate --json`."""

    region: str
    runs: int = Field(ge=1)
    seed: int = Field(ge=0)
    accepted: int = Field(ge=0)
    threshold: float = Field(description="largest distance accepted")
    folder: str
    version: str
    facts: tuple[FactAnswer, ...]
    effective: float = Field(description="effective sample size")
    failures: tuple[str, ...] = Field(description="what did not pass, one code each")
    discrepancy_after: float = Field(description="standard deviation of the model's error five years after the record [log]")
    warnings: tuple[str, ...] = ()


class ScoreAnswer(Answer):
    """One published figure against the forecast."""

    indicator: str
    period: int
    actual: float
    median: float | None
    p05: float | None
    p95: float | None
    inside_90: bool | None
    crps: float | None = Field(description="continuous ranked probability score, in the unit; null where no run has a value")
    crps_last_growth: float | None = Field(description="of 'the last growth rate goes on': its absolute error; null without record")
    crps_no_change: float | None = Field(description="of 'as in the last year known': its absolute error; null without record")
    unit: str
    p25: float | None
    p75: float | None
    inside_50: bool | None
    pit: float | None = Field(ge=0.0, le=1.0, description="share of runs below the figure, ties counted half")
    bias: float | None = Field(description="median over actual, less 1; null where the figure is not above zero")
    crps_log: float | None = Field(description="CRPS of logs, comparable across indicators; null where the figure is not above zero")
    crps_log_last_growth: float | None
    crps_log_no_change: float | None
    last_growth: float | None = Field(description="what that forecaster says")
    no_change: float | None = Field(description="what that forecaster says")
    skill_last_growth: float | None = Field(description="1 - crps / crps_last_growth; null where that is 0")
    skill_no_change: float | None = Field(description="1 - crps / crps_no_change; null where that is 0")
    base_year: int | None = Field(description="year of the last level on record")
    tolerance: float = Field(gt=0.0, description="one standard deviation of rounding and revision, in the unit")
    source: str


class Naive(Answer):
    """The model against a naive forecaster, on the figures that both have a score for."""

    forecaster: Literal["no_change", "last_growth"]
    figures: int = Field(ge=0)
    crps_log: float | None = Field(description="mean CRPS of logs of the model on these figures")
    naive_crps_log: float | None = Field(description="mean absolute error of logs of the naive forecaster on them")
    skill: float | None = Field(description="1 - crps_log / naive_crps_log")


class ValidateAnswer(Answer):
    """`yidu validate --json`."""

    scores: tuple[ScoreAnswer, ...]
    coverage_90: float | None = Share
    mean_crps_ratio: float | None = Field(
        description="mean over figures of crps over that of the better naive forecaster of each, which is not taken to be"
        " smaller than the figure's tolerance; below 1 the model beats both"
    )
    region: str
    scenario: str
    environment: str
    runs: int = Field(ge=1)
    seed: int = Field(ge=0)
    digest: str
    version: str
    actuals: str = Field(description="file of the published figures")
    figures: int = Field(ge=0, description="figures that were scored")
    coverage_50: float | None = Share
    coverage_50_error: float | None = Field(ge=0.0, le=1.0, description="half the Wilson 68 % interval, as if figures were independent")
    coverage_90_error: float | None = Field(ge=0.0, le=1.0, description="half the Wilson 68 % interval, as if figures were independent")
    mean_bias: float | None
    mean_crps_log: float | None
    against: tuple[Naive, ...]
    warnings: tuple[str, ...]


class ObservedAnswer(Answer):
    """One published figure that the update rests on."""

    indicator: str
    period: int
    actual: float
    unit: str
    tolerance: float = Field(gt=0.0)
    median: float | None = Field(description="forecast before the update")
    p05: float | None
    p95: float | None
    distance: float | None = Field(
        description="published less forecast, in standard deviations of the forecast with its error and the tolerance"
    )
    source: str


class Band(Answer):
    """A forecast: quantiles over runs."""

    p05: float | None
    p25: float | None
    median: float | None
    p75: float | None
    p95: float | None


class UpdatedForecast(Answer):
    """One indicator in one year, before and after the update."""

    indicator: str
    year: int
    unit: str
    actual: float | None = Field(description="published figure of that year, where there is one")
    before: Band
    after: Band


class Chance(Answer):
    """A probability with its Monte Carlo error, and what is forecast of its indicator."""

    probability: float | None = Share
    mc_error: float | None = Field(ge=0.0, le=1.0, description="half the Wilson 68 % interval at the effective number of runs")
    median: float | None
    p05: float | None
    p95: float | None
    verdict: Verdict


class UpdatedTarget(Answer):
    """One target before and after the update."""

    indicator: str
    year: int
    sense: Literal[">=", "<="]
    target: float
    unit: str
    before: Chance
    after: Chance


class LearnedParameter(Answer):
    """How the figures moved a parameter."""

    parameter: str
    unit: str
    before: float = Field(description="mean over runs")
    after: float = Field(description="mean after the update")
    shift: float = Field(description="of its mean normal score, in standard deviations over runs before the update")
    mc_error: float = Field(ge=0.0, description="of the shift, at the effective number of runs")
    moved: bool = Field(description="the shift is beyond chance: three times its error")


class LearnedReading(Answer):
    """How the figures moved the weight of a rival reading of the record."""

    fact: str
    reading: str
    value: float
    unit: str
    before: float = Share
    after: float = Share
    mc_error: float = Field(ge=0.0)
    moved: bool = Field(description="the change is beyond chance: three times its error")


class UpdateAnswer(Answer):
    """`yidu update --json`."""

    region: str
    scenario: str
    environment: str
    runs: int = Field(ge=1)
    seed: int = Field(ge=0)
    digest: str = Field(description="of the runs before the update")
    version: str
    actuals: str = Field(description="file of the published figures")
    effective: float = Field(
        ge=0.0, description="number of equally weighed runs that would give answers as exact: effective sample size"
    )
    effective_by_weights: float = Field(ge=0.0, description="1 / sum of squared weights, if weights alone held all evidence")
    weighed_share: float = Field(
        gt=0.0, le=1.0, description="part of the evidence that the weights hold; a regression on the figures moves runs by the rest"
    )
    observed: tuple[ObservedAnswer, ...]
    targets: tuple[UpdatedTarget, ...]
    joint_before: float | None = Share
    joint_before_mc_error: float | None = Share
    joint_after: float | None = Share
    joint_after_mc_error: float | None = Share
    forecast: tuple[UpdatedForecast, ...]
    parameters: tuple[LearnedParameter, ...]
    readings: tuple[LearnedReading, ...]
    warnings: tuple[str, ...]


def to_json(answer: Answer) -> str:
    """An answer as the text that `--json` writes."""
    return json.dumps(answer.model_dump(mode="json"), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
