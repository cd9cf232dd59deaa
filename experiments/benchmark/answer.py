"""The JSON shape of `yidu bench`: figures measured in one run on one machine, beside what the design reaches for."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from yidu.experiments.judging.answer import Answer

Sense = Literal["<=", ">="]


class BenchMachine(Answer):
    """Where it was measured."""

    processor: str
    cores: int = Field(ge=1, description="that the process may use")
    memory_mb: float = Field(ge=0.0)
    system: str
    python: str
    numpy: str
    numba: str
    load_before: float | None = Field(description="processes that wanted a core, on average over the minute before; null where unknown")
    load_after: float | None


class BenchFigure(Answer):
    """One figure."""

    id: str
    part: str
    value: float
    low: float | None = Field(description="least over repeats, or over effects; null where there is one measurement")
    high: float | None
    unit: str
    sense: Sense | None = Field(description="which side of the reach is good; null where nothing was promised")
    reach: float | None = Field(description="what the design reaches for")
    kept: bool | None
    times: int = Field(ge=1, description="measurements that the value rests on")


class BenchCurve(Answer):
    """How a time grows."""

    id: str
    over: str = Field(description="what grows along x")
    x: tuple[float, ...]
    seconds: tuple[float, ...]
    exponent: float | None = Field(description="slope of log time on log size: 1 where time grows in proportion")


class BenchLeftOut(Answer):
    """A part, or a line of one, that was not measured."""

    part: str
    reason: str = Field(description="a word for scripts: not_asked, quick, failed, or what is missing")
    said: str | None = Field(description="what a part that failed said last")


class BenchAnswer(Answer):
    """`yidu bench --json`. The first nine keys are null where their part was not measured."""

    ns_per_enterprise_quarter: float | None = Field(description="of one core, all stages and indicators, 2021-2025")
    ratio_to_floor: float | None = Field(description="over drawing the luck of an enterprise and touching its columns once")
    ratio_to_plain_mesa: float | None = Field(description="our stages uncompiled, in Mesa, row by row over ordinary objects, over compiled")
    bytes_per_enterprise: float | None = Field(description="of the tables with a row for each enterprise")
    memory_growth_10000_runs_mb: float | None
    paired_variance_ratio: float | None = Field(description="the least of three effects")
    seconds_first_compile: float | None
    seconds_warm_start: float | None
    seconds_lever_to_chart: float | None = Field(description="to the charts of 200 runs, median")
    version: str
    digest: str = Field(description="of the source of the rules")
    effort: str = Field(description="full or quick")
    machine: BenchMachine
    figures: tuple[BenchFigure, ...]
    curves: tuple[BenchCurve, ...]
    left_out: tuple[BenchLeftOut, ...]
