"""How an answer ends, the same for every question: the sentence, the evidence under it, what to mind. And how a change is written."""

from __future__ import annotations

from collections.abc import Sequence

from yidu.viz.words import Words

MOST_NAMED = 4
"""Things that the line of evidence names; the JSON has all."""


def rests(words: Words, grade: str, named: Sequence[str], most: int = MOST_NAMED) -> str:
    """The grade of the evidence under a conclusion, and what carries it, in words."""
    on = words("phrase.comma").join(named[:most]) or words("conclusion.rests_all")
    if len(named) > most:
        on = words("conclusion.rests_more", on=on, count=len(named))
    return words("conclusion.rests_judgement" if grade == "D" else "conclusion.rests", grade=grade, on=on)


def points(change: float | None, error: float | None) -> str:
    """A change of a probability in percentage points, with its error."""
    return "-" if change is None or error is None else f"{change * 100.0:+.1f} ±{error * 100.0:.1f}"
