"""The search for mixes: which levers move what, where they are set, what that costs, on the common luck of one study."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from yidu.calibration.discrepancy import Size, size_of, widened
from yidu.experiments.ensembles.paired import Study, money, paired, study
from yidu.experiments.judging.runs import column
from yidu.experiments.judging.verdicts import mc_error
from yidu.experiments.plan.levers_searched import Decided, Space, movable
from yidu.experiments.plan.search import Trial, cheapest, front, search, trim
from yidu.experiments.plan.within_reach import ladder
from yidu.experiments.scenarios.scenario import Scenario, load
from yidu.sim.errors import InputError

if TYPE_CHECKING:
    from yidu.sim.draws import Draws
    from yidu.sim.outcomes import Outcomes
    from yidu.sim.region import Region, Target

Floats = NDArray[np.float64]
Progress = Callable[[int], object]

BASE = "status_quo"

ERRORS = 8
"""Draws of the model's error by which each run of the search is judged: a run is dear, its error is not, and the probability moves
in steps of an eighth of a run."""

BEYOND_CHANCE = 3.0
"""Monte Carlo errors from which a lever moved alone counts as moving a target: dozens of levers times targets are looked at."""

TRIMMING = 0.2
"""Part of the evaluations that is kept for bringing levers back towards the status quo."""

LOST_BY_TRIMMING = 0.02
"""Where no mix reaches the goal, trimming may give back this part of what the best one gained on the status quo."""

MOST_JUDGED = 8
"""Mixes found that are judged again on fresh runs."""


@dataclass(frozen=True)
class Question:
    """What is to be reached, how surely, at what cost, by whose decision."""

    region: Region
    targets: tuple[Target, ...]
    probability: float
    budget: float | None = None
    decided: Decided = "all"
    environment: str = "baseline"
    runs: int = 100
    seed: int = 1
    evaluations: int = 400
    draws: Draws | None = None

    @property
    def levers(self) -> tuple[str, ...]:
        """Levers that may be moved before any is screened out."""
        return movable(self.targets, self.decided)

    @property
    def runs_of_search(self) -> int:
        """Runs at most before mixes are judged again, for a progress bar."""
        return self.runs * (2 + 2 * len(self.levers) + self.evaluations)


@dataclass(frozen=True)
class Screened:
    """One lever moved alone, against the status quo on the same runs."""

    lever: str
    value: float
    trial: Trial
    moves: tuple[str, ...]
    kept: bool


@dataclass(frozen=True)
class Found:
    """What the search came to.

    Attributes:
        home: the status quo.
        trials: every mix in the space searched, the status quo and levers moved alone included.
        trimmed: how many of them were made to bring levers back.
        left_out: chosen targets that the model has no value of.
    """

    question: Question
    targets: tuple[Target, ...]
    left_out: tuple[str, ...]
    space: Space
    home: Trial
    screening: tuple[Screened, ...]
    trials: tuple[Trial, ...]
    searched: int
    trimmed: int
    digest: str

    @property
    def front(self) -> list[Trial]:
        """Mixes that no other beats in cost and probability, the cheapest first."""
        return front(self.trials, self.question.budget)

    def error(self, trial: Trial) -> float:
        """Monte Carlo error of a trial's probability as if each run were judged by one error: an upper bound."""
        return mc_error(round(trial.probability * self.question.runs), self.question.runs)


class Bench:
    """Mixes run on one study and measured against targets."""

    def __init__(self, runs: Study, targets: Sequence[Target], progress: Progress | None = None) -> None:
        self.study, self.targets, self.progress = runs, tuple(targets), progress
        self.size: Size = size_of(runs.region)

    def trial(self, scenario: Scenario, point: Floats) -> Trial:
        """Run a mix; `point` is what it is remembered by."""
        plain = self.study.run(scenario, progress=self.progress).plain
        seeds = [(self.study.seed + k * 2**40) % 2**63 for k in range(ERRORS)]
        judged = [widened(self.study.region, replace(plain, seed=seed), self.size) for seed in seeds]
        margins = np.concatenate([margins_of(one, self.targets) for one in judged])
        return Trial(point, float(money(plain, self.study.region).mean()), margins.astype(np.float32))

    def evaluate(self, space: Space) -> Callable[[Floats], list[Trial]]:
        """The trials of points of a space."""
        return lambda points: [self.trial(space.scenario(point, "found"), point) for point in points]


