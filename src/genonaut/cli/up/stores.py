"""PostgreSQL and Redis for an environment: the configured ones, else embedded ones of our own."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from genonaut.cli.db.schema import describe, revision_of, upgrade
from genonaut.cli.embedded_services import embedded_postgres, embedded_valkey
from genonaut.cli.serving import require_redis
from genonaut.cli.up.plan import Plan
from genonaut.cli.up.reporter import Reporter
from genonaut.config import Settings
from genonaut.core.errors import UnavailableError
from genonaut.db.revision import newest_revision
from genonaut.embedded import ensure_database
from genonaut.embedded.server import RunningServer


@dataclass(frozen=True, slots=True)
class Stores:
    """Where the rows and the queues are; ``servers`` are those that we run."""

    database_url: str
    redis_url: str
    database_origin: str
    redis_origin: str
    servers: dict[str, RunningServer] = field(default_factory=dict)


async def open_stores(stack: AsyncExitStack, settings: Settings, reporter: Reporter) -> Stores:
    """Start what is not configured; the stack stops it again.

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


async def bring_up_schema(plan: Plan, url: str, reporter: Reporter) -> None:
    """Migrate when the plan says so.

    Raises:
        UnavailableError: the schema is not this version's and migrating was not asked for.
        MigrationError: a migration failed.
    """
    current, wanted = await revision_of(url), newest_revision()
    if current == wanted:
        return
    if not plan.migrate:
        raise UnavailableError(
            f"the database {describe(url)} is at revision {current or 'none'}, this version needs "
            f"{wanted}: start with --migrate, or run "
            f"`genonaut db upgrade --env {plan.settings.environment}`"
        )
    await upgrade(url)
    reporter.step(f"migrated {describe(url)} to revision {wanted}")
