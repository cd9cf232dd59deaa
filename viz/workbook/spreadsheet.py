"""An Excel workbook that somebody sends: the cells of its sheets, or one sentence that says why it is not read.

It may be anything. So nothing in it is followed or run: macros, links to other files and formulas are left where they are (a formula
gives the value that Excel kept with it), and sizes are bounded before and while it is unpacked.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import load_workbook
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

from yidu.sim.errors import InputError
from yidu.sim.reading import OLD_OFFICE

LARGEST_FILE = 10 * 1024 * 1024
LARGEST_UNPACKED = 32 * 1024 * 1024
"""Bytes of a workbook, and of all that is in it once unpacked; a region's has 0.1 and 0.5 million."""

THICKEST, THIN = 250, 1024 * 1024
"""How many times larger a part may unpack to, once it is larger than so many bytes: a sheet unpacks to some 10 to 50 times."""

MOST_PARTS, MOST_SHEETS, MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 500, 60, 5000, 200, 50_000

MOST_MARKS, MOST_OTHERS = 350_000, 30_000
"""How often < and = may stand in all parts together, and < of what is neither cell nor text: names, merged cells, formats.

Reading takes a time for each. A region's workbook has some 60,000, and 5,500.
"""

OF_CELLS = re.compile(rb"</?(?:\w{1,20}:)?(?:row|c|v|f|is|si|t|r)[\s/>]")
"""Elements of cells, of their values and texts."""

LONGEST_ELEMENT = 64
"""Bytes of an element within which its name ends."""

STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
"""How a "Strict Open XML" workbook calls what all others call otherwise; the elements are the same."""

DECLARES = re.compile(rb"<!(DOCTYPE|ENTITY)", re.I)
"""What a part of a workbook never has, and what can blow up or look elsewhere when it is read."""


class Cell(NamedTuple):
    """A cell that holds something.

    value: text, a number, True or False, a date; None for a formula whose value was not kept.
    """

    value: Any
    format: str = "General"
    formula: bool = False
    error: bool = False


class Sheet(NamedTuple):
    """A sheet as far as it is read. cells: by (row, column), counted from 1. merged: ranges as Excel writes them."""

    name: str
    cells: dict[tuple[int, int], Cell]
    merged: tuple[str, ...]
    hidden: bool


def read_workbook(raw: bytes, name: str) -> list[Sheet]:
    """Sheets of a workbook, in their order.

    Args:
        raw: the file's bytes.
        name: what it is called in errors.

    Raises:
        InputError: it is no workbook (.xlsx), is too large, has macros or a password, is damaged, or a sheet is too large.
    """
    _check_package(raw, name)
    try:
        raw = _transitional(raw)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _sheets(raw, name)
    except InputError:
        raise
    except Exception as reason:  # whatever a library meets in a damaged file
        raise InputError(
            "the workbook is damaged and cannot be read", file=name, expected="a workbook that Excel opens",
            fix="Open it in Excel or WPS, save it as .xlsx once more, and take that file.",
        ) from reason  # fmt: skip


def _check_package(raw: bytes, name: str) -> None:
    """Whether the bytes are those of a workbook without macros, small enough when unpacked; nothing is unpacked to keep."""
    if len(raw) > LARGEST_FILE:
        raise InputError(
            f"the file is larger than {LARGEST_FILE >> 20} MB", file=name, expected="a region's workbook, well below 1 MB",
            fix="Take pictures and other sheets out of it.",
        )  # fmt: skip
    if raw.startswith(OLD_OFFICE):
        raise InputError(
            "this is a workbook of the old form (.xls), or one with a password", file=name, expected="a workbook (.xlsx)",
            fix="In Excel or WPS take the password off, and save it as a workbook (.xlsx).",
        )  # fmt: skip
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            _check_parts(package, name)
    except InputError:
        raise
    except Exception as reason:  # zipfile meets damage in many ways: BadZipFile, zlib.error, EOFError, NotImplementedError
        raise InputError(
            "this is no Excel workbook", file=name, expected="a workbook (.xlsx)",
            fix="Begin with the one that yidu region to-excel writes.",
        ) from reason  # fmt: skip


