"""What a calibration has to pass (design section 8): the marks, and which findings miss them.

Facts, ranks of synthetic truths and coverage are gated. All else is reported: coverage under another structure, backcast,
leave-one-out, identities of the record and agreement with another method may fall short, and the page says by how much.
"""

from __future__ import annotations

from yidu.calibration.findings import Coverage, FactCheck, Findings

#: Contraction below which the record says nothing about a parameter.
SILENT = 0.1

#: How far coverage may lie from its nominal level at the discrepancy assumed, and below it on clean truths [share].
MARGIN = 0.03

#: Synthetic truths that simulation-based calibration and coverage rest on at least.
LEAST_TRUTHS = 500

#: Float noise of coverage, so that 0.53 is within 0.03 of 0.5 [share].
NOISE = 1e-9


def gated(row: Coverage) -> bool:
    """Whether a coverage has a mark to meet: the sweep over the discrepancy's size has none."""
    return row.case != "sweep"


def covers(row: Coverage) -> bool:
    """Whether coverage meets its mark: close to nominal at the discrepancy assumed, not far below it on clean truths."""
    off = row.coverage - row.level
    if row.case == "assumed":
        return abs(off) <= MARGIN + NOISE
    return row.case == "sweep" or off >= -MARGIN - NOISE


def unexplained(fact: FactCheck) -> bool:
    """Whether a fitted fact lies outside its 95 % predictive interval and no contradiction is named for it."""
    return fact.role == "calibrate" and not fact.inside95 and fact.conflict is None


def failures(findings: Findings) -> tuple[str, ...]:
    """What did not pass, one code each, in the order of the page.

    ``fact:NAME``, ``truths:NUMBER`` (too few, or none), ``rank:QUANTITY`` and ``coverage:CASE:WHAT:LEVEL``.
    """
    codes = [f"fact:{row.fact}" for row in findings.facts if unexplained(row)]
    truths = 0 if findings.ranks is None else findings.ranks.truths
    if truths < LEAST_TRUTHS:
        codes.append(f"truths:{truths}")
    if findings.ranks is not None:
        codes += [f"rank:{row.quantity}" for row in findings.ranks.quantities if not row.inside]
    codes += [f"coverage:{row.case}:{row.what}:{row.level:g}" for row in findings.coverage if gated(row) and not covers(row)]
    return tuple(codes)
