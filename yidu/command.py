"""`yidu`, the command line: one question a command, answered in tables, or in JSON with --json FILE.

Exit 0: done. 2: the input is wrong (one sentence on standard error). 130: interrupted. 1: anything else.
"""

from __future__ import annotations

import contextlib
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from yidu.bench.command import bench
from yidu.sim.seeds import LARGEST_SEED
from yidu.viz import terminal
from yidu.viz.commands.app import app as in_browser
from yidu.viz.commands.compare import compare
from yidu.viz.commands.decompose import decompose
from yidu.viz.commands.explain import explain
from yidu.viz.commands.milestones import milestones
from yidu.viz.commands.plan import plan
from yidu.viz.commands.region_excel import from_excel as region_from_excel
from yidu.viz.commands.region_excel import to_excel as region_to_excel
from yidu.viz.commands.report import report
from yidu.viz.commands.response import response
from yidu.viz.commands.scenario import check as scenario_check
from yidu.viz.commands.scenario import new as scenario_new
from yidu.viz.commands.scenario import show as scenario_show
from yidu.viz.commands.shared import (
    FAILED,
    HELP,
    MOST_RUNS,
    ActualsFile,
    Commands,
    Csv,
    Debug,
    Environment,
    Json,
    Lang,
    OneCommand,
    RegionFolder,
    RegionName,
    Runs,
    ScenarioName,
    ScenarioOption,
    Seed,
    Wrong,
    checked_files,
    environment_of,
    failed,
    give,
    give_csv,
    open_streams,
    output_file,
    output_folder,
    progress,
    region_option,
    repeated,
    steps,
    whole,
    words_of,
)
from yidu.viz.commands.stress import stress
from yidu.viz.commands.sweep import sweep_app
from yidu.viz.commands.targets import targets
from yidu.viz.tables import csv_text
from yidu.viz.terminal.assess import show_assessment
from yidu.viz.terminal.doctor import show_checks
from yidu.viz.terminal.pack import show_facts, show_pack
from yidu.viz.terminal.run import show_run
from yidu.viz.words import DEFAULT
from yidu.viz.words.titles import notice as terminal_notice

if TYPE_CHECKING:
    from yidu.experiments.assess.answer import AssessAnswer
    from yidu.experiments.judging.answer import Variance
    from yidu.experiments.run.answer import Way
    from yidu.experiments.update.answer import UpdateAnswer
    from yidu.experiments.validate.answer import ValidateAnswer

WAYS = ("compiled", "mesa")

app = typer.Typer(
    name="yidu", help=HELP("help.app"), cls=Commands, add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True
)
region_app = typer.Typer(help=HELP("help.region"), cls=Commands, no_args_is_help=True)
scenario_app = typer.Typer(help=HELP("help.scenario"), cls=Commands, no_args_is_help=True)
app.add_typer(region_app, name="region")
app.add_typer(scenario_app, name="scenario")
app.add_typer(sweep_app, name="sweep")


def _version(asked: bool) -> None:
    if asked:
        from yidu.experiments.judging.answer import version

        typer.echo(f"yidu {version()}")
        raise typer.Exit


@app.callback()
def yidu(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help=HELP("help.version"))] = False) -> None:
    """What every command shares."""


# --- tables as CSV


def targets_csv(answer: AssessAnswer) -> str:
    """One row a target and reading, the columns named as in the JSON; without targets, one row a forecast."""
    head = {"region": answer.region, "scenario": answer.scenario, "environment": answer.environment}
    rows: list[dict[str, object]] = []
    for target in answer.targets:
        row = target.model_dump(mode="json", exclude={"readings", "carriers", "variance"})
        rows.append({**head, **row, **variance_cells(target.variance)})
        for reading in target.readings:
            same = {key: row[key] for key in ("indicator", "year", "sense", "target", "unit", "class")}
            rows.append({**head, **same, **reading.model_dump(mode="json", exclude={"kind"})})
    if not answer.targets:
        for forecast in answer.forecasts:
            row = forecast.model_dump(mode="json", exclude={"variance"})
            rows.append({**head, **row, **variance_cells(forecast.variance)})
    return csv_text(rows, list(head))


def scores_csv(answer: ValidateAnswer) -> str:
    """One row a published figure, the columns named as in the JSON."""
    head: dict[str, object] = {"region": answer.region, "scenario": answer.scenario, "environment": answer.environment}
    return csv_text([{**head, **row.model_dump(mode="json")} for row in answer.scores], list(head))


