"""The figure of a response: what one lever does to one indicator, level by level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yidu.sim.levers import LEVERS
from yidu.viz.figures import Figure, Series, numbers
from yidu.viz.figures.assess import runs_note
from yidu.viz.figures.palette import POLICY
from yidu.viz.presenters.response import title_of, unit_said
from yidu.viz.words import Words
from yidu.viz.words.format import number

if TYPE_CHECKING:
    from yidu.experiments.response.answer import LeverResponse, ResponseAnswer


def curve(words: Words, answer: ResponseAnswer, one: LeverResponse, indicator: str | None = None) -> Figure | None:
    """A curve: the change of an indicator at each level of a lever and at the scenario's own; None without a value.

    `indicator`: the first that the lever declares to move by default.
    """
    rows = [
        (point.value, number(point.value), point.cost, effect.mean, effect.error)
        for point in one.points
        for effect in point.effects
        if effect.indicator == (indicator or point.effects[0].indicator)
    ]
    if not rows:
        return None
    if all(row[0] != one.present for row in rows):
        rows.append((one.present, words("figure.response.own"), 0.0, 0.0, 0.0))
    rows.sort(key=lambda row: row[0])
    name = indicator or one.points[0].effects[0].indicator
    lever, title = words.titled(LEVERS[one.lever]), title_of(words, name)
    return Figure(
        id=f"response-{one.lever}-{name.replace(':', '-')}",
        kind="curve",
        title=words("figure.response.title", lever=lever, indicator=title),
        unit=unit_said(words, name),
        over=words("figure.response.over"),
        categories=tuple(words("figure.response.point", value=row[1], cost=_signed(row[2])) for row in rows),
        series=(
            Series("x", words("figure.response.x", lever=lever, unit=words.text(LEVERS[one.lever].units)), numbers(row[0] for row in rows)),
            Series("y", words("figure.response.y", indicator=title, unit=unit_said(words, name)), numbers(row[3] for row in rows), POLICY),
            Series("error", words("figure.response.error"), numbers(row[4] for row in rows)),
        ),
        note=runs_note(words, answer.runs, answer.seed) + words("figure.response.note", year=answer.year, over=answer.over),
        keys=tuple(row[1] for row in rows),
    )  # fmt: skip


def _signed(amount: float) -> str:
    return f"{'+' if amount > 0.0 else ''}{number(amount)}"
