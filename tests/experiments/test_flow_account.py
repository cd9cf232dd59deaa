"""From 2020 to 2025 through the doors: nothing comes from nowhere."""

import numpy as np
import pytest

from tests.experiments.synthetic import YEARS, outcomes
from yidu.calibration.discrepancy import widened
from yidu.experiments.explain.flow_account import account, beside, doors_of
from yidu.experiments.scenarios.scenario import load
from yidu.sim.draws import PriorDraws
from yidu.sim.ensemble import simulate
from yidu.sim.flows import DOORS
from yidu.sim.indicators import INDICATORS

UNITS = {indicator.id: indicator.unit for indicator in INDICATORS}
COUNTED = [id for id in UNITS if doors_of(id)]


@pytest.fixture(scope="module")
def both(dadukou):
    """Thirty runs of the plan, and the same as they are judged."""
    plain = simulate(dadukou, load(dadukou, "plan").levers, runs=30, draws=PriorDraws(dadukou))
    return plain, widened(dadukou, plain)


def waterfall(both, indicator, year=2025):
    found = account(*both, indicator, UNITS[indicator], 2020, year)
    return {bar.part: bar for bar in found.bars}, [bar for bar in found.bars if bar.part in ("door", "outside", "denominator")]


@pytest.mark.parametrize("indicator", COUNTED)
def test_in_every_run_the_doors_add_up_to_the_change_of_a_count(both, indicator):
    for year in (2022, 2025):
        ends, changes = waterfall(both, indicator, year)
        change = both[0].of(indicator, year) - both[0].of(indicator, 2020)
        assert np.array_equal(sum((bar.values for bar in changes), np.zeros(30)), change)


@pytest.mark.parametrize("indicator", [one.id for one in INDICATORS if one.ratio])
def test_a_ratio_is_what_its_numerator_and_its_denominator_did_with_nothing_left_over(both, indicator):
    _, changes = waterfall(both, indicator)
    change = both[0].of(indicator, 2025) - both[0].of(indicator, 2020)
    assert sum(bar.values for bar in changes) == pytest.approx(change, rel=1e-9, abs=1e-9)
    assert [bar.part for bar in changes].count("denominator") == 1


@pytest.mark.parametrize("indicator", ["tech_enterprises", "patents_per_10k", "tech_projects"])
def test_from_the_end_of_the_record_to_what_the_target_is_judged_on(both, indicator):
    ends, changes = waterfall(both, indicator)
    assert np.array_equal(ends["start"].values, both[0].of(indicator, 2020))
    assert np.array_equal(ends["end"].values, both[1].of(indicator, 2025))
    whole = ends["start"].values + sum(bar.values for bar in changes) + ends["model_error"].values
    assert whole == pytest.approx(ends["end"].values, rel=1e-12)
    assert np.any(ends["model_error"].values)


def test_who_leaves_is_taken_away_and_who_comes_is_added(both):
    by_door = {bar.name: bar.values for bar in waterfall(both, "tech_enterprises")[1]}
    assert (by_door["tech_enterprises:closed"] <= 0.0).all() and by_door["tech_enterprises:closed"].sum() < 0.0
    assert by_door["tech_enterprises:registered"].sum() > 0.0


def test_more_people_make_fewer_patents_a_head(both):
    (less,) = [bar.values for bar in waterfall(both, "patents_per_10k")[1] if bar.part == "denominator"]
    grew = both[0].of("population", 2025) > both[0].of("population", 2020)
    assert (less[grew] < 0.0).all() and grew.any()


@pytest.mark.parametrize("indicator", ["rd_expenditure", "rd_growth", "fund_scale", "strategic_emerging_share", "knowledge_loans_total"])
def test_what_passes_through_no_door_has_no_account(both, indicator):
    assert account(*both, indicator, UNITS[indicator], 2020, 2025) is None


def test_means_in_the_table_add_up_to_the_end(both):
    rows = account(*both, "high_tech_enterprises", "家", 2020, 2025).rows()
    assert rows[0].part == "start" and rows[-1].part == "end"
    assert sum(row.mean for row in rows[:-1]) == pytest.approx(rows[-1].mean, rel=1e-4)


def test_a_run_without_a_value_is_left_out_and_counted(dadukou):
    made = outcomes(dadukou, {"tech_enterprises": [5.0, np.nan, 7.0]}, runs=3)
    found = account(made, made, "tech_enterprises", "家", 2020, 2025)
    assert found.dropped == 1 and all(bar.values.size == 2 for bar in found.bars)


def test_only_the_years_after_the_record_are_counted(dadukou):
    made = outcomes(dadukou, {"otc_listed": [3.0]}, runs=1)
    made.flows[0, :, DOORS.index("otc_listed:listed")] = [100.0] * YEARS.index(2021) + [1.0, 1.0, 1.0, 1.0, 0.0]
    made.flows[0, YEARS.index(2024), DOORS.index("otc_listed:delisted")] = 1.0
    doors = {bar.name: float(bar.values[0]) for bar in account(made, made, "otc_listed", "家", 2020, 2025).bars if bar.part == "door"}
    assert doors == {"otc_listed:listed": 4.0, "otc_listed:delisted": -1.0}


def test_what_stands_beside_is_a_door_and_no_part_of_the_sum(both):
    for one in INDICATORS:
        assert set(one.beside) <= set(DOORS) and not set(one.beside) & set(doors_of(one.id)), one.id
    assert all(row.mean >= 0.0 for row in beside(both[0], "tech_enterprises", 2020, 2025))
