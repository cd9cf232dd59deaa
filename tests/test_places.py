"""Where a command is to write is tried before anything is run: every option that names an output, and each kind of place."""

import json
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main

from tests.asking import Yidu, done, refused
from tests.fuzz.readers import ACTUALS, DESIGNS, MIX, listing, pack_in, workbook
from tests.fuzz.test_options import answered, typed
from yidu import command

ROOT = Path(__file__).resolve().parents[1]
YIDU = [sys.executable, str(ROOT / "yidu/command.py")]

READ = {
    "--actuals", "--password-file", "--region", "region check 0", "region facts 0", "region to-excel 0", "region from-excel 0",
    "scenario check 0", "scenario show 0", "sweep run 0", "sweep show 0", "sweep analyse 0", "sweep export 0",
}  # fmt: skip
"""Options and arguments that name a file or folder which is read."""

GIVEN = {"--to": {"report": ".html", "sweep export": ".csv"}, "--xlsx": {"decompose": ".xlsx"}, "--picture": {"bench": ".svg"},
         "--out": {"region to-excel": ".xlsx"}, "0": {"scenario new": ".toml"}}  # fmt: skip
"""The ending that a name has to have, where it needs one."""


def outputs() -> list[tuple[str, str, bool]]:
    """Command, option (or the place of an argument), and whether it names a folder: all that are not in READ."""
    found = []

    def look(group: typer.core.TyperGroup, above: str) -> None:
        for name, one in sorted(group.commands.items()):
            called = f"{above} {name}".strip()
            if hasattr(one, "commands"):
                look(one, called)  # type: ignore[arg-type]
                continue
            place = 0
            for parameter in one.params:
                where = str(place) if parameter.param_type_name == "argument" else parameter.opts[0]
                place += parameter.param_type_name == "argument"
                metavar = parameter.metavar or ""
                if ("FILE" in metavar or "DIR" in metavar) and where not in READ and f"{called} {where}" not in READ:
                    found.append((called, where, "DIR" in metavar))

    look(typer.main.get_command(command.app), "")
    return found


OUTPUTS = outputs()

QUICK = {"assess --json", "assess --csv", "calibrate --out", "report --to", "scenario new 0", "sweep run --out"}
"""One of each kind of output; the others take minutes together."""


