"""The search for mixes as work for a process of its own: what is asked crosses as plain values, what comes back carries every mix."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from yidu.experiments.ensembles.paired import study
from yidu.experiments.judging.goals import targets_of
from yidu.experiments.plan.compute import mixes_judged, plan, runs_to_answer
from yidu.experiments.plan.judged import runs_to_judge
from yidu.experiments.plan.tables import planned_levers
from yidu.experiments.plan.trials import BASE, Bench, Question, find
from yidu.experiments.scenarios.mix import Mix, mix_of
from yidu.experiments.scenarios.scenario import load
from yidu.sim.region import load as load_region

if TYPE_CHECKING:
    from yidu.experiments.judging.notice import Notice
    from yidu.experiments.plan.answer import PlanAnswer, PlannedLever
    from yidu.experiments.plan.levers_searched import Decided
    from yidu.experiments.plan.trials import Found
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region

SEARCHING, JUDGING = "searching", "judging"
"""The two parts of the work, by the words `plan.*` that say them."""

BEGIN = 8.0
"""Seconds until a process of its own is ready, about."""

TRIED = 20
"""Runs by which the pace of this machine is measured before anything was searched on it."""

USUAL_JUDGED = 6
"""Mixes that a search has judged again, about, the pack's own among them."""


@dataclass(frozen=True)
class Wanted:
    """What is asked of a search, as a page has it.

    Attributes:
        folder: of the region.
        reach: targets as `yidu plan --reach` names them.
        budget: district money over the plan at most, 万元; None without a limit.
    """

    folder: str
    reach: str = "all"
    probability: float = 0.8
    budget: float | None = None
    decided: Decided = "all"
    environment: str = "baseline"
    seed: int = 1
    evaluations: int = 400
    runs: int = 100

    def question(self, region: Region) -> Question:
        """The question to the search.

        Raises:
            InputError: a target that the region does not have.
        """
        return Question(
            region, targets_of(region, self.reach), self.probability, self.budget, self.decided, self.environment, self.runs,
            self.seed, self.evaluations,
        )  # fmt: skip


@dataclass(frozen=True)
class Point:
    """A mix of an answer, so that it can be looked at and taken elsewhere."""

    mix: Mix
    levers: tuple[PlannedLever, ...]


@dataclass(frozen=True)
class Solved:
    """What a search came to.

    Attributes:
        candidates: by the name that the answer has for each mix judged.
        front: in the order of the answer's front.
        searching, judging: seconds that a run took in each part.
    """

    answer: PlanAnswer
    notices: tuple[Notice, ...]
    candidates: Mapping[str, Point]
    front: tuple[Point, ...]
    searching: float
    judging: float


def solve(wanted: Wanted, progress: Any) -> Solved:
    """Search and judge; `progress` is told both parts.

    Raises:
        InputError: as `yidu.experiments.plan.trials.find` has it.
    """
    region = load_region(wanted.folder)
    question = wanted.question(region)
    began = time.perf_counter()
    found = find(question, progress.begin(SEARCHING, question.runs_of_search))
    searched = time.perf_counter()
    planned = plan(found, progress.begin(JUDGING, runs_to_answer(found)))
    judged, tried = time.perf_counter(), len(found.screening) + found.searched + found.trimmed + 2
    return Solved(
        answer=planned.answer,
        notices=planned.notices,
        candidates={mix.name: _point(found, mix) for mix in mixes_judged(found)},
        front=tuple(_point(found, found.space.scenario(one.point, f"front_{k}")) for k, one in enumerate(found.front)),
        searching=(searched - began) / (tried * question.runs),
        judging=(judged - searched) / runs_to_answer(found),
    )


def _point(found: Found, mix: Scenario) -> Point:
    """A mix as a link has it: one that is found has no name of its own yet."""
    region = found.question.region
    made = mix_of(region, mix)
    return Point(made if mix.name in region.scenario_names else replace(made, title=""), planned_levers(found, mix))


# --- how long it takes


@dataclass(frozen=True)
class Pace:
    """Seconds that a run takes on this machine: in a search, where each is judged by several errors, and when judged again."""

    searching: float
    judging: float

    def seconds(self, question: Question) -> float:
        """How long a search takes, about, with what comes after it."""
        return BEGIN + question.runs_of_search * self.searching + self.judging_seconds(question)

    def judging_seconds(self, question: Question) -> float:
        """How long the second part takes, about."""
        return runs_to_judge(question, USUAL_JUDGED) * self.judging


def measured(region: Region) -> Pace:
    """The pace of this machine now, by a few runs of the status quo."""
    base = load(region, BASE)
    runs = study(region, runs=TRIED)
    runs.run(base)  # what is made once is not counted
    began = time.perf_counter()
    runs.run(base)
    once = time.perf_counter()
    Bench(runs, targets_of(region)).trial(base, np.empty(0))
    return Pace((time.perf_counter() - once) / TRIED, (once - began) / TRIED)
