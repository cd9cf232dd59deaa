"""Warning lines in a sentence that a planner can say aloud, and what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yidu.experiments.milestones.adaptive import judged_by
from yidu.viz.presenters.concluding import points, rests
from yidu.viz.words import Words
from yidu.viz.words.format import chance, number, percent

if TYPE_CHECKING:
    from yidu.experiments.judging.answer import Rests
    from yidu.experiments.milestones.adaptive import RuleAnswer
    from yidu.experiments.milestones.answer import MilestoneAnswer, MilestonesAnswer


def grounds(words: Words, on: Rests) -> str:
    """The grade of the evidence under the conclusion, and the parameters that carry it."""
    return rests(words, on.grade, [words.parameter(one) for one in on.on])


def conclusion(words: Words, answer: MilestonesAnswer, headline: MilestoneAnswer | None, target: str | None, first_year: int) -> str:
    """The sentence a planner can say aloud: about the line of the most uncertain target, then about the rule."""
    said = [_headline(words, headline, target)]
    if answer.rule is not None:
        said.append(_about_rule(words, answer.rule, target, first_year))
    return words("milestones.join").join(said)


def _headline(words: Words, line: MilestoneAnswer | None, target: str | None) -> str:
    if line is None or line.line is None:
        return words("milestones.no_line" if target is None else "milestones.no_line_one")
    warned = line.probability_if_warned
    missed = None if warned is None else 1.0 - warned
    times = 0 if missed is None else int(missed * 10.0 + 0.5)
    key = "always" if times == 10 else "times"
    return words(
        "milestones.headline" if target is None else "milestones.headline_one",
        indicator=words.indicator(line.indicator),
        target_year=line.target_year,
        chance=chance(line.probability, line.mc_error),
        year=line.year,
        side=words("milestones.side_below" if line.sense == ">=" else "milestones.side_above"),
        line=number(line.line),
        unit=words.unit(line.unit),
        missed=words(f"milestones.{key}", times=times, missed=chance(missed, line.probability_if_warned_error)),
        false_alarm=chance(line.false_alarm, line.false_alarm_error),
        miss=chance(line.miss, line.miss_error),
    )


def _about_rule(words: Words, rule: RuleAnswer, target: str | None, first_year: int) -> str:
    about = judged_by(rule, target)
    if about is None:
        return words("milestones.rule_reaches_none")
    effects = {effect.way: effect for effect in rule.effects if (effect.indicator, effect.year) == about}
    costs = {tried.way: tried.extra_cost for tried in rule.ways}
    year = max(trigger.year for trigger in rule.triggers)
    waiting = next(row for row in rule.waiting if (row.indicator, row.year) == about)
    key = "same" if not waiting.beyond_chance else "more" if (waiting.change or 0.0) > 0.0 else "less"
    said = words(
        "milestones.rule",
        year=year,
        fired=chance(rule.fired, rule.fired_error),
        indicator=words.indicator(about[0]),
        without=chance(effects["without"].probability, effects["without"].mc_error),
        trigger=percent(effects["trigger"].probability),
        trigger_change=points(effects["trigger"].change, effects["trigger"].change_error),
        trigger_cost=number(costs["trigger"]),
        first=first_year,
        now=percent(effects["now"].probability),
        now_change=points(effects["now"].change, effects["now"].change_error),
        now_cost=number(costs["now"]),
        later=year + 1,
        later_p=percent(effects["later"].probability),
        later_change=points(effects["later"].change, effects["later"].change_error),
        later_cost=number(costs["later"]),
    )
    value = words(
        f"milestones.waiting_{key}",
        change=points(waiting.change, waiting.change_error),
        saved=words(
            "milestones.saves" if rule.saved >= 0.0 else "milestones.spends", amount=number(abs(rule.saved)), error=number(rule.saved_error)
        ),
    )
    return words("milestones.join").join([said, value])
