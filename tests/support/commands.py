"""Run commands of ``genonaut`` in a thread, because each starts its own event loop."""

import asyncio

from click.testing import CliRunner, Result
from tests.support.programs import variables_of

from genonaut.cli.main import cli
from genonaut.config import Settings


async def genonaut(
    settings: Settings, *arguments: str, typed: str = "", **variables: str
) -> Result:
    """Run a command with these settings; it is called without ``--env``.

    ``typed`` is what it reads from standard input.
    """
    environment: dict[str, str | None] = {**variables_of(settings), **variables, "COLUMNS": "200"}
    return await asyncio.to_thread(
        CliRunner().invoke,
        cli,
        arguments,
        input=typed or None,
        env=environment,
        catch_exceptions=False,
    )
