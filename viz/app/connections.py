"""Connections to the port, before any of them has asked for something: how many there are, and how long one may take to ask."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from yidu.viz.app.server_settings import Settings


class Connection(H11Protocol):
    """One connection, as uvicorn serves it: where there are too many, the one that has been silent longest makes room.

    Silent is who has not asked anything yet, or nothing more; whoever asks at once is never kept out by those who do not.
    """

    limits = Settings(jobs=1)

    def __init__(self, *args: Any, **keywords: Any):
        super().__init__(*args, **keywords)
        self._since = self.loop.time()
        self._late: asyncio.TimerHandle | None = None

    @property
    def silent(self) -> bool:
        """Whether nothing is being answered on it; connections of pages are no longer among `connections` as one of these."""
        return self.cycle is None or self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody has connected."""
        super().connection_made(transport)
        everybody = [one for one in self.connections if isinstance(one, Connection) and one is not self]
        mine = [one for one in everybody if one.client and self.client and one.client[0] == self.client[0]]
        if len(mine) >= self.limits.connections_address:
            if not _makes_room(mine):
                self._end()
        elif len(everybody) >= self.limits.connections:
            _makes_room(everybody)  # where nobody does, uvicorn answers 503
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Something came."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """A request was answered."""
        self._since = self.loop.time()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._forget()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """The clock runs from the first byte, or none, until a request is there."""
        if not (self.silent and self in self.connections):
            self._forget()
        elif self._late is None:
            self._late = self.loop.call_later(self.limits.head_seconds, self._too_late)

    def _too_late(self) -> None:
        self._late = None
        if self.silent and self in self.connections:
            self._end()

    def _forget(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _end(self) -> None:
        self._forget()
        self.connections.discard(self)
        self.transport.abort()


def _makes_room(among: list[Any]) -> bool:
    """Whether one of them was silent; the one that has been so longest ends."""
    silent = [one for one in among if isinstance(one, Connection) and one.silent]
    if silent:
        min(silent, key=lambda one: one._since)._end()
    return bool(silent)
