"""The pictures of a calibration, drawn from its findings: one function a picture, None where there is nothing to draw."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from markupsafe import Markup

from yidu.calibration import gates
from yidu.calibration.findings import Backcast, Coverage, FactCheck, LeftOut, RankCheck
from yidu.viz.figures.drawings import (
    Axis,
    Group,
    Line,
    Row,
    bar,
    between,
    dot,
    element,
    even_axis,
    heat_map,
    id_code,
    lines_plot,
    ratio_axis,
    rows_chart,
)
from yidu.viz.presenters.calibration import Said, nominal, p_said
from yidu.viz.words.format import number, percent

MOST_BARS = 30
"""Parameters drawn at most; all stand in the table."""

POINTS_SHOWN = 12.0
"""How far coverage may lie from nominal before its dot stands at the end of the axis [percentage points]."""

OUTSIDE = {True: "✗", False: "△"}
"""Sign of a figure outside its interval: where that misses a pass mark, and where it does not."""

COLOURS = ("first", "second", "third", "fourth")
"""Classes of lines that are told apart, in order; dashes tell them apart without colour."""


# --- facts


def facts(said: Said) -> Markup | None:
    """Each fact: what the model predicts of it before and after the fit, as a ratio to the record."""
    drawn = [row for row in said.findings.facts if row.record > 0.0]
    if not drawn:
        return None
    ends = [value / row.record for row in drawn for value in (row.p025, row.p975, row.prior_p05, row.prior_p95)]
    axis = ratio_axis(ends, said("record"))
    groups = [
        Group("", tuple(_fact(said, axis, row) for row in drawn if row.role == "calibrate")),
        Group(said("not_fitted"), tuple(_fact(said, axis, row) for row in drawn if row.role != "calibrate")),
    ]
    return rows_chart(said("section.facts"), axis, groups, mark=1.0)


def _fact(said: Said, axis: Axis, row: FactCheck) -> Row:
    kind = "posterior" if row.inside95 else "out"
    at = [value / row.record for value in (row.prior_p05, row.prior_p95, row.p025, row.p25, row.median, row.p75, row.p975)]
    marks = Markup("").join(
        (bar(axis, at[0], at[1], 14, "prior"), bar(axis, at[2], at[6], 3, kind), bar(axis, at[3], at[5], 8, kind), dot(axis, at[4], kind))
    )
    value = said(
        "fact_value", record=said.amount(row.record, row.unit), band=said.band(row.p025, row.p975, row.unit), p=p_said(row.p_value)
    )
    tip = said("fact_tip", fact=said.fact(row.fact), record=said.amount(row.record, row.unit), median=number(row.median))
    return Row(said.fact(row.fact), row.fact, marks, value, tip, OUTSIDE[gates.unexplained(row)] if not row.inside95 else "")


# --- readings and parameters


def readings(said: Said) -> Markup | None:
    """Weight of each rival reading before and after."""
    rows = said.findings.readings
    if not rows:
        return None
    axis = even_axis(0.0, 1.0, 0.25)
    groups: dict[str, list[Row]] = {}
    for row in rows:
        error = 2.0 * row.mc_error
        marks = Markup("").join(
            (
                between(axis, row.prior_weight, row.posterior_weight),
                bar(axis, max(0.0, row.posterior_weight - error), min(1.0, row.posterior_weight + error), 6, "faint"),
                dot(axis, row.prior_weight, "hollow"),
                dot(axis, row.posterior_weight, "posterior"),
            )
        )
        value = f"{percent(row.prior_weight)} → {percent(row.posterior_weight)} ±{row.mc_error * 100.0:.1f}"
        name = said.reading(row)
        groups.setdefault(row.fact, []).append(Row(name, f"{row.fact}={row.reading}", marks, value, name))
    return rows_chart(said("section.readings"), axis, [Group("", tuple(one)) for one in groups.values()])


def parameters(said: Said) -> Markup | None:
    """How much narrower the record made each parameter that it says something about."""
    rows = said.informed[:MOST_BARS]
    if not rows:
        return None
    axis = even_axis(0.0, 1.0, 0.2, "{:.0%}")
    drawn = []
    for row in rows:
        marks = bar(axis, 0.0, row.contraction, 12, "posterior")
        value = said("contraction_value", contraction=f"{row.contraction:.0%}", shift=f"{row.shift:+.1f}")
        tip = said(
            "contraction_tip", parameter=said.parameter(row.parameter), prior=said.band(row.prior_p05, row.prior_p95),
            posterior=said.band(row.p05, row.p95), unit=said.words.unit(row.unit),
        )  # fmt: skip
        drawn.append(Row(said.parameter(row.parameter), row.parameter, marks, value, tip))
    return rows_chart(said("section.parameters"), axis, [Group("", tuple(drawn))], mark=gates.SILENT)


def pairs(said: Said) -> Markup | None:
    """Pairs of parameters that the record ties together, those with most partners first."""
    found = said.findings.pairs
    if not found:
        return None
    tied: dict[str, float] = {}
    for pair in found:
        for id in (pair.a, pair.b):
            tied[id] = tied.get(id, 0.0) + abs(pair.correlation)
    ids = sorted(tied, key=lambda id: -tied[id])
    at = {id: k for k, id in enumerate(ids)}
    cells = [(at[pair.a], at[pair.b], pair.correlation) for pair in found]
    return heat_map(said("section.pairs"), [said.parameter(id) for id in ids], cells)


# --- synthetic truths


def ranks(said: Said) -> Markup | None:
    """The ECDF of the ranks of synthetic truths less the diagonal, within its band; those outside are named."""
    found = said.findings.ranks
    if found is None or not found.quantities:
        return None
    outside = sorted((row for row in found.quantities if not row.inside), key=lambda row: -row.deviation)
    highest = max([1.5 * found.band, *(1.1 * row.deviation for row in found.quantities)])
    x = even_axis(0.0, 1.0, 0.25)
    y = even_axis(-highest, highest, _step(highest), "{:+.3g}")
    lines = [_difference(said, row, "quiet") for row in found.quantities if row.inside]
    shown, more = outside[: len(COLOURS)], outside[len(COLOURS) :]
    lines += [_difference(said, row, kind) for row, kind in zip(shown, COLOURS, strict=False)]
    lines += [_difference(said, row, "more") for row in more]
    plot = lines_plot(said("section.ranks"), x, y, lines, zones=[(-found.band, found.band)])
    names = [(kind, said.quantity(row.quantity), row.quantity) for row, kind in zip(shown, COLOURS, strict=False)]
    if more:
        names.append(("more", said.words("phrase.comma").join(said.quantity(row.quantity) for row in more), ""))
    inside = said("inside_band", count=len(found.quantities) - len(outside))
    return plot + legend([*names, ("quiet", inside, "")])


def _difference(said: Said, row: RankCheck, kind: str) -> Line:
    steps = len(row.ecdf) + 1
    points = ((0.0, 0.0), *(((k + 1) / steps, value) for k, value in enumerate(row.ecdf)), (1.0, 0.0))
    return Line(said.quantity(row.quantity), points, kind)


def _step(highest: float) -> float:
    """A round step that gives an axis of +-highest four to eight ticks."""
    power = 10.0 ** math.floor(math.log10(highest))
    return next(power * factor for factor in (0.25, 0.5, 1.0) if highest / (power * factor) <= 4.0 or factor == 1.0)


def legend(entries: Iterable[tuple[str, str, str]]) -> Markup:
    """Names of lines or marks: (class, name, id)."""
    items = []
    for kind, name, id in entries:
        sample = element("svg", element("line", class_=f"line {kind}", x1=0, x2=28, y1=7, y2=7), width=28, height=14)
        items.append(element("li", sample, " ", name, " ", id_code(id)))
    return element("ul", *items, class_="legend")


def coverage(said: Said) -> Markup | None:
    """Coverage that has a mark to meet, as a difference from nominal."""
    rows = said.gated
    if not rows:
        return None
    axis = even_axis(-POINTS_SHOWN, POINTS_SHOWN, 3.0, "{:+g}")
    margin = 100.0 * gates.MARGIN
    allowed = {"assumed": (-margin, margin), "clean": (-margin, POINTS_SHOWN)}
    groups = [
        Group(said(f"case.{case}"), tuple(_covered(said, axis, row) for row in rows if row.case == case), zone)
        for case, zone in allowed.items()
    ]
    return rows_chart(said("section.coverage"), axis, groups, mark=0.0)


def _covered(said: Said, axis: Axis, row: Coverage) -> Row:
    wrong = not gates.covers(row)
    kind = "out" if wrong else "posterior"
    off, error = 100.0 * (row.coverage - row.level), 200.0 * row.mc_error
    marks = bar(axis, off - error, off + error, 3, kind) + dot(axis, off, kind)
    value = said("covered", coverage=percent(row.coverage), error=f"{row.mc_error * 100.0:.1f}", truths=row.truths)
    label = said("coverage_of", what=said(f"what.{row.what}"), level=nominal(row.level))
    return Row(label, "", marks, value, said.coverage(row), OUTSIDE[True] if wrong else "")


def sweep(said: Said) -> Markup | None:
    """Coverage as the discrepancy's size changes, one plot for each kind of quantity."""
    rows = [row for row in said.findings.coverage if row.case == "sweep"]
    if not rows:
        return None
    by_assumed = len({row.assumed for row in rows}) >= len({row.injected for row in rows})
    size: Callable[[Coverage], float] = (lambda row: row.assumed) if by_assumed else (lambda row: row.injected)
    other: Callable[[Coverage], float] = (lambda row: row.injected) if by_assumed else (lambda row: row.assumed)
    sizes = sorted({size(row) for row in rows})
    low, high = sizes[0], max(sizes[-1], sizes[0] + 1e-6)
    margin = 0.05 * (high - low)
    x = Axis(low - margin, high + margin, tuple((value, f"{value:g}") for value in sizes))
    y = even_axis(0.0, 1.0, 0.25, "{:.0%}")
    levels, others = sorted({row.level for row in rows}), sorted({other(row) for row in rows})
    kinds = {(level, one): COLOURS[k % len(COLOURS)] for k, (level, one) in enumerate((a, b) for b in others for a in levels)}
    plots = []
    for what in dict.fromkeys(row.what for row in rows):
        lines = []
        for (level, one), kind in kinds.items():
            chosen = sorted((row for row in rows if (row.what, row.level, other(row)) == (what, level, one)), key=size)
            points = tuple((size(row), row.coverage) for row in chosen)
            lines.append(Line(nominal(level), points, kind, tuple(2.0 * row.mc_error for row in chosen)))
        zones = [(level - gates.MARGIN, min(1.0, level + gates.MARGIN)) for level in levels]
        name = said(f"what.{what}")
        plots.append(element("figure", element("figcaption", name), lines_plot(name, x, y, lines, zones=zones)))
    fixed = "sweep_injected" if by_assumed else "sweep_assumed"
    names = [
        (kind, said("interval", level=nominal(level)) + (said(fixed, size=f"{one:g}") if len(others) > 1 else ""), "")
        for (level, one), kind in kinds.items()
    ]
    return element("div", *plots, class_="facets") + legend(names)


