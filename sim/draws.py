"""Where a run's parameters and readings come from: the prior, or a table of accepted draws.

Both are keyed by seed and run alone, so run ``i`` meets the same world under every scenario.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from yidu.agents.compiled import kernel
from yidu.agents.luck import DISTRICT, DRAW_INDEX, PARAMETER, READING, agent_id, luck, run_key_of
from yidu.agents.parameters import PARAMETERS
from yidu.sim.levers import LEVERS
from yidu.sim.pack import Prior
from yidu.sim.region import Region

Floats = npt.NDArray[np.float64]
Readings = dict[str, npt.NDArray[np.int8]]

#: What a run draws: the parameters of the rules, then how far each lever's level of the record lay from the pack's [ratio].
LEVELS: tuple[str, ...] = tuple(f"level:{name}" for name in LEVERS)
DRAWN: tuple[str, ...] = PARAMETERS + LEVELS


def beliefs(region: Region) -> tuple[Prior, ...]:
    """What is believed of everything drawn, in the order of ``DRAWN``: the pack's priors, and its uncertain lever levels."""
    by_name = {prior.parameter: prior for prior in region.priors}
    return tuple(by_name[name] for name in PARAMETERS) + tuple(level_prior(region, name) for name in LEVERS)


def level_prior(region: Region, lever: str) -> Prior:
    """Lognormal around the pack's level with the spread it states, within three standard deviations; exact without one."""
    sigma = region.lever_uncertainty.get(lever, 0.0)
    low, high = math.exp(-3.0 * sigma), math.exp(3.0 * sigma)
    return Prior(
        parameter=f"level:{lever}",
        distribution="lognormal" if sigma > 0.0 else "uniform",
        a=1.0,
        b=sigma if sigma > 0.0 else 1.0,
        low=low,
        high=high,
        unit="ratio",
        grade="D",
        source="levers.toml, [uncertainty]: judgement",
        row=0,
    )


@kernel
def fill_uniforms(out: Floats, seed: int, runs: Any, ordinal: int, decision: int | np.integer) -> None:
    """``out[r, k]``: the draw of run ``runs[r]`` for the k-th quantity of one decision [share]."""
    for r in range(runs.size):
        key = run_key_of(seed, runs[r])
        for k in range(out.shape[1]):
            out[r, k] = luck(key, 0, agent_id(DISTRICT, ordinal, 0, k), decision)


def uniforms(seed: int, runs: Sequence[int] | npt.NDArray[np.int64], many: int, ordinal: int, decision: int | np.integer) -> Floats:
    """Uniform draws [runs, many], keyed by seed, run, quantity and decision."""
    out = np.empty((len(runs), many))
    fill_uniforms(out, seed, np.asarray(runs, np.int64), ordinal, decision)
    return out


def quantile(prior: Prior, u: Floats) -> Floats:
    """The prior's quantile at ``u``, truncated to its bounds, in the prior's unit."""
    if prior.distribution == "bernoulli":
        return (u < prior.a).astype(float)
    if prior.distribution == "uniform":
        return np.clip(prior.a + u * (prior.b - prior.a), prior.low, prior.high)
    from scipy import stats  # half a second, which a run whose draws are those of a fit does not need

    if prior.distribution == "normal":
        law = stats.norm(prior.a, prior.b)
    elif prior.distribution == "lognormal":
        law = stats.lognorm(prior.b, scale=prior.a)
    else:
        law = stats.beta(prior.a, prior.b)
    low, high = law.cdf(prior.low), law.cdf(prior.high)
    return np.clip(law.ppf(low + u * (high - low)), prior.low, prior.high)


class Draws(Protocol):
    """Parameters [runs, drawn] and readings of the runs asked for."""

    @property
    def source(self) -> str:
        """What they are draws of: the prior, a posterior."""
        ...

    def of_runs(self, seed: int, runs: npt.NDArray[np.int64]) -> tuple[Floats, Readings]:
        """Parameters in the order of ``DRAWN`` and the index of the reading drawn for each contested fact."""
        ...


class PriorDraws:
    """Every run draws its own parameters from the pack's priors, and its readings by their weights."""

    source = "prior"

    def __init__(self, region: Region) -> None:
        self.region = region
        self.beliefs = beliefs(region)

    def of_runs(self, seed: int, runs: npt.NDArray[np.int64]) -> tuple[Floats, Readings]:
        """See ``Draws``."""
        u = uniforms(seed, runs, len(DRAWN), 0, PARAMETER)
        return self.at(u), drawn_readings(self.region, seed, runs)

    def at(self, u: Floats) -> Floats:
        """Parameters at given quantiles of their priors [runs, drawn]."""
        return np.column_stack([quantile(belief, u[:, k]) for k, belief in enumerate(self.beliefs)])


def drawn_readings(region: Region, seed: int, runs: npt.NDArray[np.int64]) -> Readings:
    """The reading of each contested fact that each run takes for true, by the weights of combinations that imply one another."""
    names = region.contested
    v = uniforms(seed, runs, max(1, len(names)), 1, READING)
    readings: Readings = {}
    for group in region.together:
        chosen = np.searchsorted(np.cumsum(group.weights)[:-1], v[:, names.index(group.facts[0])], side="right")
        readings.update(zip(group.facts, group.combinations[chosen].T))
    return {name: readings[name] for name in names}


class TableDraws:
    """Every run picks one row of a table of accepted draws, readings and all."""

    source = "posterior"

    def __init__(self, parameters: Floats, readings: Readings) -> None:
        self.parameters, self.readings = parameters, readings

    def of_runs(self, seed: int, runs: npt.NDArray[np.int64]) -> tuple[Floats, Readings]:
        """See ``Draws``."""
        u = uniforms(seed, runs, 1, 2, DRAW_INDEX)[:, 0]
        row = np.minimum((u * len(self.parameters)).astype(int), len(self.parameters) - 1)
        return self.parameters[row], {name: column[row] for name, column in self.readings.items()}
