"""Which mix reaches the chosen targets together with a wanted probability, at the least cost to the district, and how sure is that?

A search on common luck finds mixes (`plan_trials`); the best are judged again on fresh luck and fresh draws, in every named
environment and under rival beliefs about what levers do (`plan_judged`). Recommended is the cheapest that then still reaches the
goal and whose rank outlives every belief, or none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from yidu.experiments.judging.answer import Rests, version
from yidu.experiments.judging.evidence import levers_known
from yidu.experiments.judging.money import OUTSIDE_EXPERIENCE
from yidu.experiments.judging.notice import Notice
from yidu.experiments.judging.unknown import environment_beyond, of_mix, of_runs
from yidu.experiments.judging.verdicts import mc_error
from yidu.experiments.plan import robust, tables
from yidu.experiments.plan.answer import Affords, Candidate, Goal, OutOfReach, PlanAnswer, PlannedLever, Rung
from yidu.experiments.plan.judged import Judged, judge, runs_to_judge
from yidu.experiments.plan.trials import BASE, Found, margins_of, to_judge
from yidu.experiments.plan.within_reach import gains, ladder
from yidu.experiments.scenarios.scenario import Scenario, load

if TYPE_CHECKING:
    pass

Bools = NDArray[np.bool_]
Progress = Callable[[int], object]

ALSO = ("plan",)
"""Scenarios of a pack that are judged beside the status quo, where it has them."""


@dataclass(frozen=True)
class Planned:
    """The answer of `yidu plan` before words, with the mix that it shows."""

    answer: PlanAnswer
    notices: tuple[Notice, ...]
    mix: Scenario


def runs_to_answer(found: Found) -> int:
    """Runs that judging what was found takes, for a progress bar."""
    return runs_to_judge(found.question, len(mixes_judged(found)))


def mixes_judged(found: Found) -> list[Scenario]:
    """The status quo, what else of the pack is judged, then what was found."""
    region = found.question.region
    pack = [load(region, name) for name in (BASE, *ALSO) if name in region.scenario_names]
    return [*pack, *(found.space.scenario(one.point, f"mix_{number}") for number, one in enumerate(to_judge(found), 1))]


def plan(found: Found, progress: Progress | None = None) -> Planned:
    """Judge what a search found, and answer."""
    question, region = found.question, found.question.region
    trials, mixes = to_judge(found), mixes_judged(found)
    judged = judge(question, found.targets, mixes, progress)
    reached = [margins_of(one.judged, found.targets) >= 0.0 for one in judged.runs]
    together = [len(_together(found, one)) for one in reached]
    candidates = tables.candidates(found, mixes, trials, judged, together)
    order = sorted(range(len(mixes)), key=lambda row: candidates[row].cost)
    good = [row for row in order if candidates[row].reaches and all(alive[row] for alive in judged.survives.values())]
    row = good[0] if good else _nearest(found, candidates)
    none = not any(one.reaches for one in candidates)
    levers = tables.planned_levers(found, mixes[row])
    spent = tables.planned_money(found, judged, row)
    probabilities, costs, _ = tables.by_environment(judged)
    best = robust.minimax_regret(probabilities, costs)
    answer = PlanAnswer(
        region=region.name,
        scenario=BASE,
        environment=question.environment,
        runs=question.runs,
        seed=question.seed,
        digest=found.digest,
        version=version(),
        goal=Goal(
            targets=tuple(one.indicator for one in found.targets),
            probability=question.probability,
            budget=question.budget,
            decided=question.decided,
        ),
        effort=tables.effort(found, judged, len(mixes)),
        screening=tuple(tables.screening(found)),
        front=tuple(tables.front(found, trials)),
        candidates=tuple(candidates[one] for one in order),
        recommended=mixes[row].name if good else None,
        minimax_regret=mixes[best].name,
        mix=mixes[row].name,
        levers=levers,
        targets=tuple(tables.planned_targets(found, judged, row)),
        money=spent,
        out_of_reach=_out_of_reach(found, reached[row], [candidates[one] for one in order]) if none else None,
        conclusion="",
        rests=_rests(found, levers),
        warnings=(),
    )
    return Planned(answer, tuple(_notices(found, judged, mixes[row], answer)), mixes[row])


def _nearest(found: Found, candidates: Sequence[Candidate]) -> int:
    """The mix that comes nearest to the goal: within the budget, the likeliest; where none is likely, that with most targets together."""

    def key(row: int) -> tuple[Any, ...]:
        one = candidates[row]
        affordable = found.question.budget is None or one.cost <= found.question.budget
        likely = one.probability if one.probability > 2.0 * one.mc_error else 0.0
        return one.reaches, affordable, likely, one.together, -one.cost

    return max(range(len(candidates)), key=key)


def _together(found: Found, reached: Bools) -> list[str]:
    """The most targets that are reached together by the rule of the goal, in the order of the ladder."""
    runs, chosen = len(reached), [one.indicator for one in found.targets]
    steps = ladder(reached)
    fine = [k for k, step in enumerate(steps, 1) if step.reached / runs - mc_error(step.reached, runs) >= found.question.probability]
    return [chosen[step.added] for step in steps[: max(fine, default=0)]]


def _affords(candidates: Sequence[Candidate]) -> Iterable[Affords]:
    """Mixes, the cheapest first, with which more targets are reached together than with any cheaper one."""
    most = 0
    for one in candidates:
        if one.together > most:
            most = one.together
            yield Affords(count=most, mix=one.mix, cost=one.cost)


def _out_of_reach(found: Found, reached: Bools, candidates: Sequence[Candidate]) -> OutOfReach:
    runs, chosen = len(reached), [one.indicator for one in found.targets]
    alone, gain = reached.sum(axis=0), gains(reached)
    lowest = int(alone.argmin())
    binding = int(max(range(len(chosen)), key=lambda k: (gain[k], -alone[k])))
    steps, together = ladder(reached), _together(found, reached)
    best = steps[len(together) - 1].reached if together else None
    return OutOfReach(
        lowest=chosen[lowest],
        lowest_probability=round(alone[lowest] / runs, 6),
        lowest_mc_error=round(mc_error(int(alone[lowest]), runs), 6),
        binding=chosen[binding],
        gain=round(int(gain[binding]) / runs, 6),
        gain_error=round(mc_error(int(gain[binding]), runs), 6),
        together=tuple(
            Rung(
                count=count,
                added=chosen[step.added],
                probability=round(step.reached / runs, 6),
                mc_error=round(mc_error(step.reached, runs), 6),
            )
            for count, step in enumerate(steps, 1)
        ),
        within_reach=tuple(sorted(together, key=chosen.index)),
        within_reach_probability=None if best is None else round(best / runs, 6),
        within_reach_mc_error=None if best is None else round(mc_error(best, runs), 6),
        affords=tuple(_affords(candidates)),
    )


def _rests(found: Found, levers: Sequence[PlannedLever]) -> Rests:
    """On the parameters through which the levers of the mix act; where none is moved, on those of all that could be."""
    known = levers_known(found.question.region)
    ids = [one.lever for one in levers] or list(found.question.levers)
    effect = {row.lever: abs(row.trial.missing - found.home.missing) for row in found.screening}
    ids.sort(key=lambda id: -effect.get(id, 0.0))
    through = dict.fromkeys(one.parameter for id in ids for one in known[id].through)
    return Rests(grade=max((known[id].grade for id in ids), default="D"), on=tuple(through))


def _notices(found: Found, judged: Judged, mix: Scenario, answer: PlanAnswer) -> Iterable[Notice]:
    question = found.question
    yield from of_runs(question.region, judged.runs[0].plain, judged.fresh_runs)
    for id in found.left_out:
        yield Notice("no_record", {"indicator": id})
    if question.budget is not None and all(one.cost > question.budget for one in answer.candidates):
        least = min(one.cost for one in answer.candidates)
        yield Notice("plan_over_budget", {"budget": question.budget, "least": round(least)})
    yield from of_mix(question.region, mix, question.environment)
    others = [name for name in judged.environments if name != question.environment]
    far = tuple(name for name in others if environment_beyond(question.region, mix, name))
    if far:
        yield Notice("plan_environments_beyond", {"environments": far})
    spent = answer.money
    if spent.record is not None and spent.times is not None and spent.times > OUTSIDE_EXPERIENCE:
        yield Notice(
            "outside_experience",
            {"median": round(spent.median), "over": spent.over, "record": round(spent.record), "times": round(spent.times, 1)},
        )
    silent = tuple(one.lever for one in answer.levers if one.silent)
    if silent:
        yield Notice("plan_silent", {"levers": silent})
    cut = tuple(one.lever for one in answer.levers if min(one.early, one.late) < one.status_quo)
    if cut:
        yield Notice("plan_cut", {"levers": cut})
    chosen = next(one for one in answer.candidates if one.mix == answer.mix)
    if chosen.optimism is not None and chosen.optimism_error is not None and chosen.optimism > 2.0 * chosen.optimism_error:
        yield Notice("plan_optimism", {"points": round(chosen.optimism * 100.0, 1), "error": round(chosen.optimism_error * 100.0, 1)})
