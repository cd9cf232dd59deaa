"""How each file of a region pack is read and checked; every error names file, row, value, unit and fix."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from yidu.sim.errors import InputError, did_you_mean
from yidu.sim.indicators import PUBLIC_IDS
from yidu.sim.levers import FIRST_YEAR, LAST_YEAR, LEVER_IDS, LEVERS, LeverPaths
from yidu.sim.pack import (
    DISTRIBUTIONS,
    END_KEYS,
    ENVIRONMENT_FIELDS,
    ENVIRONMENT_GROUPS,
    FACT_COLUMNS,
    GRADES,
    GROWTH_UNITS,
    MONEY,
    NOT_ANSWERED_COLUMNS,
    PRIOR_COLUMNS,
    RATIO_UNIT,
    ROLES,
    SECTOR_IDS,
    SENSES,
    START_KEYS,
    STATISTICS,
    TARGET_COLUMNS,
    UNITS,
    YEARLY_FLOWS,
    EnvironmentSpec,
    Fact,
    FieldSpec,
    LeversFile,
    NotAnswered,
    Place,
    Prior,
    RegionSettings,
    Sector,
    Target,
    Years,
)
from yidu.sim.reading import (
    Source,
    check_seen,
    digits_of,
    missing,
    normal_form,
    number,
    one_of,
    read_table,
    read_toml,
    shown,
    source_of,
    validated,
    word,
)

#: Units of things that are counted one by one.
COUNTED = ("家", "个", "人", "项")

#: What may stand under [end] in place of a key: the count follows from it and the population.
END_INSTEAD = {"patents": "patents_per_10k"}
#: What must stand under [start]: a run that is not told starts with none of it, and the record grows from there.
NEVER_SILENT = ("tech_enterprises", "high_tech_enterprises", "patents_per_10k")

#: Files at the top of a pack that are part of it, and the folder of its scenarios, in which every TOML file is.
KNOWN = (
    "region.toml", "facts.csv", "targets.csv", "levers.toml", "environment.toml", "priors.csv", "events.toml", "owners.toml",
    "contradictions.toml", "not_answered.csv",
)  # fmt: skip
SCENARIOS = "scenarios"


@dataclass(frozen=True, repr=False)
class PackFiles:
    """The files of a pack, each read once: what is parsed, and what a digest is of, are the same bytes.

    contents: bytes in their normal form (`yidu.sim.reading.normal_form`) by name from the folder. What else lies in the folder is no
    part of the pack: notes, pictures, what Excel, Windows and macOS leave behind, its fit, the user's `actuals.csv`.
    """

    folder: Path
    contents: Mapping[str, bytes]

    def shown(self, name: str) -> str:
        """What errors call a file of the pack."""
        return shown(self.folder / name)

    def source(self, name: str) -> Source:
        """A file of the pack.

        Raises:
            InputError: it is not there.
        """
        if name not in self.contents:
            raise missing(self.folder / name)
        return Source(self.shown(name), self.contents[name])

    def at(self, path: Path) -> Source | None:
        """The file of the pack that stands at a place; None where none of it does."""
        for folder in (self.folder, self.folder.resolve()):
            if path.is_relative_to(folder) and (name := path.relative_to(folder).as_posix()) in self.contents:
                return Source(shown(path), self.contents[name])
        return None

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Names of the pack's scenarios, the one that every command takes by default first."""
        names = sorted(path.stem for path in map(Path, self.contents) if path.parent.as_posix() == SCENARIOS)
        return tuple(sorted(names, key=lambda name: name != "status_quo"))


def pack_files(folder: Path) -> PackFiles:
    """Read the files of a pack.

    Raises:
        InputError: one cannot be read, is none (a pipe, a device), or is larger than such files are.
    """
    contents: dict[str, bytes] = {}
    for name in (*(one for one in KNOWN if os.path.lexists(folder / one)), *_scenario_files(folder)):
        check_seen(name, "name of a file", file=shown(folder))
        contents[name] = _content(folder / name)
    return PackFiles(folder, contents)


def _scenario_files(folder: Path) -> Iterator[str]:
    for root, folders, names in os.walk(folder / SCENARIOS):
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        kept = (name for name in names if name.endswith(".toml") and not name.startswith((".", "~$")))
        yield from ((Path(root) / name).relative_to(folder).as_posix() for name in kept)


