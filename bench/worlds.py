"""The worlds that are timed: runs of a district under its status quo, from where their records ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from yidu.calibration.manifest import posterior
from yidu.sim.ensemble import Batch, run_to, started
from yidu.sim.inputs import Inputs, drawn_inputs
from yidu.sim.model import InnovationModel
from yidu.sim.region import load
from yidu.sim.world import RECORD_END_QUARTER

if TYPE_CHECKING:
    from yidu.sim.region import Region
    from yidu.sim.start import Start
    from yidu.sim.world import World

QUARTERS = 20
"""Quarters of a plan: 2021 to 2025."""


def living_rows(w: World) -> np.ndarray:
    """The rows of the enterprises alive."""
    return np.flatnonzero(w.firms.alive[: w.district[0].n_firms] == 1)


@dataclass
class Plans:
    """Runs of 2021 to 2025, each beginning where its record ended, in one world that is used again and again."""

    region: Region
    batch: Batch
    start: Start
    world: World

    @property
    def runs(self) -> int:
        """Number of runs."""
        return self.start.runs

    def begin(self, run: int) -> World:
        """The world at the end of 2020, as run number ``run`` left it."""
        self.batch.begin(self.world, run, self.start.snapshots[run])
        return self.world

    def finish(self, quarters: int = QUARTERS) -> None:
        """The quarters of the plan, compiled."""
        run_to(self.world, RECORD_END_QUARTER + quarters)

    def living(self, run: int, quarters: int = QUARTERS) -> int:
        """Living enterprises at the end of each quarter of a run, added up."""
        w, counted = self.begin(run), 0
        for quarter in range(1, quarters + 1):
            self.finish(quarter)
            counted += living_rows(w).size
        return counted


def plans(runs: int, region: str = "dadukou", seed: int = 1, until: int | None = None) -> Plans:
    """Runs 0 to ``runs`` - 1 of a region's status quo at the end of the record, in a world that lasts to the end of ``until``."""
    pack = load(region)
    draws = posterior(pack)
    start = started(pack, runs=runs, seed=seed, draws=draws, threads=1)
    batch = Batch(Inputs(pack, pack.levers), draws, seed, None, None, 0, runs, until or pack.settings.years.plan_end)
    return Plans(pack, batch, start, batch.world())


def in_mesa(start: Start, nth: int = 0, region: str = "dadukou") -> InnovationModel:
    """A run of a start as a Mesa model at the end of the record."""
    pack, run = load(region), start.first_run + nth
    draws = posterior(pack)
    model = InnovationModel(pack, seed=start.seed, run=run, draws=draws)
    parameters, _, known = drawn_inputs(pack, draws, start.seed, np.array([run], np.int64))
    start.snapshots[nth].restore(model.world)
    model.inputs.equip(model.world, start.seed, run, parameters[0], known[0])
    model.meet_newcomers()
    return model
