"""What a sweep cannot know: decided from its design before a run, and kept with it, so that whoever reads it later is told the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self

from pandas.api.types import is_numeric_dtype
from pydantic import BaseModel, ConfigDict, model_validator

from yidu.calibration.manifest import manifest_of
from yidu.experiments.judging.notice import Notice
from yidu.experiments.judging.unknown import all_beyond, beyond_horizon, of_draws
from yidu.experiments.scenarios.scenario import under
from yidu.experiments.sweep.designs import prepared, region_of

if TYPE_CHECKING:
    import pandas as pd

    from yidu.experiments.sweep.designs import Design

SAYS: Mapping[str, frozenset[str]] = {
    "prior_only": frozenset(),
    "few_draws": frozenset({"effective", "least"}),
    "at_prior_bound": frozenset({"parameters"}),
    "thin_record": frozenset({"facts", "known", "of", "rules", "judged"}),
    "silent_record": frozenset({"silent", "of"}),
    "targets_extrapolated": frozenset({"first", "years"}),
    "sweep_beyond": frozenset({"fields"}),
}
"""Notices that a sweep can have, and the values that each must say."""


class Limit(BaseModel):
    """A notice as a manifest holds it, with the region that it is of."""

    model_config = ConfigDict(extra="forbid", strict=True)

    region: str
    code: str
    values: dict[str, str | int | float | list[str]] = {}

    @model_validator(mode="after")
    def _says_what_it_must(self) -> Self:
        if SAYS.get(self.code) != self.values.keys():
            raise ValueError(f"no notice '{self.code}' with {', '.join(self.values) or 'no values'}")
        return self

    @property
    def notice(self) -> Notice:
        """As what an answer says."""
        return Notice(self.code, {name: tuple(value) if isinstance(value, list) else value for name, value in self.values.items()})


def limits_of(design: Design) -> tuple[Limit, ...]:
    """What cannot be known of each region of a design, and which of its points go beyond experience.

    Raises:
        InputError: a region, its fit or a scenario cannot be used.
    """
    return tuple(
        Limit(region=str(name), code=said.code, values={key: _plain(value) for key, value in said.values.items()})
        for name, points in design.points.groupby("region", sort=False)
        for said in _of_region(design, str(name), points)
    )


def _of_region(design: Design, name: str, points: pd.DataFrame) -> Iterable[Notice]:
    region = region_of(name)
    yield from of_draws(region, fitted=design.draws != "prior" and manifest_of(region) is not None)
    yield from beyond_horizon(region, design.years[1])
    far: dict[str, None] = {}
    for point in _outermost(design, points):
        setting = design.setting(point)
        _, mix, _ = prepared(setting)
        far |= dict.fromkeys(all_beyond(region, under(region, mix).environment, mix, setting.environment))
    if far:
        yield Notice("sweep_beyond", {"fields": tuple(far)})


def _outermost(design: Design, points: pd.DataFrame) -> list[int]:
    """Points that together go as far as any: of every mix and environment the first, and those where an axis ends or has a word."""
    found: dict[int, None] = {}
    for _, rows in points.groupby(["scenario", "environment"], sort=False):
        found[int(rows.index[0])] = None
        for axis in design.axes:
            column = rows[axis.name]
            if axis.kind in ("lever", "environment"):
                ends = (column.idxmin(), column.idxmax()) if is_numeric_dtype(column) else column.drop_duplicates().index
                found |= dict.fromkeys(map(int, ends))
    return list(found)


def _plain(value: object) -> Any:
    return list(value) if isinstance(value, tuple) else value
