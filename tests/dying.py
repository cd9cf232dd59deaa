"""How a worker process dies in tests; a module of its own, since every worker that is to die has to read it first."""

import multiprocessing
import os
import signal
from typing import Any


def die(*_: object) -> Any:
    """The end of a worker process, by the signal of a system that is out of memory; nothing in the process that tests."""
    if multiprocessing.parent_process() is not None:
        os.kill(os.getpid(), signal.SIGKILL)
    return ()
