"""`yidu stress`: what goes if a giant leaves, a sector slumps or a rule changes, and what would replace it."""

from __future__ import annotations

import contextlib
import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from yidu.sim.errors import InputError
from yidu.sim.seeds import LARGEST_SEED
from yidu.viz import terminal
from yidu.viz.commands.shared import (
    HELP,
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
    environment_of,
    give,
    give_csv,
    output_files,
    progress,
    repeated,
    whole,
    words_of,
)
from yidu.viz.tables.stress import stress_csv, tables_csv
from yidu.viz.words import DEFAULT, Words
from yidu.viz.words.titles import notice as terminal_notice

if TYPE_CHECKING:
    from pathlib import Path

    from yidu.experiments.stress.answer import EventsAnswer, StressAnswer
    from yidu.sim.region import Region

Events = Annotated[list[str] | None, typer.Option("--event", metavar="NAME", help=HELP("help.event"))]
ENOUGH = 400
"""Runs below which more are the first thing to try."""

TableFile = Annotated[str | None, typer.Option("--csv", metavar="FILE", help=HELP("help.csv_stress"))]


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

    from yidu.experiments.scenarios.scenario import load
    from yidu.experiments.stress.compute import run_stress, work
    from yidu.experiments.stress.events import ALL, chosen
    from yidu.experiments.stress.replacements import Search, stressed
    from yidu.sim.region import load as load_region
    from yidu.viz.presenters.stress import conclusion
    from yidu.viz.terminal.stress import show_stress

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
            "warnings": tuple(terminal_notice(words, pack, notice) for notice in found.notices),
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


def _list(words: Words, pack: Region, asked: str, json: tuple[str | None, Path | None], csv: tuple[str | None, Path | None]) -> None:
    """The events of the pack, where none is asked for."""
    from yidu.experiments.stress.compute import list_events
    from yidu.viz.presenters.stress import events_conclusion
    from yidu.viz.terminal.stress import show_events

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
    from yidu.experiments.stress.events import ALL, chosen
    from yidu.viz.presenters.stress import heaviest

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
