"""The end of 2020 corrects a run's rates as well as its counts, and the years before it lead to it."""

import numpy as np
import pytest

from tests.sim.small import SMALL_RECORD, opened, quarters
from yidu.agents.enterprise import NEVER
from yidu.agents.numbers import OUT_LEAST, OUT_SPREAD, PACE_MOST
from yidu.calibration.manifest import posterior
from yidu.sim import indicators as ind
from yidu.sim.ensemble import simulate
from yidu.sim.reconcile import moved_odds, pace
from yidu.sim.world import ADJUSTMENTS, RECORD_END_QUARTER

RUNS = 80
FEWER = {
    "tech_enterprises_2020": 45.0,
    "tech_enterprises_above_scale_2020": 20.0,
    "high_tech_enterprises_2020": 12.0,
    "high_tech_enterprises_above_scale_2020": 8.0,
}


@pytest.fixture(scope="module")
def met(dadukou):
    return simulate(dadukou, dadukou.levers, runs=RUNS, seed=11, until=2022)


@pytest.fixture(scope="module")
def fitted(dadukou):
    return simulate(dadukou, dadukou.levers, runs=200, seed=11, until=2021, draws=posterior(dadukou))


@pytest.fixture(scope="module")
def unmet(dadukou):
    return simulate(dadukou, dadukou.levers, runs=RUNS, seed=11, until=2020, reconcile=False)


def growth(outcomes, indicator, year):
    return np.log(outcomes.of(indicator, year) / outcomes.of(indicator, year - 1))


def test_the_ratio_of_flows_is_drawn_towards_one_and_bounded():
    assert pace(50.0, 50.0) == 1.0 and pace(0.0, 0.0) == 1.0
    assert 1.0 < pace(60.0, 40.0) < 1.5 and pace(6.0, 4.0) < pace(60.0, 40.0)
    assert (pace(1e6, 1.0), pace(0.0, 1e6)) == (PACE_MOST, 1.0 / PACE_MOST)


@pytest.mark.parametrize("indicator, before", [
    ("high_tech_enterprises", -0.60), ("tech_enterprises_above_scale", -0.42), ("tech_enterprises", -0.34),
])  # fmt: skip
def test_what_was_taken_off_in_2020_does_not_come_back_in_2021(fitted, indicator, before):
    # Correlation of what was adjusted with the growth of 2021; `before`: with nothing carried on.
    adjusted = fitted.adjusted[:, ADJUSTMENTS.index(indicator)]
    assert np.corrcoef(adjusted, growth(fitted, indicator, 2021))[0, 1] > 0.75 * before


def test_where_the_register_grew_too_fast_fewer_firms_are_left_that_would_enter_it(dadukou):
    w = opened(dadukou, run=4, until=2022, known={**SMALL_RECORD, **FEWER})
    for _ in quarters(w, RECORD_END_QUARTER + 4):
        pass
    d, firms = w.district[0], w.firms[: w.district[0].n_firms]
    assert d.register_pace < 0.8
    outside = (firms.alive == 1) & (firms.register_q == NEVER) & (firms.giant == 0)
    for group in (outside & (firms.birth_q <= RECORD_END_QUARTER), outside & (firms.birth_q > RECORD_END_QUARTER)):
        assert group.sum() > 3 and (firms.out_for[group] > 0).mean() > 0.5 * (1.0 - d.register_pace)
    assert (firms.out_for[firms.giant > 0] == 0).all()


def test_a_firm_struck_off_stays_out_for_five_years_and_more(dadukou):
    seen = 0
    for run in range(6):
        w = opened(dadukou, run=run, until=2027, known={**SMALL_RECORD, **FEWER})
        for _ in quarters(w, RECORD_END_QUARTER):
            pass
        struck = np.flatnonzero((w.firms.out_for > 0) & (w.firms.alive == 1))
        off, uncertified = (struck[w.firms[name][struck] == NEVER] for name in ("register_q", "hnte_q"))
        assert (w.firms.out_for[struck] >= OUT_LEAST).all() and (w.firms.out_for[struck] < OUT_LEAST + OUT_SPREAD).all()
        for _ in quarters(w, RECORD_END_QUARTER + 28):
            for rows, name in ((off, "register_q"), (uncertified, "hnte_q")):
                back = rows[w.firms[name][rows] != NEVER]
                assert (w.firms[name][back] >= RECORD_END_QUARTER + w.firms.out_for[back]).all()
        seen += off.size
    assert seen > 20


def test_a_run_that_lent_too_little_asks_for_more_and_one_that_lent_too_much_for_less(dadukou):
    for lent, faster in ((60.0, True), (0.0001, False)):
        w = opened(dadukou, known={**SMALL_RECORD, "knowledge_loans_total_2020": lent})
        for _ in quarters(w, RECORD_END_QUARTER):
            pass
        assert (w.district[0].loan_pace > 1.0) == faster and w.district[0].commercial_pace != 1.0


def test_without_a_record_nothing_is_carried_on(dadukou):
    w = opened(dadukou, reconciled=False)
    for _ in quarters(w, RECORD_END_QUARTER + 1):
        pass
    d = w.district[0]
    paces = [name for name in d.dtype.names if name.endswith("_pace")]
    assert len(paces) == 9 and all(d[name] == 1.0 for name in paces)
    assert not w.firms.out_for.any()


@pytest.mark.parametrize("indicator", ["digital_core_share", "high_tech_output_share"])
def test_a_share_has_no_step_in_2020(met, unmet, indicator):
    def step(outcomes):
        odds = [outcomes.of(indicator, year) / (100.0 - outcomes.of(indicator, year)) for year in (2019, 2020)]
        return np.log(odds[1] / odds[0])

    assert np.allclose(step(met), step(unmet), atol=1e-9)  # the record moves the level of every year, not the change of one


@pytest.mark.parametrize("indicator, of", [("patents", 713.0), ("rd_expenditure", None), ("strategic_emerging_share", None)])
def test_years_of_the_record_lead_to_its_end_by_degrees(met, unmet, indicator, of):
    factor = np.stack([np.log(met.of(indicator, year) / unmet.of(indicator, year)) for year in range(2015, 2020)])
    assert np.allclose(factor[0], 0.0, atol=1e-9)  # 2015 is known
    steps = np.abs(np.diff(factor, axis=0))
    assert (steps <= np.abs(factor[-1]) * 0.34 + 0.02).all()
    assert (np.sign(np.diff(factor, axis=0)) * np.sign(factor[-1]) >= 0.0).mean() > 0.85


def test_patents_of_every_year_add_up_through_their_doors(met):
    doors = {"patents:granted": 1.0, "patents:lapsed": -1.0, "patents:left_with_firm": -1.0, "patents:reconciled": 1.0}
    net = sum(sign * met.through(name) for name, sign in doors.items())
    levels = np.stack([met.of("patents", year) for year in met.years], axis=1)
    assert np.array_equal(np.diff(levels, axis=1), net[:, 1:])


def test_odds_move_alike_and_a_share_stays_one():
    assert moved_odds(10.0, 20.0, 20.0) == pytest.approx(10.0)
    assert moved_odds(20.0, 20.0, 60.0) == pytest.approx(60.0)
    assert 0.0 < moved_odds(95.0, 10.0, 60.0) < 100.0
    assert moved_odds(0.0, 20.0, 60.0) == 0.0 and ind.DIGITAL_SHARE != ind.HIGH_TECH_OUTPUT
