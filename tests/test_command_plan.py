"""`yidu plan` as a planner meets it; most of it on the invented district, whose best mix is known."""

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest

from tests.asking import CHINESE, DIGEST, Yidu, done, refused
from tests.experiments.invented import invent, unfitted
from yidu.experiments.schemas import SCHEMAS

ASKED = ("plan", "--region", "invented", "--reach", "tech_enterprises", "--runs", 60, "--evaluations", 60)


@pytest.fixture
def district(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The invented district in the folder where commands run."""
    unfitted(tmp_path)
    invent(monkeypatch)


def test_the_recommended_mix_is_one_sentence_with_its_grade_under_it(yidu: Yidu, district: None) -> None:
    said = done(yidu(*ASKED))
    (sentence,) = [line for line in said.splitlines() if line.startswith("建议：")]
    assert "企业培育辅导由 30 调到" in said and "的概率为" in said and "证据等级 D（判断，没有实证）" in said
    assert said.index("建议：") < said.index("证据等级 D") < said.index("请注意") < said.index("下一步可试")
    assert len(DIGEST.findall(said)) == 1 and "\x1b[" not in said and "名次站得住" in said and sentence
    for part in ("换一种环境", "偏悲观", "区定", "没有参与搜索的新运行", "yidu plan --reach tech_enterprises --region invented"):
        assert part in said


def test_in_english_there_is_no_chinese(yidu: Yidu, district: None) -> None:
    said = done(yidu(*ASKED, "--lang", "en", "--out", "mix.toml"))
    assert not CHINESE.search(said) and "Recommended: " in said and "Evidence grade D" in said


def test_what_cannot_be_reached_says_what_can(yidu: Yidu, district: None) -> None:
    said = done(yidu(*ASKED[:3], "--reach", "tech_enterprises,high_end_talent", *ASKED[5:], "--lang", "zh"))
    assert "不推荐任何方案" in said and "概率最低的是“高精尖缺人才”：0%" in said and "其中 1 项可以一起完成" in said
    assert "yidu plan --reach tech_enterprises --region invented --probability 0.8" in said


def test_json_and_csv_hold_the_same_answer(yidu: Yidu, district: None, tmp_path: Path) -> None:
    done(yidu(*ASKED, "--json", "a.json", "--csv", "a.csv"))
    tree = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    jsonschema.validate(tree, json.loads((SCHEMAS / "plan.json").read_text(encoding="utf-8")))
    assert tree["conclusion"].startswith("建议：") and tree["warnings"]
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_bytes().decode("utf-8-sig"))))
    by = {name: [row for row in rows if row["table"] == name] for name in {row["table"] for row in rows}}
    assert [float(row["probability"]) for row in by["candidates"]] == [one["probability"] for one in tree["candidates"]]
    assert len(by["candidates_environments"]) == 4 * len(tree["candidates"])
    assert len(by["targets"]) == 25 and [row["lever"] for row in by["levers"]] == [one["lever"] for one in tree["levers"]]
    only = json.loads(done(yidu(*ASKED, "--json", "-")))
    assert only == tree


def test_the_mix_is_a_scenario_that_can_be_checked_and_is_what_was_judged(yidu: Yidu, district: None, tmp_path: Path) -> None:
    done(yidu(*ASKED, "--out", "mix.toml", "--json", "a.json"))
    assert "yidu plan" in done(yidu("scenario", "check", "mix.toml", "--region", "invented"))
    from yidu.experiments.scenarios.scenario import load
    from yidu.sim.region import load as load_region

    mix = load(load_region(str(tmp_path / "invented")), tmp_path / "mix.toml")
    for row in json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["levers"]:
        assert (mix.levers.get(row["lever"], 2021), mix.levers.get(row["lever"], 2025)) == (row["early"], row["late"])
    assert "已存在" in refused(yidu(*ASKED, "--out", "mix.toml"))


@pytest.mark.parametrize(
    "given, said",
    [
        (("--reach", "tech_enterprise"), "没有为“tech_enterprise”定目标。是不是想用“tech_enterprises”？"),
        (("--probability", "80"), "--probability 80 不行"),
        (("--budget", "-1"), "--budget -1 不行"),
        (("--decided", "city"), "--decided city 不行"),
        (("--runs", "5"), "--runs 5 不行"),
        (("--evaluations", "0"), "--evaluations 0 不行"),
        (("--environment", "fats"), "fast"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_is_written(yidu: Yidu, tmp_path: Path, given: tuple[str, str], said: str) -> None:
    assert said in refused(yidu("plan", *given, "--json", "a.json", "--out", "mix.toml"))
    assert list(tmp_path.iterdir()) == []


def test_a_region_without_targets_says_so(yidu: Yidu) -> None:
    assert "没有目标，这个问题无从回答" in refused(yidu("plan", "--region", "chongqing"))


@pytest.mark.slow
def test_the_real_district_answers(yidu: Yidu, tmp_path: Path) -> None:
    said = done(yidu("plan", "--reach", "transfer_bodies", "--decided", "district", "--runs", 10, "--evaluations", 10, "--out", "mix.toml"))
    assert "技术转移示范机构" in said and "只动区级自己能定的杠杆" in said
    done(yidu("scenario", "check", "mix.toml"))