def update_csv(answer: UpdateAnswer) -> str:
    """One row an indicator and year, before and after the update; with its target where one is set."""
    head: dict[str, object] = {"region": answer.region, "scenario": answer.scenario, "environment": answer.environment}
    targets = {(row.indicator, row.year): row for row in answer.targets}
    rows = []
    for row in answer.forecast:
        cells: dict[str, object] = {"indicator": row.indicator, "year": row.year, "unit": row.unit, "actual": row.actual}
        for when in ("before", "after"):
            cells.update({f"{name}_{when}": value for name, value in getattr(row, when).model_dump().items()})
        target = targets.get((row.indicator, row.year))
        cells["sense"], cells["target"] = (None, None) if target is None else (target.sense, target.target)
        for when in ("before", "after"):
            cells[f"probability_{when}"] = None if target is None else getattr(target, when).probability
        rows.append({**head, **cells})
    return csv_text(rows, list(head))


def variance_cells(variance: Variance | None) -> dict[str, object]:
    """Shares of a variance as columns, empty where there are none."""
    from yidu.experiments.judging.shares import SOURCES

    return {f"variance_{name}": None if variance is None else getattr(variance, name) for name in SOURCES}


# --- commands


@app.command(cls=OneCommand, help=HELP("help.assess"))
def assess(
    scenario: ScenarioName = "status_quo",
    region: RegionName = "dadukou",
    runs: Runs = 1000,
    seed: Seed = 1,
    environment: Environment = "baseline",
    no_shares: Annotated[bool, typer.Option("--no-shares", help=HELP("help.no_shares"))] = False,
    lang: Lang = DEFAULT,
    json: Json = None,
    csv: Csv = None,
    debug: Debug = False,
) -> None:
    words = words_of(["--lang", lang])
    json_file, csv_file = checked_files(words, runs, seed, json, csv)

    from yidu.experiments.assess.ask import ask
    from yidu.experiments.judging.shares import replicated
    from yidu.experiments.scenarios.scenario import load
    from yidu.sim.region import load as load_region

    pack = load_region(region)
    mix = load(pack, scenario)
    environment_of(pack, environment, words)
    further = 0 if no_shares else 2 * replicated(runs)
    with progress(words, words("assess.running"), runs + further) as advance:
        assessment = ask(pack, mix, environment=environment, runs=runs, seed=seed, shares=not no_shares, progress=advance)
    answer = assessment.answer(lambda notice: terminal_notice(words, pack, notice))
    give(answer, json, json_file)
    give_csv(targets_csv(answer), csv, csv_file)
    if "-" in (json, csv):
        return
    out = terminal.console()
    show_assessment(out, words, pack, mix, assessment, answer)
    options, place = repeated(region, environment, seed), region_option(region)
    other = "plan" if mix.name != "plan" and "plan" in pack.scenario_names else "status_quo"
    steps = [(f"yidu assess {other}{options}", words(f"next.assess_{other}"))] if other != mix.name else []
    if runs < 1000:
        steps.insert(0, (f"yidu assess {shlex.quote(scenario)}{options} --runs 1000", words("next.more_runs")))
    if environment == "baseline" and "slow" in pack.environment.environments:
        steps.append((f"yidu assess {shlex.quote(scenario)}{options} --environment slow", words("next.assess_slow")))
    if "prior_only" in (notice.code for notice in assessment.notices):
        steps.append((f"yidu calibrate{place}", words("next.calibrate")))
    steps.append((f"yidu run {shlex.quote(scenario)}{options} --draw 0 --out run0", words("next.run")))
    steps.append((f"yidu scenario new my.toml{place}", words("next.scenario_new")))
    terminal.next_steps(out, words, *steps)


