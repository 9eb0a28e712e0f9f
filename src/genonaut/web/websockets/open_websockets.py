"""Limit the open websockets of one user and of one address."""

import contextlib
from collections import Counter
from collections.abc import Iterator

import structlog

from genonaut.accounts.identity import Identity
from genonaut.accounts.rate_limits import network_of
from genonaut.config.settings import LimitSettings
from genonaut.core.errors import RateLimitedError

log = structlog.get_logger()
_RETRY_SECONDS = 60


class OpenWebsockets:
    """Counts the open websockets of this process; the local user of single-user mode has no limit."""

    def __init__(self, settings: LimitSettings, *, is_enabled: bool) -> None:
        self._settings = settings
        self._is_enabled = is_enabled and settings.is_enabled
        self._counts: Counter[tuple[str, str]] = Counter()

    @contextlib.contextmanager
    def of_address(self, address: str) -> Iterator[None]:
        """Count a websocket of an address (IPv6: a /64 network) until the context ends.

        Raises:
            RateLimitedError: the address has too many.
        """
        with self._counted("address", network_of(address), self._settings.websockets_per_address):
            yield

    @contextlib.contextmanager
    def of_user(self, identity: Identity) -> Iterator[None]:
        """Count a websocket of a user until the context ends.

        Raises:
            RateLimitedError: the user has too many.
        """
        with self._counted("user", str(identity.user_id), self._settings.websockets_per_user):
            yield

    @contextlib.contextmanager
    def _counted(self, kind: str, name: str, limit: int) -> Iterator[None]:
        key = (kind, name)
        if self._is_enabled and self._counts[key] >= limit:
            log.warning("websocket.too_many", kind=kind, name=name, limit=limit)
            message = f"{limit} websockets of this {kind} are open; close one of them"
            raise RateLimitedError(message, retry_after_seconds=_RETRY_SECONDS)
        self._counts[key] += 1
        try:
            yield
        finally:
            self._counts[key] -= 1
            if not self._counts[key]:
                del self._counts[key]
