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
    alone, missed = reached.sum(axis=0), ~reached
    misses = missed.sum(axis=1)
    steps = []
    while left:
        together = int((misses == 0).sum())
        gain = missed[misses == 1].sum(axis=0)
        dropped = min(left, key=lambda column: (-int(gain[column]), int(alone[column]), column))
        steps.append(Step(dropped, together))
        left.remove(dropped)
        misses = misses - missed[:, dropped]
        missed = missed.copy()
        missed[:, dropped] = False
    return tuple(reversed(steps))


def gains(reached: Bools) -> NDArray[np.int64]:
    """Runs by which those that reach all targets would grow if one were dropped [target]."""
    missed = ~reached
    return np.asarray(missed[missed.sum(axis=1) == 1].sum(axis=0), dtype=np.int64)
