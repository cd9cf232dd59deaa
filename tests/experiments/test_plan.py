"""The cheapest mix: found where it is known, refused where there is none, and never moved what does not matter."""

from collections.abc import Callable

import numpy as np
import pytest

from tests import beyond
from tests.experiments.invented import COST_OF_AWARD, PER_AWARD, PER_FIRM_COACHED, YEARS_OF_PLAN, cost_of, firms_of, invent, unfitted
from yidu.experiments.judging.goals import targets_of
from yidu.experiments.plan.compute import Planned, plan, runs_to_answer
from yidu.experiments.plan.levers_searched import Space, grain, movable
from yidu.experiments.plan.trials import Question, find
from yidu.experiments.plan.within_reach import gains, ladder
from yidu.experiments.scenarios.scenario import load
from yidu.sim.draws import PriorDraws
from yidu.sim.errors import InputError
from yidu.sim.levers import LEVERS
from yidu.sim.region import Region


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    return unfitted(tmp_path_factory.mktemp("plan"))


@pytest.fixture
def asked(region: Region, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Planned]:
    """An answer about the invented district, with tech_enterprises as the target."""

    def ask(reach: str = "tech_enterprises", base: float = 300.0, **given: object) -> Planned:
        invent(monkeypatch, base)
        known: dict[str, object] = {"probability": 0.8, "runs": 60, "evaluations": 90, "draws": PriorDraws(region)}
        return plan(find(Question(region, targets_of(region, reach), **{**known, **given})))  # type: ignore[arg-type]

    return ask


# --- the known best mix


def test_the_cheapest_mix_is_found_and_holds_on_fresh_runs(asked: Callable[..., Planned]) -> None:
    # A firm coached is the cheaper way (1.5 firms for 5 万元 over the plan, against 40 for 150), up to the end of its range;
    # the award brings the rest, and 招商, which brings nothing and costs most, goes nowhere.
    found = asked(seed=3)
    answer = found.answer
    assert answer.recommended is not None and answer.out_of_reach is None
    mix = {row.lever: row for row in answer.levers}
    assert set(mix) == {"enterprise_coaching", "register_award"}
    assert min(mix["enterprise_coaching"].early, mix["enterprise_coaching"].late) > 180.0
    spent = sum(cost_of(found.mix.levers, year) for year in YEARS_OF_PLAN)
    assert answer.money.mean == pytest.approx(spent, rel=1e-4)
    award = (firms_of(found.mix.levers) - PER_FIRM_COACHED * 200.0) / PER_AWARD
    cheapest = sum(cost_of(found.mix.levers, year) for year in YEARS_OF_PLAN) - 5 * (200.0 + COST_OF_AWARD * award + 20 * 100.0)
    assert cheapest < 0.04 * 5 * (200.0 + COST_OF_AWARD * award)  # against the cheapest mix that brings as many firms
    one = next(row for row in answer.candidates if row.mix == answer.recommended)
    assert one.probability - one.mc_error >= 0.8 and one.survives and one.satisficing >= 0.5


def test_the_same_question_has_the_same_answer(asked: Callable[..., Planned]) -> None:
    assert asked(evaluations=40).answer == asked(evaluations=40).answer
    assert asked(evaluations=40, seed=2).answer.front != asked(evaluations=40).answer.front


def test_a_lever_that_moves_nothing_stays_at_the_status_quo(asked: Callable[..., Planned]) -> None:
    answer = asked(evaluations=30).answer
    kept = {row.lever for row in answer.screening if row.kept}
    assert kept == {"enterprise_coaching", "register_award"}
    assert {path.lever for one in answer.candidates if one.source == "found" for path in one.levers} <= kept


def test_where_the_status_quo_is_enough_nothing_is_moved_up(asked: Callable[..., Planned]) -> None:
    answer = asked(base=1500.0, evaluations=30).answer
    assert answer.recommended == "status_quo" and answer.levers == ()


def test_evaluations_and_runs_are_counted(asked: Callable[..., Planned]) -> None:
    effort = asked(evaluations=40).answer.effort
    assert effort.searched + effort.trimmed <= 40 and effort.searched >= 30
    assert effort.evaluations == 2 + effort.screened + effort.searched + effort.trimmed
    assert effort.fresh_runs == 4 * effort.runs == 240 and effort.fresh_seed != 1


