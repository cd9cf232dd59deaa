"""What a cell of a region's workbook says: a number, a word, a sentence, yes or no, read kindly where only one reading is possible."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from yidu.sim.errors import InputError, did_you_mean
from yidu.sim.reading import NUMBER, digits_of, names_in
from yidu.viz.words import LANGUAGES, table
from yidu.viz.workbook.region_sheets import Holds
from yidu.viz.workbook.spreadsheet import Cell

Refuse = Callable[..., InputError]
"""Makes the error of a cell: `refuse(message, value=..., expected=..., fix=...)`."""

WITH_UNIT = re.compile(r"(?P<number>[+-]?[\d.,]+)\s*(?P<unit>[^\d\s.,].*)", re.ASCII | re.S)

IN_PERCENT = ("%", "percent", "百分")
AS_SHARES = ("share", "ratio", "1/yr", "log", "probability", "elasticity", "exponent", "index", "比例")
"""What units say of a value that is written with a percent sign: it is in percent already, or it is a share."""

EXACT = 2**53
"""Whole numbers below are exact in a spreadsheet."""

LONGEST_WHOLE = 300
"""Digits; Python refuses to read thousands, and a number of hundreds is none that a spreadsheet keeps."""


def value_of(cell: Cell, holds: Holds, unit: str, options: tuple[str, ...], refuse: Refuse) -> Any:
    """The value of a cell that is not empty, as the files of a pack write it; None where it holds nothing but spaces.

    Raises:
        InputError: made by `refuse`; a formula without a value, an error, a date, or none of what the column holds.
    """
    value = cell.value
    if cell.error:
        raise refuse(f"the cell holds the error {value}", value=value, fix="Correct the formula, or type the value.")
    if value is None:
        raise refuse(
            "the cell holds a formula whose value was not kept", expected="a value",
            fix="Open the workbook in Excel or WPS and save it, or type the value in place of the formula.",
        )  # fmt: skip
    if isinstance(value, (date, time, timedelta)):
        raise refuse(
            "the cell holds a date", value=str(value).removesuffix(" 00:00:00"),
            expected="a number" if holds == "number" else "words, not a date",
            fix="Set the cell to text (to a number, where one is meant), and type it again.",
        )  # fmt: skip
    if isinstance(value, str) and not _bare(value):
        return None
    match holds:
        case "number":
            return _number(cell, unit, refuse)
        case "flag":
            return _flag(value, refuse)
        case "list":
            return names_in(word_of(value).replace("、", ",").replace(";", ","))
        case "any":
            return _number_or_word(cell, unit, refuse)
        case "text":
            return value.strip() if isinstance(value, str) else _written(value)
    word = word_of(value)
    if options and word not in options:
        near = {option.casefold(): option for option in options}
        if word.casefold() not in near:
            raise refuse(f"'{word}' cannot stand here", value=word, expected=_listed(options), fix=did_you_mean(word, options))
        word = near[word.casefold()]
    return word


def word_of(value: object) -> str:
    """An id or a word as it is meant: full-width letters and spaces around it made plain."""
    return _bare(value) if isinstance(value, str) else _written(value)


def _listed(options: tuple[str, ...]) -> str | None:
    return " or ".join(options) if len(options) <= 6 else None


def _bare(text: str) -> str:
    if text.isascii():
        return text.strip()
    return "".join(one for one in unicodedata.normalize("NFKC", text) if unicodedata.category(one) != "Cf").strip()


def _written(value: object) -> str:
    """A number as it would be typed: 2015, not 2015.0."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < EXACT else str(value)


def _flag(value: object, refuse: Refuse) -> bool:
    if isinstance(value, bool):
        return value
    said = word_of(value).casefold()
    for answer, key, others in ((True, "region_excel.yes", {"true", "1", "y", "对"}), (False, "region_excel.no", {"false", "0", "n"})):
        if said in others | {table(language)[key].casefold() for language in LANGUAGES}:
            return answer
    raise refuse(f"'{word_of(value)}' is neither yes nor no", value=word_of(value), expected="是 or 否, yes or no")


def _number_or_word(cell: Cell, unit: str, refuse: Refuse) -> object:
    if not isinstance(cell.value, str):
        return _number(cell, unit, refuse)
    return _number(cell, unit, refuse) if NUMBER.fullmatch(digits_of(cell.value)) else word_of(cell.value)


def _number(cell: Cell, unit: str, refuse: Refuse) -> int | float:
    value = cell.value
    if isinstance(value, bool):
        raise refuse("TRUE or FALSE stands where a number is expected", value=_written(value), expected="a number")
    if isinstance(value, (int, float)):
        percent = "%" in re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", cell.format)
        return _whole(_shared(Decimal(repr(value)), value, unit, refuse) if percent else value, refuse)
    text = digits_of(value)
    percent = text.endswith("%")
    digits = digits_of(text[:-1]) if percent else text
    if not NUMBER.fullmatch(digits):
        raise refuse("the cell is not a number", value=value.strip(), expected="a number", fix=_fix(text))
    if not percent:
        whole = len(digits) < LONGEST_WHOLE and not re.search(r"[.eE]", digits)
        return _whole(int(digits) if whole else float(digits), refuse)
    share = Decimal(digits) / 100
    return _whole(_shared(share, float(share), unit, refuse), refuse)


def _shared(exact: Decimal, value: float, unit: str, refuse: Refuse) -> float:
    """What a share that is shown in percent means in a unit: itself, or a hundred times as much where that is percent."""
    if any(one in unit for one in IN_PERCENT):
        return float(exact * 100)
    if any(one in unit for one in AS_SHARES):
        return value
    raise refuse(
        "the cell is a percentage, and its unit is not one", value=f"{float(exact * 100):g}%", expected="a number",
        fix="Set the cell to a plain number, and type it again.",
    )  # fmt: skip


def _whole(value: float, refuse: Refuse) -> int | float:
    """A whole number as one; nothing that is not finite."""
    if not -sys.float_info.max <= value <= sys.float_info.max:  # a whole number can be larger than any other
        raise refuse("the cell is not a number", value=value, expected="a number")
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < EXACT else _bounded(value)


def _bounded(value: float) -> int | float:
    return float(value) if isinstance(value, int) and abs(value) > EXACT else value


def _fix(text: str) -> str | None:
    """What was probably meant by a text that is no number."""
    found = WITH_UNIT.fullmatch(text)
    if found is None:
        return None
    digits = found["number"].replace(",", "")
    return f"Write {digits}; the unit stands elsewhere." if NUMBER.fullmatch(digits) else None
