"""Points in the unit cube: where a design looks, before its axes say what that means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MORRIS_LEVELS = 4
"""Levels of a Morris grid, as usual (Morris 1991, Technometrics 33, 161-174)."""


def sampled(kind: str, size: int, counts: Sequence[int], seed: int, second_order: bool) -> Floats:
    """Points of a design [point, axis] within 0 to 1, the order that its analysis expects.

    Args:
        size: points (lhs, sobol), trajectories (morris), base points (saltelli); not used by a grid.
        counts: levels of each axis of a grid: level k of n stands at k/(n-1) of its range, or in the middle of class k of a list.
        seed: of the sample; the same seed gives the same points.
    """
    dimensions = len(counts)
    if kind == "grid":
        levels = [np.linspace(0.0, 1.0, count) if count > 1 else np.zeros(1) for count in counts]
        return np.stack([axis.ravel() for axis in np.meshgrid(*levels, indexing="ij")], axis=1)
    if kind not in ("lhs", "sobol"):
        return _salib(kind, size, dimensions, seed, second_order)
    from scipy.stats import qmc  # half a second, of no use to workers, whose points stand

    if kind == "lhs":
        return np.asarray(qmc.LatinHypercube(dimensions, rng=np.random.default_rng(seed)).random(size))
    return np.asarray(qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed)).random(size))


def _salib(kind: str, size: int, dimensions: int, seed: int, second_order: bool) -> Floats:
    """A sample of SALib."""
    from SALib.sample import morris, sobol

    from yidu.experiments.ensembles.sensitivity import silent

    problem: dict[str, Any] = {"num_vars": dimensions, "names": [str(k) for k in range(dimensions)], "bounds": [[0.0, 1.0]] * dimensions}
    small = seed % 2**32
    with silent():
        if kind == "morris":
            return np.asarray(morris.sample(problem, size, num_levels=MORRIS_LEVELS, seed=small))
        return np.asarray(sobol.sample(problem, size, calc_second_order=second_order, seed=small))
