"""Long work for tests of `yidu.viz.app.jobs`: functions that a worker process can import."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from yidu.sim.errors import InputError

Progress = Callable[[int], object]


def steps(many: int, progress: Progress) -> dict[str, int]:
    """So many steps of a hundredth of a second."""
    for _ in range(many):
        time.sleep(0.01)
        progress(1)
    return {"steps": many, "pid": os.getpid(), "nice": os.nice(0)}


def parts(progress: Any) -> str:
    """Work of two parts."""
    progress.begin("first", 2)
    progress(2)
    progress.begin("second", 3)
    progress(3)
    return "both"


def refuses(progress: Progress) -> None:
    """What a wrong file does."""
    raise InputError("no lever is called 'sead_fund'", file="my.toml", row=3, value="sead_fund", fix="Did you mean 'seed_fund'?")


def breaks(progress: Progress) -> None:
    """What a mistake of ours does."""
    raise ZeroDivisionError("secret of the server")


def odd(progress: Progress) -> object:
    """A result that cannot cross."""
    return lambda: None


def dies(progress: Progress) -> None:
    """What the kernel does when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)


def with_child(file: str, progress: Progress) -> None:
    """Work that starts a process of its own, and writes down which."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    with open(file, "w") as out:
        out.write(f"{os.getpid()} {child.pid}")
    progress(1)
    time.sleep(600)
