"""Differences between two mixes on the same runs, their errors, and what an extra unit costs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yidu.experiments.ensembles.differences import beyond_chance, chance_change, difference, fieller, price

pytestmark = pytest.mark.fast

numbers = st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=2, max_size=60)


@given(runs=numbers)
def test_the_mean_of_paired_differences_is_the_difference_of_means(runs: list[tuple[float, float]]) -> None:
    first, second = (np.array(column) for column in zip(*runs))
    found = difference(first, second)
    assert found is not None
    size = max(1.0, float(np.abs([first, second]).max()))
    assert found.mean == pytest.approx(second.mean() - first.mean(), rel=1e-5, abs=1e-9 * size)


def test_an_error_is_the_standard_error_of_paired_differences() -> None:
    first, second = np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 4.0, 4.0, 6.0])
    found = difference(first, second)
    assert found is not None
    # 1, 2, 1, 2: standard deviation sqrt(1/3) over sqrt(4)
    assert found.mean == 1.5 and found.mc_error == pytest.approx(np.sqrt(1 / 3) / 2, rel=1e-5)
    # independent: variances 5/3 and 8/3, over the paired 1/3
    assert found.saves == pytest.approx((5 / 3 + 8 / 3) / (1 / 3), rel=1e-5)


def test_what_differs_in_the_last_bits_alone_does_not_vary() -> None:
    first = np.linspace(1000.0, 2000.0, 50) * 1.1
    found = difference(first, first + 0.3)
    assert found is not None and found.mc_error == 0.0 and found.saves is None and found.beyond_chance


def test_runs_without_a_value_are_left_out_on_both_sides() -> None:
    found = difference(np.array([1.0, np.nan, 3.0]), np.array([2.0, 5.0, np.nan]))
    assert found is not None and (found.runs, found.mean) == (1, 1.0)
    assert difference(np.array([np.nan]), np.array([1.0])) is None


def test_a_handful_of_runs_shows_nothing_beyond_chance() -> None:
    assert not beyond_chance(5.0, 0.0, runs=9) and beyond_chance(5.0, 0.0, runs=10)
    assert not beyond_chance(0.0, 0.0, runs=400)
    assert not beyond_chance(-3.0, 1.0, runs=400) and beyond_chance(-3.1, 1.0, runs=400)


def test_runs_that_gain_and_runs_that_lose_are_told_apart() -> None:
    first, second = np.zeros(100), np.zeros(100)
    second[:30] = 1.0  # thirty arrive that did not,
    first[90:] = 1.0  # ten no longer do
    found = chance_change(first, second)
    assert found is not None and (found.gained, found.lost, found.change) == (0.3, 0.1, 0.2)
    # Bonett & Price: (31 + 11 - (31 - 11)^2 / 102) / 102 over 102
    assert found.mc_error == pytest.approx(np.sqrt((42 / 102 - (20 / 102) ** 2) / 102), abs=1e-6)
    assert found.beyond_chance


def test_no_run_changing_sides_is_not_certainty_unless_nothing_moved() -> None:
    same = np.ones(50)
    moved, still = chance_change(same, same), chance_change(same, same, touched=False)
    assert moved is not None and still is not None
    assert moved.mc_error > 0.01 and not moved.beyond_chance
    assert still.mc_error == 0.0 and not still.beyond_chance


def test_the_error_of_a_chance_covers_what_other_runs_show() -> None:
    generator = np.random.Generator(np.random.Philox(5))
    hits = 0
    for _ in range(400):
        side = generator.random(200)
        first, second = (side < 0.5).astype(float), (side < 0.56).astype(float)  # six in a hundred gain, none loses
        found = chance_change(first, second)
        assert found is not None
        hits += abs(found.change - 0.06) < 1.645 * found.mc_error
    assert 0.86 <= hits / 400 <= 0.98  # nominal 0.90, a little cautious


def test_a_unit_costs_the_ratio_of_means() -> None:
    generator = np.random.Generator(np.random.Philox(6))
    gain = 4.0 + generator.normal(size=400)
    money = 100.0 * gain + generator.normal(scale=50.0, size=400)
    found = price(money, gain)
    assert found.trade == "more_for_more" and found.amount == pytest.approx(money.mean() / gain.mean(), rel=1e-5)
    assert found.p05 is not None and found.p95 is not None
    # off the line by 50 a run: 1.645 errors of 50 / 20 in money, over 4 units, on either side
    assert found.p05 < found.amount < found.p95 and found.p95 - found.p05 == pytest.approx(2 * 1.645 * 50 / 20 / 4, rel=0.1)


@pytest.mark.parametrize(
    "cost, gain, trade, amount",
    [
        (200.0, 4.0, "more_for_more", 50.0),
        (-200.0, -4.0, "less_for_less", 50.0),
        (-200.0, 4.0, "more_for_less", None),
        (200.0, -4.0, "less_for_more", None),
    ],
)
def test_where_one_mix_is_better_on_both_counts_nothing_is_traded(cost: float, gain: float, trade: str, amount: float | None) -> None:
    found = price(np.full(20, cost), np.full(20, gain))
    assert (found.trade, found.amount) == (trade, amount)


def test_fiellers_interval_covers_the_ratio() -> None:
    generator, inside = np.random.Generator(np.random.Philox(7)), 0
    for _ in range(500):
        below = 2.0 + generator.normal(scale=4.0, size=100)
        above = 30.0 * below + generator.normal(scale=60.0, size=100)
        low, high = fieller(above, below)
        assert low is not None and high is not None
        inside += low <= 30.0 <= high
    assert 0.86 <= inside / 500 <= 0.94


def test_there_is_no_interval_where_the_gain_may_be_nothing() -> None:
    assert fieller(np.array([1.0, 2.0, 3.0]), np.array([-1.0, 0.0, 1.1])) == (None, None)
