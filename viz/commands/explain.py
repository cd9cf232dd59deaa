"""`yidu explain`: why a target is reached or not."""

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
    words_of,
)
from viz.words import DEFAULT

if TYPE_CHECKING:
    from experiments.explain_answers import ExplainAnswer

ENOUGH = 200
"""Runs below which more are the first thing to try."""

MOST_RUNS = 20_000
"""More would take a day."""

TABLES = ("targets", "account", "beside", "groups", "group_money", "levers", "lever_effects", "sources", "parameters", "deciding")


def explain_csv(answer: ExplainAnswer) -> str:
    """One row an observation, the columns named as in the JSON; `table` says which of its lists a row is from."""
    head: dict[str, object] = {
        "region": answer.region, "scenario": answer.scenario, "reference": answer.reference, "environment": answer.environment,
    }  # fmt: skip
    rows: list[dict[str, object]] = []
    for name in TABLES:
        for one in getattr(answer, name):
            row = one.model_dump(mode="json", exclude={"known", "reference", "scenario"})
            if name == "levers":
                known = one.known.model_dump(mode="json", exclude={"lever", "through"})
                paths = {"reference_path": one.reference, "scenario_path": one.scenario}
                row |= known | {key: "; ".join(f"{year}={value:g}" for year, value in path.items()) for key, path in paths.items()}
            row = {key: "; ".join(value) if isinstance(value, list) else value for key, value in row.items()}
            rows.append({**head, "table": name, **row})
    return csv_text(rows, list(head))


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

    from experiments.explain import reference_of, run_explain, runs_in_all
    from experiments.goals import targets_of
    from experiments.scenario import load
    from sim.region import load as load_region
    from viz.explain_sentence import conclusion
    from viz.explain_terminal import show_explained

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
            "warnings": tuple(terminal.notice(words, pack, notice) for notice in found.notices),
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
