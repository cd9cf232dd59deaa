"""The published answer of `yidu plan`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from yidu.experiments.judging.answer import Answer, Asked, Grade, Rests, Share
from yidu.sim.levers import Decider


class Goal(Answer):
    """What was asked for."""

    targets: tuple[str, ...] = Field(description="indicators whose targets are to be reached together")
    probability: float = Share
    budget: float | None = Field(description="district money over the plan at most, 万元; null without a limit")
    decided: Literal["district", "all"] = Field(description="district: only levers that the district decides alone are moved")
    rule: str = Field(
        default="probability - mc_error >= goal",
        description="when a mix counts as reaching the goal: on fresh runs, less one Monte Carlo error",
    )


class Effort(Answer):
    """What was run for it."""

    screened: int = Field(ge=0, description="mixes tried to see what each lever moves")
    searched: int = Field(ge=0, description="mixes tried in the search")
    trimmed: int = Field(ge=0, description="mixes tried to bring levers back towards the status quo")
    evaluations: int = Field(ge=0, description="all mixes tried on the runs of the search")
    runs: int = Field(ge=1, description="runs of each of these mixes, on common luck")
    errors: int = Field(ge=1, description="draws of the model's error by which each of these runs is judged")
    judged: int = Field(ge=0, description="mixes judged again on fresh runs")
    fresh_runs: int = Field(ge=1, description="runs of each of these, in every environment and under every belief")
    fresh_seed: int = Field(ge=0, description="seed of their luck and draws")
    total_runs: int = Field(ge=0)


class ScreenedLever(Answer):
    """One lever moved alone."""

    lever: str
    kept: bool = Field(description="moves a binding target beyond chance, so the search may move it")
    value: float = Field(description="what it was moved to")
    unit: str
    moves: tuple[str, ...] = Field(description="binding targets whose value it moves beyond chance")
    cost: float = Field(description="change in district money over the plan, 万元")
    missing: float = Field(description="change in the mean relative shortfall over the chosen targets; negative is better")


class FrontPoint(Answer):
    """A mix that no other beats in cost and probability at once, on the runs of the search."""

    cost: float = Field(description="mean district money over the plan, 万元")
    probability: float = Share
    mc_error: float = Field(ge=0.0, le=1.0, description="half the Wilson 68 % interval as if each run were judged once: an upper bound")
    shortfall: float = Field(ge=0.0, le=1.0, description="mean part of a target that is missing")
    judged_as: str | None = Field(description="name of the mix where it was judged again on fresh runs")


class Path(Answer):
    """One lever of a mix that leaves the status quo."""

    lever: str
    early: float = Field(description="value in the first two years of the plan")
    late: float = Field(description="value from then on")


class UnderEnvironment(Answer):
    """A mix in one environment, on fresh runs."""

    environment: str
    probability: float = Share
    mc_error: float = Share
    cost: float = Field(description="mean district money over the plan, 万元")
    reaches: bool
    regret: float = Field(ge=0.0, le=1.0, description="probability of the best mix there, less this one's")
    cost_regret: float | None = Field(description="cost beyond the cheapest mix that reaches there, 万元; null where this one does not")


class UnderBelief(Answer):
    """A mix under a rival belief about what levers do after the record, on fresh runs."""

    belief: Literal["sceptical", "generous", "prior"]
    probability: float = Share
    mc_error: float = Share
    cost: float
    reaches: bool
    survives: bool = Field(description="its rank outlives this belief")


class Candidate(Answer):
    """A mix judged again on fresh luck and fresh draws."""

    mix: str
    source: Literal["pack", "found"] = Field(description="a scenario of the region pack, or found by the search")
    cost: float = Field(description="mean district money over the plan on fresh runs, 万元")
    probability: float = Share
    mc_error: float = Share
    reaches: bool = Field(description="by the rule of the goal, and within the budget")
    cost_search: float | None = Field(description="null for a scenario of the pack that the search did not try as it stands")
    probability_search: float | None = Share
    mc_error_search: float | None = Share
    optimism: float | None = Field(description="probability in the search less that on fresh runs")
    optimism_error: float | None = Field(ge=0.0)
    satisficing: float = Field(ge=0.0, le=1.0, description="share of environments in which the goal is reached with that probability")
    mean_probability: float = Field(ge=0.0, le=1.0, description="over environments, equally weighed")
    worst_regret: float = Field(ge=0.0, le=1.0, description="largest over environments")
    survives: bool = Field(description="its rank outlives every rival belief")
    together: int = Field(ge=0, description="chosen targets that can be reached together by the rule of the goal, found one by one")
    environments: tuple[UnderEnvironment, ...]
    beliefs: tuple[UnderBelief, ...]
    levers: tuple[Path, ...]


class PlannedLever(Answer):
    """One lever of the mix that is shown, beside what was and what is known of it."""

    lever: str
    decider: Decider = Field(description="district 区定, shared 共担, city 市定, won 争取")
    status_quo: float
    early: float
    late: float
    unit: str
    grade: Grade
    contraction: float | None = Field(description="how far the record narrowed the parameter it knows best: 1 - var after / var before")
    silent: bool = Field(description="the record says nothing of its effect")
    extrapolation: bool = Field(description="above twice its highest level on record, or never used before")


class PlannedTarget(Answer):
    """One target of the plan under the status quo and under the mix that is shown, on fresh runs."""

    indicator: str
    year: int
    sense: Literal[">=", "<="]
    target: float
    unit: str
    chosen: bool
    probability_status_quo: float | None = Share
    mc_error_status_quo: float | None = Share
    probability: float | None = Share
    mc_error: float | None = Share


class Rung(Answer):
    """Targets that are reached together, one more than in the row before."""

    count: int = Field(ge=1)
    added: str
    probability: float = Share
    mc_error: float = Share


class Affords(Answer):
    """The cheapest of the mixes judged with which so many of the chosen targets are reached together."""

    count: int = Field(ge=1)
    mix: str
    cost: float = Field(description="mean district money over the plan on fresh runs, 万元")


class OutOfReach(Answer):
    """Why no mix reaches the goal, and what can be reached, under the mix that is shown."""

    lowest: str = Field(description="chosen target with the lowest probability")
    lowest_probability: float = Share
    lowest_mc_error: float = Share
    binding: str = Field(description="chosen target without which the joint probability would gain most")
    gain: float = Field(ge=0.0, le=1.0, description="that gain")
    gain_error: float = Field(ge=0.0, le=1.0)
    together: tuple[Rung, ...] = Field(description="how the joint probability falls as targets are added")
    within_reach: tuple[str, ...] = Field(description="the most targets that are reached together by the rule of the goal")
    within_reach_probability: float | None = Share
    within_reach_mc_error: float | None = Share
    affords: tuple[Affords, ...] = Field(description="how many are reached together for how much, more and dearer row by row")


class PlannedMoney(Answer):
    """District money of the mix that is shown, on fresh runs, against what is on record."""

    mean: float
    mc_error: float
    p05: float
    median: float
    p95: float
    status_quo: float = Field(description="mean under the status quo")
    unit: Literal["万元"] = "万元"
    over: str
    record: float | None = Field(description="district money for science and technology on record, as many years; null without record")
    times: float | None = Field(description="median over record")


class PlanAnswer(Asked):
    """`yidu plan --json`."""

    goal: Goal
    effort: Effort
    screening: tuple[ScreenedLever, ...]
    front: tuple[FrontPoint, ...]
    candidates: tuple[Candidate, ...] = Field(description="the cheapest first")
    recommended: str | None = Field(description="the cheapest mix that reaches the goal and whose rank survives; null without one")
    minimax_regret: str = Field(description="mix whose largest regret over environments is smallest")
    mix: str = Field(description="the mix that is shown: the recommended one, or else the one that gets nearest")
    levers: tuple[PlannedLever, ...]
    targets: tuple[PlannedTarget, ...]
    money: PlannedMoney
    out_of_reach: OutOfReach | None = Field(description="null where a mix reaches the goal")
    conclusion: str
    rests: Rests
    warnings: tuple[str, ...]
