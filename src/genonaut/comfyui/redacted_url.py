"""How the address of a server is shown to people."""

from urllib.parse import urlsplit, urlunsplit


def redact_url(url: str) -> str:
    """Return the URL without user and password, for messages and logs."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