def _check_parts(package: zipfile.ZipFile, name: str) -> None:
    parts = package.infolist()
    names = [part.filename for part in parts]
    if "[Content_Types].xml" not in names or not any(one.startswith("xl/") for one in names):
        raise InputError(
            "this is no Excel workbook", file=name, expected="a workbook (.xlsx)",
            fix="Begin with the one that yidu region to-excel writes.",
        )  # fmt: skip
    if any(one.lower().endswith(("vbaproject.bin", ".xlb")) or "macrosheet" in one.lower() for one in names):
        raise InputError(
            "the workbook holds macros", file=name, expected="a workbook without macros (.xlsx)",
            fix="In Excel or WPS save it as a workbook (.xlsx).",
        )  # fmt: skip
    if any(one.lower().endswith("workbook.bin") for one in names):
        raise InputError(
            "this is a binary workbook (.xlsb)", file=name, expected="a workbook (.xlsx)",
            fix="In Excel or WPS save it as a workbook (.xlsx).",
        )  # fmt: skip
    if len(parts) > MOST_PARTS or len(set(names)) < len(names):
        raise _bomb(name)
    unpacked = marks = others = 0
    for part in parts:
        if part.flag_bits & 1:
            raise InputError("the workbook has a password", file=name, fix="In Excel or WPS take the password off, and save it again.")
        size, tail, begun = 0, b"", b""
        with package.open(part) as stream:
            while block := stream.read(1 << 16):
                size, unpacked = size + len(block), unpacked + len(block)
                if unpacked > LARGEST_UNPACKED or (size > THIN and size > THICKEST * max(1, part.compress_size)):
                    raise _bomb(name)
                plain = (tail + block).replace(b"\0", b"")  # UTF-16 too
                if DECLARES.search(plain) and not part.filename.startswith("xl/media/"):
                    raise InputError("the workbook holds declarations that no Excel writes", file=name, expected="a workbook (.xlsx)")
                tail = block[-32:]
                if part.filename.startswith("xl/media/"):
                    continue
                block = begun + block.replace(b"\0", b"")
                last = block.rfind(b"<", max(0, len(block) - LONGEST_ELEMENT))
                block, begun = (block, b"") if last < 0 else (block[:last], block[last:])
                marks += block.count(b"<") + block.count(b"=")
                if marks > MOST_MARKS:
                    raise _crowded(name)
                others += block.count(b"<") - sum(1 for _ in OF_CELLS.finditer(block))
                if others > MOST_OTHERS:
                    raise _crowded(name)


def _crowded(name: str) -> InputError:
    return InputError(
        "the workbook holds far more names, merged cells or formats than a region's", file=name,
        expected=f"at most {MOST_OTHERS:,} of them", fix="Copy the values into the workbook that yidu region to-excel writes.",
    )  # fmt: skip


def _transitional(raw: bytes) -> bytes:
    """A workbook of the form "Strict Open XML" in the form that every program reads; any other as it is."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        if not STRICT.search(package.read("xl/workbook.xml")):
            return raw
        with zipfile.ZipFile(out, "w") as plain:
            for part in package.infolist():
                content = package.read(part)
                if part.filename.endswith((".xml", ".rels", ".vml")):
                    content = STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/", content)
                plain.writestr(part.filename, content)
    return out.getvalue()


def _bomb(name: str) -> InputError:
    return InputError(
        "the workbook unpacks to far more than it should", file=name, expected=f"{LARGEST_UNPACKED >> 20} MB or less when unpacked",
        fix="Begin with the one that yidu region to-excel writes.",
    )  # fmt: skip


def _sheets(raw: bytes, name: str) -> list[Sheet]:
    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False, keep_vba=False)
    try:
        if len(book.worksheets) > MOST_SHEETS:
            raise InputError(f"the workbook has {len(book.worksheets)} sheets", file=name, expected=f"{MOST_SHEETS} or fewer")
        return [_sheet(sheet, name) for sheet in book.worksheets]
    finally:
        book.close()


class _Parser(WorkSheetParser):
    """The library's own, which also says whether a cell is a formula."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        return {**super().parse_cell(element), "formula": element.find(FORMULA_TAG) is not None}


def _sheet(sheet: Any, name: str) -> Sheet:
    """The cells that hold something: what stands in the file, whatever size the sheet says it has."""
    book = sheet.parent
    cells: dict[tuple[int, int], Cell] = {}
    with sheet._get_source() as source:
        parser = _Parser(
            source, sheet._shared_strings, data_only=True, epoch=book.epoch, date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )  # fmt: skip
        for _, row in parser.parse():
            for one in row:
                formula, value = one.pop("formula"), one["value"]
                if value is None and not formula:
                    continue
                place = (one["row"], one["column"])
                if place[0] > MOST_ROWS or place[1] > MOST_COLUMNS or len(cells) >= MOST_CELLS:
                    raise InputError(
                        "the sheet is larger than a region's can be", file=name, sheet=sheet.title,
                        cell=f"{get_column_letter(place[1])}{place[0]}", expected=f"{MOST_ROWS} rows and {MOST_COLUMNS} columns or fewer",
                        fix="Delete the cells that lie far out.",
                    )  # fmt: skip
                look = ReadOnlyCell(sheet, **one).number_format if one["data_type"] == "n" else "General"
                cells[place] = Cell(value, look, formula, one["data_type"] == "e")
        merged = tuple(str(one.ref) for one in parser.merged_cells.mergeCell) if parser.merged_cells else ()
    return Sheet(sheet.title, cells, merged, sheet.sheet_state != "visible")


def read_bytes(source: Path | bytes, name: str) -> bytes:
    """The bytes of a workbook, from a file or as they were sent.

    Raises:
        InputError: no such file, a folder, not readable, or larger than a workbook may be; see `_check_package`.
    """
    if isinstance(source, bytes):
        return source
    try:
        if source.is_dir():
            raise InputError("is a folder, not a file", file=name)
        if source.suffix.lower() in (".xls", ".xlsm", ".xlsb", ".xltm", ".xlam", ".et", ".ett"):
            raise InputError(
                f"workbooks of the kind {source.suffix} are not read", file=name, expected="a workbook without macros (.xlsx)",
                fix="In Excel or WPS save it as a workbook (.xlsx).",
            )  # fmt: skip
        with source.open("rb") as stream:
            return stream.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise InputError("the file is missing", file=name) from None
    except OSError as reason:
        raise InputError(f"cannot be read ({reason.strerror or reason})", file=name) from None