@app.command(cls=OneCommand, help=HELP("help.run"))
def run(
    scenario: ScenarioName = "status_quo",
    region: RegionName = "dadukou",
    draw: Annotated[int, typer.Option("--draw", metavar="N", help=HELP("help.draw"))] = 0,
    seed: Seed = 1,
    environment: Environment = "baseline",
    way: Annotated[str, typer.Option("--way", metavar="compiled|mesa", help=HELP("help.way"))] = "compiled",
    out: Annotated[str | None, typer.Option("--out", metavar="DIR", help=HELP("help.out"))] = None,
    lang: Lang = DEFAULT,
    json: Json = None,
    debug: Debug = False,
) -> None:
    words = words_of(["--lang", lang])
    whole(draw, 0, LARGEST_SEED, "draw", words)
    whole(seed, 0, LARGEST_SEED, "seed", words)
    if way not in WAYS:
        raise Wrong(words("error.way", value=way))
    json_file = output_file(json, words)

    from yidu.experiments.run.compute import of_one_run, run_once
    from yidu.experiments.scenarios.scenario import load
    from yidu.sim.region import load as load_region

    pack = load_region(region)
    mix = load(pack, scenario)
    environment_of(pack, environment, words)
    folder = output_folder(out, words)
    quarters = 4 * (pack.settings.years.plan_end - pack.settings.years.record_start)
    with progress(words, words("run.running"), quarters) as advance:
        answer = run_once(pack, mix, environment=environment, seed=seed, draw=draw, way=cast("Way", way), out=folder, progress=advance)
    said = tuple(terminal_notice(words, pack, one) for one in of_one_run(pack, mix, environment))
    answer = answer.model_copy(update={"warnings": said})
    give(answer, json, json_file)
    if json == "-":
        return
    screen = terminal.console()
    show_run(screen, words, pack, mix, answer)
    terminal.mind(screen, words, answer.warnings)
    if folder is not None:
        listed = words("phrase.comma").join(answer.files)
        terminal.say(screen, words("run.wrote", folder=folder, files=listed))
        screen.print()
    options = region_option(region)
    steps = [(f"yidu assess {shlex.quote(scenario)}{options}", words("next.assess_this"))]
    if folder is None:
        steps.insert(0, (f"yidu run {shlex.quote(scenario)}{options} --draw {draw} --out run{draw}", words("next.run")))
    terminal.next_steps(screen, words, *steps)


@app.command(cls=OneCommand, help=HELP("help.calibrate"))
def calibrate(
    region: RegionName = "dadukou",
    runs: Annotated[int, typer.Option("--runs", metavar="N", help=HELP("help.runs_calibrate"))] = 100_000,
    seed: Seed = 1,
    out: Annotated[str | None, typer.Option("--out", metavar="DIR", help=HELP("help.out_calibrate"))] = None,
    shown: Annotated[bool, typer.Option("--show", help=HELP("help.show_calibrate"))] = False,
    neural: Annotated[bool, typer.Option("--neural", help=HELP("help.neural_calibrate"))] = False,
    lang: Lang = DEFAULT,
    json: Json = None,
    debug: Debug = False,
) -> None:
    words = words_of(["--lang", lang])
    whole(runs, 1, MOST_RUNS, "runs", words)
    whole(seed, 0, LARGEST_SEED, "seed", words)
    json_file = output_file(json, words)

    from yidu.calibration import findings as found
    from yidu.calibration import netcdf
    from yidu.calibration.calibrate import Undiagnosed
    from yidu.calibration.manifest import DIAGNOSTICS, manifest_of
    from yidu.experiments.calibrate.compute import calibrated, fit_answer
    from yidu.experiments.judging.unknown import of_calibration
    from yidu.sim.region import load as load_region
    from yidu.viz.calibration.page import write_page
    from yidu.viz.calibration.tables import write_tables
    from yidu.viz.calibration.terminal import show_calibration

    pack = load_region(region)
    folder = output_folder(out, words)
    home = pack.folder / "posterior"
    if folder is None:
        output_folder(str(home), words, make=False)
    if shown:
        manifest = manifest_of(pack) or {}
        findings = found.read(home / DIAGNOSTICS)
        answer = fit_answer(findings, home, float(manifest.get("threshold", 0.0)))
    else:
        try:
            with steps(words) as watch:
                answer, made = calibrated(pack, runs=runs, seed=seed, out=folder, neural=neural, watch=watch)
        except KeyboardInterrupt:
            sys.stderr.write(words("calibrate.goes_on") + "\n")
            raise
        except Undiagnosed as stopped:
            why = f"{type(stopped.reason).__name__}: {stopped.reason}"
            step = words(f"calibrate.{stopped.step}")
            raise Wrong(words("calibrate.undiagnosed", folder=stopped.folder, step=step, reason=why), FAILED) from stopped
        findings, home = made.findings, made.folder
    goal = folder or home
    said = tuple(terminal_notice(words, pack, one) for one in of_calibration(pack, findings))
    answer = answer.model_copy(update={"warnings": said})
    give(answer, json, json_file)
    write_page(findings, pack, goal)
    write_tables(findings, goal)
    netcdf.write(pack, home, findings, goal)
    if json == "-":
        return
    screen = terminal.console()
    show_calibration(screen, words, pack, findings, goal)
    terminal.mind(screen, words, answer.warnings)
    options = region_option(region)
    terminal.next_steps(
        screen,
        words,
        (f"yidu assess{options}", words("next.assess_region")),
        (f"yidu validate{options} --actuals actuals.csv", words("next.validate")),
        ("yidu doctor", words("next.doctor")),
    )


