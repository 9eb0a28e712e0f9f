import itertools
import struct

import pytest
from PIL import Image

from genonaut.simulator.media import av1, flac, mp3, opus
from genonaut.simulator.media.bits import crc8, crc16, crc32
from genonaut.simulator.media.boxes import boxes
from genonaut.simulator.media.matroska import matroska
from genonaut.simulator.media.mp4 import mp4, read_frames, video_facts
from genonaut.simulator.media.sound import Sound
from genonaut.simulator.media.sound_files import read_sound

SOUND = Sound(1.5, 44_100, 2, (220.0, 440.0, 330.0))
TAGS = {"prompt": '{"a": "é"}'}
FRAMES = tuple(Image.new("RGB", (64, 32), (level * 30, 90, 200)) for level in range(5))


def test_checksums_equal_published_values() -> None:
    # Check values of the catalogue of parametrised CRC algorithms, for the bytes "123456789".
    data = b"123456789"
    assert crc8(data) == 0xF4  # CRC-8/SMBUS
    assert crc16(data) == 0xFEE8  # CRC-16/UMTS
    assert crc32(data) == 0x89A1897F  # CRC-32/CKSUM without length and inversion


def bits_of(data: bytes) -> str:
    return "".join(f"{byte:08b}" for byte in data)


def signed(bits: str) -> int:
    value = int(bits, 2)
    return value - (1 << len(bits)) if bits[0] == "1" else value


def first_channel(frame: bytes, count: int) -> list[int]:
    """Decode the first subframe of a frame: a predictor of order 2 without residuals."""
    bits = bits_of(frame)
    at = (4 + 1 + 2 + 1) * 8  # header, number of the frame, block size, checksum
    assert bits[at : at + 8] == "01000010"
    at += 8
    samples = [signed(bits[at : at + 16]), signed(bits[at + 16 : at + 32])]
    at += 32
    precision, shift = int(bits[at : at + 4], 2) + 1, signed(bits[at + 4 : at + 9])
    at += 9
    factors = [signed(bits[at + n * precision : at + (n + 1) * precision]) for n in (0, 1)]
    for _ in range(count - 2):
        predicted = factors[0] * samples[-1] + factors[1] * samples[-2]
        samples.append(predicted >> shift)
    return samples


def test_a_flac_frame_continues_its_sine() -> None:
    size = flac.block_size(SOUND)
    frame = flac.frames(SOUND)[0]
    assert crc16(frame[:-2]) == struct.unpack(">H", frame[-2:])[0]
    samples = first_channel(frame, size)
    crossings = sum(1 for a, b in itertools.pairwise(samples) if a < 0 <= b)
    assert abs(crossings * 10 - 220) <= 10  # periods in a tenth of a second
    assert max(abs(sample) for sample in samples) < 32_768


def test_flac_describes_its_duration_and_tags() -> None:
    data = flac.flac(SOUND, TAGS)
    assert read_sound(data).seconds == pytest.approx(1.5)
    assert 'prompt={"a": "é"}'.encode() in data
    assert len(data) < 1000
    silent = flac.flac(Sound(1.5), TAGS)
    assert len(silent) < len(data)


def test_mp3_frames_follow_each_other() -> None:
    data = mp3.mp3(SOUND, TAGS)
    at = data.index(b"\xff\xfb")
    body = data[at:]
    assert len(body) % 96 == 0
    assert all(body[n : n + 2] == b"\xff\xfb" for n in range(0, len(body), 96))
    assert read_sound(data).seconds == pytest.approx(1.5, abs=0.03)


def test_opus_pages_have_their_checksum() -> None:
    data = opus.opus(SOUND, TAGS | {"workflow": "x" * 100_000})
    assert read_sound(data).seconds == pytest.approx(1.5, abs=0.03)
    at = pages = 0
    while at < len(data):
        assert data[at : at + 4] == b"OggS"
        count = data[at + 26]
        end = at + 27 + count + sum(data[at + 27 : at + 27 + count])
        page = bytearray(data[at:end])
        (checksum,) = struct.unpack_from("<I", page, 22)
        page[22:26] = bytes(4)
        assert crc32(bytes(page)) == checksum
        at, pages = end, pages + 1
    assert pages >= 4


@pytest.mark.parametrize("data", [b"", b"RIFFxxxx", b"fLaC", b"OggS", b"text", b"\xff\xfb"])
def test_other_files_are_no_sound(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_sound(data)


@pytest.mark.parametrize("moov_first", [True, False])
@pytest.mark.parametrize("sound", [None, SOUND])
def test_an_mp4_file_has_its_frames(moov_first: bool, sound: Sound | None) -> None:
    data = mp4(av1.encode(FRAMES, 8.0), sound, TAGS, moov_first=moov_first)
    assert video_facts(data) == ((64, 32), 8.0, 5)
    frames = read_frames(data)
    for frame, drawn in zip(frames, FRAMES, strict=True):
        pixel, wanted = frame.getpixel((30, 15)), drawn.getpixel((30, 15))
        assert isinstance(pixel, tuple)
        assert isinstance(wanted, tuple)
        assert all(abs(a - b) < 12 for a, b in zip(pixel, wanted, strict=True))


def test_a_video_of_one_image_has_two_frames() -> None:
    assert len(av1.encode(FRAMES[:1], 8.0).samples) == 2


def test_boxes_of_impossible_size_are_refused() -> None:
    for data in (b"\x00\x00\x00\x04moov", b"\x00\x00\xff\xffmoov"):
        with pytest.raises(ValueError, match="impossible size"):
            list(boxes(data))
    with pytest.raises(ValueError, match="no video track"):
        video_facts(b"\x00\x00\x00\x08moov")


@pytest.mark.parametrize("webm", [True, False])
def test_a_matroska_file_has_tracks_and_tags(webm: bool) -> None:
    data = matroska(av1.encode(FRAMES, 8.0), SOUND, TAGS, webm=webm)
    assert data[:4] == b"\x1aE\xdf\xa3"
    assert (b"webm" if webm else b"matroska") in data[:100]
    assert (b"A_OPUS" if webm else b"A_FLAC") in data
    assert b"PROMPT" in data
