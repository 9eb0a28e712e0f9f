"""Several who write the same models down at the same moment: scans, hashes, servers and people."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import text
from tests.support.locks import that_many_wait
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


async def tell(runtime: Runtime, *names: str, size: int | None = None) -> None:
    """Let the server ``a`` list checkpoints."""
    listed = [ListedModel(folder="checkpoints", name=name, size_bytes=size) for name in names]
    async with runtime.begin() as uow:
        await ListingService(uow).record_backend(
            "a", listed, folders=["checkpoints"], version="0.3.64"
        )


async def tell_words(runtime: Runtime) -> None:
    """Let the server ``a`` say what it knows of everything it was not asked about."""
    async with runtime.begin() as uow:
        service = ListingService(uow)
        wordless = await service.without_metadata_at("a")
        words = {"modelspec.architecture": "stable-diffusion-xl-v1-base"}
        await service.record_metadata("a", [(one, words) for one in wordless])


async def write_down(runtime: Runtime, models: Path) -> None:
    found = examined(models)
    async with runtime.begin() as uow:
        await RecordingService(uow).record_examined(found, leading=found)


async def hold(uow: UnitOfWork, query: str, **values: object) -> None:
    await uow.session.execute(text(f"{query} FOR UPDATE"), values)


async def test_a_server_speaks_of_models_while_their_files_are_written_down(
    runtime: Runtime, models: Path
) -> None:
    names = ("one.safetensors", "another.safetensors")
    for name in names:
        await tell(runtime, *names[: names.index(name) + 1])
        put(specimen("sd3", "3-medium"), models / "checkpoints" / name)
    async with runtime.begin() as uow:
        await hold(uow, "SELECT FROM available_models WHERE name = :name", name=names[1])
        writing = asyncio.create_task(write_down(runtime, models))
        await eventually(that_many_wait(runtime, 1))
        speaking = asyncio.create_task(tell_words(runtime))
        await eventually(that_many_wait(runtime, 2))
    await writing
    await speaking
    found = (await rows(runtime)).values()
    assert {(one.source, one.architecture) for one in found} == {("filesystem", "sd3")}


async def test_a_server_speaks_of_a_model_while_it_tells_its_size(runtime: Runtime) -> None:
    await tell(runtime, "one.safetensors")
    async with runtime.begin() as uow:
        await hold(uow, "SELECT FROM model_backends")
        listing = asyncio.create_task(tell(runtime, "one.safetensors", size=7))
        await eventually(that_many_wait(runtime, 1))
        speaking = asyncio.create_task(tell_words(runtime))
        await eventually(that_many_wait(runtime, 2))
    await listing
    await speaking
    (found,) = (await rows(runtime)).values()
    assert (found.size_bytes, found.architecture) == (7, "sdxl")


async def test_a_file_is_hashed_while_it_is_written_down_again(
    runtime: Runtime, models: Path
) -> None:
    path = put(specimen("sd3", "3-medium"), models / "checkpoints/one.safetensors")
    await refresh(runtime)
    facts = path.stat()
    hashes = FileHashes(HashKey(str(path), facts.st_size, facts.st_mtime_ns), HASH)

    async def hash_it() -> bool:
        async with runtime.begin() as uow:
            return await RecordingService(uow).record_hashes(hashes)

    async with runtime.begin() as uow:
        await hold(uow, "SELECT FROM model_files")
        hashing = asyncio.create_task(hash_it())
        await eventually(that_many_wait(runtime, 1))
        writing = asyncio.create_task(write_down(runtime, models))
        await eventually(that_many_wait(runtime, 2))
    assert await hashing
    await writing
    (found,) = (await rows(runtime)).values()
    assert found.sha256 == HASH
