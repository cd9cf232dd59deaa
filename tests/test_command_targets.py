"""`yidu targets` as a planner meets it."""

import csv
import io
import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from tests.asking import CHINESE, DIGEST, Yidu, done, refused
from yidu.experiments.schemas import SCHEMAS
from yidu.sim.region import REGIONS

FIGURES = "indicator,period,value,unit,source\ntech_enterprises,2021,360,家,统计公报\n"


def unfolded(text: str) -> str:
    """A text without its spaces and line ends, which folding moves."""
    return "".join(text.split())


@pytest.fixture
def pack(tmp_path: Path) -> str:
    """A copy of the pack without its fit, and figures, in the folder where commands run."""
    shutil.copytree(REGIONS / "dadukou", tmp_path / "pack", ignore=shutil.ignore_patterns("posterior"))
    (tmp_path / "actuals.csv").write_text(FIGURES, encoding="utf-8")
    return "pack"


def test_the_next_plan_is_told_what_it_can_set(yidu: Yidu, pack: str, tmp_path: Path) -> None:
    said = done(yidu("targets", "--region", pack, "--horizon", 2027, "--runs", 20, "--json", "a.json", "--csv", "a.csv"))
    for part in ("科技型企业", "2027", "70%", "≥550（2025）", "* 离记录末年", "外推", "证据等级 D", "yidu targets --region pack"):
        assert part in said
    assert len(DIGEST.findall(said)) == 1 and "\x1b[" not in said and "博士后科研工作站" not in said.split("现行 2025")[0]
    tree = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    jsonschema.validate(tree, json.loads((SCHEMAS / "targets.json").read_text(encoding="utf-8")))
    assert unfolded(tree["conclusion"]) in unfolded(said) and list(tree)[-3:] == ["conclusion", "rests", "warnings"]
    assert "都属外推" in tree["conclusion"]
    assert tree["horizon"] == 2027 and tree["actuals"] is None and len(tree["rows"]) == 25 * 7
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_bytes().decode("utf-8-sig"))))
    assert len(rows) == 3 * len(tree["rows"])
    assert [float(row["value"]) for row in rows] == [one["value"] for row in tree["rows"] for one in row["values"]]
    assert {row["present_target"] for row in rows if row["indicator"] == "tech_enterprises"} == {"550.0"}


def test_all_indicators_are_shown_where_they_are_asked_for(yidu: Yidu, pack: str) -> None:
    said = done(yidu("targets", "plan", "--region", pack, "--horizon", 2021, "--runs", 3, "--all"))
    assert "博士后科研工作站" in said and "规划方案" in said and "外推，只能作参考" not in said
    assert "都属外推" not in said and "从已公布的数出发" not in said


def test_it_starts_from_published_figures(yidu: Yidu, pack: str) -> None:
    said = done(yidu("targets", "--region", pack, "--horizon", 2023, "--runs", 60, "--actuals", "actuals.csv"))
    assert "从已公布的数出发，按这一方案，2023 年" in said.replace("\n", "")
    assert "从已公布的数出发：actuals.csv" in said and "已公布" in said and "次等权运行" in said
    shutil.copy("actuals.csv", Path(pack) / "actuals.csv")
    assert "从已公布的数出发：pack/actuals.csv" in done(yidu("targets", "--region", pack, "--horizon", 2021, "--runs", 60))


def test_what_to_try_next_starts_from_the_same_figures_in_the_same_environment(yidu: Yidu, pack: str) -> None:
    asked = ("--region", pack, "--environment", "slow", "--seed", 3)
    said = done(yidu("targets", *asked, "--horizon", 2022, "--actuals", "actuals.csv", "--runs", 60))
    same = "--region pack --environment slow --seed 3"
    for step in ("", " plan"):
        assert f"yidu targets{step} {same} --horizon 2022 --actuals actuals.csv" in said
    assert f"yidu update {same} --actuals actuals.csv" in said
    assert f"yidu assess plan {same}" in done(yidu("targets", "plan", *asked, "--horizon", 2021, "--runs", 3))


@pytest.mark.parametrize("more", [(), ("--actuals", "actuals.csv", "--runs", 60)])
def test_in_english_there_is_no_chinese(yidu: Yidu, pack: str, more: tuple[object, ...]) -> None:
    said = done(yidu("targets", "--region", pack, "--horizon", 2022, "--runs", 5, "--lang", "en", "--all", *more))
    assert "Under this scenario" in said and not CHINESE.search(said)


def test_a_region_without_targets_is_told_what_is_on_record(yidu: Yidu, tmp_path: Path) -> None:
    shutil.copytree(REGIONS / "chongqing", tmp_path / "city", ignore=shutil.ignore_patterns("posterior"))
    said = done(yidu("targets", "--region", "city", "--horizon", 2021, "--runs", 3))
    table = said.split("\n本答案不能知道的")[0]
    assert "科技型企业" in table and "现行 2025" not in table and "挂牌" not in table


@pytest.mark.parametrize(
    "asked, said",
    [
        (("--horizon", "2036"), "2021"),
        (("--horizon", "2020"), "不能推演到 2020 年"),
        (("--horizon", "soon"), "soon"),
        (("--actuals", "nothing.csv"), "nothing.csv"),
        (("plna",), "plan"),
        (("--runs", "0"), "0"),
    ],
)
def test_a_mistake_is_one_sentence_and_nothing_is_written(yidu: Yidu, tmp_path: Path, asked: tuple[str, ...], said: str) -> None:
    assert said in refused(yidu("targets", *asked, "--json", "a.json"))
    assert list(tmp_path.iterdir()) == []
