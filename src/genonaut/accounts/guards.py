"""How routes declare whom they let in; a route that declares nothing wants a user.

Reading then takes the scope ``read`` of an API key, everything else ``manage``. Other wishes are
given as ``opt=``: ``@post("/", opt=GENERATE)``, on a controller ``opt = ADMINS``.
"""

from typing import Any

from litestar.handlers.base import BaseRouteHandler

from genonaut.accounts.access import Access
from genonaut.accounts.identity import KeyScope

_KEY = "access"


def _declared(access: Access) -> dict[str, Any]:
    # Litestar copies what routers and controllers declare, which a read-only mapping does not allow.
    return {_KEY: access}


EVERYBODY = _declared(Access(audience="everybody"))
"""Nobody is asked who they are."""
ADMINS = _declared(Access(audience="admins"))
GENERATE = _declared(Access(scope=KeyScope.GENERATE))
"""Takes the scope ``generate`` of an API key."""
INTERACTIVE = _declared(Access(is_interactive=True))
"""Only after a login, never with an API key."""


def access_of(handler: BaseRouteHandler) -> Access:
    """Return what a route declares, or the safe default."""
    declared: Access = handler.opt.get(_KEY, Access())
    return declared
