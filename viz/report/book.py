"""The report as a workbook: targets and findings, then the numbers behind every picture, each on a sheet of its own with a chart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from yidu.viz.figures import Figure, Series
from yidu.viz.figures.palette import GREY, INK, PALE, VERDICT
from yidu.viz.report.charts import Drawn, Native, bounds, caption, native
from yidu.viz.report.contents import Contents, Picture, Section, Summary, Table, Text
from yidu.viz.report.findings import Finding
from yidu.viz.words.limits import why_beyond
from yidu.viz.workbook import FONT, Block, Cell, Column, Workbook

READING_WIDTH = 90.0
"""Width of a column of sentences [characters]."""

CHART_SIZE = (860, 460)
"""Width and height of a chart [pixels]."""

ROW_HEIGHT = 17
"""Further height of a chart for each category beyond a dozen [pixels]."""

TYPES = {"fan": "line", "lines": "line", "scatter": "scatter", "curve": "scatter"}

FONT_OF_CHART = {"name": FONT, "size": 9}

DASHES = {"dashed": "round_dot", "goal": "dash"}
WIDTHS = {"thick": 2.75, "goal": 2.0}


class Charted(Workbook):
    """A workbook with native charts."""

    def chart(self, called: str, options: dict[str, Any], series: Sequence[dict[str, Any]], place: tuple[int, int]) -> Any:
        """Add a chart to a sheet at a (row, column); returns it, for its axes and legend.

        Args:
            options, series: as XlsxWriter's `add_chart` and `add_series` take them.
        """
        chart = self._book.add_chart(options)
        for one in series:
            chart.add_series({**one, "name": no_reference(one["name"])})
        self._book.get_worksheet_by_name(called).insert_chart(*place, chart)
        return chart


def no_reference(name: str) -> str:
    """A name in a chart as the library leaves it a name: one that begins with =, or reads like `sheet!A1`, it takes for a reference to a
    cell.
    """
    name = re.sub(r"!(?=\$?[A-Z]+\$?\d)", "! ", name)
    return f" {name}" if name.startswith("=") else name


def workbook(contents: Contents) -> bytes:
    """The workbook as the bytes of its file."""
    words = contents.words
    made = datetime.combine(contents.made, datetime.min.time())
    book = Charted(contents.title, words("report.author"), made, words("report.page"))
    head = [contents.subtitle, contents.stamp.line]
    for section in contents.sections:
        if section.key == "summary":
            book.sheet(section.title, contents.title, head, [_summary(contents, section)])
        elif section.key == "targets":
            book.sheet(section.title, section.title, head, _targets(contents), [words("assess.older_base")])
        tables = [block for block in section.blocks if isinstance(block, Table)]
        if tables and section.key not in ("targets", "about"):
            book.sheet(section.title, section.title, head, [_table(block) for block in tables])
    if contents.blocks(Finding):
        book.sheet(words("report.section.findings"), words("report.section.findings"), head, [_findings(contents)])
    warnings = [block for section in contents.sections if section.key == "mind" for block in section.blocks if isinstance(block, Text)]
    for block in warnings:
        rows = Block("", [Column(words("report.section.mind"), "wrap", READING_WIDTH)], [[line] for line in block.lines])
        book.sheet(words("report.section.mind"), words("report.section.mind"), head, [rows])
    for figure in contents.figures:
        _figure(book, contents, head, figure)
    about = [block for section in contents.sections if section.key == "about" for block in section.blocks if isinstance(block, Table)]
    for table in about:
        book.sheet(words("report.section.about"), words("report.section.about"), [], [_table(table)], [table.note])
    return book.content()


def _summary(contents: Contents, section: Section) -> Block:
    """Sentences of the first page."""
    lines: list[str] = []
    for block in section.blocks:
        if isinstance(block, Summary):
            words, comma = contents.words, contents.words("phrase.comma")
            named = (words("report.said", what=one.said, text=comma.join(one.indicators)) for one in block.verdicts if one.indicators)
            lines += [block.message, *named, *block.lines]
        elif isinstance(block, Text):
            lines += block.lines
    lines += [block.message for block in contents.blocks(Picture)]
    return Block("", [Column(section.title, "wrap", READING_WIDTH)], [[line] for line in lines])


def _targets(contents: Contents) -> list[Block]:
    """Every target with its numbers as numbers, then every reading of it."""
    words, answer = contents.words, contents.assess

    def head(key: str, kind: Any = "number", width: float | None = None) -> Column:
        return Column(words(f"report.label.{key}"), kind, width)

    columns = [
        Column(words("report.column.indicator")), head("unit", "text"), head("base_year", "text"),
        head("base"), head("goal"),
        head("median"), Column("5%", "number"), Column("25%", "number"), Column("75%", "number"), Column("95%", "number"), head("gap"),
        head("probability", "percent"), head("mc_error", "percent"), head("verdict", "text"), head("class", "text"), head("grade", "text"),
        head("limits", "text"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            words.indicator(row.indicator), words.unit(row.unit), str(row.base_year), row.base, row.target, row.median, row.p05, row.p25,
            row.p75, row.p95, row.gap, row.probability, row.mc_error, words.verdict(row.verdict), words.class_(row.class_), row.grade,
            why_beyond(words, row),
        ]
        for row in answer.targets
    ]  # fmt: skip
    return [Block("", columns, rows)]


def _findings(contents: Contents) -> Block:
    """One row a target: how it is counted, cause and measure in words."""
    words = contents.words
    labels = ("counted", "cause", "measure", "judgement", "limits")
    columns = [Column(words("report.column.indicator")), Column(words("report.section.summary"), "wrap", 40.0)]
    columns += [Column(words(f"report.label.{label}"), "wrap", 55.0) for label in labels]
    rows = [[one.title, one.message, *(dict(one.sentences).get(label, "") for label in labels)] for one in contents.blocks(Finding)]
    return Block("", columns, rows)


def _table(table: Table) -> Block:
    """A table as it is read elsewhere; its cells stay text, the numbers stand on the sheets of the pictures."""
    long = [k for k in range(len(table.heads)) if max((len(row[k]) for row in table.rows), default=0) > 30]
    columns = [Column(head, "wrap" if k in long else "text", 55.0 if k in long else None) for k, head in enumerate(table.heads)]
    return Block(table.title, columns, table.rows)


# --- pictures


def _figure(book: Charted, contents: Contents, head: Sequence[str], figure: Figure) -> None:
    """The numbers behind a picture, and below them a chart that follows them."""
    words, made = contents.words, native(contents.words, figure)
    columns = [Column(figure.over), *(Column(_head(one, figure), "number") for one in figure.series)]
    rows: list[list[Cell]] = [list(row) for row in figure.rows]
    if figure.kind == "waterfall":  # what a stacked chart needs to let a bar float
        columns += [Column(one.name.strip() or words("report.column.ground"), "number") for one in made.series]
        rows = [[*row, *(one.values[k] for one in made.series)] for k, row in enumerate(rows)]
    lines = [*head, caption(words, figure)]
    called = book.sheet(figure.title, figure.title, lines, [Block("", columns, rows)])
    if rows:
        _chart(book, called, made, first=len(lines) + 2)


def _head(one: Series, figure: Figure) -> str:
    return one.name if one.role in ("x", "y") else f"{one.name} ({figure.unit})"


def _chart(book: Charted, called: str, made: Native, first: int) -> None:
    """A chart of the rows from `first` on."""
    figure = made.figure
    count, kind = len(figure.categories), TYPES.get(figure.kind, "bar")
    options = {"type": kind} | ({"subtype": "stacked"} if figure.kind in ("stacked", "waterfall") else {})
    options |= {"subtype": "straight_with_markers"} if figure.kind == "curve" else {}
    series = _scattered(made, called, first) if kind == "scatter" else _columns(made, called, first, kind)
    chart = book.chart(called, options, series, (first + count + 1, 0))
    chart.set_title({"none": True})
    hidden = [place for place, one in enumerate(made.series) if one.look == "hidden"]
    legend = {"position": "bottom", "font": FONT_OF_CHART} | ({"delete_series": hidden} if hidden else {})
    chart.set_legend(legend if len(series) > 1 else {"none": True})
    chart.set_size({"width": CHART_SIZE[0], "height": CHART_SIZE[1] + ROW_HEIGHT * max(0, count - 12)})
    text = {"num_font": FONT_OF_CHART, "name_font": FONT_OF_CHART}
    value: dict[str, Any] = {**text, "name": figure.unit, "major_gridlines": {"visible": True, "line": {"color": PALE}}}
    along: dict[str, Any] = {**text, "major_gridlines": {"visible": False}}
    if kind == "bar":
        low, high, step = (0.0, 100.0, 10.0) if figure.kind == "bars" and figure.levels else bounds(made)
        value |= {"min": low, "max": high, "major_unit": step}
        value |= {} if made.cross is None else {"crossing": made.cross}
        along |= {"reverse": True, "crossing": "max", "label_position": "low", "interval_unit": 1}
        chart.set_x_axis(value)
        chart.set_y_axis(along)
        return
    xs, ys = figure.one("x"), figure.one("y")
    if xs is not None and ys is not None:
        along["name"], value["name"] = no_reference(xs.name), no_reference(ys.name)
    if figure.kind == "curve":
        low, high, step = bounds(made)
        value |= {"min": low, "max": high, "major_unit": step}
        along |= {"label_position": "low"}
    chart.set_x_axis(along)
    chart.set_y_axis(value)


def _columns(made: Native, called: str, first: int, kind: str) -> list[dict[str, Any]]:
    """The series of a chart along the categories, each a column of the table."""
    figure = made.figure
    last = first + len(figure.categories) - 1
    names = [one.name for one in figure.series]
    series = []
    for place, one in enumerate(made.series):
        if figure.marks:  # one column, a colour for each verdict
            value = next(k for k, own in enumerate(figure.series) if own.role in ("value", "median"))
        elif figure.kind == "waterfall":
            value = len(figure.series) + place
        elif figure.kind == "intervals":
            value = names.index(next(own.name for own in figure.of("median")))
        else:
            value = names.index(one.name)
        row: dict[str, Any] = {
            "name": one.name.strip() or " ",
            "categories": [called, first, 0, last, 0],
            "values": [called, first, 1 + value, last, 1 + value],
            **_look(one, kind),
        }
        if figure.marks:
            row |= {"name": figure.series[value].name, "points": [{"fill": {"color": VERDICT[mark]}} for mark in figure.marks]}
            row |= _whiskers(_of_all(made))
            return [row | {"gap": made.gap}]
        series.append(row | (_whiskers(one) if one.error is not None else {}))
    if kind == "bar" and series:
        series[0] |= {"gap": made.gap, "overlap": made.overlap}
    return series


def _of_all(made: Native) -> Drawn:
    """The series of all verdicts as one again, for its whiskers."""
    first = made.series[0]
    if first.error is None:
        return first
    sides = []
    for side in (0, 1):
        columns = [one.error[side] for one in made.series if one.error is not None]
        sides.append([next((value for value in row if value is not None), None) for row in zip(*columns)])
    return first._replace(error=(sides[0], sides[1]))


def _look(one: Drawn, kind: str) -> dict[str, Any]:
    """Colour, line and marker of a series."""
    colour = one.colour or GREY
    if one.look == "hidden":
        return {"fill": {"none": True}, "border": {"none": True}}
    if kind == "bar":
        return {"fill": {"color": colour}, "invert_if_negative": False}
    if one.look in ("dots", "points"):
        dot = {"type": "circle", "size": 7, "fill": {"color": colour}, "border": {"color": colour}}
        return {"line": {"none": True}, "marker": dot}
    if one.look == "curve":
        dot = {"type": "circle", "size": 6, "fill": {"color": colour}, "border": {"color": colour}}
        return {"line": {"color": colour, "width": 1.75}, "marker": dot}
    line = {"color": colour, "width": WIDTHS.get(one.look, 1.25)}
    return {"line": line | ({"dash_type": DASHES[one.look]} if one.look in DASHES else {}), "marker": {"type": "none"}}


def _whiskers(one: Drawn) -> dict[str, Any]:
    if one.error is None:
        return {}
    below, above = ([value or 0.0 for value in side] for side in one.error)
    return {"y_error_bars": {"type": "custom", "plus_values": above, "minus_values": below, "line": {"color": INK}}}


def _scattered(made: Native, called: str, first: int) -> list[dict[str, Any]]:
    """A series for each point of a scatter, so that the legend names it; one for a curve."""
    if made.figure.kind == "curve":
        (one,) = made.series
        last = first + len(made.figure.categories) - 1
        cells = {"categories": [called, first, 1, last, 1], "values": [called, first, 2, last, 2]}
        return [{"name": one.name, **cells, **_look(one, "scatter"), **_whiskers(one)}]
    names = list(made.figure.categories)
    rows = [(first + names.index(one.name), one) for one in made.series]
    return [
        {
            "name": one.name,
            "categories": [called, row, 1, row, 1],
            "values": [called, row, 2, row, 2],
            **_look(one, "scatter"),
            **_whiskers(one),
        }
        for row, one in rows
    ]
