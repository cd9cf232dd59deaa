"""Loans under cover, their limits and defaults, seed money and equity, by hand."""

import math

import pytest

from tests.agents.edges import just_above
from yidu.agents.fund import (
    appetite_of_bank,
    bank_lends,
    commercial_amount,
    commercial_cover,
    credit_grade,
    credit_score,
    deal_hazard,
    default_probability,
    first_hires,
    fund_condition,
    guaranteed_amount,
    industry_amount,
    knowledge_amount,
    knowledge_limit,
    may_be_guaranteed,
    may_have_seed,
    pool_has_room,
    seed_amount,
    venture_amount,
)
from yidu.agents.luck import normal

pytestmark = pytest.mark.fast

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


def test_software_rights_count_less_than_patents_and_people_of_the_list_a_little():
    # three more of either: 5 ln 4 and 4 ln 4
    assert credit_score(0.0, 0, 3, 0, False, 0.0) == near(5.0 * math.log(4.0))
    assert credit_score(0.0, 0, 0, 3, False, 0.0) == near(4.0 * math.log(4.0))


def test_half_a_years_revenue_is_the_most_whatever_was_asked():
    assert knowledge_amount(800.0, 1000.0, 1000.0, 0.5) == 5_000_000.0


def test_loans_rounds_and_stakes_are_spread_by_luck_and_written_in_whole_wan():
    # At a quarter of luck three quarters of the middling amount: 200, 990 and 510 万元 of revenue's part.
    assert commercial_amount(2000.0, 0.25) == 1_500_000.0
    assert commercial_amount(915.0, 0.5) == 910_000.0
    assert venture_amount(3000.0, 0.25) == 7_420_000.0
    assert industry_amount(3000.0, 0.25) == 3_820_000.0


def test_age_helps_until_fifteen_and_nobody_defaults_in_more_than_half_of_cases():
    odds = 0.03 / 0.97
    assert default(age=15.0) == near(1.0 / (1.0 + math.exp(0.45) / odds))
    assert default(base=0.45, grade=4, cash_short=True) == 0.5


def test_a_bank_that_only_covers_its_cost_does_not_lend():
    assert not bank_lends(0.035, 0.0, 0.0, 1.0)


def test_the_least_appetite_of_a_bank_is_a_fifth():
    # 0.035 / 0.2 = 17.5 %
    for appetite in (0.0, 0.1, 0.2):
        assert bank_lends(0.1751, 0.0, 0.0, appetite) and not bank_lends(0.1749, 0.0, 0.0, appetite)


def test_seed_money_lies_within_two_fifths_of_its_mean_and_comes_to_it_on_average():
    u = [(k + 0.5) / 2_000 for k in range(2_000)]
    for environment, mean, least, most in ((False, 38.6, 23, 54), (True, 51.5, 30, 72)):
        amounts = [seed_amount(environment, x) / 10_000.0 for x in u]
        assert (min(amounts), max(amounts)) == (least, most)
        assert sum(amounts) / len(amounts) == pytest.approx(mean - 0.5, abs=0.1)  # whole 万元 lose half of one


def test_seed_money_ends_on_the_third_birthday_and_on_the_fifth_from_2018():
    assert not may_have_seed(True, just_above(3.0), 2017)
    assert not may_have_seed(True, just_above(5.0), 2018)


def lent(default, cover=0.8, appetite=1.0, banks=400):
    """Share of banks that would lend to a firm of that default probability."""
    met = [appetite_of_bank(appetite, normal((k + 0.5) / banks)) for k in range(banks)]
    return sum(bank_lends(BENCHMARK, default, 1.0 - cover, own) for own in met) / banks


def test_a_share_of_applications_passes_smoothly_in_appetite_cover_and_default():
    for shares in (
        [lent(0.03, appetite=0.7 + 0.02 * k) for k in range(40)],
        [lent(0.03, cover=0.5 + 0.01 * k) for k in range(46)],
        [lent(0.10 - 0.002 * k) for k in range(50)],
    ):
        steps = [after - before for before, after in zip(shares, shares[1:])]
        assert min(steps) >= 0.0 and max(steps) < 0.06 and 0.0 < max(shares) - min(shares) < 1.0


def test_the_middle_bank_has_the_appetite_of_banks_in_general():
    assert appetite_of_bank(0.9, 0.0) == 0.9


def test_a_pool_twice_as_large_lends_more_but_not_twice_as_much():
    rooms = [pool_has_room(5000.0, 10.0 * pool) for pool in (0.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0)]
    gains = [after - before for before, after in zip(rooms, rooms[1:])]
    assert rooms[0] == 0.0 and min(gains) > 0.0 and rooms[-1] < 1.0 and gains[-1] < gains[-2] < gains[-3]


def test_a_larger_fund_finds_more_deals_ever_harder_and_an_empty_one_none():
    assert deal_hazard(0.0) == 0.0 and deal_hazard(1000.0) == near(0.05) and deal_hazard(4000.0) == near(0.10)
    assert deal_hazard(1e6) == 0.4
    assert fund_condition(0.0) == 1.0 and fund_condition(1e6) == near(1.3)
    assert fund_condition(10000.0) == near(1.0 + 0.3 * (1.0 - math.exp(-1.0)))


def test_seed_money_of_40_wan_is_two_first_hires():
    assert first_hires(400000.0) == 2.0


def test_a_guarantee_is_for_firms_that_banks_know_nothing_of():
    assert may_be_guaranteed(True, 0, False, 500.0) and may_be_guaranteed(True, 3, False, 500.0) and may_be_guaranteed(True, 0, True, 500.0)
    assert not may_be_guaranteed(True, 1, True, 500.0), "patents and a loan before: it borrows without"
    assert not may_be_guaranteed(False, 0, False, 500.0) and not may_be_guaranteed(True, 0, False, 100.0)


def test_a_guaranteed_loan_is_a_seventh_of_revenue_between_20_and_200_wan():
    assert guaranteed_amount(1000.0, 0.5) == 1_500_000.0
    assert guaranteed_amount(110.0, 0.5) == 200_000.0 and guaranteed_amount(1e6, 0.5) == 2_000_000.0


def test_with_a_guarantor_a_bank_lends_to_firms_it_turns_away_alone():
    assert bank_lends(BENCHMARK, 0.03, 0.2, 1.0) and not bank_lends(BENCHMARK, 0.03, 1.0, 1.0)
