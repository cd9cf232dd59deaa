"""Does the fit recover what it should? Synthetic truths from the prior, their ranks among draws, and how often intervals hold them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from yidu.calibration.facts import Floats
from yidu.calibration.findings import Case, Coverage, RankCheck, Ranks
from yidu.calibration.fit import DISCREPANCY, KEPT, Evidence, Summaries, keep, learn

LEVELS = (0.5, 0.9)
POINTS = np.arange(1, 21) / 21.0
SWEEP = (0.0, 0.1, 0.2, 0.4)
"""Sizes of the discrepancy that the fit is made to assume, while 0.2 is what the synthetic records have."""


@dataclass(frozen=True)
class Trials:
    """Synthetic truths against the fits made for each.

    Attributes:
        pits: [truth, quantity] weighted share of draws below the truth.
        names: what the quantities are: everything drawn, then every fact as simulated without error.
    """

    pits: Floats
    names: tuple[str, ...]

    def inside(self, level: float, columns: npt.NDArray[np.int64]) -> Floats:
        """Whether the central interval held the truth [truth, quantity]."""
        return (np.abs(self.pits[:, columns] - 0.5) <= 0.5 * level).astype(float)

    def coverage(self, level: float, columns: npt.NDArray[np.int64]) -> tuple[float, float]:
        """Pooled share held and its error, truths taken as the independent units."""
        by_truth = self.inside(level, columns).mean(axis=1)
        return float(by_truth.mean()), float(by_truth.std(ddof=1) / np.sqrt(len(by_truth)))


def trials(
    given: Evidence, summaries: Summaries, truths: npt.NDArray[np.int64], names: tuple[str, ...], *, injected: float | None, seed: int,
    kept: float = KEPT, progress: Callable[[int], Any] | None = None,
) -> Trials:  # fmt: skip
    """Fit the record that each truth would have published, with an error of the size ``injected`` (None: none at all)."""
    noise = np.random.Generator(np.random.Philox(seed)).standard_normal((len(truths), len(given.names)))
    pits = np.empty((len(truths), len(names)))
    many = int(kept * given.runs)
    for row, truth in enumerate(truths):
        at = given.gaps[truth].copy()
        if injected is not None:
            at = at + given.error(injected, slice(truth, truth + 1))[0] * noise[row]
        draws, facts = keep(given, summaries, at, many=many, exclude=int(truth), also=given.gaps)
        assert facts is not None
        own = np.concatenate([given.scores[truth], given.gaps[truth]])
        below = np.concatenate([draws.scores, facts], axis=1) < own
        pits[row] = draws.weights @ below
        if progress is not None:
            progress(1)
    return Trials(pits, names)


def band(truths: int, quantities: int, confidence: float = 0.99) -> float:
    """Half width of the band that the ECDF of uniform ranks leaves with probability ``1 - confidence`` in any of ``quantities``.

    Kolmogorov's distribution at Bonferroni's level: no rank may leave it anywhere.
    """
    return float(stats.kstwo.ppf(1.0 - (1.0 - confidence) / quantities, truths))


def rank_table(found: Trials, draws: int) -> Ranks:
    """ECDF of the ranks of every quantity against the band for all together."""
    width = band(len(found.pits), len(found.names))
    checks = []
    for k, name in enumerate(found.names):
        ordered = np.sort(found.pits[:, k])
        deviation = float(stats.kstest(ordered, "uniform").statistic)
        ecdf = np.searchsorted(ordered, POINTS, side="right") / len(ordered) - POINTS
        checks.append(
            RankCheck(quantity=name, ecdf=tuple(np.round(ecdf, 4).tolist()), deviation=round(deviation, 4), inside=deviation <= width)
        )
    return Ranks(truths=len(found.pits), draws=draws, band=round(width, 4), quantities=tuple(checks))


def coverage_rows(
    found: Trials, case: Case, assumed: float, injected: float, informed: npt.NDArray[np.int64], facts: int
) -> list[Coverage]:
    """Pooled coverage over the parameters the record informs, and over the facts as they were before publication."""
    rows = []
    columns = {"parameters": informed, "facts": np.arange(len(found.names) - facts, len(found.names))}
    for what, chosen in columns.items():
        for level in LEVELS:
            share, error = found.coverage(level, chosen)
            rows.append(
                Coverage(
                    case=case,
                    what=what,  # type: ignore[arg-type]  # one of the three names
                    assumed=assumed,
                    injected=injected,
                    level=level,
                    coverage=round(share, 4),
                    mc_error=round(error, 4),
                    truths=len(found.pits),
                )
            )
    return rows


def informed_columns(given: Evidence, summaries: Summaries, threshold: float = 0.1) -> npt.NDArray[np.int64]:
    """Parameters of which published facts explain a tenth of the variance or more."""
    left = given.scores - summaries.model.predict(summaries.features)
    explained = 1.0 - left.var(axis=0) / given.scores.var(axis=0)
    found = np.flatnonzero(explained > threshold)
    return found if found.size else np.array([int(np.argmax(explained))])


def sweep(
    given: Evidence, truths: npt.NDArray[np.int64], names: tuple[str, ...], *, seed: int, progress: Callable[[int], Any] | None = None
) -> list[Coverage]:
    """Coverage when the synthetic records have the error of ``DISCREPANCY`` and the fit assumes another; reported, not gated."""
    rows: list[Coverage] = []
    for size in SWEEP:
        summaries = learn(given, size)
        informed = informed_columns(given, summaries)
        found = trials(given, summaries, truths, names, injected=DISCREPANCY, seed=seed + 1, progress=progress)
        rows += coverage_rows(found, "sweep", size, DISCREPANCY, informed, len(given.names))
    return rows
