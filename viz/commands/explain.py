"""`yidu explain`: why a target is reached or not."""

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
    ScenarioName,
    Seed,
    checked_files,
    environment_of,
    give,
    give_csv,
    progress,
    region_option,
    words_of,
)
from yidu.viz.tables.explain import explain_csv
from yidu.viz.words import DEFAULT
from yidu.viz.words.titles import notice as terminal_notice

ENOUGH = 200
"""Runs below which more are the first thing to try."""

MOST_RUNS = 20_000
"""More would take a day."""


def explain(
    scenario: ScenarioName = "status_quo",
    target: Annotated[str | None, typer.Option("--target", metavar="ID", help=HELP("help.target_explain"))] = None,
    against: Annotated[str | None, typer.Option("--against", metavar="none|SCENARIO", help=HELP("help.against_explain"))] = None,
    region: RegionName = "dadukou",
    runs: Runs = 200,
    seed: Seed = 1,
    environment: Environment = "baseline",
    no_shares: Annotated[bool, typer.Option("--no-shares", help=HELP("help.no_shares_explain"))] = False,
    lang: Lang = DEFAULT,
    json: Json = None,
    csv: Annotated[str | None, typer.Option("--csv", metavar="FILE", help=HELP("help.csv_explain"))] = None,
    debug: Debug = False,
) -> None:
    words = words_of(["--lang", lang])
    json_file, csv_file = checked_files(words, runs, seed, json, csv)

    from yidu.experiments.explain.compute import reference_of, run_explain, runs_in_all
    from yidu.experiments.judging.goals import targets_of
    from yidu.experiments.scenarios.scenario import load
    from yidu.sim.region import load as load_region
    from yidu.viz.presenters.explain import conclusion
    from yidu.viz.terminal.explain import show_explained

    pack = load_region(region)
    mix = load(pack, scenario)
    environment_of(pack, environment, words)
    targets_of(pack, target)
    total = runs_in_all(pack, mix, reference_of(pack, mix, against), runs, not no_shares)
    with progress(words, words("explain.running"), total) as advance:
        found = run_explain(
            pack, mix,
            against=against, target=target, environment=environment, runs=runs, seed=seed, shares=not no_shares, progress=advance,
        )  # fmt: skip
    answer = found.answer.model_copy(
        update={
            "conclusion": conclusion(words, found.answer, found.reference),
            "warnings": tuple(terminal_notice(words, pack, notice) for notice in found.notices),
        }
    )
    give(answer, json, json_file)
    give_csv(explain_csv(answer), csv, csv_file)
    if "-" in (json, csv):
        return
    screen = terminal.console()
    show_explained(screen, words, pack, mix, found.reference, answer)
    name = "" if scenario == "status_quo" else f" {shlex.quote(scenario)}"
    place = region_option(region)
    asked = f"yidu explain{name}{place}"
    steps = []
    if runs < ENOUGH:
        steps.append((f"{asked} --target {answer.target} --runs {ENOUGH}", words("next.explain_more")))
    if no_shares:
        steps.append((f"{asked} --target {answer.target}", words("next.explain_shares")))
    other = next((one.indicator for one in answer.targets if one.indicator != answer.target), None)
    if target is None and other is not None:
        steps.append((f"{asked} --target {other}", words("next.explain_target")))
    if answer.reference != "none":
        steps.append((f"{asked} --target {answer.target} --against none", words("next.explain_none")))
    steps.append((f"yidu plan --reach {answer.target}{place}", words("next.explain_plan")))
    steps.append((f"yidu milestones{name}{place} --target {answer.target}", words("next.explain_milestones")))
    terminal.next_steps(screen, words, *steps)
