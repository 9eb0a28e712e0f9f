"""Node classes as ComfyUI servers report them in ``/object_info``."""

import gzip
import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

import msgspec

Json = Any

MAX_CLASSES = 20_000
"""Classes of one server that are kept; ComfyUI 0.33 has 886, many custom nodes a few thousand."""
MAX_NAME_LENGTH = 200
_BUNDLED = "data/object-info-0.33.0.json.gz"
_PACKED = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LEVEL = 6
"""gzip: 3 MB become 170 KB in 60 ms; the highest level saves 2 % more in three times that."""


class ObjectInfo(Mapping[str, Json]):
    """The node classes of a server by name; each is decoded when it is asked for."""

    def __init__(self, packed: Mapping[str, msgspec.Raw]) -> None:
        self.packed = packed

    @classmethod
    def read(cls, content: bytes) -> "ObjectInfo":
        """Return the classes of a JSON document.

        Raises:
            msgspec.DecodeError: the document is not a JSON object.
        """
        return cls(_PACKED.decode(content))

    @classmethod
    def merged(cls, infos: Sequence["ObjectInfo"]) -> "ObjectInfo":
        """Return the classes of all; of equal names those of the first count."""
        packed: dict[str, msgspec.Raw] = {}
        for info in reversed(infos):
            packed.update(info.packed)
        return cls(packed)

    def __getitem__(self, name: str) -> Json:
        """Return the description of a class."""
        return msgspec.json.decode(self.packed[name])

    def __iter__(self) -> Iterator[str]:
        """Return the names."""
        return iter(self.packed)

    def __len__(self) -> int:
        """Return the number of classes."""
        return len(self.packed)

    def __contains__(self, name: object) -> bool:
        """Return whether a class is known, without decoding it."""
        return name in self.packed


class PackedObjectInfo(msgspec.Struct, frozen=True):
    """A compressed answer of ``/object_info``; equal answers have equal hashes."""

    sha256: str
    content: bytes
    """JSON, compressed by gzip."""
    class_count: int

    def unpack(self) -> ObjectInfo:
        """Return the classes."""
        return unpack(self.content)


def pack(classes: Mapping[str, Json]) -> PackedObjectInfo:
    """Compress the classes of a server, at most ``MAX_CLASSES``; takes a tenth of a second."""
    names = sorted(name for name in classes if 0 < len(name) <= MAX_NAME_LENGTH)[:MAX_CLASSES]
    # Python's json, as ComfyUI: names and options may hold lone surrogates, defaults may be infinite.
    text = json.dumps(_finite({name: classes[name] for name in names}), separators=(",", ":"))
    document = text.encode("ascii")
    return PackedObjectInfo(
        hashlib.sha256(document).hexdigest(),
        gzip.compress(document, _LEVEL, mtime=0),
        len(names),
    )


def unpack(content: bytes) -> ObjectInfo:
    """Return the classes of a compressed document."""
    return ObjectInfo.read(gzip.decompress(content))


@lru_cache(maxsize=1)
def bundled_classes() -> ObjectInfo:
    """Return the classes of ComfyUI 0.33.0, decoded when they are asked for."""
    packed = resources.files("genonaut.workflows").joinpath(_BUNDLED)
    return unpack(packed.read_bytes())


def bundled_object_info() -> dict[str, Any]:
    """Return the answer of ``/object_info`` recorded on ComfyUI 0.33.0 without custom nodes."""
    packed = resources.files("genonaut.workflows").joinpath(_BUNDLED)
    classes: dict[str, Any] = json.loads(gzip.decompress(packed.read_bytes()))
    return classes


def _finite(value: Json) -> Json:
    """Return a value without numbers and texts that JSON readers refuse."""
    if isinstance(value, dict):
        return {_text(name): _finite(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_finite(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return _text(value) if isinstance(value, str) else value


def _text(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
