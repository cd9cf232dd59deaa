"""`yidu response`: each lever alone over its range, and what its next unit costs."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from yidu.viz import terminal
from yidu.viz.commands.shared import (
    HELP,
    Debug,
    Environment,
    Json,
    Lang,
    RegionName,
    Runs,
    ScenarioOption,
    Seed,
    checked_files,
    environment_of,
    give,
    give_csv,
    progress,
    repeated,
    words_of,
)
from yidu.viz.tables.response import response_csv
from yidu.viz.words import DEFAULT

if TYPE_CHECKING:
    pass

ENOUGH = 400
"""Runs below which more are the first thing to try, where few levers are asked for."""

Levers = Annotated[list[str] | None, typer.Argument(metavar="[LEVER...]", help=HELP("help.response_levers"))]
Indicator = Annotated[str | None, typer.Option("--indicator", metavar="ID", help=HELP("help.response_indicator"))]
TableFile = Annotated[str | None, typer.Option("--csv", metavar="FILE", help=HELP("help.csv_response"))]


def response(
    levers: Levers = None,
    indicator: Indicator = None,
    scenario: ScenarioOption = "status_quo",
    region: RegionName = "dadukou",
    runs: Runs = 100,
    seed: Seed = 1,
    environment: Environment = "baseline",
    lang: Lang = DEFAULT,
    json: Json = None,
    csv: TableFile = None,
    debug: Debug = False,
) -> None:
    words = words_of(["--lang", lang])

    from yidu.experiments.ensembles.differences import FEWEST

    json_file, csv_file = checked_files(words, runs, seed, json, csv, FEWEST, "response_runs")

    from yidu.experiments.response.compute import chosen, run_response, work
    from yidu.experiments.scenarios.scenario import load
    from yidu.sim.region import load as load_region
    from yidu.viz.presenters.response import told
    from yidu.viz.terminal.response import IN_FULL, show_response

    pack = load_region(region)
    mix = load(pack, scenario)
    environment_of(pack, environment, words)
    ids = chosen(levers or (), indicator)
    with progress(words, words("response.running"), work(pack, mix, ids, runs)) as advance:
        found = run_response(pack, mix, ids, indicator=indicator, environment=environment, runs=runs, seed=seed, progress=advance)
    answer = told(words, pack, found)
    give(answer, json, json_file)
    give_csv(response_csv(answer), csv, csv_file)
    if "-" in (json, csv):
        return
    screen = terminal.console()
    show_response(screen, words, pack, mix, answer)
    named = "".join(f" {id}" for id in levers or ())
    mine = ("--scenario", None if scenario == "status_quo" else scenario)
    same = repeated(region, environment, seed, mine)
    steps = []
    if len(ids) > IN_FULL:
        worst = next((one.lever for one in answer.levers if one.dead or one.switch), ids[0])
        steps.append((f"yidu response {worst}{same}", words("next.response_one")))
    elif runs < ENOUGH:
        options = repeated(region, environment, seed, ("--indicator", indicator), mine)
        steps.append((f"yidu response{named}{options} --runs {ENOUGH}", words("next.more_runs")))
    if ids != chosen((), None):
        steps.append((f"yidu response{same}", words("next.response_all")))
    steps.append((f"yidu explain {shlex.quote(scenario)}{repeated(region, environment, seed)}", words("next.response_explain")))
    terminal.next_steps(screen, words, *steps)
