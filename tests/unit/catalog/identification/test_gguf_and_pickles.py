"""Reading GGUF headers, and describing pickles without unpickling them."""

import pickle
import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.zoo import pickled, transformers, videos
from tests.zoo.writer import gguf_bytes

from genonaut.catalog.identification.gguf import read_gguf
from genonaut.catalog.identification.header import (
    Header,
    HeaderProblem,
    PickleArchive,
    UnreadableHeader,
)
from genonaut.catalog.identification.header_reader import read_header
from genonaut.catalog.identification.identify import identify
from genonaut.catalog.identification.pickle_shapes import embedding_shape
from genonaut.catalog.identification.pickles import read_pickle
from genonaut.catalog.vocabulary import Architecture, FileFormat, ModelKind

Q4_K, F16 = 12, 1


def read(content: bytes) -> Header | UnreadableHeader:
    return read_gguf(BytesIO(content), len(content))


def as_gguf(shapes: dict[str, tuple[int, ...]]) -> bytes:
    wide = {name: shape for name, shape in shapes.items() if len(shape) > 4}
    keys: dict[str, str | int | list[int] | list[str]] = {"general.architecture": "x"}
    keys |= {f"comfy.gguf.orig_shape.{name}": list(shape) for name, shape in wide.items()}
    flat = {name: (shape if name not in wide else (shape[0], 64)) for name, shape in shapes.items()}
    return gguf_bytes(keys, {name: (shape, F16) for name, shape in flat.items()})


@pytest.mark.parametrize("version", [1, 2, 3])
def test_keys_and_tensors_are_read_in_every_version(version: int) -> None:
    words = [f"word {number}" for number in range(40)]
    content = gguf_bytes(
        {"general.architecture": "flux", "general.file_type": 14, "tokens": words, "ids": [1] * 99},
        {"a.weight": ((3072, 256), Q4_K)},
        version=version,
    )
    header = read(content + bytes(3072 * 144))
    assert isinstance(header, Header)
    assert header.metadata == {"general.architecture": "flux", "general.file_type": "14"}
    assert header.tensors["a.weight"].shape == (3072, 256)
    assert header.tensors["a.weight"].dtype == "Q4_K"
    assert (header.format, header.missing_bytes) == (FileFormat.GGUF, 0)


def test_missing_bytes_of_a_truncated_file_are_counted() -> None:
    header = read(gguf_bytes({}, {"a": ((256, 10), Q4_K)}) + bytes(1000))
    assert isinstance(header, Header)
    assert header.missing_bytes == 440


@pytest.mark.parametrize(
    ("shapes", "architecture", "variant"),
    [
        (transformers.flux(), Architecture.FLUX1, "dev"),
        (transformers.Z_IMAGE, Architecture.Z_IMAGE, ""),
        (videos.wan(5120, 36, **videos.IMG), Architecture.WAN, "2.1-i2v-14b"),
    ],
)
def test_gguf_models_are_identified(
    shapes: dict[str, tuple[int, ...]], architecture: Architecture, variant: str, tmp_path: Path
) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(as_gguf(shapes))
    header = read_header(path)
    assert isinstance(header, Header)
    found = identify(header, name=path.name)
    assert (found.kind, found.architecture) == (ModelKind.DIFFUSION_MODEL, architecture)
    assert (found.variant, found.precision) == (variant, "F16")


def test_text_encoders_with_llama_cpp_names_are_identified() -> None:
    t5 = read(
        gguf_bytes(
            {"general.architecture": "t5"},
            {
                "enc.blk.0.attn_k.weight": ((4096, 4096), 0),
                "enc.output_norm.weight": ((4096,), 0),
                "token_embd.weight": ((256384, 4096), 0),
            },
        )
    )
    qwen = read(
        gguf_bytes(
            {"general.architecture": "qwen2vl"},
            {"blk.0.attn_norm.weight": ((3584,), 0), "token_embd.weight": ((9, 3584), 0)},
        )
    )
    assert isinstance(t5, Header)
    assert isinstance(qwen, Header)
    assert identify(t5, name="").variant == "umt5-xxl"
    assert identify(qwen, name="").variant == "qwen2vl"


