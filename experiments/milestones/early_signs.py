"""Does another indicator tell sooner than the target's own whether it will be reached?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from yidu.experiments.judging.answer import Answer, Share
from yidu.experiments.judging.runs import Floats, column, sensible
from yidu.experiments.milestones.separation import FEWEST, Mask, area_under, as_published, gain_of, halves, separated
from yidu.sim.indicators import INDICATORS, Indicator

if TYPE_CHECKING:
    from yidu.sim.outcomes import Outcomes
    from yidu.sim.region import Target

CLEARLY = 3.0
"""Standard errors by which another indicator must tell more than the target's own before it is named: one of many is bound to look
better by chance."""

UNSEEN = frozenset({"rd_real"})
"""Reported, but known to nobody in the district: no early sign."""


class SignAnswer(Answer):
    """Another indicator that tells more of a target than the target's own does in that year."""

    indicator: str = Field(description="of the target")
    target_year: int
    year: int
    sign: str = Field(description="indicator that tells more")
    unit: str = Field(description="of the sign")
    better: Literal[">=", "<="] = Field(description="side of the line on which runs arrive")
    line: float
    false_alarm: float | None = Share
    false_alarm_error: float | None = Share
    miss: float | None = Share
    miss_error: float | None = Share
    auc: float = Field(ge=0.0, le=1.0, description="of the sign, on runs that it was not chosen on")
    auc_error: float = Share
    auc_own: float = Field(ge=0.0, le=1.0, description="of the target's own indicator, on the same runs")
    gain: float = Field(description="auc less auc_own")
    gain_error: float = Field(ge=0.0)


def sign_of(judged: Outcomes, target: Target, year: int, arrived: Floats) -> list[SignAnswer]:
    """The other indicator that tells most of a target in a year, where it clearly tells more than the target's own.

    It is chosen, and its better side too, on one half of the runs; that it tells more is seen on the other half.
    """
    own = column(judged, target.indicator, year)
    known = ~(np.isnan(own) | np.isnan(arrived))
    won = arrived[known] == 1.0
    if min(won.sum(), (~won).sum()) < FEWEST:
        return []
    first = halves(won)
    best, sense, values, most = None, ">=", own, 0.5
    for other in INDICATORS:
        if other.id in UNSEEN or other.id == target.indicator or "@" in other.id:
            continue
        seen = column(judged, other.id, year)[known]
        if np.isnan(seen).any():
            continue
        seen = as_published(seen, other.unit)
        area = area_under(seen[first], won[first], ">=").area
        if max(area, 1.0 - area) > most:
            best, sense, values, most = other, ">=" if area >= 0.5 else "<=", seen, max(area, 1.0 - area)
    if best is None:
        return []
    return clearer(target, year, best, sense, values, as_published(own[known], target.unit), won, first)


def clearer(
    target: Target, year: int, sign: Indicator, sense: str, values: Floats, own: Floats, won: Mask, first: Mask
) -> list[SignAnswer]:
    """The sign, where on the second half of the runs it tells more than the target's own indicator beyond chance."""
    areas = [area_under(those[~first], won[~first], side) for those, side in ((values, sense), (own, target.sense))]
    gain, error = gain_of(*areas)
    found = separated(values, won, sense, sign.unit, first)
    if found is None or gain <= CLEARLY * error:
        return []
    return [
        SignAnswer.model_validate(
            {
                "indicator": target.indicator,
                "target_year": target.year,
                "year": year,
                "sign": sign.id,
                "unit": sign.unit,
                "better": sense,
                "line": found.line,
                "false_alarm": found.false_alarm[0] if found.false_alarm else None,
                "false_alarm_error": found.false_alarm[1] if found.false_alarm else None,
                "miss": found.miss[0] if found.miss else None,
                "miss_error": found.miss[1] if found.miss else None,
                "auc": round(areas[0].area, 6),
                "auc_error": round(areas[0].error, 6),
                "auc_own": round(areas[1].area, 6),
                "gain": sensible(gain),
                "gain_error": sensible(error),
            }
        )
    ]
