"""When a child counts as ready, and what is said when it does not get there."""

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
"""A cold start on a slow disk compiles every module first."""
_POLL_SECONDS = 0.1
_NAMED_ERROR = re.compile(r"[\s|]*(?:Error|[\w.]+(?:Error|Exception)): (.+)")
"""Our own last sentence, or the last line of a traceback; uvicorn adds lines that say nothing."""
_ONE_LOOK = aiohttp.ClientTimeout(total=5)


async def wait_ready(
    child: Child, is_ready: Callable[[Child], Awaitable[bool]], *, seconds: float = READY_SECONDS
) -> None:
    """Return once the child is ready.

    Raises:
        StartFailedError: it ended before, or took longer than ``seconds``.
    """
    ended = asyncio.ensure_future(child.wait())
    deadline = time.monotonic() + seconds
    try:
        while not await is_ready(child):
            await asyncio.wait({ended}, timeout=_POLL_SECONDS)
            if ended.done():
                raise StartFailedError(_death(child, ended.result()))
            if time.monotonic() > deadline:
                raise StartFailedError(
                    f"{child.name} was not ready after {seconds:.0f} s, see {child.log}"
                )
    finally:
        ended.cancel()


def _death(child: Child, status: int) -> str:
    words = child.last_words(40)
    named = [match[1] for match in map(_NAMED_ERROR.match, words) if match]
    said = (named or words or ["it said nothing"])[-1]
    return f"{child.name} did not start ({status_in_words(status)}), see {child.log}: {said}"


def status_in_words(status: int) -> str:
    """Return an exit status as people read it; negative ones are signals."""
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"killed by signal {-status}"


async def answers(http: aiohttp.ClientSession, url: str) -> bool:
    """Tell whether a GET of ``url`` is answered with 200."""
    try:
        async with http.get(url, timeout=_ONE_LOOK) as reply:
            return reply.status == 200  # noqa: PLR2004 - OK
    except (aiohttp.ClientError, OSError, TimeoutError):
        return False


async def worker_registered(database_url: str, child: Child) -> bool:
    """Tell whether the worker has written itself into the table of workers."""
    query = "SELECT 1 FROM workers WHERE pid = $1 AND stopped_at IS NULL"
    try:
        async with connected(database_url) as connection:
            return await connection.fetchval(query, child.pid) is not None
    except (UnavailableError, asyncpg.PostgresError):
        return False
