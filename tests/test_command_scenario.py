"""`yidu scenario new`, `check` and `show` as a planner meets them."""

import csv
import io
import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from tests.asking import CHINESE, DIGEST, Yidu, done, refused
from yidu.experiments.scenarios.scenario import load
from yidu.experiments.schemas import SCHEMAS
from yidu.sim.levers import LEVERS
from yidu.sim.region import Region

MINE = """
title_zh = "我的方案"
title_en = "My mix"
extends = "plan"

[levers]
seed_fund = {from = 188, to = 600, years = [2021, 2025]}
enterprise_coaching = "x1.5"

[environment]
super_deduction = "frozen"

[[triggers]]
when = "tech_enterprises < 400"
year = 2023
then = {ip_services = 150}
"""


@pytest.fixture
def mine(tmp_path: Path) -> str:
    (tmp_path / "mine.toml").write_text(MINE, encoding="utf-8")
    return "mine.toml"


def test_check_says_what_changes_what_it_costs_and_what_is_beyond_experience(yidu: Yidu, mine: str) -> None:
    said = done(yidu("scenario", "check", mine))
    for part in ("我的方案", "22 个杠杆", "运行前可知的区级支出", "3,800 万元", "超预算", "远超已有经验", "证据等级 D", "条件触发"):
        assert part in said, part
    assert "2022=291" in said and "2025=600" in said and "2022=90" in said
    assert "yidu scenario check mine.toml --runs" in said and "yidu assess mine.toml" in said
    assert not DIGEST.findall(said) and "\x1b[" not in said


def test_show_has_the_path_table_the_trigger_in_words_the_chain_and_the_costs(yidu: Yidu, mine: str) -> None:
    said = done(yidu("scenario", "show", mine))
    assert all(lever in said for lever in LEVERS)
    assert "mine < plan < status_quo" in said
    assert "若 2023 年末 科技型企业 < 400家，则自 2024 年起 知识产权服务 改为 150家/年" in said.replace("\n", "")
    assert "每户 1 万元" in said and "改动的非政策假设" in said and "运行前可知的区级支出" in said


def test_with_runs_the_money_is_measured_beside_the_status_quo(yidu: Yidu, mine: str) -> None:
    said = done(yidu("scenario", "check", mine, "--runs", 20))
    for part in ("20 次，与维持现状同一运气配对", "超记录概率", "比维持现状多", "±"):
        assert part in said, part
    assert len(DIGEST.findall(said)) == 1 and "--runs 200" not in said


@pytest.mark.parametrize("what", ["check", "show"])
@pytest.mark.parametrize("runs", [0, 8])
def test_in_english_there_is_no_chinese(yidu: Yidu, mine: str, what: str, runs: int, tmp_path: Path) -> None:
    said = done(yidu("scenario", what, mine, "--runs", runs, "--lang", "en"))
    assert not CHINESE.search(said)


@pytest.mark.parametrize("runs", [0, 8])
def test_json_and_csv_hold_the_same_answer(yidu: Yidu, mine: str, tmp_path: Path, runs: int) -> None:
    done(yidu("scenario", "check", mine, "--runs", runs, "--json", "a.json", "--csv", "a.csv"))
    tree = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    jsonschema.validate(tree, json.loads((SCHEMAS / "scenario.json").read_text(encoding="utf-8")))
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_bytes().decode("utf-8-sig"))))
    tables = {table: [row for row in rows if row["table"] == table] for table in {row["table"] for row in rows}}
    assert len(tables["levers"]) == 5 * len(LEVERS)
    assert [float(row["value"]) for row in tables["known_by_year"]] == [row["amount"] for row in tree["known_by_year"]]
    assert [float(row["value"]) for row in tables["known_costs"]] == [row["amount"] for row in tree["known_costs"]]
    assert len(tables.get("measured", [])) == (5 if runs else 0) and bool(tree["measured"]) == bool(runs)
    assert tree["conclusion"] and tree["rests"]["grade"] == "D" and tree["warnings"] and tree["extrapolation"]


def test_json_may_go_to_standard_output_alone(yidu: Yidu, mine: str) -> None:
    tree = json.loads(done(yidu("scenario", "show", mine, "--json", "-")))
    assert tree["chain"] == ["mine", "plan", "status_quo"] and tree["triggers"][0]["then"] == {"ip_services": 150.0}


