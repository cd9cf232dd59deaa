"""The JSON shape of `yidu explain`. Keys are public: a new one goes after those that stand here."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from yidu.experiments.explain.flow_account import AccountRow, BesideRow
from yidu.experiments.judging.answer import Answer, Asked, Class, ForecastAnswer, Grade, Rests, Share, Verdict
from yidu.experiments.judging.evidence import LeverKnown
from yidu.sim.levers import Group

Told = Literal["doors", "ratio", "none"]
Kind = Literal["levers", "source", "spread"]
Error = Field(ge=0.0, description="Monte Carlo error, one standard deviation")


class ExplainedTarget(Answer):
    """A target under the scenario and under the reference, on the same runs."""

    indicator: str
    year: int
    unit: str
    sense: Literal[">=", "<="]
    target: float
    probability: float | None = Share
    mc_error: float | None = Field(ge=0.0, le=1.0, description="half the Wilson 68 % interval")
    reference_probability: float | None = Share
    reference_mc_error: float | None = Share
    probability_change: float | None = Field(description="scenario less reference")
    probability_change_error: float | None = Error
    level_change: float | None = Field(description="mean over runs, scenario less reference, in the unit; groups of levers add up to it")
    level_change_error: float | None = Error
    p05: float | None
    median: float | None
    p95: float | None
    verdict: Verdict
    class_: Class = Field(alias="class")
    grade: Grade
    runs: int = Field(ge=0, description="runs with a value under every mix")
    account: Told = Field(description="doors: by flows; ratio: by numerator and denominator; none: the indicator has no flow account")


class GroupRow(Answer):
    """Shapley value of a group of levers for one target; those of all groups add up to the change."""

    indicator: str
    year: int
    group: Group
    level: float = Field(description="contribution to the mean level, in the unit of the indicator")
    level_error: float = Error
    probability: float = Field(description="contribution to the probability of reaching the target")
    probability_error: float = Error
    beyond_chance: bool = Field(description="level or probability above three times its error")


class LeverRow(Answer):
    """What one lever does for one target: scenario less the scenario with this lever put back, reference with it less reference."""

    indicator: str
    year: int
    lever: str
    out_level: float = Field(description="leave one out: what would be lost without it")
    out_level_error: float = Error
    out_probability: float
    out_probability_error: float = Error
    in_level: float = Field(description="leave one in: what it does alone")
    in_level_error: float = Error
    in_probability: float
    in_probability_error: float = Error
    beyond_chance: bool = Field(description="one of the four above three times its error")


class LeverSet(Answer):
    """A lever that the scenario sets otherwise than the reference."""

    lever: str
    group: Group
    unit: str
    reference: dict[int, float] = Field(description="by year")
    scenario: dict[int, float]
    triggered: bool = Field(description="a trigger of either mix sets it too")
    out_money: float = Field(description="district money over the plan with it less without it in the scenario [万元]")
    out_money_error: float = Error
    known: LeverKnown


class GroupMoney(Answer):
    """Shapley value of a group of levers for what the district pays over the plan [万元]."""

    group: Group
    levers: tuple[str, ...] = Field(description="levers of the group that differ; none: its contribution is zero")
    money: float
    money_error: float = Error


class SourceRow(Answer):
    """Share of a forecast's variance that a source carries (Sobol)."""

    indicator: str
    year: int
    source: Literal["luck", "parameters", "environment", "discrepancy"]
    first: float = Field(description="first order: alone. An estimate: may fall below 0 by chance")
    first_error: float = Error
    total: float = Field(description="total: with all it does together with others")
    total_error: float = Error
    size: float = Field(ge=0.0, description="half the 68 % band that it makes by itself and with others, in the unit of the indicator")
    size_error: float = Error
    grade: Grade | None = Field(description="worst evidence grade of what it is made of; null where it is not a matter of evidence")
    scale: Literal["logs", "values"]
    runs: int = Field(ge=0, description="runs of each batch")
    dropped: int = Field(ge=0, description="runs left out: a batch gave no value")


class ParameterRow(Answer):
    """What one parameter says of the target that is explained; with it goes what is correlated with it."""

    indicator: str
    year: int
    parameter: str
    first: float = Field(description="first-order share of variance, less what an idle number shows")
    first_error: float = Error
    delta: float | None = Field(description="Borgonovo's delta; an idle number shows `idle_delta`")
    delta_error: float | None = Error
    idle_delta: float | None
    beyond_chance: bool
    grade: Grade
    contraction: float | None = Field(description="of the fit; below 0.1 the record says nothing of it; null without a fit")
    runs: int


class DecidingRow(Answer):
    """One of the things that decide a target, largest first."""

    indicator: str
    year: int
    kind: Kind = Field(description="levers: a group; source: of uncertainty; spread: all uncertainty, where shares were not told")
    name: str = Field(description="group of levers, or source")
    size: float = Field(ge=0.0, description="how far it moves the level: of levers the mean change, of a source half its 68 % band")
    size_error: float = Error
    level: float | None = Field(description="of levers, with its sign")
    probability: float | None = Field(description="of levers: contribution to the probability")
    probability_error: float | None = Error
    share: float | None = Field(description="of a source: total share of variance")
    share_error: float | None = Error
    grade: Grade | None
    parameters: tuple[str, ...] = Field(description="of parameters: the strongest, where the target is the one explained")
    levers: tuple[str, ...] = Field(description="of a group: its levers with an effect beyond chance, the strongest first")


class ExplainAnswer(Asked):
    """`yidu explain --json`."""

    reference: str = Field(description="what contributions are measured against; none: no policy")
    target: str = Field(description="the one explained in the conclusion; all others have the same rows but those of parameters")
    year: int
    chosen: bool = Field(description="chosen among several: the least likely of an open verdict, 经努力可完成 or 难度较大")
    mixes: int = Field(ge=1, description="mixes run, each once")
    share_runs: int = Field(ge=0, description="runs of each batch behind the shares; 0: none were asked for, or too few")
    targets: tuple[ExplainedTarget, ...]
    account: tuple[AccountRow, ...]
    beside: tuple[BesideRow, ...]
    reported: tuple[ForecastAnswer, ...] = Field(
        default=(), description="indicators without a target that follow from the same agents, in the year of the target explained"
    )
    groups: tuple[GroupRow, ...]
    group_money: tuple[GroupMoney, ...]
    money_change: float = Field(description="mean district money over the plan, scenario less reference [万元]; groups add up to it")
    money_change_error: float = Error
    levers: tuple[LeverSet, ...]
    lever_effects: tuple[LeverRow, ...]
    sources: tuple[SourceRow, ...]
    parameters: tuple[ParameterRow, ...]
    deciding: tuple[DecidingRow, ...]
    conclusion: str
    rests: Rests
    warnings: tuple[str, ...]
