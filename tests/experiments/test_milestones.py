"""Milestones: which value at the end of a year separates runs that arrive, when none does, and what is said first."""

import json
from dataclasses import replace

import jsonschema
import numpy as np
import pytest

from tests.experiments.synthetic import YEARS, outcomes
from yidu.experiments.ensembles.paired import MOST_KEPT, Mixed
from yidu.experiments.judging.answer import to_json
from yidu.experiments.judging.goals import targets_of
from yidu.experiments.milestones.answer import MilestonesAnswer
from yidu.experiments.milestones.compute import FEW_BEHIND, check_year, mid_year, milestones, run_milestones, runs_in_all
from yidu.experiments.milestones.separation import FEWEST
from yidu.experiments.scenarios.rule import Rule, rule_of
from yidu.experiments.scenarios.scenario import load
from yidu.experiments.schemas import SCHEMAS
from yidu.sim.draws import PriorDraws
from yidu.sim.errors import InputError
from yidu.sim.indicators import INDICATOR_IDS

TECH = "tech_enterprises"
"""Its target: 550 in 2025."""
RUNS = 200


def district(region, seen, *, runs=RUNS, parameters=None, scenario="status_quo"):
    """Runs made by hand: `{(indicator, year): values}`, everything else 0."""
    made = outcomes(region, runs=runs, parameters=parameters)
    values = made.values.copy()
    for (indicator, year), given in seen.items():
        values[:, YEARS.index(year), INDICATOR_IDS.index(indicator)] = given
    made = made.with_values(values)
    return Mixed(load(region, scenario), made, made)


def told(region, mixed, *, target=TECH, **more):
    return milestones(region, mixed, targets=targets_of(region, target), **more)


def line_of(found, year, indicator=TECH):
    (line,) = [one for one in found.answer.milestones if (one.indicator, one.year) == (indicator, year)]
    return line


def noise(seed, runs=RUNS):
    return np.random.default_rng(seed).normal(size=runs)


@pytest.fixture
def rising(dadukou):
    """Half of the runs stand at 380 to 399 in 2023 and miss 550, half at 440 to 459 and reach it; 2021 tells nothing."""
    arrives = np.arange(RUNS) % 2 == 0
    step = np.arange(RUNS) % 20
    seen = {
        (TECH, 2021): 330 + step,
        (TECH, 2022): 350 + 20 * arrives + 2 * step,
        (TECH, 2023): 380 + 60 * arrives + step,
        (TECH, 2025): 500 + 100 * arrives,
    }
    return district(dadukou, seen)


def test_a_year_that_decides_has_a_line_between_those_that_arrive_and_those_that_do_not(dadukou, rising):
    line = line_of(told(dadukou, rising), 2023)
    assert line.told == "line" and 399 < line.line <= 440
    assert (line.false_alarm, line.miss, line.probability_if_clear, line.probability_if_warned) == (0.0, 0.0, 1.0, 0.0)
    assert (line.auc, line.arriving, line.failing, line.probability) == (1.0, 100, 100, 0.5)
    assert min(line.false_alarm_error, line.miss_error, line.auc_error, line.probability_if_warned_error) > 0.0


def test_a_year_that_tells_little_makes_false_alarms_and_one_that_tells_nothing_has_no_line(dadukou, rising):
    found = told(dadukou, rising)
    early = line_of(found, 2022)
    assert early.told == "line" and 0.5 < early.auc < 1.0
    assert early.false_alarm > 0.0 and 0.0 < early.probability_if_warned < early.probability_if_clear
    nothing = line_of(found, 2021)
    assert (nothing.told, nothing.line, nothing.false_alarm) == ("no_signal", None, None)
    assert nothing.auc == pytest.approx(0.5, abs=0.05)


def test_every_year_before_the_targets_own_is_told_or_the_one_asked_for(dadukou, rising):
    found = told(dadukou, rising)
    assert [line.year for line in found.answer.milestones] == [2021, 2022, 2023, 2024]
    assert [path.year for path in found.answer.paths] == [2021, 2022, 2023, 2024, 2025]
    one = told(dadukou, rising, year=2022)
    assert [line.year for line in one.answer.milestones] == [path.year for path in one.answer.paths] == [2022]
    assert one.answer.milestones[0] == line_of(found, 2022)


def test_the_path_is_that_of_the_runs_that_arrive(dadukou, rising):
    (path,) = [path for path in told(dadukou, rising).answer.paths if path.year == 2023]
    arriving = 440 + np.arange(0, 20, 2)
    assert path.median == np.median(arriving) and (path.p25, path.p75) == tuple(np.quantile(np.tile(arriving, 10), (0.25, 0.75)))


@pytest.mark.parametrize("few, told_as", [(FEWEST - 1, "few_arrive"), (FEWEST, "line")])
def test_nineteen_runs_that_arrive_are_too_few_for_a_line(dadukou, few, told_as):
    arrives = np.arange(RUNS) < few
    mixed = district(dadukou, {(TECH, 2023): 380 + 60 * arrives + np.arange(RUNS) % 7, (TECH, 2025): 500 + 100 * arrives})
    found = told(dadukou, mixed)
    assert line_of(found, 2023).told == told_as
    path = found.answer.paths[2]
    assert (path.median is None) == (told_as == "few_arrive") and path.arriving == few


