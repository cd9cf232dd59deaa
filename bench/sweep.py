"""What a sweep of status-quo runs costs: time, memory and disk as the number of runs grows, and what that comes to at scale.

    python -m bench.sweep --runs 2000 8000

Everything is measured in one go on one machine; ratios carry to others, times do not.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil

from experiments.engines import cores
from experiments.store import opened

DESIGN = '[design]\nkind = "lhs"\n[base]\nregion = "{region}"\n[runs]\nper_point = {runs}\n'


class Cost(NamedTuple):
    """One sweep: runs, seconds from the first run to the last (start and summary apart), memory [MB], disk [bytes], parts."""

    runs: int
    seconds: float
    parent: float
    worker: float
    disk: int
    whole: float


def memory(process: psutil.Process, seen: dict[str, float], over: threading.Event) -> None:
    """Watch the largest resident memory of a process and of any of its workers [MB]."""
    while not over.wait(0.2):
        try:
            seen["parent"] = max(seen["parent"], process.memory_info().rss / 1e6)
            for child in process.children():
                seen["worker"] = max(seen["worker"], child.memory_info().rss / 1e6)
        except psutil.Error:
            continue


def measured(region: str, runs: int, folder: Path) -> Cost:
    """Sweep once and look on."""
    design, out = folder / "design.toml", folder / f"s{runs}"
    design.write_text(DESIGN.format(region=region, runs=runs))
    begin = time.perf_counter()
    sweep = subprocess.Popen(
        [sys.executable, "-m", "command", "sweep", str(design), "--out", str(out)], stdout=subprocess.DEVNULL
    )  # fmt: skip
    seen, over = {"parent": 0.0, "worker": 0.0}, threading.Event()
    watch = threading.Thread(target=memory, args=(psutil.Process(sweep.pid), seen, over))
    watch.start()
    if sweep.wait() != 0:
        raise SystemExit("the sweep failed")
    whole = time.perf_counter() - begin
    over.set()
    watch.join()
    found = opened(out)
    ends = np.sort([file.stat().st_mtime for file in found.files])
    started = (out / "manifest.json").stat().st_mtime
    disk = sum(file.stat().st_size for file in found.files)
    return Cost(runs, float(ends[-1] - started), seen["parent"], seen["worker"], disk, whole)


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--region", default="dadukou")
    options.add_argument("--runs", type=int, nargs="+", default=[2000, 8000])
    asked = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="yidu-bench-"))
    try:
        costs = [measured(asked.region, runs, folder) for runs in asked.runs]
    finally:
        shutil.rmtree(folder)
    print(f"{asked.region}, status quo, {cores()} workers")
    print(f"{'runs':>9} {'seconds':>9} {'core-ms/run':>12} {'parent MB':>10} {'worker MB':>10} {'bytes/run':>10} {'all, s':>8}")
    for c in costs:
        each = 1e3 * c.seconds * cores() / c.runs
        print(f"{c.runs:>9,} {c.seconds:>9.1f} {each:>12.2f} {c.parent:>10.0f} {c.worker:>10.0f} {c.disk / c.runs:>10.0f} {c.whole:>8.1f}")
    if len(costs) > 1:
        a, b = costs[0], costs[-1]
        more = (b.seconds - a.seconds) * cores() / (b.runs - a.runs)
        print(f"between {a.runs:,} and {b.runs:,} runs: {1e3 * more:.2f} core-ms a further run;", end=" ")
        print(f"{b.runs / a.runs:.1f} times the runs take {b.seconds / a.seconds:.2f} times the time;", end=" ")
        print(f"a worker {b.worker - a.worker:+.0f} MB, the parent {b.parent - a.parent:+.0f} MB")
        for runs in (1e5, 1e6, 1e9):
            print(f"{runs:,.0f} runs: {runs * more / 3600:,.1f} core-hours, {runs * b.disk / b.runs / 1e9:,.2f} GB")


if __name__ == "__main__":
    main()
