"""Runs over the record, kept on disk in parts as they come, so that a calibration goes on where it was stopped.

Run ``i`` of a sample is a function of rules, pack, seed and ``i``: a part that is missing is made again to the same bits, and a
larger sample begins with the smaller one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from yidu.agents.compiled import CACHE, SOURCE_DIGEST
from yidu.agents.luck import PARAMETER
from yidu.calibration.manifest import pack_digest
from yidu.sim.draws import DRAWN, Draws, Floats, PriorDraws, Readings, drawn_readings, uniforms
from yidu.sim.ensemble import simulate
from yidu.sim.files import drafted
from yidu.sim.indicators import INDICATOR_IDS
from yidu.sim.levers import FIRST_YEAR
from yidu.sim.outcomes import Outcomes
from yidu.sim.region import Region

PART = 1000  # runs a part: what a kill can cost at most
FARTHEST = 3.7  # standard deviations: about one in 4,600 lies beyond

Progress = Callable[[int], Any]


class Scores(Protocol):
    """Where the normal scores of the runs come from."""

    @property
    def name(self) -> str:
        """What tells these scores from others."""
        ...

    def of_runs(self, seed: int, runs: npt.NDArray[np.int64]) -> Floats:
        """Normal scores [run, drawn]: a parameter is the quantile of its prior at the normal probability of its score."""
        ...


class PriorScores:
    """Independent standard normal scores: the prior itself."""

    name = "prior"

    def of_runs(self, seed: int, runs: npt.NDArray[np.int64]) -> Floats:
        """See ``Scores``."""
        u = uniforms(seed, runs, len(DRAWN), 0, PARAMETER)
        scores: Floats = ndtri(u)
        return scores


@dataclass(frozen=True)
class Proposal:
    """The prior cut off, in a few directions, outside where an earlier round found anything (truncated proposals, Deistler,
    Goncalves and Macke 2022): inside, runs keep the proportions of the prior, so none outweighs the others.

    Attributes:
        axes: orthonormal directions [drawn, few].
        low, high: bounds along them, in normal scores [few].
    """

    axes: Floats
    low: Floats
    high: Floats

    @property
    def name(self) -> str:
        """Digest of the bounds, so that a sample of another proposal is never taken for this one."""
        seen = hashlib.sha256()
        for array in (self.axes, self.low, self.high):
            seen.update(np.ascontiguousarray(array).tobytes())
        return "proposal-" + seen.hexdigest()[:12]

    @property
    def mass(self) -> float:
        """Prior probability inside the bounds."""
        return float(np.prod(ndtr(self.high) - ndtr(self.low)))

    def of_runs(self, seed: int, runs: npt.NDArray[np.int64]) -> Floats:
        """See ``Scores``. The run numbers follow on from the prior's, so that no luck is used twice."""
        prior = PriorScores().of_runs(seed, runs)
        along = prior @ self.axes
        below, above = ndtr(self.low), ndtr(self.high)
        moved = ndtri(below + ndtr(along) * (above - below))
        return prior + (moved - along) @ self.axes.T

    def holds(self, scores: Floats) -> npt.NDArray[np.bool_]:
        """Which scores lie inside the bounds [run]."""
        along = scores @ self.axes
        inside: npt.NDArray[np.bool_] = np.all((along >= self.low - 1e-9) & (along <= self.high + 1e-9), axis=1)
        return inside


@dataclass(frozen=True)
class AtScores:
    """Draws of given normal scores, for the ensemble."""

    region: Region
    scores: Scores
    source: str = "sample"

    def of_runs(self, seed: int, runs: npt.NDArray[np.int64]) -> tuple[Floats, Readings]:
        """See ``yidu.sim.draws.Draws``."""
        u = ndtr(self.scores.of_runs(seed, runs))
        return PriorDraws(self.region).at(u), drawn_readings(self.region, seed, runs)


