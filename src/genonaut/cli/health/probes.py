"""Probes of the processes on this machine; each returns what is wrong, or an empty string."""

import asyncio
import socket
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

import asyncpg

from genonaut.cli.db.schema import connected
from genonaut.cli.running_services import reachable_host
from genonaut.config import Settings
from genonaut.core.errors import UnavailableError

_TIMEOUT_SECONDS = 4.0
_HEARTBEATS = """
    SELECT 1 FROM workers
    WHERE hostname = $1 AND stopped_at IS NULL AND seen_at > now() - interval '30 seconds'
"""


def probe_api(settings: Settings) -> str:
    """Ask the configured address whether the API is ready."""
    host, port = reachable_host(settings.web.host), settings.web.port
    connection = HTTPConnection(host.strip("[]"), port, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/health/ready", headers={"Host": f"127.0.0.1:{port}"})
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        return f"the API at {host}:{port} does not answer: {error}"
    finally:
        connection.close()
    return "" if status == HTTPStatus.OK else f"the API at {host}:{port} answers with {status}"


def probe_worker(settings: Settings) -> str:
    """Look for a worker of this host with a heartbeat in the last 30 s."""
    hostname = socket.gethostname()[:255]
    try:
        return asyncio.run(_probe_worker(settings.database.url, hostname))
    except (UnavailableError, asyncpg.PostgresError, OSError):
        return ""  # the worker cannot reach it either, and continues when it is back


async def _probe_worker(database_url: str, hostname: str) -> str:
    async with connected(database_url) as connection:
        found = await connection.fetchval(_HEARTBEATS, hostname)
    return "" if found else f"no worker of {hostname} has sent a heartbeat for 30 s"