def _content(path: Path) -> bytes:
    if not os.path.isfile(path) and not os.path.isdir(path):  # a pipe would be waited for, a device has no end
        raise InputError("is not a file", file=shown(path), fix="Take it out of the folder of the region.")
    return normal_form(path.name, source_of(path).raw)


def read_settings(pack: PackFiles) -> RegionSettings:
    source = pack.source("region.toml")
    file = source.file
    settings = validated(RegionSettings, read_toml(source), file=file)
    years = settings.years
    if not FIRST_YEAR <= years.record_start < years.record_end < years.plan_end <= LAST_YEAR:
        raise InputError(
            f"the years {years.record_start}, {years.record_end}, {years.plan_end} are out of order",
            file=file, value=years.record_start, key=("years", "record_start"),
            expected=f"record start < record end < plan end, within {FIRST_YEAR}-{LAST_YEAR}",
        )  # fmt: skip
    if tuple(sector.id for sector in settings.sectors) != SECTOR_IDS:
        raise InputError(
            "the sectors are not the eight the rules know", file=file,
            value=", ".join(sector.id for sector in settings.sectors) or "none", key=("sectors", 0, "id"),
            expected=", ".join(SECTOR_IDS) + ", in this order",
            fix="A sector the district lacks has share = 0.",
        )  # fmt: skip
    _sums_to_one(settings.sectors, "sectors", file)
    _sums_to_one(settings.places, "places", file)
    for what, parts in (("places", settings.places), ("giants", settings.giants)):
        ids = [part.id for part in parts]
        for place, id in enumerate(ids):
            if id in ids[:place]:
                raise InputError(f"the id '{id}' stands twice among the {what}", file=file, value=id, key=(what, place, "id"))
    if settings.pool.low >= settings.pool.high:
        raise InputError(
            f"pool.low = {settings.pool.low:g} is not below pool.high = {settings.pool.high:g}", file=file,
            value=settings.pool.low, unit="家", key=("pool", "low"),
        )  # fmt: skip
    known = years.record_start in settings.gdp.known
    if known == (settings.gdp.start is not None):
        raise InputError(
            f"gdp.known has {years.record_start}, and gdp.start a range for the same year" if known
            else f"neither gdp.known nor gdp.start says what was produced in {years.record_start}",
            file=file, unit=settings.gdp.unit, key=("gdp", "start", 0), value=None if settings.gdp.start is None else settings.gdp.start[0],
            expected=f"{years.record_start} = ... in gdp.known, or start = [low, high] where it was not published",
        )  # fmt: skip
    if settings.gdp.start is not None:
        _check_range_pair(settings.gdp.start, "gdp.start", settings.gdp.unit, file, ("gdp", "start", 0))
    if not settings.gdp.known:
        raise InputError(
            "gdp.known is empty", file=file, expected="at least one year", unit=settings.gdp.unit, key=("gdp", "known"),
        )  # fmt: skip
    for year in range(years.record_end - 2, years.record_end + 1):
        if year not in settings.gdp.known:
            raise InputError(
                f"gdp.known lacks {year}, one of the record's last three years", file=file, unit=settings.gdp.unit,
                fix=f"Add {year} = ..., interpolated where nothing is published, and say so in gdp.source.",
                key=("gdp", "known", str(year)),
            )  # fmt: skip
    if not any(year <= years.record_end for year in settings.population.census):
        raise InputError(
            "population.census has no year of the record", file=file, unit=settings.population.unit, key=("population", "census"),
        )  # fmt: skip
    if settings.giants and settings.scale > 1.0:
        raise InputError(
            f"the giant '{settings.giants[0].id}' has a row of its own, and scale = {settings.scale:g} would count it "
            f"{settings.scale:g} times",
            file=file, value=settings.giants[0].id, expected="no [[giants]] where one agent stands for several enterprises",
            fix="Take the giants out, or write scale = 1.", key=("giants", 0, "id"),
        )  # fmt: skip
    for place, giant in enumerate(settings.giants):
        one_of(giant.sector, SECTOR_IDS, "sector", file=file, key=("giants", place, "sector"))
        for name, unit in (("revenue", "万元/yr"), ("staff", "人"), ("rd_share", "share of revenue")):
            _check_range_pair(getattr(giant, name), f"giants '{giant.id}' {name}", unit, file, ("giants", place, name, 0))
        if giant.arrives > years.record_end:
            raise InputError(
                f"the giant '{giant.id}' arrives in {giant.arrives}", file=file, value=giant.arrives,
                expected=f"a year to {years.record_end}, the end of the record",
                fix="Later arrivals are drawn from the environment and the lever anchor_firms.", key=("giants", place, "arrives"),
            )  # fmt: skip
        if giant.leaves and not giant.arrives < giant.leaves <= LAST_YEAR:
            too_early = f", but arrives in {giant.arrives}" if giant.leaves <= giant.arrives else ""
            raise InputError(
                f"the giant '{giant.id}' leaves in {giant.leaves}{too_early}", file=file, value=giant.leaves,
                expected=f"0 (never), or a year after {giant.arrives}, to {LAST_YEAR}", key=("giants", place, "leaves"),
            )  # fmt: skip
    return settings


