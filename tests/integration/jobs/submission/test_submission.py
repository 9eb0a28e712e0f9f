"""Submissions: limits of all fields, defaults, idempotency, queue positions, lists."""

import asyncio
from typing import Any

import msgspec
import pytest
from tests.support.service import Api, eventually, running_api, running_worker

from genonaut.config import Settings

PATH = "/api/v1/generation-jobs/"


async def post(api: Api, body: Any, **headers: str) -> Any:
    return await api.http.post(PATH, json=body, headers=headers)


async def offers_are_known(api: Api) -> bool:
    return bool((await api.http.get("/api/v1/checkpoint-models/")).json()["items"])


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("prompt", ["x", "x" * 10_000, "Zoë 🌊\n\t\"'\\"], ["", "x" * 10_001, 5, None, "a\x00b"]),
        ("negative_prompt", ["", "x" * 10_000], ["x" * 10_001, None, "\x00"]),
        ("width", [64, 512, 4096], [56, 63, 65, 4097, 4104, "512", 512.5, None, -64]),
        ("height", [64, 768, 2048], [0, 63, 100, 4104, 10**30, True]),
        ("batch_size", [1, 16], [0, 17, -1, "1", None]),
        ("job_type", ["image"], ["video", "", None, 1]),
        ("checkpoint_model", ["sd15.safetensors"], ["", "x" * 256, 7, "no\x00"]),
        ("lora_models", [[], [{"name": "detail.safetensors"}] * 10], [[{"name": "a"}] * 11, [{}]]),
        ("params", [{}, {"seed": 2**53 - 1}], [{"seed": 2**53}, {"unknown": 1}, 5]),
    ],
)
async def test_limits_of_each_field(
    settings: Settings, field: str, good: list[Any], bad: list[Any]
) -> None:
    async with running_api(settings) as api:
        for value in good:
            body = {"prompt": "p", "checkpoint_model": "sd15.safetensors", field: value}
            answer = await post(api, body)
            assert answer.status_code == 201, (value, answer.text)
        stored = (await api.http.get(PATH)).json()["total"]
        for value in bad:
            body = {"prompt": "p", "checkpoint_model": "sd15.safetensors", field: value}
            answer = await post(api, body)
            assert answer.status_code == 422, (value, answer.text)
            assert answer.headers["content-type"].startswith("application/problem+json")
            assert any(field in error["field"] for error in answer.json()["errors"]), answer.text
        assert (await api.http.get(PATH)).json()["total"] == stored


@pytest.mark.parametrize(
    ("params", "bad"),
    [
        ("seed", [-1, 2**53, "1", 1.5]),
        ("steps", [0, 151, None]),
        ("cfg", [-0.1, 30.1, "7"]),
        ("denoise", [-0.1, 1.1]),
        ("sampler_name", ["", "x" * 65, 1]),
    ],
)
async def test_limits_of_sampler_settings(settings: Settings, params: str, bad: list[Any]) -> None:
    async with running_api(settings) as api:
        for value in bad:
            answer = await post(api, {"prompt": "p", "params": {params: value}})
            assert answer.status_code == 422, (value, answer.text)


JSON = "application/json"
UNSUPPORTED = (415, "Unsupported Media Type", "unsupported_media_type")


