"""A figure as inline SVG: the same picture as the native chart, with both bands of a fan filled and both of an interval drawn.

Colours are written into the elements and never stand alone: a verdict has its sign, a band its place, a series its name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from markupsafe import Markup
from rich.cells import cell_len

from yidu.viz.figures import Figure, Series
from yidu.viz.figures.assess import BAND_ROLES
from yidu.viz.figures.drawings import element
from yidu.viz.figures.palette import BLUE, FALL, GREY, INK, PALE, RISE, SERIES, SIGN, VERDICT, VERMILION
from yidu.viz.words import Words
from yidu.viz.words.format import folded, number

WIDTH = 760.0
LABEL, RIGHT = 210.0, 96.0
"""Room for names on the left and numbers on the right of a chart of rows."""

LETTER = 6.4
"""Width of half a Chinese character of a name [px]."""

BAR, GAP = 11.0, 9.0
PLOT = 250.0
"""Height of a chart along years."""

TICKS = 6


class Scale(NamedTuple):
    """An axis from value to place [px]."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """Where a value lies; beyond the ends, at the end."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + (self.end - self.start) * min(1.0, max(0.0, share))


def scale(values: Sequence[float | None], start: float, end: float, *, zero: bool = True) -> Scale:
    """An axis over some values, with round ticks."""
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    low, high = (min(0.0, low), max(0.0, high)) if zero else (low, high)
    if high <= low:
        high = low + 1.0
    rough = (high - low) / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1.0, 2.0, 5.0, 10.0) if size * power >= rough * (1.0 - 1e-9))
    low, high = step * math.floor(low / step + 1e-9), step * math.ceil(high / step - 1e-9)
    count = round((high - low) / step)
    return Scale(low, high, start, end, tuple(low + step * k for k in range(count + 1)))


def svg(words: Words, figure: Figure) -> Markup:
    """The picture of a figure; its title and note are for what stands around it."""
    return KINDS[figure.kind](words, figure)


# --- elements


def _picture(figure: Figure, height: float, *parts: Markup) -> Markup:
    return element(
        "svg", element("title", figure.title), *parts, viewBox=f"0 0 {WIDTH:g} {height:g}",
        role="img", aria_label=figure.title, class_="figure",
    )  # fmt: skip


def _text(x: float, y: float, text: str, *, anchor: str = "start", fill: str = INK, weight: str | None = None, size: int = 12) -> Markup:
    return element("text", text, x=x, y=y, text_anchor=anchor, fill=fill, font_weight=weight, font_size=size)


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str, wide: float = 1.0, dash: str | None = None) -> Markup:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_width=wide, stroke_dasharray=dash)


def _bar(x1: float, x2: float, y: float, high: float, fill: str) -> Markup:
    return element("rect", x=min(x1, x2), y=y, width=max(0.5, abs(x2 - x1)), height=high, fill=fill)


def _whisker(axis: Scale, low: float, high: float, y: float) -> list[Markup]:
    ends = (axis.at(low), axis.at(high))
    return [_line(ends[0], y, ends[1], y, INK), *(_line(x, y - 3.0, x, y + 3.0, INK) for x in ends)]


def _label(name: str, middle: float, width: float = LABEL) -> list[Markup]:
    """A name to the left of its row, on two lines where it is long."""
    lines = folded(name, max(4, int((width - 12.0) / LETTER))).split("\n")[:2]
    first = middle + 4.0 - 7.0 * (len(lines) - 1)
    return [_text(width - 8.0, first + 14.0 * k, line, anchor="end") for k, line in enumerate(lines)]


def _legend(entries: Sequence[tuple[str, str]], top: float, left: float = LABEL) -> tuple[list[Markup], float]:
    """Squares with their names, in as many lines as they need; with the height used."""
    parts: list[Markup] = []
    x, y = left, top
    for name, colour in entries:
        width = 24.0 + LETTER * cell_len(name)
        if x > left and x + width > WIDTH:
            x, y = left, y + 18.0
        parts += [element("rect", x=x, y=y, width=10, height=10, fill=colour), _text(x + 14.0, y + 9.5, name)]
        x += width
    return parts, (y - top + 18.0 if entries else 0.0)


