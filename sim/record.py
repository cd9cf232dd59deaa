"""One run for people to look at, quarter by quarter: its digest, its indicators by year, its tables as files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from yidu.sim.draws import DRAWN, Draws, PriorDraws
from yidu.sim.ensemble import last_quarter, refuse_overflow, run_to
from yidu.sim.errors import InputError
from yidu.sim.inputs import Inputs, drawn_inputs
from yidu.sim.levers import FIRST_YEAR, LeverPaths
from yidu.sim.outcomes import Outcomes, names_of_readings, yearly_money
from yidu.sim.reconcile import reconcile
from yidu.sim.region import Region
from yidu.sim.seeds import whole_number
from yidu.sim.start import IN_USE
from yidu.sim.triggers import Trigger
from yidu.sim.world import RECORD_END_QUARTER, year_of


class OneRun:
    """One run of the ensemble with its world. ``step()`` is one quarter, from the first of 2016."""

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
        reconcile: bool = True,
    ) -> None:
        seed, run = whole_number("seed", seed), whole_number("run", run)
        self.region = region
        self.until = until or region.settings.years.plan_end
        self.inputs = Inputs(region, levers or region.levers, environment, reconcile, triggers)
        self.parameters, self.readings, known = drawn_inputs(region, draws or PriorDraws(region), seed, np.array([run], dtype=np.int64))
        self.world = self.inputs.world(self.parameters, self.until)
        self.inputs.install(self.world, seed, run, self.parameters[0], known[0])

    @property
    def quarter(self) -> int:
        """Index of the last quarter finished; 3 is the end of 2015."""
        return int(self.world.district[0].quarter)

    @property
    def year(self) -> int:
        """Calendar year of that quarter."""
        return year_of(self.quarter)

    def rows_of(self, kind: str) -> int:
        """Rows in use of a table of the world; the district itself is one row."""
        if kind == "district":
            return 1
        return len(self.world.funds) if kind == "funds" else int(self.world.district[0][IN_USE[kind]])

    def step(self) -> None:
        """One quarter.

        Raises:
            InputError: the run is at its end.
        """
        self._refuse_after_end()
        run_to(self.world, self.quarter + 1)
        self._end_quarter()

    @property
    def ended(self) -> bool:
        """Whether the last quarter of the last year is over."""
        return self.quarter >= last_quarter(self.until)

    def _refuse_after_end(self) -> None:
        if self.ended:
            raise InputError(
                f"the run has ended with {self.until}, and there is no quarter after it",
                fix="Begin another run, or one with a later 'until'.",
            )

    def _end_quarter(self) -> None:
        """The record is met at the end of its last quarter, triggers act at the end of a year; a run that outgrew its tables stops."""
        if self.quarter == RECORD_END_QUARTER:
            reconcile(self.world, 0, 1)
        refuse_overflow(self.world)
        if self.quarter % 4 == 3 and self.quarter > RECORD_END_QUARTER:
            self.inputs.react(self.world)

    def outcomes(self, scenario: str = "status_quo", environment: str = "baseline", seed: int = 1, run: int = 0) -> Outcomes:
        """What the ensemble would have returned for this run alone."""
        years = tuple(range(FIRST_YEAR, self.until + 1))
        w, n = self.world, len(years)
        money = yearly_money(w.ledger, n, self.region.settings.scale)
        return Outcomes(
            region=self.region.name, scenario=scenario, environment=environment, seed=seed, first_run=run, draws="one run",
            years=years, values=w.indicators[None, :n].copy(), flows=w.flows[None, :n].copy(), money=money[None],
            adjusted=w.adjusted[None].copy(), parameters=self.parameters, parameter_names=DRAWN, readings=self.readings,
            reading_names=names_of_readings(self.region, self.readings),
        )  # fmt: skip


@dataclass(frozen=True)
class RunRecord:
    """One run, for people: its digest, yearly indicators and where its tables were written."""

    digest: str
    years: tuple[int, ...]
    indicators: tuple[str, ...]
    values: np.ndarray  # [year, indicator]
    files: tuple[Path, ...]


def record(
    region: Region,
    levers: LeverPaths,
    *,
    triggers: tuple[Trigger, ...] = (),
    scenario: str = "status_quo",
    environment: str = "baseline",
    seed: int = 1,
    draw: int = 0,
    draws: Draws | None = None,
    way: str = "compiled",
    out: Path | None = None,
    progress: Any = None,
) -> RunRecord:
    """Run ``draw`` of the ensemble, agent by agent (``mesa``) or the whole quarter at once (``compiled``), to the same bits.

    With ``out`` it writes one row an agent and quarter as Parquet, and the indicators, flows and ledger as CSV.
    """
    model = _begun(way)(region, levers, triggers=triggers, seed=seed, run=draw, environment=environment, draws=draws)
    tables = None
    if out is not None:
        from yidu.sim.run_tables import Tables  # pandas, for files alone

        tables = Tables()
    while not model.ended:
        model.step()
        if tables is not None:
            tables.take_down(model)
        if progress is not None:
            progress(1)
    result = model.outcomes(scenario, environment, seed, draw)
    files = [] if out is None or tables is None else tables.write(out, result, model.world)
    return RunRecord(result.digest, result.years, result.indicators, result.values[0], tuple(files))


def _begun(way: str) -> type[OneRun]:
    """What carries the run."""
    if way == "mesa":
        from yidu.sim.model import InnovationModel  # here alone: Mesa takes half a second to import

        return InnovationModel
    return OneRun
