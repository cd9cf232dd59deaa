"""Platforms, partners, projects, and people of the high-end list, by hand."""

import math

import pytest

from tests.agents.edges import has_chance, just_below
from yidu.agents.institute import (
    absorptive_score,
    centres_with_consortia,
    converted_researchers,
    hosts_room,
    may_host_platform,
    may_host_station,
    partner_bonus,
    pilot_contacts,
    pilot_reach,
    project_score,
    recognition_chance,
    search_hazard,
    upgrade_chance,
    upgrade_merit,
)
from yidu.agents.talent import accepts, agrees_to_visit, host_appeal, leave_hazard, stays_on, visit_term

pytestmark = pytest.mark.fast


def near(value):
    return pytest.approx(value, rel=1e-12)


def test_a_giant_carries_six_platforms_and_another_firm_one():
    assert (hosts_room(3), hosts_room(0)) == (6, 1)


def test_a_technology_centre_wants_5000_wan_of_revenue_and_300_of_research():
    assert may_host_platform(5000.0, True, 300.0, 0.0)
    assert not may_host_platform(4999.0, True, 300.0, 0.0)
    assert not may_host_platform(5000.0, True, 299.0, 0.0)


def test_a_small_firms_centre_wants_eight_researchers_and_3_percent():
    assert may_host_platform(2000.0, True, 60.0, 8.0)
    assert not may_host_platform(1999.0, True, 60.0, 8.0)
    assert may_host_platform(1000.0, False, 30.0, 8.0)
    assert not may_host_platform(1000.0, False, 29.0, 8.0)
    assert not may_host_platform(1000.0, False, 30.0, 7.0)


def test_a_station_wants_a_platform_senior_staff_a_partner_and_good_standing():
    assert may_host_station(1, 0, 20.0, True, True)
    assert not may_host_station(0, 0, 20.0, True, True)
    assert not may_host_station(1, 0, 19.0, True, True)
    assert not may_host_station(1, 0, 20.0, False, True)
    assert not may_host_station(1, 0, 20.0, True, False)
    assert may_host_station(1, 2, 20.0, False, False)


def test_40_brokered_contacts_over_100_seekers_help_three_in_ten():
    assert search_hazard(0.03, 0.0, 100.0) == near(0.03)
    assert search_hazard(0.03, 40.0, 100.0) == near(0.15)
    assert search_hazard(0.03, 40.0, 0.0) == near(12.03)


def test_a_partner_gives_its_effect_to_a_firm_with_a_fifth_of_staff_in_science():
    assert partner_bonus(0.12, 20.0, 100.0) == near(0.12)
    assert partner_bonus(0.12, 0.0, 100.0) == near(0.06)
    assert partner_bonus(0.12, 90.0, 100.0) == near(0.18)


def test_an_institute_prefers_its_own_field_and_staff_who_can_absorb():
    assert absorptive_score(20.0, 100.0, True, 1.0, 0.5) == near(0.6 + 1.0 + 0.3 + 0.2)


def test_a_backed_project_with_a_partner_ranks_above_one_without():
    plain_one = project_score(20.0, False, 0, False, 0.5)
    assert plain_one == near(math.log(21.0) + 0.75)
    assert project_score(20.0, True, 2, True, 0.5) == near(plain_one + 0.8 + 0.6 + 1.0)


def test_an_offer_of_30_wan_with_a_middling_host_is_taken_at_the_base_rate():
    assert accepts(0.3, 30.0, 0.2, 5.0, 0.0, 0.299)
    assert not accepts(0.3, 30.0, 0.2, 5.0, 0.0, 0.301)


def test_a_larger_package_and_a_weaker_pull_of_neighbours_win_more_people():
    # 150 万元: 0.3 x (1 + 0.2 ln 4) = 0.383
    assert accepts(0.3, 150.0, 0.2, 5.0, 0.0, 0.38) and not accepts(0.3, 150.0, 0.2, 5.0, 0.0, 0.39)
    assert not accepts(0.3, 30.0, 0.2, 5.0, 1.0, 0.19)
    assert accepts(0.9, 300.0, 0.5, 12.0, -1.0, 0.949) and not accepts(0.9, 300.0, 0.5, 12.0, -1.0, 0.951)


def test_people_leave_half_as_often_in_their_three_years():
    assert leave_hazard(0.08, 30.0, 0.2, 0.0, False) == near(0.08)
    assert leave_hazard(0.08, 30.0, 0.2, 0.0, True) == near(0.04)
    # package of 150: exp(-0.1 ln 4)
    assert leave_hazard(0.08, 150.0, 0.2, 0.0, False) == near(0.08 * math.exp(-0.1 * math.log(4.0)))


def test_a_platform_a_station_and_a_certificate_make_a_firm_attractive():
    bare = host_appeal(20.0, False, 0, False, False, 0.5)
    assert bare == near(0.5 * math.log(21.0) + 1.5)
    assert host_appeal(20.0, True, 5, True, True, 0.5) == near(bare + 1.0 + 0.9 + 0.4 + 0.3)


def test_the_first_giant_is_a_giant():
    assert hosts_room(1) == 6
    assert may_host_station(1, 1, 20.0, False, False)


