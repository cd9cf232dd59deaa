"""What a chart shows, before anyone draws it.

The app draws a `Figure` with ECharts (`yidu.viz.figures.charts`), the deck and the document draw it as a native chart, the workbook
and the CSV file
write its table: one and the same numbers. Builders for each answer stand in `viz.figures_of_*`; they take words, a region and a
published answer, and return figures in one language.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["fan", "bars", "stacked", "intervals", "waterfall", "scatter", "curve", "lines"]
"""fan: years along; p05 p25 median p75 p95, a record and a target. bars: a `value` for each category, with an `error`. stacked: several
`value` that add up. intervals: p05 to p95 (p25 to p75 thicker) around a median for each category, with a `record` or `target` mark.
waterfall: `total` at its ends, signed `value` between, with an `error`. scatter: an `x` and a `y` for each category, with an `error` of y.
curve: the same along a line, in the order of x.
lines: several `value` along the categories, with a `target`."""

Role = Literal["p05", "p25", "median", "p75", "p95", "record", "target", "value", "error", "total", "x", "y"]

PARTS = 40
"""Bars of one chart at most: more cannot be read on a slide or a page."""


@dataclass(frozen=True)
class Series:
    """One column of a figure: its part in the picture, its name, and a number or nothing for each category.

    `error`: one standard deviation, of the `value` (or `y`) before it. A `target` has its value in the target's year, or in each.
    """

    role: Role
    name: str
    values: tuple[float | None, ...]
    colour: str | None = None
    """Where the picture's own order of colours would mislead."""


@dataclass(frozen=True)
class Figure:
    """A picture and the table behind it.

    Attributes:
        id: names its file; the same for the same question (`fan-tech_enterprises`).
        unit: of the values, in the figure's language.
        over: what the categories are: the heading of the first column.
        note: what stands under it: runs, error, evidence.
        keys: what a click on a category means (an indicator's id, a mix), where it means anything.
        marks: the verdict of each category, as answers carry it; `yidu.viz.figures.palette` has its colour and sign.
        levels: lines across at a value, each with its words: the thresholds of verdicts.
        chosen: the key that is set off from the others, where a reader has picked one.
    """

    id: str
    kind: Kind
    title: str
    unit: str
    over: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    note: str = ""
    keys: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    levels: tuple[tuple[float, str], ...] = ()
    chosen: str = ""

    def __post_init__(self) -> None:
        for one in self.series:
            if len(one.values) != len(self.categories):
                raise ValueError(f"{self.id}: {one.name} has {len(one.values)} values for {len(self.categories)} categories")
            if any(value is not None and not math.isfinite(value) for value in one.values):
                raise ValueError(f"{self.id}: {one.name} has a value that is no number; where there is none, it is None")

    def of(self, role: Role) -> tuple[Series, ...]:
        """All series that play a part."""
        return tuple(one for one in self.series if one.role == role)

    def one(self, role: Role) -> Series | None:
        """The first series that plays a part."""
        return next(iter(self.of(role)), None)

    @property
    def heads(self) -> list[str]:
        """Headings of its table."""
        return [self.over, *(one.name for one in self.series)]

    @property
    def rows(self) -> list[list[str | float | None]]:
        """Its table, a row a category."""
        return [[name, *(one.values[k] for one in self.series)] for k, name in enumerate(self.categories)]


def numbers(values: Iterable[float | None]) -> tuple[float | None, ...]:
    """Values as a figure holds them: nothing for what is no number."""
    return tuple(None if value is None or not math.isfinite(value) else float(value) for value in values)


def in_percent(share: float | None) -> float | None:
    """A share as percent, without what the machine adds in the last bits."""
    return None if share is None else round(100.0 * share, 6)


def held(value: float | None, categories: Sequence[object]) -> tuple[float | None, ...]:
    """The same value for every category: a line across."""
    return (value,) * len(categories)


def split(figure: Figure, most: int = PARTS) -> list[Figure]:
    """A figure in parts of so many bars at most, where it lies along categories that can be parted."""
    if figure.kind not in ("bars", "intervals", "stacked"):
        return [figure]
    beside = max(1, len(figure.of("value"))) if figure.kind == "bars" else 1
    room = max(1, most // beside)
    count = -(-len(figure.categories) // room)
    size = -(-len(figure.categories) // max(1, count))
    return [part(figure, start, start + size) for start in range(0, len(figure.categories), max(1, size))] or [figure]


def part(figure: Figure, start: int, stop: int) -> Figure:
    """Some categories of a figure."""
    return Figure(
        id=figure.id, kind=figure.kind, title=figure.title, unit=figure.unit, over=figure.over, note=figure.note, levels=figure.levels,
        categories=figure.categories[start:stop], keys=figure.keys[start:stop], marks=figure.marks[start:stop],
        series=tuple(Series(one.role, one.name, one.values[start:stop], one.colour) for one in figure.series),
    )  # fmt: skip
