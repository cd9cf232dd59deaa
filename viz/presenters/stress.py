"""A stress test in sentences: what is lost, what would make up for it, and on what that rests."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from yidu.sim.levers import LEVERS
from yidu.viz.presenters.concluding import points as in_points
from yidu.viz.presenters.concluding import rests
from yidu.viz.words import Words
from yidu.viz.words.format import chance, counted, number

if TYPE_CHECKING:
    from yidu.experiments.ensembles.differences import ChanceChange, Difference
    from yidu.experiments.stress.answer import (
        EventAnswer,
        EventsAnswer,
        Ordeal,
        ReplacementAnswer,
        StressAnswer,
        StressedLevel,
        StressedTarget,
    )
    from yidu.sim.region import Region

ALWAYS = ("rd_expenditure", "gdp")
"""Levels that are shown whether or not they change."""

MOST_NAMED = 3
"""Targets that a sentence names."""


def points(change: ChanceChange | None) -> str:
    """A change of a probability in percentage points, with its error."""
    return "-" if change is None else in_points(change.change, change.mc_error)


def moved(change: Difference | None) -> str:
    """A change of a quantity in its own unit, with its error."""
    return "-" if change is None else f"{'+' if change.mean > 0.0 else ''}{within(change.mean, change.mc_error)}"


def within(value: float, error: float) -> str:
    """A number and its error, with as many decimals as two digits of the error have."""
    if error == 0.0:
        return number(value)
    decimals = min(3, max(0, 1 - math.floor(math.log10(error))))
    return f"{value:,.{decimals}f} ±{error:,.{decimals}f}"


def spread(words: Words, change: Difference, unit: str) -> str:
    """The 90 % band of a difference; things counted one by one in whole ones."""
    return words("phrase.band", low=counted(change.p05, unit), high=counted(change.p95, unit))


def event_title(words: Words, event: EventAnswer) -> str:
    """An event's title."""
    return words.titled(event)


def what_happens(words: Words, event: EventAnswer) -> str:
    """An event in a sentence, in the language asked for."""
    return event.what_zh if words.language == "zh" else event.what_en


def names(words: Words, events: Sequence[EventAnswer]) -> str:
    """Events that happen together."""
    return words("stress.and").join(event_title(words, event) for event in events)


def hurt_by(one: Ordeal) -> list[StressedTarget]:
    """Targets that an ordeal hurts, the worst first."""
    return sorted((row for row in one.targets if row.hurt), key=lambda row: row.chance.change if row.chance else 0.0)


def largest_falls(one: Ordeal) -> list[StressedTarget]:
    """The targets whose probability falls furthest, beyond chance or not, the worst first."""
    falls = [(row.chance.change, k, row) for k, row in enumerate(one.targets) if row.chance is not None and row.chance.change < 0.0]
    return [row for _, _, row in sorted(falls, key=lambda fall: fall[:2])[:MOST_NAMED]]


# --- conclusions


def events_conclusion(words: Words, region: Region, answer: EventsAnswer) -> str:
    """What the list says."""
    judged = sum(event.grade == "D" for event in answer.events)
    return words("stress.events_said", region=words.titled(region), count=len(answer.events), judged=judged)


def grounds(words: Words, answer: StressAnswer) -> str:
    """The grade of the evidence under the conclusion; events by their titles."""
    titles = {event.id: words("stress.size_of", event=event_title(words, event)) for one in answer.ordeals for event in one.events}
    effects = {id: words("stress.effect_of", lever=words.titled(bar)) for id, bar in LEVERS.items()}
    on = [effects.get(name, words.parameter(name)) for name in answer.rests.on if name not in titles]
    events = list(titles.values())
    shown = events if len(events) <= MOST_NAMED else [words("stress.sizes", count=len(events))]
    return rests(words, answer.rests.grade, [*shown, *on])


def conclusion(words: Words, region: Region, answer: StressAnswer) -> str:
    """The sentence that answers the question."""
    said = _said_of_one(words, region, answer) if len(answer.ordeals) == 1 else _said_of_several(words, region, answer)
    return words("stress.join").join(said)


def _said_of_one(words: Words, region: Region, answer: StressAnswer) -> Iterable[str]:
    (ordeal,) = answer.ordeals
    year = min(event.first_year for event in ordeal.events)
    hurt, name = hurt_by(ordeal), names(words, ordeal.events)
    if not ordeal.targets:
        yield words("stress.said_levels", event=name, year=year)
    elif hurt:
        lost = sum(row.lost for row in hurt)
        listed = words("phrase.comma").join(_fall(words, row) for row in hurt[:MOST_NAMED])
        key = "stress.said_hurt_more" if len(hurt) > MOST_NAMED else "stress.said_hurt"
        yield words(key, event=name, year=year, count=len(hurt), lost=lost, of=len(ordeal.targets), listed=listed)
    else:
        listed = words("phrase.comma").join(_fall_within(words, row) for row in largest_falls(ordeal))
        key = "stress.said_none_largest" if listed else "stress.said_none"
        yield words(key, event=name, year=year, of=len(ordeal.targets), runs=f"{answer.runs:,}", listed=listed)
    yield from _said_of_levels(words, ordeal, region.settings.years.plan_end)
    for replacement in answer.replacements[:1]:
        yield _said_of_replacement(words, replacement)


