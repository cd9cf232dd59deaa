"""Register, 国家科技型中小企业, 高新技术企业, 规上, 专精特新 and OTC listing, by hand."""

import pytest

from tests.agents.edges import has_chance, just_below
from yidu.agents.enterprise import NEVER
from yidu.agents.statuses import (
    above_scale_line,
    applies_for_hnte,
    award_factor,
    beyond_the_best,
    certificate_appeal,
    certificate_valid,
    coverage,
    hnte_rd_line,
    ip_points,
    is_national_tech_sme,
    may_be_specialised,
    may_list,
    may_register,
    meets_hnte_but_rd,
    passes_score,
    rd_points,
    register_hazard,
    relabels,
    staff_points,
    stays_above_scale,
)

pytestmark = pytest.mark.fast


def near(value):
    return pytest.approx(value, rel=1e-12)


# --- 规上


def test_the_line_is_2000_wan_for_industry_and_software_1000_for_services_500_for_culture():
    assert above_scale_line(4, True) == 2000.0
    assert above_scale_line(3, True) == 2000.0
    assert above_scale_line(0, False) == 2000.0
    assert above_scale_line(2, False) == 1000.0
    assert above_scale_line(3, False) == 500.0


def test_a_firm_enters_the_list_the_year_after_it_crosses():
    assert not stays_above_scale(False, False, 2500.0, 2000.0)
    assert stays_above_scale(False, True, 2500.0, 2000.0)
    assert not stays_above_scale(False, True, 1999.0, 2000.0)


def test_a_listed_firm_is_dropped_at_the_review_once_its_sales_fall_below_the_line():
    assert stays_above_scale(True, True, 2000.0, 2000.0)
    assert not stays_above_scale(True, True, 1999.0, 2000.0)


# --- the municipal register


def test_some_research_with_a_right_or_a_tenth_of_staff_in_science_opens_the_register():
    assert may_register(5.0, 1, 0.0, 50.0)
    assert not may_register(5.0, 0, 4.9, 50.0)
    assert not may_register(0.0, 9, 4.9, 50.0)
    assert may_register(0.0, 0, 5.0, 50.0)


def register_rate(**given):
    setting = {"rate": 0.1, "drive": 0.0, "drive_strength": 4.0, "award": 0.0, "award_response": 0.2,
               "incubated": False, "incubator_boost": 2.0, "needs_credit": False, "push": 1.0}  # fmt: skip
    return register_hazard(*{**setting, **given}.values())


def test_coaching_twice_as_many_helps_less_than_twice_as_much_and_costs_more_than_twice():
    few, many = coverage(30.0, 600.0), coverage(60.0, 600.0)
    helped = [c * (1.0 - beyond_the_best(c, 0.1)) for c in (few, many)]
    cost = [c / (1.0 - beyond_the_best(c, 0.1)) for c in (few, many)]
    assert helped[0] < helped[1] < 2.0 * helped[0] and cost[1] > 2.0 * cost[0]
    assert beyond_the_best(0.1, 0.1) == 0.5 and beyond_the_best(0.0, 0.1) == 0.0


def test_nobody_is_coached_twice_to_fill_a_quota():
    assert coverage(200.0, 50.0) == 1.0 and coverage(5.0, 0.0) == 1.0


def test_the_city_drive_of_2018_to_2020_quadruples_the_chance_to_register():
    assert register_rate() == near(0.1)
    assert register_rate(drive=0.5) == near(0.25)
    assert register_rate(drive=1.0) == near(0.4)


def test_incubator_credit_and_year_end_push_multiply_the_chance_to_register():
    assert register_rate(incubated=True) == near(0.2)
    assert register_rate(needs_credit=True) == near(0.12)
    assert register_rate(push=2.5) == near(0.25)
    # 1 万元 on first entry: 1 + 0.2 x ln 2
    assert register_rate(award=1.0) == near(0.1 * (1.0 + 0.2 * 0.6931471805599453))


# --- 国家科技型中小企业


def is_sme(**given):
    firm = {"year": 2019, "staff": 100.0, "sales": 1000.0, "science_staff": 10.0, "rd": 40.0, "patents": 0,
            "other_ip": 4, "certified": False, "hosts_platform": False}  # fmt: skip
    return bool(is_national_tech_sme(*{**firm, **given}.values()))


def test_staff_research_and_rights_are_worth_20_50_and_30_points():
    assert [staff_points(s) for s in (0.30, 0.25, 0.20, 0.15, 0.10, 0.09)] == [20, 16, 12, 8, 4, 0]
    assert [rd_points(s) for s in (0.06, 0.05, 0.04, 0.03, 0.02, 0.01)] == [50, 40, 30, 20, 10, 0]
    assert ip_points(1, 0) == 30.0
    assert [ip_points(0, n) for n in (0, 1, 3, 4, 9)] == [0, 6, 18, 24, 24]


def test_58_points_are_not_enough_and_62_are():
    # 10 % science staff 4, R&D of 4 % 30, four software rights 24: 58. With 15 % of staff in science 8: 62.
    assert not is_sme()
    assert is_sme(science_staff=15.0)


