"""What a fit was made with, so that it can be made again and is refused where it does not belong."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, Field, ValidationError

from yidu.agents.compiled import SOURCE_DIGEST
from yidu.sim.draws import DRAWN, Draws, PriorDraws, Readings, TableDraws, beliefs
from yidu.sim.errors import InputError
from yidu.sim.files import drafted, write_whole
from yidu.sim.levers import LEVERS
from yidu.sim.reading import shown
from yidu.sim.region import REGIONS, Region
from yidu.sim.version import product_version

FITTED_FILES = ("region.toml", "facts.csv", "levers.toml", "environment.toml", "priors.csv")
LIBRARIES = ("numpy", "scipy", "numba", "scikit-learn", "pandas")
FORMAT = 2  # of the folder ``posterior/``: a fit of another format is refused
DRAWS, MANIFEST, DIAGNOSTICS = "draws.parquet", "manifest.json", "diagnostics.json"


class _Size(BaseModel):
    """Error of the model after the record, as a manifest tells it."""

    sd_at_five_years: Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
    shared: Annotated[float, Field(ge=0.0, le=1.0)]


class _Told(BaseModel):
    """Entries of a manifest that something is computed from."""

    after: _Size | None = None
    threshold: Annotated[float, Field(allow_inf_nan=False)] = 0.0
    effective: Annotated[float, Field(ge=0.0, allow_inf_nan=False)] | None = None


class Damaged(ValueError):
    """What is wrong with a file that a program has written, in the words of a sentence."""


def reason_of(error: BaseException) -> str:
    """Why a file that a program has written cannot be read, for who cannot mend it; the library's own words are in its traceback."""
    if isinstance(error, Damaged):
        return str(error)
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        return f"the entry '{where}' is missing or wrong" if where else "it is no JSON of this kind"
    if isinstance(error, json.JSONDecodeError):
        return f"it is no JSON from line {error.lineno} on"
    if isinstance(error, UnicodeDecodeError):
        return "it is no text in UTF-8"
    if isinstance(error, OSError) and error.errno is not None:
        return error.strerror or "it is damaged"
    return "it is damaged"


def pack_digest(region: Region) -> str:
    """SHA-256 of the pack's files that a fit depends on, as they were read; scenarios and targets do not count."""
    seen = hashlib.sha256()
    for name in FITTED_FILES:
        seen.update(name.encode() + region.files.contents[name])
    return seen.hexdigest()


def provenance(region: Region) -> dict[str, Any]:
    """What a fit made here and now belongs to."""
    return {
        "format": FORMAT, "region": region.name, "version": product_version(), "rules": SOURCE_DIGEST, "pack": pack_digest(region),
        "versions": {name: importlib.metadata.version(name) for name in LIBRARIES},
    }  # fmt: skip


def save_draws(folder: Path, parameters: Any, readings: Readings) -> str:
    """Write ``draws.parquet``; returns the SHA-256 of what is in it (not of the file, whose form is the library's)."""
    import pandas as pd  # to write alone; every command reads

    table = pd.DataFrame(parameters, columns=list(DRAWN))
    for name, column in readings.items():
        table[f"reading:{name}"] = column
    with drafted(folder / DRAWS) as draft:
        table.to_parquet(draft, compression="zstd", index=False)
    return content_digest({name: table[name].to_numpy(float) for name in table.columns})


def content_digest(columns: Mapping[str, npt.NDArray[np.float64]]) -> str:
    """SHA-256 of a table of draws: names and numbers."""
    seen = hashlib.sha256(",".join(columns).encode())
    for column in columns.values():
        seen.update(np.ascontiguousarray(column, dtype="<f8").tobytes())
    return seen.hexdigest()


