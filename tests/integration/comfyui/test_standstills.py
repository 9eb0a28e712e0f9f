"""What our process believes of a server after it stood still: what lies unread counts first."""

import time

import aiohttp
import msgspec
from tests.integration.comfyui.scripted import (
    FAST,
    ScriptedComfy,
    make_graph,
    status_frame,
    until,
)

from genonaut.comfyui import ComfyBackend


async def test_a_status_that_waited_while_we_stood_still_keeps_the_socket(
    server: ScriptedComfy, http: aiohttp.ClientSession
) -> None:
    suspicious = msgspec.structs.replace(FAST.listener, deaf_seconds=0.5)
    settings = msgspec.structs.replace(FAST, listener=suspicious)
    async with ComfyBackend("one", server.url, http, settings=settings) as backend:
        await until(lambda: backend.listener.connected)
        socket = backend.listener.client_id
        await backend.submit(make_graph("x"), prompt_id="x")
        assert backend.listener._deaf_check is not None
        await server.send(status_frame(1))
        time.sleep(2 * suspicious.deaf_seconds)  # noqa: ASYNC251 - nothing of this process moves
        await until(lambda: backend.listener._deaf_check is None)
        assert backend.listener.client_id == socket
        assert backend.listener.connected
