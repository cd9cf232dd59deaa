"""The picture of `yidu bench`: ratios as bars, growth as curves, and every figure over what it was to reach."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from viz.palette import BLUE, GREY, INK, SERIES, VERMILION
from viz.terminal import number
from viz.words import Words

if TYPE_CHECKING:
    from experiments.bench_answers import BenchAnswer, BenchFigure

ENDINGS = (".svg", ".png")
CHINESE = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "SimHei", "WenQuanYi Zen Hei")
"""Fonts with Chinese that a system may have."""

BARS = {
    "floor": "ratio_to_floor", "numpy": "ratio_numpy_to_compiled", "stages": "ratio_to_mesa_stages",
    "attributes": "ratio_to_mesa_attributes", "columns": "ratio_to_mesa_columns", "starsim": "ratio_starsim_step_to_quarter",
}  # fmt: skip
"""Bars of ratios by name; the floor's stands below one, as it is over the floor that the quarter is measured."""


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
    words = Words("zh") if language == "zh" and (chinese or ending == ".svg") else Words("en")
    families = [*([chinese] if chinese else []), "DejaVu Sans", *(CHINESE if ending == ".svg" else ())]
    settings: Any = {
        "font.family": families, "font.size": 10, "svg.fonttype": "none", "svg.hashsalt": "yidu", "axes.spines.top": False,
        "axes.spines.right": False, "axes.edgecolor": GREY, "text.color": INK, "axes.labelcolor": INK, "axes.unicode_minus": False,
    }  # fmt: skip
    with matplotlib.rc_context(settings):
        drawing = Figure(figsize=(14, 9), layout="constrained")
        FigureCanvasAgg(drawing)
        left, right = drawing.subplots(1, 2, width_ratios=[1.15, 1.0])
        left.remove()
        left = drawing.add_subplot(2, 2, 1)
        reach = drawing.add_subplot(2, 2, 3)
        ratios(left, words, answer)
        reached(reach, words, answer)
        curves(right, words, answer)
        out = io.BytesIO()
        drawing.savefig(out, format=ending[1:], dpi=110, metadata={"Date": None} if ending == ".svg" else None)
    return out.getvalue()


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
    """Core seconds on size, both in logs, with a line in proportion through the first point of each."""
    named = ("enterprises", "quarters", "runs")
    for colour, curve in zip(SERIES, (curve for curve in answer.curves if curve.id in named), strict=False):
        exponent = "" if curve.exponent is None else f", {words('bench.picture.exponent', value=number(curve.exponent))}"
        axes.plot(curve.x, curve.seconds, "o-", color=colour, label=words(f"bench.picture.{curve.id}") + exponent)
        axes.plot(curve.x, [curve.seconds[0] * x / curve.x[0] for x in curve.x], "--", color=colour, linewidth=1, alpha=0.6)
    axes.set_xscale("log")
    axes.set_yscale("log")
    if axes.lines:
        axes.legend(frameon=False, loc="upper left")
    axes.grid(True, color="#E5E9EC", linewidth=0.8)
    axes.set_title(words("bench.picture.growth"), loc="left", fontweight="bold", fontsize=10)