@pytest.mark.parametrize(
    ("content", "kind", "problem"),
    [
        (b"{", JSON, (400, "Bad Request", "bad_request")),
        (b"", JSON, (400, "Bad Request", "malformed_json")),
        (b"\xff\xfe", JSON, (400, "Bad Request", "bad_request")),
        (b'{"prompt": "\\ud800"}', JSON, (400, "Bad Request", "bad_request")),
        (b"[]", JSON, (422, "Unprocessable Entity", "invalid_input")),
        (b"null", JSON, (422, "Unprocessable Entity", "invalid_input")),
        (b'{"prompt": "a"}', "text/plain", UNSUPPORTED),
        (b'{"prompt": "a"}', "application/x-www-form-urlencoded", UNSUPPORTED),
        (
            b'{"prompt": "' + b"x" * 10_000_000 + b'"}',
            JSON,
            (413, "Request Entity Too Large", "request_entity_too_large"),
        ),
        (b"[" * 100_000, JSON, (422, "Unprocessable Entity", "invalid_input")),
    ],
)
async def test_bodies_that_are_not_a_submission(
    settings: Settings, content: bytes, kind: str, problem: tuple[int, str, str]
) -> None:
    async with running_api(settings) as api:
        answer = await api.http.post(PATH, content=content, headers={"content-type": kind})
        assert answer.status_code == problem[0], answer.text
        assert answer.headers["content-type"].startswith("application/problem+json")
        said = answer.json()
        assert (said["status"], said["title"], said["code"]) == problem
        assert (await api.http.get(PATH)).json()["total"] == 0


async def test_unknown_models_are_refused_with_similar_names(settings: Settings) -> None:
    async with running_api(settings) as api, running_worker(settings):
        await eventually(lambda: offers_are_known(api))
        body = {
            "prompt": "p",
            "checkpoint_model": "sd51.safetensors",
            "lora_models": [{"name": "detial.safetensors"}],
            "params": {"sampler_name": "eular"},
        }
        answer = await post(api, body)
        assert answer.status_code == 422
        said = {error["field"]: error["message"] for error in answer.json()["errors"]}
        assert "sd15.safetensors" in said["checkpoint_model"]
        assert "detail.safetensors" in said["lora_models[0].name"]
        assert "euler" in said["params.sampler_name"]


async def test_the_configured_checkpoint_is_the_default(settings: Settings) -> None:
    async with running_api(settings) as api, running_worker(settings):
        await eventually(lambda: offers_are_known(api))
        answer = await post(api, {"prompt": "p"})
        assert answer.status_code == 422
        assert "there are several" in answer.json()["detail"]
        assert (await default_checkpoint(api)) is None
        replace = msgspec.structs.replace
        jobs = replace(settings.jobs, default_checkpoint="sd15.safetensors")
        async with running_api(replace(settings, jobs=jobs)) as with_default:
            assert (await default_checkpoint(with_default)) == "sd15.safetensors"
            submitted = await post(with_default, {"prompt": "p"})
        assert submitted.json()["checkpoint_model"] == "sd15.safetensors"


async def default_checkpoint(api: Api) -> object:
    return (await api.http.get("/api/v1/sampling-options")).json()["default_checkpoint"]


async def test_the_same_key_gives_the_same_jobs(settings: Settings) -> None:
    async with running_api(settings) as api:
        body = {"prompt": "p", "checkpoint_model": "sd15.safetensors", "batch_size": 2}
        headers = {"Idempotency-Key": "once"}
        first = await post(api, body, **headers)
        again = await post(api, body, **headers)
        assert first.json()["batch_job_ids"] == again.json()["batch_job_ids"]
        other = await post(api, {**body, "batch_size": 3}, **headers)
        assert other.status_code == 422
        assert other.json()["errors"][0]["field"] == "Idempotency-Key"
        assert (await api.http.get(PATH)).json()["total"] == 2


async def test_twenty_at_once_with_one_key_make_one_batch(settings: Settings) -> None:
    async with running_api(settings) as api:
        body = {"prompt": "p", "checkpoint_model": "sd15.safetensors"}
        headers = {"Idempotency-Key": "k"}
        answers = await asyncio.gather(*(post(api, body, **headers) for _ in range(20)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["id"] for answer in answers}) == 1


async def test_waiting_jobs_have_a_queue_position(settings: Settings) -> None:
    async with running_api(settings) as api:
        jobs = [await api.submit(f"image {number}") for number in range(3)]
        positions = [(await api.job(job["id"]))["queue_position"] for job in jobs]
        assert positions == [1, 2, 3]
        await api.http.post(f"{PATH}{jobs[0]['id']}/cancel")
        positions = [(await api.job(job["id"]))["queue_position"] for job in jobs]
        assert positions == [None, 1, 2]


