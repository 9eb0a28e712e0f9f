"""Concurrent writes of the same models by scans, hashing and reports of backends."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import text
from tests.support.locks import sessions_waiting
from tests.support.models import put, refresh, rows, specimen
from tests.support.service import eventually

from genonaut.catalog.hashing import FileHashes, HashKey
from genonaut.catalog.recording.server_listing import ListedModel, ListingService
from genonaut.catalog.recording.service import RecordingService
from genonaut.catalog.scanning.discover import FoundFile, discover
from genonaut.catalog.scanning.examine import Examined, examine
from genonaut.catalog.scanning.roots import roots_of_models_folder
from genonaut.db import UnitOfWork
from genonaut.runtime import Runtime

HASH = "ab" * 32


def examined(models: Path) -> Sequence[Examined]:
    files = discover(roots_of_models_folder(models).roots)
    return [examine(file) for file in files if isinstance(file, FoundFile)]


async def report_models(runtime: Runtime, *names: str, size: int | None = None) -> None:
    """Record checkpoints as the models of backend ``a``."""
    listed = [ListedModel(folder="checkpoints", name=name, size_bytes=size) for name in names]
    async with runtime.begin() as uow:
        await ListingService(uow).record_backend(
            "a", listed, folders=["checkpoints"], version="0.3.64"
        )


async def report_metadata(runtime: Runtime) -> None:
    """Record metadata of backend ``a`` for all its models without metadata."""
    async with runtime.begin() as uow:
        service = ListingService(uow)
        missing = await service.without_metadata_at("a")
        metadata = {"modelspec.architecture": "stable-diffusion-xl-v1-base"}
        await service.record_metadata("a", [(one, metadata) for one in missing])


async def record_files(runtime: Runtime, models: Path) -> None:
    found = examined(models)
    async with runtime.begin() as uow:
        await RecordingService(uow).record_examined(found, leading=found)


async def lock_rows(uow: UnitOfWork, query: str, **values: object) -> None:
    await uow.session.execute(text(f"{query} FOR UPDATE"), values)


async def test_metadata_of_a_backend_does_not_overwrite_files_recorded_meanwhile(
    runtime: Runtime, models: Path
) -> None:
    names = ("one.safetensors", "another.safetensors")
    for name in names:
        await report_models(runtime, *names[: names.index(name) + 1])
        put(specimen("sd3", "3-medium"), models / "checkpoints" / name)
    async with runtime.begin() as uow:
        await lock_rows(uow, "SELECT FROM available_models WHERE name = :name", name=names[1])
        writing = asyncio.create_task(record_files(runtime, models))
        await eventually(sessions_waiting(runtime, 1))
        reporting = asyncio.create_task(report_metadata(runtime))
        await eventually(sessions_waiting(runtime, 2))
    await writing
    await reporting
    found = (await rows(runtime)).values()
    assert {(one.source, one.architecture) for one in found} == {("filesystem", "sd3")}


async def test_metadata_and_list_of_a_backend_are_recorded_concurrently(runtime: Runtime) -> None:
    await report_models(runtime, "one.safetensors")
    async with runtime.begin() as uow:
        await lock_rows(uow, "SELECT FROM model_backends")
        listing = asyncio.create_task(report_models(runtime, "one.safetensors", size=7))
        await eventually(sessions_waiting(runtime, 1))
        reporting = asyncio.create_task(report_metadata(runtime))
        await eventually(sessions_waiting(runtime, 2))
    await listing
    await reporting
    (found,) = (await rows(runtime)).values()
    assert (found.size_bytes, found.architecture) == (7, "sdxl")


async def test_a_file_is_hashed_while_it_is_recorded_again(runtime: Runtime, models: Path) -> None:
    path = put(specimen("sd3", "3-medium"), models / "checkpoints/one.safetensors")
    await refresh(runtime)
    facts = path.stat()
    hashes = FileHashes(HashKey(str(path), facts.st_size, facts.st_mtime_ns), HASH)

    async def hash_it() -> bool:
        async with runtime.begin() as uow:
            return await RecordingService(uow).record_hashes(hashes)

    async with runtime.begin() as uow:
        await lock_rows(uow, "SELECT FROM model_files")
        hashing = asyncio.create_task(hash_it())
        await eventually(sessions_waiting(runtime, 1))
        writing = asyncio.create_task(record_files(runtime, models))
        await eventually(sessions_waiting(runtime, 2))
    assert await hashing
    await writing
    (found,) = (await rows(runtime)).values()
    assert found.sha256 == HASH
