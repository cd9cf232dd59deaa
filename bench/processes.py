"""Measurements that need a process of their own: another way of compiling, an empty cache, a peak of memory."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil

import yidu

ROOT = Path(yidu.__file__).resolve().parent.parent
"""From where `import yidu` finds this very package: the checkout, or the folder of installed packages."""
LAST_LINES = 5


class Failed(RuntimeError):
    """A process that was to measure something ended otherwise."""


def answer_of(module: str, *arguments: object, **environment: str) -> Any:
    """What ``python -m module ...`` prints, read as JSON; it ends with this process.

    Raises:
        Failed: it ended with an error, of which the last lines are told, or printed something else.
    """
    asked = [sys.executable, "-m", module, *(str(one) for one in arguments)]
    told = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **environment}
    done = subprocess.run(asked, env=told, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        said = " ".join(done.stderr.strip().splitlines()[-LAST_LINES:]) or f"exit code {done.returncode}"
        raise Failed(f"{module} {' '.join(asked[3:4])}: {said}")
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise Failed(f"{module} {' '.join(asked[3:4])}: no JSON but {done.stdout[-200:]!r}") from None


def workers(process: psutil.Process) -> list[psutil.Process]:
    """Processes that compute for another, or for one of its own: those that multiprocessing began, not its tracker."""
    found = []
    for child in process.children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "spawn_main" in " ".join(child.cmdline()):
                found.append(child)
    return found
