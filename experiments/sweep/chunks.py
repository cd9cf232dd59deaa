"""A stretch of a sweep's rows as one piece of work: plain data in, the bytes of a part out, the same wherever it is done."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from yidu.agents.compiled import SOURCE_DIGEST
from yidu.calibration.discrepancy import widened
from yidu.experiments.scenarios.scenario import under
from yidu.experiments.sweep.designs import MadeWith, Replaced, Setting, draws_of, made_with, prepared, region_of
from yidu.experiments.sweep.store import columns_of, part_bytes
from yidu.sim.ensemble import simulate, started
from yidu.sim.errors import InputError
from yidu.sim.indicators import INDICATOR_IDS

if TYPE_CHECKING:
    from yidu.sim.outcomes import Outcomes
    from yidu.sim.region import Region
    from yidu.sim.start import Start

MOST_KEPT = 200
"""Runs that a worker keeps at the end of the record: less than 1 MB each, and half the time of every mix on the same luck."""

LONGEST_ERROR = 300
"""Characters of an error that stand in the table."""


@dataclass(frozen=True)
class Chunk:
    """Rows ``first`` to ``last - 1`` of a sweep, row = point x per_point + replicate."""

    number: int
    first: int
    last: int
    settings: tuple[Setting, ...]
    """Those of its points, in order."""
    per_point: int
    luck: str
    years: tuple[int, int]
    indicators: tuple[str, ...]
    judged: tuple[str, ...]
    rules: str = SOURCE_DIGEST
    made: Mapping[tuple[str, str, str], MadeWith] = field(default_factory=dict)
    """What its runs are made with, by region, scenario and where parameters come from."""

    @property
    def first_point(self) -> int:
        """The point of the first row."""
        return self.first // self.per_point

    def stretches(self) -> list[Stretch]:
        """The rows by point."""
        found = []
        for k, setting in enumerate(self.settings):
            point = self.first_point + k
            begin, end = max(self.first, point * self.per_point), min(self.last, (point + 1) * self.per_point)
            replicate = begin - point * self.per_point
            run = replicate if self.luck == "common" else begin
            found.append(Stretch(point, replicate, run, end - begin, setting))
        return found


class Stretch(NamedTuple):
    """Replicates of one point that follow one another."""

    point: int
    replicate: int
    run: int
    many: int
    setting: Setting


class Done(NamedTuple):
    """A part: its number, its runs, how many of them failed, and its bytes."""

    number: int
    runs: int
    failed: int
    data: bytes


Floats = npt.NDArray[np.float64]


class Found(NamedTuple):
    """Values of a stretch [run, year, column], and the error of each run."""

    values: Floats
    errors: list[str | None]


def compute(chunk: Chunk) -> Done:
    """Run every row of a chunk; a run that fails stands in the table with its error.

    Raises:
        InputError: this process has other rules, or has read other files, than the one that asks.
    """
    if chunk.rules != SOURCE_DIGEST:
        raise InputError(
            "a worker has other rules than the process that asks for the runs", value=SOURCE_DIGEST[:12], expected=chunk.rules[:12],
            fix="Install the same version of Yidu on every machine.",
        )  # fmt: skip
    for key, known in chunk.made.items():
        if made_with(*key) != known:
            raise InputError(
                f"the files of the region '{key[0]}', its fit or the scenario '{key[1]}' were changed while the sweep was running",
                file=key[0], fix="Give the command of the sweep again: it says whether it can go on with them.",
            )  # fmt: skip
    stretches = chunk.stretches()
    found = [run_stretch(chunk, stretch) for stretch in stretches]
    return done(chunk, stretches, found)


def lost(chunk: Chunk, reason: str) -> Done:
    """A chunk whose worker died every time: all of its runs, failed."""
    stretches = chunk.stretches()
    return done(chunk, stretches, [_nothing(chunk, stretch.many, reason) for stretch in stretches])


def done(chunk: Chunk, stretches: Sequence[Stretch], found: Sequence[Found]) -> Done:
    """What was found, as a part."""
    years = np.arange(chunk.years[0], chunk.years[1] + 1)
    many = chunk.last - chunk.first
    runs = np.concatenate([np.arange(s.run, s.run + s.many) for s in stretches])
    errors = [error for one in found for error in one.errors]

    def each_year(values: npt.NDArray[np.int64] | list[int]) -> npt.NDArray[np.int64]:
        return np.repeat(np.asarray(values, np.int64), len(years))

    columns: dict[str, pa.Array] = {
        "point": pa.array(each_year(np.repeat([s.point for s in stretches], [s.many for s in stretches])), pa.int32()),
        "replicate": pa.array(each_year(np.concatenate([np.arange(s.replicate, s.replicate + s.many) for s in stretches])), pa.int32()),
        "seed": pa.array(each_year(np.repeat([s.setting.seed for s in stretches], [s.many for s in stretches])), pa.int64()),
        "run": pa.array(each_year(runs), pa.int64()),
        "year": pa.array(np.tile(years, many), pa.int16()),
        "error": pa.array([error for error in errors for _ in years], pa.string()),
    }
    values = np.concatenate([one.values for one in found]).reshape(many * len(years), -1)
    for k, name in enumerate(columns_of(chunk.indicators, chunk.judged)):
        columns[name] = pa.array(np.ascontiguousarray(values[:, k], np.float32), pa.float32())
    failed = sum(error is not None for error in errors)
    return Done(chunk.number, many, failed, part_bytes(pa.table(columns), failed))


# --- running


def run_stretch(chunk: Chunk, stretch: Stretch) -> Found:
    """The runs of a stretch together; one by one where that fails, so that one bad run costs no other."""
    try:
        region, scenario, draws = prepared(stretch.setting)
        start = kept(chunk, stretch)
    except Exception as error:
        return _nothing(chunk, stretch.many, said(error))
    world = under(region, scenario)

    def some(first: int, many: int) -> Floats:
        outcomes = simulate(
            world, scenario.levers,
            triggers=scenario.triggers, scenario=scenario.name, environment=stretch.setting.environment, runs=many,
            seed=stretch.setting.seed, first_run=first, until=chunk.years[1], draws=draws, threads=1, start=start,
        )  # fmt: skip
        return values_of(region, outcomes, chunk)

    try:
        return Found(some(stretch.run, stretch.many), [None] * stretch.many)
    except Exception:
        alone = [_alone(chunk, some, stretch.run + k) for k in range(stretch.many)]
    return Found(np.concatenate([one.values for one in alone]), [error for one in alone for error in one.errors])


def _alone(chunk: Chunk, some: Callable[[int, int], Floats], run: int) -> Found:
    try:
        return Found(some(run, 1), [None])
    except Exception as error:
        return _nothing(chunk, 1, said(error))


def values_of(region: Region, outcomes: Outcomes, chunk: Chunk) -> Floats:
    """The columns of a chunk [run, year, column] from outcomes."""
    rows = [outcomes.years.index(year) for year in range(chunk.years[0], chunk.years[1] + 1)]
    plain = outcomes.values[:, rows][:, :, [INDICATOR_IDS.index(name) for name in chunk.indicators]]
    if not chunk.judged:
        return plain
    judged = widened(region, outcomes).values[:, rows][:, :, [INDICATOR_IDS.index(name) for name in chunk.judged]]
    return np.concatenate([plain, judged], axis=2)


def kept(chunk: Chunk, stretch: Stretch) -> Start | None:
    """The runs of every point at the end of the record, where points share them and there are few."""
    setting = stretch.setting
    shared = chunk.luck == "common" and len(chunk.settings) > 1
    if not shared or chunk.per_point > MOST_KEPT or any(other.parameters != setting.parameters for other in chunk.settings):
        return None
    return _started(setting.region, setting.draws, tuple(sorted(setting.parameters.items())), setting.seed, chunk.per_point)


@lru_cache(maxsize=1)
def _started(region: str, source: str, parameters: tuple[tuple[str, float], ...], seed: int, runs: int) -> Start:
    draws = draws_of(region, source)
    return started(region_of(region), runs=runs, seed=seed, draws=Replaced(draws, dict(parameters)) if parameters else draws, threads=1)


def _nothing(chunk: Chunk, many: int, error: str) -> Found:
    years = chunk.years[1] - chunk.years[0] + 1
    return Found(np.full((many, years, len(columns_of(chunk.indicators, chunk.judged))), np.nan), [error] * many)


def said(error: Exception) -> str:
    """An error in one line: what kind, what it says, where it came up."""
    if isinstance(error, InputError):
        return str(error)[:LONGEST_ERROR]
    place = traceback.extract_tb(error.__traceback__)[-1:]
    where = f" ({Path(place[0].filename).name}:{place[0].lineno})" if place else ""
    return f"{type(error).__name__}: {' '.join(str(error).split())}{where}"[:LONGEST_ERROR]
