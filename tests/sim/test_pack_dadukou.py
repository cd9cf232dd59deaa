"""The pack of 大渡口: the figures of the plan, each in one role; targets stay out of rules and priors."""

import io
import math
import tokenize
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from yidu.agents.parameters import PARAMETERS
from yidu.sim.draws import PriorDraws, drawn_readings
from yidu.sim.ensemble import simulate
from yidu.sim.levers import LEVER_IDS, LEVERS
from yidu.sim.region import END_KEYS, ENVIRONMENT_FIELDS, REGIONS, START_KEYS, UNITS, check, load

ROOT = Path(__file__).resolve().parents[2]
REGION = load("dadukou")


def value(name: str, reading: str | None = None) -> float:
    return REGION.fact(name, reading).value


# --- the plan's figures -------------------------------------------------------------------------------------


def test_table_1_of_the_plan():
    goals = ("rd_share", "patents_per_10k", "tech_enterprises", "high_tech", "rd_platforms")
    assert [value(f"goal_{name}") for name in goals] == [2.5, 15, 300, 80, 40]
    assert value("rd_share_2015", "a") == 2.3 and value("rd_share_2019") == 3.98
    assert value("patents_per_10k_2015") == 12.11 and value("patents_per_10k_2019") == 19.36
    assert (value("tech_enterprises_2015"), value("tech_enterprises_2020")) == (64, 301)
    assert (value("high_tech_2015"), value("high_tech_2020")) == (30, 92)
    assert (value("rd_platforms_2015"), value("rd_platforms_2020")) == (17, 47)


def test_table_2_of_the_plan():
    assert {t.indicator: t.value for t in REGION.targets if t.group == "table2"} == {
        "rd_expenditure": 16.2, "rd_share_of_gdp": 4, "patents_per_10k": 19.5, "rd_platforms": 60,
        "tech_enterprises": 550, "tech_enterprises_above_scale": 90, "high_tech_enterprises": 165,
        "otc_listed": 26, "high_end_talent": 100, "incubation_platforms": 20, "strategic_emerging_share": 60,
        "digital_core_share": 10,
    }  # fmt: skip
    assert value("rd_expenditure") == 10.08 and value("tech_above_scale_2020") == 70
    assert value("otc_2020") == 20 and value("incubation_2020") == 15
    assert value("strategic_share_2020") == 52.5


def test_the_targets_of_the_text():
    assert {t.indicator: t.value for t in REGION.targets if t.group == "text"} == {
        "specialised_smes": 30, "high_tech_output_share": 40, "new_rd_institutes": 5, "postdoc_stations": 20,
        "knowledge_loans_total": 4, "fund_scale": 10, "tech_projects": 100, "science_staff": 10000,
        "high_end_platforms": 2, "new_incubators": 10, "transfer_bodies": 1, "collaboration_centres": 2,
        "rd_growth": 10,
    }  # fmt: skip
    assert len(REGION.targets) == 25
    assert all(t.year == 2025 and t.sense == ">=" for t in REGION.targets)


def test_loans_funds_and_projects_of_the_text():
    assert value("knowledge_loan_firms_2020") == 60 and value("knowledge_loans_2020") == 1.0507
    assert value("commercial_loan_firms_2020") == 95 and value("commercial_loans_2020") == 0.8674
    assert value("loans_induced") == pytest.approx(3201 / 10507, abs=1e-4)
    assert value("seed_science_money") == 270 and value("seed_environment_money") == 670
    assert value("seed_deals_2020") == 20 and value("public_money_sum") == 1.9
    assert value("projects_won_2020") == 118 and value("project_money") == 8956


def test_a_figure_stands_in_the_sentence_quoted_for_it():
    # Reckoned from the figures of their sentence: 92 / 2.6, 43 / 2.0, 70 / 1.181^4 and ^5, 7 + 13,
    # 3201 / 10507, 713 / 42.19, 43 / 70; counted parks; a zero in words; a tenth of a tenth;
    # 10,507 and 8,674 万元 as 亿元.
    reckoned = {
        "high_tech_2015_text", "high_tech_above_scale_2015_low", "high_tech_above_scale_2015_high",
        "tech_above_scale_2015_five", "tech_above_scale_2015_four", "seed_deals_2020", "loans_induced",
        "patents_per_10k_census", "incubation_2020_text", "star_market_firms", "growth_board_firms",
        "universities", "public_research_institutes", "vc_subsidy_of_subsidy", "vc_subsidy_of_investment",
        "knowledge_loans_2020", "commercial_loans_2020", "certified_of_large_2020",
    }  # fmt: skip
    for fact in REGION.facts:
        if fact.id not in reckoned:
            assert f"{fact.value:g}" in fact.quote, fact.id


