"""A file that is whole or not there: it is written beside its place and moved there in one step."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def placed(file: Path) -> Iterator[Path]:
    """Where to write what becomes ``file`` when the block ends well; otherwise the file stays as it was."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        yield draft
        os.replace(draft, file)
    finally:
        draft.unlink(missing_ok=True)
