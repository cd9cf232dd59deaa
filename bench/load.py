"""Twenty visitors at once: `python -m yidu.bench.load [--visitors 20] [--minutes 3] [--pages 200] [--json FILE]`.

A real server in a process of its own, one real Chromium page before it, and the other visitors as sessions of their own over the same
connections that browsers open (`yidu.bench.sessions`), who draw nothing. Each thinks 5 to 20 seconds, then does what a visitor does:
moves levers, presses presets, goes through the pages, compares, switches the language, opens links, sends a scenario, begins long work
and ends it. Every 20 seconds the network goes: all who think at that moment lose their connection, connect anew together and ask for
their states as Solara's script does. Some also lose theirs while an answer is computed.

Said: how long each kind of action took alone and among all of them, and how many times as long; what failed (nothing may); whether each
found their own levers and the answers that the same question has alone; of how many reconnections each gave a page its own state, and
how many widgets of others any of them showed (none may); memory, threads and processes of the server. Seconds are of this
machine; what carries over to another are the ratios. Two cores also carry the browser and the sessions: their shares are said.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import psutil

from yidu.bench.processes import workers
from yidu.experiments.assess.ask import ask
from yidu.experiments.assess.desk import FIRST, QUICK
from yidu.sim.files import write_whole
from yidu.sim.region import load
from yidu.viz.app import address as links

try:
    from yidu.bench.browser import Visitor, browser, served
    from yidu.bench.sessions import PATIENCE, Late, Session
except ModuleNotFoundError as lacking:
    if __name__ != "__main__":
        raise
    sys.exit(f"yidu.bench.load is run in the source folder, with pip install -e '.[dev]': {lacking}")

PAGES = ("compare", "explain", "plan", "evidence", "microscope", "overview")
PRESETS = ("plan", "talent_first", "status_quo")
LEVER, SECOND = "enterprise_coaching", "platform_award"
LINK = "/?mix=talent_first&ip_services={value}"
SCENARIO = 'extends = "plan"\n[levers]\nip_services = {value}\n'
THINKING, HURRIED = (5.0, 20.0), (1.0, 3.0)
"""Seconds between two actions: among others, and alone, where nothing that is measured depends on them."""

OUTAGE = 20.0
"""Seconds between two outages of the network."""

BACK = 30.0
"""Seconds in which a page must have its state again."""

ENOUGH = 5
"""Times from which a 95th percentile is said."""

MEGABYTE = 2**20


# --- visitors


class Network:
    """What all connections go over; every so many seconds it goes, for those who think at that moment. Without a number it never does."""

    def __init__(self, every: float | None = None):
        self.at_once: list[int] = []
        self._changed = threading.Condition()
        self._over = threading.Event()
        if every is not None:
            threading.Thread(target=self._go, args=[every], daemon=True).start()

    def _go(self, every: float) -> None:
        while not self._over.wait(every):
            with self._changed:
                self.at_once.append(0)
                self._changed.notify_all()

    def goes_within(self, seconds: float) -> bool:
        """Wait so long; True, at once, where the network goes meanwhile."""
        with self._changed:
            before = len(self.at_once)
            gone = self._changed.wait_for(lambda: len(self.at_once) > before, max(0.0, seconds))
            if gone:
                self.at_once[before] += 1
            return gone

    def end(self) -> None:
        """It goes no more."""
        self._over.set()


Names = set[str]
"""Names of the widgets that a page knows."""


class Watched:
    """The page in Chromium, with the words of a session."""

    def __init__(self, window: Any, address: str):
        self.window, self.address = window, address
        self._one: Visitor | None = None
        self.errors: list[str] = []
        self.asked: list[str] = []

    @property
    def one(self) -> Visitor:
        """The page that is open."""
        assert self._one is not None
        return self._one

    def open(self, path: str = "/") -> Watched:
        """Another page, in a browser that knows nothing of the last."""
        self._one = Visitor(self.window, self.address)
        self._one.context.set_default_timeout(1000 * PATIENCE)
        self._one.page.on("response", lambda got: self.asked.append(got.url) if got.status == 200 else None)
        self._one.open(path)
        return self

    def leave(self) -> None:
        """Close it."""
        self.errors += [*self.one.errors, *(f"asked {url}" for url in self.one.outside)]
        self.one.leave()

    def answered(self, runs: int) -> None:
        """Wait for an answer of so many runs."""
        self.one.answered(runs)

    def query(self) -> str:
        """What stands in the address line."""
        return self.one.query()

    def lever(self, id: str) -> float:
        """What a lever stands at."""
        return float(self.one.page.input_value(f"#number-{id}"))

    def cards(self) -> dict[str, tuple[float | None, int]]:
        """Probability and runs of each card."""
        found = self.one.page.eval_on_selector_all(
            ".yd-card", "all => all.map(one => [one.id.replace('card-', ''), one.dataset.probability ?? null, Number(one.dataset.runs)])"
        )
        return {id: (None if said is None else float(said), runs) for id, said, runs in found}

    def set(self, lever: str, value: float) -> None:
        """Move a lever."""
        self.one.set(lever, value)

    def press(self, id: str) -> None:
        """Press a button."""
        self.one.page.click(f"#{id}")

    def go(self, page: str) -> None:
        """Another page by its tab."""
        self.one.page.click(f"#tab-{page}")
        self.one.page.wait_for_selector(f"#tab-{page}[aria-current=page]", state="attached")

    def speak(self, language: str) -> None:
        """Another language."""
        self.press("language")
        self.one.page.wait_for_selector(f"html[lang={'zh-CN' if language == 'zh' else 'en'}]", state="attached")

    def why(self) -> None:
        """The dialog of a lever, opened and closed."""
        self.press(f"why-{LEVER}")
        self.one.page.wait_for_selector("#dialog")
        self.press("dialog-close")
        self.one.page.wait_for_selector("#dialog", state="hidden")

    def report(self) -> None:
        """The dialog in which reports are made."""
        self.press("export")

    def send_scenario(self, content: str, said: str) -> None:
        """A scenario file of one's own."""
        self.press("open")
        self.one.page.set_input_files("#open-file", {"name": "mix.toml", "mimeType": "text/plain", "buffer": content.encode()})
        self.asks(said)

    def asks(self, said: str) -> None:
        """Wait until the address line says so."""
        self.one.page.wait_for_function("said => location.search.includes(said)", arg=said)

    def compared(self) -> None:
        """Wait for a comparison."""
        self.one.page.wait_for_function(
            "runs => Number((document.querySelector('#compare-runs') || {dataset: {}}).dataset.runs) >= runs", arg=FIRST
        )

    def come_back(self) -> None:
        """Lose the connection, and wait until Solara's script has another and the server hears a press again."""
        before = self.one.page.evaluate("solara.debug.reconnectCount")
        assert self.one.page.evaluate("solara.debug.dropConnection()")
        self.one.page.wait_for_function("before => solara.debug.reconnectCount > before", arg=before, timeout=1000 * BACK)
        self.why()

    def widgets(self) -> Names:
        """Names of all widgets that the page knows."""
        return set(self.one.page.evaluate("Object.keys(solara.debug.widgetManager()._models)"))

    def works(self, states: tuple[str, ...]) -> None:
        """Wait for long work to be at one of these."""
        self.one.page.wait_for_selector(", ".join(f"#work[data-state={state}]" for state in states))


