"""Who contributed what: shared out exactly, on games whose answer is known and on the district."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from yidu.experiments.ensembles.paired import study
from yidu.experiments.explain.contributions import (
    between,
    by_group,
    coalitions,
    contributions,
    differing,
    mean_of,
    probability_change,
    shapley,
)
from yidu.experiments.scenarios.scenario import load, without_policy
from yidu.sim.draws import PriorDraws
from yidu.sim.levers import LEVERS
from yidu.sim.triggers import Trigger

GAIN = {"a": np.array([1.0, -2.0]), "b": np.array([10.0, 0.5]), "c": np.array([0.0, 3.0])}


def game(worth):
    """The worth of every set of the three players."""
    return {frozenset(chosen): worth(set(chosen)) for size in range(4) for chosen in combinations("abc", size)}


def test_where_each_only_adds_its_own_each_gets_its_own():
    found = shapley("abc", game(lambda who: 5.0 + sum((GAIN[one] for one in who), np.zeros(2))))
    assert all(found[one] == pytest.approx(GAIN[one]) for one in "abc")


def test_what_two_can_only_do_together_is_halved_between_them():
    found = shapley("abc", game(lambda who: np.array([8.0 * ({"a", "b"} <= who), 0.0])))
    assert [found[one].tolist() for one in "abc"] == [[4.0, 0.0], [4.0, 0.0], [0.0, 0.0]]


def test_the_last_of_three_gloves():
    # a left glove (a) and two right ones (b, c): the textbook game, 2/3, 1/6, 1/6.
    found = shapley("abc", game(lambda who: np.array([float("a" in who and len(who) > 1)])))
    assert [float(found[one][0]) for one in "abc"] == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_whatever_the_game_is_it_is_shared_out_exactly_in_every_run():
    draws = np.random.default_rng(3)
    values = game(lambda who: draws.normal(size=50))
    found = shapley("abc", values)
    assert sum(found.values()) == pytest.approx(values[frozenset("abc")] - values[frozenset()], abs=1e-12)


def test_nobody_and_nothing_to_share_out():
    assert shapley([], {frozenset(): np.ones(3)}) == {}


# --- mixes


@pytest.fixture(scope="module")
def mixes(dadukou):
    return load(dadukou, "status_quo"), load(dadukou, "incubation_first")


def test_levers_that_are_set_alike_are_no_players(dadukou, mixes):
    usual, incubation = mixes
    ids = differing(dadukou, usual, incubation)
    assert ids == ("register_award", "enterprise_coaching", "ip_services", "seed_fund", "incubator_openings", "incubator_support")
    assert list(by_group(ids)) == ["subsidies", "equity", "incubation"]
    assert differing(dadukou, usual, usual) == ()


def test_every_mix_is_run_once(dadukou, mixes):
    needed = coalitions(differing(dadukou, *mixes))
    # 2^3 sets of groups, 6 alone, 6 left out; the seed fund alone is its group, and left out so too
    assert len(needed) == len(set(needed)) == 8 + 6 + 6 - 2
    assert frozenset() in needed and coalitions(()) == (frozenset(),)


def test_all_levers_make_the_scenario_and_none_the_reference(dadukou, mixes):
    usual, incubation = mixes
    ids = frozenset(differing(dadukou, usual, incubation))
    assert between(usual, incubation, ids).levers == incubation.levers
    assert between(usual, incubation, frozenset()).levers == usual.levers


def test_a_trigger_goes_with_the_levers_that_it_sets(dadukou, mixes):
    usual, _ = mixes
    then = {"enterprise_coaching": 60.0, "seed_fund": 300.0}
    waiting = replace(usual, triggers=(Trigger("tech_enterprises", "<", 400.0, 2023, then),))
    assert differing(dadukou, usual, waiting) == ("enterprise_coaching", "seed_fund")
    (half,) = between(usual, waiting, frozenset({"seed_fund"})).triggers
    assert half.then == {"seed_fund": 300.0}
    assert between(usual, waiting, frozenset()).triggers == ()


def test_no_policy_lets_every_lever_go(dadukou, mixes):
    usual, _ = mixes
    none = without_policy(dadukou, usual)
    moved = differing(dadukou, none, usual)
    assert set(moved) == {id for id in LEVERS if usual.levers.get(id, 2025) != LEVERS[id].low}


# --- the district


@pytest.fixture(scope="module")
def shared(dadukou, mixes):
    """Twelve runs of every mix between the status quo and more incubation."""
    usual, incubation = mixes
    made = study(dadukou, runs=12, draws=PriorDraws(dadukou))
    counted = []
    known = made.run(incubation)
    found = contributions(made, incubation, usual, dadukou.targets, known, progress=counted.append)
    assert sum(counted) == (found.mixes - 1) * 12 == 17 * 12
    return made, found


def test_groups_add_up_to_what_the_mixes_differ_in_every_run(shared, dadukou):
    _, found = shared
    total = sum(found.groups.values())
    for k in range(len(dadukou.targets)):
        known, scale = found.known(k), np.nanmax(np.abs(found.scenario[:, k])) + 1.0
        assert known.any()
        assert np.abs(found.level(total, k) - found.level(found.total, k)).max() <= 1e-9 * scale
        assert found.reached(total, k) == pytest.approx(found.reached(found.total, k), abs=1e-12)
    assert found.money(total) == pytest.approx(found.money(found.total), rel=1e-9)
    assert np.nanmax(np.abs(found.total)) > 0.0


def test_one_lever_left_out_is_the_run_without_it(shared, dadukou, mixes):
    made, found = shared
    usual, incubation = mixes
    without = made.run(replace(incubation, levers=incubation.levers.taking(usual.levers, {"enterprise_coaching"})))
    k = [target.indicator for target in dadukou.targets].index("tech_enterprises")
    gone = made.run(incubation).judged.of("tech_enterprises", 2025) - without.judged.of("tech_enterprises", 2025)
    assert np.array_equal(found.level(found.out["enterprise_coaching"], k), gone)
    assert gone.mean() > 0.0  # firms that are coached register


def test_more_coaching_does_nothing_to_what_it_has_no_channel_to(shared, dadukou):
    _, found = shared
    k = [target.indicator for target in dadukou.targets].index("fund_scale")
    moved = np.abs(found.level(found.alone["enterprise_coaching"], k))
    assert moved.max() < 0.01  # [亿元]: deals follow the young firms there are, and a firm that is coached may live longer


# --- errors


def test_a_change_of_probability_that_no_run_shows_is_not_exactly_zero():
    level, same = np.array([0.1, -0.2, 0.3, 0.0]), np.zeros(4)
    assert probability_change(same, level).error > 0.0
    assert probability_change(same, same) == (0.0, 0.0)


def test_the_error_of_a_mean_is_that_of_its_runs():
    assert mean_of(np.array([1.0, 3.0])) == (2.0, 1.0)
