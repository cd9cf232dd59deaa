"""Two mixes on the same runs: what differs is the policy, and nothing differs where the policy is the same."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.experiments import synthetic
from yidu.bench.paired import EFFECTS, PROMISED, as_json, as_table, measure, moved
from yidu.experiments.compare.answer import Comparison, TargetChange
from yidu.experiments.compare.compute import Compared, chosen, compare, compared, levers_changed, work
from yidu.experiments.ensembles.paired import Mixed
from yidu.experiments.judging.answer import to_json
from yidu.experiments.judging.goals import reached, together
from yidu.experiments.judging.runs import joint
from yidu.experiments.scenarios.scenario import Scenario, load
from yidu.sim.draws import PriorDraws
from yidu.sim.errors import InputError
from yidu.sim.ledger import LINES
from yidu.sim.levers import LEVERS
from yidu.sim.region import Region


def by_hand(
    region: Region,
    name: str,
    values: Mapping[str, Sequence[float]],
    *,
    spent: float = 100.0,
    levers: Mapping[str, float] | None = None,
    runs: int = 100,
) -> Mixed:
    """A mix whose levels of 2025 are given, one a run."""
    base = load(region, "status_quo")
    paths = base.levers
    for id, value in (levers or {}).items():
        paths = paths.with_path(id, {2021: value})
    outcomes = replace(synthetic.outcomes(region, values, runs=runs, spent=spent), scenario=name)
    return Mixed(replace(base, name=name, levers=paths), outcomes, outcomes)


def target(one: Comparison, indicator: str) -> TargetChange:
    return next(row for row in one.targets if row.indicator == indicator)


LADDER = np.linspace(500.0, 599.0, 100)
"""A hundred districts of 500 to 599 register firms: half of them reach 550."""


@pytest.fixture(scope="module")
def coached(dadukou: Region) -> Compared:
    """20 firms more on the register in every run, at 5 万元 more a year on each line of the district's."""
    first = by_hand(dadukou, "status_quo", {"tech_enterprises": LADDER})
    second = by_hand(dadukou, "coached", {"tech_enterprises": LADDER + 20.0}, spent=105.0, levers={"enterprise_coaching": 60.0})
    return compared(dadukou, [first, second])


def test_a_target_gains_what_runs_gain(coached: Compared) -> None:
    (one,) = coached.answer.comparisons
    row = target(one, "tech_enterprises")
    assert row.base.probability == 0.5 and row.other.probability == 0.7
    assert row.chance is not None and (row.chance.change, row.chance.gained, row.chance.lost) == (0.2, 0.2, 0.0)
    assert row.difference is not None and (row.difference.mean, row.difference.mc_error) == (20.0, 0.0)
    assert row.base.verdict == row.other.verdict == "经努力可完成"


def test_a_target_that_no_run_moves_is_no_difference_to_the_last_bit(coached: Compared) -> None:
    row = target(coached.answer.comparisons[0], "high_end_talent")
    assert row.difference is not None and row.chance is not None
    assert (row.difference.mean, row.difference.mc_error, row.difference.beyond_chance) == (0.0, 0.0, False)
    assert (row.chance.change, row.chance.mc_error, row.chance.beyond_chance) == (0.0, 0.0, False)
    assert row.cost_per_unit is None and row.cost_per_point is None


def test_the_extra_money_is_told_by_heading_and_kind_and_adds_up(coached: Compared) -> None:
    rows = coached.answer.comparisons[0].money
    paid = {row.part: row.difference.mean for row in rows if row.part != "heading"}
    lines = [line for line in LINES if line.payer == "district"]
    assert paid["all"] == 5.0 * 5 * len(lines)  # 5 万元 a line and year, five years
    assert paid["capital"] == 5.0 * 5 * sum(line.capital for line in lines)
    assert paid["grants"] + paid["capital"] == paid["all"]
    assert sum(row.difference.mean for row in rows if row.part == "heading") == paid["all"]


