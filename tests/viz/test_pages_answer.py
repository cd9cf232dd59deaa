"""What happens between a visitor's press or move and the answer, without a browser."""

import asyncio
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ipyvue
import pytest
import solara

from tests import beyond
from yidu.experiments.assess.desk import Asking, Question
from yidu.experiments.scenarios.mix import Mix
from yidu.sim.levers import LEVERS
from yidu.sim.region import Region
from yidu.viz.app import kept, visitor
from yidu.viz.app.address import Asked
from yidu.viz.pages import app
from yidu.viz.pages.panels import lever_why
from yidu.viz.pages.parts import Press
from yidu.viz.words import LANGUAGES, Language, Words

pytestmark = pytest.mark.fast


@pytest.fixture
def page() -> Iterator[None]:
    """The state of a visitor, as it was afterwards."""
    yield
    visitor.start_over()
    visitor.under_way.value, visitor.asked.value, visitor.trouble.value = None, Asked(), ""


# --- why


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_a_lever_is_believed_is_said_in_the_language_of_the_page(language: Language, dadukou: Region) -> None:
    for id, bar in LEVERS.items():
        said = [text for _, text in lever_why(Words(language), dadukou, id)]
        assert [one for one in (bar.channel, bar.source, bar.decided) if Words(language).text(one) not in said] == [], id
        chinese = [text for text in said if re.search(r"[一-鿿]", text)]
        english = [text for text in said if re.search(r"[A-Za-z]", text) and text not in chinese]
        assert (english if language == "zh" else chinese) == [], id


# --- a press


def press(button: Any) -> None:
    """What the browser says of a click."""
    button._handle_msg({"content": {"data": {"method": "custom", "content": {"event": "click", "data": {}}}}, "buffers": []})


def drawn(element: solara.Element) -> Any:
    box, _ = solara.render(element, handle_error=False)
    (button,) = box.children
    return button


def test_a_button_listens_before_the_page_around_it_is_drawn(page: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ipyvue.VueWidget, "on_event", lambda *_, **__: None)  # as before effects have run
    pressed: list[str] = []
    press(drawn(Press("go", "Go", lambda: pressed.append("go"))))
    assert pressed == ["go"]


def test_a_button_that_is_off_does_nothing_and_one_that_breaks_says_so(page: None) -> None:
    def broken() -> None:
        raise RuntimeError("inside")

    pressed: list[str] = []
    press(drawn(Press("off", "Off", lambda: pressed.append("off"), disabled=True)))
    press(drawn(Press("broken", "Broken", broken)))
    assert pressed == [] and visitor.trouble.value == visitor.words()("job.broke")


# --- a move


