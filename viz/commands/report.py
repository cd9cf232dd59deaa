"""`yidu report`: the findings as a deck, a document, a workbook or a page, all of one computation."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    Seed,
    Wrong,
    environment_of,
    give,
    output_file,
    progress,
    repeated,
    same_file,
    whole,
    words_of,
)
from yidu.viz.report import ENDINGS, ending_of
from yidu.viz.words import DEFAULT, Words

if TYPE_CHECKING:
    from yidu.viz.report.contents import Contents

ENOUGH = 1000
"""Runs below which more are the first thing to try."""

FEWEST = 2
"""Runs from which a difference between two scenarios has an error."""

ScenarioNames = Annotated[list[str] | None, typer.Argument(metavar="[SCENARIO...]", help=HELP("help.report_scenarios"))]
Files = Annotated[list[str] | None, typer.Option("--to", metavar="FILE", help=HELP("help.report_to"))]


def report_files(words: Words, names: list[str], json: str | None) -> list[Path]:
    """The files to write, each of a kind that is known and of its own, tried before anything is run."""
    known = words("phrase.comma").join(ENDINGS)
    if not names:
        raise Wrong(words("error.report_no_file", known=known))
    files: list[Path] = []
    others = [] if json in (None, "-") else [Path(str(json))]
    for name in names:
        if ending_of(name) not in ENDINGS:
            raise Wrong(words("error.report_ending", file=name, ending=ending_of(name), known=known))
        file = output_file(name, words)
        assert file is not None  # '-' has no ending
        if same_file(file, *others, *files):
            raise Wrong(words("error.report_twice", file=name))
        files.append(file)
    return files


def report(
    scenarios: ScenarioNames = None,
    to: Files = None,
    region: RegionName = "dadukou",
    runs: Runs = 1000,
    seed: Seed = 1,
    environment: Environment = "baseline",
    no_measures: Annotated[bool, typer.Option("--no-measures", help=HELP("help.no_measures"))] = False,
    lang: Lang = DEFAULT,
    json: Json = None,
    debug: Debug = False,
) -> None:
    words = words_of(["--lang", lang])
    least, key = (FEWEST, "compare_runs") if len(scenarios or ()) > 1 else (1, "runs")
    whole(runs, least, MOST_RUNS, key, words)
    whole(seed, 0, LARGEST_SEED, "seed", words)
    files, json_file = report_files(words, to or [], json), output_file(json, words)

    from yidu.experiments.report import compute as reporting
    from yidu.experiments.scenarios.scenario import load
    from yidu.sim.region import load as load_region
    from yidu.viz.report import write
    from yidu.viz.report.contents import contents

    asked = scenarios or ["status_quo"]
    if len(asked) > reporting.MOST_SCENARIOS:
        raise Wrong(words("error.report_too_many", most=reporting.MOST_SCENARIOS, count=len(asked)))
    pack = load_region(region)
    mixes = reporting.chosen([load(pack, name) for name in asked])
    environment_of(pack, environment, words)
    screened = 0 if no_measures else reporting.SCREENED
    with progress(words, words("report.running"), reporting.work(pack, mixes, runs, screened)) as advance:
        found = reporting.report(pack, mixes, environment=environment, runs=runs, seed=seed, screened=screened, progress=advance)
    made = contents(words, found, files=[file.name for file in files])
    write(made, files)
    give(made.report, json, json_file)
    if json == "-":
        return
    show(words, made, [str(file) for file in files])
    options, named = repeated(region, environment, seed), " ".join(shlex.quote(name) for name in asked)
    given = " ".join(f"--to {shlex.quote(name)}" for name in to or ())
    steps = []
    if runs < ENOUGH:
        steps.append((f"yidu report {named}{options} --runs {ENOUGH} {given}", words("next.report_more")))
    if len(asked) == 1 and asked[0] != "plan" and "plan" in pack.scenario_names:
        steps.append((f"yidu report {named} plan{options} {given}", words("next.report_compare")))
    others = [ending for ending in ENDINGS if ending not in {file.suffix.lower() for file in files}]
    if others:
        stem = files[0].with_suffix("")
        more = " ".join(f"--to {shlex.quote(str(stem) + ending)}" for ending in others)
        steps.append((f"yidu report {named}{options} {more}", words("next.report_others")))
    steps.append((f"yidu explain {shlex.quote(asked[0])}{options}", words("next.report_explain")))
    terminal.next_steps(terminal.console(), words, *steps)


def show(words: Words, made: Contents, files: list[str]) -> None:
    """The conclusion, what to mind, and where the report stands."""
    out = terminal.console()
    terminal.say(out, made.title, style="bold")
    terminal.say(out, made.subtitle)
    terminal.say(out, words("phrase.digest", digest=made.assess.digest), style="dim")
    out.print()
    terminal.say(out, made.report.conclusion, style="bold")
    out.print()
    terminal.mind(out, words, made.report.warnings)
    terminal.say(out, words("report.wrote", files=words("phrase.comma").join(files)))
    out.print()
