"""PostgreSQL and Redis."""

from typing import Annotated, Literal

from msgspec import Meta

from genonaut.config.settings.fields import Count, Name, Positive, Section


class DatabaseSettings(Section, frozen=True):
    """PostgreSQL; an empty URL means the embedded server of this environment."""

    url: str = ""
    pool_size: Count = 10
    max_overflow: Annotated[int, Meta(ge=0)] = 10
    pool_timeout_seconds: Positive = 10.0
    idle_transaction_seconds: Positive = 30.0
    """PostgreSQL ends a transaction that is idle for this long: its locks block other processes."""


class RedisSettings(Section, frozen=True):
    """Redis or Valkey; an empty URL means the embedded server of this environment."""

    url: str = ""
    arq_url: str = ""
    """Redis for the task queues of ARQ; empty means ``url``."""
    namespace: Name = "genonaut"
    database: Annotated[int, Meta(ge=0, le=15)] = 0
    """The database index used on an embedded server."""


class EmbeddedSettings(Section, frozen=True):
    """The PostgreSQL and Valkey that Genonaut starts when no URL is set."""

    source: Literal["auto", "system", "wheel"] = "auto"
    data_dir: str = ".data"
    database: Name = "genonaut"
    durable: bool = True
