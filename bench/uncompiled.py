"""The same rules agent by agent: how much luck they draw, and what they cost in Mesa.

    NUMBA_DISABLE_JIT=1 python -m yidu.bench.uncompiled draws|columns|attributes START QUARTERS

START is a pickled ``yidu.sim.start.Start``: luck is counted over all of its runs, time taken of the first. Run by
``yidu.bench.quarter`` and
``yidu.bench.agent_by_agent`` in processes of its own, since compilation is switched off for a whole process.

``columns`` is the model as shipped, each agent a face on a row of a NumPy table, which Python reads slowly. ``attributes`` spares Python
that: every row an ordinary Python object, every column an attribute, every list of numbers a list; the inbox, which is sorted in place,
and the indicators alone stay arrays. Both drive our own stages, written for tables, one row at a time: no model that was written for Mesa
from the start. The rules are the same functions in all three.
"""

from __future__ import annotations

import json
import pickle
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import yidu.agents.luck
from yidu.agents.compiled import JIT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yidu.sim.model import InnovationModel
    from yidu.sim.start import Start
    from yidu.sim.world import World

LISTS = ("inbox_start", "verdict", "scratch", "tally", "rows", "roll", "words", "places")
"""Columns of numbers beside the tables. Not the inbox: it is sorted slice by slice in place, and a slice of a list is a copy."""
PAIRS = ("demand", "ledger", "flows")
"""Tables of numbers that are read and written by two numbers at once."""
TABLES = (
    "firms", "incubators", "institutes", "funds", "people", "district", "params", "levers", "environment", "sectors", "giants", "known",
)  # fmt: skip


# --- ordinary Python objects instead of rows


class Rows(list[Any]):
    """A column or a table as a list that also says its size, as an array does."""

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(self)


def as_objects(table: np.recarray) -> Rows:
    """Each row of a table as an object with an attribute for each column."""
    names = table.dtype.names or ()

    class Row:
        __slots__ = names

        def __init__(self, values: tuple[Any, ...]) -> None:
            for name, value in zip(names, values, strict=True):
                setattr(self, name, value)

        def __getitem__(self, name: str) -> Any:
            return getattr(self, name)

    return Rows(Row(values) for values in table.tolist())


class Pairs(dict[Any, float]):
    """A table read and written by two numbers at once; by one, the row of that number."""

    def __missing__(self, row: int) -> PairsRow:
        return PairsRow(self, row)


class PairsRow:
    """A row of such a table."""

    def __init__(self, pairs: Pairs, row: int) -> None:
        self.pairs, self.row = pairs, row

    def __getitem__(self, column: int) -> float:
        return self.pairs[self.row, column]


def with_attributes(w: World) -> World:
    """A world whose tables are lists of ordinary objects."""
    tables = {name: as_objects(getattr(w, name)) for name in TABLES}
    lists = {name: Rows(getattr(w, name).tolist()) for name in LISTS}
    pairs = {name: Pairs((at, float(value)) for at, value in np.ndenumerate(getattr(w, name))) for name in PAIRS}
    books = w.books._replace(district=tables["district"], ledger=pairs["ledger"], flows=pairs["flows"])
    return w._replace(**tables, **lists, **pairs, books=books)


def places_of(roll: Iterable[int]) -> list[int]:
    """Where each row stands on a roll, or would; rows past its end are left out, for they all stand at it."""
    places: list[int] = []
    for place, row in enumerate(roll):
        places += [place] * (int(row) + 1 - len(places))
    return places


def looked_up_places() -> None:
    """From now on a row's place on the roll is looked up, in a table made when the roll is called. Before a stage is imported.

    The stages search for the first and last place of the rows they go through, which is little beside a table of rows; for one row
    at a time it would be two searches in each stage of each agent, and most of what is measured.
    """
    from yidu.sim.stages import books

    places: list[int] = []
    call_roll = books.call_roll

    def called(w: World) -> None:
        call_roll(w)
        places[:] = places_of(w.roll[: w.district[0].n_roll])

    def place(w: World, row: int) -> int:
        return places[row] if row < len(places) else w.district[0].n_roll

    books.call_roll, books.place = called, place


# --- what is measured


def alive(model: InnovationModel) -> int:
    """Enterprises alive."""
    return sum(int(model.world.firms[row].alive == 1) for row in range(model.rows_of("firms")))


def stepped(model: InnovationModel, quarters: int) -> dict[str, Any]:
    """Core time and living enterprise-quarters of some quarters, and the last indicators, which show that they are the same quarters."""
    spent = living = 0
    for _ in range(quarters):
        begin = time.process_time_ns()
        model.step()
        spent += time.process_time_ns() - begin
        living += alive(model)
    return {"ns": spent, "living": living, "indicators": model.world.indicators[model.world.district[0].row].tolist()}


def noted_draws() -> list[tuple[int, int]]:
    """Every draw from now on, as (word of the agent and quarter, decision). Before a stage is imported, for that binds the rule."""
    noted: list[tuple[int, int]] = []
    drawn = yidu.agents.luck.drawn

    def watched(key: int, decision: int) -> float:
        noted.append((int(key), int(decision)))
        return float(drawn(key, decision))

    yidu.agents.luck.drawn = watched
    return noted


def draws(start: Start, quarters: int) -> dict[str, Any]:
    """Draws by the kind of agent whose stage makes them: different ones, and all, over some quarters of every run of a start."""
    noted = noted_draws()
    from yidu.bench.worlds import in_mesa
    from yidu.sim.schedule import QUARTER

    different: dict[str, int] = dict.fromkeys((stage.kind for stage in QUARTER), 0)
    every, living = dict(different), 0
    for run in range(start.runs):
        model = in_mesa(start, run)
        for _ in range(quarters):
            seen: dict[str, set[tuple[int, int]]] = {kind: set() for kind in different}
            for stage in QUARTER:
                noted.clear()
                stage.kernel(model.world, 0, model.rows_of(stage.kind))
                seen[stage.kind].update(noted)
                every[stage.kind] += len(noted)
            for kind, these in seen.items():
                different[kind] += len(these)
            living += alive(model)
    return {"runs": start.runs, "living": living, "different": different, "every": every}


def measured(what: str, start: Start, quarters: int) -> dict[str, Any]:
    """One of the three measurements."""
    if what == "draws":
        return draws(start, quarters)
    if what == "attributes":
        looked_up_places()
    from yidu.bench.worlds import in_mesa

    model = in_mesa(start)
    if what == "attributes":
        model.world = with_attributes(model.world)
    return stepped(model, quarters)


def main() -> None:
    """Print a measurement as JSON."""
    what, file, quarters = sys.argv[1:]
    if JIT and what != "columns":
        raise SystemExit("compilation is on: set NUMBA_DISABLE_JIT=1")
    print(json.dumps(measured(what, pickle.loads(Path(file).read_bytes()), int(quarters))))


if __name__ == "__main__":
    main()
