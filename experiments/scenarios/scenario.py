"""A policy mix: what policy sets from 2021 on, and which assumptions about the rest go with it.

    title_zh = "信贷优先"
    title_en = "Credit first"
    extends = "status_quo"          # a name in the pack, or a file beside this one

    [levers]                        # policy; `yidu.experiments.scenarios.paths` has every way to write a path
    knowledge_loan_cover = 0.85     # from 2021 on
    seed_fund = {2021 = 300, 2023 = 600}    # each held until the next year given
    joint_projects = {from = 5, to = 15, years = [2021, 2025]}
    enterprise_coaching = "x1.5"

    [environment]                   # not policy
    super_deduction = "law"

    [[triggers]]                    # from the year after on, in runs where it holds at the end of that year
    when = "tech_enterprises < 400"
    year = 2023
    then = {enterprise_coaching = 60}

A scenario inherits levers, assumptions and triggers. A trigger with the `when` and `year` of an inherited one takes its place;
with `drop = true` instead of `then` it takes it away. The record 2016-2020 is what happened: no scenario changes it.
"""

from __future__ import annotations

import math
import os
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from yidu.experiments.scenarios.paths import Quantity, path, year
from yidu.sim import indicators, levers
from yidu.sim.errors import InputError, did_you_mean
from yidu.sim.levers import LAST_YEAR, LeverPaths
from yidu.sim.reading import Source, check_seen, check_tree, read_toml, shown, source_of
from yidu.sim.triggers import Trigger

if TYPE_CHECKING:
    from yidu.sim.region import FieldSpec, Region

KEYS = ("title_zh", "title_en", "description", "extends", "levers", "environment", "triggers")
TRIGGER_KEYS = ("when", "year", "then", "drop")
CONDITION = re.compile(
    r"\s*(?P<indicator>[A-Za-z_][\w@]*)\s*(?P<sense><=|>=|<|>)\s*(?P<value>[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,2})?)\s*", re.ASCII
)
LONGEST_CHAIN = 20
"""Scenarios deep that `extends` may go; more is a mistake."""


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
    """A scenario of the pack by name, or of a file, with its chain of `extends` resolved and everything checked."""
    return _resolved(region, _chain(region, where))


def of_sheet(region: Region, sheet: Mapping[str, Any], name: str) -> Scenario:
    """A scenario from what its file would say, checked as a file is; it may extend scenarios of the pack only.

    Args:
        sheet: the tables of a scenario file.
        name: of the scenario, and what an error calls the file.

    Raises:
        InputError: as `load` has it, or `extends` names a file.
    """
    check_tree(dict(sheet), name)
    _check_keys(sheet, name)
    above = _extends(sheet, name)
    sheets = [(Path(name), dict(sheet))]
    if above is not None:
        if above not in region.scenario_names:
            raise InputError(
                f"no scenario is called '{above}' in the pack of {region.name}", file=name, value=above,
                fix=did_you_mean(above, region.scenario_names),
            )  # fmt: skip
        sheets += _chain(region, above)
    return replace(_resolved(region, sheets), file=None)


def _resolved(region: Region, sheets: Sequence[tuple[Path, Mapping[str, Any]]]) -> Scenario:
    """The scenario at the head of a chain, each sheet set on top of the one it extends."""
    paths, first = region.levers, first_year(region)
    environment: Mapping[str, Mapping[int, float]] = {}
    triggers: list[Trigger] = []
    for where, sheet in reversed(sheets):
        file = shown(where)
        paths = _set_levers(paths, _table(sheet, "levers", file), first, file)
        environment = _assumed(region, environment, _table(sheet, "environment", file), first, file)
        triggers = _triggers(sheet, triggers, first, file)
    top, sheet = sheets[0]
    name, file = top.stem, shown(top)
    check_seen(name, "name", file=file)
    return Scenario(
        name=name,
        title_zh=_text(sheet, "title_zh", name, file),
        title_en=_text(sheet, "title_en", name, file),
        description=_text(sheet, "description", "", file),
        levers=paths,
        environment=environment,
        triggers=tuple(triggers),
        chain=tuple(above.stem for above, _ in sheets),
        file=top,
    )


