"""Remember for a moment who sent a session cookie or an API key, so that reads need no query for it."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import msgspec

from genonaut.accounts.authentication import Credentials
from genonaut.accounts.identity import Identity
from genonaut.accounts.messages import ACCESS_TOPIC, AccessChanged
from genonaut.accounts.tokens import hash_of
from genonaut.core.clock import utcnow
from genonaut.core.messages import Event
from genonaut.core.metrics import CacheMetrics
from genonaut.core.task_cancellation import stop_tasks
from genonaut.realtime import Hub, MailboxClosedError

VALID_SECONDS = 1.0
"""Longest time for which an answer of the database is used: bounds what a lost event can do."""
_READ_AGAIN_SECONDS = 0.5
_REMEMBERED_SECONDS = 60.0
_MOST = 10_000
_METRICS = CacheMetrics("identity")
_Key = tuple[str, bytes]
ReadIdentity = Callable[[], Awaitable[Identity | None]]
"""Asks the database who sent some credentials."""


class _Entry(msgspec.Struct, frozen=True):
    """An answer of the database; ``identity`` is None after the first use of the credentials."""

    identity: Identity | None
    read_at: float


class _Reading(NamedTuple):
    """A query for an identity, and the generation of the cache when it began."""

    task: asyncio.Task[Identity | None]
    generation: int


class IdentityCache:
    """Identities of this process by the hash of their credentials.

    Every ``AccessChanged`` empties it: at once in the process that committed the change, and through
    Redis in all others. An identity is kept from the second use of its credentials on, so that a single
    request leaves nothing behind. Failed logins are never kept.
    """

    def __init__(self) -> None:
        self._entries: dict[_Key, _Entry] = {}
        self._reading: dict[_Key, _Reading] = {}
        self._generation = 0

    @property
    def generation(self) -> int:
        """Return a number that changes when the cache is emptied; read it before the database."""
        return self._generation

    async def get(self, credentials: Credentials, read: ReadIdentity) -> Identity | None:
        """Return the identity, from memory or with ``read``.

        Requests that need the same identity at the same time share one query. An identity that is used
        all the time is read again in the background before it is too old, so that no request waits.
        """
        known = self.find(credentials)
        if known is None:
            reading = self._reading.get(_key_of(credentials))
            # A query that began before a change may miss it.
            if reading is None or reading.generation != self._generation:
                reading = self._start(credentials, read)
            return await asyncio.shield(reading.task)
        key = _key_of(credentials)
        age = time.monotonic() - self._entries[key].read_at
        if age >= _READ_AGAIN_SECONDS and key not in self._reading:
            self._start(credentials, read)
        return known

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

    async def close(self) -> None:
        """Stop reading in the background."""
        await stop_tasks(*(reading.task for reading in self._reading.values()))

    def _start(self, credentials: Credentials, read: ReadIdentity) -> _Reading:
        key, generation = _key_of(credentials), self._generation

        async def run() -> Identity | None:
            try:
                identity = await read()
            finally:
                if self._reading.get(key) is reading:
                    del self._reading[key]
            if identity is not None:
                self.store(credentials, identity, generation=generation)
            else:
                self._entries.pop(key, None)
            return identity

        task = asyncio.create_task(run(), name="identify")
        # Whether anyone waits or not: an error is not to be reported as one never retrieved.
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        reading = self._reading[key] = _Reading(task, generation)
        return reading

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
