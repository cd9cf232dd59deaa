"""`yidu explain` as a planner meets it."""

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest

from tests.asking import CHINESE, DIGEST, Yidu, done, refused
from yidu.experiments.schemas import SCHEMAS
from yidu.viz.terminal.explain import PICTURE, pictures

USUAL = ("explain", "credit_first", "--runs", 20)


def test_explain_tells_the_account_the_levers_the_uncertainty_and_the_sentence(yidu: Yidu) -> None:
    said = done(yidu(*USUAL, "--target", "knowledge_loans_total"))
    for part in ("对照：维持现状", "没有流量账", "放款笔数", "信贷", "合计", "贷款贴息", "区定", "占方差的百分比"):
        assert part in said, part
    for part in ("“知识价值信用贷款总规模”2025 年能否达到 4 亿元（完成概率", "从大到小：一是", "证据等级 D", "请注意", "yidu plan --reach"):
        assert part in said, part
    assert len(DIGEST.findall(said)) == 1 and "\x1b[" not in said


def test_without_a_target_the_most_at_risk_is_chosen_and_said_so_and_all_are_listed(yidu: Yidu) -> None:
    said = done(yidu(*USUAL, "--no-shares"))
    assert "目标不止一项" in said and "各项目标一览" in said and "占方差的百分比" not in said


def test_in_english_there_is_no_chinese(yidu: Yidu) -> None:
    said = done(yidu("explain", "talent_first", "--runs", 10, "--target", "patents_per_10k", "--lang", "en"))
    assert not CHINESE.search(said) and "change of Population" in said and "depends mainly" in said


def test_json_and_csv_hold_the_same_answer(yidu: Yidu, tmp_path: Path) -> None:
    done(yidu(*USUAL, "--no-shares", "--json", "a.json", "--csv", "a.csv"))
    tree = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    jsonschema.validate(tree, json.loads((SCHEMAS / "explain.json").read_text(encoding="utf-8")))
    raw = (tmp_path / "a.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert raw.startswith(b"\xef\xbb\xbf")
    for name in ("targets", "account", "groups", "group_money", "lever_effects", "levers", "deciding"):
        mine = [row for row in rows if row["table"] == name]
        assert len(mine) == len(tree[name]) > 0, name
    told = [float(row["level"]) for row in rows if row["table"] == "groups"]
    assert told == [row["level"] for row in tree["groups"]]
    assert tree["conclusion"] and tree["rests"]["grade"] == "D" and tree["warnings"]


def test_the_same_runs_as_assess(yidu: Yidu) -> None:
    explained = done(yidu(*USUAL, "--no-shares", "--target", "otc_listed"))
    assessed = done(yidu("assess", "credit_first", "--runs", 20, "--no-shares"))
    assert DIGEST.findall(explained) == DIGEST.findall(assessed)


@pytest.mark.parametrize(
    "wrong, said",
    [
        (("--target", "tech_enterprise"), "tech_enterprises"),
        (("--against", "plam"), "plan"),
        (("--runs", "0"), "0"),
        (("--environment", "slwo"), "slow"),
        (("--region", "chongqing"), "没有目标"),
    ],
)
def test_a_mistake_is_one_sentence_and_nothing_is_written(yidu: Yidu, tmp_path: Path, wrong: tuple[str, str], said: str) -> None:
    assert said in refused(yidu("explain", *wrong, "--json", "a.json"))
    assert list(tmp_path.iterdir()) == []


# --- words and pictures


def test_a_waterfall_steps_from_one_level_to_the_next() -> None:
    drawn = pictures([(True, 50.0), (False, 100.0), (False, -50.0), (True, 100.0)])
    half, whole, two_thirds = round(PICTURE / 3), PICTURE, round(PICTURE * 2 / 3)
    assert drawn[0] == "#" * half and drawn[3] == "#" * two_thirds
    assert drawn[1] == " " * half + "+" * (whole - half) and drawn[2] == " " * two_thirds + "-" * (whole - two_thirds)


def test_a_waterfall_of_nothing_is_drawn_too() -> None:
    assert pictures([(True, 0.0), (True, 0.0)]) == ["", ""]
