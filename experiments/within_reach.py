"""Which targets stand in the way of all, and how many can be reached together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]


class Step(NamedTuple):
    """A set of targets, grown by one."""

    added: int
    """Column of the target that makes the set larger."""
    reached: int
    """Runs that reach every target of the set."""


def ladder(reached: Bools) -> tuple[Step, ...]:
    """Sets of targets from one to all, each without the target whose dropping leaves most runs that reach all the rest.

    Greedy backward elimination: dropped from all, one by one; read from the end, the most that can be added. Of targets whose dropping
    gains the same, the one that fewest runs reach goes first. Not every set is tried, so a larger one may exist.

    Args:
        reached: whether a run reaches a target [run, target].
    """
    left = list(range(reached.shape[1]))
    alone = reached.sum(axis=0)
    steps = []
    while left:
        together = int(reached[:, left].all(axis=1).sum())
        gains = {column: int(reached[:, [one for one in left if one != column]].all(axis=1).sum()) for column in left}
        dropped = min(left, key=lambda column: (-gains[column], int(alone[column]), column))
        steps.append(Step(dropped, together))
        left.remove(dropped)
    return tuple(reversed(steps))


def gains(reached: Bools) -> NDArray[np.int64]:
    """Runs by which those that reach all targets would grow if one were dropped [target]."""
    everything = int(reached.all(axis=1).sum())
    others = [[one for one in range(reached.shape[1]) if one != column] for column in range(reached.shape[1])]
    return np.array([int(reached[:, rest].all(axis=1).sum()) - everything for rest in others], dtype=np.int64)
