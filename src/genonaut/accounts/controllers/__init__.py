"""The routes of accounts."""

from genonaut.accounts.controllers.audit import AuditController
from genonaut.accounts.controllers.auth import AuthController
from genonaut.accounts.controllers.external import ExternalLoginController
from genonaut.accounts.controllers.keys import ApiKeyController
from genonaut.accounts.controllers.me import MeController
from genonaut.accounts.controllers.users import UserController

CONTROLLERS = (
    AuthController,
    ExternalLoginController,
    MeController,
    ApiKeyController,
    UserController,
    AuditController,
)
