"""``genonaut health``: the probes of containers."""

import asyncio

import msgspec
from click.testing import CliRunner, Result
from tests.support.programs import variables_of
from tests.support.server import serving
from tests.support.service import eventually, running_worker

from genonaut.cli.main import cli
from genonaut.config import Settings
from genonaut.embedded.ports import choose_port


async def probe(settings: Settings, *options: str, **more: str) -> Result:
    variables = {**variables_of(settings), **more}
    return await asyncio.to_thread(
        CliRunner().invoke, cli, ["health", "--env", "test", *options], env=variables
    )


async def test_an_api_is_healthy_while_it_serves(settings: Settings) -> None:
    async with serving(settings) as url:
        found = await probe(settings, GENONAUT_WEB__PORT=url.rpartition(":")[2])
        assert (found.exit_code, found.output) == (0, "")
    refused = await probe(settings, GENONAUT_WEB__PORT=str(choose_port()))
    assert refused.exit_code == 1
    assert "does not answer" in refused.stderr


async def test_an_api_without_a_database_is_not_healthy(settings: Settings) -> None:
    web = msgspec.structs.replace(settings.web, port=choose_port())

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", web.port):
        found = await probe(settings, GENONAUT_WEB__PORT=str(web.port))
    assert found.exit_code == 1
    assert "answers with 503" in found.stderr


async def test_a_worker_is_healthy_while_it_sends_heartbeats(settings: Settings) -> None:
    missing = await probe(settings, "--worker")
    assert missing.exit_code == 1
    assert "has sent a heartbeat for 30 s" in missing.stderr
    async with running_worker(settings):

        async def is_healthy() -> bool:
            return (await probe(settings, "--worker")).exit_code == 0

        await eventually(is_healthy)
    stopped = await probe(settings, "--worker")
    assert stopped.exit_code == 1


async def test_a_worker_without_its_database_is_not_restarted(settings: Settings) -> None:
    url = "postgresql+asyncpg://genonaut:x@127.0.0.1:1/genonaut"
    found = await probe(settings, "--worker", GENONAUT_DATABASE__URL=url)
    assert found.exit_code == 0
