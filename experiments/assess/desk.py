"""Answers while somebody waits: a few runs at once, more behind them, for many people on the same machine.

Run i is a function of its number alone, so the first 200 runs of a mix are the first 200 of its 1,000: an answer is shown early and
refined by the rest. Runs are kept at the end of the record and shared by everybody who asks of the same record and seed; a mix that
was asked before is answered at once, and one that many ask at the same time is computed once for all of them.

One chunk is computed at a time, on all cores, while the answer of the one before is worked out beside it. Whoever has been told least
goes first: a slider moved by one is answered before another's refinement. Among those, everybody's first question goes before anybody's
second, so that whoever compares four mixes does not hold up the rest. A question that nobody waits for any more is dropped in mid-chunk.
"""

from __future__ import annotations

import itertools
import queue
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from yidu.calibration.manifest import manifest_of, pack_digest
from yidu.experiments.assess.compute import Assessment, assess
from yidu.experiments.ensembles.gainers import Gainers
from yidu.experiments.ensembles.paired import Mixed, Study, last_year, study
from yidu.sim.outcomes import joined

if TYPE_CHECKING:
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.outcomes import Outcomes
    from yidu.sim.region import Region

CHUNKS = (60, 140, 200, 200, 200, 200)
"""Runs that are computed together: the first are few, for an answer within a second on two cores; the others refine it."""

SHOWN = (60, 200, 1000)
"""Runs after which an answer is told."""

FIRST, QUICK, FULL = CHUNKS[0], 200, sum(CHUNKS)
"""Runs of the first answer, of the one that a probability is read from, and of the refined one."""

KEPT_RUNS, KEPT_ANSWERS = 2000, 24
"""Runs kept at the end of the record over all regions and seeds (0.8 MB each), and mixes (20 MB each, 30 MB with who gains)."""


class Question(NamedTuple):
    """What is asked; `gains` also counts who gains, as `compare` needs it."""

    region: Region
    scenario: Scenario
    environment: str
    seed: int
    gains: bool = False

    @property
    def study_key(self) -> tuple[str, str, int]:
        """Of which region, and with what luck."""
        return str(self.region.folder), self.region.digest, self.seed

    @property
    def key(self) -> tuple[object, ...]:
        """What the answer depends on: everything but names."""
        paths = tuple((name, tuple(sorted(steps.items()))) for name, steps in sorted(self.scenario.environment.items()))
        rules = tuple((one.indicator, one.sense, one.value, one.year, tuple(one.then.items())) for one in self.scenario.triggers)
        return *self.study_key, self.environment, self.scenario.levers.key, paths, rules, self.gains


class Told(NamedTuple):
    """An answer so far."""

    question: Question
    mixed: Mixed
    assessment: Assessment

    @property
    def runs(self) -> int:
        """Runs that it rests on."""
        return self.mixed.plain.runs


class _Dropped(Exception):
    """Nobody waits for the chunk under way any more."""


@dataclass(eq=False)
class Asking:
    """A question that is being answered; iterate over `answers`, and `drop` it when nobody waits any more."""

    question: Question
    most: int
    visitor: object
    dropped: threading.Event = field(default_factory=threading.Event)
    _said: queue.SimpleQueue[Told | BaseException | None] = field(default_factory=queue.SimpleQueue)

    def drop(self) -> None:
        """Nobody waits any more: the runs under way end, the iteration too."""
        self.dropped.set()
        self._said.put(None)

    def answers(self, waiting: Callable[[], object] | None = None, every: float = 1.0) -> Iterator[Told]:
        """Each answer as it is told, the last one resting on all runs asked for.

        Args:
            waiting: called after each so many seconds without an answer.
            every: how many [s].

        Raises:
            Exception: what went wrong while it was computed.
        """
        while True:
            try:
                said = self._said.get(timeout=None if waiting is None else every)
            except queue.Empty:
                if waiting is not None:
                    waiting()
                continue
            if said is None or self.dropped.is_set():
                return
            if isinstance(said, BaseException):
                raise said
            yield said
            if said.runs >= self.most:
                return


@dataclass(eq=False)
class _Work:
    """A question under way, for everybody who asks it; `parts` are consecutive runs."""

    question: Question
    number: int
    parts: list[Mixed]
    asked: list[Asking] = field(default_factory=list)
    promised: int = 0  # runs of the last answer that is told or being worked out
    telling: int = 0  # answers that are being worked out

    @property
    def runs(self) -> int:
        """Runs computed so far."""
        return sum(part.plain.runs for part in self.parts)

    @property
    def told(self) -> int:
        """Runs computed so far, as far as it matters to whose turn it is."""
        return min(self.runs, QUICK)

    @property
    def waited_for(self) -> list[Asking]:
        """Who waits for it."""
        return [one for one in self.asked if not one.dropped.is_set()]

    @property
    def wanted(self) -> list[Asking]:
        """Who waits for more runs than are promised."""
        return [one for one in self.waited_for if one.most > self.promised]


