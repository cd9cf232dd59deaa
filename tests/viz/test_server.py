"""The app as it is served: a real server on loopback, asked over sockets."""

import contextlib
import hashlib
import html
import http.client
import json
import os
import queue
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.viz.serving import PASSWORD, USER_HEADER
from yidu.viz.app.login import LOGIN, LOGOUT

ROOT = Path(__file__).resolve().parents[2]


class Served(NamedTuple):
    """A running server: a port open to this machine, one behind a wall, one behind a proxy, one behind both, one under the limits that the
    app usually has, and what it printed."""

    opened: int
    guarded: int
    named: int
    both: int
    usual: int
    said: "queue.Queue[str]"

    def so_far(self) -> list[str]:
        """What it printed since asked last."""
        lines = []
        with contextlib.suppress(queue.Empty):
            while True:
                lines.append(self.said.get_nowait())
        return lines


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.viz.serving"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    said: queue.Queue[str] = queue.Queue()

    def listen() -> None:
        for line in process.stdout or ():
            said.put(line)

    threading.Thread(target=listen, daemon=True).start()
    try:
        while not (line := said.get(timeout=90)).startswith("["):
            pass
        yield Served(*json.loads(line), said)
    finally:
        process.kill()
        process.wait()


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes


def ask(
    port: int, path: str, method: str = "GET", body: bytes | None = None, peer: str = "127.0.0.1",
    more: list[tuple[str, str]] | None = None, **headers: str,
) -> Answer:  # fmt: skip
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20, source_address=(peer, 0))
    try:
        connection.putrequest(method, path, skip_host="host" in headers)
        for name, value in [*headers.items(), *(more or [])]:
            connection.putheader(name.replace("_", "-"), value)
        if body is not None and "content_length" not in headers:
            connection.putheader("content-length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def talk(
    port: int,
    kernel: str = "",
    cookie: str | None = None,
    origin: str | None = None,
    host: str | None = None,
    browser: str = "",
    peer: str = "127.0.0.1",
    user: str = "",
) -> ClientConnection:
    """A page's connection, as its browser opens it."""
    kernel = kernel or secrets.token_hex(8)
    headers = {"Cookie": "; ".join(filter(None, [f"solara-session-id={browser or kernel}", cookie]))}
    if host is not None:
        headers["Host"] = host
    if user:
        headers[USER_HEADER] = user
    address = f"ws://127.0.0.1:{port}/jupyter/api/kernels/{kernel}/channels?session_id={kernel}"
    return connect(address, additional_headers=headers, origin=origin or f"http://127.0.0.1:{port}", proxy=None,
                   source_address=(peer, 0))  # type: ignore[arg-type]  # fmt: skip


def told(connection: ClientConnection, kind: str, **content: Any) -> None:
    header = {"msg_id": secrets.token_hex(8), "msg_type": kind, "username": "", "session": "", "version": "5.3"}
    message = {
        "header": header, "parent_header": {}, "metadata": {"version": "1.0.0"}, "content": content, "channel": "shell", "buffers": [],
    }  # fmt: skip
    connection.send(json.dumps(message))


def answers(connection: ClientConnection) -> bool:
    """Whether Python answers on it."""
    told(connection, "kernel_info_request")
    return any("kernel_info_reply" in str(connection.recv(timeout=10)) for _ in range(5))


# --- pages and scripts


def test_a_page_and_all_it_needs_are_here(served: Served) -> None:
    page = ask(served.opened, "/")
    assert page.status == 200 and page.headers["server"] is None
    assert "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:" in page.headers["content-security-policy"]
    cookie = page.headers["set-cookie"]
    assert cookie.startswith("solara-session-id=") and "HttpOnly" in cookie and "SameSite=lax" in cookie
    text = page.body.decode()
    assert "solara.dev" not in text and "font-awesome" not in text and "jsdelivr" not in text
    for path in (
        "/_solara/cdn/@widgetti/solara-vuetify-app@10.1.1/dist/main8.css",
        "/_solara/cdn/echarts@5.4.0/dist/echarts.js",
        "/_solara/cdn/requirejs@2.3.6/require.js",
        "/jupyter/nbextensions/jupyter-vuetify/nodeps.js",
        "/static/assets/favicon.svg",
        "/static/assets/style.css",
        "/static/main-vuetify.js",
    ):
        answer = ask(served.opened, path)
        assert answer.status == 200 and answer.body, path
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert b"#1d4e79" in ask(served.opened, "/static/assets/favicon.svg").body  # ours before Solara's


