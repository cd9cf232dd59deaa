"""Commands killed at random moments, then given again: nothing half-written has a final name, and the end is that of a quiet run.

Half of the moments are any between start and end, the others fall when something in the folder has just changed, where files are
being written. A seed chooses them all and is printed. SIGKILL, which no process can hear: to the whole group, or to one worker.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from yidu.bench import processes
from yidu.calibration.calibrate import UNDIAGNOSED
from yidu.sim.files import DRAFT

ROOT = Path(__file__).resolve().parents[1]
YIDU = [sys.executable, str(ROOT / "yidu/command.py")]
SEED = int(os.environ.get("YIDU_KILL_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
"""Of the moments of this process's tests."""

LONGEST = 900.0
"""Seconds that a command may take."""

MISSES = 5
"""How often a kill may come when the command has ended, before that is a finding, too."""

DATED = (".nc", ".html")
"""Endings of files that say when they were made: what is in them stands in a file beside them, too."""

DESIGN = """
[design]
kind = "lhs"
size = 1
[runs]
per_point = 160
years = [2025, 2025]
indicators = ["tech_enterprises", "rd_expenditure"]
chunk = 10
"""


def workers(parent: int) -> list[psutil.Process]:
    """Processes that compute for a process; none where it has ended."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return processes.workers(psutil.Process(parent))
    return []


def until(condition: Callable[[], object], seconds: float = 120.0) -> None:
    """Wait for it."""
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it did not come to that"
        time.sleep(0.02)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file under a final name, with what is in it; drafts, locks and a fit that waits for its diagnostics are named as such."""
    files = sorted(
        path for path in folder.rglob("*")
        if path.is_file() and path.suffix != DRAFT and path.name != ".lock" and path.parent.name != UNDIAGNOSED
    )  # fmt: skip
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@dataclass
class Attacked:
    """A command that writes into the folder it is started in, and what a quiet run of it leaves there."""

    name: str
    arguments: tuple[str, ...]
    inputs: dict[str, str] = field(default_factory=dict)
    worker: bool = False
    """Whether one worker is killed, which the command must survive, in place of the whole group."""
    dated: bool = False
    """Whether its files say when they were made: then they must open, and are not compared."""
    seconds: float = 0.0
    whole: dict[str, bytes] = field(default_factory=dict)

    def begun(self, folder: Path) -> subprocess.Popen[bytes]:
        """Start it, as the leader of a group of its own."""
        for name, text in self.inputs.items():
            (folder / name).write_text(text, encoding="utf-8")
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        return subprocess.Popen([*YIDU, *self.arguments], cwd=folder, start_new_session=True, **quiet)  # type: ignore[call-overload, no-any-return]

    def done(self, folder: Path) -> None:
        """Let it come to its end."""
        process = self.begun(folder)
        _, said = process.communicate(timeout=LONGEST)
        assert process.returncode == 0, f"{self.name}: exit {process.returncode}: {said.decode(errors='replace')[-500:]}"

    def quietly(self, folder: Path) -> None:
        """What it leaves, and how long it takes, where nobody kills it."""
        begin = time.monotonic()
        self.done(folder)
        self.seconds, self.whole = time.monotonic() - begin, contents(folder)

    @property
    def then(self) -> str:
        """What is looked at after a kill, in words."""
        if self.worker:
            return "which went on by itself to the result of a quiet run"
        return "given again, after which all its files are there and open" if self.dated else "given again to the result of a quiet run"

    def struck(self, folder: Path, rng: random.Random) -> tuple[str, bool]:
        """Start it and kill it at a random moment: which one, in words, and whether there was still something to kill."""
        before, process, begin = set(folder.rglob("*")), self.begun(folder), time.monotonic()
        if self.worker:
            until(lambda: workers(process.pid) or process.poll() is not None)
        gone = time.monotonic() - begin
        moment, writing = gone + rng.uniform(0.0, max(0.0, self.seconds - gone)), rng.random() < 0.5
        delay = rng.choice([0.0, 0.001, 0.01, 0.1, 1.0]) * rng.random()
        while process.poll() is None and time.monotonic() - begin < (LONGEST if writing else moment):
            if writing and set(folder.rglob("*")) - before - {folder / name for name in self.inputs}:
                time.sleep(delay)
                break
            time.sleep(0.0005 if writing else 0.01)
        said = f"{time.monotonic() - begin:.3f} s after the start" + (", files being written" if writing else "")
        landed = False
        if self.worker:
            for victim in rng.sample(found, 1) if (found := workers(process.pid)) else []:
                with contextlib.suppress(psutil.NoSuchProcess):
                    victim.kill()
                    landed = True
        else:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        _, error = process.communicate(timeout=LONGEST)
        landed |= process.returncode == -signal.SIGKILL
        if not landed and not before:  # the quiet run took longer, as one does that compiles
            self.seconds = min(self.seconds, time.monotonic() - begin)
        expected = -signal.SIGKILL if landed and not self.worker else 0
        assert process.returncode == expected, f"killed {said}: exit {process.returncode}: {error.decode(errors='replace')[-500:]}"
        return said, landed

    def check(self, folder: Path, *, over: bool) -> None:
        """Nothing is half-written; at the end, everything is there, as a quiet run leaves it."""
        there = contents(folder)
        for name, data in there.items():
            if self.dated and name not in self.inputs:
                with zipfile.ZipFile(folder / name) as packed:
                    assert packed.testzip() is None, name
            elif not name.endswith(DATED):
                assert data == self.whole.get(name), f"{name} is neither whole nor missing"
        assert not over or there.keys() == self.whole.keys(), sorted(there.keys() ^ self.whole.keys())


