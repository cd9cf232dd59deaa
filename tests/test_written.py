"""No file of the product is written any other way than through `yidu.sim.files`, which looks at what stands at a place."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.fast

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("agents", "sim", "calibration", "experiments", "viz", "bench")

WRITERS = {
    "write_text", "write_bytes", "to_csv", "to_parquet", "to_netcdf", "to_json", "write_table", "savefig", "copyfile", "copy",
    "copy2", "copytree", "move", "symlink_to", "hardlink_to", "mkfifo",
}  # fmt: skip
"""Names of calls that write a file; those of other things by the same names are in ALLOWED."""

DRAFTS = {"draft"}
"""What `drafted` yields is called; a writer that takes it writes to a draft."""

ALLOWED = {
    "sim/region.py: _write_skeleton": "into the draft of a folder",
    "sim/region.py: _write_table": "into the draft of a folder",
    "viz/workbook/region_read.py: write": "into the draft of a folder",
    "viz/app/region_upload.py: without_fit": "into a folder of this process in the temporary folder, made just before",
    "viz/app/region_upload.py: with_fit": "into the folder of an upload, in the temporary folder, which no user names",
    "experiments/sweep/export.py: _csv": "to the draft that `export` hands over",
    "experiments/sweep/export.py: _netcdf": "to the draft that `export` hands over",
    "experiments/sweep/store.py: _parquet": "into memory",
    "viz/calibration/tables.py: write_tables": "into memory: to_csv without a place gives a text",
    "bench/bundle.py: wheel": "into a folder of this process in the temporary folder",
    "bench/bundle.py: bundle": "into a folder of this process in the temporary folder",
    "bench/picture.py: picture": "into memory",
    "bench/quarter.py: kept": "into a folder of this process in the temporary folder",
    "bench/sweep.py: measured": "into a folder of this process in the temporary folder",
    "viz/commands/shared.py: open_streams": "the null device, in place of a stream that was closed",
}
"""File and function of every other writer, and why it may."""


def opens_to_write(call: ast.Call) -> bool:
    """Whether a call is `open` with a mode that writes."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name != "open" or (isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "os"):
        return False
    place = 0 if isinstance(call.func, ast.Attribute) else 1
    given = [*call.args[place : place + 1], *(word.value for word in call.keywords if word.arg == "mode")]
    known = [str(mode.value) for mode in given if isinstance(mode, ast.Constant)]
    return any(set(mode) & set("wax+") for mode in known) or bool(place and len(known) < len(given))


def on_draft(call: ast.Call) -> bool:
    """Whether a call is of a draft: `draft.write_text(...)`, `table.to_parquet(draft)`."""
    named = [call.func.value] if isinstance(call.func, ast.Attribute) else []
    return any(isinstance(one, ast.Name) and one.id in DRAFTS for one in [*named, *call.args])


@cache
def writers() -> tuple[tuple[str, int], ...]:
    """File and function, and line, of every call that writes a file."""
    return tuple(_writers())


def _writers() -> Iterator[tuple[str, int]]:
    for path in [ROOT / "yidu/command.py", *(file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py")))]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inside = {id(call): one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) for call in ast.walk(one)}
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call):
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            of = getattr(call.func.value, "id", "") if isinstance(call.func, ast.Attribute) else ""
            if name in ("copy", "move", "copy2") and of != "shutil":
                continue
            if (name in WRITERS and not (name == "to_json" and not of) or opens_to_write(call)) and not on_draft(call):
                yield f"{path.relative_to(ROOT).as_posix()}: {inside.get(id(call), '')}".removesuffix(": "), call.lineno


def allowed(place: str) -> bool:
    return place in ALLOWED or place.split(":")[0] in ALLOWED


def test_every_file_is_written_through_sim_files() -> None:
    assert not [(place, line) for place, line in writers() if not allowed(place)]


def test_what_is_allowed_is_there() -> None:
    found = {place for place, _ in writers()}
    assert {place for place in ALLOWED if not any(one == place or one.split(":")[0] == place for one in found)} == set()


def test_a_writer_that_goes_its_own_way_is_seen() -> None:
    ways = {"open('a', 'w')": True, "open('a')": False, "p.open('wb')": True, "p.open(mode='a')": True, "p.open('r')": False}
    for source, seen in ways.items():
        call = ast.parse(source).body[0].value  # type: ignore[attr-defined]
        assert opens_to_write(call) is seen, source
