"""A table of points on disk: CSV or Parquet, cells as they stand, and the row of the file that each of them is."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from yidu.calibration.manifest import parquet_table, reason_of
from yidu.sim.errors import InputError
from yidu.sim.reading import NUMBER, Layout, check_one_way, digits_of, laid_out, read_text, shown, source_of, unnamed_column

ENDINGS = (".csv", ".parquet")
LARGEST_TABLE = 2 << 30
"""Bytes of a CSV file of points."""

LONGER = re.compile(r"Expected (\d+) fields in line (\d+), saw (\d+)")
"""What pandas says of a row with more cells than the header has."""

FIX = "Give every row as many cells as the header has."


def table_of(file: Path, known: Callable[[str], bool]) -> tuple[pd.DataFrame, int]:
    """The cells of a table [point, column], and the row of the file that its first point stands in, counted from 1.

    A line left blank amid a CSV file is a row without values, so that rows stay those that an editor shows. `known`: whether a column
    may have that name.

    Raises:
        InputError: no table of points can be read from the file.
    """
    layout = None
    try:
        if file.suffix == ".csv":
            found, layout = _csv(file, known)
        else:
            found = parquet_table(file).to_pandas().reset_index(drop=True)
    except InputError:
        raise
    except Exception as error:  # whatever a library meets in a damaged file
        raise InputError(f"the table of points cannot be read ({reason_of(error)})", file=shown(file)) from error
    found.columns = [str(name).strip() for name in found.columns]
    twice = found.columns[found.columns.duplicated()]
    if len(twice):
        raise InputError(f"two columns are called '{twice[0]}'", file=shown(file), row=1 if layout is None else layout.line, value=twice[0])
    if not len(found):
        raise InputError("the table of points has no row", file=shown(file))
    return found, 1 if layout is None else layout.first


def _csv(file: Path, known: Callable[[str], bool]) -> tuple[pd.DataFrame, Layout | None]:
    """A CSV file, laid out as `yidu.sim.reading.laid_out` has it; a row longer than the header is an error."""
    called = shown(file)
    text = read_text(source_of(file, LARGEST_TABLE), LARGEST_TABLE, table=True).rstrip()
    layout = laid_out(text, called, known)
    if layout is None:
        return pd.DataFrame(), None
    names, mark = layout.names, layout.delimiter
    numbered = mark.join(map(str, range(len(names)))) + "\n"  # the library would make two columns of one name into others
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            found = pd.read_csv(
                io.StringIO(numbered + text[layout.begin :]), sep=mark, index_col=False, skip_blank_lines=False, skipinitialspace=True,
                low_memory=False,
            )  # fmt: skip
    except Exception as error:  # whatever the library meets in a damaged table
        if longer := LONGER.search(str(error)):
            fewer, row, many = longer.groups()
            raise InputError(f"has {many} cells", file=called, row=int(row) + layout.first - 2, expected=fewer, fix=FIX) from error
        raise InputError(f"the table of points cannot be read ({reason_of(error)})", file=called, fix=FIX) from error
    for k, name in enumerate(names):
        cells = found.iloc[:, k]
        if not name and cells.notna().any():
            row = int(cells.notna().argmax())
            raise unnamed_column(str(cells.iat[row]), called, row + layout.first)
    found = pd.DataFrame({k: _as_numbers(found.iloc[:, k], name, layout, called) for k, name in enumerate(names) if name})
    found.columns = [name for name in names if name]
    return found, layout


def _as_numbers(cells: pd.Series, name: str, layout: Layout, file: str) -> pd.Series:
    """A column of numbers that are written as office programs and Chinese keyboards write them; any other as it is."""
    if cells.dtype.kind in "iufb":
        return cells
    for row, one in enumerate(cells):
        if isinstance(one, str):
            check_one_way(one, name, layout.delimiter, file, row + layout.first)
    plain = cells.map(lambda one: digits_of(one) if isinstance(one, str) else one)
    numbers = all(NUMBER.fullmatch(one) for one in plain if isinstance(one, str))
    return pd.to_numeric(plain) if numbers else cells
