"""How every input file is read: its bytes once, then text, TOML, CSV tables, numbers; one error that names file and row.

A file has one normal form, its text in UTF-8 without a byte-order mark and with plain line ends: what is parsed is what a digest is of.
"""

from __future__ import annotations

import codecs
import csv
import io
import math
import re
import tomllib
import types
import typing
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date, time
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from yidu.sim.errors import InputError, did_you_mean, nearest, printable

LARGEST_FILE = 16 * 1024 * 1024
LARGEST_TOML = 1024 * 1024
"""Bytes of a table, and of a TOML file; the largest of the shipped regions has some 30,000."""

DEEPEST = 24
"""Tables and lists within one another."""

_LONG_KEY = (
    re.compile(r"""(?<![\w-])(?:(?:[\w-]{1,200}+|"[^"\n]{0,200}+"|'[^'\n]{0,200}+')[ \t]{0,9}+\.[ \t]{0,9}+){200}"""),
    "holds a key of very many parts", "a key of a few parts, as years.record_end",
)  # fmt: skip
_LONG_NUMBER = (
    re.compile(r"(?<![\w.])[+-]?\d[\d_]{400}", re.ASCII), "holds a number of hundreds of digits", "a number of at most 19 digits",
)  # fmt: skip
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?|[+-]?\d{1,4}(,\d{4})+(\.\d+)?", re.ASCII)
"""Digits in groups of three, or of four as Chinese counts."""

_FULL_WIDTH = {0xFF01 + k: 0x21 + k for k in range(94)}
_SIGNS = str.maketrans({"−": "-", "–": "-", "﹣": "-", "。": ".", **dict.fromkeys("\u00a0\u2009\u202f\u3000", " ")})
"""Minus signs, full stops and spaces of Chinese keyboards, of word processors and of other programs, as a number has them."""

_NONCHARACTERS = "".join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef" + _NONCHARACTERS + "]"
)
"""Characters that no text of an input holds: control characters, what turns a line round, and what XML or UTF-8 does not take."""

LONGEST_TITLE = 255
"""Characters of a title: as many as an Office document takes."""

SEARCHED = 20
"""Rows at the top of a table among which that with the names of the columns is looked for."""

