"""Several users of one API, each with an API key."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import msgspec
from tests.builders import make_person
from tests.support.service import Api, running_api

from genonaut.accounts.identity import ALL_SCOPES, Identity
from genonaut.accounts.keys import ApiKeyService
from genonaut.accounts.tables import Role
from genonaut.config import Settings
from genonaut.runtime import Runtime


@dataclass
class Person:
    """A user with an HTTP client for ``/api/v1``."""

    identity: Identity
    http: httpx.AsyncClient


@dataclass
class Town:
    """An API in password mode and its users."""

    api: Api
    stack: contextlib.AsyncExitStack

    @property
    def runtime(self) -> Runtime:
        return self.api.runtime

    async def person(self, name: str, *, role: Role = Role.USER) -> Person:
        """Create a user with a client."""
        identity = await make_person(self.runtime, name, role=role)
        async with self.runtime.begin() as uow:
            _, secret = await ApiKeyService(uow).create(
                identity.user_id, name="test", scopes=list(ALL_SCOPES), expires_at=None, most=1
            )
        http = httpx.AsyncClient(
            transport=self.api.http._transport,
            base_url=self.api.http.base_url.join("/api/v1"),
            headers={"Authorization": f"Bearer {secret}"},
        )
        return Person(identity, await self.stack.enter_async_context(http))


@contextlib.asynccontextmanager
async def running_town(settings: Settings) -> AsyncIterator[Town]:
    """Run an API in password mode."""
    replace = msgspec.structs.replace
    settings = replace(settings, auth=replace(settings.auth, mode="password"))
    async with running_api(settings) as api, contextlib.AsyncExitStack() as stack:
        yield Town(api, stack)
