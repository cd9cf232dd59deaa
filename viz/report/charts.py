"""Figures as native charts that Office can edit: the XML of DrawingML, with its numbers in an embedded workbook.

The deck and the document take the same charts. No kind is mixed with another, which Office itself cannot always keep: a fan is a line
chart of its percentiles; an error is an error bar; a verdict is a series of its own, so that the legend explains colours and signs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.chart.xmlwriter import ChartXmlWriter
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION
from pptx.enum.dml import MSO_LINE
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Pt

from yidu.experiments.judging.verdicts import VERDICTS
from yidu.viz.figures import Figure
from yidu.viz.figures.palette import BLUE, FALL, GREY, INK, PALE, RISE, SERIES, SIGN, SKY, VERDICT, VERMILION
from yidu.viz.words import Words
from yidu.viz.workbook import FONT, FORMULA

Floats = Sequence[float | None]

NO_LINE = '<a:ln xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:noFill/></a:ln>'

TICKS = 10
"""Steps of an axis at most."""


class Drawn(NamedTuple):
    """One series of a native chart.

    `error`: whiskers below and above each value. `points`: for a scatter, its (x, y).
    """

    name: str
    values: Floats
    colour: str | None
    error: tuple[Floats, Floats] | None = None
    look: str = "bar"
    points: tuple[tuple[float, float], ...] = ()


class Native(NamedTuple):
    """A chart before it is put into a file."""

    figure: Figure
    type: Any
    series: tuple[Drawn, ...]
    overlap: int = 0
    gap: int = 45
    cross: float | None = None

    @property
    def data(self) -> CategoryChartData | XyChartData:
        """Its numbers, with text that no spreadsheet takes for a formula."""
        if self.figure.kind in ("scatter", "curve"):
            xy = XyChartData()
            for one in self.series:
                added = xy.add_series(harmless(one.name))
                for x, y in one.points:
                    added.add_data_point(x, y)
            return xy
        data = CategoryChartData()
        data.categories = [harmless(name) for name in labels(self.figure)]
        for one in self.series:
            data.add_series(harmless(one.name), one.values)
        return data

    def dress(self, space: Any, size: float) -> None:
        """Fonts, colours and axes of its `c:chartSpace`; `size`: of its text [points]."""
        _dress(self, space, size)

    def parts(self, size: float) -> tuple[bytes, bytes]:
        """Its XML, and the workbook that holds its numbers."""
        data = self.data
        space = parse_xml(ChartXmlWriter(self.type, data).xml.encode("utf-8"))
        self.dress(space, size)
        return serialize_part_xml(space), data._workbook_writer.xlsx_blob


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: a space of no width before one that looks like it."""
    return "\u200b" + text if FORMULA.match(text) else text


def labels(figure: Figure) -> tuple[str, ...]:
    """Categories, with the sign of each verdict behind the name."""
    if not figure.marks:
        return figure.categories
    return tuple(f"{name} {SIGN[mark]}" for name, mark in zip(figure.categories, figure.marks))


def caption(words: Words, figure: Figure) -> str:
    """What stands under a native chart: what it shows, then its note, with bands told as this chart draws them."""
    note = figure.note
    if figure.kind in ("fan", "intervals"):
        note = note.replace(words(f"figure.drawn_{figure.kind}"), words(f"report.drawn_{figure.kind}"))
    return words("report.caption", title=figure.title, note=note).strip()


# --- kinds


def native(words: Words, figure: Figure) -> Native:
    """A figure as a native chart."""
    return KINDS[figure.kind](words, figure)


def _bars(words: Words, figure: Figure) -> Native:
    series = []
    errors = iter(figure.of("error"))
    for place, one in enumerate(figure.of("value")):
        error = next(errors, None)
        whiskers = None if error is None else (error.values, error.values)
        series.append(Drawn(one.name, one.values, one.colour or SERIES[place % len(SERIES)], whiskers))
    if figure.marks and len(series) == 1:
        return Native(figure, XL_CHART_TYPE.BAR_CLUSTERED, tuple(by_verdict(words, figure, series[0])), overlap=100, gap=35)
    return Native(figure, XL_CHART_TYPE.BAR_CLUSTERED, tuple(series))


