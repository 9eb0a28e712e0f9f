"""Routes of storage: what users store and may store, and what the clean-up removes."""

from uuid import UUID

from litestar import Controller, get, post, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from genonaut.accounts.audit import AuditLog
from genonaut.accounts.guards import ADMINS
from genonaut.accounts.identity import Identity
from genonaut.db import UnitOfWork
from genonaut.monitoring.retention import apply_retention, preview_retention
from genonaut.monitoring.schemas import (
    CleanupPreviewView,
    CleanupView,
    StoragePolicySubmit,
    UserStorageView,
)
from genonaut.monitoring.storage_policies import StoragePolicyService
from genonaut.runtime import Runtime


class StorageController(Controller):
    """Quotas and retention."""

    path = "/storage"
    tags = ("system",)

    @get("/mine", summary="Get my storage")
    async def my_storage(
        self,
        uow: NamedDependency[UnitOfWork],
        runtime: NamedDependency[Runtime],
        identity: NamedDependency[Identity],
    ) -> UserStorageView:
        """Return what the caller stores and may store."""
        service = StoragePolicyService(uow, runtime.settings)
        return UserStorageView.of(await service.of_user(identity.user_id))

    @get("/users/{user_id:uuid}", summary="Get the storage of a user", opt=ADMINS)
    async def user_storage(
        self,
        user_id: FromPath[UUID],
        uow: NamedDependency[UnitOfWork],
        runtime: NamedDependency[Runtime],
    ) -> UserStorageView:
        """Return what one user stores and may store."""
        service = StoragePolicyService(uow, runtime.settings)
        return UserStorageView.of(await service.of_user(user_id))

    @put("/users/{user_id:uuid}", summary="Set the quota and retention of a user", opt=ADMINS)
    async def set_user_storage(
        self,
        user_id: FromPath[UUID],
        data: JSONBody[StoragePolicySubmit],
        uow: NamedDependency[UnitOfWork],
        runtime: NamedDependency[Runtime],
        state: State,
    ) -> UserStorageView:
        """Replace what was set for one user; other API processes follow within a minute."""
        found = await StoragePolicyService(uow, runtime.settings).set(user_id, data.policy())
        uow.after_commit(state.submission.storage.forget)
        return UserStorageView.of(found)

    @get("/cleanup", summary="Preview the clean-up", opt=ADMINS)
    async def preview_cleanup(self, runtime: NamedDependency[Runtime]) -> CleanupPreviewView:
        """Return what the clean-up would remove now, by the same rules that remove it."""
        return CleanupPreviewView.of(await preview_retention(runtime))

    @post("/cleanup", status_code=200, summary="Clean up", opt=ADMINS)
    async def clean_up(
        self, uow: NamedDependency[UnitOfWork], runtime: NamedDependency[Runtime]
    ) -> CleanupView:
        """Remove some of what the preview shows; workers do the same every hour."""
        result = await apply_retention(runtime)
        counts = {one.name: one.count for one in result.removed if one.count}
        await AuditLog(uow.session).record("storage.cleaned", None, removed=counts)
        return CleanupView.of(result)
