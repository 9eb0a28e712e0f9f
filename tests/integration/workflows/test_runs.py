"""Runs of workflows from the submission to the results in the gallery, on a simulated ComfyUI."""

import io
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from PIL import Image
from sqlalchemy import select
from tests.builders import make_content
from tests.support.accounts import held
from tests.support.notifications import ON, set_preferences
from tests.support.service import Api, eventually, running_api, running_worker
from tests.support.workflow_graphs import (
    has_classes,
    short_sound,
    short_video,
    text_to_image,
    with_photo,
)

from genonaut.accounts.identity import Identity
from genonaut.accounts.tables import User
from genonaut.config import Settings
from genonaut.notifications.webhooks.tables import WebhookDelivery

RUNS = "/api/v1/workflows/{}/jobs"


@pytest.fixture
async def api(settings: Settings) -> AsyncIterator[Api]:
    """An API in single-user mode whose worker has reported its server."""
    async with running_worker(settings), held(running_api(settings)) as api:
        await eventually(lambda: has_classes(api.runtime))
        yield api


async def add(api: Api, graph: dict[str, Any], **fields: Any) -> int:
    body = {"title": "Foxes", "graph": graph, **fields}
    answer = await api.http.post("/api/v1/workflows/", json=body)
    assert answer.status_code == 201, answer.text
    workflow_id: int = answer.json()["workflow"]["id"]
    return workflow_id


async def run(api: Api, workflow_id: int, **body: Any) -> dict[str, Any]:
    answer = await api.http.post(RUNS.format(workflow_id), json=body)
    assert answer.status_code == 201, answer.text
    job: dict[str, Any] = answer.json()
    return job


async def refusal(api: Api, workflow_id: int, **body: Any) -> str:
    answer = await api.http.post(RUNS.format(workflow_id), json=body)
    assert answer.status_code == 422, answer.text
    return " ".join(f"{one['field']}: {one['message']}" for one in answer.json()["errors"])


async def item(api: Api, content_id: int) -> dict[str, Any]:
    answer = await api.http.get(f"/api/v1/content/{content_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def local_user(api: Api) -> Identity:
    await api.http.get("/api/v1/auth/me")  # creates the user
    async with api.runtime.begin() as uow:
        user = (await uow.session.scalars(select(User))).one()
        return Identity(user.id, user.username, user.role)


async def posted_graph(api: Api, job_id: int) -> dict[str, Any]:
    events = (await api.http.get(f"/api/v1/generation-jobs/{job_id}/events")).json()
    started = next(one for one in events if one["kind"] == "started")
    graph: dict[str, Any] = started["attempt_details"]["graph"]
    return graph


async def test_a_run_gives_an_image_made_with_the_inputs(api: Api) -> None:
    workflow_id = await add(api, text_to_image())
    job = await run(api, workflow_id, inputs={"prompt": "a red fox", "seed": 7, "width": 128})
    assert job["workflow"] == {"id": workflow_id, "version": 1, "title": "Foxes"}
    assert (job["prompt"], job["params"]["seed"], job["width"]) == ("a red fox", 7, 128)
    assert job["inputs"]["prompt"] == "a red fox"
    ended = await api.ended(job["id"])
    assert ended["status"] == "completed", ended
    assert ended["content_ids"] == [ended["content_id"]]
    graph = await posted_graph(api, job["id"])
    assert graph["6"]["inputs"]["text"] == "a red fox"
    assert (graph["3"]["inputs"]["seed"], graph["5"]["inputs"]["width"]) == (7, 128)
    assert graph["9"]["inputs"]["filename_prefix"].startswith("genonaut/")
    found = await item(api, ended["content_id"])
    assert (found["content_type"], found["width"], found["prompt"]) == ("image", 128, "a red fox")


async def test_seeds_are_drawn_recorded_and_grow_within_a_batch(api: Api) -> None:
    workflow_id = await add(api, text_to_image())
    first = await run(api, workflow_id, batch_size=3)
    jobs = [await api.job(job_id) for job_id in first["batch_job_ids"]]
    seeds = [job["inputs"]["seed"] for job in jobs]
    assert len(jobs) == 3
    assert seeds == [seeds[0], seeds[0] + 1, seeds[0] + 2]
    other = await run(api, workflow_id)
    assert other["inputs"]["seed"] != seeds[0]


async def test_dynamic_prompts_are_resolved_and_recorded(api: Api) -> None:
    workflow_id = await add(api, text_to_image())
    text = "a {red|red} fox // a comment"
    job = await run(api, workflow_id, inputs={"prompt": text})
    assert job["inputs"]["prompt"].strip() == "a red fox"
    assert job["prompt"].strip() == "a red fox"


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"promt": "x"}, "inputs.promt: is no input of this workflow; did you mean prompt?"),
        ({"prompt": 7}, "inputs.prompt: must be a text"),
        ({"steps": 20_000}, "inputs.steps: must be 10000 or less"),
        ({"steps": 2.5}, "inputs.steps: must be an integer"),
        ({"steps": True}, "inputs.steps: must be a number"),
        ({"width": "wide"}, "inputs.width: must be a number"),
        ({"checkpoint": "sd15"}, "inputs.checkpoint: 'sd15' is not offered; did you mean"),
        ({"sampler": ["a"]}, "inputs.sampler"),
        ({"prompt": "a\0b"}, "inputs.prompt: contains a character"),
        ({"prompt": "x.png [output]"}, "inputs.prompt: must not end with"),
    ],
)
async def test_wrong_inputs_are_named(api: Api, inputs: dict[str, Any], expected: str) -> None:
    workflow_id = await add(api, text_to_image())
    assert expected in await refusal(api, workflow_id, inputs=inputs)