def _sums_to_one(parts: Iterable[Sector | Place], what: str, file: str) -> None:
    total = sum(part.share for part in parts)
    if abs(total - 1.0) > 1e-6:
        raise InputError(
            f"the shares of the {what} sum to {total:g}", file=file, value=round(total, 6), unit="share",
            expected="1", key=(what, 0, "share"),
        )  # fmt: skip


def _check_range_pair(pair: tuple[float, float], what: str, unit: str, file: str, key: tuple[str | int, ...]) -> None:
    if pair[0] > pair[1]:
        raise InputError(
            f"{what} runs from {pair[0]:g} down to {pair[1]:g}", file=file, value=pair[0], unit=unit,
            expected="low first, then high", fix=f"Write [{pair[1]:g}, {pair[0]:g}].", key=key,
        )  # fmt: skip


def read_facts(pack: PackFiles, settings: RegionSettings) -> tuple[Fact, ...]:
    source = pack.source("facts.csv")
    file = source.file
    facts: list[Fact] = []
    ids: dict[str, int] = {}
    for row in read_table(source, FACT_COLUMNS):
        cells, line = row.cells, row.line
        id = word(cells["id"], "id", file=file, row=line)
        if id in ids:
            raise InputError(f"the id '{id}' already stands in row {ids[id]}", file=file, row=line, value=id, key=("id",))
        ids[id] = line
        role = one_of(cells["role"], ROLES, "role", file=file, row=line)
        unit = _filled(cells["unit"], "unit", file, line)
        statistic = _statistic(cells["statistic"], file, line)
        period = _period(cells["period"], statistic, settings.years, file, line)
        indicator = _fact_indicator(cells["indicator"], role, file, line)
        check_unit(indicator, statistic, unit, role, file, line)
        if statistic == "sum" and indicator in UNITS and indicator not in YEARLY_FLOWS:
            raise InputError(
                f"'{indicator}' is counted at a year's end and is not summed over years", file=file, row=line,
                value=statistic, expected="statistic level, and one year as period", key=("statistic",),
            )  # fmt: skip
        value = number(cells["value"], "value", file=file, row=line, unit=unit)
        tolerance = number(cells["tolerance"], "tolerance", file=file, row=line, unit=unit)
        if tolerance < 0.0 or (role == "calibrate" and tolerance == 0.0):
            raise InputError(
                f"tolerance = {tolerance:g} is too small", file=file, row=line, value=tolerance, unit=unit,
                expected="one standard deviation of rounding and vintage, above 0 for a fact to calibrate on", key=("tolerance",),
            )  # fmt: skip
        weight = number(cells["weight"], "weight", file=file, row=line, unit="share")
        if not 0.0 <= weight <= 1.0:
            fix = f"For {weight:g} percent write {weight / 100:g}." if 1.0 < weight <= 100.0 else None
            raise InputError(
                f"weight = {weight:g} is outside 0 to 1", file=file, row=line, value=weight, unit="share",
                fix=fix, key=("weight",),
            )  # fmt: skip
        facts.append(
            validated(
                Fact,
                {
                    "id": id,
                    "fact": word(cells["fact"], "fact", file=file, row=line),
                    "indicator": indicator,
                    "period": period,
                    "statistic": statistic,
                    "value": value,
                    "unit": unit,
                    "tolerance": tolerance,
                    "reading": word(cells["reading"], "reading", file=file, row=line),
                    "weight": weight,
                    "role": role,
                    "quote": _filled(cells["quote"], "quote", file, line),
                    "row": line,
                },
                file=file,
                row=line,
            )
        )
    _check_rivals(facts, file)
    return tuple(facts)


def _filled(text: str, what: str, file: str, line: int) -> str:
    if not text:
        raise InputError(f"{what} is empty", file=file, row=line, key=(what,))
    return text


