"""Answers while somebody waits: a few runs at once, more behind them, for many people on the same machine.

Run i is a function of its number alone, so the first 200 runs of a mix are the first 200 of its 1,000: an answer is shown early and
refined by the rest. Runs are kept at the end of the record and shared by everybody who asks of the same region and seed; a mix that
was asked before is answered at once. One chunk is computed at a time, on all cores, and whoever has been told least goes first: a
slider moved by one is answered before another's refinement, and a question that nobody waits for any more is dropped in mid-chunk.
"""

from __future__ import annotations

import itertools
import queue
import threading
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from experiments.ask import judged
from experiments.assess import Assessment
from experiments.gainers import Gainers
from experiments.paired import Mixed, Study, last_year, study
from sim.outcomes import joined

if TYPE_CHECKING:
    from experiments.scenario import Scenario
    from sim.outcomes import Outcomes
    from sim.region import Region

CHUNKS = (60, 140, 200, 200, 200, 200)
"""Runs that are computed together: the first are few, for an answer within a second on two cores; the others refine it."""

SHOWN = (60, 200, 1000)
"""Runs after which an answer is told."""

FIRST, QUICK, FULL = CHUNKS[0], 200, sum(CHUNKS)
"""Runs of the first answer, of the one that a probability is read from, and of the refined one."""

KEPT_STUDIES, KEPT_ANSWERS = 3, 24
"""Regions and seeds whose runs are kept at the end of the record (0.7 GB each in full), and mixes (30 MB each)."""


class Question(NamedTuple):
    """What is asked; `gains` also counts who gains, as `compare` needs it."""

    region: Region
    scenario: Scenario
    environment: str
    seed: int
    gains: bool = False

    @property
    def study_key(self) -> tuple[str, str, int]:
        """What the kept runs depend on."""
        return str(self.region.folder), self.region.digest, self.seed

    @property
    def key(self) -> tuple[object, ...]:
        """What the answer depends on: everything but names."""
        paths = tuple((name, tuple(sorted(steps.items()))) for name, steps in sorted(self.scenario.environment.items()))
        rules = tuple((one.indicator, one.sense, one.value, one.year, tuple(one.then.items())) for one in self.scenario.triggers)
        return *self.study_key, self.environment, self.scenario.levers.values.tobytes(), paths, rules, self.gains


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


@dataclass
class Asking:
    """A question that is being answered; iterate over `answers`, and `drop` it when nobody waits any more."""

    question: Question
    most: int
    number: int
    parts: list[Mixed] = field(default_factory=list)
    dropped: threading.Event = field(default_factory=threading.Event)
    _said: queue.SimpleQueue[Told | BaseException | None] = field(default_factory=queue.SimpleQueue)

    @property
    def runs(self) -> int:
        """Runs computed so far."""
        return sum(part.plain.runs for part in self.parts)

    def drop(self) -> None:
        """Nobody waits any more: the runs under way end, the iteration too."""
        self.dropped.set()
        self._said.put(None)

    def answers(self) -> Iterator[Told]:
        """Each answer as it is told, the last one resting on all runs asked for.

        Raises:
            Exception: what went wrong while it was computed.
        """
        while True:
            said = self._said.get()
            if said is None or self.dropped.is_set():
                return
            if isinstance(said, BaseException):
                raise said
            yield said
            if said.runs >= self.most:
                return


