"""What a sweep of status-quo runs costs: time, memory and disk as the number of runs grows, and what that comes to at scale.

    python -m yidu.bench.sweep --runs 2000 8000

Everything is measured in one go on one machine; ratios carry to others, times do not. Core time is what the processor says the workers
used, so that neighbours on a shared machine count for little.
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

from yidu.experiments.ensembles.cores import cores
from yidu.experiments.sweep.store import opened
from yidu.sim.ensemble import RECORD_END, simulate
from yidu.sim.region import load

DESIGN = '[design]\nkind = "lhs"\n[base]\nregion = "{region}"\n[runs]\nper_point = {runs}\n'


class Cost(NamedTuple):
    """One sweep: runs, seconds from the manifest to the last part, core time of the workers [s], memory [MB], disk [bytes],
    and seconds of the whole command."""

    runs: int
    seconds: float
    core: float
    parent: float
    worker: float
    disk: int
    whole: float


def memory(process: psutil.Process, seen: dict[str, float], over: threading.Event) -> None:
    """Watch the largest resident memory of a process and of any of its workers [MB], and the core time of all workers [s]."""
    used: dict[int, float] = {}
    while not over.wait(0.2):
        try:
            seen["parent"] = max(seen["parent"], process.memory_info().rss / 1e6)
            for child in process.children():
                seen["worker"] = max(seen["worker"], child.memory_info().rss / 1e6)
                times = child.cpu_times()
                used[child.pid] = times.user + times.system
                seen["core"] = sum(used.values())
        except psutil.Error:
            continue


def measured(region: str, runs: int, folder: Path) -> Cost:
    """Sweep once and look on."""
    design, out = folder / "design.toml", folder / f"s{runs}"
    design.write_text(DESIGN.format(region=region, runs=runs))
    begin = time.perf_counter()
    sweep = subprocess.Popen(
        [sys.executable, "-m", "yidu", "sweep", str(design), "--out", str(out)], stdout=subprocess.DEVNULL
    )  # fmt: skip
    seen, over = {"parent": 0.0, "worker": 0.0, "core": 0.0}, threading.Event()
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
    return Cost(runs, float(ends[-1] - started), seen["core"], seen["parent"], seen["worker"], disk, whole)


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
    print(f"{'runs':>9} {'seconds':>9} {'core s':>9} {'parent MB':>10} {'worker MB':>10} {'bytes/run':>10} {'all, s':>8}")
    for c in costs:
        print(f"{c.runs:>9,} {c.seconds:>9.1f} {c.core:>9.1f} {c.parent:>10.0f} {c.worker:>10.0f} {c.disk / c.runs:>10.0f} {c.whole:>8.1f}")
    if len(costs) < 2:
        return
    a, b = costs[0], costs[-1]
    each, room = (b.core - a.core) / (b.runs - a.runs), b.disk / b.runs
    print(f"between {a.runs:,} and {b.runs:,} runs: {1e3 * each:.2f} ms of a core a further run (starting a worker apart);", end=" ")
    print(f"memory of a worker {b.worker - a.worker:+.0f} MB, of the parent {b.parent - a.parent:+.0f} MB")
    record = of_record(asked.region)
    print(f"the record alone, as a calibration runs it: {1e3 * record:.2f} ms a run")
    for title, runs in (*((f"{10**n:,} runs", 10.0**n) for n in (5, 6, 9)), ("2,800 counties x 10,000 runs", 2.8e7)):
        print(f"{title}: {runs * each / 3600:,.1f} core-hours, {runs * room / 1e9:,.1f} GB")
    print(f"2,800 calibrations of 100,000 runs: {2800 * 1e5 * record / 3600:,.0f} core-hours")


def of_record(region: str, runs: int = 100) -> float:
    """Time of a run from 2016 to the end of the record on one core [s]."""
    pack = load(region)
    simulate(pack, pack.levers, runs=2, until=RECORD_END, reconcile=False, threads=1)
    begin = time.process_time()
    simulate(pack, pack.levers, runs=runs, until=RECORD_END, reconcile=False, threads=1)
    return (time.process_time() - begin) / runs


if __name__ == "__main__":
    main()
