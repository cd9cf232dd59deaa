"""What a report says: the bureau's words, how each indicator is counted, cause, measure, and where it all comes from."""

import re
from dataclasses import replace

import pytest

from tests.viz import report_made
from yidu.experiments.report import measures as measuring
from yidu.experiments.report.compute import MOST_CURVES, chosen, found
from yidu.experiments.scenarios.mix import Mix
from yidu.experiments.scenarios.scenario import load
from yidu.sim.errors import InputError
from yidu.sim.levers import LEVERS
from yidu.sim.region import Region
from yidu.viz.figures.assess import by_risk
from yidu.viz.report.contents import Contents, Finding, Picture, Summary, Table, contents
from yidu.viz.words import Words

MADE = report_made.MADE


@pytest.fixture(scope="module")
def made() -> Contents:
    return report_made.made()


def test_every_target_has_its_finding_in_the_words_of_the_bureau(made: Contents) -> None:
    findings = made.blocks(Finding)
    assert sorted((one.target.indicator, one.target.year) for one in findings) == sorted(
        (row.indicator, row.year) for row in made.assess.targets
    )
    for one in findings:
        assert one.target.verdict in one.message and "完成概率" in one.message and one.title in one.message
        assert one.counted.startswith("计数：") and "规划原文：“" in one.counted
        assert one.cause and one.measure and one.fan is not None


def test_what_rests_on_judgement_says_so(made: Contents) -> None:
    judged = [one for one in made.blocks(Finding) if one.target.grade == "D"]
    assert judged and all("D 级" in one.message and "判断，没有实证" in one.judgement for one in judged)
    assert all(not one.judgement for one in made.blocks(Finding) if one.target.grade != "D")


def test_a_lever_is_named_only_where_it_moves_something_beyond_chance(made: Contents) -> None:
    measures = report_made.found().measures
    assert measures is not None and measures.runs == report_made.SCREENED
    for one in made.blocks(Finding):
        helping = [row for row in measures.of(one.target.indicator, one.target.year) if row.helps]
        assert helping or "没有一项政策单独提高能在抽样误差之外推动它" in one.measure
        if "没有一项政策单独提高能在抽样误差之外" not in one.measure:
            assert any(name in one.measure for name in ("区定", "共担", "市定", "争取")) and "万元" in one.measure or "花费" in one.measure
    assert any("最能提高完成概率的是" in one.measure for one in made.blocks(Finding))


def test_the_levers_that_help_most_targets_are_shown_over_their_range(made: Contents) -> None:
    known = report_made.found()
    assert known.measures is not None and known.response is not None and made.report.response is not None
    shown = [one.lever for one in made.report.response.levers]
    helps = {id: sum(row.helps for row in known.measures.effects if row.lever == id) for id in LEVERS}
    assert 1 <= len(shown) <= MOST_CURVES and min(helps[id] for id in shown) >= max(helps[id] for id in LEVERS if id not in shown)
    (section,) = [section for section in made.sections if section.key == "response"]
    curves = [block for block in section.blocks if isinstance(block, Picture)]
    assert [block.figure.id.split("-")[1] for block in curves] == shown and all(block.figure.kind == "curve" for block in curves)
    table, *_, beside = [block for block in section.blocks if isinstance(block, Table)]
    assert len(table.rows) == len(shown) and len(beside.rows) == sum(len(one.literature) for one in made.report.response.levers)
    assert all(row[-1] for row in beside.rows)


def test_idle_levers_help_nothing(made: Contents) -> None:
    known = report_made.found()
    assert known.measures is not None
    still = [row.model_copy(update={"helps": False}) for row in known.measures.effects]
    idle = replace(known, measures=known.measures.model_copy(update={"effects": tuple(still)}))
    for one in contents(Words("zh"), idle, made=MADE).blocks(Finding):
        assert "没有一项政策单独提高能在抽样误差之外推动它" in one.measure


def test_without_screening_no_measure_is_made_up() -> None:
    bare = contents(Words("zh"), replace(report_made.found(), measures=None), made=MADE)
    assert {one.measure for one in bare.blocks(Finding)} == {"没有做单项政策的筛查。"} and bare.report.measures is None


def test_the_first_page_counts_every_target_once(made: Contents) -> None:
    (summary,) = made.blocks(Summary)
    assert sum(len(one.indicators) for one in summary.verdicts) == len(made.assess.targets)
    assert "全部同时完成的概率" in summary.message and any("区级财政投入" in line for line in summary.lines)
    assert any("与“维持现状”相比，“规划方案”" in line for line in summary.lines)


