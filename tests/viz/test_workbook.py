"""A workbook that can be sent round: text stays text, numbers are numbers, it prints on A4, and it is written whole or not at all."""

import os
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from yidu.viz.workbook import LONGEST_NAME, Block, Column, Workbook

pytestmark = pytest.mark.fast

COLUMNS = [Column("任务"), Column("2021", "whole"), Column("中位", "number"), Column("通过率", "percent"), Column("说明", "wrap", 20.0)]
ROWS = [["科技型企业入库", 85, 84.5, 0.62, "很长" * 40], ["合计", 85, None, None, ""]]
MADE = datetime(2021, 3, 1)


def written(file: Path, *sheets: str, rows: list = ROWS, lines: tuple[str, ...] = ("维持现状",)) -> openpyxl.Workbook:
    book = Workbook("任务表", "义渡", MADE, "第 &P 页")
    for name in sheets or ("总表",):
        book.sheet(name, "年度任务总表", lines, [Block("", COLUMNS, rows, frozenset({1}))], ["注"])
    book.save(file)
    return openpyxl.load_workbook(file)


def test_numbers_are_numbers_with_their_formats_and_nothing_is_where_there_is_none(tmp_path: Path) -> None:
    sheet = written(tmp_path / "a.xlsx")["总表"]
    row = sheet[4]
    assert [cell.value for cell in row[:4]] == ["科技型企业入库", 85, 84.5, 0.62]
    assert [cell.number_format for cell in row[:4]] == ["@", "#,##0", "#,##0.0", "0.0%"]
    assert sheet["C5"].value is None and sheet["A5"].font.bold and sheet["A1"].value == "年度任务总表"


def test_it_prints_on_a4_landscape_with_its_header_on_each_page(tmp_path: Path) -> None:
    sheet = written(tmp_path / "a.xlsx")["总表"]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$3:$3" and sheet.freeze_panes == "B4"
    assert "第" in sheet.oddFooter.center.text


def test_columns_are_as_wide_as_chinese_needs_and_long_text_gets_lines(tmp_path: Path) -> None:
    sheet = written(tmp_path / "a.xlsx")["总表"]
    assert sheet.column_dimensions["A"].width >= 14.0  # seven characters of two cells
    assert sheet.column_dimensions["E"].width == pytest.approx(20.0, abs=1.0)
    assert sheet["E4"].alignment.wrap_text and sheet.row_dimensions[4].height >= 8 * 15.0


@pytest.mark.parametrize("text", ["=1+1", "+86 23", "-5", "@SUM(A1)", '=HYPERLINK("http://x")', "＝1+1", "\t=1"])
def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path, text: str) -> None:
    sheet = written(tmp_path / "a.xlsx", rows=[[text, 1, 1.0, 0.1, text]], lines=(text,))["总表"]
    for cell in (sheet["A2"], sheet["A4"], sheet["E4"]):
        assert cell.data_type == "s" and cell.value == text and cell.quotePrefix
    assert not sheet["B4"].quotePrefix


def test_addresses_and_digits_in_text_are_not_turned_into_links_or_numbers(tmp_path: Path) -> None:
    sheet = written(tmp_path / "a.xlsx", rows=[["http://example.org", 1, 1.0, 0.1, "2021"]])["总表"]
    assert sheet["A4"].hyperlink is None and sheet["E4"].value == "2021"


def test_sheets_get_names_that_excel_takes_each_its_own(tmp_path: Path) -> None:
    long = "区市场监管局（知识产权局）与市场监督管理综合行政执法支队联合办公室"
    names = written(tmp_path / "a.xlsx", "a/b:c", "A b c", long, long, "'", "History?").sheetnames
    assert names[:2] == ["a b c", "A b c 2"] and names[4] == "Sheet"
    assert len(set(map(str.casefold, names))) == 6 and all(0 < len(name) <= LONGEST_NAME for name in names)


def test_control_characters_do_not_spoil_the_file(tmp_path: Path) -> None:
    assert written(tmp_path / "a.xlsx", rows=[["a\x00\x0bb", 1, 1.0, 0.1, ""]])["总表"]["A4"].value == "ab"


def test_a_workbook_that_cannot_be_written_leaves_the_earlier_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.xlsx"
    file.write_text("earlier", encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        written(file)
    assert file.read_text(encoding="utf-8") == "earlier" and [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]
