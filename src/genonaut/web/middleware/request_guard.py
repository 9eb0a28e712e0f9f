"""Checks before routing: host, origin, proxy and media type; adds a request id to every response.

In single-user mode there is no login, so web pages of other sites must not reach the API. A DNS name
that is rebound to loopback fails the host check, a form or script of another site fails the origin
check, and forwarded requests are refused unless ``web.trusted_proxies`` names the proxy. Browsers say
with ``Sec-Fetch-Site`` that another site caused a request: then only links to pages are served, so that
no other site can embed or probe images. Source: https://web.dev/articles/fetch-metadata
"""

import random
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from http import HTTPStatus

import msgspec
import structlog
from litestar.datastructures import Headers
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

from genonaut.accounts.external.proxy_login import header_names
from genonaut.accounts.identity import Client
from genonaut.config.settings import AuthSettings, WebSettings
from genonaut.core.errors import SettingsError
from genonaut.web.content_coding import accepts_coding
from genonaut.web.errors.problem_details import MEDIA_TYPE, code_of, problem
from genonaut.web.middleware.authentication import CLIENT
from genonaut.web.middleware.json_compression import compressed, is_plain_json
from genonaut.web.middleware.security_headers import SecurityHeaders
from genonaut.web.middleware.trusted_proxies import RequestSource, TrustedProxies

_SAFE = {"GET", "HEAD", "OPTIONS"}
_WITH_BODY = {"POST", "PUT", "PATCH"}
_LOOPBACK = re.compile(r"localhost|127(?:\.\d{1,3}){3}|\[::1\]", re.IGNORECASE)
_NAME = r"(?P<host>[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?P<port>\d{1,5}))?"
_HOST = re.compile(_NAME, re.IGNORECASE)
_ORIGIN = re.compile(rf"(?P<scheme>https?)://{_NAME}")
_REFERER = re.compile(rf"(?P<origin>https?://{_NAME})(?:[/?#].*)?", re.DOTALL)
_MAX_PORT = 65_535
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_CROSS_SITE = (b"sec-fetch-site", b"cross-site")
_DECISIVE = frozenset(
    {
        b"host",
        b"origin",
        b"referer",
        b"sec-fetch-site",
        b"sec-fetch-mode",
        b"sec-fetch-dest",
        b"user-agent",
        b"x-forwarded-for",
        b"x-forwarded-proto",
        b"x-real-ip",
        b"forwarded",
    }
)
"""The headers that decide who the client is and whether the request is refused."""
_DECISIONS = 512
_REMEMBERED_BYTES = 1_000
"""Decisions about longer headers are not remembered, which bounds the memory."""
_Refusal = tuple[HTTPStatus, str]
_MULTIPART = "multipart/form-data"
_MULTIPART_ONLY = frozenset({"/api/v1/uploads", "/api/v1/imports", "/api/v1/imports/inspect"})
_MULTIPART_PATHS = _MULTIPART_ONLY | {"/api/v1/workflows/analyze"}
"""Routes that accept files. Forms of other sites can send this type too; the origin check refuses them."""


class _Decision(msgspec.Struct, frozen=True):
    """What the headers of a request say about its client, and why it is refused, if it is."""

    client: Client
    source: RequestSource
    host: str
    refusal: _Refusal | None


