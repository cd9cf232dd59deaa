"""Files of visitors: counted, named plainly, refused when they are not what their browser says."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yidu.sim.errors import InputError
from yidu.viz.app.uploads import plain_name
from yidu.viz.pages.upload import Came, Pieces
from yidu.viz.words import Words

pytestmark = pytest.mark.fast


def told(at: int, size: Any = 5, file: int = 1, name: str = "a.toml") -> dict[str, Any]:
    return {"file": file, "name": name, "size": size, "at": at}


def test_a_file_comes_in_pieces() -> None:
    pieces = Pieces(10)
    assert pieces.take(told(0), [b"abc"]) is None
    assert pieces.take(told(3), [memoryview(b"de")]) == Came("a.toml", b"abcde")
    assert pieces.take(told(0, file=2, size=0)) == Came("a.toml", b"")


def test_a_second_file_takes_the_place_of_one_that_is_not_whole() -> None:
    pieces = Pieces(10)
    pieces.take(told(0), [b"abc"])
    assert pieces.take(told(0, file=2, size=1), [b"x"]) == Came("a.toml", b"x")


def test_one_that_is_too_large_is_refused_before_it_is_there() -> None:
    with pytest.raises(InputError) as refused:
        Pieces(2**20).take(told(0, size=10**12))
    assert Words("zh").error(refused.value) == "a.toml：文件太大；应为最大 1 MB。"
    pieces = Pieces(4)
    with pytest.raises(InputError):
        pieces.take(told(0), [b"abc"])
    assert pieces.take(told(3), [b"de"]) is None  # the rest of it is heard no more


LIES = [
    (told(0, size=2), b"abc"), (told(0, size=-1), b""), (told(0, size="5"), b"abc"), (told(0, size=None), b"abc"), (told(0), b""),
    ({}, b"a"), (None, b"a"),
]  # fmt: skip


@pytest.mark.parametrize("piece, data", LIES)
def test_a_browser_that_lies_is_told_to_send_it_again(piece: Any, data: bytes) -> None:
    with pytest.raises(InputError, match="did not arrive whole"):
        Pieces(10).take(piece, [data])


def test_a_gap_is_seen() -> None:
    pieces = Pieces(10)
    pieces.take(told(0), [b"ab"])
    with pytest.raises(InputError, match="did not arrive whole"):
        pieces.take(told(3), [b"de"])


@pytest.mark.parametrize(
    "name, shown",
    [("../../etc/passwd", "passwd"), ("C:\\方案\\a.toml", "a.toml"), ("a\nb\x00.toml", "ab.toml"), ("", "-"), (None, "-"), ("x/", "-"),
     ("长" * 200 + ".toml", "长" * 75 + ".toml")],
)  # fmt: skip
def test_a_name_leads_to_no_file(name: object, shown: str) -> None:
    assert plain_name(name) == shown


@given(st.lists(st.tuples(st.integers(-2, 12), st.integers(-2, 12), st.integers(0, 2), st.binary(max_size=6)), max_size=12))
def test_whatever_a_browser_sends_no_more_than_allowed_is_kept(sent: list[tuple[int, int, int, bytes]]) -> None:
    pieces = Pieces(8)
    for at, size, file, data in sent:
        try:
            came = pieces.take(told(at, size, file), [data])
        except InputError:
            continue
        assert came is None or len(came.data) == size <= 8
        assert len(pieces._came) <= 8
