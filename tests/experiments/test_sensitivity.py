"""Where uncertainty comes from: on functions whose shares are known, and with gaps that would go unseen."""

import warnings

import numpy as np
import pytest

from tests.experiments.synthetic import outcomes
from yidu.experiments.ensembles.sensitivity import (
    batch_runs,
    batches,
    delta_of,
    in_error_of,
    shares_of_parameters,
    shares_of_sources,
    sobol_of,
)
from yidu.experiments.judging.shares import SOURCES
from yidu.experiments.scenarios.scenario import load
from yidu.sim.draws import PriorDraws

RUNS = 2000


def design(function, runs=RUNS, seed=0):
    """Outputs of a Saltelli design of four standard normal sources [run, batch]."""
    draws = np.random.default_rng(seed)
    a, b = draws.normal(size=(2, runs, len(SOURCES)))
    columns = [function(a)]
    for k in range(len(SOURCES)):
        swapped = a.copy()
        swapped[:, k] = b[:, k]
        columns.append(function(swapped))
    return np.column_stack([*columns, function(b)])


def test_where_sources_only_add_each_carries_its_own_variance():
    weights = np.array([1.0, 2.0, 0.5, 0.0])
    found = sobol_of(design(lambda x: x @ weights))
    for row, exact in zip(found.sources, weights**2 / (weights**2).sum()):
        assert row.first == pytest.approx(exact, abs=0.06) and row.total == pytest.approx(exact, abs=0.06)
        assert abs(row.first - exact) < 4.0 * row.first_error + 1e-9
    assert [row.source for row in found.sources] == list(SOURCES)


def test_what_two_sources_only_do_together_is_in_their_totals_alone():
    found = {row.source: row for row in sobol_of(design(lambda x: x[:, 0] * x[:, 1])).sources}
    for source in ("luck", "parameters"):
        assert found[source].first == pytest.approx(0.0, abs=0.1) and found[source].total == pytest.approx(1.0, abs=0.15)
    assert found["environment"].total == 0.0


def test_one_gap_does_not_make_every_share_zero():
    table = design(lambda x: x.sum(axis=1))
    table[17, 3] = np.nan
    found = sobol_of(table)
    assert found.dropped == 1 and found.runs == RUNS - 1
    assert all(row.total > 0.15 for row in found.sources)


def test_what_never_varies_has_no_shares():
    assert sobol_of(np.full((RUNS, 6), 3.0)) is None
    assert sobol_of(np.full((RUNS, 6), np.nan)) is None
    assert delta_of(np.random.default_rng(1).normal(size=(100, 2)), ["a", "b"], np.ones(100)) is None


def test_too_few_runs_have_no_shares():
    assert sobol_of(design(lambda x: x.sum(axis=1), runs=20)) is None
    assert batch_runs(5) == 0 and batch_runs(20) == 60 and batch_runs(10**6) == 1000


def test_amounts_are_compared_in_logs_and_centred_in_their_unit():
    found = sobol_of(design(lambda x: 300.0 * np.exp(0.1 * x[:, 0])))
    assert found.scale == "logs" and found.centre == pytest.approx(300.0, rel=0.02)
    assert found.deviation == pytest.approx(0.1, rel=0.1)


# --- parameters


@pytest.fixture(scope="module")
def told():
    """Forty inputs of which three matter: the first in a line, the second in a curve, the third for it goes with the first."""
    draws = np.random.default_rng(5)
    inputs = draws.normal(size=(800, 40))
    inputs[:, 2] = 0.8 * inputs[:, 0] + 0.6 * inputs[:, 2]
    inputs[:, 39] = 1.0
    values = inputs[:, 0] + 0.7 * inputs[:, 1] ** 2 + draws.normal(size=800)
    return delta_of(inputs, [f"p{k}" for k in range(40)], values)


def test_parameters_that_matter_are_found_and_idle_ones_are_not(told):
    assert {row.parameter for row in told.parameters if row.beyond_chance} == {"p0", "p1", "p2"}
    assert told.parameters[0].parameter == "p0" and told.parameters[0].first == pytest.approx(1.0 / 2.98, abs=0.1)


def test_a_parameter_that_was_never_varied_is_not_told(told):
    assert len(told.parameters) == 39 and "p39" not in {row.parameter for row in told.parameters}


def test_an_idle_parameter_shows_what_an_idle_number_shows(told):
    idle = [row for row in told.parameters if not row.beyond_chance]
    assert np.mean([row.delta for row in idle]) == pytest.approx(told.idle_delta, abs=0.02)
    assert abs(np.mean([row.first for row in idle])) < 0.01


def test_the_same_runs_give_the_same_shares_and_leave_other_luck_alone():
    inputs = np.random.default_rng(2).normal(size=(100, 3))
    np.random.seed(4)
    before, said = np.random.get_state()[1].copy(), warnings.formatwarning
    one, two = (delta_of(inputs, "abc", inputs[:, 0]) for _ in range(2))
    assert one == two
    assert (np.random.get_state()[1] == before).all() and warnings.formatwarning is said


# --- the district


@pytest.fixture(scope="module")
def made(dadukou):
    return batches(dadukou, load(dadukou, "status_quo"), environment="baseline", runs=30, seed=1, draws=PriorDraws(dadukou))


def test_each_batch_shares_with_the_first_all_but_its_own_source(made):
    a, b, swapped = made.a, made.b, made.swapped
    assert np.array_equal(swapped["luck"].parameters, a.parameters) and np.array_equal(swapped["environment"].parameters, a.parameters)
    assert np.array_equal(swapped["parameters"].parameters, b.parameters) and not np.array_equal(a.parameters, b.parameters)
    assert np.array_equal(swapped["discrepancy"].parameters, a.parameters)


def test_population_comes_of_the_environment_and_of_the_models_error_and_of_nothing_else(made):
    def people(batch, year):
        return batch.of("population", year)

    a, b, swapped = made.a, made.b, made.swapped
    for source in ("luck", "parameters"):
        assert np.array_equal(people(swapped[source], 2025), people(a, 2025))
    assert np.array_equal(people(swapped["discrepancy"], 2020), people(a, 2020))  # the record ends there, and counted people are known
    error = people(swapped["discrepancy"], 2025) / people(a, 2025)
    assert people(swapped["environment"], 2025) * error == pytest.approx(people(b, 2025))
    assert np.std(np.log(error)) > 0.01 and np.std(people(swapped["environment"], 2025) / people(a, 2025)) > 0.01


def test_the_models_error_is_that_of_its_own_seed_whatever_the_luck(dadukou):
    def error(luck, seed):
        plain = outcomes(dadukou, {"patents": luck}, runs=3)
        return in_error_of(dadukou, plain, seed).of("patents", 2025) / plain.of("patents", 2025)

    first, again, other = error([600.0, 700.0, 800.0], 1), error([650.0, 500.0, 900.0], 1), error([600.0, 700.0, 800.0], 2)
    assert first == pytest.approx(again) and np.ptp(first) > 0.0
    assert not np.isclose(first, other).any()


def test_shares_of_a_target_of_the_district(made):
    found = shares_of_sources(made, "tech_enterprises", 2025)
    assert found.runs == 30 and found.dropped == 0 and sum(row.total for row in found.sources) > 0.5
    assert shares_of_sources(made, "rd_growth", 2020) is None  # no value before the plan
    assert {row.parameter for row in shares_of_parameters(made, "tech_enterprises", 2025).parameters} <= set(made.a.parameter_names)
