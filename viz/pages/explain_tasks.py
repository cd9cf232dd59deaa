"""The task list: what was done each year in the runs that arrive, by year, department, park or sector, and as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import solara

from yidu.experiments.decompose.arriving import WITHIN_REACH
from yidu.viz.app import visitor
from yidu.viz.app.jobs import Job
from yidu.viz.figures.decompose import tasks
from yidu.viz.pages import work
from yidu.viz.pages.parts import Chart, Choice, Download, Text
from yidu.viz.pages.shown import Begin, Begun, Concluded, Csv, Printed, asked_now, page_words, use_result
from yidu.viz.presenters.decompose import grounds, told
from yidu.viz.tables.decompose import decompose_csv
from yidu.viz.terminal.decompose import show_decomposition
from yidu.viz.terminal.printed import Block, body
from yidu.viz.workbook.decompose import workbook

if TYPE_CHECKING:
    from yidu.experiments.decompose.answer import By
    from yidu.experiments.decompose.compute import Decomposition
    from yidu.sim.region import Target

RUNS = ("200", "400", "1000")
USUAL_RUNS = "400"

begun: solara.Reactive[Begun | None] = solara.reactive(None)
"""The task list that this visitor asked for."""


@solara.component
def TasksTab(target: Target | None) -> None:  # noqa: N802
    """The task list."""
    words, region, asked = page_words(), visitor.region(), visitor.asked.value
    runs = asked.get("task_runs")
    runs = runs if runs in RUNS else USUAL_RUNS
    only = target is not None and asked.get("task_goal") == "only"
    goals = (target.indicator,) if only and target is not None else ()

    def start() -> Begun:
        job = Job.start(
            work.decompose, str(region.folder), asked.mix, targets=goals, environment=asked.environment, runs=int(runs), seed=asked.seed,
            total=2 * int(runs),
        )  # fmt: skip
        return Begun(job, asked_now(goals, runs), visitor.question())

    with solara.Div(classes=["yd-panel"]):
        Text("p", words("app_explain.tasks.note"), "yd-note")
        with solara.Div(classes=["yd-row"]):
            if target is not None:
                within = words("app_explain.tasks.within", share=f"{100 * WITHIN_REACH:.0f}")
                listed = [("", within), ("only", words("app_explain.tasks.only", indicator=words.indicator(target.indicator)))]
                goal = "only" if only else ""
                Choice("tasks-goal", words("app_explain.tasks.goal"), goal, listed, lambda one: visitor.put(task_goal=one))
            counts = [(one, words("app_explain.runs_of", runs=f"{int(one):,}")) for one in RUNS]
            Choice("tasks-runs", words("app_explain.runs"), runs, counts, lambda one: visitor.put(task_runs=one))
        Begin("tasks", begun, start, words("app_explain.tasks.run"), 2 * int(runs), words("app_explain.tasks.working"), (goals, runs))
    found: dict[By, Decomposition] | None = use_result(begun)
    if found is not None and begun.value is not None:
        TaskList(target, found, begun.value)


@solara.component
def TaskList(target: Target | None, found: dict[By, Decomposition], of: Begun) -> None:  # noqa: N802
    """What was found, divided as the visitor chooses."""
    words, region = page_words(), visitor.region()
    by = visitor.asked.value.get("task_by", "year")
    by = by if by in found else "year"
    answer = told(words, region, found[by])
    scenario = of.question.scenario
    Concluded("tasks-concluded", answer, grounds(words, answer.rests), words.titled(scenario))

    def tables() -> list[Block]:
        return body(lambda out: show_decomposition(out, words, region, scenario, answer), answer.conclusion)

    figure = tasks(words, answer, "" if target is None else target.indicator)
    if figure.series:
        Chart(figure)
    with solara.Div(classes=["yd-panel"]):
        with solara.Div(classes=["yd-row"]):
            listed = [(one, words(f"app_explain.by.{one}")) for one in found]
            Choice("tasks-by", words("app_explain.tasks.by"), by, listed, lambda one: visitor.put(task_by=one))
            Download(lambda: workbook(words, region, scenario, answer).content(), "tasks.xlsx", words("app_explain.xlsx"))
            Csv(lambda: decompose_csv(answer), "tasks.csv")
        Printed("tasks-printed", tables, [of.job, by])