class Asks:
    """A desk that notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[Asking] = []

    def ask(self, wanted: Question, most: int, visitor: object) -> Asking:
        self.asked.append(Asking(wanted, most, visitor))
        return self.asked[-1]

    def ahead(self, _: Asking) -> int:
        return 0


def test_a_move_asks_the_desk_before_the_page_is_drawn_and_drops_the_question_before(
    page: None, dadukou: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, seen = Asks(), list[tuple[int, bool]]()
    monkeypatch.setattr(visitor, "DESK", desk)
    stop = visitor.asked.subscribe(lambda _: seen.append((len(desk.asked), desk.asked[0].dropped.is_set())))
    visitor.set_mix(Mix().lever("enterprise_coaching", ((2021, 90.0),)))
    visitor.set_mix(Mix().lever("enterprise_coaching", ((2021, 91.0),)))
    visitor.set_mix(Mix().lever("enterprise_coaching", ((2021, 91.0),)))
    stop()
    assert seen == [(1, False), (2, True)]  # asked, and the one before dropped, by the time that anything is drawn
    assert [one.dropped.is_set() for one in desk.asked] == [True, False]
    visitor.ask(language="en")
    assert len(desk.asked) == 2  # the same runs
    visitor.leave()
    assert desk.asked[-1].dropped.is_set()


def test_a_move_that_is_taken_back_before_it_was_drawn_is_still_answered(
    page: None, dadukou: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Asks()
    monkeypatch.setattr(visitor, "DESK", desk)
    _, drawing = solara.render(app.Desk(), handle_error=False)
    with drawing:
        visitor.set_mix(Mix().lever("enterprise_coaching", ((2021, 90.0),)))
        visitor.undo(-1)
    live = [one for one in desk.asked if not one.dropped.is_set() and one.question.scenario.name == "status_quo"]
    for one in live:
        one._said.put(RuntimeError("an answer"))
    for _ in range(1000):
        if all(one._said.empty() for one in live):
            break
        time.sleep(0.01)
    assert live and all(one._said.empty() for one in live)  # each has somebody who listens
    drawing.close()


# --- files of the pack


def test_a_scenario_is_read_once_until_its_file_or_one_that_it_extends_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    region = beyond.region_of("small_sample", tmp_path)
    first = kept.scenario_of(region, Mix("plan", levers=(("seed_fund", ((2021, 400.0),)),)))
    assert kept.scenario_of(region, Mix("plan", levers=(("seed_fund", ((2021, 400.0),)),))) is first
    file = region.folder / "scenarios" / "plan.toml"
    file.write_text(re.sub(r"(?m)^ip_services = .*$", "ip_services = 33", file.read_text(encoding="utf-8")), encoding="utf-8")
    assert kept.scenario_of(region, Mix("plan")).levers.get("ip_services", 2022) == 33


def test_the_fit_is_looked_at_once_until_a_file_of_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    region, looks = beyond.region_of("small_sample", tmp_path), list[str]()
    usual = kept.manifest_of
    monkeypatch.setattr(kept, "manifest_of", lambda one: (looks.append(one.name), usual(one))[1])
    assert [kept.fit_of(region) for _ in range(3)] == [True] * 3 and len(looks) == 1
    (region.folder / "facts.csv").unlink()
    assert kept.fit_of(region) is True and len(looks) == 1  # it is the fit of what was read, and that stays
    file = region.folder / "posterior" / "manifest.json"
    before = file.stat()
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"pack": "', '"pack": "0', 1).replace('",', ",", 1), encoding="utf-8")  # as long as before ...
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))  # ... and said to be as old
    assert kept.fit_of(region) is not True and len(looks) == 2


# --- what is said to a page


class Wire:
    """The other end of a connection: what came, and how it breaks."""

    def __init__(self, breaks: bool = False):
        self.came: list[str] = []
        self.breaks = breaks

    async def send_text(self, data: str) -> None:
        await asyncio.sleep(0)
        if self.breaks:
            raise RuntimeError("Unexpected ASGI message 'websocket.send', after sending 'websocket.close'")
        self.came.append(data)


def spoken(wire: Wire) -> Any:
    from yidu.viz.app.served import Spoken  # Solara's server is told first how it is served

    return Spoken(wire, SimpleNamespace())


def test_what_is_said_to_a_page_comes_in_order_from_any_thread() -> None:
    async def go() -> list[str]:
        wire = Wire()
        page = spoken(wire)
        for first in range(0, 6000, 1500):
            await asyncio.to_thread(lambda first=first: [page.send_text(str(first + k)) for k in range(1500)])
        while page._unsaid or page._speaking:
            await asyncio.sleep(0.01)
        return wire.came

    assert asyncio.run(go()) == [str(k) for k in range(6000)]


def test_a_page_that_is_gone_is_not_spoken_to() -> None:
    from solara.server.websocket import WebSocketDisconnect

    async def go() -> None:
        page = spoken(Wire(breaks=True))
        await asyncio.to_thread(page.send_text, "one")
        while not page._gone:
            await asyncio.sleep(0.01)
        with pytest.raises(WebSocketDisconnect):
            await asyncio.to_thread(page.send_text, "two")

    asyncio.run(go())
