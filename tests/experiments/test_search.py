"""The search on games whose best point is known."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from yidu.experiments.plan.search import Trial, cheapest, front, missing, search, trim
from yidu.experiments.plan.surrogate import Surrogate

COORDINATES = 8
GOAL = 0.8

Game = Callable[[np.ndarray], list[Trial]]


def game(seed: int) -> tuple[Game, float]:
    """One target, met where the sum of effects is large enough; the second half of the coordinates hardly helps.

    Effects a_j x_j at a cost of c_j x_j^2, and luck of a run. Where x_j is proportional to a_j / c_j the last yuan buys as much in
    every coordinate: the cheapest point (Lagrange), which gives the cost returned.
    """
    rng = np.random.default_rng(seed)
    effects, costs = rng.uniform(0.3, 1.5, COORDINATES), rng.uniform(0.5, 3.0, COORDINATES)
    effects[COORDINATES // 2 :] *= 0.05
    luck = rng.normal(0.0, 0.1, 200)

    def evaluate(points: np.ndarray) -> list[Trial]:
        return [
            Trial(point.copy(), float(costs @ point**2), ((effects @ point - 0.9) / 0.9 + luck)[:, None].astype(np.float32))
            for point in points
        ]

    needed = 0.9 * (1.0 - np.quantile(luck, 1.0 - GOAL))
    return evaluate, float(needed**2 / (effects**2 / costs).sum())


@cache
def played(seed: int, *, evaluations: int = 160, budget: float | None = None, guided: bool = True) -> tuple[list[Trial], float]:
    """The trials of one search from nothing and each coordinate alone, and the cost of the best point."""
    evaluate, best = game(seed)
    known = evaluate(np.vstack([np.zeros(COORDINATES), 0.5 * np.eye(COORDINATES), np.eye(COORDINATES)]))
    start = np.full((1, COORDINATES), 0.4)
    made = search(evaluate, known, start=start, evaluations=evaluations, probability=GOAL, budget=budget, seed=seed + 1, guided=guided)
    return [*known, *made], best


@pytest.mark.parametrize("seed", [0, 2, 3])
def test_the_cheapest_point_is_found_to_a_few_percent(seed: int) -> None:
    trials, best = played(seed)
    found = cheapest(trials, GOAL)
    assert found is not None and 0.99 * best <= found.cost <= 1.04 * best


def test_the_surrogate_is_worth_its_place() -> None:
    guided, best = played(1)
    plain, _ = played(1, guided=False)
    with_it, without = cheapest(guided, GOAL), cheapest(plain, GOAL)
    assert with_it is not None and (without is None or with_it.cost - best < 0.5 * (without.cost - best))


def test_the_same_seed_searches_the_same_points() -> None:
    first, _ = played(2, evaluations=60)
    second, _ = played.__wrapped__(2, evaluations=60)
    assert np.array_equal([one.point for one in first], [one.point for one in second])


def test_no_more_is_tried_than_allowed() -> None:
    trials, _ = played(0, evaluations=37)
    assert len(trials) == 1 + 2 * COORDINATES + 37


def test_a_search_may_begin_at_a_single_point() -> None:
    evaluate, _ = game(0)
    known = evaluate(np.zeros((1, COORDINATES)))
    assert len(search(evaluate, known, start=np.empty((0, COORDINATES)), evaluations=30, probability=GOAL)) == 30


def test_the_front_stays_within_the_budget_and_both_objectives_rise_along_it() -> None:
    trials, best = played(0, evaluations=60, budget=0.5 * 0.4)
    line = front(trials, 0.5 * 0.4)
    costs, missed = [one.cost for one in line], [one.missing for one in line]
    assert costs == sorted(costs) and missed == sorted(missed, reverse=True) and costs[-1] <= 0.2
    assert cheapest(trials, GOAL, budget=0.5 * best) is None


def test_between_points_of_one_probability_the_smaller_shortfall_wins_and_never_outweighs_a_run() -> None:
    far, near = np.full((1, 4, 2), -0.9), np.full((1, 4, 2), -0.1)
    assert missing(near)[0] < missing(far)[0]
    one_run = far.copy()
    one_run[0, 0] = 0.0  # one run reaches both, the others are as far as can be
    assert missing(one_run)[0] < missing(near)[0]


def test_coordinates_that_do_nothing_come_back_home() -> None:
    evaluate, best = game(0)
    home = np.zeros(COORDINATES)
    wasteful = evaluate(np.full((1, COORDINATES), 0.9))[0]
    groups = [[column] for column in range(COORDINATES)]
    rows = trim(evaluate, wasteful, home, groups, lambda one: one.probability >= GOAL, evaluations=40)
    assert rows[-1].probability >= GOAL and rows[-1].cost < 0.8 * wasteful.cost
    assert np.count_nonzero(rows[-1].point[COORDINATES // 2 :]) == 0 and len(rows) <= 41


def test_what_cannot_be_spared_is_not_trimmed() -> None:
    evaluate, _ = game(0)
    point = evaluate(np.full((1, COORDINATES), 0.5))[0]
    assert trim(evaluate, point, np.zeros(COORDINATES), [[0]], lambda one: False, evaluations=10)[-1] is point


def test_the_surrogate_repeats_what_was_tried_and_knows_a_cost_without_products() -> None:
    trials, _ = played(1)
    surrogate = Surrogate(trials)
    points = np.array([one.point for one in trials[:5]])
    costs, margins = surrogate.at(points)
    assert costs == pytest.approx([one.cost for one in trials[:5]])
    assert margins == pytest.approx(np.array([one.margins for one in trials[:5]]), abs=1e-5)
    new = np.full((1, COORDINATES), 0.55)
    assert surrogate.at(new)[0] == pytest.approx([game(1)[0](new)[0].cost], rel=0.02)
