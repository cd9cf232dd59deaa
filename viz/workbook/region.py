"""The data of a region as one Excel workbook to be edited and sent back: `to_excel` writes it, `from_excel` makes a pack of it.

The app's download button is `to_excel(words, region)`; an upload is `from_excel(bytes, folder, name)`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from yidu.calibration.actuals import FILE as FIGURES
from yidu.experiments.decompose.tasks import TASK_IDS
from yidu.experiments.packs.whole import whole
from yidu.sim.errors import InputError
from yidu.sim.levers import LEVERS as LEVER_TABLE
from yidu.sim.reading import Source, number, read_table, read_text, read_toml, shown, source_of
from yidu.viz.presenters.decompose import task_title
from yidu.viz.workbook import Block, Cell
from yidu.viz.workbook import Column as Heading
from yidu.viz.workbook.forms import FIRST_ROW, Field, FormBook
from yidu.viz.workbook.region_read import from_excel
from yidu.viz.workbook.region_sheets import (
    ACTUALS,
    CHOICES,
    ENVIRONMENT,
    EVENTS,
    GUIDE,
    LEVERS,
    OTHER_COLUMNS,
    OTHER_KINDS,
    OTHERS,
    OWNERS,
    REGION,
    REMARK_COLUMNS,
    REMARKS,
    SENTENCES,
    SHEETS,
    Column,
    Path_,
    Sheet,
    name_of_sheet,
    opened,
    row_unit,
)
from yidu.viz.workbook.toml_text import Remark, remarks_of
from yidu.viz.workbook.tree_keys import key_of

if TYPE_CHECKING:
    from yidu.sim.region import Region
    from yidu.viz.words import Words

__all__ = ["from_excel", "to_excel"]

Row = dict[str, Any]
"""Values of a row of a sheet, by column."""

STEPS = ("step1", "step2", "step3", "step4", "step5", "step6", "step7")


def to_excel(words: Words, region: Region, made: datetime | None = None) -> bytes:
    """All that the files of a region's pack hold, as an Excel workbook (.xlsx).

    Its fit (`posterior/`) is no part of it.

    Args:
        words: the language of what explains the sheets; names of columns are the same in all.
        region: a pack, as `yidu.sim.region.load` gives it; published figures are read from its folder.
        made: the date on it, now by default.

    Raises:
        InputError: the pack does not pass its own checks, or holds a text longer than a cell of Excel.
    """
    whole(region)
    trees, remarks = _files(region)
    rows, others = _rows_by_sheet(trees, shown(region.folder))
    fields = {name: one.unit for name, one in region.environment.fields.items()}
    book = FormBook(
        words("region_excel.title", region=words.titled(region)), words("region_excel.author"), made or datetime.now(),
        words("region_excel.page"),
    )  # fmt: skip
    shown_ = [sheet for sheet in SHEETS if sheet.id != "actuals" or rows[sheet.id]]
    _guide(book, words, region, shown_, rows)
    sets = dict.fromkeys(column.options for sheet in shown_ for column in sheet.columns if column.options)
    lists = _places_of_lists(words, list(sets))
    try:
        for sheet in shown_:
            write = _down if sheet.down else _across
            write(book, words, region, sheet, rows[sheet.id], fields, lists)
    except ValueError as reason:
        raise InputError(str(reason), file=shown(region.folder), fix="Shorten it in the pack's file.") from None
    _others(book, words, others)
    _remarks(book, words, remarks)
    _choices(book, words, list(sets))
    return book.content()


# --- what the files hold, by sheet


def _files(region: Region) -> tuple[dict[str, Any], list[tuple[str, Remark]]]:
    """The trees of the pack's files, tables as lists of rows, and the comments in them."""
    pack = region.files
    trees: dict[str, Any] = {}
    remarks: list[tuple[str, Remark]] = []
    years = region.settings.years
    known = [name for name in (REGION, LEVERS, ENVIRONMENT, EVENTS, OWNERS) if name in pack.contents]
    tops = {*(path.name for path in region.folder.glob("*.toml")), *(name for name in pack.contents if "/" not in name)}
    further = sorted(name for name in tops if name.endswith(".toml") and name not in known and not name.startswith("."))
    for name in (*known, *(f"scenarios/{one}.toml" for one in region.scenario_names), *further):
        source = pack.source(name) if name in pack.contents else source_of(region.folder / name)
        tree = read_toml(source)
        remarks += [(name, one) for one in remarks_of(read_text(source), tree)]
        trees[name] = opened(name, tree, years.record_start, years.record_end)
    for sheet in SHEETS:
        figures = _table(region, sheet.file) if sheet.table else None
        if figures is not None:
            optional_ = ACTUALS.get(sheet.id, ())
            names = [column.id for column in sheet.columns if column.id not in optional_]
            table = read_table(figures, names, optional=optional_, may_be_empty=True)
            trees[sheet.file] = [_filled(sheet, row.cells) for row in table]
    return trees, remarks


