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


PATIENT = 10
"""How many times longer it may take by the clock than it may compute: other work can hold a machine, and waiting computes nothing."""


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise `Hung` in the main thread once it has computed for so many seconds; elsewhere, and where there are no such signals, never."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def over(number: int, frame: FrameType | None) -> None:
        raise Hung(f"took more than {seconds:g} seconds")

    before = {number: signal.signal(number, over) for number in (signal.SIGPROF, signal.SIGALRM)}
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, PATIENT * seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


def limit_memory(more: int) -> None:
    """Let this process, for good, take so many bytes of address space beyond what it has: then there is a MemoryError."""
    with open("/proc/self/statm", encoding="ascii") as said:
        now = int(said.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + more, resource.getrlimit(resource.RLIMIT_AS)[1]))