class RequestGuard:
    """ASGI middleware around the whole application."""

    def __init__(
        self, app: ASGIApp, settings: WebSettings, auth: AuthSettings, *, image_origin: str = ""
    ) -> None:
        self._app = app
        self._auth = auth
        self._proxies = TrustedProxies(settings.trusted_proxies)
        self._security = SecurityHeaders(settings, image_origin=image_origin)
        self._hosts = {host.lower() for host in settings.allowed_hosts}
        self._origins = {origin.lower().rstrip("/") for origin in settings.allowed_origins}
        if settings.public_url:
            host, origin = _read_public_url(settings.public_url)
            self._hosts.add(host)
            self._origins.add(origin)
        self._identity_headers = header_names(auth)
        # Most requests have the same headers as one before.
        self._remembered = lru_cache(maxsize=_DECISIONS)(self._decide)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer refused requests; pass all others on."""
        if "headers" not in scope:  # the lifespan scope
            await self._app(scope, receive, send)
            return
        decisive, given_id, accepted = _read_headers(scope["headers"])
        request_id = _request_id(given_id)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)

        size = sum(len(value) for _, value in decisive)
        decide = self._remembered if size < _REMEMBERED_BYTES else self._decide
        is_socket = _is_socket(scope)
        method = None if is_socket else str(scope["method"])  # type: ignore[typeddict-item]
        peer = scope.get("client") or ("unknown", 0)
        is_safe = method in _SAFE
        decision = decide(peer[0], scope["scheme"], tuple(decisive), is_safe=is_safe)
        refusal = decision.refusal
        if refusal is None and method in _WITH_BODY:
            refusal = _media_refusal(Headers.from_scope(scope), scope["path"])
        _store_client(scope, decision, is_socket=is_socket)
        if self._identity_headers and not decision.client.is_from_proxy:
            scope["headers"] = [
                header for header in scope["headers"] if header[0] not in self._identity_headers
            ]
        may_compress = accepted is not None and accepts_coding(accepted, b"gzip")
        send_completed = self._completing(
            scope, send, decision, request_id, may_compress=may_compress
        )
        if refusal is None:
            await self._app(scope, receive, send_completed)
        elif is_socket:
            # Closing before accepting makes the server answer the handshake with 403.
            await send({"type": "websocket.close", "code": 1008, "reason": refusal[1]})
        else:
            await _answer(send_completed, scope["path"], *refusal)

    def _completing(
        self, scope: Scope, send: Send, decision: _Decision, request_id: str, *, may_compress: bool
    ) -> Send:
        """Return a ``send`` that adds headers and compresses JSON."""
        path = scope["path"]
        start: HTTPResponseStartEvent | None = None

        async def send_completed(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                headers = self._security.completed(
                    message.get("headers", ()),  # type: ignore[arg-type]
                    path=path,
                    # Do not repeat the host name of a refused request.
                    host=decision.host if decision.refusal is None else "127.0.0.1",
                    is_secure=decision.source.scheme == "https",
                )
                headers.append((b"x-request-id", request_id.encode()))
                message["headers"] = headers
                if may_compress and is_plain_json(headers):
                    headers.append((b"vary", b"Accept-Encoding"))
                    start = message
                    return
            elif start is not None and message["type"] == "http.response.body":
                pending, start = start, None
                if not message.get("more_body"):
                    message["body"] = compressed(message["body"], pending["headers"])  # type: ignore[arg-type]
                await send(pending)
            await send(message)

        return send_completed

    def _decide(
        self, peer: str, scheme: str, raw: tuple[tuple[bytes, bytes], ...], *, is_safe: bool
    ) -> _Decision:
        """Determine the client and whether the request is refused.

        Args:
            peer: address of the other end of the connection.
            scheme: of the connection, as the server sees it.
            raw: the decisive headers.
            is_safe: whether the method cannot change anything; False for websockets.
        """
        headers = Headers(raw)
        host = headers.get("host", "")
        source = self._proxies.source_of(peer, scheme, headers)
        is_loopback_name = _is_loopback_name(host)
        mode = self._auth.secure_cookies
        secure = not is_loopback_name or source.scheme == "https"
        client = Client(
            source.address,
            is_local=source.is_loopback and is_loopback_name,
            needs_secure_cookies=secure if mode == "auto" else mode == "always",
            user_agent=headers.get("user-agent", "").replace("\x00", ""),
            is_from_proxy=self._proxies.is_trusted(peer),
        )
        refusal = self._refusal(headers, host, source, is_safe=is_safe)
        return _Decision(client, source, host, refusal)

    def _refusal(
        self, headers: Headers, host: str, source: RequestSource, *, is_safe: bool
    ) -> _Refusal | None:
        if host and not _is_valid_host(host):
            return (
                HTTPStatus.BAD_REQUEST,
                "the Host header is not a host name with an optional port",
            )
        if not self._is_known_host(host):
            detail = "this host name is not served here; add it to web.allowed_hosts"
            return HTTPStatus.FORBIDDEN, detail
        if self._auth.mode == "single-user" and not source.is_trusted:
            detail = "single-user mode refuses requests through a proxy; see web.trusted_proxies"
            return HTTPStatus.FORBIDDEN, detail
        own_origin = _origin_of(source.scheme, host)
        if not self._is_allowed_site(headers, own_origin, is_safe=is_safe):
            detail = "requests from other sites are refused; see web.allowed_origins"
            return HTTPStatus.FORBIDDEN, detail
        return None

    def _is_known_host(self, host: str) -> bool:
        return _is_loopback_name(host) or _name_of(host).lower() in self._hosts

    def _is_allowed_site(self, headers: Headers, own_origin: str, *, is_safe: bool) -> bool:
        """Return whether the site that caused the request may do so."""
        is_cross_site = headers.get("sec-fetch-site") == "cross-site"
        origin = headers.get("origin")
        if origin is None and is_cross_site:  # no-cors requests have a Referer only
            origin = _origin_in(headers.get("referer", ""))
        if origin is None:
            is_allowed = not is_cross_site
        else:
            is_allowed = origin.lower() in self._origins or _normalized(origin) == own_origin
        if not is_safe:
            return is_allowed
        return is_allowed or not is_cross_site or _is_link_to_page(headers)


def _read_headers(
    headers: Iterable[tuple[bytes, bytes]],
) -> tuple[list[tuple[bytes, bytes]], str | None, bytes | None]:
    """Return the decisive headers, the request id and ``Accept-Encoding``."""
    decisive, request_id, accepted = [], None, None
    for header in headers:
        name = header[0]
        if name in _DECISIVE:
            decisive.append(header)
        elif name == b"x-request-id" and request_id is None:
            request_id = header[1].decode("latin-1")
        elif name == b"accept-encoding" and accepted is None:
            accepted = header[1]
    # The Referer differs per page; only requests from other sites are judged by it.
    if _CROSS_SITE not in decisive:
        decisive = [header for header in decisive if header[0] != b"referer"]
    return decisive, request_id, accepted


def _store_client(scope: Scope, decision: _Decision, *, is_socket: bool) -> None:
    """Store the client in the scope for the application."""
    source = decision.source
    if source.is_forwarded and source.is_trusted:
        scope["client"] = (source.address, 0)
    if source.scheme == "https":
        scope["scheme"] = "wss" if is_socket else "https"
    scope.setdefault("state", {})[CLIENT] = decision.client


def _is_link_to_page(headers: Headers) -> bool:
    is_navigation = headers.get("sec-fetch-mode") == "navigate"
    return is_navigation and headers.get("sec-fetch-dest") == "document"


def _origin_of(scheme: str, host: str) -> str:
    """Return the origin of our own pages as browsers write it, without the default port."""
    return _normalized(f"{scheme}://{host}") or ""


def _normalized(origin: str) -> str | None:
    """Return an http or https origin in lower case without the default port; None for others."""
    match = _ORIGIN.fullmatch(origin.lower())
    if match is None:
        return None
    scheme, host, port = match["scheme"], match["host"], match["port"]
    has_own_port = port is not None and port != {"http": "80", "https": "443"}[scheme]
    return f"{scheme}://{host}:{port}" if has_own_port else f"{scheme}://{host}"


def _origin_in(referer: str) -> str | None:
    match = _REFERER.fullmatch(referer.lower())
    return match["origin"] if match is not None else None


def _read_public_url(url: str) -> tuple[str, str]:
    """Return host name and origin of ``web.public_url``.

    Raises:
        SettingsError: it is not an http or https URL without a path.
    """
    origin = _normalized(url.removesuffix("/"))
    match = _ORIGIN.fullmatch(origin or "")
    if origin is None or match is None:
        raise SettingsError(
            f"web.public_url: {url!r} must look like https://images.example.org, without a path"
        )
    return match["host"], origin


def _is_valid_host(host: str) -> bool:
    match = _HOST.fullmatch(host)
    return match is not None and int(match["port"] or 0) <= _MAX_PORT


def _name_of(host: str) -> str:
    return host.rpartition(":")[0] if re.search(r":\d+\Z", host) else host


def _is_loopback_name(host: str) -> bool:
    return _LOOPBACK.fullmatch(_name_of(host)) is not None


def _is_socket(scope: Scope) -> bool:
    return str(scope["type"]).endswith("websocket")


def _media_refusal(headers: Headers, path: str) -> _Refusal | None:
    """Return why the media type of a body is refused; None if it is accepted or there is no body."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if path.rstrip("/") in _MULTIPART_PATHS and kind == _MULTIPART:
        return None
    if path.rstrip("/") in _MULTIPART_ONLY:
        return HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"send {_MULTIPART}"
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    if not has_body or kind == "application/json" or kind.endswith("+json"):
        return None
    return HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send application/json"


def _request_id(given: str | None) -> str:
    if given and _REQUEST_ID.fullmatch(given):
        return given
    # It is no secret, and a system call for each takes longer. A forked process has its own sequence.
    return f"{random.getrandbits(128):032x}"


async def _answer(send: Send, path: str, status: HTTPStatus, detail: str) -> None:
    body = msgspec.json.encode(problem(path, status, detail, code=code_of(status)))
    headers: Sequence[tuple[bytes, bytes]] = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
