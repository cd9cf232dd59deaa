"""A region's data goes out as a workbook and comes back the same; whatever is wrong with one is said at its sheet and cell."""

import dataclasses
import io
import os
import random
import re
import shutil
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.fuzz.mutators import repacked
from yidu.experiments.packs.whole import load_whole
from yidu.sim.ensemble import simulate
from yidu.sim.errors import InputError
from yidu.sim.reading import read_toml
from yidu.sim.region import Region, load
from yidu.viz.words import LANGUAGES, Words, table
from yidu.viz.workbook import region_read as region_from_workbook
from yidu.viz.workbook.region import from_excel, to_excel
from yidu.viz.workbook.region_cells import value_of
from yidu.viz.workbook.region_sheets import SHEETS
from yidu.viz.workbook.spreadsheet import LARGEST_FILE, MOST_MARKS, MOST_OTHERS, MOST_ROWS, Cell, Sheet, read_workbook

MADE = datetime(2021, 3, 1)
NAME = "my.xlsx"
BEYOND = {"folder", "digest", "files"}
"""What differs between a pack and its copy: where it lies, and the layout of its files."""


@pytest.fixture(scope="module")
def raw(dadukou: Region) -> bytes:
    return to_excel(Words("zh"), dadukou, MADE)


@pytest.fixture(scope="module")
def grids(raw: bytes) -> list[Sheet]:
    return read_workbook(raw, NAME)


def same(one: Region, other: Region) -> bool:
    """Whether two packs hold the same, and their files too: every value of every TOML file."""
    names = [field.name for field in dataclasses.fields(Region) if field.name not in BEYOND]
    files = [path.relative_to(one.folder) for path in one.folder.rglob("*.toml")]
    return all(getattr(one, name) == getattr(other, name) for name in names) and all(
        read_toml(one.folder / file) == read_toml(other.folder / file) for file in files
    )


def comments(folder: Path) -> list[str]:
    lines = [line for path in sorted(folder.rglob("*.toml")) for line in path.read_text(encoding="utf-8").splitlines()]
    return sorted(line.partition("#")[2].strip() for line in lines if "#" in line)


# --- there and back


