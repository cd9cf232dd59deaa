"""A policy mix: what policy sets from 2021 on, and which assumptions about the rest go with it.

    title_zh = "信贷优先"
    title_en = "Credit first"
    extends = "status_quo"          # a name in the pack, or a file beside this one

    [levers]                        # policy
    knowledge_loan_cover = 0.85     # from 2021 on
    seed_fund = {2021 = 300, 2023 = 600}    # each held until the next year given

    [environment]                   # not policy
    super_deduction = "law"

The record 2016-2020 is what happened: no scenario changes it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sim import indicators, levers
from sim.errors import InputError, did_you_mean
from sim.levers import LeverPaths
from sim.reading import read_toml, shown

if TYPE_CHECKING:
    from sim.region import FieldSpec, Region

KEYS = ("title_zh", "title_en", "description", "extends", "levers", "environment", "triggers")
TRIGGER_KEYS = ("when", "year", "then")
CONDITION = re.compile(
    r"\s*(?P<indicator>[A-Za-z_][\w@]*)\s*(?P<sense><=|>=|<|>)\s*(?P<value>[-+]?[\d.]+(?:[eE]-?\d+)?)\s*"
)
LONGEST_CHAIN = 20
"""Scenarios deep that `extends` may go; more is a mistake."""


@dataclass(frozen=True)
class Trigger:
    """If the condition holds at the end of a year, levers take new values from the next year on."""

    indicator: str
    sense: str
    value: float
    year: int
    then: Mapping[str, float]


@dataclass(frozen=True)
class Scenario:
    """A policy mix ready to run: every lever in every year, and changed assumptions on what is not policy."""

    name: str
    title_zh: str
    title_en: str
    description: str
    levers: LeverPaths
    environment: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    """Fields of the environment whose path this scenario changes, by year."""
    triggers: tuple[Trigger, ...] = ()
    chain: tuple[str, ...] = ()
    """Names from this scenario down to the one that extends nothing."""
    file: Path | None = None


def load(region: Region, where: str | Path) -> Scenario:
    """A scenario of the pack by name, or of a file; refused where this version could not do what it says."""
    scenario = read(region, where)
    if scenario.triggers:
        raise InputError(
            f"this version cannot act on [[triggers]] yet, and {len(scenario.triggers)} stand here",
            file=None if scenario.file is None else shown(scenario.file),
            fix="Take them out, or give the lever a table of years, such as {2021 = 300, 2023 = 600}.",
        )
    return scenario


def read(region: Region, where: str | Path) -> Scenario:
    """A scenario with its chain of `extends` resolved and everything checked, triggers included."""
    sheets = _chain(region, where)
    paths, first = region.levers, first_year(region)
    environment: dict[str, Mapping[int, float]] = {}
    triggers: list[Trigger] = []
    for path, sheet in reversed(sheets):
        file = shown(path)
        for id, given in _table(sheet, "levers", file).items():
            paths = paths.with_path(id, _path(id, given, first, file), file=file)
        for key, given in _table(sheet, "environment", file).items():
            for name, steps in _assumption(region, key, given, first, file).items():
                before = environment.pop(name, {})
                if steps:
                    environment[name] = {**{y: v for y, v in before.items() if y < min(steps)}, **steps}
        triggers += _triggers(sheet, first, file)
    path, sheet = sheets[0]
    name, file = path.stem, shown(path)
    return Scenario(
        name=name,
        title_zh=_text(sheet, "title_zh", name, file),
        title_en=_text(sheet, "title_en", name, file),
        description=_text(sheet, "description", "", file),
        levers=paths,
        environment=environment,
        triggers=tuple(triggers),
        chain=tuple(above.stem for above, _ in sheets),
        file=path,
    )


def under(region: Region, scenario: Scenario) -> Region:
    """The region with the scenario's changed assumptions in its environment.

    A field that a scenario sets is an "if": it has no spread after the record, no part in a shock, and no
    named environment shifts it. Run for run, everything else is as it was.
    """
    if not scenario.environment:
        return region
    fields = dict(region.environment.fields)
    for name, steps in scenario.environment.items():
        known = fields[name]
        kept = {year: value for year, value in known.path.items() if year < min(steps)}
        exact = {"path": {**kept, **steps}, "persistent_sd": 0.0, "sd": 0.0, "shock": 0.0}
        fields[name] = known.model_copy(update=exact)
    cases = {
        id: case.model_copy(
            update={"shift": {k: v for k, v in case.shift.items() if k not in scenario.environment}}
        )
        for id, case in region.environment.environments.items()
    }
    changed = {"fields": fields, "environments": cases}
    return replace(region, environment=region.environment.model_copy(update=changed))


def plan_years(region: Region) -> range:
    """The years of the plan: those after the record."""
    return range(first_year(region), region.settings.years.plan_end + 1)


def first_year(region: Region) -> int:
    """The first year that policy can still change: the one after the record."""
    return region.settings.years.record_end + 1


# --- files and chains


def _chain(region: Region, where: str | Path) -> list[tuple[Path, dict[str, Any]]]:
    """The sheets from the scenario asked for down to the one that extends nothing."""
    sheets: list[tuple[Path, dict[str, Any]]] = []
    file = find(region, where)
    while True:
        seen = [path for path, _ in sheets]
        if file in seen:
            circle = " -> ".join(path.stem for path in [*seen[seen.index(file) :], file])
            raise InputError(
                f"scenarios extend each other in a circle: {circle}",
                file=shown(seen[-1]),
                fix="Let one of them extend status_quo.",
            )
        if len(sheets) == LONGEST_CHAIN:
            raise InputError(f"more than {LONGEST_CHAIN} scenarios extend one another", file=shown(file))
        sheet = parse(file)
        sheets.append((file, sheet))
        above = sheet.get("extends")
        if above is None:
            return sheets
        if not isinstance(above, str) or not above.strip():
            raise InputError(
                f"extends = {above!r} is not a name",
                file=shown(file),
                fix='Write it as extends = "status_quo".',
            )
        file = find(region, above, beside=file)


def find(region: Region, where: str | Path, *, beside: Path | None = None) -> Path:
    """The file of a scenario: a name in the pack, or a path (for `extends`: from the file that says it)."""
    text = str(where).strip()
    looks_like_file = text.endswith(".toml") or "/" in text or "\\" in text
    if not looks_like_file:
        if text in region.scenario_names:
            return (Path(region.folder) / "scenarios" / f"{text}.toml").resolve()
        raise InputError(
            f"no scenario is called '{text}' in the pack of {region.name}",
            file=None if beside is None else shown(beside),
            value=text,
            fix=did_you_mean(text, region.scenario_names)
            + " A file of your own is named with its ending .toml.",
        )
    path = Path(text) if beside is None else beside.parent / text
    if not path.exists():
        beside_it = [other.name for other in path.parent.glob("*.toml")] if path.parent.is_dir() else []
        fix = (
            did_you_mean(path.name, beside_it) if beside_it else "Begin one with: yidu scenario new my.toml."
        )
        raise InputError("there is no such scenario file", file=shown(path), fix=fix)
    return path.resolve()


def parse(file: Path) -> dict[str, Any]:
    """The TOML of a scenario file, its top keys checked."""
    sheet = read_toml(file)
    for key in sheet:
        if key not in KEYS:
            fix = did_you_mean(key, KEYS)
            if key in levers.LEVERS:
                fix = f"Put the line under [levers]: {key} = ..."
            raise InputError(f"a scenario has no entry '{key}'", file=shown(file), value=key, fix=fix)
    return sheet


def _table(sheet: Mapping[str, Any], key: str, file: str) -> Mapping[str, Any]:
    table = sheet.get(key, {})
    if not isinstance(table, Mapping):
        raise InputError(
            f"{key} is not a table", file=file, fix=f"Write [{key}] on a line, its entries below."
        )
    return table


def _text(sheet: Mapping[str, Any], key: str, otherwise: str, file: str) -> str:
    text = sheet.get(key, otherwise)
    if not isinstance(text, str):
        raise InputError(f"{key} = {text!r} is not text", file=file, fix="Write it in quotes.")
    return text.strip() or otherwise


# --- values


def _path(id: str, given: object, first: int, file: str) -> dict[int, float]:
    """What a scenario says of a lever, as `{year: value}`; a single value holds from the first year."""
    levers.lever(id, file=file)
    if not isinstance(given, Mapping):
        return {first: levers.check_range(id, given, file=file)}
    if not given:
        raise InputError(
            f"{id} has a table without a year", file=file, fix=f"Write {id} = {{{first} = value}}."
        )
    return {
        _year(year, first, id, file): levers.check_range(id, value, file=file)
        for year, value in given.items()
    }


def _year(year: object, first: int, what: str, file: str) -> int:
    if not re.fullmatch(r"\d{4}", str(year)):
        raise InputError(
            f"{what} is given for '{year}', which is not a year",
            file=file,
            value=str(year),
            expected=f"a year from {first} to {levers.LAST_YEAR}",
        )
    number = int(str(year))
    if levers.FIRST_YEAR <= number < first:
        raise InputError(
            f"{what} is given for {number}, but the record to {first - 1} is what happened and stays",
            file=file,
            value=number,
            expected=f"a year from {first} to {levers.LAST_YEAR}",
        )
    if not first <= number <= levers.LAST_YEAR:
        raise InputError(
            f"{what} is given for {number}",
            file=file,
            value=number,
            expected=f"a year from {first} to {levers.LAST_YEAR}",
        )
    return number


FROZEN = "frozen"
"""Written for a law: the rates at the end of the record go on."""

LAWS = ("super_deduction", "patent_regime", "specialised_regime")
"""Groups of the environment that are national law, with dates: "law" keeps them as the pack has them."""


def _assumption(
    region: Region, key: str, given: object, first: int, file: str
) -> dict[str, dict[int, float]]:
    """What a scenario says of the environment: `{field: {year: value}}`; no year: the pack's path stays."""
    fields = region.environment.fields
    members = [key] if key in fields else [name for name, field_ in fields.items() if field_.group == key]
    if not members:
        known = list(dict.fromkeys([*(field_.group for field_ in fields.values()), *fields]))
        fix = (
            f"{key} is a lever: put the line under [levers]."
            if key in levers.LEVERS
            else did_you_mean(key, known)
        )
        raise InputError(f"no assumption is called '{key}'", file=file, value=key, fix=fix)
    group = fields[members[0]].group
    if given == "baseline" or (given == "law" and group in LAWS):
        return {name: {} for name in members}
    if given == FROZEN and group in LAWS:
        return {
            name: {first: float(fields[name].yearly()[first - 1 - levers.FIRST_YEAR])} for name in members
        }
    if isinstance(given, str):
        kept = '"law", "frozen" or ' if group in LAWS else ""
        raise InputError(
            f"{key} = '{given}' says nothing about {key}",
            file=file,
            value=given,
            expected=f'{kept}"baseline" (as the pack has it), a number, or {{{first} = number}}',
        )
    if len(members) > 1:
        raise InputError(
            f"{key} is more than one number",
            file=file,
            value=key,
            expected=" or ".join(members),
            fix=f"Name the one meant: {members[0]} = ...",
        )
    steps = given if isinstance(given, Mapping) else {first: given}
    if not steps:
        raise InputError(
            f"{key} has a table without a year", file=file, fix=f"Write {key} = {{{first} = value}}."
        )
    name = members[0]
    return {
        name: {
            _year(year, first, key, file): _within(fields[name], key, value, file)
            for year, value in steps.items()
        }
    }


