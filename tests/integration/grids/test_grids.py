"""Grids through the API and the command line, with API, worker and ComfyUI."""

import io
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
from PIL import Image
from sqlalchemy import update
from tests.integration.catalog.selection.test_submissions import ready
from tests.support.commands import genonaut
from tests.support.server import serving
from tests.support.service import Api, eventually, running_api, running_worker, with_jobs

from genonaut.cli.generate.image_options import ImageOptions
from genonaut.cli.grid.run import run
from genonaut.config import Settings
from genonaut.jobs.tables import GenerationJob

GRIDS = "/api/v1/grids/"
JOBS = "/api/v1/generation-jobs/"
REQUEST: dict[str, Any] = {
    "prompt": "a cat at dusk",
    "checkpoint_model": "sd15.safetensors",
    "width": 64,
    "height": 64,
    "params": {"steps": 1},
}
X: dict[str, Any] = {"parameter": "cfg", "values": [3, 7]}
Y: dict[str, Any] = {"parameter": "prompt_replace", "values": "cat, dog"}


async def submit(api: Api, *, key: str | None = None, **fields: Any) -> dict[str, Any]:
    headers = {} if key is None else {"Idempotency-Key": key}
    body = {"request": REQUEST, "x": X, **fields}
    answer = await api.http.post(GRIDS, json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def refused(api: Api, **fields: Any) -> dict[str, str]:
    """Return the errors of a grid that is not accepted, and check that nothing was stored."""
    before = (await api.http.get(JOBS)).json()["total"]
    answer = await api.http.post(GRIDS, json={"request": REQUEST, "x": X, **fields})
    assert answer.status_code == 422, answer.text
    assert (await api.http.get(JOBS)).json()["total"] == before
    assert (await api.http.get(GRIDS)).json()["total"] == 0
    return {error["field"]: error["message"] for error in answer.json()["errors"]}


async def ended(api: Api, grid_id: int) -> dict[str, Any]:
    async def all_ended() -> dict[str, Any] | None:
        grid: dict[str, Any] = (await api.http.get(f"{GRIDS}{grid_id}")).json()
        is_open = grid["counts"].keys() & {"pending", "queued", "running"}
        return None if is_open else grid

    found: dict[str, Any] = await eventually(all_ended)
    return found


async def test_a_grid_is_made_shown_and_exported(settings: Settings, tmp_path: Path) -> None:
    async with running_api(settings) as api, serving(settings) as url, running_worker(settings):
        await ready(api)
        made = await submit(api, y=Y, title="Cats and dogs")
        assert [(one["x"], one["y"], one["z"]) for one in made["cells"]] == [
            (0, 0, 0),
            (1, 0, 0),
            (0, 1, 0),
            (1, 1, 0),
        ]
        grid = await ended(api, made["id"])
        assert grid["counts"] == {"completed": 4}
        assert [axis["values"] for axis in grid["axes"]] == [[3, 7], ["cat", "dog"]]
        assert len({cell["seed"] for cell in grid["cells"]}) == 1
        for cell in grid["cells"]:
            job = (await api.http.get(f"{JOBS}{cell['job_id']}")).json()
            assert job["prompt"] == ["a cat at dusk", "a dog at dusk"][cell["y"]]
            assert job["params"]["cfg"] == [3, 7][cell["x"]]
            assert job["batch_id"] == grid["batch_id"]
            assert cell["picture"]["thumbnails"]
        listed = (await api.http.get(GRIDS, params={"batch_id": grid["batch_id"]})).json()
        assert [one["id"] for one in listed["items"]] == [grid["id"]]
        assert listed["items"][0]["cover"] is not None

        answer = await api.http.get(f"{GRIDS}{grid['id']}/image")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
        with Image.open(io.BytesIO(answer.content)) as image:
            assert image.width > 2 * 64
            assert image.height > 2 * 64
        assert "x-warning" not in answer.headers
        # A character that no font has, and the export says so.
        title = {"title": "\U000f0000"}
        assert (await api.http.patch(f"{GRIDS}{grid['id']}", json=title)).status_code == 200
        answer = await api.http.get(f"{GRIDS}{grid['id']}/image")
        assert "no font has U+F0000:" in answer.headers["x-warning"]
        answer = await api.http.get(f"{GRIDS}{grid['id']}/image", params={"z": 1})
        assert answer.status_code == 422

        # The same through the command line; without rows, and a matrix for each of two values.
        out = tmp_path / "grid.jpg"
        status = await run(
            settings,
            url,
            REQUEST,
            {"x": X, "z": Y, "title": "", "seeds": "same"},
            images=ImageOptions(),
            out=out,
            query=[("format", "jpeg")],
            as_json=False,
        )
        assert status == 0
        with Image.open(out) as image:
            assert image.format == "JPEG"
        newest = (await api.http.get(GRIDS)).json()["items"][0]["id"]
        layered = (await api.http.get(f"{GRIDS}{newest}")).json()
        assert [axis["name"] for axis in layered["axes"]] == ["x", "z"]
        await has_both_layers(api, newest)
        followed = await genonaut(settings, "grid", "follow", str(newest), GENONAUT_SERVER=url)
        assert followed.exit_code == 0, followed.output
        matrices = followed.stdout.split("\n\n")[1:]
        for place, (name, matrix) in enumerate(zip(["cat", "dog"], matrices, strict=True)):
            ids = [f"image {one['content_id']}" for one in layered["cells"] if one["z"] == place]
            heading, columns, cells = matrix.strip().splitlines()
            assert (heading, columns.split()) == (name, ["cfg", "3", "cfg", "7"])
            assert [one in cells for one in ids] == [True, True]


async def has_both_layers(api: Api, grid_id: int) -> None:
    """Check that the labelled image has the cells of both layers, each in one row."""
    whole, second = [
        Image.open(io.BytesIO((await api.http.get(f"{GRIDS}{grid_id}/image{query}")).content))
        for query in ("", "?z=1")
    ]
    assert (whole.width, whole.height) == (second.width, 2 * second.height)
    below = whole.crop((0, second.height, whole.width, whole.height))
    assert below.tobytes() == second.tobytes()


async def test_grids_are_listed_shown_cancelled_retried_and_deleted_by_commands(
    settings: Settings, tmp_path: Path
) -> None:
    async with running_api(settings) as api, serving(settings) as url:
        async with running_worker(settings):
            await ready(api)
        # No worker: the jobs wait.
        made = await submit(api, y=Y, title="Cats [and] dogs")
        grid = str(made["id"])

        async def command(*arguments: str, status: int = 0) -> str:
            found = await genonaut(settings, "grid", *arguments, GENONAUT_SERVER=url)
            assert found.exit_code == status, found.output
            return found.output

        assert "0 of 4  running" in await command("list")
        listed = json.loads(await command("list", "--json"))
        assert listed["axes"][1]["parameter"] == "prompt_replace"
        assert "4: 4 queued" in await command("show", grid)
        assert "4 cells cancelled" in await command("cancel", grid)
        assert "99999" in await command("cancel", "99999", status=1)
        assert "x=2, y=0" in await command("retry", grid, "--cell", "2", status=1)
        assert "1 cell started again" in await command("retry", grid, "--cell", "1,1")
        *_, cats, dogs = (await command("show", grid)).strip().splitlines()
        assert cats.split() == ["cat", "cancelled", "cancelled"]
        assert dogs.split() == ["dog", "cancelled", "queued"]
        assert "3 cells started again" in await command("retry", grid)
        assert json.loads(await command("show", grid, "--json"))["counts"] == {"queued": 4}
        assert "Foxes" in await command("rename", grid, "Foxes")
        out = tmp_path / "foxes.jpg"
        assert str(out) in await command("export", grid, "--out", str(out), "--cells", "small")
        with Image.open(out) as image:
            assert image.format == "JPEG"
        assert "must end with .png or .jpg" in await command(
            "export", grid, "--out", "x.gif", status=2
        )
        # A prompt comes without "make"; only there, --x is an option.
        for prompt in (["list", "--x", "colour=red"], ["--x=colour=red", "a cat"]):
            assert "x.parameter" in await command(*prompt, status=1)
        dynamic = ["a {cat", "--dynamic", "--x", "cfg=3"]
        assert "has no '}'" in await command(*dynamic, status=1)
        assert "Missing option '--x'" in await command("a cat", status=2)
        assert "No such command 'lst'" in await command("lst", status=2)
        assert "cfg has no target" in await command("a cat", "--x", "cfg:a=3", status=2)
        assert "its images remain" in await command("delete", grid)
        assert "no grids" in await command("list")
        model = ["--checkpoint", "sd15.safetensors"]
        left = await command("a cat", "--x", "cfg=3,5", *model, "--detach")
        assert "2: 2 queued" in await command("show", left.split()[-1])


async def test_styles_seeds_and_orders_are_values(settings: Settings) -> None:
    async with running_api(settings) as api:
        async with running_worker(settings):
            await ready(api)
        style = {"kind": "style", "name": "Oil", "prompt": "{prompt} in oil"}
        assert (await api.http.post("/api/v1/presets", json=style)).status_code == 201
        errors = await refused(api, x={"parameter": "style", "values": "Oil, Ink, none"})
        assert errors == {"x.values[1]": "there is no style 'Ink'"}
        made = await submit(
            api,
            x={"parameter": "style", "values": "none, Oil"},
            y={"parameter": "seed", "values": "-1, 7"},
            z={"parameter": "prompt_order", "values": "cat, dusk"},
        )
        drawn, fixed = made["axes"][1]["values"]
        assert (drawn >= 0, fixed) == (True, 7)
        prompts = {}
        for cell in made["cells"]:
            job = (await api.http.get(f"{JOBS}{cell['job_id']}")).json()
            assert job["params"]["seed"] == made["axes"][1]["values"][cell["y"]]
            prompts[cell["x"], cell["z"]] = job["prompt"]
        assert prompts == {
            (0, 0): "a cat at dusk",
            (1, 0): "a cat at dusk in oil",
            (0, 1): "a dusk at cat",
            (1, 1): "a dusk at cat in oil",
        }


async def test_nothing_is_stored_unless_all_cells_are_valid(settings: Settings) -> None:
    replace = msgspec.structs.replace
    settings = replace(settings, grids=replace(settings.grids, max_cells=100))
    async with running_api(settings) as api, running_worker(settings):
        await ready(api)
        many = {"parameter": "steps", "start": 1, "stop": 100, "step": 1}
        errors = await refused(api, x=many, y={**many, "parameter": "seed"})
        assert "10,000 cells" in errors["x.values"]
        assert "100 are allowed" in errors["x.values"]
        errors = await refused(api, y={"parameter": "steps", "values": [20, 999, 0]})
        assert errors.keys() == {"y.values[1]", "y.values[2]"}
        errors = await refused(api, y={"parameter": "sampler_name", "values": ["euler", "nope"]})
        assert errors.keys() == {"y.values[1]"}
        errors = await refused(
            api, y={"parameter": "checkpoint_model", "values": ["sd15.safetensors", "gone"]}
        )
        assert errors.keys() == {"y.values[1]"}
        errors = await refused(api, y={"parameter": "prompt_replace", "values": ["fox", "dog"]})
        assert "neither prompt nor" in errors["y.values[0]"]
        errors = await refused(api, x={"parameter": "cfg", "values": "1-10 (-2)"})
        assert "does not lead" in errors["x.values"]
        errors = await refused(api, x={"parameter": "cfg"})
        assert "send values" in errors["x.values"]
        errors = await refused(api, request={**REQUEST, "batch_size": 4})
        assert errors.keys() == {"request.batch_size"}
        errors = await refused(api, x={"parameter": "colour", "values": ["red"]})
        assert "x.parameter" in errors


async def retries_one_cell(api: Api, grid_id: int) -> None:
    """Check that one of two cancelled cells is started again, and that others are refused."""
    path = f"{GRIDS}{grid_id}/cells/retry"
    queued = await api.http.post(path, json={"cells": [{"x": 1}]})
    assert (queued.status_code, "x=1, y=0, z=0 is queued" in queued.text) == (409, True)
    await api.http.post(f"{GRIDS}{grid_id}/cancel")
    missing = await api.http.post(path, json={"cells": [{"x": 1}, {"x": 2}]})
    assert missing.status_code == 422
    assert missing.json()["errors"][0]["field"] == "cells[1]"
    retried = await api.http.post(path, json={"cells": [{"x": 1}, {"x": 1, "y": 0}]})
    assert retried.json() == {"retried": 1}
    grid = (await api.http.get(f"{GRIDS}{grid_id}")).json()
    assert [cell["status"] for cell in grid["cells"]] == ["cancelled", "queued"]


async def test_a_user_has_a_limited_number_of_grids(settings: Settings) -> None:
    replace = msgspec.structs.replace
    settings = replace(settings, grids=replace(settings.grids, max_per_user=2))
    async with running_api(settings) as api:
        async with running_worker(settings):
            await ready(api)
        key = str(uuid4())
        first = await submit(api, key=key)
        await submit(api)
        refused = await api.http.post(GRIDS, json={"request": REQUEST, "x": X})
        assert refused.status_code == 409
        assert "you already have 2 grids (grids.max_per_user)" in refused.json()["detail"]
        assert (await submit(api, key=key))["id"] == first["id"]
        assert (await api.http.get(JOBS)).json()["total"] == 4
        await api.http.delete(f"{GRIDS}{first['id']}")
        await submit(api)


async def test_limits_of_waiting_jobs_hold_and_keys_return_the_same_grid(
    settings: Settings,
) -> None:
    settings = with_jobs(settings, max_waiting_per_user=3)
    async with running_api(settings) as api:
        async with running_worker(settings):
            await ready(api)
        # No worker: the jobs wait.
        key = str(uuid4())
        first = await submit(api, key=key)
        assert (await submit(api, key=key))["id"] == first["id"]
        other = {"request": REQUEST, "x": {**X, "values": [4]}}
        answer = await api.http.post(GRIDS, json=other, headers={"Idempotency-Key": key})
        assert answer.status_code == 422
        answer = await api.http.post(GRIDS, json={"request": REQUEST, "x": X})
        assert answer.status_code == 429
        assert (await api.http.get(GRIDS)).json()["total"] == 1
        assert (await api.http.get(JOBS)).json()["total"] == 2

        cancelled = await api.http.post(f"{GRIDS}{first['id']}/cancel")
        assert cancelled.json() == {"cancelled": 2}
        retried = await api.http.post(f"{GRIDS}{first['id']}/retry")
        assert retried.json() == {"retried": 2}
        assert (await api.http.post(f"{GRIDS}{first['id']}/retry")).status_code == 409
        again = (await api.http.get(f"{GRIDS}{first['id']}")).json()
        pairs = list(zip(first["cells"], again["cells"], strict=True))
        assert all(old["job_id"] < new["job_id"] for old, new in pairs)
        assert all(old["seed"] == new["seed"] for old, new in pairs)
        assert again["counts"] == {"queued": 2}
        await retries_one_cell(api, first["id"])
        # A cell whose job was deleted stays, empty; the grid goes, its jobs remain.
        async with api.runtime.begin() as uow:
            await uow.session.execute(update(GenerationJob).values(status="failed"))
        await api.http.delete(f"{JOBS}{again['cells'][0]['job_id']}")
        left = (await api.http.get(f"{GRIDS}{first['id']}")).json()
        assert [cell["status"] for cell in left["cells"]] == [None, "failed"]
        assert (await api.http.get(f"{GRIDS}{first['id']}/image")).status_code == 200
        assert (await api.http.delete(f"{GRIDS}{first['id']}")).status_code == 204
        assert (await api.http.get(f"{GRIDS}{first['id']}")).status_code == 404
        assert (await api.http.get(JOBS)).json()["total"] == 4
