"""Whatever is read: spoiled in its keys, rows, cells, encodings or bytes, it is taken or refused with one sentence, soon, and nothing is
left behind. What an attack once found stays here as an example.

Longer attacks, guided by coverage: `python -m tests.fuzz READER --minutes 5`.
"""

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.campaign import campaign
from tests.fuzz.guards import Hung, within
from tests.fuzz.mutators import nested, repacked, toml_of
from tests.fuzz.readers import READERS, Bench, tried, workbook
from yidu.sim.errors import InputError
from yidu.sim.reading import read_table, read_text, read_toml

SLOW = ("sweeps", "cells", "workbooks", "running")
"""Readers of which an example takes a good part of a second."""

FAST = tuple(name for name in READERS if name not in SLOW)


@pytest.fixture(scope="module")
def benches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Bench]]:
    laid: dict[str, Bench] = {}

    def bench(name: str) -> Bench:
        if name not in laid:
            laid[name] = READERS[name].lay(tmp_path_factory.mktemp("bench"))
        return laid[name]

    yield bench


def attacked(bench: Bench, luck: Any) -> None:
    given_ = bench.spoil(luck)
    finding = tried(bench, given_).finding
    assert finding is None, f"{finding.what}\n{finding.where}\n{finding.detail}\n{given_!r:.2000}"


@pytest.mark.parametrize("name", [name for name in READERS if name != "sentences"])
def test_every_reader_takes_its_good_input(name: str, benches: Callable[[str], Bench]) -> None:
    bench = benches(name)
    answered = tried(bench, bench.good)
    assert answered.taken and answered.finding is None, answered


@pytest.mark.parametrize("name", FAST)
@given(data=st.data())
@settings(max_examples=8)
def test_a_spoiled_input_is_taken_or_refused_with_a_sentence(name: str, benches: Callable[[str], Bench], data: st.DataObject) -> None:
    attacked(benches(name), data.draw(st.randoms(use_true_random=False)))


@pytest.mark.slow
@pytest.mark.parametrize("name", READERS)
@given(data=st.data())
@settings(max_examples=40)
def test_many_spoiled_inputs_are_taken_or_refused_with_a_sentence(name: str, benches: Callable[[str], Bench], data: st.DataObject) -> None:
    attacked(benches(name), data.draw(st.randoms(use_true_random=False)))


# --- what attacks have found


def test_a_damaged_part_on_which_the_reader_of_data_sets_waits_for_ever_is_an_error() -> None:
    part = Path(__file__).parent / "found" / "stuck.parquet"
    asked = f"from pathlib import Path; from yidu.calibration.manifest import parquet_table; parquet_table(Path({str(part)!r}))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1 and "OSError" in done.stderr


def changed(old: str, new: str) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        text = content.decode()
        assert old in text
        return text.replace(old, new, 1).encode("utf-8", "surrogatepass")

    return change


def whole(content: bytes) -> Callable[[bytes], bytes]:
    return lambda _: content


def with_column(name: str, values: list[Any]) -> Callable[[bytes], bytes]:
    """A Parquet file with other values in a column."""

    def change(content: bytes) -> bytes:
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pq.read_table(io.BytesIO(content))
        many = table.num_rows
        table = table.set_column(table.column_names.index(name), name, pa.array((values * many)[:many]))
        out = io.BytesIO()
        pq.write_table(table, out)
        return out.getvalue()

    return change


def with_metadata(said: dict[str, str]) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        import pyarrow.parquet as pq

        out = io.BytesIO()
        pq.write_table(pq.read_table(io.BytesIO(content)).replace_schema_metadata(said), out)
        return out.getvalue()

    return change


