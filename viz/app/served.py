"""What is served: Solara's pages and connections, on routes of our own. Imported by `yidu.viz.app.server` alone, once Solara knows its
settings.

Of Solara's routes only those are here that a page needs. Left out: the proxy that fetches scripts from outside (and removes a folder whose
name is asked for), files of folders beside the package, counts of visitors, eviction, and whatever believes a header of anybody.
"""

from __future__ import annotations

import asyncio
import contextlib
import html
import json
import logging
import os
import re
import secrets
import threading
import time
import traceback
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import ipywidgets
import reacton.core
from ipykernel.comm import Comm
from ipywidgets import Widget
from ipywidgets.widgets.widget import _remove_buffers
from solara.server import app as apps
from solara.server import kernel_context, server
from solara.server import settings as solara_settings
from solara.server import starlette as solara_starlette
from solara.server.kernel import deserialize_binary_message
from solara.server.starlette import (
    SolaraGZipMiddleware,
    StaticAssets,
    StaticCdn,
    StaticFilesOptionalAuth,
    StaticNbFiles,
    WebsocketWrapper,
    kernel_connection,
)
from solara.server.websocket import WebSocketDisconnect
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from yidu.viz.app.gate import READY, refusal, sentences
from yidu.viz.app.jobs import QUEUE
from yidu.viz.app.login import COOKIE as LOGIN_COOKIE
from yidu.viz.app.login import LOGIN, LOGOUT, LoginPages, Wall
from yidu.viz.app.open_pages import OPEN, Visitor
from yidu.viz.app.server_settings import Settings
from yidu.viz.words import LANGUAGES, Words

ASSETS = Path(__file__).resolve().parent / "assets"
COOKIE = server.COOKIE_KEY_SESSION_ID

NAMED = re.compile(r"[A-Za-z0-9._-]{1,128}")
"""What browsers may call themselves and their pages."""

log = logging.getLogger("yidu.viz.app.served")


# --- files


class Scripts(StaticCdn):
    """Scripts that are on this machine; what is not there is not fetched."""

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """The file of a path, if there is one."""
        return StaticFiles.lookup_path(self, path)


class Assets(StaticAssets):
    """Our style sheet and sign, then Solara's."""

    def get_directories(self, directory: Any = None, packages: Any = None) -> list[Any]:
        """Where to look, in order."""
        return [ASSETS, server.solara_static.parent / "assets"]


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """Where Solara has something that we do not offer."""
    await refusal(404, "app_gate.missing")(scope, receive, send)


class Discreet:
    """Stands in for `traceback` where Solara and Reacton show visitors what broke: the log has all of it, they see a sentence."""

    format_stack = staticmethod(traceback.format_stack)

    @staticmethod
    def format_exception(_: object, error: BaseException, __: object = None) -> list[str]:
        """The sentence."""
        log.error("a page broke", exc_info=error)
        return [sentences("app_gate.broken")]


class OwnStates:
    """Stands in for the class `Widget` where it answers `request_states` on the control comm of one page, and of no other.

    A page that was disconnected asks for the states of its widgets on a comm of target `jupyter.widget.control`. ipywidgets keeps that comm
    as an attribute of the class, one for the process: a page that asks is answered on the comm that was opened last, by whomever. And it
    walks through the widgets while other threads make and close them, which ends in an error and no answer.
    """

    PATIENCE = 2.0
    """Seconds that an answer waits for widgets that are being drawn anew: half of what Solara's script waits for it."""

    def __init__(self, comm: Comm):
        self._comm = comm

    def answer(self, message: dict[str, Any]) -> None:
        """The states of all widgets of the page; those that come or go meanwhile, in the threads of answers, are left out."""
        if message["content"]["data"].get("method") != "request_states":
            return
        states, whole = self._states()
        end = time.monotonic() + self.PATIENCE
        while not whole and time.monotonic() < end:
            time.sleep(0.02)
            states, whole = self._states()
        told, places, buffers = _remove_buffers(states)
        self._comm.send({"method": "update_states", "states": told, "buffer_paths": places}, buffers=buffers)
        self._say_again(states)

    @classmethod
    def _say_again(cls, told: dict[str, dict[str, Any]]) -> None:
        """What changed while the states were gathered was said before them, and is undone by them: it is said once more."""
        now, _ = cls._states()
        for widget in list(ipywidgets.widgets.widget._instances.values()):
            comm = widget.comm
            if comm is None or comm.comm_id not in told or comm.comm_id not in now:
                continue
            before, after = told[comm.comm_id]["state"], now[comm.comm_id]["state"]
            changed = {name for name, value in after.items() if name not in before or before[name] != value}
            if changed:
                with contextlib.suppress(RuntimeError):  # it is being drawn anew, and says so itself
                    widget.send_state(changed)

    @staticmethod
    def _states() -> tuple[dict[str, dict[str, Any]], bool]:
        """States of the page's widgets by comm, and whether none is missing: a widget that is drawn anew holds closed ones for a moment."""
        states, whole = {}, True
        for widget in list(ipywidgets.widgets.widget._instances.values()):
            comm = widget.comm
            if comm is None:
                continue
            try:
                state = widget.get_state()
            except RuntimeError:  # Solara's word for a widget in it that has no comm any more
                whole = False
                continue
            states[comm.comm_id] = {
                "model_name": widget._model_name,
                "model_module": widget._model_module,
                "model_module_version": widget._model_module_version,
                "state": state,
            }
        return states, whole

    @classmethod
    def opened(cls, comm: Comm, _: object) -> None:
        """Takes the place of `Widget.handle_control_comm_opened`: a page opens its control comm."""
        comm.kernel = kernel_context.get_current_context().kernel
        comm.on_msg(cls(comm).answer)


