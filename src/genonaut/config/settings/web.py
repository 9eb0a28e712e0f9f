"""The HTTP server."""

from typing import Annotated, Literal

from msgspec import Meta

from genonaut.config.settings.fields import Count, Port, Section


class WebSettings(Section, frozen=True):
    """The HTTP server."""

    host: str = "127.0.0.1"
    port: Port = 8001
    allowed_hosts: tuple[str, ...] = ()
    """Host names accepted besides those of loopback addresses."""
    allowed_origins: tuple[str, ...] = ()
    """Origins that may use the API from a browser, besides its own (CORS)."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks of reverse proxies whose X-Forwarded-For and -Proto are believed."""
    hsts_seconds: Annotated[int, Meta(ge=0)] = 31_536_000
    """HSTS ``max-age`` in seconds, sent over HTTPS; 0 sends no header."""
    max_body_bytes: Count = 1_048_576
    max_connections: Annotated[int, Meta(ge=10)] = 1000
    """Open client connections of one API process, websockets included; more are refused with 503."""
    processes: Annotated[int, Meta(ge=1, le=64)] = 1
    """API processes that share the port."""
    public_url: str = ""
    """The URL that users enter in their browsers; its host and origin are accepted."""
    file_acceleration: Literal["none", "nginx", "sendfile"] = "none"
    """Who sends images: this process, or the proxy after X-Accel-Redirect or X-Sendfile."""
