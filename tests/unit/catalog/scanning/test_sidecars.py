"""Sidecars and previews beside a model are read; invalid ones are reported."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genonaut.catalog.identification.declared import EMPTY_SHA256, Declared
from genonaut.catalog.scanning.sidecars import (
    MAX_SIDECAR_BYTES,
    Neighbours,
    _describe,
    neighbours_of,
    read_sidecars,
)
from genonaut.catalog.vocabulary import Architecture, ModelKind

CIVITAI = {
    "id": 5,
    "baseModel": "Illustrious",
    "trainedWords": ["ohwx, dress", "hat"],
    "description": "<p>Nice &amp; <b>bold</b></p>",
    "model": {"name": "A LoRA", "type": "LORA", "tags": ["style"]},
    "creator": {"username": "someone"},
    "files": [{"hashes": {"SHA256": "AB" * 32}}, {"hashes": {"SHA256": EMPTY_SHA256}}, "junk"],
}


def read(folder: Path, name: str = "m.safetensors") -> tuple[Declared, tuple[str, ...]]:
    return read_sidecars(folder, neighbours_of(name, {path.name for path in folder.iterdir()}))


def test_previews_and_sidecars_are_found_by_name() -> None:
    listing = {"m.safetensors", "m.png", "m.preview.webp", "m.json", "m.civitai.info", "mm.png"}
    found = neighbours_of("m.safetensors", listing)
    assert found == Neighbours("m.preview.webp", ("m.civitai.info", "m.json"))
    assert neighbours_of("other.safetensors", listing) == Neighbours()


def test_civitai_info_is_read(tmp_path: Path) -> None:
    (tmp_path / "m.civitai.info").write_text(json.dumps(CIVITAI))
    words, faults = read(tmp_path)
    assert faults == ()
    assert (words.kind, words.architecture, words.variant) == (
        ModelKind.LORA,
        Architecture.SDXL,
        "illustrious",
    )
    assert words.trigger_words == ("ohwx", "dress", "hat")
    assert (words.title, words.author, words.tags) == ("A LoRA", "someone", ("style",))
    assert words.hashes == ("ab" * 32,)
    assert "<" not in words.description


def test_lora_manager_and_a1111_sidecars_are_read(tmp_path: Path) -> None:
    (tmp_path / "m.metadata.json").write_text(
        json.dumps(
            {
                "model_name": "Name",
                "base_model": "Flux.1 D",
                "sha256": "CD" * 32,
                "civitai": CIVITAI,
            }
        )
    )
    (tmp_path / "m.json").write_text(
        json.dumps({"activation text": "abc, def", "sd version": "SD1"})
    )
    words, _ = read(tmp_path)
    assert (words.title, words.architecture, words.variant) == ("Name", Architecture.FLUX1, "dev")
    assert words.hashes == ("cd" * 32, "ab" * 32)
    (tmp_path / "m.metadata.json").unlink()
    words, _ = read(tmp_path)
    assert (words.trigger_words, words.architecture) == (("abc", "def"), Architecture.SD1)


def test_swarm_sidecars_are_read(tmp_path: Path) -> None:
    document = {
        "modelspec.title": "T",
        "modelspec.trigger_phrase": "x",
        "modelspec.resolution": "512x512",
    }
    (tmp_path / "m.swarm.json").write_text(json.dumps(document))
    words, _ = read(tmp_path)
    assert (words.title, words.trigger_words, words.resolution) == ("T", ("x",), (512, 512))


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"5", b"\xff\xfe", b"[" * 300_000, b'{"a":' * 300_000]
)
def test_an_invalid_sidecar_is_reported(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "m.json").write_bytes(content)
    words, faults = read(tmp_path)
    assert words == Declared()
    assert len(faults) == 1
    assert faults[0].startswith("m.json: ")


def test_too_large_sidecars_and_other_than_files_are_not_read(tmp_path: Path) -> None:
    with (tmp_path / "m.json").open("wb") as file:
        file.truncate(MAX_SIDECAR_BYTES + 1)
    os.mkfifo(tmp_path / "m.swarm.json")
    (tmp_path / "m.civitai.info").mkdir()
    (tmp_path / "m.metadata.json").symlink_to(tmp_path / "nowhere")
    _, faults = read(tmp_path)
    assert len(faults) == 4


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [*CIVITAI, "civitai", "hashes", "SHA256", "name", "type", "tags", "sha256", "title"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(
    st.dictionaries(
        st.sampled_from([*CIVITAI, "civitai", "sha256", "modelspec.tags"]), JSON, max_size=6
    )
)
def test_arbitrary_sidecars_do_not_crash_the_reader(document: dict[str, object]) -> None:
    assert isinstance(_describe(document), dict)
