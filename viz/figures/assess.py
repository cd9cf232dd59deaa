"""The figures of one scenario: how likely each target is, where its indicator goes, what it costs, why it is uncertain.

Builders take words and a published answer, or the runs that it was made from, and give figures in one language. The app draws them on
its overview, the reports as native charts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from yidu.calibration.facts import levels_on_record
from yidu.experiments.judging.on_record import SERIES
from yidu.experiments.judging.runs import quantiles
from yidu.experiments.judging.shares import SOURCES
from yidu.experiments.judging.verdicts import VERDICTS
from yidu.sim.pack import UNITS
from yidu.viz.figures import Figure, Role, Series, in_percent, numbers
from yidu.viz.figures.palette import BLUE, GREEN, GREY, ORANGE, POLICY, PURPLE
from yidu.viz.presenters.explain import bar_title
from yidu.viz.words import Words
from yidu.viz.words.format import band, number
from yidu.viz.words.titles import heading

if TYPE_CHECKING:
    from yidu.experiments.assess.answer import AssessAnswer
    from yidu.experiments.explain.flow_account import AccountRow
    from yidu.experiments.judging.answer import TargetAnswer
    from yidu.experiments.report.measures import Measures
    from yidu.sim.outcomes import Outcomes
    from yidu.sim.region import Region

BAND_ROLES: tuple[Role, ...] = ("p05", "p25", "median", "p75", "p95")

PAYERS = ("district", "city", "state")

PAYER_COLOURS = {"district": BLUE, "city": ORANGE, "state": GREEN}

SOURCE_COLOURS = {"luck": GREY, "parameters": BLUE, "environment": ORANGE, "discrepancy": PURPLE}
"""The environment has the colour of what is assumed (`yidu.viz.figures.palette.ASSUMPTION`)."""


def runs_note(words: Words, runs: int, seed: int) -> str:
    """On how many runs a figure rests."""
    return words("figure.runs", runs=f"{runs:,}", seed=seed)


def by_risk(targets: Iterable[TargetAnswer]) -> list[TargetAnswer]:
    """Targets that have a probability, the least likely first; equals in the order of the plan."""
    return sorted((row for row in targets if row.probability is not None), key=lambda row: row.probability or 0.0)


def probabilities(words: Words, answer: AssessAnswer) -> Figure:
    """Bars: the probability of every target [%] with its sampling error, the least likely first; marked by verdict, lines at thresholds."""
    rows = by_risk(answer.targets)
    levels = verdict_levels(words)
    note = words("figure.probabilities.note", levels=words("phrase.comma").join(said for _, said in levels))
    return Figure(
        id="probabilities",
        kind="bars",
        title=words("figure.probabilities.title"),
        unit=words("figure.percent"),
        over=words("figure.indicator"),
        categories=tuple(words.indicator(row.indicator) for row in rows),
        series=(
            Series("value", words("figure.probabilities.value"), numbers(in_percent(row.probability) for row in rows)),
            Series("error", words("figure.probabilities.error"), numbers(in_percent(row.mc_error) for row in rows)),
        ),
        note=runs_note(words, answer.runs, answer.seed) + words("figure.plus_minus") + note,
        keys=tuple(row.indicator for row in rows),
        marks=tuple(row.verdict for row in rows),
        levels=levels,
    )


def verdict_levels(words: Words) -> tuple[tuple[float, str], ...]:
    """The least probability [%] of each verdict but the last, in words."""
    return tuple(
        (100.0 * least, words("figure.probabilities.level", verdict=words.verdict(verdict), percent=f"{100.0 * least:.0f}"))
        for least, verdict in VERDICTS
        if least > 0.0
    )


def bands(words: Words, answer: AssessAnswer) -> Figure:
    """Intervals: median and bands of every target as percent of the target, the least likely first; those of zero are left out."""
    rows = [row for row in by_risk(answer.targets) if row.target]
    below = [words.indicator(row.indicator) for row in rows if row.sense == "<="]
    note = words("figure.bands.note", drawn=words("figure.drawn_intervals"))
    note += words("figure.bands.note_below", indicators=words("phrase.comma").join(below)) if below else ""
    columns = {role: numbers(_of_target(getattr(row, role), row.target) for row in rows) for role in BAND_ROLES}
    return Figure(
        id="bands",
        kind="intervals",
        title=words("figure.bands.title"),
        unit=words("figure.bands.unit"),
        over=words("figure.indicator"),
        categories=tuple(words.indicator(row.indicator) for row in rows),
        series=tuple(Series(role, words(f"figure.{role}"), values) for role, values in columns.items()),
        note=runs_note(words, answer.runs, answer.seed) + note,
        keys=tuple(row.indicator for row in rows),
        marks=tuple(row.verdict for row in rows),
        levels=((100.0, words("column.target")),),
    )


def fan(words: Words, region: Region, judged: Outcomes, indicator: str, *, note: str = "") -> Figure:
    """Bands of an indicator from the start of the record to the last year simulated or planned for, with what is on record.

    Args:
        judged: runs with what the model may have wrong added (`yidu.experiments.ensembles.paired.Mixed.judged`,
        `yidu.calibration.discrepancy.widened`).
        note: put before the note on bands and runs.
    """
    years = [year for year in judged.years if region.settings.years.record_start <= year <= region.settings.years.plan_end]
    unit, title = UNITS[indicator], words.indicator(indicator)
    columns = zip(*(_quantiles(judged, indicator, year) for year in years))
    series = [Series(role, words(f"figure.{role}"), numbers(values)) for role, values in zip(BAND_ROLES, columns)]
    known = record_of(region, indicator)
    if any(year in known for year in years):
        series.append(Series("record", words("figure.record"), numbers(known.get(year) for year in years)))
    for target in region.targets:
        if target.indicator == indicator:
            ahead = tuple(target.value if year > region.settings.years.record_end else None for year in years)
            series.append(Series("target", words("figure.target", year=target.year), numbers(ahead)))
    said = words("figure.fan.note", drawn=words("figure.drawn_fan"), last_record=region.settings.years.record_end)
    return Figure(
        id=f"fan-{indicator}",
        kind="fan",
        title=words("figure.fan.title", indicator=title, first=years[0], last=years[-1]),
        unit=words.unit(unit),
        over=words("figure.year"),
        categories=tuple(map(str, years)),
        series=tuple(series),
        note=note + runs_note(words, judged.runs, judged.seed) + said,
        keys=(indicator,) * len(years),
    )


def record_of(region: Region, indicator: str) -> dict[int, float]:
    """What is on record of an indicator by year, in its own unit: a series of the pack, else levels, each by its likeliest reading."""
    if indicator in SERIES:
        return dict(region.settings.gdp.known if indicator == "gdp" else region.settings.population.census)
    return {fact.last_year: fact.value_in(UNITS[indicator]) for fact in levels_on_record(indicator, region.facts)}


def money(words: Words, answer: AssessAnswer) -> Figure:
    """Stacked: public money over the plan [万元] by heading and kind, a series for each payer; the dearest first."""
    lines = answer.public_money_by
    groups = list(dict.fromkeys((line.heading, line.capital) for line in lines))
    amounts = {(line.heading, line.capital, line.payer): line.median for line in lines}
    groups.sort(key=lambda group: -sum(amounts.get((*group, payer), 0.0) for payer in PAYERS))
    paid, unit = answer.public_money, words.unit(answer.public_money.unit)
    return Figure(
        id="money",
        kind="stacked",
        title=words("figure.money.title", over=paid.over),
        unit=unit,
        over=words("figure.heading"),
        categories=tuple(money_heading(words, name, capital) for name, capital in groups),
        series=tuple(
            Series("value", words(f"payer.{payer}"), numbers(amounts.get((*group, payer), 0.0) for group in groups), PAYER_COLOURS[payer])
            for payer in PAYERS
            if any(line.payer == payer for line in lines)
        ),
        note=runs_note(words, answer.runs, answer.seed)
        + words("figure.money.note", median=number(paid.median), band=band(paid.p05, paid.p95, words), unit=unit),
    )


def money_heading(words: Words, group: str, capital: bool) -> str:
    """A heading of the budget with its kind."""
    return words("figure.money.heading", heading=heading(words, group), kind=words(f"figure.money.{'capital' if capital else 'grant'}"))


def sources(words: Words, answer: AssessAnswer) -> Figure:
    """Stacked: what share of each target's variance [%] luck, parameters, environment and the model's error carry, the least likely first.

    Without a category where the answer holds no shares (`--no-shares`, few runs).
    """
    told = [(row, row.variance) for row in by_risk(answer.targets) if row.variance is not None]
    errors = [getattr(variance.mc_error, name) for _, variance in told for name in SOURCES]
    said = {"runs": max((variance.runs for _, variance in told), default=0), "error": math.ceil(100.0 * max(errors, default=0.0))}
    return Figure(
        id="sources",
        kind="stacked",
        title=words("figure.sources.title"),
        unit=words("figure.sources.unit"),
        over=words("figure.indicator"),
        categories=tuple(words.indicator(row.indicator) for row, _ in told),
        series=tuple(
            Series("value", words(f"column.{name}"), numbers(in_percent(getattr(one, name)) for _, one in told), SOURCE_COLOURS[name])
            for name in SOURCES
        ),
        note=words("figure.sources.note", **said).strip(),
        keys=tuple(row.indicator for row, _ in told),
    )


def account(words: Words, region: Region, rows: Sequence[AccountRow], *, runs: int, seed: int) -> Figure:
    """Waterfall of one indicator from the end of the record to a target's year; `rows`:
    `yidu.experiments.explain.flow_account.Account.rows()`."""
    first, since = rows[0], region.settings.years.record_end
    ends = [row.part in ("start", "end") for row in rows]
    return Figure(
        id=f"account-{first.indicator}",
        kind="waterfall",
        title=words("figure.account.title", indicator=words.indicator(first.indicator), since=since, year=first.year),
        unit=words.unit(first.unit),
        over=words("figure.account.over"),
        categories=tuple(bar_title(words, row, since) for row in rows),
        series=(
            Series("total", words("figure.account.total"), numbers(row.mean if end else None for row, end in zip(rows, ends))),
            Series("value", words("figure.account.value"), numbers(None if end else row.mean for row, end in zip(rows, ends))),
            Series("error", words("figure.account.error"), numbers(None if end else row.mc_error for row, end in zip(rows, ends))),
        ),
        note=runs_note(words, runs, seed) + words("figure.account.note"),
    )


def levers_raised(words: Words, measures: Measures, target: TargetAnswer, most: int = 12) -> Figure | None:
    """Bars: what a lever raised alone does to a target's probability [points], those that help first, at most so many.

    Only levers that move the probability or the level beyond chance; None where none does.
    """
    known = [row for row in measures.of(target.indicator, target.year) if row.change is not None]
    rows = [row for row in known if any(one is not None and one.beyond_chance for one in (row.change, row.difference))][:most]
    if not rows:
        return None
    title = words.indicator(target.indicator)
    return Figure(
        id=f"levers-{target.indicator}",
        kind="bars",
        title=words("figure.measures.title", indicator=title),
        unit=words("figure.measures.unit"),
        over=words("figure.measures.over"),
        categories=tuple(words.indicator(row.lever) for row in rows),
        series=(
            Series("value", words("figure.measures.value"), numbers(in_percent(row.change.change) for row in rows if row.change), POLICY),
            Series("error", words("figure.measures.error"), numbers(in_percent(row.change.mc_error) for row in rows if row.change)),
        ),
        note=words("figure.measures.note", runs=measures.runs, seed=measures.seed),
        keys=tuple(row.lever for row in rows),
    )


def _of_target(value: float | None, target: float) -> float | None:
    return None if value is None else in_percent(value / target)


def _quantiles(outcomes: Outcomes, indicator: str, year: int) -> tuple[float | None, ...]:
    values = outcomes.of(indicator, year) if indicator in outcomes.indicators else np.empty(0)
    return quantiles(values[~np.isnan(values)])
