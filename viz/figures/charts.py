"""A figure as an ECharts option: plain JSON, no script, so that it works where nothing but this machine is reached."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.cells import cell_len

from yidu.viz.figures import Figure, Kind, Series
from yidu.viz.figures.palette import BLUE, FALL, GREY, INK, ORANGE, PALE, RISE, SERIES, VERDICT, VERMILION
from yidu.viz.words import Words
from yidu.viz.words.format import number

Option = dict[str, Any]

FONT = '"Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "Source Han Sans SC", "WenQuanYi Micro Hei", sans-serif'
ROW = 26
"""Height of a row of a horizontal chart [px]."""

LONG_UNIT = 6
"""Cells of a unit from which it stands under its axis, where it is not cut."""

SIDE_BY_SIDE = 100
"""Cells that the longest of some names may take, times their number, before they are turned."""

DIGITS = 6
"""Significant digits that a tooltip shows."""


def option(words: Words, figure: Figure, scale: float = 1.0) -> Option:
    """How ECharts draws a figure; `scale` enlarges its type for a projector."""
    size = round(12 * scale)
    drawn = DRAWN[figure.kind](figure, size)
    return {
        "animation": False,
        "aria": {"enabled": True, "label": {"description": f"{figure.title}. {figure.note}"}},
        "textStyle": {"fontFamily": FONT, "fontSize": size, "color": INK},
        "toolbox": {
            "right": 4, "top": 0, "itemSize": size,
            "feature": {
                "saveAsImage": {
                    "name": figure.id, "title": words("app.chart.png"), "pixelRatio": 2, "backgroundColor": "#fff", "type": "png",
                }
            },
        },
        **drawn,
    }  # fmt: skip


def height(figure: Figure, scale: float = 1.0) -> int:
    """Height that a figure needs [px]: by its rows where they lie one below the other."""
    if figure.kind in ("bars", "stacked", "intervals"):
        return round((ROW * len(figure.categories) + 90) * scale)
    return round(320 * scale)


def _fan(figure: Figure, size: int) -> Option:
    """Bands around a median, the record before them and the target across."""
    names = list(figure.categories)
    at = {role: figure.one(role) for role in ("p05", "p25", "median", "p75", "p95")}
    series: list[Option] = []
    for low, high, shade in (("p05", "p95", 0.18), ("p25", "p75", 0.34)):
        below, above = at[low], at[high]
        if below is None or above is None:
            continue
        gap = [None if a is None or b is None else _short(b - a) for a, b in zip(below.values, above.values)]
        hidden = {"type": "line", "stack": low, "symbol": "none", "silent": True, "lineStyle": {"opacity": 0}}
        series.append({**hidden, "name": low, "data": _data(below)})
        series.append({**hidden, "name": f"{low}-{high}", "data": gap, "areaStyle": {"color": BLUE, "opacity": shade}})
    told: list[str] = []
    for role in ("p95", "p75", "median", "p25", "p05"):
        one = at[role]
        if one is not None:
            told.append(f"{{a{len(series)}}}: {{c{len(series)}}}")
            seen = role == "median"
            series.append(
                {
                    "type": "line", "name": one.name, "data": _data(one), "symbol": "none", "silent": not seen,
                    "lineStyle": {"color": BLUE, "width": 3, "opacity": 1 if seen else 0}, "itemStyle": {"color": BLUE},
                }
            )  # fmt: skip
    for one in figure.of("value"):
        told.append(f"{{a{len(series)}}}: {{c{len(series)}}}")
        series.append(
            {
                "type": "line", "name": one.name, "data": _data(one), "symbol": "none",
                "lineStyle": {"color": one.colour or GREY, "width": 2, "type": "dashed"}, "itemStyle": {"color": one.colour or GREY},
            }
        )  # fmt: skip
    for one in figure.of("record"):
        told.append(f"{{a{len(series)}}}: {{c{len(series)}}}")
        series.append(
            {
                "type": "line", "name": one.name, "data": _data(one), "symbol": "circle", "symbolSize": size * 0.6, "connectNulls": True,
                "lineStyle": {"color": INK, "width": 1}, "itemStyle": {"color": INK}, "z": 5,
            }
        )  # fmt: skip
    legend = [one.name for role in ("median", "value", "record") for one in figure.of(role)]
    target = figure.one("target")
    if target is not None:
        series.append(_across(target, names, size))
        legend.append(target.name)
    return {
        "grid": {"left": 8, "right": 56, "top": 40, "bottom": 44, "containLabel": True},
        "legend": {"bottom": 0, "data": legend, "textStyle": {"fontSize": size}, "itemWidth": 18},
        "tooltip": {"trigger": "axis", "confine": True, "formatter": "<br/>".join(["{b}", *told])},
        "xAxis": {"type": "category", "data": names, "boundaryGap": False, "axisLabel": {"fontSize": size}},
        "yAxis": _value_axis(figure.unit, size, scale=True),
        "series": series,
    }


def _across(target: Series, names: Sequence[str], size: int) -> Option:
    """A target as a dashed line over all years, with its value at the end and a mark in its year."""
    last = max(k for k, value in enumerate(target.values) if value is not None)
    value = target.values[last]
    assert value is not None
    marked = [_short(value) if k == last else None for k in range(len(names))]
    return {
        "type": "line", "name": target.name, "data": marked, "symbol": "diamond", "symbolSize": size, "lineStyle": {"opacity": 0},
        "itemStyle": {"color": VERMILION}, "z": 6,
        "markLine": {
            "silent": True, "symbol": "none", "data": [{"yAxis": _short(value)}],
            "lineStyle": {"color": VERMILION, "type": "dashed", "width": 2},
            "label": {"position": "end", "color": VERMILION, "fontSize": size, "formatter": "{c}"},
        },
    }  # fmt: skip


def _bars(figure: Figure, size: int) -> Option:
    """Horizontal bars, the first category on top; the error of a value as a thin line at its end."""
    bars = figure.of("value")
    errors = figure.of("error")
    series = []
    for k, one in enumerate(bars):
        colour = one.colour or SERIES[k % len(SERIES)]
        error = errors[k] if k < len(errors) else None
        signed = any(value is not None and value < 0.0 for value in one.values)
        data: list[Any] = []
        for place, value in enumerate(one.values):
            item: Option | None = None if value is None else {"value": _short(value), "label": {"formatter": number(value)}}
            if item is not None and value is not None and signed and len(bars) == 1:
                item["itemStyle"] = {"color": RISE if value >= 0.0 else FALL}
            elif item is not None and figure.marks and k == 0:
                item["itemStyle"] = {"color": VERDICT[figure.marks[place]]}
            data.append(item)
        series.append(
            {
                "type": "bar", "name": one.name, "data": data, "itemStyle": {"color": colour}, "barMaxWidth": ROW * 0.6,
                "label": {"show": len(bars) == 1 and not signed, "position": "right", "fontSize": size, "color": INK},
                **({} if error is None else {"markLine": _whiskers(one, error, _bounds(figure))}),
            }
        )  # fmt: skip
    found = {**_rows(figure, size, [one.name for one in bars] if len(bars) > 1 else []), "series": series}
    found["xAxis"]["boundaryGap"] = _room(bars, errors, _bounds(figure))
    return _levelled(figure, size, found)


Bounds = tuple[float, float]


def _bounds(figure: Figure) -> Bounds:
    """Between what the bars' errors are drawn: not below zero where no bar is, and a probability has none beyond 100 %."""
    known = [value for one in figure.of("value") for value in one.values if value is not None]
    share = figure.unit == "%" and max(known, default=0.0) <= 100.0
    return 0.0 if min(known, default=0.0) >= 0.0 else -math.inf, 100.0 if share else math.inf


