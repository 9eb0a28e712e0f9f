"""Write sparse model files with the headers of real models."""

import json
import math
import os
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from genonaut.catalog.identification.header import Header, Tensor
from genonaut.catalog.vocabulary import FileFormat

BYTES = {
    "F32": 4,
    "F16": 2,
    "BF16": 2,
    "F8_E4M3": 1,
    "F8_E5M2": 1,
    "U8": 1,
    "I8": 1,
    "I64": 8,
    "I32": 4,
}
Shapes = dict[str, tuple[int, ...]]


# file name, shapes by tensor, what the file is
Row = tuple[str, Mapping[str, tuple[int, ...]], Mapping[str, object]]


class Specimen(msgspec.Struct, kw_only=True):
    """A model file to write, and the expected identification."""

    name: str
    shapes: Shapes
    dtype: str = "F16"
    dtypes: dict[str, str] = {}
    metadata: dict[str, str] = {}
    expect: dict[str, Any]

    def header(self) -> Header:
        """Return the header as a reader returns it."""
        entries = self._entries()
        end = max((entry["data_offsets"][1] for entry in entries.values()), default=0)
        return Header(
            format=FileFormat.SAFETENSORS,
            tensors={name: msgspec.convert(entry, Tensor) for name, entry in entries.items()},
            metadata=self.metadata,
            header_bytes=8,
            data_bytes=end,
            file_bytes=8 + end,
        )

    def write(self, folder: Path) -> Path:
        """Write the file; its tensors are a sparse hole."""
        path = folder / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_safetensors(path, self._entries(), self.metadata)
        return path

    def _entries(self) -> dict[str, dict[str, Any]]:
        at = 0
        entries = {}
        for name, shape in self.shapes.items():
            dtype = self.dtypes.get(name, self.dtype)
            size = math.prod(shape) * BYTES[dtype]
            entries[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [at, at + size]}
            at += size
        return entries


def specimens_of(rows: Iterable[Row], dtype: str = "F16") -> list[Specimen]:
    """Make a specimen of each row."""
    return [
        Specimen(name=name, shapes=dict(shapes), dtype=dtype, expect=dict(expect))
        for name, shapes, expect in rows
    ]


def write_safetensors(
    path: Path, entries: Mapping[str, Mapping[str, Any]], metadata: Mapping[str, str] | None = None
) -> None:
    """Write a header followed by a sparse hole of the declared size."""
    document = {"__metadata__": metadata, **entries} if metadata else dict(entries)
    raw = json.dumps(document, separators=(",", ":")).encode()
    raw += b" " * (-len(raw) % 8)
    end = max((entry["data_offsets"][1] for entry in entries.values()), default=0)
    with path.open("wb") as file:
        file.write(len(raw).to_bytes(8, "little") + raw)
        os.truncate(file.fileno(), 8 + len(raw) + end)


def gguf_bytes(
    keys: Mapping[str, str | int | list[int] | list[str]],
    tensors: Mapping[str, tuple[tuple[int, ...], int]],
    *,
    version: int = 3,
    size: int = 0,
) -> bytes:
    """Return a GGUF header; ``tensors`` maps names to (shape in PyTorch's order, ggml type)."""
    width = "<I" if version == 1 else "<Q"

    def text(value: str) -> bytes:
        raw = value.encode()
        return struct.pack(width, len(raw)) + raw

    def value(item: str | int | list[int] | list[str]) -> bytes:
        if isinstance(item, str):
            return struct.pack("<I", 8) + text(item)
        if isinstance(item, int):
            return struct.pack("<Ii", 5, item)
        inner = b"".join(text(i) if isinstance(i, str) else struct.pack("<i", i) for i in item)
        kind = 8 if item and isinstance(item[0], str) else 5
        return struct.pack("<II", 9, kind) + struct.pack(width, len(item)) + inner

    out = b"GGUF" + struct.pack("<I", version) + struct.pack(width, len(tensors))
    out += struct.pack(width, len(keys))
    for key, item in keys.items():
        out += text(key) + value(item)
    offset = 0
    for name, (shape, kind) in tensors.items():
        axes = b"".join(struct.pack(width, axis) for axis in reversed(shape))
        out += text(name) + struct.pack("<I", len(shape)) + axes + struct.pack("<IQ", kind, offset)
        offset += size
    return out + bytes(-len(out) % 32)
