"""总览: how likely every target is under the mix on the screen, beside the status quo; a lever move is answered within a second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import solara

from yidu.experiments.assess.desk import Told
from yidu.experiments.check.affordable import recorded_money
from yidu.experiments.ensembles.differences import chance_change, difference
from yidu.experiments.ensembles.paired import money as district_money
from yidu.experiments.judging.goals import reached
from yidu.experiments.scenarios.mix import Mix, mix_of
from yidu.experiments.scenarios.scenario import of_sheet, parse
from yidu.sim.errors import InputError
from yidu.sim.reading import Source
from yidu.viz.app import visitor
from yidu.viz.app.address import is_number
from yidu.viz.app.kept import scenario_of
from yidu.viz.figures import Figure, Series, numbers
from yidu.viz.figures.assess import by_risk, money, probabilities
from yidu.viz.figures.assess import fan as fan_of
from yidu.viz.figures.palette import GREY, SIGN, VERDICT
from yidu.viz.pages.panels import AssumptionPanel, PolicyPanel
from yidu.viz.pages.parts import Cards, Chart, Download, Limits, Minded, Over, Press, Text, Upload, listed, progress_said, use_kept
from yidu.viz.presenters.assess import why_not
from yidu.viz.presenters.drafts import mix_toml
from yidu.viz.words import Words
from yidu.viz.words.format import band, chance, counted, number, percent
from yidu.viz.words.limits import why_beyond
from yidu.viz.words.titles import notice

if TYPE_CHECKING:
    from yidu.experiments.assess.answer import AssessAnswer
    from yidu.experiments.judging.answer import NotAnsweredRow, TargetAnswer
    from yidu.sim.region import Region, Target

MOST_SLIDES = 999
LIGHT = "#B8C2CC"
"""The status quo behind the mix."""

LARGEST_SCENARIO = 256 * 1024
"""Bytes of a scenario file that is read from a visitor."""


def answer_of(words: Words, told: Told) -> AssessAnswer:
    """What `assess` would publish of it."""
    return told.assessment.answer(lambda one: notice(words, told.question.region, one))


def beside(told: Told) -> Told | None:
    """The status quo under the same assumptions and luck, where it is known and is not what was told itself."""
    usual = visitor.reference.value
    if usual is None or usual.question.key == told.question.key:
        return None
    same = usual.question.study_key == told.question.study_key and usual.question.environment == told.question.environment
    return usual if same else None


@solara.component
def Overview() -> None:  # noqa: N802
    """The page on the projector."""
    words, told = visitor.words(), visitor.told.value
    picked, usual = visitor.asked.value.get("target"), None if told is None else beside(told)
    answer = use_kept(lambda: None if told is None else answer_of(words, told), told, words.language)
    ranked = use_kept(lambda: [] if answer is None else by_risk(answer.targets), answer)
    cards = use_kept(lambda: [] if told is None else [card(words, told, row) for row in ranked], told, usual, words.language)
    chosen = next((row for row in ranked if row.indicator == picked), ranked[0] if ranked else None)
    fan = use_kept(lambda: None if told is None or chosen is None else fan_beside(words, told, chosen), told, usual, chosen, words.language)
    chances = use_kept(lambda: None if answer is None else probabilities_beside(words, answer), answer, usual)
    if visitor.presenting.value and answer is not None and told is not None:
        Presentation(answer, ranked, chosen)
        return
    with solara.Div(classes=["yd-overview"], attributes={"id": "main"}):
        with solara.Div(classes=["yd-side", "yd-policy"]):
            Text("h2", words("app.panel.policy"), "yd-panel-title policy")
            Presets()
            PolicyPanel()
        with solara.Div(classes=["yd-middle", *(["yd-stale"] if visitor.stale() else [])]):
            Summary(answer)
            if told is not None and answer is not None:
                Limits("limits", answer.warnings, beyond(words, ranked))
                Cards(
                    cards=cards, labels=card_labels(words),
                    selected=chosen.indicator if chosen else "", answers="-" if visitor.stale() else visitor.link(),
                    event_pick=pick,
                )  # fmt: skip
                with solara.Div(classes=["yd-charts"]):
                    with solara.Div(classes=["yd-stack"]):
                        if fan is not None:
                            Chart(fan, height=330)
                        Chart(money(words, answer))
                    if chances is not None:
                        Chart(chances, on_pick=pick)
                NotAnswered(answer.not_answered)
                Minded("warnings", answer.warnings)
            else:
                Waiting()
        with solara.Div(classes=["yd-side", "yd-assume"]):
            Text("h2", words("app.panel.assume"), "yd-panel-title assume")
            Text("p", words("app.panel.assume_note"), "yd-note")
            AssumptionPanel()


@solara.component
def NotAnswered(rows: Sequence[NotAnsweredRow]) -> None:  # noqa: N802
    """Sentences of the plan that the model says nothing of; nothing where the pack names none."""
    words = visitor.words()
    if rows:
        with solara.Div(classes=["yd-minded"], attributes={"id": "not-answered"}):
            Text("h3", words("not_answered.title", count=len(rows)))
            Text("p", words("not_answered.lead"))
            listed([words("not_answered.line", quote=row.quote, why=why_not(words, row)) for row in rows])


def pick(id: str) -> None:
    """Show the fan of a target."""
    visitor.put(target=id)


@solara.component
def Waiting() -> None:  # noqa: N802
    """Before the first answer; the first run after an installation compiles the rules."""
    words = visitor.words()
    with solara.Div(classes=["yd-waiting"], attributes={"id": "waiting", "role": "status"}):
        Text("p", words("app.waiting"))
        Before()
        solara.ProgressLinear(value=True)


@solara.component
def Before() -> None:  # noqa: N802
    """How many questions of others are answered first; nothing where there are none."""
    count = visitor.before.value
    if count:
        Text("span", visitor.words()("app.runs.before", count=count), "yd-tile-note", id="before")


# --- mixes


@solara.component
def Presets() -> None:  # noqa: N802
    """Mixes of the pack, back and forward, and a mix of one's own as a file."""
    words, region = visitor.words(), visitor.region()
    mix, moves = visitor.asked.value.mix, visitor.moves.value
    opening, set_opening = solara.use_state(False)
    with solara.Div(classes=["yd-presets"], attributes={"role": "group", "aria-label": words("app.presets")}):
        for name in region.scenario_names:
            Press(
                f"preset-{name}", words.titled(scenario_of(region, Mix(name))), lambda name=name: visitor.set_mix(Mix(name)),  # type: ignore[misc]
                kind="yd-chip" + (" active" if mix == Mix(name) else ""),
            )  # fmt: skip
    with solara.Div(classes=["yd-moves"]):
        Press("undo", words("app.undo"), lambda: visitor.undo(-1), disabled=moves.at == 0)
        Press("redo", words("app.redo"), lambda: visitor.undo(1), disabled=moves.at == len(moves.made) - 1)
        Press("open", words("app.open"), lambda: set_opening(True))
        Download(lambda: mix_toml(words, region, mix).encode("utf-8"), "mix.toml", words("app.save"))
    if opening:
        OpenScenario(lambda: set_opening(False))