def _statistic(text: str, file: str, line: int) -> str:
    if text in ("level", "sum", "growth") or re.fullmatch(r"ratio:\d{4}", text, re.ASCII):
        return text
    if text.startswith("ratio"):
        raise InputError(
            f"the statistic '{text}' does not name its base year", file=file, row=line, value=text,
            expected="ratio:<year>, as in ratio:2015", key=("statistic",),
        )  # fmt: skip
    one_of(text, STATISTICS, "statistic", file=file, row=line)
    raise InputError(f"no statistic is called '{text}'", file=file, row=line, value=text, key=("statistic",))


def _period(text: str, statistic: str, years: Years, file: str, line: int) -> str:
    plain = digits_of(text).replace("—", "-").replace(" ", "")
    match = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", plain, re.ASCII)
    if not match:
        raise InputError(
            f"the period '{text}' is not a year or a range", file=file, row=line, value=text,
            expected=f"a year ({years.record_end}) or a range ({years.record_start + 1}-{years.record_end})", key=("period",),
        )  # fmt: skip
    first, last = int(match[1]), int(match[2] or match[1])
    if last < first:
        raise InputError(
            f"the period '{text}' ends before it starts", file=file, row=line, value=text,
            fix=f"Write {last}-{first}.", key=("period",),
        )  # fmt: skip
    wants_range = statistic in ("sum", "growth")
    if wants_range and last == first:
        raise InputError(
            f"the statistic '{statistic}' needs a range of years", file=file, row=line, value=text,
            expected=f"a range like {years.record_start + 1}-{years.record_end}", key=("period",),
        )  # fmt: skip
    if not wants_range and last != first:
        raise InputError(
            f"the statistic '{statistic}' needs one year", file=file, row=line, value=text,
            expected=f"a year like {last}", key=("period",),
        )  # fmt: skip
    outside = [y for y in (first, last) if not years.record_start <= y <= years.record_end]
    if statistic.startswith("ratio:"):
        base = int(statistic[6:])
        if not years.record_start <= base <= years.record_end:
            outside.append(base)
        elif base >= first:
            raise InputError(
                f"the ratio's base year {base} is not before {first}", file=file, row=line, value=statistic,
                expected="an earlier base year", key=("statistic",),
            )  # fmt: skip
    if outside:
        raise InputError(
            f"the year {outside[0]} lies outside the record", file=file, row=line, value=text,
            expected=f"{years.record_start} to {years.record_end}",
            fix="What was measured later goes into actuals.csv." if outside[0] > years.record_end else None, key=("period",),
        )  # fmt: skip
    if statistic == "growth" and first == years.record_start:
        raise InputError(
            f"growth over {text} would start from {first - 1}, before the record", file=file, row=line,
            value=text,
            expected=f"{first + 1}-{last}: growth over a range starts from the end of the year before it", key=("period",),
        )  # fmt: skip
    return f"{first}-{last}" if wants_range else str(first)


def _fact_indicator(text: str, role: str, file: str, line: int) -> str:
    id = word(text, "indicator", file=file, row=line)
    if role == "context" or id in UNITS:
        return id
    known = list(UNITS)
    if role == "lever":
        known += LEVER_IDS
    elif role == "prior":
        known += parameters() or ()
    if id not in known:
        raise InputError(
            f"no indicator is called '{id}'", file=file, row=line, value=id,
            fix=f"{did_you_mean(id, known)} A figure without counterpart in the model has the role context.", key=("indicator",),
        )  # fmt: skip
    return id


def check_unit(indicator: str, statistic: str, unit: str, role: str, file: str, line: int) -> None:
    """A fact speaks in the unit of its indicator; money may be in 元, 万元 or 亿元."""
    if indicator not in UNITS:
        return
    own = UNITS[indicator]
    if statistic == "growth":
        allowed: tuple[str, ...] = GROWTH_UNITS
    elif statistic.startswith("ratio:"):
        allowed = (RATIO_UNIT,)
    elif own in MONEY:
        allowed = (own, *(u for u in MONEY if u != own))
    else:
        allowed = GROWTH_UNITS if own in GROWTH_UNITS else (own,)
    if unit not in allowed:
        raise InputError(
            f"'{indicator}' as {statistic.split(':')[0]} is not measured in '{unit}'", file=file, row=line,
            value=unit, expected=" or ".join(allowed), key=("unit",),
        )  # fmt: skip


def in_own_unit(indicator: str, value: float, unit: str) -> float:
    """A figure in a unit that `check_unit` let pass, in the unit of its indicator."""
    own = UNITS[indicator]
    return value * MONEY[unit] / MONEY[own] if unit in MONEY and own in MONEY else value


