"""The pictures of a sweep's analysis as files of their own: SVG that a browser, a word processor or a slide takes as it is.

Elements and scales are those of `yidu.viz.figures.drawings`; places are pixels here, since a file has a size. Colours are those of
calibration.html.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from yidu.viz.figures.drawings import Axis, element, even_axis
from yidu.viz.presenters.sweep_analysis import (
    IN_PERCENT,
    MAIN,
    Titles,
    depths,
    goal_text,
    leaf_text,
    limit_text,
    plain,
    question_text,
    ranked,
)
from yidu.viz.words.format import folded, percent

if TYPE_CHECKING:
    from yidu.experiments.sweep.answer import BoxAnswer, IndexAnswer, SweepAnalysisAnswer
    from yidu.viz.words import Words

WIDTH, LABEL, PLOT, ROW, TOP = 900, 250, 470, 34, 64
"""Width of a picture, of its labels and of its plot, height of a row, and of what stands above the rows [px]."""

CELLS = 34
"""Cells of a label's line: a Chinese character takes two."""

MOST_BARS = 30
"""Inputs drawn at most; the table has all."""

DEEPEST = 5
"""Questions in a row that a picture of a tree can hold."""

STYLE = """
text { font: 13px system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; fill: #1b2329; }
.title { font-size: 16px; font-weight: 600; } .small { font-size: 12px; fill: #5c6770; } .paper { fill: #fff; }
.grid { stroke: #d9dee2; } .chance { stroke: #c44500; stroke-dasharray: 5 4; stroke-width: 1.5; }
.chance-text { fill: #c44500; font-size: 12px; }
.strong { fill: #0067a5; } .weak { fill: #a9b3ba; } .error { stroke: #1b2329; stroke-width: 1.5; }
.hollow { fill: #fff; stroke: #1b2329; stroke-width: 1.5; } .whole { fill: #e6eaed; } .failing { fill: #c44500; }
.way { fill: none; stroke: #0067a5; stroke-width: 1.5; } .unseen { fill: none; stroke: #c44500; stroke-width: 1.5; stroke-dasharray: 6 4; }
.unseen-dot { fill: #c44500; } .link { stroke: #aab4bc; fill: none; } .node { fill: #f3f5f6; stroke: #aab4bc; }
"""


def pictures(words: Words, answer: SweepAnalysisAnswer, titles: Titles) -> dict[str, str]:
    """The pictures of an answer, as the text of SVG files, by name."""
    found: dict[str, Markup] = {}
    if answer.indices:
        found[answer.method] = bars(words, answer, titles)
    if answer.method == "morris":
        found["morris_sigma"] = effects(words, answer, titles)
    if answer.box is not None:
        found["prim_trajectory"] = trajectory(words, answer.box, goal_text(words, answer))
        if answer.box.limits:
            found["prim_box"] = box(words, answer, titles)
    if answer.tree is not None and max(depths(answer.tree.nodes).values()) <= DEEPEST:
        found["tree"] = tree(words, answer, titles)
    return {name: str(picture) + "\n" for name, picture in found.items()}


def page(title: str, subtitle: str, height: float, *parts: Markup, width: float = WIDTH) -> Markup:
    """A picture with its title, on white."""
    return element(
        "svg", element("title", title), element("style", Markup(STYLE)), element("rect", class_="paper", width=width, height=height),
        _text(16, 26, title, "title"), _text(16, 46, subtitle, "small"), *parts,
        xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width:g} {height:g}", width=width, height=height, role="img",
    )  # fmt: skip


def fitting_axis(values: Iterable[float]) -> Axis:
    """A plain axis that holds zero and all values, with about five ticks at round steps."""
    known = [0.0, *(value for value in values if math.isfinite(value))]
    low, high = min(known), max(known)
    if high == low:
        high = low + 1.0
    power = 10.0 ** math.floor(math.log10((high - low) / 4.0))
    step = next(power * factor for factor in (1.0, 2.0, 2.5, 5.0, 10.0) if (high - low) / (power * factor) <= 5.0)
    return even_axis(math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step, step)


# --- inputs


