"""What cannot be known is told by every command, in JSON, on every page and in every file of a report.

One pack in which all of it holds: no fit, a record of few facts, and an environment of its own that nobody ever saw; asked of a mix far
beyond the record, in few runs. What a fit that is worth little adds stands in tests/viz/test_limits.py, a fit of other rules here.
"""

import csv
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests import beyond
from tests.asking import Yidu, done, refused
from tests.viz.test_limits import texts
from yidu.experiments.scenarios.mix import Mix
from yidu.experiments.sweep.designs import read, region_of
from yidu.experiments.sweep.limits import Limit, limits_of
from yidu.sim.region import REGIONS, Region, load
from yidu.viz.app import visitor
from yidu.viz.app.address import Asked
from yidu.viz.pages import explain_milestones, explain_stress, explain_tasks, explain_why, work
from yidu.viz.words import Words

FEW = 12
ZH = Words("zh")

KINDS = {"not_calibrated": "未经校准", "extrapolation": "外推", "small_sample": "样本太少", "thin_record": "记录单薄"}
ALL = frozenset(KINDS)
OF_NO_RUNS = ALL - {"small_sample"}

RUIN = "崩塌"
FAR, RUINED = "这些杠杆高于", "所设环境超出记录"

MIX = """extends = "status_quo"
title_zh = "重投"
[levers]
seed_fund = 5000
"""

DESIGN = """
[design]
kind = "lhs"
size = {size}
[base]
region = "./pack"
scenario = "mix.toml"
environment = "{environment}"
[vary]
enterprise_coaching = [0, 100]
[runs]
years = [2025, 2025]
indicators = ["high_tech_enterprises"]
"""

PLAIN = """
[design]
kind = "lhs"
size = 16
[vary]
{vary}
[runs]
years = [2025, 2025]
"""
"""A design of the shipped district, whose status quo is within what can be known."""

HERE = ("--region", "pack", "--environment", beyond.HARSH)

COMMANDS = {
    "assess": (("mix.toml", *HERE, "--runs", FEW, "--no-shares"), ALL),
    "compare": (("status_quo", "mix.toml", *HERE, "--runs", FEW), ALL),
    "explain": (("mix.toml", *HERE, "--runs", FEW, "--no-shares"), ALL),
    "milestones": (("mix.toml", *HERE, "--runs", 60), ALL),
    "decompose": (("mix.toml", *HERE, "--runs", FEW), ALL),
    "stress": (("mix.toml", "--event", "bank", *HERE, "--runs", FEW), ALL),
    "response": (("seed_fund", "--scenario", "mix.toml", *HERE, "--runs", FEW), ALL),
    "targets": (("mix.toml", "--horizon", 2027, *HERE, "--runs", FEW), ALL),
    "plan": (("--decided", "district", *HERE, "--runs", 20, "--evaluations", 20), ALL),
    "validate": (("--actuals", "actuals.csv", "--scenario", "mix.toml", *HERE, "--runs", FEW), ALL),
    "update": (("--actuals", "actuals.csv", "--scenario", "mix.toml", *HERE, "--runs", 150), ALL),
    "run": (("mix.toml", *HERE), OF_NO_RUNS),
    "scenario check": (("mix.toml", *HERE, "--runs", FEW), ALL),
    "report": (("mix.toml", *HERE, "--runs", FEW, "--to", "a.html", "--to", "a.docx", "--to", "a.pptx", "--to", "a.xlsx"), ALL),
}
"""What is asked by each command, and the kinds of what it must say that it cannot know."""

FURTHER = {"stress": "有的事件超出记录所见", "targets": "2026年起离记录末年"}
"""What some say besides."""

QUICK = ("assess", "compare", "run", "scenario check", "validate")
ELSEWHERE = ("plan",)
"""A search takes minutes here: tests/experiments/test_plan.py asks it of an invented district."""