@solara.component
def OpenScenario(on_close: Any) -> None:  # noqa: N802
    """A scenario file from the visitor's own machine."""
    words = visitor.words()

    def take(name: str, content: bytes) -> None:
        visitor.set_mix(read_scenario(visitor.region(), name, content))
        on_close()

    with Over("open-dialog", words("app.open_title"), on_close, width=560):
        Text("p", words("app.open_note"), "yd-note")
        Upload("open-file", words("app.drop"), ".toml", LARGEST_SCENARIO, take)


def read_scenario(region: Region, called: str, content: bytes) -> Mix:
    """The mix of a scenario file that a visitor sends; it may extend scenarios of the pack, and no file of this machine.

    Args:
        called: what the visitor calls it, for sentences.

    Raises:
        InputError: not a scenario file, or one that this region cannot run.
    """
    if not called.lower().endswith(".toml"):
        raise InputError("is not a scenario file", file=called, expected="a file whose name ends in .toml")
    made = of_sheet(region, parse(Source(called, content)), called)
    return mix_of(region, replace(made, name="mix"))


# --- what stands above the cards


@solara.component
def Summary(answer: AssessAnswer | None) -> None:  # noqa: N802
    """All targets at once, the money, and how many runs it rests on."""
    words, told = visitor.words(), visitor.told.value
    with solara.Div(classes=["yd-summary"], attributes={"id": "summary", "aria-live": "polite"}):
        with solara.Div(classes=["yd-tile"]):
            Text("span", words("app.summary.scenario"), "yd-tile-title")
            Text("span", words.titled(visitor.scenario()), "yd-tile-value small", id="scenario-title")
            stale = visitor.stale()
            runs = "0" if told is None or stale else str(told.runs)
            Text("span", progress_said(words, told, stale=stale), "yd-tile-note", id="runs", **{"data-runs": runs})
            Before()
        if answer is None or told is None:
            return
        with solara.Div(classes=["yd-tile"]):
            Text("span", words("app.summary.joint", count=len(answer.targets)), "yd-tile-title")
            Text("span", chance(answer.joint_probability, answer.joint_mc_error), "yd-tile-value", id="joint")
            calibrated = chance(answer.joint_probability_calibrated, answer.joint_mc_error_calibrated)
            Text("span", words("app.summary.calibrated", chance=calibrated), "yd-tile-note")
        with solara.Div(classes=["yd-tile"]):
            Text("span", words("app.summary.verdicts"), "yd-tile-title")
            with solara.Div(classes=["yd-verdicts"]):
                for verdict, count in verdicts(answer):
                    Text("span", f"{SIGN[verdict]} {words.verdict(verdict)} {count}", "yd-verdict", style=f"color: {VERDICT[verdict]}")
        Budget(answer)


