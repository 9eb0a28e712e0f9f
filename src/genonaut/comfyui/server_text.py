"""Text from ComfyUI servers, made safe for messages, terminals and database columns."""

import re

# The version is stored in a column of 63 characters.
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,62}")


def plain_text(text: str, limit: int) -> str:
    """Return the text without control characters, truncated to ``limit`` characters.

    Line breaks and tabs are kept; terminal escapes and lone surrogates become a replacement
    character.
    """
    return "".join(
        character if character.isprintable() or character in "\n\t" else "\N{REPLACEMENT CHARACTER}"
        for character in text[:limit]
    )


def valid_version(text: str | None) -> str | None:
    """Return a version text unchanged, None if it does not look like a version."""
    return text if text is not None and _VERSION.fullmatch(text) else None
