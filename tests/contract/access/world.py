"""An installation, and new resources of a new owner for the paths and bodies of the routes."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update
from tests.builders import make_content, make_finished_job
from tests.contract.access.table import BATCHES, BROWSER_KEY, JOB, JOBS
from tests.support.accounts import (
    PASSWORD,
    make_expired_key,
    make_key,
    make_session,
    make_user,
)
from tests.support.notifications import make_notifications
from tests.support.uploads import encoded, gradient
from tests.support.workflow_graphs import text_to_image

from genonaut.accounts.identity import Identity, KeyScope
from genonaut.accounts.tables import ApiKey, Role, User, UserSession
from genonaut.catalog.notes import ModelNoteService
from genonaut.catalog.service import CatalogService, Correction
from genonaut.collections.items import CollectionItemService
from genonaut.collections.links import LinkChange, LinkService
from genonaut.collections.members import MemberService
from genonaut.collections.service import CollectionService, NewCollection
from genonaut.comfyui import NODE_CLASSES
from genonaut.content.collection_tables import MemberRole
from genonaut.content.saved_filter import SavedFilter
from genonaut.core.base64url import decode_base64url
from genonaut.grids.tables import Grid, GridCell
from genonaut.jobs.states import JobStatus
from genonaut.jobs.tables import ComfyuiBackend, GenerationJob
from genonaut.notifications.push.service import NewSubscription, PushService
from genonaut.notifications.webhooks.events import WebhookEvent
from genonaut.notifications.webhooks.service import WebhookService
from genonaut.notifications.webhooks.tables import DeliveryStatus, WebhookDelivery
from genonaut.presets.prompts import PromptService
from genonaut.presets.service import NewPreset, PresetService
from genonaut.presets.tables import PresetKind
from genonaut.runtime import Runtime
from genonaut.searches.service import NewSearch, SavedSearchService
from genonaut.uploads.service import UploadService
from genonaut.wildcards.service import NewWildcard, WildcardService
from genonaut.workflows.analysis import WorkflowAnalyst
from genonaut.workflows.backend_classes import BackendClassesReader
from genonaut.workflows.formats import WorkflowFormat, WorkflowSource
from genonaut.workflows.service import NewWorkflow, WorkflowService

ACTORS = ("anonymous", "stranger", "owner", "admin", "read_key", "expired_key", "deactivated")
_numbers = itertools.count(1)
_STATUS_BEFORE = {
    f"POST {JOB}/cancel": JobStatus.QUEUED,
    f"POST {JOBS}/cancel": JobStatus.QUEUED,
    f"POST {JOB}/retry": JobStatus.FAILED,
    f"POST {JOB}/move-to-top": JobStatus.QUEUED,
    f"POST {BATCHES}/{{batch_id}}/move-to-top": JobStatus.QUEUED,
}


@dataclass
class Case:
    """An owner with resources, and a caller who requests them."""

    runtime: Runtime
    route: str
    owner: User
    headers: dict[str, str]
    subjects: dict[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> Identity:
        return Identity(self.owner.id, self.owner.username, self.owner.role)


async def make_case(runtime: Runtime, route: str, actor: str) -> Case:
    """Return an owner with all that the route may name, and the headers of the one who asks."""
    owner = await make_user(runtime, f"owner{next(_numbers)}")
    case = Case(runtime, route, owner, {})
    case.subjects = {
        "username": owner.username,
        "password": PASSWORD,
        "fresh": f"fresh{next(_numbers)}",
        "size": "small",
        "number": 1,
    }
    await make_subjects(case)
    case.headers = await headers_of(runtime, owner, actor)
    return case


async def headers_of(runtime: Runtime, owner: User, actor: str) -> dict[str, str]:
    """Return what the actor brings to prove who they are."""
    if actor in {"stranger", "admin"}:
        role = Role.ADMIN if actor == "admin" else Role.USER
        other = await make_user(runtime, f"{actor}{next(_numbers)}", role=role)
        return await make_session(runtime, other.id)
    makers: dict[str, Callable[[Runtime, UUID], Awaitable[dict[str, str]]]] = {
        "anonymous": _nothing,
        "owner": make_session,
        "read_key": partial(_key_for, KeyScope.READ),
        "generate_key": partial(_key_for, KeyScope.GENERATE),
        "expired_key": make_expired_key,
        "deactivated": _session_of_deactivated,
    }
    return await makers[actor](runtime, owner.id)


async def _nothing(runtime: Runtime, user_id: UUID) -> dict[str, str]:
    del runtime, user_id
    return {}


async def _key_for(scope: KeyScope, runtime: Runtime, user_id: UUID) -> dict[str, str]:
    return await make_key(runtime, user_id, scope)


async def _session_of_deactivated(runtime: Runtime, user_id: UUID) -> dict[str, str]:
    headers = await make_session(runtime, user_id)
    # Only the flag: the session is left, as if its end had been lost.
    async with runtime.begin() as uow:
        await uow.session.execute(update(User).where(User.id == user_id).values(is_active=False))
    return headers


async def make_backend(runtime: Runtime) -> None:
    """Let there be a server that offers what a plain submission needs."""
    nodes = (f"nodes/{name}" for name in NODE_CLASSES)
    needs = ["checkpoints/sd15.safetensors", "samplers/euler", "schedulers/normal", *nodes]
    async with runtime.begin() as uow:
        uow.session.add(
            ComfyuiBackend(name="b", url="http://b", slots=1, enabled=True, offers=needs)
        )


async def make_subjects(case: Case) -> None:
    """Let the owner have whatever the route names."""
    runtime, route, subjects = case.runtime, case.route, case.subjects
    if "content" in route:
        subjects["content_id"] = await make_content(
            runtime, case.identity, is_trashed=route.endswith("/restore")
        )
    made: dict[str, Any] = {}
    if "collection" in route or "{token}" in route:
        made = await _make_collection(case)
        subjects |= made
    if "generation-" in route or "/ws/jobs" in route:
        subjects |= await _make_job(case)
    for name, make in _MAKERS.items():
        if name in route and name not in made:
            subjects[name] = await make(case)
    if "webhook_id" in route:
        subjects |= await _make_webhook(case)


async def _make_collection(case: Case) -> dict[str, Any]:
    """Let the owner have a collection with two items, a member and a link."""
    runtime, identity = case.runtime, case.identity
    member = await make_user(runtime, f"member{next(_numbers)}")
    other = await make_user(runtime, f"member{next(_numbers)}")
    content_id = case.subjects.get("content_id") or await make_content(runtime, identity)
    ids = [content_id, await make_content(runtime, identity)]
    async with runtime.begin() as uow:
        service = CollectionService(uow, runtime.settings.collections, identity)
        collection_id = (await service.create(NewCollection(name="Foxes"))).row.collection.id
        await CollectionItemService(service).add(collection_id, ids)
        await MemberService(service).set(collection_id, member.username, MemberRole.VIEWER)
        _, token = await LinkService(service).make(collection_id, LinkChange(shows_prompts=True))
    found = {"collection_id": collection_id, "content_id": content_id, "token": token}
    if "/members" in case.route:
        found["user_id"] = member.id
    return {**found, "fresh_member": other.username}


async def _make_job(case: Case) -> dict[str, Any]:
    job_id = await make_finished_job(case.runtime, case.identity, prompt="a lighthouse")
    status = _STATUS_BEFORE.get(case.route, JobStatus.COMPLETED)
    async with case.runtime.begin() as uow:
        batch_id = await uow.session.scalar(
            update(GenerationJob)
            .where(GenerationJob.id == job_id)
            .values(status=status)
            .returning(GenerationJob.batch_id)
        )
    return {"job_id": job_id, "batch_id": batch_id}


async def _make_grid(case: Case) -> int:
    """Let the owner have a grid whose only cell failed."""
    job_id = await make_finished_job(case.runtime, case.identity, prompt="a lighthouse")
    status = JobStatus.QUEUED if case.route.endswith("/cancel") else JobStatus.FAILED
    async with case.runtime.begin() as uow:
        batch_id = await uow.session.scalar(
            update(GenerationJob)
            .where(GenerationJob.id == job_id)
            .values(status=status)
            .returning(GenerationJob.batch_id)
        )
        grid = Grid(
            user_id=case.owner.id,
            batch_id=batch_id,
            title="",
            request={"prompt": "a lighthouse"},
            axes=[{"parameter": "cfg", "values": [7]}],
        )
        uow.session.add(grid)
        await uow.session.flush()
        uow.session.add(GridCell(grid_id=grid.id, z=0, y=0, x=0, job_id=job_id))
        return grid.id


async def _make_wildcard(case: Case) -> int:
    async with case.runtime.begin() as uow:
        service = WildcardService(uow, case.owner.id)
        new = NewWildcard(name=f"animals{next(_numbers)}", entries=["fox", "cat"])
        return (await service.create(new)).row.id


async def _make_preset(case: Case) -> int:
    name = f"Oil {next(_numbers)}"
    cover = await make_content(case.runtime, case.identity) if "/cover" in case.route else None
    new = NewPreset(
        kind=PresetKind.STYLE,
        name=name,
        prompt="{prompt}, oil painting",
        cover_content_id=cover,
    )
    async with case.runtime.begin() as uow:
        return (await PresetService(uow, case.owner.id).create(new)).row.id


async def _make_favourite(case: Case) -> int:
    async with case.runtime.begin() as uow:
        return (await PromptService(uow, case.owner.id).add_favourite("a fox", "")).id


async def _make_model(case: Case) -> int:
    async with case.runtime.begin() as uow:
        seen = await CatalogService(uow).add_manual("loras", f"{uuid4()}.x", Correction())
        if case.route.endswith("/note"):
            await ModelNoteService(uow, case.owner.id).write(seen.model.id, "best at 30 steps")
        return seen.model.id


async def _make_session_id(case: Case) -> UUID:
    await make_session(case.runtime, case.owner.id)
    async with case.runtime.begin() as uow:
        query = select(UserSession.id).where(UserSession.user_id == case.owner.id)
        return (await uow.session.scalars(query)).one()


async def _make_key_id(case: Case) -> int:
    await make_key(case.runtime, case.owner.id)
    async with case.runtime.begin() as uow:
        query = select(ApiKey.id).where(ApiKey.user_id == case.owner.id)
        return (await uow.session.scalars(query)).one()


async def _make_notification_id(case: Case) -> int:
    return (await make_notifications(case.runtime, case.owner.id))[0]


async def _user_id(case: Case) -> UUID:
    return case.owner.id


async def _make_workflow(case: Case) -> int:
    runtime = case.runtime
    settings = runtime.settings.workflows
    analyst = WorkflowAnalyst(settings, BackendClassesReader(runtime))
    analysis = await analyst.analyze(WorkflowSource(WorkflowFormat.API, text_to_image()))
    async with runtime.begin() as uow:
        service = WorkflowService(uow, settings, case.identity)
        workflow_id = (await service.create(NewWorkflow(title="foxes"), analysis)).workflow.id
        await service.add_version(workflow_id, "the same again", analysis)
        return workflow_id


async def _make_upload(case: Case) -> int:
    data = encoded(gradient(16 + next(_numbers), 16))  # each time another file

    async def body() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
        yield data + b"\r\n--x--\r\n"

    service = UploadService(case.runtime, owner_id=case.owner.id)
    kind = "multipart/form-data; boundary=x"
    return (await service.accept(body(), content_type=kind)).upload.id


async def _make_search(case: Case) -> int:
    async with case.runtime.begin() as uow:
        service = SavedSearchService(uow, user_id=case.owner.id)
        saved = SavedFilter(scope="all", search="fox")
        new = NewSearch(name="Foxes", saved_filter=saved, sort="newest", has_alert=True)
        return (await service.create(new)).id


async def _make_subscription(case: Case) -> int:
    settings = case.runtime.settings.webhooks
    new = NewSubscription(
        endpoint=f"https://push.example.org/{uuid4()}",
        browser_key=decode_base64url(BROWSER_KEY) or b"",
        auth_secret=bytes(16),
        origin="https://genonaut.example.org",
        user_agent="",
    )
    async with case.runtime.begin() as uow:
        return (await PushService(uow, settings, user_id=case.owner.id).add(new)).id


_MAKERS: dict[str, Callable[[Case], Awaitable[Any]]] = {
    "upload_id": _make_upload,
    "grid_id": _make_grid,
    "preset_id": _make_preset,
    "favourite_id": _make_favourite,
    "wildcard_id": _make_wildcard,
    "search_id": _make_search,
    "subscription_id": _make_subscription,
    "session_id": _make_session_id,
    "key_id": _make_key_id,
    "model_id": _make_model,
    "notification_id": _make_notification_id,
    "user_id": _user_id,
    "workflow_id": _make_workflow,
}


async def _make_webhook(case: Case) -> dict[str, Any]:
    async with case.runtime.begin() as uow:
        service = WebhookService(uow, case.runtime.settings.webhooks, user_id=case.owner.id)
        hook = await service.add("https://hooks.example.org/x", [WebhookEvent.JOB_COMPLETED], "")
        delivery = await service.test(hook.id)
    async with case.runtime.begin() as uow:
        await uow.session.execute(
            update(WebhookDelivery)
            .where(WebhookDelivery.id == delivery.id)
            .values(status=DeliveryStatus.FAILED)
        )
    return {"webhook_id": hook.id, "delivery_id": delivery.id}
