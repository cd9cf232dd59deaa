"""A sweep as other tools read it: one CSV, or NetCDF for xarray with an axis each for points, replicates and years.

Written part by part, or variable by variable, so memory stays flat however many runs there are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from yidu.experiments.sweep.store import JUDGED, KEYS, columns_of
from yidu.sim.errors import InputError
from yidu.sim.files import drafted

if TYPE_CHECKING:
    from yidu.experiments.sweep.store import Sweep

ENDINGS = (".csv", ".nc")


def export(sweep: Sweep, to: Path, indicators: Sequence[str] | None = None, progress: Callable[[int], object] | None = None) -> None:
    """Write a sweep to a file, whole or not at all; the ending says as what. Missing runs are left out (CSV) or NaN (NetCDF).

    Args:
        indicators: which to write, all by default.
        progress: called once for every part (CSV) or indicator (NetCDF).

    Raises:
        InputError: another ending, or an indicator that the sweep did not keep.
    """
    if to.suffix not in ENDINGS:
        raise InputError("a sweep is exported to .csv or .nc", file=to, value=to.suffix or "no ending", expected="FILE.csv or FILE.nc")
    if not sweep.files:
        raise InputError("the sweep holds no run yet", file=sweep.where, fix="Run it first: yidu sweep DESIGN.toml --out DIR.")
    names = list(indicators or sweep.indicators)
    sweep.check(names)
    with drafted(to) as draft:
        (_csv if to.suffix == ".csv" else _netcdf)(sweep, draft, names, progress or (lambda more: None))


def _csv(sweep: Sweep, to: Path, names: Sequence[str], progress: Callable[[int], object]) -> None:
    points = pa.Table.from_pandas(sweep.points, preserve_index=False)
    inputs = [name for name in points.column_names if name not in ("point", "seed")]
    columns = [*KEYS, *columns_of(names, sweep.judged)]
    writer = None
    with to.open("wb") as out:
        out.write(b"\xef\xbb\xbf")  # so that Excel reads the Chinese
        for file in sweep.files:
            part = sweep.read(file, columns)
            rows = points.take(pa.array(part.column("point").to_numpy()))
            for name in reversed(inputs):
                part = part.add_column(1, name, rows.column(name))
            writer = writer or pacsv.CSVWriter(out, part.schema)
            writer.write_table(part)
            progress(1)
        if writer is not None:
            writer.close()


def _netcdf(sweep: Sweep, to: Path, names: Sequence[str], progress: Callable[[int], object]) -> None:
    import xarray as xr

    shape = len(sweep.points), sweep.per_point, len(sweep.years)
    axes = [name for name in sweep.points.columns if name != "point"]
    coordinates: dict[str, object] = {
        "point": np.arange(shape[0]),
        "replicate": np.arange(shape[1]),
        "year": np.array(sweep.years, np.int16),
    }
    for name in axes:
        values_of = sweep.points[name].to_numpy()
        coordinates[name] = ("point", values_of.astype(str).astype(object) if values_of.dtype == object else values_of)
    said = {key: json.dumps(sweep.manifest[key], ensure_ascii=False) for key in ("design", "rules", "packs", "fits", "version")}
    said["title"] = f"Yidu sweep {sweep.where.name}, before the model's error; judged: with it"
    xr.Dataset(coords=coordinates, attrs=said).to_netcdf(to, engine="h5netcdf")
    packed = {"zlib": True, "complevel": 4, "shuffle": True}
    for column in columns_of(names, sweep.judged):
        values = np.full(shape, np.nan, np.float32)
        for file in sweep.files:
            part = sweep.read(file, ["point", "replicate", "year", column])
            at = [part.column(key).to_numpy() for key in ("point", "replicate", "year")]
            values[at[0], at[1], at[2] - sweep.years[0]] = part.column(column).to_numpy()
        array = xr.DataArray(values, dims=("point", "replicate", "year"), name=column)
        array.to_dataset().to_netcdf(to, mode="a", engine="h5netcdf", encoding={column: packed})
        if not column.startswith(JUDGED):
            progress(1)