def by_verdict(words: Words, figure: Figure, one: Drawn) -> Iterable[Drawn]:
    """A series for each verdict, its name the sign, the verdict and its threshold."""
    said = dict(zip((verdict for least, verdict in VERDICTS if least > 0.0), (name for _, name in figure.levels)))
    for _, verdict in VERDICTS:
        if verdict not in figure.marks:
            continue

        def own(values: Floats, verdict: str = verdict) -> Floats:
            return [value if mark == verdict else None for value, mark in zip(values, figure.marks)]

        whiskers = None if one.error is None else (own(one.error[0]), own(one.error[1]))
        name = said.get(verdict, words.verdict(verdict)) if one.error is not None else words.verdict(verdict)
        yield Drawn(f"{name} {SIGN[verdict]}", own(one.values), VERDICT[verdict], whiskers)


def _stacked(words: Words, figure: Figure) -> Native:
    series = tuple(Drawn(one.name, one.values, one.colour or SERIES[place % len(SERIES)]) for place, one in enumerate(figure.of("value")))
    return Native(figure, XL_CHART_TYPE.BAR_STACKED, series, overlap=100)


def _intervals(words: Words, figure: Figure) -> Native:
    median = figure.one("median")
    assert median is not None
    ends = [figure.one(role) for role in ("p05", "p95")]
    low, high = (None if one is None else one.values for one in ends)
    whiskers = None
    if low is not None and high is not None:
        below = [None if a is None or b is None else a - b for a, b in zip(median.values, low)]
        above = [None if a is None or b is None else b - a for a, b in zip(median.values, high)]
        whiskers = (below, above)
    name = f"{median.name} ({ends[0].name}~{ends[1].name})" if ends[0] and ends[1] else median.name
    one = Drawn(name, median.values, BLUE, whiskers)
    cross = figure.levels[0][0] if figure.levels else None
    series = tuple(by_verdict(words, figure, one._replace(name=name))) if figure.marks else (one,)
    plain = tuple(drawn._replace(name=f"{words.verdict(verdict)} {SIGN[verdict]}") for drawn, verdict in zip(series, _marked(figure)))
    return Native(figure, XL_CHART_TYPE.BAR_CLUSTERED, plain if figure.marks else series, overlap=100, gap=60, cross=cross)


def _marked(figure: Figure) -> list[str]:
    return [verdict for _, verdict in VERDICTS if verdict in figure.marks]


def _fan(words: Words, figure: Figure) -> Native:
    looks = {"median": (BLUE, "thick"), "p25": (BLUE, "thin"), "p75": (BLUE, "thin"), "p05": (SKY, "dashed"), "p95": (SKY, "dashed")}
    looks |= {"record": (INK, "dots"), "target": (VERMILION, "goal")}
    order = ("p95", "p75", "median", "p25", "p05", "record", "target")
    series = [Drawn(one.name, one.values, looks[role][0], look=looks[role][1]) for role in order for one in figure.of(role)]  # type: ignore[arg-type]
    return Native(figure, XL_CHART_TYPE.LINE_MARKERS, tuple(series))


def _lines(words: Words, figure: Figure) -> Native:
    series = [
        Drawn(one.name, one.values, one.colour or SERIES[place % len(SERIES)], look="line") for place, one in enumerate(figure.of("value"))
    ]
    series += [Drawn(one.name, one.values, VERMILION, look="goal") for one in figure.of("target")]
    return Native(figure, XL_CHART_TYPE.LINE_MARKERS, tuple(series))


def _waterfall(words: Words, figure: Figure) -> Native:
    """A hidden bar up to where each change begins, then the change; levels stand on the ground."""
    total, value = figure.one("total"), figure.one("value")
    assert total is not None and value is not None
    hidden: list[float | None] = []
    up: list[float | None] = []
    down: list[float | None] = []
    at = 0.0
    for level, change in zip(total.values, value.values):
        if level is not None:
            at = level
            hidden, up, down = [*hidden, None], [*up, None], [*down, None]
        else:
            moved = change or 0.0
            hidden.append(min(at, at + moved))
            up.append(moved if moved >= 0.0 else None)
            down.append(-moved if moved < 0.0 else None)
            at += moved
    series = (
        Drawn(" ", hidden, None, look="hidden"), Drawn(total.name, total.values, GREY), Drawn(f"{value.name} +", up, RISE),
        Drawn(f"{value.name} −", down, FALL),
    )  # fmt: skip
    return Native(figure, XL_CHART_TYPE.BAR_STACKED, series, overlap=100, gap=30)


def _scatter(words: Words, figure: Figure) -> Native:
    xs, ys, error = figure.one("x"), figure.one("y"), figure.one("error")
    assert xs is not None and ys is not None
    series = []
    for place, name in enumerate(figure.categories):
        x, y = xs.values[place], ys.values[place]
        if x is None or y is None:
            continue
        size = None if error is None else error.values[place]
        whiskers = None if size is None else ([size], [size])
        series.append(Drawn(name, (y,), SERIES[place % len(SERIES)], whiskers, "points", ((x, y),)))
    return Native(figure, XL_CHART_TYPE.XY_SCATTER, tuple(series))


