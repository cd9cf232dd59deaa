"""Which targets a lever moves enough to matter."""

from __future__ import annotations

from yidu.sim.levers import LEVERS


def moves(lever: str) -> tuple[str, ...]:
    """Indicators whose forecast leans on a lever that is set high."""
    return LEVERS[lever].moves or LEVERS[lever].meant_for
