"""The published shape of `yidu targets`. Keys are public: a new one goes after those that stand here."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from yidu.experiments.judging.answer import Answer, Asked, Carrier, Class, Grade, Rests, Share

Sense = Literal[">=", "<="]


class Attainable(Answer):
    """The value that is reached with a probability."""

    probability: float = Field(gt=0.0, lt=1.0)
    value: float | None = Field(description="rounded towards the easy side, so that the probability is kept; null without a value")
    unrounded: float | None
    low: float | None = Field(description="68 % interval by Monte Carlo error alone, its ends rounded outward as the value is")
    high: float | None
    reached: float | None = Field(ge=0.0, le=1.0, description="share of runs that reach the rounded value")
    mc_error: float | None = Field(ge=0.0, le=1.0, description="of that share, half the Wilson 68 % interval")


class PresentTarget(Answer):
    """The target that is set now, on the scale of this year's runs."""

    target: float
    target_year: int
    probability: float | None = Field(ge=0.0, le=1.0, description="that the value of this target is reached in the year of the row")
    mc_error: float | None = Share


class AttainableRow(Answer):
    """One indicator in one year."""

    indicator: str
    year: int
    unit: str
    sense: Sense = Field(description="which way is better")
    class_: Class = Field(alias="class")
    headline: bool = Field(description="of the plan's main table")
    extrapolation: bool = Field(description="further from the record's end than the record is long")
    published: bool = Field(description="the year's figure is published: every value is that figure")
    values: tuple[Attainable, ...]
    present: PresentTarget | None = Field(description="null where no target is set")
    carriers: tuple[Carrier, ...] = Field(description="parameters that carry a tenth or more of the variance")
    grade: Grade = Field(description="worst grade among the carriers")


class TargetsAnswer(Asked):
    """`yidu targets --json`."""

    horizon: int
    actuals: str | None = Field(description="file of the published figures that it starts from; null: from the record")
    effective: float = Field(ge=0.0, description="number of equally weighed runs that would give values as exact")
    method: str = Field(description="how the intervals of the values are found")
    rows: tuple[AttainableRow, ...]
    conclusion: str
    rests: Rests
    warnings: tuple[str, ...]
