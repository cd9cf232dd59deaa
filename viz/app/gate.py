"""Every request and every connection passes here before Solara sees it: who asks, by which name, from which page, how much.

Also what every answer carries away: headers that keep a browser from asking anybody but this server.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import string
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from yidu.viz.app.login import COOKIE, LOGIN, LOGOUT, Session, Wall
from yidu.viz.app.server_settings import Settings
from yidu.viz.words import LANGUAGES, Words

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
READY = "/readyz"
OPEN = (LOGIN, LOGOUT, READY)
"""Paths that need no session."""

BODY = 64 * 1024
"""Bytes of a request; files come through the connection of a page, in pieces."""

SECONDS = 15
"""Seconds in which a body must have come."""

LONGEST = 2000
"""Characters of a path."""

POLICY = (
    # Solara compiles templates in the browser and writes styles into its page: it needs both 'unsafe-' words. What counts here is that
    # nothing at all may come from, or go to, another server.
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' {sockets} blob: data:; worker-src 'self' blob:; "
    "frame-src 'self' blob: data:; frame-ancestors 'none'; object-src 'none'; base-uri 'self'; form-action 'self'"
)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
log = logging.getLogger("yidu.viz.app.gate")


@dataclass(frozen=True)
class Rules:
    """Who may come in, and how."""

    hosts: frozenset[str] = LOOPBACK  # names and addresses that browsers may ask for
    any_address: bool = False  # ... and any address that is a number: the server listens on all of its machine
    proxies: tuple[Network, ...] = ()  # peers whose word counts: X-Forwarded-For, -Proto, and `user_header`
    user_header: str | None = None  # where such a proxy names the visitor it has let in
    forwarded_host: bool = False  # whether such a proxy also writes X-Forwarded-Host itself; a visitor's own would pass through many


class Visit(NamedTuple):
    """Who asks, as far as it can be believed."""

    address: str  # of the visitor
    scheme: str
    host: str  # as the browser sees it, with its port
    by_proxy: bool
    user: str  # named by a proxy, or ""


class Refused(Exception):
    """A request goes no further: status, and the word that says why."""

    def __init__(self, status: int, key: str):
        super().__init__(key)
        self.status, self.key = status, key


def sentences(key: str, **values: object) -> str:
    """One sentence in every language, for who has chosen none."""
    return "\n".join(Words(language)(key, **values) for language in LANGUAGES) + "\n"


def refusal(status: int, key: str, **values: object) -> Response:
    """An answer that says no."""
    return PlainTextResponse(sentences(key, **values), status, headers={"Cache-Control": "no-store"})


class Gate:
    """What stands before an application. Without a wall, everybody who can reach it is in."""

    def __init__(self, app: ASGIApp, settings: Settings, rules: Rules, wall: Wall | None = None):
        self.app, self.settings, self.rules, self.wall = app, settings, rules, wall

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._connection(scope, receive, send)
        else:
            await self._request(scope, receive, send)

    # --- requests

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        visit = self._visit(scope, headers)
        dressed = self._dressed(visit, send)
        try:
            scope = self._checked(scope, headers, visit)
            if scope["method"] not in ("GET", "HEAD", "POST"):
                raise Refused(405, "app_gate.method")
            if scope["method"] == "POST":
                self._same_origin(headers, visit)
                receive = await _body(headers, receive)
            if scope["path"] != READY:
                self._by_proxy(visit)
                if scope["path"] not in OPEN:
                    self._session(headers)
                elif self.wall is None:
                    raise Refused(404, "app_gate.missing")
        except Refused as refused:
            response: Response = refusal(refused.status, refused.key)
            if refused.status == 401 and scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
                where = f"{self.settings.root_path}{LOGIN}?next={quote(_asked(scope))}"
                response = RedirectResponse(where, status_code=303, headers={"Cache-Control": "no-store"})
            await response(scope, receive, dressed)
            return
        await self.app(scope, receive, dressed)

    def _dressed(self, visit: Visit, send: Send) -> Send:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                sockets = f"ws://{visit.host} wss://{visit.host}" if _plain_host(visit.host) else ""
                headers.setdefault("Content-Security-Policy", POLICY.format(sockets=sockets))
                if (kept := headers.get("Cache-Control")) is None:
                    headers["Cache-Control"] = "no-cache"
                elif self.wall is not None or self.rules.user_header:
                    headers["Cache-Control"] = kept.replace("public", "private")  # what needs a session is kept by its browser only
            await send(message)

        return dressed

    # --- connections

    async def _connection(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        visit = self._visit(scope, headers)
        try:
            scope = self._checked(scope, headers, visit)
            self._same_origin(headers, visit)
            self._by_proxy(visit)
            session = self._session(headers)
        except Refused as refused:
            log.info("a connection of %s was refused: %s", visit.address, refused.key)
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        flow = Flow(self.settings.flow_bytes)

        async def measured() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive":
                gone = session is not None and self.wall is not None and self.wall.over(session)
                if gone or not flow.takes(len(message.get("bytes") or message.get("text") or b"")):
                    await send({"type": "websocket.close", "code": 1008})
                    return {"type": "websocket.disconnect", "code": 1008}
            return message

        with _hung_up_with(session, send):
            await self.app(scope, measured, send)

    # --- what is looked at

    def _visit(self, scope: Scope, headers: Headers) -> Visit:
        """Who asks; a proxy that is trusted says it of its visitors."""
        peer = (scope.get("client") or ("", 0))[0]
        scheme, host = scope["scheme"].replace("ws", "http"), headers.get("host", "")
        if not self._is_proxy(peer):
            return Visit(peer, scheme, host, False, "")
        told = _last(headers, "x-forwarded-proto")
        named = headers.getlist(self.rules.user_header) if self.rules.user_header else []
        user = named[0].strip() if len(named) == 1 else ""  # twice is a visitor who sent one too
        if self.rules.forwarded_host:
            host = _last(headers, "x-forwarded-host") or host
        address = _address(_last(headers, "x-forwarded-for")) or peer
        return Visit(address, told if told in ("http", "https") else scheme, host, True, user)

    def _is_proxy(self, peer: str) -> bool:
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self.rules.proxies if network.version == (mapped or address).version)

    def _checked(self, scope: Scope, headers: Headers, visit: Visit) -> Scope:
        """The request as the pages see it, once its host and path are in order."""
        if len(headers.getlist("host")) != 1 or not self._known_host(visit.host):
            raise Refused(400, "app_gate.host")
        path, root = scope["path"], self.settings.root_path
        if len(path) > LONGEST or not _plain_path(path):
            raise Refused(404, "app_gate.missing")
        if root and (path == root or path.startswith(f"{root}/")):
            path = path[len(root) :] or "/"
        raw = quote(path).encode()
        return {**scope, "path": path, "raw_path": raw, "root_path": "", "scheme": visit.scheme, "yidu.address": visit.address,
                "yidu.user": visit.user}  # fmt: skip

    def _known_host(self, host: str) -> bool:
        name = hostname(host)
        if name is None:
            return False
        return name in self.rules.hosts or (self.rules.any_address and _is_address(name))

    def _same_origin(self, headers: Headers, visit: Visit) -> None:
        """A page of another site must not act in the name of a visitor: browsers say where a request comes from."""
        origin = urlsplit(headers.get("origin", ""))
        if origin.scheme not in ("http", "https") or hostname(origin.netloc) != hostname(visit.host):
            raise Refused(403, "app_gate.origin")
        usual = 443 if origin.scheme == "https" else 80
        theirs, ours = _port(origin.netloc, usual), _port(visit.host, usual)
        if theirs != ours and not (visit.by_proxy and _port(visit.host, 0) == 0):  # many proxies leave the port out
            raise Refused(403, "app_gate.origin")

    def _by_proxy(self, visit: Visit) -> None:
        """Where a proxy names visitors, whoever it does not name goes no further, not even to try a password."""
        if self.rules.user_header and not visit.user:
            raise Refused(403, "app_gate.proxy")

    def _session(self, headers: Headers) -> Session | None:
        """The session of a visitor who logged in, also where a proxy names them: both locks are shut. None where there is no password."""
        if self.wall is None:
            return None
        session = self.wall.session(cookie_parser(headers.get("cookie", "")).get(COOKIE))
        if session is None:
            raise Refused(401, "app_gate.login")
        return session


class Flow:
    """How much one connection has sent within the last minute."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic):
        self._most, self._clock = most, clock
        self._came: deque[tuple[float, int]] = deque()
        self._sum = 0

    def takes(self, size: int) -> bool:
        """Whether so much more is within the limit."""
        now = self._clock()
        while self._came and self._came[0][0] < now - 60:
            self._sum -= self._came.popleft()[1]
        self._came.append((now, size))
        self._sum += size
        return self._sum <= self._most


