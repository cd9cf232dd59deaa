"""Sheets to be filled in: under a title a row of headings, a row of names by which columns are found again, and rows of values.

Numbers stand as they are, to the last bit; where a spreadsheet would round one, it stands as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rich.cells import cell_len

from yidu.viz.workbook import HEAD, LONGEST_CELL, NARROWEST, WIDEST, Cell, Workbook

FIRST_ROW = 4
"""Row of the first values (from 0): title, explanation, headings and names stand above."""

SPARE_ROWS = 200
"""Rows below the last that offer the same lists."""

LONGEST_LIST = 255
"""Characters of a list that Excel keeps with a cell; a longer one refers to cells."""

SENTENCE = 60.0
"""Width of a column of sentences [characters]."""


class Field(NamedTuple):
    """A column to be filled in: its name, its heading, a note on it, all it may hold, whether it holds sentences or is only read."""

    name: str
    head: str
    note: str = ""
    options: tuple[str, ...] = ()
    sentence: bool = False
    shown_only: bool = False


class FormBook(Workbook):
    """A workbook with sheets to be filled in."""

    def form(
        self,
        name: str,
        title: str,
        about: str,
        fields: Sequence[Field],
        rows: Sequence[Sequence[Cell]],
        *,
        keys: int = 1,
        lists: Mapping[tuple[str, ...], str] | None = None,
        each: Mapping[tuple[int, int], tuple[str, ...]] | None = None,
    ) -> str:
        """Add such a sheet; returns the name it got.

        keys: columns that stay in view. lists: where options too long for a cell stand, as a range. each: options of single cells by
        (row, column), from 0.

        Raises:
            ValueError: a text is longer than a cell can hold.
        """  # fmt: skip
        called = self._named(name)
        sheet = self._book.add_worksheet(called)
        self._print(sheet)
        self._text(sheet, 0, 0, title, bold=True, font_size=14)
        sheet.set_row(0, 24)
        self._text(sheet, 1, 0, about, font_color="#595959")
        for k, field in enumerate(fields):
            self._head(sheet, k, field, rows)
        for r, cells in enumerate(rows):
            for k, (field, value) in enumerate(zip(fields, cells)):
                self._value(sheet, FIRST_ROW + r, k, field, value)
        last = FIRST_ROW + len(rows) + SPARE_ROWS
        for k, field in enumerate(fields):
            if field.options:
                self._offer(sheet, (FIRST_ROW, k, last, k), field.options, lists or {})
        for (r, k), options in (each or {}).items():
            self._offer(sheet, (FIRST_ROW + r, k, FIRST_ROW + r, k), options, lists or {})
        sheet.freeze_panes(FIRST_ROW, keys)
        sheet.repeat_rows(FIRST_ROW - 2)
        return called

    def _head(self, sheet: Any, k: int, field: Field, rows: Sequence[Sequence[Cell]]) -> None:
        look = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter", "text_wrap": True, "indent": 1}
        color = "#7F7F7F" if field.shown_only else HEAD
        self._text(sheet, FIRST_ROW - 2, k, field.head, bold=True, font_color="#FFFFFF", bg_color=color, **look)
        self._text(sheet, FIRST_ROW - 1, k, field.name, font_color="#7F7F7F", bg_color="#F2F2F2", **look)
        if field.note:
            sheet.write_comment(FIRST_ROW - 2, k, field.note, {"x_scale": 2.2, "y_scale": 1.2, "font_size": 10})
        longest = max((cell_len(str(row[k])) for row in rows if row[k] is not None), default=0)
        wide = max(longest, cell_len(field.name), (cell_len(field.head) + 1) // 2) + 3
        sheet.set_column(k, k, SENTENCE if field.sentence else min(WIDEST, max(NARROWEST, wide)))

    def _value(self, sheet: Any, row: int, k: int, field: Field, value: Cell) -> None:
        look: dict[str, Any] = {"border": 1, "border_color": "#D9D9D9", "valign": "top"}
        if field.shown_only:
            look |= {"font_color": "#7F7F7F", "bg_color": "#F2F2F2"}
        if value is None:
            sheet.write_blank(row, k, None, self._format(**look))
        elif isinstance(value, str):
            if len(value) > LONGEST_CELL:
                raise ValueError(f"a text of {len(value)} characters does not fit into a cell of {LONGEST_CELL}")
            self._text(sheet, row, k, value, text_wrap=field.sentence, indent=1, **look)
        elif float(f"{value:.16g}") == value:
            sheet.write_number(row, k, value, self._format(num_format="General", **look))
        else:
            self._text(sheet, row, k, repr(value), align="right", **look)

    def _offer(self, sheet: Any, where: tuple[int, int, int, int], options: tuple[str, ...], lists: Mapping[tuple[str, ...], str]) -> None:
        inline = len(",".join(options)) <= LONGEST_LIST
        if inline or options in lists:
            sheet.data_validation(
                *where, {"validate": "list", "source": list(options) if inline else lists[options], "error_type": "warning"}
            )