FOUND: dict[str, tuple[str, str, Callable[[bytes], bytes], str]] = {
    "a whole number of hundreds of digits": ("region.toml", "region.toml", changed("arrives = 2017", "arrives = 2017" + "0" * 300),
    "digits"),
    "a whole number that no 64 bits hold": ("levers.toml", "levers.toml", changed("seed_fund = { 2016 = 188",
    "seed_fund = { 2016 = 9" + "9" * 30), "digits"),
    "a number of thousands of digits": ("scenarios", "scenarios/mine.toml", changed("0.85", "9" * 5000), "digits"),
    "a key of thousands of parts": ("scenarios", "scenarios/mine.toml", changed("[environment]",
    "a." * 20_000 + "a = 1\n[environment]"), "parts"),
    "a header of thousands of parts": ("events.toml", "events.toml", lambda raw: raw + b"\n[" + b'"a" . ' * 20_000 + b"a]\n", "parts"),
    "lists within lists": ("scenarios", "scenarios/mine.toml", changed("0.85", "[" * 400 + "]" * 400), "TOML|deep"),
    "tables within tables": ("scenarios", "scenarios/mine.toml", changed("[environment]", "a" + ".a" * 40 + " = 1\n[environment]"), "deep"),
    "an id that cannot be seen": ("facts.csv", "facts.csv", changed("rd_share_2015_table,", "rd_share\u200b_2015,"), r"\\u200b"),
    "a text that turns the line round": ("scenarios", "scenarios/mine.toml", changed("seed_fund", '"\u202eseed_fund"'), r"\\u202e"),
    "a screen that is cleared": ("priors.csv", "priors.csv", changed("pool_size,", "\x1b[2Jpool_size,"), r"\\x1b"),
    "a value without end": ("actuals", "actuals.csv", changed("tech_enterprises", "长" * 50_000), r"\.\.\."),
    "more firms than a machine holds": ("priors.csv", "priors.csv", changed("pool_size,lognormal,1900,0.3,900,3400",
    "pool_size,uniform,1e12,1e13,1e12,1e13"), "20,000,000"),
    "agents that stand for no firm": ("running", "region.toml", changed("\nscale = ", "\nscale = 1e-300 #"),
    "20,000,000"),
    "a manifest that is a list": ("fit", "posterior/manifest.json", whole(b"[]"), "cannot be read"),
    "a manifest within itself": ("fit", "posterior/manifest.json", whole(b"[" * 100_000), "cannot be read"),
    "a worth of the fit that is none": ("fit", "posterior/manifest.json",
    changed('"effective": ', '"effective": "many", "was": '), "effective"),
    "a size of the error that is none": ("fit", "posterior/manifest.json", changed('"shared": 0.5', '"shared": "half"'), "shared"),
    "draws that are words": ("fit", "posterior/draws.parquet", with_column("entry_rate", ["0x10"]), "cannot be read"),
    "draws of another library's mind": ("fit", "posterior/draws.parquet", with_metadata({"pandas": "[]"}), ""),
    "points of another library's mind": ("designs", "points.parquet", with_metadata({"pandas": "[]"}), "cannot be read"),
    "an environment that is a list": ("designs", "grid.toml", changed('environment = "slow"', 'environment = ["slow"]'), "not a name"),
    "a sweep without targets": ("sweeps", "s/manifest.json", changed('"targets"', '"tragets"'), "targets"),
    "an axis without a kind": ("sweeps", "s/manifest.json", changed('"kind": "lever"', '"kind": "leaver"'), "axes.0.kind"),
    "a sweep of other points": ("sweeps", "s/design.parquet", with_column("enterprise_coaching", [1.0]), "not those"),
    "a part that ends early": ("sweeps", "s/parts/part-000000.parquet", lambda raw: raw[: len(raw) // 2], "Delete it"),
    "a part of points that are not there": ("sweeps", "s/parts/part-000002.parquet", with_column("point", [10**6]), "point"),
    "a part of another library's mind": ("sweeps", "s/parts/part-000002.parquet", with_metadata({"pandas": "{", "failed": "0"}), ""),
}  # fmt: skip
"""Reader, file, what is spoiled, and a part of the sentence; empty where the input is taken after all."""


@pytest.mark.parametrize("case", FOUND)
def test_what_was_found_is_answered_now(case: str, benches: Callable[[str], Bench]) -> None:
    name, file, spoil, part = FOUND[case]
    bench = benches(name)
    content = (bench.folder / file).read_bytes()
    answered = tried(bench, {file: spoil(content)}, seconds=60)
    assert answered.finding is None, answered.finding
    assert answered.taken if not part else re.search(part, answered.sentence), answered


NOT_ARRAYS = {
    "zero bytes in its head": lambda raw: raw[:20] + b"\0" + raw[21:],
    "a head that is no Python": lambda raw: raw.replace(b"{'descr'", b",,'descr'"),
    "a zip": lambda raw: repacked(_zip(), lambda name, content: content),
    "a shape without end": lambda raw: raw.replace(b"(3, 6,", b"(9" + b"9" * 12 + b", 6,"),
    "nothing": lambda raw: b"",
}


def _zip() -> bytes:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("a.npy", b"a")
    return out.getvalue()


@pytest.mark.parametrize("case", NOT_ARRAYS)
def test_kept_runs_that_are_damaged_are_made_again(case: str, benches: Callable[[str], Bench]) -> None:
    bench = benches("sample")
    name = "part-000000000.npy"
    content = (bench.folder / name).read_bytes()
    answered = tried(bench, {name: NOT_ARRAYS[case](content)})
    assert answered.taken and answered.finding is None, answered


def test_a_number_of_thousands_of_digits_in_a_cell_is_a_sentence(benches: Callable[[str], Bench]) -> None:
    from yidu.viz.workbook.spreadsheet import Cell

    bench = benches("cells")
    for value in ("9" * 5000, 10**400, "1e400", float("inf")):
        grids = [grid._replace(cells=dict(grid.cells)) for grid in bench.good]
        facts = next(grid for grid in grids if grid.name.endswith("facts"))
        facts.cells[5, 6] = Cell(value)
        answered = tried(bench, grids)
        assert answered.finding is None and "F5" in answered.sentence, answered


def test_half_a_character_in_a_link_does_no_harm(benches: Callable[[str], Bench]) -> None:
    answered = tried(benches("links"), "mix=plan&note=\udcee&target=\ud800")
    assert answered.finding is None and "note" in answered.sentence, answered


def test_a_workbook_that_lacks_a_part_is_a_sentence(benches: Callable[[str], Bench]) -> None:
    bench = benches("workbooks")
    answered = tried(bench, repacked(workbook(), lambda name, content: None if name == "xl/workbook.xml" else content))
    assert answered.finding is None and answered.sentence


# --- files that are not what they seem


def test_a_file_without_end_is_not_read_to_its_end() -> None:
    with within(20), pytest.raises(InputError, match="larger"):
        read_text(Path("/dev/zero"))


@pytest.mark.parametrize("name", ["a\0b.toml", "a" * 300 + ".toml", "none/a.toml", "\udcff.toml", "."])
def test_a_name_that_names_no_file_is_a_sentence(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_toml(tmp_path / name)
    assert str(caught.value).isprintable()


def test_a_pack_with_a_pipe_or_a_dead_link_is_a_sentence(tmp_path: Path) -> None:
    from tests.fuzz.readers import pack_in
    from yidu.sim.region import load

    pack = pack_in(tmp_path)
    whole = load(pack).digest
    os.mkfifo(pack / "notes.txt")
    with within(20):
        assert load(pack).digest == whole  # it is no part of a pack
    for name in ("events.toml", "scenarios/mine.toml"):
        content = (pack / name).read_bytes()
        (pack / name).unlink()
        os.mkfifo(pack / name)
        with within(20), pytest.raises(InputError, match=Path(name).name):
            load(pack)
        (pack / name).unlink()
        (pack / name).symlink_to("nowhere")
        with pytest.raises(InputError, match=Path(name).name):
            load(pack)
        (pack / name).unlink()
        (pack / name).write_bytes(content)


def test_a_table_of_very_long_lines_is_read_or_refused_soon(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n" + "x" * 2_000_000 + ",1\n")
    with within(20), pytest.raises(InputError, match="quotation|CSV"):
        read_table(tmp_path / "t.csv", ["a", "b"])


def test_ordinary_toml_is_not_taken_for_a_flood(tmp_path: Path) -> None:
    text = f'a.b."c.d" = {-(2**63)}\ntext = "{"a.b-" * 190}"\ndots = "{"." * 500}"\nratio = 0.{"1" * 200}\n'
    text += "".join(f"[t{number}]\nx = {number}.5\n" for number in range(2000)) + "deep = " + str(nested(15, True))
    (tmp_path / "t.toml").write_text(text)
    assert read_toml(tmp_path / "t.toml")["a"]["b"]["c.d"] == -(2**63)
    assert toml_of({"a": [1, {"b": "c"}]}) == '"a" = [1, {"b" = "c"}, ]\n'


def test_the_guard_of_time_tells_a_hang() -> None:
    with pytest.raises(Hung), within(0.2):
        while True:
            pass


def test_every_reader_is_in_the_documentation() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "readers.md").read_text("utf-8")
    told = {"facts.csv", "targets.csv", "levers.toml", "environment.toml"}  # between the first and the last of a pack's files
    assert [name for name in READERS if f"`{name}`" not in text and name not in told] == []
    assert [reader.source for reader in READERS.values() if reader.source not in text] == []


def test_a_campaign_that_ends_early_tells_nothing_of_an_earlier_one(tmp_path: Path) -> None:
    (tmp_path / "nobody.told.json").write_text('{"executions": 9, "taken": 9, "findings": {"an old one": ""}, "sentences": []}')
    told = campaign("nobody", 0.0, tmp_path, guided=False)
    assert (told.executions, told.taken, list(told.findings)) == (0, 0, ["the campaign ended early"])
