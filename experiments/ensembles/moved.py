"""Which targets a lever moves enough to matter when it alone is set to the top of its range: measured, `python -m
yidu.experiments.ensembles.moved`.

`Lever.reaches` says what a lever can reach through any chain of firms, which is nearly everything. This says where its effect is
seen (`Lever.moves`, measured in Dadukou on 160 runs under the status quo; `Lever.meant_for`, judgement, where a lever moves no target
alone), so that an answer is called extrapolated where it is, and not throughout.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from yidu.experiments.ensembles.paired import study
from yidu.experiments.scenarios.scenario import first_year, load
from yidu.sim.levers import LEVERS

if TYPE_CHECKING:
    from yidu.sim.region import Region

LEAST = 0.05
"""Part of the spread of a forecast that its mean must move by: a probability then moves by two points at most."""

BEYOND_CHANCE = 3.0
"""Monte Carlo errors that it must move by as well."""


def measured(region: Region, levers: Iterable[str] = LEVERS, *, runs: int = 160, seed: int = 1) -> dict[str, tuple[str, ...]]:
    """The table anew: targets that each lever moves alone, at the top of its range from the plan's first year on."""
    base = load(region, "status_quo")
    on = study(region, runs=runs, seed=seed)
    usual = on.run(base).judged
    found = {}
    for id in levers:
        high = on.run(replace(base, levers=base.levers.with_path(id, {first_year(region): LEVERS[id].high}))).judged
        moved = []
        for target in region.targets:
            before, after = (one.of(target.indicator, target.year) for one in (usual, high))
            change, spread = after - before, float(before.std())
            error = float(change.std(ddof=1)) / np.sqrt(runs)
            if abs(change.mean()) >= max(LEAST * spread, BEYOND_CHANCE * error) and spread > 0.0:
                moved.append(target.indicator)
        found[id] = tuple(moved)
    return found


if __name__ == "__main__":
    from yidu.sim.region import load as load_region

    for lever, targets in measured(load_region("dadukou")).items():
        print(f"{lever}: {', '.join(targets) or '-'}")