def test_one_more_firm_costs_the_extra_money_over_the_extra_firms(coached: Compared) -> None:
    (one,) = coached.answer.comparisons
    money = next(row for row in one.money if row.part == "all").difference.mean
    row = target(one, "tech_enterprises")
    assert row.cost_per_unit is not None and row.cost_per_unit.amount == pytest.approx(money / 20.0, rel=1e-5)
    assert row.cost_per_point is not None and row.cost_per_point.amount == pytest.approx(money / 20.0, rel=1e-5)  # 20 points


def test_the_answer_names_the_levers_and_what_their_effect_rests_on(coached: Compared) -> None:
    answer = coached.answer
    assert [mix.levers for mix in answer.mixes] == [(), ("enterprise_coaching",)]
    assert answer.rests.grade == "D" and "coaching_effect" in answer.rests.on


def test_a_change_that_chance_explains_is_no_change(dadukou: Region) -> None:
    luck = np.random.Generator(np.random.Philox(8)).normal(scale=30.0, size=(2, 100))
    first, second = (by_hand(dadukou, name, {"tech_enterprises": 550.0 + one}) for name, one in zip(("a", "b"), luck))
    row = target(compared(dadukou, [first, second]).answer.comparisons[0], "tech_enterprises")
    assert row.difference is not None and row.chance is not None
    assert row.difference.mean != 0.0 and not row.difference.beyond_chance and not row.chance.beyond_chance
    assert row.cost_per_unit is None


def test_every_further_mix_stands_against_the_first(dadukou: Region) -> None:
    mixes = [by_hand(dadukou, name, {"tech_enterprises": LADDER + more}) for name, more in (("a", 0.0), ("b", 10.0), ("c", -30.0))]
    one, other = compared(dadukou, mixes).answer.comparisons
    assert (one.scenario, other.scenario) == ("b", "c")
    changes = [target(row, "tech_enterprises").chance for row in (one, other)]
    assert [change.change for change in changes if change is not None] == [0.1, -0.3]


def test_all_targets_together_are_counted_as_assess_counts_them(dadukou: Region, coached: Compared) -> None:
    high = {row.indicator: [row.value * (1.1 if row.sense == ">=" else 0.9)] * 100 for row in dadukou.targets}
    outcomes = by_hand(dadukou, "a", {**high, "tech_enterprises": LADDER}).judged
    every = together(outcomes, dadukou.targets)
    assert every is not None
    assert joint(outcomes, dadukou.targets) is not None and every.mean() == joint(outcomes, dadukou.targets)[0] == 0.5  # type: ignore[index]
    assert np.array_equal(every, reached(outcomes, next(row for row in dadukou.targets if row.indicator == "tech_enterprises")))


def test_there_is_no_nan_in_the_answer_where_the_pack_has_no_value(dadukou: Region) -> None:
    mixes = [by_hand(dadukou, name, {"tech_enterprises": [np.nan] * 100}) for name in ("a", "b")]
    answer = compared(dadukou, mixes).answer
    row = target(answer.comparisons[0], "tech_enterprises")
    assert row.difference is None and row.chance is None and row.base.probability is None
    assert "NaN" not in to_json(answer)


def test_a_trigger_that_only_one_mix_has_counts_as_its_levers(dadukou: Region, tmp_path: Path) -> None:
    file = tmp_path / "later.toml"
    text = 'extends = "status_quo"\n[[triggers]]\nwhen = "tech_enterprises < 400"\nyear = 2023\nthen = {enterprise_coaching = 60}\n'
    file.write_text(text, encoding="utf-8")
    base, later = load(dadukou, "status_quo"), load(dadukou, file)
    assert levers_changed(dadukou, base, later) == levers_changed(dadukou, later, base) == ("enterprise_coaching",)
    assert levers_changed(dadukou, later, later) == ()


# --- which scenarios


def test_a_single_scenario_is_compared_with_the_status_quo(dadukou: Region) -> None:
    assert [scenario.name for scenario in chosen(dadukou, ["plan"])] == ["status_quo", "plan"]
    assert [scenario.name for scenario in chosen(dadukou, ["plan", "austerity"])] == ["plan", "austerity"]


@pytest.mark.parametrize("names", [["status_quo"], ["plan", "plan"], ["plan", "austerity", "plan"]])
def test_the_same_scenario_twice_is_refused(dadukou: Region, names: list[str]) -> None:
    with pytest.raises(InputError, match="stands here twice"):
        chosen(dadukou, names)