def _curve(words: Words, figure: Figure) -> Native:
    """One series through all points."""
    xs, ys, error = figure.one("x"), figure.one("y"), figure.one("error")
    assert xs is not None and ys is not None
    known = [k for k, (x, y) in enumerate(zip(xs.values, ys.values)) if x is not None and y is not None]
    points = tuple((xs.values[k] or 0.0, ys.values[k] or 0.0) for k in known)
    sizes = None if error is None else [error.values[k] or 0.0 for k in known]
    drawn = Drawn(ys.name, [y for _, y in points], ys.colour or BLUE, None if sizes is None else (sizes, sizes), "curve", points)
    return Native(figure, XL_CHART_TYPE.XY_SCATTER_LINES, (drawn,))


KINDS: dict[str, Callable[[Words, Figure], Native]] = {
    "bars": _bars, "stacked": _stacked, "intervals": _intervals, "fan": _fan, "lines": _lines, "waterfall": _waterfall, "scatter": _scatter,
    "curve": _curve,
}  # fmt: skip


# --- dress


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.removeprefix("#"))


def _dress(chart_: Native, space: Any, size: float) -> None:
    chart = Chart(space, None)
    _fonts(chart, size)
    chart.has_title = False
    shown = [one for one in chart_.series if one.look != "hidden"]
    chart.has_legend = len(shown) > 1
    if chart.has_legend:
        chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
        _hide_legend_of(chart, [k for k, one in enumerate(chart_.series) if one.look == "hidden"])
    plot = chart.plots[0]
    plot.vary_by_categories = False
    if hasattr(plot, "gap_width") and chart_.figure.kind not in ("fan", "lines", "scatter", "curve"):
        plot.gap_width = chart_.gap
        plot.overlap = chart_.overlap
    for drawn, series in zip(chart_.series, plot.series):
        _series(drawn, series)
    _axes(chart_, chart, size)


def _fonts(chart: Chart, size: float) -> None:
    chart.font.size = Pt(size)
    chart.font.name = FONT
    chart.font.color.rgb = _rgb(INK)
    properties = chart.font._rPr
    for tag in ("a:ea", "a:cs"):
        element = properties.find(qn(tag))
        if element is None:
            element = properties.makeelement(qn(tag), {})
            properties.find(qn("a:latin")).addnext(element)
        element.set("typeface", FONT)
    # the order of the schema: latin, ea, cs
    latin, ea, cs = (properties.find(qn(tag)) for tag in ("a:latin", "a:ea", "a:cs"))
    latin.addnext(ea)
    ea.addnext(cs)


def _hide_legend_of(chart: Chart, places: Sequence[int]) -> None:
    legend = chart.legend._element
    position = legend.find(qn("c:legendPos"))
    for place in reversed(places):
        entry = parse_xml(
            '<c:legendEntry xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart">'
            f'<c:idx val="{place}"/><c:delete val="1"/></c:legendEntry>'
        )
        position.addnext(entry)


def _series(drawn: Drawn, series: Any) -> None:
    if drawn.look == "hidden":
        series.format.fill.background()
        series.format.line.fill.background()
        return
    colour = _rgb(drawn.colour or BLUE)
    if drawn.look == "bar":
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = colour
        series.invert_if_negative = False
    elif drawn.look in ("dots", "points", "curve"):
        if drawn.look == "curve":
            series.format.line.color.rgb = colour
            series.format.line.width = Pt(1.75)
            series.smooth = False
        else:
            series.format.line.fill.background()
        series.marker.style = XL_MARKER_STYLE.CIRCLE
        series.marker.size = 8 if drawn.look == "points" else 6
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = colour
        series.marker.format.line.color.rgb = colour
    else:
        line = series.format.line
        line.color.rgb = colour
        line.width = Pt({"thick": 2.75, "thin": 1.25, "dashed": 1.25, "goal": 2.0}.get(drawn.look, 1.75))
        if drawn.look in ("dashed", "goal"):
            line.dash_style = MSO_LINE.SQUARE_DOT if drawn.look == "dashed" else MSO_LINE.DASH
        series.marker.style = XL_MARKER_STYLE.NONE
        series.smooth = False
    if drawn.error is not None:
        _whiskers(series._element, drawn, across=drawn.look in ("points", "curve"))


