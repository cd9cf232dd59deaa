"""From simulated years to the record's own figures: each fact by its own definition, and how far off a run is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from yidu.sim.outcomes import Outcomes
from yidu.sim.pack import UNITS, Fact
from yidu.sim.region import Region

Floats = npt.NDArray[np.float64]

CENSUS = 2020
"""Year of the seventh national census, from which on population is counted anew."""


def indicator_of(fact: Fact, outcomes: Outcomes) -> str:
    """The indicator a reading is compared with: its own variant (``incubation_platforms@16``) where there is one; before the
    census year, figures per person are on the population used until then.
    """
    variant = f"{fact.indicator}@{fact.value:g}"
    if fact.indicator == "patents_per_10k" and fact.last_year < CENSUS:
        variant = "patents_per_10k@precensus"
    return variant if variant in outcomes.indicators else fact.indicator


def simulated(fact: Fact, outcomes: Outcomes) -> Floats:
    """What each run says of a fact, by the fact's own statistic and period, in the fact's unit [run]."""
    series = outcomes.series(indicator_of(fact, outcomes)).astype(float)
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


def compared(value: Floats, record: Floats) -> Floats:
    """Figures are compared in logs, softened by a twentieth of the record so that a zero is far but not infinitely so."""
    soft = 0.05 * np.abs(record) + 1e-9
    return np.log(np.maximum(value, 0.0) + soft)


def uncompared(gap: Floats, record: Floats) -> Floats:
    """The figure whose gap to ``record`` is ``gap``: the inverse of comparing, never below zero."""
    soft = 0.05 * np.abs(record) + 1e-9
    return np.maximum(0.0, np.exp(gap) * (np.abs(record) + soft) - soft)


@dataclass(frozen=True)
class Moments:
    """Runs against the record: one column a fact, under the reading each run drew.

    Attributes:
        values, record: [run, fact] in the fact's own unit.
        tolerance: [run, fact] rounding and vintage, one standard deviation on the scale of ``compared``.
    """

    names: tuple[str, ...]
    values: Floats
    record: Floats
    tolerance: Floats

    @property
    def gaps(self) -> Floats:
        """Simulated less recorded, on the scale of ``compared`` [run, fact]; NaN where a run gives no value."""
        return compared(self.values, self.record) - compared(self.record, self.record)

    @property
    def spread(self) -> Floats:
        """Standard deviation of each fact's gap over the runs [fact]."""
        spread: Floats = np.nanstd(self.gaps, axis=0)
        return spread

    def only(self, names: Sequence[str]) -> Moments:
        """Some of the facts."""
        columns = [self.names.index(name) for name in names]
        return Moments(tuple(names), self.values[:, columns], self.record[:, columns], self.tolerance[:, columns])

    def take(self, rows: npt.NDArray[np.int64]) -> Moments:
        """Some of the runs."""
        return Moments(self.names, self.values[rows], self.record[rows], self.tolerance[rows])


def fitted_facts(region: Region) -> tuple[str, ...]:
    """Facts that the fit uses, in the order of the pack."""
    return region.facts_with_role("calibrate")


def comparable_facts(region: Region, indicators: Sequence[str]) -> tuple[str, ...]:
    """Facts that runs can be held against whether or not the fit uses them: fitted ones, then starting levels and context."""
    end = region.settings.years.record_end
    rest = [
        name for role in ("prior", "context") for name in region.facts_with_role(role)
        if all(
            fact.indicator in indicators and fact.last_year <= end and fact.first_year > region.settings.years.record_start - 1
            for fact in region.readings(name)
        )
    ]  # fmt: skip
    return fitted_facts(region) + tuple(rest)


def moments(region: Region, outcomes: Outcomes, names: Sequence[str] | None = None) -> Moments:
    """Facts (those to be fitted by default) as each run sees them."""
    chosen = tuple(names) if names is not None else fitted_facts(region)
    values, record, tolerance = [], [], []
    for name in chosen:
        rivals = region.readings(name)
        index = outcomes.readings.get(name, np.zeros(outcomes.runs, np.int8))
        columns = np.stack([simulated(fact, outcomes) for fact in rivals])
        known = np.array([fact.value for fact in rivals])[index]
        values.append(columns[index, np.arange(outcomes.runs)])
        record.append(known)
        tolerance.append(np.array([fact.tolerance for fact in rivals])[index] / np.maximum(np.abs(known), 1e-9))
    return Moments(chosen, np.column_stack(values), np.column_stack(record), np.column_stack(tolerance))


def levels_on_record(indicator: str, facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Levels of an indicator on record, each fact by its likeliest reading, in file order."""
    likeliest: dict[str, Fact] = {}
    for fact in facts:
        if fact.indicator == indicator and fact.statistic == "level":
            rival = likeliest.setdefault(fact.fact, fact)
            if fact.weight > rival.weight:
                likeliest[fact.fact] = fact
    return tuple(likeliest.values())


def last_growth_factor(levels: Mapping[int, float]) -> float | None:
    """Yearly growth factor between the last two years of which a level is known; None of fewer, or of a level of nothing."""
    years = sorted(levels)[-2:]
    if len(years) < 2 or levels[years[0]] <= 0.0 or levels[years[1]] <= 0.0:
        return None
    return float((levels[years[1]] / levels[years[0]]) ** (1.0 / (years[1] - years[0])))


def published(gaps: Floats, tolerance: Floats, error: float, seed: int) -> Floats:
    """Gaps of one fact as they would be published: with its tolerance and a model error of that standard deviation [run]."""
    noise = np.random.Generator(np.random.Philox(seed)).standard_normal(len(gaps))
    found: Floats = gaps + np.sqrt(np.square(tolerance) + error**2) * noise
    return found
