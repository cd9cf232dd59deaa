"""What is said again and again is written once a minute, and how often it was: a visitor cannot fill the disk of the server."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

QUIET = 60.0
"""Seconds in which the same is not written again."""

KEPT = 1000
"""Kinds of messages that are kept in mind."""


class OnceAMinute(logging.Filter):
    """Lets the first message of each kind through, with its traceback, and counts those of the next minute.

    Of one kind are messages of one template that were caused at one place of the program, whatever they quote.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        super().__init__()
        self._clock = clock
        self._seen: dict[tuple[object, ...], tuple[float, int]] = {}
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether it is written."""
        kind, now = _kind(record), self._clock()
        with self._lock:
            since, left_out = self._seen.get(kind, (now - QUIET, 0))
            if now - since < QUIET:
                self._seen[kind] = since, left_out + 1
                return False
            while len(self._seen) >= KEPT:
                del self._seen[next(iter(self._seen))]
            self._seen[kind] = now, 0
        if left_out:
            record.msg, record.args = f"{record.getMessage()} ({left_out} more since)", ()
        return True


def _kind(record: logging.LogRecord) -> tuple[object, ...]:
    cause: tuple[object, ...] = ()
    if record.exc_info and record.exc_info[0] is not None:
        at = record.exc_info[2]
        while at is not None and at.tb_next is not None:
            at = at.tb_next
        cause = (record.exc_info[0], *((at.tb_frame.f_code.co_filename, at.tb_lineno) if at is not None else ()))
    return (record.name, record.levelno, record.pathname, record.lineno, *cause)
