"""Numbers, shares and probabilities as text, the same in every face; nothing here knows the model."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from rich.cells import cell_len

from yidu.sim.packfiles import COUNTED
from yidu.viz.words import Words

PIECES = re.compile(r"[（“《]*(?:[!-~]+|\S)[，。；：、）”！？》]* *| +")
"""What stays together on a line: a word or number of Latin letters, or one character, and what closes it."""


def number(value: float | None) -> str:
    """A number as people write it: 9,850 and 301, 16.2, 3.98, 0.012; a dash where there is none."""
    if value is None:
        return "-"
    size = abs(value)
    decimals = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 1 else 3
    text = f"{value:,.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def counted(value: float | None, unit: str) -> str:
    """A number of things that are counted one by one, without a fraction; any other as `number` has it."""
    whole = value is not None and unit in COUNTED
    return number(math.floor(value + 0.5) if whole and value is not None else value)


def folded(text: str, width: int) -> str:
    """A text on lines of at most `width` cells: Chinese breaks anywhere but in a number or before a comma."""
    lines, line = [], ""
    for piece in PIECES.findall(text):
        if line and cell_len(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return "\n".join([*lines, line.rstrip()])


def percent(share: float | None) -> str:
    """A probability in percent, without pretending that the runs show 0 or 100 exactly."""
    if share is None:
        return "-"
    points = share * 100.0
    if 0.0 < points < 0.1 or 99.9 < points < 100.0:
        return f"{points:.2f}%"
    return f"{points:.0f}%" if points in (0.0, 100.0) else f"{points:.1f}%"


def chance(share: float | None, error: float | None) -> str:
    """A probability with its Monte Carlo error, both in percentage points."""
    return "-" if share is None or error is None else f"{percent(share)} ±{error * 100.0:.1f}"


def band(low: float | None, high: float | None, words: Words) -> str:
    """A band from low to high."""
    return "-" if low is None or high is None else words("phrase.band", low=number(low), high=number(high))


def path_text(path: Sequence[float], years: Sequence[int]) -> str:
    """A path in few words: one value, or each value from its year on."""
    changes = [(year, value) for i, (year, value) in enumerate(zip(years, path)) if i == 0 or value != path[i - 1]]
    if len(changes) == 1:
        return number(changes[0][1])
    return ", ".join(f"{year}={number(value)}" for year, value in changes)


def rough(value: float) -> str:
    """A number to three significant digits: a price or a ratio is not known better."""
    return number(float(f"{value:.3g}"))
