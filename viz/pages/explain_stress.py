"""The stress test: which targets an event takes away, on the same runs and luck, and what would make up for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import solara

from yidu.experiments.scenarios.scenario import plan_years
from yidu.experiments.stress.compute import event_answer
from yidu.experiments.stress.events import ALL, chosen, events_of, happening
from yidu.experiments.stress.replacements import Stressed
from yidu.sim.errors import InputError
from yidu.sim.levers import LEVERS
from yidu.viz.app import visitor
from yidu.viz.app.jobs import Job
from yidu.viz.figures import stress as figures
from yidu.viz.pages import work
from yidu.viz.pages.parts import Chart, Choice, Text
from yidu.viz.pages.shown import Begin, Begun, Concluded, Csv, Printed, asked_now, page_words, use_result
from yidu.viz.presenters.stress import conclusion, grounds, lasting, what_happens
from yidu.viz.tables.stress import stress_csv
from yidu.viz.terminal.printed import Block, body
from yidu.viz.terminal.stress import show_stress
from yidu.viz.words import Words
from yidu.viz.words.titles import notice

if TYPE_CHECKING:
    from yidu.experiments.stress.answer import StressAnswer
    from yidu.experiments.stress.events import Event
    from yidu.sim.region import Region, Target

RUNS = ("200", "400", "1000")
USUAL_RUNS = "200"

begun: solara.Reactive[Begun | None] = solara.reactive(None)
"""The stress test that this visitor asked for."""


def known_events(region: Region) -> tuple[tuple[Event, ...], InputError | None]:
    """The events of a pack, or why they cannot be read."""
    try:
        return events_of(region), None
    except InputError as error:
        return (), error


@solara.component
def StressTab(target: Target | None) -> None:  # noqa: N802
    """A stress test."""
    words, region, asked = page_words(), visitor.region(), visitor.asked.value
    events, wrong = solara.use_memo(lambda: known_events(region), [str(region.folder), region.digest])
    if not events:
        Text("p", words.error(wrong) if wrong else words("app_explain.stress.no_events"), "yd-panel", id="stress-none")
        return
    ids = [event.id for event in events]
    event = asked.get("event", ids[0])
    event = event if event in (*ids, ALL) else ids[0]
    years = [str(year) for year in plan_years(region)]
    year = asked.get("event_year")
    year = year if year in years else ""
    runs = asked.get("stress_runs")
    runs = runs if runs in RUNS else USUAL_RUNS
    find = event != ALL and asked.get("replace") != "no"
    ordeals = len(events) if event == ALL else 1
    total = work.stress_work(ordeals, int(runs))
    most = total + (int(runs) * len(LEVERS) if find else 0)

    def start() -> Begun:
        chosen(region, [event], int(year) if year else None)  # what cannot be is said at once
        job = Job.start(
            work.stress, str(region.folder), asked.mix, events=(event,), year=int(year) if year else None, replace=find,
            environment=asked.environment, runs=int(runs), seed=asked.seed, total=total,
        )  # fmt: skip
        return Begun(job, asked_now(event, year, find, runs), visitor.question())

    with solara.Div(classes=["yd-panel"]):
        Text("p", words("app_explain.stress.note"), "yd-note")
        with solara.Div(classes=["yd-row"]):
            listed = [*((one.id, words.titled(one)) for one in events), (ALL, words("app_explain.stress.all"))]
            Choice("stress-event", words("app_explain.stress.event"), event, listed, lambda one: visitor.put(event=one))
            since = [("", words("app_explain.stress.own_year")), *((one, one) for one in years)]
            Choice("stress-year", words("app_explain.stress.year"), year, since, lambda one: visitor.put(event_year=one))
            if event != ALL:
                ways = [("", words("app_explain.stress.find")), ("no", words("app_explain.stress.leave"))]
                sought = "" if find else "no"
                Choice("stress-replace", words("app_explain.stress.replace"), sought, ways, lambda one: visitor.put(replace=one))
            counts = [(one, words("app_explain.runs_of", runs=f"{int(one):,}")) for one in RUNS]
            Choice("stress-runs", words("app_explain.runs"), runs, counts, lambda one: visitor.put(stress_runs=one))
        if event != ALL:
            Text("p", facts(words, region, next(one for one in events if one.id == event), int(year) if year else None), id="stress-facts")
        Begin(
            "stress", begun, start, words("app_explain.stress.run"), most, words("app_explain.stress.working"), (event, year, find, runs),
        )  # fmt: skip
    found: Stressed | None = use_result(begun)
    if found is not None and begun.value is not None:
        Stresses(found, begun.value)


def facts(words: Words, region: Region, event: Event, year: int | None) -> str:
    """What an event is, when, and how well its size is known."""
    try:
        one = happening(region, event, year)
    except InputError as error:
        return words.error(error)
    told = event_answer(event, one.first, one.last if one.ends else None)
    what = f"{lasting(words, told)}{words('app_explain.stress.colon')}{what_happens(words, told)}"
    return words("app_explain.stress.facts", what=what, grade=told.grade)


def spoken(words: Words, region: Region, found: Stressed) -> StressAnswer:
    """The answer with its sentences."""
    return found.answer.model_copy(
        update={
            "conclusion": conclusion(words, region, found.answer),
            "warnings": tuple(notice(words, region, one) for one in found.notices),
        }
    )


@solara.component
def Stresses(found: Stressed, of: Begun) -> None:  # noqa: N802
    """What was found."""
    words, region = page_words(), visitor.region()
    answer, scenario = spoken(words, region, found), of.question.scenario
    Concluded("stress-concluded", answer, grounds(words, answer), words.titled(scenario))

    def tables() -> list[Block]:
        return body(lambda out: show_stress(out, words, region, scenario, answer), answer.conclusion)

    with solara.Div(classes=["yd-charts"]):
        if len(answer.ordeals) > 1:
            Chart(figures.several(words, answer), on_pick=lambda id: visitor.put(event=id))
        else:
            (ordeal,) = answer.ordeals
            if ordeal.targets:
                Chart(figures.chances(words, answer, ordeal))
            with solara.Div(classes=["yd-stack"]):
                Chart(figures.levels(words, region, answer, ordeal))
                for one in answer.replacements:
                    figure = figures.replaced(words, answer, one)
                    if figure.categories:
                        Chart(figure)
    with solara.Div(classes=["yd-panel"]):
        Printed("stress-printed", tables, [of.job])
        Csv(lambda: stress_csv(answer), "stress.csv")
