"""The figures of warning lines: what must be seen by the end of each year, and whether a rule that waits for it is worth it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yidu.viz.figures import Figure, Series, held, in_percent, numbers
from yidu.viz.figures.assess import runs_note
from yidu.viz.figures.palette import BLUE, ORANGE
from yidu.viz.words import Words

if TYPE_CHECKING:
    from yidu.experiments.milestones.answer import MilestonesAnswer


def lines(words: Words, answer: MilestonesAnswer, indicator: str, target_year: int) -> Figure:
    """Fan: by year, the middle half of the runs that reach a target, the warning line, and the target itself."""
    told = [line for line in answer.milestones if (line.indicator, line.target_year) == (indicator, target_year)]
    paths = {row.year: row for row in answer.paths if row.indicator == indicator}
    warned = {line.year: line.line for line in told if line.told == "line"}
    first = told[0]
    years = sorted({*(line.year for line in told), target_year})
    series = [
        Series(role, words(f"figure.milestones.{role}"), numbers(getattr(paths[year], role) if year in paths else None for year in years))
        for role in ("p25", "median", "p75")
    ]
    if warned:
        series.append(Series("value", words("figure.milestones.line"), numbers(warned.get(year) for year in years), ORANGE))
    series.append(Series("target", words("figure.target", year=target_year), numbers(held(first.target, years))))
    side = words("figure.milestones.side_below" if first.sense == ">=" else "figure.milestones.side_above")
    return Figure(
        id=f"milestones-{indicator}",
        kind="fan",
        title=words("figure.milestones.title", indicator=words.indicator(indicator), target_year=target_year),
        unit=words.unit(first.unit),
        over=words("figure.year"),
        categories=tuple(map(str, years)),
        series=tuple(series),
        note=runs_note(words, answer.runs, answer.seed) + words("figure.milestones.note", side=side),
        keys=(indicator,) * len(years),
    )


def rule(words: Words, answer: MilestonesAnswer, indicator: str, target_year: int) -> Figure:
    """Bars: the probability of a target [%] without a rule, with it, and with its step taken now or later in any case."""
    assert answer.rule is not None
    rows = [row for row in answer.rule.effects if (row.indicator, row.year) == (indicator, target_year)]
    return Figure(
        id=f"rule-{indicator}",
        kind="bars",
        title=words("figure.rule.title", indicator=words.indicator(indicator)),
        unit=words("figure.percent"),
        over=words("figure.rule.over"),
        categories=tuple(words(f"milestones.way.{row.way}") for row in rows),
        series=(
            Series("value", words("figure.rule.value"), numbers(_rounded(in_percent(row.probability)) for row in rows), BLUE),
            Series("error", words("figure.rule.error"), numbers(in_percent(row.mc_error) for row in rows)),
        ),
        note=runs_note(words, answer.runs, answer.seed) + words("figure.rule.note"),
        keys=tuple(row.way for row in rows),
    )


def _rounded(value: float | None) -> float | None:
    """As the table has it: tenths of a percent."""
    return None if value is None else round(value, 1)
