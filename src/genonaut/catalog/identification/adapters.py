"""The modules that a LoRA file changes, under normalized names, with their widths.

The same module is ``lora_unet_double_blocks_0_img_attn_qkv`` for kohya's trainer,
``transformer.single_transformer_blocks.0.attn.to_q`` for diffusers and
``diffusion_model.double_blocks.0.img_attn.qkv`` for others. Normalized names have no prefix, use
underscores, and have ``#`` in place of block numbers.
"""

from collections.abc import Mapping

from genonaut.catalog.identification.header import Tensor
from genonaut.catalog.identification.weights import Names
from genonaut.catalog.vocabulary import AdapterKind

# The matrix that reads the layer's input: its last axis is the input width, its first the rank.
_DOWN = (
    ".lora_down.weight",
    ".lora_A.weight",
    ".lora_A.default.weight",
    ".lora.down.weight",
    "_lora.down.weight",
    ".lora_linear_layer.down.weight",
    "_lora1.down.weight",
)
_UP = (
    ".lora_up.weight",
    ".lora_B.weight",
    ".lora_B.default.weight",
    ".lora.up.weight",
    "_lora.up.weight",
    ".lora_linear_layer.up.weight",
    "_lora1.up.weight",
)
_LOHA = (".hada_w1_a", ".hada_w1_b", ".hada_w2_a", ".hada_w2_b")
_LOKR = (".lokr_w1", ".lokr_w1_a", ".lokr_w1_b", ".lokr_w2", ".lokr_w2_a", ".lokr_w2_b", ".lokr_t2")
_OFT = (".oft_blocks", ".oft_diag", ".oft_R.weight")
_FULL = (".diff", ".diff_b")
_MARKER_SUFFIXES = _DOWN + _UP + _LOHA + _LOKR + _OFT + _FULL
_MARKER_PREFIXES = ("lora_unet_", "lora_te", "lora_transformer_", "lora_prior_", "lycoris_")

_PREFIXES = (
    "base_model.model.",
    "model.diffusion_model.",
    "diffusion_model.",
    "lora_unet_",
    "lora_transformer_",
    "lora_prior_unet_",
    "lycoris_",
    "transformer.",
    "unet.",
    "model.",
)
_TEXT_PREFIXES = {
    "lora_te1_": "te1",
    "lora_te2_": "te2",
    "lora_te3_": "te3",
    "lora_te_": "te",
    "lora_prior_te_": "te_prior",
    "text_encoder_2.": "te2",
    "text_encoder_3.": "te3",
    "text_encoder.": "te",
    "text_encoders.clip_l.": "te1",
    "text_encoders.clip_g.": "te2",
    "text_encoders.t5xxl.": "te3",
}
_CONVOLUTION_AXES = 4


def is_adapter(names: Names) -> bool:
    """Return whether a file contains changes of weights instead of weights."""
    return names.any_ends(*_MARKER_SUFFIXES) or names.any_begins(*_MARKER_PREFIXES)


