"""ComfyUI on Windows separates folders by backslashes, and takes no other names."""

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image
from sqlalchemy import select
from tests.support.models import refresh, rows
from tests.support.service import Api, eventually, running_api, running_worker, with_backends

from genonaut.catalog.refresh.server_previews import fetch_previews
from genonaut.catalog.tables import ModelBackend
from genonaut.config import Settings
from genonaut.jobs.tables import GenerationJob
from genonaut.simulator import SimulatedModel, Simulator, SimulatorOptions, running_simulator
from genonaut.simulator.model_folders import default_models

JOBS = "/api/v1/generation-jobs/"
SMALL: dict[str, Any] = {"width": 64, "height": 64, "params": {"steps": 1}}
FLUX: dict[str, Any] = {"checkpoint_model": "shared/flux1-dev.safetensors"} | SMALL
SD = "shared/sd15.safetensors"
DETAIL = "shared/deep/detail.safetensors"
LINUX_ONLY = r"shared/a\b.safetensors"


def shared() -> dict[str, list[SimulatedModel]]:
    """Return the files of the disk that both servers read."""
    replace = msgspec.structs.replace
    found = {
        folder: [replace(one, name=f"shared/{one.name}") for one in models]
        for folder, models in default_models().items()
    }
    detail = next(one for one in found["loras"] if one.name == "shared/detail.safetensors")
    found["loras"] = [replace(detail, name=DETAIL, preview_prompt="a meadow")]
    return found


@pytest.fixture
async def linux(tmp_path: Path) -> AsyncIterator[Simulator]:
    models = shared()
    models["checkpoints"].append(SimulatedModel(LINUX_ONLY))
    options = SimulatorOptions(name="linux", output_directory=tmp_path / "linux", models=models)
    async with running_simulator(options) as running:
        yield running


@pytest.fixture
async def windows(tmp_path: Path) -> AsyncIterator[Simulator]:
    options = SimulatorOptions(
        name="windows", output_directory=tmp_path / "windows", models=shared(), windows=True
    )
    async with running_simulator(options) as running:
        yield running


@pytest.fixture
def both(settings: Settings, linux: Simulator, windows: Simulator) -> Settings:
    """The servers sim1, on Linux, and sim2, on Windows."""
    return with_backends(settings, linux.url, windows.url)


async def ready(api: Api, *backends: str) -> None:
    """Wait until these servers have told everything of their models."""

    async def look() -> bool:
        async with api.runtime.begin() as uow:
            found = await uow.session.scalars(
                select(ModelBackend.backend).where(ModelBackend.words_read_at.is_not(None))
            )
            told = set(found)
        health = (await api.http.get("/api/v1/health")).json()["comfyui"]
        up = {one["name"] for one in health if one["status"] == "up"}
        return told >= set(backends) and up >= set(backends)

    await eventually(look)


async def busy(*simulators: Simulator) -> bool:
    return all(one.state.queue.remaining for one in simulators)


