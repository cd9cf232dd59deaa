"""A few visitors at once before a real server: nobody is dropped, nobody meets another's mix, and memory comes back."""

import threading
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from experiments.ask import ask
from experiments.desk import FIRST
from sim.region import Region
from tests.killing import workers
from tests.viz.browser import served
from tests.viz.sessions import Session
from viz import address as links

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("load")]

VISITORS = 4
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
            assert one.query() == f"{LEVER}={value + more:g}"
        one.send("event_act", "export").press("export-start")
        one.until(lambda: one.by_id("work") is not None, "long work")
        one.press("cancel").until(lambda: one.data("work", "state") == "cancelled", "the end of long work")

    together(*(lambda one=one, k=k: live(one, 40.0 + 10 * k) for k, one in enumerate(visitors)))  # type: ignore[misc]
    assert sorted(said) == sorted(f"{LEVER}={40 + 5 * k}" for k in range(2 * VISITORS))
    assert [one.errors for one in visitors] == [[]] * VISITORS
    for one in visitors:
        one.leave()
    for query, cards in said.items():
        (runs,) = {count for _, count in cards.values()}
        alone = ask(dadukou, links.read(dadukou, query).mix.scenario(dadukou), runs=runs, shares=False)
        assert {id: value for id, (value, _) in cards.items()} == {row.indicator: row.probability for row in alone.targets}


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