def bars(words: Words, answer: SweepAnalysisAnswer, titles: Titles) -> Markup:
    """Indices as bars with their intervals, the largest on top, beside what chance would show; for Sobol the share alone as a ring."""
    rows = ranked(answer)[:MOST_BARS]
    alone = {row.input: row for row in answer.indices if row.measure == "first"}
    ends = [end for row in rows for end in (row.low, row.high, row.value, row.chance) if end is not None]
    axis = fitting_axis([*ends, *(row.value for row in alone.values())])
    height = TOP + ROW * len(rows) + 56
    parts = _ticks(axis, height)
    for k, row in enumerate(rows):
        parts += _bar_row(axis, TOP + ROW * k, row, titles[row.input], alone.get(row.input), answer.method in IN_PERCENT)
    lines = {row.chance for row in rows if row.chance is not None}
    if len(lines) == 1:
        x = _x(axis, lines.pop())
        parts.append(element("line", class_="chance", x1=x, x2=x, y1=TOP, y2=height - 50))
    else:
        for k, row in enumerate(rows):
            if row.chance is not None:
                x = _x(axis, row.chance)
                parts.append(element("line", class_="chance", x1=x, x2=x, y1=TOP + ROW * k + 4, y2=TOP + ROW * (k + 1) - 4))
    name = words(f"sweep_analyse.axis.{MAIN[answer.method]}", unit=words.unit(answer.unit))
    parts.append(_text(LABEL + PLOT / 2, height - 12, name, "small", "middle"))
    if lines or any(row.chance is not None for row in rows):
        parts += [
            element("line", class_="chance", x1=WIDTH - 150, x2=WIDTH - 120, y1=38, y2=38),
            _text(WIDTH - 112, 42, words("sweep_analyse.axis.chance"), "chance-text"),
        ]
    if alone:
        parts += [
            element("circle", class_="hollow", cx=WIDTH - 260, cy=38, r=5),
            _text(WIDTH - 248, 42, words("sweep_analyse.axis.first_name"), "small"),
        ]
    return page(words(f"sweep_analyse.method.{answer.method}"), _about(words, answer), height, *parts)


def _bar_row(axis: Axis, top: float, row: IndexAnswer, title: str, alone: IndexAnswer | None, share: bool) -> list[Markup]:
    middle, zero, end = top + ROW / 2, _x(axis, 0.0), _x(axis, row.value)
    kind = "strong" if row.beyond_chance else "weak"
    parts = _label(title, middle)
    parts.append(element("rect", class_=kind, x=min(zero, end), width=max(abs(end - zero), 1.0), y=middle - 8, height=16))
    if row.low is not None and row.high is not None:
        parts.append(element("line", class_="error", x1=_x(axis, row.low), x2=_x(axis, row.high), y1=middle, y2=middle))
    if alone is not None:
        parts.append(element("circle", class_="hollow", cx=_x(axis, alone.value), cy=middle, r=5))
    interval = "" if row.low is None or row.high is None else f" [{plain(row.low, share)}, {plain(row.high, share)}]"
    parts.append(_text(LABEL + PLOT + 14, middle + 4, plain(row.value, share) + interval, "small"))
    return parts


def effects(words: Words, answer: SweepAnalysisAnswer, titles: Titles) -> Markup:
    """Morris: mean size of the elementary effects against their spread; on the dashed line the two are equal."""
    of = {(row.input, row.measure): row.value for row in answer.indices}
    rows = ranked(answer)
    x = fitting_axis(of[row.input, "mu_star"] for row in rows)
    y = fitting_axis([*(of[row.input, "sigma"] for row in rows), 0.25 * x.high])
    left, side, height, top = 80, 560, 520, TOP + 18
    bottom = height - 60

    def at(value: float, axis: Axis, start: float, length: float) -> float:
        return start + length * axis.share(value)

    def place(a: float, b: float) -> tuple[float, float]:
        return at(a, x, left, side), at(b, y, bottom, -(bottom - top))

    parts: list[Markup] = []
    for value, name in x.ticks:
        px = at(value, x, left, side)
        parts += [element("line", class_="grid", x1=px, x2=px, y1=top, y2=bottom), _text(px, bottom + 18, name, "small", "middle")]
    for value, name in y.ticks:
        py = at(value, y, bottom, -(bottom - top))
        parts += [element("line", class_="grid", x1=left, x2=left + side, y1=py, y2=py), _text(left - 8, py + 4, name, "small", "end")]
    reach = min(x.high, y.high)
    (x1, y1), (x2, y2) = place(0.0, 0.0), place(reach, reach)
    parts.append(element("line", class_="chance", x1=x1, x2=x2, y1=y1, y2=y2))
    parts.append(_text(x2 - 6, y2 + 14, "σ = μ*", "chance-text", "end"))
    for k, row in enumerate(rows):
        px, py = place(of[row.input, "mu_star"], of[row.input, "sigma"])
        tip, kind = element("title", titles[row.input]), "strong" if row.beyond_chance else "weak"
        parts.append(element("circle", tip, class_=kind, cx=px, cy=py, r=5))
        parts.append(_text(px + 8, py - 6, str(k + 1), "small"))
        if k < MOST_BARS:
            parts.append(_text(left + side + 24, TOP + 14 + 18 * k, f"{k + 1} {titles[row.input]}", "small"))
    parts.append(_text(left + side / 2, height - 16, words("sweep_analyse.axis.mu_star", unit=words.unit(answer.unit)), "small", "middle"))
    parts.append(_text(16, top - 8, words("sweep_analyse.axis.sigma", unit=words.unit(answer.unit)), "small"))
    return page(words("sweep_analyse.method.morris"), _about(words, answer), max(height, TOP + 18 * min(len(rows), MOST_BARS) + 30), *parts)


