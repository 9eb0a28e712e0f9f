"""Publish events to the subscribers in all processes."""

from collections.abc import Iterable

import msgspec
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import EqualJitterBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from genonaut.core.messages import Event
from genonaut.realtime.mailbox import Envelope

_encode = msgspec.msgpack.Encoder().encode


def connect_redis(url: str, *, retries: int = 3) -> Redis:
    """Return a client that reconnects when its connection breaks.

    With ``retries=0`` it raises instead, for callers that must know that they missed messages.
    """
    client: Redis = Redis.from_url(
        url,
        retry=Retry(EqualJitterBackoff(cap=0.5, base=0.02), retries),
        retry_on_error=[RedisConnectionError, RedisTimeoutError] if retries else [],
        socket_connect_timeout=2,
        socket_timeout=5,
        health_check_interval=10,
    )
    return client


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