def _fall(words: Words, row: StressedTarget) -> str:
    return words(
        "stress.fall", indicator=words.indicator(row.indicator), without=chance(row.without.probability, row.without.mc_error),
        under=chance(row.under.probability, row.under.mc_error),
    )  # fmt: skip


def _fall_within(words: Words, row: StressedTarget) -> str:
    return words("stress.fall_within", indicator=words.indicator(row.indicator), points=points(row.chance))


def _said_of_levels(words: Words, ordeal: Ordeal, year: int) -> Iterable[str]:
    level = {row.indicator: row for row in ordeal.levels if row.year == year}
    said = []
    for indicator in ALWAYS:
        row = level.get(indicator)
        if row is not None and row.difference is not None and row.difference.beyond_chance:
            said.append(
                words(
                    "stress.less" if row.difference.mean < 0.0 else "stress.more",
                    indicator=words.indicator(indicator),
                    unit=words.unit(row.unit),
                    amount=within(abs(row.difference.mean), row.difference.mc_error),
                )  # fmt: skip
            )
    if said:
        yield words("stress.said_change", year=year, listed=words("phrase.comma").join(said))


def _said_of_replacement(words: Words, answer: ReplacementAnswer) -> str:
    name = words.indicator(answer.indicator)
    best = next(iter(answer.tried), None)
    if best is None or not (best.restores or best.helps):
        return words("stress.said_nothing_helps", indicator=name)
    decided = LEVERS[best.lever].decided
    values = {
        "indicator": name,
        "lever": words.titled(LEVERS[best.lever]),
        "before": number(best.value_before),
        "after": number(best.value),
        "unit": words.unit(best.unit),
        "decided": words.text(decided),
        "cost": moved(best.cost),
        "far": words("stress.said_far") if best.extrapolation else "",
    }
    if best.restores:
        return words("stress.said_restored", **values)
    return words("stress.said_not_restored", back=points(best.back), left=points(best.left), **values)


def _said_of_several(words: Words, region: Region, answer: StressAnswer) -> Iterable[str]:
    quiet = sum(not hurt_by(one) for one in answer.ordeals)
    if not region.targets:
        yield words("stress.said_several_levels", count=len(answer.ordeals))
        return
    worst = heaviest(answer)
    hurt = hurt_by(worst)
    if not hurt:
        falls = [(one, row) for one in answer.ordeals for row in largest_falls(one)]
        falls = sorted(falls, key=lambda fall: fall[1].chance.change if fall[1].chance else 0.0)[:MOST_NAMED]
        listed = words("phrase.comma").join(
            words("stress.fall_under", event=names(words, one.events), fall=_fall_within(words, row)) for one, row in falls
        )
        key = "stress.said_several_none_largest" if listed else "stress.said_several_none"
        yield words(key, count=len(answer.ordeals), runs=f"{answer.runs:,}", listed=listed)
        return
    yield words(
        "stress.said_worst", count=len(answer.ordeals), event=names(words, worst.events), hurt=len(hurt),
        lost=sum(row.lost for row in hurt), listed=words("phrase.comma").join(_fall(words, row) for row in hurt[:MOST_NAMED]),
    )  # fmt: skip
    if quiet:
        yield words("stress.said_quiet", count=quiet, runs=f"{answer.runs:,}")


def heaviest(answer: StressAnswer) -> Ordeal:
    """The ordeal that loses most targets, then hurts most, then takes most probability."""
    return max(answer.ordeals, key=lambda one: (sum(row.lost for row in one.targets), len(hurt_by(one)), _fallen(one)))


def _fallen(one: Ordeal) -> float:
    return -sum(row.chance.change for row in hurt_by(one) if row.chance is not None)


MOST_LEVELS, MOST_LEVERS = 12, 4
"""Rows of the tables of levels and of levers; the JSON has all."""


UNTOLD = ("rd_real",)
"""Levels that only the JSON has: beside the reported R&D they would mislead."""


def lasting(words: Words, event: EventAnswer) -> str:
    """The years of an event."""
    if event.last_year is None:
        return words("stress.for_good", first=event.first_year)
    return words("stress.until", first=event.first_year, last=event.last_year)


def chosen_levels(ordeal: Ordeal, year: int) -> list[StressedLevel]:
    """Levels of a year that change beyond chance, those that change most by share first chosen; always R&D and GDP."""
    rows = [row for row in ordeal.levels if row.year == year and row.indicator not in UNTOLD]

    def share(row: StressedLevel) -> float:
        if row.difference is None or not row.difference.beyond_chance or not row.without.median:
            return 0.0
        return abs(row.difference.mean / row.without.median)

    kept = [row for row in sorted(rows, key=share, reverse=True) if share(row) > 0.0][:MOST_LEVELS]
    return [row for row in rows if row in kept or row.indicator in ALWAYS]
