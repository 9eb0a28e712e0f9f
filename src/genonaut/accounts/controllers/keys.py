"""The API keys of the caller."""

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from genonaut.accounts.guards import INTERACTIVE
from genonaut.accounts.identity import Identity
from genonaut.accounts.keys import ApiKeyService
from genonaut.accounts.schemas import ApiKeySubmit, ApiKeyView, NewApiKeyView
from genonaut.core.pagination import Page
from genonaut.db import UnitOfWork
from genonaut.runtime import Runtime


class ApiKeyController(Controller):
    """API keys for scripts; creating and revoking them requires a login."""

    path = "/api-keys"
    tags = ("API keys",)

    @get("/", summary="List my API keys")
    async def list_keys(
        self, identity: NamedDependency[Identity], uow: NamedDependency[UnitOfWork]
    ) -> Page[ApiKeyView]:
        """Return the active keys without their secrets, newest first."""
        keys = await ApiKeyService(uow).of_user(identity.user_id)
        views = [ApiKeyView.of(key) for key in keys]
        return Page(items=views, next_cursor=None, total=len(views))

    @post("/", summary="Create an API key", opt=INTERACTIVE)
    async def create_key(
        self,
        data: JSONBody[ApiKeySubmit],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
        runtime: NamedDependency[Runtime],
    ) -> NewApiKeyView:
        """Create a key; this response is the only one that contains it."""
        key, text = await ApiKeyService(uow).create(
            identity.user_id,
            name=data.name,
            scopes=data.scopes,
            expires_at=data.expires_at,
            most=runtime.settings.auth.max_api_keys,
        )
        return NewApiKeyView.of(key, text)

    @delete("/{key_id:int}", status_code=204, summary="Revoke an API key", opt=INTERACTIVE)
    async def revoke_key(
        self,
        key_id: FromPath[int],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
    ) -> None:
        """Revoke a key; effective immediately."""
        await ApiKeyService(uow).revoke(key_id, user_id=identity.user_id)
