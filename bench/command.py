"""`yidu bench`: the only source of speed claims."""

from __future__ import annotations

import contextlib
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yidu.sim.errors import nearest
from yidu.sim.files import write_whole
from yidu.viz import terminal
from yidu.viz.commands.shared import HELP, Debug, Json, Lang, Wrong, give, near, output_file, output_folder, progress, same_file, words_of
from yidu.viz.words import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from yidu.viz.words import Words

FOLDER = "yidu-bench"
"""Where picture and data go in the current folder when no file is named."""

Quick = Annotated[bool, typer.Option("--quick", help=HELP("help.bench_quick"))]
Only = Annotated[str | None, typer.Option("--only", metavar="PART,...", help=HELP("help.bench_only"))]
Picture = Annotated[str | None, typer.Option("--picture", metavar="FILE", help=HELP("help.bench_picture"))]


def parts_of(asked: str | None, words: Words) -> tuple[str, ...]:
    """The parts asked for, in the order in which they are measured; all where none is named."""
    from yidu.bench.parts import PARTS

    named = list(PARTS) if asked is None else [part.strip() for part in asked.split(",")]
    for part in named:
        if part not in PARTS:
            close = near(nearest(part, list(PARTS)), words)
            raise Wrong(words("error.bench_part", value=part, known=words("phrase.comma").join(PARTS), near=close).rstrip())
    return tuple(part for part in PARTS if part in named)


def picture_file(name: str | None, json_file: Path | None, words: Words) -> Path | None:
    """The file of the picture, of a kind that can be drawn and of its own."""
    from yidu.bench.picture import ENDINGS

    file = output_file(name, words)
    if name is not None and (file is None or file.suffix.lower() not in ENDINGS):
        raise Wrong(words("error.bench_picture", file=name, ending=Path(name).suffix, known=words("phrase.comma").join(ENDINGS)))
    if same_file(file, json_file):
        raise Wrong(words("error.bench_same_file", file=name))
    return file


@contextlib.contextmanager
def shown(words: Words, part: str, total: int) -> Iterator[Callable[[int], Any]]:
    """A part's bar; in a log, a line."""
    said = words("bench.running", part=words(f"bench.part.{part}"))
    if not terminal.console(error=True).is_terminal:
        sys.stderr.write(said + "\n")
    with progress(words, said, total) as advance:
        advance(0)
        yield advance


def bench(
    quick: Quick = False, only: Only = None, picture: Picture = None, lang: Lang = DEFAULT, json: Json = None, debug: Debug = False
) -> None:
    words = words_of(["--lang", lang])
    for package in ("psutil", "matplotlib"):
        if importlib.util.find_spec(package) is None:
            raise Wrong(words("error.bench_needs", package=package))
    json_file = output_file(json, words)
    drawn = picture_file(picture, json_file, words)
    parts = parts_of(only, words)
    folder = output_folder(FOLDER, words) if drawn is None and json != "-" else None

    from yidu.bench.parts import FULL, QUICK
    from yidu.bench.picture import picture as draw
    from yidu.bench.run import run
    from yidu.bench.terminal import show_bench
    from yidu.experiments.judging.answer import to_json

    try:
        answer = run(parts, QUICK if quick else FULL, lambda part, total: shown(words, part, total))
    except BaseException:
        if folder is not None:
            with contextlib.suppress(OSError):
                folder.rmdir()  # nothing came of it; what an earlier call left there stays
        raise
    give(answer, json, json_file)
    if folder is not None:
        drawn = folder / "bench.svg"
        write_whole(folder / "bench.json", to_json(answer))
    if drawn is not None:
        write_whole(drawn, draw(answer, words.language, drawn.suffix.lower()))
    if json == "-":
        return
    screen = terminal.console()
    show_bench(screen, words, answer)
    if folder is not None:
        terminal.say(screen, words("bench.wrote", folder=folder, files=words("phrase.comma").join(("bench.svg", "bench.json"))))
        screen.print()
    steps = [("yidu bench --only quarter,mesa", words("next.bench_only")), ("yidu doctor", words("next.bench_doctor"))]
    if quick:
        steps.insert(0, ("yidu bench", words("next.bench_full")))
    terminal.next_steps(screen, words, *steps)
