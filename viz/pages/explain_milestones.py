"""Warning lines: which number at the end of which year tells runs that arrive from runs that do not; and a rule that waits for it."""

from __future__ import annotations

from itertools import dropwhile
from typing import TYPE_CHECKING

import solara

from yidu.experiments.judging.goals import rests_on
from yidu.experiments.milestones.compute import Milestones, mid_year, most_uncertain, runs_in_all, years_of
from yidu.experiments.scenarios.rule import rule_of
from yidu.experiments.scenarios.scenario import first_year
from yidu.sim.levers import LEVERS
from yidu.viz.app import visitor
from yidu.viz.app.jobs import Job
from yidu.viz.figures import milestones as figures
from yidu.viz.pages import work
from yidu.viz.pages.overview import answer_of
from yidu.viz.pages.parts import Chart, Choice, Text
from yidu.viz.pages.shown import Begin, Begun, Concluded, Csv, Folded, Number, Printed, asked_now, page_words, use_result
from yidu.viz.presenters.milestones import conclusion, grounds
from yidu.viz.tables.milestones import milestones_csv
from yidu.viz.terminal.milestones import show_milestones
from yidu.viz.terminal.printed import Block, Sentence, body
from yidu.viz.words import Words
from yidu.viz.words.titles import notice

if TYPE_CHECKING:
    from yidu.experiments.assess.desk import Question
    from yidu.experiments.milestones.answer import MilestonesAnswer
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region, Target

RUNS = ("400", "1000", "4000")
USUAL_RUNS = "1000"

NOT_SAID = "-"
"""In the place of a conclusion that is not shown."""

lines: solara.Reactive[Begun | None] = solara.reactive(None)
"""The warning lines that this visitor asked for."""
rules: solara.Reactive[Begun | None] = solara.reactive(None)
"""The rule that this visitor tried."""


@solara.component
def MilestonesTab(target: Target) -> None:  # noqa: N802
    """Warning lines of a target, of all targets in one year, and a rule."""
    words, region, asked = page_words(), visitor.region(), visitor.asked.value
    runs = asked.get("line_runs")
    runs = runs if runs in RUNS else USUAL_RUNS

    def start() -> Begun:
        total = runs_in_all(visitor.scenario(), None, int(runs))
        job = Job.start(
            work.milestones, str(region.folder), asked.mix, environment=asked.environment, runs=int(runs), seed=asked.seed, total=total,
        )  # fmt: skip
        return Begun(job, asked_now(runs), visitor.question())

    with solara.Div(classes=["yd-panel"]):
        Text("p", words("app_explain.milestones.note"), "yd-note")
        with solara.Div(classes=["yd-row"]):
            counts = [(one, words("app_explain.runs_of", runs=f"{int(one):,}")) for one in RUNS]
            Choice("milestones-runs", words("app_explain.runs"), runs, counts, lambda one: visitor.put(line_runs=one))
        total = runs_in_all(visitor.scenario(), None, int(runs))
        Begin("milestones", lines, start, words("app_explain.milestones.run"), total, words("app_explain.milestones.working"), (runs,))
    found: Milestones | None = use_result(lines)
    if found is not None and lines.value is not None:
        Lines(target, found, lines.value)
    RuleForm(target, int(runs))


def of_target(answer: MilestonesAnswer, target: Target) -> MilestonesAnswer:
    """The part of an answer that is about one target."""
    return answer.model_copy(
        update={
            "milestones": tuple(row for row in answer.milestones if (row.indicator, row.target_year) == (target.indicator, target.year)),
            "paths": tuple(row for row in answer.paths if row.indicator == target.indicator),
            "signs": tuple(row for row in answer.signs if (row.indicator, row.target_year) == (target.indicator, target.year)),
        }
    )


def of_year(answer: MilestonesAnswer, year: int) -> MilestonesAnswer:
    """The part of an answer that is about one year; its conclusion stays out."""
    return answer.model_copy(update={"signs": tuple(row for row in answer.signs if row.year == year), "conclusion": NOT_SAID})


