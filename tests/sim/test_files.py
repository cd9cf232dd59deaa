"""A file is whole or as it was."""

import errno
import os
import socket
import stat
import subprocess
from pathlib import Path

import pytest

from yidu.sim.errors import InputError
from yidu.sim.files import Unwritable, drafted, drafted_folder, tried, write_together, write_whole

pytestmark = pytest.mark.fast


def test_a_file_that_could_not_be_finished_stays_as_it_was(tmp_path):
    file = tmp_path / "a.csv"
    for text, ends in (("first", True), ("half of the sec", False)):
        try:
            with drafted(file) as draft:
                draft.write_text(text)
                assert file.exists() is (text != "first")
                if not ends:
                    raise OSError("no room")
        except OSError as error:
            assert not ends and "no room" in str(error)
    assert file.read_text() == "first" and [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_a_file_whose_folder_is_gone_is_an_error(tmp_path):
    with pytest.raises(OSError), drafted(tmp_path / "gone" / "a.csv") as draft:
        draft.write_text("x")


def test_of_files_written_together_none_is_in_its_place_before_the_last_is_whole(tmp_path):
    first, last = tmp_path / "a.csv", tmp_path / "gone" / "b.csv"
    first.write_text("old")
    with pytest.raises(OSError) as failed:
        write_together({first: "new", last: "new"})
    assert failed.value.filename == str(last) and first.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_a_folder_is_complete_or_not_there(tmp_path):
    goal = tmp_path / "pack"
    for reason, raised in ((errno.ENOSPC, Unwritable), (errno.EACCES, InputError), (None, None)):
        try:
            with drafted_folder(goal, "pack") as draft:
                (draft / "a.csv").write_text("x")
                assert not goal.exists()
                if reason:
                    raise OSError(reason, os.strerror(reason))
        except (Unwritable, InputError) as error:
            assert raised is type(error) and not list(tmp_path.iterdir())
    assert [path.name for path in tmp_path.rglob("*")] == ["pack", "a.csv"]


def test_a_folder_that_is_not_empty_is_not_written_over(tmp_path):
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(InputError, match="cannot be made"), drafted_folder(tmp_path, "pack"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_place_is_tried_without_a_trace(tmp_path):
    tried(tmp_path / "a.csv")
    assert not list(tmp_path.iterdir())
    with pytest.raises(OSError):
        tried(tmp_path / "gone" / "a.csv")


# --- what stands at a place


def read_from(fifo: Path) -> tuple[subprocess.Popen[bytes], Path]:
    """A process that reads a pipe to its end, and where it puts what it read."""
    got = fifo.with_name("got")
    return subprocess.Popen(["sh", "-c", f"cat '{fifo}' > '{got}'"]), got


def test_a_link_stays_a_link_and_the_file_behind_it_is_replaced(tmp_path):
    (tmp_path / "far").mkdir()
    file, link, dangling = tmp_path / "far" / "a.json", tmp_path / "link.json", tmp_path / "dangling.json"
    file.write_text("old")
    link.symlink_to("far/a.json")
    dangling.symlink_to("far/new.json")
    for place in (link, dangling):
        tried(place)
        write_whole(place, "new")
        assert place.is_symlink() and place.read_text() == "new"
    assert file.read_text() == "new" and sorted(path.name for path in (tmp_path / "far").iterdir()) == ["a.json", "new.json"]


def test_links_that_lead_in_a_circle_are_said(tmp_path):
    loop = tmp_path / "loop"
    loop.symlink_to("loop")
    for act in (tried, lambda place: write_whole(place, "x")):
        with pytest.raises(OSError) as failed:
            act(loop)
        assert failed.value.errno == errno.ELOOP and loop.is_symlink()


def test_a_pipe_stays_a_pipe_and_its_reader_gets_the_whole(tmp_path):
    fifo = tmp_path / "pipe.csv"
    os.mkfifo(fifo)
    for content in ("small\n", "large\n" * 100_000):  # more than a pipe holds
        tried(fifo)  # returns with no reader there, and no reader later notices
        reader, got = read_from(fifo)
        with drafted(fifo) as draft:
            assert draft.suffix == ".csv" and draft.parent != tmp_path
            draft.write_text(content)
        assert reader.wait(30) == 0 and got.read_text() == content
        assert stat.S_ISFIFO(fifo.stat().st_mode) and {path.name for path in tmp_path.iterdir()} == {"pipe.csv", "got"}


def test_formats_that_seek_reach_a_pipe_whole(tmp_path):
    import h5py
    import pandas as pd

    table = pd.DataFrame({"a": range(1000)})

    def netcdf(draft):
        with h5py.File(draft, "w") as file:
            file["a"] = range(1000)

    for ending, write in ((".parquet", lambda draft: table.to_parquet(draft)), (".nc", netcdf)):
        fifo = tmp_path / f"pipe{ending}"
        os.mkfifo(fifo)
        reader, got = read_from(fifo)
        with drafted(fifo) as draft:
            write(draft)
        assert reader.wait(30) == 0
        assert (pd.read_parquet(got)["a"].sum() if ending == ".parquet" else h5py.File(got)["a"][:].sum()) == 499_500


def test_a_reader_who_goes_early_is_said(tmp_path):
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    reader = subprocess.Popen(["sh", "-c", f"head -c 1 '{fifo}'"], stdout=subprocess.DEVNULL)
    with pytest.raises(Unwritable) as failed:
        write_whole(fifo, "x" * 1_000_000)
    assert reader.wait(30) == 0 and failed.value.errno == errno.EPIPE and failed.value.filename == str(fifo)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o604])