def test_the_frame_of_a_page_speaks_both_languages_and_can_be_enlarged(served: Served) -> None:
    text = ask(served.opened, "/").body.decode()
    both = "与服务器的连接已断开。 The connection to the server is lost."
    for said in ('<html lang="zh-CN">', both, "正在载入…… Loading...", "请刷新页面。"):
        assert said in text
    for said in ("Please refresh", "Could not restore", "disconnected.", "Loading app", "Loading resources", "user-scalable"):
        assert said not in text


@pytest.mark.parametrize("path", ["none@1.0.0/none.js", "@widgetti", "@widgetti/solara-vuetify-app@10.1.1", "echarts@5.4.0/dist", "x"])
def test_a_script_that_is_not_here_is_not_fetched_and_none_is_lost(served: Served, path: str) -> None:
    served.so_far()
    began = time.monotonic()
    assert ask(served.opened, f"/_solara/cdn/{path}").status == 404
    assert time.monotonic() - began < 5  # Solara would try for seven seconds
    time.sleep(0.05)
    assert [line for line in served.so_far() if "CONNECT" in line] == []
    assert ask(served.opened, "/_solara/cdn/@widgetti/solara-vuetify-app@10.1.1/dist/main8.css").status == 200


MOUNTS = ["/", "/static/", "/static/assets/", "/static/public/", "/_solara/cdn/", "/jupyter/nbextensions/", "/jupyter/", "/_solara/"]
UPS = [
    "../" * 9,
    "..%2f" * 9,
    "%2e%2e/" * 9,
    "%252e%252e%252f" * 9,
    "..%5c" * 9,
    "..\\" * 9,
    "....//" * 9,
    "%c0%ae%c0%ae/" * 9,
    "/",
    "//",
    "file:///",
]


@pytest.mark.parametrize("mount", MOUNTS)
def test_no_file_of_the_server_is_reached_by_a_path(served: Served, mount: str) -> None:
    for up in UPS:
        for file in ("etc/passwd", "proc/self/environ", "viz/app/server.py", "pyproject.toml"):
            answer = ask(served.opened, mount + up + file)
            assert answer.status in (400, 404), (mount, up, answer.status)
            assert b"root:" not in answer.body and b"PATH=" not in answer.body and b"import" not in answer.body
    for name in ("tiny_app.py", "app.py", "__init__.py", "..", "%00", "."):
        assert ask(served.opened, mount + name).status in (400, 404) or mount + name == "/."


UNNEEDED = ["/resourcez", "/resourcez?verbose", "/_solara/api/evict/x", "/jupyter/api/contents", "/_solara/auth/login", "/none"]


@pytest.mark.parametrize("path", UNNEEDED)
def test_what_no_page_needs_is_not_there(served: Served, path: str) -> None:
    assert ask(served.opened, path).status == 404
    assert ask(served.opened, path, "POST", b"", origin=f"http://127.0.0.1:{served.opened}").status == 404


def test_an_answer_that_refuses_says_nothing_of_the_server(served: Served) -> None:
    for answer in (ask(served.opened, "/none"), ask(served.opened, "/", host="evil.example"), ask(served.opened, "/", "PUT")):
        text = answer.body.decode()
        assert "Traceback" not in text and "solara" not in text.lower() and str(ROOT) not in text


# --- connections


def test_a_page_talks_to_python(served: Served) -> None:
    with talk(served.opened) as connection:
        assert answers(connection)