@pytest.mark.parametrize("job_id", ["0", "-1", "9223372036854775808", "abc", "1e3", "1.5", "%00"])
async def test_impossible_ids_are_not_found(settings: Settings, job_id: str) -> None:
    async with running_api(settings) as api:
        for method, suffix in (("GET", ""), ("GET", "/events"), ("POST", "/cancel")):
            answer = await api.http.request(method, f"{PATH}{job_id}{suffix}")
            assert answer.status_code == 404, (method, suffix, answer.text)
            assert answer.headers["content-type"].startswith("application/problem+json")


async def test_lists_are_filtered_sorted_and_paged(settings: Settings) -> None:
    async with running_api(settings) as api:
        words = ["red apple", "green apple", "red pear", "blue plum", "100% wool_scarf"]
        ids = [(await api.submit(word))["id"] for word in words]
        await api.http.post(f"{PATH}{ids[3]}/cancel")

        async def listed(**query: Any) -> list[int]:
            answer = await api.http.get(PATH, params=query)
            assert answer.status_code == 200, answer.text
            return [job["id"] for job in answer.json()["items"]]

        assert await listed() == ids[::-1]
        assert await listed(sort="oldest") == ids
        assert await listed(search="apple") == [ids[1], ids[0]]
        assert await listed(search="%") == [ids[4]]
        assert await listed(search="l_s") == [ids[4]]
        assert await listed(status="cancelled") == [ids[3]]
        assert await listed(status=["cancelled", "queued"], sort="oldest") == ids
        assert await listed(created_from="2100-01-01T00:00:00Z") == []
        page = (await api.http.get(PATH, params={"limit": 2})).json()
        assert page["total"] == 5
        seen = [job["id"] for job in page["items"]]
        while page["next_cursor"]:
            query = {"limit": 2, "cursor": page["next_cursor"]}
            page = (await api.http.get(PATH, params=query)).json()
            assert page["total"] is None
            seen += [job["id"] for job in page["items"]]
        assert seen == ids[::-1]


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": "x"},
        {"cursor": "nonsense"},
        {"cursor": "kA"},
        {"sort": "upwards"},
        {"status": "done"},
        {"batch_id": "7"},
        {"created_from": "yesterday"},
        {"search": "x" * 201},
        {"search": "a\x00b"},
        {"checkpoint_model": "\x00"},
        {"scope": "everything"},
    ],
)
async def test_an_invalid_query_parameter_is_named(
    settings: Settings, query: dict[str, Any]
) -> None:
    async with running_api(settings) as api:
        answer = await api.http.get(PATH, params=query)
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["field"] == next(iter(query))


async def test_a_cursor_of_another_order_is_refused(settings: Settings) -> None:
    async with running_api(settings) as api:
        for number in range(3):
            await api.submit(f"image {number}")
        page = (await api.http.get(PATH, params={"limit": 1})).json()
        query = {"cursor": page["next_cursor"], "sort": "oldest"}
        assert (await api.http.get(PATH, params=query)).status_code == 422


async def test_deleting_a_job_keeps_its_image(settings: Settings) -> None:
    async with running_api(settings) as api, running_worker(settings):
        job = await api.submit()
        assert (await api.http.delete(f"{PATH}{job['id']}")).status_code in {204, 409}
        job = await api.submit()
        done = await api.ended(job["id"])
        assert (await api.http.delete(f"{PATH}{done['id']}")).status_code == 204
        assert (await api.http.get(f"{PATH}{done['id']}")).status_code == 404
        item = (await api.http.get(f"/api/v1/content/{done['content_id']}")).json()
        assert item["job_id"] is None


async def test_statistics_count_and_average(settings: Settings) -> None:
    async with running_api(settings) as api, running_worker(settings):
        await api.ended((await api.submit())["id"])
        stats = (await api.http.get(f"{PATH}stats")).json()
        assert stats["counts"]["completed"] == 1
        assert stats["total"] == 1
        assert stats["mean_run_seconds"] > 0
