"""`yidu explain` in a terminal: the flow account, what each lever contributes, where uncertainty comes from, and the sentence."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape

from yidu.calibration.gates import SILENT
from yidu.sim.levers import LEVERS
from yidu.viz.presenters.concluding import points
from yidu.viz.presenters.explain import bar_title, clear_levers, grounds, mine, plus_minus, told
from yidu.viz.terminal import NARROW, asked, say, show, table
from yidu.viz.terminal.concluding import conclude
from yidu.viz.words import Words
from yidu.viz.words.format import band, chance, counted, number, percent
from yidu.viz.words.titles import heading

if TYPE_CHECKING:
    from yidu.experiments.explain.answer import DecidingRow, ExplainAnswer, ExplainedTarget, LeverRow, LeverSet
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region

MOST_PARAMETERS = 10
"""Parameters that the table shows; the JSON has all."""

PICTURE = 28
"""Cells of the picture of a waterfall."""

Cells = Sequence[str]


def show_explained(out: Console, words: Words, region: Region, scenario: Scenario, reference: Scenario, answer: ExplainAnswer) -> None:
    """The answer of `yidu explain`."""
    head: Any = answer
    against = words("explain.against", reference=words.titled(reference), mixes=answer.mixes)
    asked(out, words, region, scenario, head, words("explain.title", region=words.titled(region)), against)
    target = told(answer)
    say(out, _about(words, answer, target))
    if answer.chosen:
        say(out, words("explain.chosen"), style="dim")
    out.print()
    _account(out, words, region, answer, target)
    if answer.levers and target.runs:
        _groups(out, words, scenario, reference, answer, target)
        _levers(out, words, answer, target)
    _sources(out, words, answer, target)
    if answer.chosen:
        _overview(out, words, answer)
    _reported(out, words, answer)
    conclude(out, words, answer.conclusion, grounds(words, answer.rests), answer.warnings)


def _about(words: Words, answer: ExplainAnswer, target: ExplainedTarget) -> str:
    return words(
        "explain.about" if answer.levers else "explain.about_same",
        indicator=words.indicator(target.indicator), year=target.year, sense=words(f"sense.{target.sense}"),
        target=number(target.target), unit=words.unit(target.unit), chance=chance(target.probability, target.mc_error),
        verdict=words.verdict(target.verdict), before=chance(target.reference_probability, target.reference_mc_error),
        change=points(target.probability_change, target.probability_change_error),
    )  # fmt: skip


def _table(out: Console, words: Words, title: str, heads: Sequence[tuple[str, str]], rows: Sequence[Cells], narrow: Sequence[int]) -> None:
    """A table; of a narrow one, the columns that matter most."""
    keep = narrow if out.width < NARROW else range(len(heads))
    columns = [(words(f"explain.column.{heads[k][0]}"), heads[k][1]) for k in keep]
    show(out, table(title, columns, [[row[k] for k in keep] for row in rows]))


def _reported(out: Console, words: Words, answer: ExplainAnswer) -> None:
    """Indicators without a target that follow from the same agents."""
    rows = [
        [
            escape(words("phrase.with_unit", title=words.indicator(row.indicator), unit=words.unit(row.unit))),
            "-" if row.base is None else f"{number(row.base)} ({row.base_year})", number(row.median), band(row.p05, row.p95, words),
        ]
        for row in answer.reported
    ]  # fmt: skip
    if rows:
        heads = [("indicator", "fold"), ("base", "right"), ("median", "right"), ("band", "right")]
        _table(out, words, words("explain.reported", year=answer.year), heads, rows, (0, 1, 2, 3))
        out.print()


# --- flow account


def _account(out: Console, words: Words, region: Region, answer: ExplainAnswer, target: ExplainedTarget) -> None:
    since, rows = region.settings.years.record_end, mine(answer.account, target)
    title = words.indicator(target.indicator)
    if target.account == "none":
        say(out, words("explain.account_none", indicator=title))
        out.print()
    elif not rows:
        say(out, words("explain.no_record", indicator=title))
        out.print()
    else:
        cells = [
            [
                escape(bar_title(words, row, since)),
                number(row.mean) if row.part in ("start", "end") else plus_minus(row.mean, row.mc_error),
                counted(row.median, row.unit) if target.account == "doors" else number(row.median),
                band(row.p05, row.p95, words),
                picture,
            ]
            for row, picture in zip(rows, pictures([(row.part in ("start", "end"), row.mean) for row in rows]))
        ]
        heads = [("bar", "left"), ("mean", "right"), ("median", "right"), ("band", "right"), ("picture", "left")]
        name = words("explain.account", indicator=title, since=since, year=target.year, unit=words.unit(target.unit))
        _table(out, words, name, heads, cells, [0, 1, 2, 3])
        say(out, words("explain.account_legend"), style="dim")
        if target.account == "ratio":
            say(out, words("explain.account_ratio"), style="dim")
        out.print()
    _beside(out, words, answer, target, since)


def _beside(out: Console, words: Words, answer: ExplainAnswer, target: ExplainedTarget, since: int) -> None:
    rows = [
        [escape(words.door(row.door)), number(row.mean), counted(row.median, "个"), band(row.p05, row.p95, words)]
        for row in mine(answer.beside, target)
    ]
    if rows:
        heads = [("door", "left"), ("mean", "right"), ("median", "right"), ("band", "right")]
        _table(out, words, words("explain.beside", first=since + 1, last=target.year), heads, rows, range(4))


def pictures(bars: Sequence[tuple[bool, float]]) -> list[str]:
    """A waterfall in characters: `#` a level, `+` what came, `-` what went, each where it stands between the levels before and after.

    Args:
        bars: (a level, or a change of it), amount.
    """
    spans, at = [], 0.0
    for level, amount in bars:
        spans.append((0.0, amount) if level else (at, at + amount))
        at = spans[-1][1]
    low, high = min(0.0, *(min(span) for span in spans)), max(max(span) for span in spans)
    cell = (high - low) / PICTURE if high > low else 1.0
    drawn = []
    for (level, amount), (begin, end) in zip(bars, spans):
        first, last = (math.floor((one - low) / cell + 0.5) for one in sorted((begin, end)))
        mark = "#" if level else "+" if amount >= 0.0 else "-"
        drawn.append((" " * first + mark * max(1 if amount else 0, last - first)).rstrip())
    return drawn


# --- contributions


def _groups(out: Console, words: Words, scenario: Scenario, reference: Scenario, answer: ExplainAnswer, target: ExplainedTarget) -> None:
    """Shapley values of the groups, with their sum."""
    money = {row.group: row for row in answer.group_money}
    rows = []
    for row in mine(answer.groups, target):
        paid = money[row.group]
        if paid.levers:
            cells = [plus_minus(row.level, row.level_error), points(row.probability, row.probability_error)]
            cells = cells if row.beyond_chance else [f"[dim]{cell}[/dim]" for cell in cells]
            count = words("explain.group_count", count=len(paid.levers))
            rows.append([heading(words, row.group), count, *cells, plus_minus(paid.money, paid.money_error)])
    rows.append(
        [
            f"[bold]{words('explain.total')}[/bold]",
            words("explain.group_count", count=len(answer.levers)),
            plus_minus(target.level_change or 0.0, target.level_change_error or 0.0),
            points(target.probability_change, target.probability_change_error),
            plus_minus(answer.money_change, answer.money_change_error),
        ]
    )
    heads = [("group", "left"), ("differing", "right"), ("level", "right"), ("probability", "right"), ("money", "right")]
    title = words("explain.groups", scenario=words.titled(scenario), reference=words.titled(reference))
    _table(out, words, title, heads, rows, range(5))
    say(out, words("explain.groups_legend"), style="dim")
    out.print()


def _levers(out: Console, words: Words, answer: ExplainAnswer, target: ExplainedTarget) -> None:
    """Levers with an effect beyond chance, the largest first; the others by name."""
    rows, known = mine(answer.lever_effects, target), {one.lever: one for one in answer.levers}
    clear = clear_levers(answer, target)
    if clear:
        heads = [("lever", "fold"), ("set", "left"), ("decided_by", "left"), ("out_level", "right"), ("out_probability", "right")]
        heads += [("in_level", "right"), ("in_probability", "right"), ("grade", "left"), ("record", "right")]
        _table(out, words, words("explain.levers"), heads, [_lever(words, row, known[row.lever]) for row in clear], [0, 2, 3, 4, 8])
        say(out, words("explain.levers_legend"), style="dim")
    else:
        say(out, words("explain.levers_none"))
    rest = [words.titled(LEVERS[row.lever]) for row in rows if row not in clear]
    if clear and rest:
        say(out, words("explain.levers_rest", count=len(rest), levers=words("phrase.comma").join(rest)), style="dim")
    out.print()


def _lever(words: Words, row: LeverRow, known: LeverSet) -> list[str]:
    bar = LEVERS[row.lever]
    return [
        escape(words.titled(bar)),
        f"{ends_of(known.reference)} → {ends_of(known.scenario)}",
        words.text(bar.decided),
        plus_minus(row.out_level, row.out_level_error),
        points(row.out_probability, row.out_probability_error),
        plus_minus(row.in_level, row.in_level_error),
        points(row.in_probability, row.in_probability_error),
        known.known.grade,
        record(words, known.known.contraction, known.known.silent),
    ]


def ends_of(path: dict[int, float]) -> str:
    """A path in a few cells: its value, or its first and last where it moves."""
    first, last = list(path.values())[0], list(path.values())[-1]
    return number(first) if len(set(path.values())) == 1 else f"{number(first)}~{number(last)}"


def record(words: Words, contraction: float | None, silent: bool) -> str:
    """What the record knows of an effect: how far it narrowed it, or that it says nothing."""
    return words("explain.silent") if silent or contraction is None else percent(contraction)


# --- uncertainty


def _sources(out: Console, words: Words, answer: ExplainAnswer, target: ExplainedTarget) -> None:
    sources = mine(answer.sources, target)
    if not sources:
        return
    grades = {row.name: row.grade for row in mine(answer.deciding, target) if row.kind == "source"}
    rows = [
        [
            words(f"explain.source.{row.source}"),
            _percent(row.first, row.first_error),
            _percent(row.total, row.total_error),
            plus_minus(row.size, row.size_error).lstrip("+"),
            grades.get(row.source) or row.grade or "-",
        ]
        for row in sorted(sources, key=lambda row: -row.total)
    ]
    heads = [("source", "left"), ("first", "right"), ("total", "right"), ("size", "right"), ("grade", "left")]
    title = words("explain.sources", indicator=words.indicator(target.indicator), year=target.year)
    _table(out, words, title, heads, rows, range(5))
    say(out, words("explain.sources_legend", runs=sources[0].runs), style="dim")
    out.print()
    _parameters(out, words, answer)


def _percent(share: float, error: float) -> str:
    """A share of variance with its error, in percent; an estimate below zero stands as it is."""
    return f"{share * 100.0:.0f} ±{math.ceil(error * 100.0)}"


def _parameters(out: Console, words: Words, answer: ExplainAnswer) -> None:
    beyond = [row for row in answer.parameters if row.beyond_chance][:MOST_PARAMETERS]
    if not beyond:
        say(out, words("explain.parameters_none"))
        out.print()
        return

    rows = [
        [
            escape(words.parameter(row.parameter)),
            _percent(row.first, row.first_error),
            "-" if row.delta is None or row.delta_error is None else f"{row.delta:.2f} ±{row.delta_error:.2f}",
            row.grade,
            record(words, row.contraction, row.contraction is not None and row.contraction < SILENT),
        ]
        for row in beyond
    ]
    heads = [("parameter", "fold"), ("first", "right"), ("delta", "right"), ("grade", "left"), ("record", "right")]
    _table(out, words, words("explain.parameters", most=MOST_PARAMETERS), heads, rows, range(5))
    say(out, words("explain.parameters_legend", idle=number(beyond[0].idle_delta)), style="dim")
    out.print()


# --- all targets


def _overview(out: Console, words: Words, answer: ExplainAnswer) -> None:
    rows = []
    for target in answer.targets:
        decisive = mine(answer.deciding, target)
        rows.append(
            [
                escape(words.indicator(target.indicator)),
                chance(target.reference_probability, target.reference_mc_error),
                chance(target.probability, target.mc_error),
                points(target.probability_change, target.probability_change_error),
                _largest(decisive, "levers", lambda row: f"{heading(words, row.name)} {plus_minus(row.level or 0.0, row.size_error)}"),
                _largest(decisive, "source", lambda row: f"{words(f'explain.source.{row.name}')} {(row.share or 0.0) * 100.0:.0f}%"),
            ]
        )
    heads = [("indicator", "fold"), ("before", "right"), ("after", "right"), ("change", "right")]
    heads += [("largest_group", "left"), ("largest_source", "left")]
    _table(out, words, words("explain.overview"), heads, rows, [0, 2, 3, 4])
    say(out, words("explain.overview_legend"), style="dim")
    out.print()


def _largest(rows: Iterable[DecidingRow], kind: str, write: Callable[[DecidingRow], str]) -> str:
    return next((write(row) for row in rows if row.kind == kind), "-")
