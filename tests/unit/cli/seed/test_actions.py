"""``genonaut seed`` against a fake API."""

import asyncio

import pytest
from tests.unit.cli.fake_api import FakeApi, until

from genonaut.cli.api_client import ApiClient, ApiRefusedError
from genonaut.cli.seed import actions


async def test_seed_submits_the_images(client: ApiClient, server: FakeApi) -> None:
    notes: list[str] = []
    # The fake API answers every submission with the same job.
    seeded = asyncio.create_task(actions.seed(client, notes.append))
    await until(lambda: len(server.bodies) == len(actions.IMAGES))
    server.complete(1)
    assert await seeded == 1
    assert {body["prompt"] for body in server.bodies} == {image[0] for image in actions.IMAGES}
    assert notes == ["generating the first images", f"image completed: {actions.IMAGES[-1][0]}"]


async def test_seed_does_nothing_if_there_is_a_completed_job(
    client: ApiClient, server: FakeApi
) -> None:
    server.complete(1)
    assert await actions.seed(client, lambda _: None) is None
    assert server.bodies == []


async def test_seed_stops_waiting_after_a_time_limit(
    client: ApiClient, server: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "WAIT_SECONDS", 0.05)
    notes: list[str] = []
    assert await actions.seed(client, notes.append) == 0
    assert "still being generated" in notes[-1]
    assert server.bodies


async def test_a_refused_submission_is_an_error(client: ApiClient, server: FakeApi) -> None:
    server.put(1)
    server.problem = (422, {"detail": "no such checkpoint"})
    with pytest.raises(ApiRefusedError, match="no such checkpoint"):
        await actions.seed(client, lambda _: None)


async def test_seed_uses_any_checkpoint_if_there_is_no_default(
    client: ApiClient, server: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "WAIT_SECONDS", 0.05)
    server.checkpoints = ["sdxl/base.safetensors", "other.safetensors"]
    server.needs_checkpoint = True
    await actions.seed(client, lambda _: None)
    checkpoints = [body.get("checkpoint_model") for body in server.bodies]
    assert checkpoints == [None, *["sdxl/base.safetensors"] * len(actions.IMAGES)]