@contextlib.contextmanager
def _hung_up_with(session: Session | None, send: Send) -> Iterator[None]:
    """Within it, the end of a session hangs up a connection."""
    if session is None:
        yield
        return
    tasks = []

    async def close() -> None:
        with contextlib.suppress(RuntimeError):  # it was closed already
            await send({"type": "websocket.close", "code": 1008})

    def end() -> None:
        tasks.append(asyncio.ensure_future(close()))

    session.ends.append(end)
    try:
        yield
    finally:
        session.ends.remove(end)


async def _body(headers: Headers, receive: Receive) -> Receive:
    """The whole body of a request, read before anybody works on it."""
    told = headers.get("content-length", "0")
    if not told.isdecimal() or int(told) > BODY:
        raise Refused(413, "app_gate.large")
    came = b""
    try:
        async with asyncio.timeout(SECONDS):
            more = True
            while more:
                message = await receive()
                came += message.get("body", b"")
                if len(came) > BODY:
                    raise Refused(413, "app_gate.large")
                more = message.get("more_body", False)
    except TimeoutError:
        raise Refused(408, "app_gate.slow") from None
    whole = iter([{"type": "http.request", "body": came, "more_body": False}])

    async def again() -> Message:
        return next(whole, None) or await receive()

    return again


def _last(headers: Headers, name: str) -> str:
    """What the proxy itself wrote in a header: it adds at the end, of the last line; all before may be the visitor's own."""
    lines = headers.getlist(name)
    return lines[-1].split(",")[-1].strip() if lines else ""


