"""A file is whole or as it was."""

import pytest

from sim.files import drafted


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
