"""Read the header of a GGUF file: its keys and values and the list of its tensors.

Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (layout, value types) and ggml's
``ggml-common.h`` (bytes of each block of a quantised type).
"""

import struct
from typing import BinaryIO

from genonaut.catalog.identification.header import Header, HeaderProblem, Tensor, UnreadableHeader
from genonaut.catalog.vocabulary import FileFormat

MAX_HEADER_BYTES = 64 * 1024 * 1024  # language models contain vocabularies of about 10 MB
MAX_TENSORS = 100_000
MAX_KEYS = 20_000
MAX_ARRAY = 2_000_000
MAX_AXES = 8
MAX_TEXT_BYTES = 1024 * 1024
DEFAULT_ALIGNMENT = 32
_CHUNK_BYTES = 64 * 1024
_KEPT_ARRAY = 16

# number: (name, weights in a block, bytes of a block)
GGML_TYPES: dict[int, tuple[str, int, int]] = {
    0: ("F32", 1, 4),
    1: ("F16", 1, 2),
    2: ("Q4_0", 32, 18),
    3: ("Q4_1", 32, 20),
    6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24),
    8: ("Q8_0", 32, 34),
    9: ("Q8_1", 32, 36),
    10: ("Q2_K", 256, 84),
    11: ("Q3_K", 256, 110),
    12: ("Q4_K", 256, 144),
    13: ("Q5_K", 256, 176),
    14: ("Q6_K", 256, 210),
    15: ("Q8_K", 256, 292),
    16: ("IQ2_XXS", 256, 66),
    17: ("IQ2_XS", 256, 74),
    18: ("IQ3_XXS", 256, 98),
    19: ("IQ1_S", 256, 50),
    20: ("IQ4_NL", 32, 18),
    21: ("IQ3_S", 256, 110),
    22: ("IQ2_S", 256, 82),
    23: ("IQ4_XS", 256, 136),
    24: ("I8", 1, 1),
    25: ("I16", 1, 2),
    26: ("I32", 1, 4),
    27: ("I64", 1, 8),
    28: ("F64", 1, 8),
    29: ("IQ1_M", 256, 56),
    30: ("BF16", 1, 2),
    34: ("TQ1_0", 256, 54),
    35: ("TQ2_0", 256, 66),
}
_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?"}
_SCALARS |= {10: "<Q", 11: "<q", 12: "<d"}
_STRING, _ARRAY = 8, 9


class _BadGgufError(Exception):
    """Carries the result out of the parser."""

    def __init__(self, problem: HeaderProblem, detail: str) -> None:
        super().__init__(detail)
        self.result = UnreadableHeader(problem, detail)


class _Cursor:
    """Reads forward through the file in chunks, up to the header limit."""

    def __init__(self, file: BinaryIO, file_bytes: int) -> None:
        self._file = file
        self._file_bytes = file_bytes
        self._buffer = b""
        self._at = 0
        self.position = 0

    def read(self, count: int) -> bytes:
        """Return the next ``count`` bytes."""
        if self.position + count > min(self._file_bytes, MAX_HEADER_BYTES):
            raise _BadGgufError(HeaderProblem.HEADER_BEYOND_FILE, "the header runs past the end")
        if self._at + count > len(self._buffer):
            rest = self._buffer[self._at :]
            self._buffer = rest + self._file.read(max(_CHUNK_BYTES, count - len(rest)))
            self._at = 0
            if len(self._buffer) < count:
                raise _BadGgufError(HeaderProblem.HEADER_BEYOND_FILE, "the file ended while read")
        start = self._at
        self._at += count
        self.position += count
        return self._buffer[start : self._at]

    def uint(self, width: int) -> int:
        """Return an unsigned little-endian number of ``width`` bytes."""
        return int.from_bytes(self.read(width), "little")

    def text(self, width: int) -> str:
        """Return a text that is preceded by its length, a number of ``width`` bytes."""
        length = self.uint(width)
        if length > MAX_TEXT_BYTES:
            raise _BadGgufError(HeaderProblem.MALFORMED, f"a text of {length} bytes")
        return self.read(length).decode(errors="replace")


def read_gguf(file: BinaryIO, file_bytes: int) -> Header | UnreadableHeader:
    """Read the header of ``file``, positioned at its start."""
    if file_bytes == 0:
        return UnreadableHeader(HeaderProblem.EMPTY_FILE, "the file has zero bytes")
    try:
        return _read(_Cursor(file, file_bytes), file_bytes)
    except _BadGgufError as error:
        return error.result