def test_60_points_is_the_line():
    # 15 % of staff 8 + R&D of 5 % 40 + two rights 12 = 60; with one right 54
    assert is_sme(science_staff=15.0, rd=50.0, other_ip=2)
    assert not is_sme(science_staff=15.0, rd=50.0, other_ip=1)


def test_without_a_tenth_of_staff_in_science_80_points_do_not_help():
    assert not is_sme(science_staff=9.0, rd=60.0, patents=1)


def test_a_certificate_or_a_provincial_platform_stands_for_the_points():
    assert is_sme(science_staff=0.0, rd=0.0, other_ip=0, certified=True)
    assert is_sme(science_staff=0.0, rd=0.0, other_ip=0, hosts_platform=True)


def test_the_title_ends_at_500_people_and_2_yi_and_starts_in_2017():
    passing = {"science_staff": 400.0, "rd": 1200.0, "sales": 20000.0, "staff": 500.0, "patents": 1}
    assert is_sme(**passing)
    assert not is_sme(**{**passing, "staff": 501.0})
    assert not is_sme(**{**passing, "sales": 20001.0})
    assert not is_sme(**{**passing, "year": 2016})
    assert not is_sme(sales=0.0, certified=True)


# --- 高新技术企业


def test_the_research_line_is_5_4_or_3_percent_by_last_years_sales():
    assert [hnte_rd_line(s) for s in (5000.0, 5001.0, 20000.0, 20001.0)] == [0.05, 0.04, 0.04, 0.03]


def test_a_year_of_age_a_right_a_tenth_of_staff_and_60_percent_of_revenue_are_all_needed():
    firm = {"age": 1.0, "rights": 1, "science_staff": 10.0, "staff": 100.0, "high_tech_share": 0.6}
    assert meets_hnte_but_rd(*firm.values())
    for short in ({"age": 0.75}, {"rights": 0}, {"science_staff": 9.9}, {"high_tech_share": 0.59}):
        assert not meets_hnte_but_rd(*{**firm, **short}.values())


def test_only_a_firm_within_a_third_of_the_line_relabels_and_only_a_willing_one():
    assert relabels(0.034, 0.05, 0.4, 0.39)
    assert not relabels(0.034, 0.05, 0.4, 0.41)
    assert not relabels(0.033, 0.05, 0.4, 0.01)
    assert not relabels(0.050, 0.05, 0.4, 0.01)


def applies(u, **given):
    case = {"aware": True, "rate": 0.5, "appeal": 1.0, "award": 0.0, "award_response": 0.2, "push": 1.0}
    return bool(applies_for_hnte(*{**case, **given}.values(), u))


def test_an_unaware_firm_never_applies_and_an_award_makes_an_aware_one_likelier():
    assert applies(0.49) and not applies(0.51)
    assert not applies(0.01, aware=False, award=50.0, push=3.0)
    # 10 万元: 0.5 x (1 + 0.2 ln 11) = 0.74
    assert applies(0.73, award=10.0) and not applies(0.75, award=10.0)
    assert applies(0.64, appeal=1.3) and not applies(0.66, appeal=1.3)
    assert not applies(0.985, rate=0.8, award=50.0, push=3.0)


def test_a_certificate_appeals_to_who_pays_25_percent_and_not_to_the_small_and_encouraged():
    # 0.6 + 6 x (0.25 - 0.15) + 0.1 for 2,000 万元 of revenue
    assert certificate_appeal(0.25, 2000.0) == near(1.3)
    assert certificate_appeal(0.15, 2000.0) == certificate_appeal(0.05, 2000.0) == near(0.7)
    assert certificate_appeal(0.25, 60_000.0) == certificate_appeal(0.25, 6000.0) == near(1.5)


def test_a_firm_one_deviation_better_passes_the_score_6_points_more_often():
    assert passes_score(0.7, 1.0, 0.759)
    assert not passes_score(0.7, 1.0, 0.761)
    assert not passes_score(0.9, 9.0, 0.995)
    assert passes_score(0.1, -9.0, 0.049)


def test_a_certificate_expires_after_exactly_twelve_quarters():
    issued = 3  # the last quarter of 2015
    assert [bool(certificate_valid(issued, issued + q)) for q in (0, 11, 12, 13)] == [True, True, False, False]


def test_a_firm_that_never_had_a_certificate_has_none():
    assert not certificate_valid(NEVER, -95)
    assert not certificate_valid(NEVER, 20)


# --- 专精特新 and the board


def test_the_national_title_wants_100_wan_of_research_and_5_percent_or_a_certificate():
    firm = {"national": True, "age": 2.0, "rd": 100.0, "sales": 1000.0, "staff": 50.0, "certified": False}
    assert may_be_specialised(*firm.values())
    assert not may_be_specialised(*{**firm, "rd": 99.0}.values())
    assert not may_be_specialised(*{**firm, "sales": 999.0}.values())
    assert not may_be_specialised(*{**firm, "age": 1.75}.values())
    # 100 of 3,000 is 3.3 %: above 3 %, below 5 %
    assert not may_be_specialised(*{**firm, "sales": 3000.0}.values())
    assert may_be_specialised(*{**firm, "sales": 3000.0, "certified": True}.values())
    assert not may_be_specialised(*{**firm, "sales": 3400.0, "certified": True}.values())


