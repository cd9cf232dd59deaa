"""A tree written as TOML reads back equal, its comments stay with what they speak of, and a place in it can be named in one text."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yidu.sim.region import REGIONS
from yidu.viz.workbook.toml_text import Remark, remarks_of, toml_text
from yidu.viz.workbook.tree_keys import key_of, path_of

pytestmark = pytest.mark.fast

KEYS = st.one_of(st.sampled_from(["record", "seed_fund", "2021", "a.b", "", "#", 'say "so"', "中文", "id"]), st.text(max_size=6))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.one_of(TEXT, st.booleans(), st.integers(-(2**62), 2**62), st.floats(allow_nan=False, allow_infinity=False))
TREES = st.dictionaries(
    KEYS, st.recursive(VALUES, lambda part: st.one_of(st.lists(part, max_size=3), st.dictionaries(KEYS, part, max_size=3)), max_leaves=12),
    max_size=4,
)  # fmt: skip


@given(tree=TREES)
def test_a_tree_written_reads_back_equal(tree: dict[str, Any]) -> None:
    assert tomllib.loads(toml_text(tree)) == tree


@pytest.mark.parametrize("file", sorted(REGIONS.rglob("*.toml")), ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_files_of_packs_written_anew_keep_values_and_comments(file: Any) -> None:
    text = file.read_text(encoding="utf-8")
    tree = tomllib.loads(text)
    remarks = remarks_of(text, tree)
    again = toml_text(tree, remarks)
    assert tomllib.loads(again) == tree and sorted(remarks_of(again, tree)) == sorted(remarks)
    assert len(remarks) == sum("#" in line for line in text.splitlines() if '"#' not in line)


def test_a_comment_goes_with_its_entry_and_stays_when_that_is_gone() -> None:
    text = '# head\nname = "a # b"  # beside\n\n[[giants]]  # first\nid = "x"\n# above\nstaff = [1, # one\n 2]\n# last\n'
    tree = tomllib.loads(text)
    remarks = remarks_of(text, tree)
    assert sorted(remarks) == sorted([
        Remark("name", "above", "head"), Remark("name", "beside", "beside"), Remark("giants.x", "beside", "first"),
        Remark("giants.x.staff", "beside", "one"), Remark("giants.x.staff", "above", "above"), Remark("", "above", "last"),
    ])  # fmt: skip
    gone = toml_text({"name": "c"}, remarks)
    assert gone.startswith('# head\nname = "c"  # beside\n') and all(f"# {said}" in gone for said in ("first", "one", "above", "last"))


@given(path=st.lists(st.one_of(KEYS, st.integers(0, 9999)), min_size=1, max_size=5).map(tuple))
def test_a_place_named_in_one_text_is_found_again(path: tuple[str | int, ...]) -> None:
    assert path_of(key_of(path)) == path


@pytest.mark.parametrize("text", ["", "a.", "a..b", ".a", "#0", "#", "#x", '"a', '"a"b'])
def test_a_text_that_names_no_place_is_told(text: str) -> None:
    assert path_of(text) is None
