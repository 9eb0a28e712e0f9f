"""Reading safetensors headers: problems have reasons, and no input crashes or blocks the reader."""

import json
import os
import tracemalloc
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.zoo.writer import write_safetensors

from genonaut.catalog.identification.header import Header, HeaderProblem, UnreadableHeader
from genonaut.catalog.identification.header_reader import read_header
from genonaut.catalog.identification.identify import identify
from genonaut.catalog.identification.safetensors import MAX_HEADER_BYTES, read_safetensors

ONE = {"a": {"dtype": "F16", "shape": [2, 2], "data_offsets": [0, 8]}}


def pack(document: object, *, data: int = 8) -> bytes:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return len(raw).to_bytes(8, "little") + raw + bytes(data)


def read(content: bytes) -> Header | UnreadableHeader:
    return read_safetensors(BytesIO(content), len(content))


def problem(content: bytes) -> HeaderProblem | None:
    result = read(content)
    return result.problem if isinstance(result, UnreadableHeader) else None


def test_a_valid_header_gives_names_types_and_shapes() -> None:
    header = read(pack({"__metadata__": {"format": "pt"}, **ONE}))
    assert isinstance(header, Header)
    assert header.tensors["a"].shape == (2, 2)
    assert header.tensors["a"].dtype == "F16"
    assert header.metadata == {"format": "pt"}
    assert (header.data_bytes, header.missing_bytes, header.warnings) == (8, 0, ())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", HeaderProblem.EMPTY_FILE),
        (b"abc", HeaderProblem.TOO_SHORT),
        (bytes(8), HeaderProblem.HEADER_EMPTY),
        (b"\xff" * 8, HeaderProblem.HEADER_TOO_LARGE),
        ((MAX_HEADER_BYTES + 1).to_bytes(8, "little"), HeaderProblem.HEADER_TOO_LARGE),
        ((100).to_bytes(8, "little") + b"{}", HeaderProblem.HEADER_BEYOND_FILE),
        (pack(b"not json"), HeaderProblem.NOT_JSON),
        (pack(b'{"a": "\xff"}'), HeaderProblem.NOT_JSON),
        (pack(b"[" * 200_000), HeaderProblem.NOT_JSON),
        (pack(b'{"a":' * 200_000), HeaderProblem.NOT_JSON),
        (pack(b'{"a":{"dtype":"F16","x":' + b"[" * 200_000), HeaderProblem.NOT_JSON),
        (pack([1, 2]), HeaderProblem.MALFORMED),
        (pack(b"null"), HeaderProblem.MALFORMED),
        (pack({"a": 1}), HeaderProblem.MALFORMED),
        (
            pack({"a": {"dtype": "F16", "shape": "big", "data_offsets": [0, 8]}}),
            HeaderProblem.MALFORMED,
        ),
        (
            pack({"a": {"dtype": "F16", "shape": [1.5], "data_offsets": [0, 8]}}),
            HeaderProblem.MALFORMED,
        ),
        (pack({"a": {"dtype": 16, "shape": [1], "data_offsets": [0, 2]}}), HeaderProblem.MALFORMED),
        (pack({"a": {"dtype": "F16", "shape": [1], "data_offsets": [0]}}), HeaderProblem.MALFORMED),
        (
            pack({"a": {"dtype": "F16", "shape": [1], "data_offsets": [8, 0]}}),
            HeaderProblem.BAD_OFFSETS,
        ),
        (
            pack({"a": {"dtype": "F16", "shape": [1], "data_offsets": [-2, 0]}}),
            HeaderProblem.BAD_OFFSETS,
        ),
        (
            pack({**ONE, "b": {"dtype": "F16", "shape": [4], "data_offsets": [4, 12]}}),
            HeaderProblem.BAD_OFFSETS,
        ),
        (pack(b'{"a":{"shape":[1e400]}}'), HeaderProblem.NOT_JSON),
        (pack(b'{"a":{"shape":[' + b"9" * 9_000 + b"]}}"), HeaderProblem.NOT_JSON),
        (pack(b"{" * 1_000_001), HeaderProblem.HEADER_TOO_LARGE),
        (pack(b"," * 10_000_001), HeaderProblem.HEADER_TOO_LARGE),
        (b"PK\x03\x04 and the rest of a zip", HeaderProblem.PICKLE_IN_DISGUISE),
        (b"\x80\x02}q\x00(X\x00\x00", HeaderProblem.PICKLE_IN_DISGUISE),
        (b"<!DOCTYPE html><html>", HeaderProblem.OTHER_FORMAT),
        (b"version https://git-lfs.github.com/spec/v1\n", HeaderProblem.OTHER_FORMAT),
        (b"GGUF\x03\x00\x00\x00" + bytes(64), HeaderProblem.OTHER_FORMAT),
    ],
    ids=lambda value: value[:24] if isinstance(value, bytes) else str(value),
)
def test_invalid_headers_have_a_reason(content: bytes, expected: HeaderProblem) -> None:
    assert problem(content) is expected


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":{"dtype":"F16","shape":[4],"data_offsets":[0,8]},"a":{"dtype":"F16","shape":[4],"data_offsets":[0,8]}}',
        b'{"a":{"dtype":"F16","shape":[4],"data_offsets":[0,8]},"\\u0061":{"dtype":"F16","shape":[4],"data_offsets":[0,8]}}',
        b'{"__metadata__":{},"__metadata__":{"x":"y"},"a":{"dtype":"F16","shape":[4],"data_offsets":[0,8]}}',
    ],
)
def test_duplicate_names_are_rejected(raw: bytes) -> None:
    assert problem(pack(raw)) is HeaderProblem.DUPLICATE_NAMES