def spoken(words: Words, region: Region, found: Milestones, target: Target, asked: Question) -> MilestonesAnswer:
    """The part about one target, with its sentences; the evidence is that of the target where the overview has it.

    `asked`: what it was found for.
    """
    own = of_target(found.answer, target)
    about = {target.indicator, *(trigger.indicator for trigger in (own.rule.triggers if own.rule else ()))}
    kept = [one for one in found.notices if one.values.get("indicator", target.indicator) in about]
    rests = own.rests
    now = visitor.told.value
    if now is not None and own.rule is None and now.question.key == asked.key:
        rows = [row for row in answer_of(words, now).targets if (row.indicator, row.year) == (target.indicator, target.year)]
        rests = rests_on(rows) if rows else rests
    headline = most_uncertain(own.milestones, mid_year(region))
    return own.model_copy(
        update={
            "conclusion": conclusion(words, own, headline, target.indicator, first_year(region)),
            "rests": rests,
            "warnings": tuple(notice(words, region, one) for one in kept),
        }
    )


def tables(words: Words, region: Region, of: Begun, answer: MilestonesAnswer, target: str | None, year: int | None) -> list[Block]:
    """What the command prints of it."""
    return body(lambda out: show_milestones(out, words, region, of.question.scenario, answer, target, year), answer.conclusion)


@solara.component
def Lines(target: Target, found: Milestones, of: Begun) -> None:  # noqa: N802
    """Lines of the target by year, and of all targets in one year."""
    words, region = page_words(), visitor.region()
    answer = spoken(words, region, found, target, of.question)
    scenario = of.question.scenario
    Concluded("milestones-concluded", answer, grounds(words, answer.rests), words.titled(scenario))
    with solara.Div(classes=["yd-charts"]):
        Chart(figures.lines(words, answer, target.indicator, target.year), height=360)
    with solara.Div(classes=["yd-panel"]):
        Printed("milestones-target", lambda: tables(words, region, of, answer, target.indicator, None), [of.job, target])
        Csv(lambda: milestones_csv(found.answer.model_copy(update={"conclusion": answer.conclusion})), "milestones.csv")
    Folded("milestones-all", words("app_explain.milestones.by_year"), lambda: OfYear(found, of))


@solara.component
def OfYear(found: Milestones, of: Begun) -> None:  # noqa: N802
    """The lines of all targets at the end of one year."""
    words, region = page_words(), visitor.region()
    years = [str(year) for year in sorted({row.year for row in found.answer.milestones})]
    year, set_year = solara.use_state(str(found.answer.mid_year))
    with solara.Div(classes=["yd-row"]):
        Choice("milestones-year", words("app_explain.milestones.year"), year, [(one, one) for one in years], set_year)
    if year in years:
        whole = of_year(found.answer, int(year)).model_copy(update={"rule": None})
        Printed("milestones-table", lambda: tables(words, region, of, whole, None, int(year)), [of.job, year])


# --- a rule


def rule_text(indicator: str, sense: str, value: str, year: str, steps: list[tuple[str, str]]) -> tuple[str, str]:
    """A rule as `--if` and `--then` have it; an empty value is the warning line."""
    return f"{indicator} {sense} {value.strip() or 'line'} in {year}", ",".join(f"{id}={to.strip()}" for id, to in steps if id)


def doubled(id: str, scenario: Scenario, year: int) -> float:
    """A step to begin with: twice what a lever has, within its range; a quarter of the range where it has nothing."""
    bar, level = LEVERS[id], scenario.levers.get(id, year)
    step = min(bar.high, 2.0 * level) if level > 0.0 else bar.low + 0.25 * (bar.high - bar.low)
    return float(f"{step:.3g}")


def of_rule(blocks: list[Block]) -> list[Block]:
    """What is printed of a rule: without the legends of lines before it."""
    return list(dropwhile(lambda one: not (isinstance(one, Sentence) and one.kind == "strong"), blocks))


