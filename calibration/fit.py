"""The fit: runs over the record, summaries learned from their facts, the nearest kept and moved to the record.

Approximate Bayesian computation with a model error: every simulated fact is published with an error of the size assumed
(tolerance and discrepancy), so what is kept is a posterior of the model *with* its error and not of a perfect one. Summaries are
regressions of the parameters on the facts (Fearnhead and Prangle 2012), distances are taken between them in units of what
the facts leave open, and kept draws are moved by a local linear regression (Beaumont, Zhang and Balding 2002). Rival readings
are mixed over: each run takes one, and the record moves their weights by which runs it keeps.

Parameters are handled as normal scores: the quantile of the prior at the normal probability of the score. So the prior is
standard normal, no draw leaves its range, and a switch is a probit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from yidu.calibration.facts import Floats, Moments
from yidu.sim.errors import InputError

DISCREPANCY = 0.2
"""Model discrepancy of a fact, in prior-predictive standard deviations. On a toy of this shape 90 % intervals covered 67 % without
it, 81 % with half of it, 90 % with it and 93 % with twice (design section 8)."""

KEPT = 0.02
"""Share of the runs kept."""

FEWEST = 100
"""Fewer kept runs than this say nothing about 120 parameters."""

LEARNS = 0.01
"""Explained variance below which a parameter's summary is noise and stays out of the distance."""

FARTHEST_FEATURE = 5.0
"""Standardised facts are cut off here, so that one far run does not bend a regression."""


@dataclass(frozen=True)
class Evidence:
    """What runs are compared by: gaps to the record, tolerances and one fixed publication error a run and fact.

    Attributes:
        scores: [run, drawn] normal scores.
        gaps, tolerance, noise: [run, fact].
        spread: [fact] prior-predictive standard deviation.
        whole: [run] whether the run gives a value for every fact; one that does not is never kept.
    """

    names: tuple[str, ...]
    scores: Floats
    gaps: Floats
    tolerance: Floats
    noise: Floats
    spread: Floats
    whole: npt.NDArray[np.bool_]

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.scores)

    def error(self, discrepancy: float, rows: Any = slice(None)) -> Floats:
        """Standard deviation of what is published of a fact around what is simulated [run, fact]."""
        error: Floats = np.sqrt(np.square(self.tolerance[rows]) + np.square(discrepancy * self.spread))
        return error

    def published(self, discrepancy: float) -> Floats:
        """Gaps as published, with an error of the size assumed [run, fact]."""
        return self.gaps + self.error(discrepancy) * self.noise

    def without(self, *names: str) -> Evidence:
        """The same runs compared by fewer facts."""
        columns = [k for k, name in enumerate(self.names) if name not in names]
        return replace(
            self,
            names=tuple(self.names[k] for k in columns),
            gaps=self.gaps[:, columns],
            tolerance=self.tolerance[:, columns],
            noise=self.noise[:, columns],
            spread=self.spread[columns],
        )

    def take(self, rows: npt.NDArray[Any]) -> Evidence:
        """Some of the runs."""
        return replace(
            self,
            scores=self.scores[rows],
            gaps=self.gaps[rows],
            tolerance=self.tolerance[rows],
            noise=self.noise[rows],
            whole=self.whole[rows],
        )


def evidence(scores: Floats, found: Moments, spread: Floats, seed: int) -> Evidence:
    """Runs ready for a fit."""
    whole = np.isfinite(found.gaps).all(axis=1)
    gaps = np.where(whole[:, None], found.gaps, 0.0)
    noise = np.random.Generator(np.random.Philox(seed)).standard_normal(gaps.shape)
    return Evidence(found.names, scores, gaps, found.tolerance, noise, np.maximum(spread, 1e-6), whole)


@dataclass(frozen=True)
class Summaries:
    """Regressions of the parameters on published facts.

    Attributes:
        model: facts standardised to summaries (scikit-learn).
        learned: [few] columns of the parameters the facts say something about.
        metric: [few, few] root of the inverse covariance of what the facts leave open of those.
        values: [run, few] summaries of every run, in units of that.
        features: [run, fact] facts of every run, standardised and cut off.
        scale: [fact] what facts were divided by.
        axes: [drawn, fact] orthonormal directions of parameter space that the facts say most about.
    """

    model: Any
    learned: npt.NDArray[np.int64]
    metric: Floats
    values: Floats
    features: Floats
    scale: Floats
    axes: Floats

    def of(self, published: Floats) -> tuple[Floats, Floats]:
        """Features and summaries of published facts [..., fact]."""
        x = np.clip(np.atleast_2d(published) / self.scale, -FARTHEST_FEATURE, FARTHEST_FEATURE)
        return x, self.model.predict(x)[:, self.learned] @ self.metric


