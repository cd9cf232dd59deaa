"""A report in four forms, of results that are already known: a deck, a document, a workbook, a page.

`contents.contents` collects what is said, once; each writer lays it out and gives the bytes of its file. The app's button::

    made = contents(words, yidu.experiments.report.compute.found(region, mixes, replicates, measures))
    pptx = as_bytes(made, ".pptx")
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from yidu.sim.files import write_together

if TYPE_CHECKING:
    from yidu.viz.report.contents import Contents


def _deck(contents: Contents) -> bytes:
    from yidu.viz.report.deck import deck

    return deck(contents)


def _document(contents: Contents) -> bytes:
    from yidu.viz.report.document import document

    return document(contents)


def _workbook(contents: Contents) -> bytes:
    from yidu.viz.report.book import workbook

    return workbook(contents)


def _page(contents: Contents) -> bytes:
    from yidu.viz.report.page import page

    return page(contents)


WRITERS: Mapping[str, Callable[[Contents], bytes]] = {".pptx": _deck, ".docx": _document, ".xlsx": _workbook, ".html": _page}
"""What writes each kind of file, by its ending; the libraries are imported when they are needed."""

ENDINGS = tuple(WRITERS)


def as_bytes(contents: Contents, ending: str) -> bytes:
    """A report as the bytes of a file of that kind; `ending`: one of `ENDINGS`."""
    return WRITERS[ending](contents)


def ending_of(file: str | Path) -> str:
    """The ending of a file's name, in small letters."""
    return Path(file).suffix.lower()


def write(contents: Contents, files: list[Path]) -> None:
    """Write a report to all these files, each by its ending: all are made before the first is put in its place.

    Raises:
        OSError: a file cannot be written; all are as they were.
    """
    write_together({file: as_bytes(contents, ending_of(file)) for file in files})
