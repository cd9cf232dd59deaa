"""Which few things decide a target: groups of levers and sources of uncertainty on one scale, by how far each moves the level.

A group of levers moves the mean by its Shapley value; a source of uncertainty moves a run by half its 68 % band.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from yidu.experiments.explain.answer import DecidingRow, GroupRow, LeverRow, ParameterRow, SourceRow
from yidu.experiments.judging.answer import Rests
from yidu.experiments.judging.runs import sensible
from yidu.sim.levers import LEVERS

if TYPE_CHECKING:
    from yidu.experiments.ensembles.sensitivity import SourceShares
    from yidu.experiments.judging.answer import Grade, TargetAnswer
    from yidu.experiments.judging.evidence import LeverKnown
    from yidu.sim.levers import Group

CLEAR = 3.0
"""Errors by which one of many levers, groups or sources must differ from nothing before it is named."""

STRONGEST = 3
"""Parameters that are named beside the source."""


MOST_SAID = 3
"""Things that the conclusion names."""

WORTH_SAYING = 0.1
"""Part of the largest thing that another must reach to be named beside it."""

NINETY = 1.645
"""Halves of a 68 % band in half a 90 % band (normal)."""


def size_of(share: float, error: float, told: SourceShares) -> tuple[float, float]:
    """Half the 68 % band that a source of this share of variance makes around the median, with its error, in the indicator's unit."""
    part = math.sqrt(max(0.0, share))
    spread, slope = told.deviation * part, told.deviation / (2.0 * part) if part > 0.0 else 0.0
    if told.scale == "values":
        return spread, slope * error
    return told.centre * math.sinh(spread), told.centre * math.cosh(spread) * slope * error


def deciding(
    target: TargetAnswer,
    groups: Iterable[GroupRow],
    levers: Iterable[LeverRow],
    sources: Sequence[SourceRow],
    parameters: Iterable[ParameterRow],
    known: Mapping[Group, Grade],
) -> tuple[DecidingRow, ...]:
    """What decides a target beyond chance, the largest first; without shares, uncertainty stands as a whole.

    Args:
        known: worst grade of each group of levers.
    """
    head: dict[str, Any] = {"indicator": target.indicator, "year": target.year}
    strong = sorted((row for row in levers if row.beyond_chance), key=lambda row: -abs(row.out_level))
    rows = [
        DecidingRow(
            **head, kind="levers", name=row.group, size=abs(row.level), size_error=row.level_error, level=row.level,
            probability=row.probability, probability_error=row.probability_error, share=None, share_error=None,
            grade=known[row.group], parameters=(),
            levers=tuple(one.lever for one in strong if LEVERS[one.lever].group == row.group),
        )
        for row in groups
        if abs(row.level) > CLEAR * row.level_error
    ]  # fmt: skip
    beyond = [row for row in parameters if row.beyond_chance]
    named, grades = tuple(row.parameter for row in beyond)[:STRONGEST], [row.grade for row in beyond]
    rows += [
        DecidingRow(
            **head, kind="source", name=row.source, size=row.size, size_error=row.size_error, level=None,
            probability=None, probability_error=None, share=row.total, share_error=row.total_error,
            grade=max(grades) if grades and row.source == "parameters" else row.grade,
            parameters=named if row.source == "parameters" else (), levers=(),
        )
        for row in sources
        if row.total > CLEAR * row.total_error
    ]  # fmt: skip
    if not sources and target.p05 is not None and target.p95 is not None:
        rows.append(
            DecidingRow(
                **head, kind="spread", name="spread", size=sensible((target.p95 - target.p05) / 2.0 / NINETY), size_error=0.0, level=None,
                probability=None, probability_error=None, share=None, share_error=None, grade=target.grade, parameters=(), levers=(),
            )
        )  # fmt: skip
    return tuple(sorted(rows, key=lambda row: -row.size))


def said_first(rows: Sequence[DecidingRow]) -> list[DecidingRow]:
    """The two or three things that the conclusion names, of those that decide a target, the largest first."""
    return [row for row in rows[:MOST_SAID] if row.size >= WORTH_SAYING * rows[0].size]


def levers_named(rows: Iterable[DecidingRow], groups: Mapping[Group, tuple[str, ...]], known: Mapping[str, LeverKnown]) -> list[LeverKnown]:
    """What is known of the levers through which groups decide: those with an effect beyond chance, all of a group where none has."""
    named = {row.name: row.levers for row in rows if row.kind == "levers"}
    return [known[id] for group, ids in groups.items() if group in named for id in named[group] or ids]


def rests_of(target: TargetAnswer, parameters: Iterable[ParameterRow], levers: Iterable[LeverKnown]) -> Rests:
    """What the conclusion rests on: the parameters that decide the target, then those through which the levers named act.

    The parameters are those beyond chance; where none was told, those that carry a tenth of the variance.
    """
    beyond = [(row.parameter, row.grade) for row in parameters if row.beyond_chance]
    carried = beyond or [(one.parameter, one.grade) for one in target.carriers]
    effects = [(one.parameter, one.grade) for lever in levers for one in lever.through]
    grades = [grade for _, grade in carried] or [target.grade]
    named = dict.fromkeys(name for name, _ in (*carried, *effects))
    return Rests(grade=max([*grades, *(grade for _, grade in effects)]), on=tuple(named))