class Heard(Session):
    """A session, with what the actions need."""

    def why(self) -> None:
        """The dialog of a lever, opened and closed."""
        self.send("event_why", LEVER, kind="policy")
        self.press("dialog-close")
        self.until(lambda: self.by_id("dialog") is None, "the end of the dialog")

    def report(self) -> None:
        """The dialog in which reports are made."""
        self.send("event_act", "export")

    def send_scenario(self, content: str, said: str) -> None:
        """A scenario file of one's own."""
        self.press("open").upload("open-file", "mix.toml", content.encode())
        self.asks(said)

    def asks(self, said: str) -> None:
        """Wait until the address line says so."""
        self.until(lambda: said in self.query().split("&"), said)

    def compared(self) -> None:
        """Wait for a comparison."""
        self.until(lambda: int(self.data("compare-runs", "runs") or 0) >= FIRST, "a comparison")

    def come_back(self) -> None:
        """Lose the connection, connect anew and ask for all states; the header is the one that it was."""
        header = self.with_("tabs")
        self.drop().reconnect(BACK)
        if header is None or header[0] not in self.models:
            raise Late(f"its own page did not come: {len(self.models)} widgets, without its header")

    def widgets(self) -> Names:
        """Names of all widgets that the page knows, or was given a state of."""
        return set(self.models) | self.given

    def works(self, states: tuple[str, ...]) -> None:
        """Wait for long work to be at one of these."""
        self.until(lambda: self.data("work", "state") in states, f"long work {' or '.join(states)}")