def test_the_old_municipal_list_took_smaller_firms():
    assert may_be_specialised(False, 2.0, 20.0, 500.0, 1000.0, False)
    assert not may_be_specialised(False, 2.0, 19.0, 500.0, 1000.0, False)
    assert not may_be_specialised(False, 2.0, 20.0, 499.0, 1000.0, False)
    assert not may_be_specialised(False, 2.0, 20.0, 500.0, 1001.0, False)


def test_a_register_firm_lists_after_two_years_with_500_wan():
    assert may_list(True, 500.0, 2.0)
    assert not may_list(False, 5000.0, 9.0)
    assert not may_list(True, 499.0, 2.0)
    assert not may_list(True, 500.0, 1.75)


# --- the last number on either side of a line


def test_a_listed_firm_stays_whatever_it_did_last_year_and_the_line_itself_is_enough():
    assert stays_above_scale(True, False, 2000.0, 2000.0)
    assert stays_above_scale(False, True, 2000.0, 2000.0)


def test_the_least_research_with_a_right_opens_the_register_and_a_hair_less_than_a_tenth_of_staff_does_not():
    assert may_register(0.1, 1, 0.0, 50.0)
    assert not may_register(0.0, 1, just_below(5.0), 50.0)


def test_a_hair_below_a_step_of_the_points_is_the_step_before():
    assert [staff_points(just_below(s)) for s in (0.30, 0.25, 0.20, 0.15, 0.10)] == [16, 12, 8, 4, 0]
    assert [rd_points(just_below(s)) for s in (0.06, 0.05, 0.04, 0.03, 0.02)] == [40, 30, 20, 10, 0]


def test_the_first_year_of_the_title_is_2017_and_the_least_sales_will_do():
    assert is_sme(year=2017, certified=True)
    assert is_sme(sales=0.5, certified=True)


def test_a_founder_alone_who_spends_three_tenths_of_the_time_on_research_has_20_points():
    # 20 + 40 for research of 5 % = 60
    alone = {"staff": 1.0, "rd": 50.0, "other_ip": 0}
    assert is_sme(**alone, science_staff=0.30)
    assert not is_sme(**alone, science_staff=just_below(0.30))
    assert not is_sme(staff=0.0, science_staff=0.0)


def test_a_firm_a_day_short_of_a_year_or_a_hair_short_of_60_percent_is_no_high_tech_firm():
    assert not meets_hnte_but_rd(just_below(1.0), 1, 10.0, 100.0, 0.6)
    assert not meets_hnte_but_rd(1.0, 1, 10.0, 100.0, just_below(0.6))


def test_relabelling_begins_at_two_thirds_of_the_line():
    assert relabels(0.667 * 0.05, 0.05, 0.4, 0.39)
    assert not relabels(just_below(0.667 * 0.05), 0.05, 0.4, 0.39)


def test_who_files_does_so_at_the_rate_and_never_more_often_than_98_times_in_a_hundred():
    assert has_chance(lambda u: applies(u), 0.5)
    assert has_chance(lambda u: applies(u, rate=0.2, push=2.0), 0.4)
    assert has_chance(lambda u: applies(u, rate=0.8, award=50.0, push=3.0), 0.98)


def test_the_score_is_passed_as_often_as_quality_says_between_5_and_99_in_a_hundred():
    chances = {(0.7, 0.0): 0.7, (0.7, 2.0): 0.82, (0.7, -1.0): 0.64, (0.9, 9.0): 0.99, (0.1, -9.0): 0.05}
    for (rate, quality), chance in chances.items():
        assert has_chance(lambda u, r=rate, q=quality: passes_score(r, q, u), chance)


def test_the_usual_award_changes_nothing_and_none_or_a_larger_one_does():
    # 1 + 0.2 ln 11 = 1.4796 at 10 万元
    assert award_factor(0.2, 10.0, 10.0) == award_factor(0.0, 90.0, 10.0) == 1.0
    assert award_factor(0.2, 10.0, 0.0) == near(1.4795790545596741)
    assert award_factor(0.2, 0.0, 10.0) == near(1.0 / 1.4795790545596741)


def test_national_criteria_turn_at_two_years_3_percent_with_a_certificate_and_5_without():
    def special(age=2.0, rd=150.0, certified=True):
        return bool(may_be_specialised(True, age, rd, 5000.0, 40.0, certified))

    assert special() and not special(age=just_below(2.0)) and not special(rd=just_below(150.0))
    assert special(rd=250.0, certified=False) and not special(rd=just_below(250.0), certified=False)


def test_the_citys_own_list_asked_for_two_years_and_20_wan_of_research():
    def special(age=2.0, rd=20.0):
        return bool(may_be_specialised(False, age, rd, 500.0, 1000.0, False))

    assert special() and not special(age=just_below(2.0)) and not special(rd=just_below(20.0))


def test_a_share_is_listed_from_the_second_birthday():
    assert may_list(True, 500.0, 2.0) and not may_list(True, 500.0, just_below(2.0))
