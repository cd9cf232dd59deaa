"""Long work of the app: it goes on in a process of its own, says how far it is, and ends when nobody waits for it."""

import contextlib
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.viz import work
from yidu.sim.errors import InputError
from yidu.viz.app import jobs, server_settings
from yidu.viz.app.jobs import Job, JobFailed, Queue
from yidu.viz.app.open_pages import OpenPages, Visitor
from yidu.viz.app.server_settings import Settings

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

    def __init__(self, browser: str = "") -> None:
        self.id = secrets.token_hex(8)
        self.session_id = browser or self.id
        self.leaving: list[Callable[[], None]] = []

    def on_close(self, what: Callable[[], None]) -> None:
        self.leaving.append(what)


def test_work_is_cancelled_when_its_visitor_leaves_and_a_browser_has_only_so_much(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page("mine")
    monkeypatch.setattr(jobs, "this_page", lambda: page)
    mine = [Job.start(work.steps, 10_000) for _ in range(server_settings.current().jobs_each)]
    monkeypatch.setattr(jobs, "this_page", lambda: Page("mine"))  # another page of the same browser
    with pytest.raises(InputError, match="this browser has enough work"):
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


def of(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is started from now on is started from a new page of this visitor."""
    page = Page(visitor.browser)
    assert jobs.OPEN.enter(page.id, visitor, page, Settings(jobs=1, visitors=10_000), ()) is not None
    monkeypatch.setattr(jobs, "this_page", lambda: page)


def started(many: int) -> list[Job]:
    """As many jobs as are let in, of so many."""
    came = []
    for _ in range(many):
        with contextlib.suppress(InputError):
            came.append(Job.start(work.steps, 10_000))
    return came


def test_a_browser_that_asks_for_all_gets_its_share_and_the_next_one_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = Queue(most=1)
    monkeypatch.setattr(jobs, "QUEUE", queue)
    monkeypatch.setattr(jobs, "OPEN", OpenPages())
    limits = server_settings.current()
    try:
        greedy = []
        for _ in range(10):  # pages of one browser
            of(Visitor("greedy", address="192.0.2.1"), monkeypatch)
            greedy += started(10)
        login = object()
        for number in range(3):  # one who logged in once, and calls himself otherwise each time
            of(Visitor(f"posing-{number}", login, "192.0.2.1"), monkeypatch)
            greedy += started(10)
        assert len(greedy) == 2 * limits.jobs_each
        for number in range(10):  # one address, a new name each time
            of(Visitor(f"many-{number}", address="192.0.2.1"), monkeypatch)
            greedy += started(10)
        assert len(greedy) == 1 + limits.jobs_address  # one is under way
        with pytest.raises(InputError, match="too much work of your network address is waiting"):
            Job.start(work.steps, 1)

        of(Visitor("late", address="192.0.2.2"), monkeypatch)
        first, second = started(2)
        assert greedy[1].place > first.place and greedy[2].place > first.place  # the greedy one's second and third
        assert second.place > first.place
        assert first.place == 1 + len({job.visitor for job in greedy if job.place and job.place < first.place})
        greedy[0].cancel()
        for job in sorted(greedy[1:], key=lambda job: job.place):
            job.cancel()
        assert eventually(lambda: first.state == "running")
    finally:
        queue.stop()


def test_everybodys_first_work_goes_before_anybodys_second(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = Queue(most=1)
    monkeypatch.setattr(jobs, "QUEUE", queue)
    monkeypatch.setattr(jobs, "OPEN", OpenPages())
    try:
        of(Visitor("one"), monkeypatch)
        running, second, third = started(3)
        of(Visitor("two"), monkeypatch)
        first, later = started(2)
        assert [job.place for job in (running, first, second, later, third)] == [0, 1, 2, 3, 4]
        running.cancel()
        assert eventually(lambda: first.state == "running") and second.place == 1
    finally:
        queue.stop()


PARENT = """
import sys, time
from tests.viz import work
from yidu.viz.app.jobs import Job
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
