"""Security headers for every response."""

from collections.abc import Sequence
from functools import lru_cache

from genonaut.config.settings import WebSettings

_KNOWN_HOSTS = 64
RawHeaders = Sequence[tuple[bytes, bytes]]
_CONSTANT = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_PARTS_OF_PAGES = (b"text/javascript", b"application/javascript", b"text/css", b"font/")
_OF_PARTS = frozenset(
    {b"x-content-type-options", b"cross-origin-resource-policy", b"strict-transport-security"}
)
"""What concerns scripts, styles and fonts. The other headers concern documents: each of the 25 files of a first
visit would be 500 bytes larger, 0.25 s on a slow mobile network."""


class SecurityHeaders:
    """Adds the security headers that a response does not set itself.

    Scripts, styles and fonts get only those that concern them.
    """

    def __init__(self, settings: WebSettings, *, image_origin: str = "") -> None:
        """Read the settings; images may also come from ``image_origin``."""
        self._image_origin = image_origin
        self._hsts_seconds = settings.hsts_seconds
        # Origins that may use the API may also embed its images.
        resources = "cross-origin" if settings.allowed_origins else "same-origin"
        self._constant = _CONSTANT | {"cross-origin-resource-policy": resources}
        self._wanted = lru_cache(maxsize=_KNOWN_HOSTS)(self._make_wanted)

    def completed(
        self, headers: RawHeaders, *, path: str, host: str, is_secure: bool
    ) -> list[tuple[bytes, bytes]]:
        """Return the headers of a response, completed with the security headers.

        Args:
            headers: as the application set them; these values are kept.
            path: of the request.
            host: the ``Host`` of the request, already checked by the request guard.
            is_secure: whether the browser uses HTTPS.
        """
        present = {name.lower() for name, _ in headers}
        wanted = self._wanted(host, is_api=path.startswith("/api/"), is_secure=is_secure)
        if _is_part_of_page(headers):
            wanted = [header for header in wanted if header[0] in _OF_PARTS]
        return [*headers, *[header for header in wanted if header[0] not in present]]

    def _make_wanted(
        self, host: str, *, is_api: bool, is_secure: bool
    ) -> Sequence[tuple[bytes, bytes]]:
        wanted = dict(self._constant)
        wanted["content-security-policy"] = _content_policy(
            host, is_secure=is_secure, image_origin=self._image_origin
        )
        if is_api:
            # A response for one user must not be cached for another.
            wanted["cache-control"] = "no-store"
        if is_secure and self._hsts_seconds:
            wanted["strict-transport-security"] = f"max-age={self._hsts_seconds}"
        return [(name.encode(), value.encode()) for name, value in wanted.items()]


def _is_part_of_page(headers: RawHeaders) -> bool:
    return any(
        name.lower() == b"content-type" and value.startswith(_PARTS_OF_PAGES)
        for name, value in headers
    )


def _content_policy(host: str, *, is_secure: bool, image_origin: str) -> str:
    # Not every browser treats websockets of the same host as 'self'.
    sockets = f"{'wss' if is_secure else 'ws'}://{host}"
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            # Emotion, the style engine of Material UI, inserts style elements.
            "style-src 'self' 'unsafe-inline'",
            f"img-src 'self' blob: data: {image_origin}".strip(),
            "font-src 'self' data:",
            f"connect-src 'self' {sockets}",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )
