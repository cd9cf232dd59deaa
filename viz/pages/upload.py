"""A file of the visitor's, chosen or dropped: sent in pieces through the connection of the page, refused once it is too large.

What a browser says of a file is not believed: its bytes are counted, its name is a name to show and leads to no file of this machine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import solara

from yidu.sim.errors import InputError
from yidu.viz.app.server_settings import MEGABYTE, current
from yidu.viz.app.uploads import plain_name


@dataclass(frozen=True)
class Came:
    """A file that has come whole."""

    name: str
    data: bytes


class Pieces:
    """Puts one file after another together from what a browser sends."""

    def __init__(self, most: int):
        self._most = most
        self._file: object = None
        self._came = bytearray()

    def take(self, told: Any, buffers: Sequence[Any] = ()) -> Came | None:
        """One piece more; the file, once it is whole.

        Raises:
            InputError: it is too large, or a piece is missing.
        """
        told = told if isinstance(told, dict) else {}
        name, size, at = plain_name(told.get("name")), told.get("size"), told.get("at")
        data = bytes(buffers[0]) if buffers else b""
        if at == 0:
            self._file, self._came = told.get("file"), bytearray()
        elif self._file is None and told.get("file") is not None:
            return None  # more of one that was refused
        whole = isinstance(size, int) and isinstance(at, int) and at == len(self._came) and told.get("file") == self._file
        if not whole or size < 0 or at + len(data) > size or (size > 0 and size <= self._most and not data):
            self._drop()
            raise InputError("the file did not arrive whole", file=name, fix="Send it again.")
        if size > self._most:
            self._drop()
            raise InputError("the file is too large", file=name, expected=f"at most {self._most / MEGABYTE:g} MB")
        self._came += data
        if len(self._came) < size:
            return None
        came = Came(name, bytes(self._came))
        self._drop()
        return came

    def _drop(self) -> None:
        self._file, self._came = None, bytearray()


@solara.component_vue("pieces.vue", vuetify=False)
def _Field(id: str, label: str, accept: str, most: int, event_piece: Callable[..., None]) -> None:  # noqa: N802
    """The field, and what reads the file in the browser."""


@solara.component
def Upload(  # noqa: N802
    id: str, label: str, accept: str, on_file: Callable[[Came], object], on_wrong: Callable[[InputError], object]
) -> None:
    """A field to choose a file in, or to drop one on; `accept` as the browser has it: ".toml,.xlsx"."""
    most = current().upload_bytes
    pieces = solara.use_memo(lambda: Pieces(most), [])

    def piece(told: Any, buffers: Sequence[Any] = ()) -> None:
        try:
            came = pieces.take(told, buffers)
        except InputError as error:
            on_wrong(error)
        else:
            if came is not None:
                on_file(came)

    _Field(id=id, label=label, accept=accept, most=most, event_piece=piece)
