"""Scores of a forecast, worked out by hand; and that on truths of the model itself intervals hold what they should."""

import json
from dataclasses import replace

import jsonschema
import numpy as np
import pytest

from tests.calibration.walks import figure, published, walks
from tests.experiments.synthetic import outcomes
from yidu.calibration.actuals import Actual, Actuals
from yidu.calibration.discrepancy import Size, widened
from yidu.experiments.judging.answer import to_json
from yidu.experiments.schemas import SCHEMAS
from yidu.experiments.validate.answer import ScoreAnswer, ValidateAnswer
from yidu.experiments.validate.compute import crps_in_logs, growth_on_record, score, validate
from yidu.sim.region import Region

CONTRACT = [
    "indicator", "period", "actual", "median", "p05", "p95", "inside_90", "crps", "crps_last_growth", "crps_no_change",
]  # fmt: skip


def scored(region: Region, values: list[float], one: Actual, draws: str = "posterior") -> ValidateAnswer:
    runs = outcomes(region, {one.indicator: values}, runs=len(values), draws=draws)
    return validate(region, "status_quo", runs, runs, Actuals("a.csv", (one,))).answer()


def row_of(region: Region, values: list[float], one: Actual) -> ScoreAnswer:
    return scored(region, values, one).scores[0]


def test_crps_is_the_mean_error_less_half_the_mean_difference(dadukou: Region):
    runs = [400.0, 500.0, 700.0]
    by_hand = np.mean([abs(x - 450.0) for x in runs]) - 0.5 * np.mean([[abs(x - y) for x in runs] for y in runs])
    assert row_of(dadukou, runs, figure("tech_enterprises", 2025, 450.0)).crps == pytest.approx(by_hand, rel=1e-4)


def test_quantiles_place_and_bias_of_a_figure(dadukou: Region):
    row = row_of(dadukou, [float(x) for x in range(100, 201)], figure("tech_enterprises", 2025, 160.0))
    assert (row.median, row.p05, row.p25, row.p75, row.p95) == (150.0, 105.0, 125.0, 175.0, 195.0)
    assert row.inside_50 and row.inside_90
    assert row.pit == pytest.approx(60.5 / 101, abs=1e-4)  # sixty runs below, the tie counted half
    assert row.bias == pytest.approx(150.0 / 160.0 - 1.0, abs=1e-6)


@pytest.mark.parametrize("actual, fifty, ninety", [(106.0, False, True), (104.0, False, False), (196.0, False, False)])
def test_a_figure_outside_is_outside(dadukou: Region, actual: float, fifty: bool, ninety: bool):
    row = row_of(dadukou, [float(x) for x in range(100, 201)], figure("tech_enterprises", 2025, actual))
    assert (row.inside_50, row.inside_90) == (fifty, ninety)


def test_the_naive_forecasters_say_the_last_level_and_the_last_growth(dadukou: Region):
    # The register: 64 at the end of 2015, 301 at the end of 2020.
    growth = (301.0 / 64.0) ** 0.2
    assert growth_on_record("tech_enterprises", dadukou) == pytest.approx(growth)
    row = row_of(dadukou, [500.0, 600.0], figure("tech_enterprises", 2025, 550.0))
    assert row.no_change == 301.0 and row.crps_no_change == 249.0 and row.base_year == 2020
    assert row.last_growth == pytest.approx(301.0 * growth**5, rel=1e-5)
    assert row.skill_no_change == pytest.approx(1.0 - row.crps / 249.0, abs=1e-5)


def test_the_last_growth_starts_at_the_year_of_the_last_level(dadukou: Region):
    # 3.98 % of GDP is a figure of 2019, so 2021 is two years on; 2.14 % in 2015 is the likelier reading.
    row = score(dadukou, outcomes(dadukou), figure("rd_share_of_gdp", 2021, 4.2))
    assert row.base_year == 2019 and row.last_growth == pytest.approx(3.98 * (3.98 / 2.14) ** (2 / 4), rel=1e-5)


def test_growth_of_gdp_is_that_of_its_series(dadukou: Region):
    known = dadukou.settings.gdp.known
    assert growth_on_record("gdp", dadukou) == pytest.approx(known[2020] / known[2019])