def save_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write ``manifest.json``, last of all: without it there is no fit."""
    write_whole(folder / MANIFEST, (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode())


def remake(region: Region) -> str:
    """The command that makes the fit of a region again."""
    named = region.name if region.folder == REGIONS / region.name else shlex.quote(shown(region.folder))
    return f"run 'yidu calibrate --region {named}'"


def without(region: Region) -> str:
    """What to do to be answered without a fit, by the priors alone."""
    return f"move {shown(region.folder / 'posterior')} away to be answered by the priors alone, uncalibrated"


def manifest_of(region: Region, folder: Path | None = None) -> dict[str, Any] | None:
    """The manifest of a region's fit, or None where there is none.

    Raises:
        InputError: it cannot be read, or was made with other rules, another pack, version or format; the sentence names the
            command that remakes it.
    """
    path = (folder or region.folder / "posterior") / MANIFEST
    if not path.exists():
        return None
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(manifest, dict) or manifest.get("format") == FORMAT:  # another format is told below
            _Told.model_validate(manifest)
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"the fit of {region.name} cannot be read ({reason_of(error)})", file=path, fix=remake(region)) from error
    now = {"rules": SOURCE_DIGEST, "pack": pack_digest(region), "version": product_version(), "format": FORMAT}
    called = {"rules": "rules", "pack": "region pack", "version": "product", "format": "file format"}
    for part in ("format", "version", "rules", "pack"):
        if manifest.get(part) != now[part]:
            raise InputError(
                f"the fit of {region.name} was made with another version of the {called[part]}",
                file="posterior/manifest.json",
                value=str(manifest.get(part))[:12],
                expected=str(now[part])[:12],
                fix=f"{remake(region)}, or {without(region)}",
            )
    return manifest


def refusal(region: Region) -> InputError | None:
    """Why the fit of a region cannot be used; None where it can, or there is none."""
    from yidu.calibration.findings import read  # it needs this module

    diagnostics = region.folder / "posterior" / DIAGNOSTICS
    try:
        if draws_in(region, region.folder / "posterior") is not None and diagnostics.is_file():
            read(diagnostics)
    except InputError as error:
        return error
    return None


def posterior(region: Region) -> Draws:
    """The draws to run on: the pack's own fit, or the prior where the pack has none.

    Raises:
        InputError: the fit does not belong to these rules and this pack, or is not whole.
    """
    return draws_in(region, region.folder / "posterior") or PriorDraws(region)


def draws_in(region: Region, folder: Path) -> TableDraws | None:
    """The draws in a folder of a fit, None where there are none; errors as for ``posterior``."""
    fit = fit_in(region, folder)
    return None if fit is None else fit.draws


def certain_levels(region: Region) -> tuple[str, ...]:
    """Levels of the record that the pack is certain of: 1 in every draw, so a fit made before the model had such a lever lacks nothing."""
    return tuple(f"level:{id}" for id in LEVERS if id not in region.lever_uncertainty)


def parquet_table(file: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """A Parquet file's table, or some of its columns.

    Read as one file: the reader of data sets behind `pyarrow.parquet.read_table` and `pandas.read_parquet` waits for ever on some
    damaged files (pyarrow 26), and loads pandas.

    Raises:
        OSError, pyarrow.ArrowException: the file is missing or damaged.
    """
    with pq.ParquetFile(file) as one:
        return one.read(columns=None if columns is None else list(columns))


class Fit(NamedTuple):
    """A fit whose draws are those that its manifest was written for."""

    manifest: dict[str, Any]
    draws: TableDraws


def fit_in(region: Region, folder: Path) -> Fit | None:
    """The fit in a folder, manifest and draws read once, None where there is none; errors as for ``posterior``."""
    manifest = manifest_of(region, folder)
    if manifest is None:
        return None
    try:
        table = parquet_table(folder / DRAWS)
        certain = certain_levels(region)
        missing = [name for name in DRAWN if name not in table.column_names and name not in certain]
        if missing or table.num_rows == 0:
            lacking = f"the column {missing[0]}" if missing else "draws"
            raise InputError(f"the fit of {region.name} lacks {lacking}", file="posterior/draws.parquet", fix=remake(region))
        columns = {name: np.from_dlpack(table.column(name).combine_chunks()).astype(float) for name in table.column_names}
        digest = content_digest(columns)
    except InputError:
        raise
    except Exception as error:  # whatever a library meets in a damaged file
        why = reason_of(error)
        raise InputError(f"the fit of {region.name} cannot be read ({why})", file="posterior/draws.parquet", fix=remake(region)) from error
    if manifest.get("draws") != digest:
        raise InputError(
            f"the draws of {region.name} are not those its manifest was written for", file="posterior/draws.parquet", fix=remake(region)
        )
    readings = {name.removeprefix("reading:"): one.astype(np.int8) for name, one in columns.items() if name.startswith("reading:")}
    columns = {**{name: np.ones(table.num_rows) for name in certain}, **columns}
    return Fit(manifest, TableDraws(np.array([columns[name] for name in DRAWN]).T, readings))


def units_of_drawn(region: Region) -> dict[str, str]:
    """Unit of everything drawn, by name."""
    return {belief.parameter: belief.unit for belief in beliefs(region)}