def changed(region: Region, base: Scenario, levers_: Mapping[str, Any], environment: Mapping[str, Any], file: str) -> Scenario:
    """The base with what the tables [levers] and [environment] of a file say on top of it, checked as those of a scenario."""
    first = first_year(region)
    return replace(
        base, levers=_set_levers(base.levers, levers_, first, file),
        environment=_assumed(region, base.environment, environment, first, file),
    )  # fmt: skip


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
        id: case.model_copy(update={"shift": {k: v for k, v in case.shift.items() if k not in scenario.environment}})
        for id, case in region.environment.environments.items()
    }
    changed = {"fields": fields, "environments": cases}
    return replace(region, environment=region.environment.model_copy(update=changed))


def mixed(base: Scenario, other: Scenario, ids: Collection[str], name: str | None = None) -> Scenario:
    """The base with the named levers as the other scenario has them; all else, assumptions and triggers included, is the base's."""
    return replace(base, name=name or base.name, levers=base.levers.taking(other.levers, ids))


def without_policy(region: Region, base: Scenario) -> Scenario:
    """The base with every lever at the low end of its range from the first year of the plan on: nothing is done."""
    paths, first = base.levers, first_year(region)
    for id, bar in levers.LEVERS.items():
        paths = paths.with_path(id, {first: bar.low})
    return replace(base, name="none", title_zh="不作为", title_en="No policy", levers=paths, triggers=())


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
                f"scenarios extend each other in a circle: {circle}", file=shown(seen[-1]), fix="Let one of them extend status_quo."
            )
        if len(sheets) == LONGEST_CHAIN:
            raise InputError(f"more than {LONGEST_CHAIN} scenarios extend one another", file=shown(file))
        source = region.files.at(file)
        sheet = parse(source or source_of(file))
        sheets.append((file, sheet))
        above = _extends(sheet, shown(file))
        if above is None:
            return sheets
        extending, file = file, find(region, above, beside=file)
        if source is not None and region.files.at(file) is None:
            raise InputError(
                f"a scenario of the pack extends '{above}', which is not in its folder scenarios", file=shown(extending), value=above,
                fix="Put the file into that folder.",
            )  # fmt: skip


def _extends(sheet: Mapping[str, Any], file: str) -> str | None:
    above = sheet.get("extends")
    if above is not None and (not isinstance(above, str) or not above.strip()):
        raise InputError(f"extends = {above!r} is not a name", file=file, fix='Write it as extends = "status_quo".')
    return above


def find(region: Region, where: str | Path, *, beside: Path | None = None) -> Path:
    """The file of a scenario: a name in the pack, or a path (for `extends`: from the file that says it)."""
    text = str(where).strip()
    looks_like_file = text.endswith(".toml") or "/" in text or "\\" in text
    if not looks_like_file:
        if text in region.scenario_names:
            return region.folder.resolve() / "scenarios" / f"{text}.toml"
        raise InputError(
            f"no scenario is called '{text}' in the pack of {region.name}",
            file=None if beside is None else shown(beside),
            value=text,
            fix=did_you_mean(text, region.scenario_names) + " A file of your own is named with its ending .toml.",
        )
    file = Path(text) if beside is None else beside.parent / text
    if not os.path.exists(file):
        beside_it = [other.name for other in file.parent.glob("*.toml")] if os.path.isdir(file.parent) else []
        fix = did_you_mean(file.name, beside_it) if beside_it else "Begin one with: yidu scenario new my.toml."
        raise InputError("there is no such scenario file", file=shown(file), fix=fix)
    return file.resolve()


def parse(source: Source) -> dict[str, Any]:
    """The TOML of a scenario file, its top keys checked."""
    sheet = read_toml(source)
    _check_keys(sheet, source.file)
    return sheet


def _check_keys(sheet: Mapping[str, Any], file: str) -> None:
    for key in sheet:
        if key not in KEYS:
            fix = did_you_mean(key, KEYS)
            if key in levers.LEVERS:
                fix = f"Put the line under [levers]: {key} = ..."
            raise InputError(f"a scenario has no entry '{key}'", file=file, value=key, fix=fix)


