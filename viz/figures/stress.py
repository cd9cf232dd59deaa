"""The figures of a stress test: what an event does to every target and indicator, and what would make up for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yidu.sim.levers import LEVERS
from yidu.viz.figures import Figure, Series, in_percent, numbers
from yidu.viz.figures.assess import BAND_ROLES, runs_note
from yidu.viz.figures.palette import BLUE, ORANGE, VERMILION
from yidu.viz.presenters.stress import chosen_levels, moved, names
from yidu.viz.words import Words

if TYPE_CHECKING:
    from yidu.experiments.stress.answer import Ordeal, ReplacementAnswer, StressAnswer
    from yidu.sim.region import Region


def chances(words: Words, answer: StressAnswer, ordeal: Ordeal) -> Figure:
    """Bars: how the probability of every target changes under an ordeal [points], the largest fall first; starred beyond chance."""
    rows = [(row, row.chance) for row in ordeal.targets if row.chance is not None]
    rows.sort(key=lambda pair: pair[1].change)
    return Figure(
        id=f"stress-chances-{_id(ordeal)}",
        kind="bars",
        title=words("figure.stress_chances.title", event=names(words, ordeal.events)),
        unit=words("figure.stress_chances.unit"),
        over=words("figure.indicator"),
        categories=tuple(words.indicator(row.indicator) + ("*" if change.beyond_chance else "") for row, change in rows),
        series=(
            Series("value", words("figure.stress_chances.value"), numbers(in_percent(change.change) for _, change in rows)),
            Series("error", words("figure.stress_chances.error"), numbers(in_percent(change.mc_error) for _, change in rows)),
        ),
        note=runs_note(words, answer.runs, answer.seed) + words("figure.stress_chances.note"),
        keys=tuple(row.indicator for row, _ in rows),
    )


def levels(words: Words, region: Region, answer: StressAnswer, ordeal: Ordeal) -> Figure:
    """Intervals: how main indicators change in the plan's last year, as percent of their median without the ordeal."""
    year = region.settings.years.plan_end
    rows = [
        (row, row.difference, row.without.median)
        for row in chosen_levels(ordeal, year)
        if row.difference is not None and row.without.median
    ]
    return Figure(
        id=f"stress-levels-{_id(ordeal)}",
        kind="intervals",
        title=words("figure.stress_levels.title", event=names(words, ordeal.events), year=year),
        unit=words("figure.stress_levels.unit"),
        over=words("figure.indicator"),
        categories=tuple(words.indicator(row.indicator) for row, _, _ in rows),
        series=tuple(
            Series(role, words(f"figure.{role}"), numbers(in_percent(getattr(change, role) / median) for _, change, median in rows))
            for role in BAND_ROLES
        ),
        note=runs_note(words, answer.runs, answer.seed) + words("figure.stress_levels.note", drawn=words("figure.drawn_intervals")),
        keys=tuple(row.indicator for row, _, _ in rows),
        levels=((0.0, "0"),),
    )


def several(words: Words, answer: StressAnswer) -> Figure:
    """Bars: how many targets each ordeal hurts, and how many of them get a worse verdict; the heaviest first."""
    rows = sorted(answer.ordeals, key=lambda one: (-sum(row.hurt for row in one.targets), -sum(row.lost for row in one.targets)))
    return Figure(
        id="stress-several",
        kind="bars",
        title=words("figure.stress_several.title"),
        unit=words("figure.stress_several.unit"),
        over=words("figure.stress_several.over"),
        categories=tuple(names(words, one.events) for one in rows),
        series=(
            Series("value", words("figure.stress_several.hurt"), numbers(sum(row.hurt for row in one.targets) for one in rows), ORANGE),
            Series("value", words("figure.stress_several.lost"), numbers(sum(row.lost for row in one.targets) for one in rows), VERMILION),
        ),
        note=runs_note(words, answer.runs, answer.seed) + words("figure.stress_several.note"),
        keys=tuple(_id(one) for one in rows),
    )


def replaced(words: Words, answer: StressAnswer, one: ReplacementAnswer, most: int = 8) -> Figure:
    """Bars: how much of a fall each lever brings back [points], cheapest first, with its extra cost; a line where it is made up for."""
    rows = [row for row in one.tried if row.restores or row.helps][:most]
    fall = next(row.chance for row in answer.ordeals[0].targets if (row.indicator, row.year) == (one.indicator, one.year))
    return Figure(
        id=f"stress-replaced-{one.indicator}",
        kind="bars",
        title=words("figure.replaced.title", indicator=words.indicator(one.indicator)),
        unit=words("figure.replaced.unit"),
        over=words("figure.replaced.over"),
        categories=tuple(words("figure.replaced.lever", lever=words.titled(LEVERS[row.lever]), cost=moved(row.cost)) for row in rows),
        series=(
            Series("value", words("figure.replaced.value"), numbers(in_percent(row.back.change) for row in rows), BLUE),
            Series("error", words("figure.replaced.error"), numbers(in_percent(row.back.mc_error) for row in rows)),
        ),
        note=runs_note(words, answer.runs, answer.seed) + words("figure.replaced.note"),
        keys=tuple(row.lever for row in rows),
        levels=() if fall is None else ((-100.0 * fall.change, words("figure.replaced.level")),),
    )


def _id(ordeal: Ordeal) -> str:
    return "+".join(event.id for event in ordeal.events)
