"""How long a search for mixes is, and how short it may be."""

from __future__ import annotations

FEWEST_RUNS, MOST_RUNS = 10, 10_000

ENOUGH_RUNS, ENOUGH_EVALUATIONS = 100, 400

DECIDED = ("district", "all")