def test_nineteen_runs_that_fail_are_too_few_for_a_line_too(dadukou):
    arrives = np.arange(RUNS) >= FEWEST - 1
    mixed = district(dadukou, {(TECH, 2023): 380 + 60 * arrives, (TECH, 2025): 500 + 100 * arrives})
    found = told(dadukou, mixed)
    assert line_of(found, 2023).told == "few_fail" and line_of(found, 2023).line is None
    assert found.headline is None and found.answer.rests.grade in "ABCD"


def test_a_line_with_few_runs_behind_it_is_said_to_be_rough(dadukou, rising):
    def rough(mixed):
        return [notice.values for notice in told(dadukou, mixed).notices if notice.code == "few_behind_lines"]

    arrives = np.arange(RUNS) < FEW_BEHIND - 1
    few = district(dadukou, {(TECH, 2023): 380 + 60 * arrives + np.arange(RUNS) % 7, (TECH, 2025): 500 + 100 * arrives})
    assert rough(few) == [{"indicators": (TECH,), "least": FEW_BEHIND}] and rough(rising) == []


def test_runs_without_a_value_are_left_out_and_a_target_without_any_has_no_record(dadukou, rising):
    values = rising.plain.values.copy()
    values[:50, YEARS.index(2025), INDICATOR_IDS.index(TECH)] = np.nan
    values[:, :, INDICATOR_IDS.index("otc_listed")] = np.nan
    made = rising.plain.with_values(values)
    mixed = Mixed(rising.scenario, made, made)
    line = line_of(told(dadukou, mixed), 2023)
    assert (line.told, line.arriving, line.failing) == ("line", 75, 75)
    assert line_of(told(dadukou, mixed, target="otc_listed"), 2023, "otc_listed").told == "no_value"
    assert "NaN" not in to_json(told(dadukou, mixed, target=None).answer)


def test_targets_are_judged_with_the_models_error_and_the_digest_is_without_it(dadukou, rising):
    wrong = rising.plain.with_values(rising.plain.values * 0.5)
    found = told(dadukou, Mixed(rising.scenario, rising.plain, wrong))
    assert line_of(found, 2023).probability == 0.0 and found.answer.digest == rising.plain.digest


def test_where_less_is_better_the_line_warns_of_what_stands_above_it(dadukou, rising):
    target = replace_sense(dadukou)
    low = rising.plain.with_values(-rising.plain.values)
    found = milestones(target, Mixed(rising.scenario, low, low), targets=targets_of(target, TECH))
    line = line_of(found, 2023)
    assert line.told == "line" and -440 <= line.line < -399 and line.probability_if_warned == 0.0


def replace_sense(region):
    flipped = tuple(one.model_copy(update={"sense": "<=", "value": -550.0}) if one.indicator == TECH else one for one in region.targets)
    return replace(region, targets=flipped)


# --- what is said first


def test_the_conclusion_is_about_the_target_nearest_to_a_half_in_the_middle_of_the_plan(dadukou, rising):
    values = rising.plain.values.copy()
    high = 4 * np.arange(RUNS) < RUNS  # a quarter of the runs reaches 165 certificates
    values[:, YEARS.index(2023), INDICATOR_IDS.index("high_tech_enterprises")] = 100 + 20 * high
    values[:, YEARS.index(2025), INDICATOR_IDS.index("high_tech_enterprises")] = 120 + 60 * high
    made = rising.plain.with_values(values)
    found = told(dadukou, Mixed(rising.scenario, made, made), target=None)
    assert mid_year(dadukou) == 2023
    assert (found.headline.indicator, found.headline.year) == (TECH, 2023)
    assert line_of(found, 2023, "high_tech_enterprises").told == "line"


def test_where_the_middle_of_the_plan_tells_nothing_the_latest_line_is_taken(dadukou):
    arrives = np.arange(RUNS) % 2 == 0
    late = district(dadukou, {(TECH, 2022): 350 + 20 * arrives, (TECH, 2024): 400 + 50 * arrives, (TECH, 2025): 500 + 100 * arrives})
    assert told(dadukou, late).headline.year == 2024


def test_the_conclusion_rests_on_what_carries_the_target(dadukou):
    prior = next(prior for prior in dadukou.priors if prior.grade == "D")
    drawn = noise(1)
    mixed = district(dadukou, {(TECH, 2023): 400 + 20 * drawn, (TECH, 2025): 550 + 40 * drawn}, parameters={prior.parameter: drawn})
    found = told(dadukou, mixed)
    assert found.answer.rests.on == (prior.parameter,) and found.answer.rests.grade == "D"
    assert "lines_rest_on_judgement" in {notice.code for notice in found.notices}


# --- earlier signs


