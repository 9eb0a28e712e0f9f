"""Databases that tests reuse contain nothing of earlier tests."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from tests.support.databases import DatabaseShelf, connect
from tests.support.processes import Servers

_WRITE = "INSERT INTO audit_log (kind, via) VALUES ('login', 'test') RETURNING id"


@pytest.fixture
async def own_shelf(servers: Servers, template: str) -> AsyncIterator[DatabaseShelf]:
    shelf = DatabaseShelf(servers.database_url, template)
    yield shelf
    await shelf.close()


async def oid_of(servers: Servers, name: str) -> int:
    connection = await connect(servers.url_of(name))
    oid: int = await connection.fetchval(
        "SELECT oid FROM pg_database WHERE datname = current_database()"
    )
    await connection.close()
    return oid


async def test_a_returned_database_is_emptied_and_renamed(
    servers: Servers, own_shelf: DatabaseShelf
) -> None:
    names, numbers, oids = [], [], set()
    for _ in range(3):
        names.append(name := await own_shelf.take())
        connection = await connect(servers.url_of(name))
        numbers.append(await connection.fetchval(_WRITE))
        assert await connection.fetchval("SELECT count(*) FROM audit_log") == 1
        oids.add(await oid_of(servers, name))
        await own_shelf.give_back(name)
        # Connections of an earlier test cannot reach the renamed database.
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
            await connection.fetchval("SELECT 1")
    assert numbers == [1, 1, 1]
    assert (len(set(names)), len(oids)) == (3, 1)
    await own_shelf.take()
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await connect(servers.url_of(names[-1]))


async def test_a_fresh_database_was_never_used(servers: Servers, own_shelf: DatabaseShelf) -> None:
    name = await own_shelf.take()
    oid = await oid_of(servers, name)
    await own_shelf.give_back(name)
    assert await oid_of(servers, await own_shelf.take(fresh=True)) != oid


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE available_models DROP COLUMN updated_at",
        "ALTER TABLE available_models ALTER COLUMN name DROP NOT NULL",
        "CREATE TABLE another (id int)",
        "DROP INDEX ix_generation_jobs_status",
        "ALTER TABLE generation_jobs DISABLE TRIGGER ALL",
        'ALTER DATABASE "{name}" SET default_transaction_read_only = on',
        "ANALYZE alembic_version",
        "UPDATE alembic_version SET version_num = 'x'",
        (
            "INSERT INTO users (id, username, role) SELECT gen_random_uuid(), n::text, 'user' "
            "FROM generate_series(1, 3000) AS n"
        ),
    ],
)
async def test_a_database_that_differs_from_the_template_is_not_reused(
    servers: Servers, own_shelf: DatabaseShelf, change: str
) -> None:
    name = await own_shelf.take()
    oid = await oid_of(servers, name)
    connection = await connect(servers.url_of(name))
    await connection.execute(change.format(name=name))
    await connection.close()
    await own_shelf.give_back(name)
    assert await oid_of(servers, await own_shelf.take()) != oid
