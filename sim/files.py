"""How every file and folder is written: whole, or not at all, and to what stands at its place.

A link stays a link: the file that it names is replaced, and keeps its rights and, where this may be, its owner. What is no file (a
pipe, a terminal, `/dev/stdout`) is written into and stays what it is. A folder, a socket or a disk is refused.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from yidu.sim.errors import InputError

DRAFT = ".part"
"""How names of drafts end; a process that was killed leaves its own."""

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""What keeps a file from being written though its place is right: the disk is full or fails, a limit is reached."""

REFUSED = {stat.S_IFDIR: "is a folder, not a file", stat.S_IFSOCK: "is a socket, not a file", stat.S_IFBLK: "is a disk, not a file"}
"""Kinds of places that nothing is written to, as a sentence has them."""

MOST_LINKS = 40
RIGHTS = 0o777


class Unwritable(OSError):
    """A file could not be written: `errno` and `strerror` say why, `filename` which, as it was named."""


# --- places


def descriptor_of(path: Path) -> int | None:
    """The descriptor of this process that a path names, as /dev/stdout and /dev/fd/63 do; None where it names none."""
    descriptors = re.compile(rf"/dev/fd|/proc/{os.getpid()}(/task/[0-9]+)?/fd")
    for _ in range(MOST_LINKS):
        if path.name.isdecimal() and descriptors.fullmatch(os.path.realpath(path.parent)):
            return int(path.name)
        if not path.is_symlink():
            return None
        path = path.parent / os.readlink(path)
    return None


def is_stream(path: Path) -> bool:
    """Whether a path names what is written into and not replaced: a pipe, a terminal, a descriptor of this process.

    Raises:
        InputError: a folder, a socket or a disk stands there.
        OSError: what stands there cannot be seen, as where links lead in a circle.
    """
    if descriptor_of(path) is not None:
        return True
    try:
        kind = stat.S_IFMT(os.stat(path).st_mode)
    except FileNotFoundError:
        return False
    if kind in REFUSED:
        raise InputError(REFUSED[kind], file=path, fix="Name a file.")
    return kind != stat.S_IFREG


def target_of(path: Path) -> Path:
    """The file or folder that a path names, behind all links; it need not be there yet."""
    return Path(os.path.realpath(path))


def same_place(one: Path, other: Path) -> bool:
    """Whether two paths name one place."""
    try:
        return os.path.samefile(one, other)
    except OSError:  # one of them is not there yet
        return target_of(one) == target_of(other)


def tried(path: Path) -> None:
    """Try whether a place can be written to; nothing stays there, and who reads a pipe does not notice.

    Raises:
        InputError: a folder, a socket or a disk stands there.
        OSError: it cannot.
    """
    descriptor = descriptor_of(path)
    if descriptor is not None:
        open_to_write = _opened(descriptor) != os.O_RDONLY
    elif is_stream(path):
        open_to_write = os.access(path, os.W_OK)
    else:
        target = target_of(path)
        draft = draft_of(target)
        _fresh(draft)
        draft.unlink()
        open_to_write = not target.exists() or os.access(target, os.W_OK)
    if not open_to_write:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def _opened(descriptor: int) -> int:
    """How a descriptor of this process is open: O_RDONLY, O_WRONLY or O_RDWR."""
    import fcntl  # not on Windows, where no path names a descriptor

    return fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE


# --- drafts


def draft_of(path: Path) -> Path:
    """The draft of a file, beside it, so that putting it in its place is one step; each thread of each process has its own."""
    return path.with_name(f".{path.name}.{os.getpid()}.{threading.get_native_id()}{DRAFT}")


def drafts_of(folder: Path) -> list[Path]:
    """Drafts that stand in a folder, in order of name."""
    return sorted(folder.glob(f"*{DRAFT}"))


