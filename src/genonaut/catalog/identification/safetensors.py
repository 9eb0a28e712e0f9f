"""Read the header of a safetensors file; any content is handled safely.

Source: https://github.com/huggingface/safetensors#format (eight bytes little-endian length, then JSON;
``__metadata__`` maps strings to strings; offsets have no holes; duplicate names are forbidden).
"""

import json
import math
from collections import Counter
from typing import Any, BinaryIO

import msgspec

from genonaut.catalog.identification.header import (
    Header,
    HeaderProblem,
    Tensor,
    UnreadableHeader,
    detect_other_format,
)
from genonaut.catalog.vocabulary import FileFormat

# The reference implementation rejects longer headers (safetensors/src/tensor.rs, MAX_HEADER_SIZE).
MAX_HEADER_BYTES = 100_000_000
# 100 MB of "{},{}," would become gigabytes of Python objects. The largest models have about 10,000
# tensors; the limits leave room for braces and commas inside metadata texts.
MAX_BRACES = 1_000_000
MAX_COMMAS = 10_000_000
MAX_AXES = 16
LENGTH_BYTES = 8

_ITEM_BITS = {
    **dict.fromkeys(("F64", "I64", "U64", "C64"), 64),
    **dict.fromkeys(("F32", "I32", "U32"), 32),
    **dict.fromkeys(("F16", "BF16", "I16", "U16"), 16),
    **dict.fromkeys(("I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ"), 8),
    **dict.fromkeys(("F6_E2M3", "F6_E3M2"), 6),
    "F4": 4,
}
_decoder = msgspec.json.Decoder(dict[str, Tensor])


class _BadHeaderError(Exception):
    """Carries the result out of the nested checks."""

    def __init__(self, problem: HeaderProblem, detail: str) -> None:
        super().__init__(detail)
        self.result = UnreadableHeader(problem, detail)


def read_safetensors(file: BinaryIO, file_bytes: int) -> Header | UnreadableHeader:
    """Read the header of ``file``, positioned at its start; reads nothing after the header."""
    try:
        return _read(file, file_bytes)
    except _BadHeaderError as error:
        return error.result


def _read(file: BinaryIO, file_bytes: int) -> Header:
    raw = _read_json(file, file_bytes)
    tensors, metadata, warnings = _parse(raw)
    header_bytes = LENGTH_BYTES + len(raw)
    data_bytes = _check_offsets(tensors)
    warnings += _check_sizes(tensors)
    present = file_bytes - header_bytes
    if present > data_bytes:
        warnings.append(f"{present - data_bytes} bytes follow the last tensor")
    return Header(
        format=FileFormat.SAFETENSORS,
        tensors=tensors,
        metadata=metadata,
        header_bytes=header_bytes,
        data_bytes=data_bytes,
        file_bytes=file_bytes,
        missing_bytes=max(0, data_bytes - present),
        warnings=tuple(warnings),
    )


def _read_json(file: BinaryIO, file_bytes: int) -> bytes:
    if file_bytes == 0:
        raise _BadHeaderError(HeaderProblem.EMPTY_FILE, "the file has zero bytes")
    start = file.read(LENGTH_BYTES)
    if len(start) < LENGTH_BYTES:
        raise _BadHeaderError(HeaderProblem.TOO_SHORT, f"{len(start)} bytes cannot hold a header")
    length = int.from_bytes(start, "little")
    if length == 0:
        raise _BadHeaderError(HeaderProblem.HEADER_EMPTY, "the header has length 0")
    # Only an impossible length may be taken for another format: 640 looks like the start of a pickle.
    if length > MAX_HEADER_BYTES and (disguise := detect_other_format(start)):
        raise _BadHeaderError(disguise.problem, disguise.detail)
    if length > MAX_HEADER_BYTES:
        raise _BadHeaderError(
            HeaderProblem.HEADER_TOO_LARGE,
            f"a header of {length} bytes; at most {MAX_HEADER_BYTES}",
        )
    if length > file_bytes - LENGTH_BYTES:
        raise _BadHeaderError(
            HeaderProblem.HEADER_BEYOND_FILE,
            f"the header would end at byte {length + LENGTH_BYTES}, the file at {file_bytes}",
        )
    raw = file.read(length)
    if len(raw) < length:  # the file shrank after its size was taken
        raise _BadHeaderError(HeaderProblem.HEADER_BEYOND_FILE, "the file ended while it was read")
    return raw


