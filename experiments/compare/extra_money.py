"""What a second mix costs more than a first on the same runs: by heading and kind, and for an extra unit of what it moves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from yidu.experiments.compare.answer import MoneyChange
from yidu.experiments.ensembles.differences import ChanceChange, Difference, Price, difference, price
from yidu.experiments.ensembles.paired import money
from yidu.experiments.judging.answer import Band
from yidu.experiments.judging.money import PUBLIC_PAYERS, YUAN_PER_WAN
from yidu.experiments.judging.runs import quantiles
from yidu.experiments.scenarios.scenario import plan_years
from yidu.sim.ledger import LINES

if TYPE_CHECKING:
    from yidu.sim.outcomes import Outcomes
    from yidu.sim.region import Region

Floats = NDArray[np.float64]


class Extra(NamedTuple):
    """What the district pays more under the second mix over the plan [run], 万元, and whether that is beyond chance."""

    amount: Floats
    beyond_chance: bool


def extra_money(region: Region, first: Outcomes, second: Outcomes) -> Extra:
    before, after = money(first, region), money(second, region)
    found = difference(before, after)
    return Extra(after - before, found is not None and found.beyond_chance)


def price_of(extra: Extra, moved: Difference | ChanceChange | None, gain: Floats) -> Price | None:
    """What a unit of a gain [run] costs, None where money or what is moved does not differ beyond chance."""
    return price(extra.amount, gain) if extra.beyond_chance and moved is not None and moved.beyond_chance else None


def money_changes(region: Region, first: Outcomes, second: Outcomes) -> Iterable[MoneyChange]:
    """The district's money in all, its grants and its capital; then all public money by heading, payer and kind."""
    rows: list[tuple[dict[str, object], list[int]]] = []
    for part, kinds in (("all", (False, True)), ("grants", (False,)), ("capital", (True,))):
        lines = [k for k, line in enumerate(LINES) if line.payer == "district" and bool(line.capital) in kinds]
        rows.append(({"part": part, "heading": None, "payer": "district", "capital": kinds[0] if len(kinds) == 1 else None}, lines))
    groups: dict[tuple[str, str, bool], list[int]] = {}
    for k, line in enumerate(LINES):
        if line.payer in PUBLIC_PAYERS:
            groups.setdefault((line.payer, line.heading, bool(line.capital)), []).append(k)
    for (payer, heading, capital), lines in groups.items():
        rows.append(({"part": "heading", "heading": heading, "payer": payer, "capital": capital}, lines))
    for head, lines in rows:
        before, after = (spent(region, outcomes, lines) for outcomes in (first, second))
        if head["part"] != "heading" or before.any() or after.any():
            yield MoneyChange.model_validate({**head, "base": band(before), "other": band(after), "difference": difference(before, after)})


def spent(region: Region, outcomes: Outcomes, lines: Sequence[int]) -> Floats:
    """What was paid over the plan on some lines of the ledger [run], 万元."""
    years = [k for k, year in enumerate(outcomes.years) if year in plan_years(region)]
    return np.asarray(outcomes.money[:, years][:, :, list(lines)].sum(axis=(1, 2)) / YUAN_PER_WAN)


def band(values: Floats) -> Band:
    """Quantiles over the runs that have a value."""
    return Band(**dict(zip(("p05", "p25", "median", "p75", "p95"), quantiles(values[~np.isnan(values)]))))
