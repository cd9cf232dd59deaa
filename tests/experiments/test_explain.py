"""Why a target is reached or not: one answer from the same runs, whose parts agree with one another."""

import json
from dataclasses import replace
from types import SimpleNamespace

import jsonschema
import pytest

from yidu.experiments.ensembles.sensitivity import BATCHES
from yidu.experiments.explain.compute import _assumed, most_at_risk, reference_of, run_explain, runs_in_all
from yidu.experiments.judging.answer import to_json
from yidu.experiments.scenarios.scenario import load
from yidu.experiments.schemas import SCHEMAS
from yidu.sim.draws import PriorDraws
from yidu.sim.errors import InputError
from yidu.sim.levers import GROUPS

RUNS = 12


def explained(region, name, **more):
    return run_explain(region, load(region, name), draws=PriorDraws(region), **more)


@pytest.fixture(scope="module")
def found(dadukou):
    """More incubation against the status quo, twelve runs, every part of the answer."""
    counted = []
    made = explained(dadukou, "incubation_first", target="tech_enterprises", runs=RUNS, progress=counted.append)
    return made, sum(counted)


@pytest.fixture(scope="module")
def answer(found):
    return found[0].answer


def of(rows, indicator):
    return [row for row in rows if row.indicator == indicator]


def test_the_answer_holds_against_the_published_schema(answer):
    jsonschema.validate(json.loads(to_json(answer)), json.loads((SCHEMAS / "explain.json").read_text(encoding="utf-8")))


def test_all_targets_are_explained_by_the_same_runs(answer, dadukou):
    assert [one.indicator for one in answer.targets] == [target.indicator for target in dadukou.targets]
    assert {row.indicator for row in answer.groups} == {row.indicator for row in answer.lever_effects}
    assert {row.indicator for row in answer.parameters} == {"tech_enterprises"}
    assert (answer.target, answer.chosen, answer.reference) == ("tech_enterprises", False, "status_quo")


def test_groups_add_up_to_the_change_of_every_target(answer):
    for target in answer.targets:
        rows = of(answer.groups, target.indicator)
        assert len(rows) == len(GROUPS)
        assert sum(row.level for row in rows) == pytest.approx(target.level_change, rel=1e-4, abs=1e-5)
        assert sum(row.probability for row in rows) == pytest.approx(target.probability_change, rel=1e-4, abs=1e-5)
        assert target.probability - target.reference_probability == pytest.approx(target.probability_change, abs=1e-5)


def test_groups_in_which_nothing_differs_contribute_nothing(answer):
    moved = {row.group for row in answer.group_money if row.levers}
    assert moved == {"subsidies", "equity", "incubation"}
    assert all(row.level == row.probability == 0.0 for row in answer.groups if row.group not in moved)


def test_levers_say_who_decides_them_and_what_the_record_knows(answer, dadukou):
    assert {one.lever: one.known.decider for one in answer.levers}["seed_fund"] == "shared"
    assert all(one.known.grade == "D" and one.known.through for one in answer.levers)
    coaching = next(one for one in answer.levers if one.lever == "enterprise_coaching")
    in_mix = load(dadukou, "incubation_first").levers.get("enterprise_coaching", 2025)
    assert coaching.reference[2025] == 30.0 < coaching.scenario[2025] == in_mix and not coaching.triggered


def test_what_decides_stands_in_order_of_size_and_only_beyond_chance(answer):
    for target in answer.targets:
        rows = of(answer.deciding, target.indicator)
        assert [row.size for row in rows] == sorted((row.size for row in rows), reverse=True)
    for row in answer.deciding:
        if row.kind == "levers":
            assert row.size > 3.0 * row.size_error and row.levers is not None
    assert any(row.kind == "levers" for row in of(answer.deciding, "tech_enterprises"))  # coaching some thirty firms more a year


def test_progress_counts_every_run(found, dadukou):
    from yidu.experiments.scenarios.scenario import load

    mix = load(dadukou, "incubation_first")
    assert found[1] == runs_in_all(dadukou, mix, reference_of(dadukou, mix, None), RUNS, True)
    assert found[1] == RUNS * (1 + found[0].answer.mixes) + BATCHES * 3 * RUNS


def test_what_has_no_flow_account_says_so(answer):
    told = {one.indicator: one.account for one in answer.targets}
    assert told["rd_expenditure"] == told["fund_scale"] == "none" and told["patents_per_10k"] == "ratio" and told["otc_listed"] == "doors"
    assert not of(answer.account, "rd_expenditure") and of(answer.account, "otc_listed")


