"""The way in: one password for all visitors, sessions kept in the memory of the server, and few tries.

A session is a random number that the browser keeps in a cookie which no script can read. The server keeps only its digest, so that
logging out, expiry and a restart end it for good.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from yidu.viz.app.server_settings import Settings
from yidu.viz.words import LANGUAGES, Language, Words

COOKIE = "yidu-session"
NAMES: dict[Language, str] = {"zh": "中文", "en": "English"}
LOGIN, LOGOUT = "/_yidu/login", "/_yidu/logout"

SHORTEST = 8
"""Characters that a password has at least."""

LASTS = 12 * 3600.0
"""Seconds after which a visitor logs in again."""

TRIES, WITHIN = 5, 15 * 60.0
"""Wrong passwords that one address may send within so many seconds."""

REMEMBERED = 10_000
"""Addresses, and sessions, that are kept in mind; of more, the oldest are forgotten."""

LONGEST_GOAL = 16_000
"""Characters of the page that a visitor is led to: a path and a link's query, percent signs and all."""

STRICT = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
"""The policy of pages without scripts."""


log = logging.getLogger("yidu.viz.app.login")


@dataclass
class Session:
    """One browser that is logged in."""

    until: float
    ends: list[Callable[[], None]] = field(default_factory=list)  # what hangs up its connections


class Wall:
    """Knows the password, who is in, and who tried too often. Called from one thread, that of the event loop."""

    def __init__(self, password: str, clock: Callable[[], float] = time.monotonic):
        self._digest = _digest(password)
        self._clock = clock
        self._sessions: dict[bytes, Session] = {}
        self._failures: dict[str, list[float]] = {}

    def opens(self, password: str) -> bool:
        """Whether it is the password, in the same time for any."""
        return hmac.compare_digest(_digest(password), self._digest)

    def enter(self) -> str:
        """A new session: what its cookie holds."""
        token = secrets.token_urlsafe(32)
        _forget(self._sessions)
        self._sessions[_digest(token)] = Session(self._clock() + LASTS)
        return token

    def session(self, token: str | None) -> Session | None:
        """The session of a cookie, unless it is none or over."""
        if not token:
            return None
        session = self._sessions.get(_digest(token))
        if session is not None and session.until < self._clock():
            self.leave(token)
            return None
        return session

    def over(self, session: Session) -> bool:
        """Whether it is past its time."""
        return session.until < self._clock()

    def leave(self, token: str | None) -> None:
        """End a session and hang up its connections."""
        session = self._sessions.pop(_digest(token or ""), None)
        if session is not None:
            session.until = 0.0
            for end in list(session.ends):
                end()

    def failed(self, address: str) -> None:
        """A wrong password came from there."""
        peer = _household(address)
        recent = self._recent(peer)
        _forget(self._failures)
        self._failures[peer] = [*recent, self._clock()]

    def waits(self, address: str) -> int:
        """Seconds until an address may try again; 0 where it may now."""
        recent = self._recent(_household(address))
        return 0 if len(recent) < TRIES else max(1, round(recent[-TRIES] + WITHIN - self._clock()))

    def _recent(self, peer: str) -> list[float]:
        since = self._clock() - WITHIN
        return [when for when in self._failures.get(peer, []) if when > since]


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _forget(kept: dict[Any, Any]) -> None:
    while len(kept) >= REMEMBERED:
        del kept[next(iter(kept))]


def _household(address: str) -> str:
    """An address as tries are counted: with IPv6 one customer has 2^64 of them."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else str(known)


# --- pages


@cache
def _template() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).resolve().parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


class LoginPages:
    """The form to log in and the one to log out."""

    def __init__(self, wall: Wall, settings: Settings):
        self.wall, self.settings = wall, settings

    async def login(self, request: Request) -> Response:
        """GET shows the form; POST tries a password."""
        if request.method != "POST":
            return self._form(request, LOGIN, request.query_params.get("next", "/"))
        sent = parse_qs((await request.body()).decode("utf-8", "replace"))
        password, goal = sent.get("password", [""])[0], sent.get("next", ["/"])[0]
        address = request.scope["yidu.address"]
        if wait := self.wall.waits(address):
            said = self._words(request)("app_login.wait", minutes=-(-wait // 60))
            return self._form(request, LOGIN, goal, said, status=429, headers={"Retry-After": str(wait)})
        if not self.wall.opens(password):
            self.wall.failed(address)
            log.warning("a wrong password came from %s", address)
            return self._form(request, LOGIN, goal, self._words(request)("app_login.wrong"), status=403)
        response = RedirectResponse(self.settings.root_path + safe(goal), status_code=303)
        self._cookie(response, request, self.wall.enter(), round(LASTS))
        return response

    async def logout(self, request: Request) -> Response:
        """GET asks; POST ends the session."""
        if request.method != "POST":
            return self._form(request, LOGOUT, "/")
        self.wall.leave(request.cookies.get(COOKIE))
        response = RedirectResponse(self.settings.root_path + LOGIN, status_code=303)
        self._cookie(response, request, "", 0)
        return response

    def _cookie(self, response: Response, request: Request, value: str, seconds: int) -> None:
        response.set_cookie(
            COOKIE, value, max_age=seconds, path=self.settings.root_path or "/", httponly=True, samesite="lax",
            secure=request.scope["scheme"] == "https",
        )  # fmt: skip

    def _words(self, request: Request) -> Words:
        asked = request.query_params.get("lang")
        return Words(next((language for language in LANGUAGES if language == asked), self.settings.language))

    def _form(
        self, request: Request, where: str, goal: str, said: str = "", status: int = 200, headers: dict[str, str] | None = None
    ) -> Response:
        words = self._words(request)
        other: Language = "en" if words.language == "zh" else "zh"
        root, goal = self.settings.root_path, safe(goal)
        page = _template().get_template("login.html.j2").render(
            words=words, said=said, goal=goal, leaving=where == LOGOUT, action=f"{root}{where}?lang={words.language}",
            other=other, other_name=NAMES[other], other_link=f"{root}{where}?lang={other}&next={quote(goal)}", home=f"{root}/",
        )  # fmt: skip
        return HTMLResponse(page, status, headers={"Content-Security-Policy": STRICT, "Cache-Control": "no-store", **(headers or {})})


def safe(goal: str) -> str:
    """Where to go after logging in: a page of this app with what is asked of it, whatever was sent."""
    path = goal.partition("?")[0]
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path and goal.isprintable() and len(goal) <= LONGEST_GOAL
    return goal if plain and not path.startswith("/_yidu/") else "/"