def learn(given: Evidence, discrepancy: float = DISCREPANCY) -> Summaries:
    """Learn summaries from runs: second-order regressions of every parameter on the published facts."""
    # Here alone: answers take a step of the fit too, and none that learns.
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler

    published = given.published(discrepancy)
    scale = np.sqrt(np.square(given.spread) + np.square(np.median(given.error(discrepancy), axis=0)))
    x = np.clip(published / scale, -FARTHEST_FEATURE, FARTHEST_FEATURE)
    model = make_pipeline(StandardScaler(), PolynomialFeatures(2, include_bias=False), Ridge(alpha=50.0))
    with threadpool_limits(1):  # the order of additions, and so the last bit, must not depend on the number of cores
        model.fit(x[given.whole], given.scores[given.whole])
        predicted = model.predict(x)
        left = (given.scores - predicted)[given.whole]
        explained = 1.0 - left.var(axis=0) / given.scores.var(axis=0)
        learned = np.flatnonzero(explained > LEARNS)
        if learned.size == 0:
            learned = np.array([int(np.argmax(explained))])
        through = predicted - predicted.mean(axis=0)
        spread, axes = np.linalg.eigh(through.T @ through / len(through))
        axes = axes[:, np.argsort(-spread, kind="stable")[: len(given.names)]]
        covariance = np.atleast_2d(np.cov(left[:, learned], rowvar=False))
        values, vectors = np.linalg.eigh(covariance)
        metric = vectors / np.sqrt(np.maximum(values, 1e-6))
        return Summaries(model, learned, metric, predicted[:, learned] @ metric, x, scale, axes)


@dataclass(frozen=True)
class Kept:
    """Weighted draws of a fit."""

    rows: npt.NDArray[np.int64]  # [draw] run each comes from
    scores: Floats  # [draw, drawn], moved
    weights: Floats  # [draw], sum 1
    threshold: float  # largest distance kept, in units of what the facts leave open

    @property
    def effective(self) -> float:
        """Effective number of draws: one over the sum of squared weights."""
        return float(1.0 / np.sum(np.square(self.weights)))


def keep(
    given: Evidence, summaries: Summaries, at: Floats, *, many: int, exclude: int | None = None, also: Floats | None = None
) -> tuple[Kept, Floats | None]:
    """The runs nearest to what was published, moved to it.

    Args:
        at: published gaps [fact]; zeros are the record itself.
        many: runs kept.
        exclude: a run that may not be kept: a synthetic truth does not look itself up.
        also: further quantities of the runs [run, any] to be moved along.

    Raises:
        InputError: fewer than ``FEWEST`` runs could be kept.
    """
    with threadpool_limits(1):
        x_at, s_at = summaries.of(at)
        distance = np.sqrt(np.sum(np.square(summaries.values - s_at), axis=1))
        distance[~given.whole] = np.inf
        if exclude is not None:
            distance[exclude] = np.inf
        rows = np.argpartition(distance, min(many, given.runs - 1))[:many]
        rows = np.sort(rows[np.isfinite(distance[rows])])
        if len(rows) < FEWEST:
            raise InputError(
                "too few runs came near the record to fit anything",
                value=len(rows),
                expected=f"{FEWEST} or more",
                fix="give --runs a larger number, or check the facts and priors of the pack",
            )
        threshold = float(distance[rows].max())
        kernel = np.maximum(1e-3, 1.0 - np.square(distance[rows] / threshold))  # Epanechnikov
        weights = kernel / kernel.sum()
        moved = moved_to(summaries.features[rows] - x_at, weights, given.scores[rows])
        carried = None if also is None else moved_to(summaries.features[rows] - x_at, weights, also[rows])
    return Kept(rows, moved, weights, threshold), carried


def moved_to(x: Floats, weights: Floats, y: Floats) -> Floats:
    """``y`` [draw, any] where it would lie at ``x`` = 0, by a weighted linear regression on ``x`` [draw, fact], lightly ridged.

    Residuals are widened for the degrees of freedom that the regression has used up.
    """
    design = np.column_stack([np.ones(len(x)), x])
    gram = design.T @ (design * weights[:, None])
    gram[np.arange(1, len(gram)), np.arange(1, len(gram))] += 2.0 / len(x)
    coefficients = np.linalg.solve(gram, design.T @ (weights[:, None] * y))
    effective = 1.0 / float(np.sum(np.square(weights)))
    widening = np.sqrt(effective / max(1.0, effective - design.shape[1]))
    moved: Floats = coefficients[0] + widening * (y - design @ coefficients)
    return moved


def likelihood_sample(given: Evidence, discrepancy: float) -> float:
    """Effective number of runs near the record: under weights that fall with their gaps in units of the error assumed."""
    log = -0.5 * np.sum(np.square(given.gaps / given.error(discrepancy)), axis=1)[given.whole]
    w = np.exp(log - log.max())
    return float(w.sum() ** 2 / np.square(w).sum())


def resampled(weights: Floats, many: int, seed: int) -> npt.NDArray[np.int64]:
    """Rows drawn in proportion to their weights with the least noise (systematic resampling) [many]."""
    start = np.random.Generator(np.random.Philox(seed)).random()
    points = (np.arange(many) + start) / many
    rows: npt.NDArray[np.int64] = np.minimum(np.searchsorted(np.cumsum(weights), points), len(weights) - 1)
    return rows


def centre_and_spread(draws: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation of weighted draws [draw, any], column by column."""
    mean: Floats = weights @ draws
    return mean, np.sqrt(weights @ np.square(draws - mean))


def weighted_quantile(values: Floats, weights: Floats, points: Sequence[float]) -> Floats:
    """Quantiles of weighted draws, column by column [point, any]."""
    table = values.reshape(len(values), -1)
    order = np.argsort(table, axis=0, kind="stable")
    mass = np.cumsum(weights[order], axis=0)
    mass /= mass[-1]
    ordered = np.take_along_axis(table, order, axis=0)
    found = np.empty((len(points), table.shape[1]))
    for k, point in enumerate(points):
        found[k] = ordered[np.argmax(mass >= point, axis=0), np.arange(table.shape[1])]
    return found
