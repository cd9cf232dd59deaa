"""A district made by hand whose amounts grow as random walks in logs: what figures teach of it can be worked out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.experiments.synthetic import outcomes
from yidu.calibration.actuals import Actual, Actuals, usual_tolerance
from yidu.sim.outcomes import Outcomes
from yidu.sim.pack import UNITS
from yidu.sim.region import Region

END = 2020
START = {"tech_enterprises": 301.0, "rd_expenditure": 10.0, "patents": 713.0, "rd_platforms": 47.0}
#: Growth [log/yr], how far one of the first two parameters moves it, and the sd of a year's luck.
GROWTH, MOVES, LUCK = 0.08, 0.05, 0.03
DRIVEN_BY = {"tech_enterprises": 0, "rd_expenditure": 1, "patents": 0, "rd_platforms": 1}


def walks(region: Region, runs: int, seed: int) -> Outcomes:
    """Runs of that district; the first two parameters are standard normal, the rest does not vary. All other counts are zero."""
    rng = np.random.default_rng(seed)
    made = outcomes(region, runs=runs)
    parameters = np.zeros((runs, len(made.parameter_names)))
    parameters[:, :2] = rng.standard_normal((runs, 2))
    values = np.zeros_like(made.values)
    at = made.indicators.index
    walk = {name: np.zeros(runs) for name in START}
    for k, year in enumerate(made.years):
        horizon = max(0, year - END)
        for name, start in START.items():
            if horizon:
                walk[name] = walk[name] + LUCK * rng.standard_normal(runs)
            growth = GROWTH + MOVES * parameters[:, DRIVEN_BY[name]]
            values[:, k, at(name)] = start * np.exp(horizon * growth + walk[name])
        values[:, k, at("gdp")] = 250.0 * 1.06**horizon
        values[:, k, at("rd_share_of_gdp")] = 100.0 * values[:, k, at("rd_expenditure")] / values[:, k, at("gdp")]
        values[:, k, at("patents_per_10k")] = values[:, k, at("patents")] / 42.0
        if horizon:
            values[:, k, at("rd_growth")] = 100.0 * ((values[:, k, at("rd_expenditure")] / 10.0) ** (1.0 / horizon) - 1.0)
    return replace(made, values=values, parameters=parameters, seed=seed)


def figure(indicator: str, year: int, value: float, row: int = 2) -> Actual:
    """A figure with the usual tolerance."""
    return Actual(indicator, year, value, usual_tolerance(indicator, value), UNITS[indicator], "made up", row)


def published(truth: Outcomes, run: int, cells: list[tuple[str, int]], seed: int) -> Actuals:
    """What would be published of one run: its values with an error of the usual tolerance."""
    rng = np.random.default_rng(seed)
    rows = []
    for row, (indicator, year) in enumerate(cells, 2):
        value = float(truth.of(indicator, year)[run])
        value = max(0.0, value + usual_tolerance(indicator, value) * float(rng.standard_normal()))
        rows.append(figure(indicator, year, value, row))
    return Actuals("made_up.csv", tuple(rows))
