"""Serves `tests.viz.tiny_app` for tests, in a process of its own: open to this machine; behind a password; behind a proxy that names
visitors; behind both; open, under the limits that the app usually has.

    python -m tests.viz.serving      prints the five ports, then whatever asks for a connection of its own

Every attempt to reach anybody is written down and refused: the server never makes one.
"""

import asyncio
import json
import socket
import sys
from ipaddress import ip_network
from typing import Any

from yidu.viz.app.gate import Gate, Rules
from yidu.viz.app.login import Wall
from yidu.viz.app.server import application, configured, listen, write_log
from yidu.viz.app.server_settings import Settings

PASSWORD = "渡口 ferry 42"
USER_HEADER = "X-Remote-User"
PROXY = ip_network("127.0.0.9")
SETTINGS = Settings(
    idle_minutes=0.02, visitors=5, pages_each=3, pages_address=4, connections=60, connections_address=30, head_seconds=2,
    upload_bytes=800_000, message_bytes=600_000, flow_bytes=3_000_000,
)  # fmt: skip
USUAL = Settings()


def nobody_is_asked() -> None:
    """Write down and refuse every connection that this process would make."""

    def refused(self: socket.socket, address: Any) -> None:
        print("CONNECT", address, flush=True)
        raise ConnectionRefusedError(address)

    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, refused)


async def serve() -> None:
    import uvicorn

    write_log()
    wall = Wall(PASSWORD)
    by_proxy, naming = Rules(proxies=(PROXY,)), Rules(proxies=(PROXY,), user_header=USER_HEADER)
    guarded = application(SETTINGS, by_proxy, wall, "tests.viz.tiny_app")
    from yidu.viz.app.served import site  # Solara knows its settings now

    assert isinstance(guarded, Gate)
    opened = Gate(guarded.app, SETTINGS, Rules())
    others = [guarded, Gate(guarded.app, SETTINGS, naming), Gate(guarded.app, SETTINGS, naming, wall)]
    usual = Gate(site(USUAL, None, None), USUAL, Rules())
    sockets = [listen("127.0.0.1", 0) for _ in (opened, *others, usual)]
    servers = [
        uvicorn.Server(configured(opened, SETTINGS, goodbye=1)),
        *(uvicorn.Server(configured(one, SETTINGS, goodbye=1, lifespan="off")) for one in others),
        uvicorn.Server(configured(usual, USUAL, goodbye=1, lifespan="off")),
    ]

    async def say() -> None:
        while not all(server.started for server in servers):
            await asyncio.sleep(0.05)
        nobody_is_asked()
        print(json.dumps([one.getsockname()[1] for one in sockets]), flush=True)

    await asyncio.gather(say(), *(server.serve(sockets=[one]) for server, one in zip(servers, sockets)))


if __name__ == "__main__":
    sys.exit(asyncio.run(serve()))
