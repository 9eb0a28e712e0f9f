"""Remember for a moment who sent a session cookie or an API key, so that reads need no query for it."""

import asyncio
import contextlib
import time

import msgspec

from genonaut.accounts.authentication import Credentials
from genonaut.accounts.identity import Identity
from genonaut.accounts.messages import ACCESS_TOPIC, AccessChanged
from genonaut.accounts.tokens import hash_of
from genonaut.core.clock import utcnow
from genonaut.core.messages import Event
from genonaut.core.metrics import CacheMetrics
from genonaut.realtime import Hub, MailboxClosedError

VALID_SECONDS = 1.0
"""Longest time for which an answer of the database is used: bounds what a lost event can do."""
_REMEMBERED_SECONDS = 60.0
_MOST = 10_000
_METRICS = CacheMetrics("identity")
_Key = tuple[str, bytes]


class _Entry(msgspec.Struct, frozen=True):
    """An answer of the database; ``identity`` is None after the first use of the credentials."""

    identity: Identity | None
    read_at: float


class IdentityCache:
    """Identities of this process by the hash of their credentials.

    Every ``AccessChanged`` empties it: at once in the process that committed the change, and through
    Redis in all others. An identity is kept from the second use of its credentials on, so that a single
    request leaves nothing behind. Failed logins are never kept.
    """

    def __init__(self) -> None:
        self._entries: dict[_Key, _Entry] = {}
        self._generation = 0

    @property
    def generation(self) -> int:
        """Return a number that changes when the cache is emptied; read it before the database."""
        return self._generation

    def find(self, credentials: Credentials) -> Identity | None:
        """Return the identity that was read from the database less than a second ago, if any."""
        found = self._find(credentials)
        _METRICS.count(is_hit=found is not None)
        return found

    def _find(self, credentials: Credentials) -> Identity | None:
        entry = self._entries.get(_key_of(credentials))
        if entry is None or entry.identity is None:
            return None
        identity = entry.identity
        if time.monotonic() - entry.read_at >= VALID_SECONDS:
            return None
        if identity.expires_at is not None and identity.expires_at <= utcnow():
            return None
        return identity

    def store(self, credentials: Credentials, identity: Identity, *, generation: int) -> None:
        """Keep an identity, unless the cache was emptied while the database was read.

        Args:
            credentials: what the caller sent.
            identity: what the database said.
            generation: ``self.generation`` from before the query.
        """
        if generation != self._generation:
            return
        key, now = _key_of(credentials), time.monotonic()
        before = self._entries.pop(key, None)  # moves it to the end
        is_known = before is not None and now - before.read_at < _REMEMBERED_SECONDS
        self._entries[key] = _Entry(identity if is_known else None, now)
        if len(self._entries) > _MOST:
            del self._entries[next(iter(self._entries))]

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self._generation += 1

    def on_commit(self, event: Event) -> None:
        """Forget everything if an event that this process commits changes the access of a user."""
        if isinstance(event, AccessChanged):
            self.clear()

    async def follow(self, hub: Hub) -> None:
        """Forget everything when another process changes the access of a user, or Redis is lost."""
        while True:
            async with hub.watch([ACCESS_TOPIC]) as mailbox:
                self.clear()
                with contextlib.suppress(MailboxClosedError):
                    while True:
                        await mailbox.get()
                        self.clear()
            self.clear()
            await asyncio.sleep(0.1)


def _key_of(credentials: Credentials) -> _Key:
    if credentials.key is not None:
        return ("key", hash_of(credentials.key))
    return ("session", hash_of(credentials.session_token or ""))
