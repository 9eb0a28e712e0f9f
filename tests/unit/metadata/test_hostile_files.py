"""Files that carry nothing, lie, or try to exhaust the reader."""

import gzip
import random
import struct
import zlib

import pytest
from tests.support import metadata_files as files
from tests.support.metadata_files import as_json

from genonaut.metadata import read_entries, read_file
from genonaut.metadata.programs import a1111_settings

_BOMB = zlib.compress(bytes(64 * 1024 * 1024), 9)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"RIFF\x00\x00\x00\x00WEBP",
        b"fLaC",
        b"GIF89a",
        b"GIF89a" + bytes(7) + b"\x21\xfe\xff",
        b"ID3",
        b"OggS",
        b"\x1a\x45\xdf\xa3",
        b"\0\0\0\x18ftypisom",
        files.png(),
        files.png({"Comment": "Created with GIMP"}),
        files.png({"prompt": "{", "workflow": "[1]", "parameters": ""}),
        files.png({"Comment": as_json({"prompt": "just a comment"})}),
    ],
)
def test_a_file_that_carries_nothing_known(data: bytes) -> None:
    assert read_file(data) is None


def test_compressed_texts_are_not_inflated_without_bound() -> None:
    assert read_entries(files.png_with_chunk(b"zTXt", b"parameters\0\0" + _BOMB)) == ()
    assert read_entries(files.png_with_chunk(b"iTXt", b"parameters\0\1\0\0\0" + _BOMB)) == ()


def test_hidden_texts_are_bounded() -> None:
    huge = gzip.compress(bytes(40 * 1024 * 1024))[:900].decode("latin-1")
    assert read_file(files.png_with_hidden_text(b"stealth_pngcomp", huge)) is None


def test_deeply_nested_json_is_no_json() -> None:
    assert read_file(files.png({"prompt": '{"a":' * 100_000})) is None


def test_nan_is_no_number() -> None:
    text = '{"prompt": "a fox", "guidance_scale": NaN, "num_inference_steps": 28}'
    generation = read_file(files.png({"parameters": text}))
    assert generation is not None
    assert generation.cfg is None


@pytest.mark.parametrize(
    "value", [5, "x", {}, [], [5], ["1", 0], {"a": [None]}, True, 10**400, "9" * 5000, None]
)
def test_values_of_other_types_are_left_out(value: object) -> None:
    inputs = dict.fromkeys(
        ("add_noise", "seed", "steps", "cfg", "positive", "negative", "latent_image", "model", "lora_name_1", "switch_1", "lora",
         "loras", "text", "sampler_name", "width", "script", "image", "upscale_by", "guider", "denoise"), value,
    )  # fmt: skip
    graph = {"1": {"class_type": "KSampler", "inputs": inputs}}
    other = {"prompt": "a", "guidance_scale": 1, "seed": value, "steps": value, "models": value, "lora": value, "baseModel": value,
             "char_captions": value, "v4_prompt": {"caption": {"char_captions": value}}, "resources": value, "vae": value,
             "loras": value, "model": value, "styles": value, "base_model": value}  # fmt: skip
    for key, data in (
        ("prompt", graph), ("parameters", other), ("generation_data", other), ("invokeai_metadata", other), ("sd-metadata", other),
        ("extrametadata", other), ("Comment", other), ("parameters-json", other), ("parameters", {"sui_image_params": other}),
    ):  # fmt: skip
        found = read_file(files.png({key: as_json(data), "Software": "NovelAI"}))
        assert found is None or found.seed in (None, 5, 1)


def test_many_lines_like_settings_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each block of such lines is joined and parsed once, not once for each of its lines."""
    parsed: list[int] = []
    parse = a1111_settings._pairs

    def counted(line: str) -> dict[str, str]:
        parsed.append(len(line))
        return parse(line)

    monkeypatch.setattr(a1111_settings, "_pairs", counted)
    read_file(files.png({"parameters": "Steps: 1\n" * 2_000}))
    assert len(parsed) < 10


def test_at_most_500_texts_are_read() -> None:
    assert len(read_entries(files.png({f"key{number}": "x" for number in range(700)}))) == 500


@pytest.mark.parametrize("seed", range(60))
def test_damaged_files_give_something_or_nothing(seed: int) -> None:
    source = random.Random(seed)  # noqa: S311 - repeatable damage, no secret
    graph = as_json(
        {
            "1": {
                "class_type": "KSampler",
                "inputs": {"seed": 1, "steps": 2, "positive": ["1", 0], "model": ["1", 0]},
            }
        }
    )
    whole = bytearray(
        source.choice(
            [
                files.png({"prompt": graph, "parameters": "a\nSteps: 1, Seed: 2, Size: 8x8"}),
                files.image_with_exif(
                    "JPEG", {0x0110: "prompt:" + graph}, files.unicode_comment(graph, "utf-16-be")
                ),
                files.image_with_exif("WEBP", {0x0110: "prompt:" + graph}),
                files.mp4({"prompt": graph}),
                files.gif("a\nSteps: 1, Seed: 2, Size: 8x8"),
                files.webm({"prompt": graph}),
                files.flac({"prompt": graph}),
                files.opus({"prompt": graph}),
                files.mp3({"prompt": graph}),
            ]
        )
    )
    for _ in range(source.randint(1, 12)):
        whole[source.randrange(len(whole))] = source.randrange(256)
    cut = source.randrange(len(whole)) if source.random() < 0.3 else len(whole)
    read_file(bytes(whole[:cut]))


def test_lengths_beyond_the_file_end_the_reading() -> None:
    liar = struct.pack(">I4s", 0x7FFFFFFF, b"moov") + b"\0" * 20
    assert read_entries(b"\0\0\0\x10ftypisom\0\0\0\0" + liar) == ()
    assert read_entries(b"fLaC\x84\xff\xff\xff" + struct.pack("<II", 0xFFFFFFFF, 5)) == ()