def test_reckoned_figures_follow_from_their_sentence():
    assert round(92 / value("high_tech_2015", "b"), 1) == 2.6
    assert all(round(43 / value("high_tech_above_scale_2015", r) - 2.0, 1) == 0.0 for r in "ab")
    assert round(70 / 1.181**5) == value("tech_above_scale_2015", "a")
    assert round(70 / 1.181**4) == value("tech_above_scale_2015", "b")
    assert value("certified_of_large_2020") == pytest.approx(100 * 43 / 70, abs=0.005)
    census = REGION.settings.population.census[2020]
    assert 713 / census == pytest.approx(value("patents_per_10k_census"), abs=0.05)


# --- identities and contradictions --------------------------------------------------------------------------


def test_no_platform_was_lost():
    assert value("rd_platforms_2015") + value("rd_platforms_added") == value("rd_platforms_2020")


def test_the_share_of_2019_and_the_expenditure_give_the_known_output():
    known = REGION.settings.gdp.known
    assert round(100.0 * 10.08 / known[2019], 2) == 3.98
    assert REGION.settings.population.precensus[2019] == pytest.approx(713 / 19.36, abs=0.01)


def test_growth_of_the_environment_passes_through_the_known_output():
    growth = REGION.environment.yearly("gdp_growth")
    known = REGION.settings.gdp.known
    for year in range(2016, 2021):
        assert growth[year - 2015] == pytest.approx(math.log(known[year] / known[year - 1]), abs=1e-3)


def test_output_is_known_in_every_year_of_the_record_and_none_is_drawn():
    assert REGION.settings.gdp.start is None
    runs = simulate(REGION, REGION.levers, runs=3, until=2020, draws=PriorDraws(REGION))
    published = [159.72, 176.66, 202.40, 228.13, 253.56, 266.46]
    assert runs.series("gdp") == pytest.approx(np.tile(published, (3, 1)), rel=1e-9)


def test_fifty_of_research_in_five_years_is_not_read_to_the_letter():
    # 1,127 亿元 of GDP: even 3.98 % in every year is 44.9.
    five = sum(REGION.settings.gdp.known[year] for year in range(2016, 2021))
    assert five == pytest.approx(1127, abs=0.5) and 0.0398 * five < 45.0
    strict, loose = REGION.weights("rd_sum")
    assert strict < 0.03 and strict + loose == pytest.approx(1.0)
    assert REGION.readings("rd_sum")[0].weight == 0.35  # what the pack believes before the figures are put together
    drawn = drawn_readings(REGION, 1, np.arange(4000))
    assert (drawn["rd_sum"] == 0).mean() == pytest.approx(strict, abs=0.006)


def test_readings_of_one_footnote_go_together():
    # 10.08 and 3.98 % are both of 2019 or not: 10.08 over the output of 2020 is 3.78 %.
    drawn = drawn_readings(REGION, 1, np.arange(4000))
    both_of_2020 = (drawn["rd_expenditure"] == 1) & (drawn["rd_share_2019"] == 1)
    apart = (drawn["rd_expenditure"] == 1).mean() * (drawn["rd_share_2019"] == 1).mean()
    assert both_of_2020.mean() < 0.3 * apart
    assert ((drawn["patents"] == 1) & (drawn["patents_per_10k_2019"] == 1)).sum() == 0
    assert "tech_growth" not in drawn  # 50.9 % has one reading, of four years: over five it would lead from 64 to 501


def test_a_reading_that_implies_nothing_keeps_the_weight_of_the_pack():
    for name in ("high_tech_2015", "vc_subsidy", "strategic_share_2020"):
        assert REGION.weights(name) == pytest.approx([fact.weight for fact in REGION.readings(name)])


