"""Normalisation and validation of tags."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta

from genonaut.content.tables import TAG_LENGTH
from genonaut.core.errors import FieldError, InvalidInputError
from genonaut.core.schemas import NO_NUL

MAX_TAGS = 50
"""Most tags of one item."""
MAX_FILTER_TAGS = 10
"""Most tags of a list filter; each one adds a subquery."""

Tag = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=200,
        pattern=NO_NUL,
        description="1 to 50 characters once trimmed, lower-cased and NFKC-normalised; no comma",
    ),
]
"""A tag in a request."""

_SPACES = re.compile(r"\s+")
# Emoji of several people or skin tones are joined by U+200D, Persian words by U+200C.
_JOINERS = "\u200c\u200d"
# Not Cn: characters that this Python's Unicode version lacks are mostly new emoji.
_INVISIBLE = {"Cc", "Cf", "Co", "Cs"}


def normalise_tag(text: str) -> str:
    """Return the tag as it is stored: NFKC, lower-case, trimmed, single spaces.

    Raises:
        ValueError: the text is not a valid tag; the message names the rule.
    """
    tag = search_form(text)
    if not 1 <= len(tag) <= TAG_LENGTH:
        raise ValueError(f"a tag has 1 to {TAG_LENGTH} characters")
    if "," in tag:
        raise ValueError("a tag has no comma")
    kinds = {unicodedata.category(character) for character in tag if character not in _JOINERS}
    if kinds & _INVISIBLE:
        raise ValueError("a tag has no control or invisible characters")
    if not any(kind[0] in "LNSP" or kind == "Cn" for kind in kinds):
        raise ValueError("a tag has at least one visible character")
    return tag


def search_form(text: str) -> str:
    """Return the text in the normal form of tags, without validating it."""
    # Lower-casing can decompose a character (U+0130), so normalise a second time.
    lowered = unicodedata.normalize("NFKC", text).lower()
    return unicodedata.normalize("NFKC", _SPACES.sub(" ", lowered).strip())


def normalise_tags(texts: Iterable[str], *, field: str = "tags") -> frozenset[str]:
    """Return the tags, each once.

    Raises:
        InvalidInputError: names ``field`` and the index of each invalid tag.
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
    """Return the tags of ``?tags=a,b``; empty parts are ignored.

    Raises:
        InvalidInputError: a tag is not valid, or there are more than 10.
    """
    tags = normalise_tags(one for one in (text or "").split(",") if one.strip())
    if len(tags) > MAX_FILTER_TAGS:
        raise InvalidInputError.of("tags", f"must be at most {MAX_FILTER_TAGS} tags")
    return tuple(sorted(tags))
