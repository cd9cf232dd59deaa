"""`yidu validate` and `yidu update` as a planner meets them."""

import csv
import io
import json
import re
import shutil
from pathlib import Path

import jsonschema
import pytest

from tests.asking import CHINESE, DIGEST, Yidu, done, refused
from yidu.experiments.schemas import SCHEMAS
from yidu.sim.region import REGIONS

FIGURES = (
    "indicator,period,value,unit,source\n"
    "tech_enterprises,2021,360,家,统计公报\n"
    "high_tech_enterprises,2021,90,家,统计公报\n"
    "rd_expenditure,2021,125000,万元,统计公报\n"
)


@pytest.fixture
def pack(tmp_path: Path) -> str:
    """A copy of the pack without its fit, and the figures in the folder where commands run."""
    shutil.copytree(REGIONS / "dadukou", tmp_path / "pack", ignore=shutil.ignore_patterns("posterior"))
    (tmp_path / "actuals.csv").write_text(FIGURES, encoding="utf-8")
    return "pack"


def test_validate_scores_every_figure_and_says_what_to_try_next(yidu: Yidu, pack: str) -> None:
    said = done(yidu("validate", "--region", pack, "--actuals", "actuals.csv", "--runs", 20))
    for part in ("科技型企业", "12.5", "上年数不变", "落在 90% 区间内的占", "只有 3 个可比的数"):
        assert part in said
    assert "yidu update --region pack --actuals actuals.csv" in said
    assert len(DIGEST.findall(said)) == 1 and "\x1b[" not in said


def test_update_says_what_changed_and_what_was_learned(yidu: Yidu, pack: str) -> None:
    said = done(yidu("update", "--region", pack, "--actuals", "actuals.csv", "--runs", 60))
    for part in ("中期评估", "更新前", "更新后", "已公布", "从公布数中得知", "次等权运行", "yidu validate --region pack"):
        assert part in said
    assert len(re.findall("≥", said.split("判断：")[0])) == 25 and len(DIGEST.findall(said)) == 1


@pytest.mark.parametrize("what, runs", [("validate", 5), ("update", 60)])
def test_in_english_there_is_no_chinese(yidu: Yidu, pack: str, tmp_path: Path, what: str, runs: int) -> None:
    assert not CHINESE.search(done(yidu(what, "--region", pack, "--actuals", "actuals.csv", "--runs", runs, "--lang", "en")))


@pytest.mark.parametrize("what, runs", [("validate", 5), ("update", 60)])
def test_json_and_csv_hold_the_same_answer(yidu: Yidu, pack: str, tmp_path: Path, what: str, runs: int) -> None:
    done(yidu(what, "--region", pack, "--actuals", "actuals.csv", "--runs", runs, "--json", "a.json", "--csv", "a.csv"))
    tree = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    jsonschema.validate(tree, json.loads((SCHEMAS / f"{what}.json").read_text(encoding="utf-8")))
    raw = (tmp_path / "a.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert raw.startswith(b"\xef\xbb\xbf")
    if what == "validate":
        assert [float(row["crps"]) for row in rows] == [score["crps"] for score in tree["scores"]]
    else:
        assert [float(row["median_after"]) for row in rows] == [row["after"]["median"] for row in tree["forecast"]]
        assert sum(bool(row["target"]) for row in rows) == len(tree["targets"]) == 25


def test_the_packs_own_figures_are_taken_where_none_are_named(yidu: Yidu, pack: str, tmp_path: Path) -> None:
    assert "--actuals" in refused(yidu("validate", "--region", pack, "--runs", 5))
    shutil.copy(tmp_path / "actuals.csv", tmp_path / "pack" / "actuals.csv")
    assert "pack/actuals.csv" in done(yidu("validate", "--region", pack, "--runs", 5))


@pytest.mark.parametrize("what", ["validate", "update"])
@pytest.mark.parametrize(
    "text, said",
    [
        (FIGURES.encode("utf-16")[:-1], "Excel 或 WPS"),
        (FIGURES.replace("2021", "2019").encode(), "2019 年在记录之内或之前"),
        (FIGURES.replace("2021", "2031").encode(), "2031 年在推演的年份之后"),
        (FIGURES.replace("tech_enterprises", "tech_enterprise").encode(), "tech_enterprises"),
        (FIGURES.replace("360,家", "360,%").encode(), "单位"),
        (b"", "文件是空的"),
    ],
)
def test_wrong_figures_are_a_sentence_and_earlier_results_stay(
    yidu: Yidu, pack: str, tmp_path: Path, what: str, text: bytes, said: str
) -> None:
    (tmp_path / "actuals.csv").write_bytes(text)
    (tmp_path / "a.json").write_text("earlier", encoding="utf-8")
    sentence = refused(yidu(what, "--region", pack, "--actuals", "actuals.csv", "--json", "a.json"))
    assert said in sentence and sentence.startswith("actuals.csv")
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == "earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "actuals.csv", "pack"]


def test_figures_that_no_run_comes_near_are_refused_by_name(yidu: Yidu, pack: str, tmp_path: Path) -> None:
    (tmp_path / "actuals.csv").write_text(FIGURES.replace("360,家", "36000,家"), encoding="utf-8")
    sentence = refused(yidu("update", "--region", pack, "--actuals", "actuals.csv", "--runs", 60))
    assert "actuals.csv 第 2 行" in sentence and "tech_enterprises" in sentence and "请核对数字和单位" in sentence
