"""Which uncertainty decides a forecast: luck, parameters, environment or the model's error, and which single parameters.

Sources are independent, so their shares of variance are Sobol's (first order: alone; total: with all it does together with others),
from a radial Saltelli design over seeds: batch A takes every source from one seed, batch B from another, and one further batch for each
source has it from B and the rest from A. Estimators and errors are SALib's (Saltelli et al. 2010, Computer Physics Communications 181,
259-270). Parameters are correlated by the fit, so for them Sobol's shares are not valid: each is told by delta (Borgonovo 2007,
Reliability Engineering & System Safety 92, 771-784; Plischke et al. 2013, European Journal of Operational Research 226, 536-550), how
far the whole forecast shifts once the parameter is known, and by the share of variance that goes with it, correlated ones included.
What idle numbers would show beside them is the measure of chance.

Amounts are taken in logs where all are positive, and within their outer percentiles, as in `yidu.experiments.judging.shares`.
"""

from __future__ import annotations

import contextlib
import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from scipy.special import ndtr
from threadpoolctl import threadpool_limits

from yidu.calibration.discrepancy import widened
from yidu.experiments.ensembles.paired import Progress, last_year
from yidu.experiments.judging.runs import Floats, column
from yidu.experiments.judging.shares import FEWEST, SOURCES, other_seed, within_percentiles
from yidu.experiments.scenarios.scenario import Scenario, under
from yidu.sim.ensemble import simulate

if TYPE_CHECKING:
    from yidu.sim.draws import Draws
    from yidu.sim.outcomes import Outcomes
    from yidu.sim.region import Region

Scale = Literal["logs", "values"]

TIMES, MOST = 3, 1000
"""Runs of each batch: so many times those of the study, and not more."""

BATCHES = 2 + len(SOURCES) - 1
"""Batches that are simulated; the model's error is exchanged without a run."""

RESAMPLES = 100
"""Resamples from which the error of a share is found."""

RESAMPLES_OF_DELTA = 10
"""The same for delta, which takes a density estimate for every class of every parameter."""

GRID = 100
"""Points at which the density of a forecast is taken."""

IDLE = 50
"""Idle numbers that are put beside the parameters."""

CHANCE = 1e-2
"""Chance that any idle parameter at all is taken for one that matters."""

ONE_SD = float(2.0 * ndtr(1.0) - 1.0)
"""Level at which SALib's half interval is one standard deviation, as every Monte Carlo error here is."""


@dataclass(frozen=True)
class Batches:
    """The design: judged outcomes, run i of each is row i. `swapped[source]`: as A, the source as in B."""

    a: Outcomes
    b: Outcomes
    swapped: Mapping[str, Outcomes]


class SourceShare(NamedTuple):
    """Share of the variance of a forecast that a source carries."""

    source: str
    first: float
    first_error: float
    total: float
    total_error: float


class SourceShares(NamedTuple):
    """Shares of all sources; `dropped`: runs left out because a batch gave no value."""

    sources: tuple[SourceShare, ...]
    deviation: float
    """Standard deviation of the forecast, of its log where the scale is logs."""
    centre: float
    """Median, in the unit."""
    scale: Scale
    runs: int
    dropped: int


class ParameterShare(NamedTuple):
    """What one parameter says of a forecast; delta None where SALib can tell none."""

    parameter: str
    first: float
    first_error: float
    delta: float | None
    delta_error: float | None
    beyond_chance: bool


class ParameterShares(NamedTuple):
    """All parameters that were drawn, largest first; `idle_delta`: what an idle number shows on average."""

    parameters: tuple[ParameterShare, ...]
    idle_delta: float | None
    runs: int
    dropped: int


# --- the design


def batch_runs(runs: int) -> int:
    """Runs of each batch beside a study of so many; none where a share could not be told from chance."""
    many = min(TIMES * runs, MOST)
    return many if many >= FEWEST else 0


