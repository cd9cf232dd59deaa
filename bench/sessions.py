"""A visitor without a browser: speaks to a running app over its connection as a page does, and keeps what the page would show.

Twenty browsers on the machine of the server would measure themselves. A session costs the server what a page does: it asks for the frame
and its files, runs the app, takes every widget and every change of one, and sends the events that presses and levers send. It draws
nothing.
"""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import secrets
import struct
import threading
import time
from collections.abc import Callable, Iterable
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

PATIENCE = 600.0
"""Seconds that a session waits for anything, on a machine that others use too."""

HAND = 0.2
"""Seconds between seeing a button and pressing it. What presses at once may come before the server listens to a button just made."""

PIECE = 512 * 1024
"""Bytes of a file in one message, as `viz/pages/pieces.vue` has it."""


class Late(AssertionError):
    """What was waited for did not come."""


class Session:
    """One visitor's page, from `open` to `leave`. Errors and a dropped connection stand in `errors`."""

    def __init__(self, address: str, files: Iterable[str] = ()):
        self.address, self.files = urlsplit(address), tuple(files)
        self.errors: list[str] = []
        self.models: dict[str, dict[str, Any]] = {}
        self.given: set[str] = set()
        """Widgets whose states came in answers since the connection broke last, whoever had asked for them."""
        self.got = 0
        self._cookie = ""
        self._kernel = secrets.token_hex(16)
        self._news = threading.Condition()
        self._numbers = itertools.count()
        self._connection: ClientConnection | None = None
        self._replies: dict[str, dict[str, Any]] = {}
        self._open = contextlib.ExitStack()
        self._control = secrets.token_hex(16)
        self._waits_on = ""
        self._made: set[str] = set()
        self._leaving = False

    # --- coming and going

    def open(self, path: str = "/") -> Session:
        """Ask for the frame and its files, connect, and run the app; returns when the page has been drawn once."""
        status, cookies, _ = self.ask(path)
        if status != 200:
            self.errors.append(f"{path}: {status}")
        self._cookie = "; ".join(f"{name}={one.value}" for name, one in SimpleCookie(cookies).items())
        for file in self.files:
            status, _, _ = self.ask(file)
            if status != 200:
                self.errors.append(f"{file}: {status}")
        self._connect()
        self._tell("comm_open", comm_id=self._control, target_name="solara.control", data={})
        self._tell("comm_msg", comm_id=self._control, data={"method": "run", "args": {"path": path, "dark": False, "themes": {}}})
        self.until(lambda: self.with_("tabs") is not None, "the header")
        return self

    def _connect(self) -> None:
        where = f"ws://{self.address.netloc}/jupyter/api/kernels/{self._kernel}/channels?session_id={self._kernel}"
        connection = connect(
            where, additional_headers={"Cookie": self._cookie}, origin=Origin(f"http://{self.address.netloc}"),
            proxy=None, max_size=None, open_timeout=PATIENCE, ping_timeout=PATIENCE,
        )  # fmt: skip
        self._connection = self._open.enter_context(connection)
        threading.Thread(target=self._listen, args=[self._connection], daemon=True).start()

    def drop(self) -> Session:
        """The connection breaks, as when a network goes."""
        self._connection = None
        self._open.close()
        self.given = set()
        return self

    def reconnect(self, patience: float = PATIENCE) -> dict[str, dict[str, Any]]:
        """Connect anew and ask for the states of all widgets, as Solara's script does; they take the place of those that were known.

        Raises:
            Late: no states came. Solara's script waits for them four seconds.
        """
        self._connect()
        if not self._asked("solara.control", "app-status", patience)["started"]:
            raise Late("the app does not run any more")
        self._asked("jupyter.widget.control", "request_states", patience)
        return self.models

    def _asked(self, target: str, method: str, patience: float) -> dict[str, Any]:
        comm = secrets.token_hex(16)
        self._waits_on, self._made = comm, set()
        self._tell("comm_open", comm_id=comm, target_name=target, data={}, metadata={"version": "1.0.0"})
        self._tell("comm_msg", comm_id=comm, data={"method": method})
        self.until(lambda: comm in self._replies, method, patience)
        self._tell("comm_close", comm_id=comm, data={})
        return self._replies.pop(comm)

    def leave(self) -> None:
        """Close the page, as a browser says it when a tab is closed."""
        self._leaving = True
        path = f"/_solara/api/close/{self._kernel}?session_id={self._kernel}"
        with contextlib.suppress(OSError):
            self.ask(path, "POST")
        self._open.close()
        self.models.clear()

    def ask(self, path: str, method: str = "GET") -> tuple[int, str, bytes]:
        """One request: its status, cookies and body."""
        connection = http.client.HTTPConnection(self.address.hostname or "", self.address.port, timeout=PATIENCE)
        try:
            headers = {"Origin": f"http://{self.address.netloc}", "Cookie": self._cookie, "Accept-Encoding": "gzip"}
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers.get("set-cookie", ""), answer.read()
        finally:
            connection.close()

    # --- what the page shows

    def with_(self, *keys: str, **values: Any) -> tuple[str, dict[str, Any]] | None:
        """A widget that has these fields, with these values."""
        for model, state in list(self.models.items()):
            if all(key in state for key in keys) and all(state.get(key) == value for key, value in values.items()):
                return model, state
        return None

    def by_id(self, id: str) -> tuple[str, dict[str, Any]] | None:
        """The widget of an element with this id."""
        for model, state in list(self.models.items()):
            if state.get("id") == id or (state.get("attributes") or {}).get("id") == id:
                return model, state
        return None

    def text(self, id: str) -> str:
        """Plain text of an element."""
        found = self.by_id(id)
        return "" if found is None else " ".join(child for child in found[1].get("children") or [] if isinstance(child, str))

    def query(self) -> str:
        """What stands behind the question mark of the address line."""
        found = self.with_("query", "title", "language")
        return "" if found is None else str(found[1]["query"])

    def data(self, id: str, name: str) -> str | None:
        """What an element carries as `data-...`."""
        found = self.by_id(id)
        return None if found is None else (found[1].get("attributes") or {}).get(f"data-{name}")

    def cards(self) -> dict[str, tuple[float | None, int]]:
        """Probability and runs of each card."""
        found = self.with_("cards", "answers")
        return {} if found is None else {one["id"]: (one["probability"], one["runs"]) for one in found[1]["cards"]}

    def lever(self, id: str) -> float | None:
        """What a lever stands at."""
        for state in list(self.models.values()):
            for group in state.get("groups") or []:
                for bar in group["levers"]:
                    if bar["id"] == id:
                        return float(bar["value"])
        return None

    def answers(self, runs: int) -> bool:
        """Whether the cards answer what stands in the address line, on at least so many runs."""
        found = self.with_("cards", "answers")
        return found is not None and found[1]["answers"] == self.query() and all(one["runs"] >= runs for one in found[1]["cards"])

    def answered(self, runs: int = 200) -> Session:
        """Wait until they do."""
        self.until(lambda: self.answers(runs), f"an answer of {runs} runs to {self.query()}")
        return self

    def until(self, true: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
        """Wait for something to be so.

        Raises:
            Late: it did not come, or the connection ended.
        """
        end = time.monotonic() + patience
        with self._news:
            while not true():
                if not self._news.wait(end - time.monotonic()) and time.monotonic() >= end:
                    raise Late(f"{what} did not come")
                if self.errors and self.errors[-1].startswith("dropped"):
                    raise Late(f"{what} did not come: {self.errors[-1]}")

    # --- what a visitor does

    def press(self, id: str) -> Session:
        """Press a button."""
        self.until(lambda: self.by_id(id) is not None, id)
        time.sleep(HAND)
        found = self.by_id(id)
        assert found is not None
        self._event(found[0], "click", {})
        return self

    def send(self, event: str, data: Any, buffers: Iterable[bytes] = (), **fields: Any) -> Session:
        """Have a component written in Vue call `event_...` on the server; `fields` say which one."""
        self.until(lambda: self._knows(event, fields) is not None, event)
        model = self._knows(event, fields)
        assert model is not None
        self._event(model, event, data, tuple(buffers))
        return self

    def set(self, lever: str, value: float) -> Session:
        """Move a lever, and see it in the address line."""
        self.send("event_move", {"id": lever, "value": value}, kind="policy")
        self.until(lambda: f"{lever}={value:g}" in self.query().split("&"), f"{lever}={value:g}")
        return self

    def go(self, page: str) -> Session:
        """Another page by its tab."""
        self.send("event_go", page)
        self.until(lambda: self.with_("tabs", active=page) is not None, page)
        return self

    def speak(self, language: str) -> Session:
        """Another language."""
        self.send("event_language", language)
        self.until(lambda: self.with_("tabs", language=language) is not None, language)
        return self

    def upload(self, id: str, name: str, content: bytes) -> Session:
        """Choose a file in a field."""
        told = {"file": next(self._numbers) + 1, "name": name, "size": len(content)}
        for at in range(0, len(content), PIECE):
            self.send("event_piece", {**told, "at": at}, [content[at : at + PIECE]], id=id)
        return self

    # --- the connection

    def _knows(self, event: str, fields: dict[str, Any]) -> str | None:
        for model, state in list(self.models.items()):
            if event in (state.get("events") or []) and all(state.get(key) == value for key, value in fields.items()):
                return model
        return None

    def _event(self, model: str, event: str, data: Any, buffers: tuple[bytes, ...] = ()) -> None:
        self._tell("comm_msg", buffers, comm_id=model, data={"method": "custom", "content": {"event": event, "data": data}})

    def _tell(self, kind: str, buffers: tuple[bytes, ...] = (), metadata: dict[str, str] | None = None, **content: Any) -> None:
        header = {"msg_id": secrets.token_hex(8), "msg_type": kind, "username": "", "session": self._kernel, "version": "5.3"}
        message = {"header": header, "parent_header": {}, "metadata": metadata or {}, "content": content, "channel": "shell"}
        assert self._connection is not None
        try:
            if buffers:
                self._connection.send(_packed(message, buffers))
            else:
                self._connection.send(json.dumps({**message, "buffers": []}))
        except ConnectionClosed as error:
            self._dropped(error)
            raise Late(f"nothing can be said any more: {error}") from None

    def _listen(self, connection: ClientConnection) -> None:
        try:
            for message in connection:
                self.got += len(message)
                told = json.loads(message) if isinstance(message, str) else _unpacked(message)
                with self._news:
                    self._take(told["header"]["msg_type"], told["content"])
                    self._news.notify_all()
            why: object = "closed"
        except ConnectionClosed as error:
            why = error
        if connection is self._connection:
            self._dropped(why)

    def _take(self, kind: str, content: dict[str, Any]) -> None:
        data = content.get("data") or {}
        if kind == "comm_open":
            self.models[content["comm_id"]] = data.get("state", {})
            self._made.add(content["comm_id"])
        elif kind == "comm_close":
            self.models.pop(content["comm_id"], None)
        elif kind == "comm_msg" and data.get("method") in ("app-status", "update_states"):
            if data["method"] == "update_states":
                self.given |= set(data["states"])
                if content["comm_id"] == self._waits_on:  # at once: what comes next is a change of these
                    # Widgets made since it was asked stay, as they do in a page.
                    made = {model: state for model, state in self.models.items() if model in self._made}
                    self.models = made | {model: one["state"] for model, one in data["states"].items()}
            self._replies[content["comm_id"]] = data
        elif kind == "comm_msg" and data.get("method") == "update" and content["comm_id"] in self.models:
            self.models[content["comm_id"]].update(data["state"])
        elif kind in ("error", "stream"):
            self.errors.append(f"{kind}: {content}")

    def _dropped(self, why: object) -> None:
        with self._news:
            if not self._leaving:
                self.errors.append(f"dropped: {why}")
            self._news.notify_all()


def _packed(message: dict[str, Any], buffers: tuple[bytes, ...]) -> bytes:
    """A message with bytes, as Jupyter packs it: how many parts, where each begins, the parts."""
    parts = [json.dumps(message).encode(), *buffers]
    places = [4 * (len(parts) + 1)]
    for part in parts[:-1]:
        places.append(places[-1] + len(part))
    return struct.pack(f"!{len(parts) + 1}I", len(parts), *places) + b"".join(parts)


def _unpacked(message: bytes) -> dict[str, Any]:
    """The part of a packed message that is no bytes."""
    count = struct.unpack("!I", message[:4])[0]
    places = [*struct.unpack(f"!{count}I", message[4 : 4 * (count + 1)]), len(message)]
    found: dict[str, Any] = json.loads(message[places[0] : places[1]])
    return found
