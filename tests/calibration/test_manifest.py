"""A fit belongs to what was read of a pack: however its files are saved, and whatever else lies beside them."""

import shutil

import numpy as np
import pandas as pd
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from yidu.calibration import manifest as files
from yidu.sim.draws import DRAWN
from yidu.sim.errors import InputError
from yidu.sim.region import REGIONS, check, load

pytestmark = pytest.mark.fast


@pytest.fixture(scope="module")
def spare(tmp_path_factory):
    """A copy of the shipped pack with its fit."""
    return load(shutil.copytree(REGIONS / "dadukou", tmp_path_factory.mktemp("pack") / "dadukou"))


BOM = b"\xef\xbb\xbf"
FORMS = {
    "as it is": lambda raw: raw,
    "a byte-order mark": lambda raw: BOM + raw,
    "Windows lines": lambda raw: raw.replace(b"\n", b"\r\n"),
    "both": lambda raw: BOM + raw.replace(b"\n", b"\r\n"),
    "lines of an old Mac": lambda raw: raw.replace(b"\n", b"\r"),
    "GBK": lambda raw: raw.decode().encode("gb18030"),
    "Unicode text": lambda raw: raw.decode().encode("utf-16"),
    "one byte more": lambda raw: raw + b" ",
}  # fmt: skip
STRAYS = ("Thumbs.db", "desktop.ini", "~$x.xlsx", ".DS_Store", "公报.docx", "scenarios/desktop.ini", "scenarios/~$plan.toml", "notes/a.csv")


@settings(max_examples=25)
@given(st.data())
def test_where_the_digest_of_check_is_equal_the_fit_is_accepted(spare, data):
    before = {name: (spare.folder / name).read_bytes() for name in files.FITTED_FILES}
    try:
        for name, raw in before.items():
            known = [form for form in FORMS if name.endswith(".csv") or form not in ("GBK", "Unicode text")]
            (spare.folder / name).write_bytes(FORMS[data.draw(st.sampled_from(known), label=name)](raw))
        for stray in data.draw(st.lists(st.sampled_from(STRAYS), unique=True), label="strays"):
            (spare.folder / stray).parent.mkdir(exist_ok=True)
            (spare.folder / stray).write_bytes(b"x")
        same = check(spare.folder).digest == spare.digest
        event(f"same digest: {same}")
        assert (files.refusal(load(spare.folder)) is None) == same
    finally:
        for name, raw in before.items():
            (spare.folder / name).write_bytes(raw)


def lacking(region, column):
    """A fit of a region that lacks a column of its draws, as if made by a model without it."""
    drawn = np.full((3, len(DRAWN)), 1.0)
    folder = region.folder / "posterior"
    files.save_draws(folder, drawn, {})
    table = pd.read_parquet(folder / files.DRAWS).drop(columns=column)
    table.to_parquet(folder / files.DRAWS, index=False)
    digest = files.content_digest({name: table[name].to_numpy(float) for name in table.columns})
    files.save_manifest(folder, {**files.provenance(region), "draws": digest})
    return files.posterior(region)


def test_a_fit_made_before_a_lever_of_certain_level_lacks_nothing_and_has_it_at_one(tmp_path):
    region = load(shutil.copytree(REGIONS / "dadukou", tmp_path / "dadukou"))
    assert (lacking(region, "level:consortia").parameters[:, DRAWN.index("level:consortia")] == 1.0).all()


@pytest.mark.parametrize("column", ["level:enterprise_coaching", "talent_accept"])
def test_a_fit_that_lacks_what_is_uncertain_is_refused(tmp_path, column):
    region = load(shutil.copytree(REGIONS / "dadukou", tmp_path / "dadukou"))
    with pytest.raises(InputError, match=f"lacks the column {column}"):
        lacking(region, column)
