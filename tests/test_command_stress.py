"""`yidu stress` as a planner meets it."""

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from rich.console import Console

from tests.asking import CHINESE, DIGEST, Yidu, done, refused
from yidu.experiments.scenarios.scenario import load
from yidu.experiments.schemas import SCHEMAS
from yidu.experiments.stress.answer import StressAnswer
from yidu.sim.levers import LEVERS
from yidu.sim.region import REGIONS, Region
from yidu.sim.region import load as load_region
from yidu.viz.presenters.stress import conclusion
from yidu.viz.terminal.stress import show_stress
from yidu.viz.words import Words


def unfolded(text: str) -> str:
    """A text without its spaces and line ends, which folding moves."""
    return "".join(text.split())


@pytest.fixture
def pack(tmp_path: Path) -> str:
    """A copy of the pack without its fit, in the folder where commands run."""
    shutil.copytree(REGIONS / "dadukou", tmp_path / "pack", ignore=shutil.ignore_patterns("posterior"))
    return "pack"


def test_without_an_event_the_events_are_listed(yidu: Yidu, tmp_path: Path) -> None:
    said = done(yidu("stress", "--json", "e.json", "--csv", "e.csv"))
    for part in ("三峰环境迁出", "hikvision_leaves", "2023-2024 年", "加计扣除", "yidu stress --event all", "不是预测"):
        assert part in said
    assert "\x1b[" not in said
    tree = json.loads((tmp_path / "e.json").read_text(encoding="utf-8"))
    jsonschema.validate(tree, json.loads((SCHEMAS / "events.json").read_text(encoding="utf-8")))
    assert unfolded(tree["conclusion"]) in unfolded(said)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "e.csv").read_bytes().decode("utf-8-sig"))))
    assert {row["changes"] for row in rows if row["id"] == "super_deduction_75"} == {
        "super_general", "super_tech_sme", "super_manufacturing",
    }  # fmt: skip


def test_an_event_is_answered_in_a_sentence_with_the_grade_under_it(yidu: Yidu, pack: str, tmp_path: Path) -> None:
    said = done(
        yidu("stress", "--region", pack, "--event", "hikvision_leaves", "--runs", 20, "--no-replace", "--json", "a.json", "--csv", "a.csv")
    )
    for part in ("海康威视（重庆）迁出", "同时完成的概率", "地区生产总值", "证据等级 D", "只有 20 次运行", "--event all"):
        assert part in said
    assert "实际研发支出" not in said and "概率下降最大的 3 项目标" in said
    assert "以 20 次运行分辨不出 25 项目标" in said.replace("\n", "")
    assert len(DIGEST.findall(said)) == 1
    tree = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    jsonschema.validate(tree, json.loads((SCHEMAS / "stress.json").read_text(encoding="utf-8")))
    assert unfolded(tree["conclusion"]) in unfolded(said) and "2025 年" in tree["conclusion"]
    assert tree["rests"]["grade"] == "D" and list(tree)[-3:] == ["conclusion", "rests", "warnings"]
    (ordeal,) = tree["ordeals"]
    raw = (tmp_path / "a.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert raw.startswith(b"\xef\xbb\xbf") and {row["table"] for row in rows} == {"targets", "levels", "joint", "money"}
    targets = [row for row in rows if row["table"] == "targets"]
    assert [row["indicator"] for row in targets] == [row["indicator"] for row in ordeal["targets"]] and len(targets) == 25
    assert [float(row["under_probability"]) for row in targets] == [row["under"]["probability"] for row in ordeal["targets"]]
    assert sum(row["table"] == "levels" for row in rows) == len(ordeal["levels"])


def test_what_would_replace_it_is_said(yidu: Yidu, pack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = {id: LEVERS[id] for id in ("enterprise_coaching", "firms_attracted")}  # all of them take half a minute
    monkeypatch.setattr("yidu.experiments.stress.replacements.LEVERS", few)
    said = done(
        yidu("stress", "--region", pack, "--event", "drive_ends", "--year", 2021, "--runs", 40, "--json", "a.json", "--csv", "a.csv")
    )
    tree = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_bytes().decode("utf-8-sig"))))
    tried = [row for one in tree["replacements"] for row in one["tried"]]
    assert sum(row["table"] == "replacements" for row in rows) == len(tried)
    hurt = [row for row in tree["ordeals"][0]["targets"] if row["hurt"]]
    assert len(tree["replacements"]) == min(3, len(hurt)) and hurt, "the drive ends in every run: the register falls behind"
    assert tree["replacements"][0]["indicator"] == "tech_enterprises" and tree["mixes"] >= 2 + len(few)
    assert {row["lever"] for row in tried} == set(few) and "enterprise_coaching" == tried[0]["lever"]
    assert "逐项试政策" in said and "外推" in said
    for does, parts in WHAT_COACHING_DOES.items():
        assert all(part in told_where(load_region(pack), tree, does) for part in parts), does
    found = next(parts for does, parts in WHAT_COACHING_DOES.items() if all(tried[0][one] for one in does))
    assert all(part in unfolded(said) for part in found)