def _room(bars: Sequence[Series], errors: Sequence[Series], bounds: Bounds = (-math.inf, math.inf)) -> list[str]:
    """Room on the axis for the errors of bars, as far as it goes."""
    known = [value for one in bars for value in one.values if value is not None]
    pairs = [pair for one, other in zip(bars, errors) for pair in zip(one.values, other.values)]
    ends = [value - error if value < 0.0 else min(bounds[1], value + error) for value, error in pairs if value is not None and error]
    return _gap(known, ends)


def _gap(shown: Sequence[float], ends: Sequence[float]) -> list[str]:
    """How far an axis goes beyond what ECharts sees of it so that no line is dropped, below and above: percent of the span it sees."""
    low, high = min(shown, default=0.0), max(shown, default=0.0)
    span = (high - low) or abs(low) or 1.0
    below, above = low - min(ends, default=low), max(ends, default=high) - high
    return [f"{100.0 * beyond / span + 1.0:.1f}%" if beyond > 0.0 else "0%" for beyond in (below, above)]


def _levelled(figure: Figure, size: int, drawn: Option) -> Option:
    """With the figure's levels as thin lines across, their words at the top."""
    if figure.levels and drawn["series"]:
        lines = [
            {"xAxis": value, "label": {"show": True, "formatter": said, "fontSize": round(size * 0.85), "color": GREY, "position": "start"},
             "lineStyle": {"color": GREY, "width": 1, "type": "dotted", "opacity": 1}}
            for value, said in figure.levels
        ]  # fmt: skip
        mark = drawn["series"][0].setdefault("markLine", {"silent": True, "symbol": "none"})
        mark["data"] = [*mark.get("data", []), *lines]
    return drawn


