"""`yidu milestones`: what must be seen by the end of a year, and whether to wait for it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from viz import terminal
from viz.commands.shared import (
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
    csv_text,
    environment_of,
    give,
    give_csv,
    progress,
    region_option,
    repeated,
    words_of,
)
from viz.words import DEFAULT

if TYPE_CHECKING:
    from experiments.milestones import MilestonesAnswer

ENOUGH = 1000
"""Runs below which more are the first thing to try."""

TableFile = Annotated[str | None, typer.Option("--csv", metavar="FILE", help=HELP("help.csv_milestones"))]


def milestones_csv(answer: MilestonesAnswer) -> str:
    """One row an observation, the columns named as in the JSON; `table` says which of its lists a row is from."""
    head: dict[str, object] = {"region": answer.region, "scenario": answer.scenario, "environment": answer.environment}
    tables: dict[str, tuple[object, ...]] = {"milestones": answer.milestones, "paths": answer.paths, "signs": answer.signs}
    if answer.rule is not None:
        tables |= {"effects": answer.rule.effects, "waiting": answer.rule.waiting, "ways": answer.rule.ways}
    rows = [{**head, "table": name, **row.model_dump(mode="json")} for name, listed in tables.items() for row in listed]  # type: ignore[attr-defined]
    return csv_text(rows, list(head))


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

    from experiments.goals import targets_of
    from experiments.milestones import check_year, run_milestones, runs_in_all
    from experiments.rule import rule_of
    from experiments.scenario import first_year, load
    from sim.region import load as load_region
    from viz.milestones_terminal import conclusion, show_milestones

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
            "warnings": tuple(terminal.notice(words, pack, notice) for notice in found.notices),
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
