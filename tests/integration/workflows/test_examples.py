"""The workflows of the demo run on its simulated ComfyUI."""

import json
from importlib import resources
from typing import Any

import pytest
from tests.builders import make_content
from tests.integration.workflows.test_runs import add, api, item, local_user, run
from tests.support.service import Api

from genonaut.cli.seed import workflows as examples
from genonaut.cli.seed.workflows import EXAMPLES

__all__ = ["api"]  # the fixture


def graph_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        resources.files(examples).joinpath(f"{name}.json").read_text("utf-8")
    )
    return found


@pytest.mark.parametrize(
    ("name", "kind", "mime"),
    [
        ("portrait-with-hires-fix", "image", "image/png"),
        ("image-to-video", "video", "video/mp4"),
        ("text-to-music", "audio", "audio/mpeg"),
    ],
)
async def test_an_example_gives_its_result(
    api: Api, name: str, kind: str, mime: str
) -> None:  # the fixture
    workflow_id = await add(api, graph_of(name), title=name)
    inputs: dict[str, Any] = {}
    if kind == "video":
        content_id = await make_content(api.runtime, await local_user(api))
        inputs = {"image": {"content_id": content_id}, "length": 5, "width": 128, "height": 96}
    job = await run(api, workflow_id, inputs=inputs)
    ended = await api.ended(job["id"])
    assert ended["status"] == "completed", ended
    assert (job["job_type"], ended["job_type"]) == (kind, kind)
    found = await item(api, ended["content_id"])
    assert (found["content_type"], found["mime"]) == (kind, mime)
    assert len(found["thumbnails"]) == 3
    assert (found["duration_seconds"] is None) == (kind == "image")
    whole = await api.http.get(found["file_url"])
    part = await api.http.get(found["file_url"], headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert (await api.http.get(found["image_url"])).status_code == 200
    listed = await api.http.get("/api/v1/content/", params={"content_type": kind})
    assert ended["content_id"] in [one["id"] for one in listed.json()["items"]]


def test_every_example_is_tested() -> None:
    assert len(EXAMPLES) == 3