async def test_a_missing_file_is_required(api: Api) -> None:
    workflow_id = await add(api, with_photo())
    assert "inputs.image: is required" in await refusal(api, workflow_id)
    refused = await refusal(api, workflow_id, inputs={"image": {"upload_id": 99}})
    assert "inputs.image: you have no upload 99" in refused
    assert "must name a file" in await refusal(api, workflow_id, inputs={"image": "a.png"})


async def test_a_workflow_runs_on_an_image_of_the_gallery(api: Api) -> None:
    content_id = await make_content(api.runtime, await local_user(api))
    workflow_id = await add(api, with_photo())
    job = await run(api, workflow_id, inputs={"image": {"content_id": content_id}})
    ended = await api.ended(job["id"])
    assert ended["status"] == "completed", ended
    graph = await posted_graph(api, job["id"])
    assert graph["1"]["inputs"]["image"].startswith("genonaut/")
    results = [await pixels(api, one) for one in (content_id, ended["content_id"])]
    assert results[1].getpixel((5, 5)) == tuple(255 - one for one in results[0].getpixel((5, 5)))


def loading(kind: str) -> dict[str, Any]:
    """Return a graph that loads a video or audio and saves it."""
    loader, name, saver, out = {
        "video": ("LoadVideo", "file", "SaveVideo", "video"),
        "audio": ("LoadAudio", "audio", "SaveAudioMP3", "audio"),
    }[kind]
    extra = {"format": "auto", "codec": "auto"} if kind == "video" else {"quality": "128k"}
    return {
        "1": {"class_type": loader, "inputs": {name: "mine"}},
        "2": {"class_type": saver, "inputs": {out: ["1", 0], "filename_prefix": "x", **extra}},
    }


async def made(api: Api, kind: str) -> int:
    """Make a result of a kind; return the id of its item."""
    graph = short_video() if kind == "video" else short_sound()
    job = await run(api, await add(api, graph))
    ended = await api.ended(job["id"])
    assert ended["status"] == "completed", ended
    content_id: int = ended["content_id"]
    return content_id


