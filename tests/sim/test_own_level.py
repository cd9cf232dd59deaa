"""What policy really did in 2016-2020 is each run's own: the status quo goes on from there; only a number that is stated sets another."""

import numpy as np
import pytest

from tests.sim.small import SetDraws, opened
from yidu.experiments.scenarios.scenario import load, of_sheet
from yidu.sim.draws import DRAWN
from yidu.sim.levers import LEVERS
from yidu.sim.region import load as load_region

pytestmark = pytest.mark.fast

REGION = load_region("dadukou")
LEVEL = 0.5


def coached(scenario, level=LEVEL, **values):
    """Firms that a run of half the pack's level sets out to coach, by year."""
    draws = SetDraws(REGION, pool_size=900.0, **{"level:enterprise_coaching": level, **values})
    return {2015 + row: float(value) for row, value in enumerate(opened(REGION, scenario.levers, draws=draws).levers.enterprise_coaching)}


def said(line):
    return of_sheet(REGION, {"levers": {"enterprise_coaching": line}}, "mine")


def test_the_status_quo_goes_on_from_the_level_of_the_run():
    years = coached(load(REGION, "status_quo"))
    assert years[2020] == years[2021] == years[2025] == LEVEL * 30.0


def test_what_is_said_relative_to_the_status_quo_is_relative_to_the_level_of_the_run():
    assert coached(said("x2"))[2023] == pytest.approx(2.0 * LEVEL * 30.0)
    assert coached(said({"2023": "+50%"}))[2022] == LEVEL * 30.0
    assert coached(said({"2023": "+50%"}))[2023] == pytest.approx(1.5 * LEVEL * 30.0)
    assert coached(load(REGION, "austerity"))[2022] == pytest.approx(0.5 * LEVEL * 30.0)


def test_a_number_that_is_stated_is_that_number_in_every_run():
    for level in (0.3, 1.0, 3.0):
        assert coached(said(60.0), level)[2021] == 60.0
        assert coached(said({"2022": 60.0}), level)[2021] == level * 30.0


def test_a_ramp_leads_from_the_level_of_the_run_to_the_number():
    ramp = coached(said({"to": 60.0, "years": [2021, 2025]}))
    assert [ramp[year] for year in (2021, 2025)] == [LEVEL * 30.0, 60.0]
    assert ramp[2023] == pytest.approx(0.5 * (LEVEL * 30.0 + 60.0))


def test_a_number_that_stands_there_already_changes_nothing():
    assert said(30.0).levers == load(REGION, "status_quo").levers
    assert coached(said(30.0))[2021] == LEVEL * 30.0


def test_a_part_of_a_stated_number_is_a_number():
    base = said(60.0)
    twice = of_sheet(REGION, {"levers": {"enterprise_coaching": 60.0, "seed_fund": "x2"}}, "mine")
    assert twice.levers.own_part("enterprise_coaching", 2022) == 0.0 and twice.levers.own_part("seed_fund", 2022) == 1.0
    assert base.levers.setting("enterprise_coaching", 2022) == (60.0, 0.0)


def test_no_run_leaves_the_range_of_a_lever():
    far = {f"level:{name}": 50.0 for name in LEVERS}
    w = opened(REGION, load(REGION, "plan").levers, draws=SetDraws(REGION, pool_size=900.0, **far))
    for name, bar in LEVERS.items():
        assert (w.levers[name] <= bar.high).all(), name


def test_a_record_without_doubt_stays_exact():
    w = opened(REGION)
    known = [name for name in LEVERS if name not in REGION.lever_uncertainty]
    assert known and all((w.levers[name] == [REGION.levers.get(name, 2015 + row) for row in range(21)]).all() for name in known)
    assert np.isfinite(w.levers.view("f8", np.ndarray)).all() and "level:seed_fund" in DRAWN
