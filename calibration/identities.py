"""Accounting identities among the figures of a record, checked one by one: a covariance test would miss them.

Each identity is looked for wherever a pack has the figures for it, under every combination of readings.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from calibration.findings import Identity
from sim.pack import UNITS, Fact
from sim.region import Region

NESTED = (
    ("high_tech_enterprises", "tech_enterprises"),
    ("tech_enterprises_above_scale", "tech_enterprises"),
    ("high_tech_enterprises_above_scale", "high_tech_enterprises"),
    ("high_tech_enterprises_above_scale", "tech_enterprises_above_scale"),
)
"""Counts of which one is part of the other."""

PARTS = {
    "incubation_platforms": ("makerspaces_national", "makerspaces_municipal", "incubators_municipal", "special_parks"),
    "incubation_platforms@all": (
        "makerspaces_national", "makerspaces_municipal", "incubators_municipal", "special_parks", "returnee_parks",
    ),
}  # fmt: skip
"""Totals of which the record gives the parts; the second counts one park more."""

ROUNDED = 0.005
"""Relative rounding of a figure that states no tolerance."""


def identities(region: Region) -> tuple[Identity, ...]:
    """Every identity that the region's figures can be held against."""
    found = [*ratios(region), *growth(region), *sums(region), *added(region), *nested(region), *composed(region)]
    return tuple(found)


def levels(region: Region, indicator: str) -> Iterator[Fact]:
    """Readings of an indicator's level."""
    return (fact for fact in region.facts if fact.indicator == indicator and fact.statistic == "level" and fact.role != "lever")


def of_reading(fact: Fact) -> str:
    """A fact with its reading, where it has rivals."""
    return f"{fact.fact}[{fact.reading}]"


def checked(name: str, left: float, right: float, unit: str, tolerance: float, *facts: Fact) -> Identity:
    """Whether two sides agree within two standard deviations of rounding."""
    return Identity(
        identity=name, left=round(left, 4), right=round(right, 4), unit=unit, tolerance=round(tolerance, 4),
        holds=abs(left - right) <= 2.0 * tolerance + 1e-9, facts=tuple(of_reading(fact) for fact in facts),
    )


def spread(*facts: Fact) -> float:
    """Relative standard deviation of a product or ratio of figures."""
    return float(np.sqrt(sum((max(fact.tolerance / abs(fact.value), ROUNDED) if fact.value else ROUNDED) ** 2 for fact in facts)))


def ratios(region: Region) -> Iterator[Identity]:
    """A share or a density is its amount over GDP or population of the same year."""
    gdp, people = region.settings.gdp.known, region.settings.population
    for amount, share in product(levels(region, "rd_expenditure"), levels(region, "rd_share_of_gdp")):
        year = amount.last_year
        if year == share.last_year and year in gdp:
            left = 100.0 * amount.value_in("亿元") / gdp[year]
            name = f"rd_expenditure / gdp = rd_share_of_gdp ({year})"
            yield checked(name, left, share.value, "%", left * spread(amount, share), amount, share)
    for count, density in product(levels(region, "patents"), levels(region, "patents_per_10k")):
        year = count.last_year
        for basis, known in (("census", people.census), ("precensus", people.precensus)):
            if year == density.last_year and year in known:
                left = count.value / known[year]
                name = f"patents / population ({basis}) = patents_per_10k ({year})"
                yield checked(name, left, density.value, UNITS["patents_per_10k"], left * spread(count, density), count, density)


def growth(region: Region) -> Iterator[Identity]:
    """A growth rate leads from one level to the other."""
    for rate in region.facts:
        if rate.statistic != "growth":
            continue
        for start, end in product(levels(region, rate.indicator), levels(region, rate.indicator)):
            if start.last_year == rate.base_year and end.last_year == rate.last_year:
                years = end.last_year - start.last_year
                grown = start.value * (1.0 + 0.01 * rate.value) ** years
                tolerance = grown * float(np.hypot(spread(start, end), years * 0.01 * rate.tolerance))
                name = f"{rate.indicator} {start.last_year} x (1 + {rate.value:g} %)^{years} = {end.last_year}"
                yield checked(name, grown, end.value, end.unit, tolerance, start, rate, end)


def sums(region: Region) -> Iterator[Identity]:
    """A sum over years lies near that of an even path between the levels known (within a tenth)."""
    gdp = region.settings.gdp
    middle = 0.5 * (gdp.start[0] + gdp.start[1])
    start_year = region.settings.years.record_start
    for total in region.facts:
        if total.statistic != "sum" or total.indicator != "rd_expenditure":
            continue
        for share, end in product(levels(region, "rd_share_of_gdp"), levels(region, "rd_expenditure")):
            if share.last_year != start_year or end.last_year <= start_year:
                continue
            start = 0.01 * share.value * middle
            rate = (end.value_in("亿元") / start) ** (1.0 / (end.last_year - start_year))
            path = sum(start * rate ** (year - start_year) for year in range(total.first_year, total.last_year + 1))
            tolerance = float(np.hypot(0.05 * path, total.tolerance_in("亿元")))
            name = f"rd_expenditure {total.period}: even path = sum"
            yield checked(name, path, total.value_in("亿元"), "亿元", tolerance, share, end, total)


def added(region: Region) -> Iterator[Identity]:
    """What was there and what was added is what is there, where nothing was lost."""
    for more in region.facts:
        base = more.indicator.removesuffix("_added")
        if base == more.indicator:
            continue
        for start, end in product(levels(region, base), levels(region, base)):
            if start.last_year == more.first_year - 1 and end.last_year == more.last_year:
                name = f"{base} {start.last_year} + added = {end.last_year}"
                yield checked(name, start.value + more.value, end.value, end.unit, 0.0, start, more, end)


def nested(region: Region) -> Iterator[Identity]:
    """A part is not larger than the whole: the left side is what it exceeds it by."""
    for part, whole in NESTED:
        for inner, outer in product(levels(region, part), levels(region, whole)):
            if inner.last_year == outer.last_year:
                excess = max(0.0, inner.value - outer.value)
                yield checked(f"{part} <= {whole} ({inner.last_year})", excess, 0.0, inner.unit, 0.0, inner, outer)


def composed(region: Region) -> Iterator[Identity]:
    """Parts add up to their total."""
    for total, names in PARTS.items():
        parts = [fact for name in names for fact in levels(region, name)]
        if len(parts) != len(names):
            continue
        readings = list(levels(region, total.partition("@")[0]))
        if readings:
            whole = readings[-1 if total.endswith("@all") else 0]
            left = sum(fact.value for fact in parts)
            yield checked(f"{' + '.join(names)} = {total}", left, whole.value, whole.unit, 0.0, *parts, whole)
