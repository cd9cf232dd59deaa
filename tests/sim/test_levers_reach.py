"""What each lever and each parameter moves, what it must leave alone, and in which direction it is meant to work."""

import numpy as np
import pytest

from tests.sim.small import SetDraws, constant, small
from yidu.agents.parameters import PARAMETERS
from yidu.sim.draws import DRAWN
from yidu.sim.ensemble import simulate
from yidu.sim.indicators import PUBLIC_IDS
from yidu.sim.levers import LEVERS

RUNS, SEED = 4, 7


def simulated(region, levers=None, runs=RUNS, **values):
    """Runs of the district as it is, to 2025; effort is on, so that its parameters have something to act on."""
    draws = SetDraws(region, **{"effort_on": 1.0, **values})
    return simulate(region, levers or region.levers, runs=runs, seed=SEED, draws=draws, threads=1)


@pytest.fixture(scope="module")
def status_quo(dadukou):
    return simulated(dadukou)


@pytest.mark.parametrize("name", LEVERS)
def test_a_lever_moves_something_and_nothing_it_has_no_channel_to(dadukou, status_quo, name):
    bar = LEVERS[name]
    now = dadukou.levers.get(name, 2025)
    other = min(bar.high, 2.0 * now) if 0.0 < 2.0 * now <= bar.high else bar.high
    moved = set()
    for value in {other, bar.high, bar.low} - {now}:
        turned = simulated(dadukou, constant(dadukou, {name: value}, 2021))
        assert turned.values[:, :6].tobytes() == status_quo.values[:, :6].tobytes(), "the past has moved"
        moved |= {i for i in status_quo.indicators
                  if not np.array_equal(turned.series(i), status_quo.series(i), equal_nan=True)}  # fmt: skip
    assert moved, f"{name} moves nothing"
    undeclared = sorted((moved & set(PUBLIC_IDS)) - bar.reaches)
    assert not undeclared, f"{name} reaches what it does not declare"


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_parameter_moves_something(dadukou, name):
    (prior,) = [p for p in dadukou.priors if p.parameter == name]
    # Money in every scheme, so that what acts on it has something to act on.
    open_handed = constant(dadukou, {"seed_fund": 1000.0, "industry_fund": 5000.0, "transfer_services": 60.0,
                                     "institute_openings": 2.0, "anchor_firms": 1.0, "joint_projects": 20.0,
                                     "rd_grant_rate": 0.03, "knowledge_loan_cover": 0.9}, 2017)  # fmt: skip
    low, high = (
        simulate(dadukou, open_handed, runs=3, seed=SEED, threads=1,
                 draws=SetDraws(dadukou, **{"pool_size": 700.0, "effort_on": 1.0, name: value}))
        for value in (prior.low, prior.high)
    )  # fmt: skip
    same = np.array_equal(low.values, high.values, equal_nan=True)
    assert not same, f"{name} moves nothing between {prior.low:g} and {prior.high:g}"


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_parameter_has_a_prior_it_can_be_drawn_from(dadukou, name):
    (prior,) = [p for p in dadukou.priors if p.parameter == name]
    drawn = small(dadukou).prior.of_runs(1, np.arange(400))[0][:, PARAMETERS.index(name)]
    assert (drawn >= prior.low).all() and (drawn <= prior.high).all() and drawn.std() > 0.0


@pytest.mark.parametrize("field", ["baseline", "slow", "fast", "shock"])
def test_every_environment_is_another_future_of_the_same_past(dadukou, status_quo, field):
    draws = SetDraws(dadukou, effort_on=1.0)
    other = simulate(dadukou, dadukou.levers, environment=field, runs=RUNS, seed=SEED, draws=draws, threads=1)
    assert other.values[:, :6].tobytes() == status_quo.values[:, :6].tobytes()
    assert (other.digest == status_quo.digest) == (field == "baseline")


# --- direction: on common luck, more of a lever does not do less of what it is for


MAIN = {id: bar.raises for id, bar in LEVERS.items() if bar.raises}


def reached(outcomes, what):
    if ":" in what:
        return outcomes.through(what)[:, 6:].sum(axis=1)
    return outcomes.of(what, 2025)


def effect(region, name, low, high, what, **values):
    """Paired difference by run between two levels of a lever from 2021."""
    outcomes = [simulated(region, constant(region, {name: v}, 2021), runs=40, **values) for v in (low, high)]
    return reached(outcomes[1], what) - reached(outcomes[0], what)


@pytest.mark.slow
@pytest.mark.parametrize("name", MAIN)
def test_more_of_a_lever_means_more_of_what_it_is_for(dadukou, name):
    bar = LEVERS[name]
    half, whole = (effect(dadukou, name, bar.low, v, MAIN[name]) for v in ((bar.low + bar.high) / 2.0, bar.high))
    assert half.mean() >= 0.0 and whole.mean() > 0.0


@pytest.mark.slow
def test_a_grant_raises_research_by_less_where_it_takes_the_place_of_a_firms_own(dadukou):
    more, usual, less = (
        effect(dadukou, "rd_grant_rate", 0.0, 0.03, "rd_expenditure", subsidy_additionality=a).mean() for a in (0.5, 0.0, -0.5)
    )
    assert more > usual > less > 0.0


@pytest.mark.slow
def test_incubator_support_pays_up_to_60_wan_and_no_further(dadukou):
    rise = effect(dadukou, "incubator_support", 0.0, 60.0, "jobs", incubator_growth_bonus=0.1)
    fall = effect(dadukou, "incubator_support", 60.0, 200.0, "jobs", incubator_growth_bonus=0.1)
    assert rise.mean() > 0.0 > fall.mean()


def test_a_lever_without_one_direction_has_a_test_of_its_own_above():
    assert LEVERS.keys() - MAIN.keys() == {"incubator_support"}


@pytest.mark.slow
def test_common_luck_takes_out_most_of_the_noise(dadukou):
    # The variance of an effect on common luck against that of two unrelated batches of the same size.
    for name, what, value in (
        ("enterprise_coaching", "tech_enterprises", 45.0),
        ("knowledge_loan_cover", "knowledge_loans_total", 0.85),
        ("talent_package", "high_end_talent", 60.0),
    ):
        fixed = dict(zip(DRAWN, SetDraws(dadukou).of_runs(SEED, np.array([3]))[0][0], strict=True))
        draws = SetDraws(dadukou, **fixed)
        base, more = (
            simulate(dadukou, paths, runs=60, seed=SEED, draws=draws, threads=1)
            for paths in (dadukou.levers, constant(dadukou, {name: value}, 2021))
        )
        apart = simulate(dadukou, dadukou.levers, runs=60, seed=SEED + 1, draws=draws, threads=1)
        paired = (more.of(what, 2025) - base.of(what, 2025)).var()
        unpaired = (more.of(what, 2025) - apart.of(what, 2025)).var()
        assert unpaired > 2.0 * paired, (name, unpaired / max(paired, 1e-12))
