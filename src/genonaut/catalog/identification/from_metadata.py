"""Identify a model whose file this machine cannot read: by metadata, folder and name.

ComfyUI's ``/view_metadata`` gives the metadata of a safetensors file, never its tensors.
"""

import re
from collections.abc import Mapping

import msgspec

from genonaut.catalog.identification.declared import parse_architecture
from genonaut.catalog.identification.findings import Evidence, Identification
from genonaut.catalog.identification.header import Header
from genonaut.catalog.identification.identify import identify
from genonaut.catalog.identification.naming import (
    KIND_BY_FOLDER,
    architecture_from_name,
    variant_from_name,
)
from genonaut.catalog.identification.rules.controlnet import PATCH, PATCH_INPAINT
from genonaut.catalog.vocabulary import Architecture, FileFormat, ModelKind, Source

_NAMED_KINDS = frozenset(
    {
        ModelKind.CHECKPOINT,
        ModelKind.DIFFUSION_MODEL,
        ModelKind.LORA,
        ModelKind.VAE,
        ModelKind.CONTROLNET,
    }
)
_CONFIDENCE = 0.3
_FORMATS = {
    ".safetensors": FileFormat.SAFETENSORS,
    ".sft": FileFormat.SAFETENSORS,
    ".gguf": FileFormat.GGUF,
}
# Names of the encoders as Comfy-Org and Stability AI publish them.
_ENCODERS = (
    (re.compile(r"um-?t5[-_]?(?:v1[-_.]?1[-_]?)?xxl"), Architecture.T5, "umt5-xxl"),
    (re.compile(r"old[-_]?t5[-_]?xxl"), Architecture.T5, "t5-xxl-old"),
    (re.compile(r"t5[-_]?(?:v1[-_.]?1[-_]?)?xxl"), Architecture.T5, "t5-xxl"),
    (re.compile(r"clip[-_]?l(?![a-z])|vit-?l-?14"), Architecture.CLIP, "clip-l"),
    (re.compile(r"clip[-_]?g(?![a-z])|bigg"), Architecture.CLIP, "clip-g"),
    (re.compile(r"clip[-_]?h(?![a-z])"), Architecture.CLIP, "clip-h"),
    (re.compile(r"qwen[-_ ]?2[._]?5[-_]vl[-_]7b"), Architecture.LANGUAGE_MODEL, "qwen2.5-vl-7b"),
    (
        re.compile(r"qwen[-_ ]?2[._]?5[-_]vl[-_](?:3b|fp16)"),
        Architecture.LANGUAGE_MODEL,
        "qwen2.5-vl-3b",
    ),
    (re.compile(r"qwen[-_ ]?3[-_]4b"), Architecture.LANGUAGE_MODEL, "qwen3-4b"),
    (re.compile(r"qwen[-_ ]?3[-_]8b"), Architecture.LANGUAGE_MODEL, "qwen3-8b"),
    (re.compile(r"qwen[-_ ]?3[-_]0?[._]?6b"), Architecture.LANGUAGE_MODEL, "qwen3-0.6b"),
    (re.compile(r"gemma[-_ ]?2[-_]2b"), Architecture.LANGUAGE_MODEL, "gemma-2-2b"),
    (re.compile(r"llama[-_ ]?3[._]1[-_]8b"), Architecture.LANGUAGE_MODEL, "llama-3-8b"),
    (re.compile(r"mistral[-_ ]?3[-_]small"), Architecture.LANGUAGE_MODEL, "mistral-small-24b"),
    (re.compile(r"byt5[-_ ]small"), Architecture.T5, "byt5-small"),
    (re.compile(r"pile[-_ ]?t5[-_]?xl"), Architecture.T5, "t5-xl"),
)
# Names of image encoders and style models as Comfy-Org and Black Forest Labs publish them.
_NAMED_FILES = {
    ModelKind.CLIP_VISION: (
        (re.compile(r"sig-?(?:lip|clip)"), Architecture.CLIP, "siglip-so400m"),
        (re.compile(r"clip[-_]vision[-_]h|vit-?h"), Architecture.CLIP, "vit-h"),
        (re.compile(r"clip[-_]vision[-_]g|vit-?g|bigg"), Architecture.CLIP, "vit-g"),
        (re.compile(r"clip[-_]vision[-_]l|vit-?l"), Architecture.CLIP, "vit-l"),
    ),
    ModelKind.STYLE_MODEL: ((re.compile(r"redux"), Architecture.FLUX1, "redux"),),
    ModelKind.TEXT_ENCODER: _ENCODERS,
}
# Names of Comfy-Org's files, for architectures whose variants need different recipes.
_Z_VARIANTS = ("turbo", "base", "edit")
_WAN_FROM_TEXT = re.compile(r"wan[-_ ]?2[._]?1[-_ ]t2v[-_ ](1[._]3b|14b)")
_WAN22 = re.compile(r"wan[-_ ]?2[._]?2")


