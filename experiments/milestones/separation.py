"""What separates runs that arrive from runs that do not: the warning line of an indicator, and how well it tells them apart.

A line is found on one half of the runs and its rates are measured on the other half, so that they are not flattered by the search.
The halves are shares of the runs that arrive and of those that fail, by turns.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from yidu.experiments.judging.runs import probability_of
from yidu.experiments.judging.verdicts import mc_error
from yidu.sim.packfiles import COUNTED

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Share = tuple[float, float]
"""A probability and its Monte Carlo error."""

FEWEST = 20
"""Runs that must arrive, and that must not, before a line or the path of those that arrive is told."""

DIGITS = 4
"""Significant digits of a line that is no count."""


class Separated(NamedTuple):
    """A warning line, and how it does on runs that it was not found on. None where no such run is there to tell."""

    line: float
    warned: Share | None
    """Runs on the wrong side of the line."""
    false_alarm: Share | None
    """Of the runs that arrive, those that were warned."""
    miss: Share | None
    """Of the runs that fail, those that were not warned."""
    if_clear: Share | None
    """P(arrive | not warned)."""
    if_warned: Share | None
    """P(arrive | warned)."""


class Area(NamedTuple):
    """Area under the receiver operating characteristic: the chance that of one run that arrives and one that fails, the former
    stands on the better side. With what each run adds to it, from which errors follow.
    """

    area: float
    error: float
    arriving: Floats
    failing: Floats


def as_published(values: Floats, unit: str) -> Floats:
    """Values as a bulletin gives them: things that are counted one by one without a fraction."""
    return np.asarray(np.floor(values + 0.5), dtype=np.float64) if unit in COUNTED else values


def warned_by(values: Floats, sense: str, line: float) -> Mask:
    """Which runs stand on the wrong side of a line: below it where more is better (`sense` is >=), else above it."""
    return np.less(values, line) if sense == ">=" else np.greater(values, line)


def halves(arrived: Mask) -> Mask:
    """The first half of the runs [run]: every other one of those that arrive, and of those that fail."""
    first = np.zeros(arrived.size, dtype=np.bool_)
    for group in (arrived, ~arrived):
        first[np.flatnonzero(group)[::2]] = True
    return first


def warning_line(values: Floats, arrived: Mask, sense: str) -> float | None:
    """The line with the largest J = sensitivity + specificity - 1 (Youden 1950 Cancer 3), None where all values are equal.

    It stands midway between two neighbouring values; of several lines that do equally well, it is the middle one. A failing run that
    is warned counts for sensitivity, an arriving run that is not for specificity.
    """
    side = 1.0 if sense == ">=" else -1.0
    levels, place = np.unique(side * values, return_inverse=True)
    if levels.size < 2:
        return None
    failing = np.bincount(place[~arrived], minlength=levels.size).cumsum()[:-1] / max(1, int((~arrived).sum()))
    arriving = np.bincount(place[arrived], minlength=levels.size).cumsum()[:-1] / max(1, int(arrived.sum()))
    gain = failing - arriving
    best = np.flatnonzero(gain >= gain.max() - 1e-12)
    middle = int(best[(best.size - 1) // 2])
    return side * float(levels[middle] + levels[middle + 1]) / 2.0


def written(line: float, sense: str, unit: str) -> float:
    """A line as a planner writes it: a whole number of things (below 413 is 412 or fewer), else four significant digits."""
    if unit in COUNTED:
        return float(math.ceil(line) if sense == ">=" else math.floor(line))
    return float(f"{line:.{DIGITS}g}")


def separated(values: Floats, arrived: Mask, sense: str, unit: str, first: Mask) -> Separated | None:
    """The line found on the first half of the runs, its rates on the second; None where no line can be drawn.

    Args:
        values: of the indicator [run], as published; none is NaN.
        arrived: whether the run reaches its target [run].
        sense: which side is the better one.
    """
    found = warning_line(values[first], arrived[first], sense)
    if found is None:
        return None
    line = written(found, sense, unit)
    warned, reached = warned_by(values[~first], sense, line), arrived[~first]
    return Separated(
        line,
        warned=probability_of(warned),
        false_alarm=probability_of(warned[reached]),
        miss=probability_of(~warned[~reached]),
        if_clear=probability_of(reached[~warned]),
        if_warned=probability_of(reached[warned]),
    )


def area_under(values: Floats, arrived: Mask, sense: str) -> Area:
    """Area under the curve with its error by DeLong, DeLong & Clarke-Pearson (1988, Biometrics 44): 0.5 tells nothing, 1 all.

    The error is never zero: at least what as many runs as the smaller group has leave open of a chance that was never missed.
    """
    side = 1.0 if sense == ">=" else -1.0
    arrive, fail = np.sort(side * values[arrived]), np.sort(side * values[~arrived])
    ahead = share_below(fail, side * values[arrived])
    behind = 1.0 - share_below(arrive, side * values[~arrived])
    least = mc_error(0, min(arrive.size, fail.size))
    return Area(float(ahead.mean()), max(least, error_of(ahead, behind)), ahead, behind)


def share_below(sorted_values: Floats, at: Floats) -> Floats:
    """Share of sorted values below each point, equal ones counted half."""
    low, high = np.searchsorted(sorted_values, at, "left"), np.searchsorted(sorted_values, at, "right")
    return np.asarray((low + high) / (2.0 * sorted_values.size), dtype=np.float64)


def error_of(arriving: Floats, failing: Floats) -> float:
    """Standard error of an area, or of the difference of two on the same runs, from what each run adds to it."""
    parts = [part.var(ddof=1) / part.size if part.size > 1 else 0.25 for part in (arriving, failing)]
    return math.sqrt(float(sum(parts)))


def gain_of(other: Area, own: Area) -> Share:
    """By how much one area is larger than another on the same runs, with the error of that difference."""
    return other.area - own.area, error_of(other.arriving - own.arriving, other.failing - own.failing)
