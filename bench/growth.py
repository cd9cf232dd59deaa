"""How time grows: with enterprises, quarters, runs and threads.

    python -m yidu.bench.growth ENTERPRISES QUARTERS REPEATS

measures one size in this process and prints it as JSON: ``of_enterprises`` has a process for each size, so that the peak of
memory is that of the size.
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from yidu.bench.processes import answer_of
from yidu.bench.timing import by_turns, peak_mb
from yidu.bench.worlds import living_rows, plans
from yidu.calibration.manifest import posterior
from yidu.sim.draws import DRAWN
from yidu.sim.ensemble import refuse_overflow, run_to, simulate
from yidu.sim.inputs import Inputs, drawn_inputs
from yidu.sim.region import load
from yidu.sim.world import RECORD_END_QUARTER, START_QUARTER, year_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Progress = Callable[[int], Any] | None


class Size(NamedTuple):
    """A world of one size over some quarters."""

    living: float
    """Enterprises alive at the end, on average with those at the start."""
    quarters: int
    seconds: float
    """Of a core."""
    peak: float
    """Most memory the process had [MB]."""


def sized(enterprises: int, quarters: int, repeats: int, region: str = "dadukou") -> Size:
    """A run of ``enterprises`` from the end of 2015: the least time of the repeats, over one world used again."""
    pack = load(region)
    parameters, _, known = drawn_inputs(pack, posterior(pack), 1, np.array([0], np.int64))
    parameters = parameters.copy()
    parameters[0, DRAWN.index("pool_size")] = enterprises * pack.settings.scale
    inputs, last = Inputs(pack, pack.levers, reconcile=False), START_QUARTER + quarters
    w = inputs.world(parameters, year_of(last))
    times, living = [], 0.0
    for _ in range(repeats + 1):  # the first loads or compiles
        inputs.install(w, 1, 0, parameters[0], known[0])
        living = float(living_rows(w).size)
        begin = time.thread_time()
        run_to(w, last)
        times.append(time.thread_time() - begin)
        refuse_overflow(w)
        living = (living + living_rows(w).size) / 2.0
        if times[-1] > LONG and len(times) > 1:
            break
    return Size(living, quarters, min(times[1:] or times), peak_mb())


LONG = 5.0
"""Seconds of a core from which a run is not repeated."""


def of_enterprises(sizes: Sequence[int], quarters: int, repeats: int, progress: Progress = None) -> list[Size]:
    """Each size in a process of its own."""
    found = []
    for size in sizes:
        found.append(Size(*answer_of("yidu.bench.growth", size, quarters, repeats)))
        if progress is not None:
            progress(1)
    return found


def of_quarters(counts: Sequence[int], repeats: int, progress: Progress = None) -> tuple[list[float], list[float]]:
    """Living enterprise-quarters of a run from the end of 2020, and core seconds, for some numbers of quarters."""
    made = plans(1, until=year_of(RECORD_END_QUARTER + max(counts)))

    def timed(quarters: int) -> Callable[[], float]:
        def once() -> float:
            made.begin(0)
            begin = time.thread_time()
            made.finish(quarters)
            return time.thread_time() - begin

        return once

    timed(1)()
    times = by_turns({str(count): timed(count) for count in counts}, repeats, progress)
    return [float(made.living(0, count)) for count in counts], [min(times[str(count)]) for count in counts]


def of_runs(counts: Sequence[int], repeats: int, progress: Progress = None) -> list[float]:
    """Core seconds of whole runs, 2016 to 2025, one thread."""
    pack = load("dadukou")
    draws = posterior(pack)

    def timed(runs: int) -> Callable[[], float]:
        def once() -> float:
            begin = time.process_time()
            simulate(pack, pack.levers, runs=runs, draws=draws, threads=1)
            return time.process_time() - begin

        return once

    timed(1)()
    times = by_turns({str(runs): timed(runs) for runs in counts}, repeats, progress)
    return [min(times[str(runs)]) for runs in counts]


def of_threads(counts: Sequence[int], runs: int, repeats: int, progress: Progress = None) -> dict[str, list[float]]:
    """Seconds by the clock of so many runs, by number of threads: what neighbours take is missing here."""
    pack = load("dadukou")
    draws = posterior(pack)

    def timed(threads: int) -> Callable[[], float]:
        def once() -> float:
            begin = time.perf_counter()
            simulate(pack, pack.levers, runs=runs, draws=draws, threads=threads)
            return time.perf_counter() - begin

        return once

    timed(1)()
    return by_turns({str(threads): timed(threads) for threads in counts}, repeats, progress)


if __name__ == "__main__":
    enterprises, quarters_of_run, again = (int(one) for one in sys.argv[1:])
    print(json.dumps(sized(enterprises, quarters_of_run, again)))
