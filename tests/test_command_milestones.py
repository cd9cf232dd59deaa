"""`yidu milestones` as a planner meets it: what it warns of, what waiting is worth, and how it says no."""

import csv
import io
import json
import shutil
from pathlib import Path

import jsonschema
import pytest
from rich.cells import cell_len

from tests.asking import CHINESE, DIGEST, Yidu, done, refused
from yidu.experiments.schemas import SCHEMAS
from yidu.sim.region import REGIONS

RULE = ("--if", "tech_enterprises < 450 in 2023", "--then", "enterprise_coaching=120,register_award=3")


@pytest.fixture
def pack(tmp_path: Path) -> str:
    """A copy of the pack without its fit, in the folder where commands run."""
    shutil.copytree(REGIONS / "dadukou", tmp_path / "pack", ignore=shutil.ignore_patterns("posterior"))
    return "pack"


def test_every_target_is_told_in_the_middle_of_the_plan_and_what_to_try_next(yidu: Yidu, pack: str) -> None:
    said = done(yidu("milestones", "--region", pack, "--runs", 60))
    for part in ("2023 年末的预警线", "误报", "漏报", "运行不足", "最拿不准的是", "10 次里约有", "证据等级", "请注意"):
        assert part in said
    assert said.index("最拿不准的是") < said.index("证据等级") < said.index("请注意") < said.index("下一步可试")
    assert "yidu milestones --region pack --runs 1000" in said and " line in 20" in said
    assert len(DIGEST.findall(said)) == 1 and "\x1b[" not in said
    assert all(cell_len(line) <= 120 or "yidu" in line for line in said.splitlines())


def test_one_target_is_told_year_by_year(yidu: Yidu, pack: str) -> None:
    said = done(yidu("milestones", "--region", pack, "--target", "tech_enterprises", "--runs", 60))
    rows = [line.split()[0] for line in said.splitlines() if line[:2] == "20" and line[4:5] == " " and "年" not in line]
    assert rows == ["2021", "2022", "2023", "2024", "2025"]
    assert "目标 ≥550" in said and "专精特新" not in said


def test_another_year_can_be_asked_for(yidu: Yidu, pack: str) -> None:
    assert "2024 年末的预警线" in done(yidu("milestones", "--region", pack, "--year", 2024, "--runs", 30))


def test_where_no_line_can_be_told_it_says_so_instead_of_a_number(yidu: Yidu, pack: str) -> None:
    said = done(yidu("milestones", "--region", pack, "--runs", 20))
    assert "没有一项目标定得出预警线" in said and "< " not in said.split("到了预警线")[0]


def test_a_rule_is_held_against_deciding_now(yidu: Yidu, pack: str) -> None:
    said = done(yidu("milestones", "--region", pack, "--target", "tech_enterprises", "--runs", 30, *RULE)).replace("\n", "")
    for part in ("若 2023 年末 科技型企业 < 450家", "自 2024 年起", "规则生效的运行占", "触发再做", "现在就做", "届时一律做", "等一等再定"):
        assert part in said
    assert "不含模型误差" in said and "效果属外推" in said  # coaching at four times its level on record


def test_a_scenario_with_triggers_is_held_against_itself_without_them(yidu: Yidu, pack: str, tmp_path: Path) -> None:
    text = '[[triggers]]\nwhen = "tech_enterprises < 430"\nyear = 2022\nthen = {enterprise_coaching = 60}\n'
    (tmp_path / "wait.toml").write_text(text, encoding="utf-8")
    tree = json.loads(done(yidu("milestones", "wait.toml", "--region", pack, "--runs", 20, "--json", "-")))
    ways = {way["way"]: way["digest"] for way in tree["rule"]["ways"]}
    assert ways["trigger"] == tree["digest"] != ways["without"]
    assert [(rule["indicator"], rule["value"], rule["year"]) for rule in tree["rule"]["triggers"]] == [("tech_enterprises", 430.0, 2022)]


def test_what_to_try_next_asks_of_the_same_rule_year_environment_and_luck(yidu: Yidu, pack: str) -> None:
    said = done(yidu("milestones", "--region", pack, "--year", 2022, "--runs", 30, "--environment", "slow", "--seed", 3, *RULE))
    rule = "--if 'tech_enterprises < 450 in 2023' --then enterprise_coaching=120,register_award=3"
    assert f"yidu milestones --region pack --environment slow --seed 3 --year 2022 {rule} --runs 1000" in said
    assert "yidu assess --region pack --environment slow --seed 3 #" in " ".join(said.split())


def test_in_english_there_is_no_chinese(yidu: Yidu, pack: str) -> None:
    said = " ".join(done(yidu("milestones", "--region", pack, "--runs", 44, "--lang", "en", *RULE)).split())
    assert not CHINESE.search(said) and "Evidence grade" in said and "waiting" in said.casefold()
    assert not CHINESE.search(done(yidu("milestones", "--region", pack, "--target", "rd_growth", "--runs", 44, "--lang", "en")))


def test_json_and_csv_hold_the_same_answer(yidu: Yidu, pack: str, tmp_path: Path) -> None:
    done(yidu("milestones", "--region", pack, "--runs", 44, "--json", "a.json", "--csv", "a.csv", *RULE))
    tree = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    jsonschema.validate(tree, json.loads((SCHEMAS / "milestones.json").read_text(encoding="utf-8")))
    assert tree["conclusion"].strip() and tree["rests"]["grade"] in "ABCD" and tree["warnings"]
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    lists = ("milestones", "paths", "signs")
    tables = {name: [row for row in rows if row["table"] == name] for name in (*lists, "effects", "ways")}
    assert [len(tables[name]) for name in lists] == [len(tree[name]) for name in lists]
    assert len(tree["milestones"]) == 25 * 4 and len(tree["paths"]) == 25 * 5
    assert [row["line"] for row in tables["milestones"]] == ["" if row["line"] is None else str(row["line"]) for row in tree["milestones"]]
    assert [float(row["probability"]) for row in tables["effects"]] == [row["probability"] for row in tree["rule"]["effects"]]
    assert [row["way"] for row in tables["ways"]] == ["without", "trigger", "now", "later"]


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--target", "tech_enterprise"], "tech_enterprises"),
        (["--year", "2025"], "2021 到 2024"),
        (["--region", "chongqing"], "没有目标"),
        (["--if", "tech_enterprises < 380 in 2023"], "--if 和 --then 要一起写"),
        (["--if", "tech_enterprises < 380", "--then", "register_award=3"], "没有写是哪一年末"),
        (["--if", "tech_enterprises < 380 in 2025", "--then", "register_award=3"], "已在规划期之外"),
        (["--if", "tech_enterprises < 380 in 2023", "--then", "register_award"], "杠杆=数值"),
        (["--if", "tech_enterprises < 380 in 2023", "--then", "register_award=9"], "超出范围 0 到 5"),
        (["--if", "tech_enterprises > line in 2023", "--then", "register_award=3"], "预警线在另一侧"),
        (["--if", "postdoc_stations < line in 2023", "--then", "postdoc_support=60", "--runs", "5"], "不足 20 次"),
        (["--runs", "0"], "--runs 0"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence_and_earlier_results_stay(
    yidu: Yidu, pack: str, tmp_path: Path, arguments: list[str], said: str
) -> None:
    (tmp_path / "a.json").write_text("earlier", encoding="utf-8")
    where = [] if "--region" in arguments else ["--region", pack]
    assert said in refused(yidu("milestones", *where, "--json", "a.json", *arguments))
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == "earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "pack"]
