"""``jobs`` and ``seed`` against a scripted server."""

import asyncio

import pytest
from tests.unit.cli.fake_api import FakeApi, until

from genonaut.cli.api_client import ApiClient, ApiRefusedError
from genonaut.cli.jobs import actions as job_actions
from genonaut.cli.seed import actions as seeding


async def test_a_list_has_filters_and_says_when_there_is_more(
    server: FakeApi, capsys: pytest.CaptureFixture[str]
) -> None:
    server.put(1, prompt="a fox\nwith\x1b[2J a hat", status="running", progress=40)
    await job_actions.list_jobs("test", server.url, [("status", "running"), ("search", "a b&c")])
    said = capsys.readouterr()
    assert server.queries == [[("status", "running"), ("search", "a b&c")]]
    assert "running  40%" in said.out
    assert "a fox with\N{REPLACEMENT CHARACTER}[2J a hat" in said.out
    assert said.err == "1 of 6 jobs\n"


async def test_no_jobs_are_no_table(server: FakeApi, capsys: pytest.CaptureFixture[str]) -> None:
    await job_actions.list_jobs("test", server.url, [("status", "failed")])
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("no jobs\n")


async def test_a_job_is_shown_with_its_timeline(
    server: FakeApi, capsys: pytest.CaptureFixture[str]
) -> None:
    lora = {"name": "ink", "strength_model": 0.8, "strength_clip": 0.5}
    server.put(
        7, status="failed", error_code="out_of_memory", error_message="no", lora_models=[lora]
    )
    await job_actions.show_job("test", server.url, 7)
    said = capsys.readouterr().out
    assert "7 of batch b1" in said
    assert "out_of_memory: no" in said
    assert "ink (0.8, 0.5)" in said
    assert "claimed" in said
    assert "backend=default, n=2" in said
    assert "Waits because" not in said


async def test_what_can_be_cancelled_is_and_the_rest_is_told(
    server: FakeApi, capsys: pytest.CaptureFixture[str]
) -> None:
    server.put(1), server.put(2, status="completed"), server.put(3, status="running")
    assert not await job_actions.cancel_jobs("test", server.url, [1, 2, 3])
    said = capsys.readouterr()
    assert said.out == "job 1 cancelled\njob 3 is being cancelled\n"
    assert said.err == "job 2: the API refused this (409): job 2 is already completed\n"
    assert server.cancelled == ["1", "3"]


async def test_a_retry_names_the_new_job(
    server: FakeApi, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await job_actions.retry_jobs("test", server.url, [4])
    assert capsys.readouterr().out == "job 99 takes the place of 4\n"


async def test_an_empty_gallery_is_filled_through_the_api(
    client: ApiClient, server: FakeApi
) -> None:
    notes: list[str] = []
    # The scripted server gives every submission the same job.
    seeded = asyncio.create_task(seeding.seed(client, notes.append))
    await until(lambda: len(server.bodies) == len(seeding.IMAGES))
    server.complete(1)
    assert await seeded == 1
    assert {body["prompt"] for body in server.bodies} == {image[0] for image in seeding.IMAGES}
    assert notes == ["making the first images", f"image completed: {seeding.IMAGES[-1][0]}"]


async def test_a_gallery_with_an_image_is_left_alone(client: ApiClient, server: FakeApi) -> None:
    server.complete(1)
    assert await seeding.seed(client, lambda _: None) is None
    assert server.bodies == []


async def test_seeding_does_not_wait_forever(
    client: ApiClient, server: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeding, "WAIT_SECONDS", 0.05)
    notes: list[str] = []
    assert await seeding.seed(client, notes.append) == 0
    assert "still being rendered" in notes[-1]
    assert server.bodies


async def test_a_refused_image_is_told(client: ApiClient, server: FakeApi) -> None:
    server.put(1)
    server.problem = (422, {"detail": "no such checkpoint"})
    with pytest.raises(ApiRefusedError, match="no such checkpoint"):
        await seeding.seed(client, lambda _: None)


async def test_seeding_takes_any_checkpoint_when_there_is_no_default(
    client: ApiClient, server: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeding, "WAIT_SECONDS", 0.05)
    server.checkpoints = ["sdxl/base.safetensors", "other.safetensors"]
    server.needs_checkpoint = True
    await seeding.seed(client, lambda _: None)
    asked = [body.get("checkpoint_model") for body in server.bodies]
    assert asked == [None, *["sdxl/base.safetensors"] * len(seeding.IMAGES)]
