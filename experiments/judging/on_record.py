"""Where the record of an indicator ends: its last level, and the year of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from yidu.calibration.facts import levels_on_record
from yidu.experiments.judging.classes import measured_as
from yidu.sim.pack import UNITS

if TYPE_CHECKING:
    from yidu.sim.region import Fact, Region


SERIES = ("gdp", "population")
"""Indicators whose record is a series in `region.toml`."""


def base_of(indicator: str, facts: Iterable[Fact], year: int) -> tuple[int, float | None]:
    """Year and level where the plan starts: the latest level on record, each fact by its likeliest reading.

    Levels more than two years older than the end of the record are no base.
    """
    known = [fact for fact in levels_on_record(indicator, facts) if year - 2 <= fact.last_year <= year]
    if not known:
        return year, None
    last = max(known, key=lambda fact: fact.last_year)
    return last.last_year, last.value_in(UNITS[indicator])


def on_record(indicator: str, region: Region) -> bool:
    """Whether the pack says anything of an indicator: a series, its level when the record ends, or a fact to fit."""
    measured = measured_as(indicator)
    fitted = any(fact.role == "calibrate" and fact.indicator in measured for fact in region.facts)
    return fitted or indicator in SERIES or bool(measured & set(region.settings.end))


def last_on_record(indicator: str, region: Region) -> tuple[int, float | None]:
    """Year and level of an indicator when the record ends: of a series its last value, else the base of `base_of`."""
    end = region.settings.years.record_end
    if indicator not in SERIES:
        return base_of(indicator, region.facts, end)
    known = region.settings.gdp.known if indicator == "gdp" else region.settings.population.census
    year = max(year for year in known if year <= end)
    return year, known[year]
