"""`yidu decompose` as a bureau meets it."""

import csv
import io
import json
import shutil
from pathlib import Path

import jsonschema
import openpyxl
import pytest

from tests.asking import CHINESE, DIGEST, Yidu, done, refused
from yidu.experiments.schemas import SCHEMAS
from yidu.sim.region import REGIONS


@pytest.fixture
def pack(tmp_path: Path) -> str:
    """A copy of the pack without its fit in the folder where commands run."""
    shutil.copytree(REGIONS / "dadukou", tmp_path / "pack", ignore=shutil.ignore_patterns("posterior"))
    return "pack"


def test_the_list_names_tasks_leads_renewals_the_funnel_and_ends_with_the_sentence(yidu: Yidu, pack: str) -> None:
    said = done(yidu("decompose", "--region", pack, "--runs", 20, "--target", "tech_enterprises"))
    for part in ("年度任务分解", "科技型企业入库/家", "区科技局", "高企到期", "续期", "倒推漏斗", "证据等级", "维持现状"):
        assert part in said
    sentence = said.index("要在 2025 年使“科技型企业”达到 550 家")
    assert sentence < said.index("证据等级 ") < said.index("请注意") < said.index("下一步可试")
    assert "yidu decompose --region pack --target tech_enterprises --by department" in said
    assert len(DIGEST.findall(said)) == 1 and "\x1b[" not in said and "nan" not in said


@pytest.mark.parametrize(
    "by, lang, part",
    [
        ("department", "en", "Jianqiao Industrial Park Committee: tasks in the parks"),
        ("park", "zh", "天安数码城"),
        ("sector", "en", "Health and biomedicine"),
    ],
)
def test_it_is_divided_by_department_park_or_sector_in_both_languages(yidu: Yidu, pack: str, by: str, lang: str, part: str) -> None:
    said = done(yidu("decompose", "--region", pack, "--runs", 20, "--target", "tech_enterprises", "--by", by, "--lang", lang))
    assert part in said and ("证据等级 D（判断" in said or "Evidence grade D (judgement" in said)
    assert lang == "zh" or not CHINESE.search(said)


def test_json_csv_and_workbook_hold_the_same_numbers(yidu: Yidu, pack: str, tmp_path: Path) -> None:
    files = ("--json", "a.json", "--csv", "a.csv", "--xlsx", "a.xlsx")
    assert "已写入 a.xlsx" in done(yidu("decompose", "plan", "--region", pack, "--runs", 20, *files))
    tree = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    jsonschema.validate(tree, json.loads((SCHEMAS / "decompose.json").read_text(encoding="utf-8")))
    assert list(tree)[:7] == ["region", "scenario", "environment", "runs", "seed", "digest", "version"]
    assert list(tree)[-3:] == ["conclusion", "rests", "warnings"] and tree["conclusion"]
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    names = ("targets", "tasks", "parts", "departments", "renewals", "funnel")
    assert {name: sum(row["table"] == name for row in rows) for name in names} == {name: len(tree[name]) for name in names}
    register = [row for row in tree["tasks"] if row["task"] == "register"]
    assert [int(row["whole"]) for row in rows if row["task"] == "register" and row["table"] == "tasks"] == [r["whole"] for r in register]
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames[0] == "总表" and book.sheetnames[-3:] == ["续期名单", "漏斗", "说明"] and "区科技局" in book.sheetnames
    (row,) = [line for line in book["总表"].iter_rows(values_only=True) if line[0] == "科技型企业入库" and isinstance(line[8], int)]
    assert list(row[3:8]) == [one["whole"] for one in register] and row[8] == sum(one["whole"] for one in register)
    about = {line[0]: line[1] for line in book["说明"].iter_rows(values_only=True)}
    assert about["运行摘要"] == tree["digest"] and about["种子"] == "1" and about["产品版本"] == tree["version"]
    assert "证据等级" in about["证据等级"] and about["结论"] == tree["conclusion"]
    due = [line for line in book["续期名单"].iter_rows(values_only=True) if line[0] == "2023"]
    assert len(due) == 2 and due[0][2] == "2020"


