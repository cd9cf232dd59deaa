"""Wait and see, or decide now: the same runs, the same luck, four ways of deciding."""

from dataclasses import replace

import numpy as np
import pytest

from tests.experiments.synthetic import YEARS, outcomes
from yidu.experiments.ensembles.paired import Mixed, money, study
from yidu.experiments.milestones.adaptive import WAYS, compared, fired_in, judged_by, price_of, tried, ways
from yidu.experiments.milestones.compute import run_milestones
from yidu.experiments.scenarios.rule import Rule, at_line, rule_of
from yidu.experiments.scenarios.scenario import load
from yidu.sim.draws import PriorDraws
from yidu.sim.errors import InputError
from yidu.sim.indicators import INDICATOR_IDS
from yidu.sim.triggers import Trigger

TECH = "tech_enterprises"
CONDITION, THEN = "tech_enterprises < 380 in 2023", "enterprise_coaching=120,register_award=3"


# --- what is typed


def test_a_rule_is_read_as_it_is_typed(dadukou):
    rule = rule_of(dadukou, CONDITION, THEN)
    assert rule == Rule((Trigger(TECH, "<", 380.0, 2023, {"enterprise_coaching": 120.0, "register_award": 3.0}),))
    assert rule_of(dadukou, None, None) is None


@pytest.mark.parametrize("typed", ["tech_enterprises<380 in 2023", "  tech_enterprises ＜ 380 in ２０２３ "])
def test_spaces_and_full_width_signs_make_no_difference(dadukou, typed):
    assert rule_of(dadukou, typed, "enterprise_coaching = 120，register_award=3") == rule_of(dadukou, CONDITION, THEN)


def test_the_line_stands_for_the_value_that_is_found(dadukou):
    rule = rule_of(dadukou, "tech_enterprises < line in 2023", THEN)
    assert rule.at_line and at_line(rule, 413.0).triggers[0].value == 413.0
    with pytest.raises(InputError, match="warns on the other side than '>='"):
        rule_of(dadukou, "tech_enterprises >= line in 2023", THEN)
    with pytest.raises(InputError, match="no target is set for 'gdp'"):
        rule_of(dadukou, "gdp < line in 2023", THEN)


@pytest.mark.parametrize(
    "condition, then, said",
    [
        (CONDITION, None, "belong together"),
        (None, THEN, "belong together"),
        ("tech_enterprises < 380", THEN, "does not say in which year"),
        ("tech_enterprise < 380 in 2023", THEN, "Did you mean 'tech_enterprises'"),
        ("tech_enterprises about 380 in 2023", THEN, "is not a condition"),
        ("tech_enterprises < 380 in 2019", THEN, "the record to 2020"),
        ("tech_enterprises < 380 in 2025", THEN, "acts from 2026 on, after the plan"),
        (CONDITION, "enterprise_coaching", "is not lever=value"),
        (CONDITION, "enterprise_coaching=120,", "is not lever=value"),
        (CONDITION, "enterprise_coaching=120,enterprise_coaching=60", "names enterprise_coaching twice"),
        (CONDITION, "enterprise_coachin=120", "Did you mean 'enterprise_coaching'"),
        (CONDITION, "enterprise_coaching=900", "outside 0 to 200"),
        (CONDITION, "enterprise_coaching=many", "is not a number"),
        (CONDITION, "enterprise_coaching=nan", "is not a number"),
    ],
)
def test_a_rule_that_is_not_one_is_refused_in_a_sentence(dadukou, condition, then, said):
    with pytest.raises(InputError, match=said):
        rule_of(dadukou, condition, then)


# --- four ways of deciding


def test_the_four_ways_differ_in_the_rules_levers_and_nothing_else(dadukou):
    base = load(dadukou, "plan")
    mixes = ways(dadukou, base, rule_of(dadukou, CONDITION, THEN).triggers)
    assert tuple(mixes) == WAYS
    assert mixes["without"] == base and mixes["trigger"].levers == base.levers and len(mixes["trigger"].triggers) == 1
    for way, first in (("now", 2021), ("later", 2024)):
        for id, value in (("enterprise_coaching", 120.0), ("register_award", 3.0)):
            expected = [base.levers.get(id, year) if year < first else value for year in range(2016, 2026)]
            assert [mixes[way].levers.get(id, year) for year in range(2016, 2026)] == expected
        assert mixes[way].levers.path("seed_fund") == base.levers.path("seed_fund") and not mixes[way].triggers


