"""Text of a TOML file from its tree, and the comments of one that is there: the standard library reads TOML and writes none.

A comment is kept with what it speaks of: `Remark("record.seed_fund", "beside", "C: 270 and 670 over five years")`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

Where = Literal["above", "beside"]


class Remark(NamedTuple):
    """One line of comment: the entry it stands with, dotted (empty: below everything), and on which side of it."""

    at: str
    where: Where
    text: str


TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|\n|[\[\]{}]|[^"\'#\n\[\]{}]+|.', re.S
)
BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
HEADER = re.compile(r"(\[\[?)([^\[\]]+)\]\]?\s*$")
LISTED_BY = ("id", "task")
"""How one table of a list is told from the others: by its id, else by its place, counted from 1."""


def remarks_of(text: str, tree: Mapping[str, Any]) -> list[Remark]:
    """The comments of a TOML file, in file order. ``tree``: the file as read."""
    remarks: list[Remark] = []
    pending: list[str] = []
    table, at, line, depth = "", "", "", 0
    counts: dict[str, int] = {}
    for token in TOKEN.findall(text + "\n"):
        if token.startswith("#"):
            said = token[1:].strip()
            if depth or line.strip():
                at = at if depth and not line.strip() else _at(table, line, tree, counts)
                remarks.append(Remark(at, "beside", said))
            else:
                pending.append(said)
        elif token == "\n":
            if depth:
                continue
            if line.strip():
                if found := HEADER.match(line.strip()):
                    table = _entered(found, tree, counts)
                    at = table
                else:
                    at = _at(table, line, tree, counts)
                remarks += [Remark(at, "above", said) for said in pending]
                pending, line = [], ""
        else:
            if "=" in line:  # not in the header of a table
                depth += (token in "[{") - (token in "]}")
            line += token
            if depth and "=" in line:
                at = _at(table, line, tree, counts)
    return remarks + [Remark("", "above", said) for said in pending]


def _entered(found: re.Match[str], tree: Mapping[str, Any], counts: dict[str, int]) -> str:
    """The table that a header begins; one of a list by what tells it from the others."""
    name = _plain(found[2])
    if found[1] == "[":
        return name
    counts[name] = counts.get(name, 0) + 1
    return f"{name}.{_called(tree.get(name), counts[name] - 1)}"


def _called(items: object, k: int) -> str:
    item = items[k] if isinstance(items, Sequence) and k < len(items) else {}
    named = next((item[key] for key in LISTED_BY if key in item), None) if isinstance(item, Mapping) else None
    return str(k + 1 if named is None else named)


def _at(table: str, line: str, tree: Mapping[str, Any], counts: Mapping[str, int]) -> str:
    if found := HEADER.match(line.strip()):
        return _plain(found[2]) if found[1] == "[" else _entered(found, tree, dict(counts))
    key = _plain(line.partition("=")[0])
    return f"{table}.{key}" if table else key


def _plain(key: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in key.split("."))


# --- writing


def toml_text(tree: Mapping[str, Any], remarks: Sequence[Remark] = ()) -> str:
    """A tree of tables, lists and values as TOML that reads back equal, with its comments; those whose entry is gone come last."""
    return "\n".join(_Writer(remarks).lines(tree)).strip("\n") + "\n"


class _Writer:
    def __init__(self, remarks: Sequence[Remark]) -> None:
        self._left = list(remarks)

    def lines(self, tree: Mapping[str, Any]) -> list[str]:
        lines = list(self._table((), tree))
        return lines + ["", *(f"# {one.text}" for one in self._left)]

    def _said(self, at: str, where: Where) -> list[str]:
        said = [one for one in self._left if (one.at, one.where) == (at, where)]
        self._left = [one for one in self._left if one not in said]
        return [one.text for one in said]

    def _line(self, at: str, text: str) -> Iterator[str]:
        yield from (f"# {said}".rstrip() for said in self._said(at, "above"))
        beside = " ".join(said for said in self._said(at, "beside"))
        yield f"{text}  # {beside}" if beside else text

    def _table(self, keys: tuple[str, ...], table: Mapping[str, Any]) -> Iterator[str]:
        """Its values, then the tables within it, each under a header of its own where that reads better than in one line."""
        deep = [key for key, value in table.items() if _lists(value) or (isinstance(value, Mapping) and not (keys and _steps(value)))]
        yield from self._values(".".join(keys), {key: value for key, value in table.items() if key not in deep})
        for key in deep:
            below, value = (*keys, key), table[key]
            at, header = ".".join(below), ".".join(_key(part) for part in below)
            if not _lists(value):
                yield ""
                yield from self._line(at, f"[{header}]")
                yield from self._table(below, value)
                continue
            for k, part in enumerate(value):
                yield ""
                yield from self._line(f"{at}.{_called(value, k)}", f"[[{header}]]")
                yield from self._values(f"{at}.{_called(value, k)}", part)

    def _values(self, at: str, table: Mapping[str, Any]) -> Iterator[str]:
        for key, value in table.items():
            yield from self._line(f"{at}.{key}" if at else key, f"{_key(key)} = {_value(value)}")


def _lists(value: object) -> bool:
    """Whether a value is a list of tables."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _steps(table: Mapping[str, Any]) -> bool:
    """Whether a table is short enough for one line: numbers by year or by name, with no sentence among them."""
    return not any(isinstance(value, str) and len(value) > 12 for value in table.values()) and not any(
        isinstance(value, Mapping) and not _steps(value) for value in table.values()
    )


def _key(key: str) -> str:
    return key if BARE.fullmatch(key) else _value(key)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(str(key))} = {_value(one)}" for key, one in value.items()) + " }" if value else "{}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return repr(value)
