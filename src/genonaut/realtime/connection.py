"""Redis clients whose connection errors are always redis-py errors."""

import asyncio
import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.connection import (
    AbstractConnection,
    Connection,
    SSLConnection,
    UnixDomainSocketConnection,
)
from redis.asyncio.retry import Retry
from redis.backoff import EqualJitterBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

_CLOSED_HANDLE = "the handler is closed"
"""Part of the message. Source: uvloop handles/handle.pyx, UVHandle._ensure_alive."""


@contextlib.contextmanager
def _closed_handle_as_connection_error() -> Iterator[None]:
    """Raise redis-py's ConnectionError where uvloop raises RuntimeError for a closed transport.

    A peer that resets the connection closes the transport of uvloop. Its next use raises a plain
    RuntimeError, which redis-py neither catches nor retries.
    """
    try:
        yield
    except RuntimeError as error:
        if _CLOSED_HANDLE not in str(error):
            raise
        raise RedisConnectionError("the connection was reset") from error


class _ResetAware(AbstractConnection):
    async def _connect(self) -> None:
        """Connect; the commands of ``on_connect`` are sent without a health check.

        redis-py checks the health before each command, also before those that set up a connection.
        With a peer that resets every connection, a check reconnects, which checks again, and so on
        to a RecursionError.
        """
        await super()._connect()  # type: ignore[safe-super, no-untyped-call]
        now = asyncio.get_running_loop().time()
        self.next_health_check = now + self.health_check_interval

    async def send_packed_command(
        self, command: bytes | str | Iterable[bytes], check_health: bool = True
    ) -> None:
        """Send a command as redis-py does, but without a task of its own for each.

        redis-py waits for the socket in ``asyncio.wait_for``, which starts a task; nearly every command
        fits into the socket's buffer at once.
        """
        if not self.is_connected:
            await self.connect()  # type: ignore[no-untyped-call]
        elif check_health:
            with _closed_handle_as_connection_error():
                await self.check_health()  # type: ignore[no-untyped-call]
        text = command.encode() if isinstance(command, str) else command
        writer: Any = self._writer
        try:
            async with asyncio.timeout(self.socket_timeout):
                with _closed_handle_as_connection_error():
                    writer.writelines([text] if isinstance(text, bytes) else text)
                    await writer.drain()
        except TimeoutError:
            await self.disconnect(nowait=True)
            raise RedisTimeoutError("the command could not be written in time") from None
        except OSError as error:
            await self.disconnect(nowait=True)
            raise RedisConnectionError(f"the command could not be written: {error}") from error
        except BaseException:  # part of the command may have been sent
            await self.disconnect(nowait=True)
            raise

    async def read_response(self, *args: Any, **keywords: Any) -> Any:  # noqa: ANN401  # as redis-py
        with _closed_handle_as_connection_error():
            return await super().read_response(*args, **keywords)

    async def can_read_destructive(self) -> bool:
        """Return whether something has arrived that no command has asked for.

        The pool asks before each use of a connection. redis-py reads with a time limit of zero, which
        costs more than the command; what has arrived is in the buffer of the stream already.

        Raises:
            redis.exceptions.ConnectionError: the server has closed the connection.
        """
        stream: Any = self._reader
        if stream is None or stream.at_eof() or stream.exception() is not None:
            raise RedisConnectionError("the connection was closed")
        parsed: Any = getattr(self._parser, "_reader", None)  # of hiredis
        has_parsed = parsed is not None and parsed.has_data()
        return has_parsed or bool(stream._buffer)  # noqa: SLF001  # no other way to tell

    async def disconnect(self, nowait: bool = False) -> None:
        with contextlib.suppress(RedisConnectionError), _closed_handle_as_connection_error():
            await super().disconnect(nowait)


class _TcpConnection(_ResetAware, Connection):
    pass


class _TlsConnection(_ResetAware, SSLConnection):
    pass


class _UnixConnection(_ResetAware, UnixDomainSocketConnection):
    pass


_RESET_AWARE: dict[type[AbstractConnection], type[AbstractConnection]] = {
    Connection: _TcpConnection,
    SSLConnection: _TlsConnection,
    UnixDomainSocketConnection: _UnixConnection,
}


def connect_redis(url: str, *, retries: int = 3) -> Redis:
    """Return a client that reconnects when its connection breaks.

    Every failure of the connection is a ``RedisError`` or ``OSError``. With ``retries=0`` the client
    raises instead of reconnecting, for callers that must know that they missed messages.
    """
    client: Redis = Redis.from_url(
        url,
        retry=Retry(EqualJitterBackoff(cap=0.5, base=0.02), retries),
        retry_on_error=[RedisConnectionError, RedisTimeoutError] if retries else [],
        socket_connect_timeout=2,
        socket_timeout=5,
        health_check_interval=10,
    )
    pool = client.connection_pool
    pool.connection_class = _RESET_AWARE[pool.connection_class]
    return client
