"""One async engine per process."""

import time

import msgspec
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from genonaut.config.settings import DatabaseSettings
from genonaut.core.errors import SettingsError

_TRUSTED_IDLE_SECONDS = 10.0


def make_engine(settings: DatabaseSettings, *, application: str) -> AsyncEngine:
    """Return an engine; ``application`` is what ``pg_stat_activity`` shows.

    Raises:
        SettingsError: when the URL does not name the asyncpg driver.
    """
    if not settings.url.startswith("postgresql+asyncpg://"):
        raise SettingsError("database.url must begin with postgresql+asyncpg://")
    engine = create_async_engine(
        settings.url,
        pool_size=settings.pool_size,
        max_overflow=settings.max_overflow,
        pool_timeout=settings.pool_timeout_seconds,
        # Errors are logged; the values of a statement may be prompts, addresses or hashes.
        hide_parameters=True,
        json_serializer=lambda value: msgspec.json.encode(value).decode(),
        json_deserializer=msgspec.json.decode,
        connect_args={
            "timeout": 10,
            "command_timeout": 60,
            "server_settings": {
                "application_name": application,
                "jit": "off",
                # A host that is frozen or cut off says no goodbye, and would keep its locks, as
                # those of a claim, until TCP gives up after hours.
                "idle_in_transaction_session_timeout": (
                    f"{max(round(settings.idle_transaction_seconds * 1000), 1)}ms"
                ),
            },
        },
    )
    _drop_dead_connections(engine)
    return engine


def _drop_dead_connections(engine: AsyncEngine) -> None:
    """Never hand out a connection that is known, or after a while suspected, to be dead.

    A server that restarts closes its connections, which the driver notices by itself; what a
    network drops without a word is found by asking. SQLAlchemy's own ``pool_pre_ping`` asks every
    time, and costs a worker a tenth of its way to the database.
    """

    @event.listens_for(engine.sync_engine, "checkin")
    def note_use(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        record.info["used_at"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def check(
        connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
    ) -> None:
        idle_seconds = time.monotonic() - record.info.get("used_at", time.monotonic())
        raw = record.driver_connection
        if (raw is not None and raw.is_closed()) or (
            idle_seconds > _TRUSTED_IDLE_SECONDS and not _answers(engine, connection)
        ):
            raise InvalidatePoolError


def _answers(engine: AsyncEngine, connection: DBAPIConnection) -> bool:
    try:
        return engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error:
        return False
