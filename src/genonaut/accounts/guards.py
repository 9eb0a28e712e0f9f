"""Declare the permission of a route; the default requires a user.

By default an API key needs the scope ``read`` for safe methods and ``manage`` for others. Other
permissions are set with ``opt=``: ``@post("/", opt=GENERATE)``, or ``opt = ADMINS`` on a controller.
"""

from typing import Any

from litestar.handlers.base import BaseRouteHandler

from genonaut.accounts.access import Access
from genonaut.accounts.identity import KeyScope

_KEY = "access"
OPTIONAL = "is_optional"
"""Key of an option: the route is *not found* unless the settings turn it on."""


def _declared(access: Access) -> dict[str, Any]:
    # Litestar copies the options of routers and controllers, so the mapping must be mutable.
    return {_KEY: access}


PUBLIC = _declared(Access(audience="public"))
"""No credentials are required."""
ADMINS = _declared(Access(audience="admins"))
GENERATE = _declared(Access(scope=KeyScope.GENERATE))
"""An API key needs the scope ``generate``."""
READING = _declared(Access(scope=KeyScope.READ))
"""Changes nothing although its method is not a safe one: an API key needs the scope ``read``."""
INTERACTIVE = _declared(Access(is_interactive=True))
"""Requires a login; API keys are refused."""

BY_LINK = "is_by_link"
"""Key of an option: requests of visitors are limited, and what is shared may have expired."""
VISITORS = {**PUBLIC, BY_LINK: True}

MAY_CONFLICT = "may_conflict"
"""Key of an option: a read that the state of the resource can forbid, so that it answers 409."""
"""No credentials are required but the token of a link."""

_USERS = Access()


def access_of(handler: BaseRouteHandler) -> Access:
    """Return the permission of a route; the default requires a user."""
    declared: Access = handler.opt.get(_KEY, _USERS)
    return declared