def verdicts(answer: AssessAnswer) -> list[tuple[str, int]]:
    """How many targets have each verdict."""
    found = [(verdict, sum(row.verdict == verdict for row in answer.targets)) for verdict in SIGN]
    return [(verdict, count) for verdict, count in found if count]


@solara.component
def Budget(answer: AssessAnswer) -> None:  # noqa: N802
    """A gauge of the district's money: the median in its band, beside what was spent on record in as many years."""
    words, region = visitor.words(), visitor.region()
    paid, recorded = answer.public_money, recorded_money(region)
    told = visitor.told.value
    usual = None if told is None else beside(told)
    most = 1.15 * max(paid.p95, recorded.total if recorded else 0.0)
    with solara.Div(classes=["yd-tile", "yd-budget"], attributes={"id": "budget", "data-median": f"{paid.median:.6g}"}):
        Text("span", words("app.summary.money", over=paid.over), "yd-tile-title")
        Text("span", f"{number(paid.median)} {words.unit(paid.unit)}", "yd-tile-value")
        with solara.Div(classes=["yd-gauge"], attributes={"aria-hidden": "true"}):
            low, middle, high = (100.0 * value / most for value in (paid.p05, paid.median, paid.p95))
            solara.Div(classes=["yd-gauge-band"], style={"left": f"{low:.2f}%", "width": f"{high - low:.2f}%"})
            solara.Div(classes=["yd-gauge-median"], style={"left": f"{middle:.2f}%"})
            if recorded is not None:
                solara.Div(classes=["yd-gauge-record"], style={"left": f"{100.0 * recorded.total / most:.2f}%"})
        said = [words("app.summary.band", band=band(paid.p05, paid.p95, words))]
        if usual is not None and told is not None:
            runs = min(usual.runs, told.runs)
            more = difference(*(district_money(one.mixed.plain, region)[:runs] for one in (usual, told)))
            if more is not None:
                change = words("app.summary.more", change=f"{more.mean:+,.0f}", error=number(more.mc_error), unit=words.unit(paid.unit))
                said.append(change)
        if recorded is not None:
            said.append(words("app.summary.recorded", times=f"{paid.median / recorded.total:.1f}", total=number(recorded.total)))
        Text("span", words("app.semicolon").join(said), "yd-tile-note")


# --- cards and charts


def card_labels(words: Words) -> dict[str, str]:
    """Tips of a card."""
    return {key: words(f"app.card.{key}") for key in ("gap", "trend", "grade")}


