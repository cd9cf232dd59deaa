"""A share of runs as a probability, its error and its verdict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from yidu.experiments.judging.verdicts import mc_error, verdict_of, wilson

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    "successes, runs, low, high",
    [
        # Newcombe 1998, Statistics in Medicine 17: 857-872, table I, method 3, at 95 %.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_intervals(successes: int, runs: int, low: float, high: float) -> None:
    assert wilson(successes, runs, z=1.959963984540054) == pytest.approx((low, high), abs=5.1e-5)


@given(st.integers(1, 5000).flatmap(lambda runs: st.tuples(st.integers(0, runs), st.just(runs))))
def test_wilson_agrees_with_scipy_and_holds_the_share(case: tuple[int, int]) -> None:
    successes, runs = case
    theirs = stats.binomtest(successes, runs).proportion_ci(0.95, method="wilson")
    low, high = wilson(successes, runs, z=float(stats.norm.ppf(0.975)))
    assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert 0.0 <= low <= successes / runs + 1e-12 and successes / runs <= high + 1e-12 <= 1.0 + 1e-12


def test_620_of_1000_runs_is_62_percent_give_or_take_a_point_and_a_half() -> None:
    assert mc_error(620, 1000) == pytest.approx((0.62 * 0.38 / 1000) ** 0.5, rel=0.01)


@given(st.integers(2, 2000))
def test_no_error_is_zero_even_where_every_run_or_none_arrives(runs: int) -> None:
    assert mc_error(0, runs) > 0.0
    assert mc_error(runs, runs) == pytest.approx(mc_error(0, runs))


@given(st.integers(1, 500))
def test_four_times_the_runs_give_about_half_the_error(tens: int) -> None:
    assert mc_error(40 * tens, 80 * tens) < 0.52 * mc_error(10 * tens, 20 * tens) + 1e-3


@pytest.mark.parametrize("successes, runs", [(1, 0), (-1, 10), (11, 10)])
def test_a_share_of_no_runs_or_of_more_runs_than_there_are_is_refused(successes: int, runs: int) -> None:
    with pytest.raises(ValueError):
        wilson(successes, runs)


@pytest.mark.parametrize(
    "probability, verdict",
    [
        (1.0, "能完成"), (0.8, "能完成"), (0.799999, "经努力可完成"), (0.5, "经努力可完成"),
        (0.499999, "难度较大"), (0.2, "难度较大"), (0.199999, "难以完成"), (0.0, "难以完成"),
        (None, "无记录"),
    ],
)  # fmt: skip
def test_the_verdict_changes_at_80_50_and_20_percent(probability: float | None, verdict: str) -> None:
    assert verdict_of(probability) == verdict
