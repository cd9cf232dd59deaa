"""Tables as an Excel workbook that an office can send round: a title, a frozen header, widths that fit, A4 landscape in print.

Every text is written as text. One that looks like a formula (it begins with =, +, -, @ or a tab) is marked as text for good, so
that it stays one when a cell is edited or the sheet is saved in another form.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

import xlsxwriter
from rich.cells import cell_len

from yidu.sim.files import write_whole
from yidu.sim.reading import as_seen
from yidu.viz.words.fitting import as_property

Cell = str | int | float | None
Kind = Literal["text", "wrap", "whole", "number", "percent"]

FORMATS: dict[Kind, str] = {"text": "@", "wrap": "@", "whole": "#,##0", "number": "#,##0.0", "percent": "0.0%"}

FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
"""How a text begins that a spreadsheet may take for a formula."""

FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
LONGEST_NAME = 31
"""Characters of a sheet's name, and those it may not have: Excel's own limits."""

LONGEST_CELL = 32_767
NARROWEST, WIDEST = 6, 48
"""Widths of a column [characters]."""

A4 = 9
LINE_HEIGHT = 15.0  # points
FONT = "Microsoft YaHei"
"""Latin and Chinese letters in one; a reader without it falls back to its own."""

HEAD, LINE = "#1F4E79", "#BFBFBF"
MARGINS = {"left": 0.4, "right": 0.4, "top": 0.6, "bottom": 0.6}  # inches


class Column(NamedTuple):
    """A column: its heading, what stands in it, and its width where the longest cell should not decide."""

    head: str
    kind: Kind = "text"
    width: float | None = None


class Block(NamedTuple):
    """A table with a line above it; rows of the emphasised numbers stand out as totals."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    totals: frozenset[int] = frozenset()


