"""`yidu app`: the app in a browser, on this machine, or behind a password for others."""

from __future__ import annotations

import ipaddress
import os
import re
import sys
import threading
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yidu.sim.errors import InputError
from yidu.viz import terminal
from yidu.viz.commands.shared import DONE, HELP, INTERRUPTED, Debug, Lang, RegionName, Wrong, region_option, words_of
from yidu.viz.words import DEFAULT, Words

if TYPE_CHECKING:
    from yidu.viz.app.gate import Network, Rules

PASSWORD = "YIDU_APP_PASSWORD"
"""The variable of the environment that may hold the password."""

Host = Annotated[str, typer.Option("--host", metavar="ADDRESS", help=HELP("help.app_host"))]
Port = Annotated[int, typer.Option("--port", metavar="N", help=HELP("help.app_port"))]
PasswordFile = Annotated[str | None, typer.Option("--password-file", metavar="FILE", help=HELP("help.app_password_file"))]
UserHeader = Annotated[str | None, typer.Option("--trusted-proxy-header", metavar="NAME", help=HELP("help.app_user_header"))]
Proxies = Annotated[list[str] | None, typer.Option("--trusted-proxy", metavar="ADDRESS", help=HELP("help.app_proxy"))]
ForwardedHost = Annotated[bool, typer.Option("--forwarded-host", help=HELP("help.app_forwarded_host"))]
AllowedHosts = Annotated[list[str] | None, typer.Option("--allowed-host", metavar="NAME", help=HELP("help.app_allowed_host"))]
RootPath = Annotated[str, typer.Option("--root-path", metavar="/PATH", help=HELP("help.app_root_path"))]
Open = Annotated[bool | None, typer.Option("--open/--no-open", help=HELP("help.app_open"), show_default=False)]


def app(
    host: Host = "127.0.0.1",
    port: Port = 8765,
    region: RegionName = "dadukou",
    password_file: PasswordFile = None,
    trusted_proxy_header: UserHeader = None,
    trusted_proxy: Proxies = None,
    forwarded_host: ForwardedHost = False,
    allowed_host: AllowedHosts = None,
    root_path: RootPath = "",
    open_browser: Open = None,
    lang: Lang = DEFAULT,
    debug: Debug = False,
) -> None:
    words = words_of(["--lang", lang])

    from yidu.sim.region import load as load_region
    from yidu.viz.app.gate import LOOPBACK
    from yidu.viz.app.login import Wall
    from yidu.viz.app.server import listen, serve, warm
    from yidu.viz.app.server_settings import Settings

    pack = load_region(region)
    rules = rules_of(words, host, allowed_host or [], trusted_proxy or [], trusted_proxy_header, forwarded_host)
    others = host not in LOOPBACK or bool(allowed_host or trusted_proxy)
    password = password_of(words, password_file, others and rules.user_header is None)
    taken = listen(host, port)
    wall = None if password is None else Wall(password)
    settings = Settings(region=region, language=words.language, root_path=root_of(root_path), guarded=wall is not None)
    address = address_of(host, taken.getsockname()[1], settings.root_path)
    screen = terminal.console()

    def say(state: str) -> None:
        sys.stderr.write(words("assess.compiling" if state == "compiling" else "app_server.ready") + "\n")

    def started() -> None:
        terminal.say(screen, words("app_server.title", region=words.titled(pack.settings)))
        terminal.say(screen, words("app_server.open", address=address))
        if rules.user_header is not None:
            terminal.say(screen, words("app_server.by_proxy", header=rules.user_header))
        if rules.user_header is None or wall is not None:
            seen_by = "only_here" if not others else "behind" if host in LOOPBACK else "others"
            terminal.say(screen, words(f"app_server.{seen_by}"))
        terminal.say(screen, words("app_server.stop"))
        screen.print()
        terminal.next_steps(screen, words, (f"yidu doctor{region_option(region)}", words("next.app_doctor")))
        sys.stdout.flush()
        threading.Thread(target=warm, args=[region, say], daemon=True).start()
        if open_browser or (open_browser is None and sys.stdout.isatty() and _has_screen()):
            threading.Thread(target=webbrowser.open, args=[address], daemon=True).start()

    try:
        serve(settings, taken, rules, wall, started=started)
        code = DONE
    except KeyboardInterrupt:
        code = INTERRUPTED
    sys.stderr.write(words("app_server.stopped") + "\n")
    sys.stderr.flush()
    raise SystemExit(code)


def rules_of(words: Words, host: str, names: list[str], proxies: list[str], header: str | None, forwarded_host: bool = False) -> Rules:
    """Who may come in, as the options have it."""
    from yidu.viz.app.gate import LOOPBACK, Rules, hostname

    for name in names:
        if hostname(name) != name.lower().rstrip("."):
            raise Wrong(words("app_server.bad_host", value=name))
    if header is not None and not proxies:
        raise Wrong(words("app_server.header_alone", header=header))
    if header is not None and not (header.isascii() and header.replace("-", "").isalnum()):
        raise Wrong(words("app_server.bad_header", value=header))
    if forwarded_host and not proxies:
        raise Wrong(words("app_server.forwarded_alone"))
    return Rules(
        hosts=LOOPBACK | {host.lower()} | {name.lower().rstrip(".") for name in names},
        any_address=host in ("0.0.0.0", "::"),
        proxies=tuple(_network(words, proxy) for proxy in proxies),
        user_header=header,
        forwarded_host=forwarded_host,
    )


def _network(words: Words, proxy: str) -> Network:
    try:
        return ipaddress.ip_network(proxy, strict=False)
    except ValueError:
        raise Wrong(words("app_server.bad_proxy", value=proxy)) from None


def password_of(words: Words, file: str | None, needed: bool) -> str | None:
    """The password of visitors: from a file, else from the environment, else asked for where one is needed."""
    from yidu.viz.app.login import SHORTEST

    given = os.environ.pop(PASSWORD, None)  # workers and browsers started from here do not inherit it
    if file is not None:
        try:
            given = Path(file).read_text(encoding="utf-8-sig").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise Wrong(words("app_server.password_unread", file=file, reason=getattr(error, "strerror", None) or "UTF-8")) from None
    if given is None and needed:
        if not sys.stdin.isatty():
            raise Wrong(words("app_server.password_missing", variable=PASSWORD))
        given = typer.prompt(words("app_server.password_asked", least=SHORTEST), hide_input=True, err=True)
    if given is not None and len(given) < SHORTEST:
        raise Wrong(words("app_server.password_short", least=SHORTEST))
    return given


def root_of(path: str) -> str:
    """Where a proxy shows the app, as a path without a slash at its end.

    Raises:
        InputError: it is none.
    """
    bare = path.rstrip("/")
    if not re.fullmatch(r"(/[A-Za-z0-9_-]+)*", bare):
        raise InputError("--root-path is no path", value=path, expected="letters, digits, '-' and '_' after each slash, as /yidu")
    return bare


def address_of(host: str, port: int, root_path: str) -> str:
    """What to open on this machine."""
    name = "127.0.0.1" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}{root_path}/"


def _has_screen() -> bool:
    """Whether a browser would open in a window: not in the very terminal, as on a server without a screen."""
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
