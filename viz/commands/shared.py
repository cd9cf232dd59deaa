"""What every command of `yidu` shares: language, mistakes in one sentence, options, files that are written whole, progress."""

from __future__ import annotations

import _thread
import contextlib
import errno
import os
import shlex
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer
import typer.rich_utils
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from typer.core import TyperCommand, TyperGroup

from yidu.sim.errors import LONGEST_SENTENCE, InputError, nearest, one_line
from yidu.sim.files import FULL, Unwritable, descriptor_of, is_stream, same_place, target_of, tried, write_whole
from yidu.sim.seeds import LARGEST_SEED as LARGEST_SEED
from yidu.viz import terminal
from yidu.viz.words import DEFAULT, LANGUAGES, Words

if TYPE_CHECKING:
    from yidu.calibration.calibrate import Step
    from yidu.experiments.judging.answer import Answer
    from yidu.sim.region import Region

MOST_RUNS = 10_000_000
DONE, FAILED, WRONG, INTERRUPTED = 0, 1, 2, 130

NO_ROOM = (*FULL, errno.EROFS, errno.EACCES, errno.EPERM)
NO_NAME = (errno.ENAMETOOLONG, errno.ELOOP, errno.ENOTDIR, errno.EINVAL)
"""What keeps a file from being written after all (the disk is full, a limit is reached, a right is gone), or from being one."""


class Wrong(Exception):
    """What the user typed cannot be used, or what else went wrong by its exit code; the sentence is in the user's language."""

    def __init__(self, sentence: str, code: int = WRONG) -> None:
        super().__init__(sentence)
        self.code = code


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
                sys.stdout.flush()  # here, where what is wrong with it can still be said
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
    """Remember Ctrl-C: where it falls into the compiler, another error comes up in its place, or none at all.

    A callback of the compiler swallows it (Python calls `sys.unraisablehook`); it is then sent again until it is heard.
    """
    came: list[int] = []
    usual = signal.getsignal(signal.SIGINT)
    if usual is not signal.default_int_handler or threading.current_thread() is not threading.main_thread():
        yield came
        return
    over = threading.Event()

    def stop(number: int, _: FrameType | None) -> None:
        came.append(number)
        raise KeyboardInterrupt

    def send_again() -> None:
        if not over.wait(0.05):  # the callback has returned by then
            _thread.interrupt_main()

    def swallowed(said: Any) -> None:
        if not came:
            unraisable(said)
        elif isinstance(said.exc_value, KeyboardInterrupt):
            threading.Thread(target=send_again, daemon=True).start()

    unraisable = sys.unraisablehook
    sys.unraisablehook = swallowed
    signal.signal(signal.SIGINT, stop)
    try:
        yield came
    finally:
        over.set()
        signal.signal(signal.SIGINT, usual)
        sys.unraisablehook = unraisable


def failed(error: BaseException, words: Words, arguments: Sequence[str]) -> int:
    """Say what went wrong in one sentence on standard error, and give the exit code."""
    if isinstance(error, BrokenPipeError):
        silenced(sys.stdout)  # the reader of a pipe has seen enough
        return FAILED
    if type(error).__name__ == "NoArgsIsHelpError":
        return DONE  # a bare group of commands has shown its help
    if isinstance(error, Wrong):
        sentence, code = str(error), error.code
    elif isinstance(error, InputError):
        sentence, code = words.error(error), WRONG
    elif isinstance(error, (KeyboardInterrupt, typer.Abort)):
        sentence, code = words("error.interrupted"), INTERRUPTED
    elif isinstance(error, OSError) and not working_folder():
        sentence, code = words("error.no_working_folder"), WRONG
    elif isinstance(error, OSError) and error.errno in NO_NAME and error.filename is not None:
        why, _ = words.cause(error)
        sentence, code = words("error.no_such_name", file=error.filename, reason=why), WRONG
    elif isinstance(error, Unwritable) or isinstance(error, OSError) and error.errno in NO_ROOM:
        sentence, code = words.unwritable(error), FAILED
        if error.filename is None:
            silenced(sys.stdout)  # it may be what is full; Python would try once more at exit
    elif hasattr(error, "format_message"):
        sentence, code = mistyped(error, words, arguments), WRONG
    else:
        reason = " ".join(str(error).split())
        sentence, code = words("error.unexpected", kind=type(error).__name__, reason=reason), FAILED
    try:
        sys.stderr.write(one_line(sentence, LONGEST_SENTENCE) + "\n")
        if "--debug" in arguments:
            traceback.print_exception(error, file=sys.stderr)
        sys.stderr.flush()
    except OSError:
        silenced(sys.stderr)  # nobody listens, and the exit code says enough
    return code


