"""The pack of the whole city: six series and nothing else, one agent for fifty enterprises, no code of its own."""

import io
import math
import shutil
import tokenize
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from yidu.calibration.facts import simulated
from yidu.sim.draws import PriorDraws, drawn_readings
from yidu.sim.ensemble import simulate
from yidu.sim.errors import InputError
from yidu.sim.indicators import PUBLIC_IDS
from yidu.sim.inputs import Inputs, drawn_inputs, known_table
from yidu.sim.levers import EXTENSIVE, LEVERS
from yidu.sim.outcomes import Outcomes
from yidu.sim.region import REGIONS, UNITS, Region, check, load
from yidu.viz.words import Words

ROOT = Path(__file__).resolve().parents[2]
REGION = load("chongqing")
SIX = ("gdp", "rd_expenditure", "rd_share_of_gdp", "tech_enterprises", "high_tech_enterprises", "patents_per_10k")


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the pack that a test may spoil."""
    folder = tmp_path / "copy"
    shutil.copytree(REGIONS / "chongqing", folder, ignore=shutil.ignore_patterns("posterior"))
    return folder


def spoil(pack: Path, file: str, old: str, by: str) -> None:
    text = (pack / file).read_text(encoding="utf-8")
    assert old in text, f"{file} no longer holds {old!r}"
    (pack / file).write_text(text.replace(old, by, 1), encoding="utf-8")


def at_scale(enterprises: float) -> Region:
    """The city with one agent for so many enterprises."""
    return replace(REGION, settings=REGION.settings.model_copy(update={"scale": enterprises}))


@pytest.fixture(scope="module")
def prior_runs() -> Outcomes:
    """The record's years as the priors have them, unreconciled."""
    return simulate(REGION, REGION.levers, runs=150, until=2020, reconcile=False, draws=PriorDraws(REGION))


# --- the record ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "indicator, by_year",
    [
        ("rd_expenditure", {2016: 302.2, 2017: 364.6, 2018: 410.2, 2019: 469.6, 2020: 526.8}),
        ("rd_share_of_gdp", {2015: 1.57, 2016: 1.72, 2017: 1.88, 2018: 2.01, 2019: 1.99, 2020: 2.11}),
        ("tech_enterprises", {2017: 6725, 2018: 11026, 2019: 16918, 2020: 26371}),
        ("high_tech_enterprises", {2015: 1206, 2017: 2012, 2018: 2550, 2019: 3141, 2020: 4222}),  # 2018: over 2,500
        ("high_tech_recognised", {2018: 908, 2019: 1462, 2020: 1955}),
        ("patents", {2016: 16737, 2017: 22306, 2018: 27932, 2019: 32443, 2020: 35353}),
        ("patents_per_10k", {2015: 4.25, 2017: 7.25, 2019: 10.41, 2020: 11.32}),
    ],
)
def test_the_published_series_of_the_city(indicator, by_year):
    published = {f.last_year: f.value for f in REGION.facts if f.indicator == indicator and "no figure before" not in f.quote}
    assert published == by_year


def test_nothing_is_on_record_after_2020():
    assert max(fact.last_year for fact in REGION.facts) == 2020
    assert max(REGION.settings.gdp.known) == max(REGION.settings.population.census) == 2020


def test_over_2500_is_read_widely():
    fact = REGION.fact("high_tech_2018")
    assert fact.value - fact.tolerance < 2500 and fact.value + 2 * fact.tolerance > 2700
    assert all(fact.tolerance > REGION.fact(f"high_tech_{year}").tolerance for year in (2017, 2019, 2020))


def test_what_2015_was_follows_from_what_was_published():
    assert round(12810 / 3017, 2) == REGION.fact("patents_per_10k_2015").value
    assert round(4222 / 3.5) == REGION.fact("high_tech_2015").value
    assert round(4222 / 4.5) == 938 < 951  # to the letter, 3.5 times more: fewer than in 2011
    research = 0.01 * REGION.fact("rd_share_2015").value * REGION.settings.gdp.known[2015]
    assert research == pytest.approx(247.0, abs=0.05)


def test_a_level_of_2015_that_nobody_published_is_three_readings_of_judgement():
    first = {"tech_enterprises_2015": 6725}
    assert set(REGION.contested) == set(first)
    for name, figure_2017 in first.items():
        rivals = REGION.readings(name)
        assert [fact.reading for fact in rivals] == ["a", "b", "c"]
        for fact in rivals:
            assert fact.role == "prior" and "judgement (D)" in fact.quote
            growth = math.sqrt(figure_2017 / fact.value) - 1.0
            assert f"growth of {100 * growth:.0f} %" in fact.quote


