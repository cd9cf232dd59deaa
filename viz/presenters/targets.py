"""Targets for the next plan in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from yidu.viz.words import Words
from yidu.viz.words.format import chance, counted, number

if TYPE_CHECKING:
    from yidu.experiments.targets.answer import AttainableRow, TargetsAnswer
    from yidu.sim.region import Region


SOUND = 0.7
"""The probability at which a target is called sound."""

MOST_NAMED = 3
"""Indicators that a sentence names; the table has the rest."""

FIRST_NAMED = ("tech_enterprises", "high_tech_enterprises", "rd_expenditure")
"""What everyone asks after first."""


def level(probability: float) -> str:
    """A probability that is asked for, in whole percent."""
    return f"{probability * 100.0:.0f}%"


def conclusion(words: Words, region: Region, answer: TargetsAnswer) -> str:
    """What can be set for the last year, and which of the targets set now stand above what is sound."""
    return words("targets.join").join(_sentences(words, region, answer))


def _sentences(words: Words, region: Region, answer: TargetsAnswer) -> Iterable[str]:
    last = [row for row in answer.rows if row.year == answer.horizon and row.headline and row.values[0].value is not None]
    named = sorted(last, key=lambda row: (row.indicator not in FIRST_NAMED, row.class_ != "可校准"))[:MOST_NAMED]
    if named:
        listed = words("phrase.comma").join(_named(words, row) for row in named)
        start = "" if answer.actuals is None else words("targets.said_start")
        far = words("targets.said_far") if any(row.extrapolation for row in named) else ""
        yield words("targets.said", year=answer.horizon, probability=level(SOUND), listed=listed, start=start, far=far)
    bold = [row for row in answer.rows if _too_bold(row)]
    goals = [row for row in answer.rows if row.present is not None and row.year == row.present.target_year]
    if not goals:
        return
    years = words("phrase.comma").join(str(year) for year in sorted({row.year for row in goals}))
    if not bold:
        yield words("targets.said_all_sound", years=years, count=len(goals), probability=level(SOUND))
        return
    worst = sorted(bold, key=lambda row: (not row.headline, _probability(row)))[:MOST_NAMED]
    listed = words("targets.semicolon").join(_lower(words, row) for row in worst)
    yield words("targets.said_bold", years=years, count=len(goals), bold=len(bold), probability=level(SOUND), listed=listed)


def _probability(row: AttainableRow) -> float:
    return 0.0 if row.present is None or row.present.probability is None else row.present.probability


def _too_bold(row: AttainableRow) -> bool:
    """Whether the target of this very year is less likely than a sound one."""
    present = row.present
    return present is not None and row.year == present.target_year and present.probability is not None and present.probability < SOUND


def _named(words: Words, row: AttainableRow) -> str:
    one = next(value for value in row.values if value.probability == SOUND)
    values = {"indicator": words.indicator(row.indicator), "value": counted(one.value, row.unit), "unit": words.unit(row.unit)}
    return words("targets.named", low=number(one.low), high=number(one.high), **values)


def _lower(words: Words, row: AttainableRow) -> str:
    assert row.present is not None  # only targets that are too bold
    one = next(value for value in row.values if value.probability == SOUND)
    return words(
        "targets.lower", indicator=words.indicator(row.indicator), target=number(row.present.target), unit=words.unit(row.unit),
        chance=chance(row.present.probability, row.present.mc_error), value=counted(one.value, row.unit), probability=level(SOUND),
    )  # fmt: skip
