"""A quick guess of what a trial would show, so that real trials go where they promise most; answers rest on real trials only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from yidu.experiments.plan.search import Trial

Floats = NDArray[np.float64]

PENALTIES = np.logspace(-4, 2, 13)
"""Ridge penalties to choose from by leave-one-out error."""


class Surrogate:
    """Cost and margins at any point: those of the nearest trial, moved along a quadratic without products, fitted to all trials.

    A ridge regression (Hoerl and Kennard 1970) on each coordinate and its square gives the slope; what the nearest trial's runs
    showed gives level and spread. At a point that was tried it repeats what was seen.
    """

    def __init__(self, trials: Sequence[Trial]) -> None:
        from sklearn.linear_model import RidgeCV  # not before there are trials

        self.points = np.array([trial.point for trial in trials])
        self.costs = np.array([trial.cost for trial in trials])
        self.margins = np.array([trial.margins for trial in trials], dtype=np.float32)
        seen = np.column_stack([self.costs, self.margins.mean(axis=1)])
        self.scale = np.maximum(seen.std(axis=0), 1e-12)
        with threadpool_limits(1):  # the same bits on any number of cores
            self.fit = RidgeCV(alphas=PENALTIES).fit(_features(self.points), seen / self.scale)

    def at(self, points: Floats) -> tuple[Floats, Floats]:
        """Cost [point] and margins [point, run, target] expected at points [point, coordinate]."""
        gaps = np.linalg.norm(points[:, None, :] - self.points[None, :, :], axis=2)
        nearest = gaps.argmin(axis=1)
        with threadpool_limits(1):
            moved = (self.fit.predict(_features(points)) - self.fit.predict(_features(self.points[nearest]))) * self.scale
        margins = self.margins[nearest] + moved[:, None, 1:].astype(np.float32)
        return self.costs[nearest] + moved[:, 0], np.asarray(margins)


def _features(points: Floats) -> Floats:
    return np.hstack([points, points**2])
