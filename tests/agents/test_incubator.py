"""Incubators: service, titles, graduation and room, by hand."""

import itertools
import math

import pytest

from tests.agents.edges import just_below
from yidu.agents.incubator import (
    ACCELERATOR,
    INCUBATOR_KIND,
    MAKERSPACE,
    admission_score,
    capacity_of,
    founding_factor,
    longest_stay,
    meets_municipal,
    meets_national,
    passes_graduation,
    places_sought,
    search_rate,
    service_quality,
    tenant_bonus,
)

pytestmark = pytest.mark.fast


def near(value):
    return pytest.approx(value, rel=1e-12)


def test_support_helps_most_near_60_wan_and_too_much_of_it_spoils_the_service():
    assert service_quality(1.0, 0.0) == near(0.6)
    assert service_quality(1.0, 60.0) == near(1.0)
    assert service_quality(1.0, 120.0) == near(0.6 + 0.8 / math.e)
    assert service_quality(1.0, 0.0) < service_quality(1.0, 200.0) < service_quality(1.0, 120.0)
    assert max(range(201), key=lambda s: service_quality(1.0, float(s))) == 60


def test_a_tenant_grows_by_the_bonus_times_the_service():
    assert tenant_bonus(0.03, 0.8) == near(0.024)


def test_two_of_four_tests_make_a_graduate():
    assert not passes_graduation(True, False, False, False)
    assert passes_graduation(True, False, False, True)
    assert passes_graduation(False, True, True, False)


def test_tenants_stay_four_years_and_biomedicine_five():
    assert [longest_stay(s) for s in (0, 1, 2, 3)] == [16, 16, 20, 16]


def test_a_makerspace_is_titled_after_a_year_with_a_tenant_in_ten_places():
    assert meets_municipal(MAKERSPACE, 1.0, 3, 30)
    assert not meets_municipal(MAKERSPACE, 0.75, 30, 30)
    assert not meets_municipal(MAKERSPACE, 1.0, 2, 30)


def test_an_incubator_is_titled_after_two_years_with_a_quarter_let():
    for kind in (INCUBATOR_KIND, ACCELERATOR):
        assert meets_municipal(kind, 2.0, 10, 40)
        assert not meets_municipal(kind, 1.75, 40, 40)
        assert not meets_municipal(kind, 2.0, 9, 40)


def test_the_national_title_wants_three_years_50_tenants_and_20_graduates():
    assert meets_national(3.0, 50, 20)
    assert not meets_national(2.75, 50, 20)
    assert not meets_national(3.0, 49, 20)
    assert not meets_national(3.0, 50, 19)


def test_a_speciality_is_worth_more_than_the_best_luck_of_the_day():
    assert admission_score(0.0, True, 0.0) == near(0.7)
    assert admission_score(0.0, False, 0.999) < admission_score(0.0, True, 0.0)


def test_a_makerspace_of_middling_luck_has_36_places():
    # 35 x (0.6 + 0.9 x 0.5) = 36.75
    assert capacity_of(MAKERSPACE, 0.5) == 36
    assert capacity_of(INCUBATOR_KIND, 0.5) == 57


def test_luck_is_worth_half_a_point_at_most():
    assert admission_score(0.3, False, 1.0) == near(0.8)


def test_three_times_the_platforms_bring_fewer_than_three_times_the_askers_and_hardly_more_founders():
    assert search_rate(7.0) == near(0.35) and search_rate(28.0) == near(0.7) and search_rate(1000.0) == 1.5
    assert founding_factor(7.0) == 1.0 and founding_factor(21.0) == near(3.0**0.05)
    assert places_sought(0.0) == 1.0 and places_sought(500.0) == near(1.15)


def test_any_two_of_the_four_make_a_graduate_and_no_one_of_them_does():
    for chosen in itertools.product((False, True), repeat=4):
        assert bool(passes_graduation(*chosen)) == (sum(chosen) >= 2)


def test_titles_wait_for_the_very_birthday():
    assert not meets_municipal(MAKERSPACE, just_below(1.0), 30, 30)
    assert not meets_municipal(INCUBATOR_KIND, just_below(2.0), 40, 40)
    assert not meets_national(just_below(3.0), 50, 20)


def test_nine_tenants_in_91_places_are_less_than_one_in_ten():
    assert meets_municipal(MAKERSPACE, 1.0, 9, 90) and not meets_municipal(MAKERSPACE, 1.0, 9, 91)


def test_places_run_from_six_tenths_to_one_and_a_half_times_the_mean():
    u = [(k + 0.5) / 2_000 for k in range(2_000)]
    for kind, mean, least, most in ((MAKERSPACE, 35.0, 21, 52), (INCUBATOR_KIND, 55.0, 33, 82)):
        places = [capacity_of(kind, x) for x in u]
        assert (capacity_of(kind, 0.0), max(places)) == (least, most)
        assert sum(places) / len(places) == pytest.approx(1.05 * mean - 0.5, abs=0.05)  # whole places lose half of one