def _whiskers(value: Series, error: Series, bounds: Bounds) -> Option:
    """One standard error to either side of each bar's end."""
    pairs = [
        [{"coord": [_short(max(bounds[0], v - e)), k]}, {"coord": [_short(min(bounds[1], v + e)), k]}]
        for k, (v, e) in enumerate(zip(value.values, error.values))
        if v is not None and e
    ]
    return {"silent": True, "symbol": "none", "animation": False, "label": {"show": False},
            "lineStyle": {"color": INK, "width": 1.5, "type": "solid"}, "data": pairs}  # fmt: skip


def _stacked(figure: Figure, size: int) -> Option:
    """Parts that add up, told apart by colour and by pattern."""
    parts = figure.of("value")
    series = [
        {
            "type": "bar", "name": one.name, "stack": "all", "data": _data(one), "barMaxWidth": ROW * 0.6,
            "itemStyle": {"color": one.colour or SERIES[k % len(SERIES)]},
        }
        for k, one in enumerate(parts)
    ]  # fmt: skip
    return {**_rows(figure, size, [one.name for one in parts]), "series": series}


def _intervals(figure: Figure, size: int) -> Option:
    """A dot in its 50 and 90 % band for each category, with the record or the target beside it."""
    series: list[Option] = []
    segments: list[Any] = []
    for low, high, width in (("p05", "p95", 2), ("p25", "p75", 6)):
        below, above = figure.one(low), figure.one(high)  # type: ignore[arg-type]
        if below is not None and above is not None:
            segments += [
                [{"coord": [_short(a), k], "lineStyle": {"width": width}}, {"coord": [_short(b), k]}]
                for k, (a, b) in enumerate(zip(below.values, above.values))
                if a is not None and b is not None
            ]
    median = figure.one("median")
    legend = []
    if median is not None:
        series.append(
            {
                "type": "scatter", "name": median.name, "data": _data(median), "symbolSize": size * 0.9,
                "itemStyle": {"color": BLUE}, "z": 5,
                "markLine": {"silent": True, "symbol": "none", "label": {"show": False}, "data": segments,
                             "lineStyle": {"color": BLUE, "type": "solid", "opacity": 0.55}},
            }
        )  # fmt: skip
        legend.append(median.name)
    for role, symbol, colour in (("record", "diamond", INK), ("target", "triangle", VERMILION)):
        for one in figure.of(role):  # type: ignore[arg-type]
            series.append({"type": "scatter", "name": one.name, "data": _data(one), "symbol": symbol, "symbolSize": size,
                           "itemStyle": {"color": colour}, "z": 6})  # fmt: skip
            legend.append(one.name)
    found = {**_rows(figure, size, legend), "series": series}
    seen = [value for one in figure.series if one.role in ("median", "record", "target") for value in one.values if value is not None]
    ends = [value for one in figure.series for value in one.values if value is not None]
    found["xAxis"]["boundaryGap"] = _gap(seen, ends)
    # A line at zero where values lie on both sides of it: a difference.
    known = [value for one in figure.series for value in one.values if value is not None]
    if known and min(known) < 0.0 < max(known) and series:
        series[0]["markLine"]["data"] = [*segments, {"xAxis": 0, "lineStyle": {"color": GREY, "width": 1, "opacity": 1}}]
    return _levelled(figure, size, found)


