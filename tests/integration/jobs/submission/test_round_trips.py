"""A batch of 16 costs as many SQL statements and Redis commands as one job."""

import functools
from collections.abc import Sequence
from typing import Any

from tests.builders import png
from tests.support.round_trips import RedisCommands, recorded_commands, recorded_statements
from tests.support.service import Api, eventually, running_api, running_worker, with_jobs

from genonaut.config import Settings

BODY = {"prompt": "a lighthouse", "checkpoint_model": "sd15.safetensors"}


async def offers_are_known(api: Api) -> bool:
    return bool((await api.http.get("/api/v1/checkpoint-models/")).json()["items"])


async def submit(
    api: Api, statements: list[str], commands: RedisCommands, **fields: Any
) -> tuple[Sequence[str], Sequence[str]]:
    """Return the statements and the names of the Redis commands of one submission."""
    await commands.taken()
    statements.clear()
    answer = await api.http.post("/api/v1/generation-jobs/", json={**BODY, **fields})
    assert answer.status_code == 201, answer.text
    names = [command.split()[0] for command in await commands.taken()]
    # The driver records a statement in the next round of the event loop.
    return [" ".join(statement.split())[:40] for statement in statements], names


async def test_a_batch_costs_as_many_round_trips_as_one_job(settings: Settings) -> None:
    for limit, most in ((0, 2), (500, 4)):  # with a limit: BEGIN with a lock, and COMMIT
        wanted = with_jobs(settings, max_waiting_per_user=limit)
        async with (
            running_api(wanted) as api,
            recorded_commands(settings.redis.url, settings.redis.namespace) as commands,
        ):
            with recorded_statements(api.runtime.engine) as statements:
                async with running_worker(wanted):
                    await eventually(functools.partial(offers_are_known, api))
                await api.runtime.reader.close()  # its connections are older than the recording
                await submit(api, statements, commands)  # remembers the models
                one = await submit(api, statements, commands)
                many = await submit(api, statements, commands, batch_size=16)
            assert many == one
            assert len(one[0]) == most, one[0]
            assert one[1] == ["PUBLISH", "PSETEX", "ZADD", "PUBLISH"]


async def test_a_source_costs_one_statement_more_than_text_to_image(settings: Settings) -> None:
    async with (
        running_api(settings) as api,
        recorded_commands(settings.redis.url, settings.redis.namespace) as commands,
    ):
        with recorded_statements(api.runtime.engine) as statements:
            async with running_worker(settings):
                await eventually(functools.partial(offers_are_known, api))
            await api.runtime.reader.close()  # its connections are older than the recording
            await submit(api, statements, commands)  # remembers the models
            text = await submit(api, statements, commands)
            answer = await api.http.post("/api/v1/uploads/", files={"file": ("a.png", png())})
            source = {"image": {"upload_id": answer.json()["id"]}}
            await submit(api, statements, commands, source=source)  # the first use is recorded
            image = await submit(api, statements, commands, source=source)
    assert len(image[0]) == len(text[0]) + 1, image[0]
    assert image[1] == text[1]


async def test_changed_models_are_noticed(settings: Settings) -> None:
    async with running_api(settings) as api:
        async with running_worker(settings):
            await eventually(lambda: offers_are_known(api))
        assert (await api.submit())["status"] == "queued"
        async with api.runtime.begin() as uow:
            connection = await uow.session.connection()
            await connection.exec_driver_sql(
                "UPDATE available_models SET enabled = false WHERE name = 'sd15.safetensors'"
            )
        answer = await api.http.post("/api/v1/generation-jobs/", json=BODY)
        assert answer.status_code == 422
        assert "disabled by an administrator" in answer.text
        async with api.runtime.begin() as uow:
            connection = await uow.session.connection()
            await connection.exec_driver_sql("UPDATE available_models SET enabled = true")
        await api.submit()
        async with api.runtime.begin() as uow:
            connection = await uow.session.connection()
            await connection.exec_driver_sql(
                "UPDATE comfyui_backends SET offers = array_remove(offers, 'samplers/euler')"
            )
        answer = await api.http.post("/api/v1/generation-jobs/", json=BODY)
        assert answer.status_code == 422
        assert "sampler" in answer.text


async def test_a_used_key_is_answered_although_its_models_are_gone(settings: Settings) -> None:
    key = {"Idempotency-Key": "once"}
    async with running_api(settings) as api:
        async with running_worker(settings):
            await eventually(lambda: offers_are_known(api))
        first = await api.http.post("/api/v1/generation-jobs/", json=BODY, headers=key)
        async with api.runtime.begin() as uow:
            connection = await uow.session.connection()
            await connection.exec_driver_sql("UPDATE available_models SET enabled = false")
        again = await api.http.post("/api/v1/generation-jobs/", json=BODY, headers=key)
        assert again.status_code == 201, again.text
        assert again.json()["id"] == first.json()["id"]