def sweep_over(said: Said) -> str:
    """Name of the quantity along the axis of the sweep."""
    rows = [row for row in said.findings.coverage if row.case == "sweep"]
    by_assumed = len({row.assumed for row in rows}) >= len({row.injected for row in rows})
    return said("sweep_over_assumed" if by_assumed else "sweep_over_injected")


def structures(said: Said) -> Markup | None:
    """Coverage of forecasts where another structure made the truth, as a difference from nominal."""
    rows = said.findings.structures
    if not rows:
        return None
    lowest = 100.0 * min(row.coverage - row.level - 2.0 * row.mc_error for row in rows)
    axis = even_axis(min(-POINTS_SHOWN, lowest), POINTS_SHOWN, 5.0, "{:+g}")
    groups: dict[str, list[Row]] = {}
    for row in rows:
        off, error = 100.0 * (row.coverage - row.level), 200.0 * row.mc_error
        marks = bar(axis, off - error, off + error, 3, "posterior") + dot(axis, off, "posterior")
        value = said(
            "covered_worst", coverage=percent(row.coverage), indicator=said.indicator(row.worst), worst=percent(row.worst_coverage)
        )
        name = said("interval", level=nominal(row.level))
        groups.setdefault(said.structure(row.structure), []).append(Row(name, "", marks, value, name))
    return rows_chart(said("section.structures"), axis, [Group(name, tuple(one)) for name, one in groups.items()], mark=0.0)