def _waterfall(figure: Figure, size: int) -> Option:
    """From one level to another: what raised it, what lowered it."""
    totals, changes = figure.one("total"), figure.one("value")
    assert totals is not None and changes is not None
    base: list[float] = []
    shown: list[Option | None] = []
    level = 0.0
    for total, change in zip(totals.values, changes.values):
        if total is not None:
            level = total
            base.append(0.0)
            shown.append({"value": _short(total), "itemStyle": {"color": GREY}, "label": {"formatter": number(total)}})
        elif change is not None:
            base.append(_short(min(level, level + change)))
            colour = RISE if change >= 0.0 else FALL
            shown.append(
                {
                    "value": _short(abs(change)), "itemStyle": {"color": colour},
                    "label": {"show": True, "position": "top", "formatter": ("+" if change > 0.0 else "") + number(change)},
                }
            )  # fmt: skip
            level += change
        else:
            base.append(0.0)
            shown.append(None)
    return {
        "grid": {"left": 8, "right": 16, "top": 40, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "confine": True, "formatter": "{b}: {c1}", "axisPointer": {"type": "shadow"}},
        "xAxis": {"type": "category", "data": list(figure.categories),
                  "axisLabel": {"fontSize": size, "interval": 0, "rotate": 30 if _crowded(figure.categories) else 0}},
        "yAxis": _value_axis(figure.unit, size),
        "series": [
            {"type": "bar", "stack": "all", "silent": True, "itemStyle": {"color": "transparent"}, "data": base, "name": ""},
            {"type": "bar", "stack": "all", "name": changes.name, "data": shown, "barMaxWidth": 56,
             "label": {"show": True, "position": "top", "fontSize": size, "color": INK}},
        ],
    }  # fmt: skip


def _crowded(names: Sequence[str]) -> bool:
    """Whether names do not fit side by side under a chart of half a screen."""
    return len(names) * max(map(cell_len, names)) > SIDE_BY_SIDE or len(names) > 7


