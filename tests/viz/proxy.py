"""A reverse proxy as one stands before the app in offices: passes pages on, and does with connections of WebSocket what it is told."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from typing import Literal

Does = Literal["pass", "refuse", "strip", "hang"]
"""With a request for an upgrade: pass it on; answer 403; pass it on without its Upgrade, as nginx does untold; never answer."""


@contextlib.contextmanager
def proxied(port: int, does: Does) -> Iterator[str]:
    """A proxy before a port of this machine until the block ends: its address."""
    loop = asyncio.new_event_loop()
    hanging: list[asyncio.StreamWriter] = []

    async def pipe(source: asyncio.StreamReader, into: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                into.write(data)
                await into.drain()
        into.close()

    async def serve(source: asyncio.StreamReader, visitor: asyncio.StreamWriter) -> None:
        try:
            head = await source.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, OSError):
            visitor.close()
            return
        upgrade = b"upgrade: websocket" in head.lower()
        if upgrade and does == "hang":
            hanging.append(visitor)
            return
        if upgrade and does == "refuse":
            visitor.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await visitor.drain()
            visitor.close()
            return
        if not (upgrade and does == "pass"):  # one request a connection
            dropped = (b"connection:", b"upgrade:")
            lines = [line for line in head.split(b"\r\n")[:-2] if not line.lower().startswith(dropped)]
            head = b"\r\n".join([*lines, b"Connection: close", b"", b""])
        try:
            back, server = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            visitor.close()
            return
        server.write(head)
        await asyncio.gather(pipe(source, server), pipe(back, visitor))

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    listening = asyncio.run_coroutine_threadsafe(asyncio.start_server(serve, "127.0.0.1", 0), loop).result(10)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(listening.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
