"""What a browser is given of a film: one small picture of each firm a quarter, as numbers packed side by side.

A script unpacks it: for each quarter and firm two bytes of what it is, two of staff, two of revenue on a logarithmic scale, one of its
incubator and two of its partner; then the firms' own sector, kind and row. Two megabytes or so for a district.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import numpy as np

from yidu.agents.enterprise import NEVER
from yidu.agents.luck import DOOR_ANCHOR
from yidu.experiments.microscope.film import certificates

if TYPE_CHECKING:
    from yidu.experiments.microscope.film import Film

(
    ALIVE, ELIGIBLE, REGISTERED, CERTIFIED, ABOVE_SCALE, SPECIALISED, LISTED, KNOWLEDGE_LOAN, COMMERCIAL_LOAN, DEFAULT, TALENT, PLATFORM,
    EQUITY, GOING, STATION,
) = (1 << k for k in range(15))  # fmt: skip
"""What a firm is in a quarter. `GOING`: the quarter in which it closes or moves away; its other bits are those of its last day."""

REVENUE_STEPS = 4000.0
"""Steps of the scale of revenue per factor of e."""

MOST_DRAWN = 4_000
"""Firms that are drawn at most; those that have the most to tell come first."""


def drawn(film: Film) -> np.ndarray:
    """Rows of the firms that are drawn: whoever could ever enter the register, was a tenant, borrowed, or worked with an institute."""
    f = film.firms
    told = (f["eligible"] == 1) | (f["register_q"] != NEVER) | (f["incubator"] >= 0) | (f["partner"] >= 0)
    told |= (f["knowledge_loan"] > 0) | (f["commercial_loan"] > 0)
    rows, quarters = np.unique(f["row"][told], return_counts=True)
    if len(rows) > MOST_DRAWN:
        rows = np.sort(rows[np.argsort(-quarters, kind="stable")[:MOST_DRAWN]])
    return rows


def flags(firms: np.ndarray, quarter: int) -> np.ndarray:
    """What each firm is at the end of a quarter, as bits."""
    alive = firms["alive"] == 1
    bits = {
        ALIVE: alive, ELIGIBLE: firms["eligible"] == 1, REGISTERED: firms["register_q"] != NEVER,
        CERTIFIED: certificates(firms, quarter), ABOVE_SCALE: firms["above_scale"] == 1, SPECIALISED: firms["specialised_q"] != NEVER,
        LISTED: (firms["otc_q"] != NEVER) | (firms["board"] > 0), KNOWLEDGE_LOAN: firms["knowledge_loan"] > 0,
        COMMERCIAL_LOAN: firms["commercial_loan"] > 0, DEFAULT: (firms["knowledge_bad"] > 0) | (firms["commercial_bad"] > 0),
        TALENT: firms["talents"] > 0, PLATFORM: firms["platforms"] > 0,
        EQUITY: (firms["seed_q"] == quarter) | (firms["vc_q"] == quarter), GOING: ~alive,
        STATION: firms["postdoc_q"] != NEVER,
    }  # fmt: skip
    found = np.zeros(len(firms), np.uint16)
    for bit, holds in bits.items():
        found |= np.where(holds, bit, 0).astype(np.uint16)
    return found


def packed(film: Film) -> tuple[str, np.ndarray]:
    """The film as text, and the rows of its firms in their order."""
    rows = drawn(film)
    shape = (len(film.quarters), len(rows))
    what, staff, revenue, partner = (np.zeros(shape, "<u2") for _ in range(4))
    incubator = np.zeros(shape, "u1")
    for k, quarter in enumerate(film.quarters):
        firms = film.at(quarter)
        place = np.searchsorted(rows, firms["row"])
        known = (place < len(rows)) & (rows[np.minimum(place, len(rows) - 1)] == firms["row"]) if len(rows) else np.zeros(len(firms), bool)
        firms, place = firms[known], place[known]
        what[k, place] = flags(firms, quarter)
        staff[k, place] = np.minimum(65535, np.round(firms["staff"]))
        revenue[k, place] = np.minimum(65535, np.round(REVENUE_STEPS * np.log(np.maximum(1.0, firms["revenue"]))))
        partner[k, place] = 1 + firms["partner"]
        incubator[k, place] = 1 + firms["incubator"]
    traits = film.traits[rows]
    giant = np.where((traits["giant"] > 0) | (traits["door"] == DOOR_ANCHOR), 1, 0).astype("u1")
    parts = (what, staff, revenue, partner, rows.astype("<u4"), incubator, traits["sector"].astype("u1"), giant)
    return base64.b64encode(b"".join(part.tobytes() for part in parts)).decode("ascii"), rows
