"""Where a decision turns: the last number on either side of a line, and the draw at which luck runs out."""

import math
from collections.abc import Callable


def just_below(line: float) -> float:
    """The largest number below."""
    return math.nextafter(line, -math.inf)


def just_above(line: float) -> float:
    """The smallest number above."""
    return math.nextafter(line, math.inf)


def has_chance(decides: Callable[[float], object], chance: float, within: float = 1e-6) -> bool:
    """Whether a decision by a drawn number comes out yes with this chance."""
    return bool(decides(chance - within)) and not decides(chance + within)