# --- the frame of a page

FRAME = {
    "<html>": '<html lang="{language}">',
    "initial-scale=1, maximum-scale=1, user-scalable=no, minimal-ui": "initial-scale=1",  # else nobody can enlarge it
    '"Loading resources"': '"{loading}"',
    "'Loading app'": "'{loading}'",
    "Server\n                disconnected.": "{disconnected}",
    "App is disconnected, and may not function properly. Please refresh the page.": "{disconnected} {reload}",
    "Please refresh the page</v-card-title>": "{reload}</v-card-title>",
    "Could not restore session. Please refresh the page.": "{lost} {reload}",
    "Could not restore session. Please refresh.": "{lost}",
    "Restoring session…</div>": "{loading}</div>",
    "Refresh now": "{refresh}",
    "\n                        Cancel\n": "\n                        {cancel}\n",
    "</head>": '<script src="{root}/static/assets/connection.js" data-said="{no_connection}"></script></head>',
}
"""What Solara's frame says in English, and what takes its place: words `app_frame.*` in both languages."""


NGINX = (
    "proxy_http_version 1.1;", "proxy_set_header Upgrade $http_upgrade;", 'proxy_set_header Connection "upgrade";',
    "proxy_set_header Host $http_host;",
)  # fmt: skip
"""Lines without which nginx does not pass connections of pages on; docs/app.md has them too."""


def in_words(frame: str, settings: Settings) -> str:
    """Solara's frame in the words of ours: the language of the server, and the other beside it."""
    both = [Words(language) for language in sorted(LANGUAGES, key=lambda language: language != settings.language)]
    names = ("loading", "disconnected", "reload", "lost", "refresh", "cancel")
    said = {key: " ".join(words(f"app_frame.{key}") for words in both) for key in names}
    closed: dict[str, Sequence[str]] = {key: [words(f"app_frame.{key}") for words in both] for key in ("closed", "closed_for")}
    said["no_connection"] = html.escape(json.dumps({**closed, "lines": NGINX}, ensure_ascii=False))
    for theirs, ours in FRAME.items():
        language = "zh-CN" if settings.language == "zh" else "en"
        frame = frame.replace(theirs, ours.format(language=language, root=settings.root_path, **said))
    return frame


# --- pages and their connections


