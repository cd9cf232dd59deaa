"""Another framework beside this one: Starsim on its own SIR model, where it is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yidu.bench.processes import answer_of
from yidu.bench.quarter import core_time
from yidu.bench.timing import by_turns
from yidu.bench.worlds import plans

if TYPE_CHECKING:
    from collections.abc import Callable


def starsim(agents: int, steps: int) -> float:
    """Core time of a step of an agent of Starsim's SIR model, set up apart [ns]."""
    return float(answer_of("yidu.bench.starsim_sir", agents, steps, STARSIM_INSTALL_FONTS="0")["ns"])


def measure(runs: int, agents: int, steps: int, repeats: int, progress: Callable[[int], Any] | None = None) -> dict[str, list[float]]:
    """The compiled quarter [ns per living enterprise-quarter] and Starsim's step [ns per agent-step], by turns."""
    made = plans(runs)
    living = sum(made.living(run) for run in range(runs))
    return by_turns({"quarter": lambda: core_time(made) / living, "starsim": lambda: starsim(agents, steps)}, repeats, progress)
