"""What the district pays over the plan, in these runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from yidu.experiments.judging.answer import MoneyLine, PublicMoney
from yidu.experiments.judging.runs import Floats
from yidu.experiments.judging.unknown import FAR_BEYOND
from yidu.sim import ledger

if TYPE_CHECKING:
    from yidu.sim.outcomes import Outcomes
    from yidu.sim.region import Region


OUTSIDE_EXPERIENCE = FAR_BEYOND
"""A plan that spends more than this many times the record's five-year total is outside what was observed."""

PUBLIC_PAYERS = ("district", "city", "state")

YUAN_PER_WAN = 10_000.0


def public_money(region: Region, outcomes: Outcomes) -> tuple[PublicMoney, tuple[MoneyLine, ...]]:
    """What the district pays over the plan [万元], and all public money by heading, payer and kind."""
    first, last = region.settings.years.record_end + 1, region.settings.years.plan_end
    within = [i for i, year in enumerate(outcomes.years) if first <= year <= last]
    spent = outcomes.money[:, within, :].sum(axis=1) / YUAN_PER_WAN
    known = {line.id: line for line in ledger.LINES}
    lines = [known[name] for name in outcomes.lines]
    over = f"{outcomes.years[within[0]]}-{outcomes.years[within[-1]]}" if within else f"{first}-{last}"
    district = [i for i, line in enumerate(lines) if line.payer == "district"]
    groups: dict[tuple[str, str, bool], list[int]] = {}
    for i, line in enumerate(lines):
        if line.payer in PUBLIC_PAYERS:
            groups.setdefault((line.heading, line.payer, bool(line.capital)), []).append(i)
    by = tuple(
        MoneyLine.model_validate({"heading": heading, "payer": payer, "capital": capital, **_band(spent[:, rows].sum(axis=1))})
        for (heading, payer, capital), rows in groups.items()
        if np.any(spent[:, rows])
    )
    return PublicMoney.model_validate({**_band(spent[:, district].sum(axis=1)), "over": over}), by


def _band(values: Floats) -> dict[str, float]:
    return {
        "median": round(float(np.median(values)), 1),
        "p05": round(float(np.quantile(values, 0.05)), 1),
        "p95": round(float(np.quantile(values, 0.95)), 1),
    }
