"""Run commands of ``genonaut`` in a thread, because each starts its own event loop."""

import asyncio

from click.testing import CliRunner, Result
from tests.support.programs import variables_of

from genonaut.cli.main import cli
from genonaut.config import Settings


async def genonaut(settings: Settings, *arguments: str, **variables: str) -> Result:
    """Run a command with these settings; it is called without ``--env``."""
    environment: dict[str, str | None] = {**variables_of(settings), **variables, "COLUMNS": "200"}
    return await asyncio.to_thread(
        CliRunner().invoke, cli, arguments, env=environment, catch_exceptions=False
    )
