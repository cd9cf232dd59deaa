"""`yidu stress`: what goes if a giant leaves, a sector slumps or a rule changes, and what would replace it."""

from __future__ import annotations

import contextlib
import shlex
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from sim.errors import InputError
from viz import terminal
from viz.commands.shared import (
    HELP,
    LARGEST_SEED,
    MOST_RUNS,
    Debug,
    Environment,
    Json,
    Lang,
    RegionName,
    Runs,
    ScenarioName,
    Seed,
    Wrong,
    csv_text,
    environment_of,
    give,
    give_csv,
    output_files,
    progress,
    repeated,
    whole,
    words_of,
)
from viz.words import DEFAULT, Words

if TYPE_CHECKING:
    from pathlib import Path

    from experiments.stress_answers import EventsAnswer, Ordeal, StressAnswer
    from sim.region import Region

Events = Annotated[list[str] | None, typer.Option("--event", metavar="NAME", help=HELP("help.event"))]
ENOUGH = 400
"""Runs below which more are the first thing to try."""

TableFile = Annotated[str | None, typer.Option("--csv", metavar="FILE", help=HELP("help.csv_stress"))]


def flat(row: Mapping[str, object]) -> dict[str, object]:
    """A row of JSON as cells: what stands in a part of it under the part's name and its own; lists are left to the JSON."""
    cells: dict[str, object] = {}
    for key, value in row.items():
        if isinstance(value, Mapping):
            cells.update({f"{key}_{name}": inner for name, inner in value.items()})
        elif not isinstance(value, (list, tuple)):
            cells[key] = value
    return cells


def tables_csv(head: Mapping[str, object], rows: Iterable[Mapping[str, object]]) -> str:
    """Rows of several tables under the columns of all of them."""
    cells = [{**head, **flat(row)} for row in rows]
    return csv_text(cells, list(head))


def stress_csv(answer: StressAnswer) -> str:
    """One row an observation, the columns named as in the JSON; `table` says which of its lists a row is from."""
    head = {"region": answer.region, "scenario": answer.scenario, "environment": answer.environment}
    rows: list[Mapping[str, object]] = []
    for ordeal in answer.ordeals:
        events = "+".join(event.id for event in ordeal.events)
        rows += [{"table": table, "events": events, **row} for table, row in _rows(ordeal)]
    events = "+".join(event.id for ordeal in answer.ordeals for event in ordeal.events)
    for one in answer.replacements:
        for tried in one.tried:
            row = tried.model_dump(mode="json")
            rows.append({"table": "replacements", "events": events, "indicator": one.indicator, "year": one.year, **row})
    return tables_csv(head, rows)


def _rows(ordeal: Ordeal) -> Iterable[tuple[str, dict[str, object]]]:
    for target in ordeal.targets:
        yield "targets", target.model_dump(mode="json")
    for level in ordeal.levels:
        yield "levels", level.model_dump(mode="json")
    for joint in ordeal.joint:
        yield "joint", joint.model_dump(mode="json")
    yield "money", ordeal.public_money.model_dump(mode="json")


def events_csv(answer: EventsAnswer) -> str:
    """One row an event and thing that it changes."""
    rows = []
    for event in answer.events:
        own = event.model_dump(mode="json", exclude={"changes"})
        rows += [{**own, "changes": id, "value": value} for id, value in event.changes.items()]
    return tables_csv({"region": answer.region}, rows)


