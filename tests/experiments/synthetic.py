"""Outcomes made by hand, so that an answer can be worked out beside the one that is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from yidu.sim.indicators import INDICATOR_IDS
from yidu.sim.ledger import LINE_IDS, LINES
from yidu.sim.outcomes import DOORS, Outcomes
from yidu.sim.region import Region
from yidu.sim.world import ADJUSTMENTS

YEARS = tuple(range(2015, 2026))


def outcomes(
    region: Region,
    values: Mapping[str, Sequence[float]] | None = None,
    *,
    runs: int = 10,
    parameters: Mapping[str, Sequence[float]] | None = None,
    readings: Mapping[str, Sequence[int]] | None = None,
    spent: float = 100.0,
    adjusted: Mapping[str, Sequence[float]] | None = None,
    draws: str = "posterior",
) -> Outcomes:
    """Runs whose indicators are 0 in every year but where `values` gives the level of 2025, one number a run.

    `spent`: what the district pays on each of its lines in each year of the plan [万元].
    """
    table = np.zeros((runs, len(YEARS), len(INDICATOR_IDS)))
    for indicator, given in (values or {}).items():
        table[:, YEARS.index(2025), INDICATOR_IDS.index(indicator)] = given
    money = np.zeros((runs, len(YEARS), len(LINE_IDS)))
    for i, line in enumerate(LINES):
        if line.payer == "district":
            money[:, YEARS.index(2021) :, i] = spent * 1e4
    names = tuple(prior.parameter for prior in region.priors)
    drawn = np.zeros((runs, len(names)))
    for name, given in (parameters or {}).items():
        drawn[:, names.index(name)] = given
    changed = np.zeros((runs, len(ADJUSTMENTS)))
    for name, given in (adjusted or {}).items():
        changed[:, ADJUSTMENTS.index(name)] = given
    return Outcomes(
        region=region.name, scenario="status_quo", environment="baseline", seed=1, first_run=0, draws=draws,
        years=YEARS, values=table, flows=np.zeros((runs, len(YEARS), len(DOORS))), money=money,
        adjusted=changed, parameters=drawn, parameter_names=names,
        readings={fact: np.asarray(which, dtype=np.int8) for fact, which in (readings or {}).items()},
        reading_names={
            fact: tuple(row.reading for row in region.readings(fact)) for fact in (readings or {})
        },
    )  # fmt: skip
