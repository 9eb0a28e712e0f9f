"""The parameters of an image."""

import hashlib
import random
import re

import msgspec

_WORD = re.compile(r"[^\W\d_]{2,}")
_MARKERS = re.compile(r"\[fault:[^\]]*\]")


class ImageRequest(msgspec.Struct, frozen=True):
    """All parameters of an image; equal requests give equal pixels."""

    prompt: str
    negative: str = ""
    seed: int = 0
    checkpoint: str = ""
    loras: tuple[tuple[str, float], ...] = ()
    width: int = 512
    height: int = 512

    @property
    def words(self) -> list[str]:
        """The words of the prompt in lower case, without fault markers."""
        return _WORD.findall(_MARKERS.sub(" ", self.prompt).lower())

    def palette_random(self) -> random.Random:
        """Return a generator that depends on the prompt only: all seeds share a palette."""
        return _seeded_random("palette", " ".join(self.words))

    def layout_random(self, topic: str) -> random.Random:
        """Return a generator for one part of the image; it depends on the seed.

        It does not depend on the model: a seed gives a similar composition with real models, too.
        """
        return _seeded_random("layout", topic, " ".join(self.words), self.negative, str(self.seed))

    def style_random(self) -> random.Random:
        """Return a generator that depends on the checkpoint."""
        return _seeded_random("style", self.checkpoint)


def _seeded_random(*parts: str) -> random.Random:
    digest = hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).digest()
    return random.Random(digest)  # noqa: S311  # protects no secret