def card(words: Words, told: Told, row: TargetAnswer) -> dict[str, Any]:
    """What one card shows of a target."""
    return {
        "id": row.indicator,
        "title": words.indicator(row.indicator),
        "probability": row.probability,
        "runs": told.runs,
        "chance": percent(row.probability),
        "error": f"±{100 * row.mc_error:.1f}" if row.mc_error is not None else "",
        "verdict": words.verdict(row.verdict),
        "sign": SIGN[row.verdict],
        "colour": VERDICT[row.verdict],
        "width": f"{100 * (row.probability or 0.0):.1f}%",
        "median": words("app.card.median", median=counted(row.median, row.unit), sense=words(f"sense.{row.sense}"),
                        target=number(row.target), unit=words.unit(row.unit)),
        "gap": "" if row.gap is None else signed(row.gap, row.unit),
        "trend": trend(words, told, row),
        "grade": f"{words.class_(row.class_)} {row.grade}",
        "beyond": words("limit.badge") if row.limits else "",
        "why": why_beyond(words, row) if row.limits else "",
        **spark(told, row),
    }  # fmt: skip


def beyond(words: Words, rows: list[TargetAnswer]) -> list[str]:
    """Titles of the targets whose numbers are beyond what can be known."""
    return [words.indicator(row.indicator) for row in rows if row.limits]


def signed(gap: float, unit: str) -> str:
    """A gap with its sign."""
    return ("+" if gap > 0 else "") + counted(gap, unit)


def trend(words: Words, told: Told, row: TargetAnswer) -> str:
    """The change of a probability against the status quo on the same runs; nothing where it is the status quo itself."""
    usual = beside(told)
    if usual is None:
        return ""
    target = next(one for one in told.question.region.targets if (one.indicator, one.year) == (row.indicator, row.year))
    change = changed(usual, told, target)
    return "" if change is None else words("app.card.change", change=f"{100 * change[0]:+.1f}", error=f"{100 * change[1]:.1f}")


def changed(usual: Told, told: Told, target: Target) -> tuple[float, float] | None:
    """Change of the probability of a target between two mixes with its error, on the runs that both have [share]."""
    runs = min(usual.runs, told.runs)
    before, after = (reached(one.mixed.judged, target)[:runs] for one in (usual, told))
    found = chance_change(before, after)
    return None if found is None else (found.change, found.mc_error)


def spark(told: Told, row: TargetAnswer) -> dict[str, Any]:
    """The median by year as a line in a box of 100 by 30, with the target across."""
    judged = told.mixed.judged
    if row.indicator not in judged.indicators:
        return {"spark": "", "line": None}
    values = judged.series(row.indicator)
    with np.errstate(all="ignore"):
        medians = [float(np.nanmedian(values[:, k])) if not np.isnan(values[:, k]).all() else np.nan for k in range(values.shape[1])]
    known = [value for value in medians if np.isfinite(value)]
    if len(known) < 2:
        return {"spark": "", "line": None}
    low, high = min([*known, row.target]), max([*known, row.target])
    span = (high - low) or 1.0
    places = [(100 * k / (len(medians) - 1), 28 - 26 * (value - low) / span) for k, value in enumerate(medians) if np.isfinite(value)]
    return {"spark": " ".join(f"{x:.1f},{y:.1f}" for x, y in places), "line": round(28 - 26 * (row.target - low) / span, 1)}


def fan_beside(words: Words, told: Told, row: TargetAnswer) -> Figure:
    """The fan of a target, with the median of the status quo beside it where the mix is another."""
    region = told.question.region
    figure = fan_of(words, region, told.mixed.judged, row.indicator)
    usual = beside(told)
    if usual is None:
        return figure
    other = fan_of(words, region, usual.mixed.judged, row.indicator).one("median")
    if other is None:
        return figure
    last = region.settings.years.record_end
    late = tuple(value if int(year) >= last else None for year, value in zip(figure.categories, other.values))
    return replace(figure, series=(*figure.series, Series("value", words("app.chart.status_quo"), late, GREY)))


