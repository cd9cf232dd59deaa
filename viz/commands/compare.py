"""`yidu compare`: what each mix changes against the first, what it costs, who gains."""

from __future__ import annotations

import shlex
from typing import Annotated

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
    Seed,
    checked_files,
    environment_of,
    give,
    give_csv,
    progress,
    repeated,
    words_of,
)
from yidu.viz.tables.compare import compare_csv
from yidu.viz.words import DEFAULT

FEWEST = 2
"""Runs from which a difference has an error."""

ENOUGH = 1000
"""Runs below which more are the first thing to try."""

ScenarioNames = Annotated[list[str], typer.Argument(metavar="SCENARIO...", help=HELP("help.compare_scenarios"))]
TableFile = Annotated[str | None, typer.Option("--csv", metavar="FILE", help=HELP("help.csv_compare"))]


def compare(
    scenarios: ScenarioNames,
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
    json_file, csv_file = checked_files(words, runs, seed, json, csv, FEWEST, "compare_runs")

    from yidu.experiments.compare import compute as comparing
    from yidu.sim.region import load as load_region
    from yidu.viz.presenters.compare import told, told_apart
    from yidu.viz.terminal.compare import show_comparison

    pack = load_region(region)
    mixes = comparing.chosen(pack, scenarios)
    environment_of(pack, environment, words)
    with progress(words, words("compare.running"), comparing.work(runs, len(mixes))) as advance:
        found = comparing.compare(pack, mixes, environment=environment, runs=runs, seed=seed, progress=advance)
    mixes = told_apart(words, mixes)
    answer = told(words, pack, mixes, found)
    give(answer, json, json_file)
    give_csv(compare_csv(answer), csv, csv_file)
    if "-" in (json, csv):
        return
    screen = terminal.console()
    show_comparison(screen, words, pack, mixes, answer)
    options, last = repeated(region, environment, seed), shlex.quote(scenarios[-1])
    steps = []
    if runs < ENOUGH:
        asked = " ".join(shlex.quote(name) for name in scenarios)
        steps.append((f"yidu compare {asked}{options} --runs {ENOUGH}", words("next.compare_more_runs")))
    steps.append((f"yidu assess {last}{options}", words("next.assess_this")))
    steps.append((f"yidu scenario show {last}{options}", words("next.compare_show")))
    terminal.next_steps(screen, words, *steps)