def _ground(axis: Scale, top: float, bottom: float, unit: str) -> list[Markup]:
    """Lines and numbers of an axis that runs across."""
    parts = [_line(axis.at(tick), top, axis.at(tick), bottom, PALE) for tick in axis.ticks]
    parts += [_text(axis.at(tick), bottom + 15.0, number(tick), anchor="middle", fill=GREY, size=11) for tick in axis.ticks]
    return [*parts, _text(axis.end, bottom + 30.0, unit, anchor="end", fill=GREY, size=11)]


def _levels(figure: Figure, axis: Scale, top: float, bottom: float) -> list[Markup]:
    parts = []
    for value, said in figure.levels:
        x = axis.at(value)
        parts.append(_line(x, top, x, bottom, GREY, 1.5, "4 3"))
        parts.append(_text(x, top - 4.0, said, anchor="end" if x > WIDTH - RIGHT - 60.0 else "middle", fill=GREY, size=10))
    return parts


# --- rows


def _rows(figure: Figure, heights: Sequence[float], top: float) -> list[float]:
    """Upper end of each row."""
    places, y = [], top
    for height in heights:
        places.append(y)
        y += height
    return [*places, y]


def _bars(words: Words, figure: Figure) -> Markup:
    values, errors = figure.of("value"), figure.of("error")
    pairs = [(one, errors[k] if k < len(errors) else None) for k, one in enumerate(values)]
    ends: list[float | None] = [0.0]
    for one, error in pairs:
        for k, value in enumerate(one.values):
            spread = 0.0 if error is None else error.values[k] or 0.0
            ends += [] if value is None else [value - spread, value + spread]
    ends = [0.0, 100.0] if figure.levels else ends
    axis = scale(ends, LABEL, WIDTH - RIGHT)
    legend = [] if len(pairs) < 2 else [(one.name, _colour(one, k)) for k, (one, _) in enumerate(pairs)]
    if figure.marks:
        legend = [(f"{SIGN[mark]} {words.verdict(mark)}", colour) for mark, colour in VERDICT.items() if mark in figure.marks]
    parts, used = _legend(legend, 4.0)
    top = used + (22.0 if figure.levels else 8.0)
    places = _rows(figure, [BAR * len(pairs) + GAP] * len(figure.categories), top)
    parts += _ground(axis, top, places[-1], figure.unit)
    for k, name in enumerate(figure.categories):
        mark = figure.marks[k] if figure.marks else None
        parts += _label(name if mark is None else f"{name} {SIGN[mark]}", places[k] + (BAR * len(pairs) + GAP) / 2.0)
        for row, (one, error) in enumerate(pairs):
            value, y = one.values[k], places[k] + GAP / 2.0 + BAR * row
            if value is None:
                continue
            parts.append(_bar(axis.at(0.0), axis.at(value), y, BAR - 1.0, VERDICT[mark] if mark else _colour(one, row)))
            size = None if error is None else error.values[k]
            if size is not None:
                parts += _whisker(axis, value - size, value + size, y + BAR / 2.0 - 0.5)
            said = number(round(value, 1)) + ("" if size is None else f" ±{size:.1f}")
            parts.append(_text(WIDTH - RIGHT + 8.0, y + BAR - 2.0, said, fill=GREY, size=11))
    parts += _levels(figure, axis, top, places[-1])
    return _picture(figure, places[-1] + 36.0, *parts)


def _colour(one: Series, place: int) -> str:
    return one.colour or SERIES[place % len(SERIES)]


