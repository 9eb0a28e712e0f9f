"""What a webhook's URL may look like."""

from yarl import URL

from genonaut.core.errors import InvalidInputError
from genonaut.notifications.webhooks.addresses import AddressPolicy, AddressRefusedError

MAX_URL_LENGTH = 2048
_FIELD = "url"


def read_destination(text: str, policy: AddressPolicy) -> URL:
    """Return the URL exactly as the HTTP client will understand it.

    Names are not looked up here: what they lead to is checked at every connection.

    Raises:
        InvalidInputError: for whatever cannot be called, says why.
    """
    url = _parsed(text)
    host = url.raw_host or ""
    if url.scheme not in {"http", "https"} or not host:
        raise _refused("must begin with https:// and name a host")
    authority = text.partition("://")[2].replace("?", "/").partition("/")[0]
    if "@" in authority:  # an empty user is gone from the parsed URL
        raise _refused("must not contain a user name or password")
    if url.raw_fragment or text.endswith("#"):
        raise _refused("must not contain a fragment")
    try:
        policy.check_host(host)
    except AddressRefusedError as error:
        raise _refused(f"cannot be called: {error}") from error
    if url.scheme != "https" and not policy.is_listed(host):
        raise _refused("must begin with https://")
    return url


def _parsed(text: str) -> URL:
    if len(text) > MAX_URL_LENGTH:
        raise _refused(f"has more than {MAX_URL_LENGTH} characters")
    if not text.isprintable() or " " in text or "\\" in text:
        raise _refused("contains blanks, backslashes or control characters")
    try:
        url = URL(text)
    except ValueError as error:
        raise _refused("is not a URL") from error
    if url.explicit_port == 0:
        raise _refused("has an impossible port")
    return url


def _refused(why: str) -> InvalidInputError:
    return InvalidInputError.of(_FIELD, why)
