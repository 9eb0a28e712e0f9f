"""A bounded mailbox between the hub and one watcher."""

import asyncio
from collections import deque

import msgspec

FELL_BEHIND = 4008
"""Close code: the watcher was too slow, or Redis was lost; reconnect and take a snapshot."""


class Envelope(msgspec.Struct, frozen=True, array_like=True):
    """One event on its way to the watchers of its topics."""

    topics: tuple[str, ...]
    frame: bytes
    replaces: str | None
    order: tuple[int, int, int] | None
    is_terminal: bool = False
    """No newer state follows. Last and optional, so that processes of two versions can mix."""


class MailboxClosedError(Exception):
    """The mailbox takes and gives nothing more; ``code`` is the close code to send."""

    def __init__(self, code: int) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


class Mailbox:
    """Holds what one watcher has not read yet.

    Of events that replace each other only the newest waits; of all others none is ever dropped:
    when more than ``capacity`` of them wait, the mailbox closes.
    """

    def __init__(self, capacity: int = 256) -> None:
        self._capacity = capacity
        self._lasting: deque[Envelope] = deque()
        self._fleeting: dict[str, Envelope] = {}
        self._arrived = asyncio.Event()
        self._closed_with: int | None = None

    def put(self, envelope: Envelope) -> None:
        """Leave a delivery; never blocks. Closes the mailbox when it overflows."""
        if self._closed_with is not None:
            return
        if envelope.replaces is None:
            self._lasting.append(envelope)
            if len(self._lasting) > self._capacity:
                self.close(FELL_BEHIND)
        elif envelope.replaces in self._fleeting or len(self._fleeting) < self._capacity:
            self._fleeting[envelope.replaces] = envelope
        self._arrived.set()

    def close(self, code: int) -> None:
        """End the watcher's next ``get`` with ``code``; what waits is dropped."""
        if self._closed_with is None:
            self._closed_with = code
        self._lasting.clear()
        self._fleeting.clear()
        self._arrived.set()

    async def get(self) -> Envelope:
        """Return the next delivery; waits for one.

        Raises:
            MailboxClosedError: when the mailbox was closed.
        """
        while True:
            if self._closed_with is not None:
                raise MailboxClosedError(self._closed_with)
            if self._lasting:
                return self._lasting.popleft()
            if self._fleeting:
                return self._fleeting.pop(next(iter(self._fleeting)))
            self._arrived.clear()
            await self._arrived.wait()