@app.command(cls=OneCommand, help=HELP("help.validate"))
def validate(
    actuals: ActualsFile = None,
    scenario: ScenarioOption = "status_quo",
    region: RegionName = "dadukou",
    runs: Runs = 1000,
    seed: Seed = 1,
    environment: Environment = "baseline",
    lang: Lang = DEFAULT,
    json: Json = None,
    csv: Annotated[str | None, typer.Option("--csv", metavar="FILE", help=HELP("help.csv_scores"))] = None,
    debug: Debug = False,
) -> None:
    words = words_of(["--lang", lang])
    json_file, csv_file = checked_files(words, runs, seed, json, csv)

    from yidu.calibration.actuals import actuals_of
    from yidu.experiments.scenarios.scenario import load
    from yidu.experiments.validate.compute import run_validation
    from yidu.sim.region import load as load_region
    from yidu.viz.terminal.midterm import show_validation

    pack = load_region(region)
    mix = load(pack, scenario)
    environment_of(pack, environment, words)
    figures = actuals_of(pack, actuals)
    with progress(words, words("validate.running"), runs) as advance:
        validation = run_validation(pack, mix, figures, environment=environment, runs=runs, seed=seed, progress=advance)
    answer = validation.answer(lambda notice: terminal_notice(words, pack, notice))
    give(answer, json, json_file)
    give_csv(scores_csv(answer), csv, csv_file)
    if "-" in (json, csv):
        return
    screen = terminal.console()
    show_validation(screen, words, pack, mix, answer)
    options = midterm_options(region, scenario, actuals)
    terminal.next_steps(
        screen, words, (f"yidu update{options}", words("next.update")), (f"yidu assess{region_option(region)}", words("next.assess_region"))
    )


@app.command(cls=OneCommand, help=HELP("help.update"))
def update(
    actuals: ActualsFile = None,
    scenario: ScenarioOption = "status_quo",
    region: RegionName = "dadukou",
    runs: Runs = 4000,
    seed: Seed = 1,
    environment: Environment = "baseline",
    lang: Lang = DEFAULT,
    json: Json = None,
    csv: Annotated[str | None, typer.Option("--csv", metavar="FILE", help=HELP("help.csv_forecast"))] = None,
    debug: Debug = False,
) -> None:
    words = words_of(["--lang", lang])
    json_file, csv_file = checked_files(words, runs, seed, json, csv)

    from yidu.calibration.actuals import actuals_of
    from yidu.experiments.scenarios.scenario import load
    from yidu.experiments.update.compute import run_update
    from yidu.sim.region import load as load_region
    from yidu.viz.terminal.midterm import show_update

    pack = load_region(region)
    mix = load(pack, scenario)
    environment_of(pack, environment, words)
    figures = actuals_of(pack, actuals)
    with progress(words, words("update.running"), runs) as advance:
        found = run_update(pack, mix, figures, environment=environment, runs=runs, seed=seed, progress=advance)
    answer = found.answer(lambda notice: terminal_notice(words, pack, notice))
    give(answer, json, json_file)
    give_csv(update_csv(answer), csv, csv_file)
    if "-" in (json, csv):
        return
    screen = terminal.console()
    show_update(screen, words, pack, mix, answer)
    options = midterm_options(region, scenario, actuals)
    steps = [(f"yidu validate{options}", words("next.validate_figures"))]
    if "few_effective" in (notice.code for notice in found.notices):
        steps.insert(0, (f"yidu update{options} --runs {10 * runs}", words("next.more_runs_update")))
    terminal.next_steps(screen, words, *steps)


def midterm_options(region: str, scenario: str, actuals: str | None) -> str:
    """How the next command names region, scenario and figures, where they are not the usual ones."""
    named = "" if scenario == "status_quo" else f" --scenario {shlex.quote(scenario)}"
    return region_option(region) + named + ("" if actuals is None else f" --actuals {shlex.quote(actuals)}")


