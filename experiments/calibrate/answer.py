"""The published shape of `yidu calibrate`. Keys are public: a new one goes after those that stand here."""

from __future__ import annotations

from pydantic import Field

from yidu.experiments.judging.answer import Answer, Share


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
