"""The same sweep on a real Dask cluster: two workers on loopback, one of them killed in the middle."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.experiments.test_sweep import ROOT, STATUS_QUO, YIDU, file, here, parts_in, until
from yidu.experiments.sweep.compute import run_sweep
from yidu.experiments.sweep.designs import read
from yidu.experiments.sweep.engines import dask, local
from yidu.experiments.sweep.store import opened
from yidu.sim.errors import InputError

pytestmark = pytest.mark.slow


class Cluster(NamedTuple):
    """A scheduler and two workers, as a user starts them by hand."""

    address: str
    workers: list[subprocess.Popen[bytes]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": ROOT}
    dask_command = [sys.executable, "-m", "dask"]
    scheduler = subprocess.Popen([*dask_command, "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"], **quiet)  # type: ignore[call-overload]
    until(lambda: answers(port), 60)
    order = [*dask_command, "worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny", "--local-directory", str(tmp_path)]
    workers = [subprocess.Popen(order, **quiet) for _ in range(2)]  # type: ignore[call-overload]
    try:
        yield Cluster(address, workers)
    finally:
        for process in [*workers, scheduler]:
            process.kill()
            process.wait()


def test_a_cluster_that_loses_a_worker_in_the_middle_gives_the_table_of_one_process(cluster: Cluster, tmp_path: Path) -> None:
    import distributed

    with distributed.Client(cluster.address, timeout="60s") as client:
        client.wait_for_workers(2, timeout=120)
    design = read(file(tmp_path, STATUS_QUO.format(runs=400, chunk=10)))
    expected = run_sweep(design, tmp_path / "alone", here()).digest()
    order = [*YIDU, "sweep", str(tmp_path / "design.toml"), "--out", str(tmp_path / "s"), "--on", "dask", "--scheduler", cluster.address]
    sweep = subprocess.Popen(order, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until(lambda: parts_in(tmp_path / "s") >= 6)
    os.kill(cluster.workers[0].pid, signal.SIGKILL)
    killed_at = parts_in(tmp_path / "s")
    out, said = sweep.communicate(timeout=300)
    assert sweep.returncode == 0, said
    assert killed_at < 40 and cluster.workers[0].wait() != 0
    found = opened(tmp_path / "s")
    assert found.complete and found.failed == 0 and found.digest() == expected
    assert expected in out


def test_its_own_cluster_gives_the_bits_of_local_processes(tmp_path: Path) -> None:
    design = read(file(tmp_path, STATUS_QUO.format(runs=12, chunk=5)))
    assert run_sweep(design, tmp_path / "a", dask(workers=2)).digest() == run_sweep(design, tmp_path / "b", local(2)).digest()


def test_a_scheduler_that_does_not_answer_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no Dask scheduler answers"), dask(f"tcp://127.0.0.1:{free_port()}"):
        pass
