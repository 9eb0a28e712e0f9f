"""A login by a reverse proxy that authenticates users and names them in headers."""

from collections.abc import Iterable

import msgspec

from genonaut.accounts.external.errors import LoginRefusedError
from genonaut.accounts.external.oidc_login import record_failure
from genonaut.accounts.external.profile import ExternalProfile, groups_from, username_from
from genonaut.accounts.external.service import ExternalLoginService
from genonaut.accounts.identity import Client
from genonaut.accounts.sessions import SessionService
from genonaut.config.settings import AuthSettings
from genonaut.core.errors import GenonautError
from genonaut.runtime import Runtime

PROXY_ISSUER = "proxy"
_LONGEST_NAME = 255


class ProxyUser(msgspec.Struct, frozen=True):
    """The user that a trusted proxy names."""

    name: str
    groups: frozenset[str] = frozenset()


def header_names(settings: AuthSettings) -> frozenset[bytes]:
    """Return the headers that only a trusted proxy may set, as they are in a request's scope."""
    names = (settings.proxy_user_header, settings.proxy_groups_header)
    return frozenset(name.lower().encode() for name in names if name and settings.proxy_user_header)


def proxy_user(
    settings: AuthSettings, client: Client, headers: Iterable[tuple[bytes, bytes]]
) -> ProxyUser | None:
    """Return the user that the proxy names; None without a trusted proxy or a single valid name.

    A header that occurs twice is not trusted: the proxy must replace what a client sends.
    """
    if not settings.proxy_user_header or not client.is_from_proxy:
        return None
    wanted = header_names(settings)
    found: dict[bytes, list[str]] = {name: [] for name in wanted}
    for name, value in headers:
        if name in wanted:
            found[name].append(value.decode("latin-1").strip())
    names = found[settings.proxy_user_header.lower().encode()]
    if len(names) != 1 or not 0 < len(names[0]) <= _LONGEST_NAME or not names[0].isprintable():
        return None
    groups = found.get(settings.proxy_groups_header.lower().encode(), [])
    listed = groups[0].replace(";", ",").split(",") if len(groups) == 1 else []
    return ProxyUser(names[0], groups_from(listed))


async def log_in_by_proxy(
    runtime: Runtime, user: ProxyUser | None, *, client: Client, old_token: str | None
) -> str:
    """Open a session for the user that the proxy names; returns its token.

    Raises:
        LoginRefusedError: no trusted proxy names a user.
        NoAccountError: the user may not use this installation.
    """
    settings = runtime.settings.auth
    try:
        if user is None:
            raise LoginRefusedError(
                "no trusted proxy names a user; see auth.proxy_user_header and web.trusted_proxies"
            )
        profile = ExternalProfile(
            issuer=PROXY_ISSUER,
            subject=user.name,
            username=username_from(user.name),
            groups=user.groups,
        )
        async with runtime.begin() as uow:
            logins = ExternalLoginService(uow, settings)
            row = await logins.user_of(profile)
            token = await SessionService(uow, settings).open(
                row.id, client, replaces=old_token, proxy_user=user.name
            )
            await logins.record_login(row, profile, "proxy")
    except GenonautError as error:
        await record_failure(runtime, "proxy", error)
        raise
    return token
