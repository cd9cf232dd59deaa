"""Warning lines in a terminal: what must be seen by the end of a year, and whether a rule that waits for it is worth it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape

from yidu.sim.triggers import Trigger
from yidu.viz.presenters.concluding import points
from yidu.viz.presenters.milestones import grounds
from yidu.viz.terminal import GAP, NARROW, asked, say, show, table
from yidu.viz.terminal.concluding import conclude
from yidu.viz.words import Words
from yidu.viz.words.format import chance, counted, number
from yidu.viz.words.titles import trigger_text

if TYPE_CHECKING:
    from yidu.experiments.milestones.adaptive import RuleAnswer, RuleEffect, TriggerTried
    from yidu.experiments.milestones.answer import MilestoneAnswer, MilestonesAnswer, PathAnswer
    from yidu.experiments.milestones.early_signs import SignAnswer
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region

MOST_NAMED = 4
"""Parameters that the line of evidence names; the JSON has all."""

MOST_TRIED = 6
"""Targets of a rule that the table shows where none was asked for; the JSON has all."""


def show_milestones(
    out: Console, words: Words, region: Region, scenario: Scenario, answer: MilestonesAnswer, target: str | None, year: int | None
) -> None:
    """The answer of `yidu milestones`: all targets in one year, or one target in all years."""
    head: Any = answer
    asked(out, words, region, scenario, head, words("milestones.title", region=words.titled(region)))
    if target is None:
        kept = _lines_of_year(out, words, answer, year or answer.mid_year)
    else:
        kept = set()
        for goal in dict.fromkeys(line.target_year for line in answer.milestones):
            kept |= _lines_of_target(out, words, answer, goal)
    for key in ("milestones.legend", "milestones.legend_line"):
        say(out, words(key), style="dim")
    _legends(out, words, "legend", kept, ("if_warned", "auc", "path"))
    if any(line.told != "line" for line in answer.milestones):
        say(out, words("milestones.legend_none"), style="dim")
    out.print()
    if answer.signs:
        _signs(out, words, answer.signs, said=kept)
    elif any(line.told == "line" and line.year == (year or answer.mid_year) for line in answer.milestones):
        say(out, words("milestones.no_signs", year=year or answer.mid_year))
        out.print()
    if answer.rule is not None:
        _rule(out, words, answer.rule, target)
    conclude(out, words, answer.conclusion, grounds(words, answer.rests), answer.warnings)


# --- lines


def _legends(out: Console, words: Words, prefix: str, kept: set[str], explained: Sequence[str]) -> None:
    """What columns mean, for those that are shown."""
    for name in explained:
        if name in kept:
            say(out, words(f"milestones.{prefix}_{name}"), style="dim")


def _lines_of_year(out: Console, words: Words, answer: MilestonesAnswer, year: int) -> set[str]:
    paths = {(row.indicator, row.year): row for row in answer.paths}
    lines, narrow = [line for line in answer.milestones if line.year == year], out.width < NARROW
    rows = [[escape(words.indicator(line.indicator)), *_rates(words, line, paths[line.indicator, year], unit=not narrow)] for line in lines]
    for row, line in zip(rows, lines, strict=True):
        if narrow and line.told == "line":
            row[2] += f"\n{escape(words.unit(line.unit))}"
    heads = [("indicator", "fold"), ("probability", "right"), *RATES]
    fewer = [0, 1, 2, 3, 4, 6, 7, 8], [0, 1, 2, 3, 4, 6], [0, 2, 3, 4]
    return _table(out, words, words("milestones.table_year", year=year), heads, rows, *fewer)


def _lines_of_target(out: Console, words: Words, answer: MilestonesAnswer, goal: int) -> set[str]:
    paths = {(row.indicator, row.year): row for row in answer.paths}
    lines = [line for line in answer.milestones if line.target_year == goal]
    first = lines[0]
    rows = [[str(line.year), *_rates(words, line, paths[line.indicator, line.year])] for line in lines]
    last = paths.get((first.indicator, goal))
    if last is not None:
        rows.append([str(goal), chance(first.probability, first.mc_error), _amount(words, first), *[""] * 5, _path(words, last)])
    title = words("milestones.table_target", indicator=words.indicator(first.indicator), unit=words.unit(first.unit), year=goal)
    return _table(
        out, words, title, [("year", "left"), ("probability", "right"), *RATES], rows, [0, 2, 3, 4, 5, 6, 8], [0, 2, 3, 4, 6], [0, 2, 3, 4]
    )


RATES = [
    ("line", "right"), ("false_alarm", "right"), ("miss", "right"), ("if_clear", "right"), ("if_warned", "right"),
    ("auc", "right"), ("path", "right"),
]  # fmt: skip


def _wrong_side(words: Words, sense: str, line: float | None, unit: str | None = None) -> str:
    """The side of a line that warns; with its unit where the title of the table does not say it."""
    side = "below" if sense == ">=" else "above"
    if unit is None:
        return escape(words(f"milestones.{side}", line=number(line)))
    return escape(words(f"milestones.{side}_unit", line=number(line), unit=words.unit(unit)))


def _rates(words: Words, line: MilestoneAnswer, path: PathAnswer, *, unit: bool = False) -> list[str]:
    """Probability, line, rates and the path that arrives."""
    wrong_side = _wrong_side(words, line.sense, line.line, line.unit if unit else None)
    return [
        chance(line.probability, line.mc_error),
        wrong_side if line.told == "line" else f"[dim]{words(f'milestones.told.{line.told}')}[/dim]",
        chance(line.false_alarm, line.false_alarm_error),
        chance(line.miss, line.miss_error),
        chance(line.probability_if_clear, line.probability_if_clear_error),
        chance(line.probability_if_warned, line.probability_if_warned_error),
        _area(line.auc, line.auc_error),
        _path(words, path),
    ]


def _amount(words: Words, line: MilestoneAnswer) -> str:
    return escape(words("milestones.goal", sense=words(f"sense.{line.sense}"), value=number(line.target)))


def _area(area: float | None, error: float | None) -> str:
    return "-" if area is None or error is None else f"{area:.2f} ±{error:.2f}"


def _path(words: Words, path: PathAnswer) -> str:
    if path.median is None:
        return "-"
    low, high = counted(path.p25, path.unit), counted(path.p75, path.unit)
    return words("milestones.path", median=counted(path.median, path.unit), low=low, high=high)


def _table(
    out: Console, words: Words, title: str, heads: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]], *fewer: Sequence[int]
) -> set[str]:
    """A table; where it is wider than the terminal, with fewer of its columns, those that matter most. Returns the columns shown."""
    for keep in (range(len(heads)), *fewer):
        columns = [(words(f"milestones.column.{heads[k][0]}"), heads[k][1]) for k in keep]
        grid = table(title, columns, [[row[k] for k in keep] for row in rows])
        if sum(column.min_width or 0 for column in grid.columns) + GAP * (len(columns) - 1) <= out.width:
            break
    show(out, grid)
    return {heads[k][0] for k in keep}


def _signs(out: Console, words: Words, signs: Sequence[SignAnswer], said: set[str]) -> None:
    rows = [
        [
            escape(words.indicator(sign.indicator)),
            escape(words.indicator(sign.sign)),
            _wrong_side(words, sign.better, sign.line, sign.unit),
            chance(sign.false_alarm, sign.false_alarm_error),
            chance(sign.miss, sign.miss_error),
            _area(sign.auc, sign.auc_error),
            f"{sign.auc_own:.2f}",
            f"+{sign.gain:.2f} ±{sign.gain_error:.2f}",
        ]
        for sign in signs
    ]
    heads = [("indicator", "fold"), ("sign", "fold"), ("line", "right"), ("false_alarm", "right"), ("miss", "right")]
    heads += [("auc", "right"), ("auc_own", "right"), ("gain", "right")]
    kept = _table(out, words, words("milestones.signs", year=signs[0].year), heads, rows, [0, 1, 2, 5, 6], [0, 1, 2])
    say(out, words("milestones.signs_legend"), style="dim")
    _legends(out, words, "legend", kept - said, ("auc",))
    out.print()


# --- a rule


def _rule(out: Console, words: Words, rule: RuleAnswer, target: str | None) -> None:
    for trigger in rule.triggers:
        say(out, trigger_text(words, _trigger(trigger)), style="bold")
        if trigger.from_line:
            say(out, words("milestones.from_line"), style="dim")
    say(out, words("milestones.fired", share=chance(rule.fired, rule.fired_error)))
    out.print()
    costs = {tried.way: tried for tried in rule.ways}
    shown = shown_targets(rule, target)
    rows = [
        [
            escape(words.indicator(effect.indicator)) if effect.way == "without" else "",
            words(f"milestones.way.{effect.way}"),
            chance(effect.probability, effect.mc_error),
            _change(effect),
            points(effect.change_if_fired, effect.change_if_fired_error),
            _money(costs[effect.way].extra_cost, costs[effect.way].extra_cost_error) if effect.way != "without" else "",
            "" if effect.cost_per_point is None else f"{number(effect.cost_per_point)} ±{number(effect.cost_per_point_error)}",
        ]
        for effect in rule.effects
        if (effect.indicator, effect.year) in shown
    ]
    heads = [("indicator", "fold"), ("way", "left"), ("probability", "right"), ("change", "right"), ("if_fired", "right")]
    heads += [("extra_cost", "right"), ("per_point", "right")]
    if rows:
        kept = _table(out, words, words("milestones.rule_table"), heads, rows, [0, 1, 2, 3, 5], [0, 1, 2, 3])
        say(out, words("milestones.rule_legend"), style="dim")
        _legends(out, words, "rule_legend", kept, ("if_fired", "extra_cost", "per_point"))
    if not any(effect.beyond_chance for effect in rule.effects):
        say(out, words("milestones.rule_no_change"))
    out.print()


def _trigger(tried: TriggerTried) -> Trigger:
    return Trigger(tried.indicator, tried.sense, tried.value, tried.year, tried.then)


def shown_targets(rule: RuleAnswer, target: str | None) -> set[tuple[str, int]]:
    """The targets that a table of a rule shows: the one asked for; else those it changes most beyond chance, and the condition's own."""
    if target is not None:
        return {(effect.indicator, effect.year) for effect in rule.effects if effect.indicator == target}
    own = {trigger.indicator for trigger in rule.triggers}
    largest: dict[tuple[str, int], float] = {}
    for effect in rule.effects:
        at = (effect.indicator, effect.year)
        if effect.indicator in own:
            largest[at] = float("inf")
        elif effect.beyond_chance:
            largest[at] = max(largest.get(at, 0.0), abs(effect.change or 0.0))
    return set(sorted(largest, key=lambda at: -largest[at])[:MOST_TRIED])


def _change(effect: RuleEffect) -> str:
    text = points(effect.change, effect.change_error)
    return f"[dim]{text}[/dim]" if effect.change is not None and not effect.beyond_chance else text


def _money(amount: float, error: float) -> str:
    return f"{'+' if amount > 0.0 else ''}{number(amount)} ±{number(error)}"
