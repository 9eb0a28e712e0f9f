"""Wildcards and dynamic prompts through the API."""

from pathlib import Path
from typing import Any

import pytest
from tests.integration.catalog.selection.test_submissions import ready
from tests.support.people import Person
from tests.support.server import serving
from tests.support.service import running_api, running_worker

from genonaut.cli.wildcards.actions import (
    WildcardNotFoundError,
    delete_wildcard,
    export_wildcard,
    import_wildcards,
    list_wildcards,
    preview_prompt,
)
from genonaut.config import Settings

JOBS = "/api/v1/generation-jobs/"
WILDCARDS = "/api/v1/wildcards/"
SMALL: dict[str, Any] = {"checkpoint_model": "sd15.safetensors", "width": 64, "height": 64}


async def test_each_job_of_a_batch_draws_its_own_prompt(settings: Settings) -> None:
    async with running_api(settings) as api, running_worker(settings):
        await ready(api)
        made = await api.http.post(WILDCARDS, json={"name": "animal", "text": "fox\n# no\nowl\n"})
        assert made.status_code == 201, made.text
        template = "a {red|blue|green} __animal__"
        body: dict[str, Any] = {
            **SMALL,
            "prompt": template,
            "negative_prompt": "{dark|blurry}",
            "params": {"seed": 5, "steps": 1},
            "batch_size": 6,
        }
        answer = await api.http.post(JOBS, json={**body, "dynamic_prompt": True})
        assert answer.status_code == 201, answer.text
        shown = await api.http.post(
            f"{WILDCARDS}preview",
            json={"prompt": template, "negative_prompt": "{dark|blurry}", "seed": 5, "count": 6},
        )
        drawn = shown.json()["items"]
        assert len({one["prompt"] for one in drawn}) > 1
        for job_id, expected in zip(answer.json()["batch_job_ids"], drawn, strict=True):
            job = await api.ended(job_id)
            assert job["status"] == "completed"
            assert job["prompt"] == expected["prompt"]
            assert job["negative_prompt"] == expected["negative_prompt"]
            assert job["params"]["seed"] == expected["seed"]
            assert job["prompt_template"] == template
            item = (await api.http.get(f"/api/v1/content/{job['content_id']}")).json()
            assert item["prompt"] == expected["prompt"]
            assert item["metadata"]["prompt_template"] == template
        # Without the switch braces are text, as before.
        plain = (await api.http.post(JOBS, json={**body, "batch_size": 1})).json()
        assert plain["prompt"] == template
        assert plain["prompt_template"] is None
        before = (await api.http.get(JOBS)).json()["total"]
        for wrong, reason in {
            "a {b": "has no '}'",
            "__nothing__": "no wildcard __nothing__",
            "{|}": "is empty",
        }.items():
            answer = await api.http.post(
                JOBS, json={**body, "prompt": wrong, "dynamic_prompt": True}
            )
            assert answer.status_code == 422, answer.text
            assert answer.json()["errors"][0]["field"] == "prompt"
            assert reason in answer.json()["errors"][0]["message"]
        grid = {
            "request": {**body, "batch_size": 1, "dynamic_prompt": True},
            "x": {"parameter": "seed", "values": [5, 6]},
        }
        cells = (await api.http.post("/api/v1/grids/", json=grid)).json()["cells"]
        prompts = [(await api.http.get(f"{JOBS}{one['job_id']}")).json()["prompt"] for one in cells]
        assert prompts == [one["prompt"] for one in drawn[:2]]
        assert (await api.http.get(JOBS)).json()["total"] == before + 2


async def test_lists_are_stored_shared_exported_and_deleted(ann: Person, bob: Person) -> None:
    made = await ann.http.post("/wildcards/", json={"name": "a/b", "entries": ["red", "2::blue"]})
    assert made.status_code == 201, made.text
    wildcard_id = made.json()["id"]
    path = f"/wildcards/{wildcard_id}"
    again = await ann.http.post("/wildcards/", json={"name": "a/b", "entries": ["x"]})
    assert again.status_code == 409
    for wrong in (
        {"name": "A b", "entries": ["x"]},
        {"name": "x", "entries": ["{a"]},
        {"name": "x"},
    ):
        assert (await ann.http.post("/wildcards/", json=wrong)).status_code == 422
    assert (await bob.http.get(path)).status_code == 404
    unknown = await bob.http.post("/wildcards/preview", json={"prompt": "__a/b__"})
    assert unknown.status_code == 422

    await ann.http.patch(path, json={"is_shared": True})
    seen = (await bob.http.get("/wildcards/")).json()["items"]
    assert [(one["name"], one["is_mine"], one["owner"]) for one in seen] == [("a/b", False, "ann")]
    shown = await bob.http.post("/wildcards/preview", json={"prompt": "__a/b__", "count": 20})
    assert {one["prompt"] for one in shown.json()["items"]} == {"red", "blue"}
    assert shown.json()["combinations"] is None
    wanted = {"prompt": "a __a/b__ {fox|owl}", "count": 1, "combinations": 3}
    some = (await bob.http.post("/wildcards/preview", json=wanted)).json()["combinations"]
    assert some == {"items": ["a red fox", "a red owl", "a blue fox"], "is_complete": False}
    assert (await bob.http.patch(path, json={"is_shared": False})).status_code == 404
    # An own list comes before a shared one.
    await bob.http.post("/wildcards/", json={"name": "a/b", "entries": ["green"]})
    shown = await bob.http.post("/wildcards/preview", json={"prompt": "__a/b__"})
    assert {one["prompt"] for one in shown.json()["items"]} == {"green"}

    loop = await ann.http.patch(path, json={"entries": ["__a/b__"]})
    assert loop.status_code == 200
    refused = await ann.http.post("/wildcards/preview", json={"prompt": "__a/b__"})
    assert "contains itself" in refused.json()["errors"][0]["message"]
    await ann.http.patch(path, json={"text": "one\ntwo\n"})
    exported = await ann.http.get(f"{path}/text")
    assert exported.text == "one\ntwo\n"
    assert "a-b.txt" in exported.headers["content-disposition"]
    assert (await ann.http.get("/wildcards/", params={"search": "zzz"})).json()["items"] == []
    assert (await ann.http.delete(path)).status_code == 204
    assert (await ann.http.get(path)).status_code == 404


async def test_files_are_imported_by_the_command_line(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "lists"
    (folder / "Big Cats").mkdir(parents=True)
    (folder / "Big Cats" / "wild.txt").write_text("lion\n# no\ntiger\n")
    (folder / "bad.txt").write_text("{a\n")
    async with running_api(settings), serving(settings) as url:
        assert not await import_wildcards("test", url, [folder], is_shared=False)
        output = capsys.readouterr()
        assert output.out == "big-cats/wild\t2\n"
        assert "bad.txt" in output.err
        (folder / "bad.txt").unlink()
        assert await import_wildcards("test", url, [folder], is_shared=True)
        await list_wildcards("test", url, "cats")
        await export_wildcard("test", url, "big-cats/wild")
        await preview_prompt("test", url, "a __big-cats/wild__", seed=3, count=1)
        lines = capsys.readouterr().out.splitlines()
        assert lines[0] == "big-cats/wild\t2"
        assert lines[1].startswith("big-cats/wild\t2\t")
        assert lines[2:4] == ["lion", "tiger"]
        assert lines[4] in {"3\ta lion", "3\ta tiger"}
        await delete_wildcard("test", url, "big-cats/wild")
        with pytest.raises(WildcardNotFoundError):
            await export_wildcard("test", url, "big-cats/wild")
