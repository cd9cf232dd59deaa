"""What is known of a lever: who decides it, how its effect is graded, and what the record has said of that effect.

A lever acts through parameters (`yidu.sim.levers.Lever.through`). How far the record narrowed them is in the findings of the fit: a
contraction below a tenth means that the record says nothing, and the effect is what was believed before.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from yidu.calibration.findings import Findings, read
from yidu.calibration.gates import SILENT
from yidu.calibration.manifest import DIAGNOSTICS, manifest_of
from yidu.experiments.judging.answer import Answer, Grade
from yidu.experiments.judging.classes import letter
from yidu.sim.levers import LEVERS, Decider

if TYPE_CHECKING:
    from yidu.sim.region import Region


class EffectKnown(Answer):
    """One parameter through which a lever acts."""

    parameter: str
    grade: Grade
    contraction: float | None = Field(description="1 - var(posterior) / var(prior); below 0.1 the record is silent; null without a fit")


class LeverKnown(Answer):
    """What is known of a lever."""

    lever: str
    decider: Decider = Field(description="district 区定, shared 共担, city 市定, won 争取")
    grade: Grade = Field(description="worst grade among its own level and the parameters it acts through")
    contraction: float | None = Field(description="of the parameter that the record knows best among them")
    silent: bool = Field(description="the record says nothing of its effect")
    through: tuple[EffectKnown, ...]


def findings_of(region: Region) -> Findings | None:
    """What the fit of a region found out about itself; None where there is no fit, or none that says so.

    Raises:
        InputError: the fit is of other rules or another pack, or cannot be read.
    """
    file = region.folder / "posterior" / DIAGNOSTICS
    if manifest_of(region) is None or not file.is_file():
        return None
    return _findings(str(file), file.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _findings(file: str, written: int) -> Findings:
    return read(Path(file))


def contractions(region: Region) -> dict[str, float]:
    """How far the fit narrowed each parameter; empty without a fit of these rules."""
    found = findings_of(region)
    return {} if found is None else {row.parameter: row.contraction for row in found.parameters}


def levers_known(region: Region) -> dict[str, LeverKnown]:
    """What is known of every lever, by id."""
    grades = {prior.parameter: letter(prior.grade) for prior in region.priors}
    contraction = contractions(region)
    known = {}
    for id, bar in LEVERS.items():
        through = tuple(EffectKnown(parameter=name, grade=grades[name], contraction=contraction.get(name)) for name in bar.through)
        best = max((row.contraction for row in through if row.contraction is not None), default=None)
        known[id] = LeverKnown(
            lever=id,
            decider=bar.decider,
            grade=max([letter(bar.grade), *(row.grade for row in through)]),
            contraction=best,
            silent=best is None or best < SILENT,
            through=through,
        )
    return known
