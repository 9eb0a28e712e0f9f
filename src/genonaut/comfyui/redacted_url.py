"""URLs for messages and logs."""

from urllib.parse import urlsplit, urlunsplit


def redact_url(url: str) -> str:
    """Return the URL without user name and password."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