WHAT_COACHING_DOES: dict[tuple[str, ...], tuple[str, str]] = {
    ("restores", "helps"): ("什么能把“科技型企业”", "单项政策中区里花钱最少的是把“企业培育辅导”"),
    ("helps",): ("没有一项政策能单独把“科技型企业”", "帮助最大的是把“企业培育辅导”"),
    (): ("科技型企业：逐项试过2项政策，用到上限也没有哪一项的帮助超出偶然", "没有哪一项政策的单独帮助超出偶然"),
}
"""What a terminal says, folded or not, of what coaching alone does against an event."""


def told_where(region: Region, tree: dict[str, Any], does: tuple[str, ...]) -> str:
    """What a terminal says of the same answer where coaching does that, and the other lever nothing."""
    one = tree["replacements"][0]
    nothing = {"restores": False, "helps": False}
    rows = [{**row, **nothing, **(dict.fromkeys(does, True) if row["lever"] == "enterprise_coaching" else {})} for row in one["tried"]]
    answer = StressAnswer.model_validate({**tree, "replacements": [{**one, "tried": rows}]})
    words, out = Words("zh"), io.StringIO()
    answer = answer.model_copy(update={"conclusion": conclusion(words, region, answer)})
    show_stress(Console(file=out, width=160), words, region, load(region, "status_quo"), answer)
    return unfolded(out.getvalue())


def test_several_events_happen_together_and_all_stand_side_by_side(yidu: Yidu, pack: str) -> None:
    together = done(yidu("stress", "--region", pack, "--event", "cpic_leaves", "--event", "growth_slows", "--runs", 4, "--no-replace"))
    assert "国际复材迁出＋经济增速回落" in together.replace("\n", "")
    small = Path(pack) / "events.toml"
    small.write_text("[[events]]".join(small.read_text(encoding="utf-8").split("[[events]]")[:5]), encoding="utf-8")
    every = done(yidu("stress", "--region", pack, "--event", "all", "--runs", 4))
    assert "以 4 次运行分辨不出任何目标的概率下降" in every.replace("\n", "")
    for part in ("三峰环境迁出", "国际复材迁出", "海康威视（重庆）迁出", "各事件单独发生", "4 个事件的大小", "不找替代措施"):
        assert part in every


@pytest.mark.parametrize("asked", [(), ("--event", "cpic_leaves", "--runs", 4, "--no-replace"), ("--event", "all", "--runs", 2)])
def test_in_english_there_is_no_chinese(yidu: Yidu, pack: str, asked: tuple[object, ...]) -> None:
    small = Path(pack) / "events.toml"
    small.write_text("[[events]]".join(small.read_text(encoding="utf-8").split("[[events]]")[:3]), encoding="utf-8")
    said = done(yidu("stress", "--region", pack, *asked, "--lang", "en"))
    assert "Chongqing Polycomp leaves" in said and not CHINESE.search(said)


def test_what_to_try_next_happens_in_the_same_year_environment_and_luck(yidu: Yidu, pack: str) -> None:
    asked = ("--region", pack, "--environment", "slow", "--seed", 3)
    said = done(yidu("stress", *asked, "--event", "drive_ends", "--year", 2022, "--no-replace", "--runs", 3))
    same = "--region pack --environment slow --seed 3"
    assert f"yidu stress {same} --event drive_ends --year 2022 --no-replace --runs 400" in said
    assert f"yidu stress plan {same} --year 2022 --no-replace --event drive_ends" in said
    assert f"yidu stress {same} --year 2022 --no-replace --event all" in said and f"yidu assess status_quo {same}" in said
    assert f"yidu stress {same} --event all" in done(yidu("stress", *asked))


def test_a_region_without_targets_compares_levels(yidu: Yidu, tmp_path: Path) -> None:
    shutil.copytree(REGIONS / "chongqing", tmp_path / "city", ignore=shutil.ignore_patterns("posterior"))
    said = done(yidu("stress", "--region", "city", "--event", "vehicles_slump", "--runs", 3))
    assert "没有目标" in said and "汽摩行业下行" in said and "地区生产总值" in said


def test_json_on_standard_output_comes_alone(yidu: Yidu, pack: str) -> None:
    result = yidu("stress", "--region", pack, "--event", "zybio_leaves", "--runs", 2, "--no-replace", "--json", "-")
    assert json.loads(done(result))["runs"] == 2 and result.stderr == ""


@pytest.mark.parametrize(
    "asked, said",
    [
        (("--event", "hikvison_leaves"), "hikvision_leaves"),
        (("--event", "cpic_leaves", "--year", "2019"), "2021"),
        (("--event", "all", "--event", "cpic_leaves"), "all"),
        (("--year", "2023"), "--year 2023 没有对应的事件"),
        (("nowhere", "--event", "cpic_leaves"), "nowhere"),
        (("--event", "cpic_leaves", "--runs", "0"), "0"),
        (("--event", "cpic_leaves", "--year", "soon"), "soon"),
    ],
)
def test_a_mistake_is_one_sentence_and_nothing_is_written(yidu: Yidu, tmp_path: Path, asked: tuple[str, ...], said: str) -> None:
    assert said in refused(yidu("stress", *asked, "--json", "a.json"))
    assert list(tmp_path.iterdir()) == []


def test_a_pack_without_events_says_where_they_are_written(yidu: Yidu, pack: str) -> None:
    (Path(pack) / "events.toml").unlink()
    assert "没有列事件" in refused(yidu("stress", "--region", pack))
