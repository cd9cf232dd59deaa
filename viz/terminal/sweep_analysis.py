"""The analysis of a sweep in a terminal: indices beside chance, the box of failing futures, the tree, and one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from yidu.experiments.ensembles.sensitivity import IDLE
from yidu.experiments.sweep.discovery import RESAMPLED
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
from yidu.viz.terminal import say, show, table
from yidu.viz.terminal.concluding import conclude
from yidu.viz.words import Words
from yidu.viz.words.format import percent
from yidu.viz.words.limits import kinds_of

if TYPE_CHECKING:
    from yidu.experiments.sweep.answer import AnalysedInput, BoxShares, IndexAnswer, SweepAnalysisAnswer

MOST_LISTED = 20
"""Inputs that a table lists; the JSON has all."""

MOST_PAIRS = 10

COLUMNS = {
    "sobol": ("total", "interval", "first", "first_interval", "chance"),
    "morris": ("mu_star", "interval", "mu", "sigma", "chance"),
    "pawn": ("pawn", "interval", "pawn_max", "chance"),
    "delta": ("delta", "interval", "share", "share_interval", "chance"),
    "features": ("score", "interval", "chance"),
}


def show_analysis(out: Console, words: Words, answer: SweepAnalysisAnswer, titles: Titles) -> None:
    """The answer of `yidu sweep analyse`."""
    method = words(f"sweep_analyse.method.{answer.method}")
    out.print(f"[bold]{escape(words('sweep_analyse.title', folder=answer.folder, method=method))}[/bold]")
    _head(out, words, answer)
    for line in kinds_of(words, answer.warnings):
        say(out, line, style="bold")
    out.print()
    if answer.indices:
        _indices(out, words, answer, titles)
    if answer.box is not None:
        _box(out, words, answer, titles)
    if answer.tree is not None:
        _tree(out, words, answer, titles)
    conclude(out, words, answer.conclusion, words("sweep_analyse.rests"), answer.warnings)


def _head(out: Console, words: Words, answer: SweepAnalysisAnswer) -> None:
    """What was asked, and what the answer rests on."""
    if answer.judged:
        say(out, words("sweep_analyse.asked_target", targets=goal_text(words, answer), year=answer.year))
    else:
        name, unit = words.indicator(answer.indicator), words.unit(answer.unit)
        say(out, words("sweep_analyse.asked", indicator=name, year=answer.year, unit=unit))
    say(
        out,
        words(
            f"sweep_analyse.basis_{answer.rows_are}", rows=f"{answer.rows:,}", dropped=f"{answer.rows_dropped:,}",
            points=f"{answer.points:,}", per_point=f"{answer.per_point:,}", kind=words(f"sweep.kind.{answer.kind}"),
        ),
    )  # fmt: skip
    if answer.luck_share is not None and not answer.judged:
        say(out, words("sweep_analyse.luck", share=percent(answer.luck_share)))


# --- indices


def _indices(out: Console, words: Words, answer: SweepAnalysisAnswer, titles: Titles) -> None:
    by_name = {one.input: one for one in answer.inputs}
    of: dict[tuple[str, str], IndexAnswer] = {(row.input, row.measure): row for row in answer.indices if row.other is None}
    rows = ranked(answer)
    listed = [row for k, row in enumerate(rows) if k < MOST_LISTED or row.beyond_chance]
    columns = _heads(words, ("input", "range", *COLUMNS[answer.method]))
    cells = [[escape(titles[row.input]), escape(range_text(words, by_name[row.input])), *_cells(words, answer, row, of)] for row in listed]
    show(out, table(words("sweep_analyse.table_indices"), columns, cells))
    if len(listed) < len(rows):
        say(out, words("sweep_analyse.more", count=len(rows) - len(listed)), style="dim")
    say(out, words(f"sweep_analyse.legend_{answer.method}", unit=words.unit(answer.unit), idle=IDLE), style="dim")
    out.print()
    pairs = [row for row in answer.indices if row.measure == "second"][:MOST_PAIRS]
    if pairs:
        columns = _heads(words, ("input", "second", "interval"))
        cells = [
            [escape(f"{titles[row.input]} × {titles[row.other or '']}"), _value(row, True), _interval(words, row, True)] for row in pairs
        ]
        show(out, table(words("sweep_analyse.table_pairs"), columns, cells))


def _heads(words: Words, names: Sequence[str]) -> list[tuple[str, str]]:
    """Heads of columns; the first one's text may fold, the rest are numbers."""
    keys = ["interval" if name.endswith("interval") else name for name in names]
    return [(words(f"sweep_analyse.column.{key}"), "fold" if k == 0 else "right") for k, key in enumerate(keys)]


