"""Accounting identities among the figures of a record, checked one by one: a covariance test would miss them.

Each identity is looked for wherever a pack has the figures for it, under every combination of readings. Rival readings are weighed
together by them: a combination that implies figures the record denies is as unlikely as the identity it breaks.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from yidu.sim.pack import UNITS, Fact

if TYPE_CHECKING:
    from yidu.sim.region import Region

Floats = npt.NDArray[np.float64]


class Checked(NamedTuple):
    """Two sides of an identity under one combination of readings.

    Attributes:
        tolerance: one standard deviation of their difference, in their unit; 0 where figures are exact.
        facts: the readings it was reckoned from.
    """

    name: str
    left: float
    right: float
    unit: str
    tolerance: float
    facts: tuple[Fact, ...]

    @property
    def holds(self) -> bool:
        """Whether the sides agree within two standard deviations."""
        return abs(self.left - self.right) <= 2.0 * self.tolerance + 1e-9

    @property
    def plausibility(self) -> float:
        """Log of how far the sides lie apart, as a normal density has it with 0 at agreement; 0 of an identity without a tolerance."""
        return -0.5 * ((self.left - self.right) / self.tolerance) ** 2 if self.tolerance > 0.0 else 0.0


class Together(NamedTuple):
    """Contested facts that identities tie to one another, in the order of the pack.

    Attributes:
        combinations: index of the reading of each fact [combination, fact].
        weights: of the combinations, sum 1.
    """

    facts: tuple[str, ...]
    combinations: npt.NDArray[np.int8]
    weights: Floats

    def of(self, fact: str) -> Floats:
        """Weights of one fact's readings, whatever the others are [reading]."""
        return np.bincount(self.combinations[:, self.facts.index(fact)], weights=self.weights)


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


def checks(region: Region) -> tuple[Checked, ...]:
    """Every identity that the region's figures can be held against."""
    return (*ratios(region), *growth(region), *sums(region), *added(region), *nested(region), *composed(region))


def weighed_together(region: Region) -> tuple[Together, ...]:
    """Contested facts in groups, each with the weights of its combinations: those of the pack, times the plausibility of the
    identities that the combination implies. A combination that no identity speaks of loses nothing.
    """
    contested = region.contested
    tied = [
        (check, names)
        for check in checks(region)
        if check.tolerance > 0.0 and (names := {fact.fact for fact in check.facts} & set(contested))
    ]
    found = []
    for group in groups(contested, [names for _, names in tied]):
        rivals = [region.readings(name) for name in group]
        combinations = np.array(list(product(*(range(len(many)) for many in rivals))), np.int8)
        log = np.array([
            sum(float(np.log(max(many[k].weight, 1e-300))) for many, k in zip(rivals, chosen))
            + sum(
                check.plausibility for check, names in tied
                if names <= set(group) and all(
                    rivals[group.index(fact.fact)][chosen[group.index(fact.fact)]] == fact for fact in check.facts if fact.fact in names
                )
            )
            for chosen in combinations
        ])  # fmt: skip
        weights = np.exp(log - log.max())
        found.append(Together(group, combinations, weights / weights.sum()))
    return tuple(found)


def groups(names: tuple[str, ...], ties: list[set[str]]) -> list[tuple[str, ...]]:
    """Names that ties connect, in order; a name without a tie stands alone."""
    group = {name: {name} for name in names}
    for tie in ties:
        whole = set().union(*(group[name] for name in tie))
        group.update(dict.fromkeys(whole, whole))
    return list(dict.fromkeys(tuple(name for name in names if name in group[one]) for one in names))


def levels(region: Region, indicator: str) -> Iterator[Fact]:
    """Readings of an indicator's level."""
    return (fact for fact in region.facts if fact.indicator == indicator and fact.statistic == "level" and fact.role != "lever")


def spread(*facts: Fact) -> float:
    """Relative standard deviation of a product or ratio of figures."""
    return float(np.sqrt(sum((max(fact.tolerance / abs(fact.value), ROUNDED) if fact.value else ROUNDED) ** 2 for fact in facts)))