class Book:
    """What visitors saw: seconds by kind of action, answers by question, errors, and what was found of others."""

    _whose: ClassVar[dict[str, int]] = {}
    _lock = threading.Lock()

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = defaultdict(list)
        self.answers: dict[tuple[str, int], list[dict[str, float | None]]] = defaultdict(list)
        self.errors: list[str] = []
        self.mixed_up: list[str] = []
        self.reconnects = self.own = self.foreign = 0

    def claim(self, visitor: int, widgets: Iterable[str]) -> None:
        """A visitor was shown these widgets; each that another was shown too is one too many."""
        with self._lock:
            foreign = sum(self._whose.setdefault(one, visitor) != visitor for one in widgets)
            self.foreign += foreign
        if foreign:
            self.mixed_up.append(f"visitor {visitor} was shown {foreign} widgets of others")

    def came_back(self, own: bool) -> None:
        """A visitor was connected anew, to their own state or not."""
        with self._lock:
            self.reconnects += 1
            self.own += own

    @contextmanager
    def timed(self, kind: str) -> Iterator[None]:
        """Seconds of what happens within."""
        begin = time.perf_counter()
        yield
        with self._lock:
            self.times[kind].append(time.perf_counter() - begin)

    def answered(self, query: str, cards: dict[str, tuple[float | None, int]]) -> None:
        """Keep what was said to a question, where all of it rests on as many runs."""
        runs = {count for _, count in cards.values()}
        if len(runs) == 1:
            with self._lock:
                self.answers[query, runs.pop()].append({id: value for id, (value, _) in cards.items()})


