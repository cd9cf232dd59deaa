"""What a response curve says, in words: levers one by one, and what the literature has beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from yidu.experiments.response.compute import COUNT, unit_of
from yidu.sim.flows import DOOR
from yidu.sim.levers import LEVERS
from yidu.viz.presenters.compare import priced
from yidu.viz.presenters.concluding import rests
from yidu.viz.presenters.stress import within
from yidu.viz.words import Words
from yidu.viz.words.format import number, rough
from yidu.viz.words.titles import notice

if TYPE_CHECKING:
    from yidu.experiments.judging.answer import Rests
    from yidu.experiments.response.answer import Effect, LeverResponse, Literature, NextUnit, Point, ResponseAnswer
    from yidu.experiments.response.compute import Response
    from yidu.sim.region import Region

MOST_INDICATORS = 3
"""Indicators beside each other; the JSON has all."""

STEPS = "▁▂▃▄▅▆▇█"


def title_of(words: Words, name: str) -> str:
    """The title of an indicator or a door."""
    return words.door(name) if name in DOOR else words.indicator(name)


def unit_said(words: Words, name: str) -> str:
    """The unit of an indicator or a door, in words."""
    unit = unit_of(name)
    return words("response.count") if unit == COUNT else words.unit(unit)


def lever_title(words: Words, one: LeverResponse) -> str:
    """A lever, with what is wrong with it."""
    flags = [words(f"response.{flag}") for flag in ("dead", "switch") if getattr(one, flag)]
    title = words.titled(LEVERS[one.lever])
    return words("response.flagged", lever=title, flags=words("phrase.comma").join(flags)) if flags else title


def signed(mean: float, error: float, beyond: bool = False) -> str:
    """A change with its error, starred beyond chance."""
    return f"{'+' if mean > 0.0 else ''}{within(mean, error)}{'*' if beyond else ''}"


def effect_said(one: Effect | None) -> str:
    """An effect with its error."""
    return "-" if one is None else signed(one.mean, one.error, one.beyond_chance)


def cost_said(point: Point) -> str:
    """Further money [万元] with its error."""
    return signed(point.cost, point.cost_error, point.cost_beyond_chance)


def first_effect(point: Point) -> Effect | None:
    """The effect on what the lever is for."""
    return point.effects[0] if point.effects else None


def per_unit(step: NextUnit | None) -> str:
    """What a unit of the lever more costs; a dash within chance."""
    return "-" if step is None or step.per_unit is None else within(step.per_unit, step.per_unit_error or 0.0)


def per_gain(words: Words, step: NextUnit | None) -> str:
    """What a unit of the indicator more costs; a dash within chance."""
    return priced(words, None if step is None else step.price)


def shape(points: Sequence[Point]) -> str:
    """The effects at the five points as a row of bars, the lowest to the highest."""
    means = [one.mean for one in map(first_effect, points) if one is not None]
    low, high = min(means, default=0.0), max(means, default=0.0)
    last = len(STEPS) - 1
    return "".join(STEPS[round(last * (one - low) / (high - low))] for one in means) if high > low else STEPS[0] * len(means)


def message(words: Words, one: LeverResponse) -> str:
    """What a curve shows, in a line: from where to where, what that brings and costs."""
    top, effect = one.points[-1], first_effect(one.points[-1])
    return words(
        "report.response_message",
        lever=lever_title(words, one), present=number(one.present), top=number(top.value),
        moved="-" if effect is None else _moved(words, effect), cost=cost_said(top).rstrip("*"),
    )  # fmt: skip


def told(words: Words, region: Region, found: Response) -> ResponseAnswer:
    """The answer with its conclusion and warnings in a language."""
    said = tuple(notice(words, region, one) for one in found.notices)
    return found.answer.model_copy(update={"conclusion": conclusion(words, found.answer), "warnings": said})


def grounds(words: Words, on: Rests) -> str:
    """The grade of the evidence under the conclusion, and what carries it."""
    return rests(words, on.grade, [words.parameter(name) for name in on.on])


def conclusion(words: Words, answer: ResponseAnswer) -> str:
    """What was found: of one lever its effect and the price of its next unit, of several which respond."""
    rows = answer.levers
    if len(rows) == 1:
        return _said_of_one(words, answer, rows[0])
    said = [words("response.said", count=len(rows), slopes=sum(not (one.dead or one.switch) for one in rows))]
    for flag in ("dead", "switch"):
        named = [words.titled(LEVERS[one.lever]) for one in rows if getattr(one, flag)]
        if named:
            said.append(words(f"response.said_{flag}", count=len(named), levers=words("phrase.comma").join(named), runs=answer.runs))
    return "\n".join(said)


def _said_of_one(words: Words, answer: ResponseAnswer, one: LeverResponse) -> str:
    top = one.points[-1]
    moved = [row for row in top.effects if row.beyond_chance]
    listed = words("phrase.comma").join(_moved(words, row) for row in moved[:MOST_INDICATORS])
    said = [
        words(
            "response.said_one" if moved else "response.said_one_still",
            lever=words.titled(LEVERS[one.lever]), present=number(one.present), top=number(top.value),
            unit=words.text(LEVERS[one.lever].units), year=answer.year, moved=listed, cost=cost_said(top).rstrip("*"), over=answer.over,
            runs=answer.runs,
        )
    ]  # fmt: skip
    said += [words(f"response.said_one_{flag}") for flag in ("dead", "switch") if getattr(one, flag)]
    step = one.next
    if step is not None and step.price is not None:
        said.append(
            words(
                "response.said_next",
                value=number(step.value),
                indicator=title_of(words, step.indicator),
                of=unit_said(words, step.indicator),
                price=per_gain(words, step),
                per_unit=per_unit(step),
                unit=words.text(LEVERS[one.lever].units),
                over=answer.over,
            )  # fmt: skip
        )
    elif step is not None:
        said.append(words("response.said_next_none", value=number(step.value), indicator=title_of(words, step.indicator)))
    return "\n".join(said)


def _moved(words: Words, one: Effect) -> str:
    title, unit = title_of(words, one.indicator), unit_said(words, one.indicator)
    return words("response.moved", indicator=title, change=signed(one.mean, one.error), unit=unit)


def lever_row(words: Words, one: LeverResponse) -> tuple[str, ...]:
    """A lever on one line: its way from its own level to the top, what it is for, shape, effect and money at the top, its next unit."""
    top, bar = one.points[-1], LEVERS[one.lever]
    effect = first_effect(top)
    way = words("response.way", present=number(one.present), top=number(top.value), unit=words.text(bar.units))
    name = "-" if effect is None else words(
        "phrase.with_unit", title=title_of(words, effect.indicator), unit=unit_said(words, effect.indicator)
    )  # fmt: skip
    return lever_title(words, one), way, name, shape(one.points), effect_said(effect), cost_said(top), per_gain(words, one.next)


def literature_said(words: Words, row: Literature) -> tuple[str, str, str]:
    """What a study measured, its value with its bounds, and what the model measures."""
    meaning = row.meaning_zh if words.language == "zh" else row.meaning_en
    unit = words.or_else(f"response.unit.{row.unit}", words.unit(row.unit))
    value = words("response.literature_value", central=number(row.central), low=number(row.low), high=number(row.high), unit=unit)
    if row.measured is None:
        return meaning, value, "-"
    if row.measured_p05 is None or row.measured_p95 is None:
        return meaning, value, rough(row.measured)
    band = words("phrase.band", low=rough(row.measured_p05), high=rough(row.measured_p95))
    return meaning, value, words("response.measured_value", value=rough(row.measured), band=band)