def _table(sheet: Mapping[str, Any], key: str, file: str) -> Mapping[str, Any]:
    table = sheet.get(key, {})
    if not isinstance(table, Mapping):
        raise InputError(f"{key} is not a table", file=file, fix=f"Write [{key}] on a line, its entries below.")
    return table


def _text(sheet: Mapping[str, Any], key: str, otherwise: str, file: str) -> str:
    text = sheet.get(key, otherwise)
    if not isinstance(text, str):
        raise InputError(f"{key} = {text!r} is not text", file=file, fix="Write it in quotes.")
    return text.strip() or otherwise


# --- values


def _set_levers(paths: LeverPaths, given: Mapping[str, Any], first: int, file: str) -> LeverPaths:
    """Paths with what a table of levers says of them."""
    for id, value in given.items():
        quantity = _lever(paths, id, file)
        steps = path(quantity, value, first, file)
        paths = paths.with_path(id, steps, own=own_parts(quantity, value, first, file, steps, paths), file=file)
    return paths


def own_parts(quantity: Quantity, given: object, first: int, file: str, steps: Mapping[int, float], paths: LeverPaths) -> dict[int, float]:
    """The part of each step that goes by the run's own level of 2016-2020 [share]: what the line makes of that part of the value
    before, for a number in it has none.
    """
    before = {year: value * paths.own_part(quantity.name, year) for year, value in quantity.before.items()}
    standing = replace(quantity, low=0.0, high=math.inf, check=lambda value: 0.0, before=before, of_nothing=True)
    return {year: min(1.0, part / steps[year]) if steps[year] > 0.0 else 1.0 for year, part in path(standing, given, first, file).items()}


def _assumed(
    region: Region, before: Mapping[str, Mapping[int, float]], given: Mapping[str, Any], first: int, file: str
) -> dict[str, Mapping[int, float]]:
    """Assumptions with what a table of them says on top."""
    environment = dict(before)
    for key, value in given.items():
        for name, steps in _assumption(region, environment, key, value, first, file).items():
            known = environment.pop(name, {})
            if steps:
                environment[name] = {**{y: v for y, v in known.items() if y < min(steps)}, **steps}
    return environment


def _lever(paths: LeverPaths, id: str, file: str) -> Quantity:
    """A lever as something to be set, on the paths it is inherited with."""
    bar = levers.lever(id, file=file)
    return Quantity(id, bar.unit, bar.low, bar.high, partial(levers.check_range, id, file=file), paths.path(id))


FROZEN = "frozen"
"""Written for a law: the rates at the end of the record go on."""

LAWS = ("super_deduction", "patent_regime", "specialised_regime")
"""Groups of the environment that are national law, with dates: "law" keeps them as the pack has them."""


def _assumption(
    region: Region, changed: Mapping[str, Mapping[int, float]], key: str, given: object, first: int, file: str
) -> dict[str, dict[int, float]]:
    """What a scenario says of the environment: `{field: {year: value}}`; no year: the pack's path stays."""
    fields = region.environment.fields
    members = [key] if key in fields else [name for name, field_ in fields.items() if field_.group == key]
    if not members:
        known = list(dict.fromkeys([*(field_.group for field_ in fields.values()), *fields]))
        fix = f"{key} is a lever: put the line under [levers]." if key in levers.LEVERS else did_you_mean(key, known)
        raise InputError(f"no assumption is called '{key}'", file=file, value=key, fix=fix)
    group = fields[members[0]].group
    if given == "baseline" or (given == "law" and group in LAWS):
        return {name: {} for name in members}
    if given == FROZEN and group in LAWS:
        return {name: {first: float(fields[name].yearly()[first - 1 - levers.FIRST_YEAR])} for name in members}
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
    (name,) = members
    spec = fields[name]
    usual = spec.model_copy(update={"path": {**spec.path, **changed.get(name, {})}}).yearly()
    before = {levers.FIRST_YEAR + row: float(value) for row, value in enumerate(usual)}
    check = partial(_within, spec, key, file=file)
    return {name: path(Quantity(key, spec.unit, spec.low, spec.high, check, before, relative=False), given, first, file)}


