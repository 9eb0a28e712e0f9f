"""ComfyUI on Windows separates folders by backslashes, and accepts only such names."""

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


def shared_models() -> dict[str, list[SimulatedModel]]:
    """Return the models of the disk that both servers read."""
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
    models = shared_models()
    models["checkpoints"].append(SimulatedModel(LINUX_ONLY))
    options = SimulatorOptions(name="linux", output_directory=tmp_path / "linux", models=models)
    async with running_simulator(options) as running:
        yield running


@pytest.fixture
async def windows(tmp_path: Path) -> AsyncIterator[Simulator]:
    options = SimulatorOptions(
        name="windows", output_directory=tmp_path / "windows", models=shared_models(), windows=True
    )
    async with running_simulator(options) as running:
        yield running


@pytest.fixture
def both(settings: Settings, linux: Simulator, windows: Simulator) -> Settings:
    """The servers sim1, on Linux, and sim2, on Windows."""
    return with_backends(settings, linux.url, windows.url)


async def ready(api: Api, *backends: str) -> None:
    """Wait until the metadata of these backends' models is recorded and they are up."""

    async def is_ready() -> bool:
        async with api.runtime.begin() as uow:
            found = await uow.session.scalars(
                select(ModelBackend.backend).where(ModelBackend.words_read_at.is_not(None))
            )
            reported = set(found)
        health = (await api.http.get("/api/v1/health")).json()["comfyui"]
        up = {one["name"] for one in health if one["status"] == "up"}
        return reported >= set(backends) and up >= set(backends)

    await eventually(is_ready)


async def are_busy(*simulators: Simulator) -> bool:
    return all(one.state.queue.remaining for one in simulators)


async def graph_of(api: Api, done: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the inputs of the nodes in an image's embedded graph, by class."""
    assert done["status"] == "completed", done
    image = await api.http.get(f"/api/v1/content/{done['content_id']}/image")
    with Image.open(io.BytesIO(image.content)) as opened:
        graph = msgspec.json.decode(opened.info["prompt"])
    return {node["class_type"]: node["inputs"] for node in graph.values()}


async def test_a_model_on_linux_and_windows_is_one_entry_with_a_spelling_per_backend(
    both: Settings, linux: Simulator, windows: Simulator
) -> None:
    for one in (linux, windows):
        one.faults.add("silence", times=None)
    async with running_api(both) as api, running_worker(both):
        await ready(api, "sim1", "sim2")
        found = (await api.http.get("/api/v1/models?limit=100")).json()["items"]
        names = [one["name"] for one in found]
        assert [name for name in names if "\\" in name] == [LINUX_ONLY]
        assert len(names) == len(set(names)) == sum(map(len, shared_models().values())) + 1
        fields: dict[str, Any] = {"checkpoint_model": SD, "lora_models": [{"name": DETAIL}]} | SMALL
        jobs = [await api.submit(f"image {n}", **fields) for n in range(4)]
        await eventually(lambda: are_busy(linux, windows))
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


async def test_companions_use_the_spelling_of_their_backend(
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


async def test_clients_may_use_either_separator(both: Settings) -> None:
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
        errors = (await api.http.post(JOBS, json=body)).json()["errors"]
        assert [one["field"] for one in errors] == ["width", "checkpoint_model"]


async def test_metadata_and_previews_are_read_from_a_windows_server(
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
