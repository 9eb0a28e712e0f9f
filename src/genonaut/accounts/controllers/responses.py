"""The response to a login."""

from litestar import Response

from genonaut.accounts.administration import UserService
from genonaut.accounts.authentication import Authenticator, Credentials
from genonaut.accounts.controllers.cookies import login_cookies
from genonaut.accounts.identity import Client
from genonaut.accounts.schemas import MeView
from genonaut.core.errors import NotAuthenticatedError
from genonaut.runtime import Runtime


async def logged_in(runtime: Runtime, client: Client, token: str) -> Response[MeView]:
    """Return the response to a login that was committed: the user, and the cookies of the session.

    Raises:
        NotAuthenticatedError: the user was deactivated meanwhile.
    """
    settings = runtime.settings.auth
    async with runtime.begin() as uow:
        identity = await Authenticator(uow, settings).identify(Credentials(session_token=token))
        if identity is None:
            raise NotAuthenticatedError("your account is no longer active")
        user = await UserService(uow, settings).get(identity.user_id)
    body = MeView.of(user, identity, runtime.settings)
    return Response(body, cookies=login_cookies(token, client, settings))
