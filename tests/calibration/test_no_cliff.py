"""The record ends in 2020 and the district does not: under the status quo every stock goes on as it went, or a dated rule says why."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from yidu.calibration.manifest import posterior
from yidu.sim.ensemble import simulate
from yidu.sim.indicators import INDICATOR
from yidu.sim.outcomes import Outcomes
from yidu.sim.region import Region, load

pytestmark = pytest.mark.fast

MODEL = (Path(__file__).resolve().parents[2] / "docs" / "model.md").read_text(encoding="utf-8")
RUNS = 200

STOCKS = (
    "tech_enterprises", "tech_enterprises_above_scale", "high_tech_enterprises", "rd_platforms", "otc_listed", "high_end_talent",
    "incubation_platforms", "specialised_smes", "postdoc_stations", "patents", "science_staff", "rd_expenditure", "jobs",
)  # fmt: skip

DATED = {
    (
        "dadukou",
        "specialised_smes",
        2022,
    ): "specialised_regime",  # stricter criteria: holders under the city's list fall out at their review
    ("chongqing", "specialised_smes", 2022): "specialised_regime",
    ("dadukou", "patents", 2022): "filing_subsidy",  # filing subsidies end by steps from 2021
    ("chongqing", "patents", 2022): "filing_subsidy",
    ("chongqing", "jobs", 2022): "sector_demand",  # the demand that 2020 lost is back: jobs grow as before, from a larger stock
}
"""Flows that may leave the range, by region, indicator and first year: the field of the environment whose path says why."""

BOUNDED: dict[str, str] = {
    "rd_platforms": "hosts_room",  # a firm carries one platform, a giant six
    "incubation_platforms": "incubator_market_rate",  # openings do not grow, and old empty ones close
}
"""Stocks that may come to rest, with the rule or parameter that bounds them, which docs/model.md names."""


@cache
def runs(name: str) -> tuple[Region, Outcomes, Outcomes]:
    """The region's fit over the record as simulated, and from it to 2025 as met with the record."""
    region = load(name)
    fit = posterior(region)
    to_2020 = simulate(region, region.levers, scenario="record", runs=RUNS, seed=5, until=2020, draws=fit, reconcile=False)
    return region, to_2020, simulate(region, region.levers, runs=RUNS, seed=5, until=2025, draws=fit)


def flow(outcomes: Outcomes, indicator: str, year: int) -> float:
    """Median change of a stock in a year, in its unit: mean of the middle fifth of the runs, as counts of a few are whole."""
    change = np.sort(outcomes.of(indicator, year) - outcomes.of(indicator, year - 1))
    middle = change[int(0.4 * change.size) : int(0.6 * change.size)]
    return float(middle.mean())


def bounds(flows: list[float], unit: float) -> tuple[float, float]:
    """The range of some flows, widened by half of what they are, and by one thing counted."""
    low, high = min(flows), max(flows)
    return low - 0.5 * abs(low) - unit, high + 0.5 * abs(high) + unit


def test_flows_that_halve_are_within_and_those_that_stop_are_not():
    low, high = bounds([59.0, 59.0, 48.0], 1.0)
    assert low < 25.0 and high > 88.0 and not low < 0.0 and not 100.0 < high
    assert bounds([-2.0, 4.0], 0.0) == (-3.0, 6.0)


@pytest.mark.slow
@pytest.mark.parametrize("year", [2021, 2022])
@pytest.mark.parametrize("indicator", STOCKS)
@pytest.mark.parametrize("name", ["dadukou", "chongqing"])
def test_nothing_falls_off_a_cliff_at_the_end_of_the_record(name: str, indicator: str, year: int) -> None:
    region, to_2020, after = runs(name)
    unit = region.settings.scale if INDICATOR[indicator].unit in ("家", "个", "人", "件") else 0.05
    low, high = bounds([flow(to_2020, indicator, before) for before in (2018, 2019, 2020)], unit)
    now = flow(after, indicator, year)
    why = next((field for (*flow_of, since), field in DATED.items() if flow_of == [name, indicator] and year >= since), None)
    if why is not None:
        path = region.environment.yearly(why)
        assert path[year - 2015] != path[2020 - 2015], f"{why} changes nothing by {year}"
        return
    assert low <= now <= high, f"{now:.4g} in {year}; 2018-2020 allow {low:.4g} to {high:.4g}"


@pytest.mark.slow
@pytest.mark.parametrize("indicator", [one for one in STOCKS if one not in BOUNDED])
@pytest.mark.parametrize("name", ["dadukou", "chongqing"])
def test_no_stock_comes_to_rest_by_2025_but_by_a_rule_that_is_named(name: str, indicator: str) -> None:
    region, to_2020, after = runs(name)
    usual = np.mean([flow(to_2020, indicator, before) for before in (2018, 2019, 2020)])
    late = np.mean([flow(after, indicator, year) for year in (2024, 2025)])
    unit = region.settings.scale if INDICATOR[indicator].unit in ("家", "个", "人", "件") else 0.05
    assert late > 0.25 * usual - unit, f"{late:.4g} a year in 2024-25, {usual:.4g} in 2018-20"


@pytest.mark.parametrize("indicator", BOUNDED)
def test_what_bounds_a_stock_is_described(indicator: str) -> None:
    section = MODEL.partition("### 4.22 What bounds a stock")[2]
    (row,) = (line for line in section.splitlines() if line.startswith("|") and f"`{indicator}`" in line.split("|")[1])
    assert f"`{BOUNDED[indicator]}`" in row
