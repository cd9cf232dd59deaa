"""Starts the app: Solara told how it is served, `yidu.viz.app.served` behind `yidu.viz.app.gate`, on loopback unless told otherwise."""

from __future__ import annotations

import errno
import logging
import os
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from yidu.sim.errors import InputError
from yidu.viz.app import server_settings
from yidu.viz.app.log_limit import OnceAMinute
from yidu.viz.app.server_settings import Settings

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

    from yidu.viz.app.gate import Rules
    from yidu.viz.app.login import Wall

APP = "yidu.viz.pages.app"
ASSETS = Path(__file__).resolve().parent / "assets"
NOWHERE = "http://127.0.0.1:9/"
"""Where Solara would fetch scripts that are not on this machine: a port at which nobody answers."""

PORT = 8765

GOODBYE = 2
"""Seconds that pages have for their last words when the server stops."""

TURN = 0.001
"""Seconds after which a thread that draws a page lets another have the interpreter: those that compute runs need it often, and briefly."""

log = logging.getLogger("yidu.viz.app.server")


def prepare(settings: Settings, app: str = APP) -> None:
    """Say to Solara how it is served; it reads these variables when it is first imported."""
    if "solara" in sys.modules and os.environ.get("SOLARA_APP") != app:
        raise RuntimeError("Solara was imported before it was told how it is served")
    from yidu.agents.compiled import CACHE

    for name in [name for name in os.environ if name.upper().startswith("SOLARA_")]:
        del os.environ[name]  # what someone set for another app
    os.environ.update(
        SOLARA_APP=app,
        SOLARA_HOME=str(CACHE / "solara"),
        SOLARA_MODE="production",
        SOLARA_ASSETS_CDN=NOWHERE,
        SOLARA_ASSETS_FONTAWESOME_ENABLED="false",
        SOLARA_ASSETS_EXTRA_LOCATIONS=str(ASSETS),
        SOLARA_TELEMETRY_MIXPANEL_ENABLE="false",
        SOLARA_TELEMETRY_SERVER_USER_ID="none",
        SOLARA_THEME_SHOW_BANNER="false",
        SOLARA_THEME_LOADER="plain",
        SOLARA_THEME_TITLE="义渡 Yidu",
        SOLARA_SESSION_SECRET_KEY=secrets.token_urlsafe(32),
        SOLARA_SESSION_HTTP_ONLY="true",
        SOLARA_KERNEL_CULL_TIMEOUT=f"{settings.idle_minutes * 60}s",
        SOLARA_ROOT_PATH=settings.root_path,
        # Jupyter's own folders lie at home, which a service may not have or not be let into
        **{name: str(CACHE / "jupyter") for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")},
    )
    server_settings.use(settings)


def application(
    settings: Settings, rules: Rules, wall: Wall | None = None, app: str = APP, started: Callable[[], None] | None = None
) -> ASGIApp:
    """The whole of what is served; `started` is called once pages can be asked for."""
    prepare(settings, app)
    from yidu.viz.app.gate import Gate
    from yidu.viz.app.region_upload import swept
    from yidu.viz.app.served import site

    swept()
    return Gate(site(settings, wall, started), settings, rules, wall)


def listen(host: str, port: int) -> socket.socket:
    """The port, taken before anything else is done.

    Raises:
        InputError: somebody else has it, or this machine has no such address.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=256)
    except OverflowError:
        raise InputError("there is no such port", value=port, expected="0 to 65535") from None
    except socket.gaierror:
        raise InputError(f"'{host}' is no address of this machine", fix="Leave --host out, or give 127.0.0.1 or 0.0.0.0.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise InputError(f"port {port} is in use already", fix=f"Stop what uses it, or give another: --port {port + 1}.") from None
        if error.errno == errno.EACCES:
            raise InputError(f"port {port} may not be used by this user", fix=f"Give one above 1023: --port {PORT}.") from None
        raise InputError(f"'{host}' is no address of this machine", fix="Leave --host out, or give 127.0.0.1 or 0.0.0.0.") from None


def write_log() -> None:
    """Warnings and errors go to standard error, what is said again and again once a minute."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for handler in logging.getLogger().handlers:
        handler.addFilter(OnceAMinute())


def configured(served: ASGIApp, settings: Settings, goodbye: int = GOODBYE, lifespan: Literal["on", "off"] = "on") -> uvicorn.Config:
    """How uvicorn serves an application under these limits; `goodbye` [s]."""
    import uvicorn

    from yidu.viz.app.connections import Connection

    return uvicorn.Config(
        served,
        http=type("LimitedConnection", (Connection,), {"limits": settings}),
        loop="asyncio",
        lifespan=lifespan,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the gate knows which proxies to believe
        ws_max_size=settings.message_bytes,
        timeout_graceful_shutdown=goodbye,
        limit_concurrency=settings.connections + 1,
    )


def serve(
    settings: Settings,
    taken: socket.socket,
    rules: Rules,
    wall: Wall | None = None,
    app: str = APP,
    started: Callable[[], None] | None = None,
) -> None:
    """Serve until told to stop: Ctrl-C comes out as a KeyboardInterrupt, an end by the system (SIGTERM) as a return."""
    import uvicorn

    write_log()
    config = configured(application(settings, rules, wall, app, started), settings)
    on_main = threading.current_thread() is threading.main_thread()
    usual = signal.signal(signal.SIGTERM, signal.SIG_IGN) if on_main else None
    sys.setswitchinterval(TURN)
    server = uvicorn.Server(config)
    try:
        server.run(sockets=[taken])
    except SystemExit:
        raise RuntimeError("the app did not start; the lines above say why") from None
    finally:
        if on_main:
            signal.signal(signal.SIGTERM, usual)


def warm(region: str, say: Callable[[str], None]) -> None:
    """Have the rules compiled before a visitor waits for them; `say` is told "compiling", where that takes long, and "ready"."""
    from yidu.experiments.ensembles.simulated import simulated
    from yidu.experiments.scenarios.scenario import load
    from yidu.sim.ensemble import already_compiled
    from yidu.viz.app.visitor import shipped

    try:
        if not already_compiled():
            say("compiling")
        pack = shipped(region)
        simulated(pack, load(pack, "status_quo"), runs=2)
        say("ready")
    except Exception:  # pages say it again where it matters
        log.exception("the first runs failed")
