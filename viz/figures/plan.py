"""The figures of a search for mixes: what money buys, what the mix that is shown changes, and how far targets can be had together.

Builders take words and a published answer, and give figures in one language, as `yidu.viz.figures.assess` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from yidu.viz.figures import Figure, Series, in_percent, numbers
from yidu.viz.figures.palette import POLICY
from yidu.viz.presenters.plan import mix_title
from yidu.viz.words import Words
from yidu.viz.words.format import percent

if TYPE_CHECKING:
    from yidu.experiments.plan.answer import FrontPoint, PlanAnswer, PlannedTarget
    from yidu.sim.region import Region


def likely(answer: PlanAnswer) -> bool:
    """Whether any mix of the front reaches the goal in more runs than chance would have it; otherwise the shortfall says more."""
    return any(one.probability > 2.0 * one.mc_error for one in answer.front)


def front_key(answer: PlanAnswer, place: int) -> str:
    """What a point of the front is called: as it was judged, or by its place."""
    return answer.front[place].judged_as or f"front_{place + 1}"


def front_title(words: Words, region: Region, answer: PlanAnswer, key: str) -> str:
    """Name of a mix: as it was judged, else its place on the front."""
    if key.startswith("front_"):
        return words("app_plan.front_point", number=key.removeprefix("front_"))
    return mix_title(words, region, key)


def front(words: Words, region: Region, answer: PlanAnswer, chosen: str = "") -> Figure:
    """Scatter: the mixes of the front by district money [万元] and probability of the goal [%], where none is likely by shortfall [%]."""
    by = "chance" if likely(answer) else "shortfall"
    spent = answer.effort

    def height(one: FrontPoint) -> float | None:
        return in_percent(one.probability if by == "chance" else one.shortfall)

    series = [
        Series("x", words("figure.plan_front.cost", over=answer.money.over), numbers(one.cost for one in answer.front)),
        Series("y", words(f"figure.plan_front.{by}", count=len(answer.goal.targets)), numbers(height(one) for one in answer.front)),
    ]
    if by == "chance":
        errors = numbers(in_percent(one.mc_error) for one in answer.front)
        series.append(Series("error", words("figure.plan_front.error"), errors))
    keys = tuple(front_key(answer, place) for place in range(len(answer.front)))
    wanted = in_percent(answer.goal.probability) or 0.0
    goal = ((wanted, words("figure.plan_front.goal", probability=percent(answer.goal.probability))),)
    return Figure(
        id="plan-front",
        kind="scatter",
        title=words("figure.plan_front.title"),
        unit=words("figure.percent"),
        over=words("figure.mix"),
        categories=tuple(front_title(words, region, answer, key) for key in keys),
        series=tuple(series),
        note=words(f"figure.plan_front.note_{by}", runs=f"{spent.runs:,}", errors=spent.errors, seed=answer.seed),
        keys=keys,
        levels=goal if by == "chance" else (),
        chosen=chosen,
    )


def targets(words: Words, region: Region, answer: PlanAnswer) -> Figure:
    """Intervals: the probability of each target under the mix that is shown, with its error, beside that under the status quo [%].

    Targets asked for come first; within each part those that gain most.
    """

    def gain(one: PlannedTarget) -> float:
        return (one.probability or 0.0) - (one.probability_status_quo or 0.0)

    rows = [one for one in answer.targets if one.probability is not None]
    rows.sort(key=lambda one: (not one.chosen, -gain(one)))
    errors = [one.mc_error or 0.0 for one in rows]
    after = [one.probability or 0.0 for one in rows]
    mix = mix_title(words, region, answer.mix)
    levels = ((in_percent(answer.goal.probability) or 0.0, words("figure.plan_targets.goal")),) if len(answer.goal.targets) == 1 else ()
    return Figure(
        id="plan-targets",
        kind="intervals",
        title=words("figure.plan_targets.title", mix=mix),
        unit=words("figure.percent"),
        over=words("figure.indicator"),
        categories=tuple(
            words(f"figure.plan_targets.{'asked' if one.chosen else 'not_asked'}", indicator=words.indicator(one.indicator))
            for one in rows
        ),
        series=(
            Series("p25", words("figure.plan_targets.less"), numbers(in_percent(max(0.0, p - e)) for p, e in zip(after, errors))),
            Series("median", words("figure.plan_targets.after"), numbers(in_percent(p) for p in after)),
            Series("p75", words("figure.plan_targets.more"), numbers(in_percent(min(1.0, p + e)) for p, e in zip(after, errors))),
            Series("record", words("figure.plan_targets.before"), numbers(in_percent(one.probability_status_quo) for one in rows)),
        ),
        note=words("figure.plan_targets.note", runs=f"{answer.effort.fresh_runs:,}", seed=answer.effort.fresh_seed),
        keys=tuple(one.indicator for one in rows),
        levels=levels,
    )  # fmt: skip


def together(words: Words, region: Region, answer: PlanAnswer) -> Figure | None:
    """Bars: how the probability of reaching targets together falls as one more is added [%]; None where a mix reaches the goal."""
    why = answer.out_of_reach
    if why is None or len(why.together) < 2:
        return None
    goal = answer.goal.probability
    return Figure(
        id="plan-together",
        kind="bars",
        title=words("figure.plan_together.title", mix=mix_title(words, region, answer.mix)),
        unit=words("figure.percent"),
        over=words("figure.plan_together.over"),
        categories=tuple(
            words("figure.plan_together.rung", count=one.count, indicator=words.indicator(one.added)) for one in why.together
        ),
        series=(
            Series("value", words("figure.plan_together.value"), numbers(in_percent(one.probability) for one in why.together), POLICY),
            Series("error", words("figure.plan_together.error"), numbers(in_percent(one.mc_error) for one in why.together)),
        ),
        note=words("figure.plan_together.note", runs=f"{answer.effort.fresh_runs:,}", seed=answer.effort.fresh_seed),
        keys=tuple(one.added for one in why.together),
        levels=((in_percent(goal) or 0.0, words("figure.plan_front.goal", probability=percent(goal))),),
    )  # fmt: skip
