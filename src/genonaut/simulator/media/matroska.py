"""Matroska and WebM files. Source: RFC 9559; Matroska codec specifications (V_AV1, A_OPUS, A_FLAC)."""

import struct

from genonaut.simulator.media import flac, opus
from genonaut.simulator.media.av1 import Av1Video
from genonaut.simulator.media.sound import Sound

_CLUSTER_MS = 5000
_VIDEO, _AUDIO = 1, 2
_VIDEO_TYPE, _AUDIO_TYPE = 1, 2
_Block = tuple[float, int, bool, bytes]  # milliseconds, track, whether it is a key frame, data


def matroska(video: Av1Video, sound: Sound | None, tags: dict[str, str], *, webm: bool) -> bytes:
    """Return a file with AV1 and, if there is a sound, Opus (WebM) or FLAC."""
    blocks = _video_blocks(video)
    tracks = [_video_track(video)]
    if sound is not None:
        tracks.append(_opus_track() if webm else _flac_track(sound))
        blocks += _opus_blocks(sound) if webm else _flac_blocks(sound)
    info = _element(
        0x1549A966,
        _uint(0x2AD7B1, 1_000_000),
        _text(0x4D80, "genonaut simulator"),
        _text(0x5741, "genonaut simulator"),
        _element(0x4489, struct.pack(">d", video.seconds * 1000)),
    )
    segment = _element(
        0x18538067,
        info,
        _element(0x1654AE6B, *tracks),
        _tags(tags),
        *_clusters(sorted(blocks, key=lambda block: block[0])),
    )
    return _header("webm" if webm else "matroska") + segment


def _header(kind: str) -> bytes:
    return _element(
        0x1A45DFA3,
        *(_uint(id_, value) for id_, value in ((0x4286, 1), (0x42F7, 1), (0x42F2, 4), (0x42F3, 8))),
        _text(0x4282, kind),
        _uint(0x4287, 4),
        _uint(0x4285, 2),
    )


def _video_track(video: Av1Video) -> bytes:
    width, height = video.size
    return _element(
        0xAE,
        *_track_head(_VIDEO, _VIDEO_TYPE, "V_AV1", video.config),
        _uint(0x23E383, round(1_000_000_000 / video.fps)),
        _element(0xE0, _uint(0xB0, width), _uint(0xBA, height)),
    )


def _track_head(number: int, kind: int, codec: str, private: bytes) -> list[bytes]:
    return [
        _uint(0xD7, number),
        _uint(0x73C5, number),
        _uint(0x83, kind),
        _uint(0x9C, 0),
        _text(0x86, codec),
        _element(0x63A2, private),
    ]


def _opus_track() -> bytes:
    return _element(
        0xAE,
        *_track_head(_AUDIO, _AUDIO_TYPE, "A_OPUS", opus.head()),
        _uint(0x56AA, opus.PRE_SKIP * 1_000_000_000 // opus.RATE),
        _uint(0x56BB, 80_000_000),
        _sampling(opus.RATE, 2),
    )


def _flac_track(sound: Sound) -> bytes:
    private = b"fLaC" + struct.pack(">I", 0x80 << 24 | 34) + flac.stream_info(sound)
    head = _track_head(_AUDIO, _AUDIO_TYPE, "A_FLAC", private)
    return _element(0xAE, *head, _sampling(sound.rate, sound.channels))


def _sampling(rate: int, channels: int) -> bytes:
    return _element(0xE1, _element(0xB5, struct.pack(">d", rate)), _uint(0x9F, channels))


def _video_blocks(video: Av1Video) -> list[_Block]:
    return [
        (index * 1000 / video.fps, _VIDEO, index in video.keys, sample)
        for index, sample in enumerate(video.samples)
    ]


def _opus_blocks(sound: Sound) -> list[_Block]:
    duration = opus.PACKET_SAMPLES * 1000 / opus.RATE
    return [(index * duration, _AUDIO, True, opus.SILENCE) for index in range(opus.packets(sound))]


def _flac_blocks(sound: Sound) -> list[_Block]:
    duration = flac.block_size(sound) * 1000 / sound.rate
    return [
        (index * duration, _AUDIO, True, frame) for index, frame in enumerate(flac.frames(sound))
    ]


def _clusters(blocks: list[_Block]) -> list[bytes]:
    clusters: list[bytes] = []
    for start in range(0, int(blocks[-1][0]) + 1, _CLUSTER_MS):
        inside = [block for block in blocks if start <= block[0] < start + _CLUSTER_MS]
        parts = [
            _element(
                0xA3,
                bytes((0x80 | track,))
                + struct.pack(">hB", round(at) - start, 0x80 if is_key else 0)
                + data,
            )
            for at, track, is_key, data in inside
        ]
        clusters.append(_element(0x1F43B675, _uint(0xE7, start), *parts))
    return clusters


def _tags(tags: dict[str, str]) -> bytes:
    simple = [
        _element(0x67C8, _text(0x45A3, name.upper()), _text(0x4487, value))
        for name, value in tags.items()
    ]
    return _element(0x1254C367, _element(0x7373, _element(0x63C0), *simple))


def _element(id_: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = struct.pack(">Q", len(body) | 1 << 56)
    return id_.to_bytes((id_.bit_length() + 7) // 8) + size + body


def _uint(id_: int, value: int) -> bytes:
    return _element(id_, value.to_bytes(max(1, (value.bit_length() + 7) // 8)))


def _text(id_: int, text: str) -> bytes:
    return _element(id_, text.encode("utf-8", "replace"))