def pack(where: Path) -> Path:
    """A pack in which nothing can be known for sure."""
    shutil.copytree(REGIONS / "chongqing", where)
    shutil.rmtree(where / "posterior")
    with (where / "environment.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[environments.{beyond.HARSH}]\ntitle_zh = "{RUIN}"\ntitle_en = "Ruin"\nshift = {{ gdp_growth = -0.2 }}\n')
    with (where / "targets.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(["high_tech_enterprises", 2025, ">=", 9000, "家", "main", "invented"])
    (where / "events.toml").write_text(
        '[[events]]\nid = "bank"\nkind = "environment"\ntitle_zh = "抽贷"\ntitle_en = "Banks withdraw"\nwhat_zh = "银行抽贷"\n'
        'what_en = "banks withdraw"\nshift = { bank_appetite = -0.5 }\ngrade = "D"\nsource = "invented"\n', encoding="utf-8",
    )  # fmt: skip
    return where


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the pack, a mix far beyond the record, and a published figure."""
    pack(tmp_path / "pack")
    (tmp_path / "mix.toml").write_text(MIX, encoding="utf-8")
    (tmp_path / "actuals.csv").write_text(
        "indicator,period,value,unit,source\nhigh_tech_enterprises,2021,5100,家,invented\n", encoding="utf-8"
    )
    return tmp_path


def flat(text: str) -> str:
    """Text without the places where lines are broken."""
    return re.sub(r"\s+", "", text)


def kinds_in(text: str) -> set[str]:
    return {kind for kind, said in KINDS.items() if f"【{said}】" in text}


# --- commands, their JSON, files of a report


@pytest.mark.parametrize(
    "command", [one if one in QUICK else pytest.param(one, marks=pytest.mark.slow) for one in COMMANDS if one not in ELSEWHERE]
)
def test_a_command_says_what_it_cannot_know_and_its_json_does(command: str, place: Path, yidu: Yidu) -> None:
    asked, kinds = COMMANDS[command]
    said = flat(done(yidu(*command.split(), *asked, "--json", "a.json")))
    warnings = json.loads((place / "a.json").read_text(encoding="utf-8"))["warnings"]
    assert kinds_in(said) == kinds_in("".join(warnings)) == kinds
    told = "".join(map(flat, warnings))
    assert (said.count(RUINED), told.count(RUINED)) == (1, 1)
    assert FAR in told and FURTHER.get(command, "") in told
    for file in place.glob("a.*"):
        if file.suffix != ".json":
            seen = texts(file.read_bytes(), file.suffix)
            assert "本报告不能回答的" in seen and all(one in seen for one in KINDS.values()) and RUINED in seen, file


@pytest.mark.parametrize(("environment", "far"), [(beyond.HARSH, ["gdp_growth", "seed_fund"]), ("baseline", ["seed_fund"])])
def test_what_a_sweep_cannot_know_is_decided_from_its_design(environment: str, far: list[str], place: Path) -> None:
    (place / "design.toml").write_text(DESIGN.format(size=4, environment=environment), encoding="utf-8")
    limits = limits_of(read(place / "design.toml"))
    assert [one.code for one in limits] == ["prior_only", "thin_record", "sweep_beyond"] and limits[-1].values == {"fields": far}
    assert tuple(Limit.model_validate_json(one.model_dump_json()) for one in limits) == limits
    with pytest.raises(ValueError, match="no notice"):
        Limit.model_validate({"region": "pack", "code": "sweep_beyond", "values": {}})


def test_an_axis_that_goes_beyond_the_record_at_one_end_is_told_and_one_within_is_not(place: Path) -> None:
    def told(vary: str) -> list[Limit]:
        (place / "design.toml").write_text(PLAIN.format(vary=vary), encoding="utf-8")
        return [one for one in limits_of(read(place / "design.toml")) if one.code == "sweep_beyond"]  # beside what the fit cannot tell

    (said,) = told('enterprise_coaching = [0, 1]\ngdp_growth = [-0.1, 0.05]\n"seed_fund@2023" = [0, 5000]')
    assert set(said.notice.values["fields"]) == {"gdp_growth", "seed_fund"}  # type: ignore[call-overload]
    assert told("enterprise_coaching = [0, 1]") == []


@pytest.mark.slow
@pytest.mark.parametrize("environment", [beyond.HARSH, "baseline"])
def test_a_sweep_says_it_before_it_runs_and_from_its_folder_when_the_pack_is_gone(environment: str, place: Path, yidu: Yidu) -> None:
    (place / "design.toml").write_text(DESIGN.format(size=4, environment=environment), encoding="utf-8")
    for command in (("design.toml", "--out", "s", "--dry-run"), ("design.toml", "--out", "s", "--workers", 1)):
        said = flat(done(yidu("sweep", *command)))
        assert kinds_in(said) >= OF_NO_RUNS and "创业种子基金" in said
        assert ("地区生产总值名义增速" in said) == (environment == beyond.HARSH)
    shutil.move(place / "pack", place / "gone")
    region_of.cache_clear()
    said = flat(done(yidu("sweep", "show", "s", "--json", "a.json")))
    assert kinds_in(said) == kinds_in("".join(json.loads((place / "a.json").read_text(encoding="utf-8"))["warnings"])) == ALL
    assert "!未经校准" in said


@pytest.mark.slow
def test_the_analysis_of_a_sweep_says_it_too(place: Path, yidu: Yidu) -> None:
    (place / "design.toml").write_text(DESIGN.format(size=32, environment=beyond.HARSH), encoding="utf-8")
    done(yidu("sweep", "design.toml", "--out", "s", "--workers", 1))
    said = flat(done(yidu("sweep", "analyse", "s", "--json", "a.json")))
    assert kinds_in(said) == kinds_in("".join(json.loads((place / "a.json").read_text(encoding="utf-8"))["warnings"])) >= OF_NO_RUNS


@pytest.mark.usefixtures("unleaning")
def test_region_check_names_the_environments_that_nobody_saw(place: Path, yidu: Yidu) -> None:
    said = flat(done(yidu("region", "check", "pack")))
    assert kinds_in(said) == OF_NO_RUNS and f"{RUIN}（地区生产总值名义增速）" in said
    assert "外推" not in flat(done(yidu("region", "check", "dadukou")))


def test_a_fit_of_other_rules_is_refused_by_every_command(place: Path, yidu: Yidu) -> None:
    shutil.copytree(REGIONS / "chongqing" / "posterior", place / "pack" / "posterior")
    beyond.changed(place / "pack", rules="0" * 64)
    for command, (asked, _) in COMMANDS.items():
        said = refused(yidu(*command.split(), *asked))
        assert "另一版规则" in said and "yidu calibrate" in said, command
    checked = flat(done(yidu("region", "check", "pack")))
    assert "【未经校准】拟合不能用" in checked and "【记录单薄】" in checked


# --- pages


@pytest.fixture
def ruined(tmp_path: Path) -> Iterator[Region]:
    """The region of a visitor, under an environment that nobody saw."""
    region = load(pack(tmp_path / "pack"))
    visitor.own_region.value = region
    visitor.asked.value = replace(visitor.asked.value, environment=beyond.HARSH, language="zh")
    yield region
    visitor.start_over()
    visitor.own_region.value = None
    visitor.asked.value = Asked()


@pytest.mark.slow
def test_every_page_that_answers_says_it(ruined: Region) -> None:
    folder, heavy = str(ruined.folder), Mix().lever("seed_fund", ((2021, 5000.0),))
    of = {"environment": beyond.HARSH, "runs": FEW, "seed": 1}
    why = work.explain(folder, heavy, against="status_quo", target="high_tech_enterprises", **of)  # type: ignore[arg-type]
    lines = work.milestones(folder, heavy, **{**of, "runs": 60})  # type: ignore[arg-type]
    hit = work.stress(folder, heavy, events=("bank",), replace=False, **of)  # type: ignore[arg-type]
    tasks = work.decompose(folder, heavy, **of)["year"]  # type: ignore[arg-type]
    (target,) = ruined.targets
    question = visitor.question(heavy)
    answers = {
        "why": explain_why.spoken(ZH, ruined, why, why.answer),
        "milestones": explain_milestones.spoken(ZH, ruined, lines, target, question),
        "stress": explain_stress.spoken(ZH, ruined, hit),
        "tasks": explain_tasks.told(ZH, ruined, tasks),
    }
    for name, answer in answers.items():
        told = "".join(answer.warnings)
        assert kinds_in(told) == ALL and told.count(RUINED) == 1 and FAR in told, name