@contextlib.contextmanager
def drafted(path: Path) -> Iterator[Path]:
    """A draft of a file, which takes its place once it is complete and goes where it is not: no reader meets half of it.

    What is no file gets the whole at the end, from a draft in the temporary folder; a named pipe is waited for until somebody reads.

    Raises:
        InputError: a folder, a socket or a disk stands there.
        Unwritable: it cannot be written, as where the disk is full.
    """
    target, draft, blamed = target_of(path), None, path
    with contextlib.ExitStack() as left:
        try:
            if stream := is_stream(path):
                folder = Path(left.enter_context(tempfile.TemporaryDirectory(prefix="yidu-", ignore_cleanup_errors=True)))
                blamed = draft = folder / f"draft{path.suffix}"
            else:
                draft = draft_of(target)
                left.callback(_gone, draft)
                _fresh(draft, target)
            yield draft
            blamed = path
            if stream:
                _pour(draft, path)
            else:
                _put(draft, target)
        except OSError as reason:
            if isinstance(reason, Unwritable) or reason.filename not in (None, draft, str(draft)):
                raise  # of another file, which it names
            raise Unwritable(reason.errno, reason.strerror or str(reason), str(blamed)) from reason


def _fresh(draft: Path, target: Path | None = None) -> None:
    """An empty draft of this process alone; who may not read the file whose place it is to take may not read it either."""
    _gone(draft)  # a process that was killed may have had the same number
    rights = RIGHTS & ~0o111
    if target is not None and target.exists():
        rights = stat.S_IMODE(target.stat().st_mode) & RIGHTS | stat.S_IWUSR
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, rights))


def _gone(draft: Path) -> None:
    with contextlib.suppress(OSError):
        draft.unlink(missing_ok=True)


def _put(draft: Path, target: Path) -> None:
    """Put a draft in its place, with the owner and rights of the file that stood there."""
    if target.exists():
        old = target.stat()
        for owner in (old.st_uid, -1) if hasattr(os, "chown") else ():
            with contextlib.suppress(OSError):
                os.chown(draft, owner, old.st_gid)
                break
        draft.chmod(stat.S_IMODE(old.st_mode) & RIGHTS)
    try:
        os.replace(draft, target)
    except OSError as reason:
        if reason.errno != errno.EBUSY:
            raise
        shutil.copyfile(draft, target)  # a file that is mounted by itself, as into a container


def _pour(draft: Path, path: Path) -> None:
    """Write what is in a draft into what is no file."""
    number = descriptor_of(path)
    for stream in (sys.stdout, sys.stderr):
        if number in (1, 2) and stream is not None:
            stream.flush()
    out = os.open(path, os.O_WRONLY | getattr(os, "O_NOCTTY", 0)) if number is None else os.dup(number)
    with os.fdopen(out, "wb") as opened, draft.open("rb") as whole:
        shutil.copyfileobj(whole, opened)


@contextlib.contextmanager
def drafted_folder(goal: Path, called: str) -> Iterator[Path]:
    """A folder beside its place, which is not there or empty: it is moved there once it is complete, and goes where it is not.

    Raises:
        InputError: no folder can be made there; `called` is its name as it was typed.
        Unwritable: the disk is full.
    """
    place = target_of(goal)
    home = None
    try:
        home = Path(tempfile.mkdtemp(prefix=f".{place.name}-", suffix=DRAFT, dir=place.parent))
        draft = home / (place.name or "folder")
        draft.mkdir()  # with the rights that any new folder gets
        yield draft
        if place.exists():
            draft.chmod(stat.S_IMODE(place.stat().st_mode))
            place.rmdir()
        os.replace(draft, place)
    except OSError as reason:
        if reason.errno in FULL:
            raise Unwritable(reason.errno, reason.strerror, called) from reason
        raise InputError(f"cannot be made ({reason.strerror or reason})", file=called) from None
    finally:
        if home is not None:
            shutil.rmtree(home, ignore_errors=True)


def write_whole(file: Path, content: str | bytes, encoding: str = "utf-8") -> None:
    """Write a file so that a reader sees the old one or the new one, never half of it.

    Raises:
        InputError, Unwritable: as for `drafted`.
    """
    write_together({file: content}, encoding)


def write_together(contents: Mapping[Path, str | bytes], encoding: str = "utf-8") -> None:
    """Write files of which none is put in its place before the last is whole.

    Raises:
        InputError, Unwritable: as for `drafted`; all of them are as they were, unless one cannot be put in its place.
    """
    with contextlib.ExitStack() as places:
        for file, content in contents.items():
            draft = places.enter_context(drafted(file))
            draft.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