def _check_rivals(facts: list[Fact], file: str) -> None:
    """Rivals speak of the same thing in the same role, differ in reading, and their weights sum to 1."""
    first: dict[str, Fact] = {}
    total: dict[str, float] = {}
    seen: dict[tuple[str, str], int] = {}
    for fact in facts:
        known = first.setdefault(fact.fact, fact)
        for what in ("indicator", "statistic", "unit", "role"):
            mine, theirs = getattr(fact, what), getattr(known, what)
            if what == "statistic":
                mine, theirs = mine.split(":")[0], theirs.split(":")[0]
            if mine != theirs:
                raise InputError(
                    f"readings of the fact '{fact.fact}' differ in {what}", file=file, row=fact.row,
                    value=getattr(fact, what), expected=f"'{getattr(known, what)}', as in row {known.row}", key=(what,),
                )  # fmt: skip
        key = (fact.fact, fact.reading)
        if key in seen:
            raise InputError(
                f"the reading '{fact.reading}' of the fact '{fact.fact}' already stands in row {seen[key]}",
                file=file, row=fact.row, value=fact.reading, fix="Rivals are called a, b, c.", key=("reading",),
            )  # fmt: skip
        seen[key] = fact.row
        total[fact.fact] = total.get(fact.fact, 0.0) + fact.weight
    for name, weight in total.items():
        if abs(weight - 1.0) > 1e-6:
            raise InputError(
                f"the weights of the fact '{name}' sum to {weight:g}", file=file, row=first[name].row,
                value=round(weight, 6), unit="share", expected="1 over all its readings", key=("weight",),
            )  # fmt: skip


def read_targets(pack: PackFiles, settings: RegionSettings) -> tuple[Target, ...]:
    source = pack.source("targets.csv")
    file = source.file
    targets: list[Target] = []
    seen: dict[tuple[str, int], int] = {}
    for row in read_table(source, TARGET_COLUMNS, may_be_empty=True):
        cells, line = row.cells, row.line
        indicator = one_of(cells["indicator"], PUBLIC_IDS, "indicator", file=file, row=line)
        unit = _filled(cells["unit"], "unit", file, line)
        check_unit(indicator, "level", unit, "target", file, line)
        year = number(cells["year"], "year", file=file, row=line)
        if year != int(year) or not settings.years.record_end < year <= LAST_YEAR:
            raise InputError(
                f"year = {year:g} is not a year after the record", file=file, row=line, value=year,
                expected=f"{settings.years.record_end + 1} to {LAST_YEAR}", key=("year",),
            )  # fmt: skip
        key = (indicator, int(year))
        if key in seen:
            raise InputError(
                f"the target '{indicator}' for {int(year)} already stands in row {seen[key]}", file=file,
                row=line, value=indicator, key=("indicator",),
            )  # fmt: skip
        seen[key] = line
        data = {
            "indicator": indicator,
            "year": int(year),
            "sense": one_of(cells["sense"].replace("≥", ">=").replace("≤", "<="), SENSES, "sense", file=file, row=line),  # fmt: skip
            "value": number(cells["value"], "value", file=file, row=line, unit=unit),
            "unit": unit,
            "group": word(cells["group"], "group", file=file, row=line),
            "quote": _filled(cells["quote"], "quote", file, line),
            "row": line,
        }
        targets.append(validated(Target, data, file=file, row=line))
    return tuple(targets)


def read_not_answered(pack: PackFiles, targets: Iterable[Target]) -> tuple[NotAnswered, ...]:
    """Sentences of the plan that the model says nothing of; none where the pack has no such file."""
    if "not_answered.csv" not in pack.contents:
        return ()
    source = pack.source("not_answered.csv")
    file = source.file
    found: dict[str, NotAnswered] = {}
    judged = {target.quote: target.indicator for target in targets}
    for row in read_table(source, NOT_ANSWERED_COLUMNS, may_be_empty=True):
        cells, line = row.cells, row.line
        id = word(cells["id"], "id", file=file, row=line)
        if id in found:
            raise InputError(f"the id '{id}' already stands in row {found[id].row}", file=file, row=line, value=id, key=("id",))
        said = {name: _filled(cells[name], name, file, line) for name in NOT_ANSWERED_COLUMNS[1:]}
        if said["quote"] in judged:
            raise InputError(
                f"the sentence of '{id}' is that of a target, '{judged[said['quote']]}'", file=file, row=line, value=id, key=("quote",),
                fix="Take the row out: what has a target is answered.",
            )  # fmt: skip
        found[id] = NotAnswered(id=id, row=line, **said)
    return tuple(found.values())