MOST_IN_A_TITLE = 2
"""Filled cells of a row above the names of the columns; one with more is no title."""

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How .xls begins, and a workbook that is closed with a password."""


class Source(NamedTuple):
    """A file as it was read, once: what errors call it, and its bytes."""

    file: str
    raw: bytes


class Row(NamedTuple):
    """One row of a table: its first line in the file, counted from 1, and its cells by column."""

    line: int
    cells: dict[str, str]


def shown(path: Path) -> str:
    """The path as a reader would type it: relative to the working folder where it lies below it."""
    try:
        return printable(path.resolve().relative_to(Path.cwd()).as_posix())
    except (ValueError, OSError):
        return printable(str(path))


def source_of(path: Path, most: int = LARGEST_FILE) -> Source:
    """A file of at most so many bytes, read once."""
    file = shown(path)
    try:
        if path.is_dir():
            raise InputError("is a folder, not a file", file=file)
        with path.open("rb") as stream:  # bounded, for a device has no size and no end
            raw = stream.read(most + 1)
    except FileNotFoundError:
        raise missing(path) from None
    except OSError as reason:
        raise InputError(f"cannot be read ({reason.strerror or reason})", file=file) from None
    except ValueError:  # a zero byte in its name
        raise InputError("cannot be the name of a file", file=file) from None
    _check_size(Source(file, raw), most)
    return Source(file, raw)


def missing(path: Path) -> InputError:
    """The error of a file that is not there."""
    near = nearest(path.name, _neighbours(path.parent))
    return InputError("the file is missing", file=shown(path), fix=f"Did you mean '{near}'?" if near else None)


def _check_size(source: Source, most: int) -> None:
    if len(source.raw) > most:
        raise InputError(f"is larger than {most >> 20} MB", file=source.file, expected="a file a person edits")


def read_text(where: Path | Source, most: int = LARGEST_FILE, *, table: bool = False) -> str:
    """The text of a file of at most so many bytes, its byte-order mark dropped and its line ends made plain.

    table: also what Excel and WPS write as CSV or "Unicode text" beside UTF-8: GBK (GB18030), UTF-16. All else is UTF-8.
    """
    source = where if isinstance(where, Source) else source_of(where, most)
    _check_size(source, most)
    text = _decoded(source, table)
    if "\0" in text:
        raise InputError("holds zero bytes, so it is not a text file", file=source.file, expected="UTF-8 text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def normal_form(name: str, raw: bytes) -> bytes:
    """The bytes of a file as they are parsed, and as a digest takes them: UTF-8 without a byte-order mark, with plain line ends.

    What is no text stays as it is, until it is parsed and refused.
    """
    try:
        return read_text(Source(name, raw), table=name.endswith(".csv")).encode()
    except InputError:
        return raw


def _decoded(source: Source, table: bool) -> str:
    file, raw = source
    if table and raw.startswith((b"PK\3\4", OLD_OFFICE)):
        raise InputError(
            "is a workbook, not a table in CSV", file=file, expected="CSV",
            fix="In Excel or WPS save the sheet as CSV, and name that file.",
        )  # fmt: skip
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        if not table:
            raise InputError("saved as UTF-16", file=file, expected="UTF-8", fix="Save it again as UTF-8.")
        try:
            return raw.decode("utf-16")
        except UnicodeDecodeError:
            raise InputError("is cut off or damaged: it is not text", file=file, fix=_SAVE_AGAIN) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        text, row = _from_gbk(raw), raw.count(b"\n", 0, reason.start) + 1
        if text is None:
            fix = _SAVE_AGAIN if table else "Save it again as UTF-8."
            raise InputError("is not text in UTF-8", file=file, row=row, expected="UTF-8", fix=fix) from None
        if not table:
            raise InputError("saved as GBK", file=file, row=row, expected="UTF-8", fix="Save it again as UTF-8.") from None
        return text


_SAVE_AGAIN = "Open it in Excel or WPS, and save it as CSV once more."


def _from_gbk(raw: bytes) -> str | None:
    """The text of bytes in GBK (GB18030); None where they are no text, or rather one in UTF-8 of which little is damaged."""
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        return None
    other = raw.decode("utf-8", "replace")
    damaged = other.count("\ufffd")
    if len(re.findall(r"[^\x00-\x7f\ufffd]", other)) >= damaged:
        return None
    return None if any(unicodedata.category(one) in ("Cn", "Co") for one in set(text)) else text


def _neighbours(folder: Path) -> list[str]:
    try:
        return sorted(p.name for p in folder.iterdir() if not p.name.startswith("."))
    except OSError:
        return []


def read_toml(where: Path | Source) -> dict[str, Any]:
    """A TOML file as a dictionary, checked as `check_tree` has it."""
    source = where if isinstance(where, Source) else source_of(where, LARGEST_TOML)
    file, text = source.file, read_text(source, LARGEST_TOML)
    if not text.strip():
        raise InputError("the file is empty", file=file)
    # The parser takes a time that grows with the square of the parts of a key, and reads no number of thousands of digits.
    for pattern, what, expected in (_LONG_KEY, _LONG_NUMBER):
        if found := pattern.search(text):
            raise InputError(what, file=file, row=text.count("\n", 0, found.start()) + 1, value=found[0], expected=expected)
    try:
        tree = tomllib.loads(text)
        check_tree(tree, file)
        return tree
    except (tomllib.TOMLDecodeError, RecursionError) as reason:
        message = str(reason)
        place = re.search(r"\(at line (\d+), column \d+\)", message)
        what = message.replace(place.group(0), "").strip() if place else message
        raise InputError(
            f"is not TOML: {what}", file=file, row=int(place.group(1)) if place else None,
            fix="Text needs quotes; a table is { 2021 = 300 }; full-width commas and quotes do not count.",
        ) from None  # fmt: skip


def check_tree(tree: dict[str, Any], file: str) -> None:
    """Refuse what no person writes into a TOML file, and what no file or screen takes that it is shown in later.

    A number that no 64 bits hold; tables within tables without end; characters that cannot be seen; titles longer than a document's.
    """
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), tree)]
    while waiting:
        key, value = waiting.pop()
        name = ".".join(str(part + 1) if isinstance(part, int) else part for part in key)
        if key and isinstance(key[-1], str):
            check_seen(key[-1], name, file=file, key=key)
        if isinstance(value, (dict, list)):
            if len(key) > DEEPEST:
                raise InputError(
                    f"'{key[0]}' holds tables or lists within one another, {DEEPEST} deep and more", file=file, key=key[:1],
                    expected="a few",
                )  # fmt: skip
            inner = value.items() if isinstance(value, dict) else enumerate(value)
            waiting += [((*key, part), one) for part, one in inner][::-1]  # what is told is the first of the file
        elif isinstance(value, str):
            check_seen(value, name, file=file, key=key)
            if str(key[-1]).startswith("title") and len(value) > LONGEST_TITLE:
                raise InputError(
                    f"'{name}' has {len(value)} characters", file=file, expected=f"a title of at most {LONGEST_TITLE}", key=key,
                    fix="Shorten it.",
                )  # fmt: skip
        elif isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise InputError(
                f"'{name}' is a whole number of more than 19 digits", file=file, value=value, expected="a number of at most 19 digits",
                fix="Write a number as large with an exponent, as 1e30.", key=key,
            )  # fmt: skip


def check_seen(text: str, what: str, *, file: str | None = None, row: int | None = None, key: Sequence[str | int] = ()) -> None:
    """Refuse a text with a character that cannot be seen (`UNSEEN`); `what`: the entry, column or name that it is."""
    if found := UNSEEN.search(text):
        begin = max(0, found.start() - 20)
        raise InputError(
            f"'{what}' holds the character U+{ord(found[0]):04X}, which cannot be seen and which documents and screens do not take",
            file=file, row=row, value=text[begin : begin + 40], fix="Delete it, or type the text anew.", key=key,
        )  # fmt: skip


def as_seen(text: str) -> str:
    """A text without the characters that no document takes: what checks on reading let pass is not changed by it."""
    return UNSEEN.sub("", text)


class Layout(NamedTuple):
    """How a table is laid out: what separates its cells, the names of its columns (empty where one has none), and its rows.

    line: of the names, counted from 1. begin, first: where the rows below begin, as a place in the text and as a line.
    """

    delimiter: str
    names: list[str]
    line: int
    begin: int
    first: int


_SEPARATORS = {"\t": "tabs", ";": "semicolons", "，": "full-width commas"}


def laid_out(text: str, file: str, known: Callable[[str], bool], *, least: int = 1) -> Layout | None:
    """Where the names of the columns stand, and what separates cells: commas, tabs, semicolons, or what a line `sep=` says.

    Rows above the names, as a title, are left out, and so are a line `sep=` and empty columns. None where the text is empty.

    known: whether a column may have that name. least: how many columns the table has at least.

    Raises:
        InputError: cells are separated by what no program writes, or rows of values stand above the names.
    """
    said = re.match(r'"?sep=(.)"?,*[ \t]*(\n|$)', text, re.I)
    begin = said.end() if said else 0
    found, wrong = [], None
    for delimiter in [said[1]] if said else [",", *_SEPARATORS]:
        try:
            found.append(_head(text, begin, delimiter, known, file))
        except InputError as error:
            wrong = wrong or error
    score, head, above = max(found, key=lambda one: one[0], default=(0, None, []))  # the first of equals
    if wrong is not None and not score:
        raise wrong
    if head is None:
        return None
    if head.delimiter == "，" or (score == 0 and least > 1 and len(head.names) == 1 and any(mark in head.names[0] for mark in _SEPARATORS)):
        mark = next((mark for mark in _SEPARATORS if mark in head.names[0]), head.delimiter)
        raise InputError(
            f"the columns are separated by {_SEPARATORS[mark]}", file=file, row=head.line, expected="commas",
            fix="In Excel or WPS save it as CSV.",
        )  # fmt: skip
    for line, cells in above:
        if sum(map(bool, cells)) > MOST_IN_A_TITLE:
            raise InputError(
                "the row stands above that with the names of the columns", file=file, row=line, value=cells[0] or None,
                expected=f"the names first, in row {line}, or a title", fix="Move the row, or delete it.",
            )  # fmt: skip
    return head


def _head(
    text: str, begin: int, delimiter: str, known: Callable[[str], bool], file: str
) -> tuple[int, Layout | None, list[tuple[int, list[str]]]]:
    """The row that has most names of columns (the first, where none has any), how many it has, and the rows above it."""
    stream = io.StringIO(text, newline="")
    stream.seek(begin)
    skipped = text.count("\n", 0, begin)
    rows: list[tuple[int, Layout]] = []
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    while len(rows) < SEARCHED:
        line = skipped + reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            break
        except csv.Error as reason:
            if rows:
                break  # a title of another form, or a mistake of a row that is told when rows are read
            raise _no_csv(reason, file, line) from None
        if any(cells):
            head = Layout(delimiter, cells, line, stream.tell(), skipped + reader.line_num + 1)
            rows.append((sum(known(name) for name in set(cells) if name), head))
    if not rows:
        return 0, None, []
    best = max(range(len(rows)), key=lambda k: rows[k][0])
    return rows[best][0], rows[best][1], [(one.line, one.names) for _, one in rows[:best]]


def _no_csv(reason: csv.Error, file: str, line: int) -> InputError:
    return InputError(f"is not a CSV table ({reason})", file=file, row=line, fix="Look for an unclosed quotation mark.")


def read_table(where: Path | Source, columns: Sequence[str], *, optional: Sequence[str] = (), may_be_empty: bool = False) -> list[Row]:
    """The rows of a CSV file that has exactly these columns, in any order; empty rows, empty columns and a title are skipped.

    ``may_be_empty``: a header alone will do.
    """
    source = where if isinstance(where, Source) else source_of(where)
    file, text = source.file, read_text(source, table=True)
    known = {*columns, *optional}
    layout = laid_out(text, file, known.__contains__, least=len(columns))
    if layout is None:
        raise InputError("the file is empty", file=file, row=1, expected=f"the columns {','.join(columns)}")
    _check_header(layout, columns, optional, file)
    names = layout.names
    may_lack = next((k for k in range(len(names), 0, -1) if names[k - 1] and names[k - 1] not in optional), 0)
    stream = io.StringIO(text, newline="")
    stream.seek(layout.begin)
    reader = csv.reader(stream, delimiter=layout.delimiter, strict=True)
    rows: list[Row] = []
    while True:
        line = layout.first + reader.line_num
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            break
        except csv.Error as reason:
            raise _no_csv(reason, file, line) from None
        if not any(cells):
            continue
        while len(cells) > len(names) and not cells[-1]:
            cells.pop()
        if not may_lack <= len(cells) <= len(names):
            raise InputError(
                f"has {len(cells)} cells", file=file, row=line, expected=f"{len(names)} ({','.join(names)})".replace(",)", ")"),
                fix="A text with a comma needs quotation marks around it." if layout.delimiter == "," else
                f"The names are separated by {_SEPARATORS.get(layout.delimiter, layout.delimiter)}, and so must be the cells of a row.",
            )  # fmt: skip
        cells += [""] * (len(names) - len(cells))
        rows.append(Row(line, _named(names, cells, layout.delimiter, file, line)))
    if not rows and not may_be_empty:
        raise InputError("holds a header and no row", file=file, row=layout.line, expected="at least one row")
    return rows


def _named(names: list[str], cells: list[str], delimiter: str, file: str, line: int) -> dict[str, str]:
    """Cells by the names of their columns, those of columns without a name left out where they are empty."""
    for name, cell in zip(names, cells):
        if cell and not name:
            raise unnamed_column(cell, file, line)
        check_seen(cell, name, file=file, row=line, key=(name,))
        check_one_way(cell, name, delimiter, file, line)
    return {name: cell for name, cell in zip(names, cells) if name}


def check_one_way(cell: str, name: str, delimiter: str, file: str, line: int) -> None:
    """Refuse a number with a comma where commas may stand before decimals: in a table whose cells semicolons separate."""
    if delimiter == ";" and re.fullmatch(r"[+-]?\d+,\d+", cell, re.ASCII):
        raise InputError(
            f"{name} can be read in two ways", file=file, row=line, value=cell, expected="a point before decimals, and no other mark",
            key=(name,),
        )  # fmt: skip


def unnamed_column(cell: str, file: str, line: int) -> InputError:
    """The error of a cell in a column without a name."""
    return InputError(
        "the cell stands in a column without a name", file=file, row=line, value=cell, fix="Delete it, or write the column's name above."
    )


def _check_header(layout: Layout, columns: Sequence[str], optional: Sequence[str], file: str) -> None:
    known, cells, line = [*columns, *optional], layout.names, layout.line
    for place, cell in enumerate(cells):
        if cell and cell in cells[:place]:
            raise InputError(f"the column '{cell}' stands twice", file=file, row=line, value=cell)
    for column in columns:
        if column not in cells:
            extra = [cell for cell in cells if cell and cell not in known]
            near = nearest(column, extra)
            raise InputError(
                f"the column '{column}' is missing", file=file, row=line, expected=",".join(columns),
                fix=f"Is '{near}' meant?" if near else None,
            )  # fmt: skip
    for cell in cells:
        if cell and cell not in known:
            raise InputError(
                f"no column is called '{cell}'", file=file, row=line, value=cell,
                fix=did_you_mean(cell, known),
            )  # fmt: skip


def digits_of(text: str) -> str:
    """A number as it is typed in Chinese or written by office programs, as far as that can be read in one way only, for `float`.

    Full-width digits, a minus sign that is no hyphen, thousands in groups; what is no number then stays none.
    """
    plain = "".join(one for one in text.translate(_FULL_WIDTH).translate(_SIGNS) if unicodedata.category(one) != "Cf").strip()
    plain = re.sub(r"(?<=\d) (?=\d{3}(?!\d))|(?<=[+-]) +(?=\d)", "", plain, flags=re.ASCII)
    return plain.replace(",", "") if GROUPED.fullmatch(plain) else plain


def number(text: str, what: str, *, file: str, row: int, unit: str | None = None) -> float:
    """A cell as a finite number, read as `digits_of` has it. Percent signs and units are not part of a number."""
    plain = digits_of(text)
    if NUMBER.fullmatch(plain):
        value = float(plain)
        if math.isfinite(value):
            return value
    if not plain:
        raise InputError(f"{what} is empty", file=file, row=row, unit=unit, expected="a number", key=(what,))
    fix = None
    bare = "".join(one for one in unicodedata.normalize("NFKC", plain) if one.isprintable() and one not in ", ")
    if NUMBER.fullmatch(bare):
        fix = f"Write {bare}."
    elif NUMBER.fullmatch(bare.rstrip("%％")):
        fix = f"Write {bare.rstrip('%％')} and put % into the unit column."
    raise InputError(f"{what} is not a number", file=file, row=row, value=text, unit=unit, expected="a number", fix=fix, key=(what,))


def word(text: str, what: str, *, file: str, row: int) -> str:
    """A cell that is an id: lower-case letters, digits and underscores, a letter first."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*(@[a-z0-9_]+)?", text, re.ASCII):
        raise InputError(
            f"{what} is {'empty' if not text else 'not an id'}", file=file, row=row, value=text or None,
            expected="lower-case letters, digits and _, a letter first", key=(what,),
        )  # fmt: skip
    return text


