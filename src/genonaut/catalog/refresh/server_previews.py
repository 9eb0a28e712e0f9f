"""Fetch previews of models from backends whose disk this machine cannot read."""

from genonaut.catalog.messages import ChangedFrame, ModelsChanged
from genonaut.catalog.previews import Previews
from genonaut.catalog.recording.server_listing import ListingService, ModelWithoutPreview
from genonaut.catalog.scanning.sidecars import MAX_PREVIEW_BYTES
from genonaut.comfyui import client_of
from genonaut.config.settings import BackendSettings
from genonaut.runtime import Runtime

_WRITTEN_AT_ONCE = 16


async def fetch_previews(runtime: Runtime, backend: BackendSettings) -> int:
    """Fetch and store the previews not yet requested from a backend; returns how many it has.

    One at a time: ComfyUI encodes each preview in its event loop.

    Raises:
        ComfyUnreachableError: the backend does not answer; previews received before that are kept.
    """
    async with runtime.begin() as uow:
        missing = await ListingService(uow).without_preview_at(backend.name)
    count = 0
    for start in range(0, len(missing), _WRITTEN_AT_ONCE):
        batch = missing[start:][:_WRITTEN_AT_ONCE]
        with_preview = await _fetch(runtime, backend, batch)
        count += len(with_preview)
        async with runtime.begin() as uow:
            ids = [one.model_id for one in batch]
            await ListingService(uow).record_previews(backend.name, ids, with_preview=with_preview)
            if with_preview:
                report = {"pictures": len(with_preview)}
                uow.publish(ModelsChanged(ChangedFrame(reason="listed", report=report)))
    return count


async def _fetch(
    runtime: Runtime, backend: BackendSettings, batch: list[ModelWithoutPreview]
) -> set[int]:
    client, previews = client_of(backend, runtime.http), Previews(runtime)
    with_preview = set()
    for one in batch:
        data = await client.model_preview(
            one.folder, one.path_index, one.spelling, limit_bytes=MAX_PREVIEW_BYTES
        )
        if data and await previews.store(one.model_id, data):
            with_preview.add(one.model_id)
    return with_preview
