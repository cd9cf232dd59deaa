"""How an assessment is put: which readings of a contested number change the answer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from yidu.experiments.judging.verdicts import verdict_of

if TYPE_CHECKING:
    from yidu.experiments.judging.answer import NotAnsweredRow, Reading, TargetAnswer
    from yidu.viz.words import Words


CHANGES_THE_ANSWER = 0.1
"""A reading that moves a probability by this much is shown even where the verdict stays."""


def changes_answer(target: TargetAnswer, reading: Reading) -> bool:
    """Whether a reading changes the answer: another verdict, or ten points.

    Runs counted otherwise are the same runs; runs that drew another fact are fewer, so chance is allowed for.
    """
    if target.probability is None or reading.probability is None:
        return False
    moved = abs(reading.probability - target.probability)
    other = verdict_of(reading.probability) != target.verdict
    noise = 0.0 if reading.kind == "measured" else 2.0 * math.hypot(target.mc_error or 0.0, reading.mc_error or 0.0)
    return (other or moved >= CHANGES_THE_ANSWER) and moved > noise


def why_not(words: Words, row: NotAnsweredRow) -> str:
    """Why a sentence of the plan is not answered."""
    return row.why_zh if words.language == "zh" else row.why_en
