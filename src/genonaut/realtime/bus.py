"""Publish events to the subscribers in all processes."""

import itertools
from collections.abc import Iterable, Iterator

import msgspec
from redis.asyncio import Redis

from genonaut.core.messages import Event
from genonaut.realtime.mailbox import Envelope

_encode = msgspec.msgpack.Encoder().encode
_MOST_PER_MESSAGE = 64


class Bus:
    """The publishing side of pub/sub; every channel name begins with the namespace."""

    def __init__(self, redis: Redis, namespace: str) -> None:
        self._redis = redis
        self._namespace = namespace

    async def publish(self, events: Iterable[Event]) -> None:
        """Send the events in order, in one round trip.

        Raises:
            redis.exceptions.RedisError: Redis does not respond.
        """
        messages = list(self.messages_of(events))
        if len(messages) == 1:
            await self._redis.publish(*messages[0])
            return
        pipeline = self._redis.pipeline(transaction=False)
        for channel, data in messages:
            pipeline.publish(channel, data)
        await pipeline.execute()

    def messages_of(self, events: Iterable[Event]) -> Iterator[tuple[str, bytes]]:
        """Yield channel and content of each message; events of one family share messages."""
        for family, group in itertools.groupby(events, key=lambda event: event.family):
            most = 1 if family is None else _MOST_PER_MESSAGE
            members = iter(group)
            while batch := list(itertools.islice(members, most)):
                yield f"{self._namespace}:{batch[0].channel}", encode_events(batch)


def encode_events(events: list[Event]) -> bytes:
    """Return the events as they are sent through Redis, in one message."""
    first = envelope_of(events[0])
    if len(events) == 1:
        return _encode(first)
    rest = tuple(envelope_of(event) for event in events[1:])
    return _encode(msgspec.structs.replace(first, more=rest))


def envelope_of(event: Event) -> Envelope:
    """Return the event as mailboxes receive it."""
    return Envelope(
        topics=event.topics,
        frame=event.frame(),
        replaces=event.replaces,
        order=event.order,
        is_terminal=event.is_terminal,
    )