class Workbook:
    """A workbook in memory; `save` writes it whole or not at all."""

    def __init__(self, title: str, author: str, made: datetime, page: str = "&P / &N") -> None:
        """`page`: the foot of a printed page, with Excel's &P for its number and &N for their count."""
        self._file = io.BytesIO()
        self._book = xlsxwriter.Workbook(
            self._file, {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
        )
        self._book.set_properties({"title": as_property(title), "author": as_property(author), "created": made})
        self._page, self._names = page, [""]
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def sheet(self, name: str, title: str, lines: Sequence[str], blocks: Sequence[Block], notes: Sequence[str] = ()) -> str:
        """Add a sheet: title, lines under it, tables one below the other, notes; returns the name it got.

        The header of the first table is frozen with all above it. It is repeated on each printed page where it is the only one, else
        the title is.
        """
        called = self._named(name)
        sheet = self._book.add_worksheet(called)
        self._print(sheet)
        widths = [_width(blocks, k) for k in range(max((len(block.columns) for block in blocks), default=1))]
        for k, width in enumerate(widths):
            sheet.set_column(k, k, width)
        self._text(sheet, 0, 0, title, bold=True, font_size=14)
        sheet.set_row(0, 24)
        row = 1
        for line in lines:
            self._line(sheet, row, line, widths)
            row += 1
        for number, block in enumerate(blocks):
            row = self._block(sheet, row + (1 if number else 0), block, widths, first=number == 0)
        if len(blocks) > 1:
            sheet.repeat_rows(0)
        for line in notes:
            row += 1
            self._line(sheet, row, line, widths)
        return called

    def save(self, file: Path) -> None:
        """Write the workbook so that a reader sees the old file or the new one, never half of it."""
        write_whole(file, self.content())

    def content(self) -> bytes:
        """The workbook as bytes; it is then complete."""
        self._book.close()
        return self._file.getvalue()

    def _line(self, sheet: Any, row: int, text: str, widths: Sequence[float]) -> None:
        """A sentence across the columns of the sheet, on as many lines as it needs."""
        look = {"font_color": "#595959", "text_wrap": True, "valign": "top"}
        if len(widths) > 1:
            sheet.merge_range(row, 0, row, len(widths) - 1, "", self._format(num_format="@", **look))
        self._text(sheet, row, 0, text, **look)
        sheet.set_row(row, LINE_HEIGHT * _lines(text, sum(widths)))

    def _block(self, sheet: Any, row: int, block: Block, widths: Sequence[float], *, first: bool) -> int:
        """A table; returns the row below it."""
        if block.title:
            self._text(sheet, row, 0, block.title, bold=True)
            row += 1
        for k, column in enumerate(block.columns):
            right = column.kind not in ("text", "wrap")
            self._text(
                sheet, row, k, column.head, bold=True, font_color="#FFFFFF", bg_color=HEAD, border=1, border_color=LINE,
                align="right" if right else "left", indent=0 if right else 1, valign="vcenter", text_wrap=True,
            )  # fmt: skip
        if first:
            sheet.freeze_panes(row + 1, 1)
            sheet.repeat_rows(row)
        for number, cells in enumerate(block.rows):
            row += 1
            look: dict[str, Any] = {"bold": True, "bg_color": "#DDEBF7"} if number in block.totals else {}
            high = 1
            for k, (column, value) in enumerate(zip(block.columns, cells)):
                self._cell(sheet, row, k, column, value, look)
                if column.kind == "wrap" and isinstance(value, str):
                    high = max(high, _lines(value, widths[k]))
            if high > 1:
                sheet.set_row(row, LINE_HEIGHT * high)
        return row + 1

    def _cell(self, sheet: Any, row: int, column: int, of: Column, value: Cell, look: dict[str, Any]) -> None:
        shape = {"border": 1, "border_color": LINE, "valign": "top", **look}
        if value is None:
            sheet.write_blank(row, column, None, self._format(**shape))
        elif isinstance(value, str):
            self._text(sheet, row, column, value, text_wrap=of.kind == "wrap", indent=1, **shape)
        else:
            sheet.write_number(row, column, value, self._format(num_format=FORMATS[of.kind], **shape))

    def _text(self, sheet: Any, row: int, column: int, text: str, **look: Any) -> None:
        plain = as_seen(text)[:LONGEST_CELL]
        if FORMULA.match(plain):
            look["quote_prefix"] = True
        sheet.write_string(row, column, plain, self._format(num_format="@", **look))

    def _format(self, **look: Any) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format({"font_name": FONT, "font_size": 10, **look})
        return self._formats[key]

    def _print(self, sheet: Any) -> None:
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(**MARGINS)
        sheet.set_footer(f"&C{self._page}")
        sheet.hide_gridlines(1)

    def _named(self, name: str) -> str:
        """A name that Excel takes and that no other sheet has."""
        plain = FORBIDDEN.sub(" ", as_seen(name)).strip().strip("'")[:LONGEST_NAME].rstrip("'") or "Sheet"
        called, more = plain, 2
        while called.casefold() in self._names:
            called, more = f"{plain[: LONGEST_NAME - len(str(more)) - 1]} {more}", more + 1
        self._names.append(called.casefold())
        return called


def _width(blocks: Sequence[Block], k: int) -> float:
    """Width of a column of a sheet [characters]: of its longest cell in any table, within reason, or as one of them asks."""
    own = [(block, block.columns[k]) for block in blocks if k < len(block.columns)]
    asked = [column.width for _, column in own if column.width is not None]
    lengths = [cell_len(column.head) for _, column in own]
    lengths += [cell_len(shown(column, row[k])) for block, column in own if column.width is None for row in block.rows]
    return max([*asked, min(WIDEST, max(NARROWEST, max(lengths, default=0) + 3))])


def _lines(text: str, width: float) -> int:
    """Lines that a text needs in a cell so wide [characters], breaking anywhere."""
    return sum(max(1, math.ceil(1.05 * cell_len(line) / max(1.0, width))) for line in text.split("\n"))


def shown(column: Column, value: Cell) -> str:
    """A cell about as Excel shows it, to measure it by."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return f"{value:,.1f}" if column.kind == "number" else f"{100.0 * value:.1f}%" if column.kind == "percent" else f"{value:,.0f}"
