"""What the model may have wrong, carried into the years after the record: the one place where it is added.

An error per indicator that is correlated between indicators and grows as a random walk does, on top of simulated outcomes and never
inside their digest. Its size comes with the fit, scaled there on facts the fit did not see (``yidu.calibration.leave_out``). GDP and
population are not the model's: what may be wrong of them is their vintage, a walk of their own whose size the pack states.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from yidu.agents.luck import DISCREPANCY
from yidu.calibration.manifest import manifest_of
from yidu.sim.draws import uniforms
from yidu.sim.indicators import INDICATOR, INDICATOR_IDS, INDICATORS
from yidu.sim.outcomes import Outcomes
from yidu.sim.region import Region

Floats = npt.NDArray[np.float64]

SHARED = 0.5
"""Part of the error's variance that all indicators of a run share (D)."""

UNKNOWN = 0.2
"""Size of the error where no fit has scaled it: the scale of the belief that a fit starts from [log] (D)."""

ORDINAL = 9  # key of these draws

#: Ratios, rates and other readings follow from the quantity they are made of; its error is theirs.
MADE_OF = {one.id: one.made_of for one in INDICATORS if one.made_of}
#: Year that a mean yearly growth [%/年] starts from.
GROWS_SINCE = {one.id: one.grows_since for one in INDICATORS if one.grows_since}
#: Quantity that a ratio divides by, in any of its readings; the error of that one too is its own.
OVER = {
    one.id: ratio.denominator for one in INDICATORS if (ratio := INDICATOR[one.id.partition("@")[0]].ratio) is not None
}  # fmt: skip
#: Not forecast by the model but chosen by policy.
EXACT = frozenset(one.id for one in INDICATORS if one.error == "none")
#: Taken from outside; the pack states how far a later vintage may be off.
VINTAGE = frozenset(one.id for one in INDICATORS if one.error == "vintage")

SHARES = frozenset(one.id for one in INDICATORS if one.error == "odds")
"""Parts of a whole, in %: their error is one of the log odds, so they stay between 0 and 100."""


class Size(NamedTuple):
    """How large the model's error is.

    Attributes:
        sd_at_five_years: standard deviation of the log of a quantity, five years after the record.
        shared: part of its variance that all indicators of a run share.
        vintages: the same standard deviation of what is taken from outside, by indicator; they share nothing.
    """

    sd_at_five_years: float
    shared: float
    vintages: Mapping[str, float] = MappingProxyType({})

    def variance(self, a: str, b: str) -> float:
        """Covariance of the log errors of two quantities five years after the record."""
        if {a, b} & EXACT or (a != b and {a, b} & VINTAGE):
            return 0.0
        own = self.vintages.get(a, 0.0) if a in VINTAGE else self.sd_at_five_years
        return own**2 * (1.0 if a == b else self.shared)


def vintages_of(region: Region) -> Mapping[str, float]:
    """How far later vintages of what is taken from outside may be off, five years after the record [log]."""
    return {"gdp": region.settings.gdp.vintage_error, "population": region.settings.population.vintage_error}


def size_of(region: Region) -> Size:
    """The size that came with the region's fit; the belief before any error was seen where there is none."""
    manifest = manifest_of(region) or {}
    found = manifest.get("after", {})
    return Size(float(found.get("sd_at_five_years", UNKNOWN)), float(found.get("shared", SHARED)), vintages_of(region))


def parts_of(name: str) -> tuple[tuple[str, float], ...]:
    """Quantities whose log errors make up that of an indicator, with their signs."""
    made_of = (MADE_OF.get(name, name), 1.0)
    return (made_of, (OVER[name], -1.0)) if name in OVER else (made_of,)