@pytest.mark.parametrize("kind", ["video", "audio"])
async def test_a_workflow_runs_on_a_video_or_audio_of_the_gallery(api: Api, kind: str) -> None:
    content_id = await made(api, kind)
    workflow_id = await add(api, loading(kind))
    key = next(iter((await schema(api, workflow_id))["properties"]))
    job = await run(api, workflow_id, inputs={key: {"content_id": content_id}})
    ended = await api.ended(job["id"])
    assert ended["status"] == "completed", ended
    found = await item(api, ended["content_id"])
    assert found["content_type"] == kind
    lineage = (await api.http.get(f"/api/v1/content/{found['id']}/lineage")).json()
    assert [one["id"] for one in lineage["parents"]] == [content_id]
    other = await add(api, loading("audio" if kind == "video" else "video"))
    other_key = next(iter((await schema(api, other))["properties"]))
    refused = await refusal(api, other, inputs={other_key: {"content_id": content_id}})
    assert f"but the file is of type {kind}" in refused
    photo = await add(api, with_photo())
    assert "must be of type image" in await refusal(
        api, photo, inputs={"image": {"content_id": content_id}}
    )
    source = {"image": {"content_id": content_id}}
    body = {"prompt": "a fox", "source": source}
    answer = await api.http.post("/api/v1/generation-jobs/", json=body)
    assert f"content item {content_id} is no image but {kind}" in answer.text


async def test_notifications_and_webhooks_say_what_a_workflow_made(api: Api) -> None:
    await set_preferences(api.runtime, (await local_user(api)).user_id, ON)
    hook = {"url": "https://example.com/hook", "events": ["job.completed"]}
    assert (await api.http.post("/api/v1/webhooks/", json=hook)).status_code == 201
    workflow_id = await add(api, short_video())
    job = await run(api, workflow_id)
    assert (await api.ended(job["id"]))["status"] == "completed"
    listed = await api.http.get("/api/v1/notifications/", params={"type": "job_completed"})
    assert [one["title"] for one in listed.json()["items"]] == ["Your video is ready"]
    async with api.runtime.begin() as uow:
        payloads = list(await uow.session.scalars(select(WebhookDelivery.payload)))
    [event] = [msgspec.json.decode(one) for one in payloads]
    [made] = event["data"]["jobs"]
    assert (event["type"], made["job_type"]) == ("job.completed", "video")
    assert made["workflow_id"] == workflow_id