def ratios(region: Region) -> Iterator[Checked]:
    """A share or a density is its amount over GDP or population of the same year."""
    gdp, people = region.settings.gdp.known, region.settings.population
    for amount, share in product(levels(region, "rd_expenditure"), levels(region, "rd_share_of_gdp")):
        year = amount.last_year
        if year == share.last_year and year in gdp:
            left = 100.0 * amount.value_in("亿元") / gdp[year]
            name = f"rd_expenditure / gdp = rd_share_of_gdp ({year})"
            yield Checked(name, left, share.value, "%", left * spread(amount, share), (amount, share))
    for count, density in product(levels(region, "patents"), levels(region, "patents_per_10k")):
        year = count.last_year
        for basis, known in (("census", people.census), ("precensus", people.precensus)):
            if year == density.last_year and year in known:
                left = count.value / known[year]
                name = f"patents / population ({basis}) = patents_per_10k ({year})"
                yield Checked(name, left, density.value, UNITS["patents_per_10k"], left * spread(count, density), (count, density))


def growth(region: Region) -> Iterator[Checked]:
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
                yield Checked(name, grown, end.value, end.unit, tolerance, (start, rate, end))


def output(region: Region) -> dict[int, float]:
    """GDP of every year of the record [亿元]: as known, even growth between known years, the middle of the range before them."""
    gdp, years = region.settings.gdp, region.settings.years
    known = dict(gdp.known) if gdp.start is None else {years.record_start: 0.5 * sum(gdp.start), **gdp.known}
    all_years = range(years.record_start, years.record_end + 1)
    found = np.exp(np.interp(all_years, sorted(known), [np.log(known[year]) for year in sorted(known)]))
    return dict(zip(all_years, found.tolist()))


def sums(region: Region) -> Iterator[Checked]:
    """A sum of R&D over years lies near that of a straight line of R&D over GDP between the levels known. Two standard deviations
    of the path reach the sum that its last level in every year would give, or a tenth (D).
    """
    gdp, start_year = output(region), region.settings.years.record_start
    for total in region.facts:
        if total.statistic != "sum" or total.indicator != "rd_expenditure":
            continue
        years = np.arange(total.first_year, total.last_year + 1)
        by_year = np.array([gdp[year] for year in years.tolist()])
        for share, end in product(levels(region, "rd_share_of_gdp"), levels(region, "rd_expenditure")):
            if share.last_year != start_year or end.last_year <= start_year:
                continue
            last = end.value_in("亿元") / gdp[end.last_year]
            straight = np.interp(years, (start_year, end.last_year), (0.01 * share.value, last))
            path = float(straight @ by_year)
            of_path = max(0.05 * path, 0.5 * abs(last * float(by_year.sum()) - path))
            tolerance = float(np.hypot(of_path, total.tolerance_in("亿元")))
            name = f"rd_expenditure {total.period}: even path = sum"
            yield Checked(name, path, total.value_in("亿元"), "亿元", tolerance, (share, end, total))


def added(region: Region) -> Iterator[Checked]:
    """What was there and what was added is what is there, where nothing was lost."""
    for more in region.facts:
        base = more.indicator.removesuffix("_added")
        if base == more.indicator:
            continue
        for start, end in product(levels(region, base), levels(region, base)):
            if start.last_year == more.first_year - 1 and end.last_year == more.last_year:
                name = f"{base} {start.last_year} + added = {end.last_year}"
                yield Checked(name, start.value + more.value, end.value, end.unit, 0.0, (start, more, end))


def nested(region: Region) -> Iterator[Checked]:
    """A part is not larger than the whole: the left side is what it exceeds it by."""
    for part, whole in NESTED:
        for inner, outer in product(levels(region, part), levels(region, whole)):
            if inner.last_year == outer.last_year:
                excess = max(0.0, inner.value - outer.value)
                yield Checked(f"{part} <= {whole} ({inner.last_year})", excess, 0.0, inner.unit, 0.0, (inner, outer))


def composed(region: Region) -> Iterator[Checked]:
    """Parts add up to their total."""
    for total, names in PARTS.items():
        parts = [fact for name in names for fact in levels(region, name)]
        if len(parts) != len(names):
            continue
        readings = list(levels(region, total.partition("@")[0]))
        if readings:
            whole = readings[-1 if total.endswith("@all") else 0]
            left = sum(fact.value for fact in parts)
            yield Checked(f"{' + '.join(names)} = {total}", left, whole.value, whole.unit, 0.0, (*parts, whole))
