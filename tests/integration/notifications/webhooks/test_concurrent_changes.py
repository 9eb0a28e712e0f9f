"""Concurrent changes of one webhook or delivery."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text, update
from tests.support.locks import sessions_waiting
from tests.support.people import Person, Town
from tests.support.service import eventually

from genonaut.core.clock import utcnow
from genonaut.notifications.webhooks.delivery_service import ClaimedDelivery, DeliveryService
from genonaut.notifications.webhooks.sender import Answer
from genonaut.notifications.webhooks.tables import Webhook, WebhookDelivery
from genonaut.runtime import Runtime

GONE = Answer(duration_ms=5, status_code=410)
TAKEN = Answer(duration_ms=5, status_code=204)


async def make_hook(runtime: Runtime, person: Person, *, deliveries: int) -> tuple[int, list[int]]:
    """Insert a webhook with deliveries that are due."""
    hook = Webhook(
        user_id=person.identity.user_id,
        url="http://127.0.0.1:9/",
        events=[],
        description="",
        secret=b"secret",
    )
    async with runtime.begin() as uow:
        uow.session.add(hook)
        await uow.session.flush()
        rows = [
            WebhookDelivery(
                webhook_id=hook.id,
                message_id=f"msg_{number}",
                dedupe_key=f"test:{number}",
                event="webhook.test",
                payload="{}",
                resend_at=utcnow(),
            )
            for number in range(deliveries)
        ]
        uow.session.add_all(rows)
    return hook.id, [row.id for row in rows]


async def claim(runtime: Runtime, delivery_id: int) -> ClaimedDelivery:
    async with runtime.begin() as uow:
        claimed = await DeliveryService(uow, runtime.settings.webhooks).claim(delivery_id)
    assert claimed is not None
    return claimed


async def record(runtime: Runtime, claimed: ClaimedDelivery, answer: Answer) -> None:
    async with runtime.begin() as uow:
        await DeliveryService(uow, runtime.settings.webhooks).record(claimed, answer)


async def statuses(runtime: Runtime) -> list[str]:
    async with runtime.begin() as uow:
        query = select(WebhookDelivery.status).order_by(WebhookDelivery.id)
        return [str(status) for status in await uow.session.scalars(query)]


HOLD = text("SELECT FROM webhooks WHERE id = :id FOR NO KEY UPDATE")


async def test_two_concurrent_410_responses(town: Town, ann: Person) -> None:
    hook_id, ids = await make_hook(town.runtime, ann, deliveries=2)
    claims = [await claim(town.runtime, one) for one in ids]
    async with town.runtime.begin() as uow:
        await uow.session.execute(HOLD, {"id": hook_id})
        tries = [asyncio.create_task(record(town.runtime, one, GONE)) for one in claims]
        await eventually(sessions_waiting(town.runtime, 2))
    await asyncio.gather(*tries)
    assert await statuses(town.runtime) == ["failed", "failed"]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_disabling_a_webhook_during_a_410_response(
    town: Town, ann: Person, method: str
) -> None:
    hook_id, (delivery_id,) = await make_hook(town.runtime, ann, deliveries=1)
    claimed = await claim(town.runtime, delivery_id)
    async with town.runtime.begin() as uow:
        await uow.session.execute(HOLD, {"id": hook_id})
        body = {"is_enabled": False} if method == "PATCH" else None
        ending = asyncio.create_task(ann.http.request(method, f"/webhooks/{hook_id}", json=body))
        await eventually(sessions_waiting(town.runtime, 1))
        recording = asyncio.create_task(record(town.runtime, claimed, GONE))
        await eventually(sessions_waiting(town.runtime, 2))
    assert (await ending).status_code // 100 == 2
    await recording
    assert await statuses(town.runtime) == (["failed"] if method == "PATCH" else [])


async def test_testing_a_webhook_during_its_deletion(town: Town, ann: Person) -> None:
    hook_id, _ = await make_hook(town.runtime, ann, deliveries=0)
    async with town.runtime.begin() as uow:
        await uow.session.execute(delete(Webhook).where(Webhook.id == hook_id))
        testing = asyncio.create_task(ann.http.post(f"/webhooks/{hook_id}/test"))
        await eventually(sessions_waiting(town.runtime))
    assert (await testing).status_code == 404


async def test_a_frozen_try_cannot_change_a_redelivered_delivery(town: Town, ann: Person) -> None:
    hook_id, (delivery_id,) = await make_hook(town.runtime, ann, deliveries=1)
    frozen = await claim(town.runtime, delivery_id)
    async with town.runtime.begin() as uow:  # longer than its claim
        past = utcnow() - timedelta(seconds=1)
        await uow.session.execute(update(WebhookDelivery).values(claimed_until=past))
    await record(town.runtime, await claim(town.runtime, delivery_id), TAKEN)
    again = await ann.http.post(f"/webhooks/{hook_id}/deliveries/{delivery_id}/redeliver")
    assert again.status_code // 100 == 2, again.text
    present = await claim(town.runtime, delivery_id)
    assert present.tries == frozen.tries
    await record(town.runtime, frozen, GONE)
    async with town.runtime.begin() as uow:
        assert (await uow.session.get_one(Webhook, hook_id)).is_enabled
    await record(town.runtime, present, TAKEN)
    assert await statuses(town.runtime) == ["delivered"]