def test_if_the_district_had_made_more_the_strict_reading_would_stand():
    # The mechanism, not a hand: with six tenths more output before 2019, R&D of the same shares sums to nearly fifty.
    known = {year: value * (1.6 if year < 2019 else 1.0) for year, value in REGION.settings.gdp.known.items()}
    richer = replace(REGION, settings=REGION.settings.model_copy(update={"gdp": REGION.settings.gdp.model_copy(update={"known": known})}))
    assert richer.weights("rd_sum")[0] > 0.3


def test_every_contradiction_of_the_plan_keeps_both_readings():
    assert set(REGION.contested) == {
        "rd_share_2015", "high_tech_2015", "tech_above_scale_2015", "tech_above_scale_growth",
        "high_tech_above_scale_2015", "incubation_2020", "rd_expenditure", "rd_sum", "patents",
        "strategic_share_2020", "vc_subsidy", "rd_share_2019", "patents_per_10k_2019",
    }  # fmt: skip
    for name in REGION.contested:
        rivals = REGION.readings(name)
        assert [fact.reading for fact in rivals] == ["a", "b"]
        assert sum(fact.weight for fact in rivals) == pytest.approx(1.0)


# --- one role for each number -------------------------------------------------------------------------------


def test_the_pack_holds_enough_and_calibrates_on_about_twenty():
    assert len(REGION.facts) >= 50
    assert 20 <= sum(fact.role == "calibrate" for fact in REGION.facts) <= 25


def test_each_fact_plays_one_role():
    roles = defaultdict(set)
    for fact in REGION.facts:
        roles[fact.fact].add(fact.role)
    assert {name for name, played in roles.items() if len(played) > 1} == set()


def test_no_number_plays_two_roles():
    roles = defaultdict(set)
    for fact in REGION.facts:
        roles[fact.quote, fact.value, fact.indicator, fact.period].add(fact.role)
        if fact.indicator in UNITS:
            roles[fact.indicator, fact.statistic, fact.last_year, fact.value].add(fact.role)
    assert {key for key, played in roles.items() if len(played) > 1} == set()


def test_the_start_is_known_by_priors_and_never_fitted():
    assert tuple(REGION.settings.start) == START_KEYS and tuple(REGION.settings.end) == END_KEYS
    for name in REGION.settings.start.values():
        assert {fact.role for fact in REGION.readings(name)} == {"prior"}
    for name in REGION.settings.end.values():
        assert {fact.role for fact in REGION.readings(name)} == {"calibrate"}


def test_statuses_nest_under_every_reading():
    for name, wider in (
        ("tech_above_scale_2015", "tech_enterprises_2015"), ("high_tech_2015", "tech_enterprises_2015"),
        ("high_tech_above_scale_2015", "high_tech_2015"), ("tech_above_scale_2020", "tech_enterprises_2020"),
        ("high_tech_above_scale_2020", "high_tech_2020"), ("high_tech_2020", "tech_enterprises_2020"),
    ):  # fmt: skip
        assert max(f.value for f in REGION.readings(name)) <= min(f.value for f in REGION.readings(wider))


# --- targets stay out ---------------------------------------------------------------------------------------


def test_moving_every_target_moves_nothing_else(tmp_path):
    folder = tmp_path / "dadukou"
    folder.mkdir()
    for path in (REGIONS / "dadukou").rglob("*"):
        if path.is_file() and "posterior" not in path.parts:
            copy = folder / path.relative_to(REGIONS / "dadukou")
            copy.parent.mkdir(exist_ok=True)
            copy.write_bytes(path.read_bytes())
    lines = (folder / "targets.csv").read_text(encoding="utf-8").split("\n")
    head = lines[0].split(",").index("value")
    moved = [lines[0]]
    for line in lines[1:]:
        cells = line.split(",")
        if len(cells) > head:
            cells[head] = str(float(cells[head]) * 3 + 7)
        moved.append(",".join(cells))
    (folder / "targets.csv").write_text("\n".join(moved), encoding="utf-8")
    other = load(folder)
    assert other.targets != REGION.targets
    assert other.facts == REGION.facts and other.priors == REGION.priors and other.levers == REGION.levers
    assert other.environment == REGION.environment and other.settings == REGION.settings