def _stacked(words: Words, figure: Figure) -> Markup:
    values = figure.of("value")
    totals = [sum(one.values[k] or 0.0 for one in values) for k in range(len(figure.categories))]
    axis = scale(totals, LABEL, WIDTH - RIGHT)
    parts, used = _legend([(one.name, _colour(one, k)) for k, one in enumerate(values)], 4.0)
    top = used + 8.0
    places = _rows(figure, [BAR + GAP + 2.0] * len(figure.categories), top)
    parts += _ground(axis, top, places[-1], figure.unit)
    for k, name in enumerate(figure.categories):
        parts += _label(name, places[k] + (BAR + GAP + 2.0) / 2.0)
        at = 0.0
        for row, one in enumerate(values):
            value = one.values[k] or 0.0
            if value:
                parts.append(_bar(axis.at(at), axis.at(at + value), places[k] + GAP / 2.0, BAR + 2.0, _colour(one, row)))
            at += value
        if "%" not in figure.unit:
            parts.append(_text(WIDTH - RIGHT + 8.0, places[k] + GAP / 2.0 + BAR - 1.0, number(totals[k]), fill=GREY, size=11))
    return _picture(figure, places[-1] + 36.0, *parts)


def _intervals(words: Words, figure: Figure) -> Markup:
    columns = {role: figure.one(role) for role in BAND_ROLES}
    values = [value for one in columns.values() if one is not None for value in one.values]
    axis = scale([*values, *(value for value, _ in figure.levels)], LABEL, WIDTH - RIGHT)
    legend = [(f"{SIGN[mark]} {words.verdict(mark)}", colour) for mark, colour in VERDICT.items() if mark in figure.marks]
    parts, used = _legend(legend, 4.0)
    top = used + (22.0 if figure.levels else 8.0)
    high = BAR + GAP
    places = _rows(figure, [high] * len(figure.categories), top)
    parts += _ground(axis, top, places[-1], figure.unit)
    for k, name in enumerate(figure.categories):
        mark = figure.marks[k] if figure.marks else None
        colour = VERDICT[mark] if mark else BLUE
        middle = places[k] + high / 2.0
        parts += _label(name if mark is None else f"{name} {SIGN[mark]}", middle)
        p05, p25, median, p75, p95 = (None if one is None else one.values[k] for one in columns.values())
        if p05 is not None and p95 is not None:
            parts.append(_line(axis.at(p05), middle, axis.at(p95), middle, colour, 2.0))
        if p25 is not None and p75 is not None:
            parts.append(_line(axis.at(p25), middle, axis.at(p75), middle, colour, 7.0))
        if median is not None:
            parts.append(element("circle", cx=axis.at(median), cy=middle, r=4.5, fill="#FFFFFF", stroke=INK, stroke_width=1.5))
            parts.append(_text(WIDTH - RIGHT + 8.0, middle + 4.0, number(median), fill=GREY, size=11))
    parts += _levels(figure, axis, top, places[-1])
    return _picture(figure, places[-1] + 36.0, *parts)


def _waterfall(words: Words, figure: Figure) -> Markup:
    total, value, error = figure.one("total"), figure.one("value"), figure.one("error")
    assert total is not None and value is not None
    spans: list[tuple[float, float]] = []
    at = 0.0
    for level, change in zip(total.values, value.values):
        spans.append((0.0, level) if level is not None else (at, at + (change or 0.0)))
        at = spans[-1][1]
    axis = scale([end for span in spans for end in span], LABEL, WIDTH - RIGHT)
    top, high = 8.0, BAR + GAP + 2.0
    places = _rows(figure, [high] * len(figure.categories), top)
    parts = _ground(axis, top, places[-1], figure.unit)
    for k, name in enumerate(figure.categories):
        start, end = spans[k]
        level = total.values[k] is not None
        parts += _label(name, places[k] + high / 2.0)
        colour = GREY if level else RISE if end >= start else FALL
        parts.append(_bar(axis.at(start), axis.at(end), places[k] + GAP / 2.0, BAR + 2.0, colour))
        if k + 1 < len(spans):
            parts.append(_line(axis.at(end), places[k] + GAP / 2.0, axis.at(end), places[k + 1] + high - GAP / 2.0, GREY, 0.75, "2 2"))
        spread = None if error is None else error.values[k]
        said = number(end) if level else f"{'+' if end > start else ''}{number(end - start)}"
        said += "" if level or spread is None else f" ±{number(float(f'{spread:.2g}'))}"
        parts.append(_text(WIDTH - RIGHT + 8.0, places[k] + GAP / 2.0 + BAR - 1.0, said, fill=GREY, size=11))
    return _picture(figure, places[-1] + 36.0, *parts)


