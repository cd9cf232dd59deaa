"""What one visitor has set, and what they have been told: every browser page has its own.

Solara keeps a separate value of each `reactive` for each page that is open, so nothing here is seen by another visitor.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import solara
import solara.lab

from yidu.calibration.manifest import refusal
from yidu.experiments.assess.desk import FULL, Asking, Desk, Question, Told
from yidu.experiments.scenarios.mix import Mix
from yidu.sim.errors import InputError
from yidu.viz.app import address
from yidu.viz.app.address import Asked
from yidu.viz.app.jobs import this_page
from yidu.viz.app.kept import fit_of, scenario_of
from yidu.viz.app.region_upload import forget, without_fit
from yidu.viz.app.server_settings import current
from yidu.viz.words import Words

if TYPE_CHECKING:
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region

DESK = Desk()
"""One for everybody: it computes for one visitor after another, and shares what does not depend on who asks."""

log = logging.getLogger("yidu.viz.app.visitor")

SECOND = 1.0
"""Seconds between two looks at how many others are served first."""

MOST_SENTENCES = 6
"""Sentences on one link."""

MOST_UNDONE = 100
"""Moves that can be taken back."""


@cache
def shipped(name: str) -> Region:
    """A region as shipped or as a folder of the server, read once for all visitors; without its fit where that cannot be used."""
    from yidu.sim.region import load

    region = load(name)
    wrong = refusal(region)
    if wrong is None:
        return region
    log.warning("answers rest on the priors alone: %s", wrong)
    bare = without_fit(region)
    REFUSED[bare.folder] = wrong
    return bare


REFUSED: dict[Path, InputError] = {}
"""Why the fit of a region is not used, by the folder in which the region stands without it."""


@dataclass(frozen=True)
class Moves:
    """The mixes a visitor has been through, and where among them they are."""

    made: tuple[Mix, ...] = (Mix(),)
    at: int = 0

    @property
    def now(self) -> Mix:
        """The mix on the screen."""
        return self.made[self.at]

    def move(self, mix: Mix) -> Moves:
        """One more; what was taken back before is gone."""
        if mix == self.now:
            return self
        made = (*self.made[: self.at + 1], mix)[-MOST_UNDONE:]
        return Moves(made, len(made) - 1)

    def step(self, by: int) -> Moves:
        """Back or forward, as far as there is something."""
        return replace(self, at=min(max(0, self.at + by), len(self.made) - 1))


own_region: solara.Reactive[Region | None] = solara.reactive(None)
"""A region that this visitor uploaded; it ends with the page."""
moves: solara.Reactive[Moves] = solara.reactive(Moves())
asked: solara.Reactive[Asked] = solara.reactive(Asked())
told: solara.Reactive[Told | None] = solara.reactive(None)
"""What the desk has said of the mix on the screen so far."""
reference: solara.Reactive[Told | None] = solara.reactive(None)
"""The same of the status quo, beside which it stands."""
under_way: solara.Reactive[Asking | None] = solara.reactive(None)
"""The mix on the screen as it was last asked of the desk: of a move before the page is drawn anew, for the runs take longest."""
turn: solara.Reactive[int] = solara.reactive(0)
"""How often that was done: who listens to the answers begins anew with each, also where a move was taken back before it was drawn."""
before: solara.Reactive[int] = solara.reactive(0)
"""How many questions of other visitors the desk answers before the mix on the screen."""
trouble: solara.Reactive[str] = solara.reactive("")
"""A sentence on something that went wrong, until it is read."""
presenting: solara.Reactive[bool] = solara.reactive(False)


def region() -> Region:
    """The region that this visitor looks at."""
    return own_region.value or shipped(current().region)


def uncalibrated() -> str:
    """Why what this visitor sees rests on the priors alone, in a sentence; empty where a fit is used."""
    here = region()
    wrong, said = REFUSED.get(here.folder), words()
    fit = fit_of(here)
    if fit is True:
        return ""
    wrong = fit or wrong  # since the app was started
    return said("limit.none") if wrong is None else said("limit.stale", why=said.error(wrong))


@solara.lab.computed
def language() -> str:
    """This visitor's; what is written in it need not be drawn anew when a lever moves."""
    return asked.value.language


def words() -> Words:
    """Words in this visitor's language."""
    return Words(language.value)  # type: ignore[arg-type]


def scenario() -> Scenario:
    """The scenario of the mix on the screen."""
    return scenario_of(region(), asked.value.mix)


def question(mix: Mix | None = None, *, gains: bool = False) -> Question:
    """What is asked of the desk: the mix on the screen, or another under the same assumptions and luck."""
    made = scenario_of(region(), asked.value.mix if mix is None else mix)
    return Question(region(), made, asked.value.environment, asked.value.seed, gains)


def stale() -> bool:
    """Whether what was told is of another question than the one on the screen: its answer is on the way."""
    return told.value is not None and told.value.question.key != question().key


def broke(words: Words, error: Exception) -> str:
    """What a visitor is told of an error; one that is not theirs goes to the log of the server."""
    if isinstance(error, InputError):
        return words.error(error)
    log.error("something broke for a visitor", exc_info=error)
    return words("job.broke")


