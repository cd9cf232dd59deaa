"""The app as it is served: a real server on loopback, asked over sockets."""

import contextlib
import hashlib
import http.client
import json
import os
import queue
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.viz.serving import PASSWORD, USER_HEADER
from viz.login import LOGIN

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.xdist_group("served")  # one server for all of these


class Served(NamedTuple):
    """A running server: a port open to this machine, one behind a wall, and what it printed."""

    opened: int
    guarded: int
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


def ask(port: int, path: str, method: str = "GET", body: bytes | None = None, peer: str = "127.0.0.1", **headers: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20, source_address=(peer, 0))
    try:
        connection.putrequest(method, path, skip_host="host" in headers)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        if body is not None and "content_length" not in headers:
            connection.putheader("content-length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def talk(
    port: int, kernel: str = "", cookie: str | None = None, origin: str | None = None, host: str | None = None, browser: str = ""
) -> ClientConnection:
    """A page's connection, as its browser opens it."""
    kernel = kernel or secrets.token_hex(8)
    headers = {"Cookie": "; ".join(filter(None, [f"solara-session-id={browser or kernel}", cookie]))}
    if host is not None:
        headers["Host"] = host
    address = f"ws://127.0.0.1:{port}/jupyter/api/kernels/{kernel}/channels?session_id={kernel}"
    return connect(address, additional_headers=headers, origin=origin or f"http://127.0.0.1:{port}", proxy=None)  # type: ignore[arg-type]


def told(connection: ClientConnection, kind: str, **content: Any) -> None:
    header = {"msg_id": secrets.token_hex(8), "msg_type": kind, "username": "", "session": "", "version": "5.3"}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell", "buffers": []}
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
UPS = ["../" * 9, "..%2f" * 9, "%2e%2e/" * 9, "%252e%252e%252f" * 9, "..%5c" * 9, "..\\" * 9, "....//" * 9, "%c0%ae%c0%ae/" * 9, "/", "//", "file:///"]


@pytest.mark.parametrize("mount", MOUNTS)
def test_no_file_of_the_server_is_reached_by_a_path(served: Served, mount: str) -> None:
    for up in UPS:
        for file in ("etc/passwd", "proc/self/environ", "viz/server.py", "pyproject.toml"):
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
                told(connection, "comm_msg", comm_id="none", data="x" * 400_000)
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
        with talk(served.opened, kernel, browser="other") as theirs, pytest.raises((ConnectionClosed, TimeoutError)):
            told(theirs, "kernel_info_request")
            while "kernel_info_reply" not in str(theirs.recv(timeout=3)):
                pass
            raise AssertionError("it answered")


def test_pages_are_so_many_and_those_that_were_left_make_room(served: Served) -> None:
    time.sleep(2)  # pages of other tests are forgotten
    with contextlib.ExitStack() as open_pages:
        for _ in range(4):
            assert answers(open_pages.enter_context(talk(served.opened)))
        full = ask(served.opened, "/")
        assert full.status == 503 and "4" in full.body.decode()
        with pytest.raises(InvalidStatus):
            talk(served.opened)
    time.sleep(0.3)
    with talk(served.opened) as connection:
        assert answers(connection)


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


def test_after_a_few_wrong_passwords_an_address_waits(served: Served) -> None:
    origin = f"http://127.0.0.1:{served.guarded}"
    wrong = urlencode({"password": "wrong"}).encode()
    said = [ask(served.guarded, LOGIN, "POST", wrong, peer="127.0.0.4", origin=origin).status for _ in range(6)]
    assert said == [403] * 5 + [429]
    assert ask(served.guarded, LOGIN, "POST", b"x" * 70_000, peer="127.0.0.5", origin=origin).status == 413


def test_a_trusted_proxy_brings_its_visitors_in_and_nobody_else_can_pretend(served: Served) -> None:
    named = {USER_HEADER.lower(): "li"}
    assert ask(served.guarded, "/", peer="127.0.0.9", **named).status == 200
    assert ask(served.guarded, "/", peer="127.0.0.9").status == 401
    assert ask(served.guarded, "/", peer="127.0.0.1", **named).status == 401


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
