"""A table of points on disk: CSV or Parquet, cells as they stand, and the row of the file that each of them is."""

from __future__ import annotations

import csv
import io
import re
import warnings
from pathlib import Path

import pandas as pd

from calibration.manifest import reason_of
from sim.errors import InputError
from sim.reading import read_text, shown

ENDINGS = (".csv", ".parquet")
LONGER = re.compile(r"Expected (\d+) fields in line (\d+), saw (\d+)")
"""What pandas says of a row with more cells than the header has."""

FIX = "Give every row as many cells as the header has."


def table_of(file: Path) -> tuple[pd.DataFrame, int]:
    """The cells of a table [point, column], and the row of the file that its first point stands in, counted from 1.

    A line left blank amid a CSV file is a row without values, so that rows stay those that an editor shows.

    Raises:
        InputError: no table of points can be read from the file.
    """
    try:
        found = _csv(file) if file.suffix == ".csv" else pd.read_parquet(file).reset_index(drop=True)
    except InputError:
        raise
    except Exception as error:  # whatever a library meets in a damaged file
        if longer := LONGER.search(str(error)):
            fewer, row, many = longer.groups()
            raise InputError(f"has {many} cells", file=shown(file), row=int(row), expected=fewer, fix=FIX) from error
        fix = FIX if file.suffix == ".csv" else None
        raise InputError(f"the table of points cannot be read ({reason_of(error)})", file=shown(file), fix=fix) from error
    found.columns = [str(name).strip() for name in found.columns]
    twice = found.columns[found.columns.duplicated()]
    if len(twice):
        raise InputError(f"two columns are called '{twice[0]}'", file=shown(file), row=1, value=twice[0])
    if found.empty:
        raise InputError("the table of points has no row", file=shown(file))
    return found, 2 if file.suffix == ".csv" else 1


def _csv(file: Path) -> pd.DataFrame:
    """A CSV file in UTF-8; a row longer than the header is an error."""
    try:
        text = file.read_bytes().decode("utf-8-sig").rstrip()
    except UnicodeDecodeError:
        text = read_text(file).rstrip()
    if not text:
        return pd.DataFrame()
    header = next(csv.reader(io.StringIO(text)))
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        found = pd.read_csv(io.StringIO(text), index_col=False, skip_blank_lines=False, skipinitialspace=True, low_memory=False)
    found.columns = header
    return found
