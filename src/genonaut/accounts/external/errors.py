"""Why a login by another system failed; the codes are part of the web app's address."""

from genonaut.core.errors import ForbiddenError, NotAuthenticatedError, UnavailableError


class LoginExpiredError(NotAuthenticatedError):
    """The login was not begun in this browser, has ended already, or took too long."""

    code = "login_expired"


class LoginRefusedError(NotAuthenticatedError):
    """The identity provider refused the login, or its answer cannot be trusted."""

    code = "login_refused"


class NoAccountError(ForbiddenError):
    """The user is known to the other system but may not use this installation."""

    code = "no_account"


class ProviderUnavailableError(UnavailableError):
    """The identity provider does not answer as OpenID Connect requires."""

    code = "provider_unavailable"