# --- along years


def _along(words: Words, figure: Figure) -> Markup:
    left, right, top = 64.0, WIDTH - 20.0, 12.0
    values = [value for one in figure.series for value in one.values]
    axis = scale(values, top + PLOT, top)
    count = max(1, len(figure.categories) - 1)

    def across(k: int) -> float:
        return left + (right - left) * k / count

    parts: list[Markup] = []
    for tick in axis.ticks:
        parts += [_line(left, axis.at(tick), right, axis.at(tick), PALE)]
        parts.append(_text(left - 6.0, axis.at(tick) + 4.0, number(tick), anchor="end", fill=GREY, size=11))
    every = math.ceil(len(figure.categories) / 14)
    for k, name in enumerate(figure.categories):
        if k % every == 0:
            parts.append(_text(across(k), top + PLOT + 16.0, name, anchor="middle", fill=GREY, size=11))
    parts.append(_text(4.0, top + 2.0, figure.unit, fill=GREY, size=11))
    legend: list[tuple[str, str]] = []
    for low, high, colour in (("p05", "p95", "#CFE3F1"), ("p25", "p75", "#8FBFDF")):
        below, above = figure.one(low), figure.one(high)  # type: ignore[arg-type]
        if below is not None and above is not None:
            parts += _area(below, above, across, axis, colour)
            legend.append((f"{below.name}~{above.name}", colour))
    lines = [(one, BLUE, 2.5, None) for one in figure.of("median")]
    lines += [(one, _colour(one, k), 2.0, None) for k, one in enumerate(figure.of("value"))]
    lines += [(one, VERMILION, 2.0, "6 4") for one in figure.of("target")]  # type: ignore[misc]
    for one, colour, wide, dash in lines:
        parts += _path(one, across, axis, colour, wide, dash)
        legend.append((one.name, colour))
    for one in figure.of("record"):
        known = [(k, value) for k, value in enumerate(one.values) if value is not None]
        parts += [_dot(across(k), axis.at(value), INK) for k, value in known]
        legend.append((one.name, INK))
    named, used = _legend(legend, top + PLOT + 26.0, left)
    return _picture(figure, top + PLOT + 30.0 + used, *parts, *named)


def _area(below: Series, above: Series, across: Callable[[int], float], axis: Scale, fill: str) -> list[Markup]:
    known = [k for k, (a, b) in enumerate(zip(below.values, above.values)) if a is not None and b is not None]
    if not known:
        return []
    upper = [(across(k), axis.at(above.values[k] or 0.0)) for k in known]
    lower = [(across(k), axis.at(below.values[k] or 0.0)) for k in reversed(known)]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (*upper, *lower))
    return [element("polygon", points=points, fill=fill)]


