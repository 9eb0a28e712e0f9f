"""The node definitions of a simulator: the recorded ``/object_info`` of the classes that it runs."""

import lzma
import mimetypes
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec

from genonaut.simulator.model_folders import ModelFolders
from genonaut.simulator.node_inputs import expanded

# Inputs whose options are the files of a model folder.
_FOLDER_OF_INPUT = {
    "ckpt_name": "checkpoints", "lora_name": "loras", "unet_name": "diffusion_models",
    "clip_name": "text_encoders", "clip_name1": "text_encoders", "clip_name2": "text_encoders",
    "clip_name3": "text_encoders", "clip_name4": "text_encoders", "model_name": "upscale_models",
    "vae_name": "vae", "control_net_name": "controlnet", "style_model_name": "style_models",
    "audio_encoder_name": "audio_encoders", "gligen_name": "gligen",
    "hypernetwork_name": "hypernetworks", "photomaker_model_name": "photomaker",
    "text_encoder": "text_encoders",
}  # fmt: skip
_FOLDER_OF_NODE = {
    ("CLIPVisionLoader", "clip_name"): "clip_vision",
    ("LatentUpscaleModelLoader", "model_name"): "latent_upscale_models",
    ("FrameInterpolationModelLoader", "model_name"): "frame_interpolation",
    ("ModelPatchLoader", "name"): "model_patches",
}

# Loaders of files: the input with the name, and what ComfyUI calls the file in its error.
FILE_INPUTS = {
    "LoadImage": ("image", "image"), "LoadImageMask": ("image", "image"),
    "LoadImageOutput": ("image", "image"), "LoadAudio": ("audio", "audio"),
    "LoadVideo": ("file", "video"), "LoadLatent": ("latent", "latent"),
}  # fmt: skip


@cache
def _recorded(name: str) -> dict[str, msgspec.Raw]:
    """Return the definitions of one release; the file has one class a line."""
    raw = lzma.decompress(resources.files("genonaut.simulator").joinpath("data", name).read_bytes())
    lines = (msgspec.json.decode(line, type=dict[str, msgspec.Raw]) for line in raw.splitlines())
    return {name: definition for line in lines for name, definition in line.items()}


class NodeCatalogue:
    """Node definitions; the options of loaders come from one simulator's model folders."""

    def __init__(
        self, model_folders: ModelFolders, input_directory: Path, *, is_current: bool = False
    ) -> None:
        self._input_directory = input_directory
        name = "object_info_0.33.jsonl.xz" if is_current else "object_info_0.3.64.jsonl.xz"
        self._definitions: dict[str, Any] = {
            class_type: msgspec.json.decode(raw) for class_type, raw in _recorded(name).items()
        }
        for class_type, definition in self._definitions.items():
            for input_name, config in _inputs(definition):
                _fill(class_type, input_name, config, model_folders)

    def __contains__(self, class_type: object) -> bool:
        return class_type in self._definitions

    def get(self, class_type: str) -> dict[str, Any] | None:
        """Return one definition as in ``/object_info/{node}``, None if unknown."""
        definition: dict[str, Any] | None = self._definitions.get(class_type)
        if definition is not None and class_type in FILE_INPUTS:
            # The options are the current files of the input folder.
            name, kind = FILE_INPUTS[class_type]
            for input_name, config in _inputs(definition):
                if input_name == name and class_type != "LoadImageOutput":
                    _set_options(config, self._input_files(kind))
        return definition

    def remove(self, class_type: str) -> None:
        """Forget a class."""
        del self._definitions[class_type]

    def all(self) -> dict[str, Any]:
        """Return all definitions as in ``/object_info``."""
        return {name: self.get(name) for name in self._definitions}

    def is_output(self, class_type: str) -> bool:
        """Return whether the class is an output node."""
        return bool(self._definitions[class_type]["output_node"])

    def outputs(self, class_type: str) -> tuple[str, ...]:
        """Return the types of the node's output slots."""
        return tuple(self._definitions[class_type]["output"])

    def inputs(
        self, class_type: str, given: Mapping[str, Any]
    ) -> dict[str, tuple[list[Any], bool]]:
        """Return, by input, its config (as in object_info) and whether it is required.

        ``given``: the inputs in the graph, on which dynamic inputs depend.
        """
        return expanded(self._definitions[class_type]["input"], given)

    def defaults(self, class_type: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the default values of the optional inputs that have one."""
        return {
            name: config[1]["default"]
            for name, (config, is_required) in self.inputs(class_type, given).items()
            if not is_required and len(config) > 1 and "default" in config[1]
        }

    def lazy_inputs(self, class_type: str) -> frozenset[str]:
        """Return the inputs whose nodes run only if the node asks for them."""
        return frozenset(
            name
            for name, config in _inputs(self._definitions[class_type])
            if len(config) > 1 and config[1].get("lazy")
        )

    def _input_files(self, kind: str) -> list[str]:
        """Return the top-level input files of a kind; subfolders are not listed (observed)."""
        names = sorted(entry.name for entry in self._input_directory.iterdir() if entry.is_file())
        return [name for name in names if _is_of_kind(name, kind)]


def _inputs(definition: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    for group in ("required", "optional"):
        yield from definition["input"].get(group, {}).items()


def _is_of_kind(name: str, kind: str) -> bool:
    if kind == "latent":
        return name.endswith(".latent")
    kinds = {"audio", "video"} if kind == "audio" else {kind}
    return (mimetypes.guess_type(name)[0] or "").split("/")[0] in kinds


def _fill(class_type: str, name: str, config: list[Any], model_folders: ModelFolders) -> None:
    folder = _FOLDER_OF_NODE.get((class_type, name)) or _FOLDER_OF_INPUT.get(name)
    if folder is None or not (isinstance(config[0], list) or config[0] == "COMBO"):
        return
    names = model_folders.names(folder)
    # "pixel_space" is not a file: ComfyUI adds it to the VAEs.
    _set_options(config, [*names, "pixel_space"] if name == "vae_name" else names)


def _set_options(config: list[Any], options: list[str]) -> None:
    """Replace the options, in the older or the newer form of a combo."""
    if config[0] == "COMBO":
        config[1]["options"] = options
    else:
        config[0] = options
