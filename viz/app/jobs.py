"""Long work for a page of the app: in a process of its own, with progress, in turn, and ended at once when nobody waits for it.

    job = Job.start(search, region, mix, total=4000, what="plan")
    job.progress      Progress(done=120, total=4000, what="plan")
    job.state         "waiting" (job.place says where), "running", "done", "failed" or "cancelled"
    job.result()      what `search(region, mix, progress=...)` returned
    job.error         an InputError as it was raised, or a JobFailed (words `job.died`, `job.broke`), or None
    job.cancel()      ends the process and its children

The function stands at the top of a module, as do the classes of its arguments and result: they cross to another process and back.
It takes `progress=`, which it calls with the number of steps done since, as the questions in experiments/ do; work of several parts
calls `progress.begin(what, total)` before each. Threads compute side by side with the rules, but hold the interpreter otherwise,
which sliders of other visitors would feel; a process does not.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
import weakref
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, Literal, NamedTuple

from yidu.sim.errors import InputError
from yidu.viz.app.open_pages import OPEN, Visitor
from yidu.viz.app.server_settings import current

State = Literal["waiting", "running", "done", "failed", "cancelled"]
OVER: tuple[State, ...] = ("done", "failed", "cancelled")

SPOKEN = 0.1
"""Seconds between two words of a worker on how far it is."""

TELLING = 0.03
"""Part of the work after which its pace says something of the rest."""

NICE = 10
"""How far a worker steps back before the server, on the scale of nice(1)."""

log = logging.getLogger("yidu.viz.app.jobs")


class Progress(NamedTuple):
    """How far a job is: steps done, steps in all (None where not known), and the part that is under way."""

    done: int = 0
    total: int | None = None
    what: str = ""


class JobFailed(Exception):
    """Long work ended without a result, through no fault of the visitor; the log of the server has more.

    `why` is "died" (ended from outside, as for want of memory) or "broke" (a mistake in the program): words `job.died`, `job.broke`.
    """

    def __init__(self, why: Literal["died", "broke"]):
        super().__init__(f"the work {why}")
        self.why = why


# --- for pages


class Job:
    """One piece of long work. Every method may be called from any thread."""

    def __init__(self, function: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any], total: int | None, what: str):
        self._call = (function, arguments, keywords)
        self._queue: Queue | None = None
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._watchers: dict[int, Callable[[Job], object]] = {}
        self._process: Any = None
        self._result: Any = None
        self.pid: int | None = None
        self.progress = Progress(0, total, what)
        self.state: State = "waiting"
        self.error: InputError | JobFailed | None = None
        self.visitor: Visitor | None = None
        self.began: float | None = None

    @classmethod
    def start(cls, function: Callable[..., Any], *arguments: Any, total: int | None = None, what: str = "", **keywords: Any) -> Job:
        """Have `function(*arguments, progress=..., **keywords)` worked on as soon as it is its turn.

        Started from a page, the job belongs to it: it is cancelled when the visitor leaves.

        Raises:
            InputError: too much work is waiting already.
        """
        job = cls(function, arguments, keywords, total, what)
        QUEUE.add(job)
        return job

    @property
    def place(self) -> int:
        """How many are served before it, and itself: 1 is next; 0 where it does not wait."""
        return 0 if self._queue is None else self._queue.place(self)

    @property
    def seconds_left(self) -> float | None:
        """Seconds that the part under way takes yet, at the pace so far; None where that is not known, as at its very beginning."""
        done, total, _ = self.progress
        if self.began is None or not total or done < TELLING * total or self.state != "running":
            return None
        return (time.monotonic() - self.began) * max(0, total - done) / done

    def result(self) -> Any:
        """What the function returned.

        Raises:
            InputError, JobFailed: as `error` has it.
            RuntimeError: the job is not over, or was cancelled.
        """
        if self.error is not None:
            raise self.error
        if self.state != "done":
            raise RuntimeError(f"the job is {self.state}")
        return self._result

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it is over; False where that took longer."""
        return self._over.wait(seconds)

    def cancel(self) -> None:
        """End it, whatever it is at; nothing where it is over."""
        with self._lock:
            if self.state in OVER:
                return
            self._end("cancelled")
            process = self._process
        if self._queue is not None:
            self._queue.drop(self)
        if process is not None:
            _kill(process)

    def subscribe(self, watcher: Callable[[Job], object]) -> Callable[[], None]:
        """Call `watcher(job)` after each change of progress, place or state, from a thread of the job; returns how to stop that.

        In a page, that thread knows the page, so that a watcher may set reactive values.
        """
        key = id(watcher) ^ time.monotonic_ns()
        with self._lock:
            self._watchers[key] = watcher

        def stop() -> None:
            with self._lock:
                self._watchers.pop(key, None)

        return stop

    def _changed(self) -> None:
        with self._lock:
            watchers = list(self._watchers.values())
        for watcher in watchers:
            try:
                watcher(self)
            except Exception:  # a page that went meanwhile; the work goes on for whoever else looks
                log.exception("a watcher of a job failed")

    def _end(self, state: State, result: Any = None, error: InputError | JobFailed | None = None) -> None:
        with self._lock:
            if self.state in OVER:
                return
            self.state, self._result, self.error = state, result, error
            self._over.set()

    # --- its thread

    def _live(self, turn: threading.Event) -> None:
        """Wait for the turn, work, and hand the turn on."""
        assert self._queue is not None
        try:
            while not turn.wait(1.0):
                if self.state in OVER:
                    return
                self._changed()  # its place
            if self.state == "waiting":
                self._work()
        finally:
            self._queue.drop(self)
            self._changed()

    def _work(self) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        process: Any = context.Process(target=_work, args=(theirs, *self._call), name="yidu-job")
        try:
            process.start()
        except Exception:  # what is to cross cannot be pickled, or the machine gives no process
            log.exception("a job could not be started")
            self._end("failed", error=JobFailed("broke"))
            return
        theirs.close()
        with self._lock:
            self._process, self.pid = process, process.pid
            if self.state == "waiting":
                self.state, self.began = "running", time.monotonic()
        self._changed()
        try:
            self._listen(ours)
        finally:
            if self.state == "done":
                process.join(5)
            _kill(process)
            process.join()
            ours.close()
            if self.state == "running":
                log.error("the worker of a job died (exit code %s)", process.exitcode)
            self._end("failed", error=JobFailed("died"))
            with self._lock:
                self._process = self.pid = None

    def _listen(self, ours: Connection) -> None:
        while self.state == "running":
            try:
                said, value = ours.recv()
            except (EOFError, OSError):
                return
            if said == "steps":
                self._steps(*value)
            elif said == "done":
                self._end("done", result=value)
            elif said == "refused":
                self._end("failed", error=value)
            else:
                log.error("a job failed:\n%s", value)
                self._end("failed", error=JobFailed("broke"))

    def _steps(self, done: int, part: tuple[int | None, str] | None) -> None:
        total, what = part or self.progress[1:]
        if what != self.progress.what:
            self.began = time.monotonic()
        self.progress = Progress(done, total, what)
        self._changed()


