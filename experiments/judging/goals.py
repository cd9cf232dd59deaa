"""Targets: which are meant, which runs reach them, and what a conclusion about them rests on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from yidu.experiments.judging.answer import Rests
from yidu.experiments.judging.runs import column, reaches
from yidu.sim.errors import InputError, did_you_mean
from yidu.sim.reading import names_in

if TYPE_CHECKING:
    from yidu.experiments.judging.answer import TargetAnswer
    from yidu.experiments.judging.evidence import LeverKnown
    from yidu.sim.outcomes import Outcomes
    from yidu.sim.region import Region, Target

Floats = NDArray[np.float64]


def targets_of(region: Region, asked: str | None = None) -> tuple[Target, ...]:
    """Targets in the order of the pack: those of some indicators or groups, comma-separated (``table2`` is a group), or all.

    Raises:
        InputError: the region has no target, or none of that name.
    """
    if not region.targets:
        raise InputError(f"{region.name} has no targets, so there is nothing to arrive at", fix="Add them to its targets.csv.")
    if asked is None or asked.strip() == "all":
        return tuple(region.targets)
    wanted = names_in(asked)
    known = [target.indicator for target in region.targets]
    groups = list(dict.fromkeys(target.group for target in region.targets))
    for id in wanted or [asked]:
        if id not in known and id not in groups:
            raise InputError(f"no target is set for '{id}'", value=id, fix=did_you_mean(id, [*known, *groups]))
    return tuple(target for target in region.targets if target.indicator in wanted or target.group in wanted)


def reached(outcomes: Outcomes, target: Target) -> Floats:
    """1 where a run reaches a target, 0 where not, NaN where it has no value [run]."""
    values = column(outcomes, target.indicator, target.year)
    return np.where(np.isnan(values), np.nan, reaches(values, target.sense, target.value))


def together(outcomes: Outcomes, targets: Iterable[Target]) -> Floats | None:
    """1 where a run reaches all these targets, 0 where not, NaN where one has no value [run]; None without any value.

    Targets without any value are left out, as `assess.joint` does.
    """
    known = [row for row in (reached(outcomes, target) for target in targets) if not np.isnan(row).all()]
    return np.min(known, axis=0) if known else None


def rests_on(answers: Iterable[TargetAnswer], levers: Iterable[LeverKnown] = ()) -> Rests:
    """The worst grade among targets, and the levers of a rule; on the parameters that carry them, largest share first."""
    answers, levers = list(answers), list(levers)
    carriers = sorted((one for answer in answers for one in answer.carriers), key=lambda one: -one.share)
    named = [one.parameter for one in carriers] + [one.parameter for lever in levers for one in lever.through]
    grades = [answer.grade for answer in answers] + [lever.grade for lever in levers]
    return Rests(grade=max(grades), on=tuple(dict.fromkeys(named)))