def batches(
    region: Region, scenario: Scenario, *, environment: str, runs: int, seed: int, draws: Draws, progress: Progress | None = None
) -> Batches:
    """Simulate the design. `progress`: called with finished runs, `BATCHES` x `runs` in all."""
    other = other_seed(seed)

    def batch(luck: int, parameters: int, surroundings: int) -> Outcomes:
        return simulate(
            under(region, scenario), scenario.levers,
            triggers=scenario.triggers, scenario=scenario.name, environment=environment, runs=runs, seed=luck,
            draws_seed=parameters, environment_seed=surroundings, until=last_year(region), draws=draws, progress=progress,
        )  # fmt: skip

    a, b = batch(seed, seed, seed), batch(other, other, other)
    swapped = {"luck": batch(other, seed, seed), "parameters": batch(seed, other, seed), "environment": batch(seed, seed, other)}
    judged = {source: in_error_of(region, outcomes, seed) for source, outcomes in swapped.items()}
    return Batches(widened(region, a), widened(region, b), {**judged, "discrepancy": in_error_of(region, a, other)})


def in_error_of(region: Region, outcomes: Outcomes, seed: int) -> Outcomes:
    """Outcomes with the model's error of another seed."""
    return widened(region, replace(outcomes, seed=seed))


# --- sources


def shares_of_sources(design: Batches, indicator: str, year: int) -> SourceShares | None:
    """Shares of the variance of an indicator in a year; None: too few runs have a value, or all have the same."""
    ordered = [design.a, *(design.swapped[source] for source in SOURCES), design.b]
    return sobol_of(np.column_stack([column(outcomes, indicator, year) for outcomes in ordered]))


def sobol_of(table: Floats) -> SourceShares | None:
    """Shares from the outputs of a Saltelli design.

    Args:
        table: [run, batch], the batches A, A with each of `SOURCES` from B, B; in the unit of the indicator.
    """
    from SALib.analyze import sobol  # most of a second: not before something is told apart

    table, dropped = complete(table)  # one NaN would make every index of SALib 0
    if len(table) < FEWEST:
        return None
    centre = float(np.median(table[:, [0, -1]]))
    table, scale = scaled(table)
    if np.ptp(table[:, [0, -1]]) == 0.0:
        return None
    problem = {"num_vars": len(SOURCES), "names": list(SOURCES), "bounds": [[0.0, 1.0]] * len(SOURCES)}
    with silent():
        found = sobol.analyze(
            problem, table.ravel(), calc_second_order=False, num_resamples=RESAMPLES, conf_level=ONE_SD, seed=len(table)
        )  # fmt: skip
    rows = zip(SOURCES, found["S1"], found["S1_conf"], found["ST"], found["ST_conf"])
    sources = tuple(SourceShare(name, *(float(value) for value in values)) for name, *values in rows)
    return SourceShares(sources, float(table[:, [0, -1]].std()), centre, scale, len(table), dropped)


def complete(table: Floats) -> tuple[Floats, int]:
    """Rows without a gap, and how many had one."""
    known = np.isfinite(table).all(axis=1)
    return table[known], int((~known).sum())


def scaled(table: Floats) -> tuple[Floats, Scale]:
    """A table in logs where all of it is positive, within its outer percentiles."""
    logs = bool((table > 0.0).all())
    return within_percentiles(np.log(table) if logs else table), "logs" if logs else "values"


# --- single parameters


def shares_of_parameters(design: Batches, indicator: str, year: int) -> ParameterShares | None:
    """What each parameter says of an indicator in a year, on the two batches that share nothing."""
    values = np.concatenate([column(one, indicator, year) for one in (design.a, design.b)])
    drawn = np.concatenate([design.a.parameters, design.b.parameters])
    return delta_of(drawn, design.a.parameter_names, values)


