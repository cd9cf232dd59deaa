"""Which sheets the workbook of a region has, and where each cell of them stands in the files of the pack. Both ways are read from here.

A column is bound to a place in a file by a path of keys, in which a word in braces is taken from the row: `{0}`, `{1}` what stands in
its first and second key column, `{n}` the number of the row in a list (from 0), `{year}` the year that the column is called after,
`{table}` the table of levers.toml that this year belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from yidu.calibration import actuals
from yidu.experiments.decompose.tasks import TASK_IDS
from yidu.experiments.stress.events import FILE as EVENTS
from yidu.experiments.stress.events import SAYS, Kind
from yidu.sim.indicators import PUBLIC_IDS
from yidu.sim.levers import LEVER_IDS
from yidu.sim.levers import LEVERS as LEVER_TABLE
from yidu.sim.owners import FILE as OWNERS
from yidu.sim.pack import (
    DISTRIBUTIONS,
    END_KEYS,
    ENVIRONMENT_FIELDS,
    ENVIRONMENT_GROUPS,
    FACT_COLUMNS,
    GRADES,
    NOT_ANSWERED_COLUMNS,
    PRIOR_COLUMNS,
    ROLES,
    SECTOR_IDS,
    SENSES,
    START_KEYS,
    TARGET_COLUMNS,
)

if TYPE_CHECKING:
    from yidu.viz.words import Words

Holds = Literal["text", "word", "number", "flag", "list", "any"]
"""What a cell holds: a sentence; an id or one of a few words; a number; yes or no; names with commas; a number or a word."""

Path_ = tuple[str | int, ...]
"""Keys and places in lists (from 0) that lead to a value in the tree of a file."""


class Column(NamedTuple):
    """A column of a sheet.

    path: where its cells stand in the file; none for a key, which is part of the paths of the others, and for what is shown only.
    unit: as units of packs are written; "{unit}" is that of the row.
    options: all that may stand there, where that is a closed set.
    """

    id: str
    holds: Holds = "text"
    path: tuple[str | int, ...] = ()
    unit: str = ""
    options: tuple[str, ...] = ()
    file: str = ""

    @property
    def shown_only(self) -> bool:
        """Whether it is there to be read, and not taken back."""
        return self.id.startswith("(")

    @property
    def yearly(self) -> bool:
        """Whether it stands for a column a year."""
        return self.id == "{year}"


class Sheet(NamedTuple):
    """A sheet: the file its cells belong to, its columns, how many of the first of them are keys of a row.

    table: the file is a CSV file. down: one record, its columns written down the sheet, one a row.
    """

    id: str
    file: str
    columns: tuple[Column, ...]
    keys: int = 0
    needed: bool = True
    table: bool = False
    down: bool = False

    def column(self, id: str) -> Column | None:
        """The column of an id; that of the years for a year."""
        return next((one for one in self.columns if one.id == id or (one.yearly and id.isascii() and id.isdigit())), None)


REGION, LEVERS, ENVIRONMENT, SCENARIO = "region.toml", "levers.toml", "environment.toml", "scenarios/{0}.toml"

UNITED = {"value", "tolerance", "a", "b", "low", "high"}
"""Columns of tables whose unit stands in the row."""

OPTIONS = {"role": ROLES, "sense": SENSES, "distribution": DISTRIBUTIONS, "grade": GRADES}
SENTENCES = ("quote", "source", "description", "what_zh", "what_en", "basis", "why_zh", "why_en")
"""Columns that hold whole sentences."""

EFFECTS, TRIGGERS = "effects", "trigger_rows"
"""Lists in which `opened` puts what is too nested for a table: what events change, and the triggers of a scenario."""


def _column(id: str, holds: Holds, *above: str | int, unit: str = "", options: tuple[str, ...] = (), as_: str = "") -> Column:
    """A column whose cells stand under its own name below `above`."""
    return Column(id, holds, (*above, as_ or id), unit, options)


def _columns(ids: str, holds: Holds, *above: str | int, unit: str = "") -> tuple[Column, ...]:
    return tuple(_column(id, holds, *above, unit=unit) for id in ids.split())


def _ranges(names: dict[str, str], *above: str | int) -> Iterator[Column]:
    """Two columns each: the ends of a range, by name and unit."""
    for name, unit in names.items():
        for k, end in enumerate(("low", "high")):
            yield Column(f"{name}.{end}", "number", (*above, name, k), unit)


def _csv(id: str, file: str, columns: tuple[str, ...], *, needed: bool = True, closed: dict[str, tuple[str, ...]] | None = None) -> Sheet:
    def one(name: str) -> Column:
        numeric = name in UNITED or name in ("weight", "year")
        holds: Holds = "number" if numeric else "text" if name in SENTENCES else "word"
        unit = "{unit}" if name in UNITED else "share" if name == "weight" else ""
        return Column(name, holds, ("{n}", name), unit, {**OPTIONS, **(closed or {})}.get(name, ()))

    return Sheet(id, file, tuple(one(name) for name in columns), needed=needed, table=True)


def _key(id: str, options: tuple[str, ...] = ()) -> Column:
    return Column(id, "word", options=options)


def _shown(*ids: str) -> tuple[Column, ...]:
    return tuple(Column(f"({id})") for id in ids)


def _year(*path: str, unit: str = "{unit}", holds: Holds = "number") -> Column:
    return Column("{year}", holds, path, unit)


TITLES = "title_zh title_en"

SETTINGS = Sheet(
    "settings", REGION, down=True,
    columns=(
        _column("name", "word"), *_columns(TITLES, "text"), _column("scale", "number"), _column("districts", "number"),
        *(Column(f"years.{one}", "number", ("years", one)) for one in ("record_start", "record_end", "plan_end")),
        Column("gdp.start.low", "number", ("gdp", "start", 0), "亿元"), Column("gdp.start.high", "number", ("gdp", "start", 1), "亿元"),
        Column("gdp.vintage_error", "number", ("gdp", "vintage_error"), "log"),
        Column("gdp.unit", "word", ("gdp", "unit")), Column("gdp.source", "text", ("gdp", "source")),
        Column("population.vintage_error", "number", ("population", "vintage_error"), "log"),
        Column("population.unit", "word", ("population", "unit")), Column("population.source", "text", ("population", "source")),
        Column("pool.low", "number", ("pool", "low"), "家"), Column("pool.high", "number", ("pool", "high"), "家"),
        Column("pool.unit", "word", ("pool", "unit")), Column("pool.source", "text", ("pool", "source")),
        Column("shock.probability", "number", ("shock", "probability"), "1/yr", file=ENVIRONMENT),
    ),
)  # fmt: skip

SHEETS = (
    SETTINGS,
    Sheet("series", REGION, keys=1, columns=(
        Column("year", "number"), Column("gdp", "number", ("gdp", "known", "{0}"), "亿元"),
        Column("census", "number", ("population", "census", "{0}"), "万人"),
        Column("precensus", "number", ("population", "precensus", "{0}"), "万人"),
    )),
    Sheet("levels", REGION, keys=1, columns=(
        _key("indicator", tuple(dict.fromkeys((*START_KEYS, *END_KEYS)))), *_shown("title"),
        Column("start", "word", ("start", "{0}")), Column("end", "word", ("end", "{0}")),
    )),
    Sheet("sectors", REGION, columns=(
        _column("id", "word", "sectors", "{n}", options=SECTOR_IDS), *_columns(TITLES, "text", "sectors", "{n}"),
        *_columns("share industry_share value_added_ratio", "number", "sectors", "{n}", unit="share"),
        _column("pillar", "flag", "sectors", "{n}"), *_columns("strategic high_tech digital", "number", "sectors", "{n}", unit="share"),
    )),
    Sheet("places", REGION, columns=(
        _column("id", "word", "places", "{n}"), *_columns(TITLES, "text", "places", "{n}"),
        _column("share", "number", "places", "{n}", unit="share"),
    )),
    Sheet("giants", REGION, needed=False, columns=(
        _column("id", "word", "giants", "{n}"), *_columns(TITLES, "text", "giants", "{n}"),
        _column("sector", "word", "giants", "{n}", options=SECTOR_IDS), _column("industry", "flag", "giants", "{n}"),
        *_columns("arrives leaves", "number", "giants", "{n}"),
        *_ranges({"revenue": "万元/yr", "staff": "人", "rd_share": "share"}, "giants", "{n}"),
        *_columns("strategic high_tech digital state_owned", "flag", "giants", "{n}"),
        _column("leave_rate", "number", "giants", "{n}", unit="1/yr"), _column("source", "text", "giants", "{n}"),
    )),
    _csv("facts", "facts.csv", FACT_COLUMNS),
    _csv("targets", "targets.csv", TARGET_COLUMNS, closed={"indicator": PUBLIC_IDS}),
    _csv("not_answered", "not_answered.csv", NOT_ANSWERED_COLUMNS, needed=False),
    Sheet("levers", LEVERS, keys=1, columns=(
        _key("lever", LEVER_IDS), *_shown("title", "unit", "range"), _year("{table}", "{0}", "{year}"),
        Column("uncertainty", "number", ("uncertainty", "{0}"), "log"),
    )),
    Sheet("fields", ENVIRONMENT, keys=1, columns=(
        _key("field", ENVIRONMENT_FIELDS), _column("group", "word", "fields", "{0}", options=ENVIRONMENT_GROUPS),
        *_columns(TITLES, "text", "fields", "{0}"), _column("unit", "text", "fields", "{0}"), _year("fields", "{0}", "path", "{year}"),
        *_columns("record_sd persistent_sd sd", "number", "fields", "{0}", unit="{unit}"), _column("rho", "number", "fields", "{0}"),
        *_columns("low high shock sector_sd", "number", "fields", "{0}", unit="{unit}"),
        _column("grade", "word", "fields", "{0}", options=GRADES), _column("source", "text", "fields", "{0}"),
    )),
    Sheet("field_sectors", ENVIRONMENT, keys=2, needed=False, columns=(
        _key("field", ENVIRONMENT_FIELDS), _key("sector", SECTOR_IDS), _year("fields", "{0}", "sectors", "{1}", "{year}", unit="log/yr"),
    )),
    Sheet("environments", ENVIRONMENT, keys=1, columns=(
        _key("environment"), *_columns(TITLES, "text", "environments", "{0}"),
        *_columns("sd_scale shock_year", "number", "environments", "{0}"),
    )),
    Sheet("shifts", ENVIRONMENT, keys=2, needed=False, columns=(
        _key("environment"), _key("field", ENVIRONMENT_FIELDS), *_shown("unit"),
        Column("shift", "number", ("environments", "{0}", "shift", "{1}"), "{unit}"),
    )),
    _csv("priors", "priors.csv", PRIOR_COLUMNS),
    Sheet("scenarios", SCENARIO, keys=1, needed=False, columns=(
        _key("scenario"), *_columns(f"{TITLES} description", "text"), _column("extends", "word"),
    )),
    Sheet("mixes", SCENARIO, keys=3, needed=False, columns=(
        _key("scenario"), _key("table", ("levers", "environment")), _key("of"), *_shown("title", "unit"),
        Column("value", "any", ("{1}", "{2}"), "{unit}"), _year("{1}", "{2}", "{year}", holds="any"),
        Column("from", "any", ("{1}", "{2}", "from"), "{unit}"), Column("to", "any", ("{1}", "{2}", "to"), "{unit}"),
        Column("first_year", "number", ("{1}", "{2}", "years", 0)), Column("last_year", "number", ("{1}", "{2}", "years", 1)),
    )),
    Sheet("triggers", SCENARIO, keys=1, needed=False, columns=(
        _key("scenario"), _column("trigger", "word", TRIGGERS, "{n}"), _column("when", "text", TRIGGERS, "{n}"),
        _column("year", "number", TRIGGERS, "{n}"), _column("drop", "flag", TRIGGERS, "{n}"),
        _column("lever", "word", TRIGGERS, "{n}", options=LEVER_IDS), _column("value", "number", TRIGGERS, "{n}", unit="{unit}"),
    )),
    Sheet("events", EVENTS, needed=False, columns=(
        _column("id", "word", "events", "{n}"), *_columns(TITLES, "text", "events", "{n}"),
        _column("kind", "word", "events", "{n}", options=get_args(Kind)), *_columns("year years", "number", "events", "{n}"),
        *_columns("what_zh what_en", "text", "events", "{n}"), _column("grade", "word", "events", "{n}", options=GRADES),
        _column("source", "text", "events", "{n}"),
    )),
    Sheet("effects", EVENTS, needed=False, columns=(
        _column("event", "word", EFFECTS, "{n}"), _column("entry", "word", EFFECTS, "{n}", options=tuple(SAYS.values())),
        _column("of", "word", EFFECTS, "{n}"), _column("value", "number", EFFECTS, "{n}", unit="{unit}"),
    )),
    Sheet("departments", OWNERS, needed=False, columns=(
        _column("id", "word", "departments", "{n}"), *_columns(f"{TITLES} basis", "text", "departments", "{n}"),
    )),
    Sheet("tasks", OWNERS, needed=False, columns=(
        _column("task", "word", "tasks", "{n}", options=TASK_IDS), *_shown("title"), _column("lead", "word", "tasks", "{n}"),
        _column("support", "list", "tasks", "{n}"), _column("basis", "text", "tasks", "{n}"),
    )),
    Sheet("managers", OWNERS, keys=1, needed=False, columns=(_key("place"), Column("department", "word", ("places", "{0}")))),
    _csv("actuals", actuals.FILE, (*actuals.COLUMNS, *actuals.OPTIONAL), needed=False),
)  # fmt: skip

GUIDE, CHOICES, REMARKS, OTHERS = "guide", "choices", "remarks", "others"
"""Sheets beside those: how to use the workbook, the lists to choose from, the comments of TOML files, and all else in those files."""

REMARK_COLUMNS = ("file", "at", "where", "remark")
OTHER_COLUMNS = ("file", "key", "kind", "value")

OTHER_KINDS: dict[str, Holds] = {"text": "text", "number": "number", "flag": "flag", "list": "text", "table": "text"}
"""What a value of the sheet of others is, and how its cell is read; a list or a table is there where it is empty."""
WHOLE_KEYS = {OWNERS: ("departments", "tasks")}
"""Lists that a file must have, if it is there at all, also where they hold nothing."""

ACTUALS = {"actuals": actuals.OPTIONAL}
"""Columns of a table that are left out where no row fills them."""


# --- what is too nested for a table, and back

Tree = dict[str, Any]


def opened(file: str, tree: Tree, record_start: int, record_end: int) -> Tree:
    """A file's tree with what is too nested for a table as lists of rows, and each lever of levers.toml by year."""
    tree = dict(tree)
    if file == LEVERS:
        for table, first in (("record", record_start + 1), ("status_quo", record_end + 1)):
            tree[table] = {id: path if isinstance(path, dict) else {str(first): path} for id, path in tree.get(table, {}).items()}
    if file == EVENTS:
        tree[EFFECTS] = [row for event in tree.get("events", ()) for row in _effects(event)]
        tree["events"] = [{k: v for k, v in event.items() if k not in SAYS.values()} for event in tree.get("events", ())]
    if file.startswith("scenarios/"):
        tree[TRIGGERS] = [row for k, one in enumerate(tree.pop("triggers", ())) for row in _trigger_rows(str(k + 1), one)]
    return tree


