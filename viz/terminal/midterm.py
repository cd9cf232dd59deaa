"""Published figures in a terminal: how the forecast scored, and what the figures change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from yidu.viz.terminal import COLOURS, NARROW, NARROW_LABEL, SIGNS, asked, mind, say, show, show_by_year, table
from yidu.viz.words import Words
from yidu.viz.words.format import chance, counted, folded, number, percent
from yidu.viz.words.titles import fact_title

if TYPE_CHECKING:
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.experiments.update.answer import LearnedParameter, UpdateAnswer, UpdatedForecast, UpdatedTarget
    from yidu.experiments.validate.answer import Naive, ScoreAnswer, ValidateAnswer
    from yidu.sim.region import Region

MOST_PARAMETERS = 8
"""Parameters that are named in the terminal; the JSON has all."""


def _figures(words: Words, answer: ValidateAnswer | UpdateAnswer) -> str:
    """Where the published figures stand."""
    return words("midterm.actuals", file=answer.actuals)


def _named(words: Words, indicator: str, unit: str) -> str:
    return escape(words("phrase.with_unit", title=words.indicator(indicator), unit=words.unit(unit)))


def _band(words: Words, low: float | None, high: float | None, unit: str) -> str:
    return "-" if low is None or high is None else words("phrase.band", low=counted(low, unit), high=counted(high, unit))


def _signed(value: float, text: str) -> str:
    return f"+{text}" if value > 0.0 else text


# --- validate


def show_validation(out: Console, words: Words, region: Region, scenario: Scenario, answer: ValidateAnswer) -> None:
    """The answer of `yidu validate`."""
    asked(out, words, region, scenario, answer, words("validate.title", region=words.titled(region)), _figures(words, answer))
    heads = ["indicator", "year", "actual", "median", "band", "where", "off", "crps", "crps_no_change", "crps_last_growth"]
    sides = ["fold", "right", "right", "right", "right", "left", "right", "right", "right", "right"]
    keep = [0, 1, 2, 4, 5] if out.width < NARROW else range(len(heads))
    rows = [_score(words, row) for row in answer.scores]
    show(
        out,
        table(words("validate.table"), [(words(f"column.{heads[k]}"), sides[k]) for k in keep], [[row[k] for k in keep] for row in rows]),
    )
    say(out, words("validate.legend"), style="dim")
    out.print()
    if answer.figures:
        say(
            out,
            words(
                "validate.coverage",
                figures=answer.figures,
                ninety=chance(answer.coverage_90, answer.coverage_90_error),
                fifty=chance(answer.coverage_50, answer.coverage_50_error),
            ),
        )
        if answer.mean_bias is not None:
            key = "validate.bias_high" if answer.mean_bias > 0.0 else "validate.bias_low"
            say(out, words(key, bias=percent(abs(answer.mean_bias))))
        for naive in answer.against:
            say(out, _against(words, naive))
        if answer.mean_crps_ratio is not None:
            say(out, words("validate.ratio", ratio=number(answer.mean_crps_ratio)))
        out.print()
    mind(out, words, answer.warnings)


def _score(words: Words, row: ScoreAnswer) -> list[str]:
    where, colour = "none", "dim"
    if row.inside_50:
        where, colour = "inside_50", "green"
    elif row.inside_90:
        where, colour = "inside_90", "cyan"
    elif row.p95 is not None:
        where, colour = ("above" if row.actual > row.p95 else "below"), "red"
    off = "-" if row.bias is None else _signed(row.bias, percent(row.bias))
    return [
        _named(words, row.indicator, row.unit),
        str(row.period),
        counted(row.actual, row.unit),
        counted(row.median, row.unit),
        _band(words, row.p05, row.p95, row.unit),
        f"[{colour}]{words(f'validate.{where}')}[/{colour}]",
        off,
        number(row.crps),
        number(row.crps_no_change),
        number(row.crps_last_growth),
    ]


def _against(words: Words, naive: Naive) -> str:
    forecaster = words(f"validate.{naive.forecaster}")
    if naive.skill is None or naive.crps_log is None or naive.naive_crps_log is None:
        return words("validate.no_naive", forecaster=forecaster)
    return words(
        "validate.better" if naive.skill > 0.0 else "validate.worse",
        forecaster=forecaster,
        figures=naive.figures,
        model=number(naive.crps_log),
        naive=number(naive.naive_crps_log),
        skill=percent(abs(naive.skill)),
    )


# --- update


def show_update(out: Console, words: Words, region: Region, scenario: Scenario, answer: UpdateAnswer) -> None:
    """The answer of `yidu update`."""
    asked(out, words, region, scenario, answer, words("update.title", region=words.titled(region)), _figures(words, answer))
    _observed(out, words, answer)
    say(out, words("update.effective", effective=number(answer.effective), runs=f"{answer.runs:,}"))
    out.print()
    _targets(out, words, answer)
    _forecasts(out, words, region, answer)
    _learned(out, words, region, answer)
    mind(out, words, answer.warnings)


def _observed(out: Console, words: Words, answer: UpdateAnswer) -> None:
    heads = [("indicator", "fold"), ("year", "right"), ("actual", "right"), ("median", "right"), ("band", "right"), ("distance", "right")]
    rows = [
        [
            _named(words, row.indicator, row.unit),
            str(row.period),
            counted(row.actual, row.unit),
            counted(row.median, row.unit),
            _band(words, row.p05, row.p95, row.unit),
            "-" if row.distance is None else _signed(row.distance, f"{row.distance:.1f}"),
        ]
        for row in answer.observed
    ]
    show(out, table(words("update.observed"), [(words(f"column.{name}"), side) for name, side in heads], rows))
    say(out, words("update.distance"), style="dim")


def _targets(out: Console, words: Words, answer: UpdateAnswer) -> None:
    if not answer.targets:
        return
    heads = ["indicator", "target", "before", "after", "median", "band", "verdict"]
    sides = ["fold", "right", "right", "right", "right", "right", "left"]
    keep = [0, 1, 2, 3, 6] if out.width < NARROW else range(len(heads))
    rows = [_target(words, row) for row in answer.targets]
    show(
        out,
        table(words("update.targets"), [(words(f"column.{heads[k]}"), sides[k]) for k in keep], [[row[k] for k in keep] for row in rows]),
    )
    say(out, words("update.legend"), style="dim")
    out.print()
    before = chance(answer.joint_before, answer.joint_before_mc_error)
    after = chance(answer.joint_after, answer.joint_after_mc_error)
    say(out, words("update.joint", count=len(answer.targets), before=before, after=after))
    out.print()


def _target(words: Words, row: UpdatedTarget) -> list[str]:
    colour = COLOURS[row.after.verdict]
    amount = words("phrase.amount", sense=words(f"sense.{row.sense}"), value=number(row.target), unit=words.unit(row.unit))
    return [
        escape(words.indicator(row.indicator)),
        escape(amount),
        percent(row.before.probability),
        f"[{colour}]{chance(row.after.probability, row.after.mc_error)}[/{colour}]",
        counted(row.after.median, row.unit),
        _band(words, row.after.p05, row.after.p95, row.unit),
        f"[{colour}]{SIGNS[row.after.verdict]} {escape(words.verdict(row.after.verdict))}[/{colour}]",
    ]


def _forecasts(out: Console, words: Words, region: Region, answer: UpdateAnswer) -> None:
    """What has a figure, or is on record where there are no targets, in every year from the first figure on."""
    seen = {row.indicator for row in answer.observed}
    rows: dict[str, list[UpdatedForecast]] = {}
    for row in answer.forecast:
        if row.indicator in seen:
            rows.setdefault(row.indicator, []).append(row)
    if not rows:
        return
    label = NARROW_LABEL if out.width < NARROW else out.width
    show_by_year(
        out,
        words,
        words("update.forecast"),
        sorted({row.year for row in answer.forecast}),
        [(words("column.indicator"), "left"), ("", "left")],
        [
            (
                [folded(_named(words, indicator, by[0].unit), label), f"{words('update.before')}\n\n{words('update.after')}\n"],
                [_cell(words, row) for row in by],
            )
            for indicator, by in rows.items()
        ],
    )
    say(out, words("update.forecast_legend"), style="dim")
    out.print()


def _cell(words: Words, row: UpdatedForecast) -> str:
    """Median and band before, then after; a published figure in the place of the latter."""
    before, after = row.before, row.after
    old = f"{counted(before.median, row.unit)}\n{_band(words, before.p05, before.p95, row.unit)}"
    if row.actual is not None:
        return f"{old}\n[bold]{counted(row.actual, row.unit)}[/bold]\n{words('update.published')}"
    return f"{old}\n{counted(after.median, row.unit)}\n{_band(words, after.p05, after.p95, row.unit)}"


def _learned(out: Console, words: Words, region: Region, answer: UpdateAnswer) -> None:
    out.print(f"[bold]{words('update.learned')}[/bold]")
    sentences = list(_sentences(words, region, answer))
    for sentence in sentences or [words("update.nothing_learned")]:
        say(out, words("phrase.bullet", text=sentence))
    out.print()


def _sentences(words: Words, region: Region, answer: UpdateAnswer) -> Iterable[str]:
    moved = [row for row in answer.parameters if row.moved]
    yield from (_parameter(words, row) for row in moved[:MOST_PARAMETERS])
    if len(moved) > MOST_PARAMETERS:
        yield words("update.more", count=len(moved) - MOST_PARAMETERS)
    for row in answer.readings:
        if row.moved and row.after > row.before:
            yield words(
                "update.reading",
                fact=fact_title(words, region.fact(row.fact, row.reading)),
                reading=row.reading,
                before=percent(row.before),
                after=percent(row.after),
            )


def _parameter(words: Words, row: LearnedParameter) -> str:
    return words(
        "update.higher" if row.shift > 0.0 else "update.lower",
        parameter=words.parameter(row.parameter),
        before=number(row.before),
        after=number(row.after),
        unit=words.unit(row.unit),
        shift=f"{abs(row.shift):.1f}",
    )
