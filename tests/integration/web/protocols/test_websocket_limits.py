"""Limits of websockets: floods of control frames and of pings in JSON, and refused sockets."""

import asyncio
import base64
import contextlib
import os
from collections.abc import AsyncIterator

import aiohttp
import pytest
from tests.support.accounts import with_login
from tests.support.server import serving, watching
from tests.support.timeouts import patiently
from yarl import URL

from genonaut.config import Settings
from genonaut.web.protocols.websocket import LimitedWebsocketProtocol

PING = b"\x89\x80\x00\x00\x00\x00"
"""A masked ping without payload: the smallest frame of a client."""
JSON_PING = b"\x81\x8f\x00\x00\x00\x00" + b'{"type":"ping"}'
FLOOD_BYTES = 6_000_000


@contextlib.asynccontextmanager
async def handshake(
    url: str, path: str
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    parsed = URL(url)
    assert parsed.host is not None
    reader, writer = await asyncio.open_connection(parsed.host, parsed.port)
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
    )
    async with patiently():
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def flood(writer: asyncio.StreamWriter, frame: bytes) -> int:
    """Send frames until all are sent or the server closes; return the bytes that were accepted."""
    part = frame * (60_000 // len(frame))
    sent = 0
    try:
        while sent < FLOOD_BYTES:
            writer.write(part)
            await writer.drain()
            sent += len(part)
    except ConnectionError:
        pass
    return sent


async def read_to_the_end(reader: asyncio.StreamReader) -> bytes:
    received = b""
    with contextlib.suppress(ConnectionError):
        while part := await reader.read(65_536):
            received = (received + part)[-100:]
    return received


@pytest.mark.parametrize("frame", [PING, JSON_PING], ids=["control frames", "JSON"])
async def test_a_flood_of_frames_is_closed_and_others_are_served(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, frame: bytes
) -> None:
    monkeypatch.setattr(LimitedWebsocketProtocol, "overload_seconds", 0.5)
    async with serving(settings) as url, handshake(url, "/ws/notifications") as (reader, writer):
        sending = asyncio.create_task(flood(writer, frame))
        async with patiently():
            async with aiohttp.ClientSession() as http, http.get(f"{url}/health/live") as answer:
                assert answer.status == 200
            await read_to_the_end(reader)
            assert await sending < FLOOD_BYTES, "the server must stop reading"


async def test_a_refused_socket_reads_hardly_anything(settings: Settings) -> None:
    settings = with_login(settings)
    async with (
        serving(settings) as url,
        handshake(url, "/ws/notifications") as (reader, writer),
        patiently(),
    ):
        sent = await flood(writer, PING)
        received = await read_to_the_end(reader)
    assert sent < FLOOD_BYTES
    assert len(received) <= 100


async def test_a_client_within_the_limits_stays_connected(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LimitedWebsocketProtocol, "frame_burst", 5.0)
    async with serving(settings) as url, watching(url, "/ws/notifications") as watcher:
        assert (await watcher.frame())["type"] == "snapshot"
        for _ in range(15):  # more than the burst: the rest is answered a little later
            await watcher.socket.send_str('{"type":"ping"}')
        for _ in range(15):
            assert (await watcher.frame())["type"] == "pong"


async def test_a_large_frame_passes_in_parts(settings: Settings) -> None:
    async with serving(settings) as url, watching(url, "/ws/notifications") as watcher:
        assert (await watcher.frame())["type"] == "snapshot"
        await watcher.socket.send_str("x" * 60_000)
        assert (await watcher.frame())["type"] == "error"
        await watcher.socket.send_str('{"type":"ping"}')
        assert (await watcher.frame())["type"] == "pong"