def read_levers(pack: PackFiles, settings: RegionSettings) -> tuple[LeverPaths, dict[str, float], tuple[str, ...]]:
    """Paths, uncertainty of the record's levels, and levers that the pack has no record of: those take the level of their entry."""
    source = pack.source("levers.toml")
    file = source.file
    tables = validated(LeversFile, read_toml(source), file=file)
    for name in ("record", "status_quo", "uncertainty"):
        for id in getattr(tables, name):
            one_of(id, LEVER_IDS, "lever", file=file, key=(name, id))
    years = settings.years
    paths: dict[str, dict[int, float]] = {}
    for id in LEVER_IDS:
        record = _steps(tables.record.get(id, LEVERS[id].record), years.record_start + 1)
        after = _steps(tables.status_quo.get(id, {}), years.record_end + 1)
        _check_years(id, record, years.record_start, years.record_end, "record", file)
        _check_years(id, after, years.record_end + 1, LAST_YEAR, "status_quo", file)
        first = min(record, default=years.record_start + 1)
        if not record or first > years.record_start + 1:
            raise InputError(
                f"the record of '{id}' does not start in {years.record_start + 1}", file=file, value=id,
                fix=f"Add {years.record_start + 1} = ..., 0 if the measure did not exist yet.",
                key=("record", id, str(years.record_start + 1)),
            )  # fmt: skip
        paths[id] = {FIRST_YEAR: record[first], **record, **after}
    silent = tuple(id for id in LEVER_IDS if id not in tables.record)
    return LeverPaths.from_dict(paths, file=file), dict(tables.uncertainty), silent


def _steps(path: dict[int, float] | float, first: int) -> dict[int, float]:
    return dict(path) if isinstance(path, dict) else {first: path}


def _check_years(id: str, path: dict[int, float], low: int, high: int, table: str, file: str) -> None:
    for year in path:
        if not low <= year <= high:
            raise InputError(
                f"{id} has a value for {year} under [{table}]", file=file, value=year,
                expected=f"{low} to {high}", key=(table, id, str(year)),
            )  # fmt: skip


def read_environment(pack: PackFiles, settings: RegionSettings) -> EnvironmentSpec:
    source = pack.source("environment.toml")
    file = source.file
    spec = validated(EnvironmentSpec, read_toml(source), file=file)
    for name in spec.fields:
        one_of(name, ENVIRONMENT_FIELDS, "environment field", file=file, key=("fields", name))
    for name in ENVIRONMENT_FIELDS:
        if name not in spec.fields:
            raise InputError(
                f"the environment field '{name}' is missing", file=file, fix=f"Add [fields.{name}].", key=("fields", name),
            )  # fmt: skip
        one = spec.fields[name]
        one_of(one.group, ENVIRONMENT_GROUPS, "environment group", file=file, key=("fields", name, "group"))
        if one.low > one.high:
            raise InputError(
                f"{name}.low = {one.low:g} is above {name}.high = {one.high:g}", file=file, value=one.low,
                unit=one.unit, key=("fields", name, "low"),
            )  # fmt: skip
        if not one.path:
            raise InputError(
                f"{name}.path is empty", file=file, unit=one.unit, expected="at least one year", key=("fields", name, "path"),
            )  # fmt: skip
        for year, value in one.path.items():
            if not FIRST_YEAR <= year <= LAST_YEAR:
                raise InputError(
                    f"{name}.path has the year {year}", file=file, value=year,
                    expected=f"{FIRST_YEAR} to {LAST_YEAR}", key=("fields", name, "path", str(year)),
                )  # fmt: skip
            if not one.low <= value <= one.high:
                raise InputError(
                    f"{name}.path = {value:g} in {year} is outside {one.low:g} to {one.high:g}", file=file,
                    value=value, unit=one.unit, key=("fields", name, "path", str(year)),
                )  # fmt: skip
        _check_sectors(name, one, file)
    if "baseline" not in spec.environments:
        raise InputError(
            "the environment 'baseline' is missing", file=file, fix="Add [environments.baseline].", key=("environments",),
        )  # fmt: skip
    for id, case in spec.environments.items():
        for name in case.shift:
            one_of(name, ENVIRONMENT_FIELDS, "environment field", file=file, key=("environments", id, "shift", name))
        if case.shock_year is not None and not settings.years.record_end < case.shock_year <= LAST_YEAR:
            raise InputError(
                f"shock_year = {case.shock_year} is not a year after the record", file=file,
                value=case.shock_year, expected=f"{settings.years.record_end + 1} to {LAST_YEAR}",
                key=("environments", id, "shock_year"),
            )  # fmt: skip
    return spec