# --- failing futures


def trajectory(words: Words, found: BoxAnswer, about: str) -> Markup:
    """Coverage and density of every box that PRIM peeled: on the half it was found on, and on the half held out."""
    left, side, height, top = 80, 480, 440, TOP + 18
    bottom = height - 60
    share = even_axis(0.0, 1.0, 0.2, "{:.0%}")

    def place(coverage: float, density: float) -> tuple[float, float]:
        return left + side * coverage, bottom - (bottom - top) * density

    parts: list[Markup] = []
    for value, name in share.ticks:
        px, py = place(value, value)
        parts += [element("line", class_="grid", x1=px, x2=px, y1=top, y2=bottom), _text(px, bottom + 18, name, "small", "middle")]
        parts += [element("line", class_="grid", x1=left, x2=left + side, y1=py, y2=py), _text(left - 8, py + 4, name, "small", "end")]
    base = place(0.0, found.base)[1]
    parts.append(element("line", class_="link", x1=left, x2=left + side, y1=base, y2=base))
    way = sorted(found.trajectory, key=lambda step: -step.fitted.mass)
    fitted = [place(step.fitted.coverage, step.fitted.density) for step in way]
    unseen = [place(step.held_out.coverage, step.held_out.density) for step in way if step.held_out is not None]
    parts.append(element("polyline", class_="way", points=_points(fitted)))
    parts.append(element("polyline", class_="unseen", points=_points(unseen)))
    for (px, py), step in zip(fitted, way):
        tip = element("title", f"{step.restricted}: {percent(step.fitted.coverage)} / {percent(step.fitted.density)}")
        parts.append(element("circle", tip, class_="hollow" if step.chosen else "strong", cx=px, cy=py, r=8 if step.chosen else 4))
    for px, py in unseen:
        parts.append(element("circle", class_="unseen-dot", cx=px, cy=py, r=3))
    parts.append(_text(left + side / 2, height - 16, words("sweep_analyse.axis.coverage"), "small", "middle"))
    parts.append(_text(16, top - 8, words("sweep_analyse.axis.density"), "small"))
    legend = [("strong", "fitted", 4), ("unseen-dot", "held_out", 4), ("hollow", "axis.chosen", 7)]
    for k, (kind, key, radius) in enumerate(legend):
        parts.append(element("circle", class_=kind, cx=left + side + 30, cy=TOP + 20 + 24 * k, r=radius))
        parts.append(_text(left + side + 44, TOP + 24 + 24 * k, words(f"sweep_analyse.{key}"), "small"))
    parts.append(element("line", class_="link", x1=left + side + 18, x2=left + side + 38, y1=TOP + 92, y2=TOP + 92))
    parts.append(_text(left + side + 44, TOP + 96, f"{words('sweep_analyse.axis.base')} {percent(found.base)}", "small"))
    return page(words("sweep_analyse.axis.trajectory"), about, height, *parts)


def box(words: Words, answer: SweepAnalysisAnswer, titles: Titles) -> Markup:
    """The limits of the box within the range that each input took."""
    found = answer.box
    assert found is not None
    ranges = {one.input: one for one in answer.inputs}
    height = TOP + 44 * len(found.limits) + 40
    parts: list[Markup] = []
    for k, limit in enumerate(found.limits):
        middle, taken = TOP + 44 * k + 18, ranges[limit.input]
        parts += _label(titles[limit.input], middle)
        parts.append(element("rect", class_="whole", x=LABEL, width=PLOT, y=middle - 9, height=18))
        if limit.values is not None:
            every = taken.values or limit.values
            wide = PLOT / len(every)
            for j, value in enumerate(every):
                if value in limit.values:
                    parts.append(element("rect", class_="failing", x=LABEL + wide * j, width=wide, y=middle - 9, height=18))
                parts.append(_text(LABEL + wide * (j + 0.5), middle + 24, value, "small", "middle"))
        else:
            low, high = taken.low or 0.0, taken.high or 0.0
            start, end = (low if limit.low is None else limit.low), (high if limit.high is None else limit.high)
            width = max(high - low, 1e-300)
            x1, x2 = LABEL + PLOT * (start - low) / width, LABEL + PLOT * (end - low) / width
            parts.append(element("rect", class_="failing", x=x1, width=max(x2 - x1, 1.0), y=middle - 9, height=18))
            parts += [
                _text(LABEL, middle + 24, f"{low:.4g}", "small"),
                _text(LABEL + PLOT, middle + 24, f"{high:.4g} {words.unit(limit.unit)}".rstrip(), "small", "end"),
            ]
        parts.append(_text(LABEL + PLOT + 14, middle + 4, limit_text(words, limit), "small"))
    parts += [
        element("rect", class_="failing", x=LABEL, width=14, y=height - 26, height=12),
        _text(LABEL + 20, height - 15, words("sweep_analyse.axis.box"), "small"),
        element("rect", class_="whole", x=LABEL + 160, width=14, y=height - 26, height=12),
        _text(LABEL + 180, height - 15, words("sweep_analyse.axis.whole"), "small"),
    ]
    return page(words("sweep_analyse.table_box"), goal_text(words, answer), height, *parts)


