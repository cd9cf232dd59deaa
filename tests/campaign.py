"""Attacks that go on for as long as one likes, and say how far they came.

    python -m tests.campaign districts --minutes 10           any small district through its years, every identity each quarter
    python -m tests.campaign kills --minutes 10 --seed 1      commands killed at random moments, then given again

Each district that breaks an identity is printed (with --shrink, the smallest); kills are told by the seed that chose their moments.
Exit 1 where anything was found.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

BATCH = 25
"""Districts between two looks at the clock."""


def districts(minutes: float, shrink: bool) -> int:
    """Districts until the time is over; how many batches found something."""
    from tests.sim.any_district import COUNTS, AnyDistrict

    chosen = settings(
        max_examples=BATCH, stateful_step_count=30, deadline=None, database=None, derandomize=False,
        suppress_health_check=list(HealthCheck), print_blob=True, phases=[Phase.generate, *([Phase.shrink] if shrink else [])],
    )  # fmt: skip
    end, found = time.monotonic() + 60.0 * minutes, 0
    while time.monotonic() < end:
        try:
            run_state_machine_as_test(AnyDistrict, settings=chosen)
        except Exception:
            found += 1
            traceback.print_exc()
    print(COUNTS.said())
    print(f"{found:9,} findings")
    return found


def main() -> int:
    """0 where nothing was found."""
    asked = argparse.ArgumentParser(prog="python -m tests.campaign", description=(__doc__ or "").splitlines()[0])
    asked.add_argument("attack", choices=["districts", "kills"])
    asked.add_argument("--minutes", type=float, default=10.0)
    asked.add_argument("--seed", type=int, default=1, help="of the moments of kills")
    asked.add_argument("--shrink", action="store_true", help="look for the smallest district that shows it, which takes minutes")
    asked.add_argument("--calibrations", action="store_true", help="kill calibrations, too, which take minutes each")
    given = asked.parse_args()
    if given.attack == "districts":
        return int(districts(given.minutes, given.shrink) > 0)
    from tests.killing import campaign

    return int(campaign(given.minutes, given.seed, given.calibrations) > 0)


if __name__ == "__main__":
    sys.exit(main())
