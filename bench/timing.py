"""How things are timed: by turns, so that a busy moment of the machine falls on all of them, and several times over."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True)
class Ratio:
    """One time over another: of the least of each, and its range over repeats."""

    ratio: float
    low: float
    high: float


def ratio_of(times: Sequence[float], against: Sequence[float]) -> Ratio:
    """Times of repeats over those of something else, taken by turns."""
    by_repeat = [one / other for one, other in zip(times, against, strict=True)]
    return Ratio(min(times) / min(against), min(by_repeat), max(by_repeat))


def by_turns(
    pieces: Mapping[str, Callable[[], float]], repeats: int, progress: Callable[[int], Any] | None = None
) -> dict[str, list[float]]:
    """What each piece says of itself, ``repeats`` times, one after another."""
    times: dict[str, list[float]] = {name: [] for name in pieces}
    for _ in range(repeats):
        for name, piece in pieces.items():
            times[name].append(piece())
            if progress is not None:
                progress(1)
    return times


def exponent(sizes: Sequence[float], times: Sequence[float]) -> float:
    """The slope of log time on log size, by least squares: 1 where time grows in proportion."""
    x, y = np.log(sizes), np.log(times)
    return float(np.sum((x - x.mean()) * (y - y.mean())) / np.sum((x - x.mean()) ** 2))


def resident_mb() -> float:
    """Memory this process has now [MB], shared libraries and all."""
    import psutil

    return float(psutil.Process().memory_info().rss) / 1e6


def peak_mb() -> float:
    """The most it has had [MB]. Not from ``getrusage`` where there is better: under Linux that counts the parent's memory too."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024 / 1e6
    if sys.platform == "win32":
        import psutil

        return float(psutil.Process().memory_info().peak_wset) / 1e6
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6


def digits(value: float, many: int = 4) -> float:
    """A figure without digits that mean nothing."""
    return value if value == 0.0 or not math.isfinite(value) else round(value, many - 1 - math.floor(math.log10(abs(value))))