class Person:
    """What one visitor does, thing by thing; `watched` or `heard` is their page."""

    def __init__(self, page: Any, number: int, book: Book, words: Callable[[], Any], network: Network | None = None):
        self.page, self.number, self.book, self.again, self.network = page, number, book, words, network or Network()
        self.luck = random.Random(number)
        self.moved = 0
        self.mine: dict[str, float] = {}
        self.language = "zh"

    def value(self) -> float:
        """A value of a lever that nobody else sets: each visitor has their own hundredths."""
        self.moved += 1
        return 40.0 + self.moved % 100 + round(0.01 * (self.number + 1), 2)

    def arrive(self, path: str = "/") -> None:
        """Open the app."""
        with self.book.timed("a new page, to its first answer"):
            with self.book.timed("a new page, to its header"):
                self.page.open(path)
            self.page.answered(FIRST)
        self.mine = {}
        self.language = "zh"

    def done(self) -> None:
        """What is on the screen is this visitor's own, and is written down."""
        self.book.claim(self.number, self.page.widgets())
        for lever, value in self.mine.items():
            found = self.page.lever(lever)
            if found != value or f"{lever}={value:g}" not in self.page.query().split("&"):
                self.book.mixed_up.append(f"visitor {self.number} set {lever}={value:g} and finds {found}: {self.page.query()}")
        self.book.answered(self.page.query(), self.page.cards())

    def move(self) -> None:
        """Move a lever, look at the first charts, and wait for better ones."""
        lever, value = self.luck.choice((LEVER, SECOND)), self.value()
        with self.book.timed(f"a lever moved, to charts of {QUICK} runs"):
            with self.book.timed(f"a lever moved, to charts of {FIRST} runs"):
                self.page.set(lever, value)
                self.page.answered(FIRST)
            self.page.answered(QUICK)
        self.mine[lever] = value
        self.done()

    def preset(self) -> None:
        """A mix of the pack."""
        name = self.luck.choice(PRESETS)
        with self.book.timed("a preset, to its charts"):
            self.page.press(f"preset-{name}")
            if name != "status_quo":
                self.page.asks(f"mix={name}")
            self.page.answered(FIRST)
        self.mine = {}
        self.done()

    def walk(self) -> None:
        """Through all six pages and back."""
        for page in PAGES:
            with self.book.timed("another page, by its tab"):
                self.page.go(page)
        self.page.answered(FIRST)
        self.done()

    def compare(self) -> None:
        """The status quo beside what is on the screen, and back."""
        with self.book.timed("a comparison, to its charts"):
            self.page.go("compare")
            self.page.compared()
        self.page.go("overview")
        self.page.answered(FIRST)
        self.done()

    def why(self) -> None:
        """Why to believe a lever: runs nothing."""
        with self.book.timed("a click that runs nothing"):
            self.page.why()

    def speak(self) -> None:
        """The other language."""
        self.language = "en" if self.language == "zh" else "zh"
        with self.book.timed("the other language"):
            self.page.speak(self.language)

    def link(self) -> None:
        """A link of a colleague's, in a new page."""
        value = self.value()
        self.another_page()
        self.arrive(LINK.format(value=f"{value:g}"))
        self.mine = {"ip_services": value}
        self.done()

    def another_page(self) -> None:
        """Leave the page for another; what went wrong in it is written down."""
        self.page.leave()
        self.book.errors += [f"visitor {self.number}: {error}" for error in self.page.errors]
        self.page = self.again()

    def come_back(self) -> None:
        """Lose the connection and get it again; the page is the one that it was, and no other. Where it is not, begin anew."""
        self.book.claim(self.number, self.page.widgets())
        before, own = self.page.query(), False
        try:
            with self.book.timed("a lost connection, to the page's own state"):
                self.page.come_back()
            own = self.page.query() == before
            if not own:
                self.book.mixed_up.append(f"visitor {self.number} had {before} before and {self.page.query()} afterwards")
            self.book.claim(self.number, self.page.widgets())
        finally:
            self.book.came_back(own)
            if not own:
                self.another_page()
                self.arrive()

    def move_and_lose_the_connection(self) -> None:
        """The connection is lost while the answer to a lever is computed."""
        lever, value = self.luck.choice((LEVER, SECOND)), self.value()
        self.page.set(lever, value)
        self.come_back()
        self.page.answered(FIRST)
        self.mine[lever] = value
        self.done()

    def scenario(self) -> None:
        """A scenario file."""
        value = self.value()
        with self.book.timed("a scenario sent, to its charts"):
            self.page.send_scenario(SCENARIO.format(value=value), f"ip_services={value:g}")
            self.page.answered(FIRST)
        self.mine = {"ip_services": value}
        self.done()

    def work(self, rest: float = 20.0) -> None:
        """A report begun, and given up before it is made."""
        self.page.report()
        with self.book.timed("long work, to its place in the queue"):
            self.page.press("export-start")
            self.page.works(("waiting", "running"))
        self.pause(rest)
        with self.book.timed("long work, to its end when cancelled"):
            self.page.press("cancel")
            self.page.works(("cancelled",))
        self.page.press("export-close")

    def usual(self) -> Callable[[], None]:
        """What is done next: levers most of the time."""
        acts = (self.move, self.preset, self.walk, self.compare, self.why, self.speak, self.link, self.scenario,
                self.move_and_lose_the_connection)  # fmt: skip
        return self.luck.choices(acts, (12, 2, 1, 1, 2, 1, 1, 1, 2))[0]

    def every(self) -> None:
        """Each thing once, and levers a few times."""
        acts = (self.move, self.why, self.move, self.speak, self.preset, self.move, self.walk, self.scenario, self.compare, self.move,
                self.come_back, self.link, self.move, self.come_back)  # fmt: skip
        for act in acts:
            self.act(act, HURRIED)

    def brief_work(self) -> None:
        """A report given up at once."""
        self.work(5.0)

    def act(self, what: Callable[[], None], thinking: tuple[float, float]) -> None:
        """Do something, and think; an error is written down."""
        self.tried(what)
        self.pause(self.luck.uniform(*thinking))

    def tried(self, what: Callable[[], None]) -> None:
        """Do something; an error is written down."""
        try:
            what()
        except Exception as error:
            self.book.errors.append(f"visitor {self.number}, {what.__name__}: {type(error).__name__} {error}"[:500])

    def pause(self, seconds: float) -> None:
        """Do nothing for so long, but come back where the network goes meanwhile."""
        end = time.monotonic() + seconds
        while self.network.goes_within(end - time.monotonic()):
            self.tried(self.come_back)

    def stay(self, until: float) -> None:
        """Go on for so long."""
        while time.monotonic() < until:
            self.act(self.usual(), THINKING)