def test_the_same_seed_gives_the_same_money(yidu: Yidu, mine: str) -> None:
    one, other, third = (done(yidu("scenario", "check", mine, "--runs", 6, "--seed", seed, "--json", "-")) for seed in (1, 1, 2))
    assert one == other != third


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("enterprise_coaching", "enterprise_coching", "是不是想用“enterprise_coaching”？"),
        ('"x1.5"', '"x15"', "超出范围"),
        ('"x1.5"', '"+50"', "既不是数值，也不是对原值的增减"),
        ("[2021, 2025]", "[2025, 2021]", "早的年份在前"),
        ("to = 600, ", "", "匀速变化写法缺少“to”"),
        ("from", "form", "匀速变化写法里没有“form”"),
        ("tech_enterprises", "tech_enterprise", "没有名为“tech_enterprise”的指标"),
        ("year = 2023", "year = 2020", "已经发生的记录"),
        ("then = {ip_services = 150}", "drop = true", "没有 2023 年、条件为 tech_enterprises < 400 的条件触发"),
        ("super_deduction", "super_deductoin", "super_deduction"),
        ("plan", "plam", "plan"),
    ],
)
@pytest.mark.parametrize("what", ["check", "show"])
def test_every_mistake_is_one_sentence_in_chinese(yidu: Yidu, mine: str, tmp_path: Path, what: str, old: str, new: str, said: str) -> None:
    (tmp_path / mine).write_text(MINE.replace(old, new), encoding="utf-8")
    sentence = refused(yidu("scenario", what, mine, "--json", "a.json"))
    assert said in sentence and sentence.startswith("mine.toml")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


WRONG = [["--runs", -1], ["--seed", -1], ["--environment", "baselin"], ["--region", "nowhere"], ["--json", "no/a.json"]]


@pytest.mark.parametrize("more", WRONG)
def test_wrong_options_are_a_sentence(yidu: Yidu, mine: str, more: list[object]) -> None:
    refused(yidu("scenario", "check", mine, *more))


def test_what_to_try_next_is_asked_of_the_same_environment_and_luck(yidu: Yidu, mine: str) -> None:
    said = done(yidu("scenario", "check", mine, "--environment", "slow", "--seed", 3, "--runs", 4))
    assert "yidu scenario show mine.toml --environment slow --seed 3 --runs 4" in said
    assert "yidu assess mine.toml --environment slow --seed 3 #" in " ".join(said.split())


# --- drafts


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_draft_says_of_every_lever_its_unit_range_levels_and_decider(yidu: Yidu, tmp_path: Path, lang: str) -> None:
    done(yidu("scenario", "new", "draft.toml", "--lang", lang))
    text = (tmp_path / "draft.toml").read_text(encoding="utf-8")
    lines = text.splitlines()
    for lever in LEVERS.values():
        about = lines[next(i for i, line in enumerate(lines) if line.startswith(f"# {lever.id} = ")) - 1]
        assert f"{lever.low:g}" in about and f"{lever.high:g}" in about and "2016-2020" in about
        assert getattr(lever, f"title_{lang}") in about
    assert "years = [2021, 2025]" in text and "x1.5" in text and "drop = true" in text


@pytest.mark.parametrize("file", ["draft", "draft.tml", "toml"])
def test_a_draft_that_no_command_would_find_again_is_refused(yidu: Yidu, tmp_path: Path, file: str) -> None:
    assert "请以 .toml 结尾" in refused(yidu("scenario", "new", file)) and list(tmp_path.iterdir()) == []


def uncommented(text: str, *starts: str) -> str:
    """A draft in which the lines that begin so are put to use."""
    return "\n".join(line.removeprefix("# ") if line.startswith(starts) else line for line in text.splitlines())


def test_the_examples_of_a_draft_can_be_put_to_use(yidu: Yidu, tmp_path: Path, dadukou: Region) -> None:
    done(yidu("scenario", "new", "draft.toml"))
    draft = tmp_path / "draft.toml"
    text = draft.read_text(encoding="utf-8")
    used = uncommented(text, "# super_deduction", "# gdp_growth", "# city_pull", "# [[triggers]]", "# when", "# year", "# then")
    draft.write_text(used, encoding="utf-8")
    mix = load(dadukou, draft)
    assert set(mix.environment) == {"gdp_growth", "city_pull"} and len(mix.triggers) == 1
    ways = [line.removeprefix("#   ").split(" —— ")[0] for line in text.splitlines() if line.startswith("#   seed_fund = ")]
    assert len(ways) == 4
    for way in ways:
        way = way.split(" 或 ")[0]
        assert "seed_fund" in tomllib.loads(way)
        draft.write_text(f"[levers]\n{way}\n", encoding="utf-8")
        assert load(dadukou, draft).levers.get("seed_fund", 2025) > 0.0


