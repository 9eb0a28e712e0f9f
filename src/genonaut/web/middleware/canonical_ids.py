"""An id has one spelling.

The framework reads path parameters with ``int`` and ``UUID``, which take "+1", "1_0", digits of
other scripts and braces too; a thing with many addresses confuses caches and whoever filters them.
"""

from uuid import UUID

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from genonaut.core.errors import NotFoundError


class CanonicalIds(ASGIMiddleware):
    """Answers 404 for ids that are written otherwise than we write them."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Let the request pass if every id of its path is plainly written.

        Raises:
            NotFoundError: one is not.
        """
        segments = scope["path"].lower().split("/")
        for value in scope["path_params"].values():
            if isinstance(value, int | UUID) and str(value) not in segments:
                raise NotFoundError("there is nothing of this name; write ids plainly")
        await next_app(scope, receive, send)
