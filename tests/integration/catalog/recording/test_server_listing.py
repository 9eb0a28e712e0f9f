"""Models reported by backends: lists, metadata, availability and versions."""

import asyncio
from pathlib import Path

import pytest
from tests.support.locks import sessions_waiting
from tests.support.models import put, refresh, report_models, rows, specimen
from tests.support.service import eventually

from genonaut.catalog.details import ModelDetails, details_of
from genonaut.catalog.filters import ModelFilter
from genonaut.catalog.recording.server_listing import ListingService
from genonaut.catalog.recording.service import RecordingService
from genonaut.catalog.scanning.discover import FoundFile, discover
from genonaut.catalog.scanning.examine import examine
from genonaut.catalog.scanning.roots import roots_of_models_folder
from genonaut.catalog.service import CatalogService
from genonaut.comfyui import ComfyClient
from genonaut.runtime import Runtime


async def all_details(runtime: Runtime) -> dict[str, ModelDetails]:
    found = await rows(runtime)
    async with runtime.begin() as uow:
        models = await details_of(uow.session, list(found.values()))
    return {one.model.name: one for one in models}


async def test_models_come_and_go_with_their_backends(runtime: Runtime) -> None:
    assert (
        await report_models(runtime, "a", "checkpoints/one.safetensors", "loras/l.safetensors") == 2
    )
    assert await report_models(runtime, "b", "checkpoints/one.safetensors") == 0
    found = await all_details(runtime)
    assert list(found["one.safetensors"].available_on) == ["a", "b"]
    await report_models(runtime, "a", "checkpoints/one.safetensors")
    found = await all_details(runtime)
    assert not found["l.safetensors"].is_available
    assert [fault.code for fault in found["l.safetensors"].health] == ["missing"]
    async with runtime.begin() as uow:
        await ListingService(uow).forget_other_backends(["b"])
    assert list((await all_details(runtime))["one.safetensors"].available_on) == ["b"]


async def test_reporting_the_same_models_twice_changes_nothing(runtime: Runtime) -> None:
    await report_models(runtime, "a", "vae/one.safetensors", size=7)
    before = (await rows(runtime))["vae/one.safetensors"]
    await report_models(runtime, "a", "vae/one.safetensors")
    after = (await rows(runtime))["vae/one.safetensors"]
    assert (after.size_bytes, after.updated_at) == (7, before.updated_at)


async def test_a_list_reported_while_a_file_is_recorded_does_not_hide_the_file(
    runtime: Runtime, models: Path
) -> None:
    name = "checkpoints/one.safetensors"
    await report_models(runtime, "a", name)
    put(specimen("sd3", "3-medium"), models / name)
    files = discover(roots_of_models_folder(models).roots)
    examined = [examine(file) for file in files if isinstance(file, FoundFile)]
    async with runtime.begin() as uow:
        await RecordingService(uow).record_examined(examined, leading=examined)
        listing = asyncio.create_task(report_models(runtime, "a", name, size=7))
        await eventually(sessions_waiting(runtime))
    await listing
    (found,) = (await rows(runtime)).values()
    # Metadata from a backend applies only to models without a file.
    assert (found.source, found.architecture) == ("filesystem", "sd3")
    assert found.size_bytes == (models / name).stat().st_size


async def test_metadata_is_requested_once_until_the_file_changes(
    runtime_with_comfyui: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    requested: list[str] = []
    original = ComfyClient.view_metadata

    async def counted(self: ComfyClient, folder: str, name: str) -> object:
        requested.append(name)
        return await original(self, folder, name)

    monkeypatch.setattr(ComfyClient, "view_metadata", counted)
    await refresh(runtime_with_comfyui)
    assert "detail.safetensors" in requested
    requested.clear()
    await refresh(runtime_with_comfyui)
    assert requested == []
    await report_models(runtime_with_comfyui, "sim1", "loras/detail.safetensors", size=1)
    await refresh(runtime_with_comfyui)
    assert requested.count("detail.safetensors") == 1


async def test_models_too_new_for_a_backend_are_marked(runtime: Runtime) -> None:
    await report_models(runtime, "a", "checkpoints/flux2-dev.safetensors")
    found = await all_details(runtime)
    codes = [fault.code for fault in found["flux2-dev.safetensors"].health]
    assert codes == ["needs_newer_comfyui"]
    await report_models(runtime, "b", "checkpoints/flux2-dev.safetensors", version="0.4.0")
    assert (await all_details(runtime))["flux2-dev.safetensors"].health == []


async def test_pages_of_available_models(runtime: Runtime) -> None:
    await report_models(runtime, "a", "checkpoints/one.safetensors", "checkpoints/two.safetensors")
    await report_models(runtime, "a", "checkpoints/one.safetensors")
    async with runtime.begin() as uow:
        for is_available, name in ((True, "one.safetensors"), (False, "two.safetensors")):
            wanted = ModelFilter(available=is_available)
            page = await CatalogService(uow).page(
                wanted, cursor=None, limit=5, compatible_with=None
            )
            assert [one.model.name for one in page.rows] == [name]