def _effects(event: Tree) -> Iterator[Tree]:
    for entry in SAYS.values():
        said = event.get(entry, {})
        for of in said:
            yield {"event": event["id"], "entry": entry, "of": of, **({"value": said[of]} if isinstance(said, dict) else {})}


def _trigger_rows(name: str, trigger: Tree) -> Iterator[Tree]:
    """One row a lever; one alone where it sets none."""
    head = {"trigger": name, **{key: value for key, value in trigger.items() if key != "then"}}
    rows = [{"lever": lever, "value": value} for lever, value in trigger.get("then", {}).items()]
    for row in rows or [{}]:
        yield {**head, **row}


# --- names and units


def name_of_sheet(words: Words, id: str) -> str:
    """What a sheet is called: its title and its id, by which it is found again."""
    title = words(f"region_excel.sheet.{id}")
    return id if title == id else f"{title} {id}"


def row_unit(row: Mapping[str, Any], fields: Mapping[str, str]) -> str:
    """The unit of what a row is about: its own, that of its lever or of its field. ``fields``: units of the fields by name."""
    about = next((str(row[key]) for key in ("of", "lever", "field") if row.get(key)), "")
    if about in LEVER_TABLE:
        return LEVER_TABLE[about].unit
    if about in fields:
        return fields[about]
    return "log/yr" if row.get("entry") == "demand" else str(row.get("unit") or "")
