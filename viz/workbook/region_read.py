"""From an edited workbook of a region to a pack: cells into the files' trees, the pack's own checks, and their errors back to a cell."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from openpyxl.utils import get_column_letter, range_boundaries

from yidu.experiments.packs.whole import load_whole
from yidu.sim.errors import InputError, did_you_mean, nearest
from yidu.sim.files import drafted_folder
from yidu.sim.levers import LAST_YEAR
from yidu.sim.reading import SEARCHED, shown
from yidu.sim.region import load
from yidu.viz.words import LANGUAGES, table
from yidu.viz.workbook.region_cells import value_of, word_of
from yidu.viz.workbook.region_sheets import (
    ACTUALS,
    CHOICES,
    EFFECTS,
    EVENTS,
    GUIDE,
    OTHER_COLUMNS,
    OTHER_KINDS,
    OTHERS,
    REGION,
    REMARK_COLUMNS,
    REMARKS,
    SCENARIO,
    SHEETS,
    TRIGGERS,
    WHOLE_KEYS,
    Column,
    Path_,
    Sheet,
    Tree,
    row_unit,
)
from yidu.viz.workbook.spreadsheet import Cell, read_bytes, read_workbook
from yidu.viz.workbook.spreadsheet import Sheet as Grid
from yidu.viz.workbook.toml_text import Remark, toml_text
from yidu.viz.workbook.tree_keys import path_of

if TYPE_CHECKING:
    from yidu.sim.region import Region

NOTES = ("note", "备注")
"""How the name of a sheet or column begins that is not read."""

FILE_NAME = re.compile(r"[^\W_][\w\-]{0,59}")
"""What can be the name of a scenario, for it names a file."""


def from_excel(source: Path | bytes, folder: str | Path, name: str | None = None) -> Region:
    """A region pack from a workbook as `to_excel` writes it: written whole, once every check of a pack has passed, or not at all.

    Args:
        source: the workbook's file, or its bytes as they were uploaded.
        folder: where the pack is to stand; not there yet, or empty. Its parent folder is.
        name: what the workbook is called in errors; the name of its file by default.

    Raises:
        InputError: one sentence that names sheet and cell, and as attributes `sheet`, `cell`, `value`, `unit`, `expected`, `fix`.
    """
    called = name or (source.name if isinstance(source, Path) else "workbook.xlsx")
    goal = _free(Path(folder))
    book = _Book(called, read_workbook(read_bytes(source, called), called))
    with drafted_folder(goal, str(folder)) as draft:
        book.write(draft, as_in_workbook=True)
        try:
            load_whole(draft)
        except InputError as error:
            raise book.located(error) from None
        shutil.rmtree(draft)
        draft.mkdir()
        book.write(draft)
        load_whole(draft)
    return load(goal)


def _free(folder: Path) -> Path:
    """Where a pack can be written: a folder that is not there or empty, in one that is there."""
    goal = folder.expanduser()
    goal = goal.absolute()
    try:
        taken = goal.is_symlink() or (goal.exists() and not goal.is_dir()) or (goal.is_dir() and any(goal.iterdir()))
        reachable = goal.parent.is_dir() and os.access(goal.parent, os.W_OK)
    except OSError as reason:
        raise InputError(f"cannot be made ({reason.strerror or reason})", file=str(folder)) from None
    if taken:
        raise InputError(
            "already exists, and nothing is written over", file=str(folder), fix="Name a folder that is not there yet.",
        )  # fmt: skip
    if not reachable:
        raise InputError("the folder to write into is not there, or closed", file=str(folder), value=shown(goal.parent))
    return goal


class _Spot(NamedTuple):
    """Where a value of the pack stands in the workbook. about: ids and words of its row. unit: of the value, where it has one."""

    sheet: str
    cell: str
    value: object
    about: frozenset[str]
    unit: str


class _Table(NamedTuple):
    """A sheet whose columns are known: where each stands, in which row their names stand, and the rows below by number."""

    grid: Grid
    head: int
    columns: dict[str, int]
    rows: dict[int, dict[str, Cell]]


class _Entry(NamedTuple):
    """A cell of the workbook, empty or not, and what it stands for. row: what else stands in its row, as words."""

    file: str
    path: Path_
    column: Column
    where: str
    cell: Cell | None
    row: Mapping[str, str]


class _Book:
    """The workbook as trees of files, with the cell that each of their values comes from."""

    def __init__(self, name: str, grids: list[Grid]) -> None:
        self.name = name
        self.trees: dict[str, dict[Any, Any]] = {}
        self.remarks: dict[str, list[Remark]] = {}
        self._spots: dict[str, dict[Path_, _Spot]] = {}
        self._heads: dict[str, tuple[str, str]] = {}
        self._tops: dict[str, str] = {}
        self._fields: dict[str, str] = {}
        found = self._recognised(grids)
        for sheet in SHEETS:
            if sheet.id in found:
                self._read(sheet, found[sheet.id])
        if OTHERS in found:
            self._read_others(found[OTHERS])
        if REMARKS in found:
            self._read_remarks(found[REMARKS])
        self._close_lists()

    # --- sheets

    def _recognised(self, grids: list[Grid]) -> dict[str, Grid]:
        """Sheets by id; none hidden, doubled, unknown or missing."""
        ids = [*(sheet.id for sheet in SHEETS), GUIDE, CHOICES, OTHERS, REMARKS]
        titles = {table(language)[f"region_excel.sheet.{id}"].casefold(): id for id in ids for language in LANGUAGES}
        found: dict[str, Grid] = {}
        for grid in grids:
            words = word_of(grid.name).casefold()
            id = titles.get(words, titles.get(" ".join(words.split()[:-1]), "")) if words.split() else ""
            last = words.split()[-1] if words.split() else ""
            id = last if last in ids else id
            if words.startswith(NOTES) or not grid.cells:
                continue
            if grid.hidden:
                raise self._error("the sheet is hidden, and what it holds cannot be seen", grid.name, fix="Show it, or delete it.")
            if not id:
                near = nearest(last, ids)
                raise self._error(
                    f"a region has no sheet '{grid.name}'", grid.name, value=grid.name,
                    fix=(f"Did you mean '{near}'? " if near else "") + "Begin the name of a sheet of your own with 'note'.",
                )  # fmt: skip
            if id in found:
                raise self._error(f"the sheet '{id}' is there twice", grid.name, value=id, fix="Delete one, or rename it.")
            found[id] = grid
        for sheet in SHEETS:
            if sheet.needed and sheet.id not in found:
                raise self._error(
                    f"the sheet '{sheet.id}' is missing", sheet.id, fix="Take it from the workbook that yidu region to-excel writes."
                )
        return {id: grid for id, grid in found.items() if id not in (GUIDE, CHOICES)}

    def _error(self, message: str, sheet: str, cell: str | None = None, **more: Any) -> InputError:
        return InputError(message, file=self.name, sheet=sheet, cell=cell, **more)

    def _table(self, grid: Grid, sheet: Sheet | None, names: list[str]) -> _Table:
        """The columns of a sheet by the row that has most of their names, and the rows below it."""

        def known(text: str) -> bool:
            return text in names or (sheet is not None and sheet.column(text) is not None)

        tops: dict[int, dict[int, str]] = {}
        for (row, column), cell in sorted(grid.cells.items()):
            if row <= SEARCHED and isinstance(cell.value, (str, int, float)):
                tops.setdefault(row, {})[column] = word_of(cell.value)
        head = max(tops, key=lambda row: (sum(known(text) for text in set(tops[row].values())), -row), default=0)
        if not head or not any(known(text) for text in tops[head].values()):
            raise self._error(
                "the row with the names of the columns is missing", grid.name, "A4", expected=", ".join(names),
                fix="Take it from the workbook that yidu region to-excel writes.",
            )  # fmt: skip
        columns: dict[str, int] = {}
        for place, text in tops[head].items():
            if not text or text.startswith("(") or text.casefold().startswith(NOTES):
                columns.setdefault(f"({place})", place)  # read by nobody
                continue
            if not known(text):
                raise self._error(f"no column is called '{text}'", grid.name, _cell(head, place), value=text, fix=did_you_mean(text, names))
            if text in columns:
                raise self._error(f"the column '{text}' stands twice", grid.name, _cell(head, place), value=text)
            columns[text] = place
        for name in names:
            if name not in columns:
                raise self._error(
                    f"the column '{name}' is missing", grid.name, _cell(head, 1), expected=", ".join(names),
                    fix="Its name stands in the row below the headings.",
                )  # fmt: skip
        self._refuse_merged(grid, head)
        by_place = {place: id for id, place in columns.items()}
        rows: dict[int, dict[str, Cell]] = {}
        for (row, column), cell in sorted(grid.cells.items()):
            if row <= head:
                continue
            if column not in by_place:
                if isinstance(cell.value, str) and not word_of(cell.value):
                    continue
                raise self._error(
                    "the column has no name", grid.name, _cell(row, column), value=str(cell.value), expected=f"a name in row {head}",
                    fix="Delete the cell, or write 'note' into that row if it is yours to keep.",
                )  # fmt: skip
            if not by_place[column].startswith("("):
                rows.setdefault(row, {})[by_place[column]] = cell
        return _Table(grid, head, columns, rows)

    def _refuse_merged(self, grid: Grid, head: int) -> None:
        for one in grid.merged:
            left, top, _, bottom = range_boundaries(one)
            if bottom is not None and bottom >= head:
                raise self._error(
                    f"the cells {one} are merged", grid.name, _cell(top, left), fix="Take the merge apart, and fill in each cell."
                )

    # --- rows

    def _read(self, sheet: Sheet, grid: Grid) -> None:
        """Put every cell of a sheet where it belongs, and keep in mind where it came from."""
        if sheet.down:
            read = self._table(grid, None, ["key", "value"])
        else:
            optional = ACTUALS.get(sheet.id, ())
            names = [one.id for one in sheet.columns if not (one.yearly or one.shown_only or one.id in optional)]
            read = self._table(grid, sheet, names)
        self._tops[grid.name] = _cell(read.head, 1)
        if sheet.file != SCENARIO:
            self._heads.setdefault(sheet.file, (grid.name, _cell(read.head, 1)))
            if sheet.needed:
                self.trees.setdefault(sheet.file, {})
        for one in self._entries(sheet, read) if sheet.down else self._cells(sheet, read):
            unit = row_unit(one.row, self._fields) if one.column.unit == "{unit}" else one.column.unit
            value = None if one.cell is None else self._converted(one.column, one.cell, grid.name, one.where, unit)
            about = frozenset(str(said) for said in one.row.values())
            self._spots.setdefault(one.file, {}).setdefault(one.path, _Spot(grid.name, one.where, value, about, unit))
            if value is not None:
                self._put(one.file, one.path, value, self._spots[one.file][one.path]._replace(cell=one.where))

    def _entries(self, sheet: Sheet, read: _Table) -> Iterator[_Entry]:
        """The entries of a sheet that is written down: each has a row."""
        seen: dict[str, int] = {}
        for number, cells in read.rows.items():
            if not any(_filled(cell) for cell in cells.values()):
                continue
            where = _cell(number, read.columns["key"])
            key = word_of(cells["key"].value) if "key" in cells else ""
            column = next((one for one in sheet.columns if one.id == key), None)
            if column is None:
                fix = did_you_mean(key, [one.id for one in sheet.columns])
                raise self._error(f"no entry is called '{key}'", read.grid.name, where, value=key, fix=fix)
            if key in seen:
                raise self._error(f"the entry '{key}' already stands in row {seen[key]}", read.grid.name, where, value=key)
            seen[key] = number
            place = _cell(number, read.columns["value"])
            yield _Entry(column.file or sheet.file, column.path, column, place, cells.get("value"), {"key": key})
        for one in sheet.columns:
            if one.id not in seen:
                raise self._error(
                    f"the entry '{one.id}' is missing", read.grid.name, _cell(read.head, read.columns["key"]),
                    fix="Add a row for it, with an empty value where there is none.",
                )  # fmt: skip

    def _cells(self, sheet: Sheet, read: _Table) -> Iterator[_Entry]:
        """Every cell of a sheet of rows, the empty ones too, with the place in a file that it stands for."""
        seen: dict[tuple[str, ...], int] = {}
        counts: dict[str, int] = {}
        listed = any("{n}" in one.path for one in sheet.columns)
        last_record = self._record_end()
        for number, cells in read.rows.items():
            if not any(_filled(cell) for cell in cells.values()):
                continue
            keys = [self._keyed(one, read, number, cells.get(one.id)) for one in sheet.columns[: sheet.keys]]
            if keys and not listed:
                if tuple(keys) in seen:
                    raise self._error(
                        f"'{', '.join(keys)}' already stands in row {seen[tuple(keys)]}", read.grid.name,
                        _cell(number, read.columns[sheet.columns[sheet.keys - 1].id]), value=keys[-1], fix="Keep one of the two rows.",
                    )  # fmt: skip
                seen[tuple(keys)] = number
            row = {id: word_of(cell.value) for id, cell in cells.items() if _filled(cell)}
            if sheet.id == "fields":
                self._fields[keys[0]] = row.get("unit", "")
            file = sheet.file.replace("{0}", keys[0]) if sheet.file == SCENARIO else sheet.file
            if sheet.file == SCENARIO:
                self._scenario(sheet, file, keys[0], read.grid.name, _cell(number, read.columns["scenario"]))
            known: dict[str, str | int] = {str(k): key for k, key in enumerate(keys)}
            known["n"] = number if sheet.table else counts.get(file, 0)
            counts[file] = counts.get(file, 0) + 1
            for id, place in read.columns.items():
                column = sheet.column(id)
                if column is None or not column.path:
                    continue
                if column.yearly:
                    known |= {"year": id, "table": "record" if int(id) <= last_record else "status_quo"}
                path = tuple(known[part[1:-1]] if isinstance(part, str) and part.startswith("{") else part for part in column.path)
                yield _Entry(file, path, column, _cell(number, place), cells.get(id), row)

    def _record_end(self) -> float:
        end = self.trees.get(REGION, {}).get("years", {}).get("record_end")
        return end if isinstance(end, (int, float)) else LAST_YEAR

    def _scenario(self, sheet: Sheet, file: str, name: str, grid: str, where: str) -> None:
        """A scenario has its row on the sheet of scenarios, and a name that can be a file's."""
        if sheet.id == "scenarios":
            if not FILE_NAME.fullmatch(name) or file.casefold() in {one.casefold() for one in self.trees}:
                raise self._error(
                    f"'{name}' cannot name a scenario", grid, where, value=name, expected="letters, digits, _ and -, each name once"
                )
            self.trees[file] = {}
            self._heads[file] = (grid, where)
        elif file not in self.trees:
            known = self._scenarios()
            raise self._error(
                f"no scenario is called '{name}' on the sheet 'scenarios'", grid, where, value=name, fix=did_you_mean(name, known)
            )

    def _scenarios(self) -> list[str]:
        return [file.removeprefix("scenarios/").removesuffix(".toml") for file in self.trees if file.startswith("scenarios/")]

    def _check_extends(self, file: str, tree: Tree) -> None:
        """A scenario extends one of the workbook: a path, which the file of a scenario may have, would lead to files of this machine."""
        above, known = tree.get("extends"), self._scenarios()
        if isinstance(above, str) and above.strip().removesuffix(".toml") not in known:
            message = f"no scenario is called '{above}' on the sheet 'scenarios'"
            raise self._at(file, ("extends",), message, value=above, fix=did_you_mean(above, known))

    def _keyed(self, column: Column, read: _Table, number: int, cell: Cell | None) -> str:
        """What stands in a key column of a row; it may not be empty."""
        where = _cell(number, read.columns[column.id])
        value = None if cell is None else self._converted(column, cell, read.grid.name, where, "")
        if value is None:
            raise self._error("the cell is empty, and others of its row are not", read.grid.name, where)
        return word_of(value)

    def _converted(self, column: Column, cell: Cell, sheet: str, where: str, unit: str) -> Any:
        def refuse(message: str, **more: Any) -> InputError:
            return self._error(message, sheet, where, unit=unit or None, **more)

        return value_of(cell, column.holds, unit, column.options, refuse)

    def _put(
        self, file: str, path: Path_, value: object, spot: _Spot, twice: str = "the row has a value for all years and others by year"
    ) -> None:
        """A value at a path of a file's tree, lists being kept by number until all is read."""
        node: Any = self.trees.setdefault(file, {})
        for part in path[:-1]:
            node = node.setdefault(part, {})
            if not isinstance(node, dict):
                break
        if not isinstance(node, dict) or path[-1] in node:
            raise self._error(twice, spot.sheet, spot.cell, value=spot.value, fix="Keep the one or the others.")
        node[path[-1]] = value

    def _read_others(self, grid: Grid) -> None:
        """Values of files that have no sheet of their own, and further ones of those that have."""
        read = self._table(grid, None, list(OTHER_COLUMNS))
        for number, cells in read.rows.items():
            if not any(_filled(cell) for cell in cells.values()):
                continue
            said = {id: word_of(cell.value) for id, cell in cells.items() if id != "value" and not cell.error}
            where = {id: _cell(number, read.columns[id]) for id in OTHER_COLUMNS}
            file, key, kind = (said.get(id, "") for id in ("file", "key", "kind"))
            path = path_of(key)
            if file not in self.trees and not (file.endswith(".toml") and FILE_NAME.fullmatch(file.removesuffix(".toml"))):
                fix = did_you_mean(file, list(self.trees))
                raise self._error(f"'{file}' cannot stand here", grid.name, where["file"], value=file or None, fix=fix)
            if file.endswith(".csv") or path is None:
                raise self._error(
                    f"'{key}' does not name an entry of {file}", grid.name, where["key"], value=key, expected="as in events.#1.title_zh"
                )
            if kind not in OTHER_KINDS:
                fix = did_you_mean(kind, list(OTHER_KINDS))
                raise self._error(f"'{kind}' cannot stand here", grid.name, where["kind"], value=kind or None, fix=fix)
            value: Any = [] if kind == "list" else {} if kind == "table" else ""
            if "value" in cells:
                read_ = self._converted(Column("value", OTHER_KINDS[kind]), cells["value"], grid.name, where["value"], "")
                value = value if read_ is None or kind in ("list", "table") else read_
            if value == "" and kind != "text":
                raise self._error("the cell is empty", grid.name, where["value"])
            spot = _Spot(grid.name, where["value"], value, frozenset(str(part) for part in path), "")
            self._spots.setdefault(file, {})[path] = spot
            self._heads.setdefault(file, (grid.name, where["file"]))
            self._put(file, path, value, spot, "the entry stands twice, or as a value and as a table")

    def _read_remarks(self, grid: Grid) -> None:
        read = self._table(grid, None, list(REMARK_COLUMNS))
        for number, cells in read.rows.items():
            said = {id: "" if cell.value is None else _one_line(str(cell.value)) for id, cell in cells.items()}
            if not any(said.values()):
                continue
            known = [file for file in self.trees if file.endswith(".toml")]
            for column, options in (("file", known), ("where", ["above", "beside"])):
                if said.get(column, "") not in options:
                    raise self._error(
                        f"'{said.get(column, '')}' cannot stand here", grid.name, _cell(number, read.columns[column]),
                        value=said.get(column) or None, fix=did_you_mean(said.get(column, ""), options),
                    )  # fmt: skip
            where: Any = said["where"]
            self.remarks.setdefault(said["file"], []).append(Remark(said.get("at", ""), where, said.get("remark", "")))

    # --- what is too nested for a table

    def _close_lists(self) -> None:
        """Lists, which were kept by number; events with what they change, scenarios with their triggers."""
        self.trees = {file: self._closed(file, (), tree) for file, tree in self.trees.items()}
        if EVENTS in self.trees:
            self._close_events(self.trees[EVENTS])
        for file, tree in self.trees.items():
            if file.startswith("scenarios/"):
                self._check_extends(file, tree)
                if TRIGGERS in tree:
                    tree["triggers"] = self._triggers(file, tree.pop(TRIGGERS))
        for file, keys in WHOLE_KEYS.items():
            if file in self.trees:
                self.trees[file] = {**{key: [] for key in keys}, **self.trees[file]}

    def _closed(self, file: str, path: Path_, node: Any) -> Any:
        if not isinstance(node, dict):
            return node
        places = sorted(key for key in node if isinstance(key, int))
        if not places or file.endswith(".csv"):
            return {key: self._closed(file, (*path, key), one) for key, one in node.items()}
        if places != list(range(len(node))):
            k = next((k for k, place in enumerate(places) if k != place), len(places))
            spots = self._spots[file]
            if (*path, k) in spots:
                raise self._at(file, (*path, k), "the cell is empty")
            spot = next(spot for place, spot in spots.items() if place[: len(path)] == path)
            raise self._error(f"a list lacks its entry #{k + 1}", spot.sheet, spot.cell, fix="Number its entries from #1 without a gap.")
        return [self._closed(file, (*path, k), node[k]) for k in sorted(node)]

    def _close_events(self, tree: Tree) -> None:
        """What events change, from rows of their own."""
        events = {event.get("id"): event for event in tree.setdefault("events", [])}
        for k, row in enumerate(tree.pop(EFFECTS, [])):
            for key in ("event", "entry", "of"):
                if key not in row:
                    raise self._at(EVENTS, (EFFECTS, k, key), "the cell is empty")
            event = events.get(row["event"])
            if event is None:
                fix = did_you_mean(row["event"], [str(id) for id in events])
                raise self._at(EVENTS, (EFFECTS, k, "event"), f"no event is called '{row['event']}'", value=row["event"], fix=fix)
            if row["entry"] == "giants":
                event.setdefault("giants", []).append(row["of"])
                continue
            if "value" not in row:
                raise self._at(EVENTS, (EFFECTS, k, "value"), "the cell is empty", expected="a number")
            said = event.setdefault(row["entry"], {})
            if row["of"] in said:
                raise self._at(EVENTS, (EFFECTS, k, "of"), f"'{row['of']}' stands twice for this event", value=row["of"])
            said[row["of"]] = row["value"]

    def _triggers(self, file: str, rows: list[Tree]) -> list[Tree]:
        """Triggers, from a row for each lever that one sets."""
        triggers: dict[str, Tree] = {}
        for k, row in enumerate(rows):
            if "trigger" not in row:
                raise self._at(file, (TRIGGERS, k, "trigger"), "the cell is empty", expected="the number of the trigger")
            one = triggers.setdefault(row["trigger"], {})
            for key in ("when", "year", "drop"):
                if key in row and one.setdefault(key, row[key]) != row[key]:
                    message = f"the rows of trigger {row['trigger']} differ"
                    raise self._at(file, (TRIGGERS, k, key), message, value=row[key], expected=str(one[key]))
            for key, other in (("lever", "value"), ("value", "lever")):
                if key in row and other not in row:
                    raise self._at(file, (TRIGGERS, k, other), "the cell is empty")
            if "lever" in row:
                then = one.setdefault("then", {})
                if row["lever"] in then:
                    message = f"'{row['lever']}' stands twice for this trigger"
                    raise self._at(file, (TRIGGERS, k, "lever"), message, value=row["lever"])
                then[row["lever"]] = row["value"]
        return list(triggers.values())

    def _at(self, file: str, path: Path_, message: str, **more: Any) -> InputError:
        spot = self._spots[file][path]
        return self._error(message, spot.sheet, spot.cell, unit=spot.unit or None, **more)

    # --- files

    def write(self, folder: Path, *, as_in_workbook: bool = False) -> None:
        """Write the files of the pack; with `as_in_workbook`, every row of a CSV file on the line that has its number in the workbook."""
        (folder / "scenarios").mkdir(exist_ok=True)
        for sheet in SHEETS:
            if sheet.table and sheet.file in self.trees and (sheet.needed or self.trees[sheet.file]):
                text = self._csv(sheet, self.trees[sheet.file], as_in_workbook)
                (folder / sheet.file).write_text(text, encoding="utf-8", newline="")
        for file, tree in self.trees.items():
            if file.endswith(".toml"):
                text = toml_text(tree, self.remarks.get(file, ()))
                (folder / file).write_text(text if text.strip() else EMPTY, encoding="utf-8", newline="")

    def _csv(self, sheet: Sheet, rows: Mapping[int, Tree], as_in_workbook: bool) -> str:
        optional = ACTUALS.get(sheet.id, ())
        names = [one.id for one in sheet.columns if one.id not in optional or any(one.id in row for row in rows.values())]
        lines = [_csv_line(names)]
        for number in sorted(rows):
            cells = [_csv_cell(rows[number].get(name)) for name in names]
            if as_in_workbook:
                lines += ["\n"] * (number - 1 - len(lines))
                cells = [" ".join(cell.split()) for cell in cells]
            lines.append(_csv_line(cells))
        return "".join(lines)

    # --- errors

    def located(self, error: InputError) -> InputError:
        """An error of the pack's own checks, at the sheet and cell that it speaks of."""
        file = _file_of(error.file)
        spot = self._spot(file, error)
        more: dict[str, Any] = {"value": error.value, "unit": error.unit, "expected": error.expected, "fix": error.fix}
        if spot is None:
            sheet, cell = self._heads.get(file, (None, None))
            return InputError(error.message, file=self.name, sheet=sheet, cell=cell, **more)
        if spot.value is None and error.message.startswith("the key "):
            return self._error("the cell is empty", spot.sheet, spot.cell, unit=spot.unit or None)
        more["unit"] = more["unit"] or (spot.unit if isinstance(error.value, (int, float)) else None) or None
        return self._error(error.message, spot.sheet, spot.cell, **more)

    def _spot(self, file: str, error: InputError) -> _Spot | None:
        """The cell that an error means: where its key leads, or, where it has none, the one that it speaks most of."""
        spots = self._spots.get(file, {})
        path: Path_ = error.key if error.row is None else (error.row, *error.key)
        for length in range(len(path), 0, -1):
            below = {place: spot for place, spot in spots.items() if place[:length] == path[:length]}
            if below:
                first = next(iter(below.values()))
                if length == 1 and error.row is None:  # no row of it is there: the sheet is meant
                    first = first._replace(cell=self._tops.get(first.sheet, first.cell), value="", unit="")
                return _most_spoken_of(below, error, length) or first
        return _most_spoken_of(spots, error)