@solara.component
def RuleForm(target: Target, runs: int) -> None:  # noqa: N802
    """A rule to try, written by choosing."""
    words, region, asked = page_words(), visitor.region(), visitor.asked.value
    years = [str(year) for year in years_of(region, target)]
    own = "<" if target.sense == ">=" else ">"
    indicator = asked.get("if", target.indicator)
    sense = asked.get("if_sense", own)
    year = asked.get("if_year", str(mid_year(region)))
    value = asked.get("if_value")
    levers = [asked.get("then", "enterprise_coaching"), asked.get("then_2")]
    tos = [asked.get("then_to"), asked.get("then_2_to")]
    levers = [id if id in LEVERS else "" for id in levers]
    tos = [to or (f"{doubled(id, visitor.scenario(), int(years[-1])):g}" if id else "") for id, to in zip(levers, tos)]
    condition, then = rule_text(indicator, sense, value, year, list(zip(levers, tos)))

    def start() -> Begun:
        rule = rule_of(region, condition, then)
        total = runs_in_all(visitor.scenario(), rule, runs)
        job = Job.start(
            work.milestones, str(region.folder), asked.mix, target=target.indicator, condition=condition, then=then,
            environment=asked.environment, runs=runs, seed=asked.seed, total=total,
        )  # fmt: skip
        return Begun(job, asked_now(target.indicator, condition, then, runs), visitor.question())

    def ask_of(indicator: str) -> None:
        visitor.put(**{"if": indicator, "if_sense": ""})

    with solara.Div(classes=["yd-panel"], attributes={"id": "rule"}):
        Text("h3", words("app_explain.milestones.rule"))
        Text("p", words("app_explain.milestones.rule_note"), "yd-note")
        with solara.Div(classes=["yd-row"]):
            listed = [(one.indicator, words.indicator(one.indicator)) for one in region.targets]
            Choice("rule-if", words("app_explain.milestones.indicator"), indicator, listed, ask_of)
            ends = [(one, one) for one in years]
            Choice("rule-year", words("app_explain.milestones.year_of"), year, ends, lambda one: visitor.put(if_year=one))
            sides = [("<", words("app_explain.milestones.below")), (">", words("app_explain.milestones.above"))]
            Choice("rule-sense", words("app_explain.milestones.sense"), sense, sides, lambda one: visitor.put(if_sense=one))
            Number("rule-value", words("app_explain.milestones.value"), value, lambda text: visitor.put(if_value=text))
        for place, (id, to) in enumerate(zip(levers, tos)):
            Step(place, id, to)
        Begin(
            "rule", rules, start, words("app_explain.milestones.try"), 5 * runs + runs, words("app_explain.milestones.trying"),
            (target.indicator, condition, then, runs),
        )  # fmt: skip
    found: Milestones | None = use_result(rules)
    if found is not None and rules.value is not None and found.answer.rule is not None:
        RuleFound(found, rules.value)


@solara.component
def Step(place: int, id: str, to: str) -> None:  # noqa: N802
    """What a rule does to one lever."""
    words = page_words()
    name = "then" if place == 0 else "then_2"
    empty = [("", words("app_explain.milestones.nothing"))] if place else []
    label = words("app_explain.milestones.second" if place else "app_explain.milestones.lever")
    with solara.Div(classes=["yd-row"]):
        listed = [*empty, *((one, words.titled(bar)) for one, bar in LEVERS.items())]
        Choice(f"rule-{name}", label, id, listed, lambda one: visitor.put(**{name: one, f"{name}_to": ""}))
        if id:
            unit = words.unit(LEVERS[id].unit)
            Number(f"rule-{name}-to", words("app_explain.milestones.to", unit=unit), to, lambda text: visitor.put(**{f"{name}_to": text}))


@solara.component
def RuleFound(found: Milestones, of: Begun) -> None:  # noqa: N802
    """What became of the rule."""
    words, region = page_words(), visitor.region()
    indicator = found.answer.milestones[0].indicator
    target = next(one for one in region.targets if one.indicator == indicator)
    answer = spoken(words, region, found, target, of.question)
    scenario = of.question.scenario
    Concluded("rule-concluded", answer, grounds(words, answer.rests), words.titled(scenario))
    assert answer.rule is not None
    at = next(((row.indicator, row.year) for row in answer.rule.effects if row.indicator == target.indicator), None)
    if at is not None:
        Chart(figures.rule(words, answer, *at))
    only = answer.model_copy(update={"milestones": (), "signs": ()})
    with solara.Div(classes=["yd-panel"]):
        Printed("rule-printed", lambda: of_rule(tables(words, region, of, only, target.indicator, None)), [of.job])
        Csv(lambda: milestones_csv(answer), "rule.csv")
