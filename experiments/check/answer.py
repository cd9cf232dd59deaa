"""The published shape of `yidu scenario check`. Keys are public: a new one goes after those that stand here."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from yidu.experiments.check.affordable import Depends, Known
from yidu.experiments.judging.answer import Answer, Grade, MoneyLine, Rests, Share
from yidu.sim.levers import Decider, Group


class LeverYear(Answer):
    """A lever in a year of the plan."""

    year: int
    value: float
    status_quo: float


class LeverSet(Answer):
    """A lever over the plan."""

    lever: str
    group: Group
    unit: str
    decider: Decider = Field(description="district 区定, shared 共担, city 市定, won 争取")
    last_record: float = Field(description="level in the last year of the record")
    changed: bool = Field(description="differs from the status quo in a year of the plan or later")
    path: tuple[LeverYear, ...]


class AssumptionYear(Answer):
    """What a scenario assumes of something that is not policy, from a year on."""

    field: str
    year: int
    value: float
    unit: str


class TriggerSet(Answer):
    """In runs where the condition holds at the end of the year, each lever takes its value from the next year on."""

    indicator: str
    sense: Literal["<", "<=", ">", ">="]
    value: float
    unit: str
    year: int
    then: dict[str, float]


class CostYear(Answer):
    """What a lever is known to cost the district in a year, before any run [万元]."""

    lever: str
    year: int
    heading: Group
    capital: bool = Field(description="true: money tied up or invested; false: grants and services")
    amount: float
    status_quo: float = Field(description="the same under the status quo")
    known: Known = Field(description="fixed: paid as set, on average; about: may come to some more or less")
    grade: Grade = Field(description="of the unit cost")


class KnownYear(Answer):
    """What is known before any run of the district's money in a year [万元]."""

    year: int
    amount: float
    status_quo: float
    above_record: bool | None = Field(description="already above the yearly money on record; null without a record")


class Unknown(Answer):
    """A lever in use whose cost, or a further cost, follows from what others do."""

    lever: str
    follows: Depends = Field(description="take_up: who applies; losses: what is not repaid; landing: what is won or comes")
    partly: bool = Field(description="true: part of its cost is known before a run")


class RecordedMoney(Answer):
    """The district's money for science and technology on record [万元]."""

    total: float
    yearly: float
    over: str


class MeasuredYear(Answer):
    """What the district pays in a year, by runs [万元]."""

    year: int
    mean: float
    mc_error: float
    p05: float
    median: float
    p95: float
    status_quo: float = Field(description="mean under the status quo, on the same runs")
    change: float = Field(description="mean difference run by run")
    change_mc_error: float
    above_record: float | None = Field(ge=0.0, le=1.0, description="share of runs above the yearly money on record")
    above_record_mc_error: float | None = Share


class Measured(Answer):
    """What runs say of the money."""

    environment: str
    runs: int = Field(ge=1)
    seed: int = Field(ge=0)
    digest: str
    by_year: tuple[MeasuredYear, ...]
    total: MeasuredYear = Field(description="over the plan; its year is the last")
    public_money_by: tuple[MoneyLine, ...]


class FarLever(Answer):
    """A lever set far beyond experience."""

    lever: str
    first_year: int
    value: float = Field(description="highest value in the plan")
    highest: float = Field(description="highest level on record")
    times: float | None = Field(description="value over highest; null where it was never used")
    triggered: bool = Field(description="only if a trigger acts")


class ScenarioAnswer(Answer):
    """`yidu scenario check --json` and `yidu scenario show --json`."""

    region: str
    scenario: str
    title_zh: str
    title_en: str
    description: str
    file: str | None
    chain: tuple[str, ...] = Field(description="from this scenario down to the one that extends nothing")
    version: str
    levers: tuple[LeverSet, ...]
    environment: tuple[AssumptionYear, ...]
    triggers: tuple[TriggerSet, ...]
    known_costs: tuple[CostYear, ...]
    known_by_year: tuple[KnownYear, ...]
    depends: tuple[Unknown, ...]
    recorded: RecordedMoney | None
    measured: Measured | None = Field(description="null without --runs")
    over_budget: tuple[int, ...] = Field(
        description="years whose known money, or where measured whose median, is above the yearly money on record"
    )
    extrapolation: bool = Field(description="a lever, or the money measured, lies far beyond experience")
    beyond_experience: tuple[FarLever, ...]
    conclusion: str
    rests: Rests
    warnings: tuple[str, ...]