def test_a_draft_of_ones_own_file_extends_that_file_and_can_drop_its_triggers(
    yidu: Yidu, mine: str, tmp_path: Path, dadukou: Region
) -> None:
    (tmp_path / "deep").mkdir()
    done(yidu("scenario", "new", "deep/draft.toml", "--extends", mine))
    draft = tmp_path / "deep" / "draft.toml"
    assert 'extends = "../mine.toml"' in draft.read_text(encoding="utf-8")
    assert load(dadukou, draft).levers == load(dadukou, tmp_path / mine).levers
    text = draft.read_text(encoding="utf-8")
    head, mark, drops = text.partition("# (")
    draft.write_text(head + mark + uncommented(drops, "# [[triggers]]", "# when", "# year", "# drop"), encoding="utf-8")
    assert len(load(dadukou, tmp_path / mine).triggers) == 1 and load(dadukou, draft).triggers == ()
    assert "22 个杠杆" in done(yidu("scenario", "check", "deep/draft.toml"))


# --- the guide

GUIDE = Path(__file__).resolve().parents[1] / "docs" / "scenarios.md"


def examples() -> list[str]:
    text = GUIDE.read_text(encoding="utf-8")
    return [part.split("```")[0] for part in text.split("```toml\n")[1:]]


@pytest.mark.parametrize("number", range(len(examples())))
def test_every_example_of_the_guide_loads(tmp_path: Path, dadukou: Region, number: int) -> None:
    for i, text in enumerate(examples()):  # a later example may extend an earlier one, by the name its first line gives
        first = text.splitlines()[0]
        name = first.removeprefix("# ") if first.startswith("# ") and first.endswith(".toml") else f"example{i}.toml"
        (tmp_path / name).write_text(text, encoding="utf-8")
        if i == number:
            load(dadukou, tmp_path / name)


def test_the_guide_explains_every_key_of_a_scenario_file() -> None:
    from yidu.experiments.scenarios.paths import RAMP_KEYS
    from yidu.experiments.scenarios.scenario import KEYS, TRIGGER_KEYS

    text = GUIDE.read_text(encoding="utf-8")
    assert len(examples()) >= 8
    assert [key for key in (*KEYS, *TRIGGER_KEYS, *RAMP_KEYS) if f"`{key}`" not in text] == []


def test_a_lever_that_changes_only_after_the_plan_is_said_to(yidu: Yidu, tmp_path: Path) -> None:
    (tmp_path / "late.toml").write_text('title_zh = "晚"\n[levers]\nseed_fund = {2030 = 5}\n', encoding="utf-8")
    said = done(yidu("scenario", "check", "late.toml")).replace("\n", "")
    assert "要到规划期末（2025 年）之后才起作用" in said and said.index("请注意") < said.index("之后才起作用")


def test_a_region_of_many_districts_is_told_for_whom_a_lever_counts(yidu: Yidu) -> None:
    said = done(yidu("scenario", "check", "status_quo", "--region", "chongqing")).replace("\n", "")
    assert "本区域有 38 个区县" in said and "一个主体代表 50 个同类" in said
    assert "个区县" not in done(yidu("scenario", "check", "status_quo"))


@pytest.mark.parametrize(
    "text, part",
    [
        ("[levers]\nenterprise_coaching = 9999\n", "超出范围 0 到 200（家/年）"),
        ('[levers]\nseed_fund = "5"\n', "0 到 5000（万元/年）"),
        ("[levers]\nseed_fund = abc\n", "等号后面的值读不懂"),
        ("triggers = 3\n", "另起一行写 [[triggers]]"),
        ('[environment]\nsuper_deduction = "foo"\n', "{2021 = 数值}"),
    ],
)
def test_a_wrong_file_is_answered_in_chinese_units_and_parser_included(yidu: Yidu, tmp_path: Path, text: str, part: str) -> None:
    (tmp_path / "wrong.toml").write_text(text, encoding="utf-8")
    said = refused(yidu("scenario", "check", "wrong.toml"))
    assert part in said
    assert not any(english in said for english in ("firms/yr", "on a line", "Invalid", "needs quotes", "as the pack", " to "))
