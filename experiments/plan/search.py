"""The cheapest points that probably reach a goal, and the front of cost and probability: a search that knows nothing of policy.

A point has coordinates from 0 to 1. A trial of it shows its cost and, run by run on common luck, by how much each target is
exceeded (negative: missed). Two objectives are minimised at once: the cost, and the probability of missing any of the targets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.config import Config
from pymoo.core.population import Population
from pymoo.core.problem import Problem
from pymoo.core.repair import Repair
from pymoo.optimize import minimize
from pymoo.termination import get_termination

from yidu.experiments.plan.surrogate import Surrogate

if TYPE_CHECKING:
    from collections.abc import Iterable

Config.warnings["not_compiled"] = False  # its own remark on speed, which is not ours to print

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

BATCH = 24
"""Points tried between two looks at what was learned."""

GUESSES = (60, 30)
"""Population and generations of the search on the surrogate between two batches: 1,800 guesses, about a second."""


@dataclass(frozen=True)
class Trial:
    """A point that was tried.

    Attributes:
        point: coordinates from 0 to 1 [coordinate].
        cost: what it costs, in the unit of the caller.
        margins: value less target over the size of the target, signed so that 0 or more is reached [run, target].
    """

    point: Floats
    cost: float
    margins: NDArray[np.float32]

    @cached_property
    def reached(self) -> Bools:
        """Which targets each run reaches [run, target]."""
        return self.margins >= 0.0

    @cached_property
    def probability(self) -> float:
        """Share of runs that reach every target."""
        return float(self.reached.all(axis=1).mean())

    @cached_property
    def shortfall(self) -> float:
        """Mean part of a target that is missing, over runs and targets: 0 all reached, 1 nothing there."""
        return float(np.clip(-self.margins, 0.0, 1.0).mean())

    @cached_property
    def slack(self) -> float:
        """Mean over runs of the margin of the target that each run misses, or exceeds, least."""
        return float(self.margins.min(axis=1).mean())

    @cached_property
    def missing(self) -> float:
        """Probability of missing a target, ties broken by the shortfall."""
        return float(missing(self.margins[None])[0])


def missing(margins: NDArray[np.floating[Any]]) -> Floats:
    """What the search minimises besides cost [point], from margins [point, run, target].

    The probability of missing any target moves in steps of one run, and stays at 1 far from the goal. So the mean relative
    shortfall is added at the weight of less than one run: it decides only between points of the same probability.
    """
    reached = (margins >= 0.0).all(axis=2).mean(axis=1)
    shortfall = np.clip(-margins, 0.0, 1.0).mean(axis=(1, 2))
    found: Floats = 1.0 - reached + shortfall / (margins.shape[1] + 1.0)
    return found


Evaluate = Callable[[Floats], list[Trial]]
"""Tries points [point, coordinate] and gives the trial of each, in order."""
Snap = Callable[[Floats], Floats]
"""Moves points [point, coordinate] to the nearest that make sense."""


def front(trials: Sequence[Trial], budget: float | None = None) -> list[Trial]:
    """Trials within the budget that no other beats in cost and probability at once, the cheapest first."""
    kept: list[Trial] = []
    for trial in sorted(trials, key=lambda one: (one.cost, one.missing)):
        if (budget is None or trial.cost <= budget) and (not kept or trial.missing < kept[-1].missing):
            kept.append(trial)
    return kept


def cheapest(trials: Sequence[Trial], probability: float, budget: float | None = None) -> Trial | None:
    """The cheapest trial within the budget that reaches the goal with that probability, None without one."""
    within = (one for one in trials if one.probability >= probability and (budget is None or one.cost <= budget))
    return min(within, key=lambda one: one.cost, default=None)


def search(
    evaluate: Evaluate,
    known: Sequence[Trial],
    *,
    start: Floats,
    evaluations: int,
    probability: float,
    budget: float | None = None,
    seed: int = 1,
    snap: Snap = np.asarray,
    guided: bool = True,
) -> list[Trial]:
    """Try points, near the front of cost and probability more and more; returns the trials made, those known not included.

    NSGA-II (Deb, Pratap, Agarwal and Meyarivan 2002), in batches of `BATCH`; with `guided`, half of each batch is taken from the
    front that a surrogate of all trials so far would have, most of it around the goal.

    Args:
        known: trials made before, at no cost here; at least one.
        start: points to begin with [point, coordinate].
        evaluations: trials to be made at most.
        probability: the goal, around which the search looks closest.
        budget: costs above it break a constraint.
        seed: of the search's own choices.
    """
    task = _Task(evaluate, known[0].point.size, budget)
    algorithm = NSGA2(pop_size=BATCH, n_offsprings=BATCH, sampling=_population(known, budget), repair=_Snapped(snap))
    algorithm.setup(task, termination=get_termination("n_gen", 10**9), seed=seed, verbose=False)
    algorithm.tell(infills=algorithm.ask())  # those known: nothing is run
    points = _unknown(snap(start), known)
    for turn in range(1, 10**9):
        points = points[: evaluations - len(task.made)]
        if len(points):
            infills = Population.new(X=points)
            algorithm.evaluator.eval(task, infills)
            algorithm.tell(infills=infills)
        if len(task.made) >= evaluations:
            break
        trials = [*known, *task.made]
        offspring = np.array(algorithm.ask().get("X"), dtype=float)
        if guided and len(trials) > 2 * BATCH:
            guessed = _promising(trials, probability, budget, seed + turn, snap)[: BATCH // 2]
            offspring = np.vstack([guessed, offspring[: BATCH - len(guessed)]]) if len(guessed) else offspring
        points = _unknown(snap(offspring), trials)
        if not len(points):
            break  # nothing new is left to try
    return task.made


def trim(
    evaluate: Evaluate, trial: Trial, home: Floats, groups: Sequence[Sequence[int]], holds: Callable[[Trial], bool], *, evaluations: int,
) -> list[Trial]:  # fmt: skip
    """Bring coordinates back towards `home` while the goal holds and the cost falls; the trials made, the best is last.

    Each group of coordinates that left home is first brought back alone, wholly and then by half; then those that hold are brought
    back together, the largest saving for the least slack first, as many as hold.
    """
    made: list[Trial] = []
    current = trial
    for part in (1.0, 0.5):
        away = [list(group) for group in groups if np.any(np.abs(current.point - home)[list(group)] > 1e-9)]
        alone = evaluate(np.array([_back(current.point, home, [group], part) for group in away[: max(0, evaluations - len(made))]]))
        made += alone
        fine = [
            (current.slack - one.slack, current.cost - one.cost, group)
            for one, group in zip(alone, away)
            if holds(one) and one.cost < current.cost
        ]
        fine.sort(key=lambda row: row[0] / row[1])
        sets = [[group for _, _, group in fine[:count]] for count in range(2, len(fine) + 1)][: max(0, evaluations - len(made))]
        joint = evaluate(np.array([_back(current.point, home, chosen, part) for chosen in sets])) if sets else []
        made += joint
        current = min((one for one in [current, *alone, *joint] if holds(one)), key=lambda one: one.cost, default=current)
    return [*(one for one in made if one is not current), current]


def _back(point: Floats, home: Floats, groups: Iterable[Sequence[int]], part: float) -> Floats:
    moved = point.copy()
    for group in groups:
        columns = list(group)
        moved[columns] += part * (home[columns] - moved[columns])
    return moved


# --- pymoo


class _Task(Problem):
    """Cost and probability as two objectives, the budget as a constraint; keeps every trial."""

    def __init__(self, evaluate: Evaluate, coordinates: int, budget: float | None) -> None:
        super().__init__(n_var=coordinates, n_obj=2, n_ieq_constr=int(budget is not None), xl=0.0, xu=1.0)
        self.evaluate_batch, self.budget = evaluate, budget
        self.made: list[Trial] = []

    def _evaluate(self, x: Floats, out: dict[str, Any], *_: Any, **__: Any) -> None:
        trials = self.evaluate_batch(x)
        self.made += trials
        _fill(out, np.array([one.cost for one in trials]), np.array([one.missing for one in trials]), self.budget)


class _Guessed(Problem):
    """The same on the surrogate."""

    def __init__(self, surrogate: Surrogate, budget: float | None) -> None:
        super().__init__(n_var=surrogate.points.shape[1], n_obj=2, n_ieq_constr=int(budget is not None), xl=0.0, xu=1.0)
        self.surrogate, self.budget = surrogate, budget

    def _evaluate(self, x: Floats, out: dict[str, Any], *_: Any, **__: Any) -> None:
        costs, margins = self.surrogate.at(x)
        _fill(out, costs, missing(margins), self.budget)


class _Snapped(Repair):
    def __init__(self, snap: Snap) -> None:
        super().__init__()
        self.snap = snap

    def _do(self, problem: Problem, X: Floats, **_: Any) -> Floats:
        return self.snap(X)


def _fill(out: dict[str, Any], costs: Floats, missed: Floats, budget: float | None) -> None:
    out["F"] = np.column_stack([costs, missed])
    if budget is not None:
        out["G"] = (costs - budget)[:, None]


def _population(trials: Sequence[Trial], budget: float | None) -> Population:
    """Trials as pymoo keeps them, evaluated already."""
    sheet: dict[str, Any] = {}
    _fill(sheet, np.array([one.cost for one in trials]), np.array([one.missing for one in trials]), budget)
    people = Population.new(X=np.array([one.point for one in trials]), **sheet)
    for person in people:
        person.evaluated.update(sheet.keys() | {"H"} | {"G"})
    return people


def _unknown(points: Floats, trials: Sequence[Trial]) -> Floats:
    """Points that were not tried, each once."""
    seen = {one.point.tobytes() for one in trials}
    kept = []
    for point in np.ascontiguousarray(points, dtype=float):
        if point.tobytes() not in seen:
            seen.add(point.tobytes())
            kept.append(point)
    return np.array(kept).reshape(len(kept), points.shape[1])


def _promising(trials: Sequence[Trial], probability: float, budget: float | None, seed: int, snap: Snap) -> Floats:
    """Untried points on the front that the surrogate expects: two thirds around the goal, the rest along the front."""
    size, generations = GUESSES
    best = sorted(front(trials), key=lambda one: abs(one.probability - probability))[:size]
    others = [one for one in trials if all(one is not known for known in best)]
    others.sort(key=lambda one: one.missing)
    problem = _Guessed(Surrogate(trials), budget)
    sampling = np.array([one.point for one in [*best, *others][:size]])
    result = minimize(
        problem, NSGA2(pop_size=size, sampling=sampling, repair=_Snapped(snap)), ("n_gen", generations), seed=seed, verbose=False
    )
    points = _unknown(np.atleast_2d(np.array(result.pop.get("X"), dtype=float)), trials)
    if not len(points):
        return points
    costs, margins = problem.surrogate.at(points)
    missed = missing(margins)
    near = np.argsort(np.abs((1.0 - missed) - min(probability, float((1.0 - missed).max()))), kind="stable")
    along = np.argsort(costs, kind="stable")[np.linspace(0, len(points) - 1, BATCH // 6).astype(int)]
    order = list(dict.fromkeys([*near[: BATCH // 3], *along, *near]))
    return np.asarray(points[order])
