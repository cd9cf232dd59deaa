"""Seeds: whole numbers that a run is a function of, as people, Mesa and NumPy give them."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

from yidu.sim.errors import InputError

LARGEST_SEED = 2**63 - 1
"""Seeds, and numbers of runs, are whole numbers below 2^63: the same on every machine."""

FRESH = 2**31
"""Seeds that are drawn where none is named lie below: short enough to be copied by hand."""


class DefaultSeed(int):
    """The seed of who names none: equal to a number, and told from the same number named."""


DEFAULT_SEED = DefaultSeed(1)


def whole_number(name: str, value: Any) -> int:
    """A seed or the number of a run.

    Raises:
        InputError: it is no whole number, or one out of range.
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or not 0 <= int(value) <= LARGEST_SEED:
        raise InputError(f"{name} cannot be used", value=value, expected="a whole number from 0 to 2^63 - 1")
    return int(value)


def seed_of(seed: Any = DEFAULT_SEED, rng: Any = None) -> int:
    """The seed that Mesa's two names for one ask for.

    Args:
        seed: a whole number; None draws a fresh one, as Mesa does.
        rng: in its place, a whole number, or anything that NumPy makes a generator from: a sequence of whole numbers, a
            ``SeedSequence``, a ``BitGenerator``, a ``Generator``. The same one gives the same seed, but a generator moves on.

    Raises:
        InputError: neither can be used, or both are given.
    """
    if rng is not None and not isinstance(seed, DefaultSeed) and seed is not None:
        raise InputError("seed and rng are two names for one thing", value=f"{seed!r} and {rng!r}", expected="one of them")
    name, asked = ("seed", seed) if rng is None else ("rng", rng)
    if isinstance(asked, numbers.Number | np.bool_ | str | bytes):
        return whole_number(name, asked)
    try:
        return int(np.random.default_rng(asked).integers(FRESH))
    except (TypeError, ValueError):
        raise InputError(f"{name} cannot be used", value=asked, expected="a whole number from 0 to 2^63 - 1") from None
