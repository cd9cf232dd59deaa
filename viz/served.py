"""What is served: Solara's pages and connections, on routes of our own. Imported by `viz.server` alone, once Solara knows its settings.

Of Solara's routes only those are here that a page needs. Left out: the proxy that fetches scripts from outside (and removes a folder whose
name is asked for), files of folders beside the package, counts of visitors, eviction, and whatever believes a header of anybody.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import secrets
import threading
import traceback
from collections import deque
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import reacton.core
from solara.server import app as apps
from solara.server import kernel_context, server
from solara.server import settings as solara_settings
from solara.server import starlette as solara_starlette
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
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from viz.gate import READY, refusal, sentences
from viz.jobs import QUEUE
from viz.login import LOGIN, LOGOUT, LoginPages, Wall
from viz.server_settings import Settings
from viz.words import LANGUAGES, Words

ASSETS = Path(__file__).resolve().parent / "assets"
COOKIE = server.COOKIE_KEY_SESSION_ID

NAMED = re.compile(r"[A-Za-z0-9._-]{1,128}")
"""What browsers may call themselves and their pages."""

log = logging.getLogger("viz.served")


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
}
"""What Solara's frame says in English, and what takes its place: words `app_frame.*` in both languages."""


def in_words(frame: str, settings: Settings) -> str:
    """Solara's frame in the words of ours: the language of the server, and the other beside it."""
    said = {}
    for key in ("loading", "disconnected", "reload", "lost", "refresh", "cancel"):
        both = sorted(LANGUAGES, key=lambda language: language != settings.language)
        said[key] = " ".join(Words(language)(f"app_frame.{key}") for language in both)
    for theirs, ours in FRAME.items():
        frame = frame.replace(theirs, ours.format(language="zh-CN" if settings.language == "zh" else "en", **said))
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


class Site:
    """The pages under these settings."""

    def __init__(self, settings: Settings, wall: Wall | None):
        self.settings, self.wall = settings, wall

    async def page(self, request: Request) -> Response:
        """The frame of any page: it opens a connection, through which all else comes."""
        mine = request.cookies.get(COOKIE, "")
        if not NAMED.fullmatch(mine):
            mine = secrets.token_urlsafe(24)
        if not await asyncio.to_thread(self._room, "", mine):
            return refusal(503, "app_gate.full", visitors=self.settings.visitors, each=self.settings.pages_each)
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
        named = all(NAMED.fullmatch(one) for one in (kernel, mine, page))
        if named and await asyncio.to_thread(self._room, kernel, mine):
            await kernel_connection(socket)
        else:
            await socket.close(1013)

    def left(self, request: Request) -> Response:
        """A page says that it is left; only its own browser may say so."""
        context = kernel_context.contexts.get(request.path_params["kernel_id"])
        page = request.query_params.get("session_id", "")
        if context is not None and context.session_id == request.cookies.get(COOKIE) and page in context.page_status:
            context.page_close(page)
        return Response()

    async def logout(self, request: Request) -> Response:
        """Whoever logs out closes the pages of that browser."""
        assert self.wall is not None
        response = await LoginPages(self.wall, self.settings).logout(request)
        if request.method == "POST":
            mine = [context for context in _open() if context.session_id == request.cookies.get(COOKIE)]
            await asyncio.to_thread(_close, mine)
        return response

    def _room(self, kernel: str, mine: str) -> bool:
        """Whether there is room for a page; pages that were left make room before their time."""
        if kernel in kernel_context.contexts:
            return True
        everyone = _open()
        for pages, most in (
            ([context for context in everyone if context.session_id == mine], self.settings.pages_each),
            (everyone, self.settings.visitors),
        ):
            if len(pages) >= most:
                left = next((context for context in pages if _is_left(context)), None)
                if left is None:
                    log.warning("no room for another page: %s of %s are open", len(pages), most)
                    return False
                _close([left])
        return True


def _is_left(context: kernel_context.VirtualKernelContext) -> bool:
    statuses = list(context.page_status.values())
    return bool(statuses) and kernel_context.PageStatus.CONNECTED not in statuses


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
