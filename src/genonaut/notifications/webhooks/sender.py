"""Make one signed call, and read a bounded part of the response."""

import asyncio
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version

import aiohttp
import msgspec
from aiohttp.abc import AbstractResolver

from genonaut.config.settings import WebhookSettings
from genonaut.core.clock import utcnow
from genonaut.core.errors import InvalidInputError
from genonaut.core.task_cancellation import stop_tasks
from genonaut.notifications.webhooks.addresses import AddressPolicy, AddressRefusedError
from genonaut.notifications.webhooks.destinations import parse_destination
from genonaut.notifications.webhooks.resolver import CheckedResolver
from genonaut.notifications.webhooks.signing import signed_headers

EXCERPT_BYTES = 1024
"""This much of the response body is read and stored."""
_ERROR_LENGTH = 300
_CONNECT_SECONDS = 5.0
_READING_SECONDS = 0.5
"""Added to the timeout, to read a response that has arrived but was not processed yet."""
_GONE = 410


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """The message to send; ``keys`` are the secrets that sign it."""

    url: str
    message_id: str
    body: bytes
    keys: Sequence[bytes]

    def __repr__(self) -> str:
        """Return it without the secrets, which must not be logged."""
        return f"Message({self.message_id})"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a call: a status code or an error."""

    duration_ms: int
    status_code: int | None = None
    error: str | None = None
    excerpt: str | None = None
    retry_after_seconds: float | None = None
    is_refused: bool = False
    """The call was not made because it is not allowed; there is no retry."""

    @property
    def is_success(self) -> bool:
        """Return whether the receiver accepted it; a redirect is not an acceptance."""
        return self.status_code is not None and 200 <= self.status_code < 300  # noqa: PLR2004

    @property
    def is_gone(self) -> bool:
        """Return whether the receiver wants no more calls (410 Gone)."""
        return self.status_code == _GONE

    @property
    def summary(self) -> str:
        """Return the result as a short text."""
        return self.error or f"answered {self.status_code}"


class WebhookSender:
    """Calls receivers; every call uses a new connection."""

    def __init__(
        self,
        settings: WebhookSettings,
        *,
        make_resolver: Callable[[], AbstractResolver] = aiohttp.ThreadedResolver,
    ) -> None:
        self._policy = AddressPolicy(settings.allowed_hosts)
        self._timeout_seconds = settings.timeout_seconds
        self._make_resolver = make_resolver

    async def send(self, message: Message) -> Answer:
        """Make one call; returns in time and never raises because of the receiver."""
        began = time.monotonic()
        answer = await self._try(message)
        duration_ms = round((time.monotonic() - began) * 1000)
        return msgspec.structs.replace(answer, duration_ms=duration_ms)

    async def _try(self, message: Message) -> Answer:
        call = asyncio.create_task(self._call(message))
        try:
            # The second wait accepts a response that arrived while this process was frozen.
            await asyncio.wait({call}, timeout=self._timeout_seconds)
            await asyncio.wait({call}, timeout=_READING_SECONDS)
            if not call.done():
                raise TimeoutError  # noqa: TRY301  # handled like a timeout of the connection
            return call.result()
        except (AddressRefusedError, InvalidInputError) as error:
            return _failure(f"refused: {error}", is_refused=True)
        except TimeoutError:
            return _failure(f"no answer within {self._timeout_seconds:g} seconds")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return _failure(f"{type(error).__name__}: {error}")
        finally:
            await stop_tasks(call)

    async def _call(self, message: Message) -> Answer:
        # The settings may have changed since the URL was entered; literal addresses are not resolved.
        url = parse_destination(message.url, self._policy)
        headers = signed_headers(message.keys, message.message_id, message.body, at=utcnow())
        headers["content-type"] = "application/json"
        headers["user-agent"] = f"Genonaut-Webhooks/{version('genonaut')}"
        connector = aiohttp.TCPConnector(
            resolver=CheckedResolver(self._make_resolver(), self._policy),
            use_dns_cache=False,
            force_close=True,
        )
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS)
        async with (
            aiohttp.ClientSession(
                connector=connector,
                timeout=timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,  # keeps a compression bomb small
                trust_env=False,  # ignores proxies and .netrc of this machine
            ) as session,
            session.post(
                url, data=message.body, headers=headers, allow_redirects=False
            ) as response,
        ):
            excerpt = await _begin_of(response.content)
            return Answer(
                duration_ms=0,
                status_code=response.status,
                excerpt=excerpt,
                retry_after_seconds=_seconds(response.headers.get("retry-after")),
            )


async def _begin_of(stream: aiohttp.StreamReader) -> str:
    data = b""
    try:
        while len(data) < EXCERPT_BYTES and (chunk := await stream.readany()):
            data += chunk
    except (aiohttp.ClientError, OSError) as error:
        # The status code has been received and is sufficient.
        data += f" [{type(error).__name__}]".encode()
    return as_stored(data.decode(errors="replace"), EXCERPT_BYTES)


def as_stored(text: str, limit_bytes: int) -> str:
    """Return text that PostgreSQL can store, at most ``limit_bytes`` long."""
    return (
        text.replace("\x00", "\N{REPLACEMENT CHARACTER}")
        .encode(errors="replace")[:limit_bytes]
        .decode(errors="ignore")
    )


def _seconds(retry_after: str | None) -> float | None:
    """Return the seconds of a Retry-After header; dates are ignored."""
    if retry_after is None or not (retry_after.isascii() and retry_after.isdigit()):
        return None
    return float(retry_after[:9])


def _failure(text: str, *, is_refused: bool = False) -> Answer:
    return Answer(duration_ms=0, error=as_stored(text, _ERROR_LENGTH), is_refused=is_refused)
