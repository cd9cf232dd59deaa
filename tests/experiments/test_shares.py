"""Where the variance of a forecast comes from, on runs made by hand whose sources are known."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.experiments.synthetic import outcomes
from yidu.calibration.discrepancy import Size, widened
from yidu.experiments.assess import ask as asking
from yidu.experiments.assess.compute import assess
from yidu.experiments.ensembles import simulated as simulating
from yidu.experiments.judging.answer import Variance
from yidu.experiments.judging.shares import FEWEST, REPLICATES, SOURCES, Replicates, other_seed, replicated, variance, variance_of
from yidu.experiments.scenarios.scenario import load as load_scenario
from yidu.sim.draws import PriorDraws
from yidu.sim.ensemble import simulate
from yidu.sim.outcomes import Outcomes
from yidu.sim.region import Region

pytestmark = pytest.mark.fast

Floats = NDArray[np.float64]


class Batches(NamedTuple):
    base: Floats
    same_draws: Floats
    same_environment: Floats
    doubted: Floats


def batches(seed: int, runs: int, *, luck: float, parameters: float, environment: float, discrepancy: float = 0.0) -> Batches:
    """Forecasts whose logs add up sources of these standard deviations."""
    draw = np.random.default_rng(seed).normal
    common, weather = parameters * draw(size=runs), environment * draw(size=runs)
    base = common + weather + luck * draw(size=runs)
    same_draws = common + environment * draw(size=runs) + luck * draw(size=runs)
    same_environment = parameters * draw(size=runs) + weather + luck * draw(size=runs)
    doubted = base + discrepancy * draw(size=runs)
    return Batches(*(np.exp(logs) for logs in (base, same_draws, same_environment, doubted)))


def parts(found: Variance | None) -> dict[str, float]:
    assert found is not None
    return {name: getattr(found, name) for name in SOURCES}


# --- known sources


def test_sources_of_known_size_are_found_within_their_error() -> None:
    # Variances 0.04, 0.05, 0.03 and 0.08 of 0.2: shares 20, 25, 15 and 40 %.
    made = batches(1, 4000, luck=0.2, parameters=0.05**0.5, environment=0.03**0.5, discrepancy=0.08**0.5)
    found = variance(*made)
    assert found is not None and found.scale == "logs" and found.runs == 4000
    for name, share in zip(SOURCES, (0.2, 0.25, 0.15, 0.4)):
        assert abs(getattr(found, name) - share) < 4.0 * getattr(found.mc_error, name) < 0.1, name


@pytest.mark.parametrize("source", SOURCES)
def test_a_single_source_carries_everything(source: str) -> None:
    sizes = dict.fromkeys(SOURCES, 0.0) | {source: 0.3}
    found = parts(variance(*batches(2, 200, **sizes)))
    assert found[source] == pytest.approx(1.0, abs=0.15)
    assert sum(found.values()) == pytest.approx(1.0, abs=2e-4)


def test_the_error_is_that_of_repeating_the_batches() -> None:
    repeated = [variance(*batches(seed, 200, luck=0.2, parameters=0.3, environment=0.1, discrepancy=0.2)) for seed in range(60)]
    for name in SOURCES:
        values = np.array([getattr(one, name) for one in repeated])
        stated = np.mean([getattr(one.mc_error, name) for one in repeated if one is not None])
        assert 0.7 < values.std(ddof=1) / stated < 1.4, name


def test_what_parameters_and_environment_do_together_counts_as_luck() -> None:
    # A product of two sources centred on zero: neither moves the mean alone, so neither has a share of its own.
    draw = np.random.default_rng(3).normal
    p, e = draw(size=5000), draw(size=5000)
    found = parts(variance(p * e, p * draw(size=5000), e * draw(size=5000), p * e))
    assert found["luck"] > 0.9


@given(
    seed=st.integers(0, 999), luck=st.floats(0, 2), parameters=st.floats(0, 2), environment=st.floats(0, 2),
    discrepancy=st.floats(0, 2),
)  # fmt: skip
def test_the_four_shares_sum_to_one_and_none_is_negative(
    seed: int, luck: float, parameters: float, environment: float, discrepancy: float
) -> None:
    found = variance(*batches(seed, 40, luck=luck, parameters=parameters, environment=environment, discrepancy=discrepancy))
    if found is not None:
        shares = parts(found)
        assert sum(shares.values()) == pytest.approx(1.0, abs=2e-4)
        assert all(share >= 0.0 for share in shares.values())


def test_one_extreme_run_does_not_decide() -> None:
    made = batches(4, 200, luck=0.1, parameters=0.3, environment=0.0)
    usual = parts(variance(*made))
    for batch in (made.base, made.doubted):
        batch[7] = 1e12
    assert parts(variance(*made))["parameters"] == pytest.approx(usual["parameters"], abs=0.05)


def test_growth_rates_below_zero_are_taken_as_they_are() -> None:
    made = Batches(*(np.log(one) for one in batches(5, 400, luck=0.1, parameters=0.3, environment=0.0)))
    found = variance(*made)
    assert found is not None and found.scale == "values" and found.parameters > 0.8


# --- what no share can be told of


def test_forecasts_that_never_move_have_no_shares() -> None:
    level = np.full(100, 20.0)
    assert variance(level, level, level, level) is None


def test_a_forecast_that_only_the_models_error_moves_is_all_model_error() -> None:
    level = np.full(100, 0.1)
    found = variance(level, level, level, level * np.exp(np.random.default_rng(6).normal(size=100)))
    assert parts(found) == {"luck": 0.0, "parameters": 0.0, "environment": 0.0, "discrepancy": 1.0}


def test_runs_without_a_value_are_left_out_in_all_batches() -> None:
    made = batches(7, 100, luck=0.1, parameters=0.3, environment=0.1)
    made.base[:20] = np.nan
    made.same_environment[10:40] = np.nan
    found = variance(*made)
    assert found is not None and found.runs == 60
    assert found == variance(*(one[40:] for one in made))
    made.same_draws[50:] = np.nan
    assert variance(*made) is None


@pytest.mark.parametrize("runs, further", [(1, 0), (FEWEST - 1, 0), (FEWEST, FEWEST), (1000, REPLICATES)])
def test_further_batches_are_as_long_as_the_base_up_to_a_limit(runs: int, further: int) -> None:
    assert replicated(runs) == further


@given(st.integers(0, 2**63 - 1))
def test_the_other_seed_is_another_seed_and_a_valid_one(seed: int) -> None:
    assert 0 <= other_seed(seed) < 2**63 and other_seed(seed) != seed


# --- in an assessment


def replicates_of(base: Outcomes, made: Batches) -> Replicates:
    """Further batches whose science firms in 2025 are these."""
    further = []
    for values in (made.same_draws, made.same_environment):
        table = np.zeros_like(base.values)
        table[:, base.years.index(2025), base.indicators.index("tech_enterprises")] = values
        further.append(base.with_values(table))
    return Replicates(*further)


def test_each_target_and_forecast_says_where_its_variance_comes_from(dadukou: Region) -> None:
    made = batches(8, 100, luck=0.1, parameters=0.3, environment=0.1)
    base = outcomes(dadukou, {"tech_enterprises": made.base}, runs=100)  # type: ignore[dict-item]
    assessment = assess(dadukou, "status_quo", base, replicates=replicates_of(base, made))
    told = {target.indicator: target.variance for target in assessment.targets}
    assert told["tech_enterprises"] == variance(made.base, made.same_draws, made.same_environment, made.base)
    assert told["otc_listed"] is None  # never moves in these runs
    rows = {(row.indicator, row.year): row.variance for row in assessment.forecasts}
    assert rows["tech_enterprises", 2025] == told["tech_enterprises"]
    assert rows["tech_enterprises", 2024] is None


def test_only_as_many_runs_of_the_base_count_as_have_a_partner(dadukou: Region) -> None:
    made = batches(9, 100, luck=0.1, parameters=0.3, environment=0.1)
    partners = outcomes(dadukou, runs=100)
    base = outcomes(dadukou, {"tech_enterprises": np.concatenate([made.base, np.full(50, 1e6)])}, runs=150)  # type: ignore[dict-item]
    found = variance_of(base, base, replicates_of(partners, made), "tech_enterprises", 2025)
    assert found == variance(made.base, made.same_draws, made.same_environment, made.base)


def test_without_further_batches_no_share_is_claimed(dadukou: Region) -> None:
    assessment = assess(dadukou, "status_quo", outcomes(dadukou))
    assert all(row.variance is None for row in (*assessment.targets, *assessment.forecasts))


# --- in the model


@pytest.fixture
def recorded(dadukou: Region, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What `ask` asks the ensemble for, answered with made-up runs."""
    calls: list[dict[str, object]] = []

    def answered(world: Region, levers: object, **asked: object) -> Outcomes:
        calls.append(asked)
        runs = int(str(asked["runs"]))
        return dataclasses.replace(outcomes(dadukou, runs=runs), seed=int(str(asked["seed"])))

    monkeypatch.setattr(simulating, "simulate", answered)
    monkeypatch.setattr(simulating, "posterior", PriorDraws)
    monkeypatch.setattr(asking, "widened", lambda region, runs: widened(region, runs, Size(0.1, 0.5)))
    return calls