@pytest.mark.parametrize("name", ["dadukou", "chongqing"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pack_comes_back_as_it_went_with_its_comments(name: str, language: str, tmp_path: Path) -> None:
    pack = load(name)
    back = from_excel(to_excel(Words(language), pack), tmp_path / "back", NAME)  # type: ignore[arg-type]
    assert same(pack, back) and comments(pack.folder) == comments(back.folder)
    assert [path.name for path in tmp_path.iterdir()] == ["back"]


@pytest.mark.parametrize("name", ["dadukou", pytest.param("chongqing", marks=pytest.mark.slow)])
def test_the_copy_runs_as_the_pack_does_bit_for_bit(name: str, tmp_path: Path) -> None:
    pack = load(name)
    back = from_excel(to_excel(Words("zh"), pack), tmp_path / "back", NAME)
    assert simulate(pack, pack.levers, runs=20, seed=7).digest == simulate(back, back.levers, runs=20, seed=7).digest


def test_a_workbook_of_a_copy_is_that_of_the_pack(dadukou: Region, raw: bytes, tmp_path: Path) -> None:
    def sheets(content: bytes) -> list[list[str]]:  # comments may stand in another order among themselves
        return [sorted(str(cell) for cell in grid.cells.values()) for grid in read_workbook(content, NAME)]

    back = from_excel(raw, tmp_path / "back", NAME)
    assert sheets(to_excel(Words("zh"), back, MADE)) == sheets(raw)


def test_a_workbook_that_another_program_saved_is_read_the_same(dadukou: Region, raw: bytes, tmp_path: Path) -> None:
    saved = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(raw)).save(saved)
    assert same(dadukou, from_excel(saved.getvalue(), tmp_path / "back", NAME))


EVERYTHING = {
    "scenarios/triggers.toml": """
title_zh = "=1+1"
title_en = '@a "quoted" name'
extends = "status_quo"
[levers]
seed_fund = { from = 300, to = 900, years = [2021, 2025] }
joint_projects = "x1.5"
enterprise_coaching = { 2021 = "+20%", 2023 = 60 }
ip_services = 0.30000000000000004
[environment]
super_deduction = "law"
gdp_growth = { 2022 = 0.04 }
[[triggers]]
when = "tech_enterprises < 400"
year = 2023
then = { enterprise_coaching = 61, ip_services = 33.3 }
[[triggers]]
when = "patents_per_10k < 10"
year = 2022
then = { ip_services = 50 }
""",
    "scenarios/我的方案.toml": 'extends = "triggers"\n[[triggers]]\nwhen = "patents_per_10k < 10"\nyear = 2022\ndrop = true\n',
    "later.toml": """
[[later]]
id = "a"
sides = [{ zh = "甲", "en.x" = "=b", n = 0.30000000000000004 }, { zh = "乙", on = true, none = [], nothing = {} }]  # said of it
empty = ""
years = [2021, 2022]
[later.deep]
text = "2015"
""",
    "scenarios/empty.toml": "# nothing yet\n",
    "actuals.csv": "indicator,period,value,unit,source,tolerance\n"
    "tech_enterprises,2021,360,家,公报,\nhigh_tech_enterprises,2021,101,家,公报,2\n",
}


def test_everything_that_a_pack_can_hold_comes_back(dadukou: Region, tmp_path: Path) -> None:
    shutil.copytree(dadukou.folder, tmp_path / "full", ignore=shutil.ignore_patterns("posterior"))
    for name, text in EVERYTHING.items():
        (tmp_path / "full" / name).write_text(text, encoding="utf-8")
    pack = tmp_path / "full"
    for name, old, new in (
        ("environment.toml", "sector_sd = 0.05", "sector_sd = 0.05\nsectors = { health = { 2016 = 0.01, 2021 = -0.02 } }"),
        ("region.toml", "arrives = 2017", "arrives = 2017\nleaves = 2024"),
        ("levers.toml", "seed_fund = { 2016 = 188 }", "seed_fund = 188.12345678901234"),
        ("facts.csv", "万人发明专利拥有量（件） 15 12.11 19.36", '"=万人发明专利拥有量（件）, 15\n12.11 19.36"'),
    ):
        text = (pack / name).read_text(encoding="utf-8")
        assert old in text
        (pack / name).write_text(text.replace(old, new), encoding="utf-8")
    full = load_whole(pack)
    back = from_excel(to_excel(Words("en"), full), tmp_path / "back", NAME)
    assert full.levers == back.levers and full.environment == back.environment and full.settings == back.settings
    assert [fact.quote for fact in full.facts] == [fact.quote for fact in back.facts]
    assert back.fact("patents_per_10k_2015").quote.startswith("=万人")
    for name in EVERYTHING:
        if name.endswith(".toml"):
            assert read_toml(pack / name) == read_toml(back.folder / name)
    assert (back.folder / "actuals.csv").read_text("utf-8") == EVERYTHING["actuals.csv"]


def test_what_is_changed_in_the_workbook_is_changed_in_the_pack(raw: bytes, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(raw))
    targets, facts, levers = book["目标 targets"], book["事实 facts"], book["政策力度 levers"]
    assert targets["A5"].value == "rd_expenditure"
    targets["D5"] = 17.5
    facts["F5"] = "２．２５"
    row = next(row for row in range(5, 40) if levers.cell(row, 1).value == "seed_fund")
    column = next(k for k in range(1, 30) if levers.cell(4, k).value == "2023")
    levers.cell(row, column).value = 400
    book.save(tmp_path / "my.xlsx")
    back = from_excel(tmp_path / "my.xlsx", tmp_path / "back")
    assert back.target("rd_expenditure").value == 17.5  # type: ignore[union-attr]
    assert back.facts[0].value == 2.25
    assert [back.levers.get("seed_fund", year) for year in (2022, 2023, 2025)] == [188, 400, 400]


def test_an_empty_folder_is_filled_and_a_full_one_left_alone(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert from_excel(raw, tmp_path / "empty", NAME).folder == tmp_path / "empty"
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    for taken in (tmp_path / "full", tmp_path / "full" / "mine.txt", tmp_path / "nowhere" / "below"):
        with pytest.raises(InputError):
            from_excel(raw, taken, NAME)
    assert (tmp_path / "full" / "mine.txt").read_text() == "mine" and len(list((tmp_path / "full").iterdir())) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"empty", "full"}


def test_nothing_is_left_where_the_last_step_fails(raw: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(InputError, match="disk full"):
        from_excel(raw, tmp_path / "back", NAME)
    assert list(tmp_path.iterdir()) == []


# --- what it looks like


def test_each_sheet_has_headings_names_notes_frozen_rows_and_lists(raw: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(raw))
    assert book.sheetnames[0] == "使用说明 guide" and "yidu region from-excel" in str(book.worksheets[0]["A8"].value)
    facts = book["事实 facts"]
    assert facts.freeze_panes == "B5" and facts["F3"].value == "值" and facts["F4"].value == "value"
    assert facts["F3"].comment is not None and "单位" in facts["F3"].comment.text
    lists = {str(one.sqref).split(":")[0]: one.formula1 for one in facts.data_validations.dataValidation}
    assert lists["K5"] == '"calibrate,prior,lever,context"'
    assert "选项 choices" in {str(one.sqref)[:2]: one.formula1 for one in book["目标 targets"].data_validations.dataValidation}["A5"]
    assert "万元/年" in book["龙头企业 giants"]["I3"].value


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sheet_and_column_has_words(language: str) -> None:
    known = table(language)  # type: ignore[arg-type]
    for sheet in SHEETS:
        assert f"region_excel.about.{sheet.id}" in known and f"region_excel.sheet.{sheet.id}" in known
        assert [one.id for one in sheet.columns if not one.yearly and f"region_excel.column.{one.id}" not in known] == []


def test_text_that_looks_like_a_formula_stays_text_in_the_workbook(dadukou: Region, tmp_path: Path) -> None:
    shutil.copytree(dadukou.folder, tmp_path / "p", ignore=shutil.ignore_patterns("posterior"))
    file = tmp_path / "p" / "region.toml"
    file.write_text(file.read_text("utf-8").replace('title_zh = "材料"', 'title_zh = "=HYPERLINK(1)"'), "utf-8")
    cell = openpyxl.load_workbook(io.BytesIO(to_excel(Words("zh"), load(tmp_path / "p"))))["行业 sectors"]["B9"]
    assert cell.data_type == "s" and cell.quotePrefix and cell.value == "=HYPERLINK(1)"


def test_a_text_too_long_for_a_cell_is_a_sentence_not_a_cut(dadukou: Region, tmp_path: Path) -> None:
    shutil.copytree(dadukou.folder, tmp_path / "p", ignore=shutil.ignore_patterns("posterior"))
    file = tmp_path / "p" / "region.toml"
    file.write_text(re.sub(r'(?m)^source = ".*"$', f'source = "{"长" * 33000}"', file.read_text("utf-8"), count=1), "utf-8")
    with pytest.raises(InputError, match="32767"):
        to_excel(Words("zh"), load(tmp_path / "p"))


# --- how a cell is read


def read(value: Any, holds: str = "number", unit: str = "家", look: str = "General", options: tuple[str, ...] = ()) -> Any:
    def refuse(message: str, **more: Any) -> InputError:
        return InputError(message, **more)

    return value_of(Cell(value, look), holds, unit, options, refuse)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value, meant",
    [
        (5, 5), (5.0, 5), (0.1, 0.1), ("5", 5), (" １２．５ ", 12.5), ("1,234", 1234), ("1,234,567.5", 1234567.5), ("１，２３４", 1234),
        ("1,2345", 12345), ("−3", -3), ("1 234", 1234), ("1e3", 1000), ("\u200b7\xa0", 7), ("", None), ("　", None),
    ],
)  # fmt: skip
def test_numbers_are_read_kindly(value: object, meant: object) -> None:
    assert read(value) == meant


@pytest.mark.parametrize("value", ["abc", "约5", "5亿元", "1.234,5", "1,23", "12,34,5", True, "5%", "nan", "inf", "--5", "0x10", "1_000"])
def test_what_could_be_read_in_two_ways_is_not_read(value: object) -> None:
    with pytest.raises(InputError):
        read(value)


@pytest.mark.parametrize(
    "value, look, unit, meant",
    [
        (0.05, "0%", "share", 0.05), (0.023, "0.0%", "%", 2.3), (0.105, "0.00%", "%/年", 10.5), ("5%", "General", "share", 0.05),
        ("2.14％", "General", "%", 2.14), (0.07, "0%", "log/yr", 0.07), (5, '0"%"', "家", 5),
    ],
)  # fmt: skip
def test_percentages_are_read_where_the_unit_leaves_no_doubt(value: object, look: str, unit: str, meant: float) -> None:
    assert read(value, unit=unit, look=look) == meant


def test_words_and_flags_are_read_kindly() -> None:
    assert [read(one, "flag") for one in ("是", "No", True, 1, "ＴＲＵＥ", "否")] == [True, False, True, True, True, False]
    assert read(" Calibrate ", "word", options=("calibrate", "prior")) == "calibrate"
    assert read(2015, "word") == read(2015.0, "word") == "2015"
    assert read("science、towns，industry", "list") == ["science", "towns", "industry"]
    assert [read(one, "any") for one in ("x1.5", "+20%", 3, "3.5", "law")] == ["x1.5", "+20%", 3, 3.5, "law"]
    with pytest.raises(InputError, match="calibrate"):
        read("calibate", "word", options=("calibrate", "prior"))


# --- workbooks that are wrong


class Edited:
    """Sheets to be spoiled, by the ids of sheets and the names of columns."""

    def __init__(self, grids: list[Sheet]) -> None:
        self.grids = [grid._replace(cells=dict(grid.cells)) for grid in grids]

    def at(self, id: str) -> int:
        return next(k for k, grid in enumerate(self.grids) if grid.name.split()[-1] == id)

    def cells(self, id: str) -> dict[tuple[int, int], Cell]:
        return self.grids[self.at(id)].cells

    def column(self, id: str, name: str) -> int:
        return next(column for (row, column), cell in self.cells(id).items() if row == 4 and str(cell.value) == name)

    def row(self, id: str, key: str | int) -> int:
        return next(row for (row, _), cell in sorted(self.cells(id).items()) if row > 4 and cell.value == key)

    def put(self, id: str, row: int | str, name: str, value: Any, **more: Any) -> str:
        """Write a cell, or empty it with None; returns sheet and cell."""
        row = self.row(id, row) if isinstance(row, str) else row
        column = self.column(id, name)
        self.cells(id).pop((row, column), None)
        if value is not None or more:
            self.cells(id)[row, column] = Cell(value, **more)
        return f"{id} {openpyxl.utils.get_column_letter(column)}{row}"

    def turn(self, id: str, **more: Any) -> str:
        self.grids[self.at(id)] = self.grids[self.at(id)]._replace(**more)
        return id

    def add(self, id: str, *values: Any) -> str:
        """A row below the last; returns sheet and its first cell."""
        row = max(row for row, _ in self.cells(id)) + 1
        self.cells(id).update({(row, k + 1): Cell(value) for k, value in enumerate(values) if value is not None})
        return f"{id} A{row}"

    def drop_row(self, id: str, key: str) -> None:
        row = self.row(id, key)
        for place in [place for place in self.cells(id) if place[0] == row]:
            del self.cells(id)[place]


def _doubled(book: Edited) -> str:
    book.grids.append(book.grids[book.at("facts")]._replace(name="facts"))
    return "facts"


def _dropped(book: Edited) -> str:
    del book.grids[book.at("facts")]
    return "facts"


def _stranger(book: Edited) -> str:
    book.grids.append(Sheet("计算", {(1, 1): Cell(1)}, (), False))
    return "计算"


def _unnamed(book: Edited) -> str:
    book.cells("facts")[7, 30] = Cell(12)
    return "facts AD7"


def _headless(book: Edited) -> str:
    for place in [place for place in book.cells("places") if place[0] == 4]:
        del book.cells("places")[place]
    return "places A4"


def _no_baseline(book: Edited) -> str:
    book.put("environments", "baseline", "environment", "usual")
    return "environments A4"


def _swapped(book: Edited) -> str:
    book.put("sectors", 5, "id", "environment")
    book.put("sectors", 6, "id", "big_data")
    return "sectors A5"


def _no_entry(book: Edited) -> str:
    book.drop_row("settings", "pool.low")
    return "settings A4"


def _two_scenarios(book: Edited) -> str:
    return book.put("mixes", 5, "2021", 3)


def _half_a_trigger(book: Edited) -> str:
    where = book.add("triggers", "plan", 1, "tech_enterprises < 400", 2023, None, "seed_fund")
    return where.replace(" A", " G")


def _bad_trigger(book: Edited) -> str:
    where = book.add("triggers", "plan", 1, "tech_enterprise < 400", 2023, None, "seed_fund", 300)
    return where.replace(" A", " C")


def _differing_trigger(book: Edited) -> str:
    book.add("triggers", "plan", 1, "tech_enterprises < 400", 2023, None, "seed_fund", 300)
    return book.add("triggers", "plan", 1, "tech_enterprises < 500", 2023, None, "ip_services", 30).replace(" A", " C")


def _late_fact(book: Edited) -> str:
    return book.put("facts", 7, "period", 2021)


def _gap(book: Edited) -> str:
    book.add("others", "later.toml", "later.#2.id", "text", "a")
    return "others D" + str(max(row for row, _ in book.cells("others")))


def _other_twice(book: Edited) -> str:
    return book.add("others", "region.toml", "years.record_end", "number", 2020).replace(" A", " D")


def _other_path(book: Edited) -> str:
    return book.add("others", "later.toml", "later..id", "text", "a").replace(" A", " B")


def _other_file(book: Edited) -> str:
    return book.add("others", "../later.toml", "a", "text", "a")


def _other_number(book: Edited) -> str:
    return book.add("others", "later.toml", "a", "number", "很多").replace(" A", " D")


Spoil = Callable[[Edited], str]

WRONG: dict[str, tuple[Spoil, str]] = {
    "a sheet is missing": (_dropped, "缺少表"),
    "a sheet is there twice": (_doubled, "有两张"),
    "a sheet is misspelt": (lambda b: b.turn("facts", name="fatcs") and "fatcs", "是不是想用“facts”"),
    "a sheet that is none of ours": (_stranger, "备注"),
    "a hidden sheet": (lambda b: b.turn("facts", hidden=True), "隐藏"),
    "merged cells": (lambda b: b.turn("facts", merged=("C6:D7",)) and "facts C6", "合并"),
    "a column is missing": (lambda b: b.put("facts", 4, "unit", None) and "facts A4", "unit"),
    "a column is misspelt": (lambda b: b.put("facts", 4, "unit", "unti"), "是不是想用“unit”"),
    "a column is there twice": (lambda b: b.put("facts", 4, "weight", "unit"), "出现两次|重复|两次"),
    "a column without a name": (_unnamed, "列名"),
    "no names of columns": (_headless, "列名"),
    "text in a number": (lambda b: b.put("facts", 7, "value", "很多"), "不是数"),
    "a number with its unit": (lambda b: b.put("facts", 7, "value", "12件"), "请写 12"),
    "a number in two readings": (lambda b: b.put("facts", 7, "value", "1.234,5"), "不是数"),
    "a share in percent": (lambda b: b.put("facts", 5, "weight", 40), "0.4"),
    "a percentage where none belongs": (lambda b: b.put("facts", 8, "value", 0.64, format="0%"), "百分数"),
    "a date": (lambda b: b.put("facts", 7, "period", datetime(2016, 12, 1)), "日期"),
    "true in a number": (lambda b: b.put("facts", 7, "tolerance", True), "TRUE"),
    "a formula without value": (lambda b: b.put("facts", 7, "value", None, formula=True), "公式"),
    "an error of a formula": (lambda b: b.put("facts", 7, "value", "#REF!", error=True), "#REF!"),
    "an unknown indicator of a target": (lambda b: b.put("targets", 5, "indicator", "rd_expenditur"), "是不是想用“rd_expenditure”"),
    "an unknown indicator of a fact": (lambda b: b.put("facts", 5, "indicator", "rd_share_of_gpd"), "是不是想用“rd_share_of_gdp”"),
    "an id twice": (lambda b: b.put("facts", 6, "id", "rd_share_2015_table"), "第 5 行"),
    "a wrong unit": (lambda b: b.put("targets", 5, "unit", "家"), "单位"),
    "an unknown role": (lambda b: b.put("facts", 6, "role", "calibrat"), "calibrate"),
    "an empty sentence": (lambda b: b.put("facts", 6, "quote", None), "空"),
    "a fact after the record": (_late_fact, "记录期"),
    "weights that do not sum to 1": (lambda b: b.put("facts", 5, "weight", 0.3), "权重之和"),
    "a negative tolerance": (lambda b: b.put("facts", 7, "tolerance", -1), "误差"),
    "a target in the record": (lambda b: b.put("targets", 5, "year", 2020), "记录期以后"),
    "a prior whose centre is cut off": (lambda b: b.put("priors", 5, "a", 9000), "中心"),
    "a prior without a number": (lambda b: b.put("priors", 5, "high", None), "空"),
    "an unknown parameter": (lambda b: b.put("priors", 5, "parameter", "pool_sise"), "pool_size"),
    "no name of the region": (lambda b: b.put("settings", "name", "value", None), "空"),
    "a name that is no id": (lambda b: b.put("settings", "name", "value", "大渡口"), "小写字母"),
    "an entry is missing": (_no_entry, "缺少项目"),
    "an unknown entry": (lambda b: b.put("settings", "scale", "key", "scal"), "scale"),
    "years out of order": (lambda b: b.put("settings", "years.record_start", "value", 2021), "先后"),
    "GDP of the last year is missing": (lambda b: b.put("series", b.row("series", 2020), "gdp", None), "gdp"),
    "a level points at no fact": (lambda b: b.put("levels", "tech_enterprises", "start", "tech_2015"), "tech"),
    "sectors out of order": (_swapped, "行业"),
    "an empty share": (lambda b: b.put("sectors", 7, "share", None), "空"),
    "a share above 1": (lambda b: b.put("sectors", 7, "strategic", 75), "不大于 1"),
    "shares that do not sum to 1": (lambda b: b.put("places", 5, "share", 0.25) and "places D5", "占比之和"),
    "a place twice": (lambda b: b.put("places", 6, "id", "jianqiao_a"), "两次"),
    "a range upside down": (lambda b: b.put("giants", 5, "revenue.low", 900000), "先低后高"),
    "half a range": (lambda b: b.put("giants", 5, "staff.low", None), "空"),
    "a giant that leaves before it comes": (lambda b: b.put("giants", 7, "leaves", 2016), "2016"),
    "neither yes nor no": (lambda b: b.put("giants", 7, "industry", "也许"), "是或否"),
    "a lever out of range": (lambda b: b.put("levers", "seed_fund", "2016", 880000), "超出范围"),
    "a lever twice": (lambda b: b.put("levers", "seed_fund", "lever", "industry_fund") and "levers A15", "已经有了"),
    "a lever without name": (lambda b: b.put("levers", "seed_fund", "lever", None), "空"),
    "a year beyond the table": (lambda b: b.put("levers", 4, "2021", "2051") and "levers", "2051"),
    "a field beyond its bounds": (lambda b: b.put("fields", "gdp_growth", "2019", 3), "超出"),
    "an unknown group": (lambda b: b.put("fields", "gdp_growth", "group", "growth"), "gdp_growth"),
    "no baseline": (_no_baseline, "baseline"),
    "a shift of no field": (lambda b: b.put("shifts", 5, "field", "gdp"), "gdp_growth"),
    "a scenario in another folder": (lambda b: b.put("scenarios", "austerity", "scenario", "../x"), "方案"),
    "a mix without scenario": (lambda b: b.put("mixes", 5, "scenario", "austrity"), "austerity"),
    "a mix of no lever": (lambda b: b.put("mixes", 5, "of", "rd_grant") and "mixes", "rd_grant_rate"),
    "a mix beyond the range": (lambda b: b.put("mixes", 5, "value", 5), "超出范围"),
    "one value and others by year": (_two_scenarios, "只留一种"),
    "a trigger without its value": (_half_a_trigger, "空"),
    "a trigger on no indicator": (_bad_trigger, "tech_enterprises"),
    "rows of a trigger that differ": (_differing_trigger, "不一致"),
    "an event of no kind": (lambda b: b.put("events", 5, "kind", "gaint"), "giant"),
    "an effect of no event": (lambda b: b.put("effects", 5, "event", "sanfeng_leave"), "sanfeng_leaves"),
    "an effect on no giant": (lambda b: b.put("effects", 5, "of", "sanfen"), "sanfeng"),
    "an effect without its value": (lambda b: b.put("effects", "demand", "value", None), "空"),
    "a task of nobody": (lambda b: b.put("tasks", 5, "lead", "scince"), "science"),
    "a place of nobody": (lambda b: b.put("managers", 5, "department", "towns2"), "towns"),
    "another file's list with a gap": (_gap, "#1"),
    "a further value of an entry that has one": (_other_twice, "两次"),
    "an entry that cannot be": (_other_path, "later.toml"),
    "a file somewhere else": (_other_file, "不能写"),
    "text in a number of another file": (_other_number, "不是数"),
    "a comment on no file": (lambda b: b.put("remarks", 5, "file", "regoin.toml"), "region.toml"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_workbook_is_one_sentence_with_sheet_and_cell(
    case: str, grids: list[Sheet], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil, part = WRONG[case]
    book = Edited(grids)
    sheet, _, cell = spoil(book).partition(" ")
    monkeypatch.setattr(region_from_workbook, "read_workbook", lambda raw, name: book.grids)
    with pytest.raises(InputError) as caught:
        from_excel(b"", tmp_path / "back", NAME)
    error = caught.value
    assert error.file == NAME and error.sheet is not None and error.sheet.split()[-1] == sheet, str(error)
    assert (error.cell or "") == cell or (not cell and error.cell), str(error)
    said = Words("zh").error(error)
    assert said.startswith(f"工作簿 {NAME}，表 {error.sheet}"), said
    assert any(one in said for one in part.split("|")), said
    assert not any(word in said for word in (" the ", " is ", "expected", "toml：")), said
    assert "\n" not in said and "\n" not in str(error) and str(error).startswith(f"{NAME}, sheet '")
    assert list(tmp_path.iterdir()) == []


# --- files that are no workbook


def kept(name: str, content: bytes) -> bytes:
    return content


def declared(name: str, content: bytes) -> bytes:
    if name != "xl/workbook.xml":
        return content
    return content.replace(b"?>", b'?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>', 1)


def far_out(name: str, content: bytes) -> bytes:
    if name != "xl/worksheets/sheet2.xml":
        return content
    return content.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')


MANY = 300_000


def crowded(part: str, at: bytes, more: bytes) -> Callable[[bytes], bytes]:
    """A workbook with something written before a place of one of its parts."""
    return lambda raw: repacked(raw, lambda name, content: content.replace(at, more + at, 1) if name == part else content)


def numbered(text: str) -> bytes:
    return "".join(text.format(k, k=k) for k in range(MANY)).encode()


CROWDED: dict[str, Callable[[bytes], bytes]] = {
    "names": crowded(
        "xl/workbook.xml", b"<calcPr", b"<definedNames>" + numbered('<definedName name="n{0}">1</definedName>') + b"</definedNames>"
    ),
    "merged cells": crowded(
        "xl/worksheets/sheet2.xml", b"<pageMargins", b"<mergeCells>" + numbered('<mergeCell ref="A{0}:B{0}"/>') + b"</mergeCells>"
    ),
    "merged cells under a prefix": crowded(
        "xl/worksheets/sheet2.xml", b"<pageMargins",
        b'<x:mergeCells xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + numbered('<x:mergeCell ref="A{0}:B{0}"/>')
        + b"</x:mergeCells>",
    ),
    "attributes": crowded("xl/worksheets/sheet2.xml", b"<sheetData>", b"<a " + numbered("a{0}='' ") + b"/>"),
    "more attributes": crowded("xl/styles.xml", b"<fonts", b"<a " + numbered("a{0}='' ") * 2 + b"/>"),
    "formats": crowded("xl/styles.xml", b"<xf ", numbered("<xf/>")),
    "empty cells": crowded("xl/worksheets/sheet2.xml", b"</sheetData>", b"<row r='900'>" + numbered('<c r="A{0}"/>') + b"</row>"),
}  # fmt: skip


@pytest.mark.parametrize("case", CROWDED)
def test_a_small_workbook_of_very_many_elements_is_refused_before_any_of_them_is_read(
    case: str, raw: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = CROWDED[case](raw)
    assert len(crowd) < 3 << 20
    opened = list[str]()
    monkeypatch.setattr("yidu.viz.workbook.spreadsheet.load_workbook", lambda *given, **more: opened.append("opened"))
    with pytest.raises(InputError, match="far more names, merged cells or formats") as caught:
        from_excel(crowd, tmp_path / "back", NAME)
    assert "合并单元格" in Words("zh").error(caught.value) and "expected" not in Words("zh").error(caught.value)
    assert opened == [] and list(tmp_path.iterdir()) == []


def test_what_is_counted_of_a_workbook_is_far_below_the_limits(raw: bytes) -> None:
    marks = others = 0
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        for part in package.infolist():
            content = package.read(part)
            marks += content.count(b"<") + content.count(b"=")
            others += sum(1 for name in re.findall(rb"<[/?!]?([\w:.]*)", content) if name not in b"row c v f is si t r".split())
    assert 5 * marks < MOST_MARKS and 5 * others < MOST_OTHERS


def strict(name: str, content: bytes) -> bytes:
    """A part as Excel writes it into a "Strict Open XML" workbook."""
    if name == "xl/workbook.xml":
        content = content.replace(b"<workbook ", b'<workbook conformance="strict" ', 1)
    called = rb"http://schemas\.openxmlformats\.org/(spreadsheetml|officeDocument|drawingml)/2006/"
    return re.sub(called, rb"http://purl.oclc.org/ooxml/\1/", content)


def test_a_strict_open_xml_workbook_is_read_as_any_other(raw: bytes, dadukou: Region, tmp_path: Path) -> None:
    made = repacked(raw, strict)
    assert b"purl.oclc.org/ooxml/spreadsheetml/main" in zipfile.ZipFile(io.BytesIO(made)).read("xl/workbook.xml")
    assert same(dadukou, from_excel(made, tmp_path / "back", NAME))


NO_WORKBOOK: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "nothing": (lambda raw: b"", "不是 Excel"),
    "text": (lambda raw: b"id,fact\n1,2\n", "不是 Excel"),
    "a picture": (lambda raw: b"\x89PNG\r\n\x1a\n" + bytes(100), "不是 Excel"),
    "another zip": (lambda raw: repacked(raw, lambda name, content: None, {"a.txt": b"a"}), "不是 Excel"),
    "the old form, or a password": (lambda raw: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "密码"),
    "cut off": (lambda raw: raw[: len(raw) // 2], "不是 Excel"),
    "too large": (lambda raw: raw + bytes(LARGEST_FILE), "10 MB"),
    "a zip bomb": (lambda raw: repacked(raw, kept, {"xl/media/a.bin": bytes(40 << 20)}), "解压"),
    "a large part": (lambda raw: repacked(raw, kept, {"xl/media/a.bin": random.Random(1).randbytes(1 << 12) * 8200}), "解压"),
    "macros": (lambda raw: repacked(raw, kept, {"xl/vbaProject.bin": b"a"}), "宏"),
    "declarations": (lambda raw: repacked(raw, declared), "声明"),
    "a cell far out": (lambda raw: repacked(raw, far_out), "XFD1048576"),
    "a part that is missing": (lambda raw: repacked(raw, lambda n, c: None if n == "xl/workbook.xml" else c), "损坏"),
    "a part that is broken": (lambda raw: repacked(raw, lambda n, c: c[:300] if n == "xl/worksheets/sheet3.xml" else c), "损坏"),
}


@pytest.mark.parametrize("case", NO_WORKBOOK)
def test_a_file_that_is_no_workbook_is_one_sentence(case: str, raw: bytes, tmp_path: Path) -> None:
    make, part = NO_WORKBOOK[case]
    with pytest.raises(InputError) as caught:
        from_excel(make(raw), tmp_path / "back", NAME)
    said = Words("zh").error(caught.value)
    assert NAME in said and any(one in said for one in part.split("|")) and "\n" not in said, said
    assert list(tmp_path.iterdir()) == []


def test_links_to_other_files_are_not_followed(raw: bytes, dadukou: Region, tmp_path: Path) -> None:
    linked = repacked(raw, kept, {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"})
    assert same(dadukou, from_excel(linked, tmp_path / "back", NAME))


def test_more_rows_than_any_region_has_are_refused(raw: bytes, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(raw))
    book["备注" if "备注" in book.sheetnames else "事实 facts"].cell(MOST_ROWS + 1, 1).value = "x"
    book.save(tmp_path / "my.xlsx")
    with pytest.raises(InputError, match=f"A{MOST_ROWS + 1}"):
        from_excel(tmp_path / "my.xlsx", tmp_path / "back")


def test_a_sheet_of_notes_and_a_column_of_notes_are_left_alone(grids: list[Sheet], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = Edited(grids)
    book.grids.append(Sheet("备注 想法", {(1, 1): Cell("=1")}, ("A1:B2",), True))
    book.cells("facts").update({(4, 20): Cell("备注"), (9, 20): Cell("这个数再核")})
    book.add("facts", "  ", "　")
    monkeypatch.setattr(region_from_workbook, "read_workbook", lambda raw, name: book.grids)
    assert len(from_excel(b"", tmp_path / "back", NAME).facts) == len(load("dadukou").facts)
