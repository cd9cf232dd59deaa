"""Long work of the app: it goes on in a process of its own, says how far it is, and ends when nobody waits for it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sim.errors import InputError
from tests.viz import work
from viz import jobs, server_settings
from viz.jobs import Job, JobFailed, Queue

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[Queue]:
    """Two at once, in place of the queue of the server."""
    queue = Queue(most=2)
    monkeypatch.setattr(jobs, "QUEUE", queue)
    yield queue
    queue.stop()


def alive(pid: int) -> bool:
    """Whether a process runs; one that has died and waits to be buried does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def eventually(so: Callable[[], object], seconds: float = 20.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if so():
            return True
        time.sleep(0.02)
    return bool(so())


def test_work_says_how_far_it_is_and_gives_its_result(queue: Queue) -> None:
    job = Job.start(work.steps, 40, total=40, what="plan")
    assert job.progress == (0, 40, "plan")
    heard: list[tuple[int, str]] = []
    job.subscribe(lambda one: heard.append((one.progress.done, one.state)))
    assert job.wait(30) and job.state == "done"
    result = job.result()
    assert result["steps"] == 40 and result["pid"] != os.getpid()
    assert result["nice"] > os.nice(0)  # sliders of others go first
    assert job.progress == (40, 40, "plan")
    done = [many for many, _ in heard]
    assert done == sorted(done) and len(set(done)) > 2
    assert eventually(lambda: heard[-1][1] == "done")
    assert eventually(lambda: not alive(result["pid"]), 2)


def test_the_next_in_turn_waits_and_says_its_place(queue: Queue) -> None:
    first, second = (Job.start(work.steps, 10_000) for _ in range(2))
    third, fourth = (Job.start(work.steps, 10) for _ in range(2))
    assert (third.place, fourth.place) == (1, 2) and third.state == "waiting"
    first.cancel()
    assert eventually(lambda: third.state != "waiting") and fourth.place == 1
    third.cancel()
    fourth.cancel()
    assert fourth.state == "cancelled" and fourth.place == 0 and fourth.pid is None
    second.cancel()


def test_cancelling_ends_the_process_and_its_children_within_two_seconds(queue: Queue, tmp_path: Path) -> None:
    file = tmp_path / "pids"
    job = Job.start(work.with_child, str(file))
    assert eventually(lambda: file.exists() and len(file.read_text().split()) == 2)
    pids = [int(pid) for pid in file.read_text().split()]
    assert job.pid == pids[0] and all(alive(pid) for pid in pids)
    began = time.monotonic()
    job.cancel()
    assert job.state == "cancelled" and job.wait(0)
    assert eventually(lambda: not any(alive(pid) for pid in pids), 2) and time.monotonic() - began < 2
    with pytest.raises(RuntimeError, match="cancelled"):
        job.result()
    job.cancel()  # once more does nothing


def test_what_goes_wrong_in_the_work_comes_back(queue: Queue, caplog: pytest.LogCaptureFixture) -> None:
    refused, broken, odd = Job.start(work.refuses), Job.start(work.breaks), Job.start(work.odd)
    parts, died = Job.start(work.parts), Job.start(work.dies)
    assert all(job.wait(60) for job in (refused, broken, odd, parts, died))

    assert isinstance(refused.error, InputError)
    assert (refused.error.file, refused.error.row, refused.error.value) == ("my.toml", 3, "sead_fund")
    with pytest.raises(InputError, match="sead_fund"):
        refused.result()

    for job in (broken, odd):
        assert isinstance(job.error, JobFailed) and job.error.why == "broke" and "secret" not in str(job.error)
    assert "ZeroDivisionError: secret of the server" in caplog.text  # in the log alone

    assert isinstance(died.error, JobFailed) and died.error.why == "died" and died.state == "failed"
    assert parts.result() == "both" and parts.progress == (3, 3, "second")


def test_work_that_cannot_cross_to_another_process_is_a_mistake_of_ours(queue: Queue) -> None:
    job = Job.start(lambda progress: None)
    assert job.wait(30) and isinstance(job.error, JobFailed) and job.error.why == "broke"


def test_too_much_work_is_refused_in_a_sentence(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_settings, "_current", replace(server_settings.current(), jobs_waiting=1))
    started = [Job.start(work.steps, 10_000) for _ in range(3)]
    with pytest.raises(InputError, match="too much work is waiting"):
        Job.start(work.steps, 1)
    for job in started:
        job.cancel()


class Page:
    """Stands in for what Solara keeps of a page."""

    def __init__(self) -> None:
        self.leaving: list[Callable[[], None]] = []

    def on_close(self, what: Callable[[], None]) -> None:
        self.leaving.append(what)


def test_work_is_cancelled_when_its_visitor_leaves_and_a_page_has_only_so_much_of_it(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page()
    monkeypatch.setattr(jobs, "this_page", lambda: page)
    mine = [Job.start(work.steps, 10_000) for _ in range(server_settings.current().jobs_each)]
    with pytest.raises(InputError, match="this page has enough work"):
        Job.start(work.steps, 1)
    monkeypatch.setattr(jobs, "this_page", Page)
    other = Job.start(work.steps, 10_000)
    assert eventually(lambda: mine[0].state == "running")
    pid = mine[0].pid
    assert pid is not None
    for leave in page.leaving:
        leave()
    assert {job.state for job in mine} == {"cancelled"} and other.state != "cancelled"
    assert eventually(lambda: not alive(pid), 2)


PARENT = """
import sys, time
from tests.viz import work
from viz.jobs import Job
if __name__ == "__main__":
    job = Job.start(work.with_child, sys.argv[1])
    time.sleep(600)
"""


def test_no_worker_outlives_a_server_that_is_killed(tmp_path: Path) -> None:
    file, script = tmp_path / "pids", tmp_path / "parent.py"
    script.write_text(PARENT)
    parent = subprocess.Popen([sys.executable, script, file], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        assert eventually(lambda: file.exists() and len(file.read_text().split()) == 2, 30)
        pids = [int(pid) for pid in file.read_text().split()]
        parent.kill()
        assert eventually(lambda: not any(alive(pid) for pid in pids), 3)
    finally:
        parent.kill()
        parent.wait()
