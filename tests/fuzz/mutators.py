"""How a good input is spoiled: its keys, rows, cells and encodings (structured), or its bytes (raw).

Every choice is drawn from a `random.Random`: one of a seed, one that Hypothesis draws, or one fed by bytes that a fuzzer changes
(`FromBytes`), so the same mutators serve all three.
"""

from __future__ import annotations

import csv
import io
import json
import random
import tomllib
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Luck = random.Random


class FromBytes(random.Random):
    """Luck that is read off bytes, then zeros: a fuzzer that changes the bytes changes single choices."""

    def __init__(self, data: bytes) -> None:
        super().__init__(0)
        self._left = io.BytesIO(data)

    def getrandbits(self, k: int, /) -> int:
        """The next bits."""
        return int.from_bytes(self._left.read((k + 7) // 8), "little") & ((1 << k) - 1)

    def random(self) -> float:
        """The next three bytes as a number below 1."""
        return self.getrandbits(24) / (1 << 24)


def some_bytes(luck: Luck, most: int) -> bytes:
    """A few bytes."""
    return bytes(luck.randrange(256) for _ in range(luck.randrange(1, most + 1)))


# --- values that nobody expects

NUMBERS: tuple[Any, ...] = (
    0, -1, 1, 2, 1.5, -0.0, 0.1, 100, 2020, 2021, 2031, 9999, 2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**64), 10**30, 10**400, -(10**400),
    1e308, -1e308, 5e-324, 1e-300, float("nan"), float("inf"), float("-inf"),
)  # fmt: skip
TEXTS = (
    "", " ", "　", "\t", "0", "-0", "1", "1.5", "1,000", "１２", "1e400", "-1e400", "1e-400", "nan", "NaN", "inf", "-Infinity", "0x10",
    "1_000",
    "5%", "５％", "约5", "5亿元", "true", "null", "None", "2021", "2020-2021", "2021-01-01", "20210", "９９９９", "2021年", "x1.5",
    "+20%", "x1e300",
    "=1+1", "@SUM(A1)", "-2+3", "status_quo", "plan", "baseline", "seed_fund", "gdp_growth", "tech_enterprises", "tech_enterprises < 400",
    "tech_enterprises < 1e99", "level:seed_fund", "law", "frozen", "prior", ">=", "家", "%", "万元", "../../etc/passwd", "/dev/null",
    "~", ".",
    "a/b", "a\\b", "con", "x.toml", "a\0b", "\x1b[31mred\x1b[0m", "\u202eexe.lmot", "\u200b", "\ufeff", "\ud800", "é", "e\u0301", "ß",
    "İ", "𝟏𝟐", "٣",
    "{0}", "{", "%s", "'", '"', "`", "[", "]]", "#", "\\", "\n", "a\nb", "\r", "\u2028", "\x85", "<b>", "&amp;", "$(id)", "; rm",
    "a" * 300, "长" * 5000,
    "9" * 400, "9" * 5000, "1." + "0" * 400, "a." * 300, "-" * 100, "a b " * 2000,
)  # fmt: skip


def strange(luck: Luck, deep: int = 2) -> Any:
    """A value of any kind."""
    match luck.randrange(8):
        case 0 | 1 | 2:
            return luck.choice(NUMBERS)
        case 3 | 4:
            return luck.choice(TEXTS)
        case 5:
            return luck.choice((None, True, False, date(2021, 1, 1), datetime(2021, 1, 1, 12)))
        case 6:
            return nested(luck.choice((3, 30, 300, 3000)), luck.randrange(2) == 0)
    if deep == 0:
        return luck.choice(([], {}, [[]], [{}], {"": 0}))
    if luck.randrange(2):
        return [strange(luck, deep - 1) for _ in range(luck.randrange(4))]
    return {luck.choice(TEXTS): strange(luck, deep - 1) for _ in range(luck.randrange(4))}


def nested(deep: int, as_list: bool) -> Any:
    """Lists in lists, or tables in tables."""
    found: Any = 1
    for _ in range(deep):
        found = [found] if as_list else {"a": found}
    return found


def misspelt(word: str, luck: Luck) -> str:
    """A word with one letter less, more or other, or in another form."""
    at = luck.randrange(len(word) + 1)
    return luck.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + luck.choice(("e", "_", " ", "\u200b", "ｅ")) + word[at:],
            word.upper(),
            word + " ",
            word[::-1],
        )
    )


# --- trees: TOML and JSON


def places(tree: Any, most: int = 5000) -> list[tuple[Any, Any]]:
    """Every place in a tree: what holds it, and its key there."""
    found: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting and len(found) < most:
        here = waiting.pop()
        keys = list(here) if isinstance(here, dict) else range(len(here)) if isinstance(here, list) else ()
        for key in keys:
            found.append((here, key))
            waiting.append(here[key])
    return found


