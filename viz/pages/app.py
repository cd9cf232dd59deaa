"""The app: six pages over one question, in two languages, for many visitors at once.

`yidu.viz.app.server` serves it. What a visitor has set stands in the address line (`yidu.viz.app.address`); what they have set and
been told is kept per
page (`yidu.viz.app.visitor`); runs are shared by all (`yidu.experiments.assess.desk`); minutes of work go to processes of their own
(`yidu.viz.app.jobs`).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import solara

from yidu.experiments.assess.desk import FULL
from yidu.experiments.scenarios.mix import Mix
from yidu.viz.app import visitor
from yidu.viz.app.server_settings import current
from yidu.viz.pages.compare import Compare
from yidu.viz.pages.evidence import Evidence
from yidu.viz.pages.explain import Explain
from yidu.viz.pages.export import ExportDialog
from yidu.viz.pages.microscope import Microscope
from yidu.viz.pages.overview import PRESENT_KEYS, Overview, present_key
from yidu.viz.pages.parts import Address, Header, Keys, Press, Text
from yidu.viz.pages.plan import Plan
from yidu.viz.pages.regions import RegionDialog
from yidu.viz.words import Words

STYLE = Path(__file__).with_name("app.css")
PAGES: dict[str, Callable[[], solara.Element]] = {
    "overview": Overview, "compare": Compare, "explain": Explain, "plan": Plan, "evidence": Evidence, "microscope": Microscope,
}  # fmt: skip
"""Pages by the part of the address that opens them, in the order of their tabs; the first opens at the top."""

KEYS = ["ctrl+z", "ctrl+y", "ctrl+shift+z", "F9"]


@solara.component
def Layout(children: list[solara.Element]) -> None:  # noqa: N802
    """What is around every page: header, address line, keys, and what the desk says of the mix on the screen."""
    router = solara.use_router()
    route, _ = solara.use_route(peek=True)
    seen = solara.use_ref("")
    first = solara.use_ref(True)
    if first.current or (router.search or "") != seen.current:
        # A link, or the browser's way back; the app's own moves only rewrite the address line.
        if first.current or (router.search or "") != visitor.link():
            visitor.open_link(router.search)
        first.current, seen.current = False, router.search or ""
    words, region = visitor.words(), visitor.region()
    page = route.path if route is not None and route.path in PAGES else next(iter(PAGES))

    def go(name: str) -> None:
        query = visitor.link()
        seen.current = query
        router.push(("/" if name == next(iter(PAGES)) else f"/{name}") + (f"?{query}" if query else ""))

    shown, set_shown = solara.use_state("")

    def act(name: str) -> None:
        if name != "present":
            set_shown(name)
        else:
            if page != next(iter(PAGES)):
                go(next(iter(PAGES)))
            visitor.presenting.value = True

    with solara.Div(classes=["yd-root"], attributes={"lang": "zh-CN" if words.language == "zh" else "en"}):
        with solara.Div(style={"display": "none"}):
            solara.Style(STYLE)
            Desk()
            Address(query=visitor.link(), title=words("app.title", region=words.titled(region)), language=words.language)
            Keys(listened=PRESENT_KEYS if visitor.presenting.value else KEYS, full=visitor.presenting.value, event_key=pressed)
        if not visitor.presenting.value:
            Header(
                tabs=[{"id": name, "title": words(f"app.page.{name}"), "href": "./" if name == "overview" else name} for name in PAGES],
                active=page, labels=header_labels(words), language=words.language, district=words.titled(region),
                logout=f"{current().root_path}/_yidu/logout" if current().guarded else "",
                event_go=go, event_language=lambda language: visitor.ask(language=language), event_act=act,
            )  # fmt: skip
        if visitor.trouble.value:
            with solara.Div(classes=["yd-banner"], attributes={"id": "trouble", "role": "alert"}):
                Text("span", visitor.trouble.value)
                Press("trouble-close", words("app.close"), lambda: visitor.trouble.set(""))
        # Named, for a banner that comes or goes above would else have all below made anew: an open dialog, the page itself.
        NotCalibrated().key("calibrated")
        if shown == "region":
            RegionDialog(lambda: set_shown("")).key("region")
        elif shown == "export":
            ExportDialog(lambda: set_shown("")).key("export")
        solara.Div(children=children).key("page")


@solara.component
def NotCalibrated() -> None:  # noqa: N802
    """Above every page whose region has no fit that can be used: what its numbers rest on instead, and why."""
    why = visitor.uncalibrated()
    if why:
        with solara.Div(classes=["yd-banner", "strong"], attributes={"id": "uncalibrated", "role": "alert"}):
            Text("span", visitor.words()("limit.not_calibrated"), "yd-banner-head")
            Text("span", why)


@solara.component
def Desk() -> None:  # noqa: N802
    """Keeps what the desk says of the mix on the screen, and of the status quo beside it, with what is asked."""
    asked, region = visitor.asked.value, visitor.region()
    usual = Mix()

    def listen(mix: Mix, into: solara.Reactive, before: solara.Reactive[int] | None = None) -> Callable[[], Callable[[], None]]:
        def begin() -> Callable[[], None]:
            return visitor.follow(visitor.question(mix), into.set, FULL, None if before is None else before.set)

        return begin

    same = [asked.environment, asked.seed, str(region.folder), region.digest]

    def let_go() -> None:
        """Nothing is held against a status quo of other assumptions or luck, nor an answer shown of another region."""
        visitor.reference.value = None
        told = visitor.told.value
        if told is not None and told.question.study_key[:2] != (str(region.folder), region.digest):
            visitor.told.value = None

    solara.use_effect(lambda: visitor.leave, [])
    solara.use_effect(let_go, same)
    solara.use_effect(listen(asked.mix, visitor.told, visitor.before), [asked.mix, *same, visitor.turn.value])
    solara.use_effect(listen(usual, visitor.reference), same)


def header_labels(words: Words) -> dict[str, str]:
    """Words of the header."""
    names = (
        "skip", "pages", "link", "link_tip", "copied", "print", "logout", "present", "present_tip", "export", "region",
    )  # fmt: skip
    return {name: words(f"app.header.{name}") for name in names}


def pressed(name: str) -> None:
    """What a key does, on any page."""
    if visitor.presenting.value:
        present_key(name)
    elif name == "ctrl+z":
        visitor.undo(-1)
    elif name in ("ctrl+y", "ctrl+shift+z"):
        visitor.undo(1)
    elif name == "F9":
        visitor.presenting.value = True


routes = [
    solara.Route(path="/" if name == "overview" else name, component=page, label=name, layout=Layout if name == "overview" else None)
    for name, page in PAGES.items()
]
