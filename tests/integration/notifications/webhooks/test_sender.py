"""Calls to well-behaved and hostile receivers."""

import asyncio
import contextlib
import socket

import msgspec
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from tests.support.standard_webhooks import verify
from tests.support.timeouts import patiently
from tests.support.webhook_receivers import Behaviour, Receiver, misbehaving, receiving

from genonaut.config.settings import WebhookSettings
from genonaut.notifications.webhooks.sender import (
    EXCERPT_BYTES,
    Answer,
    Message,
    WebhookSender,
    as_stored,
)
from genonaut.notifications.webhooks.signing import new_secret, show_secret

OPEN = WebhookSettings(allowed_hosts=("127.0.0.1",), timeout_seconds=600.0)
IMPATIENT = msgspec.structs.replace(OPEN, timeout_seconds=1.0)
KEY = new_secret()
BODY = b'{"type":"webhook.test"}'


async def send(url: str, settings: WebhookSettings = OPEN) -> Answer:
    message = Message(url=url, message_id="msg_1", body=BODY, keys=[KEY])
    return await WebhookSender(settings).send(message)


async def test_an_independent_receiver_accepts_the_signature() -> None:
    async with receiving() as receiver:
        answer = await send(receiver.url)
    assert (answer.status_code, answer.is_success, answer.error) == (204, True, None)
    (call,) = receiver.calls
    verify(show_secret(KEY), call.headers, call.body)
    assert call.body == BODY
    assert call.headers["content-type"] == "application/json"
    assert call.headers["user-agent"].startswith("Genonaut-Webhooks/")


@pytest.mark.parametrize("status", [200, 201, 204, 299])
async def test_every_2xx_is_success(status: int) -> None:
    async with receiving(Receiver(statuses=[status])) as receiver:
        assert (await send(receiver.url)).is_success


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "to", ["http://169.254.169.254/latest", "{own}/next", "file:///etc/passwd"]
)
async def test_redirects_are_not_followed(status: int, to: str) -> None:
    receiver = Receiver(statuses=[status])
    async with receiving(receiver):
        receiver.headers["location"] = to.format(own=receiver.url)
        answer = await send(receiver.url)
    assert (answer.status_code, answer.is_success) == (status, False)
    assert len(receiver.calls) == 1


@pytest.mark.parametrize("text", ["17", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "-5", "9" * 400])
async def test_retry_after_is_read_as_seconds(text: str) -> None:
    async with receiving(Receiver(statuses=[429], headers={"retry-after": text})) as receiver:
        answer = await send(receiver.url)
    expected = {"17": 17.0, "9" * 400: 999_999_999.0}
    assert answer.retry_after_seconds == expected.get(text)


async def test_one_kilobyte_of_the_response_is_kept() -> None:
    async with receiving(Receiver(statuses=[200], answer=b"a\x00" + b"\xff" * 50_000)) as receiver:
        answer = await send(receiver.url)
    assert answer.excerpt is not None
    assert answer.excerpt.startswith("a\N{REPLACEMENT CHARACTER}")
    assert len(answer.excerpt.encode()) <= EXCERPT_BYTES
    assert "\x00" not in answer.excerpt


async def _endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
    with contextlib.suppress(OSError):
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()


async def test_an_endless_body_is_not_read_to_its_end() -> None:
    async with misbehaving(_endless) as url, patiently():
        answer = await send(url)
    assert answer.is_success
    assert answer.excerpt == "x" * EXCERPT_BYTES


async def _bomb(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8bxx"
    )
    await writer.drain()


async def test_a_compressed_body_is_not_decompressed() -> None:
    async with misbehaving(_bomb) as url:
        answer = await send(url)
    assert answer.is_success


async def _mute(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read(-1)
    await asyncio.sleep(600)


async def _dripping_headers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(12_000):
        writer.write(f"X-{number}: 1\r\n".encode())
        await writer.drain()
        await asyncio.sleep(0.05)


async def _dripping_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def _hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.close()


async def _gibberish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"\x00\xff nonsense\r\n\r\n")
    await writer.drain()


async def _huge_header(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n")
    await writer.drain()


@pytest.mark.parametrize(
    "behave", [_mute, _dripping_headers, _dripping_body, _hang_up, _gibberish, _huge_header]
)
async def test_a_call_ends_in_time_whatever_the_receiver_does(behave: Behaviour) -> None:
    async with misbehaving(behave) as url, patiently():
        answer = await send(url, IMPATIENT)
    assert not answer.is_success
    assert answer.error
    assert len(answer.error) <= 300
    assert not answer.is_refused


async def test_a_refused_connection_is_retried() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        answer = await send(f"http://127.0.0.1:{taken.getsockname()[1]}/")
    assert answer.error
    assert not answer.is_refused


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "https://[::1]/", "http://169.254.169.254/", "not a url"]
)
async def test_hosts_that_the_settings_do_not_allow_are_not_called(url: str) -> None:
    answer = await send(url, WebhookSettings())
    assert answer.is_refused
    assert answer.status_code is None


class Dns(AbstractResolver):
    """An attacker's name server."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        del family
        return [
            ResolveResult(
                hostname=host, host=one, port=port, family=socket.AF_INET, proto=0, flags=0
            )
            for one in self.addresses
        ]

    async def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["192.0.2.1", "127.0.0.1"]])
async def test_a_name_that_resolves_to_a_private_address_is_not_called(
    addresses: list[str],
) -> None:
    async with receiving() as receiver:
        url = receiver.url.replace("127.0.0.1", "rebound.example").replace("http:", "https:")
        sender = WebhookSender(WebhookSettings(), make_resolver=lambda: Dns(*addresses))
        message = Message(url=url, message_id="msg_1", body=BODY, keys=[KEY])
        answer = await sender.send(message)
    assert answer.is_refused
    assert "not a public address" in (answer.error or "")
    assert receiver.calls == []


async def test_the_connection_uses_the_checked_address() -> None:
    async with receiving() as receiver:
        settings = WebhookSettings(allowed_hosts=("hooks.lan",))
        sender = WebhookSender(settings, make_resolver=lambda: Dns("127.0.0.1"))
        url = receiver.url.replace("127.0.0.1", "hooks.lan")
        message = Message(url=url, message_id="msg_1", body=BODY, keys=[KEY])
        assert (await sender.send(message)).is_success
    assert receiver.calls[0].headers["host"].startswith("hooks.lan:")


async def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiving() as receiver, receiving() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert (await send(receiver.url)).is_success
    assert len(receiver.calls) == 1
    assert proxy.calls == []


def test_the_repr_of_a_message_has_no_secrets() -> None:
    message = Message(url="https://u", message_id="msg_1", body=BODY, keys=[KEY])
    shown = f"{message!r} {message}"
    assert show_secret(KEY) not in shown
    assert repr(KEY) not in shown
    assert msgspec.structs.asdict(message)["keys"] == [KEY]


def test_text_is_truncated_between_characters() -> None:
    assert as_stored("ä" * 10, 5) == "ää"
    assert as_stored("\ud800x", 10) == "?x"
