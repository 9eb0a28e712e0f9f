"""What a tag is: short, lower-case, the same however it was typed."""

import re
import unicodedata
from collections.abc import Iterable

from genonaut.content.tables import TAG_LENGTH
from genonaut.core.errors import FieldError, InvalidInputError

MAX_TAGS = 50
"""Tags of one item."""
MAX_TAGS_ASKED = 10
"""Tags a list can be narrowed by; each of them is one more join."""

_SPACES = re.compile(r"\s+")
# Emoji of several people or skin tones are joined by U+200D, Persian words by U+200C.
_JOINERS = "\u200c\u200d"
# Not Cn: what this Python's Unicode does not know yet are mostly new emoji.
_UNSEEN = {"Cc", "Cf", "Co", "Cs"}


def normalise_tag(text: str) -> str:
    """Return the tag as it is stored: NFKC, lower-case, trimmed, single spaces.

    Raises:
        ValueError: says which rule the text breaks.
    """
    tag = search_form(text)
    if not 1 <= len(tag) <= TAG_LENGTH:
        raise ValueError(f"a tag has 1 to {TAG_LENGTH} characters")
    if "," in tag:
        raise ValueError("a tag has no comma")
    kinds = {unicodedata.category(character) for character in tag if character not in _JOINERS}
    if kinds & _UNSEEN:
        raise ValueError("a tag has no control or invisible characters")
    if not any(kind[0] in "LNSP" or kind == "Cn" for kind in kinds):
        raise ValueError("a tag has at least one visible character")
    return tag


def search_form(text: str) -> str:
    """Return the text as it would stand in a tag, whether it is one or not."""
    # Lower-casing can take a character apart again (U+0130), so it is composed a second time.
    lowered = unicodedata.normalize("NFKC", text).lower()
    return unicodedata.normalize("NFKC", _SPACES.sub(" ", lowered).strip())


def normalise_tags(texts: Iterable[str], *, field: str = "tags") -> frozenset[str]:
    """Return the tags, each once.

    Raises:
        InvalidInputError: names ``field`` and the place of each that is not a tag.
    """
    tags: set[str] = set()
    errors: list[FieldError] = []
    for place, text in enumerate(texts):
        try:
            tags.add(normalise_tag(text))
        except ValueError as error:
            errors.append(FieldError(f"{field}[{place}]", str(error)))
    if errors:
        raise InvalidInputError(*errors)
    return frozenset(tags)


def read_tag_list(text: str | None) -> tuple[str, ...]:
    """Return the tags of ``?tags=a,b``; empty places count for nothing.

    Raises:
        InvalidInputError: one is not a tag, or there are more than 10.
    """
    tags = normalise_tags(one for one in (text or "").split(",") if one.strip())
    if len(tags) > MAX_TAGS_ASKED:
        raise InvalidInputError.of("tags", f"give at most {MAX_TAGS_ASKED}")
    return tuple(sorted(tags))
