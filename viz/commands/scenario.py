"""`yidu scenario new`, `check` and `show`: a planner's own mix, from the first draft to what it costs."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yidu.sim.files import write_whole
from yidu.viz import terminal
from yidu.viz.commands.shared import (
    HELP,
    Debug,
    Environment,
    Json,
    Lang,
    RegionName,
    Seed,
    Wrong,
    checked_files,
    environment_of,
    give,
    give_csv,
    new_file,
    progress,
    region_option,
    repeated,
    words_of,
)
from yidu.viz.tables import csv_text
from yidu.viz.words import DEFAULT

if TYPE_CHECKING:
    from yidu.experiments.check.answer import ScenarioAnswer
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region

ScenarioFile = Annotated[str, typer.Argument(metavar="FILE", help=HELP("help.scenario_file"))]
Runs = Annotated[int, typer.Option("--runs", metavar="N", help=HELP("help.scenario_runs"))]
Csv = Annotated[str | None, typer.Option("--csv", metavar="FILE", help=HELP("help.csv_scenario"))]

TO_MEASURE = 200
"""Runs that the next step proposes: a year's money is then known to about a fiftieth."""


def check(
    file: ScenarioFile,
    region: RegionName = "dadukou",
    runs: Runs = 0,
    seed: Seed = 1,
    environment: Environment = "baseline",
    lang: Lang = DEFAULT,
    json: Json = None,
    csv: Csv = None,
    debug: Debug = False,
) -> None:
    """Whether a scenario file can be used, what it changes and what it costs."""
    _answer(file, region, runs, seed, environment, lang, json, csv, whole_table=False)


def show(
    file: ScenarioFile,
    region: RegionName = "dadukou",
    runs: Runs = 0,
    seed: Seed = 1,
    environment: Environment = "baseline",
    lang: Lang = DEFAULT,
    json: Json = None,
    csv: Csv = None,
    debug: Debug = False,
) -> None:
    """Every lever of a scenario by year, its assumptions and triggers, what it extends and what it costs."""
    _answer(file, region, runs, seed, environment, lang, json, csv, whole_table=True)


def new(
    file: Annotated[str, typer.Argument(metavar="FILE", help=HELP("help.new_file"))],
    extends: Annotated[str, typer.Option("--extends", metavar="SCENARIO", help=HELP("help.extends"))] = "status_quo",
    region: RegionName = "dadukou",
    lang: Lang = DEFAULT,
    debug: Debug = False,
) -> None:
    """Write a draft that changes nothing yet."""
    words = words_of(["--lang", lang])

    from yidu.experiments.scenarios.scenario import load
    from yidu.sim.region import load as load_region
    from yidu.viz.presenters.drafts import scenario_text

    if Path(file).suffix != ".toml":
        raise Wrong(words("scenario.not_toml", file=file))
    place = new_file(file, words)
    pack = load_region(region)
    mix = load(pack, extends)
    write_whole(place, scenario_text(words, pack, mix, named_from(place, pack, mix)))
    screen = terminal.console()
    screen.print(words("scenario.made", file=file), markup=False)
    screen.print()
    options = region_option(region)
    terminal.next_steps(
        screen,
        words,
        (f"yidu scenario check {shlex.quote(file)}{options}", words("next.scenario_check")),
        (f"yidu assess {shlex.quote(file)}{options}", words("next.assess_this")),
    )


def named_from(place: Path, region: Region, scenario: Scenario) -> str:
    """How a file at `place` names a scenario: by its name in the pack, or by the way to its file."""
    if scenario.file is None or (region.folder / "scenarios").resolve() == scenario.file.parent:
        return scenario.name
    return Path(os.path.relpath(scenario.file, place.resolve().parent)).as_posix()


def _answer(
    file: str, region: str, runs: int, seed: int, environment: str, lang: str, json: str | None, csv: str | None, *, whole_table: bool
) -> None:
    words = words_of(["--lang", lang])
    json_file, csv_file = checked_files(words, runs, seed, json, csv, 0)

    from yidu.experiments.check.compute import check as checked
    from yidu.experiments.scenarios.scenario import load
    from yidu.sim.region import load as load_region
    from yidu.viz.presenters.scenario import told
    from yidu.viz.terminal.scenario import show_check, show_whole

    pack = load_region(region)
    mix = load(pack, file)
    environment_of(pack, environment, words)
    with progress(words, words("scenario.running"), 3 * runs or None) as advance:
        found = checked(pack, mix, runs=runs, seed=seed, environment=environment, progress=advance)
    answer = told(words, pack, found)
    give(answer, json, json_file)
    give_csv(scenario_csv(answer), csv, csv_file)
    if "-" in (json, csv):
        return
    screen = terminal.console()
    if whole_table:
        show_whole(screen, words, pack, mix, answer)
    else:
        show_check(screen, words, mix, answer)
    options, quoted = repeated(region, environment, seed), shlex.quote(file)
    steps = [(f"yidu assess {quoted}{options}", words("next.assess_this"))]
    if not runs:
        steps.insert(0, (f"yidu scenario check {quoted}{options} --runs {TO_MEASURE}", words("next.scenario_measure")))
    if whole_table:
        steps.append((f"yidu scenario new my.toml{region_option(region)} --extends {quoted}", words("next.scenario_new")))
    else:
        measured = repeated(region, environment, seed, ("--runs", runs or None))
        steps.insert(0, (f"yidu scenario show {quoted}{measured}", words("next.scenario_show")))
    terminal.next_steps(screen, words, *steps)


def scenario_csv(answer: ScenarioAnswer) -> str:
    """One row a quantity and year: a lever's value, what it is known to cost, the district's money known and measured."""
    head = {"region": answer.region, "scenario": answer.scenario}
    rows: list[dict[str, object]] = []

    def row(table: str, id: str, year: int, value: float, status_quo: float | None, unit: str, **more: object) -> None:
        cells = {"table": table, "id": id, "year": year, "value": value, "status_quo": status_quo, "unit": unit}
        rest = {"known": None, "mc_error": None, "p05": None, "median": None, "p95": None, **more}
        rows.append({**head, **cells, **rest})

    for lever in answer.levers:
        for step in lever.path:
            row("levers", lever.lever, step.year, step.value, step.status_quo, lever.unit)
    for cost in answer.known_costs:
        row("known_costs", cost.lever, cost.year, cost.amount, cost.status_quo, "万元", known=cost.known)
    for known in answer.known_by_year:
        row("known_by_year", "public_money", known.year, known.amount, known.status_quo, "万元")
    if answer.measured is not None:
        for one in answer.measured.by_year:
            spread = {"mc_error": one.mc_error, "p05": one.p05, "median": one.median, "p95": one.p95}
            row("measured", "public_money", one.year, one.mean, one.status_quo, "万元", **spread)
    return csv_text(rows, list(head))
