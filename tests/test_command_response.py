"""`yidu response` as a planner meets it."""

import csv
import io
import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from tests.asking import CHINESE, DIGEST, Yidu, done, refused
from yidu.experiments.schemas import SCHEMAS
from yidu.sim.levers import LEVERS
from yidu.sim.region import REGIONS

RUNS = 10


@pytest.fixture
def pack(tmp_path: Path) -> str:
    """A copy of the pack without its fit, in the folder where commands run."""
    shutil.copytree(REGIONS / "dadukou", tmp_path / "pack", ignore=shutil.ignore_patterns("posterior"))
    return "pack"


def unfolded(text: str) -> str:
    """A text without its spaces and line ends, which folding moves."""
    return "".join(text.split())


def test_a_lever_is_told_point_by_point_with_cost_price_and_literature(yidu: Yidu, pack: str, tmp_path: Path) -> None:
    said = done(yidu("response", "knowledge_loan_pool", "--region", pack, "--runs", RUNS, "--json", "a.json", "--csv", "a.csv"))
    for part in ("3,000（现状）", "10,000（外推）", "多花（万元）", "头一成", "弹性", "每笔知识价值贷款", "证据等级 D", "--runs 400"):
        assert part in said
    assert len(DIGEST.findall(said)) == 1 and "\x1b[" not in said
    tree = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    jsonschema.validate(tree, json.loads((SCHEMAS / "response.json").read_text(encoding="utf-8")))
    assert list(tree)[:8] == ["region", "scenario", "environment", "runs", "seed", "digest", "version", "levers"]
    assert unfolded(tree["conclusion"]) in unfolded(said) and list(tree)[-3:] == ["conclusion", "rests", "warnings"]
    (lever,) = tree["levers"]
    assert list(lever)[:4] == ["lever", "dead", "switch", "points"] and list(lever["points"][0])[:3] == ["value", "cost", "effects"]
    assert [point["value"] for point in lever["points"]] == [0, 1000, 3500, 7000, 10000]
    raw = (tmp_path / "a.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert raw.startswith(b"\xef\xbb\xbf") and {row["table"] for row in rows} == {"points", "next", "over_range", "literature"}
    points = [row for row in rows if row["table"] == "points"]
    effects = [effect for point in lever["points"] for effect in point["effects"]]
    assert [(row["indicator"], float(row["mean"])) for row in points] == [(one["indicator"], one["mean"]) for one in effects]


def test_no_cost_a_unit_is_written_where_the_effect_is_within_chance(yidu: Yidu, pack: str, tmp_path: Path) -> None:
    done(yidu("response", "interest_subsidy", "--region", pack, "--runs", RUNS, "--json", "a.json"))
    done(yidu("response", "listing_award", "--indicator", "rd_share_of_gdp", "--region", pack, "--runs", RUNS, "--json", "b.json"))
    steps = [
        step
        for name in ("a.json", "b.json")
        for lever in json.loads((tmp_path / name).read_text(encoding="utf-8"))["levers"]
        for step in [lever["next"], *(point["next"] for point in lever["points"])]
        if step is not None
    ]
    clear = [abs(step["gain"]) > 3 * step["gain_error"] and abs(step["money"]) > 3 * step["money_error"] for step in steps]
    assert any(clear) and not all(clear)
    assert [step["price"] is not None for step in steps] == [step["per_unit"] is not None for step in steps] == clear


def test_the_levers_of_an_indicator_stand_in_one_table(yidu: Yidu, pack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    few = {id: LEVERS[id] for id in ("register_award", "enterprise_coaching", "interest_subsidy", "listing_award")}  # all take a minute
    monkeypatch.setattr("yidu.experiments.response.compute.LEVERS", few)
    said = done(yidu("response", "--region", pack, "--runs", RUNS, "--environment", "slow", "--seed", 3))
    for part in ("企业培育辅导", "OTC挂牌奖励", "形状", "4 项政策中", "单独动的"):
        assert part in said
    assert "yidu explain status_quo --region pack --environment slow --seed 3" in said
    assert any(step in said for step in "▂▃▄▅▆▇")


@pytest.mark.parametrize("asked", [("listing_award",), ("listing_award", "--indicator", "otc_listed", "--scenario", "plan")])
def test_in_english_there_is_no_chinese(yidu: Yidu, pack: str, asked: tuple[str, ...]) -> None:
    said = done(yidu("response", *asked, "--region", pack, "--runs", RUNS, "--lang", "en"))
    assert "OTC listing award" in said and "First tenth" in said and not CHINESE.search(said)


def test_json_on_standard_output_comes_alone(yidu: Yidu, pack: str) -> None:
    result = yidu("response", "vc_subsidy_rate", "--region", pack, "--runs", RUNS, "--json", "-")
    assert json.loads(done(result))["runs"] == RUNS and result.stderr == ""


@pytest.mark.parametrize(
    "asked, said",
    [
        (("sead_fund",), "seed_fund"),
        (("seed_fund", "--indicator", "transfer_bodies"), "没有途径影响"),
        (("--indicator", "tech_enterprise"), "tech_enterprises"),
        (("seed_fund", "--runs", "9"), "10"),
        (("--scenario", "nowhere"), "nowhere"),
        (("--environment", "mild"), "mild"),
    ],
)
def test_a_mistake_is_one_sentence_and_nothing_is_written(yidu: Yidu, tmp_path: Path, asked: tuple[str, ...], said: str) -> None:
    assert said in refused(yidu("response", *asked, "--json", "a.json"))
    assert list(tmp_path.iterdir()) == []
