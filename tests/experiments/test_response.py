"""A lever alone over its range: what it does, what its next unit costs, when it is dead and when it only switches.

In the invented district the effects are known; the shipped levers are asked of the model itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.experiments.invented import COST_OF_COACHING, PER_FIRM_COACHED, YEARS_OF_PLAN, invent, unfitted
from tests.experiments.synthetic import YEARS, outcomes
from yidu.experiments.ensembles import paired
from yidu.experiments.judging.answer import to_json
from yidu.experiments.response.answer import ResponseAnswer
from yidu.experiments.response.compute import LIKE, PARTS, chosen, held, indicators_of, levels, run_response, work
from yidu.experiments.response.literature import LITERATURE
from yidu.experiments.scenarios.scenario import Scenario, load
from yidu.sim.errors import InputError
from yidu.sim.flows import DOOR
from yidu.sim.indicators import INDICATOR
from yidu.sim.ledger import DISTRICT_LINES
from yidu.sim.levers import LEVERS, LeverPaths
from yidu.sim.region import Region
from yidu.sim.triggers import Trigger

RUNS = 20
EXCEPTIONS: Mapping[str, str] = {}
"""Shipped levers that may be dead or a switch, with why. Empty: none may."""


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    return unfitted(tmp_path_factory.mktemp("region"))


@pytest.fixture(scope="module")
def status_quo(region: Region) -> Scenario:
    return load(region, "status_quo")


@pytest.fixture
def found(region: Region, status_quo: Scenario, monkeypatch: pytest.MonkeyPatch) -> ResponseAnswer:
    invent(monkeypatch)
    return run_response(region, status_quo, ["enterprise_coaching", "firms_attracted"], runs=RUNS).answer


def shaped(monkeypatch: pytest.MonkeyPatch, levels_of: Mapping[str, Callable[[LeverPaths], float]], cost: float = 0.0) -> None:
    """A district whose indicators of 2025 follow levers by the functions given, with a little luck of their own."""

    def simulate(region: Region, paths: LeverPaths, *, environment: str, runs: int, seed: int, progress: Any, **given: Any) -> Any:
        luck = np.random.default_rng(seed).normal(0.0, 1.0, runs)
        values = {name: list(of(paths) * (1.0 + 0.02 * luck) + 100.0) for name, of in levels_of.items()}
        made = outcomes(region, values, runs=runs, spent=0.0)
        money = made.money.copy()
        for year in YEARS_OF_PLAN:
            money[:, YEARS.index(year), DISTRICT_LINES[0]] = 1e4 * cost * paths.get("knowledge_loan_pool", year)
        return replace(made, money=money, environment=environment, seed=seed, scenario=given["scenario"])

    monkeypatch.setattr(paired, "simulate", simulate)
    monkeypatch.setattr(paired, "started", lambda *_, **__: None)


def pool(paths: LeverPaths) -> float:
    return paths.get("knowledge_loan_pool", 2025)


def asked(region: Region, status_quo: Scenario, lever: str) -> Any:
    (one,) = run_response(region, status_quo, [lever], runs=RUNS).answer.levers
    return one


# --- effect, cost, next unit


def test_the_five_points_span_the_range_with_a_tenth_among_them() -> None:
    assert PARTS == (0.0, 0.1, 0.35, 0.7, 1.0)
    for id, bar in LEVERS.items():
        at = levels(id)
        assert at[0] == bar.low and at[-1] == bar.high and at[1] == pytest.approx(bar.low + 0.1 * (bar.high - bar.low))


def test_effects_and_costs_are_against_the_scenarios_own_level(found: ResponseAnswer) -> None:
    coaching, _ = found.levers
    assert coaching.present == 30.0 and not coaching.dead and not coaching.switch
    for point in coaching.points:
        (effect,) = [row for row in point.effects if row.indicator == "tech_enterprises"]
        assert effect.mean == pytest.approx(PER_FIRM_COACHED * (point.value - 30.0), rel=0.05, abs=1.0)
        assert point.cost == pytest.approx(5 * COST_OF_COACHING * (point.value - 30.0))


def test_the_next_unit_costs_what_a_firm_coached_does_and_what_a_firm_registered_does(found: ResponseAnswer) -> None:
    coaching, _ = found.levers
    for step in (coaching.next, coaching.points[0].next):
        assert step is not None and step.per_unit == pytest.approx(5 * COST_OF_COACHING) and step.price is not None
        assert step.price.trade == "more_for_more" and step.indicator == "tech_enterprises"
        assert step.price.amount == pytest.approx(5 * COST_OF_COACHING / PER_FIRM_COACHED, rel=0.05)
    assert coaching.next is not None and coaching.next.value == 70.0 and coaching.points[-1].next is None


def test_a_lever_that_costs_and_brings_nothing_is_dead_and_has_no_price(found: ResponseAnswer) -> None:
    _, projects = found.levers
    assert projects.dead and not projects.switch and projects.points[-1].cost > 0.0
    steps = [projects.next, *(point.next for point in projects.points[:-1])]
    assert all(step is not None and step.price is None and step.per_unit is None for step in steps)


def test_elasticities_are_those_of_the_arc_from_the_own_level_to_the_top(found: ResponseAnswer) -> None:
    (row,) = [row for row in found.levers[0].over_range if row.indicator == "tech_enterprises"]
    low, high = 300.0 + 1.5 * 30.0 + 40.0, 300.0 + 1.5 * 200.0 + 40.0  # register award of 1
    arc = ((high - low) / (0.5 * (high + low))) / ((200.0 - 30.0) / (0.5 * (200.0 + 30.0)))
    assert row.elasticity == pytest.approx(arc, rel=0.1) and row.first_tenth == pytest.approx(0.1, abs=0.03)
    assert row.relative == pytest.approx(300.0 / 340.0, rel=0.1)


# --- dead levers and switches


def test_a_pool_that_opens_a_door_and_does_no_more_is_a_switch_and_dead_above(
    region: Region, status_quo: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    shaped(monkeypatch, {"knowledge_loans_total": lambda paths: 50.0 if pool(paths) > 0.0 else 0.0})
    one = asked(region, status_quo, "knowledge_loan_pool")
    assert one.switch and one.dead and one.over_range[0].first_tenth == pytest.approx(1.0)


def test_diminishing_returns_are_neither(region: Region, status_quo: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    shaped(monkeypatch, {"knowledge_loans_total": lambda paths: 50.0 * math.sqrt(pool(paths) / 10_000.0)}, cost=0.1)
    one = asked(region, status_quo, "knowledge_loan_pool")
    assert not one.switch and not one.dead
    prices = [point.next.price.amount for point in one.points[:-1] if point.next is not None and point.next.price is not None]
    assert prices == sorted(prices) and len(prices) == 4, "the next unit costs more the further one goes"


def test_too_much_of_a_good_thing_is_no_switch(region: Region, status_quo: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    # An inverted U that ends where it was at a tenth: most of the effect lies between.
    def mound(paths: LeverPaths) -> float:
        part = pool(paths) / 10_000.0
        return 400.0 * part * (1.05 - part)

    shaped(monkeypatch, {"knowledge_loans_total": mound})
    one = asked(region, status_quo, "knowledge_loan_pool")
    assert not one.switch and not one.dead and one.over_range[0].first_tenth < 0.9


def test_a_lever_that_the_scenario_holds_at_its_top_is_judged_from_the_bottom(
    region: Region, status_quo: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    shaped(monkeypatch, {"knowledge_loans_total": lambda paths: pool(paths) / 100.0})
    high = held(region, status_quo, "knowledge_loan_pool", 10_000.0)
    one = asked(region, high, "knowledge_loan_pool")
    assert not one.dead and one.next is None and one.points[-1].effects[0].mean == 0.0


# --- what is asked


def test_no_trigger_moves_a_lever_that_is_held(region: Region, status_quo: Scenario) -> None:
    acting = Trigger("tech_enterprises", "<", 400.0, 2023, {"enterprise_coaching": 60.0, "register_award": 3.0})
    mix = held(region, replace(status_quo, triggers=(acting,)), "enterprise_coaching", 200.0)
    assert [dict(one.then) for one in mix.triggers] == [{"register_award": 3.0}]
    assert mix.levers.get("enterprise_coaching", 2020) == status_quo.levers.get("enterprise_coaching", 2020)
    assert {mix.levers.get("enterprise_coaching", year) for year in range(2021, 2031)} == {200.0}


def test_an_indicator_asks_for_the_levers_that_move_it_and_shows_it_alone(
    region: Region, status_quo: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    invent(monkeypatch)
    found = run_response(region, status_quo, indicator="otc_listed", runs=RUNS).answer
    assert [one.lever for one in found.levers] == [id for id in LEVERS if "otc_listed" in indicators_of(id)]
    assert {row.indicator for one in found.levers for point in one.points for row in point.effects} == {"otc_listed"}
    assert chosen((), None) == tuple(LEVERS) and chosen(["seed_fund", "seed_fund"], None) == ("seed_fund",)


@pytest.mark.parametrize(
    "levers, indicator, said",
    [(["sead_fund"], None, "seed_fund"), ([], "tech_enterprise", "tech_enterprises"), (["seed_fund"], "transfer_bodies", "no way to")],
)
def test_what_cannot_be_asked_is_said_before_anything_runs(levers: list[str], indicator: str | None, said: str) -> None:
    with pytest.raises(InputError, match=said):
        chosen(levers, indicator)


def test_the_work_is_what_is_reported(region: Region, status_quo: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    invent(monkeypatch)
    done: list[int] = []
    run_response(region, status_quo, ["vc_subsidy_rate", "seed_fund"], runs=RUNS, progress=done.append)
    # The bottom of the subsidy is its own level; the record is not kept in the invented district.
    assert sum(done) == work(region, status_quo, ["vc_subsidy_rate", "seed_fund"], RUNS) - RUNS == RUNS * (1 + 4 + 5)


def test_an_answer_can_be_read_back(found: ResponseAnswer) -> None:
    assert ResponseAnswer.model_validate_json(to_json(found)) == found


# --- beside the literature


def test_every_lever_declares_what_it_moves() -> None:
    assert [id for id in LEVERS if not indicators_of(id)] == []
    assert {name for id in LEVERS for name in indicators_of(id)} <= INDICATOR.keys() | DOOR.keys()


def test_a_value_of_the_literature_has_its_bounds_its_source_and_a_lever() -> None:
    assert len({row.id for row in LITERATURE}) == len(LITERATURE)
    for row in LITERATURE:
        assert row.low <= row.central <= row.high and row.source and row.quality[0] in "ABCD"
        assert set(row.levers) & LEVERS.keys(), row.id
    assert {row.like for row in LITERATURE if row.like} == LIKE.keys()


def test_a_study_stands_beside_what_the_model_measures_in_its_terms(
    region: Region, status_quo: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each 100 of the pool lends 1 (亿元), a third of it commercial.
    shaped(monkeypatch, {"knowledge_loans_total": lambda p: pool(p) / 100.0, "commercial_loans_total": lambda p: pool(p) / 300.0})
    rows = {row.parameter: row for row in asked(region, status_quo, "knowledge_loan_pool").literature}
    assert rows["kv_followon_commercial"].measured == pytest.approx(1.0 / 3.0)
    assert rows["kv_followon_commercial"].central == 0.3 and rows["guarantee_effect_rd"].measured is None
    assert rows["kv_loan_size"].measured is None, "no loan was paid, so none has a size"


# --- the model itself


def test_runs_that_a_lever_cannot_have_touched_are_those_of_the_scenario(region: Region, status_quo: Scenario) -> None:
    found = run_response(region, status_quo, ["vc_subsidy_rate"], runs=10).answer
    (one,) = found.levers
    assert one.points[0].value == one.present == 0.0 and one.points[0].cost == 0.0
    assert all(row.mean == row.error == 0.0 for row in one.points[0].effects) and one.points[-1].cost > 0.0


@pytest.mark.slow
def test_no_shipped_lever_is_dead_and_none_is_a_switch(dadukou: Region) -> None:
    found = run_response(dadukou, load(dadukou, "status_quo"), runs=100).answer  # as many as the command takes by itself
    flagged = {one.lever for one in found.levers if one.dead or one.switch}
    assert flagged - EXCEPTIONS.keys() == set()
    assert EXCEPTIONS.keys() - flagged == set(), "an exception that is none any more"
    assert all(reason.strip() for reason in EXCEPTIONS.values())
