"""Is it better to wait and see? A rule, `if tech_enterprises < 380 in 2023 then enterprise_coaching=120`, on the same runs as
the scenario without it, as the same step taken from the plan's first year, and as the step taken later in any case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from pydantic import Field

from yidu.experiments.ensembles.differences import chance_change
from yidu.experiments.ensembles.paired import Mixed, Progress, Study, money, paired
from yidu.experiments.judging.answer import Answer, Share
from yidu.experiments.judging.goals import reached
from yidu.experiments.judging.notice import Notice
from yidu.experiments.judging.runs import Floats, probability_of, sensible
from yidu.experiments.scenarios.rule import Rule
from yidu.experiments.scenarios.scenario import Scenario, first_year
from yidu.sim.levers import LEVERS
from yidu.sim.pack import UNITS

if TYPE_CHECKING:
    from yidu.sim.outcomes import Outcomes
    from yidu.sim.region import Region, Target
    from yidu.sim.triggers import Trigger

Way = Literal["without", "trigger", "now", "later"]
WAYS: tuple[Way, ...] = get_args(Way)
"""The scenario alone; with the rule; its step from the plan's first year; its step the year after its condition, in any case."""

FEW_FIRED = 20
"""Runs with the rule in force below which the change among them is little more than chance."""


class TriggerTried(Answer):
    """One rule: if the condition holds at the end of a year, levers change from the next year on."""

    indicator: str
    sense: Literal["<", "<=", ">", ">="]
    value: float
    unit: str
    year: int
    then: dict[str, float] = Field(description="lever and its value, in its unit")
    from_line: bool = Field(description="the value is the warning line found in these runs")


class WayTried(Answer):
    """What a way of deciding costs the district over the plan."""

    way: Way = Field(
        description="without: the scenario; trigger: with the rule; now: its step from the plan's first year;"
        " later: its step from the year after its condition, in any case"
    )
    digest: str = Field(description="of its runs")
    cost: float = Field(description="mean over runs")
    extra_cost: float = Field(description="mean over runs of what it costs more than `without`, run by run")
    extra_cost_error: float = Field(ge=0.0)
    extra_cost_p05: float
    extra_cost_p95: float
    unit: Literal["万元"] = "万元"


class RuleEffect(Answer):
    """One target under one way of deciding."""

    indicator: str
    year: int
    way: Way
    probability: float | None = Share
    mc_error: float | None = Share
    change: float | None = Field(description="of the probability against `without`, on the same runs; null for `without` itself")
    change_error: float | None = Field(ge=0.0)
    change_if_fired: float | None = Field(description="the same among the runs in which the rule came into force")
    change_if_fired_error: float | None = Field(ge=0.0)
    beyond_chance: bool = Field(description="the change is more than three errors")
    cost_per_point: float | None = Field(
        description="extra cost of a percentage point of probability [万元]; null where the gain is not beyond chance"
    )
    cost_per_point_error: float | None = Field(ge=0.0, description="one standard deviation, by the delta method")


class Waiting(Answer):
    """The value of waiting for one target: with the rule, less deciding now."""

    indicator: str
    year: int
    change: float | None = Field(description="of the probability")
    change_error: float | None = Field(ge=0.0)
    beyond_chance: bool = Field(description="the change is more than three errors")


class RuleAnswer(Answer):
    """An adaptive rule, tried on the same runs as deciding now and not at all."""

    triggers: tuple[TriggerTried, ...]
    fired: float = Field(ge=0.0, le=1.0, description="share of runs in which the rule came into force")
    fired_error: float = Share
    ways: tuple[WayTried, ...]
    effects: tuple[RuleEffect, ...] = Field(description="every target that the rule's levers can reach")
    waiting: tuple[Waiting, ...]
    saved: float = Field(description="mean over runs of what the rule costs less than deciding now [万元]")
    saved_error: float = Field(ge=0.0)


@dataclass(frozen=True)
class RuleTried:
    """The answer, the scenario with the rule, and what the reader must know."""

    answer: RuleAnswer
    scenario: Scenario
    notices: tuple[Notice, ...]


# --- trying it


def ways(region: Region, scenario: Scenario, triggers: tuple[Trigger, ...]) -> dict[Way, Scenario]:
    """The scenario without the triggers, with them, and with their steps taken in any case: from the plan's first year, or from
    the year after their condition.

    Triggers that the scenario has besides stay in all four.
    """
    other = tuple(trigger for trigger in scenario.triggers if trigger not in triggers)
    alone = replace(scenario, triggers=other)
    now, later = scenario.levers, scenario.levers
    for trigger in sorted(triggers, key=lambda one: one.year):
        for id, value in trigger.then.items():
            now = now.with_path(id, {first_year(region): value})
            later = later.with_path(id, {trigger.year + 1: value})
    return {
        "without": alone,
        "trigger": replace(alone, triggers=(*other, *triggers)),
        "now": replace(alone, levers=now),
        "later": replace(alone, levers=later),
    }


def fired_in(outcomes: Outcomes, triggers: Iterable[Trigger]) -> np.ndarray:
    """Runs in which any of the triggers came into force [run], by the value that the trigger saw: the model's, without its error."""
    seen = [[trigger.holds(value) for value in outcomes.of(trigger.indicator, trigger.year)] for trigger in triggers]
    return np.any(seen, axis=0)


