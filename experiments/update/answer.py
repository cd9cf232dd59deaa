"""The published shape of `yidu update`. Keys are public: a new one goes after those that stand here."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from yidu.experiments.judging.answer import Answer, Band, Chance, Share


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


class UpdatedForecast(Answer):
    """One indicator in one year, before and after the update."""

    indicator: str
    year: int
    unit: str
    actual: float | None = Field(description="published figure of that year, where there is one")
    before: Band
    after: Band


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
    effective: float = Field(ge=0.0, description="number of equally weighed runs that would give answers as exact: effective sample size")
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
