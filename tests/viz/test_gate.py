"""Who may come in: hosts, origins, proxies, paths, sizes, passwords. The gate stands before a small application here."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from yidu.viz.app.gate import BODY, LOOPBACK, Flow, Gate, Rules, hostname
from yidu.viz.app.login import COOKIE, LASTS, LOGIN, LOGOUT, TRIES, WITHIN, LoginPages, Wall, safe
from yidu.viz.app.server_settings import Settings

pytestmark = pytest.mark.fast

HERE = "127.0.0.1:8765"
PASSWORD = "correct horse"


class Clock:
    """Time as a test would have it."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


async def _shown(request: Request) -> Response:
    return PlainTextResponse(f"{request.scope['path']} of {request.scope['yidu.address']} by {request.scope['scheme']}")


async def _echo(socket: WebSocket) -> None:
    await socket.accept()
    async for text in socket.iter_text():
        await socket.send_text(text)


async def _public(request: Request) -> Response:
    return Response(headers={"Cache-Control": "public, max-age=9"})


def gate(rules: Rules | None = None, wall: Wall | None = None, **settings: Any) -> Gate:
    chosen = Settings(jobs=1, **settings)
    doors = [] if wall is None else [
        Route(LOGIN, LoginPages(wall, chosen).login, methods=["GET", "POST"]),
        Route(LOGOUT, LoginPages(wall, chosen).logout, methods=["GET", "POST"]),
    ]  # fmt: skip
    inside = Starlette(
        routes=[*doors, Route("/public", _public), WebSocketRoute("/ws", _echo), Route("/{path:path}", _shown, methods=["GET", "POST"])]
    )
    return Gate(inside, chosen, rules or Rules(), wall)


class Answer:
    """What came back."""

    def __init__(self, messages: list[dict[str, Any]]):
        self.status: int = messages[0]["status"]
        self.headers = {name.decode(): value.decode() for name, value in messages[0]["headers"]}
        self.text = b"".join(message.get("body", b"") for message in messages[1:]).decode()


