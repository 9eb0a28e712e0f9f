"""Read the models of a backend and their metadata over HTTP; needs no shared disk."""

import asyncio
from collections.abc import Mapping, Sequence

from genonaut.catalog.identification.header_reader import MODEL_SUFFIXES
from genonaut.catalog.recording.server_listing import (
    ListedModel,
    ListingService,
    ModelWithoutMetadata,
    with_slash_names,
)
from genonaut.catalog.refresh.progress import ModelProgressPublisher
from genonaut.comfyui import ComfyClient, NodeInfo, client_of, is_windows
from genonaut.config.settings import BackendSettings
from genonaut.runtime import Runtime

# Folders that do not hold model files. Source: ComfyUI folder_paths.py.
_NOT_MODELS = frozenset({"configs", "custom_nodes", "diffusers"})
_AT_ONCE = 4
_WRITTEN_AT_ONCE = 64
# Loader nodes by the folder their choices come from. Source: object_info of ComfyUI 0.3.64.
_LOADERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "checkpoints": (("CheckpointLoaderSimple", "ckpt_name"),),
    "loras": (("LoraLoader", "lora_name"),),
    "diffusion_models": (("UNETLoader", "unet_name"),),
    "text_encoders": (("CLIPLoader", "clip_name"),),
    "vae": (("VAELoader", "vae_name"),),
    "controlnet": (("ControlNetLoader", "control_net_name"),),
    "model_patches": (("ModelPatchLoader", "name"),),
    "clip_vision": (("CLIPVisionLoader", "clip_name"),),
    "style_models": (("StyleModelLoader", "style_model_name"),),
    "upscale_models": (("UpscaleModelLoader", "model_name"),),
    "hypernetworks": (("HypernetworkLoader", "hypernetwork_name"),),
    "gligen": (("GLIGENLoader", "gligen_name"),),
}


async def refresh_from_backend(
    runtime: Runtime, backend: BackendSettings, publisher: ModelProgressPublisher
) -> int:
    """Record the models of a backend and their metadata; returns how many models are new.

    Raises:
        ComfyUnreachableError: the backend does not answer; what it sent before that is recorded.
    """
    client = client_of(backend, runtime.http)
    system = (await client.system_stats()).system
    folders = [name for name in await client.folders() if name not in _NOT_MODELS]
    listed = await _list(client, folders)
    if is_windows(system):
        listed = with_slash_names(listed)
    async with runtime.begin() as uow:
        service = ListingService(uow)
        added = await service.record_backend(
            backend.name, listed, folders=folders, version=system.comfyui_version
        )
        missing = await service.without_metadata_at(backend.name)
    for start in range(0, len(missing), _WRITTEN_AT_ONCE):
        await publisher.publish("servers", start, len(missing), detail=backend.name)
        await _read_metadata(runtime, client, backend.name, missing[start:][:_WRITTEN_AT_ONCE])
    await publisher.publish("servers", len(missing), len(missing), detail=backend.name)
    return added


async def _list(client: ComfyClient, folders: Sequence[str]) -> list[ListedModel]:
    """Return the models in the folders, including those that only a loader's choices name."""
    nodes = await client.object_info()
    gate = asyncio.Semaphore(_AT_ONCE)

    async def list_folder(folder: str) -> list[ListedModel]:
        async with gate:
            return await _list_folder(client, folder, nodes)

    lists = await asyncio.gather(*map(list_folder, folders))
    return [one for found in lists for one in found]


async def _list_folder(
    client: ComfyClient, folder: str, nodes: Mapping[str, NodeInfo]
) -> list[ListedModel]:
    detailed = await client.experiment_models(folder)
    if detailed is None:  # older servers, and folders hidden from this route
        found = {
            name: ListedModel(folder=folder, name=name) for name in await client.models(folder)
        }
    else:
        found = {
            file.name: ListedModel(
                folder=folder,
                name=file.name,
                size_bytes=None if file.size is None else int(file.size),
                path_index=min(int(file.path_index), 32_767),
            )
            for file in detailed
        }
    for node, choice in _LOADERS.get(folder, ()):
        options = nodes[node].options(choice) if node in nodes else None
        # VAELoader also offers names such as "taesd", which are not files.
        for name in options or ():
            if name[name.rfind(".") :].lower() in MODEL_SUFFIXES:
                found.setdefault(name, ListedModel(folder=folder, name=name))
    return list(found.values())


async def _read_metadata(
    runtime: Runtime, client: ComfyClient, backend: str, models: Sequence[ModelWithoutMetadata]
) -> None:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def read(model: ModelWithoutMetadata) -> tuple[ModelWithoutMetadata, dict[str, str]]:
        async with gate:
            metadata = await client.view_metadata(model.folder, model.spelling) or {}
        texts = {key: value for key, value in metadata.items() if isinstance(value, str)}
        return model, texts

    found = await asyncio.gather(*map(read, models))
    async with runtime.begin() as uow:
        await ListingService(uow).record_metadata(backend, found)
