"""Every finding of ``genonaut doctor`` about PostgreSQL and Redis."""

import asyncpg
import msgspec
import pytest
from sqlalchemy.engine import make_url
from tests.support.databases import connect

from genonaut.cli.doctor import stores
from genonaut.cli.doctor.result import CheckResult, CheckStatus
from genonaut.config import Settings
from genonaut.db.revision import newest_revision


async def findings(settings: Settings) -> dict[str, CheckResult]:
    results = await stores.check_database(settings) + await stores.check_redis(settings)
    return {result.subject: result for result in results}


async def change(settings: Settings, statement: str) -> None:
    url = make_url(settings.database.url).set(drivername="postgresql")
    connection: asyncpg.Connection[asyncpg.Record] = await connect(
        url.render_as_string(hide_password=False)
    )
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def test_current_stores_are_fine(settings: Settings) -> None:
    found = await findings(settings)
    assert {result.status for result in found.values()} == {CheckStatus.OK}
    assert found["schema"].detail == f"revision {newest_revision()}"


@pytest.mark.parametrize(
    ("statement", "revision"),
    [
        ("UPDATE alembic_version SET version_num = '20261121_first_tables'", "20261121_first"),
        ("DROP TABLE alembic_version", "none"),
    ],
)
async def test_a_schema_of_another_version_is_missing(
    settings: Settings, statement: str, revision: str
) -> None:
    await change(settings, statement)
    schema = (await findings(settings))["schema"]
    assert schema.status is CheckStatus.MISSING
    assert f"revision {revision}" in schema.detail
    assert f"needs {newest_revision()}" in schema.detail
    assert schema.remedy == "run `genonaut db upgrade --env test`"


async def test_a_missing_extension_is_named_with_its_package(settings: Settings) -> None:
    name = make_url(settings.database.url).database
    # Hides the list of extensions behind an empty one.
    empty = "SELECT * FROM pg_catalog.pg_available_extensions WHERE false"
    await change(settings, f"CREATE VIEW public.pg_available_extensions AS {empty}")
    await change(settings, f'ALTER DATABASE "{name}" SET search_path TO public, pg_catalog')
    found = (await findings(settings))["pg_trgm"]
    assert found.status is CheckStatus.MISSING
    assert found.remedy == "install postgresql-contrib"


async def test_stores_of_an_old_version_are_missing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Old servers cannot be started here: the oldest accepted version is raised instead.
    monkeypatch.setattr(stores, "_OLDEST_POSTGRES", 990_000)
    monkeypatch.setattr(stores, "_OLDEST_REDIS", (99, 0))
    found = await findings(settings)
    assert found["PostgreSQL"].status is CheckStatus.MISSING
    assert "install PostgreSQL 15" in found["PostgreSQL"].remedy
    assert found["Redis"].status is CheckStatus.MISSING
    assert "install Redis 6.2" in found["Redis"].remedy


async def test_both_redis_servers_are_checked(settings: Settings) -> None:
    redis = msgspec.structs.replace(settings.redis, arq_url="redis://:secret@127.0.0.1:1/0")
    results = await stores.check_redis(msgspec.structs.replace(settings, redis=redis))
    assert [result.status for result in results] == [CheckStatus.OK, CheckStatus.MISSING]
    assert "secret" not in results[1].detail
