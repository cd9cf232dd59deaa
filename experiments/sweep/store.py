"""The folder of a sweep: what was asked, the points, and the runs in parts, each whole or not there at all.

    manifest.json             what the runs were made with; written first, so that nothing is added to a folder of other runs
    design.parquet            a row a point: region, scenario, environment, seed, and a column for every axis
    parts/part-000000.parquet a row a run and year: point, replicate, seed, run, year, error, a column for every indicator

A part is written beside its place and moved there, so a part that exists is finished. One line reads them all:
``duckdb.sql("select * from 'DIR/parts/*.parquet'")``, ``pandas.read_parquet("DIR/parts")``.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import filelock
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, Field, model_validator

from yidu.calibration.manifest import Damaged, parquet_table, reason_of, write_whole
from yidu.experiments.sweep.designs import design_of, prepared
from yidu.experiments.sweep.limits import Limit
from yidu.sim.draws import DRAWN
from yidu.sim.errors import InputError, did_you_mean
from yidu.sim.files import drafts_of
from yidu.sim.pack import Year

FORMAT = 1  # of the folder: a sweep of another format is refused
MANIFEST, POINTS, PARTS, LOCK = "manifest.json", "design.parquet", "parts", ".lock"
KEYS = {
    "point": pa.int32(), "replicate": pa.int32(), "seed": pa.int64(), "run": pa.int64(), "year": pa.int16(), "error": pa.string(),
}  # fmt: skip
"""What each row of a part begins with, and of which kind it is."""

JUDGED = "judged:"
"""Before the name of an indicator: its value with what the model may have wrong, on which targets are judged."""

Many = Annotated[int, Field(strict=True, ge=1)]

MADE_WITH = ("design_digest", "rules", "packs", "fits", "scenarios", "size", "format")
"""Entries of the manifest that decide the runs; where one differs, these are other runs."""


class Unwritten(Exception):
    """A part could not be written: no room, no right, no folder. What was written stays, and the same command goes on from it."""

    def __init__(self, where: Path, file: Path, reason: OSError, done: int, parts: int) -> None:
        self.where, self.file, self.reason, self.done, self.parts = where, file, reason, done, parts
        self.gone = done > 0 and not where.is_dir()
        """Whether the folder of the sweep was moved away or removed while it was at work."""
        super().__init__(f"{file}: could not be written ({reason.strerror or reason}). {done} of {parts} parts were written whole.")


@dataclass(frozen=True)
class Folder:
    """A folder that a sweep writes to, held against any other sweep until it is closed."""

    where: Path
    parts: int
    lock: filelock.BaseFileLock
    written: set[int] = field(default_factory=set)
    """Numbers of the parts that are there, or were: a folder that was moved away cannot be asked."""

    @property
    def missing(self) -> list[int]:
        """Numbers of the parts that are not there yet."""
        return [number for number in range(self.parts) if number not in self.written]

    def part(self, number: int) -> Path:
        """Where a part stands."""
        return self.where / PARTS / f"part-{number:06d}.parquet"

    def keep(self, number: int, data: bytes) -> None:
        """Put a part in its place, whole.

        Raises:
            Unwritten: there is no room for it, or no right to write.
        """
        file = self.part(number)
        try:
            write_whole(file, data)
        except OSError as reason:
            raise Unwritten(self.where, file, reason, len(self.written), self.parts) from reason
        self.written.add(number)

    def drop(self, number: int) -> None:
        """Remove a part that is to be made again."""
        self.part(number).unlink()
        self.written.discard(number)

    def close(self) -> None:
        """Let the next sweep in."""
        self.lock.release()


def begun(where: Path, manifest: Mapping[str, Any], points: pd.DataFrame, parts: int) -> Folder:
    """A folder for these runs: a new one, or one in which they were begun.

    Raises:
        InputError: another sweep is at work in it, it holds other runs, or files that are no sweep's.
        Unwritten: it cannot be written to.
    """
    if where.is_dir() and not (where / MANIFEST).exists():
        _refuse_foreign(where)
    try:
        (where / PARTS).mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(where / LOCK, blocking=False)
        try:
            lock.acquire()
        except filelock.Timeout:
            raise InputError(
                "another sweep is writing to this folder", file=where,
                fix="Wait for it ('yidu sweep show' says how far it is), or name another folder with --out.",
            ) from None  # fmt: skip
    except OSError as reason:
        raise Unwritten(where, where, reason, 0, parts) from reason
    folder = Folder(where, parts, lock)
    try:
        if (where / MANIFEST).exists():
            refuse_other(where, _manifest(where), manifest)
        else:
            _write(folder, POINTS, _parquet(pa.Table.from_pandas(points, preserve_index=False)))
            _write(folder, MANIFEST, (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode())
        for draft in (*drafts_of(where), *drafts_of(where / PARTS)):
            draft.unlink()
        for number in range(parts):
            if folder.part(number).exists():
                folder.written.add(number)
                if failures_in(folder.part(number)) is None:
                    folder.drop(number)  # a machine that lost power can leave an empty file
    except BaseException:
        folder.close()
        raise
    return folder


def columns_of(indicators: Sequence[str], judged: Collection[str]) -> list[str]:
    """Columns of values: the indicators, then those of them with the model's error."""
    return [*indicators, *(JUDGED + name for name in indicators if name in judged)]


