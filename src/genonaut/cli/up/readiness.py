"""Wait until a child process is ready, and describe why it is not."""

import asyncio
import re
import signal
import time
from collections.abc import Awaitable, Callable

import aiohttp
import asyncpg

from genonaut.cli.db.schema import connected
from genonaut.cli.up.child import Child
from genonaut.cli.up.errors import StartFailedError
from genonaut.core.errors import UnavailableError

READY_SECONDS = 60.0
"""Generous, because the first start on a slow disk compiles every module."""
_POLL_SECONDS = 0.1
_ERROR_LINE = re.compile(r"[\s|]*(?:Error|[\w.]+(?:Error|Exception)): (.+)")
"""Matches our error messages and the last line of a traceback; uvicorn logs more lines after them."""
_REQUEST_TIMEOUT = aiohttp.ClientTimeout(total=5)


async def wait_ready(
    child: Child, is_ready: Callable[[Child], Awaitable[bool]], *, seconds: float = READY_SECONDS
) -> None:
    """Return when the child is ready.

    Raises:
        StartFailedError: the child ended, or was not ready after ``seconds``.
    """
    ended = asyncio.ensure_future(child.wait())
    deadline = time.monotonic() + seconds
    try:
        while not await is_ready(child):
            await asyncio.wait({ended}, timeout=_POLL_SECONDS)
            if ended.done():
                raise StartFailedError(_failure_message(child, ended.result()))
            if time.monotonic() > deadline:
                raise StartFailedError(
                    f"{child.name} was not ready after {seconds:.0f} s, {where(child)}"
                )
    finally:
        ended.cancel()


def _failure_message(child: Child, status: int) -> str:
    lines = child.last_log_lines(40)
    errors = [match[1] for match in map(_ERROR_LINE.match, lines) if match]
    reason = f": {(errors or lines or ['its log is empty'])[-1]}" if child.log else ""
    return f"{child.name} did not start ({describe_exit(status)}), {where(child)}{reason}"


def where(child: Child) -> str:
    """Return where to read what the child wrote."""
    return f"see {child.log}" if child.log else "see its output above"


def describe_exit(status: int) -> str:
    """Return an exit status as text; negative values are signals."""
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"killed by signal {-status}"


async def is_answering(http: aiohttp.ClientSession, url: str) -> bool:
    """Return whether a GET of ``url`` is answered with 200."""
    try:
        async with http.get(url, timeout=_REQUEST_TIMEOUT) as reply:
            return reply.status == 200  # noqa: PLR2004 - OK
    except (aiohttp.ClientError, OSError, TimeoutError):
        return False


async def is_worker_registered(database_url: str, child: Child) -> bool:
    """Return whether the worker has registered itself in the table of workers."""
    query = "SELECT 1 FROM workers WHERE pid = $1 AND stopped_at IS NULL"
    try:
        async with connected(database_url) as connection:
            return await connection.fetchval(query, child.pid) is not None
    except (UnavailableError, asyncpg.PostgresError):
        return False
