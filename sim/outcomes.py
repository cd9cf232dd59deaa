"""What an ensemble returns: tidy by scenario, run, year and indicator, with flows, money and what was adjusted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from yidu.sim.flows import DOORS
from yidu.sim.indicators import INDICATOR_IDS
from yidu.sim.ledger import DISTRICT_LINES, LINE_IDS
from yidu.sim.region import Region
from yidu.sim.world import ADJUSTMENTS

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Outcomes:
    """Runs of one scenario. Answers read this and nothing else."""

    region: str
    scenario: str
    environment: str
    seed: int
    first_run: int
    draws: str  # "posterior" or "prior"
    years: tuple[int, ...]
    values: Floats  # [run, year, indicator], before discrepancy
    flows: Floats  # [run, year, door], things
    money: Floats  # [run, year, line], yuan
    adjusted: Floats  # [run, adjustment], what reconciliation at the end of 2020 changed
    parameters: Floats  # [run, parameter]
    parameter_names: tuple[str, ...]
    readings: dict[str, npt.NDArray[np.int8]]  # fact -> [run] index of the reading drawn
    reading_names: dict[str, tuple[str, ...]]
    indicators: tuple[str, ...] = INDICATOR_IDS
    doors: tuple[str, ...] = DOORS
    lines: tuple[str, ...] = LINE_IDS
    adjustments: tuple[str, ...] = ADJUSTMENTS
    looked: Floats | None = None  # [run, year, ...], what a ``yidu.sim.ensemble.Look`` counted; no part of the digest

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.values)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical outcomes, the same on every machine of one processor family."""
        seen = hashlib.sha256()
        for part in (",".join(self.indicators), ",".join(map(str, self.years)), str(self.first_run), str(self.seed)):
            seen.update(part.encode())
        for array in (self.values, self.flows, self.money, self.adjusted, self.parameters):
            canonical = np.ascontiguousarray(array, dtype="<f8") + 0.0
            canonical[np.isnan(canonical)] = np.nan
            seen.update(canonical.tobytes())
        return seen.hexdigest()

    def of(self, indicator: str, year: int) -> Floats:
        """One indicator in one year [run]."""
        return self.values[:, self.years.index(year), self.indicators.index(indicator)]

    def series(self, indicator: str) -> Floats:
        """One indicator over the years [run, year]."""
        return self.values[:, :, self.indicators.index(indicator)]

    def through(self, door: str) -> Floats:
        """Count through one door [run, year]."""
        return self.flows[:, :, self.doors.index(door)]

    def public_money(self, first: int, last: int) -> Floats:
        """What the district paid from ``first`` to ``last``, both included [run], 万元."""
        rows = [k for k, year in enumerate(self.years) if first <= year <= last]
        return self.money[:, rows][:, :, list(DISTRICT_LINES)].sum(axis=(1, 2)) * 1e-4

    def with_values(self, values: Floats) -> Outcomes:
        """The same runs with other values, as discrepancy makes them."""
        return replace(self, values=values)

    def tidy(self) -> pd.DataFrame:
        """Long table: scenario, run, year, indicator, value."""
        import pandas as pd  # no answer of the command line needs it

        runs, years, indicators = self.values.shape
        return pd.DataFrame(
            {
                "scenario": self.scenario,
                "run": np.repeat(np.arange(self.first_run, self.first_run + runs), years * indicators),
                "year": np.tile(np.repeat(np.array(self.years), indicators), runs),
                "indicator": np.tile(np.array(self.indicators), runs * years),
                "value": self.values.ravel(),
            }
        )


def yearly_money(ledger: Floats, years: int, scale: float) -> Floats:
    """A quarterly ledger [quarter, line] by year [year, line], yuan, each agent standing for ``scale`` enterprises."""
    by_year: Floats = ledger[: 4 * years].reshape(years, 4, -1).sum(axis=1)
    return by_year * scale


def names_of_readings(region: Region, readings: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """What the readings of each contested fact are called, in the order they are indexed by."""
    return {name: tuple(fact.reading for fact in region.readings(name)) for name in readings}


def joined(parts: list[Outcomes]) -> Outcomes:
    """Consecutive chunks of one batch as one, the digest unchanged by how they were cut."""
    first = parts[0]
    if len(parts) == 1:
        return first
    return replace(
        first,
        values=np.concatenate([part.values for part in parts]),
        flows=np.concatenate([part.flows for part in parts]),
        money=np.concatenate([part.money for part in parts]),
        adjusted=np.concatenate([part.adjusted for part in parts]),
        looked=None if first.looked is None else np.concatenate([part.looked for part in parts if part.looked is not None]),
        parameters=np.concatenate([part.parameters for part in parts]),
        readings={fact: np.concatenate([part.readings[fact] for part in parts]) for fact in first.readings},
    )
