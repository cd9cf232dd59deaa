"""Targets for the next plan in a terminal: the value reached with each probability, year by year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from yidu.experiments.judging.verdicts import verdict_of
from yidu.viz.presenters.milestones import grounds
from yidu.viz.presenters.targets import SOUND, level
from yidu.viz.terminal import COLOURS, NARROW, NARROW_LABEL, asked, say, show, show_by_year, table
from yidu.viz.terminal.concluding import conclude
from yidu.viz.words import Words
from yidu.viz.words.format import band, chance, counted, folded, number

if TYPE_CHECKING:
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.experiments.targets.answer import Attainable, AttainableRow, TargetsAnswer
    from yidu.sim.region import Region


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