def test_the_stamp_names_everything(made: Contents) -> None:
    parts = ("重庆市大渡口区", "维持现状、规划方案", "基准", "2026-03-01", "40 次运行", "种子 1", made.assess.digest, made.assess.version)
    assert [part for part in parts if part not in made.stamp.line] == []


def test_both_readings_of_a_contested_fact_stand_there(made: Contents, dadukou: Region) -> None:
    (section,) = (section for section in made.sections if section.key == "contested")
    (contested,) = (block for block in section.blocks if isinstance(block, Table))
    assert len(contested.rows) == sum(len(dadukou.readings(name)) for name in dadukou.contested)
    assert any("19.36" in row[3] for row in contested.rows)


def test_a_report_in_english_has_chinese_only_in_quotes_of_the_plan() -> None:
    made = report_made.made("en")
    for one in made.blocks(Finding):
        rest = re.sub(r'"[^"]*"', "", " ".join(text for _, text in one.sentences))
        assert not re.search(r"[一-鿿]", one.message + rest + "".join(value for _, value in one.facts)), rest


def test_figures_have_names_of_their_own(made: Contents) -> None:
    ids = [figure.id for figure in made.figures]
    assert len(ids) == len(set(ids))
    assert {"probabilities", "bands", "money", "sources", "chances", "cost", "differences-plan", "fan-tech_enterprises"} <= set(ids)
    assert all(block.message for block in made.blocks(Picture))


def test_the_answer_holds_what_the_files_show(made: Contents) -> None:
    report = made.report
    assert report.scenarios == ("status_quo", "plan") and report.digest == report.assess.digest
    assert [one.conclusion for one in report.findings] == [
        next(block.message for block in made.blocks(Finding) if block.target == row) for row in report.assess.targets
    ]
    assert report.compare is not None and report.compare.digest == report.digest


def test_runs_that_are_held_already_make_the_same_report() -> None:
    known = report_made.found()
    again = found(known.region, [known.mixed], measures=known.measures, assessment=known.assessment)
    one = contents(Words("zh"), again, made=MADE)
    assert one.report.compare is None and one.report.assess == report_made.made().assess
    assert "compare" not in [section.key for section in one.sections]


def test_a_region_without_targets_has_its_forecasts() -> None:
    known = report_made.found()
    bare = replace(known, region=replace(known.region, targets=()), accounts=(), measures=None, compared=None)
    bare = replace(bare, scenarios=known.scenarios[:1])
    bare = replace(bare, assessment=replace(known.assessment, targets=(), joint=None, joint_calibrated=None))
    one = contents(Words("zh"), bare, made=MADE)
    assert not one.blocks(Finding) and "逐年预测" in one.title
    assert "forecasts" in [section.key for section in one.sections]


@pytest.mark.parametrize("names", [(), ("plan", "plan"), ("status_quo", "plan", "credit_first", "talent_first", "austerity")])
def test_none_twice_the_same_or_too_many_scenarios_are_refused(names: tuple[str, ...], dadukou: Region) -> None:
    with pytest.raises(InputError):
        chosen([load(dadukou, name) for name in names])


def test_a_lever_at_the_top_of_its_range_is_not_raised(dadukou: Region) -> None:
    base = load(dadukou, "status_quo")
    high = replace(base, levers=base.levers.with_path("seed_fund", {2021: 5000.0}))
    assert "seed_fund" in measuring.raisable(dadukou, base) and "seed_fund" not in measuring.raisable(dadukou, high)


def test_targets_are_ordered_by_risk(made: Contents) -> None:
    shares = [row.probability for row in by_risk(made.assess.targets)]
    assert shares == sorted(shares, key=lambda share: share or 0.0)


def test_what_a_mix_assumes_is_shown_over_the_years_as_it_is_run(dadukou: Region) -> None:
    known = report_made.found()
    mix = Mix().assume("gdp_growth", ((2021, 0.05), (2023, 0.04))).scenario(dadukou)
    said = contents(Words("zh"), replace(known, scenarios=(mix,), mixed=known.mixed._replace(scenario=mix), compared=None))
    (table_,) = (
        block for section in said.sections if section.key == "assumptions" for block in section.blocks
        if isinstance(block, Table) and any("增速" in str(row[0]) for row in block.rows)
    )  # fmt: skip
    row = next(row for row in table_.rows if "地区生产总值" in str(row[0]))
    assert "2021=0.05" in row[2] and "2023=0.04" in row[2] and "0.075" not in row[2]
    assert row[3] == row[4] == "0"
