"""The panels of levers and of assumptions: what each slider shows, and the dialog that says why to believe it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import solara

from yidu.experiments.check.affordable import KNOWN
from yidu.experiments.judging.evidence import levers_known
from yidu.experiments.judging.unknown import beyond_experience, highest_on_record
from yidu.experiments.scenarios.mix import Mix, Steps, steps_of
from yidu.experiments.scenarios.scenario import first_year, plan_years
from yidu.sim.levers import FIRST_YEAR, GROUPS, LEVERS
from yidu.viz.app import visitor
from yidu.viz.app.kept import scenario_of
from yidu.viz.pages.parts import LeverPanel, Over, Press
from yidu.viz.presenters.scenario import unit_cost
from yidu.viz.words import Words
from yidu.viz.words.format import number, path_text

if TYPE_CHECKING:
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region

WHOLE_STEPS = 20.0
"""A range wider than this moves by whole units."""


def step_of(low: float, high: float) -> float:
    """By how much a slider moves: about a hundredth of its range, a round number."""
    span = high - low
    rough = span / 100.0
    power = 10.0 ** math.floor(math.log10(rough))
    step = min((one * power for one in (1.0, 2.0, 5.0, 10.0)), key=lambda one: abs(one - rough))
    return float(f"{max(1.0, step) if span > WHOLE_STEPS else step:.6g}")


def _bar(low: float, high: float, value: float, usual: float, steps: Steps, **more: Any) -> dict[str, Any]:
    """What one slider shows: its value in the first year that can still change, and where the usual value lies."""
    return {
        "low": low, "high": high, "step": step_of(low, high), "value": float(f"{value:.6g}"), "usual": number(usual),
        "at": (min(max(usual, low), high) - low) / (high - low), "path": path_said(steps), **more,
    }  # fmt: skip


def path_said(steps: Steps) -> str:
    """A path that changes over the years, written out; nothing where it is one value."""
    if len(steps) < 2:
        return ""
    return "  ".join(f"{year}: {number(value)}" for year, value in steps[:6]) + ("  …" if len(steps) > 6 else "")


def lever_groups(words: Words, region: Region, scenario: Scenario) -> list[dict[str, Any]]:
    """Every lever under its group, with what the status quo has."""
    first, usual = first_year(region), scenario_of(region, Mix())
    far = {one.lever for one in beyond_experience(region, scenario)}
    groups = []
    for group, (zh, en) in GROUPS.items():
        bars = []
        for bar in (one for one in LEVERS.values() if one.group == group):
            path = {year: scenario.levers.get(bar.id, year) for year in plan_years(region)}
            before = {year: usual.levers.get(bar.id, year) for year in plan_years(region)}
            known = KNOWN.get(bar.id)
            bars.append(
                _bar(
                    bar.low, bar.high, path[first], before[first], steps_of(path),
                    id=bar.id, title=words.titled(bar), unit=words.unit(bar.unit),
                    decided=words.text(bar.decided), changed=path != before, beyond=bar.id in far,
                    cost="" if known is None else unit_cost(words, bar.id),
                )
            )  # fmt: skip
        title = zh if words.language == "zh" else en
        groups.append({"id": group, "title": title, "levers": bars, "changed": sum(bar["changed"] for bar in bars)})
    return groups


def assumption_groups(words: Words, region: Region, scenario: Scenario) -> list[dict[str, Any]]:
    """Every assumption on what is not policy, under the group it belongs to."""
    first = first_year(region)
    groups: dict[str, dict[str, Any]] = {}
    for id, spec in region.environment.fields.items():
        usual = float(spec.yearly()[first - FIRST_YEAR])
        steps = tuple(sorted(scenario.environment.get(id, {}).items()))
        if steps and steps[0][0] > first:  # as usual until then
            steps = ((first, usual), *steps)
        now = steps[0][1] if steps else usual
        group = groups.setdefault(spec.group, {"id": f"assume-{spec.group}", "levers": [], "changed": 0})
        group["levers"].append(
            _bar(spec.low, spec.high, now, usual, steps, id=id, title=words.titled(spec), unit=words.unit(spec.unit),
                 decided="", changed=bool(steps), beyond=False, cost="")
        )  # fmt: skip
        group["changed"] += bool(steps)
    for group in groups.values():
        titles = [bar["title"] for bar in group["levers"]]
        group["title"] = titles[0] if len(titles) == 1 else words.or_else(f"app.assume.{group['id']}", titles[0])
    return list(groups.values())


def panel_labels(words: Words) -> dict[str, str]:
    """Words of the sliders."""
    return {key: words(f"app.panel.{key}") for key in ("why", "status_quo", "reset", "changed", "beyond", "decided")}


@solara.component
def PolicyPanel() -> None:  # noqa: N802
    """The levers, in eight groups."""
    words, region = visitor.words(), visitor.region()
    why, set_why = solara.use_state("")
    mix = visitor.asked.value.mix

    def move(event: dict[str, Any]) -> None:
        visitor.set_mix(visitor.asked.value.mix.lever(event["id"], ((first_year(region), float(event["value"])),)))

    LeverPanel(
        groups=lever_groups(words, region, scenario_of(region, mix)), labels=panel_labels(words), kind="policy", opened="subsidies",
        event_move=move, event_why=set_why, event_reset=lambda id: visitor.set_mix(status_quo_of(region, id)),
    )  # fmt: skip
    if why in LEVERS:
        Dialog(words.titled(LEVERS[why]), lever_why(words, region, why), lambda: set_why(""))


def status_quo_of(region: Region, id: str) -> Mix:
    """The mix on the screen with one lever back at the status quo, whatever the scenario that it extends says."""
    mix = visitor.asked.value.mix
    back = mix.lever(id, None)
    usual = scenario_of(region, Mix()).levers
    years = plan_years(region)
    if all(scenario_of(region, back).levers.get(id, year) == usual.get(id, year) for year in years):
        return back
    return mix.lever(id, steps_of({year: usual.get(id, year) for year in years}))


@solara.component
def AssumptionPanel() -> None:  # noqa: N802
    """Assumptions on what is not policy, apart from the levers and in another colour."""
    words, region = visitor.words(), visitor.region()
    why, set_why = solara.use_state("")
    now = visitor.asked.value

    def move(event: dict[str, Any]) -> None:
        visitor.set_mix(visitor.asked.value.mix.assume(event["id"], ((first_year(region), float(event["value"])),)))

    with solara.Div(classes=["yd-environments"], attributes={"role": "radiogroup", "aria-label": words("app.assume.environment")}):
        for id, case in region.environment.environments.items():
            Press(
                f"environment-{id}", words.titled(case), lambda id=id: visitor.ask(environment=id),  # type: ignore[misc]
                kind="yd-chip assume" + (" active" if id == now.environment else ""),
            )  # fmt: skip
    LeverPanel(
        groups=assumption_groups(words, region, scenario_of(region, now.mix)), labels=panel_labels(words), kind="assume", opened="",
        event_move=move, event_why=set_why, event_reset=lambda id: visitor.set_mix(visitor.asked.value.mix.assume(id, None)),
    )  # fmt: skip
    if why in region.environment.fields:
        spec = region.environment.fields[why]
        Dialog(
            words.titled(spec),
            [
                (words("app.why.kind"), words("app.why.assumption")),
                (words("app.why.range"), f"{number(spec.low)} - {number(spec.high)} {words.unit(spec.unit)}"),
                (words("app.why.grade"), words("app.why.grade_of", grade=str(spec.grade))),
                (words("app.why.source"), words.said(spec.source)),
            ],
            lambda: set_why(""),
        )


def lever_why(words: Words, region: Region, id: str) -> list[tuple[str, str]]:
    """Why to believe a lever: what it acts through, on which evidence, what it costs and who decides."""
    bar, known = LEVERS[id], levers_known(region)[id]
    record = region.settings.years
    through = [
        words(
            "app.why.parameter", parameter=words.parameter(one.parameter), grade=one.grade,
            said=words("app.why.no_fit") if one.contraction is None
            else words("app.why.silent" if one.contraction < 0.1 else "app.why.narrowed", share=f"{100 * max(0.0, one.contraction):.0f}"),
        )
        for one in known.through
    ]  # fmt: skip
    level = path_text([region.levers.get(id, year) for year in plan_years(region)], list(plan_years(region)))
    return [
        (words("app.why.channel"), words.text(bar.channel)),
        (words("app.why.decided"), words.text(bar.decided)),
        (words("app.why.range"), f"{number(bar.low)} - {number(bar.high)} {words.unit(bar.unit)}"),
        (words("app.why.record"), words("app.why.record_of", level=number(highest_on_record(region, id)), unit=words.unit(bar.unit),
                                        first=record.record_start + 1, last=record.record_end)),
        (words("app.why.status_quo"), f"{level} {words.unit(bar.unit)}"),
        (words("app.why.cost"), unit_cost(words, id)),
        (words("app.why.grade"), words("app.why.grade_of", grade=known.grade)),
        (words("app.why.through"), "\n".join(through)),
        (words("app.why.source"), words.text(bar.source)),
        (words("app.why.reaches"), words("phrase.comma").join(words.indicator(one) for one in sorted(bar.reaches))),
    ]  # fmt: skip


@solara.component
def Dialog(title: str, rows: Sequence[tuple[str, str]], on_close: Any) -> None:  # noqa: N802
    """Terms and what is said of them, over the page; Escape closes it."""
    with Over("dialog", title, on_close):
        solara.v.Html(tag="dl", children=list(_terms(rows)))


def _terms(rows: Sequence[tuple[str, str]]) -> Iterable[solara.Element]:
    for term, said in rows:
        if said:
            yield solara.v.Html(tag="dt", children=[term])
            for line in said.split("\n"):
                yield solara.v.Html(tag="dd", children=[line])