EMPTY = "# nothing is set here\n"
"""Text of a file that has no entry, for an empty file is refused."""


def _most_spoken_of(spots: Mapping[Path_, _Spot], error: InputError, shared: int = 0) -> _Spot | None:
    """Among cells, that which holds the error's value in a row, or at a place, that its message names; None where none does.

    shared: how much of their paths the cells have in common, which tells none from another.
    """
    said = set(re.findall(r"[\w@:.-]+", error.message))

    def score(path: Path_, spot: _Spot) -> int:
        same = spot.value is not None and (spot.value == error.value or str(spot.value) == str(error.value))
        within = isinstance(error.value, str) and isinstance(spot.value, str) and error.value in spot.value
        named = len(said & {str(part) for part in path[shared:]}) + len(said & spot.about)
        return (4 if same else 2 if within else 0) + min(3, named)

    best = max(spots.items(), key=lambda one: score(*one), default=None)
    return best[1] if best is not None and score(*best) else None


def _file_of(name: str | None) -> str:
    """The file of a pack that an error names, from the pack's folder."""
    path = Path(name or "")
    return f"scenarios/{path.name}" if path.parent.name == "scenarios" else path.name


def _cell(row: int, column: int) -> str:
    return f"{get_column_letter(column)}{row}"


def _filled(cell: Cell) -> bool:
    """Whether a cell holds more than spaces."""
    return not isinstance(cell.value, str) or bool(word_of(cell.value))


def _one_line(text: str) -> str:
    """A text as a comment can hold it: on one line, without control characters."""
    return "".join(one for one in " ".join(text.split()) if one.isprintable())


def _csv_cell(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else repr(value)


def _csv_line(cells: Iterable[str]) -> str:
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()
