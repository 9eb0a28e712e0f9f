"""Results of every type: what is stored and shown of them."""

import io
import math
import struct
import wave
from pathlib import Path
from typing import Any

import av
import pytest
from tests.support.uploads import gradient

from genonaut.storage.errors import BadImageError
from genonaut.storage.images import ImageLimits
from genonaut.storage.results import (
    CARD_EDGE_PX,
    ProcessedResult,
    extension_of,
    process_result,
    text_result,
)

LIMITS = ImageLimits()


def processed(folder: Path, name: str, data: bytes, kind: str) -> ProcessedResult:
    path = folder / "staged"
    path.write_bytes(data)
    return process_result(path, name, kind, LIMITS)


def sound(seconds: float = 1.0, rate: int = 8_000) -> bytes:
    """Return a WAV file that gets louder."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        count = int(seconds * rate)
        samples = (int(32_000 * i / count * math.sin(i / 3)) for i in range(count))
        writer.writeframes(b"".join(struct.pack("<h", one) for one in samples))
    return file.getvalue()


def video() -> bytes:
    """Return a second of ten equal frames."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        stream: Any = output.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(10):
            frame: Any = av.VideoFrame.from_image(gradient())  # type: ignore[no-untyped-call]
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return file.getvalue()


def test_a_sound_has_its_duration_and_a_waveform(tmp_path: Path) -> None:
    found = processed(tmp_path, "a.wav", sound(), "audio")
    assert (found.mime, found.extension) == ("audio/wav", "wav")
    assert found.duration_seconds == pytest.approx(1.0, abs=0.05)
    assert (found.width, found.height) == (1024, 256)
    assert len(found.thumbnails) == 3
    assert found.data is None


def test_a_video_has_its_first_frame_duration_and_rate(tmp_path: Path) -> None:
    found = processed(tmp_path, "a.mp4", video(), "video")
    assert found.mime == "video/mp4"
    assert found.duration_seconds
    assert found.frame_rate
    assert len(found.thumbnails) == 3
    assert (found.width, found.height) != (CARD_EDGE_PX, CARD_EDGE_PX)


@pytest.mark.parametrize("kind", ["video", "audio"])
def test_a_damaged_recording_is_refused(tmp_path: Path, kind: str) -> None:
    with pytest.raises(BadImageError):
        processed(tmp_path, "a.mp4", video()[:60], kind)


def test_a_text_is_searched_and_stored_as_it_is(tmp_path: Path) -> None:
    data = "Grüße\0 aus dem Wald".encode()
    found = processed(tmp_path, "note.md", data, "text")
    assert (found.mime, found.extension, found.text) == (
        "text/plain", "md", "Grüße aus dem Wald",
    )  # fmt: skip
    assert found.size_bytes == len(data)
    assert text_result("hi").data == b"hi"


def test_other_files_are_stored_with_the_size_of_a_card(tmp_path: Path) -> None:
    model = processed(tmp_path, "a.glb", b"glTF....", "model3d")
    assert (model.mime, model.width, model.thumbnails) == ("model/gltf-binary", CARD_EDGE_PX, ())
    other = processed(tmp_path, "x.html", b"<script>", "file")
    assert other.mime == "application/octet-stream"


@pytest.mark.parametrize(
    ("name", "extension"),
    [("a.PNG", "png"), ("a", "bin"), ("a.tar.gz", "gz"), ("a.p/ng", "bin"), ("../..", "bin")],
)
def test_extensions_are_safe_in_keys(name: str, extension: str) -> None:
    assert extension_of(name) == extension
