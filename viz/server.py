"""Serves the app: Solara's pages and connections under our own routes and checks, on loopback unless told otherwise."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from viz import server_settings
from viz.server_settings import Settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp

APP = "viz.app"
NOWHERE = "http://127.0.0.1:9/"
"""Where Solara would fetch scripts that are not on this machine: a port at which nobody answers."""


def prepare(settings: Settings, app: str = APP) -> None:
    """Say to Solara how it is served; it reads these variables when it is first imported."""
    for name in [name for name in os.environ if name.upper().startswith("SOLARA_")]:
        del os.environ[name]  # nothing that someone set for another app
    os.environ.update(
        SOLARA_APP=app,
        SOLARA_MODE="production",
        SOLARA_ASSETS_CDN=NOWHERE,
        SOLARA_ASSETS_FONTAWESOME_ENABLED="false",
        SOLARA_TELEMETRY_MIXPANEL_ENABLE="false",
        SOLARA_TELEMETRY_SERVER_USER_ID="none",
        SOLARA_THEME_SHOW_BANNER="false",
        SOLARA_THEME_LOADER="plain",
        SOLARA_THEME_TITLE="义渡 Yidu",
        SOLARA_SESSION_SECRET_KEY=secrets.token_urlsafe(32),
        SOLARA_SESSION_HTTP_ONLY="true",
        SOLARA_KERNEL_CULL_TIMEOUT=f"{settings.idle_minutes}m",
        SOLARA_ROOT_PATH=settings.root_path,
    )
    server_settings.use(settings)


def application(settings: Settings, app: str = APP) -> ASGIApp:
    """The whole of what is served, for a server of ASGI."""
    prepare(settings, app)
    from solara.server.starlette import app as solara_app

    return solara_app


def serve(settings: Settings, host: str = "127.0.0.1", port: int = 8765) -> None:
    """Serve until told to stop."""
    import uvicorn

    uvicorn.run(application(settings), host=host, port=port, log_level="warning", ws_max_size=settings.message_bytes)


if __name__ == "__main__":
    serve(Settings())