# --- facts predicted without them


def left_out(said: Said) -> Markup | None:
    """Each fact as predicted by a fit that did not see it."""
    return _predicted(said, "left_out", said.findings.left_out)


def backcast(said: Said) -> Markup | None:
    """Each fact after the cut as forecast by a fit to what came before it."""
    return _predicted(said, "backcast", said.findings.backcast)


def _predicted(said: Said, section: str, found: Sequence[LeftOut] | Sequence[Backcast]) -> Markup | None:
    rows = [row for row in found if row.record > 0.0]
    if not rows:
        return None
    axis = ratio_axis((value / row.record for row in rows for value in (row.p05, row.p95)), said("record"))
    drawn = []
    for row in rows:
        kind = "posterior" if row.inside90 else "out"
        marks = bar(axis, row.p05 / row.record, row.p95 / row.record, 5, kind) + dot(axis, row.median / row.record, kind)
        value = said(
            "predicted_value", record=said.amount(row.record, row.unit), band=said.band(row.p05, row.p95, row.unit), z=f"{row.z:+.1f}"
        )
        drawn.append(
            Row(
                said.fact(row.fact),
                row.fact,
                marks,
                value,
                f"{said.fact(row.fact)}: {number(row.median)}",
                "" if row.inside90 else OUTSIDE[False],
            )
        )
    return rows_chart(said(f"section.{section}"), axis, [Group("", tuple(drawn))], mark=1.0)


def tension(said: Said) -> Markup | None:
    """How far a fact lies off alone, and with the other fact in the fit."""
    rows = said.findings.tension
    if not rows:
        return None
    far = max(3.0, *(abs(value) for row in rows for value in (row.a_alone, row.a_with))) * 1.05
    axis = even_axis(-far, far, 1.0 if far < 7.0 else 5.0, "{:+g}")
    drawn = []
    for k, row in enumerate(rows):
        marks = Markup("").join(
            (between(axis, row.a_alone, row.a_with), dot(axis, row.a_alone, "hollow"), dot(axis, row.a_with, "posterior"))
        )
        name = said("against", a=said.fact(row.a), b=said.fact(row.b))
        drawn.append(Row(name, "", marks, f"{row.a_alone:+.1f} → {row.a_with:+.1f}", said.tension(k)))
    return rows_chart(said("section.tension"), axis, [Group("", tuple(drawn), (-2.0, 2.0))], mark=0.0)


# --- forecasts and methods


def sensitivity(said: Said) -> Markup | None:
    """The last forecast of each indicator under other sizes of the discrepancy, as a ratio to the usual median."""
    found = said.forecasts()
    last = {indicator: max(year for other, year in found if other == indicator) for indicator, _ in found}
    shown = {key: rows for key, rows in found.items() if key[1] == last[key[0]] and said.usual(rows).median > 0.0}
    if not shown:
        return None
    ends = [value / said.usual(rows).median for rows in shown.values() for row in rows for value in (row.p05, row.p95)]
    axis = ratio_axis(ends, said("usual_median"))
    groups = []
    for (indicator, year), rows in shown.items():
        usual = said.usual(rows)
        drawn = []
        for row in rows:
            low, middle, high = (value / usual.median for value in (row.p05, row.median, row.p95))
            kind = "posterior" if row is usual else "other"
            marks = bar(axis, low, high, 5, kind) + dot(axis, middle, kind)
            name = said("size_usual" if row is usual else "size", size=f"{row.size:g}")
            drawn.append(Row(name, "", marks, f"{said.of(indicator, row.median)} ({said.band(row.p05, row.p95)})", name))
        groups.append(Group(f"{said.indicator(indicator)} {year}", tuple(drawn)))
    return rows_chart(said("section.sensitivity"), axis, groups, mark=1.0)


def agreement(said: Said) -> Markup | None:
    """Means and standard deviations by two methods, in standard deviations of the first."""
    rows = [row for row in said.findings.agreement if row.sd > 0.0]
    if not rows:
        return None
    axis = even_axis(-3.0, 3.0, 1.0, "{:+g}")
    drawn = []
    for row in rows:
        mean, sd = (row.other_mean - row.mean) / row.sd, row.other_sd / row.sd
        marks = Markup("").join(
            (bar(axis, -1.0, 1.0, 14, "prior"), bar(axis, mean - sd, mean + sd, 4, "posterior"), dot(axis, mean, "posterior"))
        )
        value = f"{number(row.mean)} ±{number(row.sd)} / {number(row.other_mean)} ±{number(row.other_sd)}"
        drawn.append(Row(said.parameter(row.parameter), row.parameter, marks, value, said.parameter(row.parameter)))
    return rows_chart(said("section.agreement"), axis, [Group("", tuple(drawn))], mark=0.0)
