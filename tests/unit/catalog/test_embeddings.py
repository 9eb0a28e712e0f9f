"""The embeddings that prompts name, and the files that the names mean."""

import pytest

from genonaut.catalog.selection.embeddings import embedding_file, embedding_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a lighthouse", []),
        ("embedding:ink", ["ink"]),
        ("a cat, embedding:ink, rain", ["ink,"]),
        ("a cat\nembedding:ink embedding:fog.pt embedding:ink", ["ink", "fog.pt"]),
        ("(embedding:ink:1.2), (a cat:0.8)", ["ink"]),
        ("((embedding:ink:.5))embedding:fog", ["ink", "fog"]),
        ("embedding:styles/ink embedding:styles\\fog", ["styles/ink", "styles/fog"]),
        (r"embedding:ink\(v2\)", ["ink(v2)"]),
        ("embedding:ink:1.2", ["ink:1.2"]),
        ("my-embedding:ink a,embedding:ink", []),
        ("embedding: ink embedding:,", []),
    ],
)
def test_names_are_read_as_comfyui_reads_them(text: str, names: list[str]) -> None:
    assert embedding_names(text) == names


FILES = [
    "ink.pt",
    "ink.safetensors",
    "old/fog.bin",
    "new/fog.bin",
    "a,.pt",
    "sdxl/rain.safetensors",
]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("ink", "ink.safetensors"),
        ("ink,", "ink.safetensors"),
        ("ink.pt", "ink.pt"),
        ("a,", "a,.pt"),
        ("fog", "new/fog.bin"),
        ("old/fog", "old/fog.bin"),
        ("rain.safetensors", "sdxl/rain.safetensors"),
        ("xl/rain", None),
        ("Ink", None),
        ("in", None),
    ],
)
def test_a_name_may_lack_the_ending_and_the_folder(name: str, file: str | None) -> None:
    assert embedding_file(name, FILES) == file
