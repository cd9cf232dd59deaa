"""The response curve: one lever by itself at five levels, what that does to the target's indicator and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import solara

from yidu.experiments.response.compute import Response, chosen
from yidu.sim.levers import LEVERS
from yidu.viz.app import visitor
from yidu.viz.app.jobs import Job
from yidu.viz.figures.response import curve
from yidu.viz.pages import work
from yidu.viz.pages.parts import Chart, Choice, Text
from yidu.viz.pages.shown import Begin, Begun, Concluded, Csv, Folded, Printed, asked_now, page_words, use_result
from yidu.viz.presenters.response import grounds, told
from yidu.viz.tables.response import response_csv
from yidu.viz.terminal.printed import Block, body
from yidu.viz.terminal.response import show_response

if TYPE_CHECKING:
    from yidu.sim.region import Target

RUNS = ("100", "200", "400")
USUAL_RUNS = "100"

begun: solara.Reactive[Begun | None] = solara.reactive(None)
"""The response that this visitor asked for."""


@solara.component
def ResponsePart(target: Target) -> None:  # noqa: N802
    """One lever over its range: some seconds of work."""
    words, region, asked = page_words(), visitor.region(), visitor.asked.value
    levers = chosen((), target.indicator)
    lever = asked.get("curve")
    lever = lever if lever in levers else levers[0]
    runs = asked.get("curve_runs")
    runs = runs if runs in RUNS else USUAL_RUNS
    folder = str(region.folder)
    total = solara.use_memo(
        lambda: work.response_work(folder, asked.mix, levers=(lever,), runs=int(runs)), [folder, region.digest, asked.mix, lever, runs]
    )

    def start() -> Begun:
        job = Job.start(
            work.response, folder, asked.mix, levers=(lever,), indicator=target.indicator, environment=asked.environment, runs=int(runs),
            seed=asked.seed, total=total,
        )  # fmt: skip
        return Begun(job, asked_now(target.indicator, lever, runs), visitor.question())

    with solara.Div(classes=["yd-panel"]):
        Text("h3", words("app_explain.response.title"))
        Text("p", words("app_explain.response.note"), "yd-note")
        with solara.Div(classes=["yd-row"]):
            listed = [(id, words.titled(LEVERS[id])) for id in levers]
            Choice("response-lever", words("app_explain.response.lever"), lever, listed, lambda one: visitor.put(curve=one))
            counts = [(one, words("app_explain.runs_of", runs=one)) for one in RUNS]
            Choice("response-runs", words("app_explain.runs"), runs, counts, lambda one: visitor.put(curve_runs=one))
        Begin(
            "response", begun, start, words("app_explain.response.run"), total, words("app_explain.response.working"),
            (target.indicator, lever, runs),
        )  # fmt: skip
    found: Response | None = use_result(begun)
    if found is not None and begun.value is not None:
        Responses(found, begun.value)


@solara.component
def Responses(found: Response, of: Begun) -> None:  # noqa: N802
    """What was found."""
    words, region = page_words(), visitor.region()
    answer, scenario = told(words, region, found), of.question.scenario
    Concluded("response-concluded", answer, grounds(words, answer.rests), words.titled(scenario))
    with solara.Div(classes=["yd-charts"]):
        for one in answer.levers:
            figure = curve(words, answer, one)
            if figure is not None:
                Chart(figure, height=360)
    with solara.Div(classes=["yd-figure-tools"]):
        Csv(lambda: response_csv(answer), "response.csv")

    def tables() -> list[Block]:
        return body(lambda out: show_response(out, words, region, scenario, answer), answer.conclusion)

    Folded("response-tables", words("app_explain.tables"), lambda: Printed("response-printed", tables, [of.job]))
