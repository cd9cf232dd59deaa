"""The answer of `yidu plan` in sentences, and its mix as a scenario file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from yidu.experiments.scenarios.scenario import load, plan_years
from yidu.sim.levers import LEVERS
from yidu.viz.presenters.concluding import points, rests
from yidu.viz.presenters.drafts import path_toml
from yidu.viz.words import Words
from yidu.viz.words.format import chance, number, percent

if TYPE_CHECKING:
    from yidu.experiments.plan.answer import Candidate, OutOfReach, PlanAnswer, PlannedLever
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region

MOST_NAMED = 4
"""Levers, and parameters, that a sentence names."""


def mix_title(words: Words, region: Region, mix: str) -> str:
    """What a mix is called: a scenario of the pack by its title, one that was found by its number."""
    if mix in region.scenario_names:
        return words.titled(load(region, mix))
    return words("plan.found", number=mix.removeprefix("mix_"))


def binding(words: Words, why: OutOfReach) -> str:
    if why.gain == 0.0:
        return words("plan.binding_none")
    return words("plan.binding", indicator=words.indicator(why.binding), gain=points(why.gain, why.gain_error).removeprefix("+"))


def within(words: Words, why: OutOfReach) -> str:
    if not why.within_reach:
        return words("plan.within_none")
    listed = words("phrase.comma").join(words.indicator(id) for id in why.within_reach)
    likely = chance(why.within_reach_probability, why.within_reach_mc_error)
    return words("plan.within", count=len(why.within_reach), chance=likely, indicators=listed)


def goal_words(words: Words, targets: Sequence[str]) -> str:
    """What is to be reached, as part of a sentence."""
    if len(targets) == 1:
        return words("plan.goal_one", indicator=words.indicator(targets[0]))
    return words("plan.goal_count", count=len(targets))


def affords(words: Words, why: OutOfReach) -> str:
    """How many targets are reached together for how much; nothing where there is no choice."""
    if len(why.affords) < 2:
        return ""
    said = (words("plan.affords_one", count=one.count, cost=number(one.cost)) for one in why.affords)
    return words("plan.affords", listed=words("phrase.comma").join(said))


def conclusion(words: Words, region: Region, answer: PlanAnswer) -> str:
    """The recommended mix in one sentence, or that none is and why."""
    one = next(row for row in answer.candidates if row.mix == answer.mix)
    known: dict[str, object] = {
        "mix": mix_title(words, region, one.mix),
        "over": answer.money.over,
        "cost": number(one.cost),
        "goal": goal_words(words, answer.goal.targets),
        "chance": chance(one.probability, one.mc_error),
        "runs": f"{answer.effort.fresh_runs:,}",
        "probability": percent(answer.goal.probability),
    }
    if answer.recommended is not None:
        if not answer.levers:
            return words("plan.recommend_status_quo", **known)
        return words("plan.recommend", levers=_moved(words, region, answer.levers), change=_change(words, answer, one), **known)
    budget = answer.goal.budget
    if budget is not None and one.cost > budget:
        return words("plan.none_affordable", budget=number(budget), **known)
    if answer.out_of_reach is None:
        return words("plan.none_survives", **known)
    why, several = answer.out_of_reach, len(answer.goal.targets) > 1
    further = dict.fromkeys(("binding", "within", "affords"), "")
    if several:
        further = {"binding": binding(words, why), "within": within(words, why), "affords": affords(words, why)}
    sentence = words("plan.none_reaches", **further, **known)
    return " ".join(sentence.split())


def _change(words: Words, answer: PlanAnswer, one: Candidate) -> str:
    change = one.cost - answer.money.status_quo
    key = "plan.same_money" if abs(change) < 0.5 else "plan.more_money" if change > 0.0 else "plan.less_money"
    return words(key, amount=number(abs(change)))


def _moved(words: Words, region: Region, levers: Sequence[PlannedLever]) -> str:
    """The levers that a mix moves, those that it multiplies most first; a few by name."""
    years = plan_years(region)
    later = years[min(2, len(years) - 1)]

    def size(one: PlannedLever) -> float:
        bar = LEVERS[one.lever]
        return -max(abs(value - one.status_quo) for value in (one.early, one.late)) / (bar.high - bar.low)

    said = []
    for one in sorted(levers, key=size)[:MOST_NAMED]:
        path = words(
            "plan.path_one" if one.early == one.late else "plan.path_two",
            before=number(one.status_quo), early=number(one.early), late=number(one.late), later=later, unit=words.unit(one.unit),
        )  # fmt: skip
        said.append(words("plan.to_level", lever=words.titled(LEVERS[one.lever]), path=path))
    listed = words("phrase.comma").join(said)
    if len(levers) > MOST_NAMED:
        more = words("plan.and_more", count=len(levers))
        listed += more if words.language == "zh" else f" {more}"
    return listed


def grounds(words: Words, answer: PlanAnswer) -> str:
    """The evidence grade under the conclusion."""
    return rests(words, answer.rests.grade, [words.parameter(name) for name in answer.rests.on])


def mix_text(words: Words, region: Region, mix: Scenario, answer: PlanAnswer) -> str:
    """The mix as a scenario file that extends the status quo."""
    one = next(row for row in answer.candidates if row.mix == answer.mix)
    key = "plan.file_recommended" if answer.recommended else "plan.file_nearest"
    likely = chance(one.probability, one.mc_error)
    head = words(
        "plan.file_head",
        goal=goal_words(words, answer.goal.targets), probability=percent(answer.goal.probability), seed=answer.seed, runs=answer.runs,
    )  # fmt: skip
    lines = [
        f"# {head}",
        f"# {words(key, chance=likely, cost=number(one.cost), over=answer.money.over)}",
        "",
        *(f'title_{language} = "{Words(language)("plan.file_title")}"' for language in ("zh", "en")),
        f'extends = "{answer.scenario}"',
        "",
        "[levers]",
    ]
    for row in one.levers:
        bar = LEVERS[row.lever]
        said = words(
            "plan.file_lever",
            lever=words.titled(bar), unit=words.unit(bar.unit), decided=words.text(bar.decided),
            before=number(region.levers.get(row.lever, plan_years(region)[0])),
        )  # fmt: skip
        path = {year: mix.levers.get(row.lever, year) for year in plan_years(region)}
        lines += [f"# {said}", f"{row.lever} = {path_toml(path)}"]
    return "\n".join(lines) + "\n"
