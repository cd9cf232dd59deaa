"""One run as its agents lived it: every firm each quarter, and what each of them was told and paid by name.

    film = taken(region, scenario, draw=7)          run number 7, walked by Mesa agents (`yidu.experiments.microscope.filming`)
    film.rows_of(412)                               that firm, a row a quarter
    film.digest                                     of the run: the same as `yidu run SCENARIO --draw 7 --way mesa` says

Doors and payments are booked for the district as a whole. Stepped agent by agent, a run says whose they are: what a stage adds to the
books while it works on one firm is that firm's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from yidu.agents.enterprise import ENTERPRISE, NEVER
from yidu.agents.numbers import CERTIFICATE_QUARTERS

TRAITS = ("id", "birth_q", "sector", "industry", "place", "door", "giant", "state_owned", "strategic", "high_tech_class", "digital")
"""Columns of a firm that never change."""

KEPT = (
    "revenue", "staff", "science_staff", "rd", "knowledge_loan", "commercial_loan", "knowledge_bad",
    "commercial_bad", "asked", "patents", "exit_q", "register_q", "hnte_q", "specialised_q", "otc_q",
    "postdoc_q", "vc_q", "seed_q", "incubator", "partner", "consortium", "borrowed", "incubator_asked", "coached_year", "served_year",
    "project_year", "alive", "eligible", "above_scale", "sme_title", "board", "platforms", "talents", "request", "proposal",
)  # fmt: skip
"""Columns of a firm that are kept each quarter: sums of yuan whole, other numbers to six digits."""

YUAN = frozenset({"knowledge_loan", "commercial_loan", "knowledge_bad", "commercial_bad", "asked"})

FIRM = np.dtype(
    [("row", "i4"), *((name, "i4" if name in YUAN else "f4" if ENTERPRISE[name].kind == "f" else ENTERPRISE[name].str) for name in KEPT)]
)
TRAIT = np.dtype([(name, ENTERPRISE[name]) for name in TRAITS])

DOOR, PAYMENT = 0, 1
NOTE = np.dtype([("quarter", "i2"), ("row", "i4"), ("kind", "i1"), ("number", "i1"), ("amount", "f8")])
"""Something that the books name a firm for: a door (things) or a payment (yuan), by its number."""

COUNTS = (
    "living", "registered", "certified", "above_scale", "tenants", "borrowers", "loans", "partnered", "platforms", "incubators", "talent",
)  # fmt: skip
"""What is counted at the end of each quarter: firms, 万元 outstanding, platforms and people."""


@dataclass(frozen=True, eq=False)
class Film:
    """A run, quarter by quarter from the end of 2015.

    Attributes:
        quarters: indices of its quarters; 3 is the fourth of 2015.
        firms: the filmed ones that lived in each quarter, and once more in the one they went in; `starts` says where each begins.
        traits: what never changes of a firm, by row.
        notes: what the books name a firm for.
        incubators, institutes, people: those tables, each quarter's after the one before, with the quarter and the row in front.
        counts: [quarter, COUNTS] over all firms, as they stand in the model (`scale` enterprises each).
        flows: [quarter, door] things that went through a door in the quarter.
        values: [year, indicator].
        every: of how many firms one is filmed.
        seconds: what the run took.
    """

    region: str
    scenario: str
    environment: str
    seed: int
    draw: int
    scale: float
    digest: str
    quarters: tuple[int, ...]
    firms: np.ndarray
    starts: np.ndarray
    traits: np.ndarray
    notes: np.ndarray
    incubators: np.ndarray
    institutes: np.ndarray
    people: np.ndarray
    counts: np.ndarray
    flows: np.ndarray
    years: tuple[int, ...]
    values: np.ndarray
    every: int
    seconds: float

    def at(self, quarter: int) -> np.ndarray:
        """All firms of a quarter."""
        k = quarter - self.quarters[0]
        return self.firms[self.starts[k] : self.starts[k + 1]]

    def rows_of(self, firm: int) -> tuple[tuple[int, ...], np.ndarray]:
        """The quarters of a firm, and its row in each; both empty where there is no such firm."""
        found = np.flatnonzero(self.firms["row"] == firm)
        quarters = np.searchsorted(self.starts, found, side="right") - 1 + self.quarters[0]
        return tuple(map(int, quarters)), self.firms[found]

    def notes_of(self, firm: int) -> np.ndarray:
        """What the books name a firm for."""
        return self.notes[self.notes["row"] == firm]

    @property
    def bytes(self) -> int:
        """What it holds in memory [bytes]."""
        return sum(value.nbytes for value in vars(self).values() if isinstance(value, np.ndarray))


def certificates(firms: np.ndarray, quarter: int) -> np.ndarray:
    """Which firms hold a valid 高企 certificate."""
    return (firms["hnte_q"] != NEVER) & (quarter - firms["hnte_q"].astype(int) < CERTIFICATE_QUARTERS)
