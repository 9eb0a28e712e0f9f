"""Grids whose images were deleted, and grids that are submitted again."""

from typing import Any

from sqlalchemy import delete
from tests.integration.catalog.selection.test_submissions import ready
from tests.integration.grids.test_grids import GRIDS, JOBS, REQUEST, Y, ended, submit
from tests.support.commands import genonaut
from tests.support.server import serving
from tests.support.service import Api, running_api, running_worker

from genonaut.config import Settings
from genonaut.jobs.tables import GenerationJob


async def trash(api: Api, content_id: int) -> None:
    answer = await api.http.delete(f"/api/v1/content/{content_id}")
    assert answer.status_code == 204, answer.text


async def purge(api: Api, content_id: int) -> None:
    await trash(api, content_id)
    body = {"action": "purge", "ids": [content_id]}
    answer = await api.http.post("/api/v1/content/bulk", json=body)
    assert answer.json()["counts"]["done"] == 1, answer.text


def numbers(grid: dict[str, Any]) -> tuple[int, int, int]:
    return grid["image_count"], grid["trash_count"], grid["purged_count"]


async def test_deleted_cells_are_restored_or_made_again_with_their_seeds(
    settings: Settings,
) -> None:
    async with running_api(settings) as api, serving(settings) as url, running_worker(settings):
        await ready(api)

        async def command(*words: str, status: int = 0) -> str:
            result = await genonaut(settings, "grid", *words, GENONAUT_SERVER=url)
            assert result.exit_code == status, result.output
            return result.output

        made = await submit(
            api, x={"parameter": "cfg", "values": "3, 5, 7"}, y=Y, seeds="increment"
        )
        before = await ended(api, made["id"])
        number = str(made["id"])
        path = f"{GRIDS}{number}"
        assert numbers(before) == (6, 0, 0)
        refused = await api.http.post(f"{path}/retry", params={"cells": "deleted"})
        assert (refused.status_code, "without its image" in refused.text) == (409, True)
        cells = before["cells"]
        there = await api.http.post(f"{path}/cells/retry", json={"cells": [{"x": 0}]})
        assert (there.status_code, "is completed" in there.text) == (409, True)

        # In the trash, deleted for good, and without the job.
        await trash(api, cells[0]["content_id"])
        await trash(api, cells[1]["content_id"])
        await purge(api, cells[2]["content_id"])
        async with api.runtime.begin() as uow:
            lost = delete(GenerationJob).where(GenerationJob.id == cells[5]["job_id"])
            await uow.session.execute(lost)
        left = (await api.http.get(path)).json()
        states = [one["deleted"] for one in left["cells"]]
        assert states == ["trash", "trash", "purged", None, None, "purged"]
        assert numbers(left) == (2, 2, 2)
        listed = (await api.http.get(GRIDS)).json()["items"][0]
        assert (numbers(listed), listed["cell_count"]) == ((2, 2, 2), 6)
        assert listed["cover"] is not None
        shown = await command("show", number)
        assert "2 completed, 2 in the trash, 2 deleted" in shown
        assert "incomplete" in await command("list")
        assert (await api.http.get(f"{path}/image")).status_code == 200

        assert "1 image restored" in await command("restore", number, "--cell", "1,0")
        assert "no image of these" in await command("restore", number, "--cell", "1,0", status=1)
        assert "leave out --deleted" in await command(
            "retry", number, "--cell", "1", "--deleted", status=2
        )
        assert (await api.http.get(path)).json()["cells"][1]["picture"] is not None
        one = await api.http.post(f"{path}/cells/retry", json={"cells": [{"x": 2}]})
        assert one.json() == {"retried": 1}
        assert numbers(await ended(api, made["id"])) == (4, 1, 1)
        assert "2 cells started again" in await command("retry", number, "--deleted")
        after = await ended(api, made["id"])
        assert numbers(after) == (6, 0, 0)
        for old, new in zip(cells, after["cells"], strict=True):
            assert new["seed"] == old["seed"]
            job = (await api.http.get(f"{JOBS}{new['job_id']}")).json()
            assert job["params"]["cfg"] == [3, 5, 7][new["x"]]
            assert job["prompt"] == ["a cat at dusk", "a dog at dusk"][new["y"]]
        kept = [
            old["job_id"] == new["job_id"] for old, new in zip(cells, after["cells"], strict=True)
        ]
        assert kept == [False, True, False, True, True, False]


async def test_a_grid_is_submitted_again_as_it_was_given(settings: Settings) -> None:
    async with running_api(settings) as api, serving(settings) as url:
        async with running_worker(settings):
            await ready(api)
        made = await submit(
            api,
            x={"parameter": "cfg", "values": "3-5 (+2)"},
            y={"parameter": "prompt_order", "values": ["cat", "dusk"]},
            z={"parameter": "seed", "values": "-1, 7"},
            title="Cats",
            seeds="increment",
        )
        grid = (await api.http.get(f"{GRIDS}{made['id']}")).json()
        assert [axis["text"] for axis in grid["axes"]] == ["3-5 (+2)", None, "-1, 7"]
        assert grid["axes"][2]["values"][0] >= 0
        assert (grid["seeds"], grid["request"]["prompt"]) == ("increment", REQUEST["prompt"])

        async def again(*words: str, status: int = 0) -> str:
            words = ("grid", "again", str(made["id"]), *words)
            result = await genonaut(settings, *words, GENONAUT_SERVER=url)
            assert result.exit_code == status, result.output
            return result.output

        number = (await again("--detach")).strip()
        same = (await api.http.get(f"{GRIDS}{number}")).json()
        assert same["axes"][:2] == grid["axes"][:2]
        assert (same["title"], same["seeds"]) == ("Cats", "increment")
        assert same["request"] == {**grid["request"]}
        changed = ["--x", "cfg=9", "--without", "z", "--title", "Dogs", "--seed", "-1"]
        number = (await again(*changed, "--prompt", "a cat, a dusk", "--detach")).strip()
        other = (await api.http.get(f"{GRIDS}{number}")).json()
        assert [axis["values"] for axis in other["axes"]] == [[9], grid["axes"][1]["values"]]
        assert (other["title"], other["prompt"]) == ("Dogs", "a cat, a dusk")
        assert "checkpoint_model" in await again("--checkpoint", "gone.safetensors", status=1)
        assert "exclude each other" in await again("--y", "cfg=1", "--without", "y", status=2)
