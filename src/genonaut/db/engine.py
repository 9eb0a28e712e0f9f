"""One async engine per process."""

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from genonaut.config.settings import DatabaseSettings
from genonaut.core.errors import SettingsError


def make_engine(settings: DatabaseSettings, *, application: str) -> AsyncEngine:
    """Return an engine; ``application`` is what ``pg_stat_activity`` shows.

    Raises:
        SettingsError: when the URL does not name the asyncpg driver.
    """
    if not settings.url.startswith("postgresql+asyncpg://"):
        raise SettingsError("database.url must begin with postgresql+asyncpg://")
    return create_async_engine(
        settings.url,
        pool_size=settings.pool_size,
        max_overflow=settings.max_overflow,
        pool_timeout=settings.pool_timeout_seconds,
        pool_pre_ping=True,
        # Errors are logged; the values of a statement may be prompts, addresses or hashes.
        hide_parameters=True,
        json_serializer=lambda value: msgspec.json.encode(value).decode(),
        json_deserializer=msgspec.json.decode,
        connect_args={
            "timeout": 10,
            "command_timeout": 60,
            "server_settings": {"application_name": application, "jit": "off"},
        },
    )
