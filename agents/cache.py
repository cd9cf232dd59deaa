"""Where compiled code is kept, and why there.

Numba unpickles what it finds in its cache and `yidu.sim.ensemble` runs a file from it, so whoever can write there runs code as us: a folder
is used only where nobody else can put anything into it, or another in its place. This can change no result, so the file is not among
the compiled sources.
"""

from __future__ import annotations

import atexit
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

VARIABLE, XDG = "YIDU_CACHE", "XDG_CACHE_HOME"
PRIVATE = 0o700
LINKS = 40
"""Links that a path may lead through, as on Linux."""
HAS_OWNERS = hasattr(os, "geteuid")
"""Whether folders have an owner and modes; on Windows a user's folders are that user's by other means."""


class Unusable(Exception):
    """A folder that is not used, and why: link, no_folder, owner, writable, unwritable or homeless."""

    def __init__(self, why: str, path: Path | str = "") -> None:
        super().__init__(why, path)
        self.why, self.path = why, path


@dataclass(frozen=True)
class Cache:
    """The folder in use, what named it (variable, xdg, home, temporary or fresh), and the folders passed over before it."""

    folder: Path
    named_by: str
    passed_over: tuple[Unusable, ...] = ()


def find(name: str) -> Cache:
    """A folder called ``name`` in which only this user can write, made where it is missing.

    In the folder that ``YIDU_CACHE`` names, else ``XDG_CACHE_HOME``, else the user's own cache; where that will not do, in the temporary
    folder; where that will not do either, in a fresh one, which the processes started from here share and which goes with this process.
    """
    passed_over = list[Unusable]()
    for named_by in (_wanted(), "temporary"):
        try:
            return Cache(_private(_base(named_by), name, "numba").parent, named_by, tuple(passed_over))
        except Unusable as unusable:
            passed_over.append(unusable)
        except OSError as error:
            passed_over.append(Unusable("unwritable", error.filename or "."))
    fresh = tempfile.mkdtemp(prefix="yidu-")
    atexit.register(_remove, fresh, os.getpid())
    os.environ[VARIABLE] = fresh
    folder = Path(fresh) / "yidu" / name
    folder.mkdir(parents=True)
    return Cache(folder, "fresh", tuple(passed_over))


def _remove(folder: str, process: int) -> None:
    if os.getpid() == process:  # not a fork of it
        shutil.rmtree(folder, ignore_errors=True)


def _wanted() -> str:
    return "variable" if os.environ.get(VARIABLE) else "xdg" if os.environ.get(XDG) else "home"


def _base(named_by: str) -> Path:
    """The folder of ours that is meant, absolute."""
    if named_by == "temporary":
        return Path(tempfile.gettempdir()).absolute() / f"yidu-{os.geteuid() if HAS_OWNERS else 'user'}"
    if named_by == "home":
        try:
            return Path.home().absolute() / ".cache" / "yidu"
        except RuntimeError:  # HOME is not set, and the list of users does not know this one
            raise Unusable("homeless") from None
    return Path(os.environ[VARIABLE if named_by == "variable" else XDG]).absolute() / "yidu"


def _private(base: Path, *below: str) -> Path:
    """The last of ``base`` and the folders ``below`` it, all of which are made where missing, ours and nobody else's to write in.

    Raises:
        Unusable: one of them is not.
        OSError: one cannot be made.
    """
    here = _reached(base.parent)
    for name in (base.name, *below):
        here = here / name
        mode, owner = _made(here)
        if stat.S_ISLNK(mode) or here.is_junction():
            raise Unusable("link", here)
        if not stat.S_ISDIR(mode):
            raise Unusable("no_folder", here)
        if HAS_OWNERS:
            if owner != os.geteuid():
                raise Unusable("owner", here)
            if mode & (stat.S_IWGRP | stat.S_IWOTH):
                raise Unusable("writable", here)
            if stat.S_IMODE(mode) != PRIVATE:
                here.chmod(PRIVATE)  # what is made in it may be laxer than it should
        if not os.access(here, os.W_OK):
            raise Unusable("unwritable", here)
    return here


def _reached(path: Path) -> Path:
    """A folder by its real path, made where missing, after a look at every folder and link on the way.

    As with the keys of SSH, each has to be root's or ours, and others may write in none of them, but where its sticky bit keeps them
    from replacing what is not theirs (the temporary folder), or where a folder of ours above keeps them from coming there at all.
    """
    if not HAS_OWNERS:
        path.mkdir(parents=True, exist_ok=True)
        return path
    trusted = {os.geteuid(), os.lstat(path.anchor).st_uid}
    here, left, links, hidden = Path(path.anchor), list(path.parts[1:]), 0, False
    while left:
        name = left.pop(0)
        if name == "..":
            here, hidden = here.parent, False
            continue
        here = here / name
        mode, owner = _made(here)
        if owner not in trusted:
            raise Unusable("owner", here)
        if stat.S_ISLNK(mode):
            links += 1
            if links > LINKS:
                raise Unusable("link", here)
            target = Path(os.readlink(here))
            left = [*(target.parts[1:] if target.is_absolute() else target.parts), *left]
            here, hidden = (Path(target.anchor), False) if target.is_absolute() else (here.parent, hidden)
            continue
        if not stat.S_ISDIR(mode):
            raise Unusable("no_folder", here)
        if _others_write(here, mode) and not (mode & stat.S_ISVTX or hidden):
            raise Unusable("writable", here)
        hidden = hidden or (owner == os.geteuid() and not mode & (stat.S_IXGRP | stat.S_IXOTH))
    return here


def _made(folder: Path) -> tuple[int, int]:
    """Mode and owner of what stands at a place: a new folder, where nothing did."""
    try:
        folder.mkdir(PRIVATE)
    except OSError:
        if not os.path.lexists(folder):
            raise
    found = os.lstat(folder)
    return found.st_mode, found.st_uid


def _others_write(folder: Path, mode: int) -> bool:
    """Whether somebody else may write in a folder; a group of one's own name without other members is nobody else."""
    if mode & stat.S_IWOTH:
        return True
    if not mode & stat.S_IWGRP:
        return False
    import grp
    import pwd

    try:
        group, me = grp.getgrgid(os.lstat(folder).st_gid), pwd.getpwuid(os.geteuid())
    except KeyError:
        return True
    return group.gr_gid != me.pw_gid or group.gr_name != me.pw_name or not set(group.gr_mem) <= {me.pw_name}
