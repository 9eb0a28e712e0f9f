"""PostgreSQL and Redis of an environment: the configured servers, or embedded ones."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from genonaut.cli.db.schema import database_location, revision_of, upgrade
from genonaut.cli.embedded_servers import embedded_postgres, embedded_valkey
from genonaut.cli.server_startup import require_redis
from genonaut.cli.up.plan import Plan
from genonaut.cli.up.reporter import Reporter
from genonaut.config import Settings
from genonaut.core.errors import UnavailableError
from genonaut.db.revision import newest_revision
from genonaut.embedded import ensure_database
from genonaut.embedded.server import RunningServer


@dataclass(frozen=True, slots=True)
class Stores:
    """The addresses of PostgreSQL and Redis; ``servers`` are the embedded ones."""

    database_url: str
    redis_url: str
    database_origin: str
    redis_origin: str
    servers: dict[str, RunningServer] = field(default_factory=dict)


async def open_stores(stack: AsyncExitStack, settings: Settings, reporter: Reporter) -> Stores:
    """Start the servers that are not configured; the stack stops them.

    Raises:
        EmbeddedServerError: a server does not start.
        UnavailableError: the configured Redis does not answer.
    """
    servers: dict[str, RunningServer] = {}
    database_url, database_origin = settings.database.url, "configured"
    if not database_url:
        reporter.note("starting PostgreSQL")
        postgres = await stack.enter_async_context(embedded_postgres(settings))
        await ensure_database(postgres.url_for("postgres"), settings.embedded.database)
        database_url = postgres.url_for(settings.embedded.database)
        database_origin = postgres.origin
        servers["postgres"] = postgres
        reporter.step(database_origin)
    redis_url, redis_origin = settings.redis.url, "configured"
    if redis_url:
        await require_redis(redis_url)
    else:
        valkey = await stack.enter_async_context(embedded_valkey(settings))
        redis_url, redis_origin = valkey.url_for(settings.redis.database), valkey.origin
        servers["redis"] = valkey
        reporter.step(redis_origin)
    return Stores(database_url, redis_url, database_origin, redis_origin, servers)


async def prepare_schema(plan: Plan, url: str, reporter: Reporter) -> None:
    """Apply migrations if the plan allows it.

    Raises:
        UnavailableError: the schema is not current and the plan does not migrate.
        MigrationError: a migration failed.
    """
    current, newest = await revision_of(url), newest_revision()
    if current == newest:
        return
    if not plan.migrate:
        raise UnavailableError(
            f"the database {database_location(url)} is at revision {current or 'none'}, this version needs "
            f"{newest}: start with --migrate, or run "
            f"`genonaut db upgrade --env {plan.settings.environment}`"
        )
    await upgrade(url)
    reporter.step(f"migrated {database_location(url)} to revision {newest}")