def _address(told: str) -> str:
    """The address in an element of X-Forwarded-For, without the port that some proxies add; "" where it is none."""
    if _is_address(told):
        return told
    bare = hostname(told) or ""
    return bare if _is_address(bare) else ""


def _asked(scope: Scope) -> str:
    """Path and query of a request, so that whoever logs in on the way still asks what they asked."""
    query = quote(scope.get("query_string", b""), safe=string.punctuation)
    return scope["path"] + (f"?{query}" if query else "")


def hostname(host: str) -> str | None:
    """The name in a Host header, without its port; None where it is none."""
    if not _plain_host(host):
        return None
    try:
        name, port = urlsplit(f"//{host}").hostname, urlsplit(f"//{host}").port
    except ValueError:
        return None
    return name.rstrip(".") or None if name and port != 0 else None


def _port(host: str, usual: int) -> int:
    try:
        return urlsplit(f"//{host}").port or usual
    except ValueError:
        return -1


def _plain_host(host: str) -> bool:
    return 0 < len(host) < 260 and all(char.isalnum() or char in ".-_:[]" for char in host) and host.isascii()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _plain_path(path: str) -> bool:
    """Whether a path, percent signs resolved, leads nowhere but down."""
    return path.startswith("/") and path.isprintable() and not ({"\\", ":", "%"} & set(path)) and ".." not in path and "//" not in path
