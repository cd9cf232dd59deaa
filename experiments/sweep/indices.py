"""Which input of a sweep decides an indicator: Sobol and Morris indices on their own designs, PAWN and delta on any other.

Sobol (Saltelli et al. 2010, Computer Physics Communications 181, 259-270) and Morris (Campolongo et al. 2007, Environmental Modelling &
Software 22, 1509-1518) read blocks of points that belong together: one gap in a block and SALib would make every index NaN or 0, so a
block with a gap is left out whole and counted. PAWN (Pianosi and Wagener 2018, Environmental Modelling & Software 108, 197-207) and
delta (Borgonovo 2007) read any points, correlated inputs included. An index is told beside what chance alone would show: the spread of
replicates within points for Sobol and Morris, idle inputs for PAWN and delta.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from SALib.analyze import morris, pawn, sobol
from scipy.stats import norm

from yidu.experiments.ensembles.sensitivity import IDLE, RESAMPLES, delta_of, line_of_chance, silent
from yidu.experiments.judging.shares import FEWEST
from yidu.experiments.sweep.samples import MORRIS_LEVELS

Floats = NDArray[np.float64]
Measure = Literal["first", "total", "second", "mu", "mu_star", "sigma", "pawn", "pawn_max", "delta", "share", "score"]

LEVEL = 0.95
"""Level of every interval."""

FEWEST_TRAJECTORIES = 4
"""Morris trajectories below which no effect is told: Saltelli et al. (2004, Sensitivity Analysis in Practice) take 4 to 10."""

SLICES = 10
"""Conditioning intervals of PAWN, as in SALib."""

FEWEST_IN_SLICE = 10
"""Points below which a slice says nothing of a distribution: fewer slices are taken."""

RESAMPLES_OF_PAWN = 20
"""Resamples from which the error of a PAWN index is found; a test for every slice of every input is run on each."""

WIDE = float(norm.ppf(0.5 + LEVEL / 2.0))


class TooFew(Exception):
    """Too few blocks or points have a value; `kept` of `asked`, and `least` are needed."""

    def __init__(self, kept: int, asked: int, least: int) -> None:
        self.kept, self.asked, self.least = kept, asked, least
        super().__init__(f"{kept} of {asked}, {least} needed")


class Constant(Exception):
    """The outcome has one value everywhere: nothing decides it."""


class Index(NamedTuple):
    """One index of one input, or of a pair; `low` to `high` at `LEVEL`, `chance` what an idle input would show; None where unknown."""

    input: str
    measure: Measure
    value: float
    low: float | None = None
    high: float | None = None
    chance: float | None = None
    beyond_chance: bool | None = None
    other: str | None = None


@dataclass(frozen=True)
class Indices:
    """Indices of all inputs, and what they rest on: blocks (of Sobol and Morris) or points."""

    rows: tuple[Index, ...]
    kept: int
    dropped: int
    luck: float | None
    """Share of the variance of single runs that lies within points: luck and drawn parameters; None with one run a point."""


# --- blocks


class Blocks(NamedTuple):
    """Blocks without a gap: values [block, point, replicate], which blocks those are, and how many had a gap."""

    values: Floats
    which: NDArray[np.intp]
    dropped: int


def blocks_of(values: Floats, length: int) -> Blocks:
    """Cut the points of a sample into its blocks and leave out those with a gap.

    A replicate that has a gap anywhere in a block is left out of all its points, so that the points stay comparable; a block that
    keeps fewer than half of its replicates is left out whole.

    Args:
        values: [point, replicate], NaN where a run failed or gave no value.
        length: points of a block.
    """
    shaped = values.reshape(-1, length, values.shape[1])
    known = np.isfinite(shaped).all(axis=1)
    keep = 2 * known.sum(axis=1) >= max(values.shape[1], 1)
    kept = np.where(known[keep][:, None, :], shaped[keep], np.nan)
    return Blocks(kept, np.flatnonzero(keep), int((~keep).sum()))


def _enough(values: Floats, length: int, least: int) -> tuple[Blocks, Floats]:
    """The blocks without a gap and their means over replicates [block, point].

    Raises:
        TooFew: fewer than `least`. Constant: the means are one value.
    """
    blocks = blocks_of(values, length)
    if len(blocks.values) < least:
        raise TooFew(len(blocks.values), len(blocks.values) + blocks.dropped, least)
    means = np.nanmean(blocks.values, axis=2)
    if np.ptp(means) == 0.0:
        raise Constant
    return blocks, means


def noise(one: Floats, other: Floats) -> Floats | None:
    """Variance of the mean difference between two points of a block that replicates show [block]; None with one replicate.

    Replicates with common luck are compared with themselves, so luck that both share is no noise.

    Args:
        one, other: [block, replicate].
    """
    many = np.isfinite(one).sum(axis=1)
    if one.shape[1] < 2 or (many < 2).any():
        return None
    found: Floats = np.nanvar(other - one, axis=1, ddof=1) / many
    return found


def share_of_luck(values: Floats, common: bool) -> float | None:
    """Share of the variance of single runs that lies within points; None with one run a point, or no variance.

    Args:
        values: [point, replicate]; points without a gap-free pair of runs say nothing.
    """
    many = np.isfinite(values).sum(axis=1)
    usable = values[many >= 2]
    if len(usable) < 2:
        return None
    within = float(np.nanvar(usable, axis=1, ddof=1).mean())
    means = np.nanmean(usable, axis=1)
    blur = 0.0 if common else within / float(many[many >= 2].mean())
    between = max(0.0, float(means.var(ddof=1)) - blur)
    return within / (within + between) if within + between > 0.0 else None


# --- Sobol


def sobol_length(points: int, size: int | None, inputs: int) -> int:
    """Points of a Saltelli block: D + 2, or 2 D + 2 where pairs were asked for."""
    both = (inputs + 2, 2 * inputs + 2)
    if size:
        return points // size if points // size in both else both[0]
    return both[1] if points % both[0] and not points % both[1] else both[0]


def sobol_indices(values: Floats, names: Sequence[str], length: int, common: bool) -> Indices:
    """First-order and total shares of the variance of the mean over replicates, and those of pairs where the design has them.

    Args:
        values: [point, replicate] in the order of the sample.
        names: [input].
        length: points of a block.
        common: whether replicates of all points share their luck.

    Raises:
        TooFew: fewer than `FEWEST` blocks have no gap.
        Constant: the indicator has one value at all points.
    """
    blocks, means = _enough(values, length, FEWEST)
    problem = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    second = length == 2 * len(names) + 2 and len(names) > 1
    with silent():
        found = sobol.analyze(
            problem, means.ravel(), calc_second_order=length == 2 * len(names) + 2, num_resamples=RESAMPLES, conf_level=LEVEL,
            seed=len(means),
        )  # fmt: skip
    variance = float(means[:, [0, -1]].var())
    rows = []
    for k, name in enumerate(names):
        between = noise(blocks.values[:, 0], blocks.values[:, 1 + k])
        by_luck = 0.0 if between is None else 0.5 * float(between.mean()) / variance
        first, total = _around(found["S1"][k], found["S1_conf"][k]), _around(found["ST"][k], found["ST_conf"][k])
        rows.append(Index(name, "first", *first))
        rows.append(Index(name, "total", *total, by_luck, bool(total[1] > by_luck)))
    if second:
        for a in range(len(names)):
            for b in range(a + 1, len(names)):
                pair = _around(found["S2"][a, b], found["S2_conf"][a, b])
                rows.append(Index(names[a], "second", *pair, 0.0, bool(pair[1] > 0.0), names[b]))
    return Indices(tuple(rows), len(means), blocks.dropped, share_of_luck(values, common))


# --- Morris


def morris_indices(values: Floats, inputs: Floats, names: Sequence[str], common: bool, levels: int = MORRIS_LEVELS) -> Indices:
    """Mean elementary effects, their mean size and spread: what an indicator does over the whole range of an input, in its unit.

    Args:
        values: [point, replicate] in the order of the sample.
        inputs: [point, input].

    Raises:
        TooFew: fewer than `FEWEST_TRAJECTORIES` trajectories have no gap.
        Constant: the indicator has one value at all points.
    """
    length = len(names) + 1
    blocks, means = _enough(values, length, FEWEST_TRAJECTORIES)
    taken = inputs.reshape(-1, length, len(names))[blocks.which]
    problem = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names), "groups": None}
    with silent():
        found = morris.analyze(
            problem, taken.reshape(-1, len(names)), means.ravel(), num_resamples=RESAMPLES, conf_level=LEVEL, num_levels=levels,
            seed=len(means),
        )  # fmt: skip
    chance = _effects_of_luck(blocks.values, taken, levels)
    rows = []
    for k, name in enumerate(names):
        size = _around(found["mu_star"][k], found["mu_star_conf"][k])
        rows.append(Index(name, "mu_star", *size, chance[k], bool(size[1] > chance[k])))
        rows.append(Index(name, "mu", float(found["mu"][k])))
        rows.append(Index(name, "sigma", float(found["sigma"][k])))
    return Indices(tuple(rows), len(means), blocks.dropped, share_of_luck(values, common))


def _effects_of_luck(values: Floats, inputs: Floats, levels: int) -> list[float]:
    """Mean size of the elementary effects that luck alone would give each input [input]: that of a normal difference."""
    step = levels / (2.0 * (levels - 1.0))
    moved = np.diff(inputs, axis=1) != 0.0
    found = []
    for k in range(inputs.shape[2]):
        which, place = np.nonzero(moved[:, :, k])
        between = noise(values[which, place], values[which, place + 1]) if len(which) else None
        found.append(0.0 if between is None else float(np.sqrt(between * 2.0 / np.pi).mean()) / step)
    return found


# --- any design


def coded(inputs: pd.DataFrame) -> Floats:
    """Inputs as numbers [row, input]: categories by their place among the sorted names."""
    columns = [
        column.to_numpy(float) if pd.api.types.is_numeric_dtype(column) else np.unique(column.astype(str), return_inverse=True)[1]
        for _, column in inputs.items()
    ]
    return np.column_stack(columns).astype(float)


def pawn_indices(inputs: pd.DataFrame, values: Floats) -> Indices:
    """PAWN of every input that varies: median and largest Kolmogorov-Smirnov distance over its slices.

    Args:
        inputs: [row, input]; values: [row].

    Raises:
        TooFew: fewer than `FEWEST` rows have a value.
        Constant: all have the same.
    """
    table, outcome, dropped = _known(inputs, values)
    runs = len(outcome)
    luck = np.random.Generator(np.random.Philox(runs))
    again = luck.integers(runs, size=(RESAMPLES_OF_PAWN, runs))
    rows = []
    lines: dict[int, tuple[float, float]] = {}
    """What median and maximum must exceed, by number of slices."""
    moving = [name for name in table.columns if table[name].nunique() > 1]
    with silent():
        for name in moving:
            places, slices = _placed(coded(table[[name]])[:, 0], luck)
            if slices not in lines:
                idle = luck.permuted(np.tile(np.arange(runs, dtype=float), (IDLE, 1)), axis=1).T
                by_chance = _pawn(idle, outcome, slices)
                lines[slices] = line_of_chance(by_chance[:, 0], len(moving)), line_of_chance(by_chance[:, 1], len(moving))
            line, line_of_largest = lines[slices]
            median, largest = _pawn(places[:, None], outcome, slices)[0]
            error = float(np.std([_pawn(places[one][:, None], outcome[one], slices)[0, 0] for one in again], ddof=1))
            beyond = bool(median > line or largest > line_of_largest)
            rows.append(Index(name, "pawn", *_around(median, WIDE * error), line, beyond))
            rows.append(Index(name, "pawn_max", float(largest), chance=line_of_largest, beyond_chance=beyond))
    return Indices(tuple(rows), runs, dropped, None)


def delta_indices(inputs: pd.DataFrame, values: Floats) -> Indices:
    """Delta, and the share of variance that goes with an input, of every input that varies; arguments and errors as `pawn_indices`."""
    table, outcome, dropped = _known(inputs, values)
    found = delta_of(coded(table), list(table.columns), outcome)
    if found is None:
        raise Constant
    rows = []
    for one in found.parameters:
        if one.delta is not None:
            interval = _around(one.delta, WIDE * (one.delta_error or 0.0))
            rows.append(Index(one.parameter, "delta", *interval, found.idle_delta, one.beyond_chance))
        rows.append(Index(one.parameter, "share", *_around(one.first, WIDE * one.first_error), 0.0, one.beyond_chance))
    return Indices(tuple(rows), found.runs, dropped + found.dropped, None)


def _known(inputs: pd.DataFrame, values: Floats) -> tuple[pd.DataFrame, Floats, int]:
    """Rows with a value, and how many have none."""
    known = np.isfinite(values)
    if known.sum() < FEWEST:
        raise TooFew(int(known.sum()), len(values), FEWEST)
    if np.ptp(values[known]) == 0.0:
        raise Constant
    return inputs[known].reset_index(drop=True), values[known], int((~known).sum())


def _placed(values: Floats, luck: np.random.Generator) -> tuple[Floats, int]:
    """Ranks of an input, and how many slices they fill: one a level where there are few, equals in an order of chance.

    SALib cuts at quantiles and leaves the largest value out, which of a few levels would be the whole of the last one.
    """
    runs = len(values)
    order = np.lexsort((luck.random(runs), values))
    places = np.empty(runs)
    places[order] = np.arange(runs)
    most = min(SLICES, runs // FEWEST_IN_SLICE, len(np.unique(values)))
    return places, next(slices for slices in range(max(2, most), 0, -1) if _cuts(slices))


def _cuts(slices: int) -> bool:
    """Whether SALib can cut into so many slices: its steps of 1/6 and some others end beyond 1, where there is no quantile."""
    step = 1 / slices
    ends = np.arange(0, 1 + step, step)
    return len(ends) == slices + 1 and bool(ends[-1] <= 1.0)


def _pawn(inputs: Floats, outcome: Floats, slices: int) -> Floats:
    """SALib's PAWN [input, (median, maximum)]."""
    many = inputs.shape[1]
    names = [str(k) for k in range(many)]
    found = pawn.analyze({"num_vars": many, "names": names, "bounds": [[0.0, 1.0]] * many}, inputs, outcome, S=slices)
    return np.column_stack([found["median"], found["maximum"]])


def _around(value: float, half: float) -> tuple[float, float, float]:
    """A value and its interval; without one where SALib can tell none."""
    half = float(half) if np.isfinite(half) else 0.0
    return float(value), float(value) - half, float(value) + half
