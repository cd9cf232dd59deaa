"""The rounds of a fit: the prior first, then once more where few runs came near the record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from yidu.calibration.facts import fitted_facts, moments
from yidu.calibration.fit import (
    DISCREPANCY,
    FEWEST,
    KEPT,
    Evidence,
    Kept,
    Summaries,
    centre_and_spread,
    evidence,
    keep,
    learn,
    likelihood_sample,
    resampled,
)
from yidu.calibration.sample import Proposal, Sample, draw_sample, parameters_at
from yidu.sim.draws import Readings, TableDraws
from yidu.sim.errors import InputError
from yidu.sim.region import Region

ENOUGH = 400.0
"""Runs near the record (``likelihood_sample``) that need no further round."""

MORE = 0.15
"""Size of each further round over the first."""

ROUNDS = 3
"""Rounds at most."""

REACH = 3.0
"""A further round is cut off so many standard deviations of the draws kept before from their mean."""

KEPT_LATER = 0.1
"""Share of the runs kept where they come from a further round, which lies nearer to the record."""

DRAWS = 3000
"""Draws of a fit, or as many as were kept where they are fewer."""

NOISE, RESAMPLING = 11, 12  # what is added to the seed for each use of random numbers


@dataclass(frozen=True)
class Fitting:
    """Everything a fit was made from, for the draws and for the diagnostics.

    Attributes:
        sample, given: runs of the last round, and those of earlier ones inside its bounds.
        prior: evidence of the first round; its draws come from the prior.
        rounds: runs of each round.
        near: effective number of runs near the record, round by round.
    """

    region: Region
    seed: int
    discrepancy: float
    first: Sample
    prior: Evidence
    first_summaries: Summaries
    sample: Sample
    given: Evidence
    proposal: Proposal | None
    summaries: Summaries
    kept: Kept
    rounds: tuple[int, ...]
    near: tuple[float, ...]

    @property
    def many(self) -> int:
        """Runs that a fit on ``given`` keeps."""
        return int((KEPT if self.proposal is None else KEPT_LATER) * self.given.runs)

    def draws(self, kept: Kept | None = None, many: int = DRAWS) -> TableDraws:
        """Draws of equal weight: parameters and readings."""
        chosen = kept or self.kept
        rows = resampled(chosen.weights, min(many, len(chosen.rows)), self.seed + RESAMPLING)
        readings: Readings = {name: column[chosen.rows[rows]] for name, column in self.sample.readings.items()}
        return TableDraws(parameters_at(self.region, chosen.scores[rows]), readings)


def fewest_runs() -> int:
    """Prior runs below which nothing could be kept."""
    return int(np.ceil(FEWEST / KEPT))


def further_runs(first: int) -> int:
    """Runs of a further round after a first one."""
    return max(int(np.ceil(FEWEST / KEPT_LATER)), int(MORE * first))


def facts_to_fit(region: Region, runs: int, facts: Sequence[str] | None = None) -> tuple[str, ...]:
    """The facts that a fit of so many runs would use.

    Raises:
        InputError: there is none, or too few runs.
    """
    names = tuple(facts) if facts is not None else fitted_facts(region)
    if not names:
        raise InputError("the pack has no fact with role 'calibrate', so there is nothing to fit", file="facts.csv")
    if runs < fewest_runs():
        raise InputError(
            f"{runs} prior runs would leave {int(runs * KEPT)} draws",
            value=runs,
            expected=f"{fewest_runs()} or more",
            fix="give --runs a larger number",
        )
    return names


def fit_rounds(
    region: Region, *, runs: int, seed: int, base: Path | None = None, facts: Sequence[str] | None = None,
    progress: Callable[[int], Any] | None = None,
) -> Fitting:  # fmt: skip
    """Fit a region's parameters to its record.

    Args:
        facts: those to use, all with role ``calibrate`` by default.
        base: where the parts of the samples are kept.
        progress: called with runs finished since the last call.

    Raises:
        InputError: no fact to fit, or too few runs.
    """
    names = facts_to_fit(region, runs, facts)
    first = draw_sample(region, runs=runs, seed=seed, base=base, progress=progress)
    found = moments(region, first.outcomes(region.settings.years.record_end), names)
    prior = evidence(first.scores, found, found.spread, seed + NOISE)
    summaries, kept = nearest(prior, int(KEPT * runs))
    near = likelihood_sample(prior, DISCREPANCY)
    now = Fitting(region, seed, DISCREPANCY, first, prior, summaries, first, prior, None, summaries, kept, (runs,), (near,))
    while now.near[-1] < ENOUGH and len(now.rounds) < ROUNDS:
        now = looked_again(now, names, base, progress)
    return now


def nearest(given: Evidence, many: int) -> tuple[Summaries, Kept]:
    """Summaries of these runs, and the draws kept for the record itself."""
    summaries = learn(given)
    return summaries, keep(given, summaries, np.zeros(len(given.names)), many=many)[0]


def looked_again(now: Fitting, names: tuple[str, ...], base: Path | None, progress: Callable[[int], Any] | None) -> Fitting:
    """A further round where the last one found the record."""
    region = now.region
    proposal = proposed(now.summaries, now.kept)
    more = draw_sample(
        region, runs=further_runs(now.rounds[0]), seed=now.seed, scores=proposal, first_run=sum(now.rounds), base=base,
        progress=progress,
    )  # fmt: skip
    both = more.and_also(now.sample.take(np.flatnonzero(proposal.holds(now.sample.scores))))
    found = moments(region, both.outcomes(region.settings.years.record_end), names)
    given = evidence(both.scores, found, now.prior.spread, now.seed + NOISE + len(now.rounds))
    summaries, kept = nearest(given, int(KEPT_LATER * given.runs))
    return replace(
        now, sample=both, given=given, proposal=proposal, summaries=summaries, kept=kept, rounds=(*now.rounds, more.runs),
        near=(*now.near, likelihood_sample(given, now.discrepancy)),
    )  # fmt: skip


def proposed(summaries: Summaries, kept: Kept) -> Proposal:
    """Where to look again: the prior, cut off where the draws kept end, in the directions that the facts say something about."""
    mean, sd = centre_and_spread(kept.scores @ summaries.axes, kept.weights)
    return Proposal(summaries.axes, mean - REACH * sd, mean + REACH * sd)