U32, U64 = struct.Struct("<I"), struct.Struct("<Q")
START = b"GGUF" + U32.pack(3)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", HeaderProblem.EMPTY_FILE),
        (b"GG", HeaderProblem.HEADER_BEYOND_FILE),
        (b"GGML" + bytes(40), HeaderProblem.OTHER_FORMAT),
        (b"GGUF" + U32.pack(77) + bytes(40), HeaderProblem.MALFORMED),
        (START + U64.pack(2**60) + U64.pack(0), HeaderProblem.HEADER_TOO_LARGE),
        (START + U64.pack(0) + U64.pack(2**60), HeaderProblem.HEADER_TOO_LARGE),
        (START + U64.pack(0) + U64.pack(1) + U64.pack(2**50), HeaderProblem.MALFORMED),
        (
            START + U64.pack(0) + U64.pack(1) + U64.pack(1) + b"k" + U32.pack(99),
            HeaderProblem.MALFORMED,
        ),
        (
            START
            + U64.pack(0)
            + U64.pack(1)
            + U64.pack(1)
            + b"k"
            + U32.pack(9)
            + U32.pack(9)
            + U64.pack(1),
            HeaderProblem.MALFORMED,
        ),
        (
            START
            + U64.pack(0)
            + U64.pack(1)
            + U64.pack(1)
            + b"k"
            + U32.pack(9)
            + U32.pack(4)
            + U64.pack(2**40),
            HeaderProblem.MALFORMED,
        ),
        (
            START + U64.pack(1) + U64.pack(0) + U64.pack(1) + b"t" + U32.pack(99),
            HeaderProblem.MALFORMED,
        ),
        (gguf_bytes({}, {"a": ((1,), 0)})[:-40], HeaderProblem.HEADER_BEYOND_FILE),
    ],
)
def test_invalid_headers_have_a_reason(content: bytes, expected: HeaderProblem) -> None:
    result = read(content)
    assert isinstance(result, UnreadableHeader)
    assert result.problem is expected


def test_duplicate_tensor_names_are_rejected() -> None:
    one = U64.pack(1) + b"t" + U32.pack(0) + U32.pack(0) + U64.pack(0)
    result = read(START + U64.pack(2) + U64.pack(0) + one + one)
    assert isinstance(result, UnreadableHeader)
    assert result.problem is HeaderProblem.DUPLICATE_NAMES


@pytest.mark.parametrize("text", ["²", "9" * 5000, "-1", "0", "64"])
def test_invalid_alignments_are_ignored(text: str) -> None:
    assert isinstance(read(gguf_bytes({"general.alignment": text}, {})), Header)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_do_not_crash_the_reader(tail: bytes) -> None:
    for content in (tail, b"GGUF" + tail, START + U64.pack(1) + U64.pack(1) + tail):
        assert isinstance(read(content), Header | UnreadableHeader)


class Bomb:
    """Leaves a file behind if it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (__import__("os").system, ("touch /tmp/genonaut-was-unpickled",))


def test_pickles_are_described_without_unpickling(tmp_path: Path) -> None:
    bare = tmp_path / "bare.ckpt"
    bare.write_bytes(pickle.dumps(Bomb()))
    archive = tmp_path / "archive.pt"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("archive/data.pkl", pickle.dumps(Bomb()))
        file.writestr("archive/data/0", b"0")
    assert read_header(bare) == PickleArchive(None, "a bare pickle")
    assert read_header(archive) == PickleArchive(2, "a PyTorch archive of 2 members")
    assert not Path("/tmp/genonaut-was-unpickled").exists()  # noqa: S108 - the file that unpickling would create


def test_truncated_archives_and_unknown_layouts_are_reported() -> None:
    cut = b"PK\x03\x04" + bytes(100)
    result = read_pickle(BytesIO(cut), len(cut))
    assert isinstance(result, UnreadableHeader)
    assert result.problem is HeaderProblem.HEADER_BEYOND_FILE
    assert isinstance(read_pickle(BytesIO(b""), 0), UnreadableHeader)
    assert read_pickle(BytesIO(b"hello"), 5) == PickleArchive(
        None, "not a layout that PyTorch writes"
    )


@given(st.binary(max_size=200))
def test_arbitrary_bytes_do_not_crash_the_pickle_reader(tail: bytes) -> None:
    for content in (tail, b"PK\x03\x04" + tail, b"PK\x03\x04" + tail + b"PK\x05\x06"):
        assert isinstance(
            read_pickle(BytesIO(content), len(content)), PickleArchive | UnreadableHeader
        )


@pytest.mark.parametrize(
    ("content", "shape"),
    [
        (pickled.archive(pickled.inversion(8, 768)), (8, 768)),
        (pickled.older(pickled.inversion(300, 1024)), (300, 1024)),
        (pickled.archive({"<toy>": pickled.Tensor(768)}), (768,)),
        (pickled.archive({"step": 1}), ()),
        (pickled.archive(pickled.inversion(8, 768))[:-30], ()),
        (b"\x80\x02" + b"\xff" * 50, ()),
    ],
)
def test_the_shape_of_a_pickled_embedding_is_read(content: bytes, shape: tuple[int, ...]) -> None:
    assert embedding_shape(BytesIO(content), len(content)) == shape


@given(st.binary(max_size=300))
def test_arbitrary_bytes_have_no_shape_or_one(tail: bytes) -> None:
    for content in (tail, b"\x80\x02" + tail, b"PK\x03\x04" + tail):
        assert isinstance(embedding_shape(BytesIO(content), len(content)), tuple)
