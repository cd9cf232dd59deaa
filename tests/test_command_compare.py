"""`yidu compare` as a planner meets it."""

import csv
import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from tests.asking import CHINESE, DIGEST, Yidu, done, refused
from tests.experiments import synthetic
from yidu.experiments.compare.compute import compared
from yidu.experiments.ensembles.paired import Mixed
from yidu.experiments.scenarios.scenario import load
from yidu.experiments.schemas import SCHEMAS
from yidu.sim.ledger import DISTRICT_LINES
from yidu.sim.region import REGIONS, Region
from yidu.viz.commands.shared import repeated
from yidu.viz.presenters.compare import told
from yidu.viz.words import Words


@pytest.fixture
def pack(tmp_path: Path) -> str:
    """A copy of the pack without its fit."""
    shutil.copytree(REGIONS / "dadukou", tmp_path / "pack", ignore=shutil.ignore_patterns("posterior"))
    return "pack"


def test_two_mixes_are_compared_and_the_answer_ends_with_its_sentence(yidu: Yidu, pack: str) -> None:
    said = done(yidu("compare", "status_quo", "plan", "--region", pack, "--runs", 24))
    assert "其中资本" in said
    parts = ("甲：维持现状；乙：规划方案", "科技型企业", "区级财政科技支出", "每多得一个单位", "大数据智能化")
    parts = (*parts, "龙头", "配对的好处", "看不出差别")
    assert [part for part in parts if part not in said] == []
    order = ("谁得益", "与“维持现状”相比，“规划方案”", "证据等级 D（判断，没有实证）", "请注意", "下一步可试")
    assert [said.index(part) for part in order] == sorted(said.index(part) for part in order)
    assert "效果属外推" in said and "yidu assess plan --region pack" in said
    assert len(DIGEST.findall(said)) == 1 and "\x1b[" not in said and "nan" not in said.lower()


def test_in_english_there_is_no_chinese(yidu: Yidu, pack: str) -> None:
    said = done(yidu("compare", "plan", "--region", pack, "--runs", 12, "--lang", "en"))
    assert not CHINESE.search(said) and "Against 'Status quo', 'The plan's measures'" in said


def test_json_and_csv_hold_the_same_answer(yidu: Yidu, pack: str, tmp_path: Path) -> None:
    done(yidu("compare", "status_quo", "plan", "austerity", "--region", pack, "--runs", 12, "--json", "a.json", "--csv", "a.csv"))
    tree = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    jsonschema.validate(tree, json.loads((SCHEMAS / "compare.json").read_text(encoding="utf-8")))
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_bytes().decode("utf-8-sig"))))
    assert [mix["scenario"] for mix in tree["mixes"]] == ["status_quo", "plan", "austerity"]
    assert len(tree["conclusion"].split("\n")) == 2 and tree["warnings"]
    for name in ("targets", "indicators", "joint", "money", "gains"):
        mine = [row for row in rows if row["table"] == name]
        parts = [(one["scenario"], row) for one in tree["comparisons"] for row in one[name]]
        assert len(mine) == len(parts)
        for cells, (scenario, row) in zip(mine, parts):
            assert cells["against"] == "status_quo" and cells["scenario"] == scenario
            if name in ("targets", "money", "gains"):
                assert float(cells["difference_mean"]) == row["difference"]["mean"]
            if name == "targets":
                assert float(cells["chance_change"]) == row["chance"]["change"]


def test_where_no_target_is_set_indicators_are_compared(yidu: Yidu, tmp_path: Path) -> None:
    shutil.copytree(REGIONS / "chongqing", tmp_path / "city", ignore=shutil.ignore_patterns("posterior"))
    (tmp_path / "less.toml").write_text('extends = "status_quo"\n[levers]\nenterprise_coaching = 0\n', encoding="utf-8")
    said = done(yidu("compare", "less.toml", "--region", "city", "--runs", 12, "--json", "a.json"))
    assert "2025 年各项指标" in said and "各项目标" not in said and "每高一个百分点" not in said
    tree = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert tree["comparisons"][0]["targets"] == [] and tree["comparisons"][0]["joint"] == [] and tree["comparisons"][0]["indicators"]
    silent = [row["indicator"] for row in tree["comparisons"][0]["indicators"] if not row["record"]]
    assert "high_end_talent" in silent and "无记录，不列出：" in said


def test_the_same_mix_under_another_name_is_said_to_be_the_same(yidu: Yidu, pack: str, tmp_path: Path) -> None:
    (tmp_path / "again.toml").write_text('title_zh = "再来一次"\ntitle_en = "Again"\nextends = "plan"\n', encoding="utf-8")
    said = done(yidu("compare", "plan", "again.toml", "--region", pack, "--runs", 4))
    assert "“再来一次”与“规划方案”在每一次运行中的每一个数都相同，没有差别。" in said and "杠杆没有不同" in said


