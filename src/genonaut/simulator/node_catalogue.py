"""The nodes of the simulator: ``/object_info`` reduced to what text-to-image needs."""

import copy
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec

from genonaut.simulator.model_folders import ModelFolders

# Inputs whose options are the files of a model folder.
_FOLDER_OF_INPUT = {
    "ckpt_name": "checkpoints", "lora_name": "loras", "unet_name": "diffusion_models",
    "clip_name": "text_encoders", "clip_name1": "text_encoders", "clip_name2": "text_encoders",
    "clip_name3": "text_encoders", "clip_name4": "text_encoders", "model_name": "upscale_models",
}  # fmt: skip


@cache
def _recorded(name: str) -> dict[str, Any]:
    raw = resources.files("genonaut.simulator").joinpath("data", name).read_bytes()
    definitions: dict[str, Any] = msgspec.json.decode(raw)
    return definitions


class NodeCatalogue:
    """Node definitions; the options of loaders come from one simulator's model folders."""

    def __init__(
        self, model_folders: ModelFolders, input_directory: Path, *, is_current: bool = False
    ) -> None:
        self._input_directory = input_directory
        self._definitions: dict[str, Any] = copy.deepcopy(_recorded("object_info.json"))
        if is_current:  # classes that 0.33.0 defines differently
            self._definitions |= copy.deepcopy(_recorded("object_info_0.33.json"))
        for definition in self._definitions.values():
            for group in ("required", "optional"):
                for name, config in definition["input"].get(group, {}).items():
                    self._fill(name, config, model_folders)

    @staticmethod
    def _fill(name: str, config: list[Any], model_folders: ModelFolders) -> None:
        # "pixel_space" is not a file: ComfyUI adds it to the VAEs.
        if name == "vae_name":
            config[0] = [*model_folders.names("vae"), "pixel_space"]
        elif name in _FOLDER_OF_INPUT:
            names = model_folders.names(_FOLDER_OF_INPUT[name])
            if config[0] == "COMBO":
                config[1]["options"] = names
            else:
                config[0] = names

    def __contains__(self, class_type: object) -> bool:
        return class_type in self._definitions

    def get(self, class_type: str) -> dict[str, Any] | None:
        """Return one definition as in ``/object_info/{node}``, None if unknown."""
        definition: dict[str, Any] | None = self._definitions.get(class_type)
        if class_type == "LoadImage" and definition is not None:
            # The options are the current files of the input folder.
            definition["input"]["required"]["image"][0] = self._input_images()
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

    def inputs(self, class_type: str) -> dict[str, tuple[list[Any], bool]]:
        """Return, by input, its config (as in object_info) and whether it is required."""
        groups = self._definitions[class_type]["input"]
        required = {name: (config, True) for name, config in groups.get("required", {}).items()}
        optional = {name: (config, False) for name, config in groups.get("optional", {}).items()}
        return required | optional

    def _input_images(self) -> list[str]:
        return sorted(entry.name for entry in self._input_directory.iterdir() if entry.is_file())