def test_a_connection_from_elsewhere_is_refused(served: Served) -> None:
    for wrong in ({"origin": "http://evil.example"}, {"origin": "null"}, {"host": "evil.example"}):
        with pytest.raises(InvalidStatus) as refused:
            talk(served.opened, **wrong)
        assert refused.value.response.status_code in (400, 403)


def test_a_message_that_is_too_large_ends_the_connection(served: Served) -> None:
    with talk(served.opened) as connection:
        with pytest.raises(ConnectionClosed) as ended:
            connection.send("x" * 700_000)
            while True:
                connection.recv(timeout=10)
        assert ended.value.rcvd is not None and ended.value.rcvd.code == 1009


def test_a_connection_that_sends_too_much_ends(served: Served) -> None:
    with talk(served.opened) as connection:
        with pytest.raises(ConnectionClosed) as ended:
            for _ in range(10):
                told(connection, "comm_msg", comm_id="none", data={"x": "x" * 400_000})
            while True:
                connection.recv(timeout=10)
        assert ended.value.rcvd is not None and ended.value.rcvd.code == 1008


def test_nobody_takes_over_the_page_of_another(served: Served) -> None:
    kernel = secrets.token_hex(8)
    with talk(served.opened, kernel) as mine:
        assert answers(mine)
        path = f"/_solara/api/close/{kernel}?session_id={kernel}"
        ask(served.opened, path, "POST", b"", origin=f"http://127.0.0.1:{served.opened}", cookie="solara-session-id=other")
        assert answers(mine)  # still open
        with pytest.raises(InvalidStatus):
            talk(served.opened, kernel, browser="other")
        assert answers(mine)


def test_pages_are_so_many_and_those_that_were_left_make_room(served: Served) -> None:
    time.sleep(2)  # pages of other tests are forgotten
    with contextlib.ExitStack() as open_pages:
        for _ in range(4):
            assert answers(open_pages.enter_context(talk(served.opened)))
        full = ask(served.opened, "/")
        assert full.status == 503 and "4 from one network address" in full.body.decode()
        with pytest.raises(InvalidStatus):
            talk(served.opened)
        assert ask(served.opened, "/", peer="127.0.0.2").status == 200  # one address does not keep another out
        assert answers(open_pages.enter_context(talk(served.opened, peer="127.0.0.2")))
        assert ask(served.opened, "/", peer="127.0.0.3").status == 503
    time.sleep(0.3)
    with talk(served.opened) as connection:
        assert answers(connection)