@region_app.command("check", cls=OneCommand, help=HELP("help.region_check"))
def region_check(where: RegionFolder, lang: Lang = DEFAULT, debug: Debug = False) -> None:
    words = words_of(["--lang", lang])

    from yidu.experiments.packs.whole import load_whole
    from yidu.sim.region import check
    from yidu.sim.region import load as load_region
    from yidu.viz.terminal.region import show_support

    summary = check(where)
    load_whole(where)
    screen = terminal.console()
    show_pack(screen, words, summary)
    show_support(screen, words, load_region(where))
    terminal.next_steps(
        screen,
        words,
        (f"yidu region facts {shlex.quote(where)}", words("next.region_facts")),
        (f"yidu assess{region_option(where)}", words("next.assess_region")),
    )


@region_app.command("facts", cls=OneCommand, help=HELP("help.region_facts"))
def region_facts(where: RegionFolder = "dadukou", lang: Lang = DEFAULT, debug: Debug = False) -> None:
    words = words_of(["--lang", lang])

    from yidu.sim.region import load as load_region

    pack = load_region(where)
    screen = terminal.console()
    show_facts(screen, words, pack)
    terminal.next_steps(screen, words, (f"yidu assess{region_option(where)}", words("next.assess_region")))


@region_app.command("new", cls=OneCommand, help=HELP("help.region_new"))
def region_new(
    folder: Annotated[str, typer.Argument(metavar="DIR", help=HELP("help.new_folder"))],
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help=HELP("help.new_name"))] = None,
    lang: Lang = DEFAULT,
    debug: Debug = False,
) -> None:
    words = words_of(["--lang", lang])

    from yidu.sim.region import new

    made = new(folder, Path(folder).resolve().name if name is None else name)
    screen = terminal.console()
    screen.print(words("region.made", folder=made), markup=False)
    screen.print()
    terminal.next_steps(
        screen,
        words,
        (f"yidu region check {shlex.quote(folder)}", words("next.region_check")),
        (f"yidu region facts {shlex.quote(folder)}", words("next.region_facts")),
    )


region_app.command("to-excel", cls=OneCommand, help=HELP("help.to_excel"))(region_to_excel)
region_app.command("from-excel", cls=OneCommand, help=HELP("help.from_excel"))(region_from_excel)
scenario_app.command("check", cls=OneCommand, help=HELP("help.scenario_check"))(scenario_check)
scenario_app.command("show", cls=OneCommand, help=HELP("help.scenario_show"))(scenario_show)
scenario_app.command("new", cls=OneCommand, help=HELP("help.scenario_new"))(scenario_new)


# --- decisions

app.command("compare", cls=OneCommand, help=HELP("help.compare"))(compare)
app.command("explain", cls=OneCommand, help=HELP("help.explain"))(explain)
app.command("response", cls=OneCommand, help=HELP("help.response"))(response)
app.command("stress", cls=OneCommand, help=HELP("help.stress"))(stress)
app.command("targets", cls=OneCommand, help=HELP("help.targets"))(targets)
app.command("milestones", cls=OneCommand, help=HELP("help.milestones"))(milestones)
app.command("plan", cls=OneCommand, help=HELP("help.plan"))(plan)
app.command("decompose", cls=OneCommand, help=HELP("help.decompose"))(decompose)
app.command("report", cls=OneCommand, help=HELP("help.report"))(report)
app.command("app", cls=OneCommand, help=HELP("help.app_browser"))(in_browser)
app.command("bench", cls=OneCommand, help=HELP("help.bench"))(bench)


@app.command(cls=OneCommand, help=HELP("help.doctor"))
def doctor(region: RegionName = "dadukou", lang: Lang = DEFAULT, debug: Debug = False) -> None:
    words = words_of(["--lang", lang])

    from yidu.experiments.doctor import examine

    checks = examine(region)
    screen = terminal.console()
    show_checks(screen, words, checks)
    terminal.next_steps(screen, words, ("yidu assess", words("next.assess_status_quo")))
    if not all(check.fine for check in checks):
        raise typer.Exit(FAILED)


def main() -> None:
    """Entry point: tables keep working where the terminal cannot show a character, or where there is none."""
    try:
        open_streams()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(AttributeError, ValueError):
                stream.reconfigure(errors="replace")  # type: ignore[union-attr]
        app()
    except KeyboardInterrupt as early:  # before a command hears it
        sys.exit(failed(early, words_of(sys.argv[1:]), sys.argv[1:]))


if __name__ == "__main__":
    main()
