"""Pieces of what is declared once: an indicator, a ledger line, a transition, a lever, a number of a rule.

An entry is a call whose positional arguments can change a result and whose keywords cannot: titles, sources, what an answer says
of it. So the digest of the rules (`agents.compiled.meaning`) leaves the keywords of `ENTRIES` out, and words may be edited under a fit.
"""

from __future__ import annotations

from typing import NamedTuple

ENTRIES = frozenset({"Text", "Unit", "Decision", "Lever", "Document", "_line", "_door", "_indicator", "number"})
"""What is called to declare something."""


class Text(NamedTuple):
    """What people read, in both languages."""

    zh: str
    en: str