# --- the server seen from outside


class Server:
    """Memory, threads and processes of a process and its children over time."""

    def __init__(self, pid: int, log: list[str], every: float = 2.0):
        self.process = psutil.Process(pid)
        self.seen: list[tuple[float, float, float, int, int]] = []
        self.log = log
        self._over = threading.Event()
        self._every = every
        threading.Thread(target=self._watch, daemon=True).start()

    def now(self) -> tuple[float, float, float, int, int]:
        """Time, memory of the server and of its workers [MB], threads of the server, workers."""
        held = []
        for one in workers(self.process):
            with suppress(psutil.Error):
                held.append(one.memory_info().rss)
        own = self.process.memory_info().rss
        return time.monotonic(), own / MEGABYTE, sum(held) / MEGABYTE, self.process.num_threads(), len(held)

    def memory(self) -> float:
        """Memory now [MB]."""
        return self.now()[1]

    def trouble(self) -> list[str]:
        """Lines of its log that speak of errors."""
        return [line for line in self.log if " ERROR " in line or line.startswith("Traceback") or " CRITICAL " in line]

    def end(self) -> None:
        """Look no more."""
        self._over.set()

    def _watch(self) -> None:
        while not self._over.wait(self._every):
            try:
                self.seen.append(self.now())
            except psutil.Error:
                return


def core_seconds(server: psutil.Process) -> dict[str, float]:
    """Core time so far of the server, of the browser and of the sessions [s]."""

    def of(process: psutil.Process) -> float:
        try:
            spent = process.cpu_times()
        except psutil.Error:
            return 0.0
        return float(spent.user + spent.system)

    mine = psutil.Process()
    known = {one.pid for one in (server, *server.children(recursive=True))}
    others = [one for one in mine.children(recursive=True) if one.pid not in known]
    return {"server": sum(of(one) for one in (server, *server.children(recursive=True))), "browser": sum(of(one) for one in others),
            "sessions": of(mine)}  # fmt: skip


# --- what is measured


def files_of(address: str, asked: list[str]) -> list[str]:
    """What a browser asks of this server for a page, beside the page itself, as paths."""
    paths = [url.removeprefix(address) for url in asked if url.startswith(address)]
    return [path for path in dict.fromkeys(paths) if path.startswith(("/_solara/cdn/", "/static/", "/jupyter/nbextensions/"))]


def compared_alone(book: Book, most: int) -> tuple[int, list[str]]:
    """Answers under load held against the same questions asked alone: how many, and which differ."""
    region = load("dadukou")
    different = [f"{query} of {runs} runs was answered in two ways" for (query, runs), said in book.answers.items()
                 if any(one != said[0] for one in said)]  # fmt: skip
    questions = [at for at in book.answers if at[1] in (FIRST, QUICK)]
    for query, runs in random.Random(0).sample(questions, min(most, len(questions))):
        asked = links.read(region, query).asked
        alone = ask(region, asked.mix.scenario(region), environment=asked.environment, runs=runs, seed=asked.seed, shares=False)
        probabilities = {row.indicator: row.probability for row in alone.targets}
        said = book.answers[query, runs][0]
        different += [
            f"{query} ({runs} runs): {id} {value} under load, {probabilities[id]} alone"
            for id, value in said.items() if value != probabilities[id]
        ]  # fmt: skip
    return min(most, len(questions)), different


