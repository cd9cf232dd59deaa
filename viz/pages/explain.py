"""解释: why a target is reached or not, which number warns and when, what there is to do each year, what a mishap takes away.

What takes long is begun by the visitor, in a process of its own (`yidu.viz.pages.work`). The link holds the target and the tab.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import solara

from yidu.viz.app import visitor
from yidu.viz.figures.assess import by_risk
from yidu.viz.pages.explain_milestones import MilestonesTab
from yidu.viz.pages.explain_stress import StressTab
from yidu.viz.pages.explain_tasks import TasksTab
from yidu.viz.pages.explain_why import WhyTab
from yidu.viz.pages.overview import answer_of
from yidu.viz.pages.parts import Choice, Text
from yidu.viz.pages.shown import Tabs
from yidu.viz.words import Words
from yidu.viz.words.format import number

if TYPE_CHECKING:
    from yidu.experiments.assess.desk import Told
    from yidu.sim.region import Region, Target

TABS = {"why": WhyTab, "milestones": MilestonesTab, "tasks": TasksTab, "stress": StressTab}
"""Tabs by the name that the link has, in their order."""

OF_TARGET = ("why", "milestones")
"""Tabs that have nothing to say where no target is set."""


def target_of(region: Region, picked: str, told: Told | None, words: Words) -> Target | None:
    """The target that is explained: the one of the link, else the least likely; None in a region without any."""
    listed = {target.indicator: target for target in region.targets}
    if picked in listed:
        return listed[picked]
    ranked = [] if told is None else by_risk(answer_of(words, told).targets)
    first = next((row.indicator for row in ranked if row.indicator in listed), "")
    return listed.get(first) or next(iter(region.targets), None)


def target_title(words: Words, target: Target) -> str:
    """A target in a list."""
    return words(
        "app_explain.target_item", indicator=words.indicator(target.indicator), sense=words(f"sense.{target.sense}"),
        target=number(target.value), unit=words.unit(target.unit), year=target.year,
    )  # fmt: skip


@solara.component
def Explain() -> None:  # noqa: N802
    """The page: the target above, four tabs below."""
    words, region, asked, told = visitor.words(), visitor.region(), visitor.asked.value, visitor.told.value
    target = target_of(region, asked.get("target"), told, words)
    tab = asked.get("tab", "why")
    tab = tab if tab in TABS else "why"
    with solara.Div(classes=["yd-page"], attributes={"id": "main"}):
        Text("h2", words("app_explain.title"))
        Text("p", words("app_explain.lead"), "yd-note")
        with solara.Div(classes=["yd-row"]):
            if target is not None:
                listed = [(one.indicator, target_title(words, one)) for one in region.targets]
                Choice("explain-target", words("app_explain.target"), target.indicator, listed, lambda id: visitor.put(target=id))
            Text("span", words.titled(visitor.scenario()), "yd-chosen-mix", id="explain-mix")
        Tabs(
            tabs=[{"id": name, "title": words(f"app_explain.tab.{name}")} for name in TABS], active=tab,
            label=words("app_explain.tabs"), event_pick=lambda name: visitor.put(tab=name),
        )  # fmt: skip
        with solara.Div(attributes={"id": f"part-{tab}", "role": "tabpanel", "aria-labelledby": f"tab-{tab}"}):
            if target is None and tab in OF_TARGET:
                Text("p", words("app_explain.no_targets"), "yd-panel", id="explain-none")
            else:
                TABS[tab](target)  # type: ignore[arg-type]