async def graph_of(api: Api, done: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the inputs of the nodes that made a picture, by class."""
    assert done["status"] == "completed", done
    image = await api.http.get(f"/api/v1/content/{done['content_id']}/image")
    with Image.open(io.BytesIO(image.content)) as picture:
        graph = msgspec.json.decode(picture.info["prompt"])
    return {node["class_type"]: node["inputs"] for node in graph.values()}


async def test_one_model_on_two_systems_is_one_and_each_server_reads_its_own_spelling(
    both: Settings, linux: Simulator, windows: Simulator
) -> None:
    for one in (linux, windows):
        one.faults.add("silence", times=None)
    async with running_api(both) as api, running_worker(both):
        await ready(api, "sim1", "sim2")
        found = (await api.http.get("/api/v1/models?limit=100")).json()["items"]
        names = [one["name"] for one in found]
        assert [name for name in names if "\\" in name] == [LINUX_ONLY]
        assert len(names) == len(set(names)) == sum(map(len, shared().values())) + 1
        fields: dict[str, Any] = {"checkpoint_model": SD, "lora_models": [{"name": DETAIL}]} | SMALL
        jobs = [await api.submit(f"picture {n}", **fields) for n in range(4)]
        await eventually(lambda: busy(linux, windows))
        for one in (linux, windows):
            one.faults.clear()
        ended = await asyncio.gather(*(api.ended(job["id"]) for job in jobs))
        assert {done["backend"] for done in ended} == {"sim1", "sim2"}
        for done in ended:
            nodes = await graph_of(api, done)
            separator = "\\" if done["backend"] == "sim2" else "/"
            posted = nodes["CheckpointLoaderSimple"]["ckpt_name"], nodes["LoraLoader"]["lora_name"]
            assert posted == (SD.replace("/", separator), DETAIL.replace("/", separator))
            assert done["attempt"] == 1
            content = (await api.http.get(f"/api/v1/content/{done['content_id']}")).json()
            assert content["metadata"]["checkpoint_model"] == SD
        rare = await api.ended((await api.submit(checkpoint_model=LINUX_ONLY, **SMALL))["id"])
        nodes = await graph_of(api, rare)
        assert nodes["CheckpointLoaderSimple"]["ckpt_name"] == LINUX_ONLY


async def test_parts_are_spelled_as_their_server_does(
    settings: Settings, windows: Simulator
) -> None:
    settings = with_backends(settings, windows.url)
    async with running_api(settings) as api, running_worker(settings):
        await ready(api, "sim1")

        async def known() -> bool:
            return (await rows(api.runtime))["vae/shared/ae.safetensors"].architecture != ""

        await eventually(known)
        nodes = await graph_of(api, await api.ended((await api.submit(**FLUX))["id"]))
        assert nodes["UNETLoader"]["unet_name"] == r"shared\flux1-dev.safetensors"
        assert nodes["DualCLIPLoader"]["clip_name1"] == r"shared\clip_l.safetensors"
        assert nodes["VAELoader"]["vae_name"] == r"shared\ae.safetensors"


async def test_clients_may_write_either(both: Settings) -> None:
    async with running_api(both) as api, running_worker(both):
        await ready(api, "sim1", "sim2")
        job = await api.submit(
            checkpoint_model=SD.replace("/", "\\"),
            lora_models=[{"name": r"shared\deep/detail.safetensors"}],
            **SMALL,
        )
        assert job["checkpoint_model"] == SD
        assert job["lora_models"][0]["name"] == DETAIL
        async with api.runtime.begin() as uow:
            row = await uow.session.get_one(GenerationJob, job["id"])
            assert row.needs[:2] == [f"checkpoints/{SD}", f"loras/{DETAIL}"]
        assert (await api.ended(job["id"]))["status"] == "completed"
        body = {"prompt": "p", "checkpoint_model": r"shared\nope.safetensors", "width": 1}
        body["lora_models"] = [{"name": DETAIL.replace("/", "\\")}]
        said = (await api.http.post(JOBS, json=body)).json()["errors"]
        assert [one["field"] for one in said] == ["width", "checkpoint_model"]


async def test_a_windows_server_is_asked_for_words_and_pictures(
    settings: Settings, windows: Simulator
) -> None:
    settings = with_backends(settings, windows.url)
    async with running_api(settings) as api:
        await refresh(api.runtime)
        await fetch_previews(api.runtime, settings.backends[0])
        found = (await api.http.get("/api/v1/models?limit=100")).json()["items"]
        lora = next(one for one in found if one["name"] == DETAIL)
        assert lora["architecture"] == "sd1"
        assert (await api.http.get(lora["preview"])).status_code == 200
        await refresh(api.runtime)
        again = (await api.http.get("/api/v1/models?limit=100")).json()["items"]
        assert {one["id"] for one in again} == {one["id"] for one in found}