def _read(cursor: _Cursor, file_bytes: int) -> Header:
    if cursor.read(4) != b"GGUF":
        raise _BadGgufError(HeaderProblem.OTHER_FORMAT, "the file does not begin with GGUF")
    version = cursor.uint(4)
    if version not in {1, 2, 3}:
        raise _BadGgufError(HeaderProblem.MALFORMED, f"GGUF version {version} is not supported")
    width = 4 if version == 1 else 8
    tensor_count, key_count = cursor.uint(width), cursor.uint(width)
    if tensor_count > MAX_TENSORS or key_count > MAX_KEYS:
        raise _BadGgufError(
            HeaderProblem.HEADER_TOO_LARGE, f"{tensor_count} tensors and {key_count} keys"
        )
    metadata: dict[str, str] = {}
    shapes: dict[str, tuple[int, ...]] = {}
    for _ in range(key_count):
        key = cursor.text(width)
        value = _read_value(cursor, cursor.uint(4), width)
        if key.startswith("comfy.gguf.orig_shape.") and isinstance(value, list):
            # ggml has at most four axes; 3D convolutions are flattened when written.
            shapes[key.removeprefix("comfy.gguf.orig_shape.")] = tuple(
                axis for axis in value if isinstance(axis, int)
            )
        elif isinstance(value, str | int | float):
            metadata[key] = str(value)
    tensors = _read_tensors(cursor, tensor_count, width, shapes)
    return _assemble(cursor.position, metadata, tensors, file_bytes)


def _read_value(cursor: _Cursor, value_type: int, width: int) -> str | float | list[object] | None:
    if value_type == _STRING:
        return cursor.text(width)
    if value_type in _SCALARS:
        form = _SCALARS[value_type]
        number: float = struct.unpack(form, cursor.read(struct.calcsize(form)))[0]
        return number
    if value_type == _ARRAY:
        return _read_array(cursor, width)
    raise _BadGgufError(HeaderProblem.MALFORMED, f"value type {value_type} is not known")


def _read_array(cursor: _Cursor, width: int) -> list[object]:
    """Return the first entries of an array and skip the rest."""
    item_type, count = cursor.uint(4), cursor.uint(width)
    if count > MAX_ARRAY or item_type == _ARRAY:
        raise _BadGgufError(HeaderProblem.MALFORMED, f"an array of {count}, type {item_type}")
    kept: list[object] = [
        _read_value(cursor, item_type, width) for _ in range(min(count, _KEPT_ARRAY))
    ]
    rest = count - len(kept)
    if item_type in _SCALARS:
        cursor.read(rest * struct.calcsize(_SCALARS[item_type]))
    else:
        for _ in range(rest):
            cursor.read(cursor.uint(width))
    return kept


def _read_tensors(
    cursor: _Cursor, count: int, width: int, shapes: dict[str, tuple[int, ...]]
) -> dict[str, Tensor]:
    tensors: dict[str, Tensor] = {}
    for _ in range(count):
        name = cursor.text(width)
        axes = cursor.uint(4)
        if axes > MAX_AXES:
            raise _BadGgufError(HeaderProblem.MALFORMED, f"a tensor of {axes} axes")
        # ggml lists the fastest axis first, PyTorch last.
        shape = tuple(reversed([cursor.uint(width) for _ in range(axes)]))
        type_number, offset = cursor.uint(4), cursor.uint(8)
        if name in tensors:
            raise _BadGgufError(
                HeaderProblem.DUPLICATE_NAMES, f"duplicate tensor name: {name[:200]!r}"
            )
        dtype, size = _size_of(type_number, shape)
        tensors[name] = Tensor(dtype, shapes.get(name, shape), (offset, offset + size))
    return tensors


def _size_of(type_number: int, shape: tuple[int, ...]) -> tuple[str, int]:
    dtype, block, block_bytes = GGML_TYPES.get(type_number, (f"TYPE_{type_number}", 1, 0))
    count = 1
    for axis in shape:
        count *= axis
    return dtype, count // block * block_bytes


def _assemble(
    position: int, metadata: dict[str, str], tensors: dict[str, Tensor], file_bytes: int
) -> Header:
    text = metadata.get("general.alignment", "")
    # At most nine digits: int() rejects texts with thousands of digits.
    alignment = int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004
    alignment = alignment or DEFAULT_ALIGNMENT
    start = -(-position // alignment) * alignment
    data_bytes = max((tensor.data_offsets[1] for tensor in tensors.values()), default=0)
    return Header(
        format=FileFormat.GGUF,
        tensors=tensors,
        metadata=metadata,
        header_bytes=start,
        data_bytes=data_bytes,
        file_bytes=file_bytes,
        missing_bytes=max(0, start + data_bytes - file_bytes) if tensors else 0,
    )
