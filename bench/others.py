"""Another framework beside this one: Starsim on its own SIR model, where it is installed."""

from __future__ import annotations

import importlib.util
from typing import Any, NamedTuple

from bench.processes import answer_of


class Starsim(NamedTuple):
    """Core time of an agent's step [ns], by repeat."""

    ns: tuple[float, ...]
    version: str


def starsim(agents: int, steps: int, repeats: int) -> Starsim | None:
    """Starsim's SIR model, set up apart; None where Starsim is not installed."""
    if importlib.util.find_spec("starsim") is None:
        return None
    found: dict[str, Any] = answer_of("bench.starsim_sir", agents, steps, repeats, STARSIM_INSTALL_FONTS="0")
    return Starsim(tuple(found["ns"]), found["version"])
