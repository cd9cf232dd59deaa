"""`yidu app` as who starts it meets it."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.asking import CHINESE, Yidu, refused
from yidu.viz.app.gate import BODY
from yidu.viz.app.server_settings import MEGABYTE, Settings
from yidu.viz.commands.app import PASSWORD, address_of, password_of, root_of, rules_of
from yidu.viz.commands.shared import Wrong
from yidu.viz.words import Words

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD, raising=False)


# --- what it refuses, before anything is served


OPEN = [
    ["--host", "0.0.0.0"], ["--host", "::"], ["--host", "10.0.0.1"], ["--allowed-host", "yidu.example.cn"],
    ["--trusted-proxy", "127.0.0.1"],
]  # fmt: skip


@pytest.mark.parametrize("options", OPEN)
def test_others_are_not_let_in_without_a_password(yidu: Yidu, options: list[str]) -> None:
    assert "须设访问密码" in refused(yidu("app", "--port", "0", *options))
    assert PASSWORD in refused(yidu("app", "--port", "0", "--lang", "en", *options))


def test_a_trusted_proxy_alone_lets_nobody_in(yidu: Yidu) -> None:
    assert "须设访问密码" in refused(yidu("app", "--host", "0.0.0.0", "--trusted-proxy", "10.0.0.1"))


@pytest.mark.parametrize(
    "options, said",
    [
        (["--trusted-proxy-header", "X-Remote-User"], "--trusted-proxy 同用"),
        (["--trusted-proxy-header", "X Remote", "--trusted-proxy", "10.0.0.1"], "请求头的名字"),
        (["--forwarded-host"], "--trusted-proxy 同用"),
        (["--trusted-proxy", "proxy"], "IP 地址或网段"),
        (["--allowed-host", "http://yidu.example.cn"], "不是主机名"),
        (["--allowed-host", "yidu.example.cn:80"], "不是主机名"),
        (["--root-path", "yidu"], "不是路径"),
        (["--root-path", "/yi du"], "不是路径"),
        (["--region", "nowhere"], "nowhere"),
        (["--port", "70000"], "没有这个端口"),
        (["--host", "192.0.2.1", "--password-file", "good"], "不是本机的地址"),
        (["--password-file", "missing"], "读不了密码文件 missing"),
        (["--password-file", "short"], "至少要 8 个字符"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(yidu: Yidu, tmp_path: Path, options: list[str], said: str) -> None:
    (tmp_path / "short").write_text("1234567\n")
    (tmp_path / "good").write_text("long enough\n")
    assert said in refused(yidu("app", *options))
    assert not CHINESE.search(refused(yidu("app", "--lang", "en", *options)).replace("yidu.example.cn", ""))


def test_a_port_in_use_names_another(yidu: Yidu) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert refused(yidu("app", "--port", port)) == f"端口 {port} 已被占用。请停掉占用它的程序，或换一个端口：--port {port + 1}。"


def test_no_password_stands_on_the_command_line(yidu: Yidu) -> None:
    assert "--password" in refused(yidu("app", "--password", "long enough"))


# --- what its options mean


def test_the_password_comes_from_a_file_before_the_environment_and_is_left_in_neither(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = Words("zh")
    monkeypatch.setenv(PASSWORD, "from the environment")
    assert password_of(words, None, True) == "from the environment" and PASSWORD not in os.environ
    file = tmp_path / "password"
    file.write_bytes("\ufeff密码 with spaces \r\n".encode())
    monkeypatch.setenv(PASSWORD, "from the environment")
    assert password_of(words, str(file), True) == "密码 with spaces "
    assert password_of(words, None, False) is None


def test_rules_follow_the_options() -> None:
    words = Words("zh")
    usual = rules_of(words, "127.0.0.1", [], [], None)
    assert not usual.forwarded_host and rules_of(words, "127.0.0.1", [], ["10.0.0.7"], None, True).forwarded_host
    assert usual.hosts == {"127.0.0.1", "localhost", "::1"} and not usual.any_address and not usual.proxies
    everywhere = rules_of(words, "0.0.0.0", ["Yidu.Example.cn"], ["10.0.0.7/24"], "X-Remote-User")
    assert "yidu.example.cn" in everywhere.hosts and everywhere.any_address
    assert str(everywhere.proxies[0]) == "10.0.0.0/24" and everywhere.user_header == "X-Remote-User"
    with pytest.raises(Wrong):
        rules_of(words, "127.0.0.1", [], [], "X-Remote-User")


@pytest.mark.parametrize("path, root", [("", ""), ("/", ""), ("/yidu", "/yidu"), ("/yidu/", "/yidu"), ("/a/b_c-1", "/a/b_c-1")])
def test_a_path_under_which_it_is_shown(path: str, root: str) -> None:
    assert root_of(path) == root


def test_the_address_to_open_is_one_that_opens_here() -> None:
    assert address_of("0.0.0.0", 80, "") == "http://127.0.0.1:80/"
    assert address_of("::1", 80, "/yidu") == "http://[::1]:80/yidu/"


@pytest.mark.parametrize("name", ["docs/app.md", "docs/app.zh.md"])
def test_the_limits_in_the_documents_are_those_there_are(name: str) -> None:
    usual = Settings(jobs=1)
    rows = [line for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    numbers = [re.findall(r"\d+", row.split("|")[2]) for row in rows[2:8]]
    assert numbers == [
        [str(usual.visitors), str(usual.pages_each), str(usual.pages_address)], [f"{usual.idle_minutes:g}"],
        [str(usual.upload_bytes // MEGABYTE)],
        [str(usual.message_bytes // MEGABYTE), str(usual.flow_bytes // MEGABYTE)], [str(BODY // 1024)], ["4", "1"],
    ]  # fmt: skip
    more = [re.findall(r"\d+", row.split("|")[2]) for row in rows[8:11]]
    assert more == [
        [str(usual.jobs_waiting), str(usual.jobs_each), str(usual.jobs_address)], [str(usual.connections), str(usual.connections_address)],
        [f"{usual.head_seconds:g}"],
    ]  # fmt: skip


# --- served


@contextlib.contextmanager
def started(*options: str, env: dict[str, str] | None = None) -> Iterator[tuple["subprocess.Popen[str]", str, list[str]]]:
    """`yidu app` on a free port: the process, its address, and what it has said so far."""
    process = subprocess.Popen(
        [sys.executable, "-m", "yidu", "app", "--port", "0", "--no-open", *options],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        said: list[str] = []
        for line in process.stdout:
            said.append(line)
            if "yidu doctor" in line:
                break
        address = next((word for line in said for word in line.replace("：", " ").split() if word.startswith("http://")), "")
        assert address, (said, process.stderr and process.stderr.read())
        yield process, address, said
    finally:
        process.kill()
        process.wait()


def get(address: str, **headers: str) -> Any:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return opener.open(urllib.request.Request(address, headers=headers), timeout=20)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="sends signals")
def test_it_says_where_to_open_it_and_stops_at_ctrl_c() -> None:
    with started("--lang", "en") as (process, address, said):
        text = "".join(said)
        assert "Only this machine can open it" in text and "Ctrl-C stops it" in text and not CHINESE.search(text)
        with get(address) as page:
            assert page.status == 200 and "义渡" in page.read().decode()
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 130 and errors.splitlines()[-1] == "The app has stopped." and "Traceback" not in errors


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="sends signals")
def test_behind_a_password_it_serves_everybody_and_stops_when_the_system_says_so() -> None:
    with started("--host", "0.0.0.0", "--root-path", "/yidu", env={PASSWORD: "long enough"}) as (process, address, said):
        assert "访客须先登录" in "".join(said) and address.endswith("/yidu/")
        with get(address, Accept="text/html") as page:
            assert page.url.endswith("/yidu/_yidu/login?next=/") and "访问密码" in page.read().decode()
        assert "long enough" not in Path(f"/proc/{process.pid}/cmdline").read_text()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0 and errors.splitlines()[-1] == "网页已停止。"
