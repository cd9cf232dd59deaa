"""Serves `tests.viz.tiny_app` for tests, in a process of its own: once open to this machine, once behind a password and a proxy.

    python -m tests.viz.serving      prints the two ports, then whatever asks for a connection of its own

Every attempt to reach anybody is written down and refused: the server never makes one.
"""

import asyncio
import json
import socket
import sys
from ipaddress import ip_network
from typing import Any

from viz.gate import Gate, Rules
from viz.login import Wall
from viz.server import application, listen
from viz.server_settings import Settings

PASSWORD = "渡口 ferry 42"
USER_HEADER = "X-Remote-User"
SETTINGS = Settings(
    idle_minutes=0.02, visitors=4, pages_each=3, upload_bytes=800_000, message_bytes=600_000, flow_bytes=3_000_000,
)  # fmt: skip


def nobody_is_asked() -> None:
    """Write down and refuse every connection that this process would make."""

    def refused(self: socket.socket, address: Any) -> None:
        print("CONNECT", address, flush=True)
        raise ConnectionRefusedError(address)

    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, refused)


async def serve() -> None:
    import uvicorn

    wall = Wall(PASSWORD)
    guarded = application(SETTINGS, Rules(proxies=(ip_network("127.0.0.9"),), user_header=USER_HEADER), wall, "tests.viz.tiny_app")
    assert isinstance(guarded, Gate)
    opened = Gate(guarded.app, SETTINGS, Rules())
    sockets = [listen("127.0.0.1", 0) for _ in range(2)]
    usual = {"log_config": None, "access_log": False, "server_header": False, "proxy_headers": False, "ws_max_size": SETTINGS.message_bytes}
    servers = [
        uvicorn.Server(uvicorn.Config(opened, lifespan="on", timeout_graceful_shutdown=1, **usual)),
        uvicorn.Server(uvicorn.Config(guarded, lifespan="off", timeout_graceful_shutdown=1, **usual)),
    ]

    async def say() -> None:
        while not all(server.started for server in servers):
            await asyncio.sleep(0.05)
        nobody_is_asked()
        print(json.dumps([one.getsockname()[1] for one in sockets]), flush=True)

    await asyncio.gather(say(), *(server.serve(sockets=[one]) for server, one in zip(servers, sockets)))


if __name__ == "__main__":
    sys.exit(asyncio.run(serve()))
