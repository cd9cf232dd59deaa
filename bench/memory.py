"""Memory: bytes an enterprise takes, and what a process holds more after thousands of runs: `python -m yidu.bench.memory RUNS PART`."""

from __future__ import annotations

import gc
import json
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from yidu.bench.processes import answer_of
from yidu.bench.timing import resident_mb
from yidu.bench.worlds import living_rows, plans
from yidu.calibration.manifest import posterior
from yidu.sim.ensemble import simulate
from yidu.sim.region import load

if TYPE_CHECKING:
    import numpy as np

    from yidu.sim.world import World

SETTLED = 2
"""Parts that are left out, and another that growth is counted from: a process has loaded what it needs for good by then."""


class Bytes(NamedTuple):
    """What a world of the shipped district takes [bytes per enterprise]."""

    row: float
    """A row of every table with a row for each enterprise. With a city's, those of incubators, institutes and people grow too
    (``yidu.sim.rows``): they are in ``world`` only."""
    world: float
    """All arrays of the world over the enterprises alive at the end of 2025, on average over runs."""


OF_ENTERPRISE = ("firms", "inbox", "verdict", "scratch", "tally", "rows", "roll", "words")
"""Tables with a row for each enterprise."""


def arrays(w: World) -> dict[str, np.ndarray]:
    """Every array of a world, once (the books share theirs)."""
    return {name: table for name, table in w._asdict().items() if name != "books"}


def of_enterprise(runs: int) -> Bytes:
    """Bytes an enterprise takes in the worlds of some runs."""
    made = plans(runs)
    tables, living = arrays(made.world), 0.0
    for run in range(runs):
        w = made.begin(run)
        made.finish()
        living += living_rows(w).size / runs
    return Bytes(float(sum(tables[name].itemsize for name in OF_ENTERPRISE)), sum(table.nbytes for table in tables.values()) / living)


def over_runs(runs: int, part: int) -> list[float]:
    """Memory of this process [MB] after each part of so many runs, whose outcomes are let go."""
    pack = load("dadukou")
    draws, seen = posterior(pack), []
    for first in range(0, runs, part):
        simulate(pack, pack.levers, runs=min(part, runs - first), first_run=first, draws=draws)
        gc.collect()
        seen.append(resident_mb())
    return seen


def growth(runs: int, part: int) -> tuple[list[float], float]:
    """Memory after each part in a process of its own, and what it grew by once settled, scaled to 10,000 runs [MB]."""
    seen: list[float] = answer_of("yidu.bench.memory", runs, part)
    settled = seen[min(SETTLED, len(seen) - 1) :]
    gone = max(1, len(settled) - 1) * part
    return seen, (settled[-1] - settled[0]) / gone * 10_000


def main() -> Any:
    """Print memory part by part as JSON."""
    print(json.dumps(over_runs(int(sys.argv[1]), int(sys.argv[2]))))


if __name__ == "__main__":
    main()
