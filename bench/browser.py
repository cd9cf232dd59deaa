"""A real browser before a real server: `yidu app` in a process of its own, on loopback, and Debian's Chromium in front of it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--force-prefers-reduced-motion",
)  # fmt: skip

MOVE = """([lever, value, runs]) => new Promise(done => {
    const field = document.querySelector(`#number-${lever}`), told = [];
    const look = () => {
        const cards = document.querySelector('#cards');
        if (!cards || cards.dataset.answers !== location.search.slice(1) || !location.search.includes(`${lever}=${value}`)) return;
        const least = Math.min(...[...cards.children].map(one => Number(one.dataset.runs)));
        while (told.length < runs.length && least >= runs[told.length]) {
            const place = told.push(0) - 1;  // its frame is drawn, then the next task is begun
            requestAnimationFrame(() => setTimeout(() => {
                told[place] = (performance.now() - begin) / 1000;
                if (place === runs.length - 1) { watch.disconnect(); done(told); }
            }));
        }
    };
    const watch = new MutationObserver(look);
    watch.observe(document.body, {subtree: true, childList: true, attributes: true});
    const begin = performance.now();
    field.value = String(value);
    field.dispatchEvent(new Event('change', {bubbles: true}));
})"""
"""Changes a lever and says after how many seconds the cards and charts of so many runs were drawn. The address line, which is written
last, is looked at too, but nothing is asked through the browser's remote control between the move and the charts."""

PATIENCE = 180_000
"""Milliseconds that a test waits for runs on a machine that others use too."""


def chromium() -> str | None:
    """The browser of this machine, or None."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def free_port() -> int:
    """A port of loopback that nobody uses."""
    with contextlib.closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def served(
    *options: str, program: Sequence[str | Path] = (sys.executable, "-m", "yidu"), folder: Path = ROOT, log: list[str] | None = None,
    **environment: str,
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:  # fmt: skip
    """`yidu app` until the block ends: its address and its process. What it writes on stderr is added to ``log``, line by line."""
    port = free_port()
    command = [*program, "app", "--port", str(port), "--no-open", *options]
    address = f"http://127.0.0.1:{port}"
    lines = [] if log is None else log
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, cwd=folder, env={**os.environ, **environment}, **quiet)  # type: ignore[call-overload]

    def listen() -> None:
        """Always, for a pipe that nobody reads fills, and the server waits."""
        for line in process.stderr or ():
            lines.append(line.decode(errors="replace").rstrip())  # noqa: PERF401

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        for _ in range(600):
            if process.poll() is not None:
                listener.join(5)
                raise RuntimeError("\n".join(["yidu app ended:", *lines]))
            with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):
                break
            time.sleep(0.2)
        yield address, process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def browser() -> Iterator[Any]:
    """Chromium without a screen."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        one = play.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        try:
            yield one
        finally:
            one.close()


class Visitor:
    """One visitor: a page of their own, and what it said and asked for that it should not have."""

    def __init__(self, window: Any, address: str, width: int = 1280, height: int = 800):
        self.address = address
        self.context = window.new_context(viewport={"width": width, "height": height}, accept_downloads=True, locale="zh-CN")
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda asked: None if self._ours(asked.url) else self.outside.append(asked.url))

    def _ours(self, url: str) -> bool:
        return url.startswith((self.address, self.address.replace("http", "ws"), "data:", "blob:"))

    def open(self, path: str = "/", wait: str = "#header") -> Visitor:
        """Go to a page of the app and wait for something on it."""
        self.page.goto(self.address + path)
        self.page.wait_for_selector(wait, state="attached")
        return self

    def answered(self, runs: int = 200) -> Visitor:
        """Wait until the cards answer what stands in the address line, on at least so many runs."""
        self.page.wait_for_function(
            """runs => {
                const cards = document.querySelector('#cards');
                return cards && cards.dataset.answers === location.search.slice(1)
                    && [...cards.children].every(one => Number(one.dataset.runs) >= runs)
            }""",
            arg=runs,
        )
        return self

    def cards(self) -> dict[str, str]:
        """Probability on each card."""
        found = self.page.eval_on_selector_all(".yd-card", "all => all.map(one => [one.id.replace('card-', ''), one.dataset.probability])")
        return dict(found)

    def set(self, lever: str, value: float) -> Visitor:
        """Write a value into the field beside a lever."""
        field = self.page.locator(f"#number-{lever}")
        self.page.eval_on_selector(f"#lever-{lever}", "one => { one.closest('details').open = true }")
        field.fill(str(value))
        field.dispatch_event("change")
        self.page.wait_for_function("said => location.search.includes(said)", arg=f"{lever}={value:g}")
        return self

    def moved(self, lever: str, value: float, *runs: int) -> list[float]:
        """Seconds from a lever's move, to a value that it does not have, to the charts of so many runs, each as the page itself sees it."""
        return [float(one) for one in self.page.evaluate(MOVE, [lever, value, list(runs)])]

    def query(self) -> str:
        """What stands behind the question mark of the address line."""
        return self.page.url.partition("?")[2]

    def clean(self) -> None:
        """Nothing went wrong in the browser, and nothing was asked of another machine."""
        assert not self.errors, list(self.errors)  # a copy: the page says more when its server ends
        assert not self.outside, list(self.outside)

    def leave(self) -> None:
        """Close the page."""
        self.context.close()
