"""How quickly the app answers a lever move, alone and while another visitor's minutes of work go on: `python -m yidu.bench.app`.

A real browser before a real server. Seconds are of this machine, as it is; what carries over to another are the ratios.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import time
from collections.abc import Iterator

from yidu.bench.browser import Visitor, browser, chromium, served
from yidu.bench.processes import Failed
from yidu.experiments.assess.desk import FIRST, QUICK


def moves(one: Visitor, first: int, count: int) -> Iterator[tuple[float, float]]:
    """Seconds from a changed lever to the first charts of it and to those of 200 runs, for values that were never asked before.

    The page takes the time itself: filling the field by remote control, and looking whether the answer is there, is no part of it.
    """
    for k in range(count):
        early, late = one.moved("enterprise_coaching", first + k, FIRST, QUICK)
        yield early, late


def label_moves(one: Visitor, count: int) -> Iterator[float]:
    """Seconds that the page needs to show the pressing of a key, through the server and back: the dialog of a lever."""
    for _ in range(count):
        begin = time.perf_counter()
        one.page.click("#why-enterprise_coaching")
        one.page.wait_for_selector("#dialog")
        yield time.perf_counter() - begin
        one.page.click("#dialog-close")
        one.page.wait_for_selector("#dialog", state="hidden")


def missing() -> str | None:
    """What is not here that the app is measured with: "chromium", "playwright", or nothing."""
    if importlib.util.find_spec("playwright") is None:
        return "playwright"
    return "chromium" if chromium() is None else None


def alone(count: int) -> tuple[list[float], list[float]]:
    """Seconds from a moved lever to the first charts and to those of 200 runs, of one visitor whom nobody disturbs.

    Raises:
        Failed: the server did not begin or ended, or the page did not do as it should in time.
    """
    from playwright.sync_api import Error

    try:
        with served() as (address, _), browser() as window:
            early, late = zip(*moves(Visitor(window, address).open("/").answered(QUICK), 40, count), strict=True)
    except (Error, RuntimeError, OSError) as error:
        raise Failed(f"yidu.bench.app: {' '.join(str(error).split())[:500]}") from error
    return list(early), list(late)


def main() -> None:
    """Measure, and print a table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--moves", type=int, default=8)
    count = asked.parse_args().moves
    with served() as (address, _), browser() as window:
        one = Visitor(window, address).open("/").answered(1000)
        known = time.perf_counter()
        Visitor(window, address).open("/").answered(1000)
        known = time.perf_counter() - known
        (early, alone), click = zip(*moves(one, 40, count)), list(label_moves(one, count))
        other = Visitor(window, address).open("/").answered(QUICK)
        other.page.click("#export")
        other.page.click("#export-start")
        other.page.wait_for_selector("#work[data-state=running]")
        (early_busy, busy), click_busy = zip(*moves(one, 80, count)), list(label_moves(one, count))
        other.page.click("#cancel")
        another = Visitor(window, address).open("/").answered(QUICK)
        together = []
        for k in range(count):
            begin = time.perf_counter()
            one.set("enterprise_coaching", 120 + k)
            another.set("enterprise_coaching", 160 + k)
            one.answered(QUICK)
            another.answered(QUICK)
            together.append(time.perf_counter() - begin)
    rows = (
        ("a mix that is known, a new page", [known], None),
        (f"a lever moved, to charts of {FIRST} runs", early, None),
        ("... while another's report is being made", early_busy, early),
        ("a lever moved, to charts of 200 runs", alone, None),
        ("... while another's report is being made", busy, alone),
        ("... two visitors at the same moment, both answered", together, alone),
        ("a click that runs nothing", click, None),
        ("... while another's report is being made", click_busy, click),
    )
    print(f"{'':<52} {'median s':>9} {'slowest':>8} {'ratio':>6}")
    for said, times, against in rows:
        ratio = "" if against is None else f"{statistics.median(times) / statistics.median(against):.2f}"
        print(f"{said:<52} {statistics.median(times):>9.2f} {max(times):>8.2f} {ratio:>6}")


if __name__ == "__main__":
    main()
