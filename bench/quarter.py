"""The compiled quarter against its floor and against Mesa: `python -m yidu.bench.quarter [--runs 20] [--repeats 9]`.

Nanoseconds are core time of one thread (what the processor says it worked), so that neighbours on a shared machine count for little.
What is compared is timed by turns, repeat by repeat; a ratio is that of the least of each, with the range over repeats beside it.
"""

from __future__ import annotations

import argparse
import pickle
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yidu.bench.floor import Floor
from yidu.bench.processes import Failed, answer_of
from yidu.bench.timing import Ratio, ratio_of
from yidu.bench.worlds import QUARTERS, living_rows, plans
from yidu.sim.start import Start

if TYPE_CHECKING:
    from collections.abc import Callable

    from yidu.bench.worlds import Plans
    from yidu.sim.world import World


@dataclass(frozen=True)
class Luck:
    """Draws of an enterprise in a quarter [draws per living enterprise-quarter]."""

    different: float
    """Different draws that the enterprises' own stages make: the floor draws so many."""
    made: float
    """Draws made, the same one twice counted twice."""
    of_others: float
    """Different draws of everyone else: district, funds, incubators, institutes, people."""
    runs: int
    """Runs over which they were counted."""


def luck_of(answer: dict[str, Any]) -> Luck:
    """Draws counted in plain Python, over living enterprise-quarters."""
    living, different, every = answer["living"], answer["different"], answer["every"]
    others = sum(number for kind, number in different.items() if kind != "firms")
    return Luck(different["firms"] / living, every["firms"] / living, others / living, answer["runs"])


@dataclass(frozen=True)
class Quarter:
    """What a quarter costs [ns of a core per living enterprise-quarter]."""

    enterprises: float
    """Living, on average over runs and quarters."""
    runs: int
    repeats: int
    quarters: int
    luck: Luck
    compiled: tuple[float, ...]
    """By repeat."""
    floor: tuple[float, ...]

    @property
    def ns(self) -> float:
        """The least of the repeats."""
        return min(self.compiled)

    @property
    def to_floor(self) -> Ratio:
        """Against drawing the luck and touching the columns once."""
        return ratio_of(self.compiled, self.floor)


def kept(made: Plans, folder: Path, runs: int = 1) -> Path:
    """The first runs of some plans, for a process of its own."""
    first = made.start
    file = folder / f"start{runs}.pickle"
    file.write_bytes(pickle.dumps(Start(first.first_run, first.seed, first.source, first.snapshots[:runs])))
    return file


def core_time(made: Plans, quarters: int = QUARTERS, after: Callable[[World], Any] | None = None) -> int:
    """Core time of the quarters of every run [ns]; ``after`` each, outside of it, something else may be done with its world."""
    spent = 0
    for run in range(made.runs):
        w = made.begin(run)
        begin = time.thread_time_ns()
        made.finish(quarters)
        spent += time.thread_time_ns() - begin
        if after is not None:
            after(w)
    return spent


def measure(
    runs: int = 20, repeats: int = 9, quarters: int = QUARTERS, counted: tuple[int, int] = (3, QUARTERS),
    progress: Callable[[int], Any] | None = None,
) -> Quarter:  # fmt: skip
    """The compiled quarter and its floor, by turns over the same worlds; luck is counted over ``counted`` runs and quarters."""
    made = plans(runs)
    with tempfile.TemporaryDirectory() as folder:
        found = luck_of(
            answer_of("yidu.bench.uncompiled", "draws", kept(made, Path(folder), counted[0]), counted[1], NUMBA_DISABLE_JIT="1")
        )
    floor = Floor(found.different)
    living = [made.living(run, quarters) for run in range(runs)]
    floor.quarters(made.world, living_rows(made.world), 1)
    compiled, floors = [], []
    for _ in range(repeats):
        spent_on_floor = passed = 0

        def on_floor(w: World) -> None:
            nonlocal spent_on_floor, passed
            rows = living_rows(w)
            begin = time.thread_time_ns()
            floor.quarters(w, rows, quarters)
            spent_on_floor += time.thread_time_ns() - begin
            passed += rows.size * quarters

        compiled.append(core_time(made, quarters, on_floor) / sum(living))
        floors.append(spent_on_floor / passed)
        if progress is not None:
            progress(1)
    return Quarter(sum(living) / runs / quarters, runs, repeats, quarters, found, tuple(compiled), tuple(floors))


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=20)
    options.add_argument("--repeats", type=int, default=9)
    asked = options.parse_args()
    try:
        q = measure(asked.runs, asked.repeats)
    except Failed as failure:
        raise SystemExit(str(failure)) from None
    print(f"{q.enterprises:,.0f} living enterprises, {q.quarters} quarters, {q.runs} runs, {q.repeats} repeats, one thread")
    found = q.luck
    print(f"draws of an enterprise in a quarter: {found.different:.2f} different, {found.made:.2f} made; of others {found.of_others:.2f}")
    print(f"compiled {min(q.compiled):.1f} to {max(q.compiled):.1f} ns of a core; floor {min(q.floor):.1f} to {max(q.floor):.1f}")
    r = q.to_floor
    print(f"ratio to the floor {r.ratio:.2f} ({r.low:.2f} to {r.high:.2f})")


if __name__ == "__main__":
    main()