def test_two_scenarios_of_one_name_are_refused(dadukou: Region, tmp_path: Path) -> None:
    shutil.copy(dadukou.folder / "scenarios" / "plan.toml", tmp_path / "plan.toml")
    with pytest.raises(InputError, match="two of the scenarios are called 'plan'"):
        chosen(dadukou, ["plan", str(tmp_path / "plan.toml")])


# --- on the model itself


def run(region: Region, scenarios: Sequence[Scenario], runs: int = 8) -> tuple[Compared, list[int]]:
    done: list[int] = []
    return compare(region, scenarios, runs=runs, seed=2, draws=PriorDraws(region), progress=done.append), done


def test_a_scenario_under_another_name_differs_in_no_bit_of_any_run(dadukou: Region) -> None:
    plan = load(dadukou, "plan")
    found, done = run(dadukou, [plan, replace(plan, name="plan_again")])
    (one,) = found.answer.comparisons
    assert one.same and found.answer.mixes[0].digest == found.answer.mixes[1].digest
    assert {row.difference.mean for row in one.targets if row.difference} == {0.0}
    assert {(row.chance.change, row.chance.mc_error) for row in one.targets if row.chance} == {(0.0, 0.0)}
    assert {row.difference.mean for row in one.money} == {0.0} == {row.difference.mean for row in one.gains}
    assert one.saves is None and sum(done) == work(8, 2)


def test_a_lever_set_to_its_status_quo_changes_no_bit(dadukou: Region, tmp_path: Path) -> None:
    lines = [f"{id} = {dadukou.levers.get(id, 2021)}" for id in LEVERS]
    (tmp_path / "as_it_is.toml").write_text('extends = "status_quo"\n[levers]\n' + "\n".join(lines), encoding="utf-8")
    found, _ = run(dadukou, chosen(dadukou, [str(tmp_path / "as_it_is.toml")]))
    assert found.answer.comparisons[0].same and found.answer.mixes[1].levers == ()


def test_paired_differences_are_differences_of_means_and_every_number_of_a_pair_is_a_run_alone(dadukou: Region) -> None:
    base, plan = chosen(dadukou, ["plan"])
    found, _ = run(dadukou, [base, plan])
    (one,) = found.answer.comparisons
    alone, _ = run(dadukou, [plan, base])
    assert found.answer.mixes[1].digest == alone.answer.digest  # the order of mixes changes no run
    for row, back in zip(one.targets, alone.answer.comparisons[0].targets):
        assert row.difference is not None and back.difference is not None
        assert row.difference.mean == pytest.approx(-back.difference.mean)
        assert row.base == back.other and row.other == back.base
    assert {row.by for row in one.gains} == {"all", "sector", "size"}
    codes = {notice.code for notice in found.notices}
    assert {"prior_only", "few_runs", "beyond_experience"} <= codes


# --- how much pairing saves


def test_the_benchmark_moves_each_lever_a_quarter_of_its_range_and_says_what_it_saw(dadukou: Region) -> None:
    assert {lever: moved(dadukou, lever)[1:] for lever in EFFECTS} == {
        "enterprise_coaching": (30.0, 80.0),
        "knowledge_loan_cover": (0.8, pytest.approx(0.9125)),
        "talent_package": (30.0, 105.0),
    }
    rows = measure(dadukou, runs=12, draws=PriorDraws(dadukou))
    assert [(row.lever, row.indicator) for row in rows] == list(EFFECTS.items())
    for row in rows:
        assert row.independent > row.paired > 0.0 and row.effect > 0.0
        assert row.ratio == pytest.approx(row.independent / row.paired)
    assert f"{rows[0].ratio:.1f}" in as_table(rows) and '"paired_variance_ratio"' in as_json(rows)


@pytest.mark.slow
def test_independent_seeds_need_fifteen_times_the_runs_or_more(dadukou: Region) -> None:
    rows = measure(dadukou, runs=200)
    assert {row.lever: row.ratio for row in rows if row.ratio < PROMISED} == {}, as_table(rows)