def test_research_over_output_is_not_counted_twice():
    fitted = [REGION.fact(name) for name in REGION.facts_with_role("calibrate")]
    years = [fact.last_year for fact in fitted if fact.indicator in ("rd_expenditure", "rd_share_of_gdp")]
    assert sorted(years) == [2016, 2017, 2018, 2019, 2020]
    for year in years:
        share = 100.0 * REGION.fact(f"rd_expenditure_{year}").value / REGION.settings.gdp.known[year]
        assert share == pytest.approx(REGION.fact(f"rd_share_{year}").value, abs=0.01)


def test_output_before_2019_is_research_over_its_share():
    known = REGION.settings.gdp.known
    growth = REGION.environment.yearly("gdp_growth")
    for year in range(2016, 2021):
        assert growth[year - 2015] == pytest.approx(math.log(known[year] / known[year - 1]), abs=1e-3)
    # The census raised 2018 by 6.0 %: what is left of the growth of 2019 is the economy's own.
    assert 0.07 < math.log(known[2019] / known[2018] / 1.06) < 0.10


def test_no_number_plays_two_roles():
    roles = defaultdict(set)
    for fact in REGION.facts:
        roles[fact.fact].add(fact.role)
        if fact.indicator in UNITS:
            roles[fact.indicator, fact.statistic, fact.last_year, fact.value].add(fact.role)
    assert {key for key, played in roles.items() if len(played) > 1} == set()


def test_those_who_are_not_firms_do_a_fifth_of_the_research():
    prior = next(prior for prior in REGION.priors if prior.parameter == "other_rd_share")
    assert prior.a == REGION.fact("rd_not_by_firms").value == pytest.approx(0.083 + 0.092 + 0.034)


def test_judgement_says_so():
    assert all(prior.grade != "D" or "judgement" in prior.source for prior in REGION.priors)
    certain = {id for id, lever in LEVERS.items() if lever.record == 0.0 or lever.group == "focus"} | {"annual_assessment"}
    judged = {id for id, lever in LEVERS.items() if lever.grade == "D"} - certain
    assert judged <= set(REGION.lever_uncertainty)


# --- one agent for fifty enterprises, thirty-eight districts -------------------------------------------------


def test_levers_are_per_district_and_counted_in_every_one():
    assert REGION.settings.districts == 38
    fund = REGION.fact("knowledge_loan_fund").value
    assert 38 * fund == pytest.approx(310_000, rel=1e-3)  # 31 亿元 in 万元
    assert REGION.levers.get("knowledge_loan_pool", 2019) == fund
    inputs = Inputs(REGION, REGION.levers)
    times = dict(zip(LEVERS, inputs.times))
    assert {name for name, factor in times.items() if factor == 38.0} == EXTENSIVE


def test_no_code_knows_the_city():
    folders = ("agents", "sim", "calibration", "experiments", "viz")
    files = [ROOT / "yidu/command.py", *(file for folder in folders for file in (ROOT / folder).rglob("*.py"))]
    assert len(files) > 40
    for file in files:
        tokens = tokenize.generate_tokens(io.StringIO(file.read_text(encoding="utf-8")).readline)
        assert not any("chongqing" in token.string for token in tokens), file


def test_a_named_giant_is_refused_where_an_agent_stands_for_many(pack):
    text = (REGIONS / "dadukou" / "region.toml").read_text(encoding="utf-8")
    giant = text[text.index("[[giants]]") :].split("\n\n")[0]
    spoil(pack, "region.toml", "[start]", giant + "\n\n[start]")
    with pytest.raises(InputError, match=r"'sanfeng' has a row of its own, and scale = 50.*scale = 1") as caught:
        load(pack)
    assert caught.value.file.endswith("region.toml")
    assert "龙头企业" in Words("zh").error(caught.value)
    spoil(pack, "region.toml", "scale = 50 ", "scale = 1 ")
    assert len(load(pack).settings.giants) == 1


def test_the_six_series_do_not_hang_on_how_many_enterprises_an_agent_stands_for():
    # The same draws at 25, 50 and 100: a run's own luck differs, the mean does not.
    def runs(enterprises: float) -> Outcomes:
        return simulate(at_scale(enterprises), REGION.levers, runs=48, until=2025, reconcile=False, draws=PriorDraws(REGION))

    middle = runs(50.0)
    for other in (runs(25.0), runs(100.0)):
        for indicator in SIX:
            for year in (2015, 2020, 2025):
                gap = np.log(other.of(indicator, year) / middle.of(indicator, year))
                error = gap.std() / math.sqrt(gap.size)
                assert abs(gap.mean()) < 3.0 * error + 0.03, (indicator, year, gap.mean(), error)
                assert error < 0.06, (indicator, year, error)  # or the test could not fail


def test_the_priors_can_reach_the_record(prior_runs):
    for name in REGION.facts_with_role("calibrate"):
        fact = REGION.fact(name)
        low, high = np.quantile(simulated(fact, prior_runs), (0.02, 0.98))
        assert low < fact.value < high, (name, low, fact.value, high)


