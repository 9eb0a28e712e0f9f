"""A response with complete bytes and headers, sent as they are."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send


class StoredResponse(Response[bytes]):
    """Bytes of a file. Litestar would parse and merge the headers of several layers, which it has not."""

    def __init__(
        self, content: bytes, *, media_type: str, headers: Mapping[str, str], status_code: int = 200
    ) -> None:
        super().__init__(content, media_type=media_type, status_code=status_code)
        self.stored_headers = headers

    def to_asgi_response(
        self,
        app: Any,  # noqa: ANN401, ARG002  # Litestar's own
        request: Request[Any, Any, Any],  # noqa: ARG002
        **_more: Any,  # noqa: ANN401  # Litestar's own
    ) -> ASGIResponse:
        """Return what sends the response."""
        return _Bytes(self)


class _Bytes(ASGIResponse):
    def __init__(self, response: StoredResponse) -> None:
        self.body = response.content
        self.status_code = response.status_code or 200
        self._head = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in response.stored_headers.items()
        ]
        self._head.append((b"content-type", str(response.media_type).encode()))
        if self.status_code != 304:  # noqa: PLR2004  # Not Modified
            self._head.append((b"content-length", str(len(self.body)).encode()))

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send the response."""
        status, headers = self.status_code, self._head
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": False})
