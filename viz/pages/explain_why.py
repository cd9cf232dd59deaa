"""Why: the flow account and the carriers of uncertainty at once; what each lever contributes, and one lever's response, when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import solara

from yidu.experiments.explain.compute import NO_POLICY, Explained, retold
from yidu.experiments.explain.flow_account import account
from yidu.experiments.scenarios.scenario import load
from yidu.viz.app import visitor
from yidu.viz.app.jobs import Job
from yidu.viz.figures import explain as figures
from yidu.viz.figures.assess import account as account_figure
from yidu.viz.pages import work
from yidu.viz.pages.explain_response import ResponsePart
from yidu.viz.pages.overview import Waiting, answer_of
from yidu.viz.pages.parts import Chart, Choice, Text
from yidu.viz.pages.shown import Begin, Begun, Concluded, Csv, Folded, Printed, asked_now, page_words, use_result
from yidu.viz.presenters.explain import conclusion, grounds, mine, told
from yidu.viz.tables.explain import explain_csv
from yidu.viz.terminal.explain import show_explained
from yidu.viz.terminal.printed import Block, body, without
from yidu.viz.words import Words
from yidu.viz.words.format import chance, number
from yidu.viz.words.titles import notice

if TYPE_CHECKING:
    from yidu.experiments.assess.desk import Told
    from yidu.experiments.explain.answer import ExplainAnswer
    from yidu.experiments.judging.answer import TargetAnswer
    from yidu.sim.region import Region, Target

RUNS = ("40", "100", "200")
USUAL_RUNS = "100"

begun: solara.Reactive[Begun | None] = solara.reactive(None)
"""The explanation that this visitor began."""


@solara.component
def WhyTab(target: Target) -> None:  # noqa: N802
    """Why a target is reached or not."""
    words, now = page_words(), visitor.told.value
    if now is None:
        Waiting()
        return
    row = next((one for one in answer_of(words, now).targets if (one.indicator, one.year) == (target.indicator, target.year)), None)
    if row is not None:
        AtOnce(now, row)
    InDepth(target, row)
    ResponsePart(target)


@solara.component
def AtOnce(now: Told, row: TargetAnswer) -> None:  # noqa: N802
    """What the runs of the overview tell."""
    words, region = page_words(), visitor.region()
    since = region.settings.years.record_end
    rows = solara.use_memo(
        lambda: bars(now, row.indicator, row.unit, since, row.year), [now.question.key, now.runs, row.indicator, row.year]
    )
    with solara.Div(classes=["yd-panel"]):
        Text("h3", words("app_explain.why.now"))
        Text("p", about(words, row), "yd-strong", id="explain-about", **{"data-runs": str(now.runs)})
        Text("p", words("app_explain.why.now_note"), "yd-note")
        with solara.Div(classes=["yd-charts"]):
            if rows:
                Chart(account_figure(words, region, rows, runs=now.runs, seed=now.question.seed), height=360)
            else:
                Text("p", words("explain.account_none", indicator=words.indicator(row.indicator)), id="explain-no-account")
            if row.carriers:
                Chart(figures.carriers(words, row, runs=now.runs, seed=now.question.seed))
            else:
                Text("p", words("app_explain.why.no_carriers", indicator=words.indicator(row.indicator)), id="explain-no-carriers")


def bars(now: Told, indicator: str, unit: str, since: int, year: int) -> tuple[Any, ...]:
    """The waterfall of an indicator; none where it has no flow account."""
    found = account(now.mixed.plain, now.mixed.judged, indicator, unit, since, year)
    return () if found is None else found.rows()


def about(words: Words, row: TargetAnswer) -> str:
    """How likely a target is, in a sentence."""
    return words(
        "explain.about_same", indicator=words.indicator(row.indicator), year=row.year, sense=words(f"sense.{row.sense}"),
        target=number(row.target), unit=words.unit(row.unit), chance=chance(row.probability, row.mc_error),
        verdict=words.verdict(row.verdict),
    )  # fmt: skip


# --- in depth


def references(region: Region) -> list[str]:
    """What a mix can be held against."""
    return [NO_POLICY, *region.scenario_names]


def usual_reference(region: Region) -> str:
    """No policy for the status quo, the status quo for any other mix, as the command has it."""
    plain = visitor.asked.value.mix.name == "status_quo"
    return NO_POLICY if plain or "status_quo" not in region.scenario_names else "status_quo"


@solara.component
def InDepth(target: Target, row: TargetAnswer | None) -> None:  # noqa: N802
    """What each lever and each group contributes, and where the uncertainty comes from: minutes of work."""
    words, region, asked = page_words(), visitor.region(), visitor.asked.value
    against = asked.get("against")
    against = against if against in references(region) else usual_reference(region)
    runs = asked.get("why_runs")
    runs = runs if runs in RUNS else USUAL_RUNS
    folder = str(region.folder)
    total = solara.use_memo(
        lambda: work.explain_work(folder, asked.mix, against=against, runs=int(runs)), [folder, region.digest, asked.mix, against, runs]
    )

    def start() -> Begun:
        job = Job.start(
            work.explain, folder, asked.mix, against=against, target=target.indicator, environment=asked.environment, runs=int(runs),
            seed=asked.seed, total=total,
        )  # fmt: skip
        return Begun(job, asked_now(against, runs), visitor.question())

    with solara.Div(classes=["yd-panel"]):
        Text("h3", words("app_explain.why.full"))
        Text("p", words("app_explain.why.full_note"), "yd-note")
        with solara.Div(classes=["yd-row"]):
            titles = [(NO_POLICY, words("app_explain.why.none"))]
            titles += [(one, words.titled(load(region, one))) for one in region.scenario_names]
            Choice("explain-against", words("app_explain.why.against"), against, titles, lambda one: visitor.put(against=one))
            counts = [(one, words("app_explain.runs_of", runs=one)) for one in RUNS]
            Choice("explain-runs", words("app_explain.runs"), runs, counts, lambda one: visitor.put(why_runs=one))
        Begin(
            "explain", begun, start, words("app_explain.why.run"), total, words("app_explain.why.working"), (against, runs),
        )  # fmt: skip
    found: Explained | None = use_result(begun)
    one = begun.value
    if found is not None and one is not None:
        answer = found.answer if row is None else retold(region, found.answer, row)
        Explanation(found, spoken(words, region, found, answer), one)


def spoken(words: Words, region: Region, found: Explained, answer: ExplainAnswer) -> ExplainAnswer:
    """The answer with its sentences."""
    kept = [one for one in found.notices if one.values.get("indicator", answer.target) == answer.target]
    return answer.model_copy(
        update={"conclusion": conclusion(words, answer, found.reference), "warnings": tuple(notice(words, region, one) for one in kept)}
    )


@solara.component
def Explanation(found: Explained, answer: ExplainAnswer, of: Begun) -> None:  # noqa: N802
    """What was found of the target on the screen."""
    words, region = page_words(), visitor.region()
    target, reference = told(answer), words.titled(found.reference)
    scenario = of.question.scenario
    Concluded("explain-concluded", answer, grounds(words, answer.rests), words.titled(scenario))
    with solara.Div(classes=["yd-charts"]):
        if mine(answer.deciding, target):
            Chart(figures.deciding(words, answer, target))
        if answer.levers and target.runs:
            Chart(figures.contributions(words, answer, target, reference))
            if any(row.probability for row in mine(answer.groups, target)):
                Chart(figures.contributions(words, answer, target, reference, probability=True))
            if figures.clear_levers(answer, target):
                Chart(figures.apart(words, answer, target))
        if mine(answer.sources, target):
            Chart(figures.shares(words, answer, target))
    with solara.Div(classes=["yd-figure-tools"]):
        Csv(lambda: explain_csv(answer), "explain.csv")
    overview = answer.model_copy(update={"chosen": True})

    def tables() -> list[Block]:
        blocks = body(lambda out: show_explained(out, words, region, scenario, found.reference, overview), answer.conclusion)
        return without(blocks, words("explain.column.picture"))

    Folded("explain-tables", words("app_explain.tables"), lambda: Printed("explain-printed", tables, [of.job, answer.target]))
