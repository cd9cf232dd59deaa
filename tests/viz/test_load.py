"""A few visitors at once before a real server: nobody is dropped, nobody meets another's mix, and memory comes back."""

import threading
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from tests.killing import workers
from yidu.bench.browser import served
from yidu.bench.sessions import Late, Session
from yidu.experiments.assess.ask import ask
from yidu.experiments.assess.desk import FIRST
from yidu.sim.region import Region
from yidu.viz.app import address as links

pytestmark = pytest.mark.slow

VISITORS, DISCONNECTED = 4, 8
LEVER = "enterprise_coaching"
EACH_VISIT = 2**20
"""Bytes that the memory of the server may grow with each visit that is over: a page that stayed would hold several times as much."""


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, psutil.Process]]:
    with served(YIDU_LANG="zh") as (address, process):
        yield address, psutil.Process(process.pid)


def together(*acts: Callable[[], object]) -> None:
    """Do all of it at once, and fail with what failed."""
    failed: list[BaseException] = []

    def act(one: Callable[[], object]) -> None:
        try:
            one()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=act, args=[one]) for one in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    if failed:
        raise failed[0]


def test_visitors_at_once_keep_apart_and_are_answered_as_if_alone(server: tuple[str, psutil.Process], dadukou: Region) -> None:
    visitors = [Session(server[0]) for _ in range(VISITORS)]
    said: dict[str, dict[str, tuple[float | None, int]]] = {}

    def live(one: Session, value: float) -> None:
        one.open("/").answered(FIRST)
        for more in (0, 5):
            one.set(LEVER, value + more).answered(FIRST)
            said[one.query()] = one.cards()
            one.go("compare").go("evidence").speak("en").go("overview").speak("zh")
            one.until(lambda: one.lever(LEVER) == value + more, "its own lever")  # noqa: B023
            assert f"&{LEVER}={value + more:g}&check=" in one.query() and one.query().count("=") == 3
        one.send("event_act", "export").press("export-start")
        one.until(lambda: one.by_id("work") is not None, "long work")
        one.press("cancel").until(lambda: one.data("work", "state") == "cancelled", "the end of long work")

    together(*(lambda one=one, k=k: live(one, 40.0 + 10 * k) for k, one in enumerate(visitors)))  # type: ignore[misc]
    assert sorted(query.split("&")[1] for query in said) == sorted(f"{LEVER}={40 + 5 * k}" for k in range(2 * VISITORS))
    assert [one.errors for one in visitors] == [[]] * VISITORS
    for one in visitors:
        one.leave()
    for query, cards in said.items():
        (runs,) = {count for _, count in cards.values()}
        alone = ask(dadukou, links.read(dadukou, query).asked.mix.scenario(dadukou), runs=runs, shares=False)
        assert {id: value for id, (value, _) in cards.items()} == {row.indicator: row.probability for row in alone.targets}


def come_back(one: Session, failed: list[str]) -> None:
    """Connect anew; that nothing came is written down."""
    try:
        one.reconnect(60)
    except Late as late:
        failed.append(str(late))


def test_visitors_who_are_all_disconnected_find_their_own_page_and_nobody_elses(server: tuple[str, psutil.Process]) -> None:
    visitors = [Session(server[0]) for _ in range(DISCONNECTED)]
    together(*(one.open(f"/?{LEVER}={60 + k}").answered for k, one in enumerate(visitors)))
    widgets = [set(one.models) for one in visitors]
    for _ in range(3):
        together(*(one.drop for one in visitors))
        failed: list[str] = []
        together(*(lambda one=one, failed=failed: come_back(one, failed) for one in visitors))  # type: ignore[misc]
        found = [set(one.models) for one in visitors]
        strange = [len((found[k] - widgets[k]) & set().union(*widgets[:k], *widgets[k + 1 :])) for k in range(DISCONNECTED)]
        print(f"without an answer {len(failed)}, widgets of others {strange}")
        assert failed == [] and strange == [0] * DISCONNECTED
        for k, one in enumerate(visitors):
            mine = one.query()
            assert f"&{LEVER}={60 + k}&check=" in mine and one.lever(LEVER) == 60 + k
            others = [f"{LEVER}={60 + other}" for other in range(DISCONNECTED) if other != k]
            assert not any(said in str(state) for state in one.models.values() for said in others)
            one.press("preset-plan").until(lambda one=one: "mix=plan" in one.query(), "a page that still works")  # type: ignore[misc]
            one.press("undo").until(lambda one=one, mine=mine: one.query() == mine, "a step back")  # type: ignore[misc]
    assert [one.errors for one in visitors] == [[]] * DISCONNECTED
    for one in visitors:
        one.leave()


def test_a_visitor_who_asks_for_states_all_the_time_gets_nothing_of_another(server: tuple[str, psutil.Process]) -> None:
    honest, hostile = Session(server[0]).open(f"/?{LEVER}=77").answered(1000), Session(server[0]).open("/")
    theirs, over = set(honest.models), threading.Event()
    caught: set[str] = set()

    def pry() -> None:
        while not over.is_set():
            caught.update(theirs & set(hostile.drop().reconnect(60)))

    thread = threading.Thread(target=pry)
    thread.start()
    try:
        for _ in range(20):
            assert theirs <= set(honest.drop().reconnect(60))
    finally:
        over.set()
        thread.join()
    assert caught == set() and honest.errors == hostile.errors == []
    honest.leave()
    hostile.leave()


def test_pages_that_reconnect_while_they_are_drawn_anew_are_answered_all_the_same(server: tuple[str, psutil.Process]) -> None:
    visitors = [Session(server[0]).open(f"/?{LEVER}={90 + k}") for k in range(2)]
    for _ in range(40):
        together(*(lambda one=one: one.drop().reconnect(60) for one in visitors))  # type: ignore[misc]
    assert [one.errors for one in visitors] == [[], []]
    for one in visitors:
        one.answered(1000).leave()


def test_visitors_who_left_leave_nothing_behind(server: tuple[str, psutil.Process]) -> None:
    address, process = server

    def come(times: int) -> None:
        for _ in range(times):
            Session(address).open("/").answered(FIRST).leave()

    def now() -> tuple[int, int]:
        return process.memory_info().rss, process.num_threads()

    Session(address).open("/").answered(1000).leave()  # the answer is kept whole before anything is held against it
    together(*[lambda: come(2)] * VISITORS)
    memory, threads = now()
    together(*[lambda: come(5)] * VISITORS)
    for _ in range(100):  # connections end a moment after their pages
        later, still = now()
        if still <= threads:
            break
        time.sleep(0.2)
    assert later - memory < 5 * VISITORS * EACH_VISIT
    assert still <= threads + VISITORS
    assert not workers(process.pid)