def test_a_reconciled_run_meets_the_record_to_the_nearest_agent():
    outcomes = simulate(REGION, REGION.levers, runs=6, until=2020, draws=PriorDraws(REGION))
    half = 0.5 * REGION.settings.scale
    assert np.abs(outcomes.of("tech_enterprises", 2020) - 26371).max() <= half
    assert np.abs(outcomes.of("high_tech_enterprises", 2020) - 4222).max() <= half
    assert outcomes.of("rd_expenditure", 2020) == pytest.approx(526.8, rel=1e-6)
    assert outcomes.of("patents", 2020) == pytest.approx(35353, rel=2e-3)


# --- what the record does not support ------------------------------------------------------------------------


def test_where_the_record_is_silent_nothing_is_known_and_nothing_met():
    readings = drawn_readings(REGION, 1, np.arange(5))
    known = known_table(REGION, readings, 5)
    for silent in (
        "tech_enterprises_above_scale_2015", "rd_platforms_2015", "tech_enterprises_above_scale_2020",
        "high_tech_enterprises_above_scale_2020", "rd_platforms_2020", "incubation_platforms_2020", "otc_listed_2020",
        "strategic_emerging_share_2020", "knowledge_loans_total_2020",
    ):  # fmt: skip
        assert np.isnan(known[silent]).all(), silent
    assert set(known["patents_2020"]) == {35353.0}
    assert set(known["tech_enterprises_2015"]) <= {2500.0, 3800.0, 5200.0}
    outcomes = simulate(REGION, REGION.levers, runs=4, until=2020, draws=PriorDraws(REGION))
    moved = {name for name, column in zip(outcomes.adjustments, outcomes.adjusted.T) if np.any(column != 0.0)}
    assert moved <= {"tech_enterprises", "high_tech_enterprises", "rd_expenditure", "patents"}


def test_the_record_speaks_of_series_of_its_own_and_the_check_names_the_rest():
    spoken = {f.indicator for f in REGION.facts if f.role == "calibrate" and f.indicator in PUBLIC_IDS}
    assert spoken == set(SIX) - {"gdp", "rd_share_of_gdp", "patents_per_10k"} | {"specialised_smes"}
    summary = check("chongqing")
    assert (summary.targets, summary.giants, summary.places, summary.scenarios) == (0, 0, 3, ("status_quo",))
    assert tuple(note for note in summary.notes if "usual level" not in note) == (
        "no record at the start for tech_enterprises_above_scale, high_tech_enterprises_above_scale, rd_platforms",
        "no record at the end for tech_enterprises_above_scale, high_tech_enterprises_above_scale, rd_platforms, "
        "incubation_platforms, otc_listed, strategic_emerging_share, knowledge_loans_total, commercial_loan_firms, joint_projects_won",
        "no target is set: assess prints the forecast by indicator and year",
    )
    assert "没有目标" in Words("zh").said(summary.notes[-1])


def test_a_pack_without_targets_keeps_the_header(pack):
    assert load(pack).targets == ()
    (pack / "targets.csv").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="empty"):
        load(pack)
    (pack / "facts.csv").write_text((pack / "facts.csv").read_text(encoding="utf-8").split("\n")[0], encoding="utf-8")
    (pack / "targets.csv").write_text("indicator,year,sense,value,unit,group,quote\n", encoding="utf-8")
    with pytest.raises(InputError, match="holds a header and no row"):
        load(pack)


@pytest.mark.parametrize(
    "old, by, said",
    [
        ('tech_enterprises = "tech_enterprises_2015"\n', "", "lacks tech_enterprises, and every run would start with none"),
        ('patents_per_10k = "patents_per_10k_2015"\n', "", "lacks patents_per_10k"),
        ("2018 = 20408, ", "", "gdp.known lacks 2018"),
        ("2015 = 15733, ", "", "neither gdp.known nor gdp.start says what was produced in 2015"),
        ("vintage_error = 0.06", "start = [15000.0, 16000.0]\nvintage_error = 0.06", "gdp.known has 2015, and gdp.start a range"),
        ('patents = "patents_2020"', 'rd_share_of_gdp = "rd_share_2020"', "no indicator of [end]"),
    ],
)
def test_a_pack_can_be_too_thin(pack, old, by, said):
    spoil(pack, "region.toml", old, by)
    with pytest.raises(InputError) as caught:
        load(pack)
    assert said in str(caught.value)


def test_a_run_of_the_city_is_drawn_like_any_other():
    parameters, readings, known = drawn_inputs(REGION, PriorDraws(REGION), 1, np.arange(3))
    assert parameters.shape[0] == len(known) == 3 and set(readings) == set(REGION.contested)
