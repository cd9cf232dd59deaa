"""What the app is served with: set once by `yidu.viz.app.server.serve` before a visitor comes, read by the pages.

The pages ask `current()`; only the server calls `use()`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidu.viz.words import Language

MEGABYTE = 2**20


def _jobs() -> int:
    """A core is left for the sliders; each job takes some hundred megabytes."""
    from yidu.experiments.ensembles.cores import cores

    return max(1, min(cores() - 1, 4))


@dataclass(frozen=True)
class Settings:
    """How this server was started, and what it allows."""

    region: str = "dadukou"  # name shipped with the product, or a folder
    language: Language = "zh"  # what a visitor sees who has chosen none
    root_path: str = ""  # where a proxy shows the app: "/yidu", or "" for the top
    guarded: bool = False  # whether visitors log in, so that a page shows a way out: root_path + "/_yidu/logout"
    upload_bytes: int = 10 * MEGABYTE  # largest file that a page reads from a visitor
    message_bytes: int = 4 * MEGABYTE  # largest message of a browser; files come in pieces of half a megabyte
    flow_bytes: int = 64 * MEGABYTE  # what one page may send within a minute
    visitors: int = 60  # open pages over all visitors
    pages_each: int = 10  # open pages of one browser, of one login, or of one user whom a proxy names
    pages_address: int = 30  # open pages of one network address: half, so that nobody alone keeps everybody out; not of named users
    idle_minutes: float = 30  # a page that was left is forgotten after these
    jobs: int = field(default_factory=_jobs)  # long work under way at once, over all visitors
    jobs_waiting: int = 20  # long work that may wait for its turn
    jobs_each: int = 3  # long work of one browser, login or named user, under way or waiting
    jobs_address: int = 10  # long work that may wait for visitors of one network address; not of named users
    connections: int = 800  # connections at once, so that files that may be open do not run out (1,024 on most systems)
    connections_address: int = 400  # ... from one address: a proxy in front of the app is one too
    head_seconds: float = 15  # in which a request must have been asked


_current: Settings | None = None


def current() -> Settings:
    """The settings of this server; the usual ones where no server runs, as in a notebook or a test."""
    return _current or _usual()


@cache
def _usual() -> Settings:
    return Settings()


def use(settings: Settings) -> None:
    """From now on these are the settings."""
    global _current
    _current = settings
