"""The inputs that a node class declares, as ``object_info`` lists them."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import msgspec

DYNAMIC_COMBO = "COMFY_DYNAMICCOMBO_V3"
_COMBO = "COMBO"
_UPLOADS = ("image_upload", "video_upload", "audio_upload", "file_upload", "animated_image_upload")
_FILE_ENDINGS = (
    ".safetensors", ".sft", ".ckpt", ".pt", ".pth", ".bin", ".gguf", ".onnx", ".yaml",
)  # fmt: skip
_FILE_INPUT = re.compile(r"(?<!sampler)_name\d?\Z")
"""Inputs that take the name of a model file: ckpt_name, clip_name2, control_net_name."""


class DeclaredInput(msgspec.Struct, frozen=True, dict=True):
    """One declared input."""

    name: str
    type: str
    options: dict[str, Any]
    choices: tuple[Any, ...] | None
    is_required: bool

    @cached_property
    def is_open(self) -> bool:
        """Return whether the server may accept values beyond its listed choices: files, remote lists."""
        return (
            not self.choices
            or _FILE_INPUT.search(self.name) is not None
            or any(self.options.get(one) for one in (*_UPLOADS, "remote"))
            or any(str(choice).lower().endswith(_FILE_ENDINGS) for choice in self.choices)
        )


def declared_inputs(
    named: Mapping[str, Any], *, is_required: bool, prefix: str = ""
) -> list[DeclaredInput]:
    """Return the inputs of one section of a node class, by name; ``prefix`` is put before each name."""
    return [
        declared_input(prefix + name, declared, is_required=is_required)
        for name, declared in named.items()
    ]


def declared_input(name: str, declared: object, *, is_required: bool) -> DeclaredInput:
    """Return one input as ``object_info`` declares it: ``[[choices], options]`` or ``[type, options]``."""
    parts = declared if isinstance(declared, list) else [declared]
    kind = parts[0] if parts else "*"
    options = parts[1] if len(parts) > 1 and isinstance(parts[1], dict) else {}
    if isinstance(kind, list):
        return DeclaredInput(name, _COMBO, options, tuple(kind), is_required)
    choices: tuple[Any, ...] | None = None
    listed = options.get("options")
    if str(kind) in {_COMBO, DYNAMIC_COMBO}:
        listed = listed if isinstance(listed, list) else []
        choices = tuple(one.get("key") if isinstance(one, dict) else one for one in listed)
    return DeclaredInput(name, str(kind), options, choices, is_required)
