"""An answer is the same to the last byte wherever it is asked for: process, hash seed, threads, folder, locale, time zone, Python.

Of Python there are two only where the machine has a second version and CI asks for it, or one is named: else that test is skipped, and
says so.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.other_python import NAMED, built, other_version

ROOT = Path(__file__).resolve().parents[1]
ASKED = ("assess", "--runs", "24", "--seed", "5", "--json", "-")

ELSEWHERE = {
    "one core, no locale": ("1", "", {"PYTHONHASHSEED": "0", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
    "two cores, Chongqing": ("2", "zh_CN", {"PYTHONHASHSEED": "4242", "TZ": "Asia/Chongqing"}),
    "three cores, Istanbul": (
        "3", "tr_TR", {"PYTHONHASHSEED": "31", "TZ": "Asia/Istanbul", "OMP_NUM_THREADS": "3", "OPENBLAS_NUM_THREADS": "3"}
    ),
}  # fmt: skip
"""Cores that the process is told of, its locale, and variables."""

THREADS = "threads for {} cores"
ON_CORES = f"""
import locale, os, runpy, sys
cores, file = int(sys.argv[1]), sys.argv[2]
sys.argv[:3], sys.path[0] = ["yidu"], os.path.dirname(file)
os.cpu_count = lambda: print({THREADS!r}.format(cores), file=sys.stderr) or cores
locale.setlocale(locale.LC_ALL, "")
runpy.run_path(file, run_name="__main__")
"""
"""The command in a process that believes to have so many cores, in every category of its locale: Python by itself takes over one only."""


def answer(folder: Path, python: str | Path = sys.executable, cores: str = "2", **environment: str) -> bytes:
    """What a process of its own prints, started in a folder that knows nothing of the product."""
    run = subprocess.run(
        [python, "-c", ON_CORES, cores, ROOT / "yidu/command.py", *ASKED],
        cwd=folder, env={**os.environ, **environment}, capture_output=True, timeout=900,
    )  # fmt: skip
    said = run.stderr.decode(errors="replace")
    assert run.returncode == 0, said
    assert THREADS.format(cores) in said, f"it never asked how many cores there are, so that its threads were not varied: {said}"
    return run.stdout


@pytest.fixture(scope="module")
def locales(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, str]]:
    """Makes a locale, as few machines have those of other countries; the variables that choose it."""
    folder = tmp_path_factory.mktemp("locales")

    def made(name: str) -> dict[str, str]:
        file = folder / f"{name}.UTF-8"
        make = ["localedef", "--no-archive", "-i", name, "-f", "UTF-8", str(file)]
        if not shutil.which("localedef") or subprocess.run(make, capture_output=True).returncode or not file.is_dir():
            said = f"this machine cannot make the locale {name}: apt-get install locales"
            (pytest.fail if os.environ.get("CI") else pytest.skip)(said)
        return {"LC_ALL": file.name, "LOCPATH": str(folder)}

    return made


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return answer(tmp_path_factory.mktemp("here"))


@pytest.mark.slow
@pytest.mark.parametrize(("cores", "locale", "environment"), ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_the_answer_of_another_process_is_the_same_to_the_byte(
    here: bytes, tmp_path: Path, locales: Callable[[str], dict[str, str]], cores: str, locale: str, environment: dict[str, str]
) -> None:
    folder = tmp_path / "办公室 of another"
    folder.mkdir()
    assert answer(folder, cores=cores, **environment, **(locales(locale) if locale else {})) == here
    assert len(json.loads(here)["digest"]) == 64 and "经努力" in here.decode()


@pytest.mark.slow
def test_the_answer_of_another_python_is_the_same_to_the_byte(
    here: bytes, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    python = os.environ.get(NAMED)
    if not python:
        interpreter = other_version()
        if interpreter is None:
            pytest.skip("this machine has one version of Python that the product runs on")
        if not os.environ.get("CI"):
            pytest.skip(f"builds an environment of another Python in minutes: CI=1, or name one with {NAMED}=/path/to/python")
        python = str(built(interpreter, tmp_path_factory.mktemp("other") / "venv"))
    asked = subprocess.run([python, "-c", "import sys; print(sys.version_info[:2])"], capture_output=True, text=True, check=True)
    assert asked.stdout.strip() != str(sys.version_info[:2]), f"{python} is the same version"
    assert answer(tmp_path, python, PYTHONPATH=str(ROOT)) == here
