"""Many runs at once, compiled: the whole quarter as one function, each run in its own thread's world."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import itertools
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import numba
import numpy as np
from llvmlite.binding import get_host_cpu_name

from yidu.agents.compiled import CACHE, JIT, ROOT, SOURCE_DIGEST, compiled_sources, entry
from yidu.sim.draws import DRAWN, Draws, Floats, PriorDraws
from yidu.sim.errors import InputError
from yidu.sim.files import write_whole
from yidu.sim.inputs import Inputs, drawn_inputs
from yidu.sim.levers import FIRST_YEAR, LeverPaths
from yidu.sim.outcomes import Outcomes, names_of_readings, yearly_money
from yidu.sim.reconcile import reconcile
from yidu.sim.region import Region
from yidu.sim.schedule import QUARTER
from yidu.sim.start import IN_USE, Snapshot, Start
from yidu.sim.triggers import Trigger
from yidu.sim.world import RECORD_END_QUARTER, World, year_of

RECORD_END = year_of(RECORD_END_QUARTER)

ROWS_IN_USE = {
    "district": "ONE", "funds": "w.funds.size", "firms": "w.district[0].n_firms", "people": "w.district[0].n_people",
    "incubators": "w.district[0].n_incubators", "institutes": "w.district[0].n_institutes",
}  # fmt: skip


LOOK = 0.2
"""Seconds between two looks for an interrupt."""

BLOCK = 4096
"""Firms that one stage after another goes through before the next firms come: a megabyte, which a processor keeps at hand."""


def fused_source() -> str:
    """Python source of the whole quarter as one function, written from ``QUARTER``: stages of firms that follow one another go
    through them block by block, for none of them looks at another firm.
    """
    lines = ['"""Written from yidu.sim.schedule.QUARTER; do not edit."""', "", "import numpy as np", ""]
    lines += ["from yidu.agents.compiled import kernel"]
    for stage in QUARTER:
        function = getattr(stage.kernel, "py_func", stage.kernel)
        lines.append(f"from {function.__module__} import {stage.name}")
    lines += ["", "FIRST, ONE = np.arange(2)  # not literals: a stage is compiled once, for any row"]
    lines += [f"BLOCK = {BLOCK}"]
    lines += ["", "", "@kernel", "def run_to(w, last):", '    """Quarter after quarter, up to and including ``last``."""']
    lines += ["    while w.district[0].quarter < last and w.district[0].overflow == 0:"]
    for kind, stages in itertools.groupby(QUARTER, lambda stage: stage.kind):
        if kind != "firms":
            lines += [f"        {stage.name}(w, FIRST, {ROWS_IN_USE[kind]})" for stage in stages]
            continue
        used = ROWS_IN_USE[kind]
        lines += [f"        for first in range(FIRST, {used}, BLOCK):", f"            end = min(first + BLOCK, {used})"]
        lines += [f"            {stage.name}(w, first, end)" for stage in stages]
    return "\n".join([*lines, ""])


def fused() -> ModuleType:
    """The compiled quarter."""
    return written("yidu_quarter", fused_source)


def written(name: str, source_of: Callable[[], str]) -> ModuleType:
    """A real module in the digest-named cache folder, so that every process finds its compiled code again."""
    if name in sys.modules:
        return sys.modules[name]
    path = CACHE / f"{name}.py"
    source = source_of()
    if not path.exists() or path.read_text(encoding="utf-8") != source:
        write_whole(path, source)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def last_quarter(year: int) -> int:
    """Index of the last quarter of a year."""
    return 4 * (year - FIRST_YEAR) + 3


def mark() -> Path:
    """The file that says that these very sources have been compiled: by this Python and Numba, for this processor, from this place.

    Numba looks for its code under the path, the time and the size of a source file: the same rules in another checkout, or under
    another Python, are compiled again although the folder of the cache is the same.
    """
    stamps = [(path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in compiled_sources()]
    made_with = (str(ROOT), sys.implementation.cache_tag, numba.__version__, get_host_cpu_name(), stamps)
    return CACHE / f"compiled-{hashlib.sha256(repr(made_with).encode()).hexdigest()[:16]}"


def already_compiled() -> bool:
    """Whether an earlier process has left compiled code that this one will find."""
    return mark().exists()


def note_compiled() -> None:
    """Leave word for later processes that runs have been made, so that the rules lie compiled in the cache."""
    if JIT:
        with contextlib.suppress(OSError):  # then they will say that they compile, and not do it
            mark().touch()


def refuse_overflow(w: World) -> None:
    """Stop at a run whose tables were too small for it.

    Raises:
        InputError: names the table that was full, and the year.
    """
    d = w.district[0]
    if not d.overflow:
        return
    called = {"firms": "enterprises", "people": "people of the talent list"}
    full = [(called.get(table, table), size) for table, used in IN_USE.items() if d[used] >= (size := getattr(w, table).size)]
    what, size = full[0] if full else ("agents", 0)
    raise InputError(
        f"in {d.year} there was no room for more {what} than {size:,}", value=d.scale,
        expected="a larger scale in region.toml, so that an agent stands for more of them, or lower levers and parameters that bring them",
    )  # fmt: skip


def at_hand() -> bool:
    """Whether this process has come by the machine code of the quarter."""
    return hasattr(fused(), "entered")


def run_to(w: World, last: int) -> None:
    """Advance a world up to and including quarter ``last``: the machine code itself, for every world has the types of ``empty``."""
    module = fused()
    if not at_hand():
        module.entered = entry(module.run_to, w, last)  # type: ignore[attr-defined]
    module.entered(w, last)


def run_to_record(w: World, until: int) -> None:
    """Advance a synthesised world to the end of the record and reconcile it, or to ``until`` where that comes first."""
    run_to(w, min(RECORD_END_QUARTER, last_quarter(until)))
    reconcile(w, 0, 1)
    refuse_overflow(w)


def run_on(w: World, until: int, inputs: Inputs, look: Callable[[World], None] | None = None) -> None:
    """Advance a world to the end of ``until``; year by year where a trigger may act or someone looks."""
    stops = range(int(w.district[0].year) + 1, until + 1) if inputs.triggers or look else (until,)
    for year in stops:
        run_to(w, last_quarter(year))
        refuse_overflow(w)
        inputs.react(w)
        if look is not None:
            look(w)


class Look(Protocol):
    """What is counted of the agents themselves at the end of each year, beside the indicators; it changes nothing."""

    shape: tuple[int, ...]

    def __call__(self, w: World, out: Floats, before: Floats) -> None:
        """Fill ``out`` [shape] for the year just ended; ``before`` is that of the year before (zeros at first)."""
        ...


def simulate(
    region: Region,
    levers: LeverPaths,
    *,
    triggers: tuple[Trigger, ...] = (),
    scenario: str = "status_quo",
    environment: str = "baseline",
    runs: int = 1000,
    seed: int = 1,
    draws_seed: int | None = None,
    environment_seed: int | None = None,
    first_run: int = 0,
    until: int | None = None,
    draws: Draws | None = None,
    threads: int | None = None,
    reconcile: bool = True,
    start: Start | None = None,
    look: Look | None = None,
    progress: Callable[[int], Any] | None = None,
) -> Outcomes:
    """Runs ``first_run`` to ``first_run + runs - 1`` of a scenario, each a function of its number alone.

    Args:
        triggers: levers that change where an indicator stands on one side of a line.
        draws_seed, environment_seed: where run i takes its parameters and readings, or its environment, from, when not from
            the seed of its luck: batches that share one of them show what share of the spread it carries.
        until: last year simulated, the plan's end by default.
        draws: where parameters come from; the pack's prior by default.
        reconcile: whether the end of 2020 is reconciled with the record (the fit looks at runs that are not).
        start: these runs as they stood at the end of the record (``started``); the same bits, sooner. Runs that it does not
            hold begin at the beginning.
        look: what else to count each year after the record; it stands in ``Outcomes.looked``.
        progress: called with the number of runs finished since the last call.

    Raises:
        InputError: an unknown environment.
    """
    until = until or region.settings.years.plan_end
    inputs = Inputs(region, levers, environment, reconcile, triggers)
    batch = Batch(inputs, draws, seed, draws_seed, environment_seed, first_run, runs, until)
    if start is not None and (draws_seed is not None or environment_seed is not None or not reconcile or until <= RECORD_END):
        start = None
    years = tuple(range(FIRST_YEAR, until + 1))
    probe = batch.world()
    values = np.full((runs, len(years), probe.indicators.shape[1]), np.nan)
    flows = np.zeros((runs, len(years), probe.flows.shape[1]))
    money = np.zeros((runs, len(years), probe.ledger.shape[1]))
    adjusted = np.zeros((runs, probe.adjusted.size))
    looked = None if look is None else np.zeros((runs, len(years), *look.shape))

    def one(w: World, r: int) -> None:
        kept = None if start is None else start.of(first_run + r, seed, batch.source)
        batch.begin(w, r, kept)
        if kept is None:
            run_to_record(w, until)
        if until > RECORD_END:
            watch: Callable[[World], None] | None = None
            if look is not None and looked is not None:
                mine = looked[r]
                watch = lambda world: look(world, mine[world.district[0].row], mine[world.district[0].row - 1])  # noqa: E731
            run_on(w, until, batch.inputs, watch)
        values[r] = w.indicators[: len(years)]
        flows[r] = w.flows[: len(years)]
        money[r] = yearly_money(w.ledger, len(years), region.settings.scale)
        adjusted[r] = w.adjusted

    batch.each(one, probe, threads, progress)
    note_compiled()
    return Outcomes(
        region=region.name, scenario=scenario, environment=environment, seed=seed, first_run=first_run, draws=batch.source,
        years=years, values=values, flows=flows, money=money, adjusted=adjusted, parameters=batch.parameters,
        parameter_names=DRAWN, readings=batch.readings,
        reading_names=names_of_readings(region, batch.readings), looked=looked,
    )  # fmt: skip


def started(
    region: Region,
    *,
    runs: int = 1000,
    seed: int = 1,
    first_run: int = 0,
    draws: Draws | None = None,
    threads: int | None = None,
    progress: Callable[[int], Any] | None = None,
) -> Start:
    """Runs ``first_run`` onward at the end of the record, for ``simulate(..., start=)`` of any scenario and environment.

    Holds about 300 bytes an enterprise and 0.5 MB a run.
    """
    batch = Batch(Inputs(region, region.levers), draws, seed, None, None, first_run, runs, RECORD_END)
    snapshots: list[Snapshot | None] = [None] * runs

    def one(w: World, r: int) -> None:
        batch.begin(w, r, None)
        run_to_record(w, RECORD_END)
        snapshots[r] = Snapshot(w)

    batch.each(one, batch.world(), threads, progress)
    return Start(first_run, seed, batch.source, [kept for kept in snapshots if kept is not None])


class Batch:
    """What the runs of one call have in common, and how they are shared out over threads."""

    def __init__(
        self, inputs: Inputs, draws: Draws | None, seed: int, draws_seed: int | None, environment_seed: int | None, first_run: int,
        runs: int, until: int,
    ) -> None:  # fmt: skip
        chosen = draws or PriorDraws(inputs.region)
        self.inputs, self.seed, self.environment_seed, self.runs, self.until = inputs, seed, environment_seed, runs, until
        self.source = chosen.source
        self.numbers = np.arange(first_run, first_run + runs, dtype=np.int64)
        self.parameters, self.readings, self.known = drawn_inputs(
            inputs.region, chosen, seed if draws_seed is None else draws_seed, self.numbers
        )
        fused()

    def world(self) -> World:
        """An empty world with room for any of these runs."""
        return self.inputs.world(self.parameters, self.until)

    def begin(self, w: World, r: int, kept: Snapshot | None) -> None:
        """Put run number ``first_run + r`` into a world: as synthesised, or as kept from the end of the record."""
        run, parameters, known = int(self.numbers[r]), self.parameters[r], self.known[r]
        if kept is None:
            self.inputs.install(w, self.seed, run, parameters, known, self.environment_seed)
            return
        kept.restore(w)
        self.inputs.equip(w, self.seed, run, parameters, known, self.environment_seed)

    def each(self, one: Callable[[World, int], None], first: World, threads: int | None, progress: Callable[[int], Any] | None) -> None:
        """Call ``one`` with a thread's own world for every run; interrupted, it ends with the runs that are under way.

        Whichever thread is free takes the next run, so all end at the same time, about. Where runs go wrong, the error is that of
        the first of them by number.
        """
        runs, wrong = iter(range(self.runs)), dict[int, BaseException]()
        workers = threads or os.cpu_count() or 1
        stop = threading.Event()

        def work(w: World | None, most: int) -> None:
            for r in itertools.islice(runs, most):  # one iterator for all: each number is handed out once
                if stop.is_set():
                    return
                try:
                    if w is None:
                        w = self.world()
                    one(w, r)
                    if progress is not None:
                        progress(1)
                except BaseException as error:
                    stop.set()
                    wrong[r] = error

        if workers == 1 or self.runs <= 2:
            work(first, self.runs)
        else:
            if not at_hand():
                work(first, 1)  # compiles in this thread, where an interrupt ends it
            with ThreadPoolExecutor(workers) as pool:
                try:
                    under_way = {pool.submit(work, first if k == 0 else None, self.runs) for k in range(min(workers, self.runs))}
                    while wait(under_way, LOOK).not_done:  # now and then: an interrupt may fall between two looks
                        pass
                finally:
                    stop.set()
        if wrong:
            raise wrong[min(wrong)]


__all__ = ["SOURCE_DIGEST", "already_compiled", "fused", "fused_source", "last_quarter", "refuse_overflow", "simulate", "started"]
