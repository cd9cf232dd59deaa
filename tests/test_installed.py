"""Installed as others install it: a wheel, in an environment of its own, used from another folder; and from a zip without a network."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import urllib.request
import zipfile
from collections.abc import Iterator
from email.parser import Parser
from pathlib import Path, PurePosixPath

import pytest
from packaging import tags
from packaging.requirements import Requirement
from packaging.utils import parse_wheel_filename

from yidu.bench.browser import served
from yidu.bench.bundle import SYSTEMS, WINDOWS, bundle, needed, pinned, wheel
from yidu.viz.app.gate import READY
from yidu.viz.app.scripts import ASKED_FOR, is_kept, prune

pytestmark = pytest.mark.fast

on_unix = pytest.mark.skipif(sys.platform == "win32", reason="programs of an environment lie elsewhere on Windows")
ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = [(ROOT / name).read_text(encoding="utf-8") for name in ("requirements.txt", "requirements-dev.txt")]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_pin_with_hashes_is_the_version_that_the_constraints_name():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    tested = {canonical(name): version for name, _, version in (line.partition("==") for line in lines) if version}
    for text in REQUIREMENTS:
        for _, block, _ in pinned(text):
            name, version = block.split()[0].split("==")
            assert tested.get(canonical(name), version) == version
            assert "--hash=sha256:" in block


def test_everything_that_the_product_asks_for_is_pinned_and_nothing_of_the_tests_is_installed_to_run_it():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    runs, tests = ({canonical(name) for name, _, _ in pinned(text)} for text in REQUIREMENTS)
    assert {canonical(re.split(r"[^\w.-]", one)[0]) for one in declared["dependencies"]} <= runs <= tests
    assert {"pytest", "playwright", "mypy", "duckdb"} <= tests - runs


def test_a_bundle_holds_what_its_own_system_needs():
    linux, windows = (needed(REQUIREMENTS[0], system) for system in ("linux_x86_64", "win_amd64"))
    assert "colorama" in windows.keys() - linux.keys() and "pexpect" in linux.keys() - windows.keys()
    assert set(SYSTEMS) == {"linux_x86_64", "win_amd64"}


def test_of_the_scripts_only_those_stay_that_pages_ask_for_and_their_licences(tmp_path):
    asked_for = [pattern.replace("@*", "@1.0").replace("*", "x") for pattern in ASKED_FOR]
    for name in (*asked_for, "echarts@1.0/LICENSE", "vega@1/vega.js", "vega@1/LICENSE"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    prune(tmp_path)
    assert not (tmp_path / "vega@1").exists() and (tmp_path / "echarts@1.0" / "LICENSE").exists()
    assert all(is_kept(path.relative_to(tmp_path).as_posix()) for path in tmp_path.rglob("*") if path.is_file())


def test_where_the_scripts_are_of_another_version_none_is_removed(tmp_path):
    (tmp_path / "vega.js").touch()
    with pytest.raises(RuntimeError, match="main8.css"):
        prune(tmp_path)
    assert (tmp_path / "vega.js").exists()


def asked(*command: str | Path, cwd: Path, **variables: str | Path) -> str:
    """What a process of its own prints, which is told nothing of the tests' Python."""
    told = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_NO", "YIDU", "VIRTUAL_ENV"))}
    told |= {name: str(value) for name, value in variables.items()}
    done = subprocess.run([*map(str, command)], cwd=cwd, env=told, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]
    return done.stdout