def delta_of(drawn: Floats, names: Sequence[str], values: Floats) -> ParameterShares | None:
    """Delta and first-order share of every parameter that varies, on given runs.

    Args:
        drawn: [run, parameter]; values: [run].

    Returns:
        None: too few runs have a value, or all have the same.
    """
    table, dropped = complete(np.column_stack([drawn, values]))
    if len(table) < FEWEST:
        return None
    outcome = scaled(table[:, -1])[0]
    if np.ptp(outcome) == 0.0:
        return None
    moving = [k for k in range(len(names)) if np.ptp(table[:, k]) > 0.0]
    idle = np.random.Generator(np.random.Philox(len(table))).random((len(table), IDLE))
    inputs, many = np.column_stack([table[:, moving], idle]), len(moving)
    first, shift = indices(inputs, outcome)
    by_chance, idle_delta = first[many:, 0].mean(), shift[many:, 0].mean()
    beyond = (first[:many, 0] > line_of_chance(first[many:, 0], many)) | (shift[:many, 0] > line_of_chance(shift[many:, 0], many))
    rows = [
        ParameterShare(
            names[k], float(first[i, 0] - by_chance), float(first[i, 1]), _known(shift[i, 0]), _known(shift[i, 1]), bool(beyond[i])
        )
        for i, k in enumerate(moving)
    ]
    rows.sort(key=lambda row: (-row.beyond_chance, -row.first))
    return ParameterShares(tuple(rows), _known(idle_delta), len(table), dropped)


def indices(inputs: Floats, outcome: Floats) -> tuple[Floats, Floats]:
    """First-order share of variance and delta of each input [run, input], each with its error [input, (value, error)].

    SALib's estimators on the runs themselves: its `delta.analyze` puts one resample in their place, which adds its noise. Delta is
    less its bias (Plischke et al. 2013, eq. 30); the share keeps its own, which idle numbers have too.
    """
    from SALib.analyze import delta

    runs = len(outcome)
    classes, grid = np.linspace(0, runs, classes_of(runs) + 1), np.linspace(outcome.min(), outcome.max(), GRID)
    again = np.random.Generator(np.random.Philox(runs)).integers(runs, size=(RESAMPLES, runs))
    first, shift = np.empty((2, inputs.shape[1], 2))
    with silent():
        for k, values in enumerate(inputs.T):
            shares = [delta.sobol_first(outcome[rows], values[rows], classes) for rows in again]
            first[k] = delta.sobol_first(outcome, values, classes), np.std(shares, ddof=1)
            shifts = [delta.calc_delta(outcome[rows], grid, values[rows], classes) for rows in again[:RESAMPLES_OF_DELTA]]
            less_bias = 2.0 * delta.calc_delta(outcome, grid, values, classes) - np.array(shifts)
            shift[k] = less_bias.mean(), less_bias.std(ddof=1)
    return first, shift


def classes_of(runs: int) -> int:
    """Classes of equal frequency into which runs are put by a parameter, as many as SALib takes (Plischke et al. 2013)."""
    return min(math.ceil(runs ** (2.0 / (7.0 + math.tanh((1500.0 - runs) / 500.0)))), 48)


def line_of_chance(idle: Floats, many: int) -> float:
    """What an index must exceed so that not one of so many idle inputs would, but by `CHANCE` (gamma, whose tail is long; Bonferroni)."""
    from scipy.stats import gamma

    mean, variance = float(idle.mean()), float(idle.var(ddof=1))
    if not (math.isfinite(mean) and mean > 0.0 and variance > 0.0):
        return math.inf
    return float(gamma.isf(CHANCE / (2 * many), mean * mean / variance, scale=variance / mean))


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


@contextlib.contextmanager
def silent() -> Iterator[None]:
    """SALib's warnings unsaid, the settings that it changes put back, and one thread, without which density estimates crawl."""
    state, said = np.random.get_state(), warnings.formatwarning
    try:
        with warnings.catch_warnings(record=True), threadpool_limits(1):
            yield
    finally:
        np.random.set_state(state)
        warnings.formatwarning = said