def _check_sectors(name: str, one: FieldSpec, file: str) -> None:
    """What single sectors have added: known sectors, years of the table; nothing else can be told apart by sector."""
    if one.sectors and name != "sector_demand":
        raise InputError(
            f"{name} has sectors, and only sector_demand acts on single sectors", file=file, value=name, key=("fields", name, "sectors"),
        )  # fmt: skip
    for sector, steps in one.sectors.items():
        one_of(sector, SECTOR_IDS, "sector", file=file, key=("fields", name, "sectors", sector))
        if not steps:
            raise InputError(
                f"{name}.sectors has no year under '{sector}'", file=file, value=sector, unit=one.unit,
                key=("fields", name, "sectors", sector),
            )  # fmt: skip
        for year in steps:
            if not FIRST_YEAR <= year <= LAST_YEAR:
                raise InputError(
                    f"{name}.sectors gives '{sector}' a value for {year}", file=file, value=year,
                    expected=f"{FIRST_YEAR} to {LAST_YEAR}", key=("fields", name, "sectors", sector, str(year)),
                )  # fmt: skip


def parameters() -> tuple[str, ...] | None:
    """Names of the parameters the rules read; None where the rules are not installed."""
    try:
        from yidu.agents.parameters import PARAMETERS
    except ModuleNotFoundError as missing:
        if missing.name not in ("yidu.agents", "yidu.agents.parameters"):
            raise
        return None
    return tuple(PARAMETERS)


def read_priors(pack: PackFiles) -> tuple[Prior, ...]:
    source = pack.source("priors.csv")
    file = source.file
    known = parameters()
    priors: list[Prior] = []
    seen: dict[str, int] = {}
    for row in read_table(source, PRIOR_COLUMNS):
        cells, line = row.cells, row.line
        name = word(cells["parameter"], "parameter", file=file, row=line)
        if known is not None:
            one_of(name, known, "parameter", file=file, row=line)
        if name in seen:
            raise InputError(
                f"the parameter '{name}' already stands in row {seen[name]}", file=file, row=line, value=name,
                key=("parameter",),
            )  # fmt: skip
        seen[name] = line
        unit = _filled(cells["unit"], "unit", file, line)
        data: dict[str, object] = {
            "parameter": name,
            "distribution": one_of(cells["distribution"], DISTRIBUTIONS, "distribution", file=file, row=line),
            "unit": unit,
            "grade": one_of(cells["grade"], GRADES, "grade", file=file, row=line),
            "source": _filled(cells["source"], "source", file, line),
            "row": line,
        }
        for what in ("a", "b", "low", "high"):
            data[what] = number(cells[what], what, file=file, row=line, unit=unit)
        prior = validated(Prior, data, file=file, row=line)
        _check_prior(prior, file)
        priors.append(prior)
    for name in known or ():
        if name not in seen:
            raise InputError(
                f"the parameter '{name}' has no prior", file=file, value=name,
                fix=f"Add a row that starts with {name}; the shipped pack has one to copy.",
            )  # fmt: skip
    return tuple(priors)


