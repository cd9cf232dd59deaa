"""The report as one HTML file: pictures inside it, no request to anywhere, made for the screen and for A4."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from yidu.viz.figures import split
from yidu.viz.figures.palette import SIGN, VERDICT
from yidu.viz.report.contents import Contents
from yidu.viz.report.fitting import LANGUAGES
from yidu.viz.report.svg import svg
from yidu.viz.words.fitting import plain
from yidu.viz.words.format import number

FOLDER = Path(__file__).resolve().parent


def page(contents: Contents) -> bytes:
    """The page as the bytes of its file."""
    words = contents.words
    text = _frame().render(
        contents=contents,
        words=words,
        language=LANGUAGES[words.language],
        style=Markup((FOLDER / "page.css").read_text(encoding="utf-8")),
        svg=svg,
        split=split,
        number=number,
        colours=VERDICT,
        signed=lambda verdict: f"{SIGN[verdict]} {words.verdict(verdict)}",
    )
    return plain(text).encode("utf-8")


@cache
def _frame():  # type: ignore[no-untyped-def]
    """The frame of the page, read once; every text in it is escaped."""
    frames = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return frames.get_template("page.html.j2")
