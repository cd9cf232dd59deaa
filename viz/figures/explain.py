"""The figures of why a target is reached or not: what carries its uncertainty, what each lever contributes, what decides it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from yidu.sim.levers import LEVERS
from yidu.viz.figures import Figure, Series, in_percent, numbers
from yidu.viz.figures.assess import runs_note
from yidu.viz.figures.palette import BLUE, ORANGE
from yidu.viz.presenters.explain import clear_levers, mine, unit_of_change
from yidu.viz.words import Words
from yidu.viz.words.titles import heading

if TYPE_CHECKING:
    from yidu.experiments.explain.answer import DecidingRow, ExplainAnswer, ExplainedTarget
    from yidu.experiments.judging.answer import TargetAnswer


def carriers(words: Words, target: TargetAnswer, *, runs: int, seed: int) -> Figure:
    """Bars: parameters that carry a tenth or more of a target's variance [%], the largest first."""
    return Figure(
        id=f"carriers-{target.indicator}",
        kind="bars",
        title=words("figure.carriers.title", indicator=words.indicator(target.indicator)),
        unit=words("figure.carriers.unit"),
        over=words("figure.carriers.over"),
        categories=tuple(
            words("figure.carriers.parameter", parameter=words.parameter(one.parameter), grade=one.grade) for one in target.carriers
        ),
        series=(Series("value", words("figure.carriers.value"), numbers(in_percent(one.share) for one in target.carriers), BLUE),),
        note=runs_note(words, runs, seed) + words("figure.carriers.note"),
        keys=tuple(one.parameter for one in target.carriers),
    )


def contributions(words: Words, answer: ExplainAnswer, target: ExplainedTarget, reference: str, *, probability: bool = False) -> Figure:
    """Bars: the Shapley value of each group of levers that differs, of the level or of the probability [points], the largest first."""
    differing = {row.group for row in answer.group_money if row.levers}
    what = "probability" if probability else "level"
    rows = [row for row in mine(answer.groups, target) if row.group in differing]
    rows.sort(key=lambda row: -abs(getattr(row, what)))
    times = 100.0 if probability else 1.0
    return Figure(
        id=f"contributions-{what}-{target.indicator}",
        kind="bars",
        title=words(
            f"figure.contributions.title_{what}", indicator=words.indicator(target.indicator), year=target.year, reference=reference
        ),
        unit=words("figure.contributions.points") if probability else unit_of_change(words, target.unit),
        over=words("figure.contributions.over"),
        categories=tuple(heading(words, row.group) for row in rows),
        series=(
            Series("value", words("figure.contributions.value"), numbers(times * getattr(row, what) for row in rows)),
            Series("error", words("figure.contributions.error"), numbers(times * getattr(row, f"{what}_error") for row in rows)),
        ),
        note=runs_note(words, answer.runs, answer.seed) + words("figure.contributions.note"),
        keys=tuple(row.group for row in rows),
    )


def apart(words: Words, answer: ExplainAnswer, target: ExplainedTarget, most: int = 12) -> Figure:
    """Bars: what is lost without each lever and gained by it alone, in the target's unit; those beyond chance, the largest first."""
    rows = clear_levers(answer, target)[:most]
    sides = (("out", BLUE), ("in", ORANGE))
    series = [
        one
        for side, colour in sides
        for one in (
            Series("value", words(f"figure.apart.{side}"), numbers(getattr(row, f"{side}_level") for row in rows), colour),
            Series("error", words(f"figure.apart.{side}_error"), numbers(getattr(row, f"{side}_level_error") for row in rows)),
        )
    ]
    return Figure(
        id=f"apart-{target.indicator}",
        kind="bars",
        title=words("figure.apart.title", indicator=words.indicator(target.indicator), year=target.year),
        unit=unit_of_change(words, target.unit),
        over=words("figure.apart.over"),
        categories=tuple(words.titled(LEVERS[row.lever]) for row in rows),
        series=tuple(series),
        note=runs_note(words, answer.runs, answer.seed) + words("figure.apart.note"),
        keys=tuple(row.lever for row in rows),
    )


def shares(words: Words, answer: ExplainAnswer, target: ExplainedTarget) -> Figure:
    """Bars: total and first-order share of the variance of a target [%] by source, the largest first."""
    rows = sorted(mine(answer.sources, target), key=lambda row: -row.total)
    series = [
        one
        for order, colour in (("total", BLUE), ("first", ORANGE))
        for one in (
            Series("value", words(f"figure.shares.{order}"), numbers(100.0 * getattr(row, order) for row in rows), colour),
            Series("error", words(f"figure.shares.{order}_error"), numbers(100.0 * getattr(row, f"{order}_error") for row in rows)),
        )
    ]
    return Figure(
        id=f"shares-{target.indicator}",
        kind="bars",
        title=words("figure.shares.title", indicator=words.indicator(target.indicator)),
        unit=words("figure.shares.unit"),
        over=words("figure.shares.over"),
        categories=tuple(words(f"explain.source.{row.source}") for row in rows),
        series=tuple(series),
        note=words("figure.shares.note", runs=answer.share_runs).strip(),
        keys=tuple(row.source for row in rows),
    )


def deciding(words: Words, answer: ExplainAnswer, target: ExplainedTarget) -> Figure:
    """Bars: by how far each group of levers and each source of uncertainty moves a target, on one scale, the largest first."""
    rows = mine(answer.deciding, target)
    return Figure(
        id=f"deciding-{target.indicator}",
        kind="bars",
        title=words("figure.deciding.title", indicator=words.indicator(target.indicator)),
        unit=unit_of_change(words, target.unit),
        over=words("figure.deciding.over"),
        categories=tuple(thing(words, row) for row in rows),
        series=_sizes(words, rows),
        note=runs_note(words, answer.runs, answer.seed) + words("figure.deciding.note"),
        keys=tuple(row.name for row in rows),
    )


def _sizes(words: Words, rows: Sequence[DecidingRow]) -> tuple[Series, ...]:
    return (
        Series("value", words("figure.deciding.value"), numbers(row.size for row in rows), BLUE),
        Series("error", words("figure.deciding.error"), numbers(row.size_error for row in rows)),
    )


def thing(words: Words, row: DecidingRow) -> str:
    """One of the things that decide a target."""
    if row.kind == "levers":
        return words("figure.deciding.levers", group=heading(words, row.name))
    if row.kind == "spread":
        return words("figure.deciding.spread")
    return words("figure.deciding.source", source=words(f"explain.source.{row.name}"))