def _within(field_: FieldSpec, key: str, value: object, file: str) -> float:
    expected = f"{field_.low:g} to {field_.high:g} [{field_.unit}]"
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise InputError(f"{key} = {value!r} is not a number", file=file, value=value, expected=expected)
    if not field_.low <= value <= field_.high:
        fix = (
            f"For {value:g} percent write {value / 100.0:g}."
            if field_.low <= value / 100.0 <= field_.high
            else None
        )
        raise InputError(
            f"{key} = {value:g} is outside {expected}", file=file, value=value, unit=field_.unit, fix=fix
        )
    return float(value)


def _triggers(sheet: Mapping[str, Any], first: int, file: str) -> tuple[Trigger, ...]:
    rows = sheet.get("triggers", [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise InputError(
            "triggers is not a list of tables", file=file, fix="Write [[triggers]] on a line for each."
        )
    return tuple(_trigger(row, first, file) for row in rows)


def _trigger(row: Mapping[str, Any], first: int, file: str) -> Trigger:
    for key in row:
        if key not in TRIGGER_KEYS:
            raise InputError(
                f"a trigger has no entry '{key}'", file=file, value=key, fix=did_you_mean(key, TRIGGER_KEYS)
            )
    for key in TRIGGER_KEYS:
        if key not in row:
            raise InputError(
                f"a trigger lacks '{key}'",
                file=file,
                expected='when = "tech_enterprises < 400", year = 2023, then = {enterprise_coaching = 60}',
            )
    said = CONDITION.fullmatch(str(row["when"]))
    if said is None:
        raise InputError(
            f"when = {row['when']!r} is not a condition",
            file=file,
            expected="an indicator, <, <=, > or >=, and a number",
        )
    if said["indicator"] not in indicators.INDICATOR_IDS:
        raise InputError(
            f"no indicator is called '{said['indicator']}'",
            file=file,
            value=said["indicator"],
            fix=did_you_mean(said["indicator"], indicators.INDICATOR_IDS),
        )
    then = row["then"]
    if not isinstance(then, Mapping) or not then:
        raise InputError(
            "a trigger's then is not a table of levers",
            file=file,
            expected="then = {enterprise_coaching = 60}",
        )
    return Trigger(
        indicator=said["indicator"],
        sense=said["sense"],
        value=float(said["value"]),
        year=_year(row["year"], first, "a trigger", file),
        then=MappingProxyType({id: levers.check_range(id, value, file=file) for id, value in then.items()}),
    )
