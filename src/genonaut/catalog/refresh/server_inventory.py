"""Asking a ComfyUI server over HTTP alone what it has: works without any shared disk."""

import asyncio
from collections.abc import Mapping, Sequence

from genonaut.catalog.identification.reading import MODEL_SUFFIXES
from genonaut.catalog.recording.server_listing import (
    Listed,
    ListingService,
    Wordless,
    in_our_spelling,
)
from genonaut.catalog.refresh.progress import ModelProgressPublisher
from genonaut.comfyui import ComfyClient, NodeInfo, is_windows
from genonaut.config.settings import BackendSettings
from genonaut.runtime import Runtime

# Folders that hold no single model files. Source: ComfyUI folder_paths.py.
_NOT_MODELS = frozenset({"configs", "custom_nodes", "diffusers"})
_AT_ONCE = 4
_WRITTEN_AT_ONCE = 64
# Loader nodes and the folder their choices come from. Source: object_info of ComfyUI 0.3.64.
_LOADERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "checkpoints": (("CheckpointLoaderSimple", "ckpt_name"),),
    "loras": (("LoraLoader", "lora_name"),),
    "diffusion_models": (("UNETLoader", "unet_name"),),
    "text_encoders": (("CLIPLoader", "clip_name"),),
    "vae": (("VAELoader", "vae_name"),),
    "controlnet": (("ControlNetLoader", "control_net_name"),),
    "clip_vision": (("CLIPVisionLoader", "clip_name"),),
    "style_models": (("StyleModelLoader", "style_model_name"),),
    "upscale_models": (("UpscaleModelLoader", "model_name"),),
    "hypernetworks": (("HypernetworkLoader", "hypernetwork_name"),),
    "gligen": (("GLIGENLoader", "gligen_name"),),
}


async def ask_server(
    runtime: Runtime, backend: BackendSettings, teller: ModelProgressPublisher
) -> int:
    """Write what a server has and what it says of it; returns how many models are new.

    Raises:
        ComfyUnreachableError: it does not answer; what it had said is written.
    """
    client = ComfyClient(backend.url, runtime.http)
    system = (await client.system_stats()).system
    folders = [name for name in await client.folders() if name not in _NOT_MODELS]
    listed = await _list(client, folders)
    if is_windows(system):
        listed = in_our_spelling(listed)
    async with runtime.begin() as uow:
        service = ListingService(uow)
        added = await service.record_backend(
            backend.name, listed, folders=folders, version=system.comfyui_version
        )
        wordless = await service.wordless_at(backend.name)
    for start in range(0, len(wordless), _WRITTEN_AT_ONCE):
        await teller.tell("servers", start, len(wordless), detail=backend.name)
        await _ask_for_words(runtime, client, backend.name, wordless[start:][:_WRITTEN_AT_ONCE])
    await teller.tell("servers", len(wordless), len(wordless), detail=backend.name)
    return added


async def _list(client: ComfyClient, folders: Sequence[str]) -> list[Listed]:
    """Return everything in the folders, also what only a loader's choices name."""
    nodes = await client.object_info()
    gate = asyncio.Semaphore(_AT_ONCE)

    async def look(folder: str) -> list[Listed]:
        async with gate:
            return await _look_into(client, folder, nodes)

    lists = await asyncio.gather(*map(look, folders))
    return [one for found in lists for one in found]


async def _look_into(
    client: ComfyClient, folder: str, nodes: Mapping[str, NodeInfo]
) -> list[Listed]:
    detailed = await client.experiment_models(folder)
    if detailed is None:  # older servers, and folders it hides there
        found = {name: Listed(folder=folder, name=name) for name in await client.models(folder)}
    else:
        found = {
            file.name: Listed(
                folder=folder,
                name=file.name,
                size_bytes=None if file.size is None else int(file.size),
                path_index=min(int(file.path_index), 32_767),
            )
            for file in detailed
        }
    for node, choice in _LOADERS.get(folder, ()):
        options = nodes[node].options(choice) if node in nodes else None
        # VAELoader also offers words such as "taesd", which are no files.
        for name in options or ():
            if name[name.rfind(".") :].lower() in MODEL_SUFFIXES:
                found.setdefault(name, Listed(folder=folder, name=name))
    return list(found.values())


async def _ask_for_words(
    runtime: Runtime, client: ComfyClient, backend: str, models: Sequence[Wordless]
) -> None:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def ask(model: Wordless) -> tuple[Wordless, dict[str, str]]:
        async with gate:
            metadata = await client.view_metadata(model.folder, model.spelling) or {}
        words = {key: value for key, value in metadata.items() if isinstance(value, str)}
        return model, words

    words = await asyncio.gather(*map(ask, models))
    async with runtime.begin() as uow:
        await ListingService(uow).record_words(backend, words)
