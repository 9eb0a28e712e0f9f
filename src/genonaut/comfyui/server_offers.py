"""Cached lists of the models and node classes of one server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import msgspec

from genonaut.comfyui.model_paths import is_windows, windows_names, with_slashes
from genonaut.comfyui.wire import NodeInfo

if TYPE_CHECKING:
    from genonaut.comfyui.client import ComfyClient

# Folder names of ComfyUI 0.3.64, GET /models.
CHECKPOINTS, LORAS = "checkpoints", "loras"
DIFFUSION_MODELS, TEXT_ENCODERS, VAE = "diffusion_models", "text_encoders", "vae"
CONTROLNET, UPSCALE_MODELS = "controlnet", "upscale_models"
MODEL_PATCHES = "model_patches"
STYLE_MODELS, CLIP_VISION = "style_models", "clip_vision"
EMBEDDINGS = "embeddings"
MODEL_FOLDERS = (
    CHECKPOINTS, LORAS, DIFFUSION_MODELS, TEXT_ENCODERS, VAE,
    CONTROLNET, MODEL_PATCHES, UPSCALE_MODELS, STYLE_MODELS, CLIP_VISION, EMBEDDINGS,
)  # fmt: skip


class Models(msgspec.Struct, frozen=True):
    """The model files of a server by folder, with ``/`` between subfolders.

    ``server_names`` holds, by folder, the names that its loaders expect, where they differ.
    """

    folders: dict[str, frozenset[str]] = {}
    server_names: dict[str, dict[str, str]] = {}
    is_windows: bool = False

    def of(self, folder: str) -> frozenset[str]:
        """Return the files of one folder; empty if it is unknown."""
        return self.folders.get(folder, frozenset())

    def server_name(self, folder: str, name: str) -> str:
        """Return the name that the server's loaders expect."""
        if name in self.of(folder) or not self.is_windows:
            return self.server_names.get(folder, {}).get(name, name)
        return name.replace("/", "\\")  # not in the lists yet


class ServerOffers:
    """Caches one server's lists; concurrent readers share one refresh."""

    def __init__(
        self, client: ComfyClient, *, models_seconds: float, object_info_seconds: float
    ) -> None:
        self._client = client
        self._models_seconds = models_seconds
        self._object_info_seconds = object_info_seconds
        self._models: tuple[float, Models] | None = None
        self._nodes: tuple[float, dict[str, NodeInfo]] | None = None
        self.nodes_read_count = 0
        """How often the node classes were read; unchanged as long as the cached ones are used."""
        self._lock = asyncio.Lock()
        self._clock = asyncio.get_running_loop().time

    @property
    def cached_models(self) -> Models | None:
        """Return the last lists read, at any age; None before the first read."""
        return self._models[1] if self._models is not None else None

    @property
    def cached_classes(self) -> dict[str, NodeInfo] | None:
        """Return the node classes last read, at any age; None before the first read."""
        return self._nodes[1] if self._nodes is not None else None

    @property
    def is_stale(self) -> bool:
        """Return whether the model lists are due for a refresh."""
        return not self._is_fresh(self._models, self._models_seconds)

    def invalidate(self) -> None:
        """Make the next reader request the lists: the server restarted, or they are wrong."""
        self._nodes = None
        if self._models is not None:
            self._models = (float("-inf"), self._models[1])

    async def models(self) -> Models:
        """Return the model lists; request them if the cached ones are too old."""
        async with self._lock:
            if self._models is None or not self._is_fresh(self._models, self._models_seconds):
                read_at = self._clock()
                # Not a TaskGroup: callers expect the error itself, not an exception group.
                lists = asyncio.gather(*map(self._client.models, MODEL_FOLDERS))
                stats, listed = await asyncio.gather(self._client.system_stats(), lists)
                found = dict(zip(MODEL_FOLDERS, listed, strict=True))
                self._models = (read_at, _build_models(found, windows=is_windows(stats.system)))
            return self._models[1]

    async def object_info(self) -> dict[str, NodeInfo]:
        """Return all node classes, at most as old as the settings allow."""
        async with self._lock:
            if self._nodes is None or not self._is_fresh(self._nodes, self._object_info_seconds):
                self._nodes = (self._clock(), await self._client.object_info())
                self.nodes_read_count += 1
            return self._nodes[1]

    def _is_fresh(self, cached: tuple[float, object] | None, limit_seconds: float) -> bool:
        return cached is not None and self._clock() - cached[0] < limit_seconds


def _build_models(found: Mapping[str, Iterable[str]], *, windows: bool) -> Models:
    if not windows:
        return Models({folder: frozenset(names) for folder, names in found.items()})
    return Models(
        {folder: frozenset(map(with_slashes, names)) for folder, names in found.items()},
        {folder: own for folder, names in found.items() if (own := windows_names(names))},
        is_windows=True,
    )
