"""Previews and metadata files (sidecars) that other tools put beside a model; never written.

Sources: the file names of A1111 (``.json``, ``.preview.png``), Civitai Helper (``.civitai.info``), ComfyUI
Manager (``.cm-info.json``), SwarmUI (``.swarm.json``) and LoRA Manager (``.metadata.json``).
"""

import os
import re
from collections.abc import Container
from pathlib import Path

import msgspec

from genonaut.catalog.identification.declared import (
    EMPTY_SHA256,
    Declared,
    clean,
    parse_architecture,
    parse_resolution,
    split_words,
)
from genonaut.catalog.regular_file import open_regular
from genonaut.catalog.vocabulary import ModelKind

MAX_SIDECAR_BYTES = 4 * 1024 * 1024
MAX_PREVIEW_BYTES = 32 * 1024 * 1024

PREVIEW_SUFFIXES = (
    ".preview.png",
    ".preview.jpg",
    ".preview.jpeg",
    ".preview.webp",
    ".png",
    ".jpg",
    ".jpeg",
    ".webp",
    ".thumb.jpg",
    ".preview.mp4",
)
# Most detailed first: each field is taken from the first file that has it.
SIDECAR_SUFFIXES = (".civitai.info", ".metadata.json", ".cm-info.json", ".swarm.json", ".json")
_HASH = re.compile(r"[0-9a-fA-F]{64}")
_MARKUP = re.compile(r"<[^>]{0,1000}>")
_KINDS = {
    "checkpoint": ModelKind.CHECKPOINT,
    "lora": ModelKind.LORA,
    "locon": ModelKind.LORA,
    "dora": ModelKind.LORA,
    "textualinversion": ModelKind.EMBEDDING,
    "vae": ModelKind.VAE,
    "controlnet": ModelKind.CONTROLNET,
    "upscaler": ModelKind.UPSCALER,
    "hypernetwork": ModelKind.HYPERNETWORK,
}

Json = dict[str, object]


class Neighbours(msgspec.Struct, frozen=True):
    """Names of the files beside a model that describe it; ``preview`` is the best image, or empty."""

    preview: str = ""
    sidecars: tuple[str, ...] = ()


def neighbours_of(name: str, listing: Container[str]) -> Neighbours:
    """Return the neighbours of file ``name`` among the names in its folder; opens no file."""
    base = name.rpartition(".")[0] or name
    preview = next((base + s for s in PREVIEW_SUFFIXES if base + s in listing), "")
    sidecars = tuple(base + s for s in SIDECAR_SUFFIXES if base + s in listing)
    return Neighbours(preview, sidecars)


def read_sidecars(folder: Path | str, neighbours: Neighbours) -> tuple[Declared, tuple[str, ...]]:
    """Read the sidecars of a model; also returns the problems found, one line each."""
    merged: dict[str, object] = {}
    problems: list[str] = []
    for name in neighbours.sidecars:
        document = _load(os.path.join(folder, name))  # noqa: PTH118 - speed
        if isinstance(document, str):
            problems.append(f"{name}: {document}")
            continue
        for field, value in _describe(document).items():
            if value and not merged.get(field):
                merged[field] = value
    return msgspec.convert(merged, Declared, strict=False) if merged else Declared(), tuple(
        problems
    )


def _load(path: str) -> Json | str:
    """Return the JSON object in a file, or the reason why it cannot be used."""
    try:
        with open_regular(path) as file:
            raw = file.read(MAX_SIDECAR_BYTES + 1)
    except OSError as error:
        return error.strerror or str(error)
    if len(raw) > MAX_SIDECAR_BYTES:
        return f"larger than {MAX_SIDECAR_BYTES} bytes"
    try:
        document = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "not JSON"
    return document if isinstance(document, dict) else "not a JSON object"


def _describe(document: Json) -> Json:
    """Return the fields of a sidecar, in any of the supported formats."""
    civitai = _object(document, "civitai")  # LoRA Manager nests Civitai's document
    version = civitai or document
    model = _object(version, "model")
    base = _text(document, "baseModel", "base_model", "sd version") or _text(version, "baseModel")
    architecture, variant = parse_architecture(base)
    return {
        "kind": _KINDS.get(_text(model, "type").lower()),
        "architecture": architecture,
        "variant": variant,
        "architecture_text": base,
        "base_model_hint": base,
        "title": _text(document, "model_name", "title", "modelspec.title") or _text(model, "name"),
        "description": _plain(
            _text(document, "modelspec.description", "description", "modelDescription")
            or _text(version, "description")
        ),
        "author": _text(document, "author", "modelspec.author")
        or _text(_object(version, "creator"), "username"),
        "license": _text(document, "license", "modelspec.license"),
        "tags": _words(document, "tags", "modelspec.tags") or _words(model, "tags"),
        "trigger_words": _words(version, "trainedWords")
        or _words(document, "trained_words", "activation text", "modelspec.trigger_phrase"),
        "resolution": parse_resolution(_text(document, "modelspec.resolution")),
        "hashes": _file_hashes(document, version),
    }


def _object(document: Json, key: str) -> Json:
    value = document.get(key)
    return value if isinstance(value, dict) else {}


def _text(document: Json, *keys: str) -> str:
    return next((text for key in keys if (text := clean(document.get(key)))), "")


def _words(document: Json, *keys: str) -> tuple[str, ...]:
    for key in keys:
        value = document.get(key)
        if isinstance(value, list):
            value = ",".join(text for text in value if isinstance(text, str))
        words = split_words(value)
        if words:
            return words
    return ()


def _plain(text: str) -> str:
    """Return a description without markup; Civitai's descriptions are untrusted HTML."""
    return clean(_MARKUP.sub(" ", text))


def _file_hashes(document: Json, version: Json) -> tuple[str, ...]:
    found = [_text(document, "sha256")]
    files = version.get("files")
    entries = (
        [entry for entry in files if isinstance(entry, dict)] if isinstance(files, list) else []
    )
    found += [_text(_object(entry, "hashes"), "SHA256") for entry in entries]
    lowered = (text.lower() for text in found if _HASH.fullmatch(text))
    return tuple(dict.fromkeys(text for text in lowered if text != EMPTY_SHA256))