def _scatter(figure: Figure, size: int) -> Option:
    """Points by two values, with the error of the second; names beside them where there are few."""
    across, up, error = figure.one("x"), figure.one("y"), figure.one("error")
    assert across is not None and up is not None
    few = len(figure.categories) <= 8
    keys = figure.keys or ("",) * len(figure.categories)
    data: list[Option] = [
        {"value": [_short(x), _short(y)], "name": name, **(_set_off(size) if figure.chosen and key == figure.chosen else {})}
        for name, key, x, y in zip(figure.categories, keys, across.values, up.values)
        if x is not None and y is not None
    ]
    lines: list[Any] = [] if error is None else [
        [{"coord": [_short(x), _short(y - e)]}, {"coord": [_short(x), _short(y + e)]}]
        for x, y, e in zip(across.values, up.values, error.values)
        if x is not None and y is not None and e
    ]  # fmt: skip
    # Lines do not stretch an axis; points that nobody sees do, so that errors and levels stay within it.
    reach = [end["coord"] for pair in lines for end in pair] + [[data[0]["value"][0], value] for value, _ in figure.levels if data]
    lines += [
        {"yAxis": value, "lineStyle": {"color": GREY, "width": 1, "type": "dotted"},
         "label": {"show": True, "formatter": said, "position": "insideEndTop", "fontSize": round(size * 0.85), "color": GREY}}
        for value, said in figure.levels
    ]  # fmt: skip
    named = {"nameLocation": "middle", "nameTextStyle": {"fontSize": size}, "axisLabel": {"fontSize": size}, "scale": True}
    return {
        "grid": {"left": 40, "right": 32, "top": 32, "bottom": 44, "containLabel": True},
        "tooltip": {"trigger": "item", "confine": True, "formatter": "{b}<br/>{c}"},
        "xAxis": {"type": "value", "name": across.name, "nameGap": 28, "boundaryGap": ["4%", "24%" if few else "4%"], **named},
        "yAxis": {"type": "value", "name": up.name, "nameGap": 40, "boundaryGap": _room([up], [] if error is None else [error]), **named},
        "series": [
            {
                "type": "scatter", "name": figure.title, "data": data, "symbolSize": size * 1.2,
                "itemStyle": {"color": BLUE, "borderColor": INK},
                "label": {"show": few, "position": "right", "formatter": "{b}", "fontSize": size},
                "markLine": {"silent": True, "symbol": "none", "label": {"show": False}, "data": lines,
                             "lineStyle": {"color": GREY, "type": "solid"}},
            },
            {"type": "scatter", "name": "", "data": reach, "symbolSize": 0, "silent": True, "tooltip": {"show": False}},
        ],
    }  # fmt: skip


def _curve(figure: Figure, size: int) -> Option:
    """One line through points by two values, with the error of the second, and a line at zero."""
    across, up, error = figure.one("x"), figure.one("y"), figure.one("error")
    assert across is not None and up is not None
    known = [(name, x, y) for name, x, y in zip(figure.categories, across.values, up.values) if x is not None and y is not None]
    spread = [0.0] * len(up.values) if error is None else [one or 0.0 for one in error.values]
    whiskers: list[Any] = [
        [{"coord": [_short(x), _short(y - e)]}, {"coord": [_short(x), _short(y + e)]}]
        for x, y, e in zip(across.values, up.values, spread)
        if x is not None and y is not None and e
    ]
    reach = [end["coord"] for pair in whiskers for end in pair]  # lines do not stretch an axis; points that nobody sees do
    ground = [{"yAxis": 0, "lineStyle": {"color": GREY, "width": 1, "type": "dotted"}}]
    named = {"nameLocation": "middle", "nameTextStyle": {"fontSize": size}, "axisLabel": {"fontSize": size, "hideOverlap": True}}
    colour = up.colour or BLUE
    return {
        "grid": {"left": 40, "right": 32, "top": 32, "bottom": 44, "containLabel": True},
        "tooltip": {"trigger": "item", "confine": True, "formatter": "{b}<br/>{c}"},
        "xAxis": {"type": "value", "name": across.name, "nameGap": 28, "scale": True, **named},
        "yAxis": {"type": "value", "name": up.name, "nameGap": 48, **named},
        "series": [
            {
                "type": "line", "name": figure.title, "data": [{"name": name, "value": [_short(x), _short(y)]} for name, x, y in known],
                "symbol": "circle", "symbolSize": size * 0.8, "lineStyle": {"color": colour, "width": 2}, "itemStyle": {"color": colour},
                "label": {"show": True, "position": "top", "formatter": "{b}", "fontSize": round(size * 0.85), "color": INK},
                "labelLayout": {"hideOverlap": True},
                "markLine": {"silent": True, "symbol": "none", "animation": False, "label": {"show": False},
                             "data": [*whiskers, *ground], "lineStyle": {"color": INK, "width": 1.5, "type": "solid"}},
            },
            {"type": "scatter", "name": "", "data": reach, "symbolSize": 0, "silent": True, "tooltip": {"show": False}},
        ],
    }  # fmt: skip


