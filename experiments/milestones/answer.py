"""The published shape of `yidu milestones`. Keys are public: a new one goes after those that stand here."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from yidu.experiments.judging.answer import Answer, Asked, Grade, Rests, Share
from yidu.experiments.milestones.adaptive import RuleAnswer
from yidu.experiments.milestones.early_signs import SignAnswer

Told = Literal["line", "few_arrive", "few_fail", "no_signal", "no_value"]


class MilestoneAnswer(Answer):
    """The warning line of one target in one year."""

    indicator: str
    year: int
    unit: str
    sense: Literal[">=", "<="] = Field(description="of the target; a run below the line is warned where it is >=, else one above it")
    target: float
    target_year: int
    probability: float | None = Field(ge=0.0, le=1.0, description="of reaching the target, as `assess` has it")
    mc_error: float | None = Share
    told: Told = Field(
        description="line: there is one; few_arrive, few_fail: fewer than 20 runs do; no_signal: the indicator of that year"
        " does not tell them apart; no_value: the pack supports none"
    )
    line: float | None = Field(description="with the largest Youden index on one half of the runs; the rates are of the other half")
    warned: float | None = Field(ge=0.0, le=1.0, description="share of runs on the wrong side of the line")
    warned_error: float | None = Share
    false_alarm: float | None = Field(ge=0.0, le=1.0, description="warned, of the runs that arrive")
    false_alarm_error: float | None = Share
    miss: float | None = Field(ge=0.0, le=1.0, description="not warned, of the runs that fail")
    miss_error: float | None = Share
    probability_if_clear: float | None = Field(ge=0.0, le=1.0, description="of reaching the target on the right side of the line")
    probability_if_clear_error: float | None = Share
    probability_if_warned: float | None = Field(ge=0.0, le=1.0, description="of reaching the target on the wrong side of the line")
    probability_if_warned_error: float | None = Share
    auc: float | None = Field(ge=0.0, le=1.0, description="chance that a run that arrives stands ahead of one that fails, in that year")
    auc_error: float | None = Share
    arriving: int = Field(ge=0, description="runs that reach the target")
    failing: int = Field(ge=0)
    grade: Grade = Field(description="of the target, as `assess` has it")


class PathAnswer(Answer):
    """An indicator in one year, in the runs that reach its target."""

    indicator: str
    year: int
    unit: str
    p25: float | None = Field(description="null where fewer than 20 runs arrive")
    median: float | None
    p75: float | None
    arriving: int = Field(ge=0)


class MilestonesAnswer(Asked):
    """`yidu milestones --json`."""

    mid_year: int = Field(description="the year of the mid-term review, of which signs are told unless another was asked for")
    milestones: tuple[MilestoneAnswer, ...]
    paths: tuple[PathAnswer, ...]
    signs: tuple[SignAnswer, ...]
    rule: RuleAnswer | None = Field(description="null where no rule was tried")
    conclusion: str
    rests: Rests
    warnings: tuple[str, ...]