class _Place(NamedTuple):
    x: float
    y: float


def tree(words: Words, answer: SweepAnalysisAnswer, titles: Titles) -> Markup:
    """A tree from left to right: questions, and at the ends the share that fails, the fuller the bar the more."""
    found = answer.tree
    assert found is not None
    step, wide, tall, apart = 270, 230, 60, 74
    children: dict[int, list[int]] = {node.node: [] for node in found.nodes}
    for node in found.nodes:
        if node.parent is not None:
            children[node.parent].append(node.node)
    places: dict[int, _Place] = {}
    ends = [node.node for node in found.nodes if node.input is None]
    depth = depths(found.nodes)
    for node in reversed(found.nodes):
        inside = [places[child].y for child in children[node.node]]
        y = TOP + 30 + apart * ends.index(node.node) if not inside else sum(inside) / len(inside)
        places[node.node] = _Place(20 + step * depth[node.node], y)
    parts: list[Markup] = []
    for node in found.nodes:
        x, y = places[node.node]
        if node.parent is not None:
            above = places[node.parent]
            parts.append(element("path", class_="link", d=f"M {above.x + wide:g} {above.y:g} L {x:g} {y:g}"))
            middle = _Place((above.x + wide + x) / 2, (above.y + y) / 2)
            parts.append(_text(middle.x, middle.y - 5, words(f"sweep_analyse.tree_{node.answer}"), "small", "middle"))
    for node in found.nodes:
        x, y = places[node.node]
        parts.append(element("rect", class_="node", x=x, y=y - tall / 2, width=wide, height=tall, rx=4))
        text = leaf_text(words, node) if node.input is None else question_text(words, node, titles)
        if node.input is None:
            parts.append(element("rect", class_="failing", x=x, y=y + tall / 2 - 6, width=wide * (node.fitted or 0.0), height=6))
        parts += _lines(x + 8, y - (4 if node.input is None else 0), text, 32, most=3)
    height, width = TOP + apart * len(ends) + 20, 40 + step * max(depth.values()) + wide
    return page(words("sweep_analyse.method.tree"), goal_text(words, answer), height, *parts, width=max(WIDTH, width))


# --- pieces


def _about(words: Words, answer: SweepAnalysisAnswer) -> str:
    name, unit = words.indicator(answer.indicator), words.unit(answer.unit)
    return words("sweep_analyse.asked", indicator=name, year=answer.year, unit=unit)


def _x(axis: Axis, value: float) -> float:
    """Where a value lies in the plot [px]; beyond its ends, at the end."""
    return LABEL + PLOT * min(1.0, max(0.0, axis.share(value)))


def _ticks(axis: Axis, height: float) -> list[Markup]:
    parts = []
    for value, name in axis.ticks:
        x = _x(axis, value)
        parts.append(element("line", class_="grid", x1=x, x2=x, y1=TOP, y2=height - 50))
        parts.append(_text(x, height - 32, name, "small", "middle"))
    return parts


def _label(title: str, middle: float) -> list[Markup]:
    """A label left of the plot, on two lines where it is long."""
    return _lines(16, middle, title, CELLS)


def _lines(x: float, middle: float, text: str, cells: int, most: int = 2) -> list[Markup]:
    """A text on as many lines as it takes, and not more than `most`."""
    lines = folded(text, cells).split("\n")[:most]
    first = middle + 4 - 8 * (len(lines) - 1)
    return [_text(x, first + 16 * k, line, "small" if len(lines) > 1 else None) for k, line in enumerate(lines)]


def _text(x: float, y: float, text: str, kind: str | None = None, anchor: str | None = None) -> Markup:
    return element("text", text, x=float(x), y=float(y), class_=kind, text_anchor=anchor)


def _points(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
