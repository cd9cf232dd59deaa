"""How enterprises grow, pay their owners and close, by hand."""

import math

import numpy as np
import pytest

from tests.agents.edges import just_below
from yidu.agents.compiled import plain
from yidu.agents.enterprise import (
    NEVER,
    age_growth,
    age_years,
    dividend,
    exit_hazard,
    founded_more,
    founding_rate,
    giant_exit_hazard,
    growth,
    growth_spread,
    margin_before_rd,
    next_science_staff,
    next_staff,
    own_exit_hazard,
    support_felt,
    support_helps,
)

pytestmark = pytest.mark.fast


def near(value):
    return pytest.approx(value, rel=1e-12)


def test_a_firm_that_the_plan_of_2021_names_is_there_to_the_end_of_2020_and_an_unnamed_one_may_go():
    assert giant_exit_hazard(0.01, 2.0, True, 2020) == 0.0
    assert giant_exit_hazard(0.01, 2.0, True, 2021) == giant_exit_hazard(0.01, 2.0, False, 2020) == 0.02


def test_ten_years_on_four_fifths_more_firms_are_founded():
    assert founding_rate(0.1, 0.08, 0.0) == 0.1
    assert founding_rate(0.1, 0.08, 10.0) == pytest.approx(0.18)
    assert founding_rate(0.1, -0.2, 6.0) == 0.0


def test_a_firm_of_2000_wan_swings_by_half_the_yearly_spread_in_a_quarter():
    assert growth_spread(2000.0, 0.4, 0.2) == near(0.2)


def test_ten_times_the_size_swings_by_a_third_less():
    # 10 ^ -0.2 = 0.631
    assert growth_spread(20_000.0, 0.4, 0.2) == near(0.2 * math.exp(-0.2 * math.log(10.0)))
    assert round(growth_spread(20_000.0, 0.4, 0.2), 3) == 0.126


def test_the_spread_is_at_most_1_6_times_and_at_least_a_quarter():
    assert growth_spread(20.0, 0.4, 0.2) == growth_spread(5.0, 0.4, 0.2) == near(0.32)
    assert growth_spread(3.0e6, 0.4, 0.25) == near(0.05)


def test_in_a_middling_quarter_a_firm_falls_short_of_the_average_by_half_the_variance():
    assert growth(0.02, 0.2, 0.5) == near(0.0)


def test_no_quarter_does_more_than_double_or_halve_a_firm():
    assert growth(0.5, 0.4, 0.9999) == 0.69
    assert growth(-0.5, 0.4, 0.0001) == -0.69


def test_revenue_of_the_average_firm_grows_as_expected():
    u = (np.arange(20_000) + 0.5) / 20_000
    mean = np.mean([math.exp(plain(growth)(0.015, 0.2, float(x))) for x in u])
    assert mean == pytest.approx(math.exp(0.015), abs=0.001)


def test_the_young_grow_faster_until_year_eight():
    assert [age_growth(a) for a in (0.0, 4.0, 8.0, 20.0)] == [0.08, 0.04, 0.0, 0.0]


def test_a_firm_born_at_the_end_of_2015_is_five_at_the_end_of_2020():
    assert age_years(3, 23) == 5.0


def test_a_firm_that_doubles_in_a_quarter_takes_on_six_for_every_ten():
    assert next_staff(100.0, 2.0) == near(160.0)
    assert next_staff(100.0, 0.5) == near(70.0)
    assert next_staff(1.0, 0.5) == 1.0


def test_science_staff_follow_research_and_stay_below_nine_tenths():
    # R&D from 99 to 399 万元 quadruples (with the one): staff double
    assert next_science_staff(10.0, 100.0, 99.0, 399.0, 0.0) == near(20.0)
    assert next_science_staff(80.0, 100.0, 99.0, 399.0, 0.0) == 90.0
    assert next_science_staff(10.0, 100.0, 50.0, 50.0, 0.057) == near(10.0 * math.exp(0.057))


