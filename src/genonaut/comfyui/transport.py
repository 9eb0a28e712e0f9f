"""HTTP sessions and bounded reads for ComfyUI servers, whose responses are not trusted."""

from http import HTTPStatus

import aiohttp

from genonaut.tracing.model import SpanKind, Value
from genonaut.tracing.spans import is_active, span

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class RedirectRefusedError(aiohttp.ClientError):
    """The server answered with a redirect, which could lead to an internal address."""


class OversizedBodyError(aiohttp.ClientError):
    """The body of a response exceeds the limit of its route."""


async def _refuse_redirects(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    reply = await handler(request)
    if reply.status in _REDIRECTS:
        reply.close()
        raise RedirectRefusedError(f"it answered with a redirect (status {reply.status})")
    return reply


async def _measure(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Measure a request that belongs to an attempt or to a request of the API, until its headers."""
    attributes: dict[str, Value] = {
        "http.request.method": request.method,
        "server.address": request.url.host or "",
        "server.port": request.url.port or 0,
    }
    name = f"{request.method} {request.url.path.split('/')[1]}"
    with span(name, kind=SpanKind.CLIENT, attributes=attributes, is_child=True) as current:
        if current.traceparent is not None:
            request.headers["traceparent"] = current.traceparent
        reply = await handler(request)
        current.set("http.response.status_code", reply.status)
        if reply.status >= HTTPStatus.BAD_REQUEST:
            current.fail(str(reply.status))
        return reply


def open_session() -> aiohttp.ClientSession:
    """Return a session for ComfyUI servers: it follows no redirects and stores no cookies.

    Response headers are limited by aiohttp: 128 of at most 8 KiB.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        middlewares=(_measure, _refuse_redirects) if is_active() else (_refuse_redirects,),
    )


async def read_body(reply: aiohttp.ClientResponse, limit_bytes: int) -> bytes:
    """Read a body of at most ``limit_bytes``, counted after decompression.

    Raises:
        OversizedBodyError: the body is longer.
    """
    body, is_complete = await read_start(reply, limit_bytes)
    if not is_complete:
        raise OversizedBodyError(f"its response to {reply.url.path} exceeds {limit_bytes} bytes")
    return body


async def read_start(reply: aiohttp.ClientResponse, limit_bytes: int) -> tuple[bytes, bool]:
    """Return the first ``limit_bytes`` of a body, and whether that is the whole body."""
    body = bytearray()
    async for chunk in reply.content.iter_any():
        body += chunk
        if len(body) > limit_bytes:
            return bytes(body[:limit_bytes]), False
    return bytes(body), True
