"""How every input file is read: UTF-8 text, TOML, CSV tables, numbers; one error that names file and row."""

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
from collections.abc import Iterable, Sequence
from datetime import date, time
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from sim.errors import InputError, did_you_mean, nearest

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
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


class Row(NamedTuple):
    """One row of a table: its first line in the file, counted from 1, and its cells by column."""

    line: int
    cells: dict[str, str]


def shown(path: Path) -> str:
    """The path as a reader would type it: relative to the working folder where it lies below it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return str(path)


def read_text(path: Path, most: int = LARGEST_FILE) -> str:
    """The text of a UTF-8 file of at most so many bytes, its byte-order mark dropped and its line ends made plain."""
    file = shown(path)
    try:
        if path.is_dir():
            raise InputError("is a folder, not a file", file=file)
        with path.open("rb") as stream:  # bounded, for a device has no size and no end
            raw = stream.read(most + 1)
        if len(raw) > most:
            raise InputError(f"is larger than {most >> 20} MB", file=file, expected="a file a person edits")
    except FileNotFoundError:
        near = nearest(path.name, _neighbours(path.parent))
        raise InputError(
            "the file is missing", file=file, fix=f"Did you mean '{near}'?" if near else None
        ) from None
    except OSError as reason:
        raise InputError(f"cannot be read ({reason.strerror or reason})", file=file) from None
    except ValueError:  # a zero byte in its name
        raise InputError("cannot be the name of a file", file=file) from None
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError(
            "saved as UTF-16", file=file, expected="UTF-8", fix="In Excel choose 'CSV UTF-8' when saving."
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        row = raw.count(b"\n", 0, reason.start) + 1
        try:
            raw.decode("gb18030")
        except UnicodeDecodeError:
            raise InputError(
                "is not text in UTF-8", file=file, row=row, expected="UTF-8", fix="In Excel choose 'CSV UTF-8' when saving.",
            ) from None  # fmt: skip
        raise InputError(
            "saved as GBK", file=file, row=row, expected="UTF-8",
            fix="In Excel choose 'CSV UTF-8' when saving.",
        ) from None  # fmt: skip
    if "\0" in text:
        raise InputError("holds zero bytes, so it is not a text file", file=file, expected="UTF-8 text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _neighbours(folder: Path) -> list[str]:
    try:
        return sorted(p.name for p in folder.iterdir() if not p.name.startswith("."))
    except OSError:
        return []


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file as a dictionary, its numbers of 64 bits and its tables nested no deeper than people write them."""
    file = shown(path)
    text = read_text(path, LARGEST_TOML)
    if not text.strip():
        raise InputError("the file is empty", file=file)
    # The parser takes a time that grows with the square of the parts of a key, and reads no number of thousands of digits.
    for pattern, what, expected in (_LONG_KEY, _LONG_NUMBER):
        if found := pattern.search(text):
            raise InputError(what, file=file, row=text.count("\n", 0, found.start()) + 1, value=found[0], expected=expected)
    try:
        tree = tomllib.loads(text)
        _check_tree(tree, file)
        return tree
    except (tomllib.TOMLDecodeError, RecursionError) as reason:
        message = str(reason)
        place = re.search(r"\(at line (\d+), column \d+\)", message)
        what = message.replace(place.group(0), "").strip() if place else message
        raise InputError(
            f"is not TOML: {what}", file=file, row=int(place.group(1)) if place else None,
            fix="Text needs quotes; a table is { 2021 = 300 }; full-width commas and quotes do not count.",
        ) from None  # fmt: skip


