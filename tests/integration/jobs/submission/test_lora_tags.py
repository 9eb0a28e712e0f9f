"""Prompts that name LoRAs by tags, ``<lora:ink:0.7>``."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.support.accounts import held
from tests.support.models import report_models
from tests.support.people import Person, Town, running_town

from genonaut.config import Settings

PATH = "/generation-jobs/"
BASE: dict[str, Any] = {"checkpoint_model": "sd15.safetensors", "lora_tags": True}
ANYWAY = {"params": {"allow_mismatch": True}}


@pytest.fixture
async def town(settings: Settings) -> AsyncIterator[Town]:
    async with held(running_town(settings)) as town:
        yield town


@pytest.fixture
async def ann(town: Town) -> Person:
    names = ("ink", "old/fog", "new/fog", "grain")
    loras = [f"loras/{name}.safetensors" for name in names]
    await report_models(town.runtime, "sim1", "checkpoints/sd15.safetensors", *loras)
    return await town.person("ann")


async def test_tags_become_loras_of_the_job(ann: Person) -> None:
    given = {
        "prompt": "<lora:INK:0.7>, a fox, <lora:old/fog:0.5:0.9> snow",
        "lora_models": [{"name": "grain.safetensors"}, {"name": "ink.safetensors"}],
    }
    answer = await ann.http.post(PATH, json=BASE | ANYWAY | given)
    assert answer.status_code == 201, answer.text
    job = answer.json()
    assert job["prompt"] == "a fox, snow"
    assert [
        (one["name"], one["strength_model"], one["strength_clip"]) for one in job["lora_models"]
    ] == [
        ("grain.safetensors", 1.0, 1.0),
        ("ink.safetensors", 0.7, 0.7),
        ("old/fog.safetensors", 0.9, 0.5),
    ]
    # Without the field a prompt is what it was.
    answer = await ann.http.post(PATH, json=BASE | given | ANYWAY | {"lora_tags": False})
    assert answer.json()["prompt"] == given["prompt"]


async def test_tags_are_taken_before_a_dynamic_prompt_is_drawn(ann: Person) -> None:
    given = {"prompt": "a {red|red} fox <lora:ink:0.7>", "dynamic_prompt": True, "batch_size": 2}
    job = (await ann.http.post(PATH, json=BASE | ANYWAY | given)).json()
    assert (job["prompt"], job["lora_models"][0]["name"]) == ("a red fox", "ink.safetensors")
    given["prompt"] = "a {red|<lora:ink:0.7> blue} fox"
    answer = await ann.http.post(PATH, json=BASE | ANYWAY | given)
    assert "inside of a choice" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        ("a fox <lora:inc:1>", "no ComfyUI server has the LoRA 'inc'; did you mean ink"),
        ("a fox <lora:fog:1>", "means new/fog.safetensors or old/fog.safetensors"),
        ("a fox <lora:ink:21>", "the strength of the LoRA 'ink' is above 20"),
        ("<lora:ink:1>", "has no words beside its LoRA tags"),
    ],
)
async def test_a_tag_that_cannot_be_applied_is_refused(
    prompt: str, message: str, ann: Person
) -> None:
    answer = await ann.http.post(PATH, json=BASE | ANYWAY | {"prompt": prompt})
    assert answer.status_code == 422
    assert message in answer.json()["errors"][0]["message"]


async def test_grids_take_no_tags(ann: Person) -> None:
    request = BASE | {"prompt": "a fox <lora:ink:1>"}
    body = {"request": request, "x": {"parameter": "cfg", "values": [3, 4]}}
    answer = await ann.http.post("/grids/", json=body)
    assert answer.json()["errors"][0]["field"] == "request.lora_tags"
