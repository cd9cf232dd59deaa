"""What firms spend on research, what of it is real, and what it yields, by hand; and what is published of it."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from yidu.agents.compiled import plain
from yidu.agents.research import (
    adjusted,
    grant_response,
    lapse_rate,
    next_high_tech_share,
    next_intensity,
    next_knowledge,
    patent_applications,
    productivity_gain,
    pursuit,
    research_start_hazard,
    science_share,
    star_bonus,
    towards,
    wanted_rd,
)
from yidu.agents.statistics import published_rd, surveyed_rd

pytestmark = pytest.mark.fast


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


def test_a_firm_on_its_line_renews_6_percent_of_what_is_not_yet_high_tech():
    assert next_high_tech_share(0.4, 0.06, 0.05, 0.05) == near(0.436)
    assert next_high_tech_share(0.4, 0.06, 0.025, 0.05) == near(0.418)  # half the research, half the renewal
    assert next_high_tech_share(0.4, 0.06, 0.30, 0.05) == next_high_tech_share(0.4, 0.06, 0.075, 0.05) == near(0.454)
    assert next_high_tech_share(1.0, 0.25, 0.05, 0.05) == 1.0


def test_a_frozen_share_never_reaches_60_percent_and_a_renewed_one_does_in_seven_years():
    share, years = 0.4, 0
    while share < 0.6:
        share, years = next_high_tech_share(share, 0.06, 0.05, 0.05), years + 1
    assert years == 7
    assert next_high_tech_share(0.4, 0.0, 0.05, 0.05) == 0.4


def test_better_firms_try_harder_and_the_weakest_not_at_all():
    assert pursuit(0.1, 1.0, 0.0) == near(0.1) and pursuit(0.1, 1.0, 1.0) == near(0.15)
    assert pursuit(0.1, 1.0, -2.5) == 0.0 and pursuit(0.9, 1.0, 3.0) == 1.0


def test_who_saves_tax_by_a_certificate_works_harder_for_it():
    assert pursuit(0.1, 1.4, 0.0) == near(0.14) and pursuit(0.1, 0.6, 0.0) == near(0.06)


def test_a_firm_with_four_times_the_usual_research_has_twice_the_science_staff():
    assert science_share(0.11, 0.05, 0.05, 0.0) == near(0.11)
    assert science_share(0.11, 0.20, 0.05, 0.0) == near(0.22)
    assert science_share(0.11, 0.05, 0.05, 1.0) == near(0.11 * math.exp(0.5))
    assert science_share(0.11, 0.0, 0.05, -4.0) == 0.02 and science_share(0.3, 0.4, 0.05, 2.0) == 0.8


def test_a_firm_works_towards_what_is_asked_and_never_back():
    assert towards(0.03, 0.05, 0.1) == near(0.032)
    assert towards(0.08, 0.05, 0.1) == 0.08


def test_a_grant_without_additionality_leaves_own_research_as_it_was_and_adds_what_is_spent_of_it():
    assert grant_response(10.0, 100.0, 0.0, 0.2, 0.5) == near(5.0)
    assert grant_response(10.0, 100.0, 0.0, 0.2, 0.0) == near(10.0)
    assert grant_response(10.0, 0.0, 0.5, 0.2, 0.5) == 0.0


def test_without_a_grant_there_is_no_response():
    assert grant_response(0.0, 100.0, 0.5, 0.2, 0.5) == 0.0


def test_full_crowding_out_leaves_total_research_unchanged():
    assert grant_response(10.0, 100.0, -1.0, 0.2, 0.5) == 0.0


def test_half_of_a_grant_misused_and_half_additional_adds_three_quarters():
    assert grant_response(10.0, 100.0, 0.5, 0.2, 0.5) == near(7.5)


def test_beyond_saturation_a_larger_grant_adds_no_more():
    assert grant_response(20.0, 100.0, 0.5, 0.2, 0.5) == near(15.0)
    assert grant_response(40.0, 100.0, 0.5, 0.2, 0.5) == near(15.0)


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


def test_one_firm_in_100_takes_up_research_in_a_year_three_in_an_incubator_and_more_under_the_drive():
    assert research_start_hazard(0.01, 0.0, 2.0, 1.0, False) == 0.01
    assert research_start_hazard(0.01, 0.0, 2.0, 1.0, True) == near(0.03)
    assert research_start_hazard(0.01, 1.0, 2.0, 1.0, False) == near(0.03)
    assert research_start_hazard(0.01, 1.44, 2.0, 2.0, False) == near(0.0776)
    assert research_start_hazard(0.01, 1.0, 0.0, 1.0, False) == 0.01


def test_the_survey_sees_all_of_a_large_firm_and_a_tenth_of_a_small_one():
    assert surveyed_rd(1000.0, True, 0, 0.1) == 1000.0
    assert surveyed_rd(1000.0, False, 2, 0.1) == 1000.0
    assert surveyed_rd(1000.0, False, 0, 0.1) == near(100.0)


def test_institutes_add_their_share_to_the_published_figure():
    assert published_rd(90.0, 0.1, 1.0) == near(100.0)
    assert published_rd(90.0, 0.1, 1.03) == near(103.0)


def test_the_survey_sees_all_of_the_first_giant():
    assert surveyed_rd(1000.0, False, 1, 0.1) == 1000.0


@given(ratio=st.floats(0.3, 3.0), elasticity=st.floats(0.0, 0.7))
@example(ratio=2.0, elasticity=0.4)
@example(ratio=1.01, elasticity=0.4)
@example(ratio=0.99, elasticity=0.4)
def test_what_a_dearer_yuan_takes_away_a_cheaper_one_gives_back(ratio, elasticity):
    dearer, cheaper = (plain(wanted_rd)(0.05, 2000.0, r, elasticity, 0.0, False) for r in (ratio, 1.0 / ratio))
    assert dearer * cheaper == pytest.approx(100.0**2, rel=1e-9)
    assert (ratio - 1.0) * (cheaper - dearer) * elasticity >= 0.0


def test_a_firm_without_a_certificate_drifts_and_a_holder_keeps_just_above_the_line():
    assert next_intensity(0.05, 1.1, 0.0) == near(0.055)
    assert next_intensity(0.04, 0.9, 0.05) == next_intensity(0.04, 1.1, 0.05) == near(0.051)
    assert next_intensity(0.08, 0.9, 0.05) == near(0.072)


def test_research_stays_between_a_thousandth_and_35_percent_of_revenue():
    assert next_intensity(0.001, 0.8, 0.0) == near(0.001)
    assert next_intensity(0.34, 1.3, 0.05) == near(0.35)


def test_a_firm_with_little_research_responds_to_its_little_grant():
    assert grant_response(0.05, 0.5, 0.5, 0.2, 0.5) == near(0.0375)
    assert grant_response(20.1, 100.0, 0.5, 0.2, 0.5) == near(15.0)  # a hair beyond saturation


def test_three_stars_give_twice_what_one_does_and_none_nothing():
    # ln 4 = 2 ln 2
    assert star_bonus(3, 0.2) == near(2.0 * star_bonus(1, 0.2))
    assert star_bonus(0, 0.0) == 0.0


def test_quality_and_service_multiply_patents_and_the_least_research_counts_as_one_wan():
    base = patent_applications(100.0, 0.35, 0.35, 1.0, 0.3)
    assert patent_applications(100.0, 0.35, 0.35, 1.5, 0.3) == near(1.5 * base)
    assert patent_applications(100.0, 0.35, 0.35, 1.0, 1.3) == near(math.exp(0.6) * base)
    assert patent_applications(0.4, 0.35, 0.35, 1.0, 0.3) == patent_applications(1.0, 0.35, 0.35, 1.0, 0.3) > 0.0
    for rd in (1.001, 1.5):
        assert patent_applications(rd, 0.35, 0.35, 1.0, 0.3) == near(base * math.exp(0.35 * math.log(rd / 100.0)))