def identify_from_metadata(folder: str, name: str, metadata: Mapping[str, str]) -> Identification:
    """Identify a file without reading it.

    Args:
        folder: ComfyUI's name of the folder.
        name: The file's name below it.
        metadata: The metadata in its header; empty if unknown.
    """
    kind = KIND_BY_FOLDER.get(folder.lower())
    header = Header(
        format=FileFormat.SAFETENSORS,
        tensors={},
        metadata=metadata,
        header_bytes=0,
        data_bytes=0,
        file_bytes=0,
    )
    found = identify(header if metadata else None, name=name, folder_kind=kind)
    ending = name[name.rfind(".") :].lower()
    found = msgspec.structs.replace(found, format=_FORMATS.get(ending, FileFormat.PICKLE))
    if found.kind in _NAMED_FILES:
        return _named_file(found, name)
    if found.architecture is Architecture.UNKNOWN and found.kind in _NAMED_KINDS:
        found = _named_architecture(found, name)
    if found.kind is ModelKind.CONTROLNET:
        return msgspec.structs.replace(found, variant=_control_variant(found, folder, name))
    return found


def _control_variant(found: Identification, folder: str, name: str) -> str:
    """Return the variant of a control model by its name.

    ComfyUI gives the mask to inpainting ControlNets of transformers only; those of Stable Diffusion 1 read a
    prepared image (comfy/controlnet.py, concat_mask).
    """
    lowered = name.lower()
    if folder.lower() == "model_patches":
        return PATCH_INPAINT if "inpaint" in lowered else PATCH
    if "union" in lowered:
        return "union"
    return "inpaint" if "inpaint" in lowered and found.architecture in _PAINTED else found.variant


_PAINTED = frozenset({Architecture.SD3, Architecture.FLUX1, Architecture.QWEN_IMAGE})


def _named_file(found: Identification, name: str) -> Identification:
    lowered = name.lower()
    for pattern, architecture, variant in _NAMED_FILES[found.kind]:
        if pattern.search(lowered):
            says = Evidence("name.variant", f"{variant}?", _CONFIDENCE, Source.NAME)
            return msgspec.structs.replace(
                found,
                architecture=architecture,
                variant=variant,
                evidence=(*found.evidence, says),
            )
    return found


def _named_variant(architecture: Architecture, kind: ModelKind, name: str) -> str:
    lowered = name.lower()
    if architecture is Architecture.Z_IMAGE:
        return variant_from_name(name, _Z_VARIANTS)
    if architecture is not Architecture.WAN:
        return ""
    if kind is ModelKind.VAE:
        return "2.2-z48" if _WAN22.search(lowered) else ""
    found = _WAN_FROM_TEXT.search(lowered)
    return f"2.1-t2v-{found[1].replace('_', '.')}" if found else ""


def _named_architecture(found: Identification, name: str) -> Identification:
    guess = architecture_from_name(name, tuple(Architecture))
    if guess is None:
        return found
    named, variant = parse_architecture(name.rpartition("/")[2])
    variant = (variant if named is guess else "") or _named_variant(guess, found.kind, name)
    if found.kind is ModelKind.CONTROLNET:
        variant = ""
    says = Evidence(
        "name.architecture",
        f"{guess} {variant}".strip() + "?",
        _CONFIDENCE,
        Source.NAME,
    )
    return msgspec.structs.replace(
        found, architecture=guess, variant=variant, evidence=(*found.evidence, says)
    )
