"""What is typed: whatever stands behind an option or in the environment, and wherever files are to go, `yidu` says one sentence."""

import os
import random
from pathlib import Path
from typing import Any

import pytest
import typer.main
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

import yidu.sim.ensemble
import yidu.sim.record
import yidu.viz.app.server
from tests.full_disk import full_disk
from tests.fuzz.guards import within
from tests.fuzz.mutators import NUMBERS, TEXTS, misspelt
from tests.fuzz.readers import ACTUALS, DESIGNS, MIX, POINTS, listing, pack_in, workbook
from yidu import command

ARGUMENTS: dict[str, list[str]] = {
    "assess": [], "run": [], "calibrate": ["--region", "pack"], "validate": ["--actuals", "actuals.csv"], "update": ["--actuals",
    "actuals.csv"],
    "compare": ["status_quo", "plan"], "decompose": [], "explain": [], "milestones": [], "plan": [], "report": ["--to", "a.html"],
    "response": [], "stress": [], "bench": ["--quick", "--only", "quarter"],
    "targets": [], "app": ["--no-open"], "doctor": [], "region check": ["pack"], "region facts": ["pack"], "region new": ["fresh", "nanan"],
    "region to-excel": ["pack"], "region from-excel": ["my.xlsx", "--out", "back"], "scenario new": ["new.toml"],
    "scenario check": ["mix.toml"],
    "scenario show": ["mix.toml"], "sweep run": ["lhs.toml", "--out", "swept"], "sweep show": ["swept"], "sweep analyse": ["swept"],
    "sweep export": ["swept", "--to", "a.csv"],
}  # fmt: skip
"""What each command is given where nothing is wrong, in the folder of `place`."""


class Accepted(SystemExit):
    """The input was taken, and something is about to be computed or served."""


