"""An assessment in a terminal: targets, forecasts, sources of spread, money, readings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from yidu.experiments.judging.shares import SOURCES
from yidu.viz.presenters.assess import changes_answer, why_not
from yidu.viz.terminal import COLOURS, NARROW, NARROW_LABEL, SIGNS, asked, mind, say, show, show_by_year, table, with_unit
from yidu.viz.words import Words
from yidu.viz.words.format import band, chance, counted, folded, number, percent
from yidu.viz.words.limits import MARK
from yidu.viz.words.titles import heading, reading_title

if TYPE_CHECKING:
    from yidu.experiments.assess.answer import AssessAnswer
    from yidu.experiments.assess.compute import Assessment
    from yidu.experiments.judging.answer import ForecastAnswer, NotAnsweredRow, TargetAnswer, Variance
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region


def show_assessment(out: Console, words: Words, region: Region, scenario: Scenario, assessment: Assessment, answer: AssessAnswer) -> None:
    """The answer of `yidu assess`."""
    title = words("assess.title" if answer.targets else "assess.title_forecast", region=words.titled(region))
    asked(out, words, region, scenario, answer, title)
    last_record = region.settings.years.record_end
    if answer.targets:
        show(out, _targets(words, answer, last_record, narrow=out.width < NARROW))
        for key in ("assess.legend", "assess.classes", "assess.older_base"):
            say(out, words(key), style="dim")
        if any(target.limits for target in answer.targets):
            say(out, words("limit.legend", mark=MARK))
        out.print()
        _joint(out, words, answer)
        _not_answered(out, words, answer.not_answered)
        _sources(out, words, answer.targets)
    else:
        _forecasts(out, words, answer, last_record)
        last = [row for row in answer.forecasts if row.record and row.year == region.settings.years.plan_end]
        _sources(out, words, last)
    _money(out, words, answer)
    _judgement(out, words, answer)
    _readings(out, words, region, answer)
    _reconciliation(out, words, answer)
    mind(out, words, answer.warnings)


def _not_answered(out: Console, words: Words, rows: Sequence[NotAnsweredRow]) -> None:
    """Sentences of the plan that the model says nothing of; nothing where the pack names none."""
    if not rows:
        return
    heads = [(words(f"not_answered.column.{name}"), "fold") for name in ("quote", "why")]
    cells = [[escape(row.quote), escape(why_not(words, row))] for row in rows]
    show(out, table(words("not_answered.title", count=len(rows)), heads, cells))
    say(out, words("not_answered.lead"), style="dim")
    out.print()


def _targets(words: Words, answer: AssessAnswer, last_record: int, *, narrow: bool) -> Table:
    years = sorted({target.year for target in answer.targets})
    title = words("assess.table", years=words("phrase.comma").join(str(year) for year in years))
    heads = ["indicator", "base", "target", "median", "band", "probability", "gap", "verdict", "basis"]
    sides = ["fold", *["right"] * 6, "left", "left"]
    keep = [0, 2, 3, 5, 7] if narrow else range(len(heads))
    rows = [_target(words, target, last_record) for target in answer.targets]
    return table(title, [(words(f"column.{heads[i]}", year=last_record), sides[i]) for i in keep], [[row[i] for i in keep] for row in rows])


def _target(words: Words, target: TargetAnswer, last_record: int) -> list[str]:
    colour = COLOURS[target.verdict]
    unit = target.unit
    base = _base(words, target, last_record)
    verdict = f"{SIGNS[target.verdict]} {words.verdict(target.verdict)}"
    low, high = counted(target.p05, unit), counted(target.p95, unit)
    return [
        escape(words.indicator(target.indicator) + (f" {MARK}" if target.limits else "")),
        base,
        escape(words("phrase.amount", sense=words(f"sense.{target.sense}"), value=number(target.target), unit=words.unit(unit))),
        counted(target.median, unit),
        "-" if target.p05 is None else words("phrase.band", low=low, high=high),
        f"[{colour}]{chance(target.probability, target.mc_error)}[/{colour}]",
        "-" if target.gap is None else f"{'+' if target.gap > 0 else ''}{counted(target.gap, unit)}",
        f"[{colour}]{escape(verdict)}[/{colour}]",
        f"{words.class_(target.class_)} {target.grade}",
    ]


def _base(words: Words, row: TargetAnswer | ForecastAnswer, last_record: int) -> str:
    """The last level on record, marked where it is older than the record's end."""
    value = counted(row.base, row.unit)
    older = row.base is not None and row.base_year < last_record
    return words("phrase.older", value=value) if older else value


def _forecasts(out: Console, words: Words, answer: AssessAnswer, last_record: int) -> None:
    """What a region without targets is told: every indicator on record, year by year."""
    say(out, words("assess.no_targets"))
    out.print()
    years = sorted({row.year for row in answer.forecasts})
    rows: dict[str, list[ForecastAnswer]] = {}
    for row in answer.forecasts:
        rows.setdefault(row.indicator, []).append(row)
    known = [by for by in rows.values() if by[0].record]
    label = NARROW_LABEL if out.width < NARROW else out.width
    show_by_year(
        out,
        words,
        words("assess.forecasts"),
        years,
        [(words("column.indicator"), "left"), (words("column.base", year=last_record), "right")],
        [
            (
                [
                    escape(folded(with_unit(words, by[0].indicator, by[0].unit), label)),
                    words.verdict("无记录") if by[0].base is None else _base(words, by[0], last_record),
                ],
                [_forecast(words, row) for row in by],
            )
            for by in known
        ],
    )
    if any(by[0].base is not None and by[0].base_year < last_record for by in known):
        say(out, words("assess.older_base"), style="dim")
    silent = [words.indicator(name) for name, by in rows.items() if not by[0].record]
    if silent:
        say(out, words("assess.no_record", indicators=words("phrase.comma").join(silent)), style="dim")
    out.print()