def soak(address: str, pages: int, server: Server, together: int = 4) -> list[tuple[int, float]]:
    """Visitors who come, read and leave: memory after so many of them [MB]."""
    seen, left, lock = [(0, server.memory())], iter(range(pages)), threading.Lock()
    over = 0

    def come() -> None:
        nonlocal over
        for _ in left:
            one = Heard(address).open("/")
            one.answered(FIRST)
            one.leave()
            with lock:
                over += 1
                if over % max(1, pages // 10) == 0:
                    seen.append((over, server.memory()))

    threads = [threading.Thread(target=come) for _ in range(together)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    time.sleep(10)
    return [*seen, (pages, server.memory())]


def leak(seen: list[tuple[int, float]]) -> float:
    """Memory that one more visit costs for good [KB]: the slope over the second half."""
    late = seen[len(seen) // 2 :]
    if len({one for one, _ in late}) < 2:
        return 0.0
    return float(1024.0 * np.polyfit([one for one, _ in late], [memory for _, memory in late], 1)[0])


def spread(times: list[float]) -> dict[str, float]:
    """Median and most, and where there are ``ENOUGH`` the 95th percentile."""
    found = {"count": len(times), "p50": statistics.median(times), "max": max(times)}
    return found | ({"p95": float(np.quantile(times, 0.95))} if len(times) >= ENOUGH else {})


def cells(found: dict[str, float] | None, form: str, **widths: int) -> str:
    """Some of these figures side by side, blank where there is none."""
    known = {name: format(value, ".0f" if name == "count" else form) for name, value in (found or {}).items()}
    return " ".join(f"{known.get(name, ''):>{width}}" for name, width in widths.items())


def table(title: str, alone: Book, among: Book) -> list[dict[str, Any]]:
    """Kinds of action, alone and among all, printed."""
    columns = f"{'p95':>6} {'max':>6} {'n':>4}"
    heads = f"{'alone p50':>9} {columns}   {'among p50':>9} {columns}  {'p50 x':>6} {'p95 x':>6}"
    print(f"\n{title:<42} {heads}")
    rows = []
    for kind, times in among.times.items():
        row: dict[str, Any] = {"kind": kind, "among": spread(times)}
        late, before = row["among"], alone.times.get(kind)
        if before:
            one = row["alone"] = spread(before)
            row["ratio"] = {name: late[name] / one[name] for name in ("p50", "p95") if name in late and name in one}
        timed = [cells(row.get(when), ".2f", p50=9, p95=6, max=6, count=4) for when in ("alone", "among")]
        print(f"{kind:<42} {timed[0]}   {timed[1]}  {cells(row.get('ratio'), '.1f', p50=6, p95=6)}".rstrip())
        rows.append(row)
    return rows


def measured(visitors: int, minutes: float, pages: int, questions: int) -> dict[str, Any]:
    """All of it, with what is printed on the way."""
    watched_alone, heard_alone, watched, heard = Book(), Book(), Book(), Book()
    books = {"browser, alone": watched_alone, "session, alone": heard_alone, "browser, among all": watched, "sessions, among all": heard}
    memory: dict[str, float] = {}
    log: list[str] = []
    with served(log=log) as (address, process), browser() as window:
        server = Server(process.pid, log)
        first = Heard(address)  # the rules are compiled, runs of the record kept, and every preset is known: alone as among all
        first.open("/").answered(1000)
        for name in PRESETS:
            first.press(f"preset-{name}")
            if name != "status_quo":
                first.asks(f"mix={name}")
            first.answered(QUICK)
        first.leave()
        time.sleep(5)
        memory["with nobody in, ready"] = server.memory()

        def page() -> Watched:
            return Watched(window, address)

        observed = Person(page(), 0, watched_alone, page)
        observed.arrive()
        files = files_of(address, observed.page.asked)
        memory["with one visitor in"] = server.memory()
        observed.every()
        observed.page.leave()
        person = Person(Heard(address, files), 1, heard_alone, lambda: Heard(address, files))
        person.arrive()
        person.every()
        person.act(person.brief_work, HURRIED)
        person.page.leave()
        time.sleep(5)
        memory["after one visitor at a time"] = server.memory()

        before, begin = core_seconds(server.process), time.monotonic()
        until = begin + 60 * minutes
        network = Network(OUTAGE)
        people = [Person(Heard(address, files), 2 + k, heard, lambda: Heard(address, files), network) for k in range(visitors - 1)]
        inside = threading.Barrier(len(people) + 1)

        def live(one: Person, number: int) -> None:
            time.sleep(one.luck.uniform(0, 10))
            one.act(one.arrive, (0, 0))
            inside.wait()
            if number in (3, 7):
                one.act(one.work, THINKING)
            one.stay(until)

        threads = [threading.Thread(target=live, args=[one, k]) for k, one in enumerate(people)]
        for thread in threads:
            thread.start()
        observed = Person(page(), visitors + 1, watched, page, network)  # with values of their own, which nobody has asked before
        observed.act(observed.arrive, (0, 0))
        inside.wait()
        memory["with all visitors in"] = server.memory()
        observed.stay(until)
        for thread in threads:
            thread.join()
        network.end()
        memory["at the end"] = server.memory()
        spent, after = time.monotonic() - begin, core_seconds(server.process)
        shares = {name: (after[name] - before[name]) / spent for name in after}
        gone = []
        for one in (observed, *people):
            gone += [f"visitor {one.number}: {error}" for error in one.page.errors]
            one.page.leave()
            gone += [f"visitor {one.number}: {error}" for error in one.page.errors if isinstance(one.page, Watched)]
        time.sleep(15)
        memory["after all have left"] = server.memory()
        over = server.now()
        visits = soak(address, pages, server) if pages else []
        server.end()
    errors = [*gone, *(f"{name}: {error}" for name, book in books.items() for error in book.errors)]
    count, different = compared_alone(heard, questions)
    mixed_up = [said for book in books.values() for said in book.mixed_up]
    counts = {name: sum(getattr(book, name) for book in books.values()) for name in ("reconnects", "own", "foreign")}

    print(f"\n{visitors} visitors for {minutes:g} minutes, one of them a page in Chromium, on {os.cpu_count()} cores")
    print("cores used: " + ", ".join(f"{name} {share:.2f}" for name, share in shares.items()))
    rows = {
        "browser": table("page in Chromium, seconds", watched_alone, watched), "sessions": table("sessions, seconds", heard_alone, heard),
    }  # fmt: skip
    print("\nmemory of the server, MB")
    for when, size in memory.items():
        print(f"  {when:<32} {size:>7.0f}")
    each = (memory["at the end"] - memory["after one visitor at a time"]) / visitors
    print(f"  each of {visitors} visitors, at the end    {each:>7.1f}")
    most_threads, workers, largest = (max(one[k] for one in server.seen) for k in (3, 4, 2))
    print(f"most threads {most_threads}, after all have left {over[3]}; most workers {workers}, after {over[4]}, largest {largest:.0f} MB")
    if visits:
        print("visitors who come and leave, memory in MB after so many: " + ", ".join(f"{one}: {size:.0f}" for one, size in visits))
        print(f"each visit leaves {leak(visits):.0f} KB")
    print(f"answers held against the same questions alone: {count}, different: {len(different)}")
    print(f"reconnects: {counts['reconnects']}, own state: {counts['own']}, widgets of others: {counts['foreign']}; " +
          f"outages: {len(network.at_once)}, visitors at once: {' '.join(map(str, network.at_once))}")  # fmt: skip
    failed = server.trouble()
    print(f"found of others: {len(mixed_up)}; errors and dropped connections: {len(errors)}; errors in the server's log: {len(failed)}")
    for said in (*different, *mixed_up, *errors, *failed):
        print("  " + said)
    return {
        "visitors": visitors, "minutes": minutes, "cores": os.cpu_count(), "cores_used": shares, "seconds": rows, "memory_mb": memory,
        "memory_each_mb": each, "memory_over_time_mb": [(round(one[0] - begin, 1), one[1], one[2]) for one in server.seen],
        "threads": {"most": most_threads, "after": over[3]}, "workers": {"most": workers, "after": over[4], "largest_mb": largest},
        **counts, "outages": network.at_once,
        "visits": visits, "leak_kb": leak(visits) if visits else None, "answers_checked": count, "different": different,
        "mixed_up": mixed_up, "errors": errors, "server_errors": failed,
    }  # fmt: skip


def main() -> int:
    """Measure, print, and write as JSON where asked; 1 where something failed."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--visitors", type=int, default=20)
    options.add_argument("--minutes", type=float, default=3.0)
    options.add_argument("--pages", type=int, default=200, help="visitors who come and leave at the end; 0 leaves that out")
    options.add_argument("--questions", type=int, default=5, help="questions asked again alone")
    options.add_argument("--json", type=Path, metavar="FILE")
    asked = options.parse_args()
    if asked.visitors < 2:
        options.error("--visitors: at least 2")
    found = measured(asked.visitors, asked.minutes, asked.pages, asked.questions)
    if asked.json is not None:
        write_whole(asked.json, json.dumps(found, indent=1, ensure_ascii=False))
    astray = found["foreign"] or found["own"] != found["reconnects"]
    return 1 if astray or found["different"] or found["mixed_up"] or found["errors"] or found["server_errors"] else 0


if __name__ == "__main__":
    sys.exit(main())
