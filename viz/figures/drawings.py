"""Pictures for a page: elements, axes, and charts of inline SVG that fit a phone as well as a projector.

Places along an axis are percent of the width, so a chart stretches while its text and marks keep their size. Colours are
classes of the page's style sheet.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

LEFT, RIGHT = 2.0, 98.0
"""Where an axis begins and ends [percent of the width]: marks at its ends stay whole."""

CELL = 26
"""Width and height of a cell of a heat map [px]."""


def element(name: str, *children: object, **attributes: object) -> Markup:
    """An element of HTML or SVG; text is escaped, ``class_`` and ``stroke_width`` are written as they should be."""
    text = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_short(value))}"' for key, value in attributes.items() if value is not None
    )
    inside = Markup("").join(escape(child) for child in children)
    return Markup(f"<{name}{text}>{inside}</{name}>")


def id_code(id: str) -> Markup:
    """An id as code that may break after an underscore; nothing where there is none."""
    return element("code", Markup("<wbr>").join(escape(part) for part in id.replace("_", "_\n").split("\n"))) if id else Markup("")


def _short(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


class Axis(NamedTuple):
    """A scale from ``low`` to ``high`` over the width of a chart; in logs where ``log``."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    log: bool = False

    def at(self, value: float) -> float:
        """Where a value lies [percent of the width]; beyond the ends, at the end."""
        return LEFT + (RIGHT - LEFT) * min(1.0, max(0.0, self.share(value)))

    def share(self, value: float) -> float:
        """Where a value lies, 0 at ``low`` and 1 at ``high``; a log axis has zero and less far to the left."""
        if not self.log:
            return (value - self.low) / (self.high - self.low)
        if value <= 0.0:
            return -math.inf
        return math.log(value / self.low) / math.log(self.high / self.low)


FACTORS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
FINE_FACTORS = (0.6, 0.8, 1.0, 1.25, 1.6)


def ratio_axis(ratios: Iterable[float], one: str) -> Axis:
    """A log axis of ratios wide enough for most values, from 1/10 to 10 at most; ``one`` is the name of 1."""
    known = [min(10.0, max(0.1, ratio)) for ratio in ratios if math.isfinite(ratio)]
    low, high = min([0.8, *known]) * 0.95, max([1.25, *known]) * 1.05
    fine = high / low < 4.0
    ticks = [factor for factor in (FINE_FACTORS if fine else FACTORS) if low <= factor <= high]
    return Axis(low, high, tuple((factor, one if factor == 1.0 else f"×{factor:g}") for factor in ticks), log=True)


def even_axis(low: float, high: float, step: float, name: str = "{:g}") -> Axis:
    """A plain axis with a tick at every multiple of ``step`` within it; zero has no sign."""
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    values = [round(k * step, 9) for k in range(first, last + 1)]
    return Axis(low, high, tuple((value, name.format(value).removeprefix("" if value else "+")) for value in values))


# --- marks in a row


def bar(axis: Axis, low: float, high: float, height: int, kind: str) -> Markup:
    """A bar from low to high, in the middle of its row; an arrow where it goes on beyond the axis."""
    start, end = axis.at(low), axis.at(high)
    width = f"{max(end - start, 0.3):.2f}%"
    lifted = f"translate(0 {-height / 2:g})"
    shape = element("rect", class_=kind, x=f"{start:.2f}%", width=width, y="50%", height=height, transform=lifted)
    arrows = [
        element("text", sign, class_=f"beyond {kind}", x=place, y="50%", dy="0.35em", text_anchor=anchor)
        for beyond, place, anchor, sign in (
            (axis.share(low) < -1e-9, "0%", "start", "◂"),
            (axis.share(high) > 1.0 + 1e-9, "100%", "end", "▸"),
        )
        if beyond
    ]
    return Markup("").join((shape, *arrows))


def between(axis: Axis, one: float, other: float) -> Markup:
    """A thin bar that joins two dots, whichever lies lower."""
    return bar(axis, min(one, other), max(one, other), 2, "prior")


def dot(axis: Axis, value: float, kind: str, radius: float = 5.0) -> Markup:
    """A dot at a value."""
    return element("circle", class_=kind, cx=f"{axis.at(value):.2f}%", cy="50%", r=radius)


def upright(axis: Axis, value: float, kind: str) -> Markup:
    """An upright line at a value, as high as the row."""
    place = f"{axis.at(value):.2f}%"
    return element("line", class_=kind, x1=place, x2=place, y1=0, y2="100%")


def shade(axis: Axis, low: float, high: float) -> Markup:
    """A shaded zone from low to high, as high as the row."""
    start, end = axis.at(low), axis.at(high)
    return element("rect", class_="zone", x=f"{start:.2f}%", width=f"{end - start:.2f}%", y=0, height="100%")


class Row(NamedTuple):
    """A row of a chart: its name, the id beside it, its marks and what is written at its end; a sign where it stands out."""

    label: str
    id: str
    marks: Markup
    value: str
    tip: str
    sign: str = ""


class Group(NamedTuple):
    """Rows under a heading of their own, which is not shown where it is empty, with the zone shaded behind them."""

    heading: str
    rows: tuple[Row, ...]
    zone: tuple[float, float] | None = None