def test_triggers_that_are_not_tried_stay_in_all_four_ways(dadukou):
    own = Trigger("rd_platforms", "<", 50.0, 2022, {"platform_award": 50.0})
    base = replace(load(dadukou, "status_quo"), triggers=(own,))
    mixes = ways(dadukou, base, rule_of(dadukou, CONDITION, THEN).triggers)
    assert all(own in mix.triggers for mix in mixes.values())
    assert [len(mix.triggers) for mix in mixes.values()] == [1, 2, 1, 1]


def test_the_triggers_of_a_scenario_are_held_against_the_scenario_without_them(dadukou):
    own = Trigger("rd_platforms", "<", 50.0, 2022, {"platform_award": 50.0})
    base = replace(load(dadukou, "status_quo"), triggers=(own,))
    mixes = ways(dadukou, base, base.triggers)
    assert mixes["trigger"] == base and mixes["without"] == replace(base, triggers=())


@pytest.fixture(scope="module")
def few(dadukou):
    return study(dadukou, runs=8, draws=PriorDraws(dadukou))


def test_a_rule_that_never_comes_into_force_changes_nothing_and_costs_nothing(dadukou, few):
    found = tried(dadukou, few, load(dadukou, "status_quo"), rule_of(dadukou, "tech_enterprises < -1 in 2023", THEN))
    answer = found.answer
    assert answer.fired == 0.0 and answer.fired_error > 0.0
    by_way = {tried.way: tried for tried in answer.ways}
    assert by_way["trigger"].digest == by_way["without"].digest and by_way["trigger"].extra_cost == 0.0
    assert {effect.change for effect in answer.effects if effect.way == "trigger"} == {0.0}
    assert {effect.change_if_fired for effect in answer.effects} == {None}
    assert by_way["now"].extra_cost > by_way["later"].extra_cost > 0.0
    assert answer.saved == pytest.approx(by_way["now"].extra_cost, rel=1e-5)
    assert "rule_never_fired" in {notice.code for notice in found.notices}


def test_a_rule_that_always_comes_into_force_is_deciding_later_in_any_case_to_the_bit(dadukou, few):
    found = tried(dadukou, few, load(dadukou, "status_quo"), rule_of(dadukou, "tech_enterprises < 99999 in 2022", THEN))
    by_way = {tried.way: tried for tried in found.answer.ways}
    assert found.answer.fired == 1.0
    assert by_way["trigger"].digest == by_way["later"].digest != by_way["without"].digest
    effects = {(effect.indicator, effect.way): effect for effect in found.answer.effects}
    for target in {effect.indicator for effect in found.answer.effects}:
        one, other = effects[target, "trigger"], effects[target, "later"]
        assert one.probability == other.probability and one.change == other.change == one.change_if_fired


def test_ways_that_were_run_already_are_not_run_again(dadukou, few):
    base, rule = load(dadukou, "status_quo"), rule_of(dadukou, CONDITION, THEN)
    seen = []
    known = few.run(base)
    found = tried(dadukou, few, base, rule, {"without": known}, progress=seen.append)
    assert sum(seen) == 3 * few.runs
    assert found.answer.ways[0].digest == known.plain.digest


def test_a_scenario_with_triggers_is_tried_without_them_unasked(dadukou):
    own = rule_of(dadukou, "tech_enterprises < 99999 in 2022", THEN).triggers
    base = replace(load(dadukou, "status_quo"), triggers=own)
    found = run_milestones(dadukou, base, target=TECH, runs=6, draws=PriorDraws(dadukou)).answer
    by_way = {tried.way: tried for tried in found.rule.ways}
    assert by_way["trigger"].digest == found.digest != by_way["without"].digest
    plain = run_milestones(dadukou, load(dadukou, "status_quo"), target=TECH, runs=6, draws=PriorDraws(dadukou)).answer
    assert plain.rule is None and plain.digest == by_way["without"].digest


# --- by hand


def by_hand(region, way, arriving, spent, seen_2023=None, runs=100):
    """Runs of which the first so many reach 550 firms in 2025, the district paying so much on each of its lines a year [万元]."""
    made = outcomes(region, {TECH: np.where(np.arange(runs) < arriving, 600.0, 500.0)}, runs=runs, spent=spent)
    values = made.values.copy()
    if seen_2023 is not None:
        values[:, YEARS.index(2023), INDICATOR_IDS.index(TECH)] = seen_2023
    made = made.with_values(values)
    return Mixed(replace(load(region, "status_quo"), name=way), made, made)