def test_an_average_firm_earns_5_percent_and_most_of_its_research_back():
    assert margin_before_rd(0.0, 0.0) == near(0.05)
    assert margin_before_rd(0.0, 0.05) == near(0.095)
    assert margin_before_rd(1.0, 0.0) == near(0.065)


def test_owners_take_half_of_what_passes_a_quarter_and_a_half_of_sales():
    assert dividend(2_500_000.0, 1_000_000.0) == 500_000.0
    assert dividend(1_500_000.0, 1_000_000.0) == 0.0
    assert dividend(1_500_001.0, 1_000_000.0) == 0.0  # half a yuan is left in the firm


HAZARDS = (0.016, 0.063, 0.095, 0.085, 0.055)


def test_closing_peaks_in_the_third_year():
    ages = (0.0, 0.75, 1.0, 2.0, 3.0, 6.75, 7.0)
    assert [exit_hazard(a, *HAZARDS) for a in ages] == [0.016, 0.016, 0.063, 0.095, 0.085, 0.085, 0.055]


def test_an_old_firm_closes_at_3_percent_from_year_fifteen():
    # 0.055 + (0.03 - 0.055) x 4 / 8 at eleven
    assert exit_hazard(11.0, *HAZARDS) == near(0.0425)
    assert exit_hazard(15.0, *HAZARDS) == exit_hazard(30.0, *HAZARDS) == near(0.03)
    assert exit_hazard(30.0, 0.016, 0.063, 0.095, 0.085, 0.02) == near(0.02)


def test_a_certified_register_firm_closes_a_quarter_as_often_at_a_ratio_of_one_half():
    def hazard(registered, certified, incubated, seeded, effect=0.01, helped=0.0):
        return own_exit_hazard(0.08, registered, certified, 0.5, incubated, 1.2, seeded, effect, helped)

    assert hazard(False, False, False, False) == near(0.08)
    assert hazard(True, False, False, False) == near(0.04)
    assert hazard(True, True, False, False) == near(0.02)
    assert hazard(False, False, True, False) == near(0.096)
    assert hazard(True, True, False, True) == near(0.01)
    assert hazard(True, True, False, True, effect=0.06) == 0.0
    assert hazard(False, False, False, False, helped=0.5) == near(0.075)


def test_start_up_support_is_felt_by_halves_and_a_whole_rent_keeps_half_of_what_seed_money_does():
    assert support_felt(0.0) == 0.0 and support_felt(500.0) == 0.5 and support_felt(2000.0) == near(0.8)
    assert founded_more(0.0) == 1.0 and founded_more(500.0) == near(1.05)
    assert support_helps(0.0) == 0.0 and support_helps(7.2) == 0.5


def test_what_never_happened_is_never_recent():
    assert min(range(84)) - NEVER > 4 * 20


def test_below_20_wan_a_firm_swings_no_more_than_at_20():
    # a hundredth of 2,000 万元, at an exponent of 0.05: 100 ^ 0.05
    for revenue in (0.0, 5.0, 20.0):
        assert growth_spread(revenue, 0.4, 0.05) == near(0.2 * math.exp(0.05 * math.log(100.0)))
    assert growth_spread(21.0, 0.4, 0.05) < growth_spread(20.0, 0.4, 0.05)


def test_nobody_employs_more_than_60_thousand():
    assert next_staff(50_000.0, 2.0) == next_staff(60_000.0, 1.0) == 60_000.0
    assert next_staff(59_999.0, 1.0) == near(59_999.0)


def test_half_a_researcher_stays_half_a_researcher():
    assert next_science_staff(0.5, 100.0, 50.0, 50.0, 0.0) == near(0.5)


def test_research_beyond_half_of_revenue_earns_nothing_more():
    assert margin_before_rd(0.0, 0.5) == margin_before_rd(0.0, 0.6) == near(0.5)


def test_the_hazard_of_an_age_lasts_until_the_very_birthday():
    assert [exit_hazard(just_below(a), *HAZARDS) for a in (1.0, 2.0, 3.0, 7.0)] == [0.016, 0.063, 0.095, 0.085]
