"""From simulated years to the record's own figures: each fact by its own definition, and how far off a run is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.outcomes import Outcomes
from sim.pack import UNITS, Fact
from sim.region import Region

Floats = npt.NDArray[np.float64]

#: Model discrepancy of a fact, in standard deviations of what the prior predicts of it (design: 90 % intervals
#: covered 67 % without it, 90 % with it).
DISCREPANCY = 0.2


def indicator_of(fact: Fact, outcomes: Outcomes) -> str:
    """The indicator a reading is compared with: its own variant (``incubation_platforms@16``) where there is one."""
    variant = f"{fact.indicator}@{fact.value:g}"
    return variant if variant in outcomes.indicators else fact.indicator


def simulated(fact: Fact, outcomes: Outcomes) -> Floats:
    """What each run says of a fact, by the fact's own statistic and period, in the fact's unit [run]."""
    series = outcomes.series(indicator_of(fact, outcomes))
    at = {year: series[:, k] for k, year in enumerate(outcomes.years)}
    if fact.statistic == "level":
        value = at[fact.last_year]
    elif fact.statistic == "sum":
        value = sum((at[year] for year in range(fact.first_year, fact.last_year + 1)), np.zeros(outcomes.runs))
    else:
        base = at[fact.base_year or fact.first_year]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = at[fact.last_year] / base
        if fact.statistic == "growth":
            return 100.0 * (ratio ** (1.0 / (fact.last_year - (fact.base_year or 0))) - 1.0)
        return ratio
    unit = UNITS[fact.indicator]
    return value / (fact.value_in(unit) / fact.value) if fact.value else value


@dataclass(frozen=True)
class Moments:
    """Runs against the record: one column a fact, under the reading each run drew."""

    names: tuple[str, ...]
    values: Floats  # [run, fact]
    record: Floats  # [run, fact], the value of the reading drawn
    scale: Floats  # [run, fact], on the scale of compared(): tolerance and discrepancy together

    @property
    def gaps(self) -> Floats:
        """How far each run is from each fact, in units of tolerance and discrepancy together [run, fact]."""
        return (compared(self.values, self.record) - compared(self.record, self.record)) / self.scale

    @property
    def distance(self) -> Floats:
        """Root mean square gap [run]; infinite where a fact has no value."""
        gaps = self.gaps
        distance = np.sqrt(np.mean(np.square(gaps), axis=1))
        return np.where(np.isfinite(distance), distance, np.inf)


def compared(value: Floats, record: Floats) -> Floats:
    """Figures are compared in logs, softened by a twentieth of the record so that a zero is far but not infinitely so."""
    soft = 0.05 * np.abs(record) + 1e-9
    return np.log(np.maximum(value, 0.0) + soft)


def moments(region: Region, outcomes: Outcomes) -> Moments:
    """Every fact to be fitted, as each run sees it, with tolerance and discrepancy."""
    names = region.facts_with_role("calibrate")
    values, record, scale = [], [], []
    for name in names:
        rivals = region.readings(name)
        index = outcomes.readings.get(name, np.zeros(outcomes.runs, np.int8))
        columns = np.stack([simulated(fact, outcomes) for fact in rivals])
        runs = np.arange(outcomes.runs)
        value = columns[index, runs]
        known = np.array([fact.value for fact in rivals])[index]
        tolerance = np.array([fact.tolerance for fact in rivals])[index]
        spread = np.nanstd(compared(value, known))
        values.append(value)
        record.append(known)
        scale.append(np.sqrt(np.square(tolerance / np.maximum(known, 1e-9)) + np.square(DISCREPANCY * spread)))
    return Moments(names, np.column_stack(values), np.column_stack(record), np.column_stack(scale))