# --- what a visitor does


def set_mix(mix: Mix) -> None:
    """Another mix on the screen; one that cannot be is refused with a sentence."""
    try:
        scenario_of(region(), mix)
    except InputError as error:
        trouble.value = words().error(error)
        return
    _put(moves.value.move(mix), replace(asked.value, mix=mix))


def undo(by: int = -1) -> None:
    """The mix before, or after where `by` is 1."""
    stepped = moves.value.step(by)
    _put(stepped, replace(asked.value, mix=stepped.now))


def ask(**changes: object) -> None:
    """Other assumptions, luck or language."""
    _put(moves.value, replace(asked.value, **changes))  # type: ignore[arg-type]


def _put(made: Moves, now: Asked) -> None:
    """What is on the screen from now on: asked of the desk at once, which drops the question before, then drawn, once."""
    then = under_way.peek()
    ahead = first_asked(Question(region(), scenario_of(region(), now.mix), now.environment, now.seed))
    with _drawn_once():
        moves.value, asked.value = made, now
        if ahead is not then:
            turn.value = turn.peek() + 1


def first_asked(wanted: Question) -> Asking:
    """The question on the screen, asked of the desk where that was not done yet, and any other of this page's dropped."""
    asking = under_way.peek()
    if asking is not None and asking.question.key == wanted.key and not asking.dropped.is_set():
        return asking
    if asking is not None:
        asking.drop()
    under_way.value = asking = DESK.ask(wanted, FULL, _page_id())
    return asking


def _drawn_once() -> AbstractContextManager[object]:
    """Within it changes are gathered, and the page is drawn at its end."""
    page = this_page()
    return nullcontext() if page is None or page.app_object is None else page.app_object


def _page_id() -> object:
    page = this_page()
    return None if page is None else page.id


def put(**values: str) -> None:
    """What one page asks, as it stands in the link."""
    asked.value = asked.value.put(**values)


def open_link(search: str | None) -> None:
    """Take over what a link says; what of it cannot be read, or need not be what its sender saw, is a sentence each."""
    found = address.read(region(), search, language=current().language)
    said = Words(found.asked.language)  # type: ignore[arg-type]
    sentences = [said.error(_of_link(error, said)) for error in (*found.doubts, *found.wrong)]
    if len(sentences) > MOST_SENTENCES:
        sentences[MOST_SENTENCES:] = [said("app.link_more", count=len(sentences) - MOST_SENTENCES)]
    if found.wrong:
        sentences.append(said("app.link_left"))
    if sentences:
        trouble.value = "\n".join(sentences)
    moves.value = moves.value.move(found.asked.mix) if moves.value != Moves() else Moves((found.asked.mix,))
    asked.value = found.asked


def _of_link(error: InputError, said: Words) -> InputError:
    error.file = said("app.link")  # whatever the checks call it, it stands in the link
    return error


def link() -> str:
    """The question on the screen, as the part of a link behind the question mark."""
    return address.query(asked.value, language=current().language, made=address.made_by(region()))


def enter_region(mine: Region) -> None:
    """Look at a region of one's own from now on."""
    _look_at(mine)


def leave() -> None:
    """The page is closed: nobody waits, and nobody looks at a region of their own."""
    asking = under_way.peek()
    if asking is not None:
        asking.drop()
    leave_region()


def leave_region() -> None:
    """Back to the region that the server shows, letting go of one that was uploaded."""
    if own_region.value is not None:
        _look_at(None)


def _look_at(mine: Region | None) -> None:
    before = own_region.value
    try:
        start_over()  # first: each of these is drawn at once, and the other region need not have this mix or environment
        own_region.value = mine
    finally:  # whatever a page that is closing makes of it, its folder goes
        if before is not None:
            DESK.forget(before)
            forget(before)


def start_over() -> None:
    """The status quo, nothing asked, nothing told."""
    told.value = reference.value = None
    moves.value = Moves()
    asked.value = Asked(language=asked.value.language)


def follow(
    wanted: Question, tell: Callable[[Told], None], most: int = FULL, before: Callable[[int], None] | None = None
) -> Callable[[], None]:
    """Have the desk answer, each answer told as it comes; returns how to say that nobody waits any more.

    `before`: of the question on the screen: told, second by second until the first answer, how many questions of others are served
    first.
    """
    came = threading.Event()
    asking = DESK.ask(wanted, most, _page_id()) if before is None else first_asked(wanted)

    def say(count: int) -> None:
        if before is not None and not asking.dropped.is_set():
            before(count)

    def wait() -> None:
        if not came.is_set():
            say(DESK.ahead(asking))

    def listen() -> None:
        try:
            for answer in asking.answers(wait, SECOND):
                came.set()
                say(0)
                if not asking.dropped.is_set():
                    tell(answer)
        except Exception as error:  # else the page would wait for ever
            if asking.dropped.is_set():
                return
            trouble.value = broke(words(), error)

    say(0)
    threading.Thread(target=listen, daemon=True).start()
    return asking.drop
