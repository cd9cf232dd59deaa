"""What the record says of itself and of the model: identities, backcast, naive forecasters, other structures."""

from dataclasses import replace

import numpy as np
import pytest

from yidu.calibration.checks import identities
from yidu.calibration.facts import comparable_facts, moments, uncompared
from yidu.calibration.leave_out import dated_to, known_levels, naive
from yidu.calibration.structures import one_run, published_by, structures
from yidu.sim.draws import PriorDraws
from yidu.sim.ensemble import simulate
from yidu.sim.region import load


@pytest.fixture(scope="module")
def chongqing():
    return load("chongqing")


@pytest.fixture(scope="module")
def record(dadukou):
    return simulate(dadukou, dadukou.levers, runs=4, seed=4, until=2020, reconcile=False, draws=PriorDraws(dadukou))


def named(found, text):
    rows = [row for row in found if text in row.identity]
    assert rows, f"no identity with '{text}'"
    return rows


def test_research_over_gdp_holds_in_2019_and_not_in_2020(dadukou):
    by_year = {row.identity[-6:]: row.holds for row in named(identities(dadukou), "rd_share_of_gdp")}
    assert by_year == {"(2019)": True, "(2020)": False}


def test_fifty_point_nine_percent_is_fitted_over_four_years_and_five_from_64_are_not_held_against_it(dadukou, record):
    (growth,) = dadukou.readings("tech_growth")
    (start,), (end,) = dadukou.readings("tech_enterprises_2015"), dadukou.readings("tech_enterprises_2020")
    assert (growth.role, growth.period) == ("calibrate", "2017-2020") and "tech_growth" in comparable_facts(dadukou, record.indicators)
    yearly = 1.0 + growth.value / 100.0
    assert end.value / yearly**4 == pytest.approx(58.0, abs=0.5) and start.value * yearly**5 == pytest.approx(500.8, abs=0.5)
    assert not [row for row in identities(dadukou) if any(fact.startswith("tech_growth") for fact in row.facts)]


def test_five_years_of_research_do_not_add_up_to_fifty_unless_read_loosely(dadukou):
    rows = named(identities(dadukou), "even path = sum")
    assert {row.holds for row in rows} == {True, False}
    assert all(row.holds == ("rd_sum[b]" in row.facts) for row in rows)


def test_seventeen_platforms_and_thirty_are_forty_seven(dadukou):
    (row,) = named(identities(dadukou), "+ added")
    assert row.holds and (row.left, row.right) == (47.0, 47.0)


def test_an_identity_that_breaks_is_seen(dadukou):
    facts = tuple(fact.model_copy(update={"value": 29.0}) if fact.fact == "rd_platforms_added" else fact for fact in dadukou.facts)
    (row,) = named(identities(replace(dadukou, facts=facts)), "+ added")
    assert not row.holds


def test_the_city_has_identities_too(chongqing):
    found = identities(chongqing)
    assert any("rd_share_of_gdp" in row.identity for row in found)
    assert all(row.holds for row in found if "<=" in row.identity)


def test_nothing_dated_after_the_cut_is_known_to_a_backcast(dadukou, chongqing):
    assert dated_to(dadukou, 2018) == ()
    known = dated_to(chongqing, 2018)
    assert {"tech_enterprises_2017", "tech_enterprises_2018", "high_tech_2017"} <= set(known)
    assert not [name for name in known if any(fact.last_year > 2018 for fact in chongqing.readings(name))]


def test_naive_forecasters_go_on_as_before_or_not_at_all(chongqing, dadukou):
    same, growing = naive(chongqing, "tech_enterprises", 2018, 2020)
    assert same == 11026 and growing == pytest.approx(11026 * (11026 / 6725) ** 2)
    assert naive(dadukou, "otc_listed", 2018, 2020) == (None, None)
    assert known_levels(dadukou, "tech_enterprises", 2020) == {2015: 64.0, 2020: 301.0}


def test_gaps_go_back_to_figures(dadukou, record):
    found = moments(dadukou, record)
    assert uncompared(found.gaps, found.record) == pytest.approx(np.maximum(found.values, 0.0), rel=1e-6, abs=1e-6)


def test_context_facts_of_simulated_indicators_are_compared_and_plan_goals_are_not(dadukou, record):
    names = comparable_facts(dadukou, record.indicators)
    assert "tech_growth" in names and "rd_share_2019" in names
    assert not [name for name in names if name.startswith("goal_")]


def test_a_run_publishes_its_own_record_under_the_reading_it_drew(dadukou, record):
    truth = one_run(record, 2)
    district = published_by(dadukou, truth)
    found = moments(district, truth)
    assert found.gaps == pytest.approx(np.zeros_like(found.gaps), abs=1e-9)
    first, second = (fact.value for fact in district.readings("patents"))
    assert first == second  # one number with two dates
    assert district.fact("tech_enterprises_2015").value == 64.0  # where it started is not its to say


def test_other_structures_differ_where_they_say_and_nowhere_else(dadukou):
    found = {structure.name: structure.region for structure in structures(dadukou)}
    assert found["as_fitted"] == dadukou
    drive = found["drive_stops"].environment.fields["registration_drive"].yearly()
    before = dadukou.environment.fields["registration_drive"].yearly()
    assert drive[:6].tolist() == before[:6].tolist() and not drive[6:].any()
    doubled = found["drive_doubles"].environment.fields["registration_drive"].yearly()
    assert doubled[:6].tolist() == before[:6].tolist() and (doubled[6:] >= 2.0 * before[6:]).all()
    runs = np.arange(50)
    plain, off = PriorDraws(dadukou).of_runs(1, runs)[0], PriorDraws(found["effort_off"]).of_runs(1, runs)[0]
    changed = np.flatnonzero((plain != off).any(axis=0))
    assert [PriorDraws(dadukou).beliefs[k].parameter for k in changed] == ["effort_on"] and not off[:, changed].any()
    for name, parameter in (("unequal_sizes", "firm_size_sigma"), ("founding_speeds_up", "entry_growth")):
        (farther,), (usual,) = ([prior for prior in region.priors if prior.parameter == parameter] for region in (found[name], dadukou))
        assert farther.low >= usual.high and farther.high > farther.low
