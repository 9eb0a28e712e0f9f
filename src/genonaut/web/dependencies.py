"""What handlers ask for by name."""

from collections.abc import AsyncIterator

from litestar.datastructures import State
from litestar.di import NamedDependency, Provide

from genonaut.accounts.identity import Identity, local_identity
from genonaut.content.service import ContentService
from genonaut.db import UnitOfWork
from genonaut.jobs.reading import JobReadingService
from genonaut.realtime import Hub
from genonaut.runtime import Runtime


async def provide_runtime(state: State) -> Runtime:
    """Return the process's connections."""
    runtime: Runtime = state.runtime
    return runtime


async def provide_hub(state: State) -> Hub:
    """Return the process's hub."""
    hub: Hub = state.hub
    return hub


async def provide_uow(runtime: NamedDependency[Runtime]) -> AsyncIterator[UnitOfWork]:
    """Yield the request's unit of work; it commits after the handler and before the answer."""
    async with runtime.begin() as uow:
        yield uow


async def provide_identity(state: State, runtime: NamedDependency[Runtime]) -> Identity:
    """Return who is asking: in single-user mode always the local user."""
    if not hasattr(state, "local_identity"):
        async with runtime.begin() as uow:
            state.local_identity = await local_identity(uow, runtime.settings.auth.local_username)
    identity: Identity = state.local_identity
    return identity


async def provide_reading(
    uow: NamedDependency[UnitOfWork], runtime: NamedDependency[Runtime]
) -> JobReadingService:
    """Return the service that looks at jobs."""
    return JobReadingService(uow, runtime.progress)


async def provide_content(
    uow: NamedDependency[UnitOfWork], identity: NamedDependency[Identity]
) -> ContentService:
    """Return the gallery as the caller may see it."""
    return ContentService(uow, viewer_id=identity.user_id, is_admin=identity.is_admin)


DEPENDENCIES = {
    "runtime": Provide(provide_runtime),
    "hub": Provide(provide_hub),
    "uow": Provide(provide_uow),
    "identity": Provide(provide_identity),
    "reading": Provide(provide_reading),
    "content": Provide(provide_content),
}
