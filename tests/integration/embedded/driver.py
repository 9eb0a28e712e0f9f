"""Runs both servers until standard input ends; prints their version and pids as JSON.

Tests execute it as a separate process, to kill it or to run it as another user.
"""

import asyncio
import json
import sys
from pathlib import Path

import asyncpg

from genonaut.embedded import Source, postgres, valkey


async def run(source: Source, directory: Path) -> None:
    async with (
        postgres(source=source, data_dir=directory / "pg", port=None, durable=True) as database,
        valkey(source=Source.AUTO, data_dir=directory / "vk", port=None, durable=True) as store,
    ):
        dsn = database.url_for("postgres").replace("+asyncpg", "")
        connection = await asyncpg.connect(dsn)
        version = await connection.fetchval("SHOW server_version")
        await connection.close()
        report = {"version": version, "pids": [database.pid, store.pid]}
        sys.stdout.write(json.dumps(report) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(run(Source(sys.argv[1]), Path(sys.argv[2])))