# --- what is asked


def test_the_status_quo_is_measured_against_no_policy_and_all_else_against_the_status_quo(dadukou):
    from yidu.experiments.scenarios.scenario import load

    usual, plan = load(dadukou, "status_quo"), load(dadukou, "plan")
    assert reference_of(dadukou, usual, None).name == "none" and reference_of(dadukou, plan, None).name == "status_quo"
    assert reference_of(dadukou, plan, "none").name == "none" and reference_of(dadukou, usual, "plan").name == "plan"
    with pytest.raises(InputError, match="plam"):
        reference_of(dadukou, usual, "plam")


def test_a_mix_against_itself_has_nothing_to_share_out_and_still_has_its_account(dadukou):
    made = explained(dadukou, "status_quo", against="status_quo", target="otc_listed,rd_platforms", runs=3, shares=False)
    assert made.answer.chosen and made.answer.target in ("otc_listed", "rd_platforms")
    assert made.answer.mixes == 1 and made.answer.levers == () and made.answer.account
    assert all(target.probability_change == 0.0 and target.level_change == 0.0 for target in made.answer.targets)
    assert "explain_no_difference" in {notice.code for notice in made.notices}


def test_too_few_runs_have_no_shares_and_say_so(dadukou):
    made = explained(dadukou, "status_quo", against="status_quo", runs=3)
    assert made.answer.share_runs == 0 and "explain_no_shares" in {notice.code for notice in made.notices}


def test_an_unknown_target_is_refused_before_anything_is_run(dadukou):
    with pytest.raises(InputError, match="tech_enterprise'"):
        explained(dadukou, "status_quo", target="tech_enterprise")


def test_a_district_without_targets_has_nothing_to_explain(dadukou):
    with pytest.raises(InputError, match="no targets"):
        explained(replace(dadukou, targets=()), "status_quo")


def test_the_target_explained_is_the_least_likely_whose_verdict_is_open(answer):
    from yidu.experiments.judging.verdicts import verdict_of

    shares = (0.0, 0.19, 0.3, 0.5, 0.96, None)
    some = [answer.targets[0].model_copy(update={"probability": share, "verdict": verdict_of(share)}) for share in shares]
    assert most_at_risk(some).probability == 0.3
    assert most_at_risk([some[0], some[1], some[4]]).probability == 0.19  # all settled: the one nearest to even
    assert most_at_risk([some[5]]).probability is None


@pytest.mark.parametrize("shares", [False, True])
def test_without_shares_uncertainty_stands_as_a_whole(dadukou, shares):
    made = explained(dadukou, "status_quo", against="status_quo", runs=11, shares=shares).answer
    kinds = {row.kind for row in of(made.deciding, "tech_enterprises")}
    assert kinds == ({"source"} if shares else {"spread"})


def test_the_conclusion_rests_on_the_parameters_and_levers_that_decide_with_their_worst_grade(answer):
    from yidu.experiments.explain.deciding import rests_of

    target = answer.targets[0]
    one, two = (answer.parameters[0].model_copy(update={"parameter": name, "grade": grade, "beyond_chance": clear})
                for name, grade, clear in (("seen", "B", True), ("idle", "D", False)))  # fmt: skip
    assert rests_of(target, [one, two], []).model_dump() == {"grade": "B", "on": ("seen",)}
    (coaching,) = (row.known for row in answer.levers if row.lever == "enterprise_coaching")
    rests = rests_of(target, [one, two], [coaching])
    assert rests.grade == "D" and rests.on == ("seen", "coaching_effect", "coaching_saturation", "awareness_diffusion")


def test_only_what_is_worth_saying_beside_the_largest_is_said(answer):
    from yidu.experiments.explain.deciding import said_first

    some = [answer.deciding[0].model_copy(update={"size": size}) for size in (100.0, 30.0, 9.0, 8.0)]
    assert [row.size for row in said_first(some)] == [100.0, 30.0] and said_first([]) == []
    assert len(said_first([some[0]] * 5)) == 3


def test_a_reference_far_beyond_the_record_is_told(dadukou):
    mix, far, usual = (load(dadukou, name) for name in ("status_quo", "talent_first", "austerity"))
    differ = SimpleNamespace(levers=("talent_package",))
    (said,) = _assumed(dadukou, mix, far, differ)
    assert said.code == "explain_reference_beyond" and "talent_package" in said.values["levers"]
    assert _assumed(dadukou, far, mix, differ) == [] == _assumed(dadukou, mix, usual, differ)