def _parse(raw: bytes) -> tuple[dict[str, Tensor], dict[str, str], list[str]]:
    if raw.count(b"{") > MAX_BRACES or raw.count(b",") > MAX_COMMAS:
        raise _BadHeaderError(HeaderProblem.HEADER_TOO_LARGE, "the header has too many entries")
    try:
        tensors = _decoder.decode(raw)
    except (msgspec.ValidationError, RecursionError):
        # Metadata may contain keys such as "shape"; if not, the slow path produces the error message.
        tensors = _parse_untyped(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _BadHeaderError(HeaderProblem.NOT_JSON, str(error)) from error
    has_metadata = tensors.pop("__metadata__", None) is not None
    metadata, warnings = _read_metadata(raw) if has_metadata else ({}, [])
    _refuse_duplicates(raw, len(tensors))
    return tensors, metadata, warnings


def _parse_untyped(raw: bytes) -> dict[str, Tensor]:
    document = _decode_anything(raw)
    if not isinstance(document, dict):
        raise _BadHeaderError(HeaderProblem.MALFORMED, "the header is not a JSON object")
    tensors = {}
    for name, entry in document.items():
        if name == "__metadata__":
            tensors[name] = Tensor()
            continue
        try:
            tensors[name] = msgspec.convert(entry, Tensor)
        except msgspec.ValidationError as error:
            raise _BadHeaderError(HeaderProblem.MALFORMED, f"{name[:200]!r}: {error}") from error
    return tensors


def _decode_anything(raw: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        return msgspec.json.decode(raw)
    except RecursionError as error:
        raise _BadHeaderError(HeaderProblem.NOT_JSON, "nested too deeply") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _BadHeaderError(HeaderProblem.NOT_JSON, str(error)) from error


class _Metadata(msgspec.Struct, rename={"value": "__metadata__"}):
    value: msgspec.Raw = msgspec.Raw(b"{}")


def _read_metadata(raw: bytes) -> tuple[dict[str, str], list[str]]:
    """Return the metadata values that are texts; others are dropped with a warning."""
    value = msgspec.json.decode(raw, type=_Metadata).value
    document = _decode_anything(bytes(value))
    if not isinstance(document, dict):
        return {}, ["__metadata__ is not an object"]
    texts = {key: text for key, text in document.items() if isinstance(text, str)}
    dropped = len(document) - len(texts)
    return texts, [f"{dropped} metadata values are not strings"] if dropped else []


def _refuse_duplicates(raw: bytes, distinct: int) -> None:
    """Raise if a name occurs twice; JSON decoders silently keep the last entry.

    Counting entries is 40 times faster than a second parse (measured, 2,500 tensors). A text that
    contains the counted token, or an escape in it, only causes the slow path.
    """
    if raw.count(b'"data_offsets"') == distinct and raw.count(b'"__metadata__"') <= 1:
        return
    # The hook runs inside out: the last list built is the outermost object.
    try:
        pairs = json.loads(raw, object_pairs_hook=list)
    except (ValueError, RecursionError) as error:
        raise _BadHeaderError(HeaderProblem.NOT_JSON, str(error)) from error
    repeated = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]
    if repeated:
        raise _BadHeaderError(
            HeaderProblem.DUPLICATE_NAMES, f"duplicate name: {repeated[0][:200]!r}"
        )


def _check_offsets(tensors: dict[str, Tensor]) -> int:
    """Return the total bytes of all tensors; raise if they overlap or have a negative size."""
    end = 0
    for begin, stop in sorted(tensor.data_offsets for tensor in tensors.values()):
        if begin < 0 or stop < begin:
            raise _BadHeaderError(
                HeaderProblem.BAD_OFFSETS, f"a tensor from byte {begin} to {stop}"
            )
        if begin < end and stop > begin:
            raise _BadHeaderError(HeaderProblem.BAD_OFFSETS, f"two tensors overlap at byte {begin}")
        end = max(end, stop)
    return end


def _check_sizes(tensors: dict[str, Tensor]) -> list[str]:
    """Return warnings: unknown data types, and sizes that do not match the shape."""
    unknown: set[str] = set()
    wrong = 0
    for tensor in tensors.values():
        bits = _ITEM_BITS.get(tensor.dtype)
        if bits is None:
            unknown.add(tensor.dtype)
        elif _declared_bits(tensor.shape, bits) != tensor.size_bytes * 8:
            wrong += 1
    warnings = [f"unknown data type {dtype[:40]!r}" for dtype in sorted(unknown)[:5]]
    if wrong:
        warnings.append(f"{wrong} tensors whose size does not match their shape")
    return warnings


def _declared_bits(shape: tuple[int, ...], bits: int) -> int:
    # A shape with a million entries would give an integer of megabytes; no tensor has so many axes.
    return math.prod(shape) * bits if len(shape) <= MAX_AXES else -1
