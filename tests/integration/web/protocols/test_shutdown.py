"""A response that ends in the moment in which the server stops."""

import asyncio
import contextlib
import socket

import uvicorn
from tests.support.timeouts import patiently
from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope

from genonaut.web.protocols.http import LimitedHttpProtocol

ANSWER = b"HTTP/1.1 204 No Content\r\n"


async def test_a_response_without_a_body_is_sent_before_the_connection_is_closed() -> None:
    async def respond_and_stop(_: Scope, __: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": [], "trailers": False})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        for connection in list(server.server_state.connections):
            connection.shutdown()

    config = uvicorn.Config(
        respond_and_stop, http=LimitedHttpProtocol, lifespan="off", log_config=None
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            async with patiently():
                reader, writer = await asyncio.open_connection(*listener.getsockname())
                writer.write(b"HEAD / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                received = await reader.read()
                writer.close()
        finally:
            server.should_exit = True
            with contextlib.suppress(asyncio.CancelledError):
                await running

    assert received.startswith(ANSWER)
    assert received.endswith(b"\r\n\r\n")