def test_a_sheet_of_a_bureau_adds_up_by_park(yidu: Yidu, pack: str, tmp_path: Path) -> None:
    done(yidu("decompose", "--region", pack, "--runs", 20, "--xlsx", "a.xlsx", "--target", "tech_enterprises"))
    lines = list(openpyxl.load_workbook(tmp_path / "a.xlsx")["区科技局"].iter_rows(values_only=True))
    start = next(k for k, line in enumerate(lines) if line[0] == "牵头的任务与跟踪事项：科技型企业入库，分园区、镇街（整数）")
    end = next(k for k in range(start, len(lines)) if lines[k][0] == "合计")
    for column in range(2, 8):
        assert sum(line[column] for line in lines[start + 2 : end]) == lines[end][column]
    assert lines[end][7] > 100


def test_the_json_can_be_piped(yidu: Yidu, pack: str) -> None:
    tree = json.loads(done(yidu("decompose", "--region", pack, "--runs", 20, "--target", "otc_listed", "--json", "-")))
    assert tree["targets"][0]["indicator"] == "otc_listed" and tree["by"] == "year"


def test_what_to_try_next_is_divided_alike_in_the_same_environment_and_luck(yidu: Yidu, pack: str) -> None:
    asked = ("--region", pack, "--environment", "slow", "--seed", 3, "--target", "otc_listed")
    said = done(yidu("decompose", *asked, "--by", "park", "--runs", 20))
    same = " ".join(map(str, asked))
    assert f"yidu decompose {same} --by park --runs 400" in said and f"yidu decompose {same} --by park --xlsx" in said
    assert f"yidu decompose {same} --by department #" in " ".join(said.split())
    assert "yidu assess --region pack --environment slow --seed 3" in said


@pytest.mark.parametrize(
    "asked, said",
    [
        (("--by", "street"), "--by street 不行：只能是 year、department、park 或 sector"),
        (("--target", "tech_enterprise"), "没有为“tech_enterprise”定目标。是不是想用“tech_enterprises”？"),
        (("--xlsx", "a.xls"), "a.xls 不是 Excel 工作簿的名字：请以 .xlsx 结尾"),
        (("--xlsx", "none/a.xlsx"), "文件夹 none 不存在"),
        (("--xlsx", "a.xlsx", "--csv", "a.xlsx"), "a.xlsx 同时写作工作簿和另一张表"),
        (("--target", ""), "--target 后面没有指标代号"),
        (("--target", "，"), "--target 后面没有指标代号"),
        (("--runs", 2001), "任务分解至多用 2000 次运行"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(yidu: Yidu, pack: str, tmp_path: Path, asked: tuple[object, ...], said: str) -> None:
    assert said in refused(yidu("decompose", "--region", pack, *asked))
    assert [path.name for path in tmp_path.iterdir()] == ["pack"]


def test_without_an_owner_map_departments_are_refused_and_the_years_still_told(yidu: Yidu, pack: str, tmp_path: Path) -> None:
    (tmp_path / "pack" / "owners.toml").unlink()
    sentence = refused(yidu("decompose", "--region", pack, "--by", "department"))
    assert sentence.startswith("pack/owners.toml：区域包 dadukou 没有写明各部门做什么") and "docs/region-pack.md" in sentence
    said = done(yidu("decompose", "--region", pack, "--runs", 20, "--target", "otc_listed"))
    assert "牵头" not in said and "OTC科创板挂牌" in said and "--by department" not in said


def test_region_check_reads_the_owner_map_too(yidu: Yidu, pack: str, tmp_path: Path) -> None:
    done(yidu("region", "check", pack))
    file = tmp_path / "pack" / "owners.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('task = "coach"', 'task = "coaching"'), encoding="utf-8")
    assert "没有名为“coaching”的任务" in refused(yidu("region", "check", pack))


@pytest.mark.slow
def test_a_city_without_targets_is_told_what_happens_in_all_runs(yidu: Yidu) -> None:
    said = done(yidu("decompose", "--region", "chongqing", "--runs", 2))
    assert "区域包没有目标" in said and "照此推演" in said
