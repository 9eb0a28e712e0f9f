"""One websocket connection: sends frames, answers pings, closes with a code."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import msgspec
import structlog
from litestar import WebSocket
from litestar.exceptions import WebSocketDisconnect, WebSocketException
from redis.exceptions import RedisError

from genonaut.core.metrics import WEBSOCKETS_OPEN
from genonaut.db.persistence import is_disconnect
from genonaut.realtime import MailboxClosedError

log = structlog.get_logger()
FELL_BEHIND = 4008
_SEND_SECONDS = 20.0
_MAX_FRAME = 4096
_PONG = b'{"type":"pong"}'


class _Incoming(msgspec.Struct):
    type: str


class Socket:
    """A websocket that sends text frames; closing it twice is allowed."""

    def __init__(self, socket: WebSocket[Any, Any, Any]) -> None:
        self._socket = socket
        self._sending = asyncio.Lock()
        self._is_closed = False

    @property
    def subject(self) -> str:
        """Return what the websocket is about: ``jobs``, ``models`` or ``notifications``."""
        return str(self._socket.scope["path"]).split("/")[2]

    async def accept(self) -> None:
        """Accept the connection."""
        await self._socket.accept()

    def query(self, name: str) -> str | None:
        """Return a query parameter."""
        value: str | None = self._socket.query_params.get(name)
        return value

    async def send(self, frame: bytes) -> None:
        """Send one text frame.

        Raises:
            TimeoutError: the client does not read.
            WebSocketDisconnect: the client has disconnected.
        """
        async with asyncio.timeout(_SEND_SECONDS), self._sending:
            await self._socket.send_text(frame.decode())

    async def receive(self) -> str | None:
        """Return the next text frame; None for a binary one."""
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(detail="disconnected", code=message.get("code") or 1005)
        text = message.get("text")
        return text if isinstance(text, str) else None

    async def close(self, code: int, reason: str) -> None:
        """Close the connection; a second call has no effect."""
        if self._is_closed:
            return
        self._is_closed = True
        async with asyncio.timeout(_SEND_SECONDS):
            await self._socket.close(code=code, reason=reason)


async def run_connection(socket: Socket, sending: Coroutine[Any, Any, None]) -> None:
    """Run ``sending`` and the reader until one of them ends, then close with its code."""
    tasks = {asyncio.create_task(sending), asyncio.create_task(_answer_frames(socket))}
    open_websockets = WEBSOCKETS_OPEN.labels(socket.subject)
    open_websockets.inc()
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        open_websockets.dec()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        code, reason = _close_code_of(task.exception())
        if code is not None:
            try:
                await socket.close(code, reason)
            except (WebSocketException, RuntimeError, TimeoutError, OSError) as error:
                log.debug("websocket.already_closed", error=type(error).__name__)


def _close_code_of(error: BaseException | None) -> tuple[int | None, str]:
    match error:
        case None | WebSocketDisconnect():
            return None, ""
        case MailboxClosedError():
            return error.code, "reconnect to get a new snapshot"
        case TimeoutError():
            return FELL_BEHIND, "the client did not read"
        case RedisError():
            log.warning("websocket.redis_unavailable", error=type(error).__name__)
            return FELL_BEHIND, "Redis does not answer; reconnect"
        case _ if is_disconnect(error):
            log.warning("websocket.database_unavailable", error=type(error).__name__)
            return FELL_BEHIND, "the database does not answer; reconnect"
        case _:
            log.error("websocket.crashed", exc_info=error)
            return 1011, "internal error"


async def _answer_frames(socket: Socket) -> None:
    while True:
        text = await socket.receive()
        await socket.send(_reply_to(text))


def _reply_to(text: str | None) -> bytes:
    if text is None:
        return _error("send text frames with JSON")
    if len(text) > _MAX_FRAME:
        return _error(f"a frame has at most {_MAX_FRAME} characters")
    try:
        incoming = msgspec.json.decode(text, type=_Incoming)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return _error('send JSON like {"type": "ping"}')
    if incoming.type == "ping":
        return _PONG
    return _error(f"unknown type {incoming.type[:50]!r}; the only one is ping")


def _error(detail: str) -> bytes:
    return msgspec.json.encode({"type": "error", "detail": detail})
