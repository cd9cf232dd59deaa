"""The district as a Mesa model: the same world, the same stages, one agent at a time.

>>> model = InnovationModel(region.load("dadukou"), seed=1, run=0)
>>> for _ in range(4): model.step()
>>> model.datacollector.get_model_vars_dataframe()
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pandas as pd

from agents.compiled import entry
from agents.enterprise import Enterprise
from agents.face import Face
from agents.fund import Fund
from agents.incubator import Incubator
from agents.institute import ResearchInstitute
from agents.talent import Talent
from sim.draws import DRAWN, Draws, PriorDraws
from sim.ensemble import last_quarter, refuse_overflow
from sim.files import drafted
from sim.flows import DOORS
from sim.indicators import INDICATORS
from sim.inputs import Inputs, drawn_inputs
from sim.ledger import LINES
from sim.levers import FIRST_YEAR, LeverPaths
from sim.outcomes import Outcomes, names_of_readings, yearly_money
from sim.reconcile import reconcile
from sim.region import Region
from sim.schedule import QUARTER
from sim.start import IN_USE
from sim.triggers import Trigger
from sim.world import RECORD_END_QUARTER, START_QUARTER, year_of

FACES: dict[str, type[Face]] = {
    "firms": Enterprise, "incubators": Incubator, "institutes": ResearchInstitute, "funds": Fund, "people": Talent,
}  # fmt: skip


class InnovationModel(mesa.Model):
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
        super().__init__(rng=np.random.default_rng(0))  # Mesa wants one; no rule draws from it
        self.region = region
        self.until = until or region.settings.years.plan_end
        self.faces = {**FACES, **(faces or {})}
        self.inputs = inputs = Inputs(region, levers or region.levers, environment, reconcile, triggers)
        self.parameters, self.readings, known = drawn_inputs(
            region, draws or PriorDraws(region), seed, np.array([run], dtype=np.int64)
        )
        self.world = inputs.world(self.parameters, self.until)
        inputs.install(self.world, seed, run, self.parameters[0], known[0])
        self._stages = {stage.name: entry(stage.kernel, self.world, 0, 1) for stage in QUARTER}
        self._known = dict.fromkeys(FACES, 0)
        self.meet_newcomers()
        self.datacollector = mesa.DataCollector(
            model_reporters={i.id: (lambda m, k=k: m.indicator(k)) for k, i in enumerate(INDICATORS)} | {"quarter": "quarter"},
        )

    @property
    def quarter(self) -> int:
        """Index of the last quarter finished; 3 is the end of 2015."""
        return int(self.world.district[0].quarter)

    @property
    def year(self) -> int:
        """Calendar year of that quarter."""
        return year_of(self.quarter)

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

    def rows_of(self, kind: str) -> int:
        """Rows in use of a table of the world; the district itself is one row."""
        if kind == "district":
            return 1
        return len(self.world.funds) if kind == "funds" else int(self.world.district[0][IN_USE[kind]])

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

    def step_tables(self) -> None:
        """The same quarter table by table, without agents: compiled, and with nothing for a subclass to override."""
        for stage in QUARTER:
            stage.kernel(self.world, 0, self.rows_of(stage.kind))
        self._end_quarter()

    def _end_quarter(self) -> None:
        """The record is met at the end of its last quarter, triggers act at the end of a year; a run that outgrew its tables stops."""
        if self.quarter == RECORD_END_QUARTER:
            reconcile(self.world, 0, 1)
        refuse_overflow(self.world)
        if self.quarter % 4 == 3 and self.quarter > RECORD_END_QUARTER:
            self.inputs.react(self.world)

    def run_model(self) -> None:
        """Step to the end of the last year."""
        while self.quarter < last_quarter(self.until):
            self.step()

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


TABLES = {"firms": "enterprise", "incubators": "incubator", "institutes": "institute", "funds": "fund", "people": "talent"}


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
    """Run ``draw`` of the ensemble, agent by agent (``mesa``) or table by table (``compiled``), to the same bits.

    With ``out`` it writes one row an agent and quarter as Parquet, and the indicators, flows and ledger as CSV.
    """
    model = InnovationModel(
        region, levers, triggers=triggers, seed=seed, run=draw, environment=environment, draws=draws
    )
    frames: dict[str, list[pd.DataFrame]] = {table: [] for table in TABLES}
    w = model.world
    for quarter in range(START_QUARTER + 1, last_quarter(model.until) + 1):
        if way == "mesa":
            model.step()
        else:
            model.step_tables()
        if out is not None:
            for table in TABLES:
                used = model.rows_of(table)
                frame = pd.DataFrame.from_records(getattr(w, table)[:used].copy())
                frame.insert(0, "row", np.arange(used))
                frame.insert(0, "quarter", quarter)
                frame.insert(0, "year", year_of(quarter))
                alive = frame["alive"] == 1 if table != "people" else frame["status"] == 1
                frames[table].append(frame[alive])
        if progress is not None:
            progress(1)
    result = model.outcomes(scenario, environment, seed, draw)
    files: list[Path] = []
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for table, name in TABLES.items():
            path = out / f"{name}.parquet"
            with drafted(path) as draft:
                pd.concat(frames[table], ignore_index=True).to_parquet(draft, compression="zstd", index=False)
            files.append(path)
        files += _write_tables(out, result, w)
    return RunRecord(result.digest, result.years, result.indicators, result.values[0], tuple(files))


def _write_tables(out: Path, result: Outcomes, w: Any) -> list[Path]:
    """indicators.csv, flows.csv and ledger.csv of one run."""
    years = list(result.years)
    indicators = pd.DataFrame(
        [(y, i.id, result.values[0, r, k], i.unit) for r, y in enumerate(years) for k, i in enumerate(INDICATORS)],
        columns=["year", "indicator", "value", "unit"],
    )
    flows = pd.DataFrame(
        [(y, *door.split(":"), result.flows[0, r, k]) for r, y in enumerate(years[1:], 1) for k, door in enumerate(DOORS)],
        columns=["year", "indicator", "door", "count"],
    )
    rows = []
    for quarter in range(START_QUARTER + 1, 4 * len(years)):
        name = f"{year_of(quarter)}Q{quarter % 4 + 1}"
        for k, line in enumerate(LINES):
            if w.ledger[quarter, k] != 0.0:
                rows.append((name, line.payer, line.payee, line.id, w.ledger[quarter, k] * w.district[0].scale))
    ledger = pd.DataFrame(rows, columns=["quarter", "payer", "payee", "purpose", "amount"])
    written = []
    for name, frame in (("indicators", indicators), ("flows", flows), ("ledger", ledger)):
        with drafted(out / f"{name}.csv") as draft:
            frame.to_csv(draft, index=False, encoding="utf-8-sig")
        written.append(out / f"{name}.csv")
    return written


__all__ = ["InnovationModel", "RunRecord", "record"]