class Queue:
    """Jobs, so many at once: everybody's first goes before anybody's second, and otherwise who came first."""

    def __init__(self, most: int | None = None):
        self._most = most
        self._lock = threading.RLock()
        self._waiting: dict[Job, threading.Event] = {}
        self._running: list[Job] = []

    def add(self, job: Job) -> None:
        """Take a job in, or refuse it with an InputError where too many are there."""
        owner, limits = this_page(), current()
        visitor = None if owner is None else OPEN.visitor(owner.id) or Visitor(owner.session_id)
        with self._lock:
            if len(self._waiting) >= limits.jobs_waiting:
                raise InputError("too much work is waiting on this server", value=len(self._waiting), fix="Try again in a few minutes.")
            if visitor is not None:
                if sum(_same(visitor, one.visitor) for one in (*self._running, *self._waiting)) >= limits.jobs_each:
                    raise InputError(
                        "this browser has enough work under way", value=limits.jobs_each, fix="Cancel some of it, or wait for it."
                    )
                here = [one for one in self._waiting if one.visitor is not None and visitor.is_beside(one.visitor)]
                if visitor.address and len(here) >= limits.jobs_address:
                    raise InputError(
                        "too much work of your network address is waiting", value=limits.jobs_address, fix="Try again in a few minutes."
                    )
            job._queue, job.visitor = self, visitor
            turn = threading.Event()
            self._waiting[job] = turn
            self._serve()
        if owner is not None:
            owner.on_close(_cancelled(weakref.ref(job)))
        threading.Thread(target=job._live, args=[turn], name="yidu-job", daemon=True).start()

    def place(self, job: Job) -> int:
        """Which in the row a job is, from 1; 0 where it does not wait."""
        with self._lock:
            return next((number for number, one in enumerate(self._row(), 1) if one is job), 0)

    def drop(self, job: Job) -> None:
        """A job is over: the next may begin."""
        with self._lock:
            if job in self._running:
                self._running.remove(job)
                for one in [one for one in self._waiting if job.visitor is not None and _same(job.visitor, one.visitor)]:
                    self._waiting[one] = self._waiting.pop(one)  # whoever was served stands at the end of the row
            if (turn := self._waiting.pop(job, None)) is not None:
                turn.set()  # so that its thread looks up
            self._serve()

    def stop(self) -> None:
        """Cancel everything: the server goes."""
        with self._lock:
            jobs = [*self._waiting, *self._running]
        for job in jobs:
            job.cancel()

    def _row(self) -> list[Job]:
        """Those that wait, in the order in which they are served; whoever holds the lock may ask."""
        counted = list(self._running)
        places = {}
        for job in self._waiting:
            places[job] = sum(job.visitor is not None and _same(job.visitor, one.visitor) for one in counted)
            counted.append(job)
        return sorted(self._waiting, key=places.__getitem__)

    def _serve(self) -> None:
        while self._waiting and len(self._running) < (self._most or current().jobs):
            job = self._row()[0]
            self._running.append(job)
            self._waiting.pop(job).set()


