"""A refused request reports all its errors in one response."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.support.service import Api, eventually, running_api, running_worker

from genonaut.config import Settings

PATH = "/api/v1/generation-jobs/"
WRONG: dict[str, Any] = {
    "prompt": None,
    "negative_prompt": "a\x00b",
    "job_type": "video",
    "checkpoint_model": "",
    "width": 63,
    "height": "512",
    "batch_size": 0,
    "colour": "blue",
    "params.seed": -1,
    "params.steps": 151,
    "params.sampler_name": "",
    "params.speed": 1,
    "lora_models[0].name": 5,
    "lora_models[1].strength_model": 21,
    "lora_models[1].weight": 1,
}


def body_with(wrong: set[str]) -> dict[str, Any]:
    """Return a submission that is valid except for these fields."""
    loras: list[dict[str, Any]] = [{"name": "a"}, {"name": "b"}, {"name": "c"}]
    params: dict[str, Any] = {"steps": 20}
    body: dict[str, Any] = {"prompt": "p", "checkpoint_model": "a", "lora_models": loras}
    body["params"] = params
    for field in wrong:
        outer, _, name = field.partition(".")
        place = {"params": params, "lora_models[0]": loras[0], "lora_models[1]": loras[1]}
        place.get(outer, body)[name or outer] = WRONG[field]
    return body


async def refused(api: Api, body: Any, path: str = PATH, method: str = "POST") -> dict[str, str]:
    """Return the error messages by field."""
    answer = await api.http.request(method, path, json=body)
    assert answer.status_code == 422, answer.text
    said = answer.json()["errors"]
    assert len(said) == len({error["field"] for error in said})
    assert all(f"{error['field']}: {error['message']}" in answer.json()["detail"] for error in said)
    return {error["field"]: error["message"] for error in said}


async def offers_are_known(api: Api) -> bool:
    return bool((await api.http.get("/api/v1/checkpoint-models/")).json()["items"])


@hypothesis_settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(several=st.lists(st.sets(st.sampled_from(sorted(WRONG)), min_size=1), min_size=10))
async def test_every_wrong_field_is_named(settings: Settings, several: list[set[str]]) -> None:
    async with running_api(settings) as api:
        for wrong in several:
            assert set(await refused(api, body_with(wrong))) == wrong


async def test_independent_errors_are_reported_together(settings: Settings, tmp_path: Path) -> None:
    rules = tmp_path / "deny.txt"
    rules.write_text("purple elephant\n", encoding="utf-8")
    policy = msgspec.structs.replace(settings.policy, deny_list=str(rules))
    settings = msgspec.structs.replace(settings, policy=policy)
    async with running_api(settings) as api, running_worker(settings):
        await eventually(lambda: offers_are_known(api))
        body = {
            "prompt": "a purple elephant",
            "checkpoint_model": "sd51.safetensors",
            "lora_models": [
                {"name": "nope.safetensors"},
                {"name": "detail.safetensors"},
                {"name": "neither.safetensors"},
            ],
            "params": {"sampler_name": "eular", "scheduler": "norml"},
        }
        everything = [
            "checkpoint_model", "lora_models[0].name", "lora_models[2].name",
            "params.sampler_name", "params.scheduler", "prompt",
        ]  # fmt: skip
        said = await refused(api, body)
        assert sorted(said) == everything
        assert "sd15.safetensors" in said["checkpoint_model"]
        del body["checkpoint_model"]
        said = await refused(api, body)
        assert sorted(said) == everything
        assert "there are several" in said["checkpoint_model"]
        assert (await api.http.get(PATH)).json()["total"] == 0


@pytest.mark.parametrize(
    ("change", "also"),
    [
        ({"width": "wide"}, ["width"]),
        ({"checkpoint_model": 7}, ["checkpoint_model"]),
        ({"checkpoint_model": None, "batch_size": 17}, ["batch_size", "checkpoint_model"]),
        ({"prompt": 5}, ["prompt"]),
        ({"params": 1}, ["params"]),
        ({"params": {"sampler_name": 1, "scheduler": "norml"}}, ["params.sampler_name"]),
        ({"lora_models": 3}, ["lora_models"]),
        ({"lora_models": [{"name": "nope.safetensors"}] * 11}, ["lora_models"]),
        ({"lora_models": [{"name": 5}, 6, {"name": "detail.safetensors"}, {"name": "nope.safetensors"},
                          {"name": "neither.safetensors", "weight": 1}]},
         ["lora_models[0].name", "lora_models[1]", "lora_models[3].name", "lora_models[4].name",
          "lora_models[4].weight"]),
    ],
)  # fmt: skip
async def test_wrong_types_do_not_hide_wrong_models(
    settings: Settings, tmp_path: Path, change: dict[str, Any], also: list[str]
) -> None:
    rules = tmp_path / "deny.txt"
    rules.write_text("purple elephant\n", encoding="utf-8")
    policy = msgspec.structs.replace(settings.policy, deny_list=str(rules))
    settings = msgspec.structs.replace(settings, policy=policy)
    body = {
        "prompt": "a purple elephant",
        "checkpoint_model": "sd51.safetensors",
        "lora_models": [{"name": "nope.safetensors"}],
        "params": {"sampler_name": "eular", "scheduler": "norml"},
    }
    expected = set(also)
    if "prompt" not in change:
        expected.add("prompt")
    if "checkpoint_model" not in change:
        expected.add("checkpoint_model")
    if "lora_models" not in change:
        expected.add("lora_models[0].name")
    if change.get("params") != 1:
        expected |= {"params.sampler_name", "params.scheduler"}
    async with running_api(settings) as api, running_worker(settings):
        await eventually(lambda: offers_are_known(api))
        said = await refused(api, {**body, **change})
        assert set(said) == expected
        if "checkpoint_model" not in change:
            assert "did you mean sd15.safetensors" in said["checkpoint_model"]
        assert (await api.http.get(PATH)).json()["total"] == 0


@pytest.mark.parametrize(
    ("path", "query", "fields"),
    [
        (PATH, {"limit": 0, "sort": "up", "status": "done", "batch_id": "7"},
         ["batch_id", "limit", "sort", "status"]),
        (PATH, {"created_from": "now", "created_to": "then"}, ["created_from", "created_to"]),
        ("/api/v1/content/", {"created_from": "now", "tags": "a\u200b,b\u200b"},
         ["created_from", "tags[0]", "tags[1]"]),
        ("/api/v1/content/", {"limit": 0, "sort": "up", "scope": "x", "trash": "maybe"},
         ["limit", "scope", "sort", "trash"]),
        ("/api/v1/content/", {"created_to": "x" * 41, "search": "a\x00", "limit": "many"},
         ["created_to", "limit", "search"]),
    ],
)  # fmt: skip
async def test_every_wrong_query_parameter_is_named(
    settings: Settings, path: str, query: dict[str, Any], fields: list[str]
) -> None:
    async with running_api(settings) as api:
        answer = await api.http.get(path, params=query)
        assert answer.status_code == 422, answer.text
        assert sorted(error["field"] for error in answer.json()["errors"]) == fields


async def test_errors_of_headers_and_body_and_missing_values_are_reported_together(
    settings: Settings,
) -> None:
    async with running_api(settings) as api:
        headers = {"Idempotency-Key": "x" * 256}
        answer = await api.http.post(PATH, json={"checkpoint_model": "a"}, headers=headers)
        assert answer.status_code == 422
        said = {error["field"]: error["message"] for error in answer.json()["errors"]}
        long = "must be at most 255 characters long"
        assert said == {"prompt": "is required", "Idempotency-Key": long}
        missing = await api.http.delete("/api/v1/notifications/")
        assert missing.status_code == 422
        assert missing.json()["errors"] == [{"field": "read", "message": "is required"}]


async def test_all_errors_of_other_bodies_are_reported(settings: Settings) -> None:
    async with running_api(settings) as api:
        wrong = {"action": "tag", "ids": ["x", 1, True], "tags": [], "x": 1}
        said = await refused(api, wrong, "/api/v1/content/bulk")
        assert sorted(said) == ["ids[0]", "ids[2]", "tags", "x"]
        job = await api.submit()
        async with running_worker(settings):
            item = (await api.ended(job["id"]))["content_id"]
        patch = {"title": "  ", "tags": ["good", "a,b", "\u200b"]}
        said = await refused(api, patch, f"/api/v1/content/{item}", "PATCH")
        assert sorted(said) == ["tags[1]", "tags[2]", "title"]


async def test_a_truncated_body_is_malformed_despite_other_errors(
    settings: Settings,
) -> None:
    async with running_api(settings) as api:
        headers = {"content-type": "application/json"}
        answer = await api.http.post(PATH, content=b'{"prompt": 5, "wid', headers=headers)
        assert answer.status_code == 400, answer.text
