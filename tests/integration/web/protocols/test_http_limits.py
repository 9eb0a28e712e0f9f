"""Limits of the HTTP server: headers, slow requests, unread bodies, connections."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiohttp
import msgspec
import pytest
from tests.support.server import serving
from tests.support.timeouts import patiently
from yarl import URL

from genonaut.config import Settings
from genonaut.web.protocols.http import LimitedHttpProtocol

LIVE = b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n"
KIB = 1024


class Connection:
    """A raw client connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        with contextlib.suppress(ConnectionError):
            await self._writer.drain()

    async def answer(self) -> bytes:
        """Return all bytes until the server closes the connection."""
        received = b""
        async with patiently():
            with contextlib.suppress(ConnectionError):
                while part := await self._reader.read(65_536):
                    received += part
        return received

    async def response(self) -> bytes:
        """Return one response of ``LIVE``, headers and body."""
        async with patiently():
            return await self._reader.readuntil(b'{"status":"ok"}')

    async def flood(self, part: bytes) -> int:
        """Send until the server closes the connection; return the bytes that left us."""
        sent = 0
        try:
            while True:
                self._writer.write(part)
                await self._writer.drain()
                sent += len(part)
        except ConnectionError:
            return sent


@contextlib.asynccontextmanager
async def connected(url: str) -> AsyncIterator[Connection]:
    parsed = URL(url)
    assert parsed.host is not None
    reader, writer = await asyncio.open_connection(parsed.host, parsed.port)
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


@pytest.mark.parametrize(
    "request_bytes",
    [
        LIVE + b"X-Large: " + b"x" * 70 * KIB + b"\r\n\r\n",
        LIVE + b"X-Large: " + b"x" * 70 * KIB,
        LIVE + b"".join(b"X-%d: 1\r\n" % number for number in range(101)) + b"\r\n",
        b"GET /health/live?" + b"x" * 70 * KIB + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        LIVE + b"".join(b"X-%d: %s\r\n" % (number, b"x" * KIB) for number in range(80)),
    ],
    ids=["one header", "an unfinished header", "101 headers", "request line", "many unfinished"],
)
async def test_oversized_headers_are_refused_with_431(
    settings: Settings, request_bytes: bytes
) -> None:
    async with serving(settings) as url, connected(url) as client:
        await client.send(request_bytes)
        answer = await client.answer()
    assert answer.startswith(b"HTTP/1.1 431 "), answer[:200]


async def test_headers_below_the_limit_are_accepted(settings: Settings) -> None:
    headers = b"".join(b"X-%d: %s\r\n" % (number, b"x" * 600) for number in range(98))
    async with serving(settings) as url, connected(url) as client:
        for _ in range(3):
            await client.send(LIVE + headers + b"\r\n")
            assert (await client.response()).startswith(b"HTTP/1.1 200 ")


async def test_an_endless_header_is_cut_off_and_others_are_served(settings: Settings) -> None:
    async with serving(settings) as url, contextlib.AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(connected(url)) for _ in range(3)]
        for client in clients:
            await client.send(LIVE + b"X-Endless: ")
        floods = [asyncio.create_task(client.flood(b"x" * 64 * KIB)) for client in clients]
        async with aiohttp.ClientSession() as http, patiently():
            async with http.get(f"{url}/health/live") as answer:
                assert answer.status == 200
            # Only what the buffers of the two systems hold is ever sent.
            assert max(await asyncio.gather(*floods)) < 100 * KIB * KIB


async def test_unfinished_headers_end_at_the_deadline(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LimitedHttpProtocol, "header_seconds", 0.3)
    async with serving(settings) as url, connected(url) as silent, connected(url) as slow:
        await slow.send(LIVE + b"X-Slow: ")
        assert (await slow.answer()).startswith(b"HTTP/1.1 408 ")
        assert (await silent.answer()).startswith(b"HTTP/1.1 408 ")


async def test_the_second_request_of_a_connection_has_a_deadline_too(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(settings) as url, connected(url) as client:
        await client.send(LIVE + b"\r\n")
        assert (await client.response()).startswith(b"HTTP/1.1 200 ")
        monkeypatch.setattr(LimitedHttpProtocol, "header_seconds", 0.3)
        await client.send(b"\r\nGET /health")
        assert b"HTTP/1.1 408 " in await client.answer()


async def test_a_slow_body_is_refused_with_408(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LimitedHttpProtocol, "body_check_seconds", 0.3)
    head = (
        b"POST /api/v1/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
    )
    async with serving(settings) as url, connected(url) as client:
        await client.send(head)
        assert b" 408 " in await client.answer()


async def test_a_body_that_goes_on_after_the_response_is_cut_off(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LimitedHttpProtocol, "max_unread_body_bytes", 64 * KIB)
    head = (
        b"POST /api/v1/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    chunk = b"10000\r\n" + b" " * 64 * KIB + b"\r\n"
    async with serving(settings) as url, connected(url) as client, patiently():
        await client.send(head)
        assert await client.flood(chunk) < 100 * KIB * KIB


async def test_connections_above_the_limit_are_refused_with_503(settings: Settings) -> None:
    replace = msgspec.structs.replace
    settings = replace(settings, web=replace(settings.web, max_connections=10))
    async with serving(settings) as url, contextlib.AsyncExitStack() as stack:
        for _ in range(10):
            await stack.enter_async_context(connected(url))
        async with connected(url) as client:
            assert (await client.answer()).startswith(b"HTTP/1.1 503 ")
        await stack.aclose()
        async with aiohttp.ClientSession() as http, patiently():
            while True:
                async with http.get(f"{url}/health/live") as answer:
                    if answer.status == 200:
                        break
