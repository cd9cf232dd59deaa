"""What separates runs that arrive from runs that do not: lines worked out by hand, and rates that are not flattered."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from yidu.experiments.milestones.separation import area_under, as_published, gain_of, halves, separated, warned_by, warning_line, written

pytestmark = pytest.mark.fast

ARRIVE, FAIL = True, False


def runs(*pairs):
    values, arrived = zip(*pairs)
    return np.array(values, float), np.array(arrived)


def test_the_line_stands_midway_between_the_last_that_fails_and_the_first_that_arrives():
    values, arrived = runs((300, FAIL), (340, FAIL), (400, ARRIVE), (450, ARRIVE))
    assert warning_line(values, arrived, ">=") == 370.0


def test_where_less_is_better_the_runs_above_the_line_are_warned():
    values, arrived = runs((8, FAIL), (7, FAIL), (4, ARRIVE), (3, ARRIVE))
    line = warning_line(values, arrived, "<=")
    assert line == 5.5 and (warned_by(values, "<=", line) == ~arrived).all()


def test_of_lines_that_do_equally_well_the_middle_one_is_taken():
    # sensitivity + specificity - 1: 0.5 at 150, 250 and 350 alike
    values, arrived = runs((100, FAIL), (200, FAIL), (200, ARRIVE), (300, FAIL), (300, ARRIVE), (400, ARRIVE), (100, FAIL), (400, ARRIVE))
    gains = {}
    for line in (150.0, 250.0, 350.0):
        warned = values < line
        gains[line] = warned[~arrived].mean() - warned[arrived].mean()
    assert set(gains.values()) == {0.5}
    assert warning_line(values, arrived, ">=") == 250.0


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=4, max_size=60))
def test_no_other_line_has_a_larger_youden_index(pairs):
    values, arrived = runs(*pairs)
    if arrived.all() or not arrived.any():
        return
    line = warning_line(values, arrived, ">=")
    if np.unique(values).size == 1:
        assert line is None
        return

    def youden(at):
        return (values < at)[~arrived].mean() - (values < at)[arrived].mean()

    levels = np.unique(values)
    assert youden(line) == pytest.approx(max(youden(at) for at in (levels[1:] + levels[:-1]) / 2.0))
    assert line not in levels


def test_things_are_counted_whole_so_that_below_413_is_412_or_fewer():
    assert as_published(np.array([412.4, 412.5]), "家").tolist() == [412.0, 413.0]
    assert as_published(np.array([12.44]), "亿元").tolist() == [12.44]
    assert written(412.5, ">=", "家") == 413.0 and written(412.5, "<=", "家") == 412.0
    assert written(12.3456, ">=", "亿元") == 12.35


def test_each_half_holds_its_share_of_the_runs_that_arrive():
    arrived = np.array([True] * 6 + [False] * 20 + [True])
    first = halves(arrived)
    assert first[arrived].sum() == 4 and first[~arrived].sum() == 10


def drawn(count, seed, shift):
    """Normal values, half of the runs arriving and standing ahead by so many standard deviations."""
    rng = np.random.default_rng(seed)
    arrived = rng.permutation(np.arange(count) % 2 == 0)
    return rng.normal(size=count) + shift * arrived, arrived


def test_a_line_between_two_normal_laws_and_its_rates_are_those_of_theory():
    values, arrived = drawn(20000, 1, shift=2.0)
    found = separated(values, arrived, ">=", "亿元", halves(arrived))
    assert found.line == pytest.approx(1.0, abs=0.2)
    expected = stats.norm.cdf(found.line - 2.0), 1.0 - stats.norm.cdf(found.line)
    for share, chance in zip((found.false_alarm, found.miss), expected):
        assert abs(share[0] - chance) < 4.0 * share[1]
    kept, slipped = 1.0 - found.false_alarm[0], found.miss[0]  # half of the runs arrive: Bayes' rule has no other weights
    assert found.if_clear[0] == pytest.approx(kept / (kept + slipped), abs=1e-3)
    assert found.if_warned[0] == pytest.approx((1.0 - kept) / (2.0 - kept - slipped), abs=1e-3)
    assert found.warned[0] == pytest.approx(1.0 - (kept + slipped) / 2.0, abs=1e-3)


def test_rates_are_measured_on_runs_that_the_line_was_not_found_on():
    # Where the value tells nothing, the line looks good on the half it was searched on and does nothing on the other.
    searched, honest = [], []
    for seed in range(60):
        values, arrived = drawn(80, seed, shift=0.0)
        first = halves(arrived)
        found = separated(values, arrived, ">=", "亿元", first)
        warned = values[first] < found.line
        searched.append(warned[~arrived[first]].mean() - warned[arrived[first]].mean())
        honest.append(1.0 - found.miss[0] - found.false_alarm[0])
    assert np.mean(searched) > 0.15
    assert abs(np.mean(honest)) < 3.0 * np.std(honest) / np.sqrt(len(honest))


def test_where_every_value_is_the_same_there_is_no_line():
    arrived = np.arange(40) % 2 == 0
    assert separated(np.ones(40), arrived, ">=", "家", halves(arrived)) is None


def test_the_area_is_the_chance_that_a_run_that_arrives_stands_ahead():
    values, arrived = runs((1, FAIL), (2, ARRIVE), (2, FAIL), (3, ARRIVE))
    assert area_under(values, arrived, ">=").area == (1 + 0.5 + 1 + 1) / 4
    assert area_under(-values, arrived, "<=").area == (1 + 0.5 + 1 + 1) / 4
    assert area_under(values, arrived, "<=").area == 1.0 - 3.5 / 4


def test_the_error_of_the_area_is_that_seen_over_many_samples():
    areas = [area_under(*drawn(200, seed, shift=1.0), ">=") for seed in range(400)]
    assert np.mean([one.area for one in areas]) == pytest.approx(stats.norm.cdf(1.0 / np.sqrt(2.0)), abs=0.01)
    assert np.mean([one.error for one in areas]) == pytest.approx(np.std([one.area for one in areas]), rel=0.1)


def test_the_gain_of_one_sign_over_another_is_measured_on_the_same_runs():
    gains, errors = [], []
    for seed in range(300):
        values, arrived = drawn(200, seed, shift=1.5)
        blurred = values + np.random.default_rng(1000 + seed).normal(size=200)
        gain, error = gain_of(area_under(values, arrived, ">="), area_under(blurred, arrived, ">="))
        gains.append(gain)
        errors.append(error)
    assert np.mean(gains) > 0.05
    assert np.mean(errors) == pytest.approx(np.std(gains), rel=0.12)


def test_an_area_that_was_never_missed_still_has_an_error():
    values, arrived = drawn(40, 1, shift=50.0)
    found = area_under(values, arrived, ">=")
    assert found.area == 1.0 and 0.0 < found.error < 0.05
