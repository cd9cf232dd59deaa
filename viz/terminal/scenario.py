"""A scenario in a terminal: what it changes, what is known of its cost, what runs say of it, how far it lies beyond experience."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from yidu.experiments.check.affordable import KNOWN
from yidu.experiments.scenarios.scenario import plan_years
from yidu.sim import levers
from yidu.sim.levers import LEVERS
from yidu.viz.presenters.scenario import grounds, unit_cost
from yidu.viz.terminal import NARROW, say, show, show_by_year, table
from yidu.viz.terminal.concluding import conclude
from yidu.viz.words import Words
from yidu.viz.words.format import band, chance, number, path_text
from yidu.viz.words.titles import heading, named, trigger_text

if TYPE_CHECKING:
    from rich.console import Console

    from yidu.experiments.check.answer import FarLever, LeverSet, Measured, ScenarioAnswer
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region
    from yidu.viz.words import Words


def show_check(out: Console, words: Words, scenario: Scenario, answer: ScenarioAnswer) -> None:
    """The answer of `yidu scenario check`: what differs from the status quo, and its cost."""
    changed = [row for row in answer.levers if row.changed]
    title = named(words.titled(scenario), scenario.name)
    say(out, words("scenario.ok", scenario=title, count=len(changed)))
    out.print()
    if changed:
        _changes(out, words, answer, changed)
    for trigger in scenario.triggers:
        say(out, trigger_text(words, trigger))
    _money(out, words, answer, [row.lever for row in changed])


def show_whole(out: Console, words: Words, region: Region, scenario: Scenario, answer: ScenarioAnswer) -> None:
    """The answer of `yidu scenario show`: every lever, what is assumed, triggers, the chain, and the cost."""
    show_scenario(out, words, region, scenario)
    _money(out, words, answer, LEVERS)


def _changes(out: Console, words: Words, answer: ScenarioAnswer, changed: list[LeverSet]) -> None:
    far = {row.lever: row for row in answer.beyond_experience}
    years = [one.year for one in changed[0].path]
    rows = [
        [
            escape(words.indicator(row.lever)),
            row.lever,
            escape(words.text(LEVERS[row.lever].decided)),
            path_text([one.status_quo for one in row.path], years),
            path_text([one.value for one in row.path], years),
            escape(words.unit(row.unit)),
            _beyond(words, far.get(row.lever)),
        ]
        for row in changed
    ]
    heads = [
        (words("column.lever"), "left"), (words("column.id"), "left"), (words("column.decided_by"), "fold"),
        (words("scenario.column.usual"), "right"), (words("column.path"), "fold"), (words("column.unit"), "fold"),
        (words("scenario.column.beyond"), "left"),
    ]  # fmt: skip
    if out.width < NARROW:
        for row, lever in zip(rows, changed, strict=True):
            row[0] = escape(f"{words.indicator(lever.lever)}\n{words.unit(lever.unit)}")
        keep = (0, 3, 4, 6)
        heads, rows = [(heads[k][0], "fold" if k == 0 else heads[k][1]) for k in keep], [[row[k] for k in keep] for row in rows]
    show(out, table(words("scenario.changes", first=years[0], last=years[-1]), heads, rows))


def _beyond(words: Words, far: FarLever | None) -> str:
    if far is None:
        return ""
    text = words("scenario.far_never") if far.times is None else words("scenario.far_times", times=number(far.times))
    return words("scenario.far_mark", text=text)


def _money(out: Console, words: Words, answer: ScenarioAnswer, shown: Collection[str]) -> None:
    """What is known by year, the unit costs of the levers `shown`, what runs say, and the sentence under it all."""
    years = [row.year for row in answer.known_by_year]
    rows = []
    for lever in dict.fromkeys(row.lever for row in answer.known_costs):
        by_year = {row.year: row for row in answer.known_costs if row.lever == lever}
        cells = [number(by_year[year].amount if year in by_year else 0.0) for year in years]
        sure = next(iter(by_year.values())).known
        rows.append(
            (
                [heading(words, LEVERS[lever].group), escape(words.indicator(lever))],
                [cell if sure == "fixed" or cell == "0" else words(f"scenario.{sure}", value=cell) for cell in cells],
            )
        )
    for key, cells in (
        ("known_total", [number(row.amount) for row in answer.known_by_year]),
        ("known_usual", [number(row.status_quo) for row in answer.known_by_year]),
    ):
        rows.append((["", words(f"scenario.{key}")], cells))
    heads = [(words("column.heading"), "left"), (words("column.lever"), "left")]
    show_by_year(out, words, words("scenario.known"), years, heads, rows)
    say(out, words("scenario.known_legend"), style="dim")
    recorded = answer.recorded
    if recorded is None:
        say(out, words("scenario.known_no_record"), style="dim")
    else:
        values = {"recorded": number(recorded.yearly), "total": number(recorded.total), "over": recorded.over}
        say(out, words("scenario.known_record", **values), style="dim")
    out.print()
    _unit_costs(out, words, answer, shown)
    if answer.measured is not None:
        _measured(out, words, answer.measured)
    conclude(out, words, answer.conclusion, grounds(words, answer), answer.warnings)


def _unit_costs(out: Console, words: Words, answer: ScenarioAnswer, shown: Collection[str]) -> None:
    """What a unit of each lever costs, and from what else its cost follows."""
    follows = {row.lever: words(f"follows.{row.follows}") for row in answer.depends}
    used = [id for id in LEVERS if id in shown and (id in follows or id in KNOWN)]
    rows = [[escape(words.indicator(id)), escape(unit_cost(words, id)), follows.get(id, "")] for id in used]
    heads = [
        (words("column.lever"), "left"), (words("scenario.column.unit_cost"), "fold"), (words("scenario.column.follows"), "fold"),
    ]  # fmt: skip
    if rows:
        show(out, table(words("scenario.depends"), heads, rows))


def _measured(out: Console, words: Words, measured: Measured) -> None:
    first, last = measured.by_year[0].year, measured.by_year[-1].year
    rows = [
        [
            words("scenario.measured_total", first=first, last=last) if one is measured.total else str(one.year),
            f"{number(one.mean)} ±{number(one.mc_error)}",
            number(one.median),
            band(one.p05, one.p95, words),
            number(one.status_quo),
            f"{number(one.change)} ±{number(one.change_mc_error)}",
            chance(one.above_record, one.above_record_mc_error),
        ]
        for one in (*measured.by_year, measured.total)
    ]
    heads = [
        (words("column.year"), "left"), (words("scenario.column.mean"), "right"), (words("column.median"), "right"),
        (words("column.band"), "right"), (words("scenario.column.usual"), "right"), (words("scenario.column.change"), "right"),
        (words("scenario.column.above_record"), "right"),
    ]  # fmt: skip
    if out.width < NARROW:
        heads, rows = [heads[k] for k in (0, 1, 3, 5, 6)], [[row[k] for k in (0, 1, 3, 5, 6)] for row in rows]
    show(out, table(words("scenario.measured", runs=f"{measured.runs:,}"), heads, rows))
    say(out, words("phrase.digest", digest=measured.digest), style="dim")
    out.print()


def show_scenario(out: Console, words: Words, region: Region, scenario: Scenario) -> None:
    """A scenario's levers over the plan, beside what they were; a mark where they leave the status quo."""
    out.print(f"[bold]{escape(named(words.titled(scenario), scenario.name))}[/bold]")
    if scenario.description:
        out.print(scenario.description, markup=False)
    if len(scenario.chain) > 1:
        say(out, words("scenario.chain_title", chain=" < ".join(scenario.chain)), style="dim")
    out.print()
    years, changed, narrow = plan_years(region), changed_levers(region, scenario), out.width < NARROW
    rows = [
        [
            f"{'*' if lever.id in changed else ' '} {escape(words.titled(lever))}"
            + (f"\n  {escape(words.unit(lever.unit))}" if narrow else ""),
            lever.id,
            escape(words.text(lever.decided)),
            number(region.levers.get(lever.id, years[0] - 1)),
            path_text([scenario.levers.get(lever.id, year) for year in years], years),
            escape(words.unit(lever.unit)),
        ]
        for lever in levers.LEVERS.values()
    ]
    heads = [("lever", "left"), ("id", "left"), ("decided_by", "fold"), ("last_record", "right"), ("path", "fold"), ("unit", "fold")]
    columns = [
        (words(f"column.{name}", year=years[0] - 1) if name == "last_record" else words(f"column.{name}"), side) for name, side in heads
    ]
    if narrow:
        keep = (0, 2, 3, 4)
        columns, rows = [columns[k] for k in keep], [[row[k] for k in keep] for row in rows]
    show(out, table(words("scenario.table", first=years[0], last=years[-1]), columns, rows))
    say(out, words("scenario.mark"), style="dim")
    for name, steps in scenario.environment.items():
        field = region.environment.fields[name]
        path = words("phrase.comma").join(f"{year}={value:g}" for year, value in sorted(steps.items()))
        say(out, words("scenario.environment", field=words.titled(field), path=path))
    for trigger in scenario.triggers:
        say(out, trigger_text(words, trigger))
    out.print()


def changed_levers(region: Region, scenario: Scenario) -> tuple[str, ...]:
    """Levers that a scenario sets otherwise than the status quo of the pack."""
    return tuple(id for id in levers.LEVERS if scenario.levers.path(id) != region.levers.path(id))
