"""Rival beliefs: which way parameters move, that the record stays, and when a rank survives."""

import numpy as np
import pytest

from tests.experiments.invented import unfitted
from yidu.experiments.ensembles.paired import study
from yidu.experiments.plan.rivals import OTHER_WAY, THROUGH, Shifted, beats, level, survives
from yidu.experiments.scenarios.scenario import load
from yidu.sim.draws import DRAWN, PriorDraws, beliefs, quantile
from yidu.sim.region import Region

RUNS = np.arange(60, dtype=np.int64)


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    return unfitted(tmp_path_factory.mktemp("rivals"))


def test_what_acts_the_other_way_is_something_a_lever_acts_through() -> None:
    assert set(THROUGH) >= OTHER_WAY


def test_the_sceptic_halves_the_quantile_of_every_effect_in_the_direction_of_less(region: Region) -> None:
    prior = PriorDraws(region)
    plain, _ = prior.of_runs(1, RUNS)
    doubted, _ = Shifted(region, prior, "sceptical").of_runs(1, RUNS)
    praised, _ = Shifted(region, prior, "generous").of_runs(1, RUNS)
    at = {one.parameter: one for one in beliefs(region)}
    for column, name in enumerate(DRAWN):
        if name not in THROUGH or at[name].distribution == "bernoulli":  # a switch stays as drawn
            assert np.array_equal(doubted[:, column], plain[:, column]) and np.array_equal(praised[:, column], plain[:, column])
            continue
        middle = quantile(at[name], np.array([0.5]))[0]
        low, high = (praised, doubted) if name in OTHER_WAY else (doubted, praised)
        assert (low[:, column] <= middle + 1e-9).all() and (high[:, column] >= middle - 1e-9).all(), name
        u = level(at[name], plain[:, column])
        assert quantile(at[name], u / 2.0) == pytest.approx(low[:, column])


def test_a_level_is_the_quantile_turned_round(region: Region) -> None:
    u = np.linspace(0.02, 0.98, 25)
    for prior in beliefs(region):
        if prior.parameter in THROUGH and prior.distribution != "bernoulli":
            assert level(prior, quantile(prior, u)) == pytest.approx(u, abs=2e-3), prior.parameter


def test_the_record_stays_as_it_was_and_only_what_follows_differs(region: Region) -> None:
    prior = PriorDraws(region)
    runs = study(region, runs=12, seed=1, draws=prior)
    base = load(region, "status_quo")
    fitted = runs.run(base).plain
    doubted = runs.run(base, draws=Shifted(region, prior, "sceptical")).plain
    until = fitted.years.index(2020) + 1
    assert np.array_equal(fitted.values[:, :until], doubted.values[:, :until], equal_nan=True)
    registered = [one.of("tech_enterprises", 2025).mean() for one in (fitted, doubted)]
    assert registered[1] < registered[0]


# --- ranks


def runs_of(*counts: int) -> np.ndarray:
    """Mixes that reach the goal in the first so many of 400 runs."""
    return np.array([np.arange(400) < count for count in counts])


def test_the_cheapest_mix_that_still_reaches_survives() -> None:
    # status quo, the recommended mix, and three dearer ones that are all likelier
    reached, costs = runs_of(100, 340, 380, 385, 390), np.array([10.0, 20.0, 30.0, 40.0, 50.0])
    assert survives(reached, costs, np.array([False, True, True, True, True]), 0)[1]


def test_a_mix_that_three_others_beat_and_that_no_longer_reaches_does_not_survive() -> None:
    reached, costs = runs_of(100, 200, 340, 345, 350), np.array([10.0, 20.0, 30.0, 40.0, 50.0])
    fine = survives(reached, costs, np.array([False, False, True, True, True]), 0)
    assert fine.tolist() == [False, False, True, True, True]


def test_money_that_buys_nothing_if_the_sceptic_is_right_is_not_recommended() -> None:
    reached, costs = runs_of(350, 351), np.array([10.0, 20.0])
    assert survives(reached, costs, np.array([True, True]), 0).tolist() == [True, False]


def test_a_mix_cheaper_than_the_status_quo_need_not_beat_it() -> None:
    reached, costs = runs_of(350, 350), np.array([20.0, 10.0])
    assert survives(reached, costs, np.array([True, True]), 0).tolist() == [True, True]


def test_a_difference_within_chance_is_none() -> None:
    one, other = runs_of(203, 200)
    assert not beats(one, other) and not beats(other, one) and not beats(one, one)
    assert beats(runs_of(210)[0], other)
