"""Deliveries from the end of a batch to the receiver."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select, text, update
from tests.support.counters import Increase, increase_of
from tests.support.notifications import end_job, make_batch
from tests.support.people import Person, Town
from tests.support.service import eventually, running_api, running_worker
from tests.support.standard_webhooks import verify
from tests.support.webhook_receivers import Receiver, receiving

from genonaut.config import Settings
from genonaut.config.settings import WebhookSettings
from genonaut.notifications.webhooks.delivery_service import DeliveryService
from genonaut.notifications.webhooks.handlers import deliver_webhook, sweep_webhooks
from genonaut.notifications.webhooks.messages import DeliverWebhook
from genonaut.notifications.webhooks.sender import Answer
from genonaut.notifications.webhooks.tables import (
    DeliveryStatus,
    Webhook,
    WebhookDelivery,
    WebhookTry,
)
from genonaut.runtime import Runtime
from genonaut.worker.tasks import run_background

ALL = ["job.completed", "job.failed", "job.cancelled"]


async def add_hook(person: Person, url: str, events: Sequence[str] = ALL) -> tuple[int, str]:
    """Add a webhook; returns its id and secret."""
    answer = await person.http.post("/webhooks/", json={"url": url, "events": list(events)})
    assert answer.status_code == 201, answer.text
    return answer.json()["webhook"]["id"], answer.json()["secret"]


async def deliveries(runtime: Runtime) -> Sequence[WebhookDelivery]:
    async with runtime.begin() as uow:
        query = select(WebhookDelivery).order_by(WebhookDelivery.id)
        return (await uow.session.scalars(query)).all()


async def deliver_all(runtime: Runtime) -> None:
    """Run the task of every due delivery."""
    for one in await deliveries(runtime):
        await deliver_webhook(runtime, DeliverWebhook(one.id))


async def end_job_of(town: Town, person: Person, status: str = "completed", **values: Any) -> int:
    (job_id,) = await make_batch(town.runtime, person.identity.user_id)
    await end_job(town.runtime, job_id, status, **values)
    return job_id


async def make_due(runtime: Runtime) -> None:
    async with runtime.begin() as uow:
        past = func.now() - text("interval '1 minute'")
        await uow.session.execute(update(WebhookDelivery).values(due_at=past, resend_at=past))


def tries_by_outcome() -> list[Increase]:
    """Return the counters of tries that were delivered, are retried, and failed."""
    name = "genonaut_webhook_tries_total"
    return [increase_of(name, outcome=one) for one in ("delivered", "retried", "failed")]


@contextlib.asynccontextmanager
async def sweeping(runtime: Runtime) -> AsyncIterator[None]:
    loop = asyncio.create_task(sweep_webhooks(runtime))
    try:
        yield
    finally:
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)


async def test_a_finished_job_reaches_the_receiver_through_the_worker(
    open_settings: Settings,
) -> None:
    async with (
        receiving() as receiver,
        running_api(open_settings) as api,
        running_worker(open_settings),
    ):
        body = {"url": receiver.url, "events": ["job.completed"]}
        made = (await api.http.post("/api/v1/webhooks/", json=body)).json()
        batch = await api.submit(batch_size=2, params={"steps": 1})
        jobs = [await api.ended(job_id) for job_id in batch["batch_job_ids"]]

        async def is_received() -> bool:
            return bool(receiver.calls)

        await eventually(is_received)
        (call,) = receiver.calls
        verify(made["secret"], call.headers, call.body)
        sent = msgspec.json.decode(call.body)
        assert sent["type"] == "job.completed"
        assert sent["timestamp"].endswith("Z")
        assert sent["data"]["batch_id"] == batch["batch_id"]
        assert (sent["data"]["completed"], sent["data"]["failed"]) == (2, 0)
        assert [(one["job_id"], one["content_id"]) for one in sent["data"]["jobs"]] == [
            (job["id"], job["content_id"]) for job in jobs
        ]
        # Notifications are off for this user: webhooks are independent of them.
        assert (await api.http.get("/api/v1/notifications/")).json()["items"] == []

        async def is_logged() -> Any:
            log = await api.http.get(f"/api/v1/webhooks/{made['webhook']['id']}/deliveries")
            return log.json()["items"][0]["status"] == "delivered"

        await eventually(is_logged)


async def test_without_a_webhook_no_delivery_is_created(
    town: Town, ann: Person, bob: Person
) -> None:
    async with receiving() as receiver:
        await add_hook(bob, receiver.url)
        await end_job_of(town, ann)
        assert await deliveries(town.runtime) == []


@pytest.mark.parametrize(
    ("events", "endings", "sent"),
    [
        (["job.completed"], ["completed"], "job.completed"),
        (["job.completed"], ["failed"], None),
        (["job.failed"], ["completed", "failed"], "job.failed"),
        (["job.completed"], ["completed", "failed"], "job.completed"),
        (["job.cancelled"], ["completed", "failed"], None),
        (ALL, ["cancelled", "completed"], "job.completed"),
    ],
)
async def test_a_webhook_gets_one_delivery_for_its_events(
    town: Town, ann: Person, events: list[str], endings: list[str], sent: str | None
) -> None:
    async with receiving() as receiver:
        await add_hook(ann, receiver.url, events)
        jobs = await make_batch(town.runtime, ann.identity.user_id, len(endings))
        for job_id, ending in zip(jobs, endings, strict=True):
            await asyncio.gather(*(end_job(town.runtime, job_id, ending) for _ in range(2)))
        assert [one.event for one in await deliveries(town.runtime)] == [sent] * bool(sent)


async def test_a_repeated_task_calls_once(town: Town, ann: Person) -> None:
    async with receiving() as receiver:
        await add_hook(ann, receiver.url)
        await end_job_of(town, ann)
        await asyncio.gather(*(deliver_all(town.runtime) for _ in range(4)))
        await deliver_all(town.runtime)
        assert len(receiver.calls) == 1
    await deliver_webhook(town.runtime, DeliverWebhook(4711))


async def test_failed_tries_are_repeated_with_the_same_id(town: Town, ann: Person) -> None:
    async with receiving(Receiver(statuses=[500, 404, 302, 200])) as receiver:
        hook, secret = await add_hook(ann, receiver.url)
        await end_job_of(town, ann)
        counted = tries_by_outcome()
        for _ in range(6):
            await make_due(town.runtime)
            await deliver_all(town.runtime)
        assert len(receiver.calls) == 4
        assert [one.value for one in counted] == [1, 3, 0]
        assert len({call.headers["webhook-id"] for call in receiver.calls}) == 1
        assert len({call.body for call in receiver.calls}) == 1
        for call in receiver.calls:
            verify(secret, call.headers, call.body)
        (one,) = await deliveries(town.runtime)
        assert (one.status, one.tries, one.status_code) == (DeliveryStatus.DELIVERED, 4, 200)
        detail = (await ann.http.get(f"/webhooks/{hook}/deliveries/{one.id}")).json()
        assert [each["status_code"] for each in detail["tries"]] == [500, 404, 302, 200]
        assert detail["payload"] == receiver.calls[0].body.decode()


async def test_a_delivery_fails_after_eight_tries(town: Town, ann: Person) -> None:
    async with receiving(Receiver(statuses=[503])) as receiver:
        await add_hook(ann, receiver.url)
        await end_job_of(town, ann)
        counted = tries_by_outcome()
        for _ in range(10):
            await make_due(town.runtime)
            await deliver_all(town.runtime)
        assert len(receiver.calls) == 8
        assert [one.value for one in counted] == [0, 7, 1]
    (one,) = await deliveries(town.runtime)
    assert (one.status, one.tries, one.error) == (DeliveryStatus.FAILED, 8, "answered 503")
    assert one.ended_at is not None


def test_the_delays_grow_from_five_seconds_to_twelve_hours() -> None:
    pauses = WebhookSettings().retry_delays_seconds
    assert (pauses[0], pauses[-1], len(pauses) + 1) == (5, 12 * 3600, 8)
    assert list(pauses) == sorted(pauses)


@pytest.mark.parametrize(
    ("answer", "least", "most"),
    [
        (Answer(duration_ms=1, status_code=500), 240, 360),
        (Answer(duration_ms=1, status_code=500, retry_after_seconds=9_000), 240, 360),
        (Answer(duration_ms=1, status_code=429, retry_after_seconds=9_000), 9_000, 9_000),
        (Answer(duration_ms=1, status_code=503, retry_after_seconds=1), 240, 360),
        (Answer(duration_ms=1, status_code=503, retry_after_seconds=1e9), 43_200, 43_200),
    ],
)
async def test_a_receiver_may_request_a_longer_delay(
    town: Town, answer: Answer, least: float, most: float
) -> None:
    async with town.runtime.begin() as uow:
        service = DeliveryService(uow, WebhookSettings())
        assert least <= service._delay_after(3, answer) <= most


async def test_a_receiver_that_answers_410_is_not_called_again(town: Town, ann: Person) -> None:
    async with receiving(Receiver(statuses=[410])) as receiver:
        hook, _ = await add_hook(ann, receiver.url)
        await end_job_of(town, ann)
        await end_job_of(town, ann)
        await deliver_all(town.runtime)
        await end_job_of(town, ann)
        await make_due(town.runtime)
        await deliver_all(town.runtime)
        assert len(receiver.calls) == 1
    seen = (await ann.http.get(f"/webhooks/{hook}")).json()
    assert seen["is_enabled"] is False
    assert "410" in seen["disabled_reason"]
    assert {one.status for one in await deliveries(town.runtime)} == {DeliveryStatus.FAILED}
    enabled = await ann.http.patch(f"/webhooks/{hook}", json={"is_enabled": True})
    assert (enabled.json()["is_enabled"], enabled.json()["disabled_reason"]) == (True, None)


async def test_an_address_that_is_no_longer_allowed_fails_without_retries(
    town: Town, ann: Person
) -> None:
    async with receiving() as receiver:
        await add_hook(ann, receiver.url)
        await end_job_of(town, ann)
        async with town.runtime.begin() as uow:
            await uow.session.execute(update(Webhook).values(url="http://169.254.169.254/latest"))
        await deliver_all(town.runtime)
    (one,) = await deliveries(town.runtime)
    assert (one.status, one.tries) == (DeliveryStatus.FAILED, 1)
    assert (one.error or "").startswith("refused:")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE webhooks SET is_enabled = false",
        "UPDATE users SET is_active = false",
        "UPDATE users SET deleted_at = now()",
    ],
)
async def test_nothing_is_sent_for_disabled_users_and_webhooks(
    town: Town, ann: Person, change: str
) -> None:
    async with receiving() as receiver:
        await add_hook(ann, receiver.url)
        await end_job_of(town, ann)
        async with town.runtime.begin() as uow:
            await uow.session.execute(text(change))
        await deliver_all(town.runtime)
        assert receiver.calls == []
    (one,) = await deliveries(town.runtime)
    assert one.status is DeliveryStatus.FAILED


async def test_tasks_lost_by_redis_are_sent_again(town: Town, ann: Person) -> None:
    async with receiving() as receiver:
        await add_hook(ann, receiver.url)
        await end_job_of(town, ann)
        queue = town.runtime.queue
        await queue.arq.delete(queue.name_of("background"))
        await make_due(town.runtime)
        async with sweeping(town.runtime):

            async def is_queued() -> bool:
                return bool(await queue.arq.zcard(queue.name_of("background")))

            await eventually(is_queued)
        await deliver_all(town.runtime)
        assert len(receiver.calls) == 1


async def test_the_sweep_sends_one_task_per_due_delivery(town: Town, ann: Person) -> None:
    async with receiving() as receiver:
        await add_hook(ann, receiver.url)
        await end_job_of(town, ann)

        async def send_due() -> int:
            async with town.runtime.begin() as uow:
                return await DeliveryService(uow, town.runtime.settings.webhooks).send_due()

        assert await send_due() == 0  # the commit has sent one
        await make_due(town.runtime)
        assert sorted(await asyncio.gather(send_due(), send_due(), send_due())) == [0, 0, 1]
        assert await send_due() == 0
        await deliver_all(town.runtime)
        await make_due(town.runtime)
        assert await send_due() == 0


async def test_a_try_that_killed_its_worker_counts_and_is_repeated(town: Town, ann: Person) -> None:
    settings = town.runtime.settings.webhooks
    async with receiving() as receiver:
        await add_hook(ann, receiver.url)
        await end_job_of(town, ann)
        (one,) = await deliveries(town.runtime)
        async with town.runtime.begin() as uow:
            lost = await DeliveryService(uow, settings).claim(one.id)
        assert lost is not None
        await make_due(town.runtime)
        await deliver_all(town.runtime)
        assert receiver.calls == []  # it is claimed
        async with town.runtime.begin() as uow:
            expired = func.now() - text("interval '1 second'")
            await uow.session.execute(update(WebhookDelivery).values(claimed_until=expired))
        await deliver_all(town.runtime)
        assert len(receiver.calls) == 1
        (one,) = await deliveries(town.runtime)
        assert (one.status, one.tries) == (DeliveryStatus.DELIVERED, 2)
        async with town.runtime.begin() as uow:  # the lost worker reports a failure
            failure = Answer(duration_ms=1, status_code=500)
            await DeliveryService(uow, settings).record(lost, failure)
        (one,) = await deliveries(town.runtime)
        assert one.status is DeliveryStatus.DELIVERED


async def test_a_delivery_that_kills_every_worker_fails(town: Town, ann: Person) -> None:
    settings = town.runtime.settings.webhooks
    async with receiving() as receiver:
        await add_hook(ann, receiver.url)
        await end_job_of(town, ann)
        (one,) = await deliveries(town.runtime)
        for _ in range(9):
            async with town.runtime.begin() as uow:
                await DeliveryService(uow, settings).claim(one.id)
            async with town.runtime.begin() as uow:
                past = func.now() - text("interval '1 second'")
                await uow.session.execute(update(WebhookDelivery).values(claimed_until=past))
        (one,) = await deliveries(town.runtime)
        assert (one.status, one.error) == (DeliveryStatus.FAILED, "the last try was interrupted")
        assert receiver.calls == []


async def test_no_transaction_is_open_during_the_call(town: Town, ann: Person) -> None:
    idle = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
    async with receiving() as receiver:
        receiver.may_answer.clear()
        await add_hook(ann, receiver.url)
        await end_job_of(town, ann)
        call = asyncio.create_task(deliver_all(town.runtime))
        await receiver.is_called.wait()
        async with town.runtime.begin() as uow:
            database = "AND datname = current_database() AND pid <> pg_backend_pid()"
            assert await uow.session.scalar(text(f"{idle} {database}")) == 0
        receiver.may_answer.set()
        await call


async def test_tasks_of_other_versions_are_dropped(town: Town) -> None:
    for payload in (msgspec.msgpack.encode({"task": "future.kind"}), b"\xc1", b""):
        await run_background(town.runtime, payload)


async def test_one_kilobyte_of_a_long_response_is_stored(town: Town, ann: Person) -> None:
    async with receiving(Receiver(statuses=[200], answer=b"\x00\xff" * 4_000)) as receiver:
        await add_hook(ann, receiver.url)
        await end_job_of(town, ann)
        await deliver_all(town.runtime)
    async with town.runtime.begin() as uow:
        size = await uow.session.scalar(select(func.octet_length(WebhookTry.excerpt)))
    assert 1_000 < (size or 0) <= 1_024


async def test_secrets_are_not_logged(
    town: Town, ann: Person, capfd: pytest.CaptureFixture[str]
) -> None:
    async with receiving(Receiver(statuses=[500])) as receiver:
        _, secret = await add_hook(ann, receiver.url)
        await end_job_of(town, ann)
        await deliver_all(town.runtime)
    shown = capfd.readouterr()
    assert secret.removeprefix("whsec_") not in shown.out + shown.err