def ask(
    gate: Gate, path: str = "/", method: str = "GET", *, host: str | None = HERE, peer: str = "127.0.0.1", body: bytes = b"",
    chunks: list[bytes] | None = None, more: list[tuple[str, str]] | None = None, **headers: str,
) -> Answer:  # fmt: skip
    """One request, as an ASGI server would pass it on."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    listed = [(name, value) for name, value in named.items()] + (more or [])
    if host is not None:
        listed.append(("host", host))
    if chunks is None and body:
        listed.append(("content-length", str(len(body))))
    plain, _, query = path.partition("?")
    scope = {
        "type": "http", "method": method, "path": plain, "raw_path": plain.encode(), "query_string": query.encode(), "root_path": "",
        "scheme": "http", "client": (peer, 1), "server": ("127.0.0.1", 8765), "http_version": "1.1",
        "headers": [(name.lower().encode(), value.encode()) for name, value in listed],
    }  # fmt: skip
    pieces = iter(chunks if chunks is not None else [body])
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        piece = next(pieces, None)
        if piece is None:
            return {"type": "http.request", "body": b"", "more_body": False}
        return {"type": "http.request", "body": piece, "more_body": chunks is not None}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(gate(scope, receive, send))  # type: ignore[arg-type]
    return Answer(sent)


def talk(
    gate: Gate, texts: list[str], *, host: str = HERE, peer: str = "127.0.0.1", meanwhile: Callable[[], None] | None = None, **headers: str
) -> list[str]:
    """What a connection answers to these texts: what was said back, then how it ended."""
    listed = [("host", host), *((name.replace("_", "-"), value) for name, value in headers.items())]
    scope = {
        "type": "websocket", "path": "/ws", "raw_path": b"/ws", "query_string": b"", "root_path": "", "scheme": "ws", "client": (peer, 1),
        "headers": [(name.encode(), value.encode()) for name, value in listed], "subprotocols": [],
    }  # fmt: skip
    waiting = iter(texts)
    heard: list[str] = []
    first = True

    async def receive() -> dict[str, Any]:
        nonlocal first
        if first:
            first = False
            return {"type": "websocket.connect"}
        await asyncio.sleep(0)
        if meanwhile is not None and len(heard) > 1:
            meanwhile()
            await asyncio.sleep(0.01)
        text = next(waiting, None)
        return {"type": "websocket.disconnect", "code": 1000} if text is None else {"type": "websocket.receive", "text": text}

    async def send(message: dict[str, Any]) -> None:
        heard.append(message.get("text") or message["type"].removeprefix("websocket."))

    asyncio.run(gate(scope, receive, send))  # type: ignore[arg-type]
    return heard


# --- which host, from which page


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost", "LOCALHOST:1", "[::1]:8765", "localhost."])
def test_this_machine_may_be_asked_by_its_own_names(host: str) -> None:
    assert ask(gate(), host=host).status == 200


STRANGE = ["evil.example", "127.0.0.1.evil.example:8765", "10.0.0.1", "", "localhost:0", "a b", "localhost/..", None]


@pytest.mark.parametrize("host", STRANGE)
def test_another_name_of_it_is_refused_whatever_it_resolves_to(host: str | None) -> None:
    answer = ask(gate(), host=host)
    assert answer.status == 400 and "主机名" in answer.text and "host name" in answer.text


def test_two_hosts_are_none() -> None:
    assert ask(gate(), more=[("host", "evil.example")]).status == 400


def test_on_every_address_numbers_may_be_asked_for_and_names_only_where_allowed() -> None:
    everywhere = gate(Rules(hosts=LOOPBACK | {"yidu.example.cn"}, any_address=True))
    assert ask(everywhere, host="10.1.2.3:8765").status == 200
    assert ask(everywhere, host="yidu.example.cn").status == 200
    assert ask(everywhere, host="evil.example").status == 400


GOOD, BAD = (
    f"http://{HERE}",
    ["http://evil.example", "http://127.0.0.1:3000", "null", "", "file://127.0.0.1:8765", "http://127.0.0.1:8765.evil.example"],
)


@pytest.mark.parametrize("origin", BAD)
def test_another_site_cannot_act_for_a_visitor(origin: str) -> None:
    assert ask(gate(), "/x", "POST", origin=origin).status == 403
    assert talk(gate(), ["hello"], origin=origin) == ["close"]


def test_neither_can_who_does_not_say_where_from() -> None:
    assert ask(gate(), "/x", "POST").status == 403
    assert talk(gate(), ["hello"]) == ["close"]


def test_our_own_pages_can() -> None:
    assert ask(gate(), "/x", "POST", origin=GOOD).status == 200
    assert talk(gate(), ["hello"], origin=GOOD) == ["accept", "hello"]


# --- paths, methods, sizes


CROOKED = ["/../etc/passwd", "/a/..%2f", "/%2e%2e/x", "/a\\b", "/a//b", "//evil", "/a\x00", "/C:/x", "/a/../b", "x", "/" + "a" * 3000]


@pytest.mark.parametrize("path", CROOKED)
def test_a_path_leads_only_down(path: str) -> None:
    assert ask(gate(), path).status == 404


@given(st.text(alphabet="./\\%2ef:abc\x00 例", max_size=30))
def test_no_path_that_is_let_through_can_climb(path: str) -> None:
    answer = ask(gate(), "/" + path.replace("?", ""))
    assert answer.status == 404 or (".." not in path and "\\" not in path and "\x00" not in path)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "TRACE", "OPTIONS", "PATCH"])
def test_only_what_pages_need_is_accepted(method: str) -> None:
    assert ask(gate(), method=method).status == 405


def test_a_body_is_short_whether_or_not_it_says_its_length() -> None:
    assert ask(gate(), "/x", "POST", origin=GOOD, body=b"a" * BODY).status == 200
    assert ask(gate(), "/x", "POST", origin=GOOD, body=b"a" * (BODY + 1)).status == 413
    assert ask(gate(), "/x", "POST", origin=GOOD, chunks=[b"a" * BODY, b"a"]).status == 413
    assert ask(gate(), "/x", "POST", origin=GOOD, content_length="lots").status == 413


def test_a_connection_that_sends_too_much_is_closed() -> None:
    assert talk(gate(flow_bytes=10), ["12345", "12345", "1"], origin=GOOD) == ["accept", "12345", "12345", "close"]


def test_the_flow_of_a_connection_is_that_of_its_last_minute() -> None:
    clock = Clock()
    flow = Flow(100, clock)
    assert flow.takes(60) and not flow.takes(60)
    clock.now += 61
    assert flow.takes(100) and not flow.takes(1)


# --- headers


def test_every_answer_forbids_other_sources_and_frames() -> None:
    for answer in (ask(gate()), ask(gate(), host="evil.example"), ask(gate(wall=Wall(PASSWORD))), ask(gate(wall=Wall(PASSWORD)), LOGIN)):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy or "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy and "http:" not in policy and "https:" not in policy and "*" not in policy
        assert answer.headers["x-frame-options"] == "DENY" and answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin" and "permissions-policy" in answer.headers
        assert "server" not in answer.headers


def test_a_host_cannot_write_into_the_policy() -> None:
    assert "evil" not in ask(gate(), host="127.0.0.1; script-src evil").headers["content-security-policy"]


def test_what_needs_a_session_is_kept_by_no_shared_cache() -> None:
    assert ask(gate(), "/public").headers["cache-control"] == "public, max-age=9"
    wall = Wall(PASSWORD)
    assert ask(gate(wall=wall), "/public", cookie=f"{COOKIE}={wall.enter()}").headers["cache-control"] == "private, max-age=9"


# --- the password


def form(**fields: str) -> bytes:
    return urlencode(fields).encode()


def login(gate: Gate, password: str, goal: str = "/", **more: Any) -> Answer:
    return ask(gate, LOGIN, "POST", origin=GOOD, body=form(password=password, next=goal), **more)


def test_without_the_password_nothing_is_shown() -> None:
    closed = gate(wall=Wall(PASSWORD))
    assert ask(closed, "/static/assets/style.css").status == 401
    assert talk(closed, ["hello"], origin=GOOD) == ["close"]
    away = ask(closed, "/compare", accept="text/html")
    assert (away.status, away.headers["location"]) == (303, f"{LOGIN}?next=/compare")
    away = ask(closed, "/compare?mix=plan&title=a%20b", accept="text/html")
    assert away.headers["location"] == f"{LOGIN}?next=/compare%3Fmix%3Dplan%26title%3Da%2520b"
    assert ask(closed, "/readyz").status == 200
    page = ask(closed, f"{LOGIN}?next=/compare")
    assert page.status == 200 and "访问密码" in page.text and 'value="/compare"' in page.text and "<script" not in page.text
    assert "Password" in ask(closed, f"{LOGIN}?lang=en").text


def test_with_it_all_is_until_logging_out() -> None:
    closed = gate(wall=Wall(PASSWORD))
    answer = login(closed, PASSWORD, "/compare")
    assert (answer.status, answer.headers["location"]) == (303, "/compare")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Secure" not in cookie and PASSWORD not in cookie
    cookie = cookie.partition(";")[0]
    assert ask(closed, "/x", cookie=cookie).status == 200
    assert talk(closed, ["hello"], origin=GOOD, cookie=cookie) == ["accept", "hello"]
    assert "退出登录" in ask(closed, LOGOUT, cookie=cookie).text and ask(closed, "/x", cookie=cookie).status == 200
    assert ask(closed, LOGOUT, "POST", origin=GOOD, cookie=cookie).status == 303
    assert ask(closed, "/x", cookie=cookie).status == 401


def test_logging_out_hangs_up_what_is_open() -> None:
    wall = Wall(PASSWORD)
    token = wall.enter()
    heard = talk(gate(wall=wall), ["one", "two", "three"], origin=GOOD, cookie=f"{COOKIE}={token}", meanwhile=lambda: wall.leave(token))
    assert heard[:3] == ["accept", "one", "close"] and "two" not in heard


def test_a_session_ends_by_itself() -> None:
    clock = Clock()
    wall = Wall(PASSWORD, clock)
    cookie = f"{COOKIE}={wall.enter()}"
    clock.now += LASTS - 1
    assert ask(gate(wall=wall), cookie=cookie).status == 200
    clock.now += 2
    assert ask(gate(wall=wall), cookie=cookie).status == 401


@pytest.mark.parametrize("cookie", ["", f"{COOKIE}=", f"{COOKIE}=made-up", "a=b; c", f"{COOKIE}={'x' * 9000}"])
def test_a_made_up_session_is_none(cookie: str) -> None:
    wall = Wall(PASSWORD)
    wall.enter()
    assert ask(gate(wall=wall), cookie=cookie).status == 401


def test_few_wrong_passwords_may_come_from_one_address_and_then_not_even_the_right_one() -> None:
    clock = Clock()
    closed = gate(wall=Wall(PASSWORD, clock))
    for _ in range(TRIES):
        assert login(closed, "wrong").status == 403
    refused = login(closed, PASSWORD)
    assert refused.status == 429 and 0 < int(refused.headers["retry-after"]) <= WITHIN and "15 分钟" in refused.text
    assert login(closed, PASSWORD, peer="127.0.0.2").status == 303
    clock.now += WITHIN + 1
    assert login(closed, PASSWORD).status == 303


def test_the_addresses_of_one_customer_count_as_one() -> None:
    closed = gate(wall=Wall(PASSWORD))
    for host in range(TRIES):
        login(closed, "wrong", peer=f"2001:db8::{host + 1}")
    assert login(closed, PASSWORD, peer="2001:db8::ffff").status == 429
    assert login(closed, PASSWORD, peer="2001:db8:0:1::1").status == 303


AWAY = [
    "//evil.example", "//evil.example?mix=plan", "?next=//evil.example", "/\\evil.example?a", "/_yidu/logout?x", "/" + "a" * 20_000,
    "https://evil.example", "/\\evil.example", "evil", "/a\r\nSet-Cookie: x", "/_yidu/logout", "",
]  # fmt: skip


@given(goal=st.text(alphabet="/\\?:.@#%e\t evil", max_size=12))
def test_no_goal_leads_to_another_server(goal: str) -> None:
    page = urljoin("http://127.0.0.1:8765/", safe(goal))  # as a browser resolves it, backslashes in a path being slashes
    assert urlsplit(page).netloc == "127.0.0.1:8765" and "\\" not in urlsplit(page).path


GOALS = ["/", "/explain?mix=plan&seed=2", "/?title=a\\b", "/?next=//evil.example", "/?when=a < 1@2023~b:2"]


@pytest.mark.parametrize("goal", GOALS)
def test_logging_in_keeps_what_was_asked(goal: str) -> None:
    assert safe(goal) == goal


@pytest.mark.parametrize("goal", AWAY)
def test_logging_in_leads_to_a_page_of_ours(goal: str) -> None:
    assert safe(goal) == "/"
    answer = login(gate(wall=Wall(PASSWORD)), PASSWORD, goal)
    assert answer.headers["location"] == "/"


def test_what_is_sent_back_into_the_form_is_text() -> None:
    page = ask(gate(wall=Wall(PASSWORD)), LOGIN + '?next=/"><script>alert(1)</script>')
    assert "<script" not in page.text


# --- a proxy


PROXY = Rules(hosts=LOOPBACK | {"yidu.example.cn"}, proxies=(ip_network("10.0.0.0/30"),), user_header="X-Remote-User")


def test_the_word_of_a_proxy_counts_from_it_alone() -> None:
    assert ask(gate(PROXY), peer="10.0.0.1", x_remote_user="li").status == 200
    assert ask(gate(PROXY), peer="::ffff:10.0.0.1", x_remote_user="li").status == 200
    for refused in (
        ask(gate(PROXY), peer="10.0.0.9", x_remote_user="li"),  # somebody else
        ask(gate(PROXY), peer="127.0.0.1", x_remote_user="li"),
        ask(gate(PROXY), peer="10.0.0.1"),  # it let nobody in
        ask(gate(PROXY), peer="10.0.0.1", x_remote_user=" "),
        ask(gate(PROXY), peer="10.0.0.1", x_remote_user="li", more=[("x-remote-user", "wang")]),  # the visitor sent one as well
    ):
        assert refused.status == 403
    assert talk(gate(PROXY), ["hello"], peer="10.0.0.1", origin=GOOD, x_remote_user="li") == ["accept", "hello"]
    assert talk(gate(PROXY), ["hello"], peer="10.0.0.9", origin=GOOD, x_remote_user="li") == ["close"]


def test_a_proxy_and_a_password_are_two_locks() -> None:
    wall = Wall(PASSWORD)
    both, cookie = gate(PROXY, wall), f"{COOKIE}={wall.enter()}"
    assert ask(both, peer="10.0.0.1", x_remote_user="li").status == 401
    assert ask(both, peer="127.0.0.1", x_remote_user="li", cookie=cookie).status == 403
    assert ask(both, peer="10.0.0.1", x_remote_user="li", cookie=cookie).status == 200
    assert talk(both, ["hello"], peer="10.0.0.1", origin=GOOD, x_remote_user="li") == ["close"]
    assert talk(both, ["hello"], peer="10.0.0.1", origin=GOOD, cookie=cookie) == ["close"]
    assert talk(both, ["hello"], peer="10.0.0.1", origin=GOOD, x_remote_user="li", cookie=cookie) == ["accept", "hello"]


def test_forwarded_headers_are_believed_from_a_proxy_only() -> None:
    forwarded = {"x_forwarded_for": "6.6.6.6, 203.0.113.7", "x_forwarded_proto": "https", "x_forwarded_host": "yidu.example.cn"}
    asked = replace(PROXY, forwarded_host=True)
    assert ask(gate(asked), peer="10.0.0.1", host="inside", x_remote_user="li", **forwarded).text == "/ of 203.0.113.7 by https"
    assert ask(gate(), **forwarded).text == "/ of 127.0.0.1 by http"
    assert ask(gate(asked), peer="10.0.0.9", host="inside", x_remote_user="li", **forwarded).status == 400
    assert ask(gate(), host="inside", **forwarded).status == 400


def test_a_visitor_names_no_host_through_a_proxy_that_passes_their_headers_on() -> None:
    strange, known = {"x_forwarded_host": "evil.example"}, {"x_forwarded_host": "yidu.example.cn"}
    assert ask(gate(PROXY), peer="10.0.0.1", host="evil.example", x_remote_user="li", **known).status == 400
    assert ask(gate(PROXY), peer="10.0.0.1", host="yidu.example.cn", x_remote_user="li", **strange).status == 200  # nobody looks at it
    asked = gate(replace(PROXY, forwarded_host=True))
    for last, status in (("evil.example", 400), ("yidu.example.cn", 200)):
        lines = [("X-Forwarded-Host", "yidu.example.cn"), ("X-Forwarded-Host", f"yidu.example.cn, {last}")]
        assert ask(asked, peer="10.0.0.1", host="inside", x_remote_user="li", more=lines).status == status


ELEMENTS = [
    ("203.0.113.7", "203.0.113.7"), ("203.0.113.7:80", "203.0.113.7"), ("[2001:db8::7]:80", "2001:db8::7"), ("2001:db8::7", "2001:db8::7"),
    ("6.6.6.6,203.0.113.7", "203.0.113.7"), ("unknown", "10.0.0.1"), ("", "10.0.0.1"), ("6.6.6.6,", "10.0.0.1"), ("_hidden", "10.0.0.1"),
]  # fmt: skip


@pytest.mark.parametrize("line, address", ELEMENTS)
def test_the_address_of_a_visitor_is_the_last_that_the_proxy_wrote_or_its_own(line: str, address: str) -> None:
    lines = [("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-For", line)]
    assert ask(gate(PROXY), peer="10.0.0.1", x_remote_user="li", more=lines).text == f"/ of {address} by http"


def test_behind_https_the_cookie_stays_on_it() -> None:
    behind = gate(Rules(proxies=(ip_network("10.0.0.1"),)), Wall(PASSWORD))
    assert "Secure" in login(behind, PASSWORD, peer="10.0.0.1", x_forwarded_proto="https").headers["set-cookie"]


def test_a_proxy_that_leaves_the_port_out_is_understood() -> None:
    page = "https://yidu.example.cn:8443"
    assert ask(gate(PROXY), "/x", "POST", peer="10.0.0.1", host="yidu.example.cn", origin=page, x_remote_user="li").status == 200
    assert ask(gate(Rules(hosts=frozenset({"yidu.example.cn"}))), "/x", "POST", host="yidu.example.cn", origin=page).status == 403


@pytest.mark.parametrize("path, seen", [("/yidu/compare", "/compare"), ("/compare", "/compare"), ("/yidu", "/"), ("/yidux", "/yidux")])
def test_under_a_path_it_works_whether_or_not_the_proxy_takes_the_path_off(path: str, seen: str) -> None:
    assert ask(gate(root_path="/yidu"), path).text.startswith(f"{seen} of ")


def test_under_a_path_the_way_in_is_there_too() -> None:
    closed = gate(wall=Wall(PASSWORD), root_path="/yidu")
    assert ask(closed, "/compare", accept="text/html").headers["location"] == f"/yidu{LOGIN}?next=/compare"
    answer = login(closed, PASSWORD, "/compare")
    assert answer.headers["location"] == "/yidu/compare" and "Path=/yidu" in answer.headers["set-cookie"]


HOSTS = [("A.cn:80", "a.cn"), ("[::1]", "::1"), ("[::1", None), ("a.cn:99999", None), ("a@b", None), (":80", None)]


@pytest.mark.parametrize("host, name", HOSTS)
def test_the_name_in_a_host(host: str, name: str | None) -> None:
    assert hostname(host) == name


def test_mounts_see_the_path_as_it_is() -> None:
    inside = Starlette(routes=[Mount("/static", app=Starlette(routes=[Route("/{path:path}", _shown)]))])
    assert ask(Gate(inside, Settings(jobs=1), Rules()), "/static/a.js").status == 200
