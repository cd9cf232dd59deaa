"""What all tests share: how Hypothesis searches, and the district loaded once."""

import os
import sys
from pathlib import Path

# One linear-algebra thread for each test worker; set before NumPy is imported, which reads it once.
for _threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")

from typing import TYPE_CHECKING  # noqa: E402

import pytest  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402

if TYPE_CHECKING:
    from tests.asking import Yidu
    from yidu.sim.region import Region

# A rule's first call compiles it, which takes seconds: no deadline, and slow first examples are no failure.
settings.register_profile("yidu", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The same examples at every run, so that a red CI is about the change.
settings.register_profile("ci", parent=settings.get_profile("yidu"), derandomize=True, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "yidu"))


FAST = "pytestmark = pytest.mark.fast"
"""The line of a test file that simulates nothing. Where only such files are asked for, the others are not even imported."""


def pytest_configure(config: pytest.Config) -> None:
    """`-m fast` leaves out the slow tests of a fast file."""
    if config.option.markexpr == "fast":
        config.option.markexpr = "fast and not slow"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out, unread, what `-m fast` would deselect."""
    if not config.option.markexpr.startswith("fast") or not collection_path.name.startswith("test_"):
        return None
    return None if FAST in collection_path.read_text(encoding="utf-8") else True


@pytest.fixture(autouse=True)
def simulates_nothing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where fast tests are asked for, one that computes a run fails."""
    if request.config.option.markexpr.startswith("fast") and "yidu.sim.ensemble" in sys.modules:

        def refused(*_: object) -> None:
            raise AssertionError("a test marked fast computes a run: take the mark from its file")

        monkeypatch.setattr("yidu.sim.ensemble.run_to", refused)


@pytest.fixture(scope="session")
def dadukou() -> "Region":
    """The district as shipped, read and checked once for each worker; frozen, so that tests can share it."""
    from yidu.sim.region import load

    return load("dadukou")


@pytest.fixture
def unleaning(monkeypatch: pytest.MonkeyPatch) -> None:
    """No fitted parameter leans on the end of its prior: for what is told of everything else."""
    monkeypatch.setattr("yidu.experiments.judging.unknown.at_prior_bound", lambda *_: ())


@pytest.fixture
def yidu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Yidu":
    """`yidu ...` in an empty folder."""
    from typer.testing import CliRunner, Result

    from yidu import command

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("YIDU_LANG", raising=False)
    monkeypatch.delenv("COLUMNS", raising=False)

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(command.app, [str(argument) for argument in arguments])

    return run