def probabilities_beside(words: Words, answer: AssessAnswer) -> Figure:
    """The probabilities of all targets, with those of the status quo where the mix is another."""
    figure = probabilities(words, answer)
    told = visitor.told.value
    usual = None if told is None else beside(told)
    if usual is None or told is None:
        return figure
    targets = {target.indicator: target for target in usual.question.region.targets}
    before = [reached(usual.mixed.judged, targets[key])[: told.runs] for key in figure.keys]
    values = numbers(None if np.isnan(row).all() else 100.0 * float(np.nanmean(row)) for row in before)
    fewer = usual.runs < told.runs
    name = words("app.chart.status_quo_of", runs=f"{usual.runs:,}") if fewer else words("app.chart.status_quo")
    return replace(figure, series=(*figure.series, Series("value", name, values, LIGHT)))


# --- before an audience


@solara.component
def Presentation(answer: AssessAnswer, ranked: list[TargetAnswer], chosen: TargetAnswer | None) -> None:  # noqa: N802
    """One target at a time in large type; keys step through them, digits choose a preset, Escape ends it."""
    words, told = visitor.words(), visitor.told.value
    assert told is not None
    at = min(slide(), len(ranked))
    stale = visitor.stale()
    with solara.Div(classes=["yd-present", *(["yd-stale"] if stale else [])], attributes={"id": "present", "data-slide": str(at)}):
        with solara.Div(classes=["yd-present-head"]):
            Text("span", f"{words.titled(visitor.region())} · {words.titled(visitor.scenario())}")
            Text("span", f"{at + 1} / {len(ranked) + 1}")
            Press("present-end", words("app.present.end"), lambda: visitor.presenting.set(False))
        if at == 0:
            Summary(answer)
            Limits("present-limits", answer.warnings, beyond(words, ranked))
            Chart(probabilities_beside(words, answer), scale=1.5, data=False, height="calc(100vh - 400px)")
        else:
            row = ranked[at - 1]
            colour = f"color: {VERDICT[row.verdict]}"
            with solara.Div(classes=["yd-present-title"]):
                Text("h1", words.indicator(row.indicator))
                Text("span", f"{SIGN[row.verdict]} {words.verdict(row.verdict)}", "yd-present-verdict", style=colour)
                if row.limits:
                    Text("span", words("limit.badge"), "yd-badge")
            with solara.Div(classes=["yd-present-body"]):
                with solara.Div(classes=["yd-present-figures"]):
                    Text("div", chance(row.probability, row.mc_error), "yd-present-chance", style=colour)
                    Text("div", card(words, told, row)["median"], "yd-present-line")
                    Text("div", trend(words, told, row), "yd-present-line")
                    Text("div", words("app.card.rests", class_=words.class_(row.class_), grade=row.grade), "yd-present-small")
                    if row.limits:
                        Text("div", why_beyond(words, row), "yd-present-small")
                Chart(fan_beside(words, told, row), scale=1.6, data=False, height="calc(100vh - 330px)")
        with solara.Div(classes=["yd-present-foot"]):
            Text("span", words("app.present.keys"))
            Text("span", progress_said(words, told, stale=stale))


def slide() -> int:
    """The page before an audience that the link says."""
    page = visitor.asked.value.get("slide", "0")
    return int(page) if is_number(page, MOST_SLIDES) else 0


def present_key(name: str) -> None:
    """What a key does before an audience."""
    told = visitor.told.value
    count = len(told.question.region.targets) if told is not None else 0
    at = slide()
    names = visitor.region().scenario_names
    if name in ("ArrowRight", "PageDown", " "):
        visitor.put(slide=str(min(at + 1, count)))
    elif name in ("ArrowLeft", "PageUp"):
        visitor.put(slide=str(max(at - 1, 0)))
    elif name == "Home":
        visitor.put(slide="0")
    elif name == "Escape":
        visitor.presenting.value = False
        visitor.put(slide="")
    elif name.isdigit() and 1 <= int(name) <= len(names):
        visitor.set_mix(Mix(names[int(name) - 1]))


PRESENT_KEYS = ["ArrowRight", "ArrowLeft", "PageDown", "PageUp", "Home", "Escape", " ", *"123456789"]
