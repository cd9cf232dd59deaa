"""From a command to its answer: the first time on a machine, when the rules are compiled, and every time after."""

from __future__ import annotations

import tempfile
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import psutil

from yidu.bench.processes import answer_of

if TYPE_CHECKING:
    from collections.abc import Callable

ONE_RUN = ("assess", "--runs", 1, "--no-shares", "--json", "-")
MANY_RUNS = ("assess", "--runs", 1000, "--json", "-")


class Spent(NamedTuple):
    """What a command took [s]: by the clock, and of cores. On a machine that is busy otherwise the clock says more than it should."""

    clock: float
    core: float


def core_of_children() -> float:
    """Core seconds of every process that this one has waited for."""
    times = psutil.Process().cpu_times()
    return float(times.children_user + times.children_system)


def whole(arguments: tuple[object, ...] = ONE_RUN, **environment: str) -> Spent:
    """A whole `yidu` command, its start included."""
    core, clock = core_of_children(), time.perf_counter()
    answer_of("yidu", *arguments, **environment)
    return Spent(time.perf_counter() - clock, core_of_children() - core)


def first_compile() -> Spent:
    """`yidu assess --runs 1` where nothing has been compiled yet."""
    with tempfile.TemporaryDirectory(prefix="yidu-bench-") as empty:
        return whole(YIDU_CACHE=empty)


def warm(repeats: int, arguments: tuple[object, ...] = ONE_RUN, progress: Callable[[int], Any] | None = None) -> list[Spent]:
    """A command that finds its compiled code, several times over."""
    times = []
    for _ in range(repeats):
        times.append(whole(arguments))
        if progress is not None:
            progress(1)
    return times