class Spoken(WebsocketWrapper):
    """What is said to a page: in order, and without waiting until each message is out.

    Solara changes over to the thread of all connections and back for every message, and an answer is some seventy of them. While runs
    are computed, each change of threads may wait for the interpreter, and runs that need it wait too.
    """

    MOST = 2000
    """Messages that a page may leave unread before whoever speaks to it waits."""

    def __init__(self, *args: Any):
        super().__init__(*args)
        self._unsaid: deque[str | bytes] = deque()
        self._news = threading.Condition()
        self._speaking = self._gone = False

    async def receive(self) -> str | bytes:
        """What the page says next; one that says what no page does is hung up on, before anything works on it."""
        message: str | bytes = await super().receive()
        wrong = what_is_wrong(message)
        if wrong:
            log.warning("a connection is closed: %s", wrong)
            with contextlib.suppress(WebSocketDisconnect):
                self.close()
            raise WebSocketDisconnect()
        return message

    def send_text(self, data: str) -> None:
        """Say something."""
        self._say(data)

    def send_bytes(self, data: bytes) -> None:
        """Say something."""
        self._say(data)

    def _say(self, data: str | bytes) -> None:
        with self._news:
            if threading.get_ident() != self._thread_id:  # the thread of all connections waits for nobody
                self._news.wait_for(lambda: self._gone or len(self._unsaid) < self.MOST)
            if self._gone:
                raise WebSocketDisconnect()
            self._unsaid.append(data)
            silent, self._speaking = not self._speaking, True
        if silent:
            self.event_loop.call_soon_threadsafe(self._begin)

    def _begin(self) -> None:
        task = self.event_loop.create_task(self._speak())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _speak(self) -> None:
        """All that there is to say, one after the other."""
        try:
            while (data := self._next()) is not None:
                await (self._send_text_exc(data) if isinstance(data, str) else self._send_bytes_exc(data))
        except Exception as error:
            if not isinstance(error, WebSocketDisconnect):
                log.exception("a page could not be spoken to")
            with self._news:
                self._gone = True
                self._unsaid.clear()
                self._news.notify_all()

    def _next(self) -> str | bytes | None:
        with self._news:
            self._speaking = bool(self._unsaid)
            self._news.notify_all()
            return self._unsaid.popleft() if self._unsaid else None


TARGETS = ("solara.control", "jupyter.widget.control")
"""What a page opens a comm for: to start the app and ask for its state, and for the states of its widgets, which Python alone makes."""

COMMS = 1000
"""Comms that a page may have opened; it opens one or two each time it is connected anew."""

FIELDS: dict[str, dict[str, type]] = {
    "kernel_info_request": {},
    "comm_info_request": {},
    "shutdown_request": {},
    "comm_open": {"comm_id": str, "target_name": str, "data": dict},
    "comm_msg": {"comm_id": str, "data": dict},
    "comm_close": {"comm_id": str},
}
"""Messages of a page, and what their content has."""


def what_is_wrong(message: str | bytes) -> str:
    """What a page of ours would not have sent about a message of Jupyter, in a few words; empty where it might have."""
    try:
        told = json.loads(message) if isinstance(message, str) else deserialize_binary_message(message)
        kind, content = told["header"]["msg_type"], told["content"]
        shaped = isinstance(told["channel"], str) and isinstance(content, dict)
    except Exception:  # whatever it is: bytes cut short, no JSON, JSON nested too deep, a list for a table
        return "a message is no message of Jupyter"
    if not isinstance(kind, str) or kind not in FIELDS or not shaped:
        return "a message is of no kind that pages send"
    if any(not isinstance(content.get(name), type) for name, type in FIELDS[kind].items()):
        return f"a {kind} lacks what it must have"
    if kind == "comm_open":
        if content["target_name"] not in TARGETS:
            return "a comm was opened that is none of a page's"
        comms = kernel_context.get_current_context().kernel.comm_manager.comms
        if content["comm_id"] in comms or sum(not one.primary for one in list(comms.values())) >= COMMS:
            return "too many comms were opened"
    return ""


class Site:
    """The pages under these settings."""

    def __init__(self, settings: Settings, wall: Wall | None):
        self.settings, self.wall = settings, wall

    async def page(self, request: Request) -> Response:
        """The frame of any page: it opens a connection, through which all else comes."""
        mine = request.cookies.get(COOKIE, "")
        if not NAMED.fullmatch(mine):
            mine = secrets.token_urlsafe(24)
        if not OPEN.has_room(self._visitor(request, mine), self.settings, kernel_context.contexts):
            limits = self.settings
            return refusal(503, "app_gate.full", visitors=limits.visitors, each=limits.pages_each, address=limits.pages_address)
        content = await asyncio.to_thread(server.read_root, request.scope["path"], self.settings.root_path)
        if content is None:
            raise HTTPException(404)
        response = HTMLResponse(in_words(content, self.settings), headers={"Cache-Control": "no-store"})
        secure = request.scope["scheme"] == "https"
        response.set_cookie(COOKIE, mine, path=self.settings.root_path or "/", httponly=True, samesite="lax", secure=secure)
        return response

    async def connection(self, socket: WebSocket) -> None:
        """What a page and its Python say to each other."""
        kernel, mine, page = socket.path_params["kernel_id"], socket.cookies.get(COOKIE, ""), socket.query_params.get("session_id", "")
        entered = None
        if all(NAMED.fullmatch(one) for one in (kernel, mine, page)):
            entered = OPEN.enter(kernel, self._visitor(socket, mine), socket, self.settings, kernel_context.contexts)
        if entered is None:
            log.warning("there is no room for another page, or it is another's")
            await socket.close(1013)
            return
        try:
            for one in entered.connections:
                with contextlib.suppress(RuntimeError):  # it closed by itself meanwhile
                    await one.close(1013)
            if entered.pages:
                gone = [context for context in _open() if context.id in entered.pages]
                await asyncio.to_thread(_close, gone)
            await kernel_connection(socket)
        finally:
            OPEN.leave(kernel, socket)

    def _visitor(self, asked: HTTPConnection, browser: str) -> Visitor:
        """Who asks."""
        login = None if self.wall is None else self.wall.session(asked.cookies.get(LOGIN_COOKIE))
        return Visitor(browser, login, asked.scope["yidu.address"], asked.scope["yidu.user"])

    def left(self, request: Request) -> Response:
        """A page says that it is left; only its own browser may say so."""
        context = kernel_context.contexts.get(request.path_params["kernel_id"])
        page = request.query_params.get("session_id", "")
        if context is not None and context.session_id == request.cookies.get(COOKIE) and page in context.page_status:
            context.page_close(page)
        return Response()

    async def logout(self, request: Request) -> Response:
        """Whoever logs out closes the pages of that browser, and those of that login in any other."""
        assert self.wall is not None
        login = self.wall.session(request.cookies.get(LOGIN_COOKIE))
        response = await LoginPages(self.wall, self.settings).logout(request)
        if request.method == "POST":
            theirs = Visitor(request.cookies.get(COOKIE, ""), login)
            mine = [one for one in _open() if theirs.is_also(OPEN.visitor(one.id) or Visitor(one.session_id))]
            await asyncio.to_thread(_close, mine)
        return response


