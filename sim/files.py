"""How every file is written: whole, or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

DRAFT = ".part"
"""How names of drafts end; a process that was killed leaves its own."""


def drafts_of(folder: Path) -> list[Path]:
    """Drafts that stand in a folder, in order of name."""
    return sorted(folder.glob(f"*{DRAFT}"))


@contextlib.contextmanager
def drafted(path: Path, draft: Path | None = None) -> Iterator[Path]:
    """A draft beside a file, which takes its place once it is complete and goes where it is not: no reader meets half of it.

    Raises:
        OSError: it cannot be written, as where the disk is full; `filename` says which file.
    """
    draft = draft or path.with_name(f".{path.name}.{os.getpid()}{DRAFT}")
    try:
        yield draft
        os.replace(draft, path)
    except OSError as reason:
        raise OSError(reason.errno, reason.strerror or str(reason), str(path)) from reason
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def write_whole(file: Path, content: str | bytes, encoding: str = "utf-8") -> None:
    """Write a file so that a reader sees the old one or the new one, never half of it.

    Raises:
        OSError: as for `drafted`.
    """
    with drafted(file) as draft:
        draft.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
