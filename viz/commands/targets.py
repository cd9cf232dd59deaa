"""`yidu targets`: which value is reached with which probability, in each year to come."""

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
    ScenarioName,
    Seed,
    checked_files,
    environment_of,
    give,
    give_csv,
    progress,
    repeated,
    words_of,
)
from yidu.viz.tables import csv_text
from yidu.viz.words import DEFAULT
from yidu.viz.words.titles import notice as terminal_notice

if TYPE_CHECKING:
    from yidu.experiments.targets.answer import TargetsAnswer

ENOUGH = 1000
"""Runs below which more are the first thing to try."""

Figures = Annotated[str | None, typer.Option("--actuals", metavar="FILE", help=HELP("help.actuals_targets"))]
LastYear = Annotated[int | None, typer.Option("--horizon", metavar="YEAR", help=HELP("help.horizon"))]
TableFile = Annotated[str | None, typer.Option("--csv", metavar="FILE", help=HELP("help.csv_targets"))]


def targets_csv(answer: TargetsAnswer) -> str:
    """One row an indicator, year and probability, the columns named as in the JSON; of the present target, under `present_`."""
    head: dict[str, object] = {"region": answer.region, "scenario": answer.scenario, "environment": answer.environment}
    rows: list[dict[str, object]] = []
    for row in answer.rows:
        own = row.model_dump(mode="json", exclude={"values", "present", "carriers"})
        names = ("target", "target_year", "probability", "mc_error")
        present = {f"present_{name}": None if row.present is None else getattr(row.present, name) for name in names}
        rows += [{**head, **own, **one.model_dump(mode="json"), **present} for one in row.values]
    return csv_text(rows, list(head))


def targets(
    scenario: ScenarioName = "status_quo",
    horizon: LastYear = None,
    actuals: Figures = None,
    everything: Annotated[bool, typer.Option("--all", help=HELP("help.all_indicators"))] = False,
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

    from yidu.calibration.actuals import FILE, actuals_of
    from yidu.experiments.scenarios.scenario import load
    from yidu.experiments.targets.compute import checked_horizon, run_targets
    from yidu.sim.region import load as load_region
    from yidu.viz.presenters.targets import conclusion
    from yidu.viz.terminal.targets import show_targets

    pack = load_region(region)
    mix = load(pack, scenario)
    environment_of(pack, environment, words)
    checked_horizon(pack, horizon)
    figures = actuals_of(pack, actuals) if actuals is not None or (pack.folder / FILE).is_file() else None
    with progress(words, words("targets.running"), runs) as advance:
        found = run_targets(pack, mix, horizon=horizon, actuals=figures, environment=environment, runs=runs, seed=seed, progress=advance)
    answer = found.answer.model_copy(
        update={
            "conclusion": conclusion(words, pack, found.answer),
            "warnings": tuple(terminal_notice(words, pack, notice) for notice in found.notices),
        }
    )
    give(answer, json, json_file)
    give_csv(targets_csv(answer), csv, csv_file)
    if "-" in (json, csv):
        return
    screen = terminal.console()
    show_targets(screen, words, pack, mix, answer, everything)
    name = "" if scenario == "status_quo" else f" {shlex.quote(scenario)}"
    same = repeated(region, environment, seed)
    options = repeated(region, environment, seed, ("--horizon", horizon), ("--actuals", actuals), ("--all", everything))
    steps = []
    if runs < ENOUGH:
        steps.append((f"yidu targets{name}{options} --runs {ENOUGH}", words("next.more_runs")))
    if not everything:
        steps.append((f"yidu targets{name}{options} --all", words("next.targets_all")))
    if scenario != "plan" and "plan" in pack.scenario_names:
        steps.append((f"yidu targets plan{options}", words("next.targets_plan")))
    if figures is None:
        steps.append((f"yidu targets{name}{options} --actuals actuals.csv", words("next.targets_actuals")))
    now = f"yidu assess{name}{same}"
    if figures is not None:
        mine = None if scenario == "status_quo" else scenario
        now = f"yidu update{repeated(region, environment, seed, ('--scenario', mine), ('--actuals', actuals))}"
    steps.append((now, words("next.targets_assess")))
    terminal.next_steps(screen, words, *steps)