def working_folder() -> bool:
    """Whether the folder that the command is given in is still there."""
    try:
        os.getcwd()
    except OSError:
        return False
    return True


def silenced(stream: Any) -> None:
    """Let what a stream still holds go nowhere, so that Python's own flush at exit finds something to write to."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def open_streams() -> None:
    """Give each standard stream that was closed (`>&-`) the null device, so that no file opened later takes its number.

    Tables then go nowhere. Data that is asked for there is refused (`output_file`): it would be lost.
    """
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            with contextlib.suppress(OSError):
                nowhere = os.open(os.devnull, os.O_RDWR)
                if nowhere != number:
                    os.dup2(nowhere, number)
                    os.close(nowhere)
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))


def mistyped(error: Any, words: Words, arguments: Sequence[str]) -> str:
    """A command line that cannot be read, in one sentence."""
    kind, context, parameter = (type(error).__name__, getattr(error, "ctx", None), getattr(error, "param", None))
    path = context.command_path.partition(" ")[2] if context is not None else ""
    name = max(getattr(parameter, "opts", []), key=len, default="")
    if kind == "NoSuchOption":
        close = nearest(error.option_name, known_options(context))
        return words("error.no_option", name=error.option_name, near=near(close, words)).rstrip()
    if kind == "BadOptionUsage":
        asks_less = "does not take" in error.message
        return words("error.option_takes_none" if asks_less else "error.option_needs_value", name=error.option_name)
    if kind == "MissingParameter":
        shown = getattr(parameter, "metavar", None) or name
        return words("error.missing_argument", name=shown, command=path)
    if kind == "BadParameter" and "integer" in error.message:
        return words("error.not_an_integer", name=name, value=value_of(name, arguments))
    if "No such command" in error.message and context is not None:
        typed = error.message.split("'")[1]
        known = context.command.list_commands(context)
        listed = words("phrase.comma").join(known)
        return words("error.no_command", name=typed, known=listed, near=near(nearest(typed, known), words)).rstrip()
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

ScenarioName = Annotated[str, typer.Argument(metavar="SCENARIO", help=HELP("help.scenario_name"), show_default=True)]
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
        raise Wrong(words("error.environment", value=name, known=words("phrase.comma").join(known), near=close).rstrip())
    return name


# --- files


def output_file(name: str | None, words: Words, option: str = "--json") -> Path | None:
    """A file that can be written to, tried before anything is run; None where none, or '-', is asked for with `option`."""
    if name == "-" and getattr(sys.stdout, "name", None) == os.devnull:
        raise Wrong(words("unwritable.closed_stream", option=option))
    if name is None or name == "-":
        return None
    file = Path(name)
    if file.is_dir() or not file.name:
        raise Wrong(words("error.is_folder", file=name))
    try:
        if not is_stream(file) and not target_of(file).parent.is_dir():
            folder = target_of(file).parent if file.is_symlink() else file.parent
            raise Wrong(words("error.folder_missing", file=name, folder=folder))
        tried(file)
    except OSError as reason:
        raise unwritable(name, reason, words) from None
    return file


def output_files(json: str | None, csv: str | None, words: Words) -> tuple[Path | None, Path | None]:
    """The files of `--json` and `--csv`, each of its own; standard output takes one of them."""
    json_file, csv_file = output_file(json, words), output_file(csv, words, "--csv")
    if all(name == "-" or file is not None and descriptor_of(file) == 1 for name, file in ((json, json_file), (csv, csv_file))):
        raise Wrong(words("error.same_stream"))
    if same_file(json_file, csv_file):
        raise Wrong(words("error.same_file", file=json))
    return json_file, csv_file


def same_file(one: Path | None, *others: Path | None) -> bool:
    """Whether a file that is to be written is one of the others; None is no file."""
    return one is not None and any(other is not None and same_place(one, other) for other in others)


def checked_files(
    words: Words, runs: int, seed: int, json: str | None, csv: str | None, least: int = 1, key: str = "runs"
) -> tuple[Path | None, Path | None]:
    """The files of an answer that rests on runs, once their number and the seed are in range; `key` says it where they are not."""
    whole(runs, least, MOST_RUNS, key, words)
    whole(seed, 0, LARGEST_SEED, "seed", words)
    return output_files(json, csv, words)


def output_folder(name: str | None, words: Words, *, make: bool = True) -> Path | None:
    """A folder that can be written to, made if its parent stands; None where none is asked for.

    Args:
        make: False tries whether it could be made, and leaves nothing there.
    """
    if name is None:
        return None
    folder = Path(name)
    if folder.exists() and not folder.is_dir():
        raise Wrong(words("error.is_file", file=name))
    try:
        place = target_of(folder)
        if not folder.exists() and not place.parent.is_dir():
            raise Wrong(words("error.folder_missing", file=name, folder=place.parent if folder.is_symlink() else folder.parent))
        if make:
            place.mkdir(exist_ok=True)
        tried(place / "any" if place.is_dir() else place)
    except OSError as reason:
        raise unwritable(name, reason, words) from None
    return folder


def new_file(name: str, words: Words) -> Path:
    """A file that does not exist yet."""
    if Path(name).is_file() or Path(name).is_dir():
        raise Wrong(words("error.exists", file=name))
    return output_file(name, words) or Path(name)


def unwritable(name: str, reason: OSError, words: Words) -> Exception:
    """Why nothing can be written there: a place that will not do is a mistake of who named it, a full disk is none."""
    if reason.errno in FULL:
        return Unwritable(reason.errno, reason.strerror, name)
    return Wrong(words.unwritable(reason, name))


def write_out(text: str) -> None:
    """Data to standard output, in UTF-8 wherever it is: a terminal may show a ? for what it lacks, a file may not."""
    sys.stdout.flush()
    if hasattr(sys.stdout, "buffer"):
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    else:
        sys.stdout.write(text)


def give(answer: Answer, name: str | None, file: Path | None) -> None:
    """Write an answer as JSON: to its file, or to standard output for '-'."""
    from yidu.experiments.judging.answer import to_json

    if name == "-":
        write_out(to_json(answer))
    elif file is not None:
        write_whole(file, to_json(answer))


def give_csv(text: str, name: str | None, file: Path | None) -> None:
    """Write a table as CSV: to its file, or to standard output for '-'."""
    if name == "-":
        write_out(text)
    elif file is not None:
        write_whole(file, text, encoding="utf-8-sig")  # so that Excel reads the Chinese


# --- progress


@contextlib.contextmanager
def progress(words: Words, task: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A bar on standard error that leaves nothing behind; nothing at all where no person looks on.

    The first run after an installation compiles the rules, which takes a minute or two: the bar says so.
    """
    from yidu.sim.ensemble import already_compiled

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


def region_option(region: str) -> str:
    """How the next command names the region, where it is not the usual one."""
    return "" if region == "dadukou" else f" --region {shlex.quote(region)}"


def repeated(region: str, environment: str, seed: int, *further: tuple[str, object]) -> str:
    """How the next command asks of the same region, environment and luck, and with the same further options (name, value).

    What is usual is left out, as is a further option whose value is None or False; True writes a flag, a list its option once for each.
    """
    usual = (("--environment", None if environment == "baseline" else environment), ("--seed", None if seed == 1 else seed))
    said = [region_option(region)]
    for option, value in (*usual, *further):
        if value is True:
            said.append(f" {option}")
        elif value is not None and value is not False:
            said += [f" {option} {shlex.quote(str(one))}" for one in (value if isinstance(value, list) else [value])]
    return "".join(said)
