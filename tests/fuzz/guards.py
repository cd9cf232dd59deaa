"""Limits within which a reader is attacked: time for one example, memory for the whole process."""

from __future__ import annotations

import contextlib
import resource
import signal
import threading
from collections.abc import Iterator
from types import FrameType


class Hung(BaseException):
    """A reader took far longer than it ever does; no `except Exception` on the way takes it for a damaged file."""


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise `Hung` in the main thread once so much time has passed; elsewhere, and where there are no such signals, no limit."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def over(number: int, frame: FrameType | None) -> None:
        raise Hung(f"took more than {seconds:g} seconds")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def limit_memory(more: int) -> None:
    """Let this process, for good, take so many bytes of address space beyond what it has: then there is a MemoryError."""
    with open("/proc/self/statm", encoding="ascii") as said:
        now = int(said.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + more, resource.getrlimit(resource.RLIMIT_AS)[1]))
