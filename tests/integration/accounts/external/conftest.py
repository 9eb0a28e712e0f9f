"""An installation with an OpenID Connect provider, and a browser."""

import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import httpx
import msgspec
import pytest
from tests.support.accounts import with_login
from tests.support.identity_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    IdentityProvider,
    identity_provider,
)
from tests.support.service import Api, running_api

from genonaut.config import Settings

OpenApi = Callable[..., AbstractAsyncContextManager[Api]]


@pytest.fixture
async def provider() -> AsyncIterator[IdentityProvider]:
    async with identity_provider() as running:
        yield running


def with_provider(settings: Settings, provider: IdentityProvider, **changes: Any) -> Settings:
    """Return the settings with the provider, and with changes as ``section__key``."""
    oidc = {"issuer": provider.url, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return with_login(replaced(settings, "oidc", **oidc), **changes)


@pytest.fixture
def installed(settings: Settings, provider: IdentityProvider) -> OpenApi:
    """Return a function that runs the API with the provider and changed settings."""

    @contextlib.asynccontextmanager
    async def run(**changes: Any) -> AsyncIterator[Api]:
        async with running_api(with_provider(settings, provider, **changes)) as api:
            yield api

    return run


class Browser:
    """One browser: it keeps cookies and follows redirects between API and provider."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.http = api.http
        self.http.cookies.clear()

    async def begin(self, next_path: str | None = None) -> str:
        """Begin a login; returns the address at the provider, or that of the login page."""
        query = {} if next_path is None else {"next": next_path}
        answer = await self.http.get("/api/v1/auth/oidc/login", params=query)
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    async def at_provider(self, url: str) -> str:
        """Log in at the provider; returns the path and query to which it redirects."""
        async with aiohttp.ClientSession() as http, http.get(url, allow_redirects=False) as reply:
            assert reply.status == 302, await reply.text()
            parts = urlsplit(reply.headers["Location"])
            return f"{parts.path}?{parts.query}"

    async def finish(self, callback: str) -> str:
        """Return to the API; returns the page to which it redirects."""
        answer = await self.http.get(callback)
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    async def log_in(self, next_path: str | None = None) -> str:
        """Log in; returns the page to which the browser is redirected at last."""
        return await self.finish(await self.at_provider(await self.begin(next_path)))

    async def me(self) -> dict[str, Any] | None:
        """Return the user of the session; None without one."""
        answer = await self.http.get("/api/v1/auth/me")
        if answer.status_code == 401:
            return None
        found: dict[str, Any] = answer.json()
        return found


def csrf(http: httpx.AsyncClient) -> dict[str, str]:
    return {"X-CSRF-Token": http.cookies["csrf"]}


def replaced(settings: Settings, section: str, **values: Any) -> Settings:
    changed = msgspec.structs.replace(getattr(settings, section), **values)
    return msgspec.structs.replace(settings, **{section: changed})
