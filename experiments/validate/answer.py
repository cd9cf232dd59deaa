"""The published shape of `yidu validate`. Keys are public: a new one goes after those that stand here."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from yidu.experiments.judging.answer import Answer, Share


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