def _table(region: Region, name: str) -> Source | None:
    """A table of the pack, or the published figures that lie beside it; None where there is none."""
    if name in region.files.contents:
        return region.files.source(name)
    return source_of(region.folder / name) if name == FIGURES and (region.folder / name).is_file() else None


def _filled(sheet: Sheet, cells: Mapping[str, str]) -> Row:
    """A row of a CSV file: numbers as numbers, empty cells left out."""
    row: Row = {}
    for id, text in cells.items():
        column = sheet.column(id)
        if text:
            row[id] = _number(text) if column is not None and column.holds == "number" else text
    return row


def _number(text: str) -> Cell:
    value = number(text, "value", file="", row=0)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _rows_by_sheet(trees: Mapping[str, Any], folder: str) -> tuple[dict[str, list[Row]], list[list[Cell]]]:
    """Every value of the files in the row and column of its sheet, and rows for those that have no sheet of their own."""
    others: list[list[Cell]] = []
    found: dict[str, dict[tuple[object, ...], Row]] = {sheet.id: {} for sheet in SHEETS}
    for file, tree in trees.items():
        columns = [
            (sheet, column, bound) for sheet in SHEETS for column in sheet.columns
            if column.path and (bound := _bound_file(column.file or sheet.file, file)) is not None
        ]  # fmt: skip
        if "0" in (columns[0][2] if columns else {}):
            found["scenarios"].setdefault((columns[0][2]["0"], None), {"scenario": columns[0][2]["0"]})
        for path, value, column_ in _values(tree, (), columns):
            if column_ is None:
                others.append([file, key_of(path), *_kind(value, f"{folder}/{file}", path)])
                continue
            sheet, column, bound = column_
            keys = {**bound, **_bound(column.path, path)}
            names = [keys[str(k)] for k in range(sheet.keys)]
            row = found[sheet.id].setdefault((*names, keys.get("n")), dict(zip((one.id for one in sheet.columns), names)))
            row[str(keys["year"]) if column.yearly else column.id] = value
    rows = {id: list(one.values()) for id, one in found.items()}
    for row in rows["series"]:
        row["year"] = int(row["year"])
    rows["series"].sort(key=lambda row: row["year"])
    return rows, others


def _kind(value: object, file: str, path: Path_) -> tuple[str, Cell]:
    """What a value is, and how it stands in a cell."""
    if isinstance(value, bool):
        return "flag", str(value).lower()
    if isinstance(value, (int, float)) and math.isfinite(value):
        return "number", value
    if isinstance(value, str):
        return "text", value
    if value in ([], {}):
        return ("list" if value == [] else "table"), None
    raise InputError(
        f"a workbook cannot carry the value of {key_of(path)}", file=file, value=str(value), expected="text, numbers, true or false"
    )


Bound = tuple[Sheet, Column, dict[str, Any]]


def _values(node: Any, path: Path_, columns: list[Bound]) -> Iterator[tuple[Path_, Any, Bound | None]]:
    """Every value below a node with the column it belongs to; None where there is none, which is so for files that came later."""
    for one in columns:
        template = one[1].path
        if len(template) == len(path) and (one[1].holds == "list" or not isinstance(node, (dict, list))) and _fits(template, path):
            yield path, node, one
            return
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _values(value, (*path, key), columns)
    elif isinstance(node, list):
        for k, value in enumerate(node):
            yield from _values(value, (*path, k), columns)
    if not isinstance(node, (dict, list)) or (not node and not columns and path):
        yield path, node, None


def _fits(template: Path_, path: Path_) -> bool:
    """Whether a path is one of a column's."""
    return all(
        isinstance(there, int) if part == "{n}" else str(there).isdigit() and isinstance(there, str) if part == "{year}"
        else isinstance(there, str) if isinstance(part, str) and part.startswith("{") else part == there
        for part, there in zip(template, path)
    )  # fmt: skip


