"""The sentence of `yidu explain` that a planner can say aloud: which few things decide a target."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from yidu.experiments.explain.deciding import said_first
from yidu.experiments.explain.flow_account import ratio_of
from yidu.sim.levers import LEVERS
from yidu.viz.presenters.concluding import points, rests
from yidu.viz.words import Words
from yidu.viz.words.format import chance, counted, number
from yidu.viz.words.titles import heading

if TYPE_CHECKING:
    from yidu.experiments.explain.answer import DecidingRow, ExplainAnswer, ExplainedTarget, LeverRow
    from yidu.experiments.explain.flow_account import AccountRow
    from yidu.experiments.judging.answer import Rests
    from yidu.experiments.scenarios.scenario import Scenario

MOST_NAMED = 4
"""Parameters that the line of evidence names; the JSON has all."""


def plus_minus(value: float, error: float) -> str:
    """A signed amount with its error, both to two digits of the error."""
    if error <= 0.0:
        return f"{'+' if value > 0.0 else ''}{number(value)} ±0"
    decimals = max(0, 1 - math.floor(math.log10(error)))
    return f"{value:+,.{decimals}f} ±{error:,.{decimals}f}"


def unit_of_change(words: Words, unit: str) -> str:
    """The unit in which a change is said: that of a share is percentage points."""
    return words.or_else(f"explain.change_in.{unit}", words.unit(unit))


def conclusion(words: Words, answer: ExplainAnswer, reference: Scenario) -> str:
    """What decides the target, by size, and what policy has to do with it."""
    at = (answer.target, answer.year)
    target = next(one for one in answer.targets if (one.indicator, one.year) == at)
    rows = [row for row in answer.deciding if (row.indicator, row.year) == at]
    first = said_first(rows)
    said = [_head(words, target, first, reference)]
    if answer.levers and target.runs:
        said += _policy(words, target, rows, first, reference)
    return "".join(said)


def _head(words: Words, target: ExplainedTarget, first: list[DecidingRow], reference: Scenario) -> str:
    things = [_thing(words, row, target, reference) for row in first]
    if len(things) > 1:
        things = [words("explain.thing", rank=rank, thing=thing) for rank, thing in zip(words("explain.ranks").split(","), things)]
    key = "nothing" if not things else "head" if len(things) > 1 else "head_one"
    unit, goal = words.unit(target.unit), number(target.target)
    return words(
        f"explain.{key}",
        indicator=words.indicator(target.indicator),
        year=target.year,
        reaches=words(f"explain.reaches.{target.sense}", target=goal, unit=unit),
        chance=chance(target.probability, target.mc_error),
        things=words("explain.things_join").join(things),
    )


def _thing(words: Words, row: DecidingRow, target: ExplainedTarget, reference: Scenario) -> str:
    size, unit = counted(row.size, target.unit), unit_of_change(words, target.unit)
    if row.kind == "levers":
        return words("explain.thing_levers", **_group(words, row, target, reference))
    named = words("phrase.comma").join(words.parameter(one) for one in row.parameters)
    named = words("explain.thing_named", parameters=named) if named else ""
    return words(f"explain.thing_{row.name}", size=size, unit=unit, named=named)


def _group(words: Words, row: DecidingRow, target: ExplainedTarget, reference: Scenario) -> dict[str, str]:
    return {
        "group": heading(words, row.name),
        "lever": _lever(words, row),
        "reference": words.titled(reference),
        "side": words("explain.more" if (row.level or 0.0) > 0.0 else "explain.less"),
        "size": counted(row.size, target.unit),
        "unit": unit_of_change(words, target.unit),
        "points": points(row.probability, row.probability_error),
    }


def _lever(words: Words, row: DecidingRow) -> str:
    """The lever that does most in a group, and who decides it; nothing where none stands out by itself."""
    if not row.levers:
        return ""
    bar = LEVERS[row.levers[0]]
    decided = words.text(bar.decided)
    return words("explain.above_all", lever=words.titled(bar), decided=decided)


def _policy(words: Words, target: ExplainedTarget, rows: list[DecidingRow], first: list[DecidingRow], reference: Scenario) -> list[str]:
    """What policy does, where it is not among the first things, and what all of it does together."""
    groups = [row for row in rows if row.kind == "levers"]
    if not groups:
        return [words("explain.policy_none", reference=words.titled(reference))]
    said = [] if groups[0] in first else [words("explain.policy_most", **_group(words, groups[0], target, reference))]
    change = points(target.probability_change, target.probability_change_error)
    return [*said, words("explain.policy_total", points=change, reference=words.titled(reference))]


def grounds(words: Words, on: Rests) -> str:
    """The grade of the evidence under the conclusion, and what carries it."""
    return rests(words, on.grade, [words.parameter(one) for one in on.on])


def told(answer: ExplainAnswer) -> ExplainedTarget:
    """The target that is explained."""
    return next(one for one in answer.targets if (one.indicator, one.year) == (answer.target, answer.year))


def mine[R](rows: Iterable[R], target: ExplainedTarget) -> list[R]:
    """Rows of a table that are about a target."""
    return [row for row in rows if (row.indicator, row.year) == (target.indicator, target.year)]  # type: ignore[attr-defined]


def bar_title(words: Words, row: AccountRow, since: int) -> str:
    """What a bar of the waterfall is."""
    if row.part == "start":
        return words("explain.start", year=since)
    if row.part == "end":
        return words("explain.end", year=row.year)
    if row.part == "denominator":
        return words("explain.denominator", indicator=words.indicator(row.name))
    if row.part in ("model_error", "outside"):
        return words(f"explain.{row.part}")
    ratio = ratio_of(row.indicator)
    if ratio is not None and row.name == ratio.numerator:
        return words("explain.numerator", indicator=words.indicator(row.name))
    return words.door(row.name)


def clear_levers(answer: ExplainAnswer, target: ExplainedTarget) -> list[LeverRow]:
    """Levers whose effect on a target is beyond chance and worth a line, the largest first."""
    rows = [row for row in mine(answer.lever_effects, target) if row.beyond_chance and not negligible(row, target)]
    return sorted(rows, key=lambda row: -max(abs(row.out_level), abs(row.in_level)))


NEGLIGIBLE = 0.01
"""Part of half the 90 % band of a target below which an effect on its level is not worth a line; the JSON has all."""


def negligible(row: LeverRow, target: ExplainedTarget) -> bool:
    """Whether the effect of a lever is seen, on the same luck, but far too small to matter."""
    if target.p05 is None or target.p95 is None:
        return False
    moved = max(abs(row.out_probability), abs(row.in_probability)) > 0.0
    return not moved and max(abs(row.out_level), abs(row.in_level)) < NEGLIGIBLE * (target.p95 - target.p05) / 2.0