def _path(one: Series, across: Callable[[int], float], axis: Scale, stroke: str, wide: float, dash: str | None) -> list[Markup]:
    """A line through what is known, broken where a value is missing."""
    runs: list[list[tuple[float, float]]] = [[]]
    for k, value in enumerate(one.values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((across(k), axis.at(value)))
    return [_polyline(run, stroke, wide, dash) if len(run) > 1 else _dot(*run[0], stroke) for run in runs if run]


def _polyline(run: Sequence[tuple[float, float]], stroke: str, wide: float, dash: str | None) -> Markup:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
    return element("polyline", points=points, fill="none", stroke=stroke, stroke_width=wide, stroke_dasharray=dash)


def _dot(x: float, y: float, fill: str, radius: float = 4.0) -> Markup:
    return element("circle", cx=x, cy=y, r=radius, fill=fill)


def _scatter(words: Words, figure: Figure) -> Markup:
    xs, ys, error = figure.one("x"), figure.one("y"), figure.one("error")
    assert xs is not None and ys is not None
    left, right, top = 64.0, WIDTH - 20.0, 16.0
    spread = [0.0] * len(ys.values) if error is None else [one or 0.0 for one in error.values]
    tops = [None if y is None else y + s for y, s in zip(ys.values, spread)]
    wide, high = scale(xs.values, left, right, zero=False), scale([*ys.values, *tops], top + PLOT, top)
    parts: list[Markup] = []
    for tick in wide.ticks:
        parts += [_line(wide.at(tick), top, wide.at(tick), top + PLOT, PALE)]
        parts.append(_text(wide.at(tick), top + PLOT + 16.0, number(tick), anchor="middle", fill=GREY, size=11))
    for tick in high.ticks:
        parts += [_line(left, high.at(tick), right, high.at(tick), PALE)]
        parts.append(_text(left - 6.0, high.at(tick) + 4.0, number(tick), anchor="end", fill=GREY, size=11))
    for k, name in enumerate(figure.categories):
        x, y = xs.values[k], ys.values[k]
        if x is None or y is None:
            continue
        parts.append(_line(wide.at(x), high.at(y - spread[k]), wide.at(x), high.at(y + spread[k]), INK))
        parts.append(_dot(wide.at(x), high.at(y), SERIES[k % len(SERIES)], 6.0))
        end = wide.at(x) > right - 120.0
        parts.append(_text(wide.at(x) + (-10.0 if end else 10.0), high.at(y) - 8.0, name, anchor="end" if end else "start"))
    parts.append(_text(right, top + PLOT + 32.0, xs.name, anchor="end", fill=GREY, size=11))
    parts.append(_text(4.0, top - 4.0, ys.name, fill=GREY, size=11))
    return _picture(figure, top + PLOT + 40.0, *parts)


def _curve(words: Words, figure: Figure) -> Markup:
    xs, ys, error = figure.one("x"), figure.one("y"), figure.one("error")
    assert xs is not None and ys is not None
    left, right, top = 64.0, WIDTH - 40.0, 24.0
    spread = [0.0] * len(ys.values) if error is None else [one or 0.0 for one in error.values]
    known = [(k, x, y) for k, (x, y) in enumerate(zip(xs.values, ys.values)) if x is not None and y is not None]
    ends = [y + sign * spread[k] for k, _, y in known for sign in (-1.0, 1.0)]
    wide, high = scale(xs.values, left, right, zero=False), scale(ends, top + PLOT, top)
    parts: list[Markup] = []
    for tick in wide.ticks:
        parts.append(_text(wide.at(tick), top + PLOT + 16.0, number(tick), anchor="middle", fill=GREY, size=11))
    for tick in high.ticks:
        parts.append(_line(left, high.at(tick), right, high.at(tick), GREY if abs(tick) < 1e-12 else PALE))
        parts.append(_text(left - 6.0, high.at(tick) + 4.0, number(tick), anchor="end", fill=GREY, size=11))
    colour = ys.colour or BLUE
    parts.append(_polyline([(wide.at(x), high.at(y)) for _, x, y in known], colour, 2.0, None))
    taken: list[tuple[float, float, float]] = []
    for k, x, y in reversed(known):
        parts.append(_line(wide.at(x), high.at(y - spread[k]), wide.at(x), high.at(y + spread[k]), INK))
        parts.append(_dot(wide.at(x), high.at(y), colour))
        half = 0.5 * LETTER * cell_len(figure.categories[k])
        middle = min(max(wide.at(x), left + half), WIDTH - half)
        for line in (high.at(y) - 10.0, high.at(y) + 20.0):  # a name that fits nowhere stands in the table alone
            if all(abs(line - other) > 13.0 or middle + half < start or middle - half > end for start, end, other in taken):
                taken.append((middle - half, middle + half, line))
                parts.append(_text(middle, line, figure.categories[k], anchor="middle", size=11))
                break
    parts.append(_text(right, top + PLOT + 32.0, xs.name, anchor="end", fill=GREY, size=11))
    parts.append(_text(4.0, top - 10.0, ys.name, fill=GREY, size=11))
    return _picture(figure, top + PLOT + 40.0, *parts)


KINDS: dict[str, Callable[[Words, Figure], Markup]] = {
    "bars": _bars, "stacked": _stacked, "intervals": _intervals, "fan": _along, "lines": _along, "waterfall": _waterfall,
    "scatter": _scatter, "curve": _curve,
}  # fmt: skip
