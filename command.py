"""`yidu`, the command line: one question a command, answered in tables, or in JSON with --json FILE.

Exit 0: done. 2: the input is wrong (one sentence on standard error). 130: interrupted. 1: anything else.
"""

from __future__ import annotations

import contextlib
import csv
import io
import os
import shlex
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
import typer.rich_utils
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from typer.core import TyperCommand, TyperGroup

from sim.errors import InputError, nearest
from viz import terminal
from viz.words import DEFAULT, LANGUAGES, Words

if TYPE_CHECKING:
    from calibration.calibrate import Step
    from experiments.answers import Answer, AssessAnswer, UpdateAnswer, ValidateAnswer, Variance, Way
    from sim.region import Region

MOST_RUNS = 10_000_000
LARGEST_SEED = 2**63 - 1
"""Seeds, and numbers of runs, are whole numbers below 2^63: the same on every machine."""

WAYS = ("compiled", "mesa")

DONE, FAILED, WRONG, INTERRUPTED = 0, 1, 2, 130


class Wrong(Exception):
    """What the user typed cannot be used; the sentence is in the user's language."""


# --- language and mistakes


def value_of(option: str, arguments: Sequence[str]) -> str:
    """What was typed for an option."""
    for i, argument in enumerate(arguments):
        if argument.startswith(f"{option}="):
            return argument.removeprefix(f"{option}=")
        if argument == option and i + 1 < len(arguments):
            return arguments[i + 1]
    return ""


def asked_language(arguments: Sequence[str]) -> str | None:
    """The language that `--lang` names among raw arguments, else that of the variable YIDU_LANG."""
    return value_of("--lang", arguments) or os.environ.get("YIDU_LANG") or None


def words_of(arguments: Sequence[str]) -> Words:
    """The words of the language asked for; of the usual one where none that is known was."""
    asked = (value_of("--lang", arguments), os.environ.get("YIDU_LANG"))
    return Words(next((language for one in asked for language in LANGUAGES if language == one), DEFAULT))


HELP = words_of(sys.argv[1:])
"""Help is written when the commands are declared, in the language of this process."""

typer.rich_utils.OPTIONS_PANEL_TITLE = HELP("help.options")
typer.rich_utils.ARGUMENTS_PANEL_TITLE = HELP("help.arguments")
typer.rich_utils.COMMANDS_PANEL_TITLE = HELP("help.commands")


class _HelpInWords:
    """`--help` explains itself in the language of the rest."""

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = HELP("help.help")
        return option


class OneCommand(_HelpInWords, TyperCommand):
    """A command of `yidu`."""


