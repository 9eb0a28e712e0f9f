"""Publish events to the subscribers in all processes."""

from collections.abc import Iterable

import msgspec
from redis.asyncio import Redis

from genonaut.core.messages import Event
from genonaut.realtime.mailbox import Envelope

_encode = msgspec.msgpack.Encoder().encode


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
        pipeline = self._redis.pipeline(transaction=False)
        for event in events:
            pipeline.publish(f"{self._namespace}:{event.channel}", encode_event(event))
        await pipeline.execute()


def encode_event(event: Event) -> bytes:
    """Return the event as it is sent through Redis."""
    return _encode(envelope_of(event))


def envelope_of(event: Event) -> Envelope:
    """Return the event as mailboxes receive it."""
    return Envelope(
        topics=event.topics,
        frame=event.frame(),
        replaces=event.replaces,
        order=event.order,
        is_terminal=event.is_terminal,
    )
