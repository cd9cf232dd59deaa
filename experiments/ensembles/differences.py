"""What a second mix changes against a first on the same runs: differences, chances, and what an extra unit costs.

Errors are Monte Carlo errors of paired runs. A change counts as one where it is beyond chance: more than three errors, over ten
runs or more.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from yidu.experiments.ensembles.paired import Paired, paired
from yidu.experiments.judging.answer import Answer
from yidu.experiments.judging.runs import sensible

Floats = NDArray[np.float64]

BEYOND_CHANCE = 3.0
"""Monte Carlo errors from which a change counts as one: of 25 targets that do not move, one in fifteen comparisons shows one."""

FEWEST = 10
"""Runs below which nothing is beyond chance: three errors are then no small chance."""

NINETY = 1.6448536269514722
"""Standard errors on either side of a 90 % interval."""

LAST_BITS = 1e-12
"""Part of a quantity that is rounding of the machine."""

Trade = Literal["more_for_more", "less_for_less", "more_for_less", "less_for_more"]


class Difference(Answer):
    """The second mix less the first, run by run, in the unit of the quantity."""

    mean: float
    mc_error: float = Field(ge=0.0, description="one standard error of the mean of the paired differences")
    p05: float
    p25: float
    median: float
    p75: float
    p95: float
    beyond_chance: bool = Field(description="the mean is more than three errors from zero")
    saves: float | None = Field(
        description="times as many runs as independent seeds would need for the same error; null where the difference never varies"
    )
    runs: int = Field(ge=1, description="runs with a value under both")


class ChanceChange(Answer):
    """How the probability of reaching something changes, run by run."""

    change: float = Field(ge=-1.0, le=1.0)
    mc_error: float = Field(
        ge=0.0,
        le=1.0,
        description="of the paired change, with one run added to those that gain and one to those that lose (Bonett & Price 2012);"
        " zero only where no run differs in value",
    )
    beyond_chance: bool = Field(description="the change is more than three errors from zero")
    gained: float = Field(ge=0.0, le=1.0, description="share of runs that reach it under the second mix only")
    lost: float = Field(ge=0.0, le=1.0, description="share of runs that reach it under the first mix only")
    runs: int = Field(ge=1)


class Price(Answer):
    """What moving something costs the district: the ratio of the mean change in money to the mean change in what is moved."""

    trade: Trade = Field(
        description="more_for_more: dearer and better, the amount is paid for a unit; less_for_less: cheaper and worse, the amount is"
        " saved for a unit given up; more_for_less: better and cheaper; less_for_more: worse and dearer"
    )
    amount: float | None = Field(description="万元 a unit; null where one mix is the better on both counts, as nothing is traded")
    p05: float | None = Field(description="90 % interval of that ratio by Monte Carlo error alone (Fieller 1954)")
    p95: float | None


def beyond_chance(change: float, error: float, runs: int) -> bool:
    """Whether a change is more than three of its errors from zero, seen in runs enough to know that error."""
    return runs >= FEWEST and abs(change) > BEYOND_CHANCE * error


def difference(first: Floats, second: Floats) -> Difference | None:
    """The difference of a quantity [run] between two mixes, None where no run has both values."""
    found = paired(first, second)
    return None if found is None else _rounded(found, float(np.nanmax(np.abs([first, second]))))


def _rounded(found: Paired, size: float) -> Difference:
    """A paired difference of quantities of some size as an answer; what varies in the last bits alone does not vary."""
    steady = found.mc_error <= LAST_BITS * size
    error = 0.0 if steady else found.mc_error
    return Difference(
        mean=sensible(found.mean),
        mc_error=sensible(error),
        p05=sensible(found.p05),
        p25=sensible(found.p25),
        median=sensible(found.median),
        p75=sensible(found.p75),
        p95=sensible(found.p95),
        beyond_chance=beyond_chance(found.mean, error, found.runs),
        saves=None if found.saves is None or steady else sensible(found.saves),
        runs=found.runs,
    )


def chance_change(first: Floats, second: Floats, *, touched: bool = True) -> ChanceChange | None:
    """How a probability changes between two mixes, None where no run is known under both.

    The error is that of a paired difference of proportions, adjusted so that it is never zero because few runs changed sides
    (Bonett & Price 2012, Journal of Educational and Behavioral Statistics 37, 479-488).

    Args:
        first, second: 1 where a run reaches it, 0 where not, NaN where it has no value [run].
        touched: whether any run has another value under the second mix; where none has, nothing was left to chance.
    """
    known = ~(np.isnan(first) | np.isnan(second))
    runs = int(known.sum())
    if runs == 0:
        return None
    gained = int(np.count_nonzero(second[known] > first[known]))
    lost = int(np.count_nonzero(second[known] < first[known]))
    up, down = (gained + 1) / (runs + 2), (lost + 1) / (runs + 2)
    error = math.sqrt((up + down - (up - down) ** 2) / (runs + 2)) if touched else 0.0
    change = (gained - lost) / runs
    return ChanceChange(
        change=round(change, 6),
        mc_error=round(min(1.0, error), 6),
        beyond_chance=beyond_chance(change, error, runs),
        gained=round(gained / runs, 6),
        lost=round(lost / runs, 6),
        runs=runs,
    )


def price(money: Floats, gain: Floats) -> Price:
    """What a unit of a gain costs; both are differences [run], of district money in 万元 and of the gain, up being better.

    The interval is Fieller's for a ratio of paired means (Fieller 1954, Journal of the Royal Statistical Society B 16, 175-185).
    Ask only where both means are beyond chance: else the interval is not bounded.
    """
    known = ~(np.isnan(money) | np.isnan(gain))
    money, gain = money[known], gain[known]
    cost, units = float(money.mean()), float(gain.mean())
    if (cost > 0.0) != (units > 0.0):
        return Price(trade="more_for_less" if units > 0.0 else "less_for_more", amount=None, p05=None, p95=None)
    low, high = fieller(money, gain)
    return Price(
        trade="more_for_more" if units > 0.0 else "less_for_less",
        amount=sensible(cost / units),
        p05=None if low is None else sensible(low),
        p95=None if high is None else sensible(high),
    )


def fieller(above: Floats, below: Floats) -> tuple[float, float] | tuple[None, None]:
    """The 90 % interval of the ratio of two means over the same runs; None where the mean below the line may be zero."""
    runs = above.size
    if runs < 2:
        return None, None
    spread = np.cov(above, below) / runs
    cost, units = float(above.mean()), float(below.mean())
    a = units**2 - NINETY**2 * float(spread[1, 1])
    b = cost * units - NINETY**2 * float(spread[0, 1])
    c = cost**2 - NINETY**2 * float(spread[0, 0])
    if a <= 0.0:
        return None, None
    root = math.sqrt(max(0.0, b * b - a * c))
    return (b - root) / a, (b + root) / a
