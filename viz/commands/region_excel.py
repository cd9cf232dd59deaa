"""`yidu region to-excel` and `from-excel`: the data of a region as a workbook that is edited in Excel, and a pack made of it again."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from yidu.sim.files import write_whole
from yidu.viz import terminal
from yidu.viz.commands.shared import HELP, Debug, Lang, RegionFolder, Wrong, new_file, region_option, words_of
from yidu.viz.words import DEFAULT


def to_excel(
    where: RegionFolder = "dadukou",
    out: Annotated[str | None, typer.Option("--out", metavar="FILE.xlsx", help=HELP("help.out_to_excel"))] = None,
    lang: Lang = DEFAULT,
    debug: Debug = False,
) -> None:
    words = words_of(["--lang", lang])

    from yidu.sim.region import load
    from yidu.viz.workbook import region as region_workbook

    pack = load(where)
    name = f"{pack.name}.xlsx" if out is None else out
    if not name.lower().endswith(".xlsx"):
        raise Wrong(words("region_excel.wrong_xlsx", file=name))
    file = new_file(name, words)  # an older one may have been edited
    write_whole(file, region_workbook.to_excel(words, pack))
    screen = terminal.console()
    terminal.say(screen, words("region_excel.wrote", file=name, region=words.titled(pack)))
    screen.print()
    terminal.next_steps(
        screen,
        words,
        (f"yidu region from-excel {shlex.quote(name)} --out my_district", words("region_excel.next.edit")),
        (f"yidu region facts {shlex.quote(where)}", words("region_excel.next.show")),
    )


def from_excel(
    source: Annotated[str, typer.Argument(metavar="FILE.xlsx", help=HELP("help.from_excel_file"))],
    out: Annotated[str, typer.Option("--out", metavar="DIR", help=HELP("help.out_from_excel"))],
    lang: Lang = DEFAULT,
    debug: Debug = False,
) -> None:
    words = words_of(["--lang", lang])

    from yidu.viz.workbook import region as region_workbook

    pack = region_workbook.from_excel(Path(source), out)
    screen = terminal.console()
    terminal.say(screen, words("region_excel.read", file=source, region=words.titled(pack), folder=out))
    screen.print()
    place = region_option(out)
    terminal.next_steps(
        screen,
        words,
        (f"yidu region check {shlex.quote(out)}", words("region_excel.next.check")),
        (f"yidu assess{place}", words("region_excel.next.assess")),
        (f"yidu calibrate{place}", words("region_excel.next.calibrate")),
    )
