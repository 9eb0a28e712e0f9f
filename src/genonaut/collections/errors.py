"""Errors of links to collections."""

from genonaut.core.errors import ForbiddenError, GenonautError


class LinkExpiredError(GenonautError):
    """The link was valid once; its owner can extend it."""

    code = "link_expired"


class LinkPasswordRequiredError(ForbiddenError):
    """The link has a password, and the request has no valid access code."""

    code = "link_password_required"


class WrongLinkPasswordError(ForbiddenError):
    """The password of the link is another one."""

    code = "wrong_link_password"
