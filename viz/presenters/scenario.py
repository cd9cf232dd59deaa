"""What a scenario changes and costs, in a sentence, and what that rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yidu.agents.numbers import DISTRICT_SHARE
from yidu.sim.levers import LEVERS
from yidu.viz.presenters.concluding import rests
from yidu.viz.words.format import band, number
from yidu.viz.words.titles import named, notice

if TYPE_CHECKING:
    from yidu.experiments.check.answer import ScenarioAnswer
    from yidu.experiments.check.compute import Checked
    from yidu.sim.region import Region
    from yidu.viz.words import Words


def told(words: Words, region: Region, checked: Checked) -> ScenarioAnswer:
    """The answer with its conclusion and warnings in a language."""
    warnings = tuple(notice(words, region, one) for one in checked.notices)
    return checked.answer.model_copy(update={"conclusion": conclusion(words, checked.answer), "warnings": warnings})


def unit_cost(words: Words, lever: str) -> str:
    """What one unit of a lever costs the district, in words."""
    bar = LEVERS[lever]
    amount = bar.amount if bar.cost is None else bar.cost.amount
    return words.text(bar.unit_cost).format(amount=number(amount), percent=f"{100.0 * DISTRICT_SHARE:.0f}%")


def conclusion(words: Words, answer: ScenarioAnswer) -> str:
    """What the scenario changes and what it costs, in one sentence."""
    title = named(words.titled(answer), answer.scenario)
    parts = [words("scenario.conclusion_changes", scenario=title, count=sum(row.changed for row in answer.levers))]
    recorded, measured, years = answer.recorded, answer.measured, len(answer.known_by_year)
    if measured is None:
        yearly = sum(row.amount for row in answer.known_by_year) / years
        usual = sum(row.status_quo for row in answer.known_by_year) / years
        parts.append(words("scenario.conclusion_known", amount=number(yearly), usual=number(usual)))
        if recorded is None:
            parts.append(words("scenario.conclusion_rest"))
        else:
            share = f"{100.0 * yearly / recorded.yearly:.0f}%"
            parts.append(words("scenario.conclusion_share", recorded=number(recorded.yearly), share=share))
    else:
        total = measured.total
        found = abs(total.change) > 3.0 * total.change_mc_error
        key = "conclusion_measured_same" if not found else "conclusion_measured" if total.change > 0.0 else "conclusion_measured_less"
        change = abs(total.change) if found else total.change
        parts.append(
            words(
                f"scenario.{key}", over=f"{measured.by_year[0].year}-{total.year}", mean=number(total.mean),
                error=number(total.mc_error), band=band(total.p05, total.p95, words), change=number(change),
                change_error=number(total.change_mc_error),
            )
        )  # fmt: skip
        if recorded is not None:
            whole = recorded.yearly * years
            parts.append(words("scenario.conclusion_times", recorded=number(whole), times=number(round(total.mean / whole, 2))))
    far = len(answer.beyond_experience)
    parts.append(words("scenario.conclusion_far", count=far) if far else words("scenario.conclusion_within"))
    return words("scenario.join").join(parts) + words("scenario.stop")


def grounds(words: Words, answer: ScenarioAnswer) -> str:
    """The evidence under the conclusion: its grade, and what carries it."""
    if answer.measured is None:
        on = [words("scenario.unit_cost_of", lever=words.indicator(id)) for id in answer.rests.on]
    else:
        on = [words("scenario.unit_costs") if id == "unit_costs" else words.parameter(id) for id in answer.rests.on]
    return rests(words, answer.rests.grade, on)