class Adapter:
    """The modules of one LoRA file.

    ``inputs`` maps each normalized module name to its input widths; ``depths`` maps the part before a
    block number to the largest number plus one; ``text_widths`` maps each text encoder to its widths.
    """

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        self.inputs: dict[str, set[int]] = {}
        self.outputs: dict[str, set[int]] = {}
        self.depths: dict[str, int] = {}
        self.text_widths: dict[str, set[int]] = {}
        self.ranks: dict[int, int] = {}
        self.kind = AdapterKind.UNKNOWN
        # Names that still have dots: Hunyuan's "img_attn_qkv" is Flux's "img_attn.qkv".
        self.dotted: set[str] = set()
        self._normalized: dict[str, str] = {}
        self._read(tensors)

    def has(self, *parts: str) -> bool:
        """Return whether the normalized name of a changed module contains one of ``parts``."""
        return any(part in module for module in self.inputs for part in parts)

    def begins(self, *parts: str) -> bool:
        """Return whether the normalized name of a changed module begins with one of ``parts``."""
        return any(module.startswith(parts) for module in self.inputs)

    def widths(self, *parts: str) -> set[int]:
        """Return the input widths of all modules that contain one of ``parts``."""
        found: set[int] = set()
        for module, widths in self.inputs.items():
            if any(part in module for part in parts):
                found |= widths
        return found

    def out_widths(self, *parts: str) -> set[int]:
        """Return the output widths of all modules that contain one of ``parts``."""
        found: set[int] = set()
        for module, widths in self.outputs.items():
            if any(part in module for part in parts):
                found |= widths
        return found

    def depth(self, stack: str) -> int:
        """Return the largest block number in ``stack`` plus one; ``stack`` may contain ``#``."""
        return self.depths.get(stack, 0)

    @property
    def rank(self) -> int | None:
        """Return the most frequent rank of the modules."""
        return max(self.ranks, key=lambda rank: self.ranks[rank]) if self.ranks else None

    def _read(self, tensors: Mapping[str, Tensor]) -> None:
        kinds: set[AdapterKind] = set()
        for name, tensor in tensors.items():
            module, part = split_module(name)
            kind = _KIND_BY_PART.get(part)
            if kind is not None:
                kinds.add(kind)
                if kind is AdapterKind.LORA and _is_wide_convolution(tensor.shape):
                    kinds.add(AdapterKind.LOCON)
            if part in _LOKR_LEFT:
                self._add_lokr(module, tensor, tensors, name.removesuffix(part))
            elif part in _UP:
                self._add_output(module, tensor.shape)
            elif part in _OFT:
                self._add(module, (), ())  # block rotations show neither width nor rank
            elif part in _READS_INPUT:
                self._add(module, tensor.shape, tensor.shape if part != ".diff" else ())
        self.kind = next((kind for kind in _KIND_ORDER if kind in kinds), AdapterKind.UNKNOWN)

    def _add_lokr(
        self, module: str, left: Tensor, tensors: Mapping[str, Tensor], stem: str
    ) -> None:
        """Add a Kronecker product; its width is the product of the widths of both factors."""
        right = tensors.get(f"{stem}.lokr_w2") or tensors.get(f"{stem}.lokr_w2_b")
        if right is None or len(left.shape) < 2 or len(right.shape) < 2:  # noqa: PLR2004
            self._add(module, (), ())
            return
        low = tensors.get(f"{stem}.lokr_w2_b")
        self._add(module, (0, left.shape[1] * right.shape[1]), low.shape if low else ())

    def _add(self, module: str, shape: tuple[int, ...], rank_shape: tuple[int, ...]) -> None:
        if rank_shape:
            self.ranks[rank_shape[0]] = self.ranks.get(rank_shape[0], 0) + 1
        width = shape[1] if len(shape) > 1 else None
        for prefix, encoder in _TEXT_PREFIXES.items():
            if module.startswith(prefix):
                self.text_widths.setdefault(encoder, set())
                if width and ("q_proj" in module or "k_proj" in module or "fc1" in module):
                    self.text_widths[encoder].add(width)
                return
        normalized = self._normalize(module)
        widths = self.inputs.setdefault(normalized, set())
        if width:
            widths.add(width)

    def _add_output(self, module: str, shape: tuple[int, ...]) -> None:
        if shape and not module.startswith(tuple(_TEXT_PREFIXES)):
            self.outputs.setdefault(self._normalize(module), set()).add(shape[0])

    def _normalize(self, module: str) -> str:
        known = self._normalized.get(module)
        if known is not None:
            return known
        bare = strip_prefix(module)
        if "." in bare and "img_attn" in bare:
            self.dotted.add(bare)
        normalized = ""
        for word in bare.replace(".", "_").split("_"):
            if word.isdecimal():
                number = int(word[:5])
                if number >= self.depths.get(normalized, 0):
                    self.depths[normalized] = number + 1
                word = "#"  # noqa: PLW2901 - the same word, normalized
            normalized = f"{normalized}_{word}" if normalized else word
        self._normalized[module] = normalized
        return normalized


_KIND_ORDER = (
    AdapterKind.DORA,
    AdapterKind.LOKR,
    AdapterKind.LOHA,
    AdapterKind.OFT,
    AdapterKind.LOCON,
    AdapterKind.LORA,
    AdapterKind.FULL_DIFF,
)
# kind by the part of a module that shows it; ".diff_b" alone is a bias beside a LoRA
_KIND_BY_PART = {
    **dict.fromkeys(_DOWN, AdapterKind.LORA),
    **dict.fromkeys(_LOHA, AdapterKind.LOHA),
    **dict.fromkeys(_LOKR, AdapterKind.LOKR),
    **dict.fromkeys(_OFT, AdapterKind.OFT),
    ".dora_scale": AdapterKind.DORA,
    ".diff": AdapterKind.FULL_DIFF,
}
_LOKR_LEFT = frozenset({".lokr_w1", ".lokr_w1_b"})
_READS_INPUT = frozenset({*_DOWN, ".hada_w1_b", ".diff"})
_PART_SET = frozenset({*_MARKER_SUFFIXES, ".dora_scale"})
# Old diffusers and XLabs join these to the module name with an underscore.
_JOINED_PARTS = tuple(part for part in _MARKER_SUFFIXES if part.startswith("_"))


def split_module(name: str) -> tuple[str, str]:
    """Return the module that a tensor changes and the tensor's role in it, empty if it has none."""
    at = len(name)
    for _ in range(3):  # ".lora_A.default.weight" has the most dots
        at = name.rfind(".", 0, at)
        if at < 0:
            break
        if name[at:] in _PART_SET:
            return name[:at], name[at:]
    part = next((part for part in _JOINED_PARTS if name.endswith(part)), "")
    return name.removesuffix(part), part


def _is_wide_convolution(shape: tuple[int, ...]) -> bool:
    return len(shape) == _CONVOLUTION_AXES and shape[-1] > 1


def strip_prefix(module: str) -> str:
    """Return a module's name without the prefixes that trainers add."""
    for prefix in _PREFIXES:
        if module.startswith(prefix):
            return strip_prefix(module[len(prefix) :])
    # kohya's "lora_unet__layers_0": the module's own name began with an underscore
    return module.lstrip("_")
