"""The model files of a simulator, which exist by name only."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

import msgspec
from msgspec.structs import replace

from genonaut.simulator.options import SimulatedModel

# Source: GET /models of ComfyUI 0.3.64, in its order.
FOLDERS = (
    "checkpoints", "configs", "loras", "vae", "text_encoders", "diffusion_models", "clip_vision",
    "style_models", "embeddings", "diffusers", "vae_approx", "controlnet", "gligen",
    "upscale_models", "custom_nodes", "hypernetworks", "photomaker", "classifiers",
    "model_patches", "audio_encoders",
)  # fmt: skip

# Folders that 0.33.0 has in addition. Source: GET /models of ComfyUI 0.33.0.
NEWER_FOLDERS = (
    "latent_upscale_models", "datasets", "background_removal", "frame_interpolation",
    "geometry_estimation", "optical_flow", "detection",
)  # fmt: skip

# Former names; the routes accept both. Source: ComfyUI folder_paths.py, map_legacy.
LEGACY_FOLDERS = {"unet": "diffusion_models", "clip": "text_encoders"}

MAX_HEADER_BYTES = 1 << 20  # a longer safetensors header is not read: the response is 404


@cache
def default_models() -> dict[str, tuple[SimulatedModel, ...]]:
    """Return the default models of a simulator."""
    raw = resources.files("genonaut.simulator").joinpath("data/models.json").read_bytes()
    return msgspec.json.decode(raw, type=dict[str, tuple[SimulatedModel, ...]])


class ModelFolders:
    """Model files by folder, sorted by name as in ComfyUI."""

    def __init__(
        self, models: Mapping[str, Sequence[SimulatedModel | str]] | None, *, windows: bool = False
    ) -> None:
        self._is_windows = windows
        chosen = default_models() if models is None else models
        self._folders: dict[str, tuple[SimulatedModel, ...]] = {}
        for folder, entries in chosen.items():
            known = [SimulatedModel(e) if isinstance(e, str) else e for e in entries]
            known = [replace(one, name=self._path(one.name)) for one in known]
            self._folders[folder] = tuple(sorted(known, key=lambda model: model.name))

    def remove(self, folder: str, name: str) -> None:
        """Delete a file while the server runs."""
        path = self._path(name)
        self._folders[folder] = tuple(one for one in self.of(folder) if one.name != path)

    def _path(self, name: str) -> str:
        """Return the name in the system's spelling: Windows accepts both separators."""
        return name.replace("/", "\\") if self._is_windows else name

    def has_folder(self, folder: str) -> bool:
        """Return whether ComfyUI knows the folder, which may be empty."""
        return (
            LEGACY_FOLDERS.get(folder, folder) in (*FOLDERS, *NEWER_FOLDERS)
            or folder in self._folders
        )

    def of(self, folder: str) -> tuple[SimulatedModel, ...]:
        """Return the models of one folder; empty for an unknown folder."""
        return self._folders.get(LEGACY_FOLDERS.get(folder, folder), ())

    def names(self, folder: str) -> list[str]:
        """Return the file names of one folder, with the system's separator between subfolders."""
        return [model.name for model in self.of(folder)]

    def preview_prompt(self, folder: str, path_index: int, name: str) -> str:
        """Return the prompt of a model's preview image; empty if it has none."""
        path = self._path(name)
        found = (model.preview_prompt for model in self.of(folder) if model.name == path)
        return next(found, "") if path_index == 0 else ""

    def metadata(self, folder: str, name: str) -> dict[str, str] | None:
        """Return the metadata for ``/view_metadata``, None where ComfyUI answers 404.

        Source: ComfyUI server.py, GET /view_metadata: 404 for an absent file, another format, no
        metadata, and a header above 1 MiB.
        """
        if not name.endswith(".safetensors"):
            return None
        for model in self.of(folder):
            if model.name == self._path(name) and model.metadata is not None:
                too_long = len(msgspec.json.encode(model.metadata)) > MAX_HEADER_BYTES
                return None if too_long else model.metadata
        return None