class Desk:
    """Answers questions of many people, one chunk of runs at a time."""

    def __init__(self) -> None:
        self._studies: OrderedDict[tuple[str, str, int], dict[int, Study]] = OrderedDict()
        self._answers: OrderedDict[tuple[object, ...], Told] = OrderedDict()
        self._asked: list[Asking] = []
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._at_work = False
        # A pool's thread belongs to nobody: one started by hand would carry the page of the visitor who asked first.
        self._pool = ThreadPoolExecutor(1, "desk")

    def ask(self, question: Question, most: int = FULL) -> Asking:
        """Put a question; the answers come through `Asking.answers`. `most`: runs at which it ends."""
        asking = Asking(question, most, next(self._numbers))
        known = self.known(question)
        if known is not None:
            asking._said.put(known)
            if known.runs >= most:
                return asking
        with self._lock:
            self._asked.append(asking)
            if not self._at_work:
                self._at_work = True
                self._pool.submit(self._work)
        return asking

    def known(self, question: Question) -> Told | None:
        """What is known of a question without computing anything, told under the names of whoever asks now."""
        with self._lock:
            told = self._answers.get(question.key)
            if told is None:
                return None
            self._answers.move_to_end(question.key)
        return self._named(question, told)

    def forget(self, region: Region) -> None:
        """Let go of what is kept for a region that nobody asks about any more."""
        with self._lock:
            mine = str(region.folder)
            self._studies = OrderedDict((key, kept) for key, kept in self._studies.items() if key[0] != mine)
            self._answers = OrderedDict((key, kept) for key, kept in self._answers.items() if key[0] != mine)

    # --- the thread that computes

    def _work(self) -> None:
        while True:
            with self._lock:
                self._asked = [one for one in self._asked if not one.dropped.is_set()]
                if not self._asked:
                    self._at_work = False
                    return
                asking = min(self._asked, key=lambda one: (min(one.runs, QUICK), one.runs, one.number))
            try:
                self._advance(asking)
            except _Dropped:
                self._end(asking)
            except BaseException as error:
                asking._said.put(error)
                self._end(asking)

    def _advance(self, asking: Asking) -> None:
        """One more chunk of a question, told where it is due."""
        question, first = asking.question, asking.runs
        known = self._answers.get(question.key)
        if known is not None and known.runs > first:  # another has asked the same meanwhile
            asking.parts = [known.mixed]
            asking._said.put(self._named(question, known))
        else:
            part = self._chunk(question, first, asking)
            asking.parts.append(part)
            if asking.runs in SHOWN or asking.runs >= asking.most:
                asking._said.put(self._keep(question, whole(asking.parts)))
        if asking.runs >= asking.most:
            self._end(asking)

    def _chunk(self, question: Question, first: int, asking: Asking) -> Mixed:
        size = next(size for begin, size in beginnings() if begin == first)

        def progress(_: int) -> None:
            if asking.dropped.is_set():
                raise _Dropped

        region = question.region
        kept = self._study(question, first, size)
        look = Gainers(region, region.settings.years.plan_end) if question.gains else None
        return replace(kept, environment=question.environment, region=region).run(
            question.scenario, until=last_year(region), look=look, progress=progress
        )

    def _study(self, question: Question, first: int, size: int) -> Study:
        """Runs kept at the end of the record, simulated once for everybody."""
        with self._lock:
            kept = self._studies.setdefault(question.study_key, {})
            self._studies.move_to_end(question.study_key)
            while len(self._studies) > KEPT_STUDIES:
                self._studies.popitem(last=False)
        if first not in kept:
            kept[first] = study(question.region, runs=size, seed=question.seed, first_run=first)
        return kept[first]

    def _keep(self, question: Question, mixed: Mixed) -> Told:
        told = self._tell(question, mixed)
        with self._lock:
            self._answers[question.key] = told
            self._answers.move_to_end(question.key)
            while len(self._answers) > KEPT_ANSWERS:
                self._answers.popitem(last=False)
        return told

    def _named(self, question: Question, told: Told) -> Told:
        """The same under the names of whoever asks."""
        if told.question.scenario == question.scenario:
            return told
        return self._tell(question, replace_scenario(told.mixed, question.scenario))

    def _tell(self, question: Question, mixed: Mixed) -> Told:
        return Told(question, mixed, judged(question.region, question.scenario, mixed.plain, mixed.judged))

    def _end(self, asking: Asking) -> None:
        with self._lock:
            self._asked = [one for one in self._asked if one is not asking]
        asking.parts = []  # what was told has them; a page that stays open keeps this object


def beginnings() -> Iterator[tuple[int, int]]:
    """First run and size of every chunk."""
    first = 0
    for size in CHUNKS:
        yield first, size
        first += size


def whole(parts: list[Mixed]) -> Mixed:
    """Consecutive chunks of a mix as one."""
    return Mixed(parts[0].scenario, joined([part.plain for part in parts]), joined([part.judged for part in parts]))


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
    return Mixed(
        scenario, replace(mixed.plain, scenario=scenario.name), replace(mixed.judged, scenario=scenario.name)
    )
