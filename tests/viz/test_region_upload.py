"""A region of a visitor: kept in a folder of its own, with the fit where nothing it depends on has changed."""

import contextlib
import io
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from yidu.bench.browser import ROOT, served
from yidu.bench.sessions import Session
from yidu.calibration.manifest import manifest_of
from yidu.sim.errors import InputError
from yidu.sim.region import Region
from yidu.viz.app.region_upload import forget, swept, uploaded
from yidu.viz.words import Words
from yidu.viz.workbook.region import to_excel


@pytest.fixture(scope="module")
def workbook(dadukou: Region) -> bytes:
    return to_excel(Words("zh"), dadukou)


def test_a_workbook_that_changes_nothing_keeps_the_fit(dadukou: Region, workbook: bytes) -> None:
    mine = uploaded(workbook, "../../my.xlsx", dadukou)
    try:
        assert mine.targets == dadukou.targets
        assert manifest_of(mine) == manifest_of(dadukou)
        assert mine.folder != dadukou.folder
    finally:
        forget(mine)
    assert not mine.folder.exists() and dadukou.folder.exists()


def test_a_changed_fact_leaves_the_fit_behind(dadukou: Region, workbook: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    sheet = next(one for one in book.worksheets if one.title.endswith("priors"))
    heads = next(row for row in sheet.iter_rows() if any(str(cell.value).split()[-1:] == ["grade"] for cell in row))
    column = next(cell.column for cell in heads if str(cell.value).split()[-1:] == ["grade"])
    row = next(row for row in range(heads[0].row + 1, sheet.max_row) if sheet.cell(row, column).value in ("A", "B", "C"))
    sheet.cell(row, column).value = "D"
    changed = io.BytesIO()
    book.save(changed)
    mine = uploaded(changed.getvalue(), "my.xlsx", dadukou)
    try:
        assert mine.priors != dadukou.priors
        assert manifest_of(mine) is None
    finally:
        forget(mine)


@pytest.mark.parametrize("file", ["/dev/zero", "../../../secret.toml", "/etc/passwd"])
def test_a_scenario_leads_to_no_file_of_this_machine(dadukou: Region, workbook: bytes, file: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    sheet = next(one for one in book.worksheets if one.title.endswith("scenarios"))
    cells = [cell for row in sheet.iter_rows() for cell in row]
    column = next(cell.column for cell in cells if cell.value == "extends")
    next(cell for cell in cells if cell.column == column and cell.value == "status_quo").value = file
    changed = io.BytesIO()
    book.save(changed)
    with pytest.raises(InputError, match="no scenario is called"):
        uploaded(changed.getvalue(), "my.xlsx", dadukou)


@pytest.mark.parametrize("name, content", [("my.xlsm", b"PK"), ("my.xlsx", b"no workbook"), ("my.xlsx", b"")])
def test_anything_else_is_refused_and_leaves_nothing(dadukou: Region, name: str, content: bytes) -> None:
    with pytest.raises(InputError) as refused:
        uploaded(content, f"C:\\secret\\{name}", dadukou)
    assert refused.value.file == name


def test_the_folder_of_a_shipped_region_is_never_removed(dadukou: Region) -> None:
    forget(dadukou)
    assert (dadukou.folder / "region.toml").exists()


# --- what a killed server leaves

KEEPS = """
import os, signal, sys, time
from yidu.calibration.manifest import manifest_of
from yidu.sim.region import load
from yidu.viz.app.region_upload import without_fit
print(without_fit(load("dadukou")).folder, flush=True)
if sys.argv[1] == "end":
    sys.exit()
time.sleep(600)
"""


@contextlib.contextmanager
def keeping(into: Path, then: str = "wait") -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A process that keeps a region in a temporary folder: itself, and where the region is."""
    process = subprocess.Popen(
        [sys.executable, "-c", KEEPS, then], cwd=ROOT, env={**os.environ, "TMPDIR": str(into)}, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process, Path(process.stdout.readline().strip())
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_regions_of_a_process_lie_in_a_folder_that_its_user_alone_can_open_and_go_with_it(tmp_path: Path) -> None:
    with keeping(tmp_path) as (process, region):
        home = region.parent
        assert home.parent == tmp_path and home.name.startswith(f"yidu-regions-{process.pid}-")
        assert stat.S_IMODE(home.stat().st_mode) == 0o700 and (region / "region.toml").exists()
    with keeping(tmp_path, "end") as (process, region):
        process.wait(60)
        assert str(process.pid) in region.parent.name and not region.parent.exists()


def test_what_a_killed_process_left_is_removed_and_what_a_living_one_keeps_is_not(temporary: Path) -> None:
    with keeping(temporary) as (process, left), keeping(temporary) as (_, kept):
        process.kill()
        process.wait()
        assert left.exists()
        assert swept() == [left.parent]
        assert not left.parent.exists() and (kept / "region.toml").exists()


def test_a_number_of_a_process_that_is_given_again_keeps_nothing(temporary: Path) -> None:
    with keeping(temporary) as (process, left):
        process.kill()
        process.wait()
        again = left.parent.with_name(f"yidu-regions-{os.getpid()}-again")  # this process lives, and left nothing there
        left.parent.rename(again)
        assert swept() == [again] and not again.exists()


def test_links_and_what_others_prepared_are_left(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = temporary / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine").write_text("mine")
    (temporary / "yidu-regions-1-link").symlink_to(elsewhere)
    (temporary / "yidu-regions-1-file").write_text("no folder")
    making = temporary / "yidu-regions-1-making"  # without a lock yet
    theirs = temporary / "yidu-regions-1-theirs"
    other = temporary / "yidu-regions-mine"
    for folder in (making, theirs, other):
        folder.mkdir()
        (folder / "inside").symlink_to(elsewhere)
    if os.getuid() == 0:
        os.chown(theirs, 65534, 65534)
    else:
        theirs.rmdir()
    long_ago = time.time() - 3600
    for folder in (theirs, other):
        if folder.exists():
            os.utime(folder, (long_ago, long_ago))
    before = sorted(temporary.iterdir())
    assert swept() == [] and sorted(temporary.iterdir()) == before
    os.utime(making, (long_ago, long_ago))
    assert swept() == [making]
    assert (elsewhere / "mine").read_text() == "mine"  # a link within leads nowhere either


@pytest.mark.slow
def test_a_server_that_was_killed_leaves_regions_that_the_next_one_removes(tmp_path: Path, workbook: bytes) -> None:
    def regions() -> list[Path]:
        return [toml.parent for toml in tmp_path.glob("yidu-regions-*/*/region.toml")]

    def upload(address: str) -> Session:
        one = Session(address).open("/").send("event_act", "region")
        one.upload("region-file", "my.xlsx", workbook)
        end = time.monotonic() + 120
        while not regions() and time.monotonic() < end:
            time.sleep(0.1)
        return one

    with served(TMPDIR=str(tmp_path)) as (address, process):
        one = upload(address)
        (left,) = regions()
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert left.exists() and str(process.pid) in left.parent.name
        one.leave()
    with served(TMPDIR=str(tmp_path)) as (address, process):
        assert regions() == [] and not left.parent.exists()
        one = upload(address)
        (mine,) = regions()
        with served(TMPDIR=str(tmp_path)):  # another one beside it
            assert regions() == [mine]
        one.leave()
    assert list(tmp_path.glob("yidu-regions-*")) == []
