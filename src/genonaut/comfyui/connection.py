"""Requests to one ComfyUI server: access data, deadlines, size limits and errors."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeVar

import aiohttp
import msgspec
from aiohttp.client import _RequestContextManager
from yarl import URL

from genonaut.comfyui.errors import ComfyUnreachableError
from genonaut.comfyui.redacted_url import error_reason, redact_url
from genonaut.comfyui.settings import Timeouts
from genonaut.comfyui.transport import read_body
from genonaut.comfyui.wire import MalformedError, decode

Shape = TypeVar("Shape")

SMALL_BYTES = 256 * 1024
# Larger bodies are decoded in a thread: object_info and long queues take many milliseconds.
_LARGE_BODY_BYTES = 1_000_000
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class ServerAccess:
    """What a server requires besides its URL; the representation shows no secrets.

    Attributes:
        headers: sent with every request and websocket handshake.
        tls: certificate authorities and client certificate for https; False skips verification.
    """

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    tls: ssl.SSLContext | bool = field(default=True, repr=False)


NO_ACCESS_DATA = ServerAccess()


class ServerConnection:
    """Sends requests to one server through a shared session."""

    def __init__(
        self,
        base_url: str,
        http: aiohttp.ClientSession,
        *,
        timeouts: Timeouts,
        access: ServerAccess,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.shown_url = redact_url(self.base_url)
        self.http = http
        self.timeouts = timeouts
        self._access = access

    def request(
        self,
        method: str,
        path: str,
        *,
        timeout: aiohttp.ClientTimeout,
        params: Mapping[str, str] | None = None,
        data: Any = None,  # noqa: ANN401 - what aiohttp accepts as a body
        headers: Mapping[str, str] | None = None,
    ) -> _RequestContextManager:
        """Start a request; ``path`` is quoted already.

        Raises:
            aiohttp.InvalidURL: the URL of the server is not valid.
        """
        try:
            url = URL(str(URL(self.base_url)) + path, encoded=True)
        except ValueError as error:
            raise aiohttp.InvalidURL(self.shown_url) from error
        return self.http.request(
            method,
            url,
            params=params,
            data=data,
            headers={**self._access.headers, **(headers or {})},
            ssl=self._access.tls,
            timeout=timeout,
            allow_redirects=False,
        )

    async def fetch(
        self,
        method: str,
        path: str,
        limit_bytes: int = SMALL_BYTES,
        *,
        params: Mapping[str, str] | None = None,
        data: bytes | None = None,
    ) -> tuple[int, bytes]:
        """Return status and body of at most ``limit_bytes``.

        Raises:
            ComfyUnreachableError: no response within the deadline, a redirect, or a longer body.
        """
        headers = None if data is None else _JSON
        timeout = self.timeout(self.timeouts.read_seconds)
        try:
            async with self.request(
                method, path, params=params, data=data, headers=headers, timeout=timeout
            ) as reply:
                return reply.status, await read_body(reply, limit_bytes)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise self.unreachable(error) from error

    async def get(self, path: str, shape: type[Shape], limit_bytes: int = SMALL_BYTES) -> Shape:
        """Return a decoded response; 404 means that the server is not ComfyUI."""
        found = await self.get_optional(path, shape, limit_bytes)
        if found is None:
            raise ComfyUnreachableError(f"{self.shown_url} has no route {path}: not ComfyUI?")
        return found

    async def get_optional(
        self,
        path: str,
        shape: type[Shape],
        limit_bytes: int = SMALL_BYTES,
        *,
        params: Mapping[str, str] | None = None,
    ) -> Shape | None:
        """Return a decoded response, None for a 404."""
        status, body = await self.fetch("GET", path, limit_bytes, params=params)
        if status == HTTPStatus.NOT_FOUND:
            return None
        self.expect_success(status, path)
        try:
            if len(body) > _LARGE_BODY_BYTES:
                return await asyncio.to_thread(decode, body, shape)
            return decode(body, shape)
        except MalformedError as error:
            raise ComfyUnreachableError(
                f"{self.shown_url}{path} returned an unreadable body: {error}"
            ) from error

    async def post(self, path: str, body: Mapping[str, Any]) -> None:
        """Send a JSON body; the response has none."""
        status, _ = await self.fetch("POST", path, data=msgspec.json.encode(body))
        self.expect_success(status, path)

    async def open_websocket(
        self, client_id: str, *, heartbeat_seconds: float, limit_bytes: int, close_seconds: float
    ) -> aiohttp.ClientWebSocketResponse:
        """Open a websocket whose messages have at most ``limit_bytes``."""
        socket: aiohttp.ClientWebSocketResponse = await self.http.ws_connect(
            f"{self.base_url}/ws",
            params={"clientId": client_id},
            headers=self._access.headers,
            ssl=self._access.tls,
            heartbeat=heartbeat_seconds,
            max_msg_size=limit_bytes,
            timeout=aiohttp.ClientWSTimeout(ws_close=close_seconds),
        )
        return socket

    def timeout(self, read_seconds: float) -> aiohttp.ClientTimeout:
        """Return the deadlines of one exchange."""
        return aiohttp.ClientTimeout(
            total=self.timeouts.connect_seconds + 2 * read_seconds,
            connect=self.timeouts.connect_seconds,
            sock_connect=self.timeouts.connect_seconds,
            sock_read=read_seconds,
        )

    def expect_success(self, status: int, path: str) -> None:
        """Raise ComfyUnreachableError unless the status is 200."""
        if status != HTTPStatus.OK:
            raise ComfyUnreachableError(f"{self.shown_url}{path} answered {status}")

    def unreachable(self, error: Exception) -> ComfyUnreachableError:
        """Return the error for a failed exchange."""
        return ComfyUnreachableError(
            f"ComfyUI at {self.shown_url} does not answer: {error_reason(error)}"
        )
