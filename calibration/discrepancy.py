"""What the model may have wrong, carried into the years after the record: the one place where it is added.

A correlated error per indicator that grows with the root of the horizon, on top of simulated outcomes and never inside
their digest. Its size is judgement (D) until backcasts and leave-one-out errors scale it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from agents.luck import DISCREPANCY
from sim.draws import uniforms
from sim.indicators import INDICATOR_IDS
from sim.outcomes import Outcomes
from sim.region import Region

SD_AT_FIVE_YEARS = 0.10  # of the log of a quantity, five years after the record (D)
SHARED = 0.5  # part of the error's variance that all indicators of a run share (D)
ORDINAL = 9  # key of these draws

#: Ratios and rates, and other readings, follow from the quantities they are made of.
DERIVED = frozenset(
    {"rd_share_of_gdp", "patents_per_10k", "rd_growth", "rd_growth@base2019", "patents_per_10k@precensus", "incubation_platforms@16"}
)
#: Not forecast by the model but chosen by policy or taken from the environment.
EXACT = frozenset({"public_money", "rd_public_total", "population", "gdp"})


SHARES = frozenset({"strategic_emerging_share", "digital_core_share", "high_tech_output_share"})  # %, never above 100


def widened(region: Region, outcomes: Outcomes) -> Outcomes:
    """The same runs with discrepancy added after the record's last year; the plain outcomes keep the digest."""
    end = region.settings.years.record_end
    late = [k for k, year in enumerate(outcomes.years) if year > end]
    if not late:
        return outcomes
    numbers = np.arange(outcomes.first_run, outcomes.first_run + outcomes.runs, dtype=np.int64)
    z = stats.norm.ppf(uniforms(outcomes.seed, numbers, 1 + len(INDICATOR_IDS), ORDINAL, DISCREPANCY))
    error = np.sqrt(SHARED) * z[:, :1] + np.sqrt(1.0 - SHARED) * z[:, 1:]
    values = outcomes.values.copy()
    for k, name in enumerate(outcomes.indicators):
        if name in DERIVED or name in EXACT:
            continue
        for row in late:
            growth = np.sqrt((outcomes.years[row] - end) / 5.0)
            values[:, row, k] *= np.exp(SD_AT_FIVE_YEARS * growth * error[:, k])
            if name in SHARES:
                values[:, row, k] = np.minimum(100.0, values[:, row, k])
    return outcomes.with_values(_derived(outcomes, values, late))


def _derived(outcomes: Outcomes, values: npt.NDArray[np.float64], late: list[int]) -> npt.NDArray[np.float64]:
    """Ratios and rates again, so that no table contradicts itself; each keeps the way it was published."""
    at = {name: k for k, name in enumerate(outcomes.indicators)}

    def factor(name: str, row: int) -> npt.NDArray[np.float64]:
        before, after = outcomes.values[:, row, at[name]], values[:, row, at[name]]
        return np.where(before > 0.0, after / np.where(before > 0.0, before, 1.0), 1.0)

    for row in late:
        values[:, row, at["rd_share_of_gdp"]] *= factor("rd_expenditure", row)
        for name in ("patents_per_10k", "patents_per_10k@precensus"):
            values[:, row, at[name]] *= factor("patents", row)
        values[:, row, at["incubation_platforms@16"]] *= factor("incubation_platforms", row)
        for name, base in (("rd_growth", 2020), ("rd_growth@base2019", 2019)):
            years = outcomes.years[row] - base
            rate = 1.0 + values[:, row, at[name]] / 100.0
            values[:, row, at[name]] = 100.0 * (rate * factor("rd_expenditure", row) ** (1.0 / years) - 1.0)
    return values