def margins_of(outcomes: Outcomes, targets: Sequence[Target]) -> Floats:
    """By how much runs exceed targets, over the size of the target; negative: missed; -1 without a value [run, target]."""
    rows = []
    for target in targets:
        gap = (column(outcomes, target.indicator, target.year) - target.value) / (abs(target.value) or 1.0)
        rows.append(np.nan_to_num(gap if target.sense == ">=" else -gap, nan=-1.0))
    return np.column_stack(rows)


def find(question: Question, progress: Progress | None = None) -> Found:
    """Screen the levers, search the mixes of those that matter, and trim the best."""
    region = question.region
    base = load(region, BASE)
    runs = study(region, environment=question.environment, runs=question.runs, seed=question.seed, draws=question.draws, progress=progress)
    first = runs.run(base, progress=progress)
    known = [not np.isnan(column(first.judged, one.indicator, one.year)).all() for one in question.targets]
    targets = tuple(one for one, has in zip(question.targets, known) if has)
    if not targets:
        raise InputError(f"the model of {region.name} gives no value of any target chosen", fix="See yidu assess for what it forecasts.")
    bench = Bench(runs, targets, progress)
    whole = Space(region, base, question.levers)
    home = bench.trial(base, whole.home())
    screening = _screened(question, bench, whole, home)
    space = whole.only([row.lever for row in screening if row.kept])
    home = replace(home, point=space.home())
    trials = [home, *(_within(row.trial, whole, space) for row in screening if row.kept)]
    made: list[Trial] = []
    back: list[Trial] = []
    if space.levers:
        kept = round(TRIMMING * question.evaluations)
        evaluate = bench.evaluate(space)
        made = search(
            evaluate, trials, start=_start(question, space, home, trials), evaluations=question.evaluations - kept,
            probability=question.probability, budget=question.budget, seed=question.seed % 2**31, snap=space.snap,
        )  # fmt: skip
        back = _trimmed(question, bench, space, home, [*trials, *made], kept)
    left_out = tuple(one.indicator for one, has in zip(question.targets, known) if not has)
    return Found(
        question, targets, left_out, space, home, tuple(screening), (*trials, *made, *back), len(made), len(back), first.plain.digest
    )


def _screened(question: Question, bench: Bench, space: Space, home: Trial) -> list[Screened]:
    """Every lever moved alone, up and down; kept if it moves a target that is not yet as sure as all of them must be.

    Were targets independent, each would need the k-th root of the joint probability: those below it under the status quo bind.
    A budget below the status quo keeps every lever that saves money.
    """
    need = question.probability ** (1.0 / len(bench.targets))
    binding = [k for k in range(len(bench.targets)) if home.reached[:, k].mean() < need]
    saving = question.budget is not None and home.cost > question.budget
    rows = []
    for id in space.levers:
        for way in ("up", "down"):
            point = space.one_lever(id, way)
            if np.allclose(point, space.home()):
                continue
            scenario = space.scenario(point, "found")
            trial = bench.trial(scenario, point)
            moves = tuple(bench.targets[k].indicator for k in binding if _moves(home, trial, k))
            value = scenario.levers.get(id, space.first_years[0])
            rows.append(Screened(id, value, trial, moves, bool(moves) or saving and trial.cost < home.cost))
    kept = {row.lever for row in rows if row.kept}
    return [replace(row, kept=row.lever in kept) for row in rows]


def _moves(home: Trial, trial: Trial, target: int) -> bool:
    """Whether the mean value of a target differs between two mixes beyond chance, run by run."""
    before, after = (one.margins[:, target].reshape(ERRORS, -1).mean(axis=0, dtype=np.float64) for one in (home, trial))
    change = paired(before, after)
    return change is not None and abs(change.mean) > BEYOND_CHANCE * max(change.mc_error, 1e-6)


