"""How every file and folder is written: whole, or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from sim.errors import InputError

DRAFT = ".part"
"""How names of drafts end; a process that was killed leaves its own."""

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""What keeps a file from being written though its place is right: the disk is full or fails, a limit is reached."""


def draft_of(path: Path) -> Path:
    """The draft of a file, beside it, so that putting it in its place is one step; each thread of each process has its own."""
    return path.with_name(f".{path.name}.{os.getpid()}.{threading.get_native_id()}{DRAFT}")


def drafts_of(folder: Path) -> list[Path]:
    """Drafts that stand in a folder, in order of name."""
    return sorted(folder.glob(f"*{DRAFT}"))


def tried(path: Path) -> None:
    """Try whether a file can be put into a folder; nothing stays there.

    Raises:
        OSError: it cannot.
    """
    draft = draft_of(path)
    draft.touch()
    draft.unlink()


@contextlib.contextmanager
def drafted(path: Path) -> Iterator[Path]:
    """A draft beside a file, which takes its place once it is complete and goes where it is not: no reader meets half of it.

    Raises:
        OSError: it cannot be written, as where the disk is full; `filename` says which file.
    """
    draft = draft_of(path)
    try:
        yield draft
        os.replace(draft, path)
    except OSError as reason:
        if reason.filename not in (None, draft, str(draft)):
            raise  # of another file, which it names
        raise OSError(reason.errno, reason.strerror or str(reason), str(path)) from reason
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


@contextlib.contextmanager
def drafted_folder(goal: Path, called: str) -> Iterator[Path]:
    """A folder beside its place, which is not there or empty: it is moved there once it is complete, and goes where it is not.

    Raises:
        InputError: no folder can be made there; `called` is its name as it was typed.
        OSError: the disk is full; `filename` says the folder.
    """
    draft = None
    try:
        draft = Path(tempfile.mkdtemp(prefix=f".{goal.name}-", suffix=DRAFT, dir=goal.parent))
        yield draft
        draft.chmod(0o755)
        if goal.exists():
            goal.rmdir()
        os.replace(draft, goal)
    except OSError as reason:
        if reason.errno in FULL:
            raise OSError(reason.errno, reason.strerror, called) from reason
        raise InputError(f"cannot be made ({reason.strerror or reason})", file=called) from None
    finally:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)


def write_whole(file: Path, content: str | bytes, encoding: str = "utf-8") -> None:
    """Write a file so that a reader sees the old one or the new one, never half of it.

    Raises:
        OSError: as for `drafted`.
    """
    write_together({file: content}, encoding)


def write_together(contents: Mapping[Path, str | bytes], encoding: str = "utf-8") -> None:
    """Write files of which none is put in its place before the last is whole.

    Raises:
        OSError: as for `drafted`; all of them are as they were, unless one cannot be put in its place.
    """
    with contextlib.ExitStack() as places:
        for file, content in contents.items():
            draft = places.enter_context(drafted(file))
            draft.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
