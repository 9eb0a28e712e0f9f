"""Rules for the URLs of webhooks."""

from yarl import URL

from genonaut.core.errors import InvalidInputError
from genonaut.notifications.webhooks.addresses import AddressPolicy, AddressRefusedError

MAX_URL_LENGTH = 2048
_FIELD = "url"


def parse_destination(text: str, policy: AddressPolicy) -> URL:
    """Parse and check a URL; the HTTP client uses the returned one.

    Host names are not resolved here: addresses are checked at every connection.

    Raises:
        InvalidInputError: the URL cannot be called; with the reason.
    """
    url = _parsed(text)
    host = url.raw_host or ""
    if url.scheme not in {"http", "https"} or not host:
        raise _refused("must start with https:// and contain a host")
    authority = text.partition("://")[2].replace("?", "/").partition("/")[0]
    if "@" in authority:  # the parsed URL drops an empty user
        raise _refused("must not contain a user name or password")
    if url.raw_fragment or text.endswith("#"):
        raise _refused("must not contain a fragment")
    try:
        policy.check_host(host)
    except AddressRefusedError as error:
        raise _refused(f"cannot be called: {error}") from error
    if url.scheme != "https" and not policy.is_listed(host):
        raise _refused("must start with https://")
    return url


def _parsed(text: str) -> URL:
    if len(text) > MAX_URL_LENGTH:
        raise _refused(f"must have at most {MAX_URL_LENGTH} characters")
    if not text.isprintable() or " " in text or "\\" in text:
        raise _refused("must not contain spaces, backslashes or control characters")
    try:
        url = URL(text)
    except ValueError as error:
        raise _refused("is not a valid URL") from error
    if url.explicit_port == 0:
        raise _refused("has an invalid port")
    return url


def _refused(reason: str) -> InvalidInputError:
    return InvalidInputError.of(_FIELD, reason)