def test_a_centre_is_refused_a_hair_below_each_of_its_lines():
    assert not may_host_platform(just_below(1000.0), False, 60.0, 8.0)
    assert not may_host_platform(2000.0, True, 60.0, just_below(8.0))
    assert not may_host_platform(2000.0, True, just_below(60.0), 8.0)
    assert not may_host_station(1, 0, just_below(20.0), True, True)


def test_another_field_costs_a_firm_a_point_and_quality_three_tenths():
    own, other = (absorptive_score(20.0, 100.0, same, 2.0, 0.5) for same in (True, False))
    assert own - other == near(1.0)
    assert other - absorptive_score(20.0, 100.0, False, 0.0, 0.5) == near(0.6)


def test_a_founder_alone_absorbs_by_the_share_of_time_that_goes_into_research():
    assert absorptive_score(0.5, 1.0, False, 0.0, 0.0) == near(1.5)
    assert partner_bonus(0.12, 0.2, 1.0) == near(0.12)
    assert absorptive_score(0.0, 0.0, False, 0.0, 0.0) == 0.0  # nobody yet
    assert partner_bonus(0.12, 0.0, 0.0) == near(0.06)


def test_the_first_platform_counts_for_a_project():
    with_one, without = (project_score(20.0, False, n, False, 0.5) for n in (1, 0))
    assert with_one - without == near(0.6)


def test_how_often_an_offer_is_taken_by_package_host_and_pull():
    chances = {
        (0.0, 5.0, 0.0): 0.3 * (1.0 - 0.2 * math.log(4.0)),  # nothing promised
        (150.0, 5.0, 0.0): 0.3 * (1.0 + 0.2 * math.log(4.0)),
        (30.0, 10.0, 0.0): 0.3 * math.exp(0.5),
        (30.0, 5.0, 1.0): 0.3 * math.exp(-0.5),
    }
    for (package, host, pull), chance in chances.items():
        assert has_chance(lambda u, p=package, h=host, c=pull: accepts(0.3, p, 0.2, h, c, u), chance)


def test_one_in_a_hundred_comes_whatever_is_offered_and_five_never_do():
    assert has_chance(lambda u: accepts(0.01, 0.0, 0.5, 0.0, 1.5, u), 0.01)
    assert has_chance(lambda u: accepts(0.9, 300.0, 0.5, 12.0, -1.0, u), 0.95)


def test_a_body_takes_half_of_the_science_staff_in_equal_parts_with_its_sisters():
    assert converted_researchers(120.0, 3) == near(20.0)
    assert converted_researchers(120.0, 0) == near(60.0)


def test_a_body_of_ten_people_may_be_recognised_and_one_of_fewer_may_not():
    assert recognition_chance(0.4, just_below(10.0)) == 0.0
    assert recognition_chance(0.4, 10.0) == near(0.4 * (1.0 - math.exp(-0.5)))
    assert recognition_chance(0.4, 1e6) == near(0.4), "never likelier than an institute from outside"


def test_a_platform_rises_with_age_staff_and_projects():
    assert upgrade_merit(11, 200.0, True) == upgrade_merit(12, just_below(50.0), True) == 0.0
    assert upgrade_merit(12, 100.0, False) == near(1.0 - math.exp(-1.0))
    assert upgrade_merit(12, 100.0, True) == near(1.5 * (1.0 - math.exp(-1.0)))


def test_ten_times_the_award_is_not_ten_times_the_chance_and_no_award_is_none():
    assert upgrade_chance(0.2, 0.2, 0.0, 1.0) == 0.0
    low, high = (upgrade_chance(0.2, 0.2, award, 1.0) for award in (30.0, 300.0))
    assert low == near(0.5 * 0.04 * math.log(1.6)) and low < high < 5.0 * low
    assert upgrade_chance(0.3, 0.3, 1e9, 1.5) <= 0.5


def test_the_first_money_of_a_pilot_base_does_most():
    assert pilot_reach(0.0) == 0.0 and pilot_reach(10.0) == near(1.0 - math.exp(-1.0))
    assert pilot_contacts(1000.0) == near(20.0) and pilot_contacts(250.0) == near(10.0)


def test_consortia_at_work_make_centres_likelier_each_less_than_the_one_before():
    assert centres_with_consortia(0.0) == 1.0 and centres_with_consortia(6.0) == near(1.0 + 1.2 * (1.0 - math.exp(-1.0)))
    first, tenth = (centres_with_consortia(n) - centres_with_consortia(n - 1.0) for n in (1.0, 10.0))
    assert 0.0 < tenth < 0.3 * first


def test_people_come_part_time_more_readily_than_for_good():
    assert has_chance(lambda u: agrees_to_visit(5.0, u), 0.6)
    assert has_chance(lambda u: agrees_to_visit(15.0, u), 0.95)
    assert not accepts(0.5, 30.0, 0.2, 5.0, 0.0, 0.59)


def test_part_time_work_lasts_two_years_or_three_and_one_in_twelve_stays():
    assert (visit_term(0.49), visit_term(0.5)) == (8, 12)
    assert has_chance(lambda u: stays_on(0.0, u), 0.08) and has_chance(lambda u: stays_on(1.0, u), 0.08 * math.exp(-0.5))


def test_the_pull_of_neighbours_takes_people_away():
    assert leave_hazard(0.08, 30.0, 0.2, 1.0, False) == near(0.08 * math.exp(0.5))
