"""A region pack in a terminal: what one that passed every check holds, and its facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from yidu.viz.terminal import show, table
from yidu.viz.words import Words
from yidu.viz.words.format import number

if TYPE_CHECKING:
    from yidu.sim.region import Region, Summary


def show_pack(out: Console, words: Words, summary: Summary) -> None:
    """What a pack that passed every check holds."""
    out.print(
        words(
            "region.ok",
            region=words.titled(summary),
            name=summary.name,
            facts=summary.facts,
            targets=summary.targets,
            priors=summary.priors,
            scenarios=len(summary.scenarios),
        ),
        markup=False,
    )
    fitted = sum(count for role, count in summary.by_role.items() if role == "calibrate")
    out.print(words("region.holds", record=summary.record, calibrate=fitted, contested=len(summary.contested)), markup=False)
    for note in summary.notes:
        out.print(words("phrase.bullet", text=words.said(note)), markup=False)
    out.print(words("region.digest", digest=summary.digest), markup=False, style="dim")
    out.print()


def show_facts(out: Console, words: Words, region: Region) -> None:
    """The facts of a pack as a table."""
    heads: list[tuple[str, str]] = [
        ("fact", "left"),
        ("indicator", "left"),
        ("period", "left"),
        ("statistic", "left"),
        ("value", "right"),
        ("unit", "left"),
        ("tolerance", "right"),
        ("reading", "left"),
        ("weight", "right"),
        ("weight_together", "right"),
        ("role", "left"),
    ]
    rows = [
        [
            fact.fact,
            words.indicator(fact.indicator),
            fact.period,
            words.or_else(f"statistic.{fact.statistic}", fact.statistic),
            number(fact.value),
            words.unit(fact.unit),
            number(fact.tolerance),
            fact.reading or "-",
            number(fact.weight),
            number(round(region.weight(fact), 3)),
            words.or_else(f"role.{fact.role}", fact.role),
        ]
        for fact in region.facts
    ]
    show(
        out,
        table(
            words("region.facts", region=words.titled(region), count=len(region.facts)),
            [(words(f"column.{name}"), side) for name, side in heads],
            [[escape(cell) for cell in row] for row in rows],
        ),
    )
