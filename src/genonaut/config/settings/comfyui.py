"""The ComfyUI servers and their simulator."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from genonaut.config.settings.fields import (
    HeaderName,
    HeaderValue,
    HttpUrl,
    Name,
    OptionalHttpUrl,
    Port,
    Positive,
    Section,
)


class BackendSettings(Section, frozen=True):
    """One ComfyUI server; the representation shows no secrets."""

    name: Name
    url: HttpUrl
    slots: Annotated[int, Meta(ge=1, le=64)] = 2
    """Prompts submitted to it at once: one runs, the others wait in its queue."""
    output_dir: str = ""
    """Its output directory as the worker sees it; empty when it is not shared."""
    enabled: bool = True
    headers: dict[HeaderName, HeaderValue] = msgspec.field(default_factory=dict)
    """Sent with every request."""
    bearer_token: HeaderValue = ""
    username: str = ""
    password: str = ""
    """HTTP Basic authentication, with ``username``."""
    ca_file: str = ""
    """Certificate authorities trusted for this server, beside those of the system."""
    client_certificate_file: str = ""
    client_key_file: str = ""
    """The key of the client certificate; empty if its file contains it."""
    verify: bool = True
    """Whether the server's certificate is verified; False allows interception."""

    def __post_init__(self) -> None:
        """Refuse combinations that contradict each other."""
        ways = [
            "bearer_token" if self.bearer_token else "",
            "username" if self.username else "",
            "a user in the url" if "@" in self.url.split("://", 1)[1].split("/", 1)[0] else "",
            "the header Authorization" if "authorization" in map(str.lower, self.headers) else "",
        ]
        given = [way for way in ways if way]
        if len(given) > 1:
            raise ValueError(f"set only one of {' and '.join(given)}")
        if self.password and not self.username:
            raise ValueError("password needs username")
        if ":" in self.username:
            raise ValueError("username must not contain a colon")
        if self.client_key_file and not self.client_certificate_file:
            raise ValueError("client_key_file needs client_certificate_file")
        is_tls_set = self.ca_file or self.client_certificate_file or not self.verify
        if is_tls_set and not self.url.startswith("https://"):
            raise ValueError("ca_file, client_certificate_file and verify need an https URL")

    def __repr__(self) -> str:
        return f"BackendSettings(name={self.name!r}, …)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("name", self.name)]


class ComfyuiSettings(Section, frozen=True):
    """The ComfyUI servers; ``url`` is short for a single backend named ``default``."""

    url: OptionalHttpUrl = ""
    output_dir: str = ""
    backends: tuple[BackendSettings, ...] = ()
    delete_history: bool = False
    """Remove our prompts from ComfyUI's history after their images are stored."""
    delete_outputs: bool = False
    """Delete our images from ComfyUI's output after they are stored."""
    models_refresh_seconds: Positive = 30.0
    silence_seconds: Positive = 10.0
    poll_seconds: Positive = 2.0
    lost_confirm_seconds: Positive = 3.0
    stuck_seconds: Positive = 60.0
    health_seconds: Positive = 5.0


class SimulatorSettings(Section, frozen=True):
    """The ComfyUI simulator of demo and tests."""

    host: str = "127.0.0.1"
    port: Port = 8288
    delay_ms: Annotated[float, Meta(ge=0)] = 1500.0
    """Duration of one simulated render in milliseconds."""
