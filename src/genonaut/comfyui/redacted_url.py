"""URLs and errors without the user name and password of a ComfyUI server's URL."""

import re


def redact_url(url: str) -> str:
    """Return the URL without user and password, for messages, logs and tables.

    Also redacts a URL that is not valid, such as one with a slash in its password.
    """
    scheme, separator, rest = url.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "@" in authority:
        rest = authority.rpartition("@")[2] + rest[len(authority) :]
    elif "@" in rest and not _is_host(authority):
        rest = rest.rpartition("@")[2]
    return f"{scheme}{separator}{rest}"


def error_reason(error: BaseException) -> str:
    """Return the message of a failed request, or the error's name; contains no URL."""
    import aiohttp  # noqa: PLC0415 - messages without a request do not need it

    if isinstance(error, aiohttp.InvalidURL):  # its message is the URL
        return "the URL is not valid"
    return str(error) or type(error).__name__


def _is_host(authority: str) -> bool:
    """Return whether the text is a host with an optional port, not ``user:password``."""
    _, _, port = authority.rpartition("]")[2].rpartition(":")
    return ":" not in authority.rpartition("]")[2] or port.isdigit()
