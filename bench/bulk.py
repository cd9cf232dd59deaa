"""What many runs take on all cores: an answer of 1,000, and the prior runs of a calibration, worked out from a batch of them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from yidu.bench.startup import Spent
from yidu.calibration.sample import PART
from yidu.sim.draws import PriorDraws
from yidu.sim.ensemble import simulate
from yidu.sim.region import load

if TYPE_CHECKING:
    from collections.abc import Callable

CALIBRATION = 100_000


def prior_runs(runs: int = PART, progress: Callable[[int], Any] | None = None) -> Spent:
    """Runs of the record as `yidu calibrate` makes them, from the prior and not reconciled, on all cores."""
    pack = load("dadukou")
    years = pack.settings.years

    def batch(many: int, watch: Callable[[int], Any] | None) -> None:
        simulate(
            pack, pack.levers, scenario="record", runs=many, until=years.record_end, draws=PriorDraws(pack), reconcile=False,
            progress=watch,
        )  # fmt: skip

    batch(2, None)
    core, clock = time.process_time(), time.perf_counter()
    batch(runs, progress)
    return Spent(time.perf_counter() - clock, time.process_time() - core)


def calibration(batch: Spent, runs: int) -> Spent:
    """Seconds of 100,000 such runs, in proportion."""
    return Spent(*(seconds * CALIBRATION / runs for seconds in batch))
