"""Three rules in vectorised NumPy, to see what compiling buys over arrays: growth, the staff that follows it, the stock of knowledge.

No part of the model, which has one set of rules (``agents/``): a copy for comparison only, held against those rules by a test.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from yidu.agents import numbers
from yidu.agents.compiled import entry, kernel
from yidu.agents.enterprise import growth, growth_spread, next_staff
from yidu.agents.research import next_knowledge
from yidu.bench.timing import by_turns

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class Columns(NamedTuple):
    """Enterprises by column, whole in memory: as NumPy likes them best."""

    revenue: Floats
    staff: Floats
    rd: Floats
    knowledge: Floats
    luck: Floats


SD, EXPONENT, EXPECTED, BONUS = 0.35, 0.5, 0.02, 0.1
"""Growth's standard deviation [log/yr] and size exponent, expected growth [log/quarter], bonus of research [share]: any will do. The
exponent is so large that some enterprises are at either bound of the size rule."""


def enterprises(many: int, seed: int = 1) -> Columns:
    """Invented enterprises."""
    rng = np.random.default_rng(seed)
    revenue = np.exp(rng.normal(7.0, 1.5, many))
    return Columns(revenue, np.maximum(1.0, revenue / 60.0), 0.03 * revenue, 0.1 * revenue, rng.uniform(size=many))


def in_numpy(c: Columns) -> None:
    """A quarter of the three rules, array by array."""
    size = np.exp(-EXPONENT * np.log(np.maximum(c.revenue, 20.0) / 2000.0))
    spread = 0.5 * SD * np.minimum(1.6, np.maximum(0.25, size))
    shock = np.log(2.0 * np.minimum(c.luck, 1.0 - c.luck)) * math.sqrt(0.5)
    np.negative(shock, out=shock, where=c.luck >= 0.5)
    factor = np.exp(np.minimum(0.69, np.maximum(-0.69, EXPECTED - 0.5 * spread * spread + spread * shock)))
    c.revenue[:] = np.minimum(3.0e6, np.maximum(5.0, c.revenue * factor))
    c.staff[:] = np.minimum(60000.0, np.maximum(1.0, c.staff * (0.4 + 0.6 * factor)))
    c.knowledge[:] = c.knowledge * (1.0 - 0.25 * numbers.DEPRECIATION) + 0.25 * c.rd * (1.0 + BONUS)


@kernel
def carried(revenue, staff, rd, knowledge, luck, sd, exponent, expected, bonus):  # type: ignore[no-untyped-def]
    """A quarter of the model's own three rules over the same columns."""
    for i in range(revenue.size):
        spread = growth_spread(revenue[i], sd, exponent)
        factor = math.exp(growth(expected, spread, luck[i]))
        revenue[i] = min(3.0e6, max(5.0, revenue[i] * factor))
        staff[i] = next_staff(staff[i], factor)
        knowledge[i] = next_knowledge(knowledge[i], rd[i], bonus)


def compiled() -> Callable[[Columns], None]:
    """The rules' own quarter as machine code."""
    constants = SD, EXPONENT, EXPECTED, BONUS
    code = entry(carried, *enterprises(1), *constants)
    return lambda c: code(*c, *constants)


def measure(many: int, quarters: int, repeats: int, progress: Callable[[int], Any] | None = None) -> dict[str, list[float]]:
    """Both ways by turns [ns of a core per enterprise-quarter], each quarter with luck of its own, the same for both."""
    own = compiled()

    def timed(quarter: Callable[[Columns], None]) -> Callable[[], float]:
        def once() -> float:
            c, rng, spent = enterprises(many), np.random.default_rng(2), 0
            for _ in range(quarters):
                rng.random(out=c.luck)
                begin = time.thread_time_ns()
                quarter(c)
                spent += time.thread_time_ns() - begin
            return spent / many / quarters

        return once

    return by_turns({"compiled": timed(own), "numpy": timed(in_numpy)}, repeats, progress)
