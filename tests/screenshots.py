"""The pictures in the README, taken anew: `python -m tests.screenshots`. Serves the app, opens it in Chromium, waits for all runs."""

from __future__ import annotations

from pathlib import Path

from yidu.bench.browser import Visitor, browser, served

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
WIDTH, HEIGHT = 1920, 1080

SHOTS = {
    "overview.zh.png": ("/?mix=plan&target=high_tech_enterprises", "#cards"),
    "overview.en.png": ("/?lang=en&mix=plan&target=high_tech_enterprises", "#cards"),
    "explain.en.png": ("/explain?lang=en&mix=plan&target=tech_enterprises", "canvas"),
}
"""File, where to go, and what must be there."""


def main() -> None:
    """Take every picture at the size of a projector."""
    IMAGES.mkdir(exist_ok=True)
    with served(YIDU_LANG="zh") as (address, _), browser() as window:
        for name, (path, there) in SHOTS.items():
            one = Visitor(window, address, WIDTH, HEIGHT)
            one.open("/" + path.partition("?")[1] + path.partition("?")[2]).answered(1000)  # known to the desk from here on
            one.open(path, there)
            one.page.wait_for_timeout(4000)
            one.page.screenshot(path=IMAGES / name)
            one.clean()
            one.leave()
            print(IMAGES / name)


if __name__ == "__main__":
    main()
