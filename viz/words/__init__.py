"""Every word a user reads, in Chinese and in English, kept in `words.zh.toml` and `words.en.toml`, and for single answers in
`language/ANSWER.zh.toml` and `.en.toml`, each a table of its own.

Titles of levers, indicators, regions and ledger lines stand with the things themselves, in both languages.

A sentence is looked up by a dotted key and filled with values: `Words("zh")("assess.runs", runs=1000)`.
Both files hold the same keys with the same blanks (a test), so a command never falls into the other language.
"""

from __future__ import annotations

import errno
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

from yidu.sim.errors import InputError, file_in_words, in_words
from yidu.sim.flows import ACCOUNTS, DOOR
from yidu.sim.indicators import INDICATOR
from yidu.sim.levers import LEVERS, UNITS

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT: Language = "zh"
FOLDER = Path(__file__).resolve().parent


class InBoth(Protocol):
    """What carries words in both languages: a text, a unit, who decides."""

    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


@cache
def table(language: Language) -> dict[str, str]:
    """All sentences of one language, by dotted key."""
    known: dict[str, str] = {}
    for file in (FOLDER / f"words.{language}.toml", *sorted((FOLDER / "language").glob(f"*.{language}.toml"))):
        if not file.name.startswith("errors."):
            known |= _flat(tomllib.loads(file.read_text(encoding="utf-8")))
    return known


def _flat(tree: dict[str, Any], above: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in tree.items():
        name = f"{above}.{key}" if above else key
        rows += _flat(value, name) if isinstance(value, dict) else [(name, str(value))]
    return rows


@cache
def _sayings(language: Language) -> list[tuple[re.Pattern[str], str]]:
    """How error sentences are said in another language, the longest first: pattern and wording."""
    files = [FOLDER / f"errors.{language}.toml", *sorted((FOLDER / "language").glob(f"errors.*.{language}.toml"))]
    rows = [row for file in files if file.exists() for row in tomllib.loads(file.read_text(encoding="utf-8"))["say"]]
    rows += [{"en": unit.id, language: Words(language).text(unit)} for unit in UNITS.values()]  # of the range that a value is outside of
    rows = sorted(rows, key=lambda row: -len(re.sub(r"\{\d\}", "", row["en"])))
    return [(re.compile(re.sub(r"\\\{(\d)\\\}", r"(?P<_\1>.*?)", re.escape(row["en"]))), row[language]) for row in rows]


def _translated(language: Language, sentence: str) -> str | None:
    """A sentence in another language, its parts too; None where it has no wording there."""
    plain = " ".join(sentence.split())
    for pattern, wording in _sayings(language):
        for text in (plain, plain + "."):
            if match := pattern.fullmatch(text):
                for blank, part in match.groupdict().items():
                    wording = wording.replace(f"{{{blank[1:]}}}", _translated(language, part) or part)
                return wording
    return None


@dataclass(frozen=True)
class Words:
    """The words of one language."""

    language: Language = DEFAULT

    def __call__(self, key: str, /, **values: object) -> str:
        """The sentence of a key with its blanks filled; an unknown key is a mistake in the product."""
        return table(self.language)[key].format(**values)

    def or_else(self, key: str, otherwise: str) -> str:
        """The words of a key, or `otherwise` where nothing is written: for ids that a region pack may add."""
        return table(self.language).get(key, otherwise)

    def indicator(self, indicator: str) -> str:
        """Title of what a fact is about: an indicator, one of its readings, a lever or a parameter; an unknown id stays as it is."""
        known = INDICATOR.get(indicator) or LEVERS.get(indicator)
        return self.parameter(indicator) if known is None else self.titled(known)

    def text(self, text: InBoth) -> str:
        """What an entry says, in this language."""
        return text.zh if self.language == "zh" else text.en

    def door(self, door: str) -> str:
        """Title of a door."""
        return self.titled(DOOR[door])

    def account(self, account: str) -> str:
        """Title of what doors are of."""
        return self.text(ACCOUNTS[account]) if account in ACCOUNTS else self.indicator(account)

    def parameter(self, parameter: str) -> str:
        """Name of what is drawn: a parameter, or the true level of a lever as a ratio to the pack's (``level:ID``)."""
        kind, _, lever = parameter.partition(":")
        if kind == "level" and lever in LEVERS:
            return self("phrase.true_level", lever=self.titled(LEVERS[lever]))
        return self.or_else(f"parameter.{parameter}", parameter)

    def unit(self, unit: str) -> str:
        """A unit as packs write it (Chinese), in this language."""
        return self.text(UNITS[unit]) if unit in UNITS else self.or_else(f"unit.{unit}", unit)

    def verdict(self, verdict: str) -> str:
        """A verdict as answers carry it (Chinese), in this language."""
        return self.or_else(f"verdict.{verdict}", verdict)

    def class_(self, class_: str) -> str:
        """The class of a target as answers carry it (Chinese), in this language."""
        return self.or_else(f"class.{class_}", class_)

    def reading(self, reading: str) -> str:
        """A reading of a contested number, in words."""
        return self.or_else(f"reading.{reading}", reading)

    def said(self, sentence: str) -> str:
        """A sentence that the model writes in English, in this language where it has a wording."""
        return _translated(self.language, sentence) or sentence

    def error(self, error: InputError) -> str:
        """An input error in one sentence: where, what was found, what was expected, the fix."""
        message = _translated(self.language, error.message)
        if message is None:
            return str(error)
        place = ""
        if error.file is not None or error.row is not None:
            file = file_in_words(error.file)
            place = file if error.row is None else self("error.row", file=file, row=error.row)
        if error.sheet is not None:
            key = "region_excel.error.sheet" if error.cell is None else "region_excel.error.cell"
            place = self(key, file=file_in_words(error.file), sheet=in_words(error.sheet), cell=error.cell)
        value = error.value
        shown = in_words(value)
        unit = f" [{in_words(self.unit(error.unit))}]" if error.cell and error.unit and f"[{error.unit}]" not in error.message else ""
        found = unit if value is None or shown in error.message else self("error.found", value=shown + unit)
        expected = error.expected and (_translated(self.language, error.expected) or self("error.or").join(error.expected.split(" or ")))
        fix = error.fix and (_translated(self.language, error.fix) or error.fix)
        return self(
            "error.sentence",
            place=self("error.place", place=place) if place else "",
            message=message,
            found=found,
            expected=self("error.expected", expected=expected.rstrip(".")) if expected else "",
            fix=fix or "",
        ).rstrip()

    def cause(self, reason: OSError) -> tuple[str, str]:
        """Why the system refused to write, and what to do about it."""
        known = errno.errorcode.get(reason.errno or 0, "")
        return self.said(reason.strerror or str(reason)), self.or_else(f"unwritable.{known}", self("unwritable.other"))

    def unwritable(self, reason: OSError, file: object = None) -> str:
        """That something cannot be written, in one sentence: which file, why, and what to do."""
        named = reason.filename if file is None else file
        why, advice = self.cause(reason)
        return self("unwritable.unnamed" if named is None else "unwritable.sentence", file=named, reason=why, advice=advice)

    def titled(self, thing: object) -> str:
        """The title of anything that carries `title_zh` and `title_en`: a lever, a region, a ledger line."""
        return str(getattr(thing, f"title_{self.language}"))