def rows_chart(title: str, axis: Axis, groups: Sequence[Group], *, mark: float | None = None) -> Markup:
    """Rows along one axis: grid lines and a reference line behind every row, ticks above and below."""
    lines = [upright(axis, value, "grid") for value, _ in axis.ticks]
    if mark is not None:
        lines.append(upright(axis, mark, "mark"))
    ticks = element("div", element("span"), _tick_names(axis), element("span"), class_="row axis", aria_hidden="true")
    parts = [ticks]
    for group in groups:
        if group.heading and group.rows:
            parts.append(element("div", group.heading, class_="heading"))
        behind = lines if group.zone is None else [shade(axis, *group.zone), *lines]
        parts += [_row(row, behind) for row in group.rows]
    return element("div", *parts, ticks, class_="rows", role="group", aria_label=title)


def _row(row: Row, behind: Sequence[Markup]) -> Markup:
    sign = f"{row.sign} " if row.sign else ""
    name = element("span", sign, row.label, " ", id_code(row.id), class_="name")
    picture = element("svg", element("title", row.tip), *behind, row.marks, width="100%", height="100%")
    value = element("span", row.value, class_="value")
    cell = element("div", picture, class_="cell")
    return element("div", name, cell, value, class_="row outside" if row.sign else "row")


def _tick_names(axis: Axis) -> Markup:
    names = [element("text", name, x=f"{axis.at(value):.2f}%", y=13, text_anchor="middle") for value, name in axis.ticks]
    return element("svg", *names, class_="ticks", height=18, width="100%")


# --- lines


class Line(NamedTuple):
    """A line of a plot: points (x, y), half widths of its error bars where it has any, and how it is drawn."""

    name: str
    points: tuple[tuple[float, float], ...]
    kind: str
    errors: tuple[float, ...] = ()


def lines_plot(
    title: str, x: Axis, y: Axis, lines: Sequence[Line], *, zones: Sequence[tuple[float, float]] = (), height: int = 240
) -> Markup:
    """Lines over two axes; zones are bands of y that are shaded."""

    def up(value: float) -> float:
        return 100.0 - y.at(value)

    back = [
        element("rect", class_="zone", x=f"{LEFT}%", width=f"{RIGHT - LEFT}%", y=f"{up(high):.2f}%", height=f"{up(low) - up(high):.2f}%")
        for low, high in zones
    ]
    back += [element("line", class_="grid", x1=f"{LEFT}%", x2=f"{RIGHT}%", y1=f"{up(v):.2f}%", y2=f"{up(v):.2f}%") for v, _ in y.ticks]
    drawn, marks = [], []
    for line in lines:
        points = " ".join(f"{x.at(a):.2f},{up(b):.2f}" for a, b in line.points)
        drawn.append(element("polyline", points=points, class_=f"line {line.kind}", vector_effect="non-scaling-stroke"))
        for k, (a, b) in enumerate(line.points if line.errors else ()):
            place, half = f"{x.at(a):.2f}%", line.errors[k]
            marks.append(
                element("line", class_=f"error {line.kind}", x1=place, x2=place, y1=f"{up(b + half):.2f}%", y2=f"{up(b - half):.2f}%")
            )
            tip = element("title", f"{line.name}: {b:.3f} ± {half:.3f}")
            marks.append(element("circle", tip, class_=f"point {line.kind}", cx=place, cy=f"{up(b):.2f}%", r=4))
    stretched = element("svg", *drawn, viewBox="0 0 100 100", preserveAspectRatio="none", width="100%", height="100%")
    names = [element("text", name, x="100%", y=f"{up(value):.2f}%", dy="0.35em", text_anchor="end") for value, name in y.ticks]
    return element(
        "div",
        element("svg", *names, class_="upright", width="100%", height=height, aria_hidden="true"),
        element("svg", element("title", title), *back, stretched, *marks, class_="plane", width="100%", height=height, role="img"),
        element("span"),
        _tick_names(x),
        class_="plot",
    )  # fmt: skip


# --- heat map


def heat_map(title: str, names: Sequence[str], cells: Sequence[tuple[int, int, float]]) -> Markup:
    """Correlations of named things below the diagonal: the rows carry name and number, the columns the number."""
    side = CELL * len(names)
    parts: list[Markup] = [element("title", title)]
    for k in range(len(names)):
        y = CELL * (k + 0.5)
        parts.append(element("rect", class_="blank", x=0, y=CELL * k, width=CELL * (k + 1), height=CELL))
        parts.append(element("text", str(k + 1), x=CELL * (k + 0.5), y=y + 4, text_anchor="middle", class_="number"))
        parts.append(element("text", f"{k + 1} {names[k]}", x=CELL * (k + 1) + 6, y=y + 4, class_="name"))
    for a, b, value in cells:
        row, column = max(a, b), min(a, b)
        x, y = CELL * column, CELL * row
        strength = min(1.0, abs(value))
        tip = element("title", f"{names[a]} / {names[b]}: {value:+.2f}")
        kind = "rising" if value >= 0.0 else "falling"
        parts.append(element("rect", tip, class_=kind, x=x, y=y, width=CELL, height=CELL, fill_opacity=0.15 + 0.85 * strength))
        text = f"{value:+.1f}".replace("0.", ".").replace("-", "−")
        parts.append(
            element("text", text, x=x + CELL / 2, y=y + CELL / 2 + 4, text_anchor="middle", class_="strong" if strength > 0.55 else "weak")
        )
    picture = element("svg", *parts, width=side + 190, height=side, role="img", class_="heat")
    return element("div", picture, class_="scroll")
