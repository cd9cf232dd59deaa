"""The story of one firm in sentences, in either language; what happened is found by `yidu.experiments.microscope.life_story`.

for date, sentence in told(Words("zh"), life(film, 412), Around(Words("zh"), region, film)): print(date, sentence)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from yidu.experiments.microscope.life_story import Event
from yidu.sim.world import year_of
from yidu.viz.words import Words
from yidu.viz.words.format import number

if TYPE_CHECKING:
    from yidu.experiments.microscope.film import Film
    from yidu.sim.region import Region


class Around:
    """Names of what a firm meets: numbered by row within a run, for none of it is a real place."""

    def __init__(self, words: Words, region: Region, film: Film):
        self._words, self._region = words, region
        self._kinds = {
            "incubator": {int(one["row"]): int(one["kind"]) for one in film.incubators},
            "institute": {int(one["row"]): int(one["kind"]) for one in film.institutes},
        }

    def name(self, table: str, row: int) -> str:
        """Name of an incubator or institute."""
        kind = self._kinds[table].get(row, 0)
        return self._words(f"micro.{table}.{kind}", number=row + 1)

    def rows(self, table: str) -> list[int]:
        """Rows of those there ever were."""
        return sorted(self._kinds[table])

    def firm(self, row: int, giant: int) -> str:
        """Name of a firm: its number, and a giant's own name where the pack gives it one."""
        name = self._words("micro.firm.name", row=row)
        known = self._region.settings.giants
        return f"{name} · {self._words.titled(known[giant - 1])}" if 0 < giant <= len(known) else name


def quarter_said(words: Words, quarter: int, key: str = "micro.quarter") -> str:
    """A quarter as people write it."""
    return words(key, year=year_of(quarter), season=quarter % 4 + 1)


def said(words: Words, event: Event, around: Around) -> str:
    """What happened, in one sentence without its date."""
    blanks: dict[str, object] = {}
    for name, value in event.values.items():
        if name in ("incubator", "institute"):
            blanks[name] = around.name(name, int(value))
        elif name == "since":
            blanks[name] = quarter_said(words, int(value))
        elif name == "age":
            blanks[name] = f"{value:.1f}".removesuffix(".0")
        else:
            blanks[name] = number(round(value) if name in ("staff", "count", "more") else _short(value))
    sentence = words(f"micro.story.{event.kind}", **blanks)
    return sentence + "".join(words(f"micro.story.{name}", **{name: blanks[name]}) for name in ("award", "amount") if name in blanks)


def told(words: Words, events: Iterable[Event], around: Around) -> list[tuple[str, str]]:
    """A story: date and sentence."""
    return [(quarter_said(words, event.quarter), said(words, event, around)) for event in events]


def money_said(words: Words, paid: Mapping[str, float], titles: Mapping[str, str]) -> str:
    """What public money a firm received, in one sentence; empty where it received none."""
    lines = [words("micro.firm.money_line", line=titles[id], amount=number(_short(amount))) for id, amount in paid.items()]
    return words("micro.firm.money", said=words("app.semicolon").join(lines)) if lines else ""


def _short(value: float) -> float:
    """To three digits, and whole above a thousand: nobody reads 196,193.69."""
    return float(f"{value:.3g}") if abs(value) < 1000.0 else float(round(value))


__all__ = ["Around", "money_said", "quarter_said", "said", "told"]
