"""One installation, and whatever a route's path and body name, owned by somebody fresh."""

import itertools
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, update
from tests.builders import make_content, make_finished_job
from tests.contract.access.table import JOB, JOBS
from tests.support.accounts import (
    PASSWORD,
    make_expired_key,
    make_key,
    make_session,
    make_user,
)
from tests.support.notifying import make_notifications

from genonaut.accounts.identity import Identity, KeyScope
from genonaut.accounts.tables import ApiKey, Role, User, UserSession
from genonaut.jobs.params import SamplingParams
from genonaut.jobs.states import JobStatus
from genonaut.jobs.tables import ComfyuiBackend, GenerationJob
from genonaut.notifications.webhooks.events import WebhookEvent
from genonaut.notifications.webhooks.service import WebhookService
from genonaut.notifications.webhooks.tables import DeliveryStatus, WebhookDelivery
from genonaut.runtime import Runtime

ACTORS = ("nobody", "stranger", "owner", "admin", "read_key", "expired_key", "deactivated")
_numbers = itertools.count(1)
_STATUS_BEFORE = {
    f"POST {JOB}/cancel": JobStatus.QUEUED,
    f"POST {JOBS}/cancel": JobStatus.QUEUED,
    f"POST {JOB}/retry": JobStatus.FAILED,
}


@dataclass
class Case:
    """Somebody who owns things, somebody who asks for them."""

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
    }
    await _make_subjects(case)
    case.headers = await headers_of(runtime, owner, actor)
    return case


async def headers_of(runtime: Runtime, owner: User, actor: str) -> dict[str, str]:
    """Return what the actor brings to prove who they are."""
    match actor:
        case "nobody":
            return {}
        case "stranger":
            other = await make_user(runtime, f"stranger{next(_numbers)}")
            return await make_session(runtime, other.id)
        case "admin":
            other = await make_user(runtime, f"admin{next(_numbers)}", role=Role.ADMIN)
            return await make_session(runtime, other.id)
        case "owner":
            return await make_session(runtime, owner.id)
        case "read_key":
            return await make_key(runtime, owner.id, KeyScope.READ)
        case "generate_key":
            return await make_key(runtime, owner.id, KeyScope.GENERATE)
        case "expired_key":
            return await make_expired_key(runtime, owner.id)
        case "deactivated":
            headers = await make_session(runtime, owner.id)
            # Only the flag: the session is left, as if its end had been lost.
            async with runtime.begin() as uow:
                await uow.session.execute(
                    update(User).where(User.id == owner.id).values(is_active=False)
                )
            return headers
    raise AssertionError(actor)


async def make_backend(runtime: Runtime) -> None:
    """Let there be a server that offers what a plain submission needs."""
    needs = ["checkpoints/sd15.safetensors", "samplers/euler", "schedulers/normal"]
    async with runtime.begin() as uow:
        uow.session.add(
            ComfyuiBackend(name="b", url="http://b", slots=1, enabled=True, offers=needs)
        )


async def _make_subjects(case: Case) -> None:
    runtime, route, subjects = case.runtime, case.route, case.subjects
    if "content" in route:
        subjects["content_id"] = await make_content(
            runtime, case.identity, is_trashed=route.endswith("/restore")
        )
    if "generation-jobs" in route or "/ws/jobs" in route:
        subjects |= await _make_job(case)
    if "session_id" in route:
        subjects["session_id"] = await _make_session_id(case)
    if "key_id" in route:
        subjects["key_id"] = await _make_key_id(case)
    if "user_id" in route:
        subjects["user_id"] = case.owner.id
    if "notification_id" in route:
        subjects["notification_id"] = (await make_notifications(runtime, case.owner.id))[0]
    if "webhook_id" in route:
        subjects |= await _make_webhook(case)


async def _make_job(case: Case) -> dict[str, Any]:
    job_id = await make_finished_job(case.runtime, case.identity, prompt="a lighthouse")
    status = _STATUS_BEFORE.get(case.route, JobStatus.COMPLETED)
    values: dict[str, Any] = {
        "status": status,
        "params": msgspec.to_builtins(SamplingParams(seed=1)),
    }
    async with case.runtime.begin() as uow:
        batch_id = await uow.session.scalar(
            update(GenerationJob)
            .where(GenerationJob.id == job_id)
            .values(**values)
            .returning(GenerationJob.batch_id)
        )
    return {"job_id": job_id, "batch_id": batch_id}


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
