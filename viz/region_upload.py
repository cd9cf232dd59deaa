"""A region that a visitor uploads as a workbook: a pack in a folder of its own, with the fit of the server's region where it fits."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from calibration.manifest import FITTED_FILES
from sim.errors import InputError
from sim.region import load
from viz.pages.upload import plain_name

if TYPE_CHECKING:
    from sim.region import Region


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
    from viz.region_from_workbook import from_excel  # reading workbooks waits for one

    called = plain_name(name)
    if not called.lower().endswith(".xlsx"):
        raise InputError("is not an Excel workbook", file=called, expected="a file whose name ends in .xlsx")
    home = Path(tempfile.mkdtemp(prefix="yidu-region-"))
    try:
        mine = from_excel(content, home / "region", called)
        return with_fit(mine, shipped)
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise


def forget(region: Region) -> None:
    """Remove the folder of an uploaded region."""
    if region.folder.parent.name.startswith("yidu-region-"):
        shutil.rmtree(region.folder.parent, ignore_errors=True)


def without_fit(region: Region) -> Region:
    """The region in a folder of its own without its fit, to be answered by the priors; `forget` removes it."""
    home = Path(tempfile.mkdtemp(prefix="yidu-region-"))
    shutil.copytree(region.folder, home / "region", ignore=shutil.ignore_patterns("posterior"))
    return load(home / "region")


def with_fit(mine: Region, shipped: Region) -> Region:
    """The region with the fit of another, where all that a fit depends on is the same in both."""
    same = (mine.name, mine.settings, mine.facts, mine.levers, mine.lever_uncertainty, mine.environment, mine.priors) == (
        shipped.name, shipped.settings, shipped.facts, shipped.levers, shipped.lever_uncertainty, shipped.environment, shipped.priors,
    )  # fmt: skip
    fit = shipped.folder / "posterior"
    if not same or not fit.is_dir():
        return mine
    for file in FITTED_FILES:
        if (shipped.folder / file).exists():
            shutil.copyfile(shipped.folder / file, mine.folder / file)
    shutil.copytree(fit, mine.folder / "posterior")
    return load(mine.folder)