def stress(
    scenario: ScenarioName = "status_quo",
    event: Events = None,
    year: Annotated[int | None, typer.Option("--year", metavar="YEAR", help=HELP("help.event_year"))] = None,
    no_replace: Annotated[bool, typer.Option("--no-replace", help=HELP("help.no_replace"))] = False,
    region: RegionName = "dadukou",
    runs: Runs = 400,
    seed: Seed = 1,
    environment: Environment = "baseline",
    lang: Lang = DEFAULT,
    json: Json = None,
    csv: TableFile = None,
    debug: Debug = False,
) -> None:
    words = words_of(["--lang", lang])
    whole(runs, 1, MOST_RUNS, "runs", words)
    whole(seed, 0, LARGEST_SEED, "seed", words)
    if year is not None and not event:
        raise Wrong(words("stress.year_alone", year=year))
    json_file, csv_file = output_files(json, csv, words)

    from experiments.events import ALL, chosen
    from experiments.replacements import Search, stressed
    from experiments.scenario import load
    from experiments.stress import run_stress, work
    from sim.region import load as load_region
    from viz.stress_said import conclusion
    from viz.stress_terminal import show_stress

    pack = load_region(region)
    mix = load(pack, scenario)
    environment_of(pack, environment, words)
    ordeals = chosen(pack, event or [ALL], year)
    same = repeated(region, environment, seed)
    if not event:
        _list(words, pack, _asked(scenario, same), (json, json_file), (csv, csv_file))
        return
    with progress(words, words("stress.running"), work(runs, len(ordeals))) as advance:
        tried = run_stress(pack, mix, ordeals, environment=environment, runs=runs, seed=seed, progress=advance)
    if len(ordeals) > 1 or no_replace:
        found = stressed(tried)
    else:
        search = Search(tried, tried.tried[0])
        with progress(words, words("stress.searching"), runs * search.most_mixes) as advance:
            found = stressed(tried, search, progress=advance)
    answer = found.answer
    answer = answer.model_copy(
        update={
            "conclusion": conclusion(words, pack, answer),
            "warnings": tuple(terminal.notice(words, pack, notice) for notice in found.notices),
        }
    )
    give(answer, json, json_file)
    give_csv(stress_csv(answer), csv, csv_file)
    if "-" in (json, csv):
        return
    screen = terminal.console()
    show_stress(screen, words, pack, mix, answer)
    further = (("--year", year), ("--no-replace", no_replace and len(ordeals) == 1))  # of several none is looked for
    steps = []
    if runs < ENOUGH:
        options = repeated(region, environment, seed, ("--event", event), *further)
        steps.append((f"{_asked(scenario, options)} --runs {ENOUGH}", words("next.more_runs")))
    steps += _steps(words, pack, answer, scenario, repeated(region, environment, seed, *further), year)
    steps.append((_asked(scenario, same), words("next.stress_list")))
    steps.append((f"yidu assess {shlex.quote(scenario)}{same}", words("next.stress_compare")))
    terminal.next_steps(screen, words, *steps)


def _list(
    words: Words, pack: Region, asked: str, json: tuple[str | None, Path | None], csv: tuple[str | None, Path | None]
) -> None:
    """The events of the pack, where none is asked for."""
    from experiments.stress import list_events
    from viz.stress_said import events_conclusion
    from viz.stress_terminal import show_events

    answer = list_events(pack)
    answer = answer.model_copy(update={"conclusion": events_conclusion(words, pack, answer)})
    give(answer, *json)
    give_csv(events_csv(answer), *csv)
    if "-" in (json[0], csv[0]):
        return
    screen = terminal.console()
    show_events(screen, words, pack, answer)
    terminal.next_steps(
        screen,
        words,
        (f"{asked} --event {answer.events[0].id}", words("next.stress_event")),
        (f"{asked} --event all", words("next.stress_all")),
    )


def _asked(scenario: str, options: str) -> str:
    return f"yidu stress{'' if scenario == 'status_quo' else f' {shlex.quote(scenario)}'}{options}"


def _steps(words: Words, pack: Region, answer: StressAnswer, scenario: str, options: str, year: int | None) -> list[tuple[str, str]]:
    """Other events, or another mix, under the same options."""
    from experiments.events import ALL, chosen
    from viz.stress_said import heaviest

    asked = _asked(scenario, options)
    events = " ".join(f"--event {event.id}" for event in heaviest(answer).events)
    if len(answer.ordeals) > 1:
        return [(f"{asked} {events}", words("next.stress_event"))]
    steps = []
    if scenario != "plan" and "plan" in pack.scenario_names:
        steps.append((f"{_asked('plan', options)} {events}", words("next.stress_plan")))
    with contextlib.suppress(InputError):  # a giant that leaves before that year on record cannot leave in it
        chosen(pack, [ALL], year)
        steps.append((f"{asked} --event {ALL}", words("next.stress_all")))
    return steps