@pytest.fixture
def worked(dadukou):
    """40 of 100 runs arrive; with the rule 50, now 70, later 60. It comes into force in the last 30 runs, among which none arrived."""
    seen = np.where(np.arange(100) >= 30, 420.0, 350.0)[::-1]
    done = {
        "without": by_hand(dadukou, "without", 40, 100.0, seen),
        "trigger": by_hand(dadukou, "trigger", 50, 101.0, seen),
        "now": by_hand(dadukou, "now", 70, 104.0, seen),
        "later": by_hand(dadukou, "later", 60, 102.0, seen),
    }
    return done, compared(dadukou, rule_of(dadukou, CONDITION, "register_award=3"), done).answer


def test_the_change_of_a_probability_and_its_price_are_those_worked_out_by_hand(dadukou, worked):
    done, answer = worked
    more = {way: float((money(mixed.plain, dadukou) - money(done["without"].plain, dadukou)).mean()) for way, mixed in done.items()}
    effects = {effect.way: effect for effect in answer.effects if effect.indicator == TECH}
    for way, points in (("trigger", 10.0), ("now", 30.0), ("later", 20.0)):
        effect = effects[way]
        assert effect.change == pytest.approx(points / 100.0) and effect.beyond_chance
        assert effect.cost_per_point == pytest.approx(more[way] / points, rel=1e-5)
        # of 100 runs some change sides; one is added to those that gain and one to those that lose (Bonett & Price 2012)
        up, down = (points + 1.0) / 102.0, 1.0 / 102.0
        assert effect.change_error == pytest.approx(np.sqrt((up + down - (up - down) ** 2) / 102.0), rel=1e-4)
    assert effects["without"].change is None and effects["without"].cost_per_point is None


def test_the_value_of_waiting_is_the_rule_less_deciding_now(dadukou, worked):
    done, answer = worked
    (waiting,) = [row for row in answer.waiting if row.indicator == TECH]
    assert waiting.change == pytest.approx(-0.2) and waiting.beyond_chance
    saved = money(done["now"].plain, dadukou) - money(done["trigger"].plain, dadukou)
    assert answer.saved == pytest.approx(saved.mean()) and answer.saved > 0.0
    assert judged_by(answer, None) == (TECH, 2025) and judged_by(answer, "rd_platforms") == ("rd_platforms", 2025)


def test_among_the_runs_in_which_the_rule_came_into_force_the_change_is_told_apart(dadukou, worked):
    _, answer = worked
    effect = next(effect for effect in answer.effects if (effect.indicator, effect.way) == (TECH, "now"))
    assert answer.fired == 0.3
    assert effect.change_if_fired == 0.0 and effect.change_if_fired_error > 0.0  # runs 70 to 99 fail either way


def test_the_trigger_is_seen_as_the_model_has_it_and_targets_are_judged_with_its_error(dadukou):
    rule = rule_of(dadukou, CONDITION, "register_award=3")
    mixed = by_hand(dadukou, "any", 40, 100.0, np.full(100, 379.0))
    off = mixed.plain.with_values(mixed.plain.values * 1.2)
    assert fired_in(mixed.plain, rule.triggers).all()
    done = {way: Mixed(mixed.scenario, mixed.plain, off) for way in WAYS}
    answer = compared(dadukou, rule, done).answer
    assert answer.fired == 1.0
    assert {effect.probability for effect in answer.effects if effect.indicator == TECH} == {1.0}  # 500 x 1.2


def test_a_change_within_chance_has_no_price(dadukou):
    done = {way: by_hand(dadukou, way, 40 + (way == "now"), 100.0 + k) for k, way in enumerate(WAYS)}
    answer = compared(dadukou, rule_of(dadukou, CONDITION, "register_award=3"), done).answer
    effects = [effect for effect in answer.effects if effect.indicator == TECH]
    assert not any(effect.beyond_chance for effect in effects) and {effect.cost_per_point for effect in effects} == {None}


def test_only_targets_that_the_rules_levers_can_reach_are_told(dadukou):
    done = {way: by_hand(dadukou, way, 40, 100.0) for way in WAYS}
    answer = compared(dadukou, rule_of(dadukou, CONDITION, "register_award=3"), done).answer
    told = {effect.indicator for effect in answer.effects}
    assert TECH in told and not told & {"new_rd_institutes", "new_incubators", "transfer_bodies"}


def test_the_error_of_a_price_is_that_seen_over_many_samples():
    rng = np.random.default_rng(1)
    prices = []
    for _ in range(400):
        gain = (rng.random(500) < 0.2).astype(float)
        extra = 100.0 + 200.0 * gain + 30.0 * rng.normal(size=500)
        prices.append(price_of(gain, extra))
    assert np.mean([price for price, _ in prices]) == pytest.approx(140.0 / 20.0, rel=0.02)
    assert np.mean([error for _, error in prices]) == pytest.approx(np.std([price for price, _ in prices]), rel=0.12)
