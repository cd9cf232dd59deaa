"""Colours, the same in the app and in every report: told apart by the colour-blind and on a projector (Okabe & Ito 2008).

A colour never stands alone: a verdict has its sign, a band its place, policy and assumption their own panels.
"""

from __future__ import annotations

from collections.abc import Mapping

BLUE, SKY, GREEN, ORANGE, VERMILION, PURPLE, YELLOW = "#0072B2", "#56B4E9", "#009E73", "#E69F00", "#D55E00", "#CC79A7", "#F0E442"
INK, GREY, PALE, PAPER = "#1F2933", "#6B7785", "#D9E0E7", "#FFFFFF"

POLICY, ASSUMPTION = BLUE, ORANGE
"""Policy, and what is assumed of the rest: never the same panel, never the same colour."""

SERIES = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, GREY)
"""Mixes, groups, lines of one chart, in this order."""

VERDICT: Mapping[str, str] = {"能完成": GREEN, "经努力可完成": BLUE, "难度较大": ORANGE, "难以完成": VERMILION, "无记录": GREY}
SIGN: Mapping[str, str] = {"能完成": "++", "经努力可完成": "+", "难度较大": "-", "难以完成": "--", "无记录": "?"}
"""Sign beside the colour of a verdict, as the terminal writes it."""

RISE, FALL = BLUE, VERMILION
"""Contributions that raise and that lower."""
