"""The files and texts that the output nodes of a prompt made.

Source: ComfyUI, ``outputs`` of a history entry: images, videos and sounds under several keys, and
custom nodes add more. Every list is searched for objects with a file name.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import msgspec

from genonaut.comfyui.wire import HistoryEntry, ImageRef

_KINDS = {
    "image": "png jpg jpeg webp",
    "video": "mp4 webm mkv mov",
    "audio": "wav flac mp3 opus ogg m4a",
    "text": "txt csv md json",
    "model3d": "glb gltf obj fbx usdz stl ply",
}
_KIND_OF = {ending: kind for kind, endings in _KINDS.items() for ending in endings.split()}
_TEXT_KEYS = frozenset({"text", "string"})
_MAX_FILES = 1_000
_MAX_NAME_LENGTH = 1_000
MAX_TEXT_LENGTH = 1_000_000
"""Characters of a text that a node shows; longer ones are cut."""


class OutputFile(msgspec.Struct, frozen=True):
    """A file that a node made. ``kind`` is image, video, audio, text, model3d or file."""

    node_id: str
    reference: ImageRef
    kind: str

    @property
    def is_saved(self) -> bool:
        """Return whether it is kept; previews vanish when the server restarts."""
        return self.reference.type == "output"


class OutputText(msgspec.Struct, frozen=True):
    """A text that a node shows without saving a file."""

    node_id: str
    text: str


def kind_of(filename: str) -> str:
    """Return the kind of a file by its extension; ``file`` for unknown ones."""
    return _KIND_OF.get(PurePosixPath(filename).suffix.lower().lstrip("."), "file")


def results_of(
    entry: HistoryEntry, nodes: tuple[str, ...] = (), *, only: tuple[str, ...] = ()
) -> list[OutputFile | OutputText]:
    """Return the results of a prompt, at most 1,000: saved files; if there are none, previews and texts.

    Args:
        entry: the history of the prompt.
        nodes: ids of nodes whose results come first, in this order.
        only: if not empty, other nodes have no results.
    """
    rank = {node_id: place for place, node_id in enumerate(nodes)}
    found: list[OutputFile | OutputText] = []
    for node_id in sorted(entry.outputs, key=lambda one: rank.get(one, len(rank))):
        output = entry.outputs[node_id]
        if isinstance(output, dict) and (not only or node_id in only):
            files = [*_files(node_id, output)]
            found += files
            if not any(one.kind == "text" for one in files):
                found += _texts(node_id, output)
    saved = [one for one in found if isinstance(one, OutputFile) and one.is_saved]
    return [*(saved or found)][:_MAX_FILES]


def _files(node_id: str, output: dict[str, Any]) -> Iterator[OutputFile]:
    for value in output.values():
        for item in value if isinstance(value, list) else ():
            reference = _reference(item)
            if reference is not None:
                yield OutputFile(node_id, reference, kind_of(reference.filename))


def _reference(item: object) -> ImageRef | None:
    if not isinstance(item, dict) or not isinstance(item.get("filename"), str):
        return None
    try:
        reference = msgspec.convert(item, ImageRef)
    except msgspec.ValidationError:
        return None
    is_usable = 0 < len(reference.filename) <= _MAX_NAME_LENGTH and "\0" not in reference.filename
    return reference if is_usable else None


def _texts(node_id: str, output: dict[str, Any]) -> Iterator[OutputText]:
    for key in _TEXT_KEYS & output.keys():
        values = output[key] if isinstance(output[key], list) else [output[key]]
        texts = [value for value in values if isinstance(value, str) and value.strip()]
        if texts:
            yield OutputText(node_id, "\n\n".join(texts)[:MAX_TEXT_LENGTH])