def test_without_a_record_there_is_no_naive_forecaster(dadukou: Region):
    row = row_of(dadukou, [50.0, 60.0], figure("high_end_talent", 2025, 55.0))
    assert row.crps is not None and row.crps_no_change is row.crps_last_growth is row.skill_no_change is row.base_year is None


def test_an_indicator_without_values_is_left_out_and_said(dadukou: Region):
    answer = scored(dadukou, [np.nan, np.nan], figure("tech_enterprises", 2025, 300.0))
    assert answer.figures == 0 and answer.coverage_90 is None and answer.scores[0].inside_90 is None
    assert any(warning.startswith("no_record") for warning in answer.warnings)


def test_scores_in_logs_compare_figures_of_any_size(dadukou: Region):
    small = crps_in_logs(np.array([9.0, 11.0]), figure("rd_platforms", 2025, 10.0))
    large = crps_in_logs(np.array([900.0, 1100.0]), figure("rd_platforms", 2025, 1000.0))
    assert small == pytest.approx(large)
    assert crps_in_logs(np.array([9.0, 11.0]), figure("rd_platforms", 2025, 0.0)) is None
    assert crps_in_logs(np.array([-5.0]), figure("rd_growth", 2025, 0.0)) == pytest.approx(-np.log(0.95))


def test_the_ratio_is_to_the_better_naive_forecaster_and_never_to_less_than_the_tolerance(dadukou: Region):
    row = row_of(dadukou, [310.0, 320.0], figure("tech_enterprises", 2025, 301.0))
    assert row.crps_no_change == 0.0
    answer = scored(dadukou, [310.0, 320.0], figure("tech_enterprises", 2025, 301.0))
    assert answer.mean_crps_ratio == pytest.approx(row.crps / (0.02 * 301.0), rel=1e-4)


def test_few_figures_and_figures_of_one_year_are_warned_of(dadukou: Region):
    runs = outcomes(dadukou)
    few = Actuals("a.csv", (figure("tech_enterprises", 2021, 300.0), figure("otc_listed", 2021, 20.0)))
    codes = [notice.code for notice in validate(dadukou, "status_quo", runs, runs, few).notices]
    assert "few_figures" in codes and "not_independent" in codes and "prior_only" not in codes
    one = Actuals("a.csv", (figure("tech_enterprises", 2021, 300.0),))
    prior = replace(runs, draws="prior")
    codes = [notice.code for notice in validate(dadukou, "status_quo", prior, prior, one).notices]
    assert "not_independent" not in codes and "prior_only" in codes


def test_the_answer_holds_against_the_published_schema_and_keeps_the_order_of_its_keys(dadukou: Region):
    tree = json.loads(to_json(scored(dadukou, [500.0, 600.0], figure("tech_enterprises", 2025, 550.0))))
    jsonschema.validate(tree, json.loads((SCHEMAS / "validate.json").read_text(encoding="utf-8")))
    assert list(tree)[:3] == ["scores", "coverage_90", "mean_crps_ratio"]
    assert list(tree["scores"][0])[: len(CONTRACT)] == CONTRACT


def test_on_truths_of_the_model_intervals_hold_what_they_say(dadukou: Region):
    size = Size(0.15, 0.5)
    forecast = widened(dadukou, walks(dadukou, 1500, seed=1), size)
    truths = widened(dadukou, replace(walks(dadukou, 100, seed=2), seed=2), size)
    cells = [(name, year) for name in ("tech_enterprises", "rd_expenditure", "patents") for year in (2021, 2023, 2025)]
    fifty, ninety = [], []
    for run in range(truths.runs):
        answer = validate(dadukou, "toy", forecast, forecast, published(truths, run, cells, seed=run)).answer()
        fifty.append(answer.coverage_50)
        ninety.append(answer.coverage_90)
    for held, level in ((fifty, 0.5), (ninety, 0.9)):
        error = np.std(held) / np.sqrt(len(held))  # truths are independent, the figures of one are not
        assert abs(np.mean(held) - level) < 3.0 * error + 0.01
    assert np.std(ninety) > np.sqrt(0.9 * 0.1 / len(cells))  # which is why the binomial error is too small
