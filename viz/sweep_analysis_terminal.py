"""The analysis of a sweep in a terminal: indices beside chance, the box of failing futures, the tree, and one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from experiments.discovery import RESAMPLED
from experiments.notice import KINDS
from experiments.sensitivity import IDLE
from viz.concluding import conclude
from viz.limits import kinds_of, tagged
from viz.terminal import number, percent, say, show, table
from viz.words import Words

if TYPE_CHECKING:
    from experiments.sweep_answers import (
        AnalysedInput,
        BoxLimit,
        BoxShares,
        IndexAnswer,
        SweepAnalysisAnswer,
        TreeNode,
    )
    from sim.region import Region

Titles = Mapping[str, str]

MOST_LISTED = 20
"""Inputs that a table lists; the JSON has all."""

FEWEST_FOR_EACH = 10
"""Rows for each input below which what is found of them is rough."""

LEAST_BLOCKS = {"morris": 10, "sobol": 64}
"""Blocks that a method asks for at least, whatever the number of inputs (trajectories; base points)."""

MOST_NAMED = 3
"""Inputs that the sentence names."""

MOST_PAIRS = 10

MAIN = {"sobol": "total", "morris": "mu_star", "pawn": "pawn", "delta": "delta", "features": "score"}
"""Measure by which a method ranks inputs."""

IN_PERCENT = ("sobol", "features")
"""Methods whose indices are shares of a whole."""

COLUMNS = {
    "sobol": ("total", "interval", "first", "first_interval", "chance"),
    "morris": ("mu_star", "interval", "mu", "sigma", "chance"),
    "pawn": ("pawn", "interval", "pawn_max", "chance"),
    "delta": ("delta", "interval", "share", "share_interval", "chance"),
    "features": ("score", "interval", "chance"),
}


def titles_of(words: Words, region: Region, inputs: Sequence[AnalysedInput]) -> dict[str, str]:
    """What inputs are called, by their name in the sweep."""
    return {one.input: _title(words, region, one) for one in inputs}


def _title(words: Words, region: Region, one: AnalysedInput) -> str:
    if one.kind == "category":
        return words.or_else(f"sweep_analyse.input.{one.id}", one.id)
    if one.kind == "environment":
        spec = region.environment.fields.get(one.id)
        return one.id if spec is None else words.titled(spec)
    title = words.indicator(one.id)
    return title if one.year is None else words("sweep_analyse.from_year", title=title, year=one.year)


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


def goal_text(words: Words, answer: SweepAnalysisAnswer) -> str:
    """The target asked about, one for each region where there are several."""
    key = "goal" if len(answer.targets) == 1 else "goal_region"
    return words("phrase.comma").join(
        words(
            f"sweep_analyse.{key}", indicator=words.indicator(answer.indicator), sense=words(f"sense.{goal.sense}"),
            value=number(goal.value), unit=words.unit(goal.unit), region=goal.region,
        )
        for goal in answer.targets
    )  # fmt: skip


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


def ranked(answer: SweepAnalysisAnswer) -> list[IndexAnswer]:
    """Indices of the measure that ranks inputs: those beyond chance first, then by size."""
    rows = [row for row in answer.indices if row.measure == MAIN[answer.method]]
    return sorted(rows, key=lambda row: (not row.beyond_chance, -row.value))


def _indices(out: Console, words: Words, answer: SweepAnalysisAnswer, titles: Titles) -> None:
    by_name = {one.input: one for one in answer.inputs}
    of: dict[tuple[str, str], IndexAnswer] = {(row.input, row.measure): row for row in answer.indices if row.other is None}
    rows = ranked(answer)
    listed = [row for k, row in enumerate(rows) if k < MOST_LISTED or row.beyond_chance]
    columns = _heads(words, ("input", "range", *COLUMNS[answer.method]))
    cells = [
        [escape(titles[row.input]), escape(range_text(words, by_name[row.input])), *_cells(words, answer, row, of)] for row in listed
    ]
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


def plain(value: float | None, share: bool) -> str:
    """An index as people read it: a share in percent, anything else with three digits."""
    if value is None:
        return "-"
    if share:
        return f"{round(value * 100.0, 1) + 0.0:.1f}%"
    return f"{value:.3g}" if abs(value) < 100.0 else number(value)


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


def limit_text(words: Words, limit: BoxLimit, title: str = "") -> str:
    """A restriction in words; with the title of the input and its unit where one is given."""
    if limit.values is not None:
        text, unit = words("phrase.comma").join(limit.values), ""
    else:
        low, high, unit = f"{limit.low or 0.0:.4g}", f"{limit.high or 0.0:.4g}", words.unit(limit.unit)
        key = "at_most" if limit.low is None else "at_least" if limit.high is None else "between"
        text = words(f"sweep_analyse.{key}", low=low, high=high)
    key = "limit_unit" if unit else "limit"
    return words(f"sweep_analyse.{key}", title=title, limit=text, unit=unit).strip()


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


def depths(nodes: Sequence[TreeNode]) -> dict[int, int]:
    """Questions above each node of a tree, by its number."""
    depth: dict[int, int] = {}
    for node in nodes:
        depth[node.node] = 0 if node.parent is None else depth[node.parent] + 1
    return depth


def question_text(words: Words, node: TreeNode, titles: Titles) -> str:
    """The question at a node of the tree."""
    title = titles[node.input or ""]
    if node.value is not None:
        return words("sweep_analyse.tree_is", title=title, value=node.value)
    key = "tree_at_most_unit" if node.unit else "tree_at_most"
    return words(f"sweep_analyse.{key}", title=title, threshold=f"{node.threshold:.4g}", unit=words.unit(node.unit or ""))


def leaf_text(words: Words, node: TreeNode) -> str:
    """What stands at the end of a path."""
    return words(
        "sweep_analyse.tree_leaf", fitted=percent(node.fitted), held_out=percent(node.held_out), rows=node.rows,
        rows_held_out=node.rows_held_out,
    )  # fmt: skip


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


# --- sentences


def conclusion(words: Words, answer: SweepAnalysisAnswer, titles: Titles) -> str:
    """The sentence that a planner can say aloud."""
    indicator = words.indicator(answer.indicator)
    if answer.box is not None:
        return _box_sentence(words, answer, titles, indicator)
    if answer.tree is not None:
        return _tree_sentence(words, answer, titles, indicator)
    rows = ranked(answer)
    beyond = [row for row in rows if row.beyond_chance]
    if not beyond:
        return words("sweep_analyse.decided_none", indicator=indicator, year=answer.year)
    key = "by_total" if answer.method == "sobol" else "by_mu_star" if answer.method == "morris" else "by_plain"
    named = [
        words(
            f"sweep_analyse.{key}", input=titles[row.input], unit=words.unit(answer.unit),
            value=f"{row.value:.3g}" if answer.method == "morris" else f"{min(1.0, row.value) * 100.0:.0f}%",
        )
        for row in beyond[:MOST_NAMED]
    ]  # fmt: skip
    others = len(rows) - len(beyond)
    text = words(
        "sweep_analyse.decided_also" if others else "sweep_analyse.decided", indicator=indicator, year=answer.year,
        inputs=words("phrase.comma").join(named), count=others,
    )  # fmt: skip
    return text + ("。" if words.language == "zh" else ".")


def _box_sentence(words: Words, answer: SweepAnalysisAnswer, titles: Titles, indicator: str) -> str:
    box = answer.box
    assert box is not None
    if not box.beyond_chance or box.held_out is None:
        return words("sweep_analyse.box_none", indicator=indicator, rows=words(f"sweep_analyse.rows_{answer.rows_are}"))
    limits = words("sweep_analyse.join").join(limit_text(words, one, titles[one.input]) for one in box.limits)
    return words(
        "sweep_analyse.box_told", limits=limits, indicator=indicator, density=percent(box.held_out.density), base=percent(box.base),
        coverage=percent(box.held_out.coverage),
    )  # fmt: skip


def _tree_sentence(words: Words, answer: SweepAnalysisAnswer, titles: Titles, indicator: str) -> str:
    tree = answer.tree
    assert tree is not None
    ends = [node for node in tree.nodes if node.input is None]
    if not tree.beyond_chance:
        return words("sweep_analyse.tree_none", indicator=indicator)
    worst = max(ends, key=lambda node: (node.fitted or 0.0, node.rows or 0))
    path, at = [], worst
    while at.parent is not None:
        above = tree.nodes[at.parent]
        path.append(_branch_text(words, above, at.answer == "yes", titles))
        at = above
    return words(
        "sweep_analyse.tree_told", indicator=indicator, path=words("sweep_analyse.join").join(reversed(path)),
        share=percent(worst.held_out), base=percent(tree.base),
    )  # fmt: skip


def _branch_text(words: Words, node: TreeNode, yes: bool, titles: Titles) -> str:
    """An answer at a node of the tree, as a condition."""
    title, unit = titles[node.input or ""], words.unit(node.unit or "")
    if node.value is not None:
        return words(f"sweep_analyse.path_{'is' if yes else 'is_not'}", title=title, value=node.value)
    return words(f"sweep_analyse.path_{'at_most' if yes else 'above'}", title=title, threshold=f"{node.threshold:.4g}", unit=unit).strip()


def warnings_of(words: Words, answer: SweepAnalysisAnswer, limits: Sequence[str] = ()) -> tuple[str, ...]:
    """What the reader must know. `limits`: what the sweep itself cannot know."""
    said = list(limits)
    if not answer.complete:
        said.append(words("sweep_analyse.mind_incomplete"))
    least = LEAST_BLOCKS.get(answer.method, FEWEST_FOR_EACH * len(answer.inputs))
    if answer.rows < least:
        rows = words("sweep_analyse.so_many", rows=f"{answer.rows:,}", of=words(f"sweep_analyse.rows_{answer.rows_are}"))
        few = words("sweep_analyse.mind_few", rows=rows, inputs=len(answer.inputs), least=f"{least:,}")
        said.append(tagged(words, KINDS["sweep_few_points"], few))
    if answer.rows_unused:
        said.append(words("sweep_analyse.mind_unused", count=f"{answer.rows_unused:,}"))
    if answer.luck == "common":
        said.append(words("sweep_analyse.mind_common", count=f"{answer.per_point:,}"))
    elif answer.per_point == 1 and answer.method in ("sobol", "morris"):
        said.append(words("sweep_analyse.mind_single"))
    if answer.fails_above is not None and answer.fails_above != 0.5:
        said.append(words("sweep_analyse.mind_cut", cut=percent(answer.fails_above)))
    return tuple(said)
