"""`yidu sweep`: a batch experiment, run, shown, analysed, handed on."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yidu.experiments.ensembles.cores import cores
from yidu.viz import terminal
from yidu.viz.commands.shared import (
    FAILED,
    HELP,
    Commands,
    Debug,
    Json,
    Lang,
    OneCommand,
    Wrong,
    give,
    output_file,
    output_folder,
    progress,
    whole,
    words_of,
)
from yidu.viz.commands.sweep_analyse import Folder, analyse
from yidu.viz.words import DEFAULT, Words

if TYPE_CHECKING:
    from yidu.experiments.sweep.store import Sweep

ENGINES = ("local", "dask")
WORKERS_PER_CORE = 8
"""Of this machine: each takes some 300 MB and a process of its own; a larger cluster brings its own workers, with --scheduler."""


class SweepCommands(Commands):
    """`yidu sweep DESIGN.toml` runs a design; `yidu sweep show` and the others look at what was run."""

    default = "run"

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] != "--help":
            args = [self.default, *args]
        return super().parse_args(ctx, args)


sweep_app = typer.Typer(help=HELP("help.sweep"), cls=SweepCommands, no_args_is_help=True)


@sweep_app.command("run", cls=OneCommand, help=HELP("help.sweep_run"))
def run(
    design: Annotated[str, typer.Argument(metavar="DESIGN.toml", help=HELP("help.sweep_design"))],
    out: Annotated[str | None, typer.Option("--out", metavar="DIR", help=HELP("help.sweep_out"))] = None,
    on: Annotated[str, typer.Option("--on", metavar="local|dask", help=HELP("help.sweep_on"))] = "local",
    scheduler: Annotated[str | None, typer.Option("--scheduler", metavar="ADDRESS", help=HELP("help.sweep_scheduler"))] = None,
    workers: Annotated[int | None, typer.Option("--workers", metavar="N", help=HELP("help.sweep_workers"))] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=HELP("help.sweep_dry_run"))] = False,
    retry: Annotated[bool, typer.Option("--retry", help=HELP("help.sweep_retry"))] = False,
    json: Json = None,
    lang: Lang = DEFAULT,
    debug: Debug = False,
) -> None:
    words = words_of(["--lang", lang])
    _check(words, out, on, scheduler, workers, dry_run)
    json_file = output_file(json, words)

    from yidu.experiments.ensembles.cores import cores
    from yidu.experiments.sweep.compute import estimate, run_sweep
    from yidu.experiments.sweep.designs import read
    from yidu.experiments.sweep.engines import Stillborn, dask, local
    from yidu.experiments.sweep.store import Unwritten, parts_in
    from yidu.viz.terminal.sweep import show_estimate

    asked = read(Path(design))
    again = f"yidu sweep {shlex.quote(design)} --out {shlex.quote(out or 'DIR')}"
    if dry_run:
        screen = terminal.console()
        with progress(words, words("sweep.measuring")):
            expected = estimate(asked, None if out is None else Path(out), workers or cores())
        show_estimate(screen, words, asked, expected)
        terminal.next_steps(screen, words, (again, words("next.sweep_run")))
        return
    assert out is not None
    where = Path(out)
    engine = dask(scheduler, workers) if on == "dask" else local(workers)
    try:
        with progress(words, words("sweep.running"), asked.rows) as advance:
            found = run_sweep(asked, where, engine, retry=retry, progress=advance)
    except Unwritten as stopped:
        why, advice = words.cause(stopped.reason)
        key = "error.sweep_gone" if stopped.gone else "error.sweep_unwritten"
        told = {"folder": stopped.where, "file": stopped.file, "reason": why, "advice": advice}
        sys.stderr.write(words(key, done=stopped.done, parts=stopped.parts, **told) + "\n")
        raise typer.Exit(FAILED) from None
    except Stillborn:
        sys.stderr.write(words("error.sweep_stillborn", done=len(parts_in(where)), again=again) + "\n")
        raise typer.Exit(FAILED) from None
    except KeyboardInterrupt:
        sys.stderr.write(words("error.sweep_interrupted", done=len(parts_in(where)), again=again) + "\n")
        raise
    _show(words, found, json, json_file, again)


@sweep_app.command("show", cls=OneCommand, help=HELP("help.sweep_show"))
def show(folder: Folder, json: Json = None, lang: Lang = DEFAULT, debug: Debug = False) -> None:
    words = words_of(["--lang", lang])
    json_file = output_file(json, words)

    from yidu.experiments.sweep.store import opened

    _show(words, opened(folder), json, json_file, None)


sweep_app.command("analyse", cls=OneCommand, help=HELP("help.sweep_analyse"))(analyse)


@sweep_app.command("export", cls=OneCommand, help=HELP("help.sweep_export"))
def export(
    folder: Folder,
    to: Annotated[str, typer.Option("--to", metavar="FILE.csv|.nc", help=HELP("help.sweep_to"))],
    indicators: Annotated[str | None, typer.Option("--indicators", metavar="ID,ID", help=HELP("help.sweep_indicators"))] = None,
    lang: Lang = DEFAULT,
    debug: Debug = False,
) -> None:
    words = words_of(["--lang", lang])
    file = output_file(to, words)
    if file is None:
        raise Wrong(words("error.sweep_stream"))

    from yidu.experiments.sweep.export import export as written
    from yidu.experiments.sweep.store import opened
    from yidu.sim.reading import names_in
    from yidu.viz.terminal.sweep import size

    sweep = opened(folder)
    asked = None if indicators is None else names_in(indicators)
    steps = len(sweep.files) if file.suffix == ".csv" else len(asked or sweep.indicators)
    with progress(words, words("sweep.exporting"), steps) as advance:
        written(sweep, file, asked, advance)
    screen = terminal.console()
    terminal.say(screen, words("sweep.exported", file=file, runs=f"{sweep.done:,}", size=size(file.stat().st_size)))
    if not sweep.complete:
        terminal.say(screen, words("sweep.exported_part", done=len(sweep.files), parts=sweep.parts))
    terminal.next_steps(
        screen, words,
        (f'python -c "import pandas; print(pandas.read_csv(\'{file}\'))"', words("next.sweep_read"))
        if file.suffix == ".csv"
        else (f'python -c "import xarray; print(xarray.open_dataset(\'{file}\'))"', words("next.sweep_read")),
    )  # fmt: skip


def _check(words: Words, out: str | None, on: str, scheduler: str | None, workers: int | None, dry_run: bool) -> None:
    """Options that do not go together, before anything is read."""
    if on not in ENGINES:
        raise Wrong(words("error.sweep_on", value=on))
    if out is None and not dry_run:
        raise Wrong(words("error.sweep_out"))
    if scheduler is not None and on != "dask":
        raise Wrong(words("error.sweep_scheduler"))
    if scheduler is not None and workers is not None:
        raise Wrong(words("error.sweep_both"))
    if workers is not None:
        whole(workers, 1, WORKERS_PER_CORE * cores(), "sweep_workers", words)
    output_folder(out, words, make=False)


def _show(words: Words, sweep: Sweep, json: str | None, json_file: Path | None, again: str | None) -> None:
    from yidu.experiments.sweep.summary import summary
    from yidu.viz.terminal.sweep import show_sweep, warnings_of

    with progress(words, words("sweep.reading"), len(sweep.manifest["targets"])) as advance:
        answer = summary(sweep, advance)
    answer = answer.model_copy(update={"warnings": warnings_of(words, sweep, answer)})
    give(answer, json, json_file)
    if json == "-":
        return
    screen = terminal.console()
    show_sweep(screen, words, answer)
    folder = shlex.quote(str(sweep.where))
    again = again or f"yidu sweep DESIGN.toml --out {folder}"
    steps = []
    if not answer.complete:
        steps.append((again, words("next.sweep_resume")))
    elif answer.failed:
        steps.append((f"{again} --retry", words("next.sweep_retry")))
    if answer.axes and answer.runs_done:
        steps.append((f"yidu sweep analyse {folder}", words("next.sweep_analyse")))
    if answer.runs_done:
        steps += [
            (f"yidu sweep export {folder} --to {folder}.csv", words("next.sweep_export")),
            (f"python -c \"import pandas; print(pandas.read_parquet('{sweep.where}/parts'))\"", words("next.sweep_read")),
        ]
    terminal.next_steps(screen, words, *steps)
    if answer.failed and answer.failed == answer.runs_done:
        raise typer.Exit(FAILED)
