"""Who works on the chunks of a sweep: processes of this machine, or workers of dask.distributed. Both give the same parts.

A worker that dies takes one chunk with it, which is done again by another; a chunk that has cost `LIVES` workers is given up.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Any

from yidu.experiments.ensembles.cores import cores
from yidu.experiments.sweep.chunks import Chunk, Done, compute, lost
from yidu.sim.errors import InputError

LIVES = 3
"""Workers that a chunk may cost."""

AHEAD = 2
"""Chunks per worker that are handed out beforehand: a worker need not wait, and little is under way when work stops."""

LOOKED = 1.0
"""How often the processes are looked at while nothing is told of them [s]."""

STILL = 120.0
"""How long none may be at work before they are taken for lost: a worker takes seconds to start, a minute on a machine without room [s]."""

DIED = "the worker process died {times} times at these runs (out of memory?)"


class Stillborn(Exception):
    """No worker process lives long enough to begin its work."""


Engine = Callable[[Iterator[Chunk]], Iterator[Done]]


# --- this machine


@contextlib.contextmanager
def local(workers: int | None = None) -> Iterator[Engine]:
    """Processes of this machine, each with its own interpreter; all cores unless told otherwise."""
    from pebble import ProcessPool

    many = workers or cores()
    with contextlib.ExitStack() as opened:

        def fresh() -> Any:
            """A new pool in place of the last; what was under way there is left: its part is not there, and is made again."""
            opened.close()
            pool = ProcessPool(many, context=multiprocessing.get_context("spawn"), initializer=_ready)
            opened.callback(pool.join)
            opened.callback(pool.stop)
            return pool

        yield lambda chunks: _processes(fresh, chunks, AHEAD * many)


def _ready() -> None:
    """In a new worker: Ctrl-C is the parent's to hear, and no worker outlives it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def follow() -> None:
        assert parent is not None
        parent.join()
        os._exit(1)

    if parent is not None:
        threading.Thread(target=follow, daemon=True).start()


def _processes(fresh: Callable[[], Any], chunks: Iterator[Chunk], ahead: int) -> Iterator[Done]:
    from pebble import ProcessExpired

    pool, breaks, still = fresh(), 0, 0.0
    under_way: dict[Any, tuple[Chunk, int]] = {}
    waiting: list[tuple[Chunk, int]] = [(chunk, 1) for chunk in islice(chunks, ahead)]
    while under_way or waiting:
        while waiting and pool.active:
            try:
                under_way[pool.schedule(_computed, args=[pickle.dumps(waiting[0][0])])] = waiting[0]
            except RuntimeError:  # broken since
                break
            waiting.pop(0)
        ready, _ = wait(under_way, timeout=LOOKED, return_when=FIRST_COMPLETED)
        for future in ready:
            chunk, life = under_way.pop(future)
            try:
                found = future.result()
            except ProcessExpired:
                if life < LIVES:
                    waiting.append((chunk, life + 1))
                    continue
                found = lost(chunk, DIED.format(times=life))
            except BrokenProcessPool:
                waiting.append((chunk, life))
                continue
            breaks = 0
            yield found
            waiting += [(following, 1) for following in islice(chunks, 1)]
        still = 0.0 if ready or any(future.running() for future in under_way) else still + LOOKED
        # A worker that dies before it has begun anything takes the pool with it, or the chunk that it held, of which nobody hears again.
        if (under_way or waiting) and (not pool.active or still >= STILL):
            breaks += 1
            if breaks > LIVES * ahead:
                raise Stillborn
            waiting += [under_way.pop(future) for future in list(under_way) if not future.done()]  # what is done is heard next
            pool, still = fresh(), 0.0


def _computed(chunk: bytes) -> Done:
    """A chunk as bytes, computed: what kills a worker that reads it counts as a death at this chunk."""
    return compute(pickle.loads(chunk))


# --- many machines


@contextlib.contextmanager
def dask(scheduler: str | None = None, workers: int | None = None) -> Iterator[Engine]:
    """Workers of dask.distributed: those of a scheduler, or a cluster of this machine on loopback.

    Raises:
        InputError: dask.distributed is not installed, or no scheduler answers.
    """
    try:
        import distributed
    except ImportError:
        raise InputError(
            "--on dask needs dask.distributed, which is not installed", fix="Install it: pip install 'yidu[dask]', or leave --on out."
        ) from None
    import dask as settings

    # A worker that dies is met LIVES times by a chunk before it is given up, as with local processes.
    with settings.config.set({"distributed.scheduler.allowed-failures": LIVES - 1}), contextlib.ExitStack() as opened:
        if scheduler is None:
            cluster = opened.enter_context(
                distributed.LocalCluster(
                    n_workers=workers or cores(), threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None,
                    silence_logs=50,
                )
            )  # fmt: skip
            client = opened.enter_context(distributed.Client(cluster))
        else:
            try:
                client = opened.enter_context(distributed.Client(scheduler, timeout="10s"))
            except (OSError, ValueError, TimeoutError) as error:
                raise InputError(
                    "no Dask scheduler answers there",
                    value=scheduler,
                    expected="an address such as tcp://10.0.0.1:8786",
                    fix=f"Start one with 'dask scheduler', or leave --scheduler out ({type(error).__name__}).",
                ) from error
            if not client.scheduler_info(n_workers=-1)["workers"]:
                raise InputError(
                    "the Dask scheduler has no workers", value=scheduler, fix=f"Start some: 'dask worker {scheduler} --nthreads 1'."
                )
        yield lambda chunks: _distributed(client, chunks)


def _distributed(client: Any, chunks: Iterator[Chunk]) -> Iterator[Done]:
    import distributed

    threads = sum(client.nthreads().values()) or 1
    under_way = distributed.as_completed()
    asked: dict[Any, Chunk] = {}

    def give(chunk: Chunk) -> None:
        future = client.submit(compute, chunk, pure=False)
        asked[future.key] = chunk
        under_way.add(future)

    for chunk in islice(chunks, AHEAD * threads):
        give(chunk)
    for future in under_way:
        chunk = asked.pop(future.key)
        try:
            yield future.result()
        except distributed.KilledWorker:
            yield lost(chunk, DIED.format(times=LIVES))
        future.release()
        for following in islice(chunks, 1):
            give(following)
