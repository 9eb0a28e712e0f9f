"""Access data of a backend from the settings: headers, authentication and certificates."""

import base64
import ssl
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Protocol

import aiohttp
import structlog

from genonaut.comfyui.client import ComfyClient
from genonaut.comfyui.connection import ServerAccess
from genonaut.comfyui.errors import ComfyUnreachableError
from genonaut.comfyui.settings import DEFAULT_TIMEOUTS, Timeouts
from genonaut.core.errors import SettingsError

logger = structlog.get_logger(__name__)


class AccessSettings(Protocol):
    """The settings of one backend, as far as they concern access."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def url(self) -> str: ...  # noqa: D102
    @property
    def headers(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def bearer_token(self) -> str: ...  # noqa: D102
    @property
    def username(self) -> str: ...  # noqa: D102
    @property
    def password(self) -> str: ...  # noqa: D102
    @property
    def ca_file(self) -> str: ...  # noqa: D102
    @property
    def client_certificate_file(self) -> str: ...  # noqa: D102
    @property
    def client_key_file(self) -> str: ...  # noqa: D102
    @property
    def verify(self) -> bool: ...  # noqa: D102


def access_of(backend: AccessSettings) -> ServerAccess:
    """Return headers and TLS data of a backend.

    Raises:
        SettingsError: a certificate file cannot be read; names the backend and the file.
    """
    headers = dict(backend.headers)
    if backend.bearer_token:
        headers["Authorization"] = f"Bearer {backend.bearer_token}"
    elif backend.username:
        pair = f"{backend.username}:{backend.password}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    tls = _tls_of(
        backend.name,
        backend.ca_file,
        backend.client_certificate_file,
        backend.client_key_file,
        verify=backend.verify,
    )
    return ServerAccess(headers, tls)


def client_of(
    backend: AccessSettings, http: aiohttp.ClientSession, *, timeouts: Timeouts = DEFAULT_TIMEOUTS
) -> ComfyClient:
    """Return a client for a backend.

    Raises:
        ComfyUnreachableError: a certificate file cannot be read.
    """
    try:
        access = access_of(backend)
    except SettingsError as error:
        raise ComfyUnreachableError(str(error)) from error
    return ComfyClient(backend.url, http, timeouts=timeouts, access=access)


@lru_cache(maxsize=64)
def _tls_of(
    name: str, ca_file: str, certificate: str, key: str, *, verify: bool
) -> ssl.SSLContext | bool:
    """Return the TLS context; True means the default of aiohttp. Files are read once."""
    if not verify:
        logger.warning("comfyui.certificate_not_verified", backend=name)
    if verify and not (ca_file or certificate):
        return True
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if ca_file:
        _load(name, "ca_file", ca_file, lambda: context.load_verify_locations(ca_file))
    if certificate:
        _load(
            name,
            "client_certificate_file",
            certificate,
            lambda: context.load_cert_chain(certificate, key or None, password=_no_password),
        )
    return context


def _no_password() -> str:
    """Prevent OpenSSL from asking for a password on the terminal."""
    raise ValueError("the key is encrypted")


def _load(name: str, setting: str, path: str, load: Callable[[], None]) -> None:
    try:
        load()
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
        raise SettingsError(f"{setting} of backend {name}: cannot use {path}: {reason}") from error