def tried(
    region: Region, runs: Study, scenario: Scenario, rule: Rule, known: Mapping[Way, Mixed] | None = None, progress: Progress | None = None
) -> RuleTried:
    """Run the four ways of deciding on the same luck and compare them.

    Args:
        known: ways that were run already.
    """
    done = dict(known or {})
    for way, mix in ways(region, scenario, rule.triggers).items():
        if way not in done:
            done[way] = runs.run(mix, progress=progress)
    return compared(region, rule, done)


def compared(region: Region, rule: Rule, done: Mapping[Way, Mixed]) -> RuleTried:
    """The four ways of deciding, compared run by run."""
    costs = {way: money(mixed.plain, region) for way, mixed in done.items()}
    fired = fired_in(done["trigger"].plain, rule.triggers)
    share = probability_of(fired)
    assert share is not None
    targets = reached_by(region, rule.triggers)
    reach = {way: [reached(mixed.judged, target) for target in targets] for way, mixed in done.items()}
    effects = tuple(
        effect(target, way, reach["without"][k], reach[way][k], costs[way] - costs["without"], fired)
        for k, target in enumerate(targets)
        for way in WAYS
    )
    waiting = tuple(
        Waiting(
            indicator=target.indicator,
            year=target.year,
            change=None if found is None else found.change,
            change_error=None if found is None else found.mc_error,
            beyond_chance=found is not None and found.beyond_chance,
        )
        for target, now, rule_ in zip(targets, reach["now"], reach["trigger"])
        for found in [chance_change(now, rule_)]
    )
    saved = paired(costs["trigger"], costs["now"])
    assert saved is not None
    answer = RuleAnswer(
        triggers=tuple(described(trigger, rule.at_line) for trigger in rule.triggers),
        fired=share[0],
        fired_error=share[1],
        ways=tuple(cost_of(way, done[way], costs[way], costs["without"]) for way in WAYS),
        effects=effects,
        waiting=waiting,
        saved=sensible(saved.mean),
        saved_error=sensible(saved.mc_error),
    )
    return RuleTried(answer, done["trigger"].scenario, tuple(_notices(fired)))


def reached_by(region: Region, triggers: Iterable[Trigger]) -> list[Target]:
    """The targets that any lever of the triggers can reach."""
    within = frozenset[str]().union(*(LEVERS[id].reaches for trigger in triggers for id in trigger.then))
    return [target for target in region.targets if target.indicator in within]


def effect(target: Target, way: Way, before: Floats, after: Floats, extra: Floats, fired: np.ndarray) -> RuleEffect:
    """One target under one way of deciding, against the scenario alone. `extra`: what the way costs more [run], 万元."""
    share = probability_of(after[~np.isnan(after)] == 1.0)
    compared = way != "without"
    found = chance_change(before, after) if compared else None
    among = chance_change(before[fired], after[fired]) if compared else None
    beyond = found is not None and found.beyond_chance
    price, price_error = price_of(after - before, extra) if found is not None and beyond and found.change > 0.0 else (None, None)
    return RuleEffect(
        indicator=target.indicator,
        year=target.year,
        way=way,
        probability=share[0] if share else None,
        mc_error=share[1] if share else None,
        change=None if found is None else found.change,
        change_error=None if found is None else found.mc_error,
        change_if_fired=None if among is None else among.change,
        change_if_fired_error=None if among is None else among.mc_error,
        beyond_chance=beyond,
        cost_per_point=price,
        cost_per_point_error=price_error,
    )


def price_of(gain: Floats, extra: Floats) -> tuple[float, float]:
    """Extra cost of a percentage point of probability: ratio of means over runs, its error by the delta method (Cochran 1977, 6.4)."""
    known = ~np.isnan(gain)
    points, cost = 100.0 * gain[known], extra[known]
    ratio = cost.mean() / points.mean()
    off = cost - ratio * points
    return sensible(float(ratio)), sensible(float(off.std(ddof=1) / (abs(points.mean()) * np.sqrt(points.size))))


def cost_of(way: Way, mixed: Mixed, cost: Floats, alone: Floats) -> WayTried:
    """What a way of deciding costs, and how much more than the scenario alone."""
    more = paired(alone, cost)
    assert more is not None
    return WayTried(
        way=way,
        digest=mixed.plain.digest,
        cost=sensible(float(cost.mean())),
        extra_cost=sensible(more.mean),
        extra_cost_error=sensible(more.mc_error),
        extra_cost_p05=sensible(more.p05),
        extra_cost_p95=sensible(more.p95),
    )


def described(trigger: Trigger, from_line: bool) -> TriggerTried:
    """A trigger as the answer has it."""
    return TriggerTried.model_validate(
        {
            "indicator": trigger.indicator,
            "sense": trigger.sense,
            "value": trigger.value,
            "unit": UNITS[trigger.indicator],
            "year": trigger.year,
            "then": dict(trigger.then),
            "from_line": from_line,
        }
    )


def judged_by(rule: RuleAnswer, target: str | None) -> tuple[str, int] | None:
    """The target that a rule is judged by: the one asked for, else the condition's own, else the one it changes most."""
    reach = [effect for effect in rule.effects if effect.way == "trigger"]
    for wanted in (target, *(trigger.indicator for trigger in rule.triggers)):
        for effect in reach:
            if effect.indicator == wanted:
                return effect.indicator, effect.year
    most = max(reach, key=lambda effect: abs(effect.change or 0.0), default=None)
    return None if most is None else (most.indicator, most.year)


def _notices(fired: np.ndarray) -> Iterable[Notice]:
    yield Notice("trigger_sees_the_model")
    count = int(fired.sum())
    if count == 0:
        yield Notice("rule_never_fired")
    elif count < FEW_FIRED:
        yield Notice("rule_fired_seldom", {"runs": count})
