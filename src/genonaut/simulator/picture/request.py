"""What a picture is made from."""

import hashlib
import random
import re

import msgspec

_WORD = re.compile(r"[^\W\d_]{2,}")
_MARKERS = re.compile(r"\[fault:[^\]]*\]")


class PictureRequest(msgspec.Struct, frozen=True):
    """Everything that decides what a picture looks like; equal requests give equal pixels."""

    prompt: str
    negative: str = ""
    seed: int = 0
    checkpoint: str = ""
    loras: tuple[tuple[str, float], ...] = ()
    width: int = 512
    height: int = 512
    guidance: str = ""

    @property
    def words(self) -> list[str]:
        """The prompt's words in lower case, without fault markers."""
        return _WORD.findall(_MARKERS.sub(" ", self.prompt).lower())

    def dice(self, *topics: str) -> random.Random:
        """Return a generator that only depends on this request and the topic.

        Several topics keep the parts of a picture independent of each other: another seed moves the
        hills without changing what the words asked for.
        """
        parts = [self.prompt, self.negative, self.seed, self.checkpoint, self.loras, self.guidance]
        text = repr((parts, topics))
        return random.Random(hashlib.sha256(text.encode()).digest())  # noqa: S311  # a picture