def _set_off(size: int) -> Option:
    """A point that a reader has picked: larger, another shape and colour."""
    return {"symbol": "diamond", "symbolSize": size * 2, "itemStyle": {"color": ORANGE, "borderColor": INK}}


def _lines(figure: Figure, size: int) -> Option:
    """Named lines along the categories, with a target across."""
    series: list[Option] = []
    symbols = ("circle", "rect", "triangle", "diamond", "roundRect")
    for k, one in enumerate(figure.of("value")):
        colour = one.colour or SERIES[k % len(SERIES)]
        series.append(
            {
                "type": "line", "name": one.name, "data": _data(one), "symbol": symbols[k % len(symbols)], "symbolSize": size * 0.6,
                "lineStyle": {"color": colour, "width": 2}, "itemStyle": {"color": colour},
            }
        )  # fmt: skip
    for one in figure.of("record"):
        series.append({"type": "line", "name": one.name, "data": _data(one), "lineStyle": {"color": INK}, "itemStyle": {"color": INK}})
    target = figure.one("target")
    if target is not None:
        series.append(_across(target, figure.categories, size))
    return {
        "grid": {"left": 8, "right": 56, "top": 40, "bottom": 44, "containLabel": True},
        "legend": {"bottom": 0, "textStyle": {"fontSize": size}, "data": [one["name"] for one in series]},
        "tooltip": {"trigger": "axis", "confine": True},
        "xAxis": {"type": "category", "data": list(figure.categories), "axisLabel": {"fontSize": size}},
        "yAxis": _value_axis(figure.unit, size, scale=True),
        "series": series,
    }


DRAWN: Mapping[Kind, Callable[[Figure, int], Option]] = {
    "fan": _fan, "bars": _bars, "stacked": _stacked, "intervals": _intervals, "waterfall": _waterfall, "scatter": _scatter,
    "curve": _curve, "lines": _lines,
}  # fmt: skip


def _rows(figure: Figure, size: int, legend: Sequence[str]) -> Option:
    """Axes of a chart whose categories lie one below the other, the first on top."""
    long = cell_len(figure.unit) > LONG_UNIT
    under = {"nameLocation": "middle", "nameGap": round(1.9 * size)} if long else {"nameLocation": "end", "nameGap": 6}
    bottom = 28 + (20 if legend else 0) + (size if long else 0)
    return {
        "grid": {"left": 8, "right": 24 if long else 48, "top": 36, "bottom": bottom, "containLabel": True},
        "legend": {"show": bool(legend), "bottom": 0, "data": list(legend), "textStyle": {"fontSize": size}},
        "tooltip": {"trigger": "axis", "confine": True, "axisPointer": {"type": "shadow"}},
        "xAxis": {**_value_axis(figure.unit, size), "position": "bottom", **under},
        "yAxis": {
            "type": "category", "inverse": True, "data": list(figure.categories), "triggerEvent": True,
            "axisLabel": {"fontSize": size, "interval": 0, "width": 200, "overflow": "truncate"}, "axisTick": {"show": False},
        },
    }  # fmt: skip


def _value_axis(unit: str, size: int, *, scale: bool = False) -> Option:
    return {
        "type": "value", "name": unit, "scale": scale, "nameTextStyle": {"fontSize": size},
        "axisLabel": {"fontSize": size, "hideOverlap": True}, "splitLine": {"lineStyle": {"color": PALE}},
    }  # fmt: skip


def _data(series: Series) -> list[float | None]:
    return [None if value is None else _short(value) for value in series.values]


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