def test_mixes_of_one_title_are_told_apart_by_their_names(yidu: Yidu, pack: str, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('title_zh = "规划方案"\ntitle_en = "Mine"\nextends = "plan"\n', encoding="utf-8")
    said = done(yidu("compare", "plan", "mine.toml", "--region", pack, "--runs", 4))
    assert "比较：规划方案 (plan)、规划方案 (mine)" in said and "甲：规划方案 (plan)；乙：规划方案 (mine)" in said
    assert "“规划方案 (mine)”与“规划方案 (plan)”在每一次运行中" in said


def test_what_to_try_next_is_asked_of_the_same_environment_and_luck(yidu: Yidu, pack: str) -> None:
    said = done(yidu("compare", "plan", "--region", pack, "--runs", 2, "--environment", "slow", "--seed", 7))
    for step in ("compare plan", "assess plan", "scenario show plan"):
        assert f"yidu {step} --region pack --environment slow --seed 7" in said


def test_two_tables_are_not_written_into_one_stream(yidu: Yidu) -> None:
    assert "都写到标准输出" in refused(yidu("compare", "plan", "--json", "-", "--csv", "-"))


def test_the_help_says_what_a_single_mix_is_compared_with(yidu: Yidu) -> None:
    assert "维持现状比" in "".join(done(yidu("compare", "--help")).split())


def test_what_is_usual_is_not_repeated() -> None:
    assert repeated("dadukou", "baseline", 1, ("--year", None), ("--all", False)) == ""
    further = (("--if", "gdp < 3 in 2023"), ("--event", ["a", "b"]), ("--all", True))
    assert repeated("chongqing", "slow", 0, *further) == (
        " --region chongqing --environment slow --seed 0 --if 'gdp < 3 in 2023' --event a --event b --all"
    )


def by_hand(region: Region, levels: dict[str, float], spent: float) -> Mixed:
    """A hundred districts with 500 to 599 register firms and 120 to 219 certificates, some more of each."""
    base = load(region, "status_quo")
    starts = {"tech_enterprises": 500.0, "high_tech_enterprises": 120.0}
    values = {id: start + levels.get(id, 0.0) + np.arange(100.0) for id, start in starts.items()}
    outcomes = synthetic.outcomes(region, values, runs=100, spent=spent)
    return Mixed(replace(base, name=f"spends_{spent:g}", title_zh=f"每科目{spent:g}"), outcomes, outcomes)


@pytest.mark.parametrize(
    "levels, spent, sentence",
    [
        (
            {"tech_enterprises": 31.0, "high_tech_enterprises": -20.0},
            80.0,
            "与“每科目100”相比，“每科目80”使科技型企业（50.0% → 81.0%，由“经努力可完成”变为“能完成”）的完成概率提高，"
            "使国家高新技术企业（55.0% → 35.0%，由“经努力可完成”变为“难度较大”）的完成概率下降；其余 23 项看不出差别；"
            "2021-2025 年区级财政科技支出少 {apart} 万元（90% 区间 {apart}~{apart}）。",
        ),
        (
            {"tech_enterprises": 12.0},
            101.0,
            "与“每科目100”相比，“每科目101”使科技型企业（50.0% → 62.0%）的完成概率提高；其余 24 项看不出差别；"
            "2021-2025 年区级财政科技支出多 {apart} 万元（90% 区间 {apart}~{apart}）。",
        ),
        (
            {"tech_enterprises": 1.0},
            101.0,
            "与“每科目100”相比，“每科目101”没有使任何一项的完成概率发生超出偶然的变化；"
            "2021-2025 年区级财政科技支出多 {apart} 万元（90% 区间 {apart}~{apart}）。",
        ),
    ],
)
def test_the_sentence_says_what_is_gained_and_lost_and_what_it_costs(
    dadukou: Region, levels: dict[str, float], spent: float, sentence: str
) -> None:
    mixes = [by_hand(dadukou, {}, 100.0), by_hand(dadukou, levels, spent)]
    answer = told(Words("zh"), dadukou, [mix.scenario for mix in mixes], compared(dadukou, mixes))
    apart = 5.0 * abs(spent - 100.0) * len(DISTRICT_LINES)  # five years, every line that the district pays
    assert answer.conclusion == sentence.format(apart=f"{apart:,.0f}")


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["plan", "plan"], "方案“plan”写了两次"),
        (["status_quo"], "方案“status_quo”写了两次"),
        (["plan", "plann"], "是不是想用“plan”"),
        ([], "SCENARIO"),
        (["plan", "--runs", "0"], "--runs 0"),
        (["plan", "--runs", "1"], "要 2 到"),
        (["plan", "--environment", "slo"], "slow"),
    ],
)
def test_wrong_input_is_a_sentence_and_earlier_results_stay(yidu: Yidu, tmp_path: Path, arguments: list[str], said: str) -> None:
    (tmp_path / "a.json").write_text("earlier", encoding="utf-8")
    assert said in refused(yidu("compare", *arguments, "--json", "a.json"))
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == "earlier"
