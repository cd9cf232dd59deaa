"""How what cannot be known is said: each sentence with its kind in front, so that every surface can set it apart.

`yidu.experiments.judging.unknown` decides what belongs here. Warnings are published as sentences; the kind in front of them is written
and read
by this file alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from yidu.experiments.judging.notice import ORDER, Kind
from yidu.viz.words import Words

if TYPE_CHECKING:
    from yidu.experiments.judging.answer import TargetAnswer

MARK = "!"
"""Behind the name of a target whose numbers are beyond what can be known."""


def tagged(words: Words, kind: Kind, text: str) -> str:
    """A sentence with the kind of what it says cannot be known."""
    return words("limit.tagged", kind=words(f"limit.kind.{kind}"), text=text)


def parted(words: Words, warnings: Iterable[str]) -> tuple[dict[Kind, list[str]], list[str]]:
    """Warnings that say what cannot be known, by kind in their order, and the rest."""
    heads = {kind: tagged(words, kind, "") for kind in ORDER}
    limits: dict[Kind, list[str]] = {kind: [] for kind in ORDER}
    rest: list[str] = []
    for text in warnings:
        kind = next((kind for kind, head in heads.items() if head in text), None)
        (rest if kind is None else limits[kind]).append(text)
    return {kind: said for kind, said in limits.items() if said}, rest


def untagged(words: Words, kind: Kind, text: str) -> str:
    """The sentence alone, for a place that says its kind above it."""
    return text.replace(tagged(words, kind, ""), "", 1)


def kinds_of(words: Words, warnings: Sequence[str], where: str = "") -> tuple[str, ...]:
    """What stands at the head of an answer with limits: that it rests on priors alone, and which other kinds there are.

    Args:
        where: the title under which they are told in full.
    """
    limits, _ = parted(words, warnings)
    others = [words(f"limit.kind.{kind}") for kind in limits if kind != "not_calibrated"]
    said = [words("limit.not_calibrated")] if "not_calibrated" in limits else []
    if others:
        said.append(words("limit.head", kinds=words("phrase.comma").join(others), where=where or words("limit.title")))
    return tuple(said)


def why_beyond(words: Words, row: TargetAnswer) -> str:
    """Why the numbers of a target are beyond what can be known, in a sentence; empty where they are not."""
    if not row.limits:
        return ""
    return words("limit.said", why=words("phrase.comma").join(words(f"limit.why.{code}") for code in row.limits))