def cases() -> list[Any]:
    """Each output as a case of its own, under its name."""
    named = [(f"{called} {where}", (called, where, folder)) for called, where, folder in OUTPUTS]
    return [pytest.param(*one, id=name, marks=() if name in QUICK else pytest.mark.slow) for name, one in named]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with whatever a command may read, and places that nothing can be written to."""
    folder = tmp_path_factory.mktemp("places")
    pack_in(folder, posterior=True)
    for name, text in {"actuals.csv": ACTUALS, "mix.toml": MIX, "lhs.toml": DESIGNS["lhs"], "a_file": "mine"}.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "my.xlsx").write_bytes(workbook())
    for ending in ("", ".html", ".csv", ".xlsx", ".svg", ".toml"):
        (folder / f"loop{ending}").symlink_to(f"loop{ending}")
        (folder / f"astray{ending}").symlink_to(f"nowhere/a{ending}")
        (folder / f"a_folder{ending}").mkdir()
        (folder / f"a_folder{ending}" / "mine.txt").write_text("mine")
        with socket.socket(socket.AF_UNIX) as opened:
            usual = os.getcwd()
            os.chdir(folder)  # the name of a socket may have so many letters
            opened.bind(f"socket{ending}")
            os.chdir(usual)
    return folder


def test_every_command_that_writes_is_looked_at() -> None:
    assert len(OUTPUTS) >= 30 and {where for _, where, _ in OUTPUTS} >= {"--json", "--csv", "--to", "--xlsx", "--out", "--picture", "0"}
    assert {f"{called} {where}" for called, where, _ in OUTPUTS} >= QUICK


@pytest.mark.parametrize("called, where, folder", cases())
def test_a_place_that_will_not_do_is_said_before_anything_is_run(called: str, where: str, folder: bool, place: Path) -> None:
    ending = GIVEN.get(where, {}).get(called, "")
    bad = [f"nowhere/a{ending}", f"a_file/a{ending}", f"loop{ending}", f"socket{ending}"]
    if not folder:
        bad += [f"a_folder{ending}", f"astray{ending}"]
    if called == "region new":
        bad = bad[1:]  # it makes the folders above
    for name in bad:
        before = listing(place)
        assert answered(place, typed(called, where, name)), f"{name} was taken"
        assert listing(place) == before, name


def test_a_pipe_and_a_link_get_what_a_file_would_get(yidu: Yidu, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "far.csv").write_text("old")
    (tmp_path / "far.csv").chmod(0o600)
    (tmp_path / "link.csv").symlink_to("far.csv")
    reader = subprocess.Popen(["sh", "-c", "cat pipe.json > got.json"], cwd=tmp_path)
    done(yidu("assess", "--runs", 3, "--json", "pipe.json", "--csv", "link.csv"))
    assert reader.wait(30) == 0 and json.loads((tmp_path / "got.json").read_text(encoding="utf-8"))["runs"] == 3
    assert (tmp_path / "link.csv").is_symlink() and "tech_enterprises" in (tmp_path / "far.csv").read_text(encoding="utf-8")
    assert stat.S_IMODE((tmp_path / "far.csv").stat().st_mode) == 0o600 and stat.S_ISFIFO((tmp_path / "pipe.json").stat().st_mode)


def test_a_socket_is_refused_in_both_languages(yidu: Yidu, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind("s")
    assert "套接字" in refused(yidu("assess", "--json", "s")) and "is a socket" in refused(yidu("assess", "--json", "s", "--lang", "en"))


# --- standard streams


def shell(line: str, cwd: Path, language: str = "en") -> subprocess.CompletedProcess[str]:
    """A line of the shell in which YIDU is this one."""
    environment = {**os.environ, "YIDU": " ".join(YIDU), "YIDU_LANG": language}
    return subprocess.run(["bash", "-c", line], cwd=cwd, env=environment, capture_output=True, text=True, timeout=900, encoding="utf-8")


COMMANDS = ["region facts", *(pytest.param(one, marks=pytest.mark.slow) for one in ("assess --runs 2", "scenario show plan", "targets"))]


@pytest.mark.parametrize("asked", COMMANDS)
def test_closed_streams_and_readers_who_go_end_nothing_badly(asked: str, tmp_path: Path) -> None:
    line = f"$YIDU {asked} >&-; echo $?; $YIDU {asked} 2>&- >/dev/null; echo $?; $YIDU {asked} <&- >/dev/null; echo $?"
    ran = shell(line, tmp_path)
    assert (ran.stdout.split(), ran.stderr) == (["0", "0", "0"], "")
    ran = shell(f"$YIDU {asked} | head -1; echo ${{PIPESTATUS[0]}}", tmp_path)
    assert ran.stderr == "" and ran.stdout.splitlines()[-1] in ("0", "1") and len(ran.stdout.splitlines()) == 2


def test_data_for_a_closed_output_is_refused_before_it_is_lost(tmp_path: Path) -> None:
    for option in ("--json", "--csv"):
        ran = shell(f"$YIDU assess --runs 2 {option} - >&-", tmp_path)
        assert ran.returncode == 2 and ran.stderr.strip() == f"Standard output is closed, so {option} - has nowhere to go; name a file."


def test_a_closed_error_stream_keeps_the_exit_code(tmp_path: Path) -> None:
    assert shell("$YIDU assess nix 2>&-", tmp_path).returncode == 2
    assert shell("$YIDU assess nix 2>&1 | true; exit ${PIPESTATUS[0]}", tmp_path).returncode == 2


@pytest.mark.parametrize("asked", [*COMMANDS[:2], *(pytest.param(one, marks=pytest.mark.slow) for one in ("doctor", "assess --json a"))])
def test_a_working_folder_that_is_gone_is_a_sentence(asked: str, tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    ran = shell(f"rmdir ../gone; $YIDU {asked}", tmp_path / "gone")
    assert "nexpected" not in ran.stderr and "Traceback" not in ran.stderr
    assert ran.returncode == 0 or ran.returncode == 2 and len(ran.stderr.splitlines()) == 1, ran.stderr


def test_an_output_that_is_full_is_a_sentence(tmp_path: Path) -> None:
    ran = shell("export PYTHONDONTWRITEBYTECODE=1; trap '' XFSZ; ulimit -f 1; $YIDU region facts > out.txt", tmp_path)
    assert (ran.returncode, len(ran.stderr.splitlines())) == (1, 1) and "File too large" in ran.stderr and "ulimit" in ran.stderr