def _within(field_: FieldSpec, key: str, value: object, file: str) -> float:
    expected = f"{field_.low:g} to {field_.high:g} [{field_.unit}]"
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise InputError(f"{key} = {value!r} is not a number", file=file, value=value, expected=expected)
    if not field_.low <= value <= field_.high:
        fix = f"For {value:g} percent write {value / 100.0:g}." if field_.low <= value / 100.0 <= field_.high else None
        raise InputError(f"{key} = {value:g} is outside {expected}", file=file, value=value, unit=field_.unit, fix=fix)
    return float(value)


def _triggers(sheet: Mapping[str, Any], inherited: list[Trigger], first: int, file: str) -> list[Trigger]:
    """The triggers of a sheet with those it inherits: the same condition and year takes the place of the inherited, or drops it."""
    rows = sheet.get("triggers", [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise InputError("triggers is not a list of tables", file=file, fix="Write [[triggers]] on a line for each.")
    kept, own = list(inherited), []
    for row in rows:
        for key in row:
            if key not in TRIGGER_KEYS:
                raise InputError(f"a trigger has no entry '{key}'", file=file, value=key, fix=did_you_mean(key, TRIGGER_KEYS))
        dropped = _dropped(row, file)
        trigger = _trigger(row, first, file, dropped)
        same = [one for one in inherited if (asks(one), one.year) == (asks(trigger), trigger.year)]
        if dropped and not same:
            known = [f"{asks(one)} in {one.year}" for one in inherited]
            raise InputError(
                f"no inherited trigger asks for {asks(trigger)} in {trigger.year}", file=file,
                fix=did_you_mean(f"{asks(trigger)} in {trigger.year}", known),
            )  # fmt: skip
        kept = [one for one in kept if one not in same]
        if not dropped:
            own.append(trigger)
    return kept + own


def asks(trigger: Trigger) -> str:
    """The condition of a trigger, as a scenario file writes it."""
    return f"{trigger.indicator} {trigger.sense} {trigger.value:g}"


def _dropped(row: Mapping[str, Any], file: str) -> bool:
    dropped = row.get("drop", False)
    if not isinstance(dropped, bool):
        raise InputError(f"drop = {dropped!r} is neither true nor false", file=file, value=dropped, fix="Write drop = true.")
    if dropped and "then" in row:
        raise InputError("a trigger that is dropped does nothing", file=file, fix="Take out either drop or then.")
    return dropped


def _trigger(row: Mapping[str, Any], first: int, file: str, dropped: bool) -> Trigger:
    for key in ("when", "year") if dropped else ("when", "year", "then"):
        if key not in row:
            raise InputError(
                f"a trigger lacks '{key}'",
                file=file,
                expected='when = "tech_enterprises < 400", year = 2023, then = {enterprise_coaching = 60}',
            )
    plain = unicodedata.normalize("NFKC", str(row["when"])).replace("≥", ">=").replace("≤", "<=")
    said = CONDITION.fullmatch(plain)
    if said is None:
        raise InputError(f"when = {row['when']!r} is not a condition", file=file, expected="an indicator, <, <=, > or >=, and a number")
    if said["indicator"] not in indicators.INDICATOR_IDS:
        raise InputError(
            f"no indicator is called '{said['indicator']}'",
            file=file,
            value=said["indicator"],
            fix=did_you_mean(said["indicator"], indicators.INDICATOR_IDS),
        )
    then = {} if dropped else row["then"]
    if not isinstance(then, Mapping) or not (then or dropped):
        raise InputError("a trigger's then is not a table of levers", file=file, expected="then = {enterprise_coaching = 60}")
    return Trigger(
        indicator=said["indicator"],
        sense=said["sense"],
        value=float(said["value"]),
        year=year(row["year"], first, "a trigger", file, last=LAST_YEAR - 1),
        then=MappingProxyType({id: levers.check_range(id, value, file=file) for id, value in then.items()}),
    )
