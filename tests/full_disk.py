"""A disk that is full, for tests: no file of a process may be longer than so many bytes, so that writing fails half way.

Python before 3.14 keeps what it could write of a compiled module (a short write is not looked at: cpython gh-126606), and
every later import of it fails. Processes with a limit write no compiled modules.
"""

import resource
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

WITHOUT_BYTECODE = {"PYTHONDONTWRITEBYTECODE": "1"}


@contextmanager
def full_disk(most: int) -> Iterator[None]:
    """This process, meanwhile: no file longer than `most` bytes."""
    usual, writes = resource.getrlimit(resource.RLIMIT_FSIZE), sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        sys.dont_write_bytecode = writes


def full_at(most: int) -> Callable[[], None]:
    """What `preexec_fn` takes: the child can write no file longer than `most` bytes; its environment has WITHOUT_BYTECODE, too."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    return limit