@contextlib.contextmanager
def skipped_without_an_index() -> Iterator[None]:
    """Skips, with what pip said, where the package index does not answer; in CI it is a failure."""
    try:
        yield
    except subprocess.CalledProcessError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"NOT TRIED: the package index does not answer: {error}")


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> Path:
    return wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installers(tmp_path_factory) -> Path:
    """The folder where uv and pipx are, in an environment of theirs."""
    folder = tmp_path_factory.mktemp("installers")
    asked(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    with skipped_without_an_index():
        command = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install", "--quiet", "uv", "pipx"]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return folder / "bin"


def with_the_packages_of_the_tests(folder: Path) -> Path:
    """Lets an environment see all packages of this one but ours; says which its Python is."""
    python = folder / "bin" / "python"
    links = folder / "packages"
    links.mkdir()
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if not path.name.startswith(("yidu", "__editable__", "pip")) and path.suffix != ".pth":
            (links / path.name).symlink_to(path)
    place = asked(python, "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    (Path(place) / "packages.pth").write_text(f"{links}\n", encoding="utf-8")
    return python


@pytest.fixture
def elsewhere(tmp_path) -> Path:
    """Somebody's own folder, in which files happen to have the names of our packages."""
    folder = tmp_path / "elsewhere"
    for package in ("experiments", "sim", "viz"):
        (folder / package).mkdir(parents=True)
        (folder / package / "__init__.py").write_text("raise SystemExit('not ours')\n", encoding="utf-8")
    for module in ("agents.py", "command.py", "calibration.py"):
        (folder / module).write_text("raise SystemExit('not ours')\n", encoding="utf-8")
    return folder


@pytest.mark.slow
def test_the_wheel_installs_one_package_with_types_and_all_that_the_rooms_read(own):
    with zipfile.ZipFile(own) as packed:
        held = set(packed.namelist())
    assert {name.split("/")[0] for name in held if ".dist-info/" not in name} == {"yidu"}
    for room in ("agents", "sim", "calibration", "experiments", "viz", "bench"):
        read = {".py", ".toml", ".vue", ".j2", ".css"}
        here = {path.relative_to(ROOT).as_posix() for path in (ROOT / room).rglob("*") if path.suffix in read}
        assert {name for name in here if f"yidu/{name}" not in held} == set()
    assert {"yidu/py.typed", "yidu/__main__.py", "yidu/command.py", "yidu/viz/app/assets/connection.js"} <= held


FOUR_RUNS = """
[design]
kind = "lhs"
size = 1
[runs]
per_point = 4
years = [2025, 2025]
indicators = ["tech_enterprises"]
chunk = 2
"""


@pytest.mark.slow
@on_unix
def test_a_plain_wheel_works_in_a_folder_with_modules_of_the_same_names(own, elsewhere, tmp_path):
    asked(sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv", cwd=tmp_path)
    python = with_the_packages_of_the_tests(tmp_path / "venv")
    asked(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", own, cwd=tmp_path)
    yidu, kept = python.with_name("yidu"), {"YIDU_CACHE": str(tmp_path / "cache")}
    assert "完成概率" in asked(yidu, "assess", "--runs", "20", "--no-shares", cwd=elsewhere, **kept)
    program = "import yidu; region = yidu.load_region('dadukou'); print(region.name, yidu.simulate.__module__)"
    assert asked(python, "-c", program, cwd=elsewhere, **kept).split() == ["dadukou", "yidu.sim.ensemble"]
    (elsewhere / "design.toml").write_text(FOUR_RUNS, encoding="utf-8")
    asked(yidu, "sweep", "design.toml", "--out", "swept", cwd=elsewhere, **kept)  # worker processes
    assert list((elsewhere / "swept").rglob("*.parquet"))
    asked(yidu, "report", "--runs", "20", "--no-measures", "--to", "told.html", cwd=elsewhere, **kept)
    with served(program=[yidu], folder=elsewhere, **kept) as (address, _), urllib.request.urlopen(address + READY, timeout=60) as answer:
        assert answer.read().strip() == b"ok"


@pytest.mark.slow
@on_unix
def test_uv_installs_the_wheel_and_finds_the_versions_that_were_tested(own, elsewhere, installers, tmp_path):
    uv = [installers / "uv", "--quiet", "--no-config"]
    asked(*uv, "venv", "--python", sys.executable, tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv" / "bin" / "python"
    into = ["pip", "install", "--python", python]
    with skipped_without_an_index():
        command = [installers / "uv", "--no-config", *into, "--dry-run", "-c", ROOT / "constraints.txt", own]
        done = subprocess.run([*map(str, command)], check=True, capture_output=True, text=True, cwd=tmp_path)
    would = dict(re.findall(r"^ \+ ([\w.-]+)==(\S+)$", done.stderr, re.MULTILINE))
    here = needed(REQUIREMENTS[0], "linux_x86_64")
    pins = {canonical(name): lines.split()[0].partition("==")[2] for name, lines in here.items() if name not in ("setuptools", "pip")}
    if sys.platform == "linux" and sys.version_info[:2] == (3, 13):
        assert {name: version for name, version in would.items() if name not in ("yidu", "setuptools")} == pins
    asked(*uv, *into, "--offline", "--no-deps", own, cwd=tmp_path)
    with_the_packages_of_the_tests(tmp_path / "venv")
    assert "大渡口" in asked(python.with_name("yidu"), "region", "check", "dadukou", cwd=elsewhere)


@pytest.mark.slow
@on_unix
def test_pipx_installs_the_wheel_and_its_command_is_there(own, elsewhere, installers, tmp_path):
    places = {"PIPX_HOME": tmp_path / "pipx", "PIPX_BIN_DIR": tmp_path / "commands", "PIPX_MAN_DIR": tmp_path / "man"}
    there = tmp_path / "pipx" / "venvs" / "yidu"  # pipx looks at what a package needs too, so that this is there first
    asked(sys.executable, "-m", "venv", "--without-pip", there, cwd=tmp_path)
    with_the_packages_of_the_tests(there)
    asked(installers / "pipx", "install", "--quiet", "--force", "--pip-args=--no-deps", own, cwd=tmp_path, **places)
    assert "大渡口" in asked(tmp_path / "commands" / "yidu", "region", "check", "dadukou", cwd=elsewhere)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux" or sys.version_info[:2] != (3, 13), reason="the bundle tried here is for Linux and Python 3.13")
def test_the_bundle_installs_without_an_index_and_answers(tmp_path):
    with skipped_without_an_index():
        file = bundle("linux_x86_64", tmp_path)
    with zipfile.ZipFile(file) as packed:
        packed.extractall(tmp_path)
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": "", "PYTHON": sys.executable}
    asked("sh", tmp_path / file.stem / "install.sh", tmp_path / "installed", cwd=tmp_path, **nowhere)
    yidu = tmp_path / "installed" / "bin" / "yidu"
    assert "完成概率" in asked(yidu, "assess", "--runs", "20", "--no-shares", cwd=tmp_path, YIDU_CACHE=tmp_path / "cache")


@pytest.mark.slow
def test_the_bundle_for_windows_holds_all_that_windows_needs_and_only_what_runs_there(tmp_path):
    with skipped_without_an_index():
        file = bundle("win_amd64", tmp_path)
    runs_there = {*tags.cpython_tags((3, 13), platforms=["win_amd64"]), *tags.compatible_tags((3, 13), "cp313", ["win_amd64"])}
    sees = {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64", "python_version": "3.13"}
    found, asked_for = {}, []
    with zipfile.ZipFile(file) as packed:
        held = {PurePosixPath(name).relative_to(file.stem): name for name in packed.namelist()}
        for path in (path for path in held if path.suffix == ".whl"):
            name, version, _, fits = parse_wheel_filename(path.name)
            assert fits & runs_there, path
            found[name] = version
            with packed.open(held[path]) as wheel_in_it, zipfile.ZipFile(io.BytesIO(wheel_in_it.read())) as opened:
                metadata = next(part for part in opened.namelist() if part.endswith(".dist-info/METADATA"))
                asked_for += Parser().parsestr(opened.read(metadata).decode()).get_all("Requires-Dist") or []
        script = packed.read(held[PurePosixPath("install.cmd")])
    pins = {canonical(name): lines.split()[0].partition("==")[2] for name, lines in needed(REQUIREMENTS[0], "win_amd64").items()}
    own = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert {name: str(version) for name, version in found.items()} == {**pins, "yidu": own}
    for one in map(Requirement, asked_for):
        if one.marker is None or one.marker.evaluate({**sees, "extra": ""}):
            assert one.specifier.contains(found[canonical(one.name)], prereleases=True), one
    assert {path.name for path in held if len(path.parts) == 1} == {"install.cmd", "requirements.txt"}
    assert script == WINDOWS.replace("\n", "\r\n").encode("gbk")


def test_the_script_for_windows_is_one_that_its_command_line_reads():
    spoken = [line for line in WINDOWS.splitlines() if not line.isascii()]
    assert all(line.startswith("echo ") for line in spoken)
    for line in spoken:  # the second byte of a letter must not be one that ends a command
        assert not set(b"&|<>^%") & {byte for letter in line if not letter.isascii() for byte in letter.encode("gbk")}
    for line in WINDOWS.splitlines():
        assert line.count('"') % 2 == 0 or line == 'set PYTHON="%PYTHON:"=%"'
        if not line.startswith(("set ", "if ", "rem ")):  # what a user names may hold spaces, brackets and &
            assert not re.search(r"%(to|here)%", re.sub(r'"[^"]*"', "", line)), line
    assert not re.search(r"\$|(^|\s)(sh|export|source)\s", WINDOWS)
    gone_to = set(re.findall(r"goto (\w+)", WINDOWS))
    assert gone_to == set(re.findall(r"^:(\w+)$", WINDOWS, re.MULTILINE))
