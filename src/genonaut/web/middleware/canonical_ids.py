"""Accept exactly one spelling of an id in a path.

The framework parses path parameters with ``int`` and ``UUID``, which also accept "+1", "1_0", digits
of other scripts and braces. Several URLs for one resource would defeat caches and URL filters.
"""

from uuid import UUID

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from genonaut.core.errors import NotFoundError


def require_canonical_ids(app: ASGIApp) -> ASGIApp:
    """Return a middleware that responds 404 to ids that are not in canonical form."""

    async def check(scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if every id of its path is in canonical form.

        Raises:
            NotFoundError: an id is not.
        """
        if scope["path_params"] and scope["type"] == ScopeType.HTTP:
            _check(scope)
        await app(scope, receive, send)

    return check


def _check(scope: Scope) -> None:
    segments = scope["path"].lower().split("/")
    for value in scope["path_params"].values():
        if not isinstance(value, int | UUID):
            continue
        if str(value) not in segments:
            raise NotFoundError("there is no such resource; write ids in canonical form, as in 17")
        segments.remove(str(value))  # two ids of one path may be equal