def covariance(size: Size, cells: Sequence[tuple[str, int]], record_end: int) -> Floats:
    """Covariance of the log errors of (indicator, year) cells [cell, cell]: a random walk in years, nothing up to the record's end."""
    horizon = np.array([max(0, year - record_end) for _, year in cells], float)
    quantities = list(dict.fromkeys(part for name, _ in cells for part, _ in parts_of(name)))
    at_five = np.array([[size.variance(a, b) for b in quantities] for a in quantities])
    loading = np.zeros((len(cells), len(quantities)))
    for k, (name, _) in enumerate(cells):
        for part, sign in parts_of(name):
            loading[k, quantities.index(part)] = sign
    found: Floats = np.minimum.outer(horizon, horizon) / 5.0 * (loading @ at_five @ loading.T)
    return found


def errors(size: Size, seed: int, runs: npt.NDArray[np.int64], steps: int) -> Floats:
    """Log errors of every indicator, year by year after the record [run, step, indicator], keyed by seed and run."""
    from scipy.special import ndtri  # a quarter of a second to import, and one run is shown as it is

    many = 1 + len(INDICATOR_IDS)
    z = ndtri(uniforms(seed, runs, steps * many, ORDINAL, DISCREPANCY)).reshape(len(runs), steps, many)
    yearly = size.sd_at_five_years * (np.sqrt(size.shared) * z[:, :, :1] + np.sqrt(1.0 - size.shared) * z[:, :, 1:])
    for name in VINTAGE:
        k = INDICATOR_IDS.index(name)
        yearly[:, :, k] = size.vintages.get(name, 0.0) * z[:, :, 1 + k]
    walk: Floats = np.cumsum(yearly, axis=1) / np.sqrt(5.0)
    return walk


def widened(region: Region, outcomes: Outcomes, size: Size | None = None) -> Outcomes:
    """The same runs with the model's error after the record's last year; the plain outcomes keep the digest."""
    end = region.settings.years.record_end
    late = [k for k, year in enumerate(outcomes.years) if year > end]
    if not late:
        return outcomes
    numbers = np.arange(outcomes.first_run, outcomes.first_run + outcomes.runs, dtype=np.int64)
    return with_errors(outcomes, late, errors(size or size_of(region), outcomes.seed, numbers, len(late)))


def of_odds(share: Floats, error: Floats) -> Floats:
    """A share [%] whose odds are off by a log error; 0 and 100 stay what they are."""
    grown = share * np.exp(error)
    with np.errstate(invalid="ignore"):
        found: Floats = np.where(share >= 100.0, 100.0, 100.0 * grown / (100.0 - share + grown))
    return found


def with_errors(outcomes: Outcomes, late: Sequence[int], error: Floats) -> Outcomes:
    """Runs with given log errors [run, step, indicator] on the rows of the late years."""
    values = outcomes.values.copy()
    for k, name in enumerate(outcomes.indicators):
        if name in MADE_OF or name in EXACT:
            continue
        for step, row in enumerate(late):
            if name in SHARES:
                values[:, row, k] = of_odds(values[:, row, k], error[:, step, k])
            else:
                values[:, row, k] *= np.exp(error[:, step, k])
    return outcomes.with_values(_derived(outcomes, values, late))


def _derived(outcomes: Outcomes, values: npt.NDArray[np.float64], late: Sequence[int]) -> npt.NDArray[np.float64]:
    """Ratios and rates again, so that no table contradicts itself; each keeps the way it was published."""
    at = {name: k for k, name in enumerate(outcomes.indicators)}

    def factor(name: str, row: int) -> npt.NDArray[np.float64]:
        before, after = outcomes.values[:, row, at[name]], values[:, row, at[name]]
        return np.where(before > 0.0, after / np.where(before > 0.0, before, 1.0), 1.0)

    for row in late:
        for name in MADE_OF.keys() - GROWS_SINCE.keys():
            for part, sign in parts_of(name):
                values[:, row, at[name]] *= factor(part, row) ** sign
        for name, base in GROWS_SINCE.items():
            years = outcomes.years[row] - base
            rate = 1.0 + values[:, row, at[name]] / 100.0
            values[:, row, at[name]] = 100.0 * (rate * factor(MADE_OF[name], row) ** (1.0 / years) - 1.0)
    return values