class Commands(_HelpInWords, TyperGroup):
    """`yidu` and its groups: whatever goes wrong below ends in one sentence and the right exit code."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        standalone = extra.get("standalone_mode", True)
        extra["standalone_mode"] = False
        arguments = list(sys.argv[1:] if args is None else args)
        words = words_of(arguments)
        asked = asked_language(arguments)
        with interruptions() as interrupted:
            try:
                if asked is not None and asked not in LANGUAGES:
                    raise Wrong(words("error.lang", value=asked))
                result = super().main(arguments, *rest, **extra)
                code = result if isinstance(result, int) else DONE
                if code == INTERRUPTED:
                    raise KeyboardInterrupt
            except SystemExit as stop:
                code = stop.code if isinstance(stop.code, int) else FAILED
            except BaseException as error:
                code = failed(KeyboardInterrupt() if interrupted else error, words, arguments)
        if standalone:
            sys.exit(code)
        return code


@contextlib.contextmanager
def interruptions() -> Iterator[list[int]]:
    """Remember Ctrl-C: where it falls into the compiler, another error comes up in its place."""
    came: list[int] = []
    usual = signal.getsignal(signal.SIGINT)
    if usual is not signal.default_int_handler or threading.current_thread() is not threading.main_thread():
        yield came
        return

    def stop(number: int, _: FrameType | None) -> None:
        came.append(number)
        raise KeyboardInterrupt

    unraisable = sys.unraisablehook
    sys.unraisablehook = lambda said: None if came else unraisable(said)
    signal.signal(signal.SIGINT, stop)
    try:
        yield came
    finally:
        signal.signal(signal.SIGINT, usual)
        sys.unraisablehook = unraisable


def failed(error: BaseException, words: Words, arguments: Sequence[str]) -> int:
    """Say what went wrong in one sentence on standard error, and give the exit code."""
    if isinstance(error, BrokenPipeError):
        # the reader of a pipe has seen enough; give Python's own flush at exit something to write to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    if type(error).__name__ == "NoArgsIsHelpError":
        return DONE  # a bare group of commands has shown its help
    if isinstance(error, Wrong):
        sentence, code = str(error), WRONG
    elif isinstance(error, InputError):
        sentence, code = words.error(error), WRONG
    elif isinstance(error, (KeyboardInterrupt, typer.Abort)):
        sentence, code = words("error.interrupted"), INTERRUPTED
    elif hasattr(error, "format_message"):
        sentence, code = mistyped(error, words, arguments), WRONG
    else:
        reason = " ".join(str(error).split())
        sentence, code = words("error.unexpected", kind=type(error).__name__, reason=reason), FAILED
    sys.stderr.write(sentence + "\n")
    if "--debug" in arguments:
        traceback.print_exception(error, file=sys.stderr)
    return code


def mistyped(error: Any, words: Words, arguments: Sequence[str]) -> str:
    """A command line that cannot be read, in one sentence."""
    kind, context, parameter = (
        type(error).__name__,
        getattr(error, "ctx", None),
        getattr(error, "param", None),
    )
    path = context.command_path.partition(" ")[2] if context is not None else ""
    name = max(getattr(parameter, "opts", []), key=len, default="")
    if kind == "NoSuchOption":
        close = nearest(error.option_name, known_options(context))
        return words("error.no_option", name=error.option_name, near=near(close, words)).rstrip()
    if kind == "BadOptionUsage":
        asks_less = "does not take" in error.message
        return words(
            "error.option_takes_none" if asks_less else "error.option_needs_value", name=error.option_name
        )
    if kind == "MissingParameter":
        shown = getattr(parameter, "metavar", None) or name
        return words("error.missing_argument", name=shown, command=path)
    if kind == "BadParameter" and "integer" in error.message:
        return words("error.not_an_integer", name=name, value=value_of(name, arguments))
    if "No such command" in error.message and context is not None:
        typed = error.message.split("'")[1]
        known = context.command.list_commands(context)
        listed = words("phrase.comma").join(known)
        return words(
            "error.no_command", name=typed, known=listed, near=near(nearest(typed, known), words)
        ).rstrip()
    if "unexpected extra argument" in error.message:
        extra = error.message.split("(")[-1].rstrip(")")
        return words("error.extra_argument", name=extra, command=path)
    return words("error.usage", reason=error.format_message().rstrip("."))


def known_options(context: Any) -> list[str]:
    """Every option of the command that was typed."""
    return [option for parameter in context.command.params for option in parameter.opts] if context else []


def near(word: str | None, words: Words) -> str:
    """'Did you mean', or nothing."""
    return "" if word is None else words("error.did_you_mean", near=word)


# --- options

ScenarioName = Annotated[
    str, typer.Argument(metavar="SCENARIO", help=HELP("help.scenario_name"), show_default=True)
]
RegionName = Annotated[str, typer.Option("--region", metavar="REGION", help=HELP("help.region_name"))]
RegionFolder = Annotated[str, typer.Argument(metavar="DIR", help=HELP("help.region_folder"))]
Runs = Annotated[int, typer.Option("--runs", metavar="N", help=HELP("help.runs"))]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help=HELP("help.seed"))]
Environment = Annotated[str, typer.Option("--environment", metavar="NAME", help=HELP("help.environment"))]
Lang = Annotated[str, typer.Option("--lang", envvar="YIDU_LANG", metavar="zh|en", help=HELP("help.lang"))]
Json = Annotated[str | None, typer.Option("--json", metavar="FILE", help=HELP("help.json"))]
ActualsFile = Annotated[str | None, typer.Option("--actuals", metavar="FILE", help=HELP("help.actuals"))]
ScenarioOption = Annotated[str, typer.Option("--scenario", metavar="SCENARIO", help=HELP("help.scenario_option"))]
Csv = Annotated[str | None, typer.Option("--csv", metavar="FILE", help=HELP("help.csv"))]
Debug = Annotated[bool, typer.Option("--debug", help=HELP("help.debug"))]

app = typer.Typer(
    name="yidu",
    help=HELP("help.app"),
    cls=Commands,
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)
region_app = typer.Typer(help=HELP("help.region"), cls=Commands, no_args_is_help=True)
scenario_app = typer.Typer(help=HELP("help.scenario"), cls=Commands, no_args_is_help=True)
app.add_typer(region_app, name="region")
app.add_typer(scenario_app, name="scenario")


def _version(asked: bool) -> None:
    if asked:
        from experiments.answers import version

        typer.echo(f"yidu {version()}")
        raise typer.Exit


@app.callback()
def yidu(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=HELP("help.version"))
    ] = False,
) -> None:
    """What every command shares."""


def whole(value: int, low: int, most: int, key: str, words: Words) -> int:
    """A whole number within its range, or the sentence that says which."""
    if not low <= value <= most:
        raise Wrong(words(f"error.{key}", value=value, most=f"{most:,}" if most < 10**9 else "2^63 - 1"))
    return value


def environment_of(region: Region, name: str, words: Words) -> str:
    """An environment of the pack, or the sentence that lists them."""
    known = list(region.environment.environments)
    if name not in known:
        close = near(nearest(name, known), words)
        raise Wrong(
            words(
                "error.environment", value=name, known=words("phrase.comma").join(known), near=close
            ).rstrip()
        )
    return name


# --- files


def output_file(name: str | None, words: Words) -> Path | None:
    """A file that can be written to, tried before anything is run; None where none, or '-', is asked for."""
    if name is None or name == "-":
        return None
    file = Path(name)
    if file.is_dir() or not file.name:
        raise Wrong(words("error.is_folder", file=name))
    if not file.parent.is_dir():
        raise Wrong(words("error.folder_missing", file=name, folder=file.parent))
    scratch = scratch_beside(file)
    try:
        scratch.touch(exist_ok=False)
        scratch.unlink()
        if file.exists() and not os.access(file, os.W_OK):
            raise PermissionError(13, os.strerror(13))
    except OSError as reason:
        raise Wrong(words("error.not_writable", file=name, reason=reason.strerror or reason)) from None
    return file


def output_files(json: str | None, csv: str | None, words: Words) -> tuple[Path | None, Path | None]:
    """The files of `--json` and `--csv`, each of its own."""
    json_file, csv_file = output_file(json, words), output_file(csv, words)
    if json_file is not None and csv_file is not None and json_file.resolve() == csv_file.resolve():
        raise Wrong(words("error.same_file", file=json))
    return json_file, csv_file


def output_folder(name: str | None, words: Words) -> Path | None:
    """A folder that tables can be written to, made if its parent stands; None where none is asked for."""
    if name is None:
        return None
    folder = Path(name)
    if folder.exists() and not folder.is_dir():
        raise Wrong(words("error.is_file", file=name))
    if not folder.exists() and not folder.absolute().parent.is_dir():
        raise Wrong(words("error.folder_missing", file=name, folder=folder.parent))
    try:
        folder.mkdir(exist_ok=True)
        scratch = scratch_beside(folder / "any")
        scratch.touch(exist_ok=False)
        scratch.unlink()
    except OSError as reason:
        raise Wrong(words("error.not_writable", file=name, reason=reason.strerror or reason)) from None
    return folder


def new_file(name: str, words: Words) -> Path:
    """A file that does not exist yet."""
    if Path(name).exists():
        raise Wrong(words("error.exists", file=name))
    file = output_file(name, words)
    assert file is not None
    return file


def scratch_beside(file: Path) -> Path:
    """A temporary name in the folder of a file, so that replacing it is one step."""
    return file.with_name(f".{file.name}.{os.getpid()}.tmp")


def write_whole(file: Path, text: str, encoding: str = "utf-8") -> None:
    """Write a file so that a reader sees the old one or the new one, never half of it."""
    scratch = scratch_beside(file)
    try:
        scratch.write_text(text, encoding=encoding, newline="")
        os.replace(scratch, file)
    finally:
        scratch.unlink(missing_ok=True)


def give(answer: Answer, name: str | None, file: Path | None) -> None:
    """Write an answer as JSON: to its file, or to standard output for '-'."""
    from experiments.answers import to_json

    if name == "-":
        sys.stdout.write(to_json(answer))
    elif file is not None:
        write_whole(file, to_json(answer))


def give_csv(text: str, name: str | None, file: Path | None) -> None:
    """Write a table as CSV: to its file, or to standard output for '-'."""
    if name == "-":
        sys.stdout.write(text)
    elif file is not None:
        write_whole(file, text, encoding="utf-8-sig")  # so that Excel reads the Chinese


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


def csv_text(rows: Sequence[dict[str, object]], columns: Sequence[str]) -> str:
    """Rows as CSV under the columns of the first of them, or under `columns` where there is none."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]) if rows else columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


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
    from experiments.shares import SOURCES

    return {f"variance_{name}": None if variance is None else getattr(variance, name) for name in SOURCES}


