"""A bounded queue between the hub and one subscriber."""

import asyncio

import msgspec

from genonaut.core.metrics import FRAMES_DROPPED, OVERFLOW_CLOSES

FELL_BEHIND = 4008
"""Close code: the subscriber was too slow or Redis was lost; reconnect and read a snapshot."""


class Envelope(msgspec.Struct, frozen=True, array_like=True):
    """One event as it is sent to the subscribers of its topics."""

    topics: tuple[str, ...]
    frame: bytes
    replaces: str | None
    order: tuple[int, int, int] | None
    is_terminal: bool = False
    """No newer state follows."""
    more: tuple["Envelope", ...] = ()
    """Events that were sent in the same message. Last and optional, so that processes of two versions
    can mix: an older one delivers the first event, and reads the others when it catches up."""


class MailboxClosedError(Exception):
    """The mailbox was closed; ``code`` is the close code to send."""

    def __init__(self, code: int) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


class Mailbox:
    """The unread events of one subscriber, which has one reader.

    Of events that replace each other only the newest is kept. Other events are never dropped: when
    more than ``capacity`` of them are unread, the mailbox closes.
    """

    def __init__(self, capacity: int = 256) -> None:
        self._capacity = capacity
        self._lasting: list[Envelope] = []  # a deque takes 600 bytes when it is empty
        self._replaceable: dict[str, Envelope] = {}
        self._waiting: asyncio.Future[None] | None = None
        self._closed_with: int | None = None

    def put(self, envelope: Envelope) -> None:
        """Add an event without waiting; closes the mailbox when it overflows."""
        if self._closed_with is not None:
            return
        if envelope.replaces is None:
            self._lasting.append(envelope)
            if len(self._lasting) > self._capacity:
                OVERFLOW_CLOSES.inc()
                self.close(FELL_BEHIND)
        else:
            is_known = envelope.replaces in self._replaceable
            if is_known or len(self._replaceable) >= self._capacity:
                FRAMES_DROPPED.inc()
            if is_known or len(self._replaceable) < self._capacity:
                self._replaceable[envelope.replaces] = envelope
        self._wake()

    def close(self, code: int) -> None:
        """Make the next ``get`` raise with ``code``; unread events are dropped."""
        if self._closed_with is None:
            self._closed_with = code
        self._lasting.clear()
        self._replaceable.clear()
        self._wake()

    async def get(self) -> Envelope:
        """Wait for the next event and return it.

        Raises:
            MailboxClosedError: the mailbox was closed.
        """
        while True:
            if self._closed_with is not None:
                raise MailboxClosedError(self._closed_with)
            if self._lasting:
                return self._lasting.pop(0)
            if self._replaceable:
                return self._replaceable.pop(next(iter(self._replaceable)))
            self._waiting = asyncio.get_running_loop().create_future()
            try:
                await self._waiting
            finally:
                self._waiting = None

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