def test_the_progress_bar_counts_real_runs(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    invent(monkeypatch)
    question = Question(region, targets_of(region, "tech_enterprises"), 0.8, runs=20, evaluations=20, draws=PriorDraws(region))
    done: list[int] = []
    found = find(question, done.append)
    assert 0.7 * question.runs_of_search < sum(done) <= question.runs_of_search
    more: list[int] = []
    plan(found, more.append)
    assert 0.6 * runs_to_answer(found) < sum(more) <= runs_to_answer(found)


@pytest.mark.parametrize(("environment", "code"), [(beyond.HARSH, "environment_beyond"), ("baseline", "plan_environments_beyond")])
def test_an_environment_that_nobody_saw_is_told(environment: str, code: str, region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    invent(monkeypatch, 300.0)
    harsh = beyond.with_case(region, shift={"gdp_growth": -0.2})
    targets = targets_of(harsh, "tech_enterprises")
    question = Question(harsh, targets, 0.8, environment=environment, runs=20, evaluations=20, draws=PriorDraws(harsh))
    said = {one.code: one.values for one in plan(find(question)).notices if one.code.endswith("_beyond")}
    assert said == {code: {"fields": ("gdp_growth",)} if environment == beyond.HARSH else {"environments": (beyond.HARSH,)}}


# --- no mix


def test_out_of_reach_is_said_with_the_target_that_binds_and_what_can_be_had(asked: Callable[..., Planned]) -> None:
    # The invented district has no talent at all: the second target cannot be reached, the first can.
    answer = asked("tech_enterprises,high_end_talent", evaluations=40).answer
    assert answer.recommended is None and answer.out_of_reach is not None
    why = answer.out_of_reach
    assert why.lowest == why.binding == "high_end_talent" and why.lowest_probability == 0.0 and why.gain > 0.5
    assert [rung.added for rung in why.together] == ["tech_enterprises", "high_end_talent"]
    assert why.within_reach == ("tech_enterprises",) and why.together[0].probability > 0.8
    assert not any(one.reaches for one in answer.candidates)
    # one target for the price of the cheapest mix with which it is reached, and never two
    cheapest = min(one.cost for one in answer.candidates if one.together == 1)
    assert [(one.count, one.cost) for one in why.affords] == [(1, cheapest)]


def test_a_budget_is_kept(asked: Callable[..., Planned]) -> None:
    # The status quo costs 10,300; the mix that reaches costs a little more.
    rich, poor = asked(budget=13_000.0, evaluations=50), asked(budget=10_600.0, evaluations=50)
    assert rich.answer.recommended is not None and rich.answer.money.mean <= 13_000.0
    assert poor.answer.recommended is None and poor.answer.money.mean <= 10_600.0
    assert all(point.cost <= 10_600.0 for point in poor.answer.front)


def test_a_budget_that_nothing_keeps_is_said(asked: Callable[..., Planned]) -> None:
    found = asked(budget=100.0, evaluations=30)
    assert found.answer.recommended is None
    assert "plan_over_budget" in [notice.code for notice in found.notices]


def test_a_target_without_any_value_is_left_out_and_named(asked: Callable[..., Planned], region: Region) -> None:
    from yidu.experiments.plan import trials as plan_trials

    real = plan_trials.column
    with pytest.MonkeyPatch.context() as patch:
        blank = lambda outcomes, id, year: real(outcomes, id, year) * (np.nan if id == "rd_platforms" else 1.0)  # noqa: E731
        patch.setattr(plan_trials, "column", blank)
        found = asked("tech_enterprises,rd_platforms", evaluations=20)
    assert found.answer.goal.targets == ("tech_enterprises",)
    assert ("no_record", "rd_platforms") in [(one.code, one.values.get("indicator")) for one in found.notices]


# --- targets and levers


def test_an_unknown_target_is_answered_with_the_nearest(region: Region) -> None:
    with pytest.raises(InputError, match="Did you mean 'tech_enterprises'"):
        targets_of(region, "rd_share_of_gdp,tech_enterprise")
    with pytest.raises(InputError):
        targets_of(region, " , ")
    assert [one.indicator for one in targets_of(region, "tech_enterprises，rd_share_of_gdp")] == ["rd_share_of_gdp", "tech_enterprises"]
    assert len(targets_of(region, "all")) == len(region.targets)


def test_only_levers_that_can_reach_a_target_are_moved(region: Region) -> None:
    assert set(movable(targets_of(region, "new_incubators"), "all")) == {"incubator_openings"}
    bodies = set(movable(targets_of(region, "transfer_bodies"), "all"))
    assert {"transfer_services", "pilot_bases"} <= bodies and not bodies & {"rd_grant_rate", "seed_fund", "register_award"}
    alone = movable(targets_of(region, "all"), "district")
    assert alone and all(LEVERS[id].decider == "district" for id in alone)


def test_the_status_quo_is_a_point_and_the_point_is_the_status_quo_to_the_bit(region: Region) -> None:
    base = load(region, "status_quo")
    space = Space(region, base, tuple(LEVERS))
    home = space.home()
    assert np.array_equal(space.snap(home[None])[0], home)
    assert np.array_equal(space.scenario(home, "home").levers.values, base.levers.values)


def test_every_point_is_a_mix_within_the_ranges_at_round_values(region: Region) -> None:
    space = Space(region, load(region, "status_quo"), tuple(LEVERS))
    rng = np.random.default_rng(1)
    for point in space.snap(rng.uniform(size=(20, 2 * len(LEVERS)))):
        mix = space.scenario(point, "any")  # refuses what is out of range
        assert np.array_equal(space.point(mix), point)
        assert mix.levers.get("seed_fund", 2020) == region.levers.get("seed_fund", 2020)
        assert mix.levers.get("seed_fund", 2021) == mix.levers.get("seed_fund", 2022)
        assert mix.levers.get("seed_fund", 2023) == mix.levers.get("seed_fund", 2025)
        steps = mix.levers.get("seed_fund", 2021) / grain(LEVERS["seed_fund"])
        assert mix.levers.get("seed_fund", 2021) == 188.0 or steps == pytest.approx(round(steps))


def test_a_lever_moved_alone_leaves_the_others(region: Region) -> None:
    space = Space(region, load(region, "status_quo"), tuple(LEVERS))
    up = space.scenario(space.one_lever("enterprise_coaching", "up"), "up")
    changed = [id for id in LEVERS if up.levers.path(id) != region.levers.path(id)]
    assert changed == ["enterprise_coaching"] and up.levers.get("enterprise_coaching", 2022) > 30.0


# --- targets together


def test_targets_are_dropped_where_it_helps_most() -> None:
    # Ten runs. Target 0 is reached by nine, 1 by eight of these, 2 by two others of them only.
    reached = np.zeros((10, 3), dtype=bool)
    reached[:9, 0], reached[:8, 1], reached[7:9, 2] = True, True, True
    steps = ladder(reached)
    assert [step.added for step in steps] == [0, 1, 2] and [step.reached for step in steps] == [9, 8, 1]
    assert gains(reached).tolist() == [0, 1, 7]


def test_where_no_single_one_helps_the_least_likely_goes_first() -> None:
    reached = np.zeros((10, 4), dtype=bool)
    reached[:9, 0], reached[:8, 1], reached[:2, 2] = True, True, True  # the last is reached by none, the third by hardly any
    steps = ladder(reached)
    assert [step.added for step in steps] == [0, 1, 2, 3] and [step.reached for step in steps] == [9, 8, 2, 0]


@pytest.mark.slow
def test_a_real_district_is_planned_for_end_to_end(region: Region) -> None:
    question = Question(region, targets_of(region, "tech_enterprises"), 0.95, runs=20, evaluations=20, draws=PriorDraws(region))
    answer = plan(find(question)).answer
    assert "enterprise_coaching" in {row.lever for row in answer.screening if row.kept}
    assert answer.candidates and all(0.0 <= one.probability <= 1.0 for one in answer.candidates)
