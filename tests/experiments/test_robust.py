"""Satisficing and regret, by tables worked out by hand."""

import numpy as np
import pytest

from yidu.experiments.plan.robust import cost_regret, minimax_regret, regret, satisficing

pytestmark = pytest.mark.fast

#: Three mixes in three environments: the bold one, the steady one, the cheap one.
PROBABILITIES = np.array([[0.95, 0.85, 0.30], [0.82, 0.80, 0.70], [0.60, 0.50, 0.40]])
COSTS = np.array([[50.0, 50.0, 60.0], [40.0, 40.0, 40.0], [10.0, 10.0, 10.0]])


def test_a_mix_satisfies_in_the_share_of_environments_where_the_goal_is_reached() -> None:
    assert satisficing(PROBABILITIES, 0.8).round(3).tolist() == [0.667, 0.667, 0.0]
    assert satisficing(PROBABILITIES, 0.6).round(3).tolist() == [0.667, 1.0, 0.333]


def test_regret_is_what_the_best_mix_of_each_environment_would_have_given_more() -> None:
    expected = [[0.0, 0.0, 0.4], [0.13, 0.05, 0.0], [0.35, 0.35, 0.3]]
    assert np.allclose(regret(PROBABILITIES), expected)


def test_the_least_worst_regret_is_the_steady_mix() -> None:
    assert minimax_regret(PROBABILITIES, COSTS) == 1


def test_of_equal_regret_the_cheaper_mix_is_chosen() -> None:
    assert minimax_regret(np.array([[0.5, 0.5], [0.5, 0.5]]), np.array([[9.0, 9.0], [9.0, 8.0]])) == 1


def test_no_price_is_paid_for_a_goal_that_is_not_reached() -> None:
    found = cost_regret(COSTS, PROBABILITIES >= 0.8)
    assert found[:, 0].tolist()[:2] == [10.0, 0.0] and found[0, 1] == 10.0
    assert np.isnan(found[2]).all() and np.isnan(found[:, 2]).all()