def _whiskers(element: Any, drawn: Drawn, *, across: bool) -> None:
    """Error bars of their own size for each point; of a scatter, along y."""
    assert drawn.error is not None

    def numbers(values: Floats) -> str:
        points = "".join(f'<c:pt idx="{k}"><c:v>{0.0 if value is None else value:.10g}</c:v></c:pt>' for k, value in enumerate(values))
        return f'<c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>{points}</c:numLit>'

    way = '<c:errDir val="y"/>' if across else ""
    xml = (
        '<c:errBars xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        f'{way}<c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="0"/>'
        f"<c:plus>{numbers(drawn.error[1])}</c:plus><c:minus>{numbers(drawn.error[0])}</c:minus>"
        f'<c:spPr><a:ln w="12700"><a:solidFill><a:srgbClr val="{INK[1:]}"/></a:solidFill></a:ln></c:spPr></c:errBars>'
    )
    before = element.find(qn("c:cat"))
    if before is None:
        before = element.find(qn("c:xVal") if across else qn("c:val"))
    before.addprevious(parse_xml(xml))


def _axes(chart_: Native, chart: Chart, size: float) -> None:
    figure, value = chart_.figure, chart.value_axis
    value.has_major_gridlines = True
    value.major_gridlines.format.line.color.rgb = _rgb(PALE)
    value.format.line.fill.background()
    value.has_title = True
    ys = figure.one("y")
    _titled(value, figure.unit if ys is None else ys.name, size)
    value.tick_labels.number_format = "#,##0.##" if figure.kind in ("fan", "lines", "curve") else "#,##0"
    value.tick_labels.number_format_is_linked = False
    category = chart.category_axis
    category.format.line.color.rgb = _rgb(GREY)
    category.has_major_gridlines = False
    if figure.kind in ("scatter", "curve"):
        xs = figure.one("x")
        category.has_title = True
        _titled(category, xs.name if xs is not None else "", size)
        category.tick_labels.number_format, category.tick_labels.number_format_is_linked = "#,##0", False
        if figure.kind == "curve":
            category.tick_labels.number_format = "#,##0.##"
            category.tick_label_position = XL_TICK_LABEL_POSITION.LOW
            value.minimum_scale, value.maximum_scale, value.major_unit = bounds(chart_)
        else:
            value.minimum_scale = 0.0
        return
    if figure.kind in ("fan", "lines"):
        return
    # a bar chart reads from the top: the first category first, values written below
    category.reverse_order = True
    category.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    crosses = value._element.find(qn("c:crosses"))
    if crosses is not None:
        crosses.set("val", "max")
    skip = parse_xml('<c:tickLblSkip xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" val="1"/>')
    category._element.find(qn("c:noMultiLvlLbl")).addprevious(skip)
    low, high, step = (0.0, 100.0, 10.0) if figure.kind == "bars" and figure.levels else bounds(chart_)
    value.minimum_scale, value.maximum_scale, value.major_unit = low, high, step
    if chart_.cross is not None:
        across = category._element.find(qn("c:crosses"))
        if across is not None:
            at = across.makeelement(qn("c:crossesAt"), {"val": f"{chart_.cross:g}"})
            across.getparent().replace(across, at)


def bounds(chart: Native) -> tuple[float, float, float]:
    """Low end, high end and step of an axis that holds every bar with its whiskers, and where bars begin."""
    ends = [0.0 if chart.cross is None else chart.cross]
    stacks = [0.0] * len(chart.figure.categories)
    for one in chart.series:
        for k, value in enumerate(one.values):
            if value is None:
                continue
            if chart.type == XL_CHART_TYPE.BAR_STACKED:
                stacks[k] += value
                continue
            below, above = (0.0, 0.0) if one.error is None else (one.error[0][k] or 0.0, one.error[1][k] or 0.0)
            ends += [value - below, value + above]
    low, high = min([*ends, *stacks]), max([*ends, *stacks])
    rough = (high - low) / TICKS or 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1.0, 2.0, 5.0, 10.0) if size * power >= rough * (1.0 - 1e-9))
    return step * math.floor(low / step + 1e-9), step * math.ceil(high / step - 1e-9), step


def _titled(axis: Any, text: str, size: float) -> None:
    frame = axis.axis_title.text_frame
    frame.text = text
    for run in frame.paragraphs[0].runs:
        run.font.size, run.font.bold, run.font.name = Pt(size), False, FONT
        properties = run.font._rPr
        ea = properties.makeelement(qn("a:ea"), {"typeface": FONT})
        properties.find(qn("a:latin")).addnext(ea)
