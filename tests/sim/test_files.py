"""A file is whole or as it was."""

import errno
import os

import pytest

from sim.errors import InputError
from sim.files import drafted, drafted_folder, tried, write_together


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
    for reason, raised in ((errno.ENOSPC, OSError), (errno.EACCES, InputError), (None, None)):
        try:
            with drafted_folder(goal, "pack") as draft:
                (draft / "a.csv").write_text("x")
                assert not goal.exists()
                if reason:
                    raise OSError(reason, os.strerror(reason))
        except (OSError, InputError) as error:
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
