"""Which pages are open, whose they are, and whether there is room for another. One lock: what is counted is taken in the same moment.

A page is known by the name of its kernel, which its browser chose. It is open while one of its connections is, and afterwards for as long
as Solara keeps its state for a browser that may come back.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Container
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from yidu.viz.app.server_settings import Settings

CONNECTIONS = 2
"""Connections of one page: it opens another when it believes the first to be broken. Of more, the oldest is closed."""


@dataclass(frozen=True)
class Visitor:
    """Who has a page open."""

    browser: str  # the cookie in which Solara keeps it; whoever sends requests of their own can choose it
    login: Any = None  # the session of the password; nobody can choose that one
    address: str = ""
    user: str = ""  # as a trusted proxy names them, which lets nobody in without a name

    def is_also(self, other: Visitor) -> bool:
        """Whether both are one browser, have logged in once, or are one user of a proxy."""
        login = self.login is not None and self.login is other.login
        return self.browser == other.browser or login or (self.user != "" and self.user == other.user)

    def is_beside(self, other: Visitor) -> bool:
        """Whether both come from one network address and nothing tells them apart; users of a proxy may all have the proxy's."""
        return self.address == other.address and not (self.user or other.user)


@dataclass
class _Page:
    visitor: Visitor
    connections: list[Any] = field(default_factory=list)
    left: int = 0  # the higher, the later its last connection ended


class Entered(NamedTuple):
    """A connection was let in, and this is to be closed for it."""

    pages: list[str]  # that were left
    connections: list[Any]  # of the same page


class OpenPages:
    """The pages of a server. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._pages: dict[str, _Page] = {}
        self._lock = threading.Lock()
        self._clock = itertools.count(1)

    def enter(self, name: str, visitor: Visitor, connection: Any, limits: Settings, kept: Container[str]) -> Entered | None:
        """Take a place for a connection of a page, a new page or one that is open; None where there is none, or the page is another's.

        Args:
            kept: names of pages of which Solara has a state.
        """
        with self._lock:
            self._forget(kept)
            page = self._pages.get(name)
            leave: list[str] = []
            if page is None:
                room = self._room(visitor, limits)
                if room is None:
                    return None
                leave = room
                for one in leave:
                    del self._pages[one]
                page = self._pages[name] = _Page(visitor)
            elif (page.visitor.browser, page.visitor.user) != (visitor.browser, visitor.user):
                return None
            page.visitor = visitor  # its address may be another now
            surplus = page.connections[: max(0, len(page.connections) + 1 - CONNECTIONS)]
            page.connections = [*page.connections[len(surplus) :], connection]
            return Entered(leave, surplus)

    def leave(self, name: str, connection: Any) -> None:
        """A connection has ended."""
        with self._lock:
            page = self._pages.get(name)
            if page is not None and connection in page.connections:
                page.connections.remove(connection)
                page.left = next(self._clock)

    def has_room(self, visitor: Visitor, limits: Settings, kept: Container[str]) -> bool:
        """Whether a new page would be let in now; nothing is taken."""
        with self._lock:
            self._forget(kept)
            return self._room(visitor, limits) is not None

    def visitor(self, name: str) -> Visitor | None:
        """Whose page it is."""
        with self._lock:
            page = self._pages.get(name)
            return None if page is None else page.visitor

    def _room(self, visitor: Visitor, limits: Settings) -> list[str] | None:
        """Pages that make room for another: of those that were left, the longest left first, and the visitor's own before anybody's."""
        leave: list[str] = []
        for most, counted in (
            (limits.pages_each, visitor.is_also),
            (limits.pages_address, visitor.is_beside),
            (limits.visitors, lambda one: True),
        ):
            pages = {name: page for name, page in self._pages.items() if name not in leave and counted(page.visitor)}
            left = sorted((name for name, page in pages.items() if not page.connections), key=lambda name: pages[name].left)
            too_many = max(0, len(pages) + 1 - most)
            if too_many > len(left):
                return None
            leave += left[:too_many]
        return leave

    def _forget(self, kept: Container[str]) -> None:
        self._pages = {name: page for name, page in self._pages.items() if page.connections or name in kept}


OPEN = OpenPages()
"""The pages of this server."""
