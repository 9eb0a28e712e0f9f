"""A client that disconnects within a body causes no internal error."""

from collections.abc import MutableMapping
from typing import Any

from structlog.testing import capture_logs
from tests.support.service import running_api

from genonaut.config import Settings
from genonaut.web.middleware.request_guard import RequestGuard


async def test_a_body_that_ends_early_is_no_crash(settings: Settings) -> None:
    incoming = iter(
        [
            {"type": "http.request", "body": b'{"prompt"', "more_body": True},
            {"type": "http.disconnect"},
        ]
    )
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> Any:
        return next(incoming)

    async def send(message: Any) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/api/v1/generation-jobs/",
        "raw_path": b"/api/v1/generation-jobs/",
        "query_string": b"",
        "root_path": "",
        "headers": [
            (b"host", b"127.0.0.1:8002"),
            (b"content-type", b"application/json"),
            (b"content-length", b"1000"),
        ],
        "client": ("127.0.0.1", 1234),
        "server": ("127.0.0.1", 8002),
    }
    async with running_api(settings) as api:
        guard = RequestGuard(api.app, settings.web, settings.auth)
        with capture_logs() as lines:
            await guard(scope, receive, send)  # type: ignore[arg-type]
    assert [one["status"] for one in sent if one["type"] == "http.response.start"] == [400]
    assert not [line for line in lines if line["event"] == "request.crashed"]
