"""Fetching pictures of models from servers whose disk we do not see."""

from genonaut.catalog.messages import ChangedFrame, ModelsChanged
from genonaut.catalog.previews import Previews
from genonaut.catalog.recording.server_listing import ListingService, Pictureless
from genonaut.catalog.scanning.sidecars import MAX_PREVIEW_BYTES
from genonaut.comfyui import ComfyClient
from genonaut.config.settings import BackendSettings
from genonaut.runtime import Runtime

_WRITTEN_AT_ONCE = 16


async def fetch_pictures(runtime: Runtime, backend: BackendSettings) -> int:
    """Ask a server for the pictures that it was not asked for, and keep them; returns how many.

    One at a time: ComfyUI encodes each of them anew, in its event loop.

    Raises:
        ComfyUnreachableError: it does not answer; what it had given is kept.
    """
    async with runtime.begin() as uow:
        missing = await ListingService(uow).pictureless_at(backend.name)
    count = 0
    for start in range(0, len(missing), _WRITTEN_AT_ONCE):
        asked = missing[start:][:_WRITTEN_AT_ONCE]
        pictured = await _fetch(runtime, backend, asked)
        count += len(pictured)
        async with runtime.begin() as uow:
            ids = [one.model_id for one in asked]
            await ListingService(uow).record_pictures(backend.name, ids, pictured=pictured)
            if pictured:
                report = {"pictures": len(pictured)}
                uow.publish(ModelsChanged(ChangedFrame(reason="listed", report=report)))
    return count


async def _fetch(runtime: Runtime, backend: BackendSettings, asked: list[Pictureless]) -> set[int]:
    client, previews = ComfyClient(backend.url, runtime.http), Previews(runtime)
    pictured = set()
    for one in asked:
        data = await client.model_preview(
            one.folder, one.path_index, one.spelling, limit_bytes=MAX_PREVIEW_BYTES
        )
        if data and await previews.keep(one.model_id, data):
            pictured.add(one.model_id)
    return pictured