async def form_without_required(api: Api, graph: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the derived form, with no field required."""
    analysis = (await api.http.post("/api/v1/workflows/analyze", json=graph)).json()
    return [{**field, "required": False} for field in analysis["form"]]


async def test_a_file_that_is_not_required_may_be_left_out(api: Api) -> None:
    graph = short_video()
    graph["4"] = {"class_type": "LoadAudio", "inputs": {"audio": "mine"}}
    graph["2"]["inputs"]["audio"] = ["4", 0]
    workflow_id = await add(api, graph, form=await form_without_required(api, graph))
    job = await run(api, workflow_id)
    ended = await api.ended(job["id"])
    assert (ended["status"], ended["job_type"]) == ("completed", "video"), ended
    posted = await posted_graph(api, job["id"])
    assert "4" not in posted
    assert "audio" not in posted["2"]["inputs"]


async def test_a_file_that_the_results_need_is_required_whatever_the_form_says(api: Api) -> None:
    graph = with_photo()
    workflow_id = await add(api, graph, form=await form_without_required(api, graph))
    assert "inputs.image: is required: node " in await refusal(api, workflow_id)


async def schema(api: Api, workflow_id: int) -> dict[str, Any]:
    found: dict[str, Any] = (await api.http.get(f"/api/v1/workflows/{workflow_id}/schema")).json()
    return found


async def test_search_and_statistics_know_workflows(api: Api) -> None:
    workflow_id = await add(api, text_to_image())
    job = await run(api, workflow_id, inputs={"prompt": "a walrus"})
    ended = await api.ended(job["id"])
    query: dict[str, str | int] = {"workflow_id": workflow_id, "search": "walrus"}
    jobs = (await api.http.get("/api/v1/generation-jobs/", params=query)).json()["items"]
    assert [one["id"] for one in jobs] == [job["id"]]
    items = (await api.http.get("/api/v1/content/", params=query)).json()["items"]
    assert [one["id"] for one in items] == [ended["content_id"]]
    assert items[0]["workflow_id"] == workflow_id
    stats = (await api.http.get("/api/v1/content/stats")).json()
    assert stats["mine_count"] == 1
    near = (await api.http.get(f"/api/v1/content/{items[0]['id']}/neighbours", params=query)).json()
    assert near == {"previous_id": None, "next_id": None, "items": []}


async def pixels(api: Api, content_id: int) -> Any:
    data = (await api.http.get(f"/api/v1/content/{content_id}/image")).content
    return Image.open(io.BytesIO(data)).convert("RGB")


async def test_an_old_job_keeps_its_version_also_when_it_is_retried(
    api: Api, settings: Settings
) -> None:
    del settings
    broken = text_to_image(n5={"width": 32, "height": 32})
    workflow_id = await add(api, broken)
    first = await run(api, workflow_id, inputs={"prompt": "one"})
    body = {"graph": text_to_image(n6={"text": "two"}, n3={"steps": 9})}
    await api.http.post(f"/api/v1/workflows/{workflow_id}/versions", json=body)
    await api.http.post(f"/api/v1/generation-jobs/{first['id']}/cancel")
    ended = await api.ended(first["id"])
    old = await api.job(first["id"])
    assert (old["workflow"]["version"], old["inputs"]["prompt"]) == (1, "one")
    if ended["status"] == "completed":
        return
    again = (await api.http.post(f"/api/v1/generation-jobs/{first['id']}/retry")).json()
    assert (again["workflow"]["version"], again["inputs"]) == (1, old["inputs"])


async def test_a_version_can_be_chosen(api: Api) -> None:
    workflow_id = await add(api, text_to_image())
    body = {"graph": text_to_image(n3={"steps": 9})}
    await api.http.post(f"/api/v1/workflows/{workflow_id}/versions", json=body)
    newest = await run(api, workflow_id)
    chosen = await run(api, workflow_id, version=1)
    assert (newest["workflow"]["version"], chosen["workflow"]["version"]) == (2, 1)
    assert (newest["params"]["steps"], chosen["params"]["steps"]) == (9, 4)
    answer = await api.http.post(RUNS.format(workflow_id), json={"version": 3})
    assert answer.status_code == 404


async def test_an_idempotency_key_makes_one_batch(api: Api) -> None:
    workflow_id = await add(api, text_to_image())
    headers = {"Idempotency-Key": "abc"}
    body = {"inputs": {"prompt": "x"}}
    path = RUNS.format(workflow_id)
    first = (await api.http.post(path, json=body, headers=headers)).json()
    second = (await api.http.post(path, json=body, headers=headers)).json()
    assert first["id"] == second["id"]
    other = await api.http.post(path, json={"inputs": {"prompt": "y"}}, headers=headers)
    assert other.status_code == 422


async def test_an_archived_workflow_takes_no_jobs(api: Api) -> None:
    workflow_id = await add(api, text_to_image())
    await api.http.delete(f"/api/v1/workflows/{workflow_id}")
    assert (await api.http.post(RUNS.format(workflow_id), json={})).status_code == 409


async def test_nodes_that_no_server_has_are_named(api: Api) -> None:
    graph = text_to_image()
    graph["10"] = {"class_type": "NoSuchNode", "inputs": {"image": ["8", 0]}}
    workflow_id = await add(api, graph)
    assert "the node 'NoSuchNode'" in await refusal(api, workflow_id)


async def test_jobs_are_found_by_their_workflow(api: Api) -> None:
    workflow_id = await add(api, text_to_image())
    job = await run(api, workflow_id)
    await api.submit()
    answer = await api.http.get("/api/v1/generation-jobs/", params={"workflow_id": workflow_id})
    assert [one["id"] for one in answer.json()["items"]] == [job["id"]]
    listed = (await api.http.get("/api/v1/generation-jobs/")).json()["items"]
    assert [one["workflow"] is None for one in listed] == [True, False]


async def test_every_file_of_the_outputs_is_an_item(api: Api) -> None:
    graph = text_to_image(n5={"batch_size": 2})
    graph["10"] = {
        "class_type": "SaveImage",
        "inputs": {"filename_prefix": "y", "images": ["8", 0]},
    }
    job = await run(api, await add(api, graph))
    ended = await api.ended(job["id"])
    assert ended["status"] == "completed", ended
    assert len(ended["content_ids"]) == 4
    assert ended["content_id"] == ended["content_ids"][0]
    found = [await item(api, one) for one in ended["content_ids"]]
    assert {one["job_id"] for one in found} == {job["id"]}
    names = [one["metadata"]["output"]["node_id"] for one in found]
    assert names == ["9", "9", "10", "10"]
