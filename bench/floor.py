"""The floor: what a quarter costs that draws the luck of a living enterprise and touches its columns once, and decides nothing.

It comes by its words of luck as the model does, by one addition to that of the quarter before.

The luck is counted, not guessed: the rules of these very quarters, uncompiled, with every draw noted (``yidu.bench.uncompiled``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from yidu.agents.compiled import entry
from yidu.agents.enterprise import ENTERPRISE
from yidu.sim.ensemble import written

if TYPE_CHECKING:
    from collections.abc import Callable

    from yidu.sim.world import World


def floor_source() -> str:
    """Python source of the floor, a line for each column an enterprise has."""
    touched = []
    for name, (kind, *_) in (ENTERPRISE.fields or {}).items():
        same = "f.{0} * one" if kind.kind == "f" else "f.{0} + none"
        touched.append(f"        f.{name} = {same.format(name)}")
    lines = ['"""Written by yidu.bench.floor from the columns of an enterprise; do not edit."""', ""]
    lines += ["from yidu.agents.compiled import kernel", "from yidu.agents.luck import drawn, next_word", "", ""]
    lines += ["@kernel", "def pass_over(firms, words, rows, draws, one, none):"]
    lines += ['    """For each row its next word, on average ``draws`` draws, each column read and written; the sum of the draws."""']
    lines += ["    total, due, made = 0.0, 0.0, 0", "    for i in rows:", "        f = firms[i]"]
    lines += ["        key = next_word(words[i])", "        words[i] = key", "        due += draws", "        while made < due:"]
    lines += ["            total += drawn(key, made)", "            made += 1", *touched, "    return total", ""]
    return "\n".join(lines)


class Floor:
    """The floor over the living enterprises of a world; ``draws`` is what one of them draws in a quarter, on average."""

    def __init__(self, draws: float) -> None:
        self.draws = draws
        self._compiled: Callable[..., Any] | None = None

    def quarters(self, w: World, rows: np.ndarray, quarters: int) -> float:
        """So many quarters over these rows; the table is left as it was. The sum of the draws, lest a compiler leave them out."""
        total = 0.0
        asked = w.firms, w.words.copy(), rows.astype(np.uint64), self.draws, 1.0, 0
        for _ in range(quarters):
            if self._compiled is None:
                self._compiled = entry(written("yidu_floor", floor_source).pass_over, *asked)
            total += self._compiled(*asked)
        return total
