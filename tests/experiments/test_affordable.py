"""What a mix costs before a run, held against what runs pay; and what lies far beyond experience."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sim.small import SetDraws
from yidu.agents import numbers
from yidu.experiments.assess.ask import ask
from yidu.experiments.check.affordable import DEPENDS, KNOWN, Recorded, depends, known_costs, over_budget, recorded_money, yearly_costs
from yidu.experiments.check.compute import check
from yidu.experiments.ensembles.paired import study
from yidu.experiments.judging.unknown import beyond_experience, highest_on_record, of_mix
from yidu.experiments.scenarios.scenario import Scenario, load, plan_years
from yidu.sim.draws import PriorDraws
from yidu.sim.ledger import DISTRICT_LINES, LINE_IDS, LINES
from yidu.sim.levers import LEVERS, LeverPaths
from yidu.sim.region import Region
from yidu.sim.region import load as load_region
from yidu.sim.triggers import Trigger

REGION = load_region("dadukou")


def mix(region: Region, **values: float | dict[int, float]) -> Scenario:
    base = load(region, "status_quo")
    paths = base.levers
    for id, value in values.items():
        paths = paths.with_path(id, value if isinstance(value, dict) else {2021: value})
    return replace(base, name="mine", levers=paths)


def cost(region: Region, paths: LeverPaths, lever: str) -> list[float]:
    return [row.amount for row in known_costs(region, paths) if row.lever == lever]


# --- known before a run


def test_every_lever_has_a_known_cost_or_follows_from_others_or_only_says_whom_others_reach() -> None:
    directing = {id for id, bar in LEVERS.items() if bar.group == "focus"}
    assert set(KNOWN) | set(DEPENDS) == set(LEVERS) - directing
    assert all("of its own" in LEVERS[id].unit_cost.en for id in directing)
    assert {cost.line for cost in KNOWN.values()} <= {LINE_IDS[i] for i in DISTRICT_LINES}


def test_numbers_at_their_unit_cost_worked_by_hand(dadukou: Region) -> None:
    paths = mix(dadukou, enterprise_coaching=60, seed_fund={2021: 188, 2023: 400}, talent_recruitment=10).levers
    assert cost(dadukou, paths, "enterprise_coaching") == [60.0] * 5  # 1 万元 a firm
    assert cost(dadukou, paths, "seed_fund") == [112.8, 112.8, 240.0, 240.0, 240.0]  # the district's six tenths
    assert cost(dadukou, paths, "talent_recruitment") == [20.0] * 5  # 2 万元 an offer


def test_a_pool_costs_when_it_is_raised_and_only_then(dadukou: Region) -> None:
    paths = mix(dadukou, knowledge_loan_pool={2021: 3000, 2022: 5000, 2024: 4000, 2025: 4500}).levers
    assert cost(dadukou, paths, "knowledge_loan_pool") == [0.0, 1200.0, 0.0, 0.0, 300.0]


def test_an_anchor_is_paid_in_the_two_years_after_it_is_signed(dadukou: Region) -> None:
    paths = mix(dadukou, anchor_firms={2021: 0, 2022: 2, 2023: 0}).levers
    # 0.4 a year were signed in 2019 and 2020; 1,500 万元 each
    assert cost(dadukou, paths, "anchor_firms") == [600.0, 300.0, 1500.0, 1500.0, 0.0]


def test_assessment_as_it_was_costs_nothing_more(dadukou: Region) -> None:
    paths = mix(dadukou, annual_assessment={2021: 0.5, 2022: 1.0, 2023: 1.5, 2024: 2.0}).levers
    assert cost(dadukou, paths, "annual_assessment") == [0.0, 0.0, 20.0, 40.0, 40.0]


def test_a_region_of_many_districts_pays_as_many_times() -> None:
    city = load_region("chongqing")
    one, many = cost(REGION, REGION.levers, "transfer_services"), cost(city, REGION.levers, "transfer_services")
    assert many == [city.settings.districts * amount for amount in one] and city.settings.districts > 1


@pytest.mark.parametrize("name", ["status_quo", "plan", "austerity"])
def test_what_is_known_before_is_what_runs_pay(dadukou: Region, name: str) -> None:
    scenario = load(dadukou, name)
    runs = 40
    as_recorded = SetDraws(dadukou, **{f"level:{id}": 1.0 for id in LEVERS})  # a run spends from its own level on
    outcomes = study(dadukou, runs=runs, draws=as_recorded, keep=False).run(scenario, until=2025).plain

    def yearly(line: str, later: int = 0) -> np.ndarray:
        rows = [outcomes.years.index(year + later) for year in plan_years(dadukou)]
        return outcomes.money[:, rows, LINE_IDS.index(line)].T * 1e-4

    for id, one in KNOWN.items():
        known = np.array(cost(dadukou, scenario.levers, id))
        paid = yearly(one.line)
        mean, error = paid.mean(axis=1), paid.std(axis=1, ddof=1) / runs**0.5
        if not known.any() and not id.endswith("pool"):
            assert not mean.any(), id  # what is not set is not paid
        elif one.known == "fixed":
            assert (np.abs(mean - known) <= 1e-6 + 4.0 * error).all(), id
        elif one.known == "least":  # dearer, the farther it reaches
            assert known.sum() <= mean.sum() < 5.0 * known.sum(), id
        elif not id.endswith("pool"):
            assert abs(mean.sum() / known.sum() - 1.0) < 0.35, id
        else:  # what the pool made good the year before is put back, as far as it then holds less than it is to hold
            made_good = numbers.DISTRICT_SHARE * yearly(one.line.replace("pool_district", "cover"), -1)
            levels = [scenario.levers.get(id, year) for year in (dadukou.settings.years.record_end, *plan_years(dadukou))]
            owed = known[:, None] + made_good
            assert (paid <= owed + 1e-3).all() and made_good.sum() > 0.0, id
            if levels == sorted(levels):
                assert paid == pytest.approx(owed, abs=1e-3), id


def test_known_costs_are_part_of_what_the_district_pays_in_all(dadukou: Region) -> None:
    scenario = load(dadukou, "status_quo")
    outcomes = study(dadukou, runs=20, draws=PriorDraws(dadukou), keep=False).run(scenario, until=2025).plain
    for year, amount in yearly_costs(known_costs(dadukou, scenario.levers)).items():
        assert 0.0 < amount < outcomes.public_money(year, year).mean()


# --- the record, and beyond it


def test_the_record_of_the_districts_money_is_the_facts(dadukou: Region) -> None:
    recorded = recorded_money(dadukou)
    assert recorded == Recorded(19000.0, 2016, 2020) and recorded.yearly == 3800.0
    assert recorded_money(load_region("chongqing")) is None


def test_over_budget_is_above_the_yearly_record_and_nothing_without_one() -> None:
    recorded = Recorded(19000.0, 2016, 2020)
    assert over_budget({2021: 3800.0, 2022: 3800.1, 2023: 100.0}, recorded) == (2022,)
    assert over_budget({2021: 1e9}, None) == ()


def test_the_status_quo_is_within_experience(dadukou: Region) -> None:
    for region in (dadukou, load_region("chongqing")):
        assert beyond_experience(region, load(region, "status_quo")) == ()
        assert of_mix(region, load(region, "status_quo"), "baseline") == ()


@pytest.mark.parametrize("lever", sorted(LEVERS))
def test_twice_the_highest_level_on_record_is_the_line(dadukou: Region, lever: str) -> None:
    line, bar = 2.0 * highest_on_record(dadukou, lever), LEVERS[lever]
    if line <= bar.high:
        assert beyond_experience(dadukou, mix(dadukou, **{lever: line})) == ()
    if line < bar.high:
        (far,) = beyond_experience(dadukou, mix(dadukou, **{lever: {2021: bar.low, 2024: bar.high}}))
        assert (far.lever, far.first_year, far.value, far.triggered) == (lever, 2024, bar.high, False)
        assert far.times == (None if line == 0.0 else round(2.0 * bar.high / line, 2))


def test_a_lever_never_used_is_beyond_experience_at_any_level(dadukou: Region) -> None:
    (far,) = beyond_experience(dadukou, mix(dadukou, vc_subsidy_rate={2021: 0.0, 2023: 0.001}))
    assert (far.lever, far.first_year, far.highest, far.times) == ("vc_subsidy_rate", 2023, 0.0, None)


def test_what_a_trigger_would_set_counts_too(dadukou: Region) -> None:
    trigger = Trigger("tech_enterprises", "<", 400.0, 2023, {"enterprise_coaching": 200.0, "seed_fund": 200.0})
    (far,) = beyond_experience(dadukou, replace(mix(dadukou), triggers=(trigger,)))
    assert (far.lever, far.first_year, far.value, far.triggered) == ("enterprise_coaching", 2024, 200.0, True)
    assert beyond_experience(dadukou, replace(mix(dadukou), triggers=(replace(trigger, year=2025),))) == ()


@given(st.sampled_from(sorted(LEVERS)), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_more_of_a_lever_is_never_nearer_to_experience(lever: str, low: float, high: float) -> None:
    bar = LEVERS[lever]
    less, more = (bar.low + part * (bar.high - bar.low) for part in sorted((low, high)))
    far = [{one.lever for one in beyond_experience(REGION, mix(REGION, **{lever: value}))} for value in (less, more)]
    assert far[0] <= far[1]


def test_assess_says_what_lies_beyond_experience(dadukou: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yidu.calibration.manifest.posterior", PriorDraws)

    def beyond(name: str) -> list[object]:
        notices = ask(dadukou, load(dadukou, name), runs=3, shares=False).notices
        return [one.values["levers"] for one in notices if one.code == "beyond_experience"]

    far = {name: beyond(name) for name in ("status_quo", "credit_first")}
    assert far == {"status_quo": [], "credit_first": [("knowledge_loan_pool", "commercial_loan_pool", "interest_subsidy")]}


# --- the answer


def test_levers_whose_cost_follows_from_others_are_named(dadukou: Region) -> None:
    named = depends(dadukou, load(dadukou, "status_quo"))
    assert "talent_package" in named and "vc_subsidy_rate" not in named and "seed_fund" not in named
    assert "vc_subsidy_rate" in depends(dadukou, load(dadukou, "plan"))


def test_a_check_without_runs_guesses_nothing(dadukou: Region) -> None:
    checked = check(dadukou, load(dadukou, "plan"))
    answer = checked.answer
    assert answer.measured is None and answer.extrapolation
    assert [row.amount for row in answer.known_by_year] == pytest.approx([2306.8, 4174.48, 5503.88, 4786.88, 4786.88])
    assert answer.over_budget == (2022, 2023, 2024, 2025)
    assert {notice.code for notice in checked.notices} == {"beyond_experience", "over_budget_known"}
    assert sum(row.changed for row in answer.levers) == 22 and answer.rests.grade == "D"


def test_a_scenario_paired_with_itself_costs_no_more(dadukou: Region) -> None:
    checked = check(dadukou, load(dadukou, "status_quo"), runs=6, draws=PriorDraws(dadukou))
    measured = checked.answer.measured
    assert measured is not None and len(measured.by_year) == 5
    assert all((one.change, one.change_mc_error) == (0.0, 0.0) for one in (*measured.by_year, measured.total))
    assert measured.total.mean == pytest.approx(sum(one.mean for one in measured.by_year), rel=1e-4)
    assert {"few_runs", "prior_only"} <= {notice.code for notice in checked.notices}


def test_measured_money_is_the_ledgers_and_its_differences_are_paired(dadukou: Region) -> None:
    scenario, told = load(dadukou, "incubation_first"), []
    answer = check(dadukou, scenario, runs=12, draws=PriorDraws(dadukou), progress=told.append).answer
    assert sum(told) == 36 and answer.measured is not None
    outcomes = study(dadukou, runs=12, draws=PriorDraws(dadukou), keep=False).run(scenario, until=2025).plain
    assert answer.measured.digest == outcomes.digest
    for one in answer.measured.by_year:
        spent = outcomes.public_money(one.year, one.year)
        assert one.mean == pytest.approx(spent.mean(), rel=1e-5)
        assert one.above_record == pytest.approx((spent > 3800.0).mean(), abs=1e-6) and one.above_record_mc_error > 0.0
        assert one.change == pytest.approx(one.mean - one.status_quo, abs=0.2)
        assert one.change_mc_error < one.mc_error  # the same luck: what differs is the mix


def test_a_trigger_is_costed_only_by_runs_and_a_late_one_is_pointed_out(dadukou: Region) -> None:
    trigger = Trigger("tech_enterprises", "<", 400.0, 2025, {"enterprise_coaching": 60.0})
    codes = [notice.code for notice in check(dadukou, replace(mix(dadukou), triggers=(trigger,))).notices]
    assert codes == ["late_trigger", "triggers_not_costed"]


def test_a_region_without_a_record_of_money_is_compared_with_none() -> None:
    city = load_region("chongqing")
    answer = check(city, load(city, "status_quo")).answer
    assert answer.recorded is None and answer.over_budget == () and all(row.above_record is None for row in answer.known_by_year)


def test_headings_are_those_of_the_ledger(dadukou: Region, tmp_path: Path) -> None:
    headings = {line.id: line.heading for line in LINES}
    for row in known_costs(dadukou, dadukou.levers):
        assert row.heading == headings[KNOWN[row.lever].line] == LEVERS[row.lever].group