def names_in(text: str) -> list[str]:
    """The names of a list with commas, Chinese ones too; empty ones left out."""
    return [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]


def one_of(text: str, options: Iterable[str], what: str, *, file: str, row: int | None = None, key: Sequence[str | int] = ()) -> str:
    """A cell that must be one of a few words; `key`: where it stands, in a table the column `what`."""
    known = list(options)
    if text not in known:
        raise InputError(
            f"no {what} is called '{text}'", file=file, row=row, value=text,
            expected=" or ".join(known) if len(known) <= 6 else None, fix=did_you_mean(text, known),
            key=key or (() if row is None else (what,)),
        )  # fmt: skip
    return text


def validated[Model: BaseModel](model: type[Model], data: object, *, file: str, row: int | None = None) -> Model:
    """The data as the model, or an InputError that names the key."""
    try:
        return model.model_validate(data)
    except ValidationError as reason:
        first = reason.errors(include_url=False)[0]
        raise _as_input_error(model, first, _of_data(first["loc"], data), file, row) from None


def _of_data(path: Sequence[int | str], data: object) -> tuple[int | str, ...]:
    """The keys and places of data that lead to an error, without the names of types that the library puts among them."""
    kept: list[int | str] = []
    for place, part in enumerate(path):
        inside = data[part] if _holds(data, part) else None  # type: ignore[index]
        if inside is not None or place == len(path) - 1 and not _TYPE.match(str(part)):
            kept.append(part)
            data = inside
    return tuple(kept)


