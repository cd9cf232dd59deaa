"""`yidu compare`: what each mix changes against the first, what it costs, who gains."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, get_args

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
    Seed,
    checked_files,
    csv_text,
    environment_of,
    give,
    give_csv,
    progress,
    repeated,
    words_of,
)
from viz.words import DEFAULT

if TYPE_CHECKING:
    from experiments.answers import Answer
    from experiments.compare_answers import CompareAnswer

FEWEST = 2
"""Runs from which a difference has an error."""

ENOUGH = 1000
"""Runs below which more are the first thing to try."""

ScenarioNames = Annotated[list[str], typer.Argument(metavar="SCENARIO...", help=HELP("help.compare_scenarios"))]
TableFile = Annotated[str | None, typer.Option("--csv", metavar="FILE", help=HELP("help.csv_compare"))]


def compare_csv(answer: CompareAnswer) -> str:
    """One row an observation; columns named as in the JSON, the keys of what is nested joined by '_'.

    `table` says which list of a comparison a row is from; `scenario` is compared with `against`.
    """
    from experiments.compare_answers import IndicatorChange, JointChange, MoneyChange, TargetChange
    from experiments.gainers import Gain

    tables: dict[str, type[Answer]] = {
        "targets": TargetChange, "indicators": IndicatorChange, "joint": JointChange, "money": MoneyChange, "gains": Gain,
    }  # fmt: skip
    head = {"region": answer.region, "environment": answer.environment, "against": answer.scenario}
    columns = [*head, "scenario", "table", *dict.fromkeys(name for model in tables.values() for name in _columns(model))]
    rows = [
        {**head, "scenario": one.scenario, "table": name, **dict(_cells(row.model_dump(mode="json")))}
        for one in answer.comparisons
        for name in tables
        for row in getattr(one, name)
    ]
    return csv_text([{column: row.get(column) for column in columns} for row in rows], columns)


def _columns(model: type[Answer], above: str = "") -> Iterator[str]:
    """Columns of a part of an answer, in the order of its keys."""
    from experiments.answers import Answer

    for name, field in model.model_fields.items():
        key = above + (field.alias or name)
        kinds = (field.annotation, *get_args(field.annotation))
        inner = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Answer)), None)
        if inner is None:
            yield key
        else:
            yield from _columns(inner, f"{key}_")


def _cells(tree: dict[str, Any], above: str = "") -> Iterator[tuple[str, object]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _cells(value, f"{above}{key}_")
        else:
            yield above + key, value


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

    from experiments import compare as comparing
    from sim.region import load as load_region
    from viz.compare_said import told, told_apart
    from viz.compare_terminal import show_comparison

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
