"""Headers that tell browsers what our pages never do."""

from collections.abc import Sequence

from genonaut.config.settings import WebSettings

RawHeaders = Sequence[tuple[bytes, bytes]]
_CONSTANT = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class SecurityHeaders:
    """Adds what a response does not say itself."""

    def __init__(self, settings: WebSettings) -> None:
        self._hsts_seconds = settings.hsts_seconds
        # Other origins that may use the API may also show its images.
        resources = "cross-origin" if settings.allowed_origins else "same-origin"
        self._constant = _CONSTANT | {"cross-origin-resource-policy": resources}

    def completed(
        self, headers: RawHeaders, *, path: str, host: str, is_secure: bool
    ) -> list[tuple[bytes, bytes]]:
        """Return the headers of a response with those of security.

        Args:
            headers: as the application wrote them; what they name stays.
            path: of the request.
            host: the ``Host`` of the request, which the door has checked.
            is_secure: the browser came over HTTPS.
        """
        wanted = dict(self._constant)
        wanted["content-security-policy"] = _content_policy(host, is_secure=is_secure)
        if path.startswith("/api/"):
            # Answers to one user must not lie in a cache for the next one.
            wanted["cache-control"] = "no-store"
        if is_secure and self._hsts_seconds:
            wanted["strict-transport-security"] = f"max-age={self._hsts_seconds}"
        present = {name.lower() for name, _ in headers}
        missing = [
            (name.encode(), value.encode())
            for name, value in wanted.items()
            if name.encode() not in present
        ]
        return [*headers, *missing]


def _content_policy(host: str, *, is_secure: bool) -> str:
    # Not every browser counts websockets of the same host as 'self'.
    sockets = f"{'wss' if is_secure else 'ws'}://{host}"
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            # Emotion, which Material UI is styled with, writes style elements.
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' blob: data:",
            "font-src 'self' data:",
            f"connect-src 'self' {sockets}",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )
