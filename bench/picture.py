"""The picture of `yidu bench`: ratios as bars, growth as curves, and every figure over what it was to reach."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from yidu.viz.figures.palette import BLUE, GREY, INK, SERIES, VERMILION
from yidu.viz.words import Words
from yidu.viz.words.format import number

if TYPE_CHECKING:
    from yidu.experiments.benchmark.answer import BenchAnswer, BenchFigure

ENDINGS = (".svg", ".png")
CHINESE = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "SimHei", "WenQuanYi Zen Hei")
"""Fonts with Chinese that a system may have."""

BARS = {
    "floor": "ratio_to_floor", "numpy": "ratio_numpy_to_compiled", "stages": "ratio_to_mesa_stages",
    "attributes": "ratio_to_mesa_attributes", "columns": "ratio_to_mesa_columns", "starsim": "ratio_starsim_step_to_quarter",
}  # fmt: skip
"""Bars of ratios by name; the floor's stands below one, as it is over the floor that the quarter is measured."""

GROWING = ("enterprises", "quarters", "runs")


def font() -> str | None:
    """A font of this machine that writes Chinese."""
    from matplotlib import font_manager

    known = {one.name for one in font_manager.fontManager.ttflist}
    return next((name for name in CHINESE if name in known), None)


def picture(answer: BenchAnswer, language: str, ending: str) -> bytes:
    """The picture as a file's content; in English where no font of this machine writes Chinese."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    chinese = font()
    words = Words("zh") if language == "zh" and chinese else Words("en")
    settings: Any = {
        "font.family": [*([chinese] if chinese else []), "DejaVu Sans"], "font.size": 10, "svg.fonttype": "none", "svg.hashsalt": "yidu",
        "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": GREY, "text.color": INK, "axes.unicode_minus": False,
    }  # fmt: skip
    with matplotlib.rc_context(settings):
        drawing = Figure(figsize=(14, 9), layout="constrained")
        FigureCanvasAgg(drawing)
        places = drawing.subplot_mosaic([["ratios", "growth"], ["reach", "growth"]], width_ratios=[1.15, 1.0])
        ratios(places["ratios"], words, answer)
        reached(places["reach"], words, answer)
        curves(places["growth"], words, answer)
        out = io.BytesIO()
        drawing.savefig(out, format=ending[1:], dpi=110, metadata={"Date": None} if ending == ".svg" else None)
    drawn = out.getvalue()
    if ending == ".svg" and chinese:  # where it is looked at there may be another of these fonts
        drawn = drawn.replace(f"'{chinese}'".encode(), ", ".join(f"'{name}'" for name in (chinese, *CHINESE)).encode())
    return drawn


def ratios(axes: Any, words: Words, answer: BenchAnswer) -> None:
    """Bars of ratios to the compiled quarter, in logs, with the range over repeats."""
    known = {figure.id: figure for figure in answer.figures}
    rows: list[tuple[str, float, float, float]] = []
    for name, id in BARS.items():
        if id in known:
            value, low, high = (known[id].value, known[id].low or known[id].value, known[id].high or known[id].value)
            turned = name == "floor"
            rows.append((name, *((1 / value, 1 / high, 1 / low) if turned else (value, low, high))))
    rows.append(("own", 1.0, 1.0, 1.0))
    rows.sort(key=lambda row: row[1])
    places = range(len(rows))
    axes.barh(places, [row[1] for row in rows], color=[BLUE if row[0] == "own" else GREY for row in rows], height=0.62, left=0)
    axes.hlines(places, [row[2] for row in rows], [row[3] for row in rows], color=INK, linewidth=2)
    for place, row in zip(places, rows, strict=True):
        axes.annotate(f"{number(row[1])} ×", (row[3], place), xytext=(6, 0), textcoords="offset points", va="center")
    axes.set_yticks(places, [words(f"bench.picture.{row[0]}") for row in rows])
    axes.set_xscale("log")
    axes.set_xlim(min(row[2] for row in rows) / 3, max(row[3] for row in rows) * 6)
    axes.axvline(1.0, color=INK, linewidth=1)
    axes.set_title(words("bench.picture.ratios"), loc="left", fontweight="bold", fontsize=10)


def over(figure: BenchFigure) -> float:
    """A figure over its reach, turned so that up to one is kept."""
    assert figure.reach is not None
    return figure.value / figure.reach if figure.sense == "<=" else figure.reach / figure.value


def reached(axes: Any, words: Words, answer: BenchAnswer) -> None:
    """Every figure over what it was to reach."""
    rows = sorted((figure for figure in answer.figures if figure.reach), key=over, reverse=True)
    values = [max(over(figure), 0.01) for figure in rows]
    places = range(len(rows))
    axes.barh(places, values, color=[BLUE if figure.kept else VERMILION for figure in rows], height=0.62)
    for place, figure in zip(places, rows, strict=True):
        sign = "" if figure.kept else f"  {words('bench.not_kept')}"
        unit = words(f"bench.unit.{figure.unit}")
        axes.annotate(
            f"{number(figure.value)} {unit}".strip() + sign, (values[place], place), xytext=(6, 0), textcoords="offset points",
            va="center",
        )  # fmt: skip
    axes.set_yticks(places, [words(f"bench.short.{figure.id}") for figure in rows])
    axes.set_xscale("log")
    if rows:
        axes.set_xlim(0.005, max(3.0, max(values)) * 8)
    axes.axvline(1.0, color=INK, linewidth=1)
    axes.set_title(words("bench.picture.reach"), loc="left", fontweight="bold", fontsize=10)


def curves(axes: Any, words: Words, answer: BenchAnswer) -> None:
    """What one more costs as there are more of them, over what it costs when they are fewest: level where time grows in proportion."""
    for colour, curve in zip(SERIES, (curve for curve in answer.curves if curve.id in GROWING), strict=False):
        said = "" if curve.exponent is None else words("bench.picture.exponent", value=number(curve.exponent))
        each = [seconds / x for x, seconds in zip(curve.x, curve.seconds, strict=True)]
        along = [x / curve.x[0] for x in curve.x]
        name = words("bench.picture.from", what=words(f"bench.picture.{curve.id}"), size=number(curve.x[0]), exponent=said)
        axes.plot(along, [one / each[0] for one in each], "o-", color=colour, label=name)
        near = {"xytext": (0, 7), "textcoords": "offset points", "ha": "center", "fontsize": 8, "color": colour}
        for x, size, one in list(zip(along, curve.x, each, strict=True))[1:]:
            axes.annotate(number(size), (x, one / each[0]), **near)
    axes.set_xscale("log")
    axes.axhline(1.0, color=INK, linewidth=1)
    axes.set_ylim(0.0, max(2.0, 1.35 * axes.get_ylim()[1]))
    axes.set_xlabel(words("bench.picture.times_the_least"))
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False, loc="upper left")
    axes.grid(True, color="#E5E9EC", linewidth=0.8)
    axes.set_title(words("bench.picture.growth"), loc="left", fontweight="bold", fontsize=10)