@dataclass(frozen=True)
class Sample:
    """Runs over the record, not reconciled with it."""

    region: str
    scores: Floats  # [run, drawn], normal scores
    values: npt.NDArray[np.float32]  # [run, year, indicator], 2015 to the record's end
    readings: Readings
    first_run: int
    seed: int

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.scores)

    def outcomes(self, end: int) -> Outcomes:
        """The same runs in the form that facts are computed from."""
        empty = np.zeros((self.runs, 0, 0))
        return Outcomes(
            region=self.region, scenario="record", environment="baseline", seed=self.seed, first_run=self.first_run, draws="sample",
            years=tuple(range(FIRST_YEAR, end + 1)), values=self.values, flows=empty, money=empty,  # type: ignore[arg-type]
            adjusted=empty, parameters=self.scores, parameter_names=DRAWN, readings=self.readings, reading_names={},
        )  # fmt: skip

    def and_also(self, other: Sample) -> Sample:
        """These runs and others after them."""
        return replace(
            self,
            scores=np.concatenate([self.scores, other.scores]),
            values=np.concatenate([self.values, other.values]),
            readings={name: np.concatenate([column, other.readings[name]]) for name, column in self.readings.items()},
        )

    def take(self, rows: npt.NDArray[Any]) -> Sample:
        """Some of the runs."""
        return replace(
            self,
            scores=self.scores[rows],
            values=self.values[rows],
            readings={name: column[rows] for name, column in self.readings.items()},
        )


def sample_folder(region: Region, seed: int, scores: Scores, base: Path | None = None) -> Path:
    """Where the parts of a sample are kept: one folder for rules, pack, seed and kind together."""
    key = hashlib.sha256(f"{SOURCE_DIGEST} {pack_digest(region)} {seed} {scores.name}".encode()).hexdigest()[:16]
    return (base or CACHE.parent / "samples") / f"{region.name}-{key}"


def draw_sample(
    region: Region, *, runs: int, seed: int, scores: Scores | None = None, first_run: int = 0, base: Path | None = None,
    progress: Progress | None = None,
) -> Sample:  # fmt: skip
    """Runs ``first_run`` to ``first_run + runs - 1``, from disk where an earlier call left them.

    Args:
        scores: where the parameters come from, the prior by default.
        base: folder to keep parts in, the user's cache by default.
        progress: called with the number of runs finished (or found) since the last call.
    """
    chosen = scores or PriorScores()
    folder = sample_folder(region, seed, chosen, base)
    folder.mkdir(parents=True, exist_ok=True)
    draws: Draws = AtScores(region, chosen)
    years = region.settings.years.record_end - FIRST_YEAR + 1
    values = np.empty((runs, years, len(INDICATOR_IDS)), np.float32)
    for start in range(0, runs, PART):
        number = first_run + start
        wanted = min(PART, runs - start)
        path = folder / f"part-{number:09d}.npy"
        found = _read(path, (years, len(INDICATOR_IDS)))
        if found is not None and len(found) >= wanted:
            if progress is not None:
                progress(wanted)
        else:
            found = simulate(
                region, region.levers, scenario="record", runs=wanted, first_run=number, seed=seed,
                until=region.settings.years.record_end, draws=draws, reconcile=False, progress=progress,
            ).values.astype(np.float32)  # fmt: skip
            with drafted(path) as draft, draft.open("wb") as file:
                np.save(file, found)
        values[start : start + wanted] = found[:wanted]
    numbers = np.arange(first_run, first_run + runs, dtype=np.int64)
    drawn = chosen.of_runs(seed, numbers)
    return Sample(region.name, drawn, values, drawn_readings(region, seed, numbers), first_run, seed)


def _read(path: Path, shape: tuple[int, int]) -> npt.NDArray[np.float32] | None:
    """A part that is there and whole, or None."""
    try:
        found: npt.NDArray[np.float32] = np.load(path)
    except Exception:  # numpy meets damage in many ways: ValueError, EOFError, SyntaxError, TokenError, BadZipFile, MemoryError
        return None
    whole = isinstance(found, np.ndarray) and found.ndim == 3 and found.shape[1:] == shape and found.dtype == np.float32
    return found if whole else None


def parameters_at(region: Region, scores: Floats) -> Floats:
    """Parameters [run, drawn] at given normal scores."""
    return PriorDraws(region).at(ndtr(np.clip(scores, -FARTHEST, FARTHEST)))