def test_the_further_batches_share_what_they_should_and_nothing_else(dadukou: Region, recorded: list[dict[str, object]]) -> None:
    asking.ask(dadukou, load_scenario(dadukou, "status_quo"), runs=50, seed=7)
    assert [call["runs"] for call in recorded] == [50, 50, 50]
    seeds = [tuple(call[name] or call["seed"] for name in ("draws_seed", "environment_seed", "seed")) for call in recorded]
    other = other_seed(7)
    assert seeds == [(7, 7, 7), (7, other, other), (other, 7, other)]
    assert len({str(call["draws"]) and str(call["scenario"]) for call in recorded}) == 1


def test_the_digest_and_the_odds_are_those_of_the_base_runs(dadukou: Region, recorded: list[dict[str, object]]) -> None:
    mix = load_scenario(dadukou, "status_quo")
    with_, without = (asking.ask(dadukou, mix, runs=50, seed=7, shares=shares) for shares in (True, False))
    assert len(recorded) == 4 and with_.digest == without.digest
    assert with_.joint == without.joint and with_.public_money == without.public_money
    assert [target.median for target in with_.targets] == [target.median for target in without.targets]


def test_too_few_runs_ask_for_no_further_batch(dadukou: Region, recorded: list[dict[str, object]]) -> None:
    asking.ask(dadukou, load_scenario(dadukou, "status_quo"), runs=FEWEST - 1)
    assert len(recorded) == 1


@pytest.mark.slow
def test_runs_that_share_draws_or_environment_share_only_that(dadukou: Region) -> None:
    base, same_draws, same_environment = (
        simulate(dadukou, dadukou.levers, runs=3, draws=PriorDraws(dadukou), **seeds)
        for seeds in ({"seed": 1}, {"seed": 2, "draws_seed": 1}, {"seed": 2, "environment_seed": 1})
    )
    assert (base.parameters == same_draws.parameters).all()
    assert (base.parameters != same_environment.parameters).any()
    assert (base.of("population", 2025) == same_environment.of("population", 2025)).all()
    assert (base.of("population", 2025) != same_draws.of("population", 2025)).all()
    assert (base.of("tech_enterprises", 2025) != same_draws.of("tech_enterprises", 2025)).any()