def _bound(template: Path_, path: Path_) -> dict[str, Any]:
    return {part[1:-1]: there for part, there in zip(template, path) if isinstance(part, str) and part.startswith("{")}


def _bound_file(template: str, file: str) -> dict[str, Any] | None:
    """What the braces in a file's name stand for; None where it is another file."""
    found = re.fullmatch(re.escape(template).replace(r"\{0\}", "(.+)"), file)
    return None if found is None else {str(k): text for k, text in enumerate(found.groups())}


# --- sheets


def _across(
    book: FormBook, words: Words, region: Region, sheet: Sheet, rows: list[Row], fields: Mapping[str, str],
    lists: Mapping[tuple[str, ...], str],
) -> None:  # fmt: skip
    """A sheet with a row for each thing."""
    columns = [column for one in sheet.columns for column in (_years(region, sheet, one, rows) if one.yearly else [one])]
    heads = [_field(words, sheet, column) for column in columns]
    table = [[_cell(words, sheet, column, row, fields) for column in columns] for row in rows]
    book.form(
        name_of_sheet(words, sheet.id), words(f"region_excel.sheet.{sheet.id}"), words(f"region_excel.about.{sheet.id}"), heads, table,
        keys=max(1, sheet.keys), lists=lists,
    )  # fmt: skip


def _down(
    book: FormBook, words: Words, region: Region, sheet: Sheet, rows: list[Row], fields: Mapping[str, str],
    lists: Mapping[tuple[str, ...], str],
) -> None:  # fmt: skip
    """A sheet with one record, an entry a row."""
    record = {key: value for row in rows for key, value in row.items()}
    heads = [
        Field("key", words("region_excel.column.key")), Field("(title)", words("region_excel.column.(title)"), shown_only=True),
        Field("value", words("region_excel.column.value"), sentence=True),
        Field("(unit)", words("region_excel.column.(unit)"), shown_only=True),
        Field("(note)", words("region_excel.column.(note)"), sentence=True, shown_only=True),
    ]  # fmt: skip
    table: list[list[Cell]] = [
        [one.id, _label(words, sheet, one), _cell(words, sheet, one, record, fields), words.unit(one.unit), _note(words, sheet, one)]
        for one in sheet.columns
    ]
    book.form(
        name_of_sheet(words, sheet.id), words(f"region_excel.sheet.{sheet.id}"), words(f"region_excel.about.{sheet.id}"), heads, table,
        keys=2, lists=lists,
    )  # fmt: skip


def _years(region: Region, sheet: Sheet, column: Column, rows: list[Row]) -> list[Column]:
    """A column for each year of record and plan, of the plan alone where it is about that, and for each that is given."""
    years = region.settings.years
    first = years.record_start if sheet.id in ("levers", "fields") else years.record_end + 1
    given = {int(id) for row in rows for id in row if id.isdigit()}
    return [column._replace(id=str(year)) for year in sorted(given | set(range(first, years.plan_end + 1)))]


def _field(words: Words, sheet: Sheet, column: Column) -> Field:
    unit = column.unit if column.unit and not column.unit.startswith("{") else ""
    head = column.id if column.id.isdigit() else _label(words, sheet, column)
    if unit:
        head = words("region_excel.with_unit", title=head, unit=words.unit(unit))
    options = _options(words, column)
    note = [words("region_excel.shown_only")] if column.shown_only else [_note(words, sheet, column)]
    if column.unit == "{unit}" and sheet.column("unit") is not None:
        note.append(words("region_excel.unit_of_row"))
    if options and len(options) <= 12:
        note.append(words("region_excel.options", options=words("phrase.comma").join(options)))
    said = words("region_excel.join").join(one for one in note if one)
    sentence = column.holds == "text" and column.id in SENTENCES
    return Field(column.id, head, said, options, sentence, column.shown_only)


def _options(words: Words, column: Column) -> tuple[str, ...]:
    return (words("region_excel.yes"), words("region_excel.no")) if column.holds == "flag" else column.options


def _label(words: Words, sheet: Sheet, column: Column) -> str:
    return words(f"region_excel.column.{column.id}")


def _note(words: Words, sheet: Sheet, column: Column) -> str:
    return words.or_else(f"region_excel.note.{sheet.id}.{column.id}", words.or_else(f"region_excel.note.{column.id}", ""))