def refuse_other(where: Path, there: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Stop where a folder holds runs of another design, or made with other rules or data."""
    called = {
        "design_digest": "design", "rules": "rules", "packs": "region pack", "fits": "fit", "scenarios": "scenario",
        "size": "size", "format": "file format",
    }  # fmt: skip
    for key in MADE_WITH:
        if there.get(key) != now.get(key):
            raise InputError(
                f"the folder holds a sweep of another {called[key]}, and runs of two are never mixed", file=where / MANIFEST,
                fix="Name another folder with --out, or go on with what that sweep was made with.",
            )  # fmt: skip


def failures_in(part: Path) -> int | None:
    """Failed runs of a part; None where it cannot be read."""
    try:
        said = pq.read_metadata(part).metadata or {}
        return int(said[b"failed"])
    except (OSError, pa.ArrowException, KeyError, ValueError):
        return None


def part_bytes(table: pa.Table, failed: int) -> bytes:
    """A table of runs as the bytes of a part: the same bytes for the same runs."""
    return _parquet(table.replace_schema_metadata({"failed": str(failed)}))


def _parquet(table: pa.Table) -> bytes:
    """Numbers of single precision split by byte, which zstd then packs well."""
    split = [name for name in table.column_names if table.schema.field(name).type == pa.float32()]
    out = io.BytesIO()
    pq.write_table(
        table, out, compression="zstd", use_byte_stream_split=split or False, row_group_size=1 << 20,
        use_dictionary=[name for name in ("error", "year") if name in table.column_names] or False,
    )  # fmt: skip
    return out.getvalue()


def _write(folder: Folder, name: str, data: bytes) -> None:
    try:
        write_whole(folder.where / name, data)
    except OSError as reason:
        raise Unwritten(folder.where, folder.where / name, reason, 0, folder.parts) from reason


def _refuse_foreign(where: Path) -> None:
    """Stop before a folder that holds something else."""
    known = {PARTS, LOCK, POINTS, *(draft.name for draft in drafts_of(where))}
    foreign = sorted({entry.name for entry in where.iterdir()} - known) + sorted(p.name for p in (where / PARTS).glob("*.parquet"))
    if foreign:
        raise InputError(
            f"the folder holds '{foreign[0]}', which is no part of a sweep", file=where, fix="Name a new or empty folder with --out."
        )


def _manifest(where: Path) -> dict[str, Any]:
    file = where / MANIFEST
    if not file.exists():
        raise InputError(
            "the folder is no sweep: it has no manifest.json", file=where, fix="Name the folder that a sweep was written to with --out."
        )
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(found, dict) and found.get("format") != FORMAT:
            raise InputError("the sweep is of another file format", file=file, value=found.get("format"), expected=str(FORMAT))
        _Told.model_validate(found)
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"the manifest cannot be read ({reason_of(error)})", file=file, fix="Sweep anew into another folder.") from error
    return dict(found)


class _Axis(BaseModel):
    """An axis of a design, as a manifest tells it."""

    model_config = ConfigDict(extra="forbid")

    name: str
    kind: Literal["lever", "environment", "parameter", "category"]
    low: float | None
    high: float | None
    unit: str
    values: list[Any] | None
    year: int | None
    prior: bool


class _Design(BaseModel):
    """A design without its points."""

    kind: str
    size: int
    seed: int
    second_order: bool
    axes: list[_Axis]
    draws: str
    fix: dict[str, float]
    luck: Literal["common", "independent"]


class _Size(BaseModel):
    """What a sweep keeps, in how many parts."""

    rows: Many
    points: Many
    per_point: Many
    chunk: Many
    parts: Many
    years: tuple[Year, Year]
    indicators: list[str] = Field(min_length=1)
    judged: list[str]

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.rows != self.points * self.per_point or self.parts != -(-self.rows // self.chunk) or self.years[0] > self.years[1]:
            raise ValueError("rows, points, parts or years do not agree")
        return self


class _Goal(BaseModel):
    """A target that a region had when it was swept."""

    region: str
    indicator: str
    year: Year
    sense: Literal[">=", "<="]
    value: Annotated[float, Field(allow_inf_nan=False)]
    unit: str


class _Told(BaseModel):
    """Entries of a manifest that something is computed from."""

    design: _Design
    design_digest: str
    size: _Size
    rules: str
    packs: dict[str, str]
    fits: dict[str, str | None]
    targets: list[_Goal]
    limits: list[Limit] | None = None
    version: str


# --- reading


def parts_in(where: Path) -> tuple[Path, ...]:
    """The parts of a sweep that are there, in order."""
    return tuple(sorted((where / PARTS).glob("part-*.parquet")))


@dataclass(frozen=True)
class Sweep:
    """A sweep as it stands on disk, finished or not."""

    where: Path
    manifest: Mapping[str, Any]
    points: pd.DataFrame = field(repr=False)

    @property
    def kind(self) -> str:
        """How the points were sampled: lhs, grid, sobol, morris, saltelli, table."""
        return str(self.manifest["design"]["kind"])

    @property
    def axes(self) -> list[dict[str, Any]]:
        """What was varied, in the order of the sample: name, kind, low, high, unit."""
        return list(self.manifest["design"]["axes"])

    @property
    def per_point(self) -> int:
        """Runs of every point."""
        return int(self.manifest["size"]["per_point"])

    @property
    def luck(self) -> str:
        """Whether replicate k of every point is one run (common), or no run stands twice (independent)."""
        return str(self.manifest["design"]["luck"])

    @property
    def limits(self) -> tuple[Limit, ...]:
        """What it cannot know, as was decided before it ran; a sweep from before that was kept says where it had no fit."""
        told = self.manifest.get("limits")
        if told is None:
            told = [{"region": name, "code": "prior_only"} for name, fit in self.manifest["fits"].items() if not fit]
        return tuple(Limit.model_validate(one) for one in told)

    @property
    def rows(self) -> int:
        """Runs in all."""
        return int(self.manifest["size"]["rows"])

    @property
    def years(self) -> tuple[int, ...]:
        """Years kept."""
        first, last = self.manifest["size"]["years"]
        return tuple(range(first, last + 1))

    @property
    def indicators(self) -> tuple[str, ...]:
        """Indicators kept."""
        return tuple(self.manifest["size"]["indicators"])

    @property
    def judged(self) -> tuple[str, ...]:
        """Indicators kept with the model's error, too."""
        return tuple(self.manifest["size"]["judged"])

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """The parts that are there, in order."""
        return parts_in(self.where)

    @property
    def parts(self) -> int:
        """Parts of the finished sweep."""
        return int(self.manifest["size"]["parts"])

    @property
    def complete(self) -> bool:
        """Whether every part is there."""
        return len(self.files) == self.parts

    @cached_property
    def done(self) -> int:
        """Runs that are there, failed ones included."""
        return sum(self.read(file, ("year",)).num_rows for file in self.files) // len(self.years)

    @cached_property
    def failed(self) -> int:
        """Runs that gave an error."""
        return sum(failures_in(file) or 0 for file in self.files)

    def read(self, file: Path, columns: Sequence[str], year: int | None = None) -> pa.Table:
        """Columns of a part, of all years or of one.

        Raises:
            InputError: the part is damaged, or not one of this sweep.
        """
        try:
            said = pq.read_schema(file)
            expected = {**KEYS, **dict.fromkeys(columns_of(self.indicators, self.judged), pa.float32())}
            wrong = [name for name in columns if said.names.count(name) != 1 or said.field(name).type != expected[name]]
            if wrong:
                raise Damaged(f"its column {wrong[0]} is missing or of another kind")
            table = parquet_table(file, columns)
            table = table if year is None else table.filter(pc.equal(table["year"], year))
            table = table.replace_schema_metadata(None)  # what another program may have written of its columns
            most = {"point": len(self.points) - 1, "replicate": self.per_point - 1, "year": self.years[-1], "run": None, "seed": None}
            for name in (name for name in columns if name in most and table.num_rows):
                low, high = pc.min_max(table.column(name)).as_py().values()
                least, last = self.years[0] if name == "year" else 0, most[name]
                if table.column(name).null_count or low < least or (last is not None and high > last):
                    raise Damaged(f"its column {name} holds what no run of this sweep has")
            return table
        except Exception as error:  # whatever a library meets in a damaged file
            raise InputError(
                f"the part cannot be read ({reason_of(error)})", file=file,
                fix="Delete it, then give the command of the sweep again: only this part is made anew.",
            ) from error  # fmt: skip

    def failures(self) -> pd.DataFrame:
        """The failed runs: point, replicate, seed, run, error."""
        bad = [file for file in self.files if failures_in(file)]
        keys = ["point", "replicate", "seed", "run", "error"]
        if not bad:
            return pd.DataFrame(columns=keys)
        rows = pd.concat([self.read(file, [*keys, "year"]).to_pandas() for file in bad])
        return rows[rows["error"].notna() & (rows["year"] == self.years[-1])][keys].reset_index(drop=True)

    def table(self, indicators: Sequence[str], year: int, judged: bool = False) -> pd.DataFrame:
        """One row a run, by point and replicate: point, replicate, seed, run, error and the indicators; a failed run has NaN.

        Args:
            judged: with the model's error where the sweep kept it, as targets are judged.

        Raises:
            InputError: the year or an indicator was not kept.
        """
        if year not in self.years:
            raise InputError(
                f"the sweep kept no values of {year}", file=self.where, value=year, expected=f"{self.years[0]} to {self.years[-1]}",
                fix="Ask for one of these, or sweep again with the year in [runs] years.",
            )  # fmt: skip
        self.check(indicators)
        columns = {(JUDGED + name if judged and name in self.judged else name): name for name in indicators}
        keys = [key for key in KEYS if key != "year"]
        tables = [self.read(file, [*keys, "year", *columns], year) for file in self.files]
        if not tables:
            return pd.DataFrame(columns=[*keys, *indicators])
        found = pa.concat_tables(tables).select([*keys, *columns]).to_pandas().rename(columns=columns)
        found["error"] = found["error"].astype(object).where(found["error"].notna(), None)
        return found

    def check(self, indicators: Sequence[str]) -> None:
        """Refuse an indicator that was not kept."""
        for name in indicators:
            if name not in self.indicators:
                raise InputError(f"the sweep kept no values of '{name}'", file=self.where, value=name, expected=", ".join(self.indicators))

    def inputs(self, names: Sequence[str] | None = None) -> pd.DataFrame:
        """What went into each run, in the order of ``table``: the values of the axes, and drawn parameters asked for by name.

        Parameters are not kept but found again from seed and run, as the run itself did.
        """
        runs = self.table((), self.years[-1])
        axes = [axis["name"] for axis in self.axes]
        found = self.points.set_index("point")[axes].loc[runs["point"]].reset_index(drop=True)
        if names:
            drawn = pd.DataFrame(self._drawn(runs, names))
            found = pd.concat([found, drawn[[name for name in names if name not in found.columns]]], axis=1)
        return found

    def _drawn(self, runs: pd.DataFrame, names: Sequence[str]) -> dict[str, npt.NDArray[np.float64]]:
        for name in names:
            if name not in DRAWN:
                raise InputError(f"no parameter is called '{name}'", value=name, fix=did_you_mean(name, DRAWN))
        design = design_of(self.manifest["design"], self.points)
        columns = [DRAWN.index(name) for name in names]
        out = np.empty((len(runs), len(names)))
        for point, rows in _stretches(runs["point"].to_numpy()):
            _, _, draws = prepared(design.setting(int(point)))
            seed = int(runs["seed"].iloc[rows.start])
            out[rows] = draws.of_runs(seed, runs["run"].to_numpy(np.int64)[rows])[0][:, columns]
        return {name: out[:, k] for k, name in enumerate(names)}

    def digest(self) -> str:
        """SHA-256 of all that was found: the same for the same design, however it was run."""
        seen = hashlib.sha256()
        for file in self.files:
            table = self.read(file, [*KEYS, *columns_of(self.indicators, self.judged)])
            for name in table.column_names:
                seen.update(name.encode())
                column = table.column(name)
                if name == "error":
                    seen.update("\n".join(str(one) for one in column.to_pylist()).encode())
                else:
                    seen.update(np.ascontiguousarray(column.to_numpy()).tobytes())
        return seen.hexdigest()


def opened(where: str | Path) -> Sweep:
    """A sweep on disk.

    Raises:
        InputError: the folder is not there, or no sweep's.
    """
    folder = Path(where)
    if not folder.is_dir():
        raise InputError("there is no such folder", file=folder, fix="Name the folder that a sweep was written to with --out.")
    manifest = _manifest(folder)
    try:
        points = parquet_table(folder / POINTS).to_pandas()
        same = design_of(manifest["design"], points).digest == manifest["design_digest"]
    except Exception as error:  # whatever a library meets in a damaged file
        why = reason_of(error)
        raise InputError(f"the points cannot be read ({why})", file=folder / POINTS, fix="Sweep anew into another folder.") from error
    if not same or len(points) != manifest["size"]["points"]:
        raise InputError(
            "design and points are not those that the sweep was made from", file=folder / POINTS, fix="Sweep anew into another folder.",
        )  # fmt: skip
    return Sweep(folder, manifest, points)


def _stretches(values: npt.NDArray[Any]) -> Iterator[tuple[Any, slice]]:
    """Consecutive equal values and the rows they stand in."""
    edges = np.flatnonzero(np.diff(values)) + 1
    for first, last in zip([0, *edges], [*edges, len(values)]):
        if last > first:
            yield values[first], slice(int(first), int(last))


__all__ = ["Folder", "Sweep", "Unwritten", "begun", "failures_in", "opened", "part_bytes"]