def test_neither_rules_nor_the_fit_name_the_targets():
    may_read = {"pack.py", "packfiles.py", "region.py"}
    files = [*ROOT.glob("agents/**/*.py"), *ROOT.glob("sim/**/*.py"), *ROOT.glob("calibration/**/*.py")]
    assert files
    for file in files:
        if file.name in may_read and file.parent.name == "sim":
            continue
        source = io.StringIO(file.read_text(encoding="utf-8"))
        tokens = tokenize.generate_tokens(source.readline)
        names = {token.string for token in tokens if token.type == tokenize.NAME}
        assert not names & {"targets", "Target", "read_targets"}, file
        if file.is_relative_to(ROOT / "agents"):
            assert "targets" not in file.read_text(encoding="utf-8"), file


# --- levers, environment, priors, scenarios -----------------------------------------------------------------


def test_the_record_of_the_levers_is_the_level_they_declare():
    for id, lever in LEVERS.items():
        path = REGION.levers.path(id)
        assert all(lever.low <= path[year] <= lever.high or path[year] == 0.0 for year in path)
        if id == "interest_subsidy":
            assert path[2020] == 0.9 and path[2021] == 0.0
        else:
            assert path[2020] == lever.record, id
            assert path[2021] == path[2020] == path[2035], id
    assert REGION.levers.get("knowledge_loan_pool", 2018) == 0.0
    invested = value("seed_science_money") + value("seed_environment_money")
    assert 5 * REGION.levers.get("seed_fund", 2018) == invested


def test_every_level_that_is_judgement_has_a_spread():
    # none of it is on record, or 1 is what it was, by definition
    certain = {id for id, lever in LEVERS.items() if lever.record == 0.0 or lever.group == "focus"} | {"annual_assessment"}
    judged = {id for id, lever in LEVERS.items() if lever.grade == "D"} - certain
    assert judged <= set(REGION.lever_uncertainty) <= set(LEVER_IDS)


def test_tax_law_stands_with_its_dates():
    general, small, made = (REGION.environment.yearly(f"super_{who}") for who in ("general", "tech_sme", "manufacturing"))
    at = {year: year - 2015 for year in range(2015, 2036)}
    assert [general[at[y]] for y in (2017, 2018, 2021, 2022, 2023)] == [0.5, 0.75, 0.75, 0.8125, 1.0]
    assert [small[at[y]] for y in (2016, 2017, 2021, 2022)] == [0.5, 0.75, 0.75, 1.0]
    assert [made[at[y]] for y in (2017, 2018, 2020, 2021)] == [0.5, 0.75, 0.75, 1.0]
    assert REGION.environment.yearly("specialised_regime")[at[2021] : at[2022] + 1].tolist() == [0.0, 1.0]


def test_what_follows_from_law_has_no_spread_and_the_rest_has_some():
    for name in ENVIRONMENT_FIELDS:
        field = REGION.environment.fields[name]
        fixed = field.group in {"super_deduction", "patent_regime", "specialised_regime"}
        assert (field.sd == field.persistent_sd == 0.0) == fixed, name
    assert list(REGION.environment.environments) == ["baseline", "slow", "fast", "shock"]


def test_there_is_a_prior_for_every_parameter_in_the_order_of_the_rules():
    assert tuple(prior.parameter for prior in REGION.priors) == PARAMETERS
    for prior in REGION.priors:
        assert "http" not in prior.source and "reproduction" not in prior.source
        assert prior.grade != "D" or "judgement" in prior.source, prior.parameter


def test_shares_and_series_are_whole():
    assert np.isclose(sum(sector.share for sector in REGION.settings.sectors), 1.0)
    assert sum(sector.pillar for sector in REGION.settings.sectors) == 4
    assert {giant.id for giant in REGION.settings.giants} >= {"sanfeng", "cpic", "hikvision", "zybio"}


def test_six_scenarios_are_shipped_and_the_check_counts_them():
    assert REGION.scenario_names == (
        "status_quo", "austerity", "credit_first", "incubation_first", "plan", "talent_first",
    )  # fmt: skip
    summary = check("dadukou")
    assert (summary.targets, summary.levers, summary.priors) == (25, len(LEVERS), 108)
    assert all("usual level" in note for note in summary.notes)
    assert REGION.scenario_file("plan").is_file()