def spoilt_tree(tree: Any, luck: Luck) -> Any:
    """A tree with one to three changes."""
    for _ in range(luck.choice((1, 1, 1, 2, 3))):
        all_places = places(tree)
        if not all_places or luck.randrange(60) == 0:
            return strange(luck)
        holder, key = luck.choice(all_places)
        match luck.randrange(9):
            case 0:
                del holder[key]
            case 1 | 2 | 3:
                holder[key] = strange(luck)
            case 4:
                other, there = luck.choice(all_places)
                holder[key] = _copied(other[there]) if _holds(other, there) else strange(luck)
            case 5:
                holder[key] = luck.choice(([holder[key]], {"a": holder[key]}, [], {}, [holder[key]] * 3, str(holder[key])))
            case 6 if isinstance(holder, dict):
                holder[misspelt(str(key), luck) if luck.randrange(2) else luck.choice(TEXTS)] = holder.pop(key)
            case 6:
                holder.insert(luck.randrange(len(holder) + 1), _copied(holder[key]))
            case 7 if isinstance(holder, dict):
                holder[luck.choice(TEXTS)] = _copied(holder[key])
            case 7:
                luck.shuffle(holder)
            case _:
                old = holder[key]
                if isinstance(old, (int, float)) and not isinstance(old, bool):
                    holder[key] = old * luck.choice((-1, 0.01, 100, 1e10, 1e-10, 1e300)) + luck.choice((0, 0, 1, -1))
                elif isinstance(old, str):
                    holder[key] = misspelt(old, luck)
    return tree


def _holds(holder: Any, key: Any) -> bool:
    return key in holder if isinstance(holder, dict) else key < len(holder)


def _copied(value: Any, deep: int = 20) -> Any:
    if isinstance(value, dict):
        return {key: _copied(one, deep - 1) for key, one in list(value.items())[:50]} if deep else {}
    if isinstance(value, list):
        return [_copied(one, deep - 1) for one in value[:50]] if deep else []
    return value


def toml_of(tree: Any) -> str:
    """A tree as TOML, tables inline; what TOML does not have is written as it comes, and so is no TOML."""
    if not isinstance(tree, dict):
        return _inline(tree)
    return "".join(f"{_quoted(str(key))} = {_inline(value)}\n" for key, value in tree.items())


def _inline(value: Any) -> str:
    parts: list[str] = []
    waiting: list[Any] = [value]  # no recursion: some are thousands deep
    while waiting:
        one = waiting.pop()
        if isinstance(one, _Text):
            parts.append(one)
        elif isinstance(one, dict):
            rows = [[_Text(_quoted(str(key)) + " = "), inner, _Text(", ")] for key, inner in one.items()]
            inside = [piece for row in rows for piece in row][:-1]
            waiting += [_Text("}"), *reversed(inside), _Text("{")]
        elif isinstance(one, list):
            waiting += [_Text("]"), *(piece for inner in reversed(one) for piece in (_Text(", "), inner)), _Text("[")]
        elif isinstance(one, bool):
            parts.append(str(one).lower())
        elif isinstance(one, (date, datetime)):
            parts.append(one.isoformat())
        elif isinstance(one, int):
            parts.append(_digits(one))
        else:
            parts.append(_quoted(one) if isinstance(one, str) else repr(one))
    return "".join(parts)


class _Text(str):
    """Already written."""


def _digits(value: int) -> str:
    return str(value) if abs(value) < 10**4000 else "9" * 5000


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def spoilt_toml(content: bytes, luck: Luck) -> bytes:
    """A TOML file with something wrong in its tree."""
    return toml_of(spoilt_tree(tomllib.loads(content.decode()), luck)).encode("utf-8", "surrogatepass")


def spoilt_json(content: bytes, luck: Luck) -> bytes:
    """A JSON file with something wrong in its tree."""
    return _inline_json(spoilt_tree(json.loads(content), luck)).encode("utf-8", "surrogatepass")


def _inline_json(tree: Any) -> str:
    try:
        return json.dumps(tree, ensure_ascii=False, default=str)
    except (RecursionError, ValueError):
        return "[" * 3000


# --- tables


