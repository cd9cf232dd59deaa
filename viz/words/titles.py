"""What things are called in a language: facts, readings, environments, triggers; and what a notice says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from yidu.experiments.judging.notice import KINDS
from yidu.sim import levers
from yidu.sim.pack import UNITS
from yidu.viz.words import Words
from yidu.viz.words.format import number
from yidu.viz.words.limits import tagged

if TYPE_CHECKING:
    from yidu.experiments.judging.answer import Reading
    from yidu.experiments.judging.notice import Notice
    from yidu.sim.region import Fact, Region
    from yidu.sim.triggers import Trigger


def notice(words: Words, region: Region | None, said: Notice) -> str:
    """The sentence of a notice; indicators, assumptions and environments among its values by their titles, where the region is known."""
    values: dict[str, object] = {}
    for name, value in said.values.items():
        if isinstance(value, tuple):
            spec = None if region is None else region.environment
            known: Mapping[str, Any] = {} if spec is None else spec.environments if name == "environments" else spec.fields
            titles = [words.titled(known[one]) if one in known else words.indicator(one) for one in value]
            values[name] = words("phrase.comma").join(titles)
        elif name in ("indicator", "status"):
            values[name] = words.indicator(str(value))
        elif isinstance(value, (int, float)):
            values[name] = number(float(value))
        else:
            values[name] = value
    text = words(f"notice.{said.code}", **values)
    kind = KINDS.get(said.code)
    return text if kind is None else tagged(words, kind, text)


def named(title: str, id: str) -> str:
    """A title with the id that commands take, unless it says it already."""
    return title if title == id or title.endswith(f" ({id})") else f"{title} ({id})"


def environment_title(words: Words, region: Region, environment: str) -> str:
    """Title and id of an environment of the pack."""
    return named(words.titled(region.environment.environments[environment]), environment)


def heading(words: Words, group: str) -> str:
    """Title of a heading of the budget: those of the lever groups."""
    for name, (zh, en) in levers.GROUPS.items():
        if name == group:
            return zh if words.language == "zh" else en
    return group


def reading_title(words: Words, region: Region, reading: Reading) -> str:
    """A reading in words: of a fact, what the record then says; of a way of counting, how."""
    if reading.kind == "measured":
        return words.reading(reading.reading)
    fact, _, which = reading.reading.partition("=")
    row = next((row for row in region.facts if row.fact == fact and row.reading == which), None)
    return reading.reading if row is None else fact_title(words, row)


def fact_title(words: Words, fact: Fact) -> str:
    """A fact in one line: indicator, value, unit and period."""
    return words(
        "phrase.fact",
        indicator=words.indicator(fact.indicator),
        statistic=words.or_else(f"statistic.{fact.statistic}", ""),
        value=number(fact.value),
        unit=words.unit(fact.unit),
        period=fact.period,
    )


def trigger_text(words: Words, trigger: Trigger) -> str:
    """What a trigger does, in a sentence."""
    then = words("phrase.comma").join(
        words("scenario.trigger_sets", lever=words.indicator(id), value=number(value), unit=words.unit(levers.LEVERS[id].unit))
        for id, value in trigger.then.items()
    )
    return words(
        "scenario.trigger", year=trigger.year, next=trigger.year + 1, indicator=words.indicator(trigger.indicator),
        sense=words.or_else(f"sense.{trigger.sense}", trigger.sense), value=number(trigger.value),
        unit=words.unit(UNITS[trigger.indicator]), then=then,
    )  # fmt: skip
