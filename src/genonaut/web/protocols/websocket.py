"""Websockets with a limit of frames and bytes per second.

Clients of Genonaut send a ping now and then; everything else flows to them. A client that sends
control frames as fast as it can kept the event loop busy for seconds at a time (6 MB of pings of 6
bytes each: other requests waited up to 16 s).
"""

import asyncio
from typing import Any, ClassVar

import structlog
from uvicorn._types import ASGIReceiveEvent, ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from genonaut.web.protocols.token_bucket import TokenBucket

log = structlog.get_logger()
_POLICY_VIOLATION = 1008
_SMALLEST_FRAME_BYTES = 6
"""A masked frame without payload. Source: RFC 6455, section 5.2."""


class LimitedWebsocketProtocol(WebSocketsSansIOProtocol):
    """Parses only as many frames as the limits allow, and pauses reading until the next ones.

    A client that stays over the limits is closed with 1008. After a close frame of ours hardly
    anything is read any more.
    """

    frames_per_second: ClassVar[float] = 20.0
    frame_burst: ClassVar[float] = 100.0
    bytes_per_second: ClassVar[float] = 16_384.0
    byte_burst: ClassVar[float] = 131_072.0
    overload_seconds: ClassVar[float] = 5.0
    """How long a client may exceed the limits before it is closed."""
    retry_seconds: ClassVar[float] = 0.25
    closing_seconds: ClassVar[float] = 2.0
    """Longest wait for the peer's close frame."""
    max_bytes_after_close: ClassVar[int] = 16_384

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # uvicorn's own
        super().__init__(*args, **kwargs)
        now = self.loop.time()
        self.close_timeout = self.closing_seconds
        self._frames_left = TokenBucket(self.frames_per_second, self.frame_burst, now)
        self._bytes_left = TokenBucket(self.bytes_per_second, self.byte_burst, now)
        self._pending = bytearray()
        self._retry: asyncio.TimerHandle | None = None
        self._overloaded_since: float | None = None
        self._bytes_after_close = 0

    def connection_lost(self, exc: Exception | None) -> None:
        """Drop what was received and not parsed."""
        self._pending.clear()
        self._stop_retry()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what the limits allow; the rest stays in memory, and reading is paused."""
        if self.transport.is_closing():
            return
        if not self.handshake_initiated:
            super().data_received(data)  # the request, whose size HTTP has limited
            if not self.transport.is_closing():
                self.transport.pause_reading()  # until the application accepts
            return
        if self.close_sent:
            self._bytes_after_close += len(data)
            if self._bytes_after_close > self.max_bytes_after_close:
                self.transport.abort()
                return
        self._pending += data
        self._parse_pending()

    def handle_events(self) -> None:
        """Count the frames that the parser found, and handle them."""
        self._frames_left.spend(len(self.conn.events))
        super().handle_events()

    async def send(self, message: ASGISendEvent) -> None:
        """Send a message of the application; reading starts when it accepts."""
        was_accepted = self.handshake_complete
        await super().send(message)
        if self.handshake_complete and not was_accepted:
            del self.request, self.response  # 3 KB that uvicorn keeps as long as the connection
        if not was_accepted and not self.read_paused and not self.transport.is_closing():
            self.transport.resume_reading()
        if self.close_sent and self._retry is None:
            self._parse_pending()  # the peer's close frame may be there

    async def receive(self) -> ASGIReceiveEvent:
        """Return the next message, and parse what waits behind it."""
        message = await super().receive()
        if self._pending and not self.transport.is_closing():
            self.transport.pause_reading()
            if self._retry is None:
                self._parse_pending()
        return message

    def _parse_pending(self) -> None:
        """Feed the parser in slices that hold no more frames than are allowed."""
        while self._pending and not self.read_paused and not self.transport.is_closing():
            now = self.loop.time()
            frames, count = self._frames_left.available(now), self._bytes_left.available(now)
            size = min(frames * _SMALLEST_FRAME_BYTES, count, len(self._pending))
            if size == 0:
                self._throttle(now)
                return
            part = bytes(self._pending[:size])
            del self._pending[:size]
            self._bytes_left.spend(size)
            super().data_received(part)
        if not self._pending:
            self._overloaded_since = None
            if not self.read_paused and not self.transport.is_closing():
                self.transport.resume_reading()

    def _throttle(self, now: float) -> None:
        """Pause reading for a moment; close the connection when this goes on for too long."""
        self.transport.pause_reading()
        if self._overloaded_since is None:
            self._overloaded_since = now
        if now - self._overloaded_since > self.overload_seconds:
            self._close_overloaded()
        elif self._retry is None:
            self._retry = self.loop.call_later(self.retry_seconds, self._resume)

    def _resume(self) -> None:
        self._retry = None
        self._parse_pending()

    def _close_overloaded(self) -> None:
        log.warning("websocket.too_many_frames", client=self.client and self.client[0])
        self._pending.clear()
        if not self.close_sent:
            reason = "too many frames"
            self.queue.put_nowait(
                {"type": "websocket.disconnect", "code": _POLICY_VIOLATION, "reason": reason}
            )
            self.conn.send_close(_POLICY_VIOLATION, reason)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
        # Reading stays paused, so that closing takes no more of the client's frames.
        self.transport.close()

    def _stop_retry(self) -> None:
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
