"""Which runs a task list is read from: those whose own counts reach the chosen targets.

A run's own count is without what the model may have wrong, for a list must add up to the target: a run that reaches it only by the
model's error was not worked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from yidu.experiments.assess.compute import Assessment
from yidu.experiments.decompose.tasks import TASKS, Mask, Task
from yidu.experiments.judging.notice import Notice
from yidu.experiments.judging.runs import column, reaches
from yidu.sim.errors import InputError

if TYPE_CHECKING:
    from yidu.experiments.decompose.answer import Basis
    from yidu.experiments.ensembles.paired import Mixed
    from yidu.sim.region import Region, Target

WITHIN_REACH = 0.2
"""Probability from which a target is chosen where none is named: above 难以完成."""

FEWEST = 30
"""Runs that must reach all chosen targets before the list is read from them: a quartile is then known to about 8 points of rank."""


class Arriving(NamedTuple):
    """Which runs each task is read from."""

    basis: Basis
    everywhere: Mask
    """Runs of the tasks that serve no chosen target."""
    own: Mapping[str, Mask]
    """By indicator of a chosen target, where each is read by itself."""
    named: tuple[str, ...]
    """Indicators that the runs `everywhere` reach."""

    def of(self, task: Task) -> Mask:
        """Runs that a task is read from."""
        return self.own.get(task.serves, self.everywhere)

    def reached(self, task: Task) -> tuple[str, ...]:
        """Targets that these runs reach."""
        return (task.serves,) if task.serves in self.own else self.named


def within_reach(region: Region, assessed: Assessment) -> tuple[Target, ...]:
    """Targets with a probability of 0.2 or more; the likeliest where none has it; none where the region sets none."""
    known = [(one.probability, target) for one, target in zip(assessed.targets, region.targets) if one.probability is not None]
    near = tuple(target for chance, target in known if chance >= WITHIN_REACH)
    return near or tuple(target for _, target in sorted(known, key=lambda pair: -pair[0])[:1])


def arriving_runs(mixed: Mixed, goals: tuple[Target, ...]) -> tuple[Arriving, int | None, list[Notice]]:
    """Runs to read from: those that reach all goals where enough do, else those of each goal for its own tasks.

    Returns:
        The runs, how many reach all goals (None without a goal), and what the reader must know of it.

    Raises:
        InputError: not one run reaches any of the goals.
    """
    runs = mixed.plain.runs
    everywhere = np.ones(runs, dtype=np.bool_)
    if not goals:
        return Arriving("all_runs", everywhere, {}, ()), None, [Notice("no_target_to_arrive_at")]
    reached = {goal: arrives(mixed, goal) for goal in goals}
    together = np.all(list(reached.values()), axis=0)
    names = tuple(dict.fromkeys(goal.indicator for goal in goals))
    count = int(together.sum())
    if count >= FEWEST or (len(goals) == 1 and count > 0):
        few = [Notice("few_runs_arrive", {"runs": count, "of": runs})] if count < FEWEST else []
        return Arriving("joint", together, {}, names), count, few
    own: dict[str, Mask] = {}
    for goal, mask in reached.items():
        own[goal.indicator] = own.get(goal.indicator, everywhere) & mask
    missed = tuple(name for name, mask in own.items() if not mask.any())
    own = {name: mask for name, mask in own.items() if mask.any()}
    if not own:
        listed = ", ".join(f"{goal.indicator} {goal.sense} {goal.value:g}" for goal in goals)
        raise InputError(
            f"none of {runs} runs of {mixed.scenario.name} reaches {listed}",
            fix="Choose targets that it reaches, or a mix that reaches them: yidu plan finds one.",
        )
    notices = [Notice("few_reach_all", {"runs": count, "of": runs, "least": FEWEST})] if len(goals) > 1 else []
    if missed:
        notices.append(Notice("targets_no_run_reaches", {"indicators": missed}))
    served = {task.serves for task in TASKS}
    few_own = tuple(name for name, mask in own.items() if name in served and mask.sum() < FEWEST)
    if few_own:
        notices.append(Notice("few_reach_own", {"indicators": few_own, "least": FEWEST}))
    return Arriving("per_target", everywhere, own, ()), count, notices


def arrives(mixed: Mixed, goal: Target) -> Mask:
    """Which runs reach a target by their own count, without the model's error [run]."""
    return reaches(column(mixed.plain, goal.indicator, goal.year), goal.sense, goal.value)
