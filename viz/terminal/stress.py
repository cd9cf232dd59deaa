"""A stress test in a terminal: the events there are, what one of them takes away, what would replace it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from yidu.sim.levers import LEVERS
from yidu.viz.presenters.stress import (
    MOST_LEVERS,
    chosen_levels,
    event_title,
    grounds,
    hurt_by,
    largest_falls,
    lasting,
    moved,
    names,
    points,
    spread,
    what_happens,
)
from yidu.viz.terminal import COLOURS, NARROW, asked, mind, say, show, table
from yidu.viz.terminal.concluding import conclude
from yidu.viz.words import Words
from yidu.viz.words.format import chance, counted, number, percent

if TYPE_CHECKING:
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.experiments.stress.answer import EventsAnswer, LeverTried, Ordeal, ReplacementAnswer, StressAnswer, StressedTarget
    from yidu.sim.region import Region


# --- the events of a pack


def show_events(out: Console, words: Words, region: Region, answer: EventsAnswer) -> None:
    """The answer of `yidu stress` without an event."""
    out.print(f"[bold]{escape(words('stress.title', region=words.titled(region)))}[/bold]")
    out.print()
    rows = [
        [escape(event_title(words, one)), one.id, lasting(words, one), escape(what_happens(words, one)), one.grade] for one in answer.events
    ]
    heads = [("event", "fold"), ("id", "left"), ("years", "left"), ("what", "fold"), ("grade", "left")]
    show(out, table(words("stress.events"), [(words(f"stress.column.{name}"), side) for name, side in heads], rows))
    say(out, words("stress.events_legend"), style="dim")
    out.print()
    say(out, answer.conclusion, style="bold")
    out.print()
    mind(out, words, answer.warnings)


# --- what an event takes away


def show_stress(out: Console, words: Words, region: Region, scenario: Scenario, answer: StressAnswer) -> None:
    """The answer of `yidu stress --event`: one ordeal in full, several side by side."""
    asked(out, words, region, scenario, answer, words("stress.title", region=words.titled(region)))
    if len(answer.ordeals) == 1:
        _one(out, words, region, answer)
    else:
        _several(out, words, region, answer)
    conclude(out, words, answer.conclusion, grounds(words, answer), answer.warnings)


def _heads(words: Words, *columns: tuple[str, str], **values: object) -> list[tuple[str, str]]:
    return [(words(f"stress.column.{name}", **values), side) for name, side in columns]


def _one(out: Console, words: Words, region: Region, answer: StressAnswer) -> None:
    (ordeal,) = answer.ordeals
    for event in ordeal.events:
        sentence = words(
            "stress.happens", event=event_title(words, event), id=event.id, years=lasting(words, event),
            what=what_happens(words, event), grade=event.grade,
        )  # fmt: skip
        say(out, words("phrase.bullet", text=sentence))
    out.print()
    _targets(out, words, ordeal)
    for joint in ordeal.joint:
        say(
            out,
            words(
                f"stress.joint_{joint.of}",
                count=joint.targets,
                without=chance(joint.without, joint.without_mc_error),
                under=chance(joint.under, joint.under_mc_error),
            ),
        )
    money = ordeal.public_money
    median, unit = number(money.under.median), words.unit(money.unit)
    change = words("stress.no_change")
    if money.difference.beyond_chance:
        change = words("stress.money_change", change=moved(money.difference), unit=unit)
    say(out, words("stress.money", over=money.over, median=median, unit=unit, change=change))
    out.print()
    _levels(out, words, region, ordeal)
    for replacement in answer.replacements:
        _replacement(out, words, replacement)


def _targets(out: Console, words: Words, ordeal: Ordeal) -> None:
    if not ordeal.targets:
        return
    changed = [row for row in ordeal.targets if row.hurt or row.helped]
    shown = changed or largest_falls(ordeal)
    if shown:
        heads = _heads(
            words, ("indicator", "fold"), ("target", "right"), ("without", "right"), ("under", "right"), ("points", "right"),
            ("verdict", "left"), ("change", "right"), ("grade", "left"),
        )  # fmt: skip
        rows = [_target(words, row) for row in shown]
        narrow = out.width < NARROW
        keep = [0, 2, 3, 4, 5] if narrow else range(len(heads))
        title = words("stress.targets") if changed else words("stress.largest", count=len(shown))
        grid = table(title, [heads[k] for k in keep], [[row[k] for k in keep] for row in rows])
        show(out, grid)
        _legend(out, words, "stress.legend", narrow)
    rest = len(ordeal.targets) - len(changed)
    if rest:
        say(out, words("stress.unchanged" if changed else "stress.none_changed", count=rest))
    out.print()


def _legend(out: Console, words: Words, key: str, narrow: bool, **values: object) -> None:
    """A legend, with what it says of the columns that only a wide table has."""
    parts = [words(key, **values)] + ([] if narrow else [words(f"{key}_wide")])
    say(out, words("stress.join").join(parts), style="dim")


def _target(words: Words, row: StressedTarget) -> list[str]:
    before, after = row.without.verdict, row.under.verdict
    same = before == after
    verdict = words.verdict(after) if same else words("stress.from_to", before=words.verdict(before), after=words.verdict(after))
    amount = words("phrase.amount", sense=words(f"sense.{row.sense}"), value=number(row.target), unit=words.unit(row.unit))
    return [
        escape(words.indicator(row.indicator)),
        escape(amount),
        chance(row.without.probability, row.without.mc_error),
        chance(row.under.probability, row.under.mc_error),
        points(row.chance),
        f"[{COLOURS[after]}]{escape(verdict)}[/{COLOURS[after]}]",
        moved(row.difference),
        row.grade,
    ]


def _levels(out: Console, words: Words, region: Region, ordeal: Ordeal) -> None:
    last = region.settings.years.plan_end
    rows = chosen_levels(ordeal, last)
    heads = _heads(words, ("indicator", "fold"), ("without", "right"), ("under", "right"), ("change", "right"), ("band", "right"))
    cells = []
    for row in rows:
        low_high = "-" if row.difference is None else spread(words, row.difference, row.unit)
        cells.append(
            [
                escape(words("phrase.with_unit", title=words.indicator(row.indicator), unit=words.unit(row.unit))),
                counted(row.without.median, row.unit),
                counted(row.under.median, row.unit),
                moved(row.difference),
                low_high,
            ]
        )
    show(out, table(words("stress.levels", year=last), heads, cells))
    say(out, words("stress.levels_legend"), style="dim")
    out.print()


def _replacement(out: Console, words: Words, answer: ReplacementAnswer) -> None:
    restoring = [row for row in answer.tried if row.restores][:MOST_LEVERS]
    rows = restoring or [row for row in answer.tried if row.helps][:MOST_LEVERS]
    name = words.indicator(answer.indicator)
    if not rows:
        say(out, words("stress.nothing_helps", indicator=name, count=len(answer.tried)))
        out.print()
        return
    heads = _heads(
        words, ("lever", "fold"), ("decided_by", "left"), ("raised", "right"), ("lever_unit", "fold"), ("then", "right"),
        ("left", "right"), ("cost", "right"), ("mark", "left"),
    )  # fmt: skip
    narrow = out.width < NARROW
    keep = [0, 2, 4, 6, 7] if narrow else range(len(heads))
    cells = [_lever(words, row) for row in rows]
    title = words(
        "stress.replaced" if restoring else "stress.not_replaced",
        indicator=name, year=answer.year, without=percent(answer.without.probability), under=percent(answer.under.probability),
    )  # fmt: skip
    show(out, table(title, [heads[k] for k in keep], [[row[k] for k in keep] for row in cells]))
    _legend(out, words, "stress.replaced_legend", narrow, count=len(answer.tried))
    out.print()


def _lever(words: Words, row: LeverTried) -> list[str]:
    decided = LEVERS[row.lever].decided
    marks = [words("stress.far")] if row.extrapolation else []
    marks += [words("stress.silent")] if row.silent else []
    return [
        escape(words.titled(LEVERS[row.lever])),
        escape(words.text(decided)),
        words("stress.from_to", before=number(row.value_before), after=number(row.value)),
        escape(words.unit(row.unit)),
        chance(row.probability, row.mc_error),
        points(row.left),
        moved(row.cost),
        escape(words("phrase.comma").join([*marks, row.grade])),
    ]


def _several(out: Console, words: Words, region: Region, answer: StressAnswer) -> None:
    last = region.settings.years.plan_end
    heads = _heads(
        words, ("event", "fold"), ("first", "right"), ("hurt", "right"), ("lost", "right"), ("worst", "fold"), ("rd", "right"),
        ("gdp", "right"), ("money", "right"), year=last,
    )  # fmt: skip
    narrow = out.width < NARROW
    keep = [0, 2, 3, 4, 5] if narrow else range(len(heads))
    rows = [_ordeal(words, one, last) for one in answer.ordeals]
    show(out, table(words("stress.several"), [heads[k] for k in keep], [[row[k] for k in keep] for row in rows]))
    _legend(out, words, "stress.several_legend", narrow)
    out.print()


def _ordeal(words: Words, one: Ordeal, last: int) -> list[str]:
    level = {row.indicator: row.difference for row in one.levels if row.year == last}
    hurt = hurt_by(one)
    worst = "-"
    for row in (hurt or largest_falls(one))[:1]:
        worst = words("stress.worst_of", indicator=words.indicator(row.indicator), points=points(row.chance))
        worst = worst if hurt else words("stress.worst_within", worst=worst)
    return [
        escape(names(words, one.events)),
        str(min(event.first_year for event in one.events)),
        str(len(hurt)) if one.targets else "-",
        str(sum(row.lost for row in one.targets)) if one.targets else "-",
        escape(worst),
        moved(level.get("rd_expenditure")),
        moved(level.get("gdp")),
        moved(one.public_money.difference),
    ]