def _check_tree(tree: dict[str, Any], file: str) -> None:
    """Refuse a number that no 64 bits hold, and tables within tables without end: neither is TOML that people write."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), tree)]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, (dict, list)):
            if len(key) > DEEPEST:
                raise InputError(
                    f"'{key[0]}' holds tables or lists within one another, {DEEPEST} deep and more", file=file, key=key[:1],
                    expected="a few",
                )  # fmt: skip
            inner = value.items() if isinstance(value, dict) else enumerate(value)
            waiting += [((*key, part), one) for part, one in inner]
        elif isinstance(value, int) and not -(2**63) <= value < 2**63:
            name = ".".join(str(part + 1) if isinstance(part, int) else part for part in key)
            raise InputError(
                f"'{name}' is a whole number of more than 19 digits", file=file, value=value, expected="a number of at most 19 digits",
                fix="Write a number as large with an exponent, as 1e30.", key=key,
            )  # fmt: skip


def read_table(
    path: Path, columns: Sequence[str], *, optional: Sequence[str] = (), may_be_empty: bool = False
) -> list[Row]:
    """The rows of a CSV file that has exactly these columns, in any order; empty rows are skipped.

    ``may_be_empty``: a header alone will do.
    """
    file = shown(path)
    text = read_text(path)
    expected = ",".join(columns)
    if not text.strip():
        raise InputError("the file is empty", file=file, row=1, expected=f"the columns {expected}")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    header: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as reason:
            raise InputError(
                f"is not a CSV table ({reason})", file=file, row=line,
                fix="Look for an unclosed quotation mark.",
            ) from None  # fmt: skip
        cells = [cell.strip() for cell in cells]
        if not any(cells):
            continue
        if header is None:
            header = _header(cells, columns, optional, file, line)
            continue
        if len(cells) != len(header):
            raise InputError(
                f"has {len(cells)} cells", file=file, row=line,
                expected=f"{len(header)} ({','.join(header)})",
                fix="A text with a comma needs quotation marks around it.",
            )  # fmt: skip
        rows.append(Row(line, dict(zip(header, cells))))
    if header is None:
        raise InputError("the file is empty", file=file, row=1, expected=f"the columns {expected}")
    if not rows and not may_be_empty:
        raise InputError("holds a header and no row", file=file, row=1, expected="at least one row")
    return rows


def _header(
    cells: list[str], columns: Sequence[str], optional: Sequence[str], file: str, line: int
) -> list[str]:
    known = [*columns, *optional]
    if len(cells) == 1 and len(columns) > 1:
        for mark, name in ((";", "semicolons"), ("\t", "tabs"), ("，", "full-width commas")):
            if mark in cells[0]:
                raise InputError(
                    f"the columns are separated by {name}", file=file, row=line, expected="commas",
                    fix="In Excel choose 'CSV UTF-8' when saving.",
                )  # fmt: skip
    for place, cell in enumerate(cells):
        if cell in cells[:place]:
            raise InputError(f"the column '{cell}' stands twice", file=file, row=line, value=cell)
    for column in columns:
        if column not in cells:
            extra = [cell for cell in cells if cell not in known]
            near = nearest(column, extra)
            raise InputError(
                f"the column '{column}' is missing", file=file, row=line, expected=",".join(columns),
                fix=f"Is '{near}' meant?" if near else None,
            )  # fmt: skip
    for cell in cells:
        if cell not in known:
            raise InputError(
                f"no column is called '{cell}'", file=file, row=line, value=cell,
                fix=did_you_mean(cell, known),
            )  # fmt: skip
    return cells


def number(text: str, what: str, *, file: str, row: int, unit: str | None = None) -> float:
    """A cell as a finite number. Commas, percent signs and units are not part of a number."""
    plain = text.strip()
    if _NUMBER.fullmatch(plain):
        value = float(plain)
        if math.isfinite(value):
            return value
    if not plain:
        raise InputError(f"{what} is empty", file=file, row=row, unit=unit, expected="a number", key=(what,))
    fix = None
    bare = "".join(one for one in unicodedata.normalize("NFKC", plain) if one.isprintable() and one not in ", ")
    if _NUMBER.fullmatch(bare):
        fix = f"Write {bare}."
    elif _NUMBER.fullmatch(bare.rstrip("%％")):
        fix = f"Write {bare.rstrip('%％')} and put % into the unit column."
    raise InputError(
        f"{what} is not a number", file=file, row=row, value=text, unit=unit, expected="a number", fix=fix, key=(what,)
    )


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


def one_of(
    text: str, options: Iterable[str], what: str, *, file: str, row: int | None = None, key: Sequence[str | int] = ()
) -> str:
    """A cell that must be one of a few words; `key`: where it stands, in a table the column `what`."""
    known = list(options)
    if text not in known:
        raise InputError(
            f"no {what} is called '{text}'", file=file, row=row, value=text,
            expected=" or ".join(known) if len(known) <= 6 else None, fix=did_you_mean(text, known),
            key=key or (() if row is None else (what,)),
        )  # fmt: skip
    return text


def validated[Model: BaseModel](
    model: type[Model], data: object, *, file: str, row: int | None = None
) -> Model:
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