def spoilt_table(content: bytes, luck: Luck) -> bytes:
    """A CSV file with something wrong in its rows, columns or cells."""
    rows = [list(row) for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))]
    for _ in range(luck.choice((1, 1, 1, 2, 3))):
        if not rows:
            break
        at = luck.randrange(len(rows))
        column = luck.randrange(max(1, len(rows[at])))
        match luck.randrange(11):
            case 0:
                del rows[at]
            case 1:
                rows.insert(luck.randrange(len(rows) + 1), list(rows[at]))
            case 2:
                luck.shuffle(rows)
            case 3:
                rows = [row[:column] + row[column + 1 :] for row in rows]
            case 4:
                rows = [row[: column + 1] + row[column:] for row in rows]
            case 5 if rows[0]:
                head = luck.randrange(len(rows[0]))
                rows[0][head] = misspelt(rows[0][head], luck)
            case 6:
                rows[at] = luck.choice(([], [""] * len(rows[at]), rows[at][:-1], [*rows[at], "more"], rows[at] * 3))
            case 7:
                other = luck.choice(rows)
                rows[at] = [luck.choice(pair) for pair in zip(rows[at], other)]
            case 8 if rows[at]:
                rows[at][column] = misspelt(rows[at][column], luck)
            case _ if rows[at]:
                value = luck.choice(NUMBERS) if luck.randrange(2) else luck.choice(TEXTS)
                rows[at][column] = _digits(value) if isinstance(value, int) else str(value)
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n", delimiter=luck.choice(",,,,,,,,;\t")).writerows(rows)
    return out.getvalue().encode("utf-8", "surrogatepass")


def as_an_office_writes_it(content: bytes, luck: Luck) -> bytes:
    """A CSV file in a form that Excel or WPS gives it, and perhaps something wrong in it."""
    if luck.randrange(2):
        content = spoilt_table(content, luck)
    text = content.decode("utf-8", "replace")
    rows = [list(row) for row in csv.reader(io.StringIO(text, newline=""))]
    mark = luck.choice(",,\t;")
    if luck.randrange(2):
        more = luck.randrange(1, 4)
        rows = [[*row, *[""] * more] for row in rows] + [[""] * more] * luck.randrange(3)
    if luck.randrange(3) == 0:
        rows.insert(0, [luck.choice(("2021年公布数", "", "单位：万元", "value")), *[""] * luck.randrange(3)])
    if luck.randrange(3) == 0:
        digits = str.maketrans(luck.choice(({"-": "−"}, {"0": "０", "1": "１"}, {".": "。"}, {"1": "1,"})))
        rows = [[cell.translate(digits) for cell in row] for row in rows]
    out = io.StringIO(newline="")
    out.write(luck.choice(("", "", f"sep={mark}\r\n", f'"sep={mark}"\r\n', "sep=x\r\n")))
    csv.writer(out, delimiter=mark, lineterminator=luck.choice(("\n", "\r\n", "\r"))).writerows(rows)
    return out.getvalue().encode(luck.choice(("utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-be")), "replace")


def spoilt_parquet(content: bytes, luck: Luck) -> bytes:
    """A Parquet file whose table lacks a column, has one of another type, other values, no rows."""
    table = pq.read_table(io.BytesIO(content))
    names = table.column_names
    name = luck.choice(names)
    at = names.index(name)
    many = table.num_rows
    match luck.randrange(8):
        case 0:
            table = table.drop_columns([name])
        case 1:
            table = table.rename_columns([misspelt(one, luck) if one == name else one for one in names])
        case 2:
            table = table.slice(0, luck.randrange(many + 1))
        case 3:
            table = pa.concat_tables([table, table.slice(0, luck.randrange(many + 1))])
        case 4:
            table = table.append_column(name, table.column(name))
        case 5:
            table = table.set_column(at, name, pa.array([luck.choice(TEXTS[:40]) for _ in range(many)]))
        case 6:
            kind = luck.choice((pa.null(), pa.float64(), pa.int64(), pa.bool_(), pa.list_(pa.int32()), pa.timestamp("s"), pa.binary()))
            table = table.set_column(at, name, pa.nulls(many, kind))
        case _:
            number = luck.choice([one for one in NUMBERS if isinstance(one, float) or abs(one) < 2**63])
            table = table.set_column(at, name, pa.array([number] * many))
    if luck.randrange(6) == 0:
        table = table.replace_schema_metadata(luck.choice((None, {"failed": "-1"}, {"failed": "x"}, {"pandas": "{"}, {"pandas": "[]"})))
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


# --- text and bytes

ENCODINGS = ("gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32", "latin-1", "shift-jis", "utf-7")
PIECES = (
    b"\0", b"\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc0\x80", b"\xe2\x80\xa8", b"\xc2\x85", b"\x0c", b"\x1a", b"\x1b[2J", b"\r",
    b"\n", b"\n\n", b'"', b"'",
    b'"""', b"#", b"[", b"]", b"{", b"}", b"=", b",", b".", "，".encode(), "“".encode(), "。".encode(), b"[[", b" = ", b"nan", b"inf",
    b"1e400", b"0x", b"1979-05-27",
    b"a." * 400, b"[" * 400, b"9" * 5000, b"x" * 70_000, b"{a=" * 300,
)  # fmt: skip


