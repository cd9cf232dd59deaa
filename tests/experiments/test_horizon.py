"""Values reached with a probability: the right order statistic, its error, its rounding, and what a longer horizon does to it."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.calibration.walks import figure
from tests.experiments.synthetic import outcomes
from yidu.calibration.actuals import Actuals
from yidu.calibration.discrepancy import Size, errors, widened
from yidu.experiments.judging.answer import to_json
from yidu.experiments.scenarios.scenario import load
from yidu.experiments.targets.answer import TargetsAnswer
from yidu.experiments.targets.compute import (
    HEADLINES,
    PROBABILITIES,
    attainable,
    attainable_rows,
    checked_horizon,
    kept,
    rests_of,
    run_targets,
)
from yidu.sim.errors import InputError
from yidu.sim.region import REGIONS, Region
from yidu.sim.region import load as load_region


def of(values, probability, sense=">=", unit="%", effective=None):
    table = np.asarray(values, float)
    return attainable(table, probability, sense, unit, len(table) if effective is None else effective)


# --- which value


def test_seven_of_ten_runs_reach_the_value_of_seventy_percent():
    ten = [101.0, 102.0, 103.0, 104.0, 105.0, 106.0, 107.0, 108.0, 109.0, 110.0]
    assert of(ten, 0.7).value == 104.0 and of(ten, 0.7).reached == 0.7
    assert of(ten, 0.9).value == 102.0 and of(ten, 0.5).value == 106.0
    assert of(ten, 0.7, "<=").value == 107.0 and of(ten, 0.7, "<=").reached == 0.7


@given(
    st.lists(st.floats(0.0, 1e5, allow_nan=False), min_size=1, max_size=60),
    st.sampled_from(PROBABILITIES),
    st.sampled_from([">=", "<="]),
    st.sampled_from(["家", "%", "亿元"]),
)
def test_the_value_given_is_reached_at_least_that_often(values, probability, sense, unit):
    found = of(values, probability, sense, unit)
    assert found.reached >= probability - 1e-9
    assert found.low <= found.unrounded * (1.0 + 1e-5) and found.unrounded <= found.high * (1.0 + 1e-5)
    assert found.low <= found.value <= found.high
    assert unit != "家" or (found.low == round(found.low) and found.high == round(found.high))
    hard, easy = (found.unrounded, found.value) if sense == ">=" else (found.value, found.unrounded)
    assert easy <= hard * (1.0 + 1e-5) and abs(found.value - found.unrounded) <= max(1.0, 0.01 * abs(found.unrounded)) + 1e-5


def test_what_is_surer_is_lower():
    rng = np.random.default_rng(1)
    values = rng.normal(500.0, 60.0, 400)
    sure = [of(values, probability).unrounded for probability in PROBABILITIES]
    assert sure == sorted(sure, reverse=True) and len(set(sure)) == 3


def test_the_interval_holds_the_true_value_two_times_in_three():
    rng = np.random.default_rng(2)
    held = []
    for _ in range(400):
        found = of(rng.uniform(0.0, 1.0, 200), 0.7)
        held.append(found.low <= 0.3 <= found.high)
    assert 0.60 <= np.mean(held) <= 0.76


def test_runs_that_are_worth_fewer_have_a_wider_interval():
    values = np.random.default_rng(3).normal(500.0, 60.0, 400)
    full, few = of(values, 0.7), of(values, 0.7, effective=40.0)
    assert full.unrounded == few.unrounded and full.mc_error < few.mc_error
    assert few.low < full.low and few.high > full.high


def test_without_a_value_there_is_none():
    found = of([], 0.7)
    assert (found.value, found.low, found.reached, found.mc_error) == (None, None, None, None)


def test_a_published_figure_is_certain():
    found = attainable(np.full(50, 360.0), 0.9, ">=", "家", 50, published=True)
    assert (found.value, found.low, found.high, found.reached, found.mc_error) == (360.0, 360.0, 360.0, 1.0, 0.0)


def test_a_forecast_is_never_certain_though_every_run_agrees():
    assert of([360.0] * 50, 0.9, unit="家").mc_error > 0.0


@pytest.mark.parametrize(
    "value, sense, unit, rounded",
    [
        (587.97, ">=", "家", 587.0),
        (587.03, "<=", "家", 588.0),
        (0.7, ">=", "家", 0.0),
        (10428.7, ">=", "人", 10400.0),
        (10428.7, "<=", "人", 10500.0),
        (15.943, ">=", "亿元", 15.9),
        (3.98, ">=", "%", 3.98),
        (3.98, "<=", "%", 3.98),
        (-5.7766, ">=", "%/年", -5.78),
        (-5.7766, "<=", "%/年", -5.77),
        (0.0, ">=", "%", 0.0),
        (5e-324, ">=", "%", 0.0),
        (5e-324, "<=", "%", 1e-12),
    ],
)
def test_rounding_keeps_the_probability(value: float, sense: str, unit: str, rounded: float):
    assert kept(value, sense, unit) == rounded


# --- rows


def test_every_target_stands_on_the_scale_of_its_year(dadukou: Region):
    runs = outcomes(dadukou, {"tech_enterprises": list(range(501, 601))}, runs=100)
    rows = {(row.indicator, row.year): row for row in attainable_rows(dadukou, runs, 2025, 100.0)}
    row = rows["tech_enterprises", 2025]
    assert [one.value for one in row.values] == [551.0, 531.0, 511.0]
    assert row.present.target == 550.0 and row.present.target_year == 2025 and row.present.probability == 0.51
    assert rows["tech_enterprises", 2024].present.probability == 0.0
    assert {row.indicator for row in rows.values() if row.headline} == set(HEADLINES)
    assert {target.indicator for target in dadukou.targets} == {indicator for indicator, _ in rows}
    assert not any(row.extrapolation for row in rows.values())


def test_a_city_without_targets_has_rows_for_what_is_on_record():
    city = load_region("chongqing")
    rows = list(attainable_rows(city, outcomes(city, {"tech_enterprises": [40000.0] * 5}, runs=5), 2025, 5.0))
    assert {row.indicator for row in rows} >= {"tech_enterprises", "rd_expenditure"} and all(row.present is None for row in rows)
    assert "otc_listed" not in {row.indicator for row in rows}


def test_the_grade_is_that_of_what_carries_the_main_values(dadukou: Region):
    drawn = list(np.linspace(0.0, 1.0, 100))
    runs = outcomes(dadukou, {"rd_expenditure": [10.0 + 5.0 * one for one in drawn]}, runs=100, parameters={"rd_usercost_elast": drawn})
    rows = list(attainable_rows(dadukou, runs, 2025, 100.0))
    (row,) = [row for row in rows if (row.indicator, row.year) == ("rd_expenditure", 2025)]
    assert [carrier.parameter for carrier in row.carriers] == ["rd_usercost_elast"]
    assert row.grade == next(prior.grade[0] for prior in dadukou.priors if prior.parameter == "rd_usercost_elast") == "A"
    assert rests_of(rows, 2025).on == ("rd_usercost_elast",) and rests_of(rows, 2025).grade == "D"


# --- the horizon


def test_the_horizon_lies_after_the_record_and_within_the_table(dadukou: Region):
    assert checked_horizon(dadukou, None) == 2030 and checked_horizon(dadukou, 2035) == 2035
    for year in (2020, 2036, 30):
        with pytest.raises(InputError, match=f"the horizon {year} cannot be simulated; expected a year from 2021 to 2035"):
            checked_horizon(dadukou, year)


def test_what_the_model_may_have_wrong_goes_on_growing_to_the_horizon(dadukou: Region):
    years = tuple(range(2015, 2031))
    runs = outcomes(dadukou, runs=4000)
    ones = replace(runs, years=years, values=np.ones((4000, len(years), runs.values.shape[2])))
    size = Size(0.1, 0.5)
    judged = widened(dadukou, ones, size)
    spread = {year: float(np.log(judged.of("tech_enterprises", year)).std()) for year in (2020, 2021, 2025, 2030)}
    assert spread[2020] == 0.0
    assert spread[2025] == pytest.approx(0.1, rel=0.05) and spread[2030] == pytest.approx(0.1 * 2.0**0.5, rel=0.05)
    short, long = errors(size, 1, np.arange(5), 5), errors(size, 1, np.arange(5), 10)
    assert short.tobytes() == np.ascontiguousarray(long[:, :5]).tobytes()  # the same error in the years before


@pytest.fixture(scope="module")
def unfitted(tmp_path_factory: pytest.TempPathFactory) -> Region:
    pack = tmp_path_factory.mktemp("region") / "pack"
    shutil.copytree(REGIONS / "dadukou", pack, ignore=shutil.ignore_patterns("posterior"))
    return load_region(pack)


def test_a_longer_horizon_changes_no_year_before_it_and_marks_what_is_beyond(unfitted: Region):
    done: list[int] = []
    scenario = load(unfitted, "status_quo")
    short = run_targets(unfitted, scenario, horizon=2022, runs=6)
    long = run_targets(unfitted, scenario, horizon=2027, runs=6, progress=done.append)
    assert sum(done) == 6
    rows = {(row.indicator, row.year): row for row in long.answer.rows}
    assert all(rows[row.indicator, row.year] == row for row in short.answer.rows)
    assert {row.year for row in long.answer.rows if row.extrapolation} == {2026, 2027}
    assert {row.year for row in short.answer.rows} == {2021, 2022} and not any(row.extrapolation for row in short.answer.rows)
    codes = {notice.code for notice in long.notices}
    assert {"prior_only", "few_runs", "targets_extrapolated", "targets_held"} <= codes
    assert not {"targets_extrapolated", "targets_held"} & {notice.code for notice in short.notices}
    assert TargetsAnswer.model_validate_json(to_json(long.answer)) == long.answer


def test_it_starts_from_the_figures_where_there_are_any(unfitted: Region):
    scenario = load(unfitted, "status_quo")
    figures = Actuals("a.csv", (figure("tech_enterprises", 2021, 400.0),))
    plain = run_targets(unfitted, scenario, horizon=2026, runs=60)
    found = run_targets(unfitted, scenario, horizon=2026, actuals=figures, runs=60)
    assert found.answer.actuals == "a.csv" and 10.0 <= found.answer.effective < 60.0 == plain.answer.effective
    assert found.answer.digest == plain.answer.digest
    rows, before = ({(row.indicator, row.year): row for row in one.answer.rows} for one in (found, plain))
    assert [one.value for one in rows["tech_enterprises", 2021].values] == [400.0] * 3
    assert rows["tech_enterprises", 2021].published and not rows["tech_enterprises", 2022].published
    for year in (2022, 2026):  # 400 is far above what was forecast for 2021
        later, earlier = (one["tech_enterprises", year].values[1] for one in (rows, before))
        assert later.unrounded > earlier.unrounded, year
    assert {row.year for row in found.answer.rows} == set(range(2021, 2027))
