"""How likely each target is, worked out by hand on runs made by hand."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tests.experiments.synthetic import outcomes
from yidu.experiments.assess.answer import AssessAnswer
from yidu.experiments.assess.compute import Assessment, assess
from yidu.experiments.judging.answer import TargetAnswer
from yidu.experiments.judging.carriers import centred_ranks, rank_shares
from yidu.experiments.judging.classes import class_of, letter
from yidu.experiments.judging.notice import Notice
from yidu.experiments.judging.on_record import base_of, last_on_record, on_record
from yidu.experiments.judging.runs import joint, reaches
from yidu.experiments.judging.verdicts import mc_error
from yidu.experiments.scenarios.scenario import load as load_scenario
from yidu.sim.errors import InputError
from yidu.sim.outcomes import Outcomes
from yidu.sim.region import Region

pytestmark = pytest.mark.fast


def of(assessment: Assessment | AssessAnswer, indicator: str) -> TargetAnswer:
    return next(target for target in assessment.targets if target.indicator == indicator)


def codes(assessment: Assessment) -> list[str]:
    return [notice.code for notice in assessment.notices]


# --- one target


def test_six_runs_of_ten_at_550_or_more_are_60_percent_and_need_effort(dadukou: Region) -> None:
    made = outcomes(dadukou, {"tech_enterprises": [400, 450, 500, 549, 550, 551, 600, 650, 700, 800]})
    target = of(assess(dadukou, "status_quo", made), "tech_enterprises")
    assert target.probability == 0.6 and target.verdict == "经努力可完成"
    assert target.mc_error == pytest.approx(mc_error(6, 10), abs=1e-6)
    assert target.median == 550.5 and target.gap == 0.5 and target.target == 550
    assert (target.base_year, target.base, target.unit) == (2020, 301, "家")
    assert target.p05 is not None and target.p95 is not None and 400 < target.p05 < target.p95 < 800


@given(st.lists(st.floats(0, 2000), min_size=1, max_size=40), st.floats(0, 100))
def test_more_of_everything_never_makes_a_target_less_likely(levels: list[float], more: float) -> None:
    values = np.array(levels)
    assert reaches(values, ">=", 550).sum() <= reaches(values + more, ">=", 550).sum()
    assert reaches(values, "<=", 550).sum() >= reaches(values + more, "<=", 550).sum()


def test_a_target_met_exactly_is_met(dadukou: Region) -> None:
    made = outcomes(dadukou, {"tech_enterprises": [550] * 10, "rd_share_of_gdp": [4] * 10})
    assessment = assess(dadukou, "status_quo", made)
    assert of(assessment, "tech_enterprises").probability == of(assessment, "rd_share_of_gdp").probability == 1.0


def test_runs_without_a_value_are_left_out_and_mentioned(dadukou: Region) -> None:
    made = outcomes(dadukou, {"rd_growth": [12, 12, 12, 4, *[math.nan] * 6]})
    assessment = assess(dadukou, "status_quo", made)
    target = of(assessment, "rd_growth")
    assert (target.probability, target.runs, target.median) == (0.75, 4, 12)
    assert Notice("runs_without_value", {"indicator": "rd_growth", "runs": 6}) in assessment.notices


def test_a_target_without_any_value_has_no_verdict_and_no_number(dadukou: Region) -> None:
    made = outcomes(dadukou, {"rd_growth": [math.nan] * 10})
    assessment = assess(dadukou, "status_quo", made)
    target = of(assessment, "rd_growth")
    assert (target.probability, target.median, target.gap, target.verdict) == (None, None, None, "无记录")
    assert Notice("no_record", {"indicator": "rd_growth"}) in assessment.notices


def test_runs_that_end_before_a_target_is_due_are_refused(dadukou: Region) -> None:
    made = outcomes(dadukou)
    short = Outcomes(**{**made.__dict__, "years": made.years[:-1], "values": made.values[:, :-1]})
    with pytest.raises(InputError, match="2025"):
        assess(dadukou, "status_quo", short)


def test_every_target_of_the_plan_is_answered_in_the_order_of_the_pack(dadukou: Region) -> None:
    assessment = assess(dadukou, load_scenario(dadukou, "plan"), outcomes(dadukou))
    assert [target.indicator for target in assessment.targets] == [target.indicator for target in dadukou.targets]
    assert len(assessment.targets) == 25 and assessment.scenario == "plan"


def test_what_the_model_may_have_wrong_moves_the_odds_but_not_the_money(dadukou: Region) -> None:
    plain = outcomes(dadukou, {"tech_enterprises": [600] * 10})
    doubted = plain.with_values(plain.values - 100)
    assessment = assess(dadukou, "status_quo", plain, doubted)
    assert of(assessment, "tech_enterprises").probability == 0.0
    assert assessment.digest == plain.digest and "no_discrepancy" not in codes(assessment)
    assert assessment.public_money == assess(dadukou, "status_quo", plain).public_money


# --- several targets at once


def test_targets_met_in_different_runs_are_never_met_together(dadukou: Region) -> None:
    made = outcomes(dadukou, {"tech_enterprises": [600] * 5 + [0] * 5, "otc_listed": [0] * 5 + [30] * 5})
    two = [target for target in dadukou.targets if target.indicator in ("tech_enterprises", "otc_listed")]
    assert [joint(made, [target]) for target in two] == [(0.5, round(mc_error(5, 10), 6))] * 2
    assert joint(made, two) == (0.0, round(mc_error(0, 10), 6))


def test_the_joint_probability_is_never_above_any_single_one(dadukou: Region) -> None:
    luck = np.random.default_rng(1)
    values = {target.indicator: target.value * luck.uniform(0.95, 1.5, 200) for target in dadukou.targets}
    assessment = assess(dadukou, "status_quo", outcomes(dadukou, values, runs=200))
    answer = assessment.answer()
    singles = [target.probability or 0.0 for target in answer.targets]
    calibrated = [target.probability or 0.0 for target in answer.targets if target.class_ == "可校准"]
    assert answer.joint_probability is not None and answer.joint_probability_calibrated is not None
    assert 0.0 < answer.joint_probability <= min(singles)
    assert answer.joint_probability <= answer.joint_probability_calibrated <= min(calibrated)


def test_a_target_without_a_record_does_not_sink_the_joint_probability(dadukou: Region) -> None:
    values = {target.indicator: [target.value] * 10 for target in dadukou.targets}
    values["rd_growth"] = [math.nan] * 10
    assert assess(dadukou, "status_quo", outcomes(dadukou, values)).answer().joint_probability == 1.0


# --- what an answer rests on


@pytest.mark.parametrize(
    "indicator, class_",
    [
        ("tech_enterprises", "可校准"), ("rd_expenditure", "可校准"), ("rd_growth", "可校准"),
        ("otc_listed", "可校准"), ("patents_per_10k", "可校准"),
        ("specialised_smes", "有规则无基数"), ("fund_scale", "有规则无基数"),
        ("high_end_platforms", "仅判断"), ("transfer_bodies", "仅判断"), ("collaboration_centres", "仅判断"),
    ],
)  # fmt: skip
def test_the_class_says_whether_there_is_a_record_or_only_rules(dadukou: Region, indicator: str, class_: str) -> None:
    assert class_of(indicator, dadukou.facts) == class_


@pytest.mark.parametrize(
    "indicator, year, base",
    [
        ("tech_enterprises", 2020, 301), ("rd_expenditure", 2019, 10.08), ("rd_share_of_gdp", 2019, 3.98),
        ("incubation_platforms", 2020, 15), ("patents_per_10k", 2020, 16.9), ("high_end_talent", 2020, None),
        ("tech_projects", 2020, None),
    ],
)  # fmt: skip
def test_the_base_is_the_latest_level_on_record_with_its_true_year(dadukou: Region, indicator: str, year: int, base: float | None) -> None:
    assert base_of(indicator, dadukou.facts, 2020) == (year, base)


@pytest.mark.parametrize("grade, worst", [("A", "A"), ("A-wp", "A"), ("A/B", "B"), ("D (centre); C seen (floor)", "D"), ("S", "D")])
def test_a_mixed_grade_counts_as_its_worst_letter(grade: str, worst: str) -> None:
    assert letter(grade) == worst


def test_the_parameter_that_decides_is_named_with_its_share_and_grade(dadukou: Region) -> None:
    luck = np.random.default_rng(2)
    drive, idle = luck.normal(size=500), luck.normal(size=500)
    made = outcomes(
        dadukou, {"tech_enterprises": 500 + 50 * drive + 20 * luck.normal(size=500)}, runs=500,
        parameters={"drive_strength": drive, "hazard_age_0": idle},
    )  # fmt: skip
    target = of(assess(dadukou, "status_quo", made), "tech_enterprises")
    (carrier,) = target.carriers
    assert (carrier.parameter, carrier.grade, target.grade) == ("drive_strength", "D", "D")
    assert carrier.share == pytest.approx(50**2 / (50**2 + 20**2), abs=0.08)


def test_a_well_measured_parameter_gives_a_good_grade(dadukou: Region) -> None:
    luck = np.random.default_rng(3).normal(size=500)
    made = outcomes(dadukou, {"science_staff": luck}, runs=500, parameters={"hazard_age_0": luck})
    assert of(assess(dadukou, "status_quo", made), "science_staff").grade == "C"


def test_without_anything_beyond_chance_the_grade_is_cautious(dadukou: Region) -> None:
    target = of(assess(dadukou, "status_quo", outcomes(dadukou)), "science_staff")
    assert (target.grade, target.carriers) == ("D", ())


@given(st.integers(30, 300), st.integers(0, 2**32 - 1))
def test_the_share_is_the_squared_rank_correlation_less_chance(runs: int, seed: int) -> None:
    luck = np.random.default_rng(seed)
    parameters = luck.normal(size=(runs, 4))
    values = parameters[:, 0] + 0.3 * luck.normal(size=runs)
    shares = rank_shares(centred_ranks(parameters), values)
    rho = stats.spearmanr(parameters[:, 0], values).statistic
    assert shares[0] == pytest.approx((rho**2 - 1 / (runs - 1)) / (1 - 1 / (runs - 1)), abs=1e-9)
    assert ((0.0 <= shares) & (shares <= 1.0)).all()


def test_constant_columns_and_constant_outcomes_carry_nothing() -> None:
    moving = np.arange(50.0)
    table = np.column_stack([moving, np.full(50, 3.0)])
    assert rank_shares(centred_ranks(table), moving).tolist() == [1.0, 0.0]
    assert rank_shares(centred_ranks(table), np.full(50, 7.0)).tolist() == [0.0, 0.0]
    assert rank_shares(centred_ranks(table[:2]), moving[:2]).tolist() == [0.0, 0.0]


def test_a_hundred_idle_parameters_seldom_pass_for_carriers() -> None:
    luck = np.random.default_rng(4)
    alarms = sum((rank_shares(centred_ranks(luck.normal(size=(1000, 100))), luck.normal(size=1000)) >= 0.1).any() for _ in range(20))
    assert alarms == 0


# --- readings


def test_other_ways_of_counting_stand_in_the_readings(dadukou: Region) -> None:
    made = outcomes(dadukou, {"patents_per_10k": [17] * 10, "patents_per_10k@precensus": [20] * 10})
    target = of(assess(dadukou, "status_quo", made), "patents_per_10k")
    (other,) = [reading for reading in target.readings if reading.kind == "measured"]
    assert (target.probability, target.reading) == (0.0, "headline")
    assert (other.reading, other.probability, other.median, other.runs) == ("precensus", 1.0, 20, 10)


@pytest.mark.parametrize(
    "indicator, reading", [("patents_per_10k", "precensus"), ("rd_growth", "base2019"), ("incubation_platforms", "16")]
)
def test_each_contested_measure_has_its_other_reading(dadukou: Region, indicator: str, reading: str) -> None:
    target = of(assess(dadukou, "status_quo", outcomes(dadukou)), indicator)
    assert reading in [row.reading for row in target.readings]


def test_runs_that_drew_another_reading_of_a_fact_are_answered_apart(dadukou: Region) -> None:
    made = outcomes(
        dadukou, {"rd_growth": [8, 8, 12, 12, 12, 12, 12, 12, 12, 12]},
        readings={"rd_expenditure": [1, 1, 0, 0, 0, 0, 0, 0, 0, 0], "patents": [0, 1] * 5},
    )  # fmt: skip
    assessment = assess(dadukou, "status_quo", made)
    target = of(assessment, "rd_growth")
    drawn = {row.reading: (row.probability, row.runs) for row in target.readings if row.kind == "drawn"}
    assert drawn == {"rd_expenditure=a": (1.0, 8), "rd_expenditure=b": (0.0, 2)}
    assert not [row for row in of(assessment, "otc_listed").readings if row.kind == "drawn"]


def test_a_contested_lever_is_shown_only_where_it_makes_a_difference(dadukou: Region) -> None:
    side = [0, 1] * 100
    made = outcomes(dadukou, {"fund_scale": [0, 20] * 100}, runs=200, readings={"vc_subsidy": side})
    assessment = assess(dadukou, "status_quo", made)
    assert {row.reading for row in of(assessment, "fund_scale").readings} == {"vc_subsidy=a", "vc_subsidy=b"}
    assert of(assessment, "otc_listed").readings == ()


# --- money and what the reader must mind


def test_district_money_is_the_sum_of_its_lines_over_the_plan(dadukou: Region) -> None:
    made = outcomes(dadukou, spent=10.0)
    assessment = assess(dadukou, "status_quo", made)
    lines = sum(line.median for line in assessment.public_money_by if line.payer == "district")
    assert assessment.public_money.median == pytest.approx(lines)
    assert assessment.public_money.median == pytest.approx(float(made.public_money(2021, 2025)[0]))
    assert assessment.public_money.over == "2021-2025"
    assert {line.heading for line in assessment.public_money_by} == {
        "subsidies", "credit", "equity", "incubation", "platforms", "talent", "attraction",
    }  # fmt: skip
    capital = [line for line in assessment.public_money_by if line.capital]
    assert capital and len(capital) < len(assessment.public_money_by)


@pytest.mark.parametrize("spent, outside", [(10.0, False), (600.0, True)])
def test_spending_over_twice_the_record_is_called_an_extrapolation(dadukou: Region, spent: float, outside: bool) -> None:
    assessment = assess(dadukou, "status_quo", outcomes(dadukou, spent=spent))
    assert (assessment.public_money.median > 2 * 19_000) == outside
    assert ("outside_experience" in codes(assessment)) == outside


def test_few_runs_uncalibrated_runs_and_judgement_are_mentioned(dadukou: Region) -> None:
    few = codes(assess(dadukou, "status_quo", outcomes(dadukou, draws="prior")))
    assert {"few_runs", "prior_only", "no_discrepancy", "all_rests_on_judgement"} <= set(few)
    many = codes(assess(dadukou, "status_quo", outcomes(dadukou, runs=1000)))
    assert "few_runs" not in many and "prior_only" not in many


def test_reconciliation_is_reported_and_mentioned_where_it_is_large(dadukou: Region) -> None:
    made = outcomes(dadukou, adjusted={"tech_enterprises": [40] * 10, "otc_listed": [1] * 10, "rd_expenditure": [math.log(1.2)] * 10})
    made.values[:, made.years.index(2020), made.indicators.index("tech_enterprises")] = 301
    made.values[:, made.years.index(2020), made.indicators.index("otc_listed")] = 20
    assessment = assess(dadukou, "status_quo", made)
    rows = {row.status: row for row in assessment.reconciliation}
    assert (rows["tech_enterprises"].median, rows["tech_enterprises"].unit) == (40, "count")
    assert (rows["rd_expenditure"].median, rows["rd_expenditure"].unit) == (20.0, "%")
    (large,) = [notice.values["indicators"] for notice in assessment.notices if notice.code == "large_adjustment"]
    assert large == ("tech_enterprises", "rd_expenditure")


# --- what the years after the record will bring


def test_every_published_indicator_is_forecast_for_every_year_of_the_plan(dadukou: Region) -> None:
    made = outcomes(dadukou, {"tech_enterprises": [400, 450, 500, 549, 550, 551, 600, 650, 700, 800]})
    rows = assess(dadukou, "status_quo", made).answer().forecasts
    assert {row.year for row in rows} == {2021, 2022, 2023, 2024, 2025}
    assert {target.indicator for target in dadukou.targets} <= {row.indicator for row in rows}
    assert not [row.indicator for row in rows if "@" in row.indicator]
    (firms,) = [row for row in rows if (row.indicator, row.year) == ("tech_enterprises", 2025)]
    assert (firms.median, firms.unit, firms.record, firms.base_year, firms.base) == (550.5, "家", True, 2020, 301)
    assert firms.p05 is not None and firms.p95 is not None and 400 < firms.p05 < firms.p95 < 800


@pytest.mark.parametrize(
    "indicator, record",
    [
        ("tech_enterprises", True), ("rd_growth", True), ("patents_per_10k", True), ("gdp", True), ("population", True),
        ("specialised_smes", False), ("high_end_talent", False), ("fund_scale", False),
    ],
)  # fmt: skip
def test_an_indicator_is_on_record_where_the_pack_gives_a_level_a_series_or_a_fact_to_fit(
    dadukou: Region, indicator: str, record: bool
) -> None:
    assert on_record(indicator, dadukou) == record


def test_the_last_gdp_and_population_come_from_their_series(dadukou: Region) -> None:
    gdp = dadukou.settings.gdp.known
    assert last_on_record("gdp", dadukou) == (2020, gdp[2020])
    assert last_on_record("population", dadukou) == (2020, dadukou.settings.population.census[2020])
    assert last_on_record("tech_enterprises", dadukou) == (2020, 301)


def test_a_region_without_targets_is_forecast_without_verdicts(dadukou: Region) -> None:
    made = outcomes(dadukou, {"tech_enterprises": [500] * 10}, runs=10)
    answer = assess(dataclasses.replace(dadukou, targets=()), "status_quo", made).answer()
    assert (answer.targets, answer.joint_probability, answer.joint_probability_calibrated) == ((), None, None)
    assert ("tech_enterprises", 2025, 500) in [(row.indicator, row.year, row.median) for row in answer.forecasts]
    assert not [warning for warning in answer.warnings if "judgement" in warning]


def test_a_forecast_without_any_value_has_no_number(dadukou: Region) -> None:
    made = outcomes(dadukou, {"rd_growth": [math.nan] * 10})
    rows = assess(dadukou, "status_quo", made).forecasts
    (row,) = [row for row in rows if (row.indicator, row.year) == ("rd_growth", 2025)]
    assert (row.p05, row.median, row.p95) == (None, None, None)


def test_a_notice_reads_as_a_line_without_any_words() -> None:
    assert str(Notice("few_runs", {"runs": 9})) == "few_runs runs=9"
