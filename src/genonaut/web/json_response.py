"""Responses to handlers that return a value: the value as JSON, without further headers.

Litestar's own response class prepares for cookies, headers, encodings and media types of many layers,
none of which these responses have.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from litestar import Litestar, MediaType, Request, Response
from litestar.background_tasks import BackgroundTask, BackgroundTasks
from litestar.datastructures import Cookie
from litestar.response.base import ASGIResponse
from litestar.serialization import default_serializer
from litestar.types import Receive, Scope, Send

_ENCODER = msgspec.json.Encoder(enc_hook=default_serializer)
_BODILESS = frozenset({204, 304})
_CONTENT_TYPE = (b"content-type", b"application/json")


class JsonResponse(Response[Any]):
    """A value as JSON; other media types are left to Litestar."""

    def to_asgi_response(
        self,
        app: Litestar | None,
        request: Request[Any, Any, Any],
        *,
        background: BackgroundTask | BackgroundTasks | None = None,
        cookies: Iterable[Cookie] | None = None,
        headers: dict[str, str] | None = None,
        **more: Any,  # noqa: ANN401  # Litestar's own
    ) -> ASGIResponse:
        """Return what sends the response."""
        is_plain = (
            self.media_type == MediaType.JSON
            and self.status_code not in _BODILESS
            and not (headers or self.headers or cookies or self.cookies or more)
            and not (background or self.background or self.response_type_encoders)
        )
        if not is_plain or self.status_code is None:
            return super().to_asgi_response(
                app, request, background=background, cookies=cookies, headers=headers, **more
            )
        return _Json(_ENCODER.encode(self.content), self.status_code)


class _Json(ASGIResponse):
    """A complete body."""

    def __init__(self, body: bytes, status: int) -> None:
        # The base class would parse and merge headers again.
        self.body = body
        self.status_code = status

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send the response."""
        length = (b"content-length", str(len(self.body)).encode())
        headers = [_CONTENT_TYPE, length]
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})
