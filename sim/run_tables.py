"""The tables of one run as files: every agent in every quarter, and the indicators, flows and ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from yidu.sim.files import drafted
from yidu.sim.flows import DOORS
from yidu.sim.indicators import INDICATORS
from yidu.sim.ledger import LINES
from yidu.sim.outcomes import Outcomes
from yidu.sim.world import START_QUARTER, year_of

if TYPE_CHECKING:
    from yidu.sim.record import OneRun

TABLES = {"firms": "enterprise", "incubators": "incubator", "institutes": "institute", "funds": "fund", "people": "talent"}


class Tables:
    """Agents that were alive at the end of each quarter taken down, table by table, and then everything as files."""

    def __init__(self) -> None:
        self.frames: dict[str, list[pd.DataFrame]] = {table: [] for table in TABLES}

    def take_down(self, run: OneRun) -> None:
        """The agents of the quarter just over."""
        for table, taken in self.frames.items():
            used = run.rows_of(table)
            frame = pd.DataFrame.from_records(getattr(run.world, table)[:used].copy())
            frame.insert(0, "row", np.arange(used))
            frame.insert(0, "quarter", run.quarter)
            frame.insert(0, "year", run.year)
            alive = frame["alive"] == 1 if table != "people" else frame["status"] == 1
            taken.append(frame[alive])

    def write(self, out: Path, result: Outcomes, w: Any) -> list[Path]:
        """One row an agent and quarter as Parquet, the rest as CSV; the folder is made."""
        out.mkdir(parents=True, exist_ok=True)
        written = []
        for table, name in TABLES.items():
            path = out / f"{name}.parquet"
            with drafted(path) as draft:
                pd.concat(self.frames[table], ignore_index=True).to_parquet(draft, compression="zstd", index=False)
            written.append(path)
        return written + _yearly(out, result, w)


def _yearly(out: Path, result: Outcomes, w: Any) -> list[Path]:
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
