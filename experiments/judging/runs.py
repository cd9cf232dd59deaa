"""Runs judged against a target: which of them reach it, how many those are, and the quantiles of what they give."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from yidu.experiments.judging.verdicts import mc_error
from yidu.sim.errors import InputError

if TYPE_CHECKING:
    from yidu.sim.outcomes import Outcomes
    from yidu.sim.region import Target


Floats = NDArray[np.float64]


def reaches(values: Floats, sense: str, target: float) -> NDArray[np.bool_]:
    """Which runs reach a target; a run without a value does not."""
    return np.greater_equal(values, target) if sense == ">=" else np.less_equal(values, target)


def probability_of(reached: NDArray[np.bool_]) -> tuple[float, float] | None:
    """Share of runs that reach, with its Monte Carlo error; None without runs."""
    if reached.size == 0:
        return None
    successes = int(np.count_nonzero(reached))
    return round(successes / reached.size, 6), round(mc_error(successes, reached.size), 6)


def column(outcomes: Outcomes, indicator: str, year: int) -> Floats:
    """Values of an indicator in a year, one a run; NaN where the pack supports no value."""
    if year not in outcomes.years:
        raise InputError(
            f"A target of {indicator} is set for {year}, but the runs cover {outcomes.years[0]} to "
            f"{outcomes.years[-1]}; simulate until {year}."
        )
    if indicator not in outcomes.indicators:
        return np.full(outcomes.runs, np.nan)
    return outcomes.of(indicator, year)


def joint(outcomes: Outcomes, targets: Iterable[Target]) -> tuple[float, float] | None:
    """Probability that one and the same run reaches all these targets, with its error.

    Targets without any value are left out, then runs without a value for one of the rest. None: nothing left.
    """
    values = [(column(outcomes, target.indicator, target.year), target) for target in targets]
    values = [(column_, target) for column_, target in values if not np.isnan(column_).all()]
    if not values:
        return None
    complete = ~np.any([np.isnan(column_) for column_, _ in values], axis=0)
    reached = np.all([reaches(column_, target.sense, target.value) for column_, target in values], axis=0)
    return probability_of(reached[complete])


def quantiles(values: Floats) -> tuple[float | None, ...]:
    """5, 25, 50, 75 and 95 % points; all None without values."""
    if values.size == 0:
        return (None,) * 5
    return tuple(sensible(float(q)) for q in np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95)))


def sensible(value: float) -> float:
    """A number rounded to six significant digits, so that answers do not pretend to more."""
    return float(f"{value:.6g}")
