"""The JSON shape of answers, published as JSON Schema in `docs/schema/` by `python -m yidu.experiments.schemas`.

Keys and their order are public: scripts read them. A new key goes after those that stand here.
"""

from __future__ import annotations

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from yidu.sim.version import product_version

version = product_version

Verdict = Literal["能完成", "经努力可完成", "难度较大", "难以完成", "无记录"]
Class = Literal["可校准", "有规则无基数", "仅判断"]
Grade = Literal["A", "B", "C", "D"]
Share = Field(ge=0.0, le=1.0)


class Answer(BaseModel):
    """Part of an answer: the published keys only, and null where there is no number (never NaN)."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, validate_by_name=True, serialize_by_alias=True)


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
    share: float = Field(ge=0.0, le=1.0, description="squared rank correlation with the outcome: first order only")
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
    capital: bool = Field(description="true: money tied up or invested, partly returned; false: grants and losses")
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


class NotAnsweredRow(Answer):
    """A sentence of the plan that the model says nothing of."""

    id: str
    quote: str = Field(description="the sentence, as the plan has it")
    why_zh: str
    why_en: str


class Band(Answer):
    """A forecast: quantiles over runs."""

    p05: float | None
    p25: float | None
    median: float | None
    p75: float | None
    p95: float | None


class Chance(Answer):
    """A probability with its Monte Carlo error, and what is forecast of its indicator."""

    probability: float | None = Share
    mc_error: float | None = Field(ge=0.0, le=1.0, description="half the Wilson 68 % interval at the effective number of runs")
    median: float | None
    p05: float | None
    p95: float | None
    verdict: Verdict


def to_json(answer: Answer) -> str:
    """An answer as the text that `--json` writes."""
    return json.dumps(answer.model_dump(mode="json"), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
