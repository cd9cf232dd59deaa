"""What a command prints, kept as sentences and tables, so that a page shows the same words and the same numbers.

    shown = printed(lambda out: show_stress(out, words, region, scenario, answer))

A table of the terminal is written once (`viz.*_terminal`); a page asks the same function for it and draws what it would have printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from yidu.viz.figures.palette import VERDICT
from yidu.viz.terminal import COLOURS

WIDE = 100_000
"""Cells of a screen on which nothing is folded or left out."""

OF_COLOUR = {colour: VERDICT[verdict] for verdict, colour in COLOURS.items() if colour != "dim"}
"""Colour of a verdict in a page, by its colour in a terminal."""


@dataclass(frozen=True)
class Cell:
    """One cell: its text, whether it is `strong`, `faint` (no more than chance) or neither, and a verdict's colour."""

    text: str
    kind: str = ""
    colour: str = ""


@dataclass(frozen=True)
class Sentence:
    """A line of text; `kind`: `strong`, `faint` (a legend) or neither."""

    text: str
    kind: str = ""


@dataclass(frozen=True)
class Grid:
    """A table; `right`: for each column, whether it is of numbers."""

    title: str
    heads: tuple[str, ...]
    right: tuple[bool, ...]
    rows: tuple[tuple[Cell, ...], ...]


Block = Sentence | Grid


class _Screen(Console):
    """A console that keeps what is printed; None stands for an empty line."""

    def __init__(self) -> None:
        super().__init__(width=WIDE, highlight=False, emoji=False)
        self.came: list[Block | None] = []

    def print(self, *objects: Any, style: Any = None, markup: bool | None = None, **_: Any) -> None:
        """Keep a line, a table or an empty line."""
        if not objects:
            self.came.append(None)
        for one in objects:
            if isinstance(one, Table):
                title = self.came.pop() if self.came and isinstance(self.came[-1], Sentence) else None  # `terminal.show` has said it
                self.came.append(_grid(title.text if isinstance(title, Sentence) else "", one))
            elif str(one).strip():
                cell = cell_of(str(one), style=str(style or ""), markup=markup is not False)
                self.came.append(Sentence(cell.text, cell.kind))


def printed(show: Callable[[Console], object]) -> list[Block]:
    """What a function of a command prints, without empty lines."""
    screen = _Screen()
    show(screen)
    return [one for one in screen.came if one is not None]


def body(show: Callable[[Console], object], conclusion: str) -> list[Block]:
    """What a command prints between what was asked and its conclusion."""
    screen = _Screen()
    show(screen)
    first = next((k for k, one in enumerate(screen.came) if one is None), -1) + 1  # `terminal.asked` ends with an empty line
    said = conclusion.split("\n", 1)[0]
    last = next((k for k, one in enumerate(screen.came) if isinstance(one, Sentence) and one.text == said), len(screen.came))
    return [one for one in screen.came[first:last] if one is not None]


def sections(blocks: Iterable[Block]) -> list[tuple[Grid | None, list[Sentence]]]:
    """Each table with the legends under it; sentences before the first table stand alone."""
    found: list[tuple[Grid | None, list[Sentence]]] = []
    for one in blocks:
        if isinstance(one, Grid):
            found.append((one, []))
        elif found and (found[-1][0] is None or one.kind == "faint"):
            found[-1][1].append(one)
        else:
            found.append((None, [one]))
    return found


def without(blocks: Iterable[Block], head: str) -> list[Block]:
    """The same without a column, by its heading: one that a page draws better."""
    return [_without(one, head) if isinstance(one, Grid) and head in one.heads else one for one in blocks]


def _without(grid: Grid, head: str) -> Grid:
    keep = [k for k, one in enumerate(grid.heads) if one != head]
    return replace(
        grid, heads=tuple(grid.heads[k] for k in keep), right=tuple(grid.right[k] for k in keep),
        rows=tuple(tuple(row[k] for k in keep) for row in grid.rows),
    )  # fmt: skip


def _grid(title: str, grid: Table) -> Grid:
    columns = grid.columns
    cells = [[cell_of(str(cell)) for cell in column.cells] for column in columns]
    return Grid(
        title=title,
        heads=tuple(_plain(str(column.header)) for column in columns),
        right=tuple(column.justify == "right" for column in columns),
        rows=tuple(zip(*cells)),
    )


def _plain(text: str) -> str:
    return Text.from_markup(text).plain


def cell_of(text: str, *, style: str = "", markup: bool = True) -> Cell:
    """A text with the markup of a terminal as a cell."""
    rich = Text.from_markup(text) if markup else Text(text)
    styles = {style, *(str(span.style) for span in rich.spans)}
    kind = "faint" if "dim" in styles else "strong" if "bold" in styles else ""
    colour = next((OF_COLOUR[one] for one in styles if one in OF_COLOUR), "")
    return Cell(rich.plain.strip(), kind, colour)


def as_rows(rows: Sequence[Sequence[Cell]]) -> list[list[dict[str, str]]]:
    """Cells as a page's table takes them."""
    return [[{"text": cell.text, "kind": cell.kind, "colour": cell.colour} for cell in row] for row in rows]
