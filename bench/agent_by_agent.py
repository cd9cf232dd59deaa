"""The same quarters of the same run agent by agent in Mesa, each way in processes of their own, beside the compiled quarter.

``attributes``: our own stages uncompiled, driven one row at a time over ordinary Python objects. ``columns``: the model as shipped with
compilation switched off, whose agents read NumPy rows. ``stages``: the model as shipped, over compiled stages.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yidu.bench.processes import Failed, answer_of
from yidu.bench.quarter import kept
from yidu.bench.worlds import plans

if TYPE_CHECKING:
    from collections.abc import Callable

    from yidu.bench.worlds import Plans

WAYS = {"attributes": ("attributes", "1"), "columns": ("columns", "1"), "stages": ("columns", "0")}
"""How each is asked for: how agents are kept, and whether compilation is off."""


class Different(Failed):
    """Two ways of running the same quarters ended in different indicators: they must not be compared."""


def compiled(made: Plans, quarters: int) -> tuple[float, list[float]]:
    """The same quarters of run 0 compiled: time, once as the others are [ns per living enterprise-quarter], and the last indicators."""
    living = made.living(0, quarters)
    w = made.begin(0)
    begin = time.thread_time_ns()
    made.finish(quarters)
    return (time.thread_time_ns() - begin) / living, w.indicators[w.district[0].row].tolist()


def measure(quarters: int, repeats: int, progress: Callable[[int], Any] | None = None) -> dict[str, list[float]]:
    """Core time by way and repeat [ns per living enterprise-quarter], and of the compiled quarter just before (``before_WAY``).

    Raises:
        Different: a way does not end where the compiled quarters do, to the bit.
    """
    made = plans(1)
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        start = kept(made, Path(folder))
        for _ in range(repeats):
            for way, (agents, off) in WAYS.items():
                own, indicators = compiled(made, quarters)
                found = answer_of("yidu.bench.uncompiled", agents, start, quarters, NUMBA_DISABLE_JIT=off)
                if found["indicators"] != indicators:
                    raise Different(f"{way}: {found['indicators']} where the compiled quarters end in {indicators}")
                times.setdefault(way, []).append(found["ns"] / found["living"])
                times.setdefault("before_" + way, []).append(own)
                if progress is not None:
                    progress(1)
    return times
