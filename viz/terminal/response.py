"""`yidu response` in the terminal: levers in a line each, or a few point by point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from yidu.sim.levers import LEVERS
from yidu.viz.presenters.response import (
    MOST_INDICATORS,
    cost_said,
    effect_said,
    grounds,
    lever_row,
    lever_title,
    literature_said,
    per_gain,
    per_unit,
    signed,
    title_of,
    unit_said,
)
from yidu.viz.presenters.stress import within
from yidu.viz.terminal import NARROW, asked, say, show, table
from yidu.viz.terminal.concluding import conclude
from yidu.viz.words import Words
from yidu.viz.words.format import number

if TYPE_CHECKING:
    from yidu.experiments.response.answer import LeverResponse, NextUnit, ResponseAnswer
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region

IN_FULL = 3
"""Levers that are told point by point; of more there is one line each."""


def show_response(out: Console, words: Words, region: Region, scenario: Scenario, answer: ResponseAnswer) -> None:
    """The answer of `yidu response`: one lever or a few in full, more with a line each."""
    asked(out, words, region, scenario, answer, words("response.title", region=words.titled(region)))
    if len(answer.levers) > IN_FULL:
        _overview(out, words, answer)
        _measured(out, words, answer)
    else:
        for one in answer.levers:
            _points(out, words, answer, one)
            _strength(out, words, answer, one)
            _literature(out, words, one)
    conclude(out, words, answer.conclusion, grounds(words, answer.rests), answer.warnings)


def _heads(words: Words, *columns: tuple[str, str], **values: object) -> list[tuple[str, str]]:
    return [(words(f"response.column.{name}", **values), side) for name, side in columns]


def _overview(out: Console, words: Words, answer: ResponseAnswer) -> None:
    heads = [("lever", "fold"), ("way", "fold"), ("indicator", "fold"), ("shape", "left")]
    heads += [("top", "right"), ("cost", "right"), ("price", "right")]
    keep = [0, 2, 3, 4, 6] if out.width < NARROW else range(len(heads))
    rows = [[escape(cell) for cell in lever_row(words, one)] for one in answer.levers]
    grid = table(
        words("response.overview", year=answer.year, over=answer.over), [_heads(words, heads[k])[0] for k in keep],
        [[row[k] for k in keep] for row in rows],
    )  # fmt: skip
    show(out, grid)
    for key in ("response.legend", "response.legend_price"):
        say(out, words(key, over=answer.over), style="dim")
    out.print()


def _points(out: Console, words: Words, answer: ResponseAnswer, one: LeverResponse) -> None:
    """A row for each point and one for the scenario's own level, in the order of the range."""
    names = [row.indicator for row in one.points[-1].effects][:MOST_INDICATORS]
    rows: list[tuple[float, list[str]]] = []
    for point in one.points:
        effects = {row.indicator: effect_said(row) for row in point.effects}
        level = number(point.value) + (words("response.far") if point.extrapolation else "")
        rows.append((point.value, [level, cost_said(point), *(effects[name] for name in names), *_next(words, point.next)]))
    if all(point.value != one.present for point in one.points):
        own = [words("response.own", value=number(one.present)), "0", *("0" for _ in names), *_next(words, one.next)]
        rows.append((one.present, own))
    heads = _heads(words, ("level", "left"), ("cost", "right"))
    heads += [(words("phrase.with_unit", title=title_of(words, name), unit=unit_said(words, name)), "right") for name in names]
    heads += _heads(words, ("per_unit", "right"), ("price", "right"))
    title = words(
        "response.points", lever=lever_title(words, one), unit=words.text(LEVERS[one.lever].units), low=number(one.points[0].value),
        high=number(one.points[-1].value), present=number(one.present), year=answer.year, decided=words.text(LEVERS[one.lever].decided),
    )  # fmt: skip
    show(out, table(title, heads, [[escape(cell) for cell in row] for _, row in sorted(rows, key=lambda row: row[0])]))
    for key in ("response.legend", "response.legend_next"):
        say(out, words(key, over=answer.over), style="dim")
    out.print()


def _next(words: Words, step: NextUnit | None) -> tuple[str, str]:
    return per_unit(step), per_gain(words, step)


def _strength(out: Console, words: Words, answer: ResponseAnswer, one: LeverResponse) -> None:
    """How strongly every indicator responds."""
    rows = [
        [
            escape(words("phrase.with_unit", title=title_of(words, row.indicator), unit=unit_said(words, row.indicator))),
            signed(row.mean, row.error, row.beyond_chance),
            "-" if row.relative is None else f"{100.0 * row.relative:+.1f}%",
            "-" if row.first_tenth is None else f"{100.0 * row.first_tenth:.0f}%",
            "-" if row.elasticity is None else within(row.elasticity, row.elasticity_error or 0.0),
        ]
        for row in one.over_range
    ]
    heads = [("indicator", "fold"), ("over_range", "right"), ("relative", "right"), ("first_tenth", "right"), ("elasticity", "right")]
    if rows:
        show(out, table(words("response.strength", lever=words.titled(LEVERS[one.lever])), _heads(words, *heads), rows))
        say(out, words("response.legend_strength"), style="dim")
        out.print()


def _literature(out: Console, words: Words, one: LeverResponse) -> None:
    """What is known of the lever from elsewhere."""
    title = words.titled(LEVERS[one.lever])
    if not one.literature:
        say(out, words("response.literature_none", lever=title), style="dim")
        out.print()
        return
    rows = []
    for row in one.literature:
        meaning, value, measured = literature_said(words, row)
        rows.append([escape(cell) for cell in (meaning, value, measured, row.quality[:1], row.source)])
    heads = [("meaning", "fold"), ("literature", "left"), ("measured", "left"), ("quality", "left"), ("source", "fold")]
    show(out, table(words("response.literature", lever=title), _heads(words, *heads), rows))
    say(out, words("response.legend_literature"), style="dim")
    out.print()


def _measured(out: Console, words: Words, answer: ResponseAnswer) -> None:
    """Where the model measures what a study did, the two beside each other."""
    rows = []
    for one in answer.levers:
        for row in one.literature:
            if row.measured is not None:
                meaning, value, measured = literature_said(words, row)
                rows.append([escape(cell) for cell in (words.titled(LEVERS[one.lever]), meaning, value, measured, row.quality[:1])])
    heads = [("lever", "fold"), ("meaning", "fold"), ("literature", "left"), ("measured", "left"), ("quality", "left")]
    if rows:
        show(out, table(words("response.measured"), _heads(words, *heads), rows))
        say(out, words("response.legend_literature"), style="dim")
        out.print()
