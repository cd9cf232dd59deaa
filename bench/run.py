"""Every part asked for, one after another, and the one answer they make."""

from __future__ import annotations

import os
import platform
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import psutil

from yidu.agents.compiled import SOURCE_DIGEST
from yidu.bench.parts import PARTS, Effort, Found, steps
from yidu.bench.processes import Failed
from yidu.experiments.benchmark.answer import BenchAnswer, BenchLeftOut, BenchMachine
from yidu.experiments.ensembles.cores import cores
from yidu.experiments.judging.answer import version

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Watch = Callable[[str, int], AbstractContextManager[Callable[[int], Any]]]

PUBLIC = {
    "ns_per_enterprise_quarter": "ns_per_enterprise_quarter",
    "ratio_to_floor": "ratio_to_floor",
    "ratio_to_plain_mesa": "ratio_to_mesa_attributes",
    "bytes_per_enterprise": "bytes_per_enterprise",
    "memory_growth_10000_runs_mb": "memory_growth_10000_runs_mb",
    "paired_variance_ratio": "paired_variance_ratio",
    "seconds_first_compile": "seconds_first_compile",
    "seconds_warm_start": "seconds_warm_start",
    "seconds_lever_to_chart": "seconds_lever_to_chart",
}
"""Public keys of the answer, and the figure that each is."""


def load() -> float | None:
    """Processes that wanted a core, on average over the last minute; None where the system does not say."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def processor() -> str:
    """The name of the processor, as far as the system tells it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def machine(before: float | None) -> BenchMachine:
    """This machine."""
    import numba
    import numpy

    return BenchMachine(
        processor=processor(), cores=cores(), memory_mb=round(psutil.virtual_memory().total / 1e6), system=platform.platform(),
        python=platform.python_version(), numpy=numpy.__version__, numba=numba.__version__, load_before=before, load_after=load(),
    )  # fmt: skip


def run(parts: Sequence[str], effort: Effort, watch: Watch) -> BenchAnswer:
    """Measure these parts; one that fails is left out with what was said, so that the minutes of the others are not lost."""
    before, found = load(), []
    for part in PARTS:
        if part not in parts:
            found.append(Found(part, left_out=[BenchLeftOut(part=part, reason="not_asked", said=None)]))
            continue
        with watch(part, steps(part, effort)) as advance:
            try:
                found.append(PARTS[part](effort, advance))
            except Failed as failure:
                found.append(Found(part, left_out=[BenchLeftOut(part=part, reason="failed", said=str(failure))]))
    figures = {figure.id: figure for one in found for figure in one.figures}
    public = {key: None if id not in figures else figures[id].value for key, id in PUBLIC.items()}
    return BenchAnswer(
        **public, version=version(), digest=SOURCE_DIGEST, effort=effort.name, machine=machine(before), figures=tuple(figures.values()),
        curves=tuple(curve for one in found for curve in one.curves), left_out=tuple(out for one in found for out in one.left_out),
    )  # fmt: skip