# --- progress


@contextlib.contextmanager
def progress(words: Words, task: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A bar on standard error that leaves nothing behind; nothing at all where no person looks on.

    The first run after an installation compiles the rules, which takes a minute or two: the bar says so.
    """
    from sim.ensemble import already_compiled

    screen = terminal.console(error=True)
    if not screen.is_terminal:
        yield lambda more: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen, transient=True) as bars:
        first = task if already_compiled() else words("assess.compiling")
        bar = bars.add_task(first, total=total)

        def advance(more: int) -> None:
            bars.update(bar, description=task, advance=more)

        yield advance


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
    whole(runs, 1, MOST_RUNS, "runs", words)
    whole(seed, 0, LARGEST_SEED, "seed", words)
    json_file, csv_file = output_files(json, csv, words)

    from experiments.ask import ask
    from experiments.scenario import load
    from experiments.shares import replicated
    from sim.region import load as load_region

    pack = load_region(region)
    mix = load(pack, scenario)
    environment_of(pack, environment, words)
    further = 0 if no_shares else 2 * replicated(runs)
    with progress(words, words("assess.running"), runs + further) as advance:
        assessment = ask(
            pack, mix, environment=environment, runs=runs, seed=seed, shares=not no_shares, progress=advance
        )
    answer = assessment.answer(lambda notice: terminal.notice(words, pack, notice))
    give(answer, json, json_file)
    give_csv(targets_csv(answer), csv, csv_file)
    if "-" in (json, csv):
        return
    out = terminal.console()
    terminal.show_assessment(out, words, pack, mix, assessment, answer)
    options = region_option(region)
    other = "plan" if mix.name != "plan" and "plan" in pack.scenario_names else "status_quo"
    steps = [(f"yidu assess {other}{options}", words(f"next.assess_{other}"))] if other != mix.name else []
    if runs < 1000:
        steps.insert(
            0, (f"yidu assess {shlex.quote(scenario)}{options} --runs 1000", words("next.more_runs"))
        )
    if environment == "baseline" and "slow" in pack.environment.environments:
        steps.append(
            (f"yidu assess {shlex.quote(scenario)}{options} --environment slow", words("next.assess_slow"))
        )
    if "prior_only" in (notice.code for notice in assessment.notices):
        steps.append((f"yidu calibrate{options}", words("next.calibrate")))
    steps.append((f"yidu run {shlex.quote(scenario)}{options} --draw 0 --out run0", words("next.run")))
    steps.append((f"yidu scenario new my.toml{options}", words("next.scenario_new")))
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

    from experiments.ask import run_once
    from experiments.scenario import load
    from sim.region import load as load_region

    pack = load_region(region)
    mix = load(pack, scenario)
    environment_of(pack, environment, words)
    folder = output_folder(out, words)
    quarters = 4 * (pack.settings.years.plan_end - pack.settings.years.record_start)
    with progress(words, words("run.running"), quarters) as advance:
        answer = run_once(
            pack,
            mix,
            environment=environment,
            seed=seed,
            draw=draw,
            way=cast("Way", way),
            out=folder,
            progress=advance,
        )
    give(answer, json, json_file)
    if json == "-":
        return
    screen = terminal.console()
    terminal.show_run(screen, words, pack, mix, answer)
    if folder is not None:
        listed = words("phrase.comma").join(answer.files)
        terminal.say(screen, words("run.wrote", folder=folder, files=listed))
        screen.print()
    options = region_option(region)
    steps = [(f"yidu assess {shlex.quote(scenario)}{options}", words("next.assess_this"))]
    if folder is None:
        steps.insert(
            0, (f"yidu run {shlex.quote(scenario)}{options} --draw {draw} --out run{draw}", words("next.run"))
        )
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

    from calibration import findings as found
    from calibration import netcdf
    from calibration.manifest import DIAGNOSTICS, manifest_of
    from experiments.ask import calibrated, fit_answer
    from sim.region import load as load_region
    from viz.calibration_page import write_page
    from viz.calibration_tables import write_tables
    from viz.calibration_terminal import show_calibration

    pack = load_region(region)
    folder = output_folder(out, words)
    home = pack.folder / "posterior"
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
        findings, home = made.findings, made.folder
    goal = folder or home
    write_page(findings, pack, goal)
    write_tables(findings, goal)
    netcdf.write(pack, home, findings, goal)
    give(answer, json, json_file)
    if json == "-":
        return
    screen = terminal.console()
    show_calibration(screen, words, pack, findings, goal)
    options = region_option(region)
    terminal.next_steps(
        screen,
        words,
        (f"yidu assess{options}", words("next.assess_region")),
        (f"yidu validate{options} --actuals actuals.csv", words("next.validate")),
        ("yidu doctor", words("next.doctor")),
    )


@contextlib.contextmanager
def steps(words: Words) -> Iterator[Callable[[Step], Callable[[int], None]]]:
    """One bar after another, for work of several parts; in a log, one line after another."""
    alive = terminal.console(error=True).is_terminal
    with contextlib.ExitStack() as shown:

        def watch(step: Step) -> Callable[[int], None]:
            shown.close()
            said = words(f"calibrate.{step.name}")
            if not alive:
                sys.stderr.write(said + "\n")
            return shown.enter_context(progress(words, said, step.total))

        yield watch


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
    whole(runs, 1, MOST_RUNS, "runs", words)
    whole(seed, 0, LARGEST_SEED, "seed", words)
    json_file, csv_file = output_files(json, csv, words)

    from calibration.actuals import actuals_of
    from experiments.scenario import load
    from experiments.validate import run_validation
    from sim.region import load as load_region
    from viz.midterm_terminal import show_validation

    pack = load_region(region)
    mix = load(pack, scenario)
    environment_of(pack, environment, words)
    figures = actuals_of(pack, actuals)
    with progress(words, words("validate.running"), runs) as advance:
        validation = run_validation(
            pack, mix, figures, environment=environment, runs=runs, seed=seed, progress=advance
        )
    answer = validation.answer(lambda notice: terminal.notice(words, pack, notice))
    give(answer, json, json_file)
    give_csv(scores_csv(answer), csv, csv_file)
    if "-" in (json, csv):
        return
    screen = terminal.console()
    show_validation(screen, words, pack, mix, answer)
    options = midterm_options(region, scenario, actuals)
    terminal.next_steps(
        screen,
        words,
        (f"yidu update{options}", words("next.update")),
        (f"yidu assess{region_option(region)}", words("next.assess_region")),
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
    whole(runs, 1, MOST_RUNS, "runs", words)
    whole(seed, 0, LARGEST_SEED, "seed", words)
    json_file, csv_file = output_files(json, csv, words)

    from calibration.actuals import actuals_of
    from experiments.scenario import load
    from experiments.update import run_update
    from sim.region import load as load_region
    from viz.midterm_terminal import show_update

    pack = load_region(region)
    mix = load(pack, scenario)
    environment_of(pack, environment, words)
    figures = actuals_of(pack, actuals)
    with progress(words, words("update.running"), runs) as advance:
        found = run_update(pack, mix, figures, environment=environment, runs=runs, seed=seed, progress=advance)
    answer = found.answer(lambda notice: terminal.notice(words, pack, notice))
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


def region_option(region: str) -> str:
    """How the next command names the region, where it is not the usual one."""
    return "" if region == "dadukou" else f" --region {shlex.quote(region)}"


@region_app.command("check", cls=OneCommand, help=HELP("help.region_check"))
def region_check(where: RegionFolder, lang: Lang = DEFAULT, debug: Debug = False) -> None:
    words = words_of(["--lang", lang])

    from experiments.scenario import load
    from sim.region import check
    from sim.region import load as load_region

    summary = check(where)
    pack = load_region(where)
    for name in pack.scenario_names:
        load(pack, name)
    screen = terminal.console()
    terminal.show_pack(screen, words, summary)
    terminal.next_steps(
        screen,
        words,
        (f"yidu region facts {shlex.quote(where)}", words("next.region_facts")),
        (f"yidu assess{region_option(where)}", words("next.assess_region")),
    )


@region_app.command("facts", cls=OneCommand, help=HELP("help.region_facts"))
def region_facts(where: RegionFolder = "dadukou", lang: Lang = DEFAULT, debug: Debug = False) -> None:
    words = words_of(["--lang", lang])

    from sim.region import load as load_region

    pack = load_region(where)
    screen = terminal.console()
    terminal.show_facts(screen, words, pack)
    terminal.next_steps(screen, words, (f"yidu assess{region_option(where)}", words("next.assess_region")))


@region_app.command("new", cls=OneCommand, help=HELP("help.region_new"))
def region_new(
    folder: Annotated[str, typer.Argument(metavar="DIR", help=HELP("help.new_folder"))],
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help=HELP("help.new_name"))] = None,
    lang: Lang = DEFAULT,
    debug: Debug = False,
) -> None:
    words = words_of(["--lang", lang])

    from sim.region import new

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


@scenario_app.command("check", cls=OneCommand, help=HELP("help.scenario_check"))
def scenario_check(
    file: Annotated[str, typer.Argument(metavar="FILE", help=HELP("help.scenario_file"))],
    region: RegionName = "dadukou",
    lang: Lang = DEFAULT,
    debug: Debug = False,
) -> None:
    words = words_of(["--lang", lang])

    from experiments.scenario import load
    from sim.region import load as load_region

    pack = load_region(region)
    mix = load(pack, file)
    changed = terminal.changed_levers(pack, mix)
    screen = terminal.console()
    title = terminal.named(words.titled(mix), mix.name)
    screen.print(words("scenario.ok", scenario=title, count=len(changed)), markup=False)
    screen.print()
    options = region_option(region)
    terminal.next_steps(
        screen,
        words,
        (f"yidu scenario show {shlex.quote(file)}{options}", words("next.scenario_show")),
        (f"yidu assess {shlex.quote(file)}{options}", words("next.assess_this")),
    )


@scenario_app.command("show", cls=OneCommand, help=HELP("help.scenario_show"))
def scenario_show(
    file: Annotated[str, typer.Argument(metavar="FILE", help=HELP("help.scenario_file"))],
    region: RegionName = "dadukou",
    lang: Lang = DEFAULT,
    debug: Debug = False,
) -> None:
    words = words_of(["--lang", lang])

    from experiments.scenario import load
    from sim.region import load as load_region

    pack = load_region(region)
    mix = load(pack, file)
    screen = terminal.console()
    terminal.show_scenario(screen, words, pack, mix)
    options = region_option(region)
    terminal.next_steps(
        screen,
        words,
        (f"yidu assess {shlex.quote(file)}{options}", words("next.assess_this")),
        (f"yidu scenario new my.toml{options} --extends {shlex.quote(file)}", words("next.scenario_new")),
    )


@scenario_app.command("new", cls=OneCommand, help=HELP("help.scenario_new"))
def scenario_new(
    file: Annotated[str, typer.Argument(metavar="FILE", help=HELP("help.new_file"))],
    extends: Annotated[
        str, typer.Option("--extends", metavar="SCENARIO", help=HELP("help.extends"))
    ] = "status_quo",
    region: RegionName = "dadukou",
    lang: Lang = DEFAULT,
    debug: Debug = False,
) -> None:
    words = words_of(["--lang", lang])

    from experiments.scenario import load
    from sim.region import load as load_region
    from viz.drafts import scenario_text

    place = new_file(file, words)
    pack = load_region(region)
    write_whole(place, scenario_text(words, pack, load(pack, extends)))
    screen = terminal.console()
    screen.print(words("scenario.made", file=file), markup=False)
    screen.print()
    options = region_option(region)
    terminal.next_steps(
        screen,
        words,
        (f"yidu scenario check {shlex.quote(file)}{options}", words("next.scenario_check")),
        (f"yidu assess {shlex.quote(file)}{options}", words("next.assess_this")),
    )


@app.command(cls=OneCommand, help=HELP("help.doctor"))
def doctor(region: RegionName = "dadukou", lang: Lang = DEFAULT, debug: Debug = False) -> None:
    words = words_of(["--lang", lang])

    from experiments.doctor import examine

    checks = examine(region)
    screen = terminal.console()
    terminal.show_checks(screen, words, checks)
    terminal.next_steps(screen, words, ("yidu assess", words("next.assess_status_quo")))
    if not all(check.fine for check in checks):
        raise typer.Exit(FAILED)


def main() -> None:
    """Entry point: tables keep working where the terminal cannot show a character."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    app()


if __name__ == "__main__":
    main()
