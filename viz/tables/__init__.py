"""Answers as CSV, a file for each question; here what they share."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence


def csv_text(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> str:
    """Rows as CSV under the columns of all of them, in the order they come up, or under `columns` where there is none.

    A list of codes stands in its cell with semicolons between them.
    """
    text = io.StringIO(newline="")
    heads = dict.fromkeys(column for row in rows for column in row) or columns
    writer = csv.DictWriter(text, list(heads), restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: ";".join(map(str, one)) if isinstance(one, list) else one for key, one in row.items()} for row in rows)
    return text.getvalue()
