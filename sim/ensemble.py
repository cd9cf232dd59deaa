"""Many runs at once, compiled: the whole quarter as one function, each run in its own thread's world."""

from __future__ import annotations

import importlib.util
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import numpy as np

from agents.compiled import CACHE, SOURCE_DIGEST
from sim.draws import DRAWN, Draws, PriorDraws
from sim.inputs import Inputs, drawn_inputs
from sim.levers import FIRST_YEAR, LeverPaths
from sim.outcomes import Outcomes, names_of_readings, yearly_money
from sim.reconcile import reconcile
from sim.region import Region
from sim.schedule import QUARTER
from sim.world import RECORD_END_QUARTER, World

ROWS_IN_USE = {
    "district": "ONE", "funds": "w.funds.size", "firms": "w.district[0].n_firms", "people": "w.district[0].n_people",
    "incubators": "w.district[0].n_incubators", "institutes": "w.district[0].n_institutes",
}  # fmt: skip


def fused_source() -> str:
    """Python source of the whole quarter as one function, written from ``QUARTER``."""
    lines = ['"""Written from sim.schedule.QUARTER; do not edit."""', "", "import numpy as np", ""]
    lines += ["from agents.compiled import kernel"]
    for stage in QUARTER:
        function = getattr(stage.kernel, "py_func", stage.kernel)
        lines.append(f"from {function.__module__} import {stage.name}")
    lines += ["", "FIRST, ONE = np.arange(2)  # not literals: a stage is compiled once, for any row"]
    lines += ["", "", "@kernel", "def advance(w):", '    """One quarter."""']
    lines += [f"    {stage.name}(w, FIRST, {ROWS_IN_USE[stage.kind]})" for stage in QUARTER]
    lines += ["", "", "@kernel", "def run_to(w, last):", '    """Quarter after quarter, up to and including ``last``."""']
    lines += ["    while w.district[0].quarter < last and w.district[0].overflow == 0:", "        advance(w)", ""]
    return "\n".join(lines)


def fused() -> ModuleType:
    """The compiled quarter: a real module in the digest-named cache folder, so that every process finds its code again."""
    name = "yidu_quarter"
    if name in sys.modules:
        return sys.modules[name]
    path = CACHE / f"{name}.py"
    source = fused_source()
    if not path.exists() or path.read_text(encoding="utf-8") != source:
        draft = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
        draft.write_text(source, encoding="utf-8")
        os.replace(draft, path)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def last_quarter(year: int) -> int:
    """Index of the last quarter of a year."""
    return 4 * (year - FIRST_YEAR) + 3


def already_compiled() -> bool:
    """Whether an earlier process has left compiled code for these very sources."""
    return any((CACHE / "numba").rglob("*advance*.nbc")) if (CACHE / "numba").exists() else False


def refuse_overflow(w: World) -> None:
    """Stop at a run whose tables were too small for it."""
    if w.district[0].overflow:
        raise RuntimeError("a table of agents was full: the run needs more rows than were set aside")


def run_one(w: World, until: int) -> None:
    """Advance a synthesised world to the end of ``until``."""
    last = last_quarter(until)
    fused().run_to(w, min(RECORD_END_QUARTER, last))
    if last >= RECORD_END_QUARTER:
        reconcile(w, 0, 1)
        fused().run_to(w, last)
    refuse_overflow(w)


def simulate(
    region: Region,
    levers: LeverPaths,
    *,
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
    progress: Callable[[int], Any] | None = None,
) -> Outcomes:
    """Runs ``first_run`` to ``first_run + runs - 1`` of a scenario, each a function of its number alone.

    Args:
        draws_seed, environment_seed: where run i takes its parameters and readings, or its environment, from, when not from
            the seed of its luck: batches that share one of them show what share of the spread it carries.
        until: last year simulated, the plan's end by default.
        draws: where parameters come from; the pack's prior by default.
        reconcile: whether the end of 2020 is reconciled with the record (the fit looks at runs that are not).
        progress: called with the number of runs finished since the last call.

    Raises:
        InputError: an unknown environment.
    """
    until = until or region.settings.years.plan_end
    inputs = Inputs(region, levers, environment, reconcile)
    chosen = draws or PriorDraws(region)
    numbers = np.arange(first_run, first_run + runs, dtype=np.int64)
    parameters, readings, known = drawn_inputs(region, chosen, seed if draws_seed is None else draws_seed, numbers)
    years = tuple(range(FIRST_YEAR, until + 1))
    probe = inputs.world(parameters, until)
    values = np.full((runs, len(years), probe.indicators.shape[1]), np.nan)
    flows = np.zeros((runs, len(years), probe.flows.shape[1]))
    money = np.zeros((runs, len(years), probe.ledger.shape[1]))
    adjusted = np.zeros((runs, probe.adjusted.size))
    fused()
    spare = [probe]
    own = threading.local()
    lock = threading.Lock()

    def one(r: int) -> None:
        if not hasattr(own, "world"):
            with lock:
                own.world = spare.pop() if spare else inputs.world(parameters, until)
        w = own.world
        inputs.install(w, seed, int(numbers[r]), parameters[r], known[r], environment_seed)
        run_one(w, until)
        values[r] = w.indicators[: len(years)]
        flows[r] = w.flows[: len(years)]
        money[r] = yearly_money(w.ledger, len(years), region.settings.scale)
        adjusted[r] = w.adjusted
        if progress is not None:
            progress(1)

    workers = threads or os.cpu_count() or 1
    if runs:
        one(0)  # compiles, or loads what was compiled, before the threads start
    if workers == 1 or runs <= 2:
        for r in range(1, runs):
            one(r)
    elif runs:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(one, range(1, runs)))
    return Outcomes(
        region=region.name, scenario=scenario, environment=environment, seed=seed, first_run=first_run, draws=chosen.source,
        years=years, values=values, flows=flows, money=money, adjusted=adjusted, parameters=parameters,
        parameter_names=DRAWN, readings=readings,
        reading_names=names_of_readings(region, readings),
    )  # fmt: skip


__all__ = ["SOURCE_DIGEST", "already_compiled", "fused", "fused_source", "last_quarter", "refuse_overflow", "run_one", "simulate"]
