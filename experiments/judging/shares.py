"""Where the spread of a forecast comes from: luck, parameters, environment, and what the model may have wrong.

Three batches on the same run numbers: the base, one that shares only its parameters and readings, one that shares only its
environment. What two batches have in common is what the shared source carries (first-order share of variance: Sobol 1993;
estimator: Janon et al. 2014, ESAIM: Probability and Statistics 18, 342-364). The rest of a run's own spread is luck, with
whatever the sources do together. Discrepancy is added to a run afterwards, independent of it, so its variance adds up.

Amounts are taken in logs where all of them are positive, as they are otherwise; the outer one percent on either side counts
as the percentile itself, so that one extreme run does not decide. Reads Outcomes only.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from yidu.experiments.judging.answer import Variance
    from yidu.sim.outcomes import Outcomes

Floats = NDArray[np.float64]

REPLICATES = 200
"""Runs of each of the two further batches: a share is then known to about 7 points."""

FEWEST = 30
"""Below this many runs a share would be known to no better than 18 points, and none is given."""

RESAMPLES = 200
"""Resamples of the runs from which the error of a share is found."""

TAIL = 0.01

SOURCES = ("luck", "parameters", "environment", "discrepancy")


class Replicates(NamedTuple):
    """Two batches on the run numbers of the base, each with other luck."""

    same_draws: Outcomes  # parameters and readings of the base, another environment
    same_environment: Outcomes  # environment of the base, other parameters and readings


def replicated(runs: int) -> int:
    """Runs of each further batch beside a base of so many; none where a share could not be told from chance."""
    return min(runs, REPLICATES) if runs >= FEWEST else 0


def other_seed(seed: int) -> int:
    """A seed that is not this one, below 2^63 as every seed is."""
    return (seed + 2**62) % 2**63


def variance_of(base: Outcomes, doubted: Outcomes, replicates: Replicates, indicator: str, year: int) -> Variance | None:
    """Shares of an indicator's variance in a year.

    Args:
        doubted: the base with discrepancy added, or the base itself where none is.

    Returns:
        None: the pack supports no value, too few runs gave one, or all gave the same.
    """
    if indicator not in base.indicators or year not in base.years:
        return None
    runs = min(base.runs, replicates.same_draws.runs, replicates.same_environment.runs)
    batches = (base, replicates.same_draws, replicates.same_environment, doubted)
    return variance(*(batch.of(indicator, year)[:runs] for batch in batches))


def variance(base: Floats, same_draws: Floats, same_environment: Floats, doubted: Floats) -> Variance | None:
    """Shares of the variance of `doubted`; all four [run], in the unit of the indicator. None: see `variance_of`."""
    from yidu.experiments.judging.answer import Shares, Variance  # help, which lists the sources, needs no answer

    table = np.column_stack([base, same_draws, same_environment, doubted]).astype(float)
    table = table[~np.isnan(table).any(axis=1)]
    runs = len(table)
    if runs < FEWEST:
        return None
    logs = bool((table > 0.0).all())
    if logs:
        table = np.log(table)
    own, error = within_percentiles(table[:, :3]), within_percentiles(table[:, 3] - table[:, 0])
    if np.ptp(own) == 0.0 and np.ptp(error) == 0.0:
        return None
    found = shares(own, error, np.ones((1, runs)))[0]
    spread = shares(own, error, resamples(runs)).std(axis=0, ddof=1)
    given = {name: round(float(share), 4) for name, share in zip(SOURCES, found)}
    given["luck"] = max(0.0, round(1.0 - sum(given[name] for name in SOURCES[1:]), 4))
    return Variance(
        **given,
        mc_error=Shares(**{name: round(min(1.0, float(one)), 4) for name, one in zip(SOURCES, spread)}),
        runs=runs,
        scale="logs" if logs else "values",
    )


def within_percentiles(values: Floats) -> Floats:
    """Values with the outer one percent on either side moved to the percentile."""
    low, high = np.quantile(values, (TAIL, 1.0 - TAIL))
    return np.clip(values, low, high)


@cache
def resamples(runs: int) -> Floats:
    """How often each run stands in each resample [resample, run]; the same at every call."""
    generator = np.random.Generator(np.random.Philox(runs))
    counts: Floats = generator.multinomial(runs, np.full(runs, 1.0 / runs), size=RESAMPLES).astype(float)
    return counts


def shares(own: Floats, error: Floats, weights: Floats) -> Floats:
    """Share of each source under each weighting of the runs [weighting, source]; each row sums to one.

    Args:
        own: [run, batch] base, same draws, same environment, without discrepancy.
        error: [run] what discrepancy adds to the base.
        weights: [weighting, run].
    """
    weights = weights / weights.sum(axis=1, keepdims=True)
    own, error = own - own.mean(), error - error.mean()
    spread = np.maximum(0.0, weights @ np.square(own).mean(axis=1) - np.square(weights @ own.mean(axis=1)))
    added = np.maximum(0.0, weights @ np.square(error) - np.square(weights @ error))
    parameters, environment = (in_common(own[:, 0], own[:, batch], weights) for batch in (1, 2))
    excess = np.maximum(1.0, parameters + environment)
    parameters, environment = parameters / excess, environment / excess
    total = spread + added
    discrepancy = np.divide(added, total, out=np.zeros_like(total), where=total > 0.0)
    left = 1.0 - discrepancy
    luck = 1.0 - parameters - environment
    return np.column_stack([left * luck, left * parameters, left * environment, discrepancy])


def in_common(one: Floats, other: Floats, weights: Floats) -> Floats:
    """Correlation of two batches of one law, centred and scaled by both together, and never below zero [weighting]."""
    mean = weights @ (one + other) / 2.0
    spread = weights @ (np.square(one) + np.square(other)) / 2.0 - np.square(mean)
    shared = weights @ (one * other) - np.square(mean)
    ratio = np.divide(shared, spread, out=np.zeros_like(spread), where=spread > 0.0)
    return np.clip(ratio, 0.0, 1.0)