def calibrating(runs: int) -> Attacked:
    """A calibration that keeps its runs where it writes."""
    return Attacked("calibrate", ("calibrate", "--runs", str(runs), "--seed", "3", "--out", "c"))


def attacks() -> list[Attacked]:
    """The commands that are worth killing, but for calibration, which takes longer than all of them."""
    sweep = ("sweep", "design.toml", "--out", "s", "--workers", "2")
    return [
        Attacked("assess", ("assess", "--runs", "12", "--json", "a.json", "--csv", "a.csv")),
        Attacked("run", ("run", "--draw", "3", "--out", "r")),
        Attacked("sweep", sweep, {"design.toml": DESIGN}),
        Attacked("sweep, one worker", sweep, {"design.toml": DESIGN}, worker=True),
        Attacked("report", ("report", "--runs", "12", "--to", "r.pptx", "--to", "r.docx", "--to", "r.xlsx"), dated=True),
    ]


def tried(attacked: Attacked, folder: Path, rng: random.Random, kills: int) -> list[str]:
    """Kill it so many times in one folder, looking after each; then let it end and compare. The moments, in words.

    Where the command had ended before the kill, that is none: its result is compared, and it begins anew in an empty folder.
    """
    said: list[str] = []
    missed = 0
    while len(said) < kills:
        moment, landed = attacked.struck(folder, rng)
        attacked.check(folder, over=attacked.worker or not landed)
        if landed:
            said.append(moment)
            if attacked.worker:
                return said
            continue
        missed += 1
        assert missed < MISSES, f"{attacked.name}: ended {missed} times before it could be killed, the last time {moment}"
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    attacked.done(folder)
    attacked.check(folder, over=True)
    return said


def campaign(minutes: float, seed: int, calibrations: bool) -> int:
    """Kill until the time is over, which begins when each command has once run quietly; how many times something was wrong afterwards."""
    print(f"seed {seed}")
    rng, found = random.Random(seed), 0
    counted: dict[str, int] = {}
    from yidu.calibration.rounds import fewest_runs

    every = [*attacks(), *([calibrating(fewest_runs())] if calibrations else [])]
    for attacked in every:
        with TemporaryDirectory() as folder:
            attacked.quietly(Path(folder))
    end = time.monotonic() + 60.0 * minutes
    while time.monotonic() < end:
        for attacked in every:
            with TemporaryDirectory() as folder:
                if time.monotonic() > end:
                    break
                try:
                    counted[attacked.name] = counted.get(attacked.name, 0) + len(tried(attacked, Path(folder), rng, rng.randint(1, 4)))
                except Exception as error:
                    found += 1
                    print(f"{attacked.name}: {error}")
    for attacked in every:
        print(f"{counted.get(attacked.name, 0):9,} kills of {attacked.name}, {attacked.then}")
    print(f"{found:9,} findings")
    return found
