"""A command imports what it uses: whoever asks for help waits for no compiler, and one run waits for no library of fits or reports."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
IMPORTED = re.compile(r"^import time: +\d+ \| +\d+ \| +(\S+)", re.MULTILINE)
NUMERICAL = {"numba", "scipy", "pandas", "pyarrow", "mesa", "networkx", "sklearn", "matplotlib", "solara"}
OF_FITS = {"scoringrules", "sklearn", "xarray", "distributed", "bayesflow", "keras", "jax"}
OF_ANALYSES = {"SALib", "ema_workbench", "pymoo", "duckdb"}
OF_REPORTS = {"matplotlib", "docx", "pptx", "openpyxl", "xlsxwriter", "jinja2"}
OF_THE_APP = {"solara", "reacton", "ipyvuetify", "starlette", "uvicorn"}


def imported(*python: str, code: int = 0) -> set[str]:
    """Every module that a process of its own imports, and every package that they lie in."""
    told = {**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-X", "importtime", *python], cwd=ROOT, env=told, capture_output=True, text=True, timeout=300)
    assert done.returncode == code, done.stderr[-2000:]
    names = IMPORTED.findall(done.stderr)
    return {name.rsplit(".", dots)[0] for name in names for dots in range(name.count(".") + 1)}


def yidu(*arguments: str, code: int = 0) -> set[str]:
    """What a command imports until it ends."""
    return imported("-m", "yidu", *arguments, code=code)


@pytest.mark.parametrize("arguments, code", [(("--help",), 0), (("--version",), 0), (("run", "--darw", "1"), 2)])
def test_help_the_version_and_a_mistyped_line_load_no_numerical_library(arguments: tuple[str, ...], code: int) -> None:
    seen = yidu(*arguments, code=code)
    assert {"yidu.viz.words", "numpy"} <= seen
    assert not seen & NUMERICAL


def test_one_run_loads_no_library_of_fits_analyses_reports_or_the_app_and_no_model_in_mesa() -> None:
    seen = yidu("run", "--draw", "0", "--json", "-")
    assert "yidu.sim.record" in seen
    assert not seen & (OF_FITS | OF_ANALYSES | OF_REPORTS | OF_THE_APP | {"yidu.sim.model", "scipy.stats"})


def test_an_answer_loads_no_library_of_fits_analyses_reports_or_the_app() -> None:
    seen = yidu("targets", "--runs", "2", "--json", "-")  # it takes the step of the fit that `update` takes
    assert "yidu.calibration.fit" in seen
    assert not seen & (OF_FITS | OF_ANALYSES | OF_REPORTS | OF_THE_APP | {"yidu.sim.model", "scipy.stats"})


@pytest.mark.slow
def test_a_worker_of_a_sweep_loads_no_library_of_its_samples_or_their_analysis() -> None:
    seen = imported("-c", "import yidu.experiments.sweep.engines")
    assert "yidu.experiments.sweep.chunks" in seen
    assert not seen & (OF_FITS | OF_ANALYSES | OF_REPORTS | OF_THE_APP | {"yidu.sim.model", "scipy.stats"})


@pytest.mark.slow
def test_the_app_answers_before_it_loads_what_some_page_may_ask_for() -> None:
    begun = "from yidu.viz.app import server; from yidu.viz.app.server_settings import Settings; server.prepare(Settings())"
    seen = imported("-c", f"{begun}; import yidu.viz.pages.app")
    assert "yidu.viz.pages.microscope" in seen
    asked_for_later = {"SALib", "ema_workbench", "duckdb", "matplotlib", "docx", "pptx", "openpyxl", "yidu.sim.model", "scipy.stats"}
    assert not seen & (OF_FITS | asked_for_later)