def test_the_rights_of_a_file_are_kept_and_no_draft_is_open_wider(tmp_path, mode):
    file = tmp_path / "secret.json"
    file.write_text("old")
    file.chmod(mode)
    usual = os.umask(0o022)
    try:
        with drafted(file) as draft:
            assert stat.S_IMODE(draft.stat().st_mode) & ~mode & 0o077 == 0
            draft.write_text("new")
    finally:
        os.umask(usual)
    assert file.read_text() == "new" and stat.S_IMODE(file.stat().st_mode) == mode


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files away")
def test_the_owner_of_a_file_is_kept(tmp_path):
    file = tmp_path / "a.json"
    file.write_text("old")
    os.chown(file, 65534, 65534)
    write_whole(file, "new")
    assert (file.stat().st_uid, file.stat().st_gid, file.read_text()) == (65534, 65534, "new")


def test_a_new_file_has_the_rights_that_new_files_get(tmp_path):
    usual = os.umask(0o027)
    try:
        write_whole(tmp_path / "a", "x")
        with drafted_folder(tmp_path / "f", "f") as draft:
            (draft / "b").write_text("x")
    finally:
        os.umask(usual)
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a", "f")] == [0o640, 0o750]


def test_a_socket_and_a_folder_are_refused(tmp_path):
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(str(tmp_path / "s"))
        (tmp_path / "f").mkdir()
        for name, what in (("s", "socket"), ("f", "folder")):
            for act in (tried, lambda place: write_whole(place, "x")):
                with pytest.raises(InputError, match=f"is a {what}, not a file"):
                    act(tmp_path / name)
        assert stat.S_ISSOCK((tmp_path / "s").stat().st_mode) and not list((tmp_path / "f").iterdir())


def test_a_descriptor_of_this_process_is_written_into_where_it_stands(tmp_path):
    with (tmp_path / "log").open("wb") as log:
        log.write(b"before ")
        log.flush()
        for place in (Path(f"/dev/fd/{log.fileno()}"), Path(f"/proc/self/fd/{log.fileno()}")):
            tried(place)
            write_whole(place, "whole ")
    with (tmp_path / "log").open("rb") as log, pytest.raises(PermissionError):
        tried(Path(f"/dev/fd/{log.fileno()}"))
    with pytest.raises(OSError):
        tried(Path("/dev/fd/999"))
    assert (tmp_path / "log").read_text() == "before whole whole " and [path.name for path in tmp_path.iterdir()] == ["log"]
