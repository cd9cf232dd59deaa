"""One slip after another, each in a child of a process that has everything loaded: which test notices?

A child puts the slip into the rule's own function, so that all who imported the rule have it, and runs the tests that call the
rule; then, where none failed, a small district. Nothing is compiled: a rule is a plain function (``NUMBA_DISABLE_JIT``).
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np
import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.mutants import ROOT, Mutant
from tests.sim.small import SetDraws, constant, scaled
from yidu.sim.ensemble import simulate
from yidu.sim.levers import LEVERS
from yidu.sim.region import Region, load

BY_SENTENCE, BY_REFERENCE, SURVIVED, UNSAID = "sentence", "reference", "survived", "cannot be said"
VERDICTS = (SURVIVED, BY_SENTENCE, BY_REFERENCE, UNSAID)  # by exit code of the child

#: Seconds of processor time after which the tests, or the district, count as failed: a slip may never end.
PATIENCE = 60.0
#: Bytes that a trial may take: a slip may ask for all there are.
ROOM = 4 * 2**30

Numbers = list[np.ndarray]


def tiny(region: Region) -> Iterator[Numbers]:
    """A district of 80 firms: its first year, and three years of a heavy policy."""
    draws = SetDraws(region, pool_size=80.0, entry_rate=0.05)
    heavy = constant(region, {name: scaled(name, 0.8) for name in LEVERS})
    for levers, until in ((region.levers, 2016), (heavy, 2018)):
        run = simulate(region, levers, runs=1, seed=5, first_run=1, until=until, draws=draws, threads=1)
        yield [run.values, run.flows, run.money]


def moved(old: Numbers, new: Numbers) -> bool:
    """Whether a number differs by more than a billionth, as for the reference run (``tests.reference.remake``)."""
    return not all(np.allclose(a, b, rtol=1e-9, atol=0.0, equal_nan=True) for a, b in zip(old, new))


def home(mutant: Mutant) -> ModuleType:
    """The module that a slip is for."""
    return sys.modules["yidu." + mutant.module.removesuffix(".py").replace("/", ".")]


def code_of(mutant: Mutant) -> CodeType:
    """The rule with the slip in it."""
    whole = compile(mutant.source, mutant.module, "exec")
    return next(part for part in whole.co_consts if isinstance(part, CodeType) and part.co_name == mutant.name)


def ours() -> list[ModuleType]:
    """Modules loaded that may hold a name of a rule file."""
    return [module for name, module in list(sys.modules.items()) if name.split(".")[0] in ("yidu", "tests", "yidu_quarter")]


def put(mutant: Mutant) -> None:
    """Plant a slip in this process, for all who have imported what it is in."""
    there = getattr(home(mutant), mutant.name)
    if isinstance(there, FunctionType):
        there.__code__ = code_of(mutant)
        return
    names: dict[str, Any] = {"__name__": home(mutant).__name__}
    exec(compile(mutant.source, mutant.module, "exec"), names)  # noqa: S102
    for module in ours():
        if vars(module).get(mutant.name) is there:
            setattr(module, mutant.name, names[mutant.name])


def unchanged(slips: list[Mutant]) -> list[Mutant]:
    """Slips that change nothing: the first rule, and the first figure of its own, each put back as it stands."""
    first = {isinstance(getattr(home(slip), slip.name), FunctionType): slip for slip in reversed(slips)}
    return [replace(slip, becomes=slip.was, source=(ROOT / slip.module).read_text(encoding="utf-8")) for slip in first.values()]


class Trials:
    """A pytest plugin that, in place of running the tests once, runs them against every slip."""

    def __init__(self, slips: list[Mutant], told: Callable[[Mutant, str], None], district: bool = True) -> None:
        self.slips, self.told, self.district = slips, told, district
        self.seconds: dict[pytest.Item, float] = {}
        self.called: dict[CodeType, list[pytest.Item]] = {}
        self.tests = self.controls = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        region = load("dadukou")
        self.watch(session.items)
        known = list(tiny(region)) if self.district else []
        for slip in unchanged(self.slips):
            if (found := self.tried(slip, region, known)) != SURVIVED:
                raise pytest.UsageError(f"{slip.rule}, put back as it stands, comes out as '{found}': the trial itself is wrong")
            self.controls += 1
        for slip in self.slips:
            self.told(slip, self.tried(slip, region, known))
        return True

    def watch(self, items: list[pytest.Item]) -> None:
        """Run every test once as things stand, and note which rules it calls."""
        watched, seen = sys.monitoring, set()
        rules = {getattr(home(slip), slip.name) for slip in self.slips}
        codes = {rule.__code__ for rule in rules if isinstance(rule, FunctionType)}

        def saw(code: CodeType, _: int) -> object:
            seen.add(code)
            return watched.DISABLE

        watched.use_tool_id(watched.PROFILER_ID, "mutation")
        watched.register_callback(watched.PROFILER_ID, watched.events.PY_START, saw)
        for code in codes:
            watched.set_local_events(watched.PROFILER_ID, code, watched.events.PY_START)
        for item in items:
            seen.clear()
            watched.restart_events()
            begin = time.perf_counter()
            reports = runtestprotocol(item, log=False, nextitem=None)
            self.seconds[item] = time.perf_counter() - begin
            if any(report.failed for report in reports):
                raise pytest.UsageError(f"{item.nodeid} fails as things stand: mend it first")
            self.tests += not any(report.skipped for report in reports)
            for code in seen:
                self.called.setdefault(code, []).append(item)
        watched.free_tool_id(watched.PROFILER_ID)

    def tests_of(self, slip: Mutant) -> list[pytest.Item]:
        """Tests that can notice, the quickest first: those that call the rule; for a figure, all."""
        there = getattr(home(slip), slip.name)
        found = self.called.get(there.__code__, []) if isinstance(there, FunctionType) else self.seconds
        return sorted(found, key=self.seconds.__getitem__)

    def tried(self, slip: Mutant, region: Region, known: list[Numbers]) -> str:
        """What notices a slip."""
        with warnings.catch_warnings():  # the other thread is one of Arrow's memory pool, which minds being forked
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            code, heard = VERDICTS.index(UNSAID), os.dup(2)
            try:
                code = self.child(slip, region, known)
            except BaseException:  # outside the tests, which catch their own
                os.write(heard, f"{slip.rule}: {traceback.format_exc()}".encode())
            finally:
                os._exit(code)  # whatever happened, a child never goes on as its parent
        _, status = os.waitpid(pid, 0)
        code = os.waitstatus_to_exitcode(status)
        if code < 0:  # a signal: no end, or no room; but nothing here sends SIGKILL, as a machine without memory does
            return {signal.SIGVTALRM: BY_REFERENCE, signal.SIGKILL: UNSAID}.get(signal.Signals(-code), BY_SENTENCE)
        return VERDICTS[code]

    def child(self, slip: Mutant, region: Region, known: list[Numbers]) -> int:
        """Index in ``VERDICTS``."""
        signal.setitimer(signal.ITIMER_PROF, PATIENCE)  # its signal ends this process, whatever it is doing
        resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        tests = self.tests_of(slip)
        put(slip)
        for item in tests:
            if any(report.failed for report in runtestprotocol(item, log=False, nextitem=None)):
                return VERDICTS.index(BY_SENTENCE)
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
        with contextlib.suppress(Exception):
            if not any(moved(old, new) for old, new in zip(known, tiny(region) if known else ())):
                return VERDICTS.index(SURVIVED)
        return VERDICTS.index(BY_REFERENCE)
