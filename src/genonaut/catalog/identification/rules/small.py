"""Textual inversions and upscalers: small files with few, characteristic names.

Sources: ComfyUI comfy/sd1_clip.py (load_embed) for embeddings; the state dictionaries of ESRGAN, Real-ESRGAN,
SwinIR, HAT, DAT and SPAN as the spandrel project describes them for upscalers.
"""

import re

from genonaut.catalog.identification.findings import Finding, tensor_evidence
from genonaut.catalog.identification.weights import Weights
from genonaut.catalog.vocabulary import Architecture, ModelKind

_BY_WIDTH = {768: Architecture.SD1, 1024: Architecture.SD2, 1280: Architecture.SDXL}
_MAX_EMBEDDING_TENSORS = 4
_CONVOLUTION_AXES = 4
# grey, RGB, RGBA, and RGB with 2 x 2 or 4 x 4 pixels folded into channels
_IMAGE_CHANNELS = frozenset({1, 3, 4, 12, 48})
_TOKEN = re.compile(r"<.+>")

# (variant, its first layer, prefixes of another name)
_UPSCALERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("esrgan", "model.0.weight", ("model.1.sub.0.RDB",)),
    ("esrgan", "conv_first.weight", ("body.0.rdb1.", "RRDB_trunk.0.RDB1.")),
    ("hat", "conv_first.weight", ("layers.0.residual_group.overlap_attn.",)),
    ("swinir", "conv_first.weight", ("layers.0.residual_group.blocks.0.attn.relative_position",)),
    (
        "dat",
        "conv_first.weight",
        ("layers.0.blocks.0.attn.attns.", "layers.0.blocks.2.attn.attns."),
    ),
    ("span", "conv_1.sk.weight", ("block_1.c1_r.",)),
    ("omnisr", "input.weight", ("residual_layer.0.residual_layer.",)),
    ("compact", "body.0.weight", ("body.1.",)),
)


def find_embedding(weights: Weights) -> Finding | None:
    """Recognise a textual inversion: one or two matrices of token vectors."""
    tensors = weights.all
    if "clip_g" in tensors and "clip_l" in tensors:
        says = tensor_evidence("embedding.sdxl", "vectors for both text encoders")
        vectors = _vectors(tensors["clip_l"].shape)
        return Finding(ModelKind.EMBEDDING, Architecture.SDXL, vectors=vectors, evidence=says)
    name = next(
        (n for n in ("emb_params", "clip_l", "clip_g", "string_to_param.*") if n in tensors), None
    )
    if name is None and len(tensors) <= _MAX_EMBEDDING_TENSORS:
        name = next(
            (n for n in tensors if _TOKEN.fullmatch(n) or n.startswith("string_to_param")), None
        )
    if name is None or not tensors[name].shape:
        return None
    return embedding_of(tensors[name].shape)


def embedding_of(shape: tuple[int, ...]) -> Finding:
    """Return what the shape of a textual inversion shows: (vectors, width), or (width) for one vector."""
    width = shape[-1]
    architecture = _BY_WIDTH.get(width, Architecture.UNKNOWN)
    says = tensor_evidence("embedding.width", f"token vectors of width {width}")
    return Finding(ModelKind.EMBEDDING, architecture, vectors=_vectors(shape), evidence=says)


def _vectors(shape: tuple[int, ...]) -> int:
    return shape[0] if len(shape) > 1 else 1


def find_upscaler(weights: Weights) -> Finding | None:
    """Recognise an image upscaler."""
    for variant, first_layer, beginnings in _UPSCALERS:
        shape = weights.all[first_layer].shape if first_layer in weights.all else ()
        reads_image = len(shape) == _CONVOLUTION_AXES and shape[1] in _IMAGE_CHANNELS
        if reads_image and weights.file.any_begins(*beginnings):
            says = tensor_evidence("upscaler.names", f"the blocks of {variant}", 0.85)
            return Finding(ModelKind.UPSCALER, variant=variant, evidence=says)
    return None