def _within(trial: Trial, whole: Space, space: Space) -> Trial:
    """A trial of the whole space as a point of one with fewer levers, none of which it moved outside."""
    columns = [column for id, group in zip(whole.levers, whole.groups) if id in space.levers for column in group]
    return replace(trial, point=trial.point[columns])


def _start(question: Question, space: Space, home: Trial, alone: Sequence[Trial]) -> Floats:
    """Where the search begins: the pack's scenarios, and the levers that help most for their money, one more at a time.

    Together as they were moved alone, and again at the end of their range.
    """
    points = [space.point(load(question.region, name)) for name in question.region.scenario_names]
    helps = [one for one in alone if one.missing < home.missing]
    helps.sort(key=lambda one: (max(one.cost - home.cost, 0.0) + 1.0) / (home.missing - one.missing))
    for count in sorted({1, 2, 4, 8, 16, len(helps)}):
        if count > len(helps):
            continue
        for strength in (1.0, 2.0):
            point = home.point.copy()
            for one in helps[:count]:
                moved = one.point != home.point
                point[moved] += strength * (one.point - home.point)[moved]
            points.append(point)
    return np.clip(np.array(points), 0.0, 1.0)


def _trimmed(
    question: Question, bench: Bench, space: Space, home: Trial, trials: Sequence[Trial], evaluations: int
) -> list[Trial]:  # fmt: skip
    """The cheapest mix that reaches the goal, and the cheapest that does with an error to spare, trimmed; else the nearest."""
    goal, spare = question.probability, mc_error(round(question.probability * question.runs), question.runs)
    made: list[Trial] = []
    evaluate = bench.evaluate(space)
    for least in (min(1.0, goal + spare), goal):
        best = cheapest([*trials, *made], least, question.budget)
        if best is not None:
            share = evaluations - len(made) if least == goal else evaluations // 2
            made += _new(best, trim(evaluate, best, home.point, space.groups, lambda one: one.probability >= least, evaluations=share))  # noqa: B023
    nearest = front(trials, question.budget)[-1:]
    if not made and nearest:
        most = nearest[0].missing + LOST_BY_TRIMMING * max(0.0, home.missing - nearest[0].missing)
        rows = trim(evaluate, nearest[0], home.point, space.groups, lambda one: one.missing <= most, evaluations=evaluations)
        made = _new(nearest[0], rows)
    return made


def _new(first: Trial, trials: Sequence[Trial]) -> list[Trial]:
    return [one for one in trials if one is not first]


def to_judge(found: Found) -> list[Trial]:
    """Mixes of the front to be judged on fresh runs, at most `MOST_JUDGED`, the cheapest first.

    Around the goal where it is reached in the search: the cheapest mix for each of several probabilities, from an error below the
    goal to three above, and the likeliest. Where it is not: the cheapest of those that come nearest, or, where no run reaches
    every target, the cheapest for each number of targets that are reached together, the largest numbers first.
    """
    question, line = found.question, found.front
    if not line:  # nothing within the budget: what comes nearest to it
        return [one for one in [min(found.trials, key=lambda one: one.cost)] if one is not found.home]
    best = max(one.probability for one in line)
    error = mc_error(round(question.probability * question.runs), question.runs)
    picked: list[Trial | None] = [line[-1]]
    if best >= question.probability:
        picked += [cheapest(line, question.probability + step * error) for step in (-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0)]
    elif best > error:
        picked += [cheapest(line, share * best) for share in np.linspace(1.0, 0.4, MOST_JUDGED - 1)]
    else:
        by_count: dict[int, Trial] = {}
        for one in sorted(found.trials, key=lambda one: one.cost):
            least = question.probability * len(one.reached)
            if question.budget is None or one.cost <= question.budget:
                by_count.setdefault(sum(step.reached >= least for step in ladder(one.reached)), one)
        picked += [by_count[count] for count in sorted(by_count, reverse=True)][: MOST_JUDGED - 1]
    chosen = {id(one): one for one in picked if one is not None and one is not found.home}
    return sorted(chosen.values(), key=lambda one: one.cost)
