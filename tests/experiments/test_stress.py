"""What an event takes away, on the same runs; what would make up for it; and that neither is made up by chance."""

import shutil
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from tests.experiments.synthetic import outcomes
from yidu.experiments.ensembles.paired import Mixed
from yidu.experiments.judging.answer import to_json
from yidu.experiments.scenarios.scenario import Scenario, load
from yidu.experiments.stress.answer import Ordeal, StressAnswer
from yidu.experiments.stress.compute import Answered, Stress, list_events, ordeal, rests_of, run_stress, work
from yidu.experiments.stress.events import chosen
from yidu.experiments.stress.replacements import MOST_REFINED, Search, raised, replacements, stressed
from yidu.sim.levers import LEVERS
from yidu.sim.outcomes import Outcomes
from yidu.sim.region import REGIONS, Region
from yidu.sim.region import load as load_region

RUNS = 100
TARGET = 550.0  # science firms in 2025


@pytest.fixture(scope="module")
def status_quo(dadukou: Region) -> Scenario:
    return load(dadukou, "status_quo")


@pytest.fixture(scope="module")
def unfitted(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """The district without its fit, so that these tests hold whatever fit is shipped."""
    pack = tmp_path_factory.mktemp("region") / "pack"
    shutil.copytree(REGIONS / "dadukou", pack, ignore=shutil.ignore_patterns("posterior"))
    return load_region(pack)


def firms(values: Sequence[float] | np.ndarray, region: Region, scenario: Scenario, **more: Any) -> Mixed:
    """Runs whose register has this many firms in 2025."""
    made = outcomes(region, {"tech_enterprises": list(values), **more}, runs=len(values))
    return Mixed(scenario, made, made)


def register(found: Ordeal) -> Any:
    (row,) = [row for row in found.targets if row.indicator == "tech_enterprises"]
    return row


def after(region: Region, scenario: Scenario, without: np.ndarray, under: np.ndarray, id: str = "drive_ends") -> Ordeal:
    ((happening,),) = chosen(region, [id])
    return ordeal(region, [happening], firms(without, region, scenario), firms(under, region, scenario))


# --- what an event takes away


def test_a_fall_that_chance_does_not_explain_is_a_target_hurt_and_a_worse_verdict_a_target_lost(
    dadukou: Region, status_quo: Scenario
) -> None:
    without = np.linspace(501.0, 600.0, RUNS)  # 51 of 100 reach 550
    row = register(after(dadukou, status_quo, without, without - 20.0))  # 31 do
    assert (row.without.probability, row.under.probability) == (0.51, 0.31)
    assert row.chance.change == pytest.approx(-0.2) and row.chance.lost == 0.2 and row.chance.gained == 0.0
    assert row.hurt and row.lost and not row.helped
    assert (row.without.verdict, row.under.verdict) == ("经努力可完成", "难度较大")
    assert row.difference.mean == -20.0 and row.difference.mc_error == 0.0


def test_a_fall_within_a_verdict_hurts_and_loses_nothing(dadukou: Region, status_quo: Scenario) -> None:
    without = np.linspace(521.0, 620.0, RUNS)  # 71 reach
    row = register(after(dadukou, status_quo, without, without - 20.0))
    assert row.under.probability == 0.51 and row.hurt and not row.lost


def test_a_few_runs_that_change_sides_are_no_loss(dadukou: Region, status_quo: Scenario) -> None:
    without = np.linspace(501.0, 600.0, RUNS)
    found = after(dadukou, status_quo, without, without - 3.0)  # three runs fall below
    assert not register(found).hurt and not register(found).lost and register(found).difference.beyond_chance
    assert not any(row.hurt or row.helped for row in found.targets)


def test_nothing_happens_where_no_run_differs(dadukou: Region, status_quo: Scenario) -> None:
    without = np.linspace(501.0, 600.0, RUNS)
    found = after(dadukou, status_quo, without, without)
    assert register(found).chance.mc_error == 0.0 and not register(found).hurt
    assert all(joint.chance is not None and joint.chance.change == 0.0 for joint in found.joint)
    assert found.public_money.difference.mean == 0.0 and not found.public_money.difference.beyond_chance
    assert rests_of([found]).on == ("drive_ends",)


def test_what_carries_a_loss_is_named_with_the_event(dadukou: Region, status_quo: Scenario) -> None:
    ((happening,),) = chosen(dadukou, ["super_deduction_75"])
    rng = np.random.default_rng(1)
    size, without = rng.uniform(0.0, 60.0, RUNS), np.linspace(501.0, 600.0, RUNS)
    base = firms(without, dadukou, status_quo)
    made = outcomes(dadukou, {"tech_enterprises": list(without - size)}, runs=RUNS, parameters={"register_rate": list(size)})
    found = ordeal(dadukou, [happening], base, Mixed(status_quo, made, made))
    assert [carrier.parameter for carrier in register(found).carriers] == ["register_rate"]
    rests = rests_of([found])
    assert rests.on == ("super_deduction_75", "register_rate")
    assert rests.grade == max(prior.grade for prior in dadukou.priors if prior.parameter == "register_rate")


def test_levels_are_told_from_the_year_of_the_event_on(dadukou: Region, status_quo: Scenario) -> None:
    without = np.linspace(501.0, 600.0, RUNS)
    found = after(dadukou, status_quo, without, without - 20.0)  # from 2022
    assert {row.year for row in found.levels} == {2022, 2023, 2024, 2025}
    assert {"gdp", "rd_real", "rd_expenditure", "tech_enterprises"} <= {row.indicator for row in found.levels}


# --- what would make up for it


class Pretended:
    """A study in which firms follow from the levers: so many for each step from the scenario's own value to the top."""

    runs = RUNS

    def __init__(self, region: Region, scenario: Scenario, without: np.ndarray, gains: dict[str, float], taken: float) -> None:
        self.region, self.scenario, self.without, self.gains, self.taken = region, scenario, without, gains, taken
        self.asked: list[dict[str, float]] = []

    def part(self, id: str, scenario: Scenario) -> float:
        own = self.scenario.levers.get(id, 2025)
        return (scenario.levers.get(id, 2025) - own) / (LEVERS[id].high - own)

    def run(self, scenario: Scenario, **_: object) -> Mixed:
        parts = {id: self.part(id, scenario) for id in LEVERS if scenario.levers.get(id, 2025) != self.scenario.levers.get(id, 2025)}
        self.asked.append(parts)
        gain = sum(self.gains.get(id, 0.0) * part for id, part in parts.items())
        mixed = firms(self.without - self.taken + gain, self.region, scenario)
        plain: Outcomes = mixed.plain
        line, year = plain.lines.index("coaching"), plain.years.index(2025)
        for id, part in parts.items():
            plain.money[:, year, line] += 1e4 * part * COST.get(id, 1000.0)  # yuan
        return mixed


COST = {"enterprise_coaching": 800.0, "register_award": 300.0}


@pytest.fixture
def search(unfitted: Region, status_quo: Scenario) -> Any:
    """A search after an event that takes 20 firms from every run."""

    def made(gains: dict[str, float], id: str = "drive_ends", taken: float = 20.0) -> tuple[Search, Pretended]:
        without = np.linspace(501.0, 600.0, RUNS)
        study = Pretended(unfitted, status_quo, without, gains, taken)
        base = firms(without, unfitted, status_quo)
        under = study.run(status_quo)
        study.asked.clear()
        ((happening,),) = chosen(unfitted, [id])
        tried = Answered((happening,), unfitted, status_quo, under, ordeal(unfitted, [happening], base, under))
        stress = Stress(unfitted, status_quo, study, base, (tried,), ())  # type: ignore[arg-type]
        return Search(stress, tried), study

    return made


@pytest.mark.parametrize("gain, part", [(80.0, 0.25), (79.0, 0.5), (40.0, 0.5), (39.0, 0.75), (26.7, 0.75), (26.0, 1.0), (20.0, 1.0)])
def test_a_lever_is_raised_no_further_than_the_least_quarter_that_does_it(search: Any, gain: float, part: float) -> None:
    looked, study = search({"enterprise_coaching": gain})
    (found,) = replacements(looked)
    assert found.restored_by == "enterprise_coaching"
    first = found.tried[0]
    assert (first.lever, first.part, first.restores, first.helps) == ("enterprise_coaching", part, True, True)
    assert first.value == pytest.approx(30.0 + part * 170.0) and first.value_before == 30.0 and first.from_year == 2022
    assert first.left.change >= 0.0 and first.decided_by == "district"
    assert first.cost.mean == pytest.approx(800.0 * part) and first.cost.mc_error == 0.0
    assert sum("enterprise_coaching" in asked for asked in study.asked) <= 3


def test_the_cheapest_of_those_that_do_it_stands_first_and_the_rest_by_what_they_bring_back(search: Any) -> None:
    looked, _ = search({"enterprise_coaching": 40.0, "register_award": 25.0, "incubator_openings": 12.0, "ip_services": 5.0})
    (found,) = replacements(looked)
    assert found.restored_by == "register_award"
    assert [row.lever for row in found.tried[:4]] == ["register_award", "enterprise_coaching", "incubator_openings", "ip_services"]
    assert [row.restores for row in found.tried[:4]] == [True, True, False, False]
    assert found.tried[2].helps and not found.tried[3].helps


def test_where_no_single_lever_does_it_none_is_named(search: Any) -> None:
    looked, study = search({"enterprise_coaching": 10.0})
    (found,) = replacements(looked)
    assert found.restored_by is None and not any(row.restores for row in found.tried)
    assert found.tried[0].lever == "enterprise_coaching" and found.tried[0].left.change == pytest.approx(-0.1)
    assert len(study.asked) == len(found.tried) <= looked.most_mixes


def test_a_lever_that_the_event_itself_sets_replaces_nothing(search: Any) -> None:
    looked, study = search({"knowledge_loan_cover": 80.0}, "cover_cut")
    (found,) = replacements(looked)
    assert "knowledge_loan_cover" not in {row.lever for row in found.tried} and found.restored_by is None


def test_only_levers_that_reach_the_target_are_tried_and_no_mix_twice(search: Any) -> None:
    looked, study = search(dict.fromkeys(LEVERS, 80.0))
    replacements(looked)
    asked = [tuple(sorted(parts.items())) for parts in study.asked]
    assert len(asked) == len(set(asked)) <= looked.most_mixes
    assert {id for parts in study.asked for id in parts} == {id for id, bar in LEVERS.items() if "tech_enterprises" in bar.reaches}
    assert sum(part < 1.0 for parts in study.asked for part in parts.values()) <= 2 * MOST_REFINED


def test_a_lever_far_beyond_experience_is_marked(search: Any) -> None:
    looked, _ = search({"enterprise_coaching": 80.0, "knowledge_loan_cover": 80.0})
    (found,) = replacements(looked)
    marks = {row.lever: row.extrapolation for row in found.tried}
    assert marks["enterprise_coaching"] and not marks["knowledge_loan_cover"]  # 72.5 firms a year against 30; 0.84 against 0.80


def test_nothing_is_looked_for_where_nothing_is_hurt(search: Any) -> None:
    looked, study = search({"enterprise_coaching": 80.0}, taken=0.0)
    assert replacements(looked) == () and study.asked == [] and looked.most_mixes == 0


def test_a_raised_lever_keeps_its_past(status_quo: Scenario) -> None:
    mix = raised(status_quo, "seed_fund", 0.5, 2023)
    assert [mix.levers.get("seed_fund", year) for year in (2016, 2022, 2023, 2025)] == [188.0, 188.0, 2594.0, 2594.0]
    others = [id for id in LEVERS if id != "seed_fund"]
    assert all(mix.levers.path(id) == status_quo.levers.path(id) for id in others)


# --- the whole way


def test_a_giant_that_leaves_takes_research_with_it_and_the_answer_can_be_read_back(unfitted: Region, status_quo: Scenario) -> None:
    done: list[int] = []
    ordeals = chosen(unfitted, ["hikvision_leaves"], 2022)
    tried = run_stress(unfitted, status_quo, ordeals, runs=12, progress=done.append)
    assert sum(done) == work(12, 1) == 36
    found = stressed(tried, Search(tried, tried.tried[0]))
    answer = found.answer
    (one,) = answer.ordeals
    level = {(row.indicator, row.year): row for row in one.levels}
    for indicator in ("rd_expenditure", "rd_real", "gdp"):
        change = level[indicator, 2025].difference
        assert change is not None and change.mean < 0.0 and change.p95 <= 0.0, indicator
    assert answer.digest == tried.base.plain.digest != one.digest
    assert answer.rests.grade == "D" and answer.rests.on[0] == "hikvision_leaves"
    assert {notice.code for notice in found.notices} >= {"prior_only", "few_runs", "stress_size_is_judgement"}
    assert StressAnswer.model_validate_json(to_json(answer)) == answer


def test_an_event_of_no_size_changes_nothing_to_the_bit(unfitted: Region, status_quo: Scenario) -> None:
    ((slump,),) = chosen(unfitted, ["health_slump"])
    nothing = slump._replace(event=slump.event.model_copy(update={"demand": {"health": 0.0}}))
    tried = run_stress(unfitted, status_quo, [[nothing]], runs=3)
    assert tried.tried[0].ordeal.digest == tried.base.plain.digest


def test_events_tried_one_by_one_share_their_runs(unfitted: Region, status_quo: Scenario) -> None:
    many = run_stress(unfitted, status_quo, [*chosen(unfitted, ["cpic_leaves"]), *chosen(unfitted, ["growth_slows"])], runs=4)
    (alone,) = run_stress(unfitted, status_quo, chosen(unfitted, ["growth_slows"]), runs=4).tried
    assert many.tried[1].ordeal == alone.ordeal and many.mixes == 3
    assert "stress_not_searched" in {notice.code for notice in stressed(many).notices}


def test_a_region_without_targets_is_told_its_levels(status_quo: Scenario) -> None:
    city = load_region("chongqing")
    ((slump,),) = chosen(city, ["vehicles_slump"])
    without = outcomes(city, {"rd_expenditure": [100.0] * 5}, runs=5)
    under = outcomes(city, {"rd_expenditure": [90.0] * 5}, runs=5)
    found = ordeal(city, [slump], Mixed(status_quo, without, without), Mixed(status_quo, under, under))
    assert found.targets == () and found.joint == ()
    assert {row.indicator for row in found.levels} >= {"rd_expenditure", "gdp"}
    assert [event.id for event in list_events(city).events][:2] == ["big_data_slump", "vehicles_slump"]