def spoilt_text(content: bytes, luck: Luck) -> bytes:
    """A text in another encoding, with other line ends, lines gone or twice, or a piece where none belongs."""
    lines = content.split(b"\n")
    at = luck.randrange(len(lines))
    match luck.randrange(8):
        case 0 | 1:
            return content.decode("utf-8", "replace").encode(luck.choice(ENCODINGS), "replace")
        case 2:
            return content.replace(b"\n", luck.choice((b"\r\n", b"\r", b"\n\r", b"\x0b", b"\x85", "\u2028".encode())))
        case 3:
            del lines[at : at + luck.randrange(1, 4)]
        case 4:
            lines.insert(luck.randrange(len(lines) + 1), lines[at])
        case 5:
            luck.shuffle(lines)
        case _:
            lines[at] = inserted(lines[at], luck.choice(PIECES), luck)
    return b"\n".join(lines)


def inserted(content: bytes, piece: bytes, luck: Luck) -> bytes:
    """With a piece somewhere in it."""
    at = luck.randrange(len(content) + 1)
    return content[:at] + piece + content[at:]


def spoilt_bytes(content: bytes, luck: Luck, most: int = 8) -> bytes:
    """With bits turned over, bytes gone, others in their place, parts moved, cut off, or nothing left."""
    found = bytearray(content)
    for _ in range(luck.randrange(1, most + 1)):
        if not found:
            break
        at = luck.randrange(len(found))
        end = at + luck.randrange(1, 50)
        match luck.randrange(10):
            case 0 | 1:
                found[at] ^= 1 << luck.randrange(8)
            case 2:
                found[at] = luck.randrange(256)
            case 3:
                del found[at:end]
            case 4:
                found[at:at] = some_bytes(luck, 20)
            case 5:
                found[at:end] = bytes(len(found[at:end]))
            case 6:
                found[at:at] = found[luck.randrange(len(found)) :][: luck.randrange(1, 200)]
            case 7:
                found[at:end] = luck.choice(PIECES)
            case 8 if luck.randrange(4) == 0:
                del found[at:]
            case 9 if luck.randrange(20) == 0:
                return some_bytes(luck, 100)
    return bytes(found)


def repacked(raw: bytes, change: Callable[[str, bytes], bytes | None], add: dict[str, bytes] | None = None) -> bytes:
    """A zip, as workbooks are, with its parts changed (None leaves one out) and others added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in package.infolist():
            content = change(part.filename, package.read(part))
            if content is not None:
                new.writestr(part.filename, content)
        for name, content in (add or {}).items():
            new.writestr(name, content)
    return out.getvalue()


def spoilt_workbook(raw: bytes, luck: Luck) -> bytes:
    """A workbook with one of its parts spoiled, by its bytes or its text, or left out."""
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        victim = luck.choice(package.namelist())

    def change(name: str, content: bytes) -> bytes | None:
        if name != victim:
            return content
        match luck.randrange(8):
            case 0:
                return None
            case 1 | 2:
                return spoilt_markup(content, luck)
            case _:
                return spoilt_bytes(content, luck, 5)

    return repacked(raw, change)


def spoilt_markup(content: bytes, luck: Luck) -> bytes:
    """XML with numbers, names and references in it changed, an element gone or twice."""
    import re

    found = list(re.finditer(rb'(?<=")[^"<>]{1,40}(?=")|(?<=>)[^<>]{1,40}(?=<)|<[a-zA-Z][^<>]*/>', content))
    if not found:
        return spoilt_bytes(content, luck)
    at = luck.choice(found)
    values = [str(one).encode() if abs(one) < 10**100 else b"9" * 400 for one in NUMBERS] + [
        b"",
        b"A0",
        b"XFE1048577",
        b"A1:XFD1048576",
        b"#REF!",
        b"&x;",
    ]
    put = luck.choice((b"", at[0] * 2, luck.choice(values), luck.choice(found)[0]))
    return content[: at.start()] + put + content[at.end() :]


SPOILERS: dict[str, tuple[Callable[[bytes, Luck], bytes], ...]] = {
    ".toml": (spoilt_toml, spoilt_toml, spoilt_text, spoilt_bytes),
    ".csv": (spoilt_table, as_an_office_writes_it, as_an_office_writes_it, spoilt_text, spoilt_bytes),
    ".json": (spoilt_json, spoilt_json, spoilt_json, spoilt_bytes),
    ".parquet": (spoilt_parquet, spoilt_parquet, spoilt_bytes),
    ".xlsx": (spoilt_workbook, spoilt_workbook, spoilt_bytes),
    ".npy": (spoilt_bytes,),
}
"""Mutators by the ending of a file: which of them comes is luck, too."""


def spoilt(name: str, content: bytes, luck: Luck) -> bytes:
    """A file's content, spoiled in a way that its kind knows."""
    return luck.choice(SPOILERS[name[name.rindex(".") :]])(content, luck)
