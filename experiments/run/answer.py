"""The published shape of `yidu run`. Keys are public: a new one goes after those that stand here."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from yidu.experiments.judging.answer import Answer

Way = Literal["compiled", "mesa"]


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
    warnings: tuple[str, ...] = ()