def _same(visitor: Visitor, other: Visitor | None) -> bool:
    return other is not None and visitor.is_also(other)


QUEUE = Queue()
"""The jobs of this server."""

atexit.register(QUEUE.stop)


def this_page() -> Any:
    """The page whose code runs: what Solara calls a kernel; None outside of pages."""
    solara = sys.modules.get("solara.server.kernel_context")
    if solara is None or not solara.has_current_context():
        return None
    return solara.get_current_context()


def _cancelled(job: weakref.ref[Job]) -> Callable[[], None]:
    """What a page does with a job when its visitor leaves; it holds neither the job nor its result."""

    def cancel() -> None:
        if (still := job()) is not None:
            still.cancel()

    return cancel


def _kill(process: Any) -> None:
    """End a worker and its children, now."""
    with contextlib.suppress(ProcessLookupError, PermissionError, ValueError, AttributeError):
        if sys.platform == "win32":
            command = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
            subprocess.run(command, capture_output=True, timeout=10, check=False)
        else:
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError, ValueError, AttributeError):
        process.kill()


# --- in the worker


class Speaker:
    """What the function of a job is given as `progress`: counts steps, and says so now and then."""

    def __init__(self, connection: Connection):
        self._connection = connection
        self._lock = threading.Lock()
        self._spoke = 0.0
        self._done = 0
        self._part: tuple[int | None, str] | None = None

    def __call__(self, more: int = 1) -> None:
        """So many steps more are done."""
        with self._lock:
            self._done += more
            if time.monotonic() - self._spoke >= SPOKEN:
                self._speak()

    def begin(self, what: str, total: int | None = None) -> Speaker:
        """Another part begins, of so many steps."""
        with self._lock:
            self._done, self._part = 0, (total, what)
            self._speak()
        return self

    def finish(self) -> None:
        """Say the last steps."""
        with self._lock:
            self._speak()

    def _speak(self) -> None:
        self._spoke = time.monotonic()
        self._connection.send(("steps", (self._done, self._part)))


def _work(connection: Connection, function: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None:
    _ready()
    speaker = Speaker(connection)
    try:
        result = function(*arguments, progress=speaker, **keywords)
        speaker.finish()
        said: tuple[str, Any] = ("done", result)
    except InputError as error:
        said = ("refused", error)
    except BaseException as error:
        said = ("failed", "".join(traceback.format_exception(error)))
    try:
        connection.send(said)
    except Exception as error:  # the result cannot be pickled
        connection.send(("failed", "".join(traceback.format_exception(error))))
    connection.close()


def _ready() -> None:
    """In a new worker: a group of its own with its children, behind the server in the queue for cores; it does not outlive the server."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError, AttributeError):
        os.setpgid(0, 0)
        os.nice(NICE)
    if sys.platform == "win32":
        import ctypes

        below_normal = 0x4000
        ctypes.windll.kernel32.SetPriorityClass(ctypes.windll.kernel32.GetCurrentProcess(), below_normal)
    parent = multiprocessing.parent_process()

    def follow() -> None:
        assert parent is not None
        parent.join()
        with contextlib.suppress(OSError, AttributeError):
            os.killpg(0, signal.SIGKILL)
        os._exit(1)

    if parent is not None:
        threading.Thread(target=follow, daemon=True).start()
