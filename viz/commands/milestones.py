"""`yidu milestones`: what must be seen by the end of a year, and whether to wait for it."""

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
    repeated,
    words_of,
)
from yidu.viz.tables.milestones import milestones_csv
from yidu.viz.words import DEFAULT
from yidu.viz.words.titles import notice as terminal_notice

ENOUGH = 1000
"""Runs below which more are the first thing to try."""

TableFile = Annotated[str | None, typer.Option("--csv", metavar="FILE", help=HELP("help.csv_milestones"))]


def milestones(
    scenario: ScenarioName = "status_quo",
    target: Annotated[str | None, typer.Option("--target", metavar="ID", help=HELP("help.target_milestones"))] = None,
    year: Annotated[int | None, typer.Option("--year", metavar="YEAR", help=HELP("help.year_milestones"))] = None,
    condition: Annotated[str | None, typer.Option("--if", metavar="CONDITION", help=HELP("help.if"))] = None,
    then: Annotated[str | None, typer.Option("--then", metavar="LEVERS", help=HELP("help.then"))] = None,
    region: RegionName = "dadukou",
    runs: Runs = 1000,
    seed: Seed = 1,
    environment: Environment = "baseline",
    lang: Lang = DEFAULT,
    json: Json = None,
    csv: TableFile = None,
    debug: Debug = False,
) -> None:
    words = words_of(["--lang", lang])
    json_file, csv_file = checked_files(words, runs, seed, json, csv)

    from yidu.experiments.judging.goals import targets_of
    from yidu.experiments.milestones.compute import check_year, run_milestones, runs_in_all
    from yidu.experiments.scenarios.rule import rule_of
    from yidu.experiments.scenarios.scenario import first_year, load
    from yidu.sim.region import load as load_region
    from yidu.viz.presenters.milestones import conclusion
    from yidu.viz.terminal.milestones import show_milestones

    pack = load_region(region)
    mix = load(pack, scenario)
    environment_of(pack, environment, words)
    check_year(pack, targets_of(pack, target), year)
    rule = rule_of(pack, condition, then)
    with progress(words, words("milestones.running"), runs_in_all(mix, rule, runs)) as advance:
        found = run_milestones(
            pack, mix,
            target=target, year=year, rule=rule, environment=environment, runs=runs, seed=seed, progress=advance,
        )  # fmt: skip
    answer = found.answer.model_copy(
        update={
            "conclusion": conclusion(words, found.answer, found.headline, target, first_year(pack)),
            "warnings": tuple(terminal_notice(words, pack, notice) for notice in found.notices),
        }
    )
    give(answer, json, json_file)
    give_csv(milestones_csv(answer), csv, csv_file)
    if "-" in (json, csv):
        return
    screen = terminal.console()
    show_milestones(screen, words, pack, mix, answer, target, year)
    name = "" if scenario == "status_quo" else f" {shlex.quote(scenario)}"
    further = (("--target", target), ("--year", year), ("--if", condition), ("--then", then))
    asked = f"yidu milestones{name}{repeated(region, environment, seed, *further)}"
    steps = []
    if runs < ENOUGH:
        steps.append((f"{asked} --runs {ENOUGH}", words("next.more_runs")))
    if target is None and found.headline is not None:
        steps.append((f"{asked} --target {found.headline.indicator}", words("next.milestones_target")))
    if answer.rule is None and found.headline is not None:
        line = found.headline
        rule_text = f"{line.indicator} {'<' if line.sense == '>=' else '>'} line in {line.year}"
        steps.append((f'{asked} --if "{rule_text}" --then "enterprise_coaching=60"', words("next.milestones_rule")))
    if condition is not None:
        steps.append((f"yidu scenario new my.toml{region_option(region)}", words("next.milestones_scenario")))
    steps.append((f"yidu assess{name}{repeated(region, environment, seed)}", words("next.assess_this")))
    terminal.next_steps(screen, words, *steps)
