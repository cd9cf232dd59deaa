"""The JSON shape of answers, published as JSON Schema in `docs/schema/` by `python -m experiments.answers`.

Keys and their order are public: scripts read them. A new key goes after those that stand here.
"""

from __future__ import annotations

import importlib.metadata
import json
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

ROOT = Path(__file__).resolve().parent.parent
SCHEMAS = ROOT / "docs" / "schema"

Verdict = Literal["能完成", "经努力可完成", "难度较大", "难以完成", "无记录"]
Class = Literal["可校准", "有规则无基数", "仅判断"]
Grade = Literal["A", "B", "C", "D"]
Way = Literal["compiled", "mesa"]
Share = Field(ge=0.0, le=1.0)


def version() -> str:
    """Version of the product, as installed or as `pyproject.toml` beside it says."""
    try:
        return importlib.metadata.version("yidu")
    except importlib.metadata.PackageNotFoundError:
        with (ROOT / "pyproject.toml").open("rb") as file:
            return str(tomllib.load(file)["project"]["version"])


class Answer(BaseModel):
    """Part of an answer: the published keys only, and null where there is no number (never NaN)."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, validate_by_name=True, serialize_by_alias=True
    )


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


class FactAnswer(Answer):
    """One fact against what the fitted draws predict of it, on fresh luck."""

    fact: str
    record: float
    p05: float
    median: float
    p95: float
    unit: str


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


PUBLISHED: dict[str, type[Answer]] = {"assess": AssessAnswer, "run": RunAnswer, "calibrate": FitAnswer}


def schema(name: str) -> str:
    """The JSON Schema of an answer, as the text of its file in `docs/schema/`."""
    tree = PUBLISHED[name].model_json_schema(by_alias=True, mode="serialization")
    tree = {"$schema": "https://json-schema.org/draft/2020-12/schema", **tree}
    return json.dumps(tree, ensure_ascii=False, indent=2) + "\n"


def to_json(answer: Answer) -> str:
    """An answer as the text that `--json` writes."""
    return json.dumps(answer.model_dump(mode="json"), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


if __name__ == "__main__":
    SCHEMAS.mkdir(parents=True, exist_ok=True)
    for published in PUBLISHED:
        (SCHEMAS / f"{published}.json").write_text(schema(published), encoding="utf-8")