def _check_prior(prior: Prior, file: str) -> None:
    """The numbers of a prior make a distribution, and its middle survives the truncation."""

    def wrong(message: str, value: float, expected: str, column: str = "a") -> InputError:
        return InputError(
            f"the prior of '{prior.parameter}': {message}", file=file, row=prior.row, value=value,
            unit=prior.unit, expected=expected, key=(column,),
        )  # fmt: skip

    a, b, low, high = prior.a, prior.b, prior.low, prior.high
    if low >= high:
        raise wrong(f"low = {low:g} is not below high = {high:g}", low, "low < high", "low")
    match prior.distribution:
        case "bernoulli":
            if not 0.0 <= a <= 1.0:
                raise wrong(f"a = {a:g} is not a chance", a, "0 to 1")
            if (low, high) != (0.0, 1.0):
                raise wrong(f"low = {low:g}, high = {high:g}", low, "low = 0 and high = 1 for bernoulli", "low")
            return
        case "uniform":
            if a >= b:
                raise wrong(f"a = {a:g} is not below b = {b:g}", a, "the lower end first")
            middle = (a + b) / 2.0
            if high <= a or low >= b:
                raise wrong(f"{a:g} to {b:g} is cut off", a, f"an overlap with {low:g} to {high:g}")
            return
        case "beta":
            if a <= 0.0 or b <= 0.0:
                raise wrong(f"the shapes {a:g}, {b:g} are not above 0", min(a, b), "two positive shapes")
            if low < 0.0 or high > 1.0:
                raise wrong(f"{low:g} to {high:g} is wider than 0 to 1", low, "bounds within 0 to 1 for beta", "low")
            middle = a / (a + b)
        case "lognormal":
            if a <= 0.0:
                raise wrong(f"the median a = {a:g} is not above 0", a, "a positive median")
            middle = a
        case _:
            middle = a
    if prior.distribution in ("normal", "lognormal") and b <= 0.0:
        raise wrong(f"the spread b = {b:g} is not above 0", b, "a positive spread", "b")
    if not low < middle < high or not math.isfinite(middle):
        raise wrong(f"its centre {middle:g} is cut off", middle, f"a centre between {low:g} and {high:g}")


MOST_AGENTS = 20_000_000
"""Enterprises that a run may come to hold; each takes some 500 bytes, in every thread."""


def check_size(pack: PackFiles, settings: RegionSettings, priors: tuple[Prior, ...]) -> None:
    """A run whose parameters lie at the upper bounds of their priors fits into a machine."""
    known = {prior.parameter: prior for prior in priors}
    if "pool_size" not in known or "entry_rate" not in known:
        return  # the rules, which read them, are not installed
    pool, rate, years = known["pool_size"], known["entry_rate"], LAST_YEAR - FIRST_YEAR
    more = 1.0 + 0.5 * years * max(0.0, known["entry_growth"].high if "entry_growth" in known else 0.0)
    most = pool.high * (1.0 + max(0.0, rate.high) * years * more) / settings.scale
    if not most <= MOST_AGENTS:
        raise InputError(
            f"a pool of up to {pool.high:g} with {rate.high:g} entries a year makes {most:.2g} enterprises in a run",
            file=pack.shown("priors.csv"), row=pool.row, value=pool.high, unit=pool.unit, key=("high",),
            expected=f"at most {MOST_AGENTS:,}",
            fix="Lower 'high' of pool_size or of entry_rate, or let one agent stand for several enterprises: scale in region.toml.",
        )  # fmt: skip


def check_ends(pack: PackFiles, settings: RegionSettings, facts: tuple[Fact, ...]) -> None:
    """[start] and [end] of region.toml point at facts that say the level of that indicator in time."""
    file = pack.shown("region.toml")
    for indicator in NEVER_SILENT:
        if indicator not in settings.start:
            raise InputError(
                f"[start] lacks {indicator}, and every run would start with none", file=file, value=indicator,
                expected="the name of a fact of facts.csv with the role prior",
                fix="Where it is not published, write rival readings by judgement and say so in their quote.",
                key=("start", indicator),
            )  # fmt: skip
    names = tuple(dict.fromkeys(fact.fact for fact in facts))
    years = settings.years
    for table, keys, mapping in (("start", START_KEYS, settings.start), ("end", (*END_KEYS, *END_INSTEAD.values()), settings.end)):
        for indicator, name in mapping.items():
            one_of(indicator, keys, f"indicator of [{table}]", file=file, key=(table, indicator))
            one_of(name, names, f"fact for [{table}] {indicator}", file=file, key=(table, indicator))
            for fact in facts:
                if fact.fact != name:
                    continue
                if fact.indicator != indicator or fact.statistic != "level":
                    raise InputError(
                        f"[{table}] {indicator} points at '{name}', a {fact.statistic} of '{fact.indicator}'",
                        file=file, value=name, expected=f"a fact that is a level of '{indicator}'", key=(table, indicator),
                    )  # fmt: skip
                if table == "start" and fact.last_year != years.record_start:
                    raise InputError(
                        f"[start] {indicator} points at '{name}' of {fact.period}", file=file,
                        value=fact.period, expected=f"a fact of {years.record_start}", key=(table, indicator),
                    )  # fmt: skip
                if table == "start" and fact.role == "calibrate":
                    raise InputError(
                        f"[start] {indicator} points at '{name}', which has the role calibrate", file=file,
                        value=name, expected="a fact with the role prior: one number, one role", key=(table, indicator),
                    )  # fmt: skip
