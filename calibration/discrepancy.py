"""What the model may have wrong, carried into the years after the record: the one place where it is added.

An error per indicator that is correlated between indicators and grows as a random walk does, on top of simulated outcomes and never
inside their digest. Its size comes with the fit, scaled there on facts the fit did not see (``calibration.leave_out``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from agents.luck import DISCREPANCY
from calibration.manifest import manifest_of
from sim.draws import uniforms
from sim.indicators import INDICATOR_IDS
from sim.outcomes import Outcomes
from sim.region import Region

Floats = npt.NDArray[np.float64]

SHARED = 0.5
"""Part of the error's variance that all indicators of a run share (D)."""

UNKNOWN = 0.2
"""Size of the error where no fit has scaled it: the scale of the belief that a fit starts from [log] (D)."""

ORDINAL = 9  # key of these draws

#: Ratios, rates and other readings follow from the quantity they are made of; its error is theirs.
MADE_OF = {
    "rd_share_of_gdp": "rd_expenditure", "rd_growth": "rd_expenditure", "rd_growth@base2019": "rd_expenditure",
    "patents_per_10k": "patents", "patents_per_10k@precensus": "patents", "incubation_platforms@16": "incubation_platforms",
}  # fmt: skip
#: Year that a mean yearly growth [%/年] starts from.
GROWS_SINCE = {"rd_growth": 2020, "rd_growth@base2019": 2019}
#: Not forecast by the model but chosen by policy or taken from the environment.
EXACT = frozenset({"public_money", "rd_public_total", "population", "gdp"})

SHARES = frozenset({"strategic_emerging_share", "digital_core_share", "high_tech_output_share"})
"""Parts of a whole, in %: their error is one of the log odds, so they stay between 0 and 100."""


class Size(NamedTuple):
    """How large the model's error is.

    Attributes:
        sd_at_five_years: standard deviation of the log of a quantity, five years after the record.
        shared: part of its variance that all indicators of a run share.
    """

    sd_at_five_years: float
    shared: float


def size_of(region: Region) -> Size:
    """The size that came with the region's fit; the belief before any error was seen where there is none."""
    manifest = manifest_of(region) or {}
    found = manifest.get("after", {})
    return Size(float(found.get("sd_at_five_years", UNKNOWN)), float(found.get("shared", SHARED)))


def covariance(size: Size, cells: Sequence[tuple[str, int]], record_end: int) -> Floats:
    """Covariance of the log errors of (indicator, year) cells [cell, cell]: a random walk in years, nothing up to the record's end."""
    base = [MADE_OF.get(name, name) for name, _ in cells]
    horizon = np.array([max(0, year - record_end) for _, year in cells], float)
    kind = np.array([[1.0 if a == b else size.shared for b in base] for a in base])
    exact = np.array([name not in EXACT for name in base], float)
    found: Floats = size.sd_at_five_years**2 * np.minimum.outer(horizon, horizon) / 5.0 * kind * np.outer(exact, exact)
    return found


def errors(size: Size, seed: int, runs: npt.NDArray[np.int64], steps: int) -> Floats:
    """Log errors of every indicator, year by year after the record [run, step, indicator], keyed by seed and run."""
    from scipy.special import ndtri  # a quarter of a second to import, and one run is shown as it is

    many = 1 + len(INDICATOR_IDS)
    z = ndtri(uniforms(seed, runs, steps * many, ORDINAL, DISCREPANCY)).reshape(len(runs), steps, many)
    yearly = np.sqrt(size.shared) * z[:, :, :1] + np.sqrt(1.0 - size.shared) * z[:, :, 1:]
    walk: Floats = size.sd_at_five_years / np.sqrt(5.0) * np.cumsum(yearly, axis=1)
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
        for name in ("rd_share_of_gdp", "patents_per_10k", "patents_per_10k@precensus", "incubation_platforms@16"):
            values[:, row, at[name]] *= factor(MADE_OF[name], row)
        for name, base in GROWS_SINCE.items():
            years = outcomes.years[row] - base
            rate = 1.0 + values[:, row, at[name]] / 100.0
            values[:, row, at[name]] = 100.0 * (rate * factor(MADE_OF[name], row) ** (1.0 / years) - 1.0)
    return values
