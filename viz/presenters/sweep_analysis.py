"""The analysis of a sweep in words: titles, limits of a box, questions of a tree, and the sentence that ends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from yidu.experiments.judging.notice import KINDS
from yidu.viz.words import Words
from yidu.viz.words.format import number, percent
from yidu.viz.words.limits import tagged

if TYPE_CHECKING:
    from yidu.experiments.sweep.answer import AnalysedInput, BoxLimit, IndexAnswer, SweepAnalysisAnswer, TreeNode
    from yidu.sim.region import Region


Titles = Mapping[str, str]

FEWEST_FOR_EACH = 10
"""Rows for each input below which what is found of them is rough."""

LEAST_BLOCKS = {"morris": 10, "sobol": 64}
"""Blocks that a method asks for at least, whatever the number of inputs (trajectories; base points)."""

MOST_NAMED = 3
"""Inputs that the sentence names."""

MAIN = {"sobol": "total", "morris": "mu_star", "pawn": "pawn", "delta": "delta", "features": "score"}
"""Measure by which a method ranks inputs."""

IN_PERCENT = ("sobol", "features")
"""Methods whose indices are shares of a whole."""


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


def ranked(answer: SweepAnalysisAnswer) -> list[IndexAnswer]:
    """Indices of the measure that ranks inputs: those beyond chance first, then by size."""
    rows = [row for row in answer.indices if row.measure == MAIN[answer.method]]
    return sorted(rows, key=lambda row: (not row.beyond_chance, -row.value))


def plain(value: float | None, share: bool) -> str:
    """An index as people read it: a share in percent, anything else with three digits."""
    if value is None:
        return "-"
    if share:
        return f"{round(value * 100.0, 1) + 0.0:.1f}%"
    return f"{value:.3g}" if abs(value) < 100.0 else number(value)


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