def _holds(data: object, part: int | str) -> bool:
    if isinstance(data, dict):
        return part in data
    return isinstance(data, (list, tuple)) and isinstance(part, int) and part < len(data)


_TYPE = re.compile(r"(dict|list|tuple|constrained-\w+)\[|(float|int|str|bool)$", re.ASCII)
_PLAIN = {
    "a valid tuple": "a list in brackets, as [1, 2]", "a valid list": "a list in brackets, as [1, 2]",
    "a valid dictionary": "a table", "a valid dictionary or instance of": "a table", "a valid string": "text in quotes",
    "a valid number": "a number", "a valid integer": "a whole number", "a valid boolean": "true or false, without quotes",
}  # fmt: skip
"""What the library calls a kind of value, and what the file of a region calls it."""


def _kind(value: object) -> str:
    """What a value that is neither text nor number is called."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, (list, tuple)):
        return "a list"
    return "a date or time" if isinstance(value, (date, time)) else "a value of another kind"


def _as_input_error(model: type[BaseModel], first: Any, path: tuple[int | str, ...], file: str, row: int | None) -> InputError:
    key = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in path)
    kind, value = first["type"], first.get("input")
    if kind == "extra_forbidden":
        holder = _model_at(model, path[:-1])
        names = list(holder.model_fields) if holder is not None else []
        return InputError(
            f"no key '{key}' is known here", file=file, row=row, value=str(path[-1]),
            fix=did_you_mean(str(path[-1]), names), key=path,
        )  # fmt: skip
    if kind == "missing":
        return InputError(f"the key '{key}' is missing", file=file, row=row, fix=f"Add {path[-1]} = ...", key=path)
    if not isinstance(value, (str, int, float)):
        return InputError(f"'{key}' is {_kind(value)}", file=file, row=row, expected=_expected(first), key=path)
    found, message = value, _expected(first)
    if kind == "string_pattern_mismatch":
        message = "lower-case letters, digits and _, a letter first"
    return InputError(f"'{key}' cannot be used", file=file, row=row, value=found, expected=message, key=path)


def _expected(first: Any) -> str:
    """What the library expects, in the words of a file."""
    said = str(first["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    return next((plain for library, plain in _PLAIN.items() if said == library or said.startswith(library + " or instance")), said)


def _model_at(model: type[BaseModel], path: Sequence[int | str]) -> type[BaseModel] | None:
    """The model that stands at a place of a nested one."""
    here: object = model
    for part in path:
        here = _unwrapped(here)
        if isinstance(here, type) and issubclass(here, BaseModel):
            field = here.model_fields.get(str(part))
            if field is None:
                return None
            here = field.annotation
            continue
        arguments = typing.get_args(here)
        if not arguments:
            return None
        here = arguments[-1] if typing.get_origin(here) is dict else arguments[0]
    here = _unwrapped(here)
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None


def _unwrapped(annotation: object) -> object:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        kept = [a for a in typing.get_args(annotation) if a is not type(None)]
        return kept[0] if kept else annotation
    if typing.get_origin(annotation) is typing.Annotated:
        return typing.get_args(annotation)[0]
    return annotation
