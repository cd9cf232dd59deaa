"""What a mix costs the district before a run is made, and what runs say it costs.

Known before a run is what the district sets itself: a number of things at their unit cost, capital paid into a fund, a pool that
is raised. What firms, banks and people take up is not: it is named, and measured by runs on request, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from experiments.scenario import Scenario, plan_years
from sim.ledger import LINES
from sim.levers import EXTENSIVE, LEVERS
from sim.stages.district import (
    ANCHOR_CONDITION,
    ATTRACTION_COST,
    COACHING_COST,
    CONSTRUCTION,
    CONTACT_COST,
    OFFER_COST,
    PROJECT_AMOUNT,
    PROJECT_DISTRICT_SHARE,
    SERVICE_COST,
    START_UP,
)
from sim.stages.others import DISTRICT_SHARE

if TYPE_CHECKING:
    from experiments.answers import Grade
    from sim.levers import LeverPaths
    from sim.region import Region

Known = Literal["fixed", "about", "least"]
"""fixed: paid as set, on average; about: a service that reaches some more or fewer, a pool whose present filling is uncertain."""

Depends = Literal["take_up", "losses", "landing"]


class UnitCost(NamedTuple):
    """What one unit of a lever costs the district, where that is known before a run."""

    amount: float
    """万元 for one unit of the lever, in a year."""
    line: str
    """Line of the ledger that pays it."""
    known: Known
    grade: Grade
    paid: Callable[[Callable[[int], float], int], float] = lambda level, year: level(year)
    """Units paid for in a year, from the level of the lever by year."""


def _raised(level: Callable[[int], float], year: int) -> float:
    """A pool is paid in when it is raised, and stays."""
    return max(0.0, level(year) - level(year - 1))


def _one_or_two_years_later(level: Callable[[int], float], year: int) -> float:
    """An anchor that is signed lands in the second to the third year, as likely in the one as in the other (`land_attracted`)."""
    return 0.5 * (level(year - 1) + level(year - 2))


KNOWN: Mapping[str, UnitCost] = {
    "enterprise_coaching": UnitCost(COACHING_COST, "coaching", "least", "D"),
    "ip_services": UnitCost(SERVICE_COST, "ip_services", "about", "D"),
    "knowledge_loan_pool": UnitCost(DISTRICT_SHARE, "knowledge_pool_district", "about", "A", _raised),
    "commercial_loan_pool": UnitCost(DISTRICT_SHARE, "commercial_pool_district", "about", "A", _raised),
    "seed_fund": UnitCost(DISTRICT_SHARE, "seed_district", "fixed", "A"),
    "industry_fund": UnitCost(1.0, "industry_district", "fixed", "D"),
    "incubator_openings": UnitCost(START_UP, "incubator_opening", "fixed", "D"),
    "transfer_services": UnitCost(CONTACT_COST, "transfer_services", "fixed", "D"),
    "talent_recruitment": UnitCost(OFFER_COST, "talent_search", "fixed", "D"),
    "firms_attracted": UnitCost(ATTRACTION_COST, "attraction", "fixed", "D"),
    "anchor_firms": UnitCost(ANCHOR_CONDITION, "anchor_conditions", "fixed", "D", _one_or_two_years_later),
}
"""Levers of which a cost is known before a run."""

DEPENDS: Mapping[str, Depends] = {
    "rd_grant_rate": "take_up", "certification_award": "take_up", "register_award": "take_up", "knowledge_loan_pool": "losses",
    "knowledge_loan_cover": "losses", "commercial_loan_pool": "losses", "interest_subsidy": "take_up", "vc_subsidy_rate": "take_up",
    "listing_award": "take_up", "incubator_openings": "take_up", "incubator_support": "take_up", "platform_award": "take_up",
    "institute_openings": "landing", "joint_projects": "landing", "talent_package": "take_up", "postdoc_support": "take_up",
}  # fmt: skip
"""Levers of which a cost, or a further cost, follows from what others do: apply, default, land."""

AMOUNTS: Mapping[str, float] = {
    **{id: cost.amount for id, cost in KNOWN.items()},
    "institute_openings": CONSTRUCTION,
    "joint_projects": PROJECT_AMOUNT * PROJECT_DISTRICT_SHARE,
}
"""万元 that the sentence on a lever's unit cost names."""


class YearCost(NamedTuple):
    """What a lever is known to cost the district in a year, before any run [万元]."""

    lever: str
    year: int
    amount: float
    known: Known
    heading: str
    capital: bool
    grade: Grade


class Recorded(NamedTuple):
    """The district's money for science and technology on record [万元]."""

    total: float
    first_year: int
    last_year: int

    @property
    def yearly(self) -> float:
        """Mean of a year."""
        return self.total / (self.last_year - self.first_year + 1)


def recorded_money(region: Region) -> Recorded | None:
    """The 财政科技支出 on record, None where the pack has none."""
    for fact in region.facts:
        if fact.indicator == "public_money" and fact.statistic == "sum":
            return Recorded(fact.value_in("万元"), fact.first_year, fact.last_year)
    return None


def known_costs(region: Region, paths: LeverPaths) -> tuple[YearCost, ...]:
    """What is known before a run of the district's cost of lever paths, by lever and year of the plan."""
    lines = {line.id: line for line in LINES}
    rows = []
    for id, cost in KNOWN.items():
        times = region.settings.districts if id in EXTENSIVE else 1
        level = lambda year, id=id: paths.get(id, year)  # noqa: E731
        for year in plan_years(region):
            amount = times * cost.amount * cost.paid(level, year)
            line = lines[cost.line]
            rows.append(YearCost(id, year, round(amount, 4), cost.known, line.heading, line.capital, cost.grade))
    return tuple(rows)


def yearly_costs(costs: tuple[YearCost, ...]) -> dict[int, float]:
    """Known costs by year [万元]."""
    years = sorted({row.year for row in costs})
    return {year: round(sum(row.amount for row in costs if row.year == year), 4) for year in years}


def over_budget(money: Mapping[int, float], recorded: Recorded | None) -> tuple[int, ...]:
    """Years whose district money [万元] is above the yearly money on record; none where no record is."""
    return () if recorded is None else tuple(year for year, amount in sorted(money.items()) if amount > recorded.yearly)


def depends(region: Region, scenario: Scenario) -> tuple[str, ...]:
    """Levers in use whose cost, or part of it, follows from what others do."""
    used = {id for id in DEPENDS for year in plan_years(region) if scenario.levers.get(id, year) > 0.0}
    return tuple(id for id in LEVERS if id in used)