def _open() -> list[kernel_context.VirtualKernelContext]:
    return list(kernel_context.contexts.values())


def _close(pages: list[kernel_context.VirtualKernelContext]) -> None:
    for page in pages:
        try:
            page.close(reason="cull")
        except Exception:  # it closed by itself meanwhile
            log.exception("a page could not be closed")


async def _kernels(request: Request) -> Response:
    return PlainTextResponse('{"id": "yidu", "name": "yidu"}', media_type="application/json")


async def _ready(request: Request) -> Response:
    return PlainTextResponse("ok\n")


async def _missing(request: Request, error: Exception) -> Response:
    return refusal(404, "app_gate.missing")


async def _broken(request: Request, error: Exception) -> Response:
    return refusal(500, "app_gate.broken")


def site(settings: Settings, wall: Wall | None, started: Callable[[], None] | None) -> Starlette:
    """All routes. `started` is called once pages can be asked for."""
    solara_settings.main.base_url = f"http://localhost{settings.root_path}/"  # else taken from whoever asks first
    apps.traceback = reacton.core.traceback = Discreet  # type: ignore[assignment]
    solara_starlette.WebsocketWrapper = Spoken  # type: ignore[assignment, misc]
    Widget.handle_control_comm_opened = OwnStates.opened
    # Widgets of this installation, not what users of this machine have put beside them.
    server.nbextensions_directories = [one for one in server.nbextensions_directories if (one / "jupyter-vuetify").is_dir()][:1]

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        apps.ensure_apps_initialized()
        if started is not None:
            started()
        yield
        QUEUE.stop()
        await asyncio.to_thread(_close, _open())

    shown = Site(settings, wall)
    doors = []
    if wall is not None:
        doors.append(Route(LOGIN, LoginPages(wall, settings).login, methods=["GET", "POST"]))
        doors.append(Route(LOGOUT, shown.logout, methods=["GET", "POST"]))
    return Starlette(
        routes=[
            Route(READY, _ready),
            *doors,
            Route("/jupyter/api/kernels/{id}", _kernels),
            WebSocketRoute("/jupyter/api/kernels/{kernel_id}/{name}", shown.connection),
            Route("/_solara/api/close/{kernel_id}", shown.left, methods=["POST"]),
            Mount("/_solara/cdn", Scripts(directory=solara_settings.assets.proxy_cache_dir)),
            Mount("/static/assets", Assets()),
            Mount("/static/public", nothing),
            Mount("/static", StaticFilesOptionalAuth(directory=server.solara_static)),
            Mount("/jupyter/nbextensions", StaticNbFiles()),
            Mount("/jupyter", nothing),
            Mount("/_solara", nothing),
            Mount("/_yidu", nothing),
            Route("/{path:path}", shown.page),
        ],
        middleware=[Middleware(SolaraGZipMiddleware, minimum_size=1000)],
        exception_handlers={404: _missing, 405: _missing, 500: _broken},
        lifespan=lifespan,
    )