def _cell(words: Words, sheet: Sheet, column: Column, row: Row, fields: Mapping[str, str]) -> Cell:
    if column.shown_only:
        return _shown(words, sheet, column.id, row, fields)
    value = row.get(column.id)
    if isinstance(value, bool):
        return words("region_excel.yes" if value else "region_excel.no")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return value if value is None or isinstance(value, (str, int, float)) else str(value)


def _shown(words: Words, sheet: Sheet, id: str, row: Row, fields: Mapping[str, str]) -> str:
    """What a column shows that is there to be read: the title, unit or range of what the row is about."""
    about = next((str(row[key]) for key in ("of", "lever", "field", "indicator", "task") if key in row), "")
    lever = LEVER_TABLE.get(about)
    if id == "(unit)":
        return words.unit(row_unit(row, fields))
    if id == "(range)":
        return "" if lever is None else words("region_excel.range", low=f"{lever.low:g}", high=f"{lever.high:g}")
    if about in TASK_IDS:
        return task_title(words, about)
    known = words.indicator(about)
    return "" if known == about else known


# --- sheets beside


def _guide(book: FormBook, words: Words, region: Region, sheets: list[Sheet], rows: Mapping[str, list[Row]]) -> None:
    lines = [words("region_excel.guide.what"), *(words(f"region_excel.guide.{step}") for step in STEPS)]
    columns = [
        Heading(words("region_excel.guide.sheet")), Heading(words("region_excel.guide.what_it_is"), "wrap", 90.0),
        Heading(words("region_excel.guide.file")), Heading(words("region_excel.guide.need")),
        Heading(words("region_excel.guide.rows"), "whole"),
    ]  # fmt: skip
    table: list[list[Cell]] = [
        [
            name_of_sheet(words, one.id), words(f"region_excel.about.{one.id}"), one.file.replace("{0}", "*"),
            words("region_excel.needed" if one.needed else "region_excel.optional"), len(one.columns if one.down else rows[one.id]),
        ]
        for one in sheets
    ]  # fmt: skip
    for id in (OTHERS, REMARKS, CHOICES):
        table.append([name_of_sheet(words, id), words(f"region_excel.about.{id}"), None, words("region_excel.optional"), None])
    title = words("region_excel.guide.title", region=words.titled(region))
    book.sheet(name_of_sheet(words, GUIDE), title, lines, [Block(words("region_excel.guide.tables"), columns, table)])


def _remarks(book: FormBook, words: Words, remarks: list[tuple[str, Remark]]) -> None:
    heads = [
        Field(
            one, words(f"region_excel.column.{one}"), words.or_else(f"region_excel.note.{one}", ""),
            ("above", "beside") if one == "where" else (), one == "remark",
        )
        for one in REMARK_COLUMNS
    ]  # fmt: skip
    about = words(f"region_excel.about.{REMARKS}")
    rows = [[file, one.at, one.where, one.text] for file, one in remarks]
    book.form(name_of_sheet(words, REMARKS), words(f"region_excel.sheet.{REMARKS}"), about, heads, rows, keys=2)


def _others(book: FormBook, words: Words, rows: list[list[Cell]]) -> None:
    heads = [
        Field(
            one, words(f"region_excel.column.{one}"), words.or_else(f"region_excel.note.{OTHERS}.{one}", ""),
            tuple(OTHER_KINDS) if one == "kind" else (), one == "value",
        )
        for one in OTHER_COLUMNS
    ]  # fmt: skip
    about = words(f"region_excel.about.{OTHERS}")
    book.form(name_of_sheet(words, OTHERS), words(f"region_excel.sheet.{OTHERS}"), about, heads, rows, keys=2)


def _places_of_lists(words: Words, sets: list[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """Where each list of options stands on its sheet."""
    from xlsxwriter.utility import xl_col_to_name

    sheet = name_of_sheet(words, CHOICES)
    return {
        one: f"='{sheet}'!${xl_col_to_name(k)}${FIRST_ROW + 1}:${xl_col_to_name(k)}${FIRST_ROW + len(one)}" for k, one in enumerate(sets)
    }


def _choices(book: FormBook, words: Words, sets: list[tuple[str, ...]]) -> None:
    heads = [Field(f"({k + 1})", str(k + 1), shown_only=True) for k in range(len(sets))]
    rows = [[one[r] if r < len(one) else None for one in sets] for r in range(max(len(one) for one in sets))]
    about = words(f"region_excel.about.{CHOICES}")
    book.form(name_of_sheet(words, CHOICES), words(f"region_excel.sheet.{CHOICES}"), about, heads, rows)
