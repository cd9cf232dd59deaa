"""A batch experiment: every point of a design run so many times, in parts that are whole or not there, on one machine or many.

Row = point x per_point + replicate; a part is a stretch of rows. What a part holds follows from the design and its number alone, so
neither engine, nor number of workers, nor order, nor where the work was cut off shows in the table.
"""

from __future__ import annotations

import importlib.metadata
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from yidu.agents.compiled import SOURCE_DIGEST
from yidu.experiments.sweep.chunks import Chunk, compute
from yidu.experiments.sweep.designs import made_with, prepared
from yidu.experiments.sweep.limits import limits_of
from yidu.experiments.sweep.store import FORMAT, MANIFEST, Sweep, begun, failures_in, opened
from yidu.sim.version import product_version

if TYPE_CHECKING:
    from yidu.experiments.ensembles.paired import Progress
    from yidu.experiments.sweep.designs import Design
    from yidu.experiments.sweep.engines import Engine

LIBRARIES = ("numpy", "scipy", "numba", "pandas", "pyarrow", "SALib")

TARGET = ("indicator", "year", "sense", "value", "unit", "group")
"""What a manifest says of a target."""

MEASURED = 64
"""Runs from which time and disk are told beforehand."""


class Measured(NamedTuple):
    """What a run costs here: seconds of one core, bytes on disk, and the runs that this was measured on."""

    seconds: float
    bytes: float
    runs: int


class Estimate(NamedTuple):
    """What a sweep will take: its size, and time and disk where they were measured."""

    points: int
    rows: int
    parts: int
    left: int
    """Runs still to do."""
    workers: int
    measured: Measured

    @property
    def seconds(self) -> float:
        """Time that the rest takes, all workers busy [s]."""
        return self.left * self.measured.seconds / self.workers

    @property
    def bytes(self) -> float:
        """What the whole takes on disk."""
        return self.rows * self.measured.bytes


def parts_of(design: Design) -> int:
    """Parts of a design's sweep."""
    return math.ceil(design.rows / design.chunk)


def chunk_of(design: Design, number: int, judged: Sequence[str], last: int | None = None) -> Chunk:
    """The rows of a part as work; `last`: row to end before, where it is not the part's."""
    first = number * design.chunk
    end = min(design.rows, first + design.chunk) if last is None else last
    settings = tuple(map(design.setting, range(first // design.per_point, (end - 1) // design.per_point + 1)))
    return Chunk(
        number=number, first=first, last=end, settings=settings,
        per_point=design.per_point, luck=design.luck, years=design.years, indicators=tuple(design.indicators), judged=tuple(judged),
        made={key: made_with(*key) for key in dict.fromkeys((one.region, one.scenario, one.draws) for one in settings)},
    )  # fmt: skip


def manifest_for(design: Design) -> dict[str, Any]:
    """What the runs of a design are made with here and now.

    Raises:
        InputError: a region, its fit or a scenario cannot be used.
    """
    packs, fits, scenarios = {}, {}, {}
    targets: list[dict[str, Any]] = []
    named = design.points[["region", "scenario"]].drop_duplicates()
    first_of = {tuple(row): point for point, row in zip(named.index, named.itertuples(index=False, name=None))}
    for (name, mix), point in first_of.items():
        region, _, _ = prepared(design.base_setting(int(point)))
        packs[name], fits[name], scenarios[f"{name}/{mix}"] = made_with(name, mix, design.draws)
        if not any(target["region"] == name for target in targets):
            targets += [{"region": name, **target.model_dump(include=set(TARGET))} for target in region.targets]
    judged = [name for name in design.indicators if any(target["indicator"] == name for target in targets)]
    size = {
        "rows": design.rows, "points": len(design.points), "per_point": design.per_point, "chunk": design.chunk,
        "parts": parts_of(design), "years": list(design.years), "indicators": list(design.indicators), "judged": judged,
    }  # fmt: skip
    return {
        "format": FORMAT, "design": design.described(), "design_digest": design.digest, "size": size, "rules": SOURCE_DIGEST,
        "packs": packs, "fits": fits, "scenarios": scenarios, "targets": targets, "version": product_version(),
        "limits": [one.model_dump() for one in limits_of(design)],
        "versions": {name: importlib.metadata.version(name) for name in LIBRARIES},
    }  # fmt: skip


def run_sweep(
    design: Design, where: Path, engine: AbstractContextManager[Engine], *, retry: bool = False, progress: Progress | None = None
) -> Sweep:
    """Run what is not there yet of a design, and say what is there then.

    Args:
        retry: parts in which a run failed are made again.
        progress: called with finished runs, those that were there at first.

    Raises:
        InputError: the folder is another sweep's, or one is at work in it.
        Unwritten: a part could not be written; the same call goes on from there.
    """
    manifest = manifest_for(design)
    folder = begun(where, manifest, design.points, parts_of(design))
    try:
        if retry:
            for number in range(folder.parts):
                if folder.part(number).exists() and failures_in(folder.part(number)):
                    folder.drop(number)
        missing = folder.missing
        if progress is not None:
            progress(design.rows - sum(_length(design, number) for number in missing))
        if missing:
            judged = manifest["size"]["judged"]
            work: Iterator[Chunk] = (chunk_of(design, number, judged) for number in missing)
            with engine as done:
                for part in done(work):
                    folder.keep(part.number, part.data)
                    if progress is not None:
                        progress(part.runs)
    finally:
        folder.close()
    return opened(where)


def estimate(design: Design, where: Path | None, workers: int) -> Estimate:
    """What a sweep will take, from a few of its runs on one core of this machine."""
    left = design.rows
    if where is not None and (where / MANIFEST).exists():
        left -= opened(where).done
    return Estimate(len(design.points), design.rows, parts_of(design), left, workers, measure(design))


def measure(design: Design) -> Measured:
    """Time and disk of a run: `MEASURED` of them as a part is made, after as many that only warm up."""
    judged = manifest_for(design)["size"]["judged"]
    end = min(design.rows, MEASURED)
    chunk = chunk_of(design, 0, judged, last=end)
    compute(chunk_of(design, 0, judged, last=min(end, 2)))
    begin = time.perf_counter()
    found = compute(chunk)
    return Measured((time.perf_counter() - begin) / end, len(found.data) / end, end)


def _length(design: Design, number: int) -> int:
    return min(design.rows, (number + 1) * design.chunk) - number * design.chunk
