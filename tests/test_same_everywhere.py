"""An answer is the same to the last byte wherever it is asked for: process, hash seed, threads, folder, locale, time zone, Python."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.other_python import NAMED, built, other_version

ROOT = Path(__file__).resolve().parents[1]
ASKED = ("assess", "--runs", "24", "--seed", "5", "--json", "-")

ELSEWHERE = {
    "one core, no locale": {"PYTHONHASHSEED": "0", "PYTHON_CPU_COUNT": "1", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "two cores, Chongqing": {"PYTHONHASHSEED": "4242", "PYTHON_CPU_COUNT": "2", "LC_ALL": "zh_CN.UTF-8", "TZ": "Asia/Chongqing"},
    "three cores, Istanbul": {
        "PYTHONHASHSEED": "31", "PYTHON_CPU_COUNT": "3", "LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Istanbul", "OMP_NUM_THREADS": "3",
        "OPENBLAS_NUM_THREADS": "3",
    },
}  # fmt: skip


def answer(folder: Path, python: str | Path = sys.executable, **environment: str) -> bytes:
    """What a process of its own prints, started in a folder that knows nothing of the product."""
    run = subprocess.run(
        [python, ROOT / "command.py", *ASKED], cwd=folder, env={**os.environ, **environment}, capture_output=True, timeout=900
    )
    assert run.returncode == 0, run.stderr.decode(errors="replace")
    return run.stdout


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return answer(tmp_path_factory.mktemp("here"))


@pytest.mark.slow
@pytest.mark.parametrize("environment", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_the_answer_of_another_process_is_the_same_to_the_byte(here: bytes, tmp_path: Path, environment: dict[str, str]) -> None:
    folder = tmp_path / "办公室 of another"
    folder.mkdir()
    assert answer(folder, **environment) == here
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
    assert answer(tmp_path, python) == here
