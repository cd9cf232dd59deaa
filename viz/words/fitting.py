"""Text as files can hold it."""

from __future__ import annotations

from yidu.sim.reading import as_seen

LONGEST_PROPERTY = 255
"""Characters of a title, author or subject that Office keeps with a file."""


def plain(text: str) -> str:
    """A text without characters that XML forbids; readers let none of them in."""
    return as_seen(text)


def as_property(text: str) -> str:
    """A text as a file tells it of itself: on one line, cut where Office would not take it; the file itself has all of it."""
    line = " ".join(plain(text).split())
    return line if len(line) <= LONGEST_PROPERTY else line[: LONGEST_PROPERTY - 1] + "…"
