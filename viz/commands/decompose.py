"""`yidu decompose`: what must be done each year, by whom and where, on a path that arrives."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

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
    output_file,
    output_files,
    progress,
    repeated,
    same_file,
    whole,
    words_of,
)
from yidu.viz.tables.decompose import decompose_csv
from yidu.viz.words import DEFAULT, Words

ENOUGH = 400
"""Runs below which more are the first thing to try."""

TableFile = Annotated[str | None, typer.Option("--csv", metavar="FILE", help=HELP("help.csv_decompose"))]
WorkbookFile = Annotated[str | None, typer.Option("--xlsx", metavar="FILE", help=HELP("help.xlsx_decompose"))]


def workbook_file(name: str | None, words: Words) -> Path | None:
    """The file of `--xlsx`, tried before anything is run."""
    if name is not None and not name.lower().endswith(".xlsx"):
        raise Wrong(words("decompose.wrong_xlsx", file=name))
    return output_file(name, words)


def decompose(
    scenario: ScenarioName = "status_quo",
    by: Annotated[str, typer.Option("--by", metavar="year|department|park|sector", help=HELP("help.by_decompose"))] = "year",
    target: Annotated[str | None, typer.Option("--target", metavar="ID,ID", help=HELP("help.target_decompose"))] = None,
    region: RegionName = "dadukou",
    runs: Runs = 400,
    seed: Seed = 1,
    environment: Environment = "baseline",
    lang: Lang = DEFAULT,
    xlsx: WorkbookFile = None,
    json: Json = None,
    csv: TableFile = None,
    debug: Debug = False,
) -> None:
    words = words_of(["--lang", lang])
    whole(runs, 1, MOST_RUNS, "runs", words)
    whole(seed, 0, LARGEST_SEED, "seed", words)

    from yidu.experiments.decompose.compute import BYS, chosen_ids, run_decompose

    if by not in BYS:
        raise Wrong(words("decompose.wrong_by", value=by))
    if target is not None and not chosen_ids(target):
        raise Wrong(words("decompose.empty_target"))
    json_file, csv_file = output_files(json, csv, words)
    sheet_file = workbook_file(xlsx, words)
    if same_file(sheet_file, json_file, csv_file):
        raise Wrong(words("decompose.same_file", file=xlsx))

    from yidu.experiments.scenarios.scenario import load
    from yidu.sim.region import load as load_region
    from yidu.viz.presenters.decompose import told
    from yidu.viz.terminal.decompose import show_decomposition

    pack = load_region(region)
    mix = load(pack, scenario)
    environment_of(pack, environment, words)
    with progress(words, words("decompose.running"), 2 * runs) as advance:
        found = run_decompose(
            pack, mix,
            by=by, targets=chosen_ids(target), environment=environment, runs=runs, seed=seed, progress=advance,
        )  # fmt: skip
    answer = told(words, pack, found)
    give(answer, json, json_file)
    give_csv(decompose_csv(answer), csv, csv_file)
    if sheet_file is not None:
        from yidu.viz.workbook.decompose import write_workbook

        write_workbook(words, pack, mix, answer, sheet_file)
    if "-" in (json, csv):
        return
    screen = terminal.console()
    show_decomposition(screen, words, pack, mix, answer)
    if sheet_file is not None:
        terminal.say(screen, words("decompose.wrote", file=xlsx))
        screen.print()
    name = "" if scenario == "status_quo" else f" {shlex.quote(scenario)}"
    asked = f"yidu decompose{name}{repeated(region, environment, seed, ('--target', target))}"
    same = asked + ("" if by == "year" else f" --by {by}")
    steps = []
    if runs < ENOUGH:
        steps.append((f"{same} --runs {ENOUGH}", words("next.decompose_more_runs")))
    if by != "department" and answer.departments:
        steps.append((f"{asked} --by department", words("next.decompose_department")))
    if by != "park":
        steps.append((f"{asked} --by park", words("next.decompose_park")))
    if xlsx is None:
        steps.append((f"{same} --xlsx tasks.xlsx", words("next.decompose_xlsx")))
    steps.append((f"yidu assess{name}{repeated(region, environment, seed)}", words("next.assess_this")))
    terminal.next_steps(screen, words, *steps)