def test_a_metadata_text_that_looks_like_an_entry_is_not_a_duplicate() -> None:
    header = read(pack({"__metadata__": {"data_offsets": "data_offsets"}, **ONE}))
    assert isinstance(header, Header)


def test_metadata_may_use_the_keys_of_tensors() -> None:
    metadata = {"shape": "512x512", "dtype": "fp16", "data_offsets": "none"}
    header = read(pack({"__metadata__": metadata, **ONE}))
    assert isinstance(header, Header)
    assert header.metadata == metadata


def test_metadata_values_other_than_strings_are_dropped_with_a_warning() -> None:
    header = read(pack({"__metadata__": {"a": 1, "b": None, "c": {"d": []}, "e": "text"}, **ONE}))
    assert isinstance(header, Header)
    assert header.metadata == {"e": "text"}
    assert header.warnings == ("3 metadata values are not strings",)


@pytest.mark.parametrize("value", [None, 5, "text", [1], True])
def test_tensors_are_read_when_the_metadata_is_not_an_object(value: Any) -> None:
    result = read(pack({"__metadata__": value, **ONE}))
    assert isinstance(result, Header)
    assert "a" in result.tensors
    assert result.metadata == {}


@pytest.mark.parametrize("length", [0x0280, 0x0380, 0x0480, 0x010280, *range(60, 130)])
def test_a_length_with_the_bytes_of_a_pickle_header_is_a_length(length: int) -> None:
    raw = json.dumps(ONE).encode().ljust(length)
    assert isinstance(read(pack(raw)), Header)


def test_missing_bytes_of_a_truncated_file_are_counted() -> None:
    header = read(pack(ONE, data=3))
    assert isinstance(header, Header)
    assert header.missing_bytes == 5


def test_unknown_types_and_sizes_are_warnings() -> None:
    odd = {
        "a": {"dtype": "F17", "shape": [2], "data_offsets": [0, 8]},
        "b": {"dtype": "F16", "shape": [5], "data_offsets": [8, 16]},
    }
    header = read(pack(odd, data=20))
    assert isinstance(header, Header)
    assert header.warnings == (
        "unknown data type 'F17'",
        "1 tensors whose size does not match their shape",
        "4 bytes follow the last tensor",
    ) or set(header.warnings) == {
        "unknown data type 'F17'",
        "1 tensors whose size does not match their shape",
        "4 bytes follow the last tensor",
    }


def test_a_shape_with_very_many_axes_is_a_warning() -> None:
    header = read(
        pack({"a": {"dtype": "F16", "shape": [9_999_999] * 50_000, "data_offsets": [0, 8]}})
    )
    assert isinstance(header, Header)
    assert header.warnings


