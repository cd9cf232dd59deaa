"""How an answer ends in a terminal, the same for every question: the sentence, the evidence under it, what to mind."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from yidu.viz.terminal import mind, say
from yidu.viz.words import Words


def conclude(out: Console, words: Words, conclusion: str, evidence: str, warnings: Sequence[str]) -> None:
    """The sentence that answers the question, the evidence under it, and what the reader must know."""
    for sentence in conclusion.split("\n"):
        say(out, sentence, style="bold")
    say(out, evidence)
    out.print()
    mind(out, words, warnings)
