"""Whole things from shares: parts that add up to their total, in each year and, as near as can be, over the years."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def apportioned(totals: Sequence[int], weights: Floats) -> NDArray[np.int64]:
    """Whole numbers by year and part [year, part] that sum to each year's total.

    Largest remainders (Hamilton's or the Hare-Niemeyer method; Balinski and Young 1982, Fair Representation), year by year. What
    rounding gave a part too much or too little is carried into the next year, so that a small park is not passed over every year.

    Args:
        totals: of each year, not negative.
        weights: [year, part], in any unit, not negative. A year without any weight goes to the last part.
    """
    weights = np.asarray(weights, dtype=np.float64)
    given = np.zeros(weights.shape, dtype=np.int64)
    owed = np.zeros(weights.shape[1])
    for row, total in enumerate(totals):
        whole = weights[row].sum()
        shares = weights[row] / whole if whole > 0.0 else np.eye(weights.shape[1])[-1]
        quota = total * shares + np.where(shares > 0.0, owed, 0.0)
        given[row] = largest_remainders(int(total), quota)
        owed += total * shares - given[row]
    return given


def largest_remainders(total: int, quota: Floats) -> NDArray[np.int64]:
    """Whole numbers next to the quotas that sum to the total: the largest remainders are rounded up, equal ones in order."""
    seats = np.floor(np.maximum(quota, 0.0)).astype(np.int64)
    open_to = quota > 0.0
    while seats.sum() < total:
        rest = np.where(open_to, quota - seats, -np.inf) if open_to.any() else quota - seats
        for part in np.argsort(-rest, kind="stable")[: int(total - seats.sum())]:
            seats[part] += 1
    while seats.sum() > total:
        seats[np.argmin(np.where(seats > 0, quota - seats, np.inf))] -= 1
    return seats
