"""Text from ComfyUI servers, made safe for messages, terminals and database columns."""

import re

# The version is stored in a column of 63 characters.
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,62}")
_ROOT = r"(?:file://)?(?:~?/|[A-Za-z]:[\\/]|\\\\)"
_WORD = r"[^\s\\/'\"`<>|:;,]+"
# A folder's name may have a few spaces; it ends with a separator.
_FOLDER = rf"{_WORD}(?: {_WORD}){{0,3}}[\\/]+"
_QUOTED_PATH = re.compile(
    rf"(?P<quote>['\"`])(?P<path>{_ROOT}[^'\"`\n]*?[\\/][^'\"`\n]*)(?P=quote)"
)
# Not within URLs and relative paths, and not the routes in our own messages.
_PATH = re.compile(rf"(?<![\w.:/\\-])(?<!GET )(?<!POST ){_ROOT}(?:{_FOLDER})+(?:{_WORD})?")
_SEPARATORS = re.compile(r"[\\/]+")


def without_paths(text: str) -> str:
    """Return the text with absolute paths reduced to their last part, as in ``…/model.safetensors``.

    Absolute paths show users how the server's disk is organised and whose account it runs under.
    """
    text = _QUOTED_PATH.sub(_shorten_quoted, text)
    return _PATH.sub(lambda match: _last_part(match[0]), text)


def _shorten_quoted(match: re.Match[str]) -> str:
    return f"{match['quote']}{_last_part(match['path'])}{match['quote']}"


def _last_part(path: str) -> str:
    parts = [part for part in _SEPARATORS.split(path) if part]
    return f"…/{parts[-1]}" if parts else path


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
