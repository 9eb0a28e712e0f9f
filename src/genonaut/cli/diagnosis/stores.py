"""Checks of PostgreSQL and Redis: those in use, else those that would be started."""

from genonaut.cli import schema
from genonaut.cli.diagnosis.finding import Finding, Health
from genonaut.cli.keyspace import open_keyspace
from genonaut.cli.services import place_of_redis
from genonaut.config import Environment, Settings
from genonaut.core.errors import UnavailableError
from genonaut.db.revision import newest_revision
from genonaut.embedded import EmbeddedServerError, Source
from genonaut.embedded.programs import find_postgres, find_valkey

_OLDEST_POSTGRES = 150_000
_OLDEST_REDIS = (6, 2)


async def check_database(settings: Settings) -> list[Finding]:
    """Look at server, extension and schema; without a server, for a program to start."""
    name, environment = "PostgreSQL", settings.environment
    url = settings.database.url
    if not url:
        try:
            program = find_postgres(Source(settings.embedded.source))[0]
        except EmbeddedServerError as error:
            remedy = f"install one, or set DATABASE_URL_{environment.upper()}"
            return [Finding(name, Health.MISSING, str(error), remedy)]
        detail = f"{program} {program.found}, started by `genonaut up --env {environment}`"
        return [Finding(name, Health.OK, detail)]
    try:
        async with schema.connected(url) as connection:
            number = int(await connection.fetchval("SHOW server_version_num"))
            shown = await connection.fetchval("SHOW server_version")
            has_trigrams = await connection.fetchval(
                "SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'"
            )
            revision = await schema.current_revision(connection)
    except UnavailableError as error:
        remedy = f"start it, or correct DATABASE_URL_{environment.upper()}"
        return [Finding(name, Health.MISSING, str(error), remedy)]
    place = schema.describe(url)
    return [
        Finding(name, Health.OK, f"{shown} at {place}")
        if number >= _OLDEST_POSTGRES
        else Finding(name, Health.MISSING, f"{shown} at {place}", "install PostgreSQL 15 or newer"),
        Finding("pg_trgm", Health.OK, "available")
        if has_trigrams
        else Finding("pg_trgm", Health.MISSING, "not available", "install postgresql-contrib"),
        _check_revision(environment, revision),
    ]


def _check_revision(environment: Environment, revision: str | None) -> Finding:
    wanted = newest_revision()
    if revision == wanted:
        return Finding("schema", Health.OK, f"revision {revision}")
    return Finding(
        "schema",
        Health.MISSING,
        f"revision {revision or 'none'}, this version needs {wanted}",
        f"run `genonaut db upgrade --env {environment}`",
    )


async def check_redis(settings: Settings) -> list[Finding]:
    """Look at the server; without one, for a program to start."""
    name, environment = "Redis", settings.environment
    url = settings.redis.url
    if not url:
        try:
            program = find_valkey(Source(settings.embedded.source))[0]
        except EmbeddedServerError as error:
            remedy = f"install one, or set REDIS_URL_{environment.upper()}"
            return [Finding(name, Health.MISSING, str(error), remedy)]
        detail = f"{program} {program.found}, started by `genonaut up --env {environment}`"
        return [Finding(name, Health.OK, detail)]
    return [
        await _check_server(settings, place)
        for place in dict.fromkeys((url, settings.redis.arq_url or url))
    ]


async def _check_server(settings: Settings, url: str) -> Finding:
    try:
        async with open_keyspace(url, settings.redis.namespace) as keyspace:
            server = await keyspace.server()
    except UnavailableError as error:
        remedy = f"start it, or correct REDIS_URL_{settings.environment.upper()}"
        return Finding("Redis", Health.MISSING, str(error), remedy)
    detail = f"{server.version} at {place_of_redis(url)}, {server.memory} in use"
    if server.version_numbers >= _OLDEST_REDIS:
        return Finding("Redis", Health.OK, detail)
    return Finding("Redis", Health.MISSING, detail, "install Redis 6.2 or newer, or Valkey")
