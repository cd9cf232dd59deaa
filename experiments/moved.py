"""Which targets a lever moves enough to matter when it alone is set to the top of its range: measured, `python -m experiments.moved`.

`Lever.reaches` says what a lever can reach through any chain of firms, which is nearly everything. This says where its effect is
seen, so that an answer is called extrapolated where it is, and not throughout.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from experiments.paired import study
from experiments.scenario import first_year, load
from sim.levers import LEVERS

if TYPE_CHECKING:
    from sim.region import Region

LEAST = 0.05
"""Part of the spread of a forecast that its mean must move by: a probability then moves by two points at most."""

BEYOND_CHANCE = 3.0
"""Monte Carlo errors that it must move by as well."""

MOVED: Mapping[str, tuple[str, ...]] = {
    "certification_award": ("high_tech_enterprises",),
    "register_award": ("tech_enterprises", "tech_enterprises_above_scale"),
    "enterprise_coaching": (
        "rd_platforms", "tech_enterprises", "tech_enterprises_above_scale", "high_tech_enterprises", "specialised_smes",
        "knowledge_loans_total", "tech_projects",
    ),
    "ip_services": ("patents_per_10k",),
    "knowledge_loan_cover": ("knowledge_loans_total",),
    "interest_subsidy": ("knowledge_loans_total",),
    "seed_fund": ("fund_scale",),
    "industry_fund": ("fund_scale",),
    "listing_award": ("otc_listed",),
    "incubator_openings": ("incubation_platforms", "new_incubators"),
    "platform_award": ("rd_platforms",),
    "institute_openings": ("rd_platforms", "new_rd_institutes", "high_end_platforms"),
    "joint_projects": ("collaboration_centres",),
    "transfer_services": ("postdoc_stations", "tech_projects", "transfer_bodies"),
    "talent_recruitment": ("rd_expenditure", "rd_share_of_gdp", "high_end_talent", "strategic_emerging_share", "rd_growth"),
    "talent_package": ("high_end_talent",),
    "postdoc_support": ("postdoc_stations",),
    "anchor_firms": (
        "rd_expenditure", "rd_share_of_gdp", "tech_enterprises_above_scale", "strategic_emerging_share", "digital_core_share",
        "science_staff", "rd_growth",
    ),
}  # fmt: skip
"""Measured in Dadukou on 160 runs under the status quo."""

MEANT_FOR: Mapping[str, tuple[str, ...]] = {
    "rd_grant_rate": ("rd_expenditure", "rd_share_of_gdp", "rd_growth"),
    "knowledge_loan_pool": ("knowledge_loans_total",),
    "commercial_loan_pool": (),
    "vc_subsidy_rate": ("fund_scale",),
    "incubator_support": ("incubation_platforms",),
    "firms_attracted": ("tech_enterprises",),
}
"""What levers are for that move no target alone: beside others they may (a pool does once its cover is raised). Judgement (D)."""


def moves(lever: str) -> tuple[str, ...]:
    """Indicators whose forecast leans on a lever that is set high."""
    return MOVED.get(lever) or MEANT_FOR.get(lever, ())


def measured(region: Region, levers: Iterable[str] = LEVERS, *, runs: int = 160, seed: int = 1) -> dict[str, tuple[str, ...]]:
    """The table anew: targets that each lever moves alone, at the top of its range from the plan's first year on."""
    base = load(region, "status_quo")
    on = study(region, runs=runs, seed=seed)
    usual = on.run(base).judged
    found = {}
    for id in levers:
        high = on.run(replace(base, levers=base.levers.with_path(id, {first_year(region): LEVERS[id].high}))).judged
        moved = []
        for target in region.targets:
            before, after = (one.of(target.indicator, target.year) for one in (usual, high))
            change, spread = after - before, float(before.std())
            error = float(change.std(ddof=1)) / np.sqrt(runs)
            if abs(change.mean()) >= max(LEAST * spread, BEYOND_CHANCE * error) and spread > 0.0:
                moved.append(target.indicator)
        found[id] = tuple(moved)
    return found


if __name__ == "__main__":
    from sim.region import load as load_region

    for lever, targets in measured(load_region("dadukou")).items():
        print(f"{lever}: {', '.join(targets) or '-'}")
