"""A share of runs as a probability with its Monte Carlo error, and as a verdict in the words of the trade."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidu.experiments.judging.answer import Verdict

VERDICTS: tuple[tuple[float, Verdict], ...] = ((0.8, "能完成"), (0.5, "经努力可完成"), (0.2, "难度较大"), (0.0, "难以完成"))
"""Lowest probability of each verdict."""


def verdict_of(probability: float | None) -> Verdict:
    """The verdict of a probability; without a single value there is none."""
    if probability is None:
        return "无记录"
    return next(verdict for least, verdict in VERDICTS if probability >= least)


def wilson(successes: int, runs: int, z: float = 1.0) -> tuple[float, float]:
    """Wilson's interval for a probability [share]; z = 1 covers 68 %, z = 1.96 covers 95 %. Wilson (1927)."""
    if not 0 <= successes <= runs or runs == 0:
        raise ValueError(f"{successes} of {runs} runs is no share")
    share = successes / runs
    shrink = 1.0 + z * z / runs
    centre = (share + z * z / (2.0 * runs)) / shrink
    half = z / shrink * math.sqrt(share * (1.0 - share) / runs + z * z / (4.0 * runs * runs))
    return max(0.0, centre - half), min(1.0, centre + half)


def mc_error(successes: int, runs: int, z: float = 1.0) -> float:
    """Half of Wilson's interval [share]: never zero, also where every run or none reaches the target."""
    low, high = wilson(successes, runs, z)
    return (high - low) / 2.0