def _cells(words: Words, answer: SweepAnalysisAnswer, row: IndexAnswer, of: Mapping[tuple[str, str], IndexAnswer]) -> list[str]:
    share = answer.method in IN_PERCENT
    cells = []
    for name in COLUMNS[answer.method]:
        if name == "chance":
            cells.append(plain(row.chance, share))
        elif name.endswith("interval"):
            measure = MAIN[answer.method] if name == "interval" else name.partition("_")[0]
            at = of.get((row.input, measure))
            cells.append("-" if at is None else _interval(words, at, share or measure == "share"))
        else:
            at = of.get((row.input, name))
            cells.append("-" if at is None else _value(at, share or name == "share"))
    return cells


def _value(row: IndexAnswer, share: bool) -> str:
    star = "*" if row.beyond_chance and row.measure in (*MAIN.values(), "second") else ""
    return plain(row.value, share) + star


def _interval(words: Words, row: IndexAnswer, share: bool) -> str:
    if row.low is None or row.high is None:
        return "-"
    return words("sweep_analyse.interval", low=plain(row.low, share), high=plain(row.high, share))


def range_text(words: Words, one: AnalysedInput) -> str:
    """The values an input took."""
    if one.values is not None:
        return words("phrase.comma").join(one.values[:4]) + ("…" if len(one.values) > 4 else "")
    low, high = f"{one.low:.4g}", f"{one.high:.4g}"
    return words("sweep_analyse.range", low=low, high=high, unit=words.unit(one.unit)).rstrip()


# --- the box


def _box(out: Console, words: Words, answer: SweepAnalysisAnswer, titles: Titles) -> None:
    box = answer.box
    assert box is not None
    ranges = {one.input: range_text(words, one) for one in answer.inputs}
    if box.limits:
        rows = [
            [
                escape(titles[one.input]), escape(limit_text(words, one)), escape(ranges[one.input]), _chance(one.p),
                _chance(one.p_held_out), f"{one.reproduced_coverage:.0%} / {one.reproduced_density:.0%}",
            ]
            for one in box.limits
        ]  # fmt: skip
        columns = _heads(words, ("input", "limit", "range", "p", "p_held_out", "reproduced"))
        show(out, table(words("sweep_analyse.table_box"), columns, rows))
        rows = [
            _shares_row(words("sweep_analyse.fitted"), box.fitted, box.rows),
            _shares_row(words("sweep_analyse.held_out"), box.held_out, box.rows_held_out),
        ]
        columns = _heads(words, ("half", "density", "coverage", "mass", "count"))
        show(out, table(words("sweep_analyse.table_box_shares"), columns, rows))
        if answer.fails_above is None:
            say(out, words("sweep_analyse.legend_box_runs"), style="dim")
        else:
            say(out, words("sweep_analyse.legend_box", cut=percent(answer.fails_above)), style="dim")
        say(out, words("sweep_analyse.legend_box_p", times=RESAMPLED), style="dim")
        out.print()


def _shares_row(name: str, held: BoxShares | None, rows: int) -> list[str]:
    shares = ["-"] * 3 if held is None else [percent(held.density), percent(held.coverage), percent(held.mass)]
    return [name, *shares, f"{rows:,}"]


def _chance(p: float | None) -> str:
    return "-" if p is None else "<0.001" if p < 0.001 else f"{p:.3f}"


# --- the tree


def _tree(out: Console, words: Words, answer: SweepAnalysisAnswer, titles: Titles) -> None:
    tree = answer.tree
    assert tree is not None
    say(out, words("sweep_analyse.tree_title"), style="bold")
    depth = depths(tree.nodes)
    for node in tree.nodes:
        branch = "" if node.answer is None else words(f"sweep_analyse.tree_{node.answer}") + " "
        text = leaf_text(words, node) if node.input is None else question_text(words, node, titles)
        out.print("  " * depth[node.node] + branch + text, markup=False, soft_wrap=True)
    out.print()
    say(out, words("sweep_analyse.tree_accuracy", accuracy=percent(tree.accuracy), base=percent(tree.accuracy_base)), style="dim")
    if answer.fails_above is not None:
        say(out, words("sweep_analyse.legend_box", cut=percent(answer.fails_above)).split("。")[0].split(". ")[0], style="dim")
    out.print()
