"""Which uncertain parameters carry the spread of an outcome, and how good the evidence for them is."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from yidu.experiments.judging.answer import Carrier, Grade
from yidu.experiments.judging.runs import Floats

CARRIES = 0.1
"""Share of a target's variance from which a parameter counts as carrying it (design: a tenth)."""


def centred_ranks(table: Floats) -> Floats:
    """Ranks down each column, ties at their mean, less the middle rank."""
    import pandas as pd  # here alone, so that one run is without it; it ranks as scipy.stats does, in half the time to import

    ranks = pd.DataFrame(table).rank().to_numpy(np.float64)
    return np.ascontiguousarray(ranks.reshape(table.shape)) - (len(table) + 1) / 2.0


def rank_shares(ranks: Floats, values: Floats) -> Floats:
    """Share of a target's variance that each parameter carries: squared rank correlation, first order only.

    `ranks`: of the parameters [run, parameter], centred. A parameter, or an outcome, that never moves carries
    nothing. Each share is less the part that chance gives at this number of runs, and zero below what the
    luckiest of so many idle parameters would show.
    """
    runs, count = ranks.shape
    shares = np.zeros(count)
    if runs < 3 or count == 0:
        return shares
    outcome = centred_ranks(values)
    spread = float(outcome @ outcome)
    spreads = np.einsum("ij,ij->j", ranks, ranks)
    moving = spreads > 0.0
    if spread == 0.0 or not moving.any():
        return shares
    squared = np.zeros(count)
    squared[moving] = (outcome @ ranks[:, moving]) ** 2 / (spread * spreads[moving])
    by_chance = 1.0 / (runs - 1)
    loud = squared >= min(1.0, 2.0 * math.log(max(count, 2)) * by_chance)
    shares[loud] = np.clip((squared[loud] - by_chance) / (1.0 - by_chance), 0.0, 1.0)
    return shares


def carriers_of(shares: Floats, names: tuple[str, ...], grades: Mapping[str, Grade]) -> tuple[Carrier, ...]:
    """Parameters that carry a tenth or more, largest first; where none does, the largest beyond chance."""
    order = [int(i) for i in np.argsort(-shares, kind="stable")]
    chosen = [i for i in order if shares[i] >= CARRIES] or [i for i in order[:1] if shares[i] > 0.0]
    return tuple(Carrier(parameter=names[i], share=round(float(shares[i]), 4), grade=grades.get(names[i], "D")) for i in chosen)


def grade_of(carriers: tuple[Carrier, ...], grades: Mapping[str, Grade]) -> Grade:
    """Worst grade among the carriers; where nothing is beyond chance, of all that the runs drew (caution)."""
    named = [carrier.grade for carrier in carriers] or list(grades.values())
    return max(named, default="D")