def test_large_metadata_is_read_within_limits() -> None:
    tracemalloc.start()
    header = read(pack({"__metadata__": {"ss_tag_frequency": "x" * 20_000_000}, **ONE}))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(header, Header)
    assert peak < 200_000_000


def test_a_file_that_shrinks_while_it_is_read_is_reported() -> None:
    content = pack(ONE)
    assert isinstance(read_safetensors(BytesIO(content[:20]), len(content)), UnreadableHeader)


def test_only_the_header_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.safetensors"
    size = 50 * 1024**3
    write_safetensors(path, {"a": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}})
    header = read_header(path)
    assert isinstance(header, Header)
    assert header.missing_bytes == 0


def test_fifos_and_folders_are_reported_without_blocking(tmp_path: Path) -> None:
    fifo = tmp_path / "pipe.safetensors"
    os.mkfifo(fifo)
    folder = tmp_path / "folder.safetensors"
    folder.mkdir()
    for path in (fifo, folder, tmp_path / "absent.safetensors", "nul\0.safetensors"):
        result = read_header(path)
        assert isinstance(result, UnreadableHeader)
        assert result.problem in {HeaderProblem.NOT_A_FILE, HeaderProblem.UNREADABLE}


ENTRY = st.fixed_dictionaries(
    {},
    optional={
        "dtype": st.one_of(
            st.sampled_from(["F16", "U8", "I32", "F4", ""]), st.integers(), st.none()
        ),
        "shape": st.one_of(st.lists(st.integers(-5, 2**70), max_size=6), st.text(max_size=3)),
        "data_offsets": st.lists(st.integers(-10, 2**70), max_size=3),
    },
)
NAME = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        [
            "__metadata__",
            "model.diffusion_model.input_blocks.0.0.weight",
            "head.modulation",
            "patch_embedding.weight",
            "joint_blocks.0.context_block.attn.qkv.weight",
            "double_blocks.0.img_attn.norm.key_norm.scale",
            "double_stream_modulation_img.lin.weight",
            "lora_unet_double_blocks_0_img_attn_qkv.lora_down.weight",
            "x.lokr_w1",
            "x.lokr_w2_b",
            "x.oft_blocks",
            "x.diff",
            "clip_g",
            "emb_params",
            "decoder.conv_in.weight",
            "encoder.conv_in.weight",
            "decoder.conv1.weight",
            "decoder.middle.0.residual.0.gamma",
            "conv_first.weight",
            "body.0.rdb1.x",
            "text_model.encoder.layers.0.mlp.fc1.weight",
            "encoder.block.0.layer.0.SelfAttention.k.weight",
            "model.layers.0.input_layernorm.weight",
            "conv_in.weight",
            "down_blocks.0.attn2.to_k.weight",
        ]
    ),
)
HEADERS = st.one_of(
    st.dictionaries(NAME, ENTRY, max_size=8),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAME, inner, max_size=3),
        max_leaves=12,
    ),
)


@given(st.binary(max_size=400))
def test_arbitrary_bytes_do_not_crash_the_reader(content: bytes) -> None:
    assert isinstance(read(content), Header | UnreadableHeader)


@given(st.binary(max_size=300), st.integers(0, 40))
def test_arbitrary_header_bytes_do_not_crash_the_reader(raw: bytes, data: int) -> None:
    assert isinstance(read(pack(raw, data=data)), Header | UnreadableHeader)


@settings(max_examples=400)
@given(HEADERS, st.text(max_size=20))
def test_arbitrary_json_does_not_crash_reader_or_identification(
    document: object, name: str
) -> None:
    result = read(pack(document))
    if isinstance(result, Header):
        found = identify(result, name=name)
        assert all(0 <= evidence.confidence <= 1 for evidence in found.evidence)


def test_mutated_specimens_do_not_crash_identification() -> None:
    from tests.zoo.catalogue import all_specimens  # noqa: PLC0415 - slow to import, needed only here

    for specimen in all_specimens():
        for shape in ((), (0,), (1,) * 7, (2**70, 2**70)):
            specimen.shapes = dict.fromkeys(specimen.shapes, shape)
            identify(specimen.header(), name="")
