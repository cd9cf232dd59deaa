"""Mixes judged again on luck and draws that the search never saw: in every environment, and under rival beliefs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from yidu.calibration.manifest import posterior
from yidu.experiments.ensembles.paired import Mixed, Study, money, study
from yidu.experiments.judging.runs import joint
from yidu.experiments.judging.shares import other_seed
from yidu.experiments.judging.verdicts import mc_error
from yidu.experiments.plan.rivals import Belief, Shifted, survives
from yidu.experiments.plan.trials import margins_of
from yidu.sim.draws import PriorDraws

if TYPE_CHECKING:
    from yidu.experiments.plan.trials import Question
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Target

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Progress = Callable[[int], object]
Rival = Literal["sceptical", "generous", "prior"]
RIVALS: tuple[Rival, ...] = get_args(Rival)

TIMES_RUNS = 4
"""Fresh runs for each run of the search."""


@dataclass(frozen=True)
class Shown:
    """What fresh runs show of one mix in one environment, under one belief.

    Attributes:
        probability, error: of reaching every chosen target, as `yidu assess` tells it.
        reached: whether a run reaches them all [run].
        cost: mean district money over the plan, 万元.
        reaches: the probability less its error is at least the one asked for, and the cost within the budget.
    """

    probability: float
    error: float
    reached: Bools
    cost: float
    reaches: bool


@dataclass(frozen=True)
class Judged:
    """Mixes on fresh runs, each list in the order of the mixes.

    Attributes:
        runs: outcomes of each mix in the environment asked for, by the fit.
        environments: by environment, the one asked for among them.
        beliefs: by rival belief, in the environment asked for; no `prior` where there is no fit to rival.
        survives: whether the rank of each mix outlives a belief [mix], by belief.
    """

    seed: int
    fresh_runs: int
    runs: list[Mixed]
    environments: dict[str, list[Shown]]
    beliefs: dict[Rival, list[Shown]]
    survives: dict[Rival, Bools]


def runs_to_judge(question: Question, mixes: int) -> int:
    """Runs that judging this many mixes takes, for a progress bar."""
    fresh = TIMES_RUNS * question.runs
    return fresh * (2 + mixes * (len(question.region.environment.environments) + len(RIVALS)))


def judge(question: Question, targets: Sequence[Target], mixes: Sequence[Scenario], progress: Progress | None = None) -> Judged:
    """Judge mixes on another seed; the first of them is the status quo."""
    region = question.region
    source = question.draws or posterior(region)
    fresh, seed = TIMES_RUNS * question.runs, other_seed(question.seed)
    runs = study(region, environment=question.environment, runs=fresh, seed=seed, draws=source, progress=progress)
    plain = [runs.run(mix, progress=progress) for mix in mixes]

    def show(mixed: Mixed) -> Shown:
        return shown(question, runs, targets, mixed)

    others = [name for name in region.environment.environments if name != question.environment]
    environments = {question.environment: [show(one) for one in plain]}
    environments |= {name: [show(runs.run(mix, environment=name, progress=progress)) for mix in mixes] for name in others}
    beliefs: dict[Rival, list[Shown]] = {}
    for belief in get_args(Belief):
        moved = Shifted(region, source, belief)
        beliefs[belief] = [show(runs.run(mix, draws=moved, progress=progress)) for mix in mixes]
    if source.source != "prior":
        apart = study(region, environment=question.environment, runs=fresh, seed=seed, draws=PriorDraws(region), progress=progress)
        beliefs["prior"] = [show(apart.run(mix, progress=progress)) for mix in mixes]
    outlives = {
        belief: survives(
            np.array([one.reached for one in rows]), np.array([one.cost for one in rows]), np.array([one.reaches for one in rows]), 0
        )
        for belief, rows in beliefs.items()
    }
    ordered = {name: environments[name] for name in region.environment.environments}
    return Judged(seed, fresh, plain, ordered, beliefs, outlives)


def shown(question: Question, runs: Study, targets: Sequence[Target], mixed: Mixed) -> Shown:
    """What runs show of a mix."""
    found = joint(mixed.judged, targets)
    probability, error = found or (0.0, mc_error(0, runs.runs))
    cost = float(money(mixed.plain, runs.region).mean())
    affordable = question.budget is None or cost <= question.budget
    reached = (margins_of(mixed.judged, targets) >= 0.0).all(axis=1)
    return Shown(probability, error, reached, cost, affordable and probability - error >= question.probability)
