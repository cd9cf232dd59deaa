"""Run a tiny district and print its digest: ``python -m tests.sim.plain_run [last year]``.

Run by ``test_same_bits`` in processes of its own, with compilation on and off.
"""

import sys

from tests.sim.small import SetDraws
from yidu.sim.ensemble import simulate
from yidu.sim.region import load


def digest(until: int = 2016) -> str:
    """SHA-256 of run 1 of a district of 80 firms."""
    region = load("dadukou")
    tiny = SetDraws(region, pool_size=80.0, entry_rate=0.05)
    return simulate(region, region.levers, runs=1, seed=5, first_run=1, until=until, draws=tiny, threads=1).digest


if __name__ == "__main__":
    print(digest(*(int(year) for year in sys.argv[1:])))
