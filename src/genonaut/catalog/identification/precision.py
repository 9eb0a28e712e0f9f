"""Determine the precision of a file: the data type of its weights.

Sources: the marker tensors of ComfyUI (``scaled_fp8``, ``.weight_scale``), bitsandbytes, nunchaku, and the
type names of GGUF.
"""

from collections import Counter
from collections.abc import Iterable

from genonaut.catalog.identification.header import Header
from genonaut.catalog.vocabulary import FileFormat

_NAMES = {
    "F64": "fp64",
    "F32": "fp32",
    "F16": "fp16",
    "BF16": "bf16",
    "F8_E4M3": "fp8_e4m3fn",
    "F8_E5M2": "fp8_e5m2",
    "I8": "int8",
    "U8": "uint8",
    "I32": "int32",
    "I64": "int64",
}
# suffix of a tensor name: precision it indicates, most specific first
_MARKS = (
    (".quant_state.bitsandbytes__nf4", "nf4"),
    (".quant_state.bitsandbytes__fp4", "fp4"),
    (".weight_scale_2", "nvfp4"),
    (".wtscale", "svdq-fp4"),
    (".wscales", "svdq-int4"),
)
_SCALED_MARKS = (".scale_weight", ".weight_scale")


def precision_of(header: Header) -> str:
    """Return the data type of most bytes of the file, as model pages name it."""
    if not header.tensors:
        return ""
    special = "" if header.format is FileFormat.GGUF else _special(header.tensors)
    if special:
        return special
    sizes: Counter[str] = Counter()
    for tensor in header.tensors.values():
        sizes[tensor.dtype] += tensor.data_offsets[1] - tensor.data_offsets[0]
    dtype = sizes.most_common(1)[0][0]
    if header.format is FileFormat.GGUF:
        return dtype
    name = _NAMES.get(dtype, dtype.lower())
    return f"{name}_scaled" if name.startswith(("fp8", "int8")) and _is_scaled(header) else name


def _special(names: Iterable[str]) -> str:
    endings = tuple(mark for mark, _ in _MARKS)
    found = next((name for name in names if name.endswith(endings)), None)
    if found is None:
        return ""
    return next(label for mark, label in _MARKS if found.endswith(mark))


def _is_scaled(header: Header) -> bool:
    return any(
        name.endswith(_SCALED_MARKS) or name.endswith("scaled_fp8") for name in header.tensors
    )
