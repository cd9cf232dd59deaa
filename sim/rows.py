"""How many rows are set aside for whoever is not an enterprise; a run that needs more is refused."""

from __future__ import annotations

from typing import NamedTuple


class Rows(NamedTuple):
    """Rows of the smaller tables of a world."""

    incubators: int
    institutes: int
    people: int


def rows_beside(enterprises: int) -> Rows:
    """Room beside so many enterprises: a district's at least, and more with a city's."""
    return Rows(max(160, enterprises // 100), max(1800, enterprises // 25), max(3000, enterprises // 10))
