"""Rival beliefs about what policy does after the record, and whether the choice of a mix outlives them.

The record stays as it was fitted: runs are taken up at its end as they stand, and only then do the parameters through which
levers act (`Lever.through`) change. So what differs is the belief about the future effect, not the district of 2020. Some of these
parameters are rates that act without any lever too (register_rate, say): what the status quo brings moves with them, and mixes
are compared within one belief, never across.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from yidu.sim.draws import DRAWN, beliefs, quantile
from yidu.sim.levers import LEVERS

if TYPE_CHECKING:
    from yidu.sim.draws import Draws, Readings
    from yidu.sim.pack import Prior
    from yidu.sim.region import Region

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Belief = Literal["sceptical", "generous"]

THROUGH: tuple[str, ...] = tuple(dict.fromkeys(name for bar in LEVERS.values() for name in bar.through))
"""Every parameter through which some lever acts."""

OTHER_WAY = frozenset(
    {
        "subsidy_misuse_share",  # the misused share of a grant does nothing
        "awareness_diffusion",  # coaching removes an unawareness that word of mouth would have removed anyway
        "loan_default",  # a bank lends where it expects few defaults
        "default_cover_response",  # more cover raises defaults, so banks lend less under it
        "partner_search",  # a broker finds partners for firms that would have found one alone
        "transfer_threshold",  # contacts that it takes to keep a transfer body alive
        "talent_leave",  # people recruited do not stay
        "effort_quality_cost",  # who is brought in by effort is weaker
    }
)
"""Parameters of which a higher value means less effect of the lever; of all others it means more."""

TOP = 3
"""A mix stays among the top ones by probability while fewer than this many others are likelier beyond chance."""

BEYOND_CHANCE = 2.0
"""Monte Carlo errors of a paired difference from which it counts."""

_GRID = np.linspace(0.0, 1.0, 4097)


class Shifted:
    """Draws in which every parameter of `THROUGH` lies in the half of its prior with less (or more) effect.

    A value at quantile u of its prior moves to u/2 where less of the parameter is meant, to (1 + u)/2 where more is: the order of
    the runs stays. A switch has no halves and stays as drawn. `source` is that of the draws moved, so that runs kept at the end of the
    record are taken up.
    """

    def __init__(self, region: Region, draws: Draws, belief: Belief) -> None:
        self.draws, self.belief = draws, belief
        self.source = draws.source
        at = {prior.parameter: prior for prior in beliefs(region)}
        self.moved: dict[int, tuple[Prior, bool]] = {
            DRAWN.index(name): (at[name], (belief == "sceptical") == (name not in OTHER_WAY))
            for name in THROUGH if at[name].distribution != "bernoulli"
        }  # fmt: skip

    def of_runs(self, seed: int, runs: NDArray[np.int64]) -> tuple[Floats, Readings]:
        """See `yidu.sim.draws.Draws`."""
        parameters, readings = self.draws.of_runs(seed, runs)
        parameters = parameters.copy()
        for column, (prior, lower) in self.moved.items():
            u = level(prior, parameters[:, column])
            parameters[:, column] = quantile(prior, u / 2.0 if lower else (1.0 + u) / 2.0)
        return parameters, readings


def level(prior: Prior, values: Floats) -> Floats:
    """At which quantile of its prior a value lies [share], the inverse of `yidu.sim.draws.quantile` to a few thousandths."""
    found: Floats = np.interp(values, quantile(prior, _GRID), _GRID)
    return found


def survives(reached: Bools, costs: Floats, reaches: Bools, status_quo: int) -> Bools:
    """Whether the rank of each mix outlives one rival belief [mix].

    It does where, under that belief, the mix is still the cheapest of those that reach the goal, or fewer than `TOP` others are
    likelier beyond chance; and where it costs more than the status quo, it must besides be likelier than that beyond chance:
    money that buys nothing if the sceptic is right is not recommended.

    Args:
        reached: whether a run reaches the goal [mix, run], on common luck.
        costs: [mix].
        reaches: whether the mix counts as reaching the goal under the belief [mix].
        status_quo: row of the status quo.
    """
    cheapest = int(np.where(reaches, costs, np.inf).argmin()) if reaches.any() else -1
    found = np.zeros(len(costs), dtype=bool)
    for row in range(len(costs)):
        likelier = sum(beats(reached[other], reached[row]) for other in range(len(costs)) if other != row)
        worth = costs[row] <= costs[status_quo] or beats(reached[row], reached[status_quo])
        found[row] = (row == cheapest or likelier < TOP) and worth
    return found


def beats(one: Bools, other: Bools) -> bool:
    """Whether the first mix reaches the goal in more runs than the second, beyond chance, on common luck [run]."""
    change = one.astype(float) - other.astype(float)
    return bool(change.mean() > BEYOND_CHANCE * change.std() / np.sqrt(len(change)) and change.mean() > 0.0)
