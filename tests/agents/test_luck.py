"""What a draw is, and what is made of one: against published numbers and the distributions of SciPy."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tests.agents.edges import just_below
from yidu.agents.compiled import plain
from yidu.agents.luck import (
    GROWTH,
    agent_id,
    chance,
    drawn,
    happens,
    keyed,
    laplace,
    luck,
    mixed,
    next_word,
    normal,
    paired_id,
    poisson,
    run_key_of,
    whole,
)

pytestmark = pytest.mark.fast

MANY = 2_000
GOLDEN = 0x9E3779B97F4A7C15
#: Draws that leave no part of the unit interval out, its ends least of all.
DRAWS = [*np.geomspace(1e-12, 1e-3, 40), *np.linspace(0.001, 0.999, 1_333), *(1.0 - np.geomspace(1e-3, 1e-10, 40))]


def near(value):
    return pytest.approx(value, rel=1e-12)


# --- the words


def test_the_mixer_gives_the_published_numbers_of_splitmix64():
    # The first five of seed 1234567, as in the reference implementation of Vigna (splitmix64.c).
    published = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821]
    states = [(1234567 + k * GOLDEN) % 2**64 for k in range(1, 6)]
    assert [int(mixed(np.uint64(state))) for state in states] == published


def drawn_over(**ranges):
    """Draws over whichever of the four is a range."""
    setting = {"run_key": [run_key_of(1, 0)], "quarter": [10], "ident": [agent_id(3, 0, 3, 7)], "decision": [int(GROWTH)], **ranges}
    return np.array([luck(k, q, i, d) for k in setting["run_key"] for q in setting["quarter"]
                     for i in setting["ident"] for d in setting["decision"]])  # fmt: skip


OVER = {
    "run_key": [run_key_of(1, run) for run in range(MANY)], "quarter": range(-24, 84),
    "ident": [agent_id(3, 0, 3, n) for n in range(MANY)], "decision": range(120),
}  # fmt: skip


@pytest.mark.parametrize("over", OVER)
def test_draws_fill_the_unit_interval_evenly_over_runs_quarters_firms_and_decisions(over):
    draws = drawn_over(**{over: OVER[over]})
    assert ((draws > 0.0) & (draws < 1.0)).all() and np.unique(draws).size == draws.size
    assert stats.kstest(draws, "uniform").pvalue > 0.001


@pytest.mark.parametrize("over", OVER)
def test_a_draw_says_nothing_about_the_next(over):
    draws = drawn_over(**{over: OVER[over]})
    assert abs(np.corrcoef(draws[1:], draws[:-1])[0, 1]) < 4.5 / math.sqrt(draws.size)


def test_a_draw_is_the_middle_of_one_of_2_to_the_53_equal_steps():
    # In the upper half of the interval a number has no digit left for the middle of a step.
    draws = drawn_over(ident=OVER["ident"][:400])
    assert all(d * 2.0**53 % 1.0 == 0.5 for d in draws if d < 0.5)


def test_where_draws_of_a_quarter_start_from_is_one_word_of_64_bits():
    words = [int(keyed(run_key_of(1, run), quarter, 2**62 - run)) for run in range(50) for quarter in (-24, 0, 83)]
    assert all(0 <= word < 2**64 for word in words) and max(words) > 2**63 and len(set(words)) == len(words)
    assert {float(drawn(np.uint64(word), 5)) for word in words} == {float(luck(run_key_of(1, run), q, 2**62 - run, 5))
                                                                    for run in range(50) for q in (-24, 0, 83)}  # fmt: skip


@given(key=st.integers(0, 2**63 - 1), quarter=st.integers(-24, 83), ident=st.integers(0, 2**62))
def test_the_word_of_the_next_quarter_is_one_step_from_that_of_this(key, quarter, ident):
    now, then = (int(keyed(key, q, ident)) for q in (quarter, quarter + 1))
    assert int(next_word(np.uint64(now))) == then


@pytest.mark.parametrize("key", [0, 1, 2**62, 2**63 - 1])
def test_every_agent_has_a_word_of_its_own_whatever_the_key_of_the_run(key):
    assert len({int(keyed(key, 10, agent_id(3, 0, 3, n))) for n in range(300)}) == 300


def test_no_two_runs_share_a_key_and_keys_take_all_of_63_bits():
    keys = [int(run_key_of(seed, run)) for seed in range(20) for run in range(50)]
    assert len(set(keys)) == len(keys) and all(0 <= key < 2**63 for key in keys) and max(keys) > 2**62


def test_the_first_run_of_one_seed_is_no_run_of_the_next():
    assert not {run_key_of(0, run) for run in range(300)} & {run_key_of(1, run) for run in range(300)}


@given(kind=st.integers(1, 7), door=st.integers(0, 9), quarter=st.integers(-200, 200), ordinal=st.integers(0, 10**6))
def test_kind_door_quarter_and_ordinal_can_be_read_back_from_an_id(kind, door, quarter, ordinal):
    ident = int(plain(agent_id)(kind, door, quarter, ordinal))
    read = (ident >> 56, ident >> 48 & 0xFF, (ident >> 32 & 0xFFFF) - 1000, ident & 0xFFFFFFFF)
    assert read == (kind, door, quarter, ordinal)


def test_a_meeting_has_a_key_of_its_own_that_takes_all_of_62_bits():
    keys = [int(paired_id(one, other)) for one in range(40) for other in range(40)]
    assert len(set(keys)) == len(keys) and all(0 <= key < 2**62 for key in keys) and max(keys) > 2**61


# --- what is made of a draw


def test_the_normal_quantile_is_that_of_the_standard_library_to_a_billionth():
    exact = NormalDist().inv_cdf
    for u in DRAWS:
        assert normal(float(u)) == pytest.approx(exact(u), rel=1.5e-9, abs=1e-10), u


def test_growth_is_drawn_from_the_laplace_distribution_of_unit_deviation():
    exact = stats.laplace(scale=math.sqrt(0.5)).ppf(DRAWS)
    assert [laplace(float(u)) for u in DRAWS] == pytest.approx(exact.tolist(), rel=1e-9, abs=1e-12)
    assert laplace(0.498) < laplace(0.5) == 0.0 < laplace(0.502)


@pytest.mark.parametrize("mean", [0.01, 0.3, 0.9, 1.0, 2.5, 40.0, 600.0])
def test_rare_events_are_counted_as_poisson_said(mean):
    some = DRAWS[::5] if mean < 100.0 else DRAWS[::100]
    assert [poisson(mean, float(u)) for u in some] == stats.poisson(mean).ppf(some).astype(int).tolist()


def test_nothing_happens_without_a_reason_and_more_than_600_are_counted_as_600():
    assert [poisson(mean, 0.999) for mean in (-3.0, 0.0)] == [0, 0]
    assert poisson(5_000.0, 0.7) == poisson(600.0, 0.7)


def test_a_plan_of_2_3_is_three_with_a_chance_of_three_in_ten():
    assert [whole(2.3, u) for u in (0.01, 0.299, 0.301, 0.99)] == [3, 3, 2, 2]
    assert [whole(2.0, u) for u in (0.01, 0.99)] == [2, 2]


def test_even_the_draw_next_to_one_ends_the_count():
    # Rounding leaves the sum of chances a little below one: for some means this draw is never reached.
    assert all(poisson(mean, just_below(1.0)) <= 1_500 for mean in (0.5, 2.5, 7.0, 40.0, 150.0, 600.0))


@given(hazard=st.floats(0.0, 20.0))
def test_who_escapes_four_quarters_has_escaped_the_hazard_of_a_year(hazard):
    assert (1.0 - plain(chance)(hazard)) ** 4 == pytest.approx(math.exp(-hazard), rel=1e-9)


def test_what_has_no_hazard_never_happens():
    assert chance(-0.1) == chance(0.0) == 0.0
    assert not happens(1e-16, 0.0) and not happens(1e-16, -0.1)
