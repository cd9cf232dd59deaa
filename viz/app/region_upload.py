"""A region that a visitor uploads as a workbook: a pack in a folder of its own, with the fit of the server's region where it fits.

All of one process lie in one folder of the temporary folder, `yidu-regions-PID-...`, which only its user can open. The process holds a
lock in it for as long as it lives, whatever ends it; `swept` removes the folders of those that are gone.
"""

from __future__ import annotations

import atexit
import os
import re
import secrets
import shutil
import stat
import tempfile
import threading
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import filelock

from yidu.calibration.manifest import FITTED_FILES
from yidu.sim.errors import InputError
from yidu.sim.region import load
from yidu.viz.app.uploads import plain_name

if TYPE_CHECKING:
    from yidu.sim.region import Region


HOME = re.compile(r"yidu-regions-\d+-\w+")
"""Names of folders in which processes keep regions: of process 4711, yidu-regions-4711-k3x_9a."""

LOCK = ".lock"

JUST_MADE = 60.0
"""Seconds within which a folder without a lock is one that is being made."""


def _home() -> Path:
    """Where this process keeps regions; it goes with it."""
    with _making:
        return _made()[0]


_making = threading.Lock()


@cache
def _made() -> tuple[Path, filelock.BaseFileLock]:
    folder = Path(tempfile.mkdtemp(prefix=f"yidu-regions-{os.getpid()}-"))  # 0700, of a name that nobody could prepare
    lock = filelock.FileLock(folder / LOCK, blocking=False, thread_local=False)
    lock.acquire()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder, lock


def swept() -> list[Path]:
    """Remove what processes of this user that were killed left of visitors' regions; returns the folders that went.

    A number of a process is given again, so it is the lock that tells whether one lives. Links, and folders of other users, are left.
    """
    gone = []
    for folder in Path(tempfile.gettempdir()).glob("yidu-regions-*"):
        if HOME.fullmatch(folder.name) and _ours(folder) and not _lives(folder):
            shutil.rmtree(folder, ignore_errors=True)
            gone.append(folder)
    return gone


def _ours(folder: Path) -> bool:
    try:
        told = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(told.st_mode) and (not hasattr(os, "getuid") or told.st_uid == os.getuid())


def _lives(folder: Path) -> bool:
    """Whether the process of a folder holds its lock; one that has not come as far as to take it lives too."""
    place = folder / LOCK
    if not place.is_file() or place.is_symlink():
        return time.time() - folder.lstat().st_mtime < JUST_MADE
    lock = filelock.FileLock(place, blocking=False)
    try:
        lock.acquire()
    except (filelock.Timeout, OSError):
        return True
    lock.release()
    return False


def uploaded(content: bytes, name: str, shipped: Region) -> Region:
    """The region of a workbook, in a folder that `forget` removes.

    Where everything a fit depends on is as in the region that the server shows, its fit goes with it: who changed targets or mixes
    alone keeps it. Any other region answers from its priors, and answers say so.

    Args:
        content: the workbook as it was sent.
        name: what the visitor calls it, for errors; it names no file.

    Raises:
        InputError: as `from_excel` has it, with sheet and cell.
    """
    from yidu.viz.workbook.region_read import from_excel  # reading workbooks waits for one

    called = plain_name(name)
    if not called.lower().endswith(".xlsx"):
        raise InputError("is not an Excel workbook", file=called, expected="a file whose name ends in .xlsx")
    place = _place()
    try:
        mine = from_excel(content, place, called)
        return with_fit(mine, shipped)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


def _place() -> Path:
    """Where one more region can stand; nothing is there yet."""
    return _home() / secrets.token_hex(8)


def forget(region: Region) -> None:
    """Remove the folder of an uploaded region."""
    if region.folder.parent == _home():
        shutil.rmtree(region.folder, ignore_errors=True)


def without_fit(region: Region) -> Region:
    """The region in a folder of its own without its fit, to be answered by the priors; `forget` removes it."""
    place = _place()
    shutil.copytree(region.folder, place, ignore=shutil.ignore_patterns("posterior"))
    return load(place)


def with_fit(mine: Region, shipped: Region) -> Region:
    """The region with the fit of another, where all that a fit depends on is the same in both."""
    same = (mine.name, mine.settings, mine.facts, mine.levers, mine.lever_uncertainty, mine.environment, mine.priors) == (
        shipped.name, shipped.settings, shipped.facts, shipped.levers, shipped.lever_uncertainty, shipped.environment, shipped.priors,
    )  # fmt: skip
    fit = shipped.folder / "posterior"
    if not same or not fit.is_dir():
        return mine
    for file in FITTED_FILES:
        (mine.folder / file).write_bytes(shipped.files.contents[file])
    shutil.copytree(fit, mine.folder / "posterior")
    return load(mine.folder)
