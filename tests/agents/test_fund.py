"""Loans under cover, their limits and defaults, seed money and equity, by hand."""

import math

import pytest

from agents.fund import (
    bank_lends,
    commercial_amount,
    commercial_cover,
    credit_grade,
    credit_score,
    default_probability,
    industry_amount,
    knowledge_amount,
    knowledge_limit,
    may_have_seed,
    seed_amount,
    venture_amount,
)

BENCHMARK = 0.0435  # one-year lending rate of 2015-2019


def near(value):
    return pytest.approx(value, rel=1e-12)


def test_a_bank_breaks_even_at_3_5_percent_of_defaults_under_a_cover_of_80():
    # 0.0435 (1 - p) - 0.20 p = 0.035 at p = 0.0085 / 0.2435 = 3.49 %
    assert bank_lends(BENCHMARK, 0.0349, 1.0 - 0.80, 1.0)
    assert not bank_lends(BENCHMARK, 0.0350, 1.0 - 0.80, 1.0)


def test_a_bank_breaks_even_at_5_9_percent_of_defaults_under_a_cover_of_90():
    # 0.0085 / 0.1435 = 5.92 %
    assert bank_lends(BENCHMARK, 0.0592, 1.0 - 0.90, 1.0)
    assert not bank_lends(BENCHMARK, 0.0593, 1.0 - 0.90, 1.0)


def test_a_bank_without_cover_lends_only_below_eight_in_a_thousand():
    # 0.0085 / 1.0435 = 0.81 %
    assert bank_lends(BENCHMARK, 0.0081, 1.0, 1.0)
    assert not bank_lends(BENCHMARK, 0.0082, 1.0, 1.0)


def test_a_bank_that_has_lost_its_appetite_lends_to_nobody():
    # half the appetite doubles the hurdle to 7 %, above the rate itself
    assert not bank_lends(BENCHMARK, 0.0, 0.0, 0.5)


def test_rights_and_research_are_the_base_of_the_grade_titles_a_bonus():
    # three patents 12 ln 4, no other rights, 100 万元 of R&D 7 ln 6
    base = 12.0 * math.log(4.0) + 7.0 * math.log(6.0)
    assert credit_score(100.0, 3, 0, 0, False, 0.0) == near(base)
    assert credit_score(100.0, 3, 0, 0, True, 1.0) == near(base + 8.0 + 5.0)


def test_the_five_grades_begin_at_45_32_20_and_10_points():
    lines = (45.0, 44.9, 32.0, 31.9, 20.0, 19.9, 10.0, 9.9)
    assert [credit_grade(s) for s in lines] == [0, 1, 1, 2, 2, 3, 3, 4]


def test_the_best_grade_borrowed_300_wan_at_first_and_500_from_2021():
    assert [knowledge_limit(g, 2020) for g in range(5)] == [300, 240, 180, 100, 40]
    assert [knowledge_limit(g, 2021) for g in range(5)] == [500, 400, 300, 160, 80]


def test_a_knowledge_loan_stays_within_grade_and_half_a_years_revenue():
    # 190 x (0.5 + 1.3 x 0.5) = 218.5 万元, written in whole 万元
    assert knowledge_amount(190.0, 300.0, 1000.0, 0.5) == 2_180_000.0
    assert knowledge_amount(190.0, 180.0, 1000.0, 0.5) == 1_800_000.0
    assert knowledge_amount(190.0, 300.0, 100.0, 0.5) == 500_000.0
    assert knowledge_amount(190.0, 300.0, 5.0, 0.5) == 100_000.0


def test_a_commercial_loan_is_a_tenth_of_revenue_from_20_to_300_wan():
    assert commercial_amount(910.0, 0.5) == 910_000.0
    assert commercial_amount(50.0, 0.5) == 200_000.0
    assert commercial_amount(90_000.0, 0.5) == 3_000_000.0


def default(**given):
    firm = {"base": 0.03, "age": 6.0, "cash_short": False, "grade": 2, "cover": 0.8, "cover_response": 0.3}
    return default_probability(*{**firm, **given}.values())


def test_a_six_year_old_firm_of_the_middle_grade_defaults_at_the_base_rate():
    assert default() == near(0.03)


def test_full_cover_raises_defaults_by_the_whole_response():
    assert default(cover=0.9) == near(0.03 * 1.15)
    assert default(cover=1.0) == near(0.03 * 1.3)
    assert default(cover=0.6) == near(0.03)  # nothing is known below 0.8, so nothing is extrapolated


def test_the_young_the_badly_graded_and_the_short_of_cash_default_more():
    odds = 0.03 / 0.97
    assert default(grade=3) == near(1.0 / (1.0 + math.exp(-0.25) / odds))
    assert default(cash_short=True) == near(1.0 / (1.0 + math.exp(-0.5) / odds))
    assert default(age=2.0) == near(1.0 / (1.0 + math.exp(-0.2) / odds))
    assert default(age=15.0) == default(age=40.0) < default()


def test_commercial_cover_is_capped_at_2_percent_of_lending_and_4_percent_of_the_balance():
    assert commercial_cover(10_000_000.0, 0.0, 10_000_000.0) == near(200_000.0)
    assert commercial_cover(1_000_000.0, 0.0, 10_000_000.0) == near(40_000.0)


def test_commercial_cover_already_paid_is_gone():
    assert commercial_cover(10_000_000.0, 150_000.0, 10_000_000.0) == near(50_000.0)
    assert commercial_cover(10_000_000.0, 250_000.0, 10_000_000.0) == 0.0


def test_seed_money_is_38_wan_for_one_firm_and_51_from_the_environment_fund():
    assert seed_amount(False, 0.5) == 380_000.0
    assert seed_amount(True, 0.5) == 510_000.0
    assert seed_amount(True, 0.999) <= 800_000.0


def test_seed_money_is_for_register_firms_to_three_years_and_to_five_from_2018():
    assert may_have_seed(True, 3.0, 2017)
    assert not may_have_seed(True, 3.25, 2017)
    assert may_have_seed(True, 5.0, 2018)
    assert not may_have_seed(True, 5.25, 2018)
    assert not may_have_seed(False, 1.0, 2018)


def test_a_round_is_a_third_of_revenue_and_a_stake_of_the_fund_a_sixth():
    assert venture_amount(3000.0, 0.5) == 9_900_000.0
    assert (venture_amount(10.0, 0.5), venture_amount(1e6, 0.5)) == (3_000_000.0, 50_000_000.0)
    assert industry_amount(3000.0, 0.5) == 5_100_000.0
    assert (industry_amount(10.0, 0.5), industry_amount(1e6, 0.5)) == (2_000_000.0, 30_000_000.0)
