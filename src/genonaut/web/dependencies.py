"""Dependencies that route handlers request by name."""

from collections.abc import AsyncIterator

from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.types import Scope

from genonaut.accounts.external.provider import Provider
from genonaut.accounts.identity import Client, Identity
from genonaut.accounts.passwords import Passwords
from genonaut.accounts.rate_limits import RateLimiter
from genonaut.collections.service import CollectionService
from genonaut.content.fast_queries import FastContentQueries
from genonaut.content.file_access import FileAccess
from genonaut.content.service import ContentService
from genonaut.core.errors import NotAuthenticatedError
from genonaut.db import UnitOfWork
from genonaut.jobs.batches.service import BatchQueryService
from genonaut.jobs.fast_queries import FastJobQueries
from genonaut.jobs.queries import JobQueryService
from genonaut.jobs.submission.acceptance import JobSubmitter
from genonaut.jobs.submission.service import SubmissionService
from genonaut.jobs.submission.workflow_service import WorkflowSubmission
from genonaut.notifications.fast_queries import FastNotificationQueries
from genonaut.notifications.service import NotificationService
from genonaut.notifications.webhooks.service import WebhookService
from genonaut.realtime import Hub
from genonaut.runtime import Runtime
from genonaut.uploads.service import UploadService
from genonaut.web.middleware.authentication import client_of
from genonaut.workflows.analysis import WorkflowAnalyst
from genonaut.workflows.service import WorkflowService


async def provide_runtime(state: State) -> Runtime:
    """Return the open connections of this process."""
    runtime: Runtime = state.runtime
    return runtime


async def provide_hub(state: State) -> Hub:
    """Return the hub of this process."""
    hub: Hub = state.hub
    return hub


async def provide_uow(runtime: NamedDependency[Runtime]) -> AsyncIterator[UnitOfWork]:
    """Yield the request's unit of work; it commits after the handler and before the response."""
    async with runtime.begin() as uow:
        yield uow


async def provide_identity(scope: Scope) -> Identity:
    """Return the identity of the caller.

    Raises:
        NotAuthenticatedError: the route is public and the caller is anonymous.
    """
    identity = scope.get("user")
    if not isinstance(identity, Identity):
        raise NotAuthenticatedError("log in, or send an API key as Authorization: Bearer gn_…")
    return identity


async def provide_client(scope: Scope) -> Client:
    """Return the address and user agent of the client."""
    return client_of(scope)


async def provide_limiter(state: State) -> RateLimiter:
    """Return the rate limiter of this process."""
    limiter: RateLimiter = state.limiter
    return limiter


async def provide_passwords(state: State) -> Passwords:
    """Return the password hasher of this process."""
    passwords: Passwords = state.passwords
    return passwords


async def provide_provider(state: State) -> Provider:
    """Return the OpenID Connect provider; without one configured, its methods must not be called."""
    provider: Provider = state.identity_provider
    return provider


async def provide_reading(
    uow: NamedDependency[UnitOfWork], runtime: NamedDependency[Runtime]
) -> JobQueryService:
    """Return the service that reads jobs."""
    return JobQueryService(uow, runtime)


async def provide_batches(
    uow: NamedDependency[UnitOfWork], runtime: NamedDependency[Runtime]
) -> BatchQueryService:
    """Return the service that reads batches."""
    return BatchQueryService(uow, runtime)


async def provide_content(
    uow: NamedDependency[UnitOfWork], identity: NamedDependency[Identity]
) -> ContentService:
    """Return the gallery as the caller may see it."""
    return ContentService(uow, viewer_id=identity.user_id, is_admin=identity.is_admin)


async def provide_collections(
    uow: NamedDependency[UnitOfWork],
    runtime: NamedDependency[Runtime],
    identity: NamedDependency[Identity],
) -> CollectionService:
    """Return the collections as the caller may see them."""
    return CollectionService(uow, runtime.settings.collections, identity)


async def provide_notifications(
    uow: NamedDependency[UnitOfWork], identity: NamedDependency[Identity]
) -> NotificationService:
    """Return the caller's notifications."""
    return NotificationService(uow, user_id=identity.user_id)


async def provide_fast_content(state: State, scope: Scope) -> FastContentQueries:
    """Return the fast reads of items.

    Reads the state itself: several dependencies of one route would be resolved in a task group.
    """
    return FastContentQueries(state.runtime, await provide_identity(scope))


async def provide_file_access(state: State, scope: Scope) -> FileAccess:
    """Return the files that the caller may read."""
    return FileAccess(state.runtime, state.file_items, await provide_identity(scope))


async def provide_uploads(state: State, scope: Scope) -> UploadService:
    """Return the caller's uploads."""
    identity = await provide_identity(scope)
    return UploadService(state.runtime, owner_id=identity.user_id)


async def provide_fast_jobs(state: State, scope: Scope) -> FastJobQueries:
    """Return the fast reads of jobs."""
    return FastJobQueries(state.runtime, await provide_identity(scope))


async def provide_submission(state: State) -> SubmissionService:
    """Return the service of this process that accepts submissions."""
    submission: SubmissionService = state.submission
    return submission


async def provide_submitter(state: State, scope: Scope) -> JobSubmitter:
    """Return what accepts the caller's submissions."""
    return JobSubmitter(state.runtime, state.submission, await provide_identity(scope))


async def provide_workflow_submission(state: State) -> WorkflowSubmission:
    """Return the service of this process that accepts runs of workflows."""
    submission: WorkflowSubmission = state.workflow_submission
    return submission


async def provide_fast_notifications(state: State, scope: Scope) -> FastNotificationQueries:
    """Return the fast reads of the caller's notifications."""
    identity = await provide_identity(scope)
    return FastNotificationQueries(state.runtime, user_id=identity.user_id)


async def provide_webhooks(
    uow: NamedDependency[UnitOfWork],
    identity: NamedDependency[Identity],
    runtime: NamedDependency[Runtime],
) -> WebhookService:
    """Return the caller's webhooks."""
    return WebhookService(uow, runtime.settings.webhooks, user_id=identity.user_id)


async def provide_workflows(
    uow: NamedDependency[UnitOfWork],
    identity: NamedDependency[Identity],
    runtime: NamedDependency[Runtime],
) -> WorkflowService:
    """Return the workflows as the caller may see them."""
    return WorkflowService(uow, runtime.settings.workflows, identity)


async def provide_analyst(state: State) -> WorkflowAnalyst:
    """Return the analyst of workflows of this process."""
    analyst: WorkflowAnalyst = state.workflow_analyst
    return analyst


DEPENDENCIES = {
    "runtime": Provide(provide_runtime),
    "hub": Provide(provide_hub),
    "uow": Provide(provide_uow),
    "identity": Provide(provide_identity),
    "client": Provide(provide_client),
    "limiter": Provide(provide_limiter),
    "passwords": Provide(provide_passwords),
    "provider": Provide(provide_provider),
    "reading": Provide(provide_reading),
    "batches": Provide(provide_batches),
    "content": Provide(provide_content),
    "collections": Provide(provide_collections),
    "notifications": Provide(provide_notifications),
    "fast_content": Provide(provide_fast_content),
    "fast_jobs": Provide(provide_fast_jobs),
    "file_access": Provide(provide_file_access),
    "uploads": Provide(provide_uploads),
    "submission": Provide(provide_submission),
    "submitter": Provide(provide_submitter),
    "workflow_submission": Provide(provide_workflow_submission),
    "fast_notifications": Provide(provide_fast_notifications),
    "webhooks": Provide(provide_webhooks),
    "workflows": Provide(provide_workflows),
    "analyst": Provide(provide_analyst),
}
