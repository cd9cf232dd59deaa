"""The answer of `yidu compare`: what each further mix changes against the first."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from yidu.experiments.ensembles.differences import ChanceChange, Difference, Price
from yidu.experiments.ensembles.gainers import Gain
from yidu.experiments.judging.answer import Answer, Asked, Band, Chance, Class, Grade, PublicMoney, Rests, Share


class TargetChange(Answer):
    """One target under two mixes."""

    indicator: str
    year: int
    sense: Literal[">=", "<="]
    target: float
    unit: str
    class_: Class = Field(alias="class")
    grade: Grade = Field(description="worst of both mixes")
    base: Chance
    other: Chance
    chance: ChanceChange | None = Field(description="null where no run has a value")
    difference: Difference | None
    cost_per_unit: Price | None = Field(description="null where money or level does not move beyond chance")
    cost_per_point: Price | None = Field(description="of a percentage point of probability; null as above")
    limits: tuple[str, ...] = Field(
        default=(), description="codes of the warnings that say its numbers under either mix are beyond what can be known (extrapolated)"
    )


class IndicatorChange(Answer):
    """One published indicator without a target in the plan's last year, under two mixes."""

    indicator: str
    year: int
    unit: str
    base: Band
    other: Band
    difference: Difference | None
    cost_per_unit: Price | None = Field(description="of a unit more; null where money or level does not move beyond chance")
    record: bool = Field(description="false: the pack has no figure of it, and its level is a guess")


class JointChange(Answer):
    """The probability that one and the same run reaches several targets, under two mixes."""

    of: Literal["all", "calibrated"] = Field(description="calibrated: the targets of class 可校准")
    targets: int = Field(ge=0)
    base: float | None = Share
    base_mc_error: float | None = Share
    other: float | None = Share
    other_mc_error: float | None = Share
    chance: ChanceChange | None


class MoneyChange(Answer):
    """Public money over the plan under two mixes."""

    part: Literal["all", "grants", "capital", "heading"] = Field(description="all, grants, capital: everything the payer pays of it")
    heading: str | None
    payer: str
    capital: bool | None = Field(description="money tied up or invested, partly returned; null where both are added up")
    unit: Literal["万元"] = "万元"
    base: Band
    other: Band
    difference: Difference


class Saving(Answer):
    """Times as many runs as independent seeds would need for the same errors: over the targets, or without any over the indicators,
    that move beyond chance.
    """

    indicators: int = Field(ge=1)
    least: float
    median: float
    most: float


class MixAnswer(Answer):
    """One of the mixes that are compared."""

    scenario: str
    digest: str
    levers: tuple[str, ...] = Field(description="set otherwise than in the first mix, in the plan or by a trigger")
    assumptions: tuple[str, ...] = Field(description="fields of the environment that it assumes otherwise")
    joint_probability: float | None = Share
    joint_mc_error: float | None = Share
    joint_probability_calibrated: float | None = Share
    joint_mc_error_calibrated: float | None = Share
    public_money: PublicMoney


class Comparison(Answer):
    """One mix against the first."""

    scenario: str
    same: bool = Field(description="every number of every run is the same under both")
    targets: tuple[TargetChange, ...]
    indicators: tuple[IndicatorChange, ...]
    joint: tuple[JointChange, ...]
    money: tuple[MoneyChange, ...]
    gains: tuple[Gain, ...] = Field(description="by sector and by size of firm at the end of the plan, without the model's error")
    saves: Saving | None = Field(description="null where nothing moves beyond chance")
    rests: Rests


class CompareAnswer(Asked):
    """`yidu compare --json`. `scenario` and `digest` are those of the first mix, against which the others stand."""

    mixes: tuple[MixAnswer, ...] = Field(description="in the order asked for")
    comparisons: tuple[Comparison, ...] = Field(description="each further mix against the first")
    conclusion: str
    rests: Rests
    warnings: tuple[str, ...]
