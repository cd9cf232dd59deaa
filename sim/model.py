"""The district as a Mesa model: the same world, the same stages, one agent at a time.

>>> model = InnovationModel(region.load("dadukou"), seed=1, run=0)
>>> for _ in range(4): model.step()
>>> model.datacollector.get_model_vars_dataframe()
"""

from __future__ import annotations

from collections.abc import Mapping

import mesa
import numpy as np

from agents.compiled import entry
from agents.enterprise import Enterprise
from agents.face import Face
from agents.fund import Fund
from agents.incubator import Incubator
from agents.institute import ResearchInstitute
from agents.talent import Talent
from sim.draws import Draws
from sim.ensemble import last_quarter
from sim.indicators import INDICATORS
from sim.levers import LeverPaths
from sim.record import OneRun
from sim.region import Region
from sim.schedule import QUARTER
from sim.triggers import Trigger

FACES: dict[str, type[Face]] = {
    "firms": Enterprise, "incubators": Incubator, "institutes": ResearchInstitute, "funds": Fund, "people": Talent,
}  # fmt: skip


class InnovationModel(OneRun, mesa.Model):
    """大渡口区 as agents. ``step()`` is one quarter, from the first of 2016.

    Args:
        region: a loaded pack.
        levers: yearly levers, the pack's status quo by default.
        triggers: levers that change where an indicator stands on one side of a line.
        seed, run: the run, as in the ensemble: the same pair gives the same bits.
        draws: where the run's parameters come from; the prior by default.
        faces: classes to use instead of the shipped ones, e.g. ``{"firms": MyEnterprise}``; a subclass may override
            any stage in plain Python.
        reconcile: whether the end of 2020 is reconciled with the record.
    """

    def __init__(
        self,
        region: Region,
        levers: LeverPaths | None = None,
        *,
        triggers: tuple[Trigger, ...] = (),
        seed: int = 1,
        run: int = 0,
        environment: str = "baseline",
        draws: Draws | None = None,
        until: int | None = None,
        faces: Mapping[str, type[Face]] | None = None,
        reconcile: bool = True,
    ) -> None:
        mesa.Model.__init__(self, rng=np.random.default_rng(0))  # Mesa wants one; no rule draws from it
        OneRun.__init__(
            self, region, levers, triggers=triggers, seed=seed, run=run, environment=environment, draws=draws, until=until,
            reconcile=reconcile,
        )  # fmt: skip
        self.faces = {**FACES, **(faces or {})}
        self._stages = {stage.name: entry(stage.kernel, self.world, 0, 1) for stage in QUARTER}
        self._known = dict.fromkeys(FACES, 0)
        self.meet_newcomers()
        self.datacollector = mesa.DataCollector(
            model_reporters={i.id: (lambda m, k=k: m.indicator(k)) for k, i in enumerate(INDICATORS)} | {"quarter": "quarter"},
        )

    def indicator(self, number: int) -> float:
        """The last published value of an indicator (yearly; the year before until the fourth quarter)."""
        row = (self.quarter + 1) // 4 - 1
        return float(self.world.indicators[row, number])

    def meet_newcomers(self) -> None:
        """Give every row that has come into use its Mesa agent."""
        for table, face in self.faces.items():
            rows = self.rows_of(table)
            for row in range(self._known[table], rows):
                face(self, row)
            self._known[table] = rows

    def run_stage(self, name: str, row: int) -> None:
        """Run one stage of the quarter on one row."""
        self._stages[name](self.world, row, row + 1)

    def step(self) -> None:
        """One quarter: every stage of ``QUARTER`` in order, agent by agent."""
        for stage in QUARTER:
            if stage.kind == "district":
                stage.kernel(self.world, 0, 1)
                self.meet_newcomers()
            elif self.faces[stage.kind] in self.agents_by_type:
                self.agents_by_type[self.faces[stage.kind]].do(stage.name)
        self._end_quarter()
        self.meet_newcomers()
        self.datacollector.collect(self)

    def run_model(self) -> None:
        """Step to the end of the last year."""
        while self.quarter < last_quarter(self.until):
            self.step()
