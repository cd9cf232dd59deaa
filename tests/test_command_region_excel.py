"""`yidu region to-excel` and `from-excel` as a planner meets them: a workbook out, a pack back, and one sentence where it is wrong."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.asking import CHINESE, Yidu, done, refused
from yidu.sim.region import Region, load
from yidu.viz.words import Words
from yidu.viz.workbook.region import to_excel


@pytest.fixture(scope="module")
def raw(dadukou: Region) -> bytes:
    return to_excel(Words("zh"), dadukou)


def test_a_district_is_taken_out_edited_and_brought_back(yidu: Yidu, tmp_path: Path) -> None:
    said = done(yidu("region", "to-excel"))
    assert "dadukou.xlsx" in said and "yidu region from-excel dadukou.xlsx --out my_district" in said
    book = openpyxl.load_workbook(tmp_path / "dadukou.xlsx")
    book["区域 settings"]["C5"] = "nanan"
    book["目标 targets"]["D5"] = "１７．５"
    book.save(tmp_path / "dadukou.xlsx")
    said = done(yidu("region", "from-excel", "dadukou.xlsx", "--out", "nanan"))
    assert "yidu region check nanan" in said and "yidu assess --region nanan" in said
    assert "nanan" in done(yidu("region", "check", "nanan"))
    pack = load(tmp_path / "nanan")
    assert pack.name == "nanan" and pack.targets[0].value == 17.5
    assert {path.name for path in tmp_path.iterdir()} == {"dadukou.xlsx", "nanan"}


def test_both_speak_english(yidu: Yidu, tmp_path: Path) -> None:
    said = done(yidu("region", "to-excel", "chongqing", "--out", "city.xlsx", "--lang", "en"))
    assert "Next, try" in said and not CHINESE.search(said)
    book = openpyxl.load_workbook(tmp_path / "city.xlsx")
    assert book.sheetnames[:3] == ["guide", "settings", "series"] and book["facts"]["A3"].value == "Id"
    said = done(yidu("region", "from-excel", "city.xlsx", "--out", "city", "--lang", "en"))
    assert "Chongqing Municipality" in said and not CHINESE.search(said)


def test_nothing_is_written_over(yidu: Yidu, tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "dadukou.xlsx").write_bytes(b"edited")
    assert "已存在" in refused(yidu("region", "to-excel"))
    assert (tmp_path / "dadukou.xlsx").read_bytes() == b"edited"
    (tmp_path / "good.xlsx").write_bytes(raw)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.txt").write_text("a")
    assert "不会覆盖" in refused(yidu("region", "from-excel", "good.xlsx", "--out", "mine"))
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["a.txt"]


def test_names_that_cannot_be_are_said(yidu: Yidu, tmp_path: Path, raw: bytes) -> None:
    assert ".xlsx" in refused(yidu("region", "to-excel", "--out", "a.csv"))
    assert "nowhere" in refused(yidu("region", "to-excel", "nowhere"))
    assert "nowhere" in refused(yidu("region", "to-excel", "--out", "nowhere/a.xlsx"))
    assert "from-excel --help" in refused(yidu("region", "from-excel", "a.xlsx"))
    assert "a.xlsx" in refused(yidu("region", "from-excel", "a.xlsx", "--out", "b"))
    for ending in ("xls", "xlsm"):
        (tmp_path / f"a.{ending}").write_bytes(raw)
        assert f".{ending}" in refused(yidu("region", "from-excel", f"a.{ending}", "--out", "b"))
    assert not (tmp_path / "b").exists()


def formula(book: Any) -> str:
    book["事实 facts"]["F7"] = "=2+2"
    return "表 事实 facts，单元格 F7"


def dated(book: Any) -> str:
    book["事实 facts"]["D7"] = date(2016, 12, 1)
    return "表 事实 facts，单元格 D7"


def merged(book: Any) -> str:
    book["龙头企业 giants"].merge_cells("B6:C7")
    return "表 龙头企业 giants，单元格 B6"


def hidden(book: Any) -> str:
    book["先验 priors"].sheet_state = "veryHidden"
    return "表 先验 priors"


def removed(book: Any) -> str:
    del book["政策力度 levers"]
    return "表 levers"


def percent(book: Any) -> str:
    cell = book["目标 targets"]["D9"]
    cell.value, cell.number_format = 5.5, "0%"
    return "表 目标 targets，单元格 D9"


def beyond(book: Any) -> str:
    book["政策力度 levers"]["F5"] = 0.5
    return "表 政策力度 levers，单元格 F5"


@pytest.mark.parametrize("spoil", [formula, dated, merged, hidden, removed, percent, beyond])
def test_a_mistake_in_the_file_is_one_sentence_with_sheet_and_cell(
    yidu: Yidu, tmp_path: Path, raw: bytes, spoil: Callable[[Any], str]
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(raw))
    where = spoil(book)
    book.save(tmp_path / "my.xlsx")
    assert refused(yidu("region", "from-excel", "my.xlsx", "--out", "p")).startswith(f"工作簿 my.xlsx，{where}：")
    assert "workbook" not in refused(yidu("region", "from-excel", "my.xlsx", "--out", "p", "--lang", "en"))[:5]
    assert [path.name for path in tmp_path.iterdir()] == ["my.xlsx"]


def test_a_bomb_is_defused_and_junk_refused(yidu: Yidu, tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "bomb.xlsx").write_bytes(raw)
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/bomb.xml", bytes(64 << 20))
    assert "解压" in refused(yidu("region", "from-excel", "bomb.xlsx", "--out", "p"))
    (tmp_path / "junk.xlsx").write_bytes(b"PK\x03\x04" + bytes(range(256)))
    assert "不是 Excel" in refused(yidu("region", "from-excel", "junk.xlsx", "--out", "p"))
    assert {path.name for path in tmp_path.iterdir()} == {"bomb.xlsx", "junk.xlsx"}


@pytest.mark.parametrize("command", ["to-excel", "from-excel"])
def test_they_explain_themselves_in_chinese(yidu: Yidu, command: str) -> None:
    assert CHINESE.search(done(yidu("region", command, "--help")))
