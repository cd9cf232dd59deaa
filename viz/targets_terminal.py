"""Targets for the next plan in a terminal: the value reached with each probability, year by year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from experiments.verdicts import verdict_of
from viz.concluding import conclude
from viz.milestones_terminal import grounds
from viz.terminal import (
    COLOURS,
    NARROW,
    NARROW_LABEL,
    asked,
    band,
    chance,
    counted,
    folded,
    number,
    say,
    show,
    show_by_year,
    table,
)
from viz.words import Words

if TYPE_CHECKING:
    from experiments.horizon import Attainable, AttainableRow, TargetsAnswer
    from experiments.scenario import Scenario
    from sim.region import Region

SOUND = 0.7
"""The probability at which a target is called sound."""

MOST_NAMED = 3
"""Indicators that a sentence names; the table has the rest."""

FIRST_NAMED = ("tech_enterprises", "high_tech_enterprises", "rd_expenditure")
"""What everyone asks after first."""


def level(probability: float) -> str:
    """A probability that is asked for, in whole percent."""
    return f"{probability * 100.0:.0f}%"


def show_targets(out: Console, words: Words, region: Region, scenario: Scenario, answer: TargetsAnswer, everything: bool) -> None:
    """The answer of `yidu targets`."""
    more = [] if answer.actuals is None else [words("targets.starts", file=answer.actuals, effective=number(answer.effective))]
    title = words("targets.title", region=words.titled(region), first=answer.rows[0].year, last=answer.horizon)
    asked(out, words, region, scenario, answer, title, *more)
    rows = [row for row in answer.rows if everything or row.headline]
    _by_year(out, words, rows)
    last = [row for row in rows if row.year == answer.horizon]
    _last_year(out, words, answer, last)
    conclude(out, words, answer.conclusion, grounds(words, answer.rests), answer.warnings)


def _by_year(out: Console, words: Words, rows: Sequence[AttainableRow]) -> None:
    label = NARROW_LABEL if out.width < NARROW else 2 * NARROW_LABEL
    lines: dict[str, list[AttainableRow]] = {}
    for row in rows:
        lines.setdefault(row.indicator, []).append(row)
    show_by_year(
        out,
        words,
        words("targets.by_year"),
        sorted({row.year for row in rows}),
        [(words("targets.column.indicator"), "left"), (words("targets.column.probability"), "right")],
        [
            (
                [
                    folded(escape(words("phrase.with_unit", title=words.indicator(name), unit=words.unit(by[0].unit))), label),
                    "\n".join(level(one.probability) for one in by[0].values),
                ],
                [_cell(words, row) for row in by],
            )
            for name, by in lines.items()
        ],
    )
    say(out, words("targets.legend"), style="dim")
    if any(row.extrapolation for row in rows):
        say(out, words("targets.legend_beyond"), style="dim")
    if any(row.published for row in rows):
        say(out, words("targets.legend_published"), style="dim")
    out.print()


def _cell(words: Words, row: AttainableRow) -> str:
    """The values of a year under one another; a published figure alone."""
    if row.published:
        return f"[bold]{_value(words, row.values[0], row)}[/bold]\n{words('targets.published')}\n"
    return "\n".join(_value(words, one, row) for one in row.values)


def _value(words: Words, one: Attainable, row: AttainableRow) -> str:
    text = counted(one.value, row.unit)
    return words("phrase.older", value=text) if row.extrapolation and one.value is not None else text


def _last_year(out: Console, words: Words, answer: TargetsAnswer, rows: Sequence[AttainableRow]) -> None:
    at_target = {(row.indicator, row.year): row for row in answer.rows}
    heads = [("indicator", "fold"), ("sound", "right"), ("interval", "right"), ("target", "right"), ("then", "right"), ("horizon", "right")]
    heads += [("basis", "left")]
    cells = []
    for row in rows:
        one = next(value for value in row.values if value.probability == SOUND)
        cells.append(
            [
                escape(words("phrase.with_unit", title=words.indicator(row.indicator), unit=words.unit(row.unit))),
                _value(words, one, row),
                band(one.low, one.high, words),
                *_present(words, row, at_target),
                f"{words.class_(row.class_)} {row.grade}",
            ]
        )
    narrow = out.width < NARROW
    keep = [0, 1, 3, 4, 5] if narrow else range(len(heads))
    columns = [(words(f"targets.column.{name}", year=answer.horizon, probability=level(SOUND)), side) for name, side in heads]
    title = words("targets.last_year", year=answer.horizon)
    show(out, table(title, [columns[k] for k in keep], [[row[k] for k in keep] for row in cells]))
    legends = ["targets.last_year_legend"] if narrow else ["targets.last_year_legend", "targets.last_year_legend_wide"]
    say(out, words("targets.join").join(words(key, probability=level(SOUND)) for key in legends), style="dim")
    out.print()


def _present(words: Words, row: AttainableRow, at_target: dict[tuple[str, int], AttainableRow]) -> list[str]:
    """The target that is set now, how likely it is in its year, and in the last year."""
    present = row.present
    if present is None:
        return ["-", "-", "-"]
    then = at_target.get((row.indicator, present.target_year))
    amount = words("targets.present", sense=words(f"sense.{row.sense}"), value=number(present.target), year=present.target_year)
    shown = "-"
    if then is not None and then.present is not None:
        colour = COLOURS[verdict_of(then.present.probability)]
        shown = f"[{colour}]{chance(then.present.probability, then.present.mc_error)}[/{colour}]"
    return [escape(amount), shown, chance(present.probability, present.mc_error)]


# --- sentences


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
