"""What firms spend on research, what of it is real, and what it yields, by hand; and what is published of it."""

import math

import pytest

from agents.research import (
    adjusted,
    grant_response,
    lapse_rate,
    next_knowledge,
    patent_applications,
    productivity_gain,
    star_bonus,
    starts_research,
    wanted_rd,
)
from agents.statistics import published_rd, surveyed_rd


def near(value):
    return pytest.approx(value, rel=1e-12)


def test_a_firm_of_2000_wan_at_5_percent_wants_100():
    assert wanted_rd(0.05, 2000.0, 1.0, 0.4, 0.0, False) == near(100.0)


def test_research_10_percent_cheaper_is_4_percent_more_research():
    # 0.9 ^ -0.4 = 1.043
    assert wanted_rd(0.05, 2000.0, 0.9, 0.4, 0.0, False) == near(100.0 * math.exp(-0.4 * math.log(0.9)))
    assert round(wanted_rd(0.05, 2000.0, 0.9, 0.4, 0.0, False)) == 104


def test_a_guaranteed_loan_adds_its_effect_and_a_firm_short_of_cash_cuts_a_seventh():
    assert wanted_rd(0.05, 2000.0, 1.0, 0.4, 0.076, False) == near(107.6)
    assert wanted_rd(0.05, 2000.0, 1.0, 0.4, 0.0, True) == near(86.0)


def test_a_grant_without_additionality_adds_nothing():
    assert grant_response(10.0, 100.0, 0.0, 0.2, 0.5) == 0.0
    assert grant_response(10.0, 0.0, 0.5, 0.2, 0.5) == 0.0


def test_half_of_a_grant_misused_and_half_additional_leaves_a_quarter():
    assert grant_response(10.0, 100.0, 0.5, 0.2, 0.5) == near(2.5)


def test_beyond_saturation_a_larger_grant_adds_no_more():
    assert grant_response(20.0, 100.0, 0.5, 0.2, 0.5) == near(5.0)
    assert grant_response(40.0, 100.0, 0.5, 0.2, 0.5) == near(5.0)


def test_spending_moves_three_tenths_of_the_way_in_a_quarter():
    assert adjusted(100.0, 200.0, 0.3) == near(130.0)
    assert adjusted(200.0, 100.0, 0.3) == near(170.0)


def test_150_wan_a_year_just_keeps_a_stock_of_1000():
    assert next_knowledge(1000.0, 150.0, 0.0) == near(1000.0)
    assert next_knowledge(1000.0, 150.0, 0.2) == near(1007.5)


def test_new_knowledge_raises_output_by_its_elasticity_within_5_percent():
    # 950 to 1,050 is 1,000 to 1,100 with the fifty
    assert productivity_gain(0.09, 950.0, 1050.0) == near(0.09 * math.log(1.1))
    assert productivity_gain(0.09, 0.0, 1e6) == 0.05
    assert productivity_gain(0.09, 1e6, 0.0) == -0.05


def test_the_second_star_adds_less_than_the_first():
    assert star_bonus(0, 0.2) == 0.0
    assert star_bonus(1, 0.2) == near(0.2 * math.log(2.0))
    assert star_bonus(2, 0.2) - star_bonus(1, 0.2) < star_bonus(1, 0.2)


def test_100_wan_of_real_research_files_its_productivity():
    assert patent_applications(100.0, 0.35, 0.35, 1.0, 0.3) == near(0.35)
    assert patent_applications(0.0, 0.35, 0.35, 1.0, 0.3) == 0.0
    # ten times the research, 2.24 times the applications
    assert patent_applications(1000.0, 0.35, 0.35, 1.0, 0.3) == near(0.35 * math.exp(0.35 * math.log(10.0)))


def test_certified_and_served_firms_let_fewer_patents_lapse():
    assert lapse_rate(0.08, False, False) == near(0.08)
    assert lapse_rate(0.08, True, False) == near(0.064)
    assert lapse_rate(0.08, True, True) == near(0.0512)


def test_one_firm_in_400_takes_up_research_in_a_quarter_and_three_in_an_incubator():
    assert starts_research(1.0, False, 0.00249) and not starts_research(1.0, False, 0.00251)
    assert starts_research(1.0, True, 0.0074) and not starts_research(1.0, True, 0.0076)


def test_the_survey_sees_all_of_a_large_firm_and_a_tenth_of_a_small_one():
    assert surveyed_rd(1000.0, True, 0, 0.1) == 1000.0
    assert surveyed_rd(1000.0, False, 2, 0.1) == 1000.0
    assert surveyed_rd(1000.0, False, 0, 0.1) == near(100.0)


def test_institutes_add_their_share_to_the_published_figure():
    assert published_rd(90.0, 0.1, 1.0) == near(100.0)
    assert published_rd(90.0, 0.1, 1.03) == near(103.0)
