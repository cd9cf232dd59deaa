"""Indicators that follow from rows already there: no target is set for them, and they are shown with the public ones."""

import numpy as np
import pytest

from yidu.agents.enterprise import NEVER
from yidu.agents.statuses import certificate_valid, is_high_growth, is_large_or_medium
from yidu.sim.draws import PriorDraws
from yidu.sim.indicators import INDICATOR, INDICATORS
from yidu.sim.record import OneRun

REPORTED = [one.id for one in INDICATORS if one.reported]


def grew(**other):
    """A register firm of six years that went from 1,000 to 1,500 万元 in two years, with R&D of 4 %."""
    firm = {"registered": True, "age": 6.0, "sales": 1500.0, "sales_before": 1250.0, "sales_two_before": 1000.0, "rd": 60.0}
    return bool(is_high_growth(*{**firm, **other}.values()))


def test_a_firm_that_grew_a_fifth_a_year_is_a_high_growth_firm():
    assert grew()


@pytest.mark.parametrize(
    "other", [{"registered": False}, {"age": 16.0}, {"sales": 1430.0}, {"sales_before": 1600.0}, {"sales_two_before": 990.0}, {"rd": 30.0}]
)
def test_outside_the_register_old_slow_falling_small_or_without_research_it_is_none(other):
    assert not grew(**other)


def test_a_plant_of_three_hundred_is_of_medium_size_and_a_shop_of_twenty_is_not():
    assert is_large_or_medium(300.0, 2000.0)
    assert not is_large_or_medium(299.0, 50000.0) and not is_large_or_medium(2000.0, 1999.0)


@pytest.fixture(scope="module")
def run(dadukou):
    one = OneRun(dadukou, seed=3, draws=PriorDraws(dadukou), until=2022, reconcile=False)
    while not one.ended:
        one.step()
    return one


def test_reported_indicators_are_what_the_rows_say(run, dadukou):
    firms = run.world.firms[: run.rows_of("firms")]
    firms = firms[firms.alive == 1]
    registered = firms[firms.register_q != NEVER]
    at = dict(zip(INDICATOR, run.world.indicators[run.year - 2015]))
    makers = firms[(firms.industry == 1) & (firms.above_scale == 1)]
    assert at["research_body_share"] == pytest.approx(100.0 * np.mean(makers.platforms > 0))
    sizeable = firms[(firms.industry == 1) & (firms.staff >= 300.0) & (firms.sales_1 >= 2000.0)]
    assert len(sizeable) > 0 and at["research_active_share"] == pytest.approx(100.0 * np.mean(sizeable.rd_1 > 0.0))
    held = [certificate_valid(q, run.quarter) and run.quarter - q < 4 for q in firms.hnte_q.tolist()]
    assert at["high_tech_recognised"] == sum(held) > 0
    assert at["new_third_board_firms"] == (registered.board == 2).sum()
    assert at["main_board_firms"] == (registered.board == 3).sum()
    ratio = np.array([sector.value_added_ratio for sector in dadukou.settings.sectors])
    pillars = firms[firms.pillar == 1]
    added = 1e-4 * (pillars.revenue * ratio[pillars.sector]).sum() * run.world.district[0].value_added_counted
    assert at["pillar_share_of_gdp"] == pytest.approx(100.0 * added / at["gdp"], rel=0.05)  # revenue moves on after the count


def test_high_growth_is_not_counted_before_two_years_of_growth_are_known(run):
    column = list(INDICATOR).index("high_growth_firms")
    counted = run.world.indicators[: run.year - 2014, column]
    assert np.isnan(counted[:2]).all() and (counted[2:] >= 0.0).all() and counted[-1] > 0.0


def test_certificates_of_three_years_are_those_that_are_valid(run):
    # One lapses after three years, so the years' certificates, less firms that closed, are the stock.
    by_id = dict(zip(INDICATOR, run.world.indicators[: run.year - 2014].T))
    three = by_id["high_tech_recognised"][-3:].sum()
    assert by_id["high_tech_enterprises"][-1] <= three <= 1.25 * by_id["high_tech_enterprises"][-1]


def test_what_is_reported_has_no_target_and_says_what_it_misses(dadukou):
    assert len(REPORTED) == 7 and not any(INDICATOR[name].public for name in REPORTED)
    assert not {target.indicator for target in dadukou.targets} & set(REPORTED)
    for name in ("research_body_share", "pillar_share_of_gdp"):
        assert "偏低" in INDICATOR[name].counted.zh and "lower bound" in INDICATOR[name].counted.en
