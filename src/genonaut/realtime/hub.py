"""One Redis subscription per process, delivered to many mailboxes.

Litestar's channels plugin stops delivering after one dropped connection. This hub reconnects, and
closes all mailboxes with 4008 because their subscribers may have missed events.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable

import msgspec
import structlog
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from genonaut.core.backoff import Backoff
from genonaut.core.messages import Event
from genonaut.core.task_cancellation import raise_if_cancelled
from genonaut.realtime.bus import envelope_of
from genonaut.realtime.connection import connect_redis
from genonaut.realtime.mailbox import FELL_BEHIND, Envelope, Mailbox

log = structlog.get_logger()
_decode = msgspec.msgpack.Decoder(Envelope).decode
_LONGEST_BACKOFF_SECONDS = 5.0
_REMEMBERED_SUBJECTS = 10_000
"""Jobs whose newest delivered version is remembered, 100 bytes each."""
_YIELD_EVERY = 32
"""Messages after which other tasks run, so that a burst does not overflow the mailboxes before
their subscribers can read."""


class Hub:
    """Delivers published events to the mailboxes that subscribed to one of their topics."""

    def __init__(self, url: str, namespace: str, *, patterns: Iterable[str]) -> None:
        self._redis = connect_redis(url, retries=0)
        self._namespace = namespace
        self._patterns = [f"{namespace}:{pattern}" for pattern in patterns]
        self._mailboxes: defaultdict[str, set[Mailbox]] = defaultdict(set)
        self._channels: defaultdict[str, int] = defaultdict(int)
        self._newest: dict[int, tuple[int, int]] = {}
        self._pubsub: PubSub | None = None
        self._connected = asyncio.Event()

    @property
    def topics(self) -> list[str]:
        """Return the topics that have subscribers."""
        return [topic for topic, mailboxes in self._mailboxes.items() if mailboxes]

    async def run(self) -> None:
        """Receive until cancelled; reconnect with backoff when the connection is lost."""
        backoff = Backoff(first=0.05, longest=_LONGEST_BACKOFF_SECONDS)
        try:
            while True:
                try:
                    async with self._redis.pubsub() as pubsub:
                        await self._subscribe(pubsub)
                        backoff.reset()
                        await self._receive(pubsub)
                except (RedisError, OSError) as error:
                    self._lose_connection(error)
                await asyncio.sleep(backoff.next_seconds())
        finally:
            self._lose_connection(None)
            await self._redis.aclose()

    async def wait_connected(self) -> None:
        """Return when the hub is subscribed."""
        await self._connected.wait()

    @contextlib.asynccontextmanager
    async def watch(
        self, topics: Iterable[str], *, channels: Iterable[str] = (), capacity: int = 256
    ) -> AsyncIterator[Mailbox]:
        """Yield a mailbox for these topics.

        Args:
            topics: the events to receive.
            channels: Redis channels to subscribe besides the hub's patterns, such as previews.
            capacity: number of unread events at which the mailbox closes with 4008.
        """
        mailbox = Mailbox(capacity)
        subscribed = list(topics)
        extra = [f"{self._namespace}:{channel}" for channel in channels]
        for topic in subscribed:
            self._mailboxes[topic].add(mailbox)
        try:
            await self._open_channels(extra)
            yield mailbox
        finally:
            for topic in subscribed:
                self._mailboxes[topic].discard(mailbox)
                if not self._mailboxes[topic]:
                    del self._mailboxes[topic]
            await self._close_channels(extra)

    def deliver(self, event: Event) -> None:
        """Deliver an event to the subscribers in this process only."""
        self._fan_out(envelope_of(event))

    async def repeat(self, events: Iterable[Event]) -> None:
        """Deliver events that subscribers in this process may have missed.

        Events whose version already came through Redis are skipped: earlier subscribers have
        received them, and later ones have read newer rows.
        """
        missed = [one for one in events if one.order is None or not self._was_delivered(one.order)]
        for number, event in enumerate(missed, start=1):
            self._fan_out(envelope_of(event))
            if number % _YIELD_EVERY == 0:
                await asyncio.sleep(0)

    async def _subscribe(self, pubsub: PubSub) -> None:
        await pubsub.psubscribe(*self._patterns)
        if self._channels:
            await pubsub.subscribe(*self._channels)
        raise_if_cancelled()
        self._pubsub = pubsub
        self._connected.set()

    async def _receive(self, pubsub: PubSub) -> None:
        delivered = 0
        while True:
            if delivered >= _YIELD_EVERY:
                delivered = 0
                await asyncio.sleep(0)  # reads from the buffer do not suspend
            message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=5.0)
            raise_if_cancelled()
            if message is None:
                continue
            try:
                delivered += self._fan_out(_decode(message["data"]))
            except msgspec.MsgspecError as error:
                log.warning("hub.message_unreadable", error=str(error))

    def _fan_out(self, message: Envelope) -> int:
        """Deliver the events of a message; return their number."""
        for envelope in (message, *message.more):
            self._deliver(envelope)
        return 1 + len(message.more)

    def _deliver(self, envelope: Envelope) -> None:
        self._remember_version(envelope)
        reached: set[Mailbox] = set()
        for topic in envelope.topics:
            reached |= self._mailboxes.get(topic, set())
        for mailbox in reached:
            mailbox.put(envelope)

    def _remember_version(self, envelope: Envelope) -> None:
        if envelope.order is None or envelope.replaces is not None:
            return
        subject, *version = envelope.order
        self._newest.pop(subject, None)  # moves it to the end
        self._newest[subject] = (version[0], version[1])
        if len(self._newest) > _REMEMBERED_SUBJECTS:
            del self._newest[next(iter(self._newest))]

    def _was_delivered(self, order: tuple[int, int, int]) -> bool:
        subject, *version = order
        return self._newest.get(subject, (-1, -1)) >= (version[0], version[1])

    def _lose_connection(self, error: Exception | None) -> None:
        self._connected.clear()
        self._pubsub = None
        if error is not None:
            log.warning("hub.connection_lost", error=str(error))
        for mailboxes in self._mailboxes.values():
            for mailbox in mailboxes:
                mailbox.close(FELL_BEHIND)

    async def _open_channels(self, channels: list[str]) -> None:
        fresh = [channel for channel in channels if not self._channels[channel]]
        for channel in channels:
            self._channels[channel] += 1
        if fresh and self._pubsub is not None:
            with contextlib.suppress(RedisError, OSError):  # the next connection subscribes them
                await self._pubsub.subscribe(*fresh)

    async def _close_channels(self, channels: list[str]) -> None:
        for channel in channels:
            self._channels[channel] -= 1
        unused = [channel for channel in channels if not self._channels[channel]]
        for channel in unused:
            del self._channels[channel]
        if unused and self._pubsub is not None:
            with contextlib.suppress(
                RedisError, OSError
            ):  # a new connection does not subscribe them
                await self._pubsub.unsubscribe(*unused)
