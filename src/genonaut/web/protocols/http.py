"""HTTP/1.1 with limits on headers, on time and on connections.

uvicorn's protocol on httptools accepts headers of any size and waits for them without limit. One
header of 200 MiB was accepted, and unfinished headers blocked the event loop for seconds.
"""

import asyncio
from http import HTTPStatus
from typing import Any, ClassVar

import httptools
import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from genonaut.core.sizes import format_bytes
from genonaut.web.protocols.joined_writes import JoinedWrites

log = structlog.get_logger()
_PER_HEADER_BYTES = 4
"""``: `` and the line end."""


class LimitedHttpProtocol(HttpToolsProtocol):
    """Refuses oversized headers with 431, slow requests with 408 and excess connections with 503.

    The number of connections is limited by ``limit_concurrency`` of the server's configuration.
    """

    max_header_bytes: ClassVar[int] = 65_536
    """Request line and all headers together."""
    max_headers: ClassVar[int] = 100
    header_seconds: ClassVar[float] = 20.0
    """Longest time from the first byte of a request, or from the connection, to its last header."""
    body_check_seconds: ClassVar[float] = 10.0
    min_body_bytes: ClassVar[int] = 5_120
    """Bytes of a body that must arrive per ``body_check_seconds`` while the server reads."""
    max_unread_body_bytes: ClassVar[int] = 1_048_576
    """Bytes of a body that are discarded after the response; then the connection is closed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # uvicorn's own
        super().__init__(*args, **kwargs)
        self._refusal: tuple[int, str] | None = None
        self._is_reading_headers = True
        self._header_bytes = 0
        self._unparsed_bytes = 0
        self._body_bytes = 0
        self._unread_body_bytes = 0
        self._open_responses = 0
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the deadline for the first request; refuse the connection above the limit."""
        super().connection_made(transport)
        limit = self.config.limit_concurrency
        if limit is not None and len(self.connections) > limit:
            log.warning("http.too_many_connections", limit=limit)
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "Too many connections, try again later.")
        else:
            self._start_header_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timers."""
        self._stop_deadline()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Send the head of a response without a body before the server closes the connection."""
        # There is no cycle before the first request.
        response = getattr(self.cycle, "transport", None)
        if isinstance(response, JoinedWrites):
            response.flush()
        super().shutdown()

    def data_received(self, data: bytes) -> None:
        """Feed the parser, and check the limits that it does not report by itself."""
        if self.transport.is_closing():
            return
        if self._is_reading_headers:
            # The parser keeps an unfinished header to itself: count what was received.
            self._unparsed_bytes += len(data)
        super().data_received(data)
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            return
        if self._is_reading_headers:
            self._check_headers()
        else:
            self._check_rest_of_body(len(data))

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over; the deadlines of HTTP end."""
        self._stop_deadline()
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        """Answer a request that the parser refused, or that one of our callbacks refused."""
        if self._refusal is None:
            super().send_400_response(msg)
        else:
            self._refuse(*self._refusal)

    def on_message_begin(self) -> None:
        """Start to count the headers of a request."""
        self._is_reading_headers = True
        self._header_bytes = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Count the request line."""
        self._count_header_bytes(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count one header."""
        self._count_header_bytes(len(name) + len(value) + _PER_HEADER_BYTES)
        if len(self.headers) >= self.max_headers:
            self._raise_refusal(f"Send at most {self.max_headers} headers.")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """End the deadline of the headers; a body that does not end at once gets a minimum rate."""
        self._is_reading_headers = False
        self._unparsed_bytes = 0
        self._body_bytes = self._unread_body_bytes = 0
        self._stop_deadline()
        is_upgrade = self.parser.should_upgrade()
        self._open_responses += not is_upgrade
        super().on_headers_complete()
        if not is_upgrade:
            self.cycle.transport = JoinedWrites(self.transport, self.loop)  # type: ignore[assignment]

    def on_body(self, body: bytes) -> None:
        """Count the bytes of a body."""
        self._body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End the checks of the body; what follows are headers again."""
        self._is_reading_headers = True
        self._unparsed_bytes = 0
        self._stop_deadline()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Count the end of a response; uvicorn starts its keep-alive timer."""
        self._open_responses -= 1
        super().on_response_complete()

    def _check_rest_of_body(self, received: int) -> None:
        if self._deadline is None:
            self._start_body_check()
        if self._open_responses == 0:
            self._unread_body_bytes += received
            if self._unread_body_bytes > self.max_unread_body_bytes:
                self.transport.close()

    def _check_headers(self) -> None:
        if self._unparsed_bytes > self.max_header_bytes:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, self._too_large())
        elif self._deadline is None and self._open_responses == 0:
            self._start_header_deadline()

    def _count_header_bytes(self, count: int) -> None:
        self._header_bytes += count
        if self._header_bytes > self.max_header_bytes:
            self._raise_refusal(self._too_large())

    def _too_large(self) -> str:
        return f"Send at most {format_bytes(self.max_header_bytes)} of headers."

    def _raise_refusal(self, message: str) -> None:
        """Stop the parser from inside a callback."""
        self._refusal = (HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, message)
        raise httptools.HttpParserCallbackError(message)

    def _refuse(self, status: int, message: str) -> None:
        """Send a plain response, if none has started, and close the connection."""
        if self._open_responses == 0 or not self.cycle.response_started:
            phrase = HTTPStatus(status).phrase
            body = message.encode()
            head = (
                f"HTTP/1.1 {int(status)} {phrase}\r\n"
                "content-type: text/plain; charset=utf-8\r\n"
                f"content-length: {len(body)}\r\n"
                "connection: close\r\n\r\n"
            )
            self.transport.write(head.encode() + body)
        self.transport.close()

    def _start_header_deadline(self) -> None:
        self._deadline = self.loop.call_later(self.header_seconds, self._end_slow_request)

    def _start_body_check(self) -> None:
        self._body_bytes = 0
        self._deadline = self.loop.call_later(self.body_check_seconds, self._check_body)

    def _check_body(self) -> None:
        # While the application has paused reading, the client is not to blame.
        if self._body_bytes >= self.min_body_bytes or self.flow.read_paused:
            self._start_body_check()
        else:
            self._end_slow_request()

    def _end_slow_request(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, "The request was sent too slowly.")

    def _stop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