def at_once(
    many: int, *, browser: str = "", kernel: str = "", peer: str = "127.0.0.1", user: str = "", port: int
) -> list[ClientConnection]:
    """So many connections that are opened in one moment; those that are let in, answer and stay open."""
    came: list[ClientConnection] = []
    together = threading.Barrier(many)

    def come(number: int) -> None:
        together.wait()
        try:
            one = talk(port, kernel or f"k{number}-{secrets.token_hex(4)}", browser=browser, peer=peer, user=user)
        except (InvalidStatus, OSError):
            return
        try:
            if answers(one):
                came.append(one)
        except (ConnectionClosed, TimeoutError):
            one.close()

    threads = [threading.Thread(target=come, args=[number]) for number in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def still_there(connections: list[ClientConnection]) -> int:
    """How many still answer."""
    there = 0
    for one in connections:
        with contextlib.suppress(ConnectionClosed, TimeoutError):
            there += answers(one)
        one.close()
    return there


def test_many_connections_of_one_browser_at_once_get_the_pages_of_one_browser(served: Served) -> None:
    for _ in range(3):
        time.sleep(2)
        assert still_there(at_once(28, browser="greedy", port=served.opened)) == 3


def test_forty_connections_of_one_browser_at_once_get_ten_pages_under_the_usual_limits(served: Served) -> None:
    time.sleep(2)
    assert still_there(at_once(40, browser="greedy", port=served.usual)) == 10


def test_many_browsers_of_one_address_at_once_get_the_pages_of_one_address(served: Served) -> None:
    time.sleep(2)
    assert still_there(at_once(28, peer="127.0.0.7", port=served.opened)) == 4


def test_users_whom_a_proxy_names_are_told_apart_though_all_have_its_address(served: Served) -> None:
    time.sleep(2)
    li = at_once(12, user="li", peer="127.0.0.9", port=served.named)  # a new browser each time
    assert len(li) == 3
    wang = at_once(12, user="wang", peer="127.0.0.9", port=served.named)
    assert len(wang) == 2  # five in all, four of one address
    for one in wang:
        one.close()
    kernel = secrets.token_hex(8)
    with talk(served.named, kernel, peer="127.0.0.9", user="wang") as connection:
        assert answers(connection)
        with pytest.raises(InvalidStatus):
            talk(served.named, kernel, peer="127.0.0.9", user="li")  # with the cookie of wang
    assert still_there(li) == 3


def test_a_page_has_two_connections_whoever_opens_more(served: Served) -> None:
    time.sleep(2)
    connections = at_once(28, browser="greedy", kernel="one-page", port=served.opened)
    time.sleep(0.5)
    assert still_there(connections) <= 2


def half_a_request(port: int, peer: str, said: bytes = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ") -> socket.socket:
    """A connection that has begun to ask for something."""
    one = socket.create_connection(("127.0.0.1", port), timeout=10, source_address=(peer, 0))
    one.sendall(said)
    return one


def ended(connections: list[socket.socket], within: float) -> int:
    """How many the server ends within so many seconds, while each says a little more now and then."""
    open_ones, until = list(connections), time.monotonic() + within
    while open_ones and time.monotonic() < until:
        time.sleep(0.3)
        for one in list(open_ones):
            one.settimeout(0.001)
            try:
                one.sendall(b"x")
                if one.recv(1) == b"":
                    open_ones.remove(one)
            except TimeoutError:
                pass
            except OSError:
                open_ones.remove(one)
    return len(connections) - len(open_ones)


def test_half_requests_keep_nobody_out_and_end(served: Served) -> None:
    with contextlib.ExitStack() as held:
        slow = [held.enter_context(half_a_request(served.opened, "127.0.0.2")) for _ in range(200)]
        for peer in ("127.0.0.1", "127.0.0.2"):  # not even those who share the address
            for _ in range(5):
                assert ask(served.opened, "/readyz", peer=peer).status == 200
        with talk(served.opened) as connection:
            assert answers(connection)
        slow += [held.enter_context(half_a_request(served.opened, f"127.0.1.{number}")) for number in range(100)]
        assert ask(served.opened, "/readyz").status == 200
        assert ended(slow, 8) == len(slow)


def test_830_half_requests_of_one_address_keep_nobody_out_under_the_usual_limits(served: Served) -> None:
    with contextlib.ExitStack() as held:
        slow = [held.enter_context(half_a_request(served.usual, "127.0.0.2")) for _ in range(830)]
        for peer in ("127.0.0.1", "127.0.0.2"):
            for _ in range(5):
                assert ask(served.usual, "/readyz", peer=peer).status == 200
        with talk(served.usual) as connection:
            assert answers(connection)
        assert ended(slow, 40) == len(slow)


def test_what_comes_slowly_after_an_answer_ends_too(served: Served) -> None:
    said = b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 60000\r\n\r\n" % served.opened
    second = b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\nGET / HT" % served.opened
    with half_a_request(served.opened, "127.0.0.1", said) as body, half_a_request(served.opened, "127.0.0.1", second) as head:
        assert b"200" in body.recv(20) and b"200" in head.recv(20)
        for one in (body, head):
            one.recv(4000)
        assert ended([body, head], 8) == 2


MALFORMED: list[str | bytes] = [
    "", "no JSON", "[1]", "null", "[" * 100_000, '{"header": 1}', b"", b"\x00\x00\x00\x05", b"\xff" * 40,
    json.dumps({"header": {"msg_type": "execute_request"}, "content": {}, "channel": "shell"}),
    json.dumps({"header": {"msg_type": "comm_msg"}, "content": {"comm_id": ["x"], "data": {}}, "channel": "shell"}),
    json.dumps({"header": {"msg_type": "comm_open"}, "content": {"comm_id": "x", "target_name": "jupyter.widget", "data": {"state": {}}},
                "channel": "shell"}),
    json.dumps({"header": {"msg_type": ["comm_open"]}, "content": {}, "channel": "shell"}),
]  # fmt: skip


def test_malformed_messages_end_their_connection_and_write_a_line_not_a_book(served: Served) -> None:
    time.sleep(2)
    served.so_far()
    for _ in range(3):
        for message in MALFORMED:
            with talk(served.opened, browser="odd", kernel="odd-page") as connection:
                assert answers(connection), message
                with pytest.raises(ConnectionClosed):
                    connection.send(message)
                    while True:
                        connection.recv(timeout=10)
    time.sleep(0.3)
    lines = [line for line in served.so_far() if line.strip()]
    assert len(lines) <= 1 and not any("Traceback" in line for line in lines), lines


def test_a_page_that_opens_comms_without_end_is_hung_up_on(served: Served) -> None:
    with talk(served.opened) as connection:
        with pytest.raises(ConnectionClosed):
            for _ in range(2000):
                told(connection, "comm_open", comm_id=secrets.token_hex(8), target_name="solara.control", data={})
            while True:
                connection.recv(timeout=10)


def states(connection: ClientConnection, seconds: float) -> set[str]:
    """Names of the widgets whose states a page is given when it asks on its control comm; none where no answer comes."""
    comm = secrets.token_hex(8)
    told(connection, "comm_open", comm_id=comm, target_name="jupyter.widget.control", data={})
    told(connection, "comm_msg", comm_id=comm, data={"method": "request_states"})
    until, came = time.monotonic() + seconds, set()
    with contextlib.suppress(TimeoutError):
        while time.monotonic() < until:
            content = json.loads(connection.recv(timeout=until - time.monotonic()))["content"]
            if content.get("data", {}).get("method") == "update_states":
                came |= set(content["data"]["states"])
                if content["comm_id"] == comm:
                    break
    return came


def test_pages_that_reconnect_at_once_are_given_their_own_states_alone(served: Served) -> None:
    time.sleep(2)
    names = [f"own-{number}" for number in range(4)]
    mine: dict[str, set[str]] = {name: set() for name in names}
    for name in names:
        with talk(served.opened, name) as connection:
            told(connection, "comm_open", comm_id="app", target_name="solara.control", data={})
            told(connection, "comm_msg", comm_id="app", data={"method": "run", "args": {"path": "/", "dark": False, "themes": {}}})
            while (message := json.loads(connection.recv(timeout=20)))["content"].get("data", {}).get("method") != "finished":
                if message["header"]["msg_type"] == "comm_open":
                    mine[name].add(message["content"]["comm_id"])
        assert mine[name]
        if name == names[0]:
            held = [talk(served.opened, name)]
        else:
            held.append(talk(served.opened, name))
    given: dict[str, set[str]] = {}
    threads = [threading.Thread(target=lambda one=one, name=name: given.update({name: states(one, 5)})) for name, one in zip(names, held)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in held:
        one.close()
    own = [len(given[name] & mine[name]) for name in names]
    strange = [len(given[name] & set().union(*(mine[other] for other in names if other != name))) for name in names]
    print(f"own {own} of {[len(mine[name]) for name in names]}, of others {strange}")
    assert strange == [0] * 4 and all(mine[name] <= given[name] for name in names)


class Redrawn:
    """A widget that holds closed ones the first times that it is asked for its state."""

    _model_name = _model_module = _model_module_version = "of a test"

    def __init__(self, name: str, times: int = 0):
        self.comm, self.times, self.said = SimpleNamespace(comm_id=name), times, "whole"
        self.sent: list[set[str]] = []

    def send_state(self, names: set[str]) -> None:
        self.sent.append(names)

    def get_state(self) -> dict[str, str]:
        self.times -= 1
        if self.times >= 0:
            raise RuntimeError("Widget has no comm")
        return {"said": self.said, "still": "the same"}


def test_a_page_that_asks_for_its_states_while_it_is_drawn_is_told_all_of_them_or_in_time_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from yidu.viz.app.served import OwnStates

    told: list[dict[str, Any]] = []
    comm = SimpleNamespace(send=lambda message, buffers: told.append(message["states"]))
    asked = {"content": {"data": {"method": "request_states"}}}
    monkeypatch.setattr(OwnStates, "PATIENCE", 0.3)
    for times, there in ((3, {"still", "drawn"}), (10**6, {"still"})):
        widgets = {name: Redrawn(name, often) for name, often in (("still", 0), ("drawn", times))}
        monkeypatch.setattr("ipywidgets.widgets.widget._instances", widgets)
        OwnStates(comm).answer(asked)  # type: ignore[arg-type]
        assert set(told[-1]) == there and not any(one.sent for one in widgets.values())


def test_what_changes_while_states_are_gathered_is_said_again_after_them(monkeypatch: pytest.MonkeyPatch) -> None:
    from yidu.viz.app.served import OwnStates

    still, changing = Redrawn("still"), Redrawn("changing")
    monkeypatch.setattr("ipywidgets.widgets.widget._instances", {"still": still, "changing": changing})
    comm = SimpleNamespace(send=lambda message, buffers: setattr(changing, "said", "more"))  # an answer comes as the states go out
    OwnStates(comm).answer({"content": {"data": {"method": "request_states"}}})  # type: ignore[arg-type]
    assert still.sent == [] and changing.sent == [{"said"}]


def test_a_page_that_was_left_is_forgotten(served: Served) -> None:
    kernel = secrets.token_hex(8)
    with talk(served.opened, kernel) as connection:
        assert answers(connection)
    time.sleep(2)  # idle_minutes of tests.viz.serving are 1.2 seconds
    with talk(served.opened, kernel, browser="other") as connection:
        assert answers(connection)  # nothing is there that would belong to another browser


# --- the wall


def test_behind_the_wall_nothing_is_shown_and_nobody_is_heard(served: Served) -> None:
    for path in ("/static/assets/style.css", "/_solara/cdn/requirejs@2.3.6/require.js", "/jupyter/nbextensions/jupyter-vue/nodeps.js"):
        assert ask(served.guarded, path).status == 401
    assert ask(served.guarded, "/", accept="text/html").headers["location"] == f"{LOGIN}?next=/"
    with pytest.raises(InvalidStatus) as refused:
        talk(served.guarded)
    assert refused.value.response.status_code == 403


def test_with_the_password_it_opens(served: Served) -> None:
    origin = f"http://127.0.0.1:{served.guarded}"
    body = urlencode({"password": PASSWORD, "next": "/"}).encode()
    assert ask(served.guarded, LOGIN, "POST", body, peer="127.0.0.3", origin="http://evil.example").status == 403
    entered = ask(served.guarded, LOGIN, "POST", body, peer="127.0.0.3", origin=origin)
    assert entered.status == 303
    cookie = entered.headers["set-cookie"].partition(";")[0]
    assert ask(served.guarded, "/", cookie=cookie).status == 200
    with talk(served.guarded, cookie=cookie) as connection:
        assert answers(connection)
        ask(served.guarded, "/_yidu/logout", "POST", b"", origin=origin, cookie=cookie)
        with pytest.raises(ConnectionClosed):
            while True:
                connection.recv(timeout=5)
    assert ask(served.guarded, "/", cookie=cookie).status == 401


def runs(connection: ClientConnection) -> bool:
    """Whether the app runs in a page."""
    comm = secrets.token_hex(8)
    told(connection, "comm_open", comm_id=comm, target_name="solara.control", data={})
    told(connection, "comm_msg", comm_id=comm, data={"method": "app-status"})
    while True:
        content = json.loads(connection.recv(timeout=10))["content"]
        if content.get("data", {}).get("method") == "app-status":
            return bool(content["data"]["started"])


def test_logging_out_closes_the_pages_of_that_login_in_every_browser(served: Served) -> None:
    origin = f"http://127.0.0.1:{served.guarded}"
    body = urlencode({"password": PASSWORD, "next": "/"}).encode()

    def logged_in() -> str:
        return ask(served.guarded, LOGIN, "POST", body, origin=origin).headers["set-cookie"].partition(";")[0]

    def found() -> list[bool]:
        mine, others = logged_in(), logged_in()
        pages = {secrets.token_hex(8): cookie for cookie in (mine, mine, others)}  # each in a browser of its own
        with contextlib.ExitStack() as held:
            for kernel, cookie in pages.items():
                connection = held.enter_context(talk(served.guarded, kernel, cookie))
                told(connection, "comm_open", comm_id="app", target_name="solara.control", data={})
                told(connection, "comm_msg", comm_id="app", data={"method": "run", "args": {"path": "/", "dark": False, "themes": {}}})
                assert runs(connection)
            ask(served.guarded, LOGOUT, "POST", b"", origin=origin, cookie=f"{mine}; solara-session-id={next(iter(pages))}")
        still = []
        for kernel in pages:
            with talk(served.guarded, kernel, others) as connection:
                still.append(runs(connection))
        return still

    for _ in range(5):
        still = found()
        if still[2]:  # within the 1.2 seconds after which any page that was left is forgotten
            break
    assert still == [False, False, True]


def test_after_a_few_wrong_passwords_an_address_waits(served: Served) -> None:
    origin = f"http://127.0.0.1:{served.guarded}"
    wrong = urlencode({"password": "wrong"}).encode()
    said = [ask(served.guarded, LOGIN, "POST", wrong, peer="127.0.0.4", origin=origin).status for _ in range(6)]
    assert said == [403] * 5 + [429]
    assert ask(served.guarded, LOGIN, "POST", b"x" * 70_000, peer="127.0.0.5", origin=origin).status == 413


def test_five_tries_are_five_whatever_a_visitor_writes_before_the_line_of_the_proxy(served: Served) -> None:
    origin = f"http://127.0.0.1:{served.guarded}"
    wrong = urlencode({"password": "wrong"}).encode()

    def tried(line: str, proxy: str) -> int:
        lines = [("X-Forwarded-For", line), ("X-Forwarded-For", proxy)]
        return ask(served.guarded, LOGIN, "POST", wrong, peer="127.0.0.9", origin=origin, more=lines).status

    assert [tried(f"198.51.100.{n}", "203.0.113.66") for n in range(7)] == [403] * 5 + [429] * 2
    assert tried("203.0.113.67", f"203.0.113.{68}, 203.0.113.66") == 429  # what the visitor wrote may stand in the same line too
    assert tried("203.0.113.67", "203.0.113.66:4711") == 429  # some proxies add the port
    assert tried("203.0.113.66", "203.0.113.67") == 403  # another visitor may still try


def test_a_trusted_proxy_brings_its_visitors_in_and_nobody_else_can_pretend(served: Served) -> None:
    named = {USER_HEADER.lower(): "li"}
    assert ask(served.named, "/", peer="127.0.0.9", **named).status == 200
    assert ask(served.named, "/", peer="127.0.0.9").status == 403
    assert ask(served.named, "/", peer="127.0.0.1", **named).status == 403
    assert ask(served.named, "/", peer="127.0.0.9", more=[(USER_HEADER, "li"), (USER_HEADER, "wang")]).status == 403


def test_where_a_password_is_set_a_header_alone_opens_nothing(served: Served) -> None:
    named, origin = {USER_HEADER.lower(): "li"}, f"http://127.0.0.1:{served.both}"
    assert ask(served.both, "/", peer="127.0.0.9", **named).status == 401  # whoever can pretend to be the proxy
    assert ask(served.both, "/static/assets/style.css", peer="127.0.0.9", **named).status == 401
    body = urlencode({"password": PASSWORD, "next": "/"}).encode()
    assert ask(served.both, LOGIN, "POST", body, peer="127.0.0.1", origin=origin).status == 403  # the password alone does not either
    entered = ask(served.both, LOGIN, "POST", body, peer="127.0.0.9", origin=origin, **named)
    assert entered.status == 303
    cookie = entered.headers["set-cookie"].partition(";")[0]
    assert ask(served.both, "/", peer="127.0.0.9", cookie=cookie, **named).status == 200
    assert ask(served.both, "/", peer="127.0.0.9", cookie=cookie).status == 403
    assert ask(served.both, "/", peer="127.0.0.1", cookie=cookie, **named).status == 403
    assert ask(served.both, "/readyz").status == 200


def test_a_link_keeps_its_question_through_the_login(served: Served) -> None:
    origin = f"http://127.0.0.1:{served.guarded}"
    link = "/explain?mix=plan&title=%E6%96%B9%E6%A1%88+%261&when=tech_enterprises+%3C+400@2023~seed_fund:9&seed_fund=2021:300,2023:600"
    away = ask(served.guarded, link, accept="text/html", peer="127.0.0.6")
    assert away.status == 303
    form = ask(served.guarded, away.headers["location"], peer="127.0.0.6").body.decode()
    goal = html.unescape(re.search(r'name="next" value="([^"]*)"', form)[1])  # type: ignore[index]
    wrong = ask(served.guarded, LOGIN, "POST", urlencode({"password": "no", "next": goal}).encode(), peer="127.0.0.6", origin=origin)
    goal = html.unescape(re.search(r'name="next" value="([^"]*)"', wrong.body.decode())[1])  # type: ignore[index]
    body = urlencode({"password": PASSWORD, "next": goal}).encode()
    entered = ask(served.guarded, LOGIN, "POST", body, peer="127.0.0.6", origin=origin)
    assert entered.headers["location"] == link


def test_the_server_never_asked_anybody(served: Served) -> None:
    assert [line for line in served.so_far() if "CONNECT" in line] == []


# --- in a browser

CHROMIUM = Path("/usr/bin/chromium")


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium")
def test_a_browser_draws_the_page_and_asks_this_server_alone(served: Served) -> None:
    from playwright.sync_api import sync_playwright

    home = f"http://127.0.0.1:{served.opened}/"
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_page()
        asked: list[str] = []
        wrong: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("websocket", lambda socket: asked.append(socket.url.replace("ws:", "http:")))
        page.on("response", lambda response: wrong.append(response.url) if response.status >= 400 else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.goto(home)
        page.wait_for_selector("canvas", timeout=30_000)
        page.click(".count")
        page.wait_for_selector("text=clicked 1")
        assert [url for url in asked if not url.startswith(home)] == [] and len(asked) > 10 and wrong == []

        data = os.urandom(700_000)
        page.set_input_files("#file", {"name": "figures.bin", "mimeType": "application/octet-stream", "buffer": data})
        page.wait_for_selector(f"text=figures.bin 700000 {hashlib.sha256(data).hexdigest()}")
        page.set_input_files("#file", {"name": "figures.bin", "mimeType": "application/octet-stream", "buffer": b"x" * 800_001})
        page.wait_for_selector("text=the file is too large")

        page.click(".work")
        page.wait_for_selector("text=/running [1-9]/", timeout=20_000)
        pid = int(page.inner_text(".state").split()[-1])

        page.click(".break")
        page.wait_for_selector("text=程序出错")
        assert "secret" not in page.content() and "Traceback" not in page.inner_text("body")
        page.goto(f"{home}broken")
        page.wait_for_selector("text=程序出错", timeout=20_000)
        assert "secret" not in page.content()
        until = time.monotonic() + 5
        while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
            time.sleep(0.05)
        assert not Path(f"/proc/{pid}").exists()  # work ends with the page that wanted it
        browser.close()
