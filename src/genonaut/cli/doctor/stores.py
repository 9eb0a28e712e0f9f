"""Checks of PostgreSQL, Redis and the bucket: the configured servers, or the programs to start."""

from collections.abc import Callable

from genonaut.cli.db import schema
from genonaut.cli.doctor.result import CheckResult, CheckStatus
from genonaut.cli.redis.keyspace import open_keyspace
from genonaut.cli.running_services import redis_location
from genonaut.config import Environment, Settings
from genonaut.core.errors import SettingsError, UnavailableError
from genonaut.db.revision import newest_revision
from genonaut.embedded import EmbeddedServerError, Source
from genonaut.embedded.programs import Program, find_postgres, find_valkey
from genonaut.runtime import files_root, open_store
from genonaut.storage.errors import StorageError

_OLDEST_POSTGRES = 150_000
_OLDEST_REDIS = (6, 2)


async def check_database(settings: Settings) -> list[CheckResult]:
    """Check server, extension and schema; without a server, the program that would be started."""
    name, environment = "PostgreSQL", settings.environment
    url = settings.database.url
    if not url:
        return [_check_program(name, find_postgres, settings, "DATABASE_URL")]
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
        return [CheckResult(name, CheckStatus.MISSING, str(error), remedy)]
    location = schema.database_location(url)
    return [
        CheckResult(name, CheckStatus.OK, f"{shown} at {location}")
        if number >= _OLDEST_POSTGRES
        else CheckResult(
            name, CheckStatus.MISSING, f"{shown} at {location}", "install PostgreSQL 15 or newer"
        ),
        CheckResult("pg_trgm", CheckStatus.OK, "available")
        if has_trigrams
        else CheckResult(
            "pg_trgm", CheckStatus.MISSING, "not available", "install postgresql-contrib"
        ),
        _check_revision(environment, revision),
    ]


def _check_program(
    name: str, find: Callable[[Source], list[Program]], settings: Settings, variable: str
) -> CheckResult:
    """Check for the program that `genonaut up` would start as an embedded server."""
    environment = settings.environment
    try:
        program = find(Source(settings.embedded.source))[0]
    except EmbeddedServerError as error:
        remedy = f"install one, or set {variable}_{environment.upper()}"
        return CheckResult(name, CheckStatus.MISSING, str(error), remedy)
    detail = f"{program} {program.origin}, started by `genonaut up --env {environment}`"
    return CheckResult(name, CheckStatus.OK, detail)


def _check_revision(environment: Environment, revision: str | None) -> CheckResult:
    newest = newest_revision()
    if revision == newest:
        return CheckResult("schema", CheckStatus.OK, f"revision {revision}")
    return CheckResult(
        "schema",
        CheckStatus.MISSING,
        f"revision {revision or 'none'}, this version needs {newest}",
        f"run `genonaut db upgrade --env {environment}`",
    )


async def check_redis(settings: Settings) -> list[CheckResult]:
    """Check the server; without one, the program that would be started."""
    name = "Redis"
    url = settings.redis.url
    if not url:
        return [_check_program(name, find_valkey, settings, "REDIS_URL")]
    return [
        await _check_server(settings, address)
        for address in dict.fromkeys((url, settings.redis.arq_url or url))
    ]


async def _check_server(settings: Settings, url: str) -> CheckResult:
    try:
        async with open_keyspace(url, settings.redis.namespace) as keyspace:
            server = await keyspace.server()
    except UnavailableError as error:
        remedy = f"start it, or correct REDIS_URL_{settings.environment.upper()}"
        return CheckResult("Redis", CheckStatus.MISSING, str(error), remedy)
    detail = f"{server.version} at {redis_location(url)}, {server.memory} in use"
    if server.version_numbers >= _OLDEST_REDIS:
        return CheckResult("Redis", CheckStatus.OK, detail)
    return CheckResult(
        "Redis", CheckStatus.MISSING, detail, "install Redis 6.2 or newer, or Valkey"
    )


async def check_bucket(settings: Settings) -> CheckResult:
    """Write, read and delete a small object in the bucket of images."""
    root = files_root(settings)
    try:
        await open_store(settings).check_writable()
    except (StorageError, SettingsError) as error:
        remedy = "correct the section storage: root, endpoint, region and credentials"
        return CheckResult("storage", CheckStatus.MISSING, f"{root}: {error}", remedy)
    return CheckResult("storage", CheckStatus.OK, f"{root}: an object was written and read")