def taken(*_: Any, **__: Any) -> None:
    raise Accepted(0)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with whatever a command may read."""
    folder = tmp_path_factory.mktemp("typed")
    pack_in(folder, posterior=True)
    for name, text in {"actuals.csv": ACTUALS, "mix.toml": MIX, "points.csv": POINTS, "lhs.toml": DESIGNS["lhs"]}.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "my.xlsx").write_bytes(workbook())
    return folder


def parameters() -> list[tuple[str, str, bool]]:
    """Every parameter of every command: command, option (or the place of an argument), and whether it takes a value."""
    found = []

    def look(group: Any, above: str) -> None:
        for name, one in sorted(group.commands.items()):
            called = f"{above} {name}".strip()
            if hasattr(one, "commands"):
                look(one, called)
                continue
            assert called in ARGUMENTS, f"write what {called} is given in ARGUMENTS"
            places = 0
            for parameter in one.params:
                if parameter.param_type_name == "argument":
                    found.append((called, str(places), True))
                    places += 1
                elif not parameter.is_flag and parameter.opts[0] != "--help":
                    found.append((called, parameter.opts[0], True))

    look(typer.main.get_command(command.app), "")
    return found


PARAMETERS = parameters()
VALUES = [
    *(text for text in TEXTS if "\0" not in text and "\ud800" not in text), "\udcff", "-", "--", "--runs", "a,b", ",", "dadukou",
    "pack", "actuals.csv",
    *(str(value) for value in NUMBERS if not isinstance(value, int) or abs(value) < 10**100), "9" * 400,
]  # fmt: skip


def typed(called: str, where: str, value: str) -> list[str]:
    """The command line with one value in its place."""
    given_ = list(ARGUMENTS[called])
    if not where.startswith("-"):
        given_[int(where) : int(where) + 1] = [value]
    elif where in given_:
        given_[given_.index(where) + 1] = value
    else:
        given_ += [where, value]
    return [*called.split(), *given_]


def judged(result: Result, arguments: list[str], codes: tuple[int, ...] = (2,)) -> str:
    """The sentence of a command that refused; nothing where it went well."""
    assert "Traceback" not in result.output and "未预料" not in result.output, (arguments, result.output[-2000:])
    if result.exit_code == 0 or (arguments[0] == "doctor" and result.exit_code == 1):
        return ""
    assert result.exit_code in codes, (arguments, result.exit_code, result.output[-2000:])
    (sentence,) = result.stderr.splitlines()
    assert 4 < len(sentence) < 3000 and sentence.isprintable(), (arguments, sentence)
    return sentence


def answered(folder: Path, arguments: list[str]) -> str:
    """A command given in a folder, and what it says of its input; whatever gets as far as a run or a server has been accepted."""
    with pytest.MonkeyPatch.context() as patch, within(60):
        patch.setattr(yidu.sim.ensemble, "fused", taken)
        patch.setattr(yidu.sim.record.OneRun, "__init__", taken)
        patch.setattr(yidu.viz.app.server, "listen", taken)
        patch.chdir(folder)
        result = CliRunner().invoke(command.app, arguments)
    return judged(result, arguments)


def cleared(folder: Path, before: set[str]) -> None:
    """Remove what commands that went well have written."""
    for name in sorted(listing(folder) - before, reverse=True):
        path = folder / name
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()


@pytest.mark.slow
def test_commands_are_given_what_they_take(place: Path) -> None:
    before = listing(place)
    for called in ARGUMENTS:
        said = answered(place, [*called.split(), *ARGUMENTS[called]])
        assert not said or called.startswith("sweep ") and "swept" in said, said
        cleared(place, before)


def _whatever_is_typed(place: Path, data: st.DataObject) -> None:
    luck = data.draw(st.randoms(use_true_random=False))
    called, where, _ = luck.choice(PARAMETERS)
    value = luck.choice(VALUES)
    if luck.randrange(6) == 0 and ARGUMENTS[called]:
        value = misspelt(luck.choice(ARGUMENTS[called]), luck)
    before = listing(place)
    try:
        answered(place, typed(called, where, value))
    finally:
        cleared(place, before)


@given(data=st.data())
@settings(max_examples=15)
def test_whatever_is_typed_is_answered_with_one_sentence(place: Path, data: st.DataObject) -> None:
    _whatever_is_typed(place, data)


@pytest.mark.slow
@given(data=st.data())
@settings(max_examples=300)
def test_much_is_typed_and_answered_with_one_sentence(place: Path, data: st.DataObject) -> None:
    _whatever_is_typed(place, data)


@pytest.mark.parametrize("value", ["abc", "0", "-7", "1", "99999999999999999999", "１２", "1e3", " 80"])
def test_no_width_of_the_environment_empties_a_table(value: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", value)
    monkeypatch.chdir(place)
    result = CliRunner().invoke(command.app, ["region", "check", "pack"])
    assert result.exit_code == 0 and "大渡口" in result.stdout


@pytest.mark.parametrize("value", ["fr", "zh_CN.UTF-8", "\udcff", "../zh", " "])
def test_an_unknown_language_of_the_environment_is_a_sentence(value: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIDU_LANG", value)
    assert "zh" in answered(place, ["region", "check", "pack"])


# --- where files go


WRITING = {
    "run": ["run", "--out", "tables"],
    "run, in JSON": ["run", "--json", "a.json"],
    "a workbook of a region": ["region", "to-excel", "pack", "--out", "a.xlsx"],
    "a region of a workbook": ["region", "from-excel", "my.xlsx", "--out", "back"],
    "a new region": ["region", "new", "fresh", "nanan"],
    "a new scenario": ["scenario", "new", "new.toml"],
    "a fit": ["calibrate", "--show", "--region", "pack", "--out", "fit"],
    "an answer": ["scenario", "check", "mix.toml", "--json", "a.json"],
    "a report": ["report", "--to", "a.html", "--to", "a.docx", "--runs", "2", "--no-measures"],
    "a sweep": ["sweep", "lhs.toml", "--out", "swept2", "--workers", "1"],
}  # fmt: skip


@pytest.mark.parametrize("case", WRITING)
def test_a_full_disk_is_a_sentence_and_leaves_no_half_of_a_file(case: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    before = listing(place)
    if case.startswith("run"):
        assert CliRunner().invoke(command.app, ["run", "--json", "-"]).exit_code == 0  # whatever is compiled is kept by now
    with full_disk(150):
        result = CliRunner().invoke(command.app, WRITING[case])
    try:
        assert judged(result, WRITING[case], (1,)), "it went well"
        left = {name for name in listing(place) - before if (place / name).is_file() and not name.endswith(".lock")}
        assert not left
    finally:
        cleared(place, before)


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--out", "taken"], ["run", "--json", "folder"], ["run", "--json", "none/a.json"], ["run", "--json", "closed/a.json"],
        ["region", "to-excel", "pack", "--out", "taken.xlsx"], ["region", "new", "folder", "nanan"], ["region", "new", "closed/fresh",
        "nanan"],
        ["region", "from-excel", "my.xlsx", "--out", "taken"], ["region", "from-excel", "my.xlsx", "--out", "closed/a"],
        ["scenario", "new", "mix.toml"], ["sweep", "lhs.toml", "--out", "taken"], ["sweep", "lhs.toml", "--out", "folder"],
        ["report", "--to", "folder"], ["report", "--to", "closed/a.pptx"], ["report", "--to", "a.exe"], ["run", "--json", "a" * 300],
        ["calibrate", "--show", "--region", "pack", "--out", "taken"], ["sweep", "lhs.toml", "--out", "closed/a"],
        ["region", "check", "loop"], ["validate", "--actuals", "loop"], ["validate", "--actuals", "folder"], ["region", "from-excel",
        "pack", "--out", "b"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_place_that_will_not_do_is_a_sentence(arguments: list[str], place: Path) -> None:
    (place / "taken").write_text("mine")
    (place / "taken.xlsx").write_text("mine")
    (place / "folder").mkdir(exist_ok=True)
    (place / "folder" / "mine.txt").write_text("mine")
    if not (place / "loop").is_symlink():
        (place / "loop").symlink_to("loop")
    closed = place / "closed"
    if not closed.exists():
        closed.mkdir()
        closed.chmod(0o500)
    if "closed" in " ".join(arguments) and os.access(closed, os.W_OK):
        pytest.skip("nothing is closed to this user")
    before = listing(place)
    assert answered(place, arguments)
    assert listing(place) == before and (place / "taken").read_text() == "mine"


def test_the_same_luck_spoils_the_same() -> None:
    from tests.fuzz.mutators import FromBytes, spoilt

    content = ACTUALS.encode()
    assert spoilt("a.csv", content, random.Random(3)) == spoilt("a.csv", content, random.Random(3))
    assert spoilt("a.csv", content, FromBytes(b"\3\4\5")) == spoilt("a.csv", content, FromBytes(b"\3\4\5"))
