"""The API client, and its errors when something else answers."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.unit.cli.fake_api import FakeApi, job_of

from genonaut.cli.api_client import ApiClient, ApiRefusedError, open_api
from genonaut.config import Settings
from genonaut.core.errors import UnavailableError


async def test_a_submission_returns_the_first_job(client: ApiClient, server: FakeApi) -> None:
    job = await client.submit({"prompt": "an owl"})
    assert (job.id, job.prompt, job.status) == (1, "an owl", "queued")
    assert server.bodies == [{"prompt": "an owl"}]


async def test_a_refused_request_names_every_field(client: ApiClient, server: FakeApi) -> None:
    server.problem = (
        422,
        {
            "title": "Unprocessable",
            "detail": "the request is not valid",
            "errors": [
                {"field": "width", "message": "must be a multiple of 8"},
                {"field": "prompt", "message": "is empty"},
            ],
        },
    )
    with pytest.raises(ApiRefusedError) as caught:
        await client.submit({"prompt": ""})
    assert caught.value.status == 422
    assert str(caught.value) == (
        "the API refused the request (422):\n  width: must be a multiple of 8\n  prompt: is empty"
    )


async def test_a_refused_request_without_detail_shows_the_status(
    client: ApiClient, server: FakeApi
) -> None:
    server.problem = (409, {"detail": None})
    with pytest.raises(ApiRefusedError, match=r"^the API refused the request \(409\): Conflict$"):
        await client.job(1)


async def test_the_api_key_is_sent(
    server: FakeApi, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENONAUT_API_KEY", " gn_secret\n")
    async with open_api(settings, server.url) as api:
        await api.health()
    monkeypatch.delenv("GENONAUT_API_KEY")
    async with open_api(settings, server.url) as api:
        await api.health()
    assert server.headers == ["Bearer gn_secret", None]


async def test_the_health_of_a_degraded_service_is_returned(client: ApiClient) -> None:
    health = await client.health()
    assert (health.status, health.database) == ("degraded", "unavailable")


async def test_an_api_that_does_not_answer_is_one_line(settings: Settings) -> None:
    async with open_api(settings, "http://127.0.0.1:1") as api:
        with pytest.raises(
            UnavailableError, match=r"127.0.0.1:1 does not answer \(connection refused\)"
        ):
            await api.health()


@pytest.mark.parametrize(
    "address", ["nonsense", "ftp://127.0.0.1", "http://", "http://no.such.invalid"]
)
async def test_an_invalid_address_is_one_line(settings: Settings, address: str) -> None:
    async with open_api(settings, address) as api:
        with pytest.raises(UnavailableError, match="does not answer"):
            await api.health()


@pytest.fixture
async def other_server() -> AsyncIterator[str]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()
    await server.wait_closed()


async def test_another_server_on_the_port_is_recognised(
    settings: Settings, other_server: str
) -> None:
    async with open_api(settings, other_server) as api:
        with pytest.raises(UnavailableError, match="is not a Genonaut API"):
            await api.job(1)


async def test_a_closed_connection_is_reported_as_unavailable(
    client: ApiClient, server: FakeApi
) -> None:
    server.is_down = True
    with pytest.raises(UnavailableError):
        await client.jobs([])


async def test_unknown_fields_of_a_later_version_are_ignored(
    client: ApiClient, server: FakeApi
) -> None:
    server.jobs[1] = job_of(1, novelty={"a": 1})
    assert (await client.job(1)).id == 1