class Desk:
    """Answers questions of many people, one chunk of runs at a time."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], Study] = OrderedDict()
        self._answers: OrderedDict[tuple[object, ...], Told] = OrderedDict()
        self._work: dict[tuple[object, ...], _Work] = {}
        self._records: dict[tuple[str, str], tuple[str, str, str]] = {}
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._busy = False
        # A pool's thread belongs to nobody: one started by hand would carry the page of the visitor who asked first.
        self._pool, self._tellers = ThreadPoolExecutor(1, "desk"), ThreadPoolExecutor(1, "desk-tells")

    def ask(self, question: Question, most: int = FULL, visitor: object = None) -> Asking:
        """Put a question; the answers come through `Asking.answers`.

        Args:
            most: runs at which it ends.
            visitor: whose question it is, anything that can be a key; each without one is somebody else's.
        """
        asking = Asking(question, most, object() if visitor is None else visitor)
        with self._lock:
            known = self._known(question)
            if known is not None:
                asking._said.put(known)
                if known.runs >= most:
                    return asking
            work, runs = self._work.get(question.key), 0 if known is None else known.runs
            if work is None:
                work = _Work(question, next(self._numbers), [] if known is None else [known.mixed])
                self._work[question.key] = work
            elif not work.wanted:  # dropped a moment ago: who comes now stands at the end of the row
                work.number = next(self._numbers)
            if not work.telling:
                work.promised = runs  # an answer that was let go is told again, with the next runs
            work.asked.append(asking)
            if not self._busy:
                self._busy = True
                self._pool.submit(self._serve)
        return asking

    def known(self, question: Question) -> Told | None:
        """What is known of a question without computing anything, told under the names of whoever asks now."""
        with self._lock:
            return self._known(question)

    def _known(self, question: Question) -> Told | None:
        told = self._answers.get(question.key)
        if told is None:
            return None
        self._answers.move_to_end(question.key)
        return _named(question, told)

    def ahead(self, asking: Asking) -> int:
        """How many questions of other visitors are served before the next runs of this one."""
        with self._lock:
            row = self._row()
        mine = next((place for place, one in enumerate(row) if asking in one.asked), 0)
        return sum(all(one.visitor != asking.visitor for one in work.waited_for) for work in row[:mine])

    def forget(self, region: Region) -> None:
        """Let go of what is kept for a region that nobody asks about any more."""
        with self._lock:
            mine = str(region.folder)
            self._kept = OrderedDict((key, kept) for key, kept in self._kept.items() if str(kept.region.folder) != mine)
            self._answers = OrderedDict((key, kept) for key, kept in self._answers.items() if key[0] != mine)
            self._records = {key: record for key, record in self._records.items() if key[0] != mine}

    # --- the thread that computes

    def _row(self) -> list[_Work]:
        """Questions in the order in which they are served; whoever holds the lock may ask."""
        places: dict[int, int] = {}
        before: Counter[tuple[object, int]] = Counter()  # questions of a visitor that have been told as little, and were asked before
        # Looked at once: whoever waits may drop it at any time.
        live = {work.number: (work, waiting) for work in self._work.values() if (waiting := work.wanted)}
        for number, (work, waiting) in sorted(live.items()):
            whose = {(one.visitor, work.told) for one in waiting}
            places[number] = min(before[one] for one in whose)
            before.update(whose)
        return sorted((work for work, _ in live.values()), key=lambda one: (one.told, places[one.number], one.runs, one.number))

    def _serve(self) -> None:
        """Chunk after chunk until nobody waits; an error of the row itself is told to whoever does, and the next question begins anew."""
        try:
            while self._serve_first():
                pass
        except BaseException as error:
            with self._lock:
                waiting = [one for work in self._work.values() for one in work.waited_for]
                self._work, self._busy = {}, False
            for one in waiting:
                one._said.put(error)

    def _serve_first(self) -> bool:
        """One chunk of the question that is first in the row; False where there is none."""
        with self._lock:
            row = self._row()
            self._work = {key: work for key, work in self._work.items() if work in row or work.telling}
            if not row:
                self._busy = False
                return False
            first, level, served = row[0], row[0].told, {one.visitor for one in row[0].wanted}
        try:
            self._advance(first)
        except _Dropped:
            pass  # who has asked the same meanwhile is in the row again
        except BaseException as error:
            for one in self._end(first):
                one._said.put(error)
        self._let_others_go_first(served, level)
        return True

    def _let_others_go_first(self, served: set[object], level: int) -> None:
        """What visitors who were served ask besides, and was told as little, goes to the end of the row."""
        with self._lock:
            for work in self._row():
                if work.told == level and served.issuperset(one.visitor for one in work.wanted):
                    work.number = next(self._numbers)

    def _advance(self, work: _Work) -> None:
        """One more chunk of a question; what it says is worked out beside the next chunk."""
        parts = [*work.parts, self._chunk(work)]
        runs = sum(part.plain.runs for part in parts)
        due = runs in SHOWN or any(runs >= one.most for one in work.asked)
        if due:
            parts = [whole(parts)]
        with self._lock:
            work.parts = parts
            if due:
                work.promised, work.telling = runs, work.telling + 1
        if due:
            self._tellers.submit(self._tell, work, parts[0])

    def _tell(self, work: _Work, mixed: Mixed) -> None:
        """An answer to whom it is due."""
        question, runs = work.question, mixed.plain.runs
        try:
            told = Told(question, mixed, assess(question.region, question.scenario, mixed.plain, mixed.judged))
        except BaseException as error:
            for one in self._end(work):
                one._said.put(error)
            return
        with self._lock:
            work.telling -= 1
            self._answers[question.key] = told
            self._answers.move_to_end(question.key)
            while len(self._answers) > KEPT_ANSWERS:
                self._answers.popitem(last=False)
            for one in work.waited_for:
                one._said.put(_named(one.question, told))
            work.asked = [one for one in work.waited_for if runs < one.most]
            if not (work.asked or work.telling):
                self._forget(work)

    def _chunk(self, work: _Work) -> Mixed:
        question, first = work.question, work.runs
        size = next(size for begin, size in beginnings() if begin == first)

        def progress(_: int) -> None:
            if not work.wanted:
                raise _Dropped

        region = question.region
        kept = self._study(question, first, size)
        look = Gainers(region, region.settings.years.plan_end) if question.gains else None
        return replace(kept, environment=question.environment, region=region).run(
            question.scenario, until=last_year(region), look=look, progress=progress
        )

    def _study(self, question: Question, first: int, size: int) -> Study:
        """Runs kept at the end of the record, simulated once for everybody; those that were used last make room last."""
        with self._lock:
            if question.study_key[:2] not in self._records:
                self._records[question.study_key[:2]] = record_of(question.region)
            at = (*self._records[question.study_key[:2]], question.seed, first)
            kept = self._kept.get(at)
        if kept is None:
            kept = study(question.region, runs=size, seed=question.seed, first_run=first)
        with self._lock:
            self._kept[at] = kept
            self._kept.move_to_end(at)
            while len(self._kept) > 1 and sum(one.runs for one in self._kept.values()) > KEPT_RUNS:
                self._kept.popitem(last=False)
        return kept

    def _end(self, work: _Work) -> list[Asking]:
        """Serve it no more; who waited for it."""
        with self._lock:
            self._forget(work)
            waited, work.asked = work.waited_for, []
            return waited

    def _forget(self, work: _Work) -> None:
        """Take it out, under the lock, unless the same was asked anew since."""
        if self._work.get(work.question.key) is work:
            del self._work[work.question.key]


def _named(question: Question, told: Told) -> Told:
    """The same under the names of whoever asks."""
    if told.question.scenario == question.scenario:
        return told
    name = question.scenario.name
    return Told(question, replace_scenario(told.mixed, question.scenario), replace(told.assessment, scenario=name))


def record_of(region: Region) -> tuple[str, str, str]:
    """What runs depend on until the end of the record: neither targets nor scenarios, nor where the pack lies."""
    fit = manifest_of(region)
    return region.name, pack_digest(region), "" if fit is None else str(fit["draws"])


def beginnings() -> Iterator[tuple[int, int]]:
    """First run and size of every chunk."""
    first = 0
    for size in CHUNKS:
        yield first, size
        first += size


def whole(parts: list[Mixed]) -> Mixed:
    """Consecutive chunks of a mix as one; what judging does not change is held once."""
    plain = joined([part.plain for part in parts])
    return Mixed(parts[0].scenario, plain, plain.with_values(np.concatenate([part.judged.values for part in parts])))


def first_runs(mixed: Mixed, runs: int) -> Mixed:
    """The first runs of a mix: what it would have been asked of so few."""
    return Mixed(mixed.scenario, _beginning(mixed.plain, runs), _beginning(mixed.judged, runs))


def _beginning(outcomes: Outcomes, runs: int) -> Outcomes:
    if outcomes.runs <= runs:
        return outcomes
    return replace(
        outcomes,
        values=outcomes.values[:runs],
        flows=outcomes.flows[:runs],
        money=outcomes.money[:runs],
        adjusted=outcomes.adjusted[:runs],
        looked=None if outcomes.looked is None else outcomes.looked[:runs],
        parameters=outcomes.parameters[:runs],
        readings={fact: drawn[:runs] for fact, drawn in outcomes.readings.items()},
    )


def replace_scenario(mixed: Mixed, scenario: Scenario) -> Mixed:
    """The same runs under the name of another scenario that sets the same."""
    return Mixed(scenario, replace(mixed.plain, scenario=scenario.name), replace(mixed.judged, scenario=scenario.name))
