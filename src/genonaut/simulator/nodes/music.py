"""Composes the notes of a song from its prompt."""

import hashlib
import random

from msgspec.structs import replace

from genonaut.simulator.media.sound import Sound
from genonaut.simulator.nodes.values import Conditioning

_BASE_HZ = 220.0
_SCALE = (0, 2, 4, 7, 9, 12, 14, 16)  # semitones of a pentatonic scale over an octave and a third
_NOTES_PER_SECOND = 2


def composed(prompt: Conditioning, seed: int, sound: Sound) -> Sound:
    """Return the sound with notes that depend on the prompt and the seed only."""
    words = "\x00".join((prompt.text, prompt.tags, prompt.lyrics, str(seed)))
    digest = hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()
    rng = random.Random(digest)  # noqa: S311  # protects no secret
    count = max(1, round(sound.seconds * _NOTES_PER_SECOND))
    pitches = tuple(_BASE_HZ * 2 ** (rng.choice(_SCALE) / 12) for _ in range(min(count, 256)))
    return replace(sound, pitches=pitches)
