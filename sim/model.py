"""The district as a Mesa model: the same world, the same stages, one agent at a time.

>>> model = InnovationModel(region.load("dadukou"), seed=1, run=0)
>>> for _ in range(4): model.step()
>>> model.datacollector.get_model_vars_dataframe()
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import partial
from typing import Any

import mesa
import numpy as np

from yidu.agents.compiled import entry
from yidu.agents.enterprise import Enterprise
from yidu.agents.face import Face
from yidu.agents.fund import Fund
from yidu.agents.incubator import Incubator
from yidu.agents.institute import ResearchInstitute
from yidu.agents.talent import Talent
from yidu.sim.draws import Draws
from yidu.sim.indicators import INDICATORS
from yidu.sim.levers import LeverPaths
from yidu.sim.record import OneRun
from yidu.sim.region import Region
from yidu.sim.schedule import QUARTER
from yidu.sim.seeds import DEFAULT_SEED, seed_of, whole_number
from yidu.sim.triggers import Trigger

FACES: dict[str, type[Face]] = {
    "firms": Enterprise, "incubators": Incubator, "institutes": ResearchInstitute, "funds": Fund, "people": Talent,
}  # fmt: skip


class InnovationModel(OneRun, mesa.Model):
    """大渡口区 as agents. ``step()`` is one quarter, from the first of 2016.

    Args:
        region: a loaded pack.
        levers: yearly levers, the pack's status quo by default.
        triggers: levers that change where an indicator stands on one side of a line.
        seed, run: the run, as in the ensemble: the same pair gives the same bits. ``seed=None``, which ``mesa.batch_run`` passes,
            draws a fresh one. ``model.seed`` and ``model.run`` say which run it is.
        rng: Mesa's newer name for a seed, in its place (``yidu.sim.seeds.seed_of``).
        draws: where the run's parameters come from; the prior by default.
        faces: classes to use instead of the shipped ones, e.g. ``{"firms": MyEnterprise}``; a subclass may override
            any stage in plain Python.
        reconcile: whether the end of 2020 is reconciled with the record.

    ``running`` is False once the last quarter is over. A model can be pickled and copied, and goes on to the same bits.

    Raises:
        InputError: a seed, a run or an environment that cannot be used.
    """

    def __init__(
        self,
        region: Region,
        levers: LeverPaths | None = None,
        *,
        triggers: tuple[Trigger, ...] = (),
        seed: Any = DEFAULT_SEED,
        run: int = 0,
        environment: str = "baseline",
        draws: Draws | None = None,
        until: int | None = None,
        faces: Mapping[str, type[Face]] | None = None,
        reconcile: bool = True,
        rng: Any = None,
    ) -> None:
        self.seed, self.run = seed_of(seed, rng), whole_number("run", run)
        # Mesa wants a generator. No rule draws from it; a rule of a user's own may, and then has the luck of this run.
        mesa.Model.__init__(self, rng=np.random.default_rng([self.seed, self.run]))
        OneRun.__init__(
            self, region, levers, triggers=triggers, seed=self.seed, run=self.run, environment=environment, draws=draws, until=until,
            reconcile=reconcile,
        )  # fmt: skip
        self.faces = {**FACES, **(faces or {})}
        self._stages = self._entries()
        self._known = dict.fromkeys(FACES, 0)
        self.meet_newcomers()
        self.datacollector = mesa.DataCollector(
            model_reporters={i.id: partial(InnovationModel.indicator, number=k) for k, i in enumerate(INDICATORS)} | {"quarter": "quarter"}
        )

    def _entries(self) -> dict[str, Any]:
        """The compiled stages of the quarter by name."""
        return {stage.name: entry(stage.kernel, self.world, 0, 1) for stage in QUARTER}

    def __getstate__(self) -> dict[str, Any]:
        """Everything but machine code, which is found again where the model is taken up."""
        inputs = copy.copy(self.inputs)
        inputs.entries = None
        return {name: value for name, value in self.__dict__.items() if name != "_stages"} | {"inputs": inputs}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._stages = self._entries()

    def __copy__(self) -> InnovationModel:
        """A run of its own: one that shared agents and world with this would step with it."""
        return copy.deepcopy(self)

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
        """One quarter: every stage of ``QUARTER`` in order, agent by agent.

        Raises:
            InputError: the run is at its end.
        """
        self._refuse_after_end()
        for stage in QUARTER:
            if stage.kind == "district":
                stage.kernel(self.world, 0, 1)
                self.meet_newcomers()
            elif self.faces[stage.kind] in self.agents_by_type:
                self.agents_by_type[self.faces[stage.kind]].do(stage.name)
        self._end_quarter()
        self.meet_newcomers()
        self.datacollector.collect(self)
        self.running = not self.ended

    def run_model(self) -> None:
        """Step to the end of the last year."""
        while not self.ended:
            self.step()