def foretold(region, seed):
    """The eligible pool of 2023 decides who reaches 550 in 2025; the register of 2023 hardly tells."""
    pool, luck = noise(seed, 400), noise(seed + 1, 400)
    seen = {
        (TECH, 2023): 420 + 10 * (0.3 * pool + noise(seed + 2, 400)),
        ("register_eligible", 2023): 300 - 20 * pool,
        (TECH, 2025): 550 + 30 * (pool + 0.3 * luck),
    }
    return district(region, seen, runs=400)


def test_another_indicator_that_clearly_tells_more_is_named_with_its_side_and_rates(dadukou):
    (sign,) = told(dadukou, foretold(dadukou, 1)).answer.signs
    assert (sign.indicator, sign.sign, sign.year, sign.better) == (TECH, "register_eligible", 2023, "<=")
    assert sign.auc > 0.9 and sign.gain > 3.0 * sign.gain_error and sign.auc_own == pytest.approx(sign.auc - sign.gain, abs=1e-5)
    assert sign.line == pytest.approx(300, abs=12) and max(sign.false_alarm, sign.miss) < 0.3


def told_by_noise(region, seeds):
    """In how many districts of pure noise a sign is named."""
    mix, named = load(region, "status_quo"), 0
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        made = outcomes(region, runs=120)
        made = made.with_values(550.0 + 50.0 * rng.normal(size=made.values.shape))
        named += len(told(region, Mixed(mix, made, made)).answer.signs)
    return named


def test_of_many_indicators_that_tell_nothing_none_is_named(dadukou, monkeypatch):
    assert told_by_noise(dadukou, 20) == 0
    # The best of forty looks telling on the runs it was chosen on. On the others it is ahead as often as behind.
    monkeypatch.setattr("yidu.experiments.milestones.early_signs.CLEARLY", 0.0)
    assert 3 <= told_by_noise(dadukou, 20) <= 17


# --- what is refused, and the whole of it


@pytest.mark.parametrize("indicator, said", [("tech_enterprise", "Did you mean 'tech_enterprises'"), ("gdp", "no target is set for 'gdp'")])
def test_an_indicator_without_a_target_is_refused(dadukou, indicator, said):
    with pytest.raises(InputError, match=said):
        targets_of(dadukou, indicator)


def test_a_region_without_targets_has_no_milestones(dadukou):
    with pytest.raises(InputError, match="has no targets"):
        targets_of(replace(dadukou, targets=()), None)


@pytest.mark.parametrize("year, fine", [(2020, False), (2021, True), (2024, True), (2025, False)])
def test_a_milestone_lies_between_the_record_and_the_target(dadukou, year, fine):
    if fine:
        check_year(dadukou, dadukou.targets, year)
    else:
        with pytest.raises(InputError, match=f"--year {year}"):
            check_year(dadukou, dadukou.targets, year)


def test_the_answer_holds_against_the_published_schema_and_comes_back_the_same(dadukou, rising):
    answer = told(dadukou, rising, target=None).answer
    tree = json.loads(to_json(answer))
    jsonschema.validate(tree, json.loads((SCHEMAS / "milestones.json").read_text(encoding="utf-8")))
    assert MilestonesAnswer.model_validate(tree) == answer
    assert list(tree)[:7] == ["region", "scenario", "environment", "runs", "seed", "digest", "version"]
    assert list(tree)[-3:] == ["conclusion", "rests", "warnings"]


def test_the_progress_counts_every_run_once_and_a_rule_four_ways(dadukou):
    mix, rule = load(dadukou, "status_quo"), rule_of(dadukou, "tech_enterprises < 420 in 2023", "register_award=3")
    assert isinstance(rule, Rule)
    for chosen in (None, rule):
        seen = []
        run_milestones(dadukou, mix, target=TECH, rule=chosen, runs=4, draws=PriorDraws(dadukou), progress=seen.append)
        assert sum(seen) == runs_in_all(mix, chosen, 4) == (4 if chosen is None else 20)
    assert runs_in_all(mix, rule, MOST_KEPT + 1) == 4 * (MOST_KEPT + 1)


def test_a_line_that_cannot_be_told_cannot_be_the_value_of_a_rule(dadukou):
    rule = rule_of(dadukou, "postdoc_stations < line in 2023", "postdoc_support=60")
    with pytest.raises(InputError, match="postdoc_stations has no warning line in 2023: fewer than 20 runs reach"):
        run_milestones(dadukou, load(dadukou, "status_quo"), rule=rule, runs=6, draws=PriorDraws(dadukou))


def test_runs_of_the_district_have_lines_that_get_sharper_as_the_target_comes_nearer(dadukou):
    found = run_milestones(dadukou, load(dadukou, "status_quo"), target=TECH, runs=120, seed=3, draws=PriorDraws(dadukou))
    areas = [line.auc for line in found.answer.milestones]
    assert areas[-1] > 0.9 and areas[-1] > areas[0]
    last = line_of(found, 2024)
    assert last.told == "line" and last.probability_if_clear > 0.6 > 0.4 > last.probability_if_warned
