"""Text of a report before anyone draws it: what files can hold, and whether it fits its box, a Chinese character as wide as its size."""

from __future__ import annotations

from collections.abc import Sequence

from yidu.viz.words.format import folded

LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
"""Languages as files name them."""

CELL = 0.53
"""Width of half a Chinese character over its size, with a little to spare for fonts wider than expected."""

LEADING = 1.32
"""Distance of two lines over the size of the letters."""


def lines_of(text: str, width: float, size: float) -> int:
    """Lines that a text takes in a box of that width [points]."""
    cells = max(4, int(width / (CELL * size)))
    return sum(len(folded(line, cells).split("\n")) for line in text.split("\n"))


def height_of(texts: Sequence[str], width: float, size: float, between: float = 0.0) -> float:
    """Height of paragraphs [points]; `between`: space after each."""
    return sum(lines_of(text, width, size) * LEADING * size + between for text in texts)


def size_for(texts: Sequence[str], width: float, height: float, most: float, least: float, between: float = 0.0) -> float | None:
    """The largest size of letters, in half points, at which paragraphs fit a box [points]; None where not even the least does."""
    size = most
    while size >= least:
        if height_of(texts, width, size, between) <= height:
            return size
        size -= 0.5
    return None
