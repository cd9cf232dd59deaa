"""How the columns of a table lie in memory: rows of whole cache lines, the narrow columns of a row in the first."""

from collections.abc import Collection
from typing import Any

import numpy as np

LINE = 64  # bytes that a processor fetches at once


def in_lines(columns: list[tuple[str, str]], rare: Collection[str] = ()) -> np.dtype:
    """A record of these columns, named in this order, of whole lines: the narrow ones (dates, statuses, rows of others) come
    first, so that whoever goes through a table for those fetches one line a row; but for the ``rare`` ones, which few rows need,
    and which come last.
    """
    offsets, at = {}, 0
    for place in range(3):
        for name, form in sorted(columns, key=lambda column: -np.dtype(column[1]).itemsize):
            size = np.dtype(form).itemsize
            if place == (2 if name in rare else int(size == 8)):
                at = -(-at // size) * size
                offsets[name], at = at, at + size
    names, formats = zip(*columns, strict=True)
    described: Any = {
        "names": names, "formats": formats, "offsets": [offsets[name] for name in names], "itemsize": -(-at // LINE) * LINE,
    }  # fmt: skip
    return np.dtype(described, align=True)


def on_lines(dtype: np.dtype, rows: int) -> np.ndarray:
    """A table of zeros whose first row begins a line."""
    room = np.zeros(rows * dtype.itemsize + LINE, np.uint8)
    skipped = -room.ctypes.data % LINE
    return room[skipped : skipped + rows * dtype.itemsize].view(dtype)
