"""The one error a user of the product can cause: an input that is wrong, and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path


class InputError(Exception):
    """A file, a name or a number given by the user cannot be used.

    ``str(error)`` is one line: where, what was found, what was expected and in which unit, the likely fix.
    The command line prints it on standard error and exits 2. The same facts are attributes.

    ``key``: where it stands in the file, for whoever shows the file in another form: the column of a table, or the keys and
    places in lists (from 0) that lead to it in a TOML file; empty where no one entry is meant. ``sheet`` and ``cell``: of a workbook.
    """

    def __init__(
        self,
        message: str,
        *,
        file: str | Path | None = None,
        row: int | None = None,
        value: object = None,
        unit: str | None = None,
        expected: str | None = None,
        fix: str | None = None,
        key: Sequence[str | int] = (),
        sheet: str | None = None,
        cell: str | None = None,
    ) -> None:
        self.message = one_line(message).rstrip(".")
        self.file = None if file is None else str(file)
        self.row = row
        self.value = value
        self.unit = unit
        self.expected = None if expected is None else one_line(expected, LONGEST_LIST)
        self.fix = None if fix is None else one_line(fix, LONGEST_LIST)
        self.key = tuple(key)
        self.sheet = sheet
        self.cell = cell
        super().__init__(self.sentence())

    def __reduce__(self) -> tuple[object, ...]:
        """Survives a trip between processes with its attributes."""
        state = dict(self.__dict__)
        return (_rebuilt, (self.message, state))

    def sentence(self) -> str:
        """Everything known about the error, on one line."""
        place = ""
        if self.file is not None:
            place = file_in_words(self.file)
        if self.row is not None:
            place = f"{place}, row {self.row}" if place else f"row {self.row}"
        if self.sheet is not None:
            sheet = one_line(self.sheet)
            place = f"{place}, sheet '{sheet}'" if place else f"sheet '{sheet}'"
        if self.cell is not None:
            place = f"{place}, cell {self.cell}" if place else f"cell {self.cell}"
        text = f"{place}: {self.message}" if place else self.message
        if self.value is not None and _shown(self.value) not in self.message:
            text += f", found {_shown(self.value)}"
            if self.unit:
                text += f" [{in_words(self.unit)}]"
        elif self.unit and f"[{self.unit}]" not in self.message:
            text += f" [{in_words(self.unit)}]"
        if self.expected:
            text += f"; expected {self.expected.rstrip('.')}"
        text += "."
        if self.fix:
            text += f" {self.fix}" if self.fix.endswith((".", "?", "!")) else f" {self.fix}."
        return text


def _rebuilt(message: str, state: dict[str, object]) -> InputError:
    error = InputError(message)
    error.__dict__.update(state)
    error.args = (error.sentence(),)
    return error


LONGEST_PART, LONGEST_LIST, LONGEST_SENTENCE, LONGEST_VALUE = 400, 1200, 2000, 60
"""Characters of what a sentence says, of the list it offers, of the whole, and of a value in it: a person can read all of them."""

LARGEST_SHOWN = 10**300
"""Whole numbers beyond are told by their length."""


def printable(text: str) -> str:
    """A text with whatever cannot be seen, or moves what follows it on a screen, written as an escape: \\u200b, \\x1b."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one == "\u3000" else one.encode("unicode_escape").decode() for one in text)


def one_line(text: str, most: int = LONGEST_PART) -> str:
    """A text on one line, shortened where it is long."""
    return shortened(printable(" ".join(str(text).split())), most)


def shortened(text: str, most: int = LONGEST_PART) -> str:
    """A text of at most so many characters: of a longer one its beginning and end."""
    return text if len(text) <= most else f"{text[: most // 2]} ... {text[-most // 3 :]}"


def file_in_words(file: str | None) -> str:
    """The name of a file as a sentence has it."""
    return shortened(printable(file or ""))


def in_words(value: object) -> str:
    """A value as a reader would write it: 20.5, payrol_levy, never a page of text."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        text = value if isinstance(value, str) else repr(value)
        plain = printable(" ".join(text[:1000].split()))
        return plain if len(plain) <= LONGEST_VALUE else plain[: LONGEST_VALUE - 3] + "..."
    if isinstance(value, int) and abs(value) > LARGEST_SHOWN:
        return f"{'-' if value < 0 else ''}1e{int(value.bit_length() * 0.30103)}"
    return f"{value:g}"


def _shown(value: object) -> str:
    return f"'{in_words(value)}'" if isinstance(value, str) else in_words(value)


def nearest(word: str, options: Iterable[str]) -> str | None:
    """The option most like a misspelt word, or None when nothing is close."""
    known = [str(option) for option in options]
    close = difflib.get_close_matches(str(word).strip(), known, n=1, cutoff=0.6)
    if close:
        return close[0]
    folded = {option.casefold(): option for option in known}
    close = difflib.get_close_matches(str(word).strip().casefold(), list(folded), n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def did_you_mean(word: str, options: Iterable[str]) -> str:
    """The fix for an unknown name: the nearest one, or the list to choose from."""
    known = [str(option) for option in options]
    near = nearest(word, known)
    if near is not None:
        return f"Did you mean '{near}'?"
    listed = ", ".join(known[:30]) + (" ..." if len(known) > 30 else "")
    return f"Choose from: {listed}." if known else "There is none to choose from."
