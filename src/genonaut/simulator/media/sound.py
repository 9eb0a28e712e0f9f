"""A sound as notes."""

import msgspec


class Sound(msgspec.Struct, frozen=True):
    """Audio as notes instead of samples: ``pitches`` in Hz follow each other, ``volume`` is 0..1."""

    seconds: float
    rate: int = 44100
    channels: int = 2
    pitches: tuple[float, ...] = ()
    volume: float = 0.5
