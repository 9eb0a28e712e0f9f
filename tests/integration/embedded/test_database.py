"""Create databases concurrently."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest

from genonaut.core.errors import UnavailableError
from genonaut.embedded import Source, ensure_database, postgres


async def test_concurrent_processes_create_a_database_once(
    cluster_of: Callable[[Source], Awaitable[Path]],
) -> None:
    data = await cluster_of(Source.WHEEL)
    async with postgres(source=Source.WHEEL, data_dir=data, port=None, durable=False) as server:
        url = server.url_for("postgres")
        made = await asyncio.gather(*(ensure_database(url, "genonaut_dev") for _ in range(4)))
        assert sorted(made) == [False, False, False, True]
        assert await ensure_database(url, "genonaut_dev") is False
        odd = 'Ünquoted"; DROP DATABASE genonaut_dev --'
        assert await ensure_database(url, odd) is True
        connection = await asyncpg.connect(server.url_for(odd).replace("+asyncpg", ""))
        assert await connection.fetchval("SELECT current_database()") == odd
        await connection.close()
        await execute(url, "CREATE ROLE reader LOGIN PASSWORD 'secret'")
        reader = f"postgresql://reader:secret@{url.split('@', 1)[1]}"
        with pytest.raises(UnavailableError, match="createdb --owner reader wanted"):
            await ensure_database(reader, "wanted")
        stranger = url.replace(server.password, "guess")
        with pytest.raises(UnavailableError, match="cannot create database x: password"):
            await ensure_database(stranger, "x")
    with pytest.raises(UnavailableError, match="cannot create database x"):
        await ensure_database(url, "x")


async def execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    await connection.execute(statement)
    await connection.close()