def _forecast(words: Words, row: ForecastAnswer) -> str:
    """Median, and the band in a line below."""
    if row.median is None:
        return "-"
    low, high = counted(row.p05, row.unit), counted(row.p95, row.unit)
    return f"{counted(row.median, row.unit)}\n{words('phrase.band', low=low, high=high)}"


def _sources(out: Console, words: Words, rows: Sequence[TargetAnswer | ForecastAnswer]) -> None:
    """Where the variance of each forecast comes from."""
    told = [row.variance for row in rows if row.variance is not None]
    if not told:
        return
    years = words("phrase.comma").join(str(year) for year in sorted({row.year for row in rows}))
    heads = [(words("column.indicator"), "fold"), *((words(f"column.{name}"), "right") for name in SOURCES)]
    cells = [[escape(words.indicator(row.indicator)), *_shares(row.variance)] for row in rows]
    show(out, table(words("assess.sources", years=years), heads, cells))
    say(out, words("assess.sources_legend", runs=max(one.runs for one in told)), style="dim")
    out.print()


def _shares(variance: Variance | None) -> list[str]:
    """Each share with its error, in percentage points; an error is rounded up."""
    if variance is None:
        return ["-"] * len(SOURCES)
    pairs = [(getattr(variance, name), getattr(variance.mc_error, name)) for name in SOURCES]
    return [f"{share * 100.0:.0f} ±{math.ceil(error * 100.0)}" for share, error in pairs]


def _joint(out: Console, words: Words, answer: AssessAnswer) -> None:
    together = chance(answer.joint_probability, answer.joint_mc_error)
    out.print(words("assess.joint", count=len(answer.targets), chance=together), markup=False)
    calibrated = sum(target.class_ == "可校准" for target in answer.targets)
    if answer.joint_probability_calibrated is not None:
        out.print(
            words(
                "assess.joint_calibrated",
                count=calibrated,
                chance=chance(answer.joint_probability_calibrated, answer.joint_mc_error_calibrated),
            ),
            markup=False,
        )
    out.print()


def _money(out: Console, words: Words, answer: AssessAnswer) -> None:
    money = answer.public_money
    out.print(
        words(
            "assess.money",
            over=money.over,
            median=number(money.median),
            band=band(money.p05, money.p95, words),
            unit=words.unit(money.unit),
        ),
        markup=False,
    )
    show(
        out,
        table(
            words("assess.money_by", over=money.over, unit=words.unit(money.unit)),
            [
                (words("column.heading"), "left"),
                (words("column.payer"), "left"),
                (words("column.kind"), "left"),
                (words("column.median"), "right"),
                (words("column.band"), "right"),
            ],
            [
                [
                    heading(words, line.heading),
                    words(f"payer.{line.payer}"),
                    words("kind.capital" if line.capital else "kind.grant"),
                    number(line.median),
                    band(line.p05, line.p95, words),
                ]
                for line in answer.public_money_by
            ],
        ),
    )


def _judgement(out: Console, words: Words, answer: AssessAnswer) -> None:
    rows = []
    for target in answer.targets:
        doubtful = [carrier for carrier in target.carriers if carrier.grade == "D"]
        if doubtful:
            named_ = words("phrase.comma").join(
                words(
                    "assess.carrier",
                    parameter=words.or_else(f"parameter.{one.parameter}", one.parameter),
                    share=f"{one.share * 100.0:.0f}%",
                )
                for one in doubtful
            )
            rows.append([words.indicator(target.indicator), escape(named_)])
    if rows:
        grid = table(words("assess.judgement"), [(words("column.indicator"), "left"), (words("column.carriers"), "fold")], rows)
        show(out, grid)


def _readings(out: Console, words: Words, region: Region, answer: AssessAnswer) -> None:
    rows = [
        [
            words.indicator(target.indicator),
            escape(reading_title(words, region, reading)),
            percent(target.probability),
            chance(reading.probability, reading.mc_error),
            number(reading.median),
        ]
        for target in answer.targets
        for reading in target.readings
        if changes_answer(target, reading)
    ]
    if not rows:
        return
    heads = [("indicator", "left"), ("reading", "fold"), ("headline", "right"), ("then", "right"), ("median", "right")]
    grid = table(words("assess.readings"), [(words(f"column.{name}"), side) for name, side in heads], rows)
    show(out, grid)


def _reconciliation(out: Console, words: Words, answer: AssessAnswer) -> None:
    moved = [row for row in answer.reconciliation if (row.median, row.p05, row.p95) != (0.0, 0.0, 0.0)]
    if not moved:
        return
    show(
        out,
        table(
            words("assess.reconciliation"),
            [
                (words("column.status"), "left"),
                (words("column.unit"), "left"),
                (words("column.median"), "right"),
                (words("column.band"), "right"),
            ],
            [[words.indicator(row.status), words.unit(row.unit), number(row.median), band(row.p05, row.p95, words)] for row in moved],
        ),
    )
