"""Alerts: begun and ended once, whichever process finds the condition."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert, select, update
from tests.support.monitoring import add_backend, add_job, add_worker, local_user, watch_of
from tests.support.service import Api, eventually, running_api, running_worker

from genonaut.accounts.tables import Role, User
from genonaut.catalog.tables import ModelRefresh
from genonaut.config import Settings
from genonaut.core.background_loops import BackgroundLoops
from genonaut.core.clock import utcnow
from genonaut.jobs.backends.repository import BackendRepository
from genonaut.jobs.states import JobStatus
from genonaut.jobs.tables import ComfyuiBackend, QueuePause, Worker
from genonaut.monitoring.watch import Watch
from genonaut.notifications.webhooks.tables import Webhook, WebhookDelivery
from genonaut.runtime import Runtime

HOOK = "https://example.com/hook"
Prepare = Callable[[Api], Awaitable[None]]


async def alerts(api: Api, **query: Any) -> list[dict[str, Any]]:
    answer = await api.http.get("/api/v1/alerts/", params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def kinds(api: Api) -> set[str]:
    return {alert["kind"] for alert in await alerts(api, active=True)}


async def notifications(api: Api) -> list[str]:
    answer = await api.http.get("/api/v1/notifications/")
    return [one["title"] for one in answer.json()["items"]]


async def deliveries(api: Api) -> list[str]:
    async with api.runtime.begin() as uow:
        query = select(WebhookDelivery.event).order_by(WebhookDelivery.id)
        return list(await uow.session.scalars(query))


async def add_webhook(api: Api, events: list[str]) -> int:
    answer = await api.http.post("/api/v1/webhooks/", json={"url": HOOK, "events": events})
    assert answer.status_code == 201, answer.text
    webhook_id: int = answer.json()["webhook"]["id"]
    return webhook_id


async def ended(api: Api, watch: Watch) -> bool:
    """Check again, and return whether no alert is active."""
    await watch.check_alerts()
    return not await alerts(api, active=True)


async def test_an_alert_begins_and_ends_once(api: Api) -> None:
    await add_worker(api.runtime)
    await add_backend(api.runtime, status="down", down=timedelta(minutes=6))
    await add_webhook(api, ["alert.began", "alert.ended"])
    workers = [watch_of(api, is_worker=True) for _ in range(4)]
    await asyncio.gather(*(worker.check_alerts() for worker in workers))
    await workers[0].check_alerts()
    await watch_of(api, is_worker=True).check_alerts()  # after a restart
    (alert,) = await alerts(api, active=True)
    assert alert["kind"] == "backend_down"
    assert alert["subject"] == "gpu1"
    assert alert["ended_at"] is None
    assert await notifications(api) == ["The ComfyUI server gpu1 is down"]
    assert await deliveries(api) == ["alert.began"]
    async with api.runtime.begin() as uow:
        await uow.session.execute(update(ComfyuiBackend).values(status="up", down_since=None))
    await eventually(lambda: ended(api, workers[0]))
    await asyncio.gather(*(worker.check_alerts() for worker in workers))
    assert await notifications(api) == [
        "Ended: The ComfyUI server gpu1 is down",
        "The ComfyUI server gpu1 is down",
    ]
    assert await deliveries(api) == ["alert.began", "alert.ended"]
    (past,) = await alerts(api, active=False)
    assert past["id"] == alert["id"]
    assert past["ended_at"] >= past["began_at"]


async def test_a_condition_that_returns_is_a_new_alert(api: Api) -> None:
    await add_worker(api.runtime, loops=("hub",))
    watch = watch_of(api, is_worker=True)
    await watch.check_alerts()
    for failing in ([], ["hub"]):
        async with api.runtime.begin() as uow:
            await uow.session.execute(update(Worker).values(failing_loops=failing))
        if failing:
            await watch.check_alerts()
        else:
            await eventually(lambda: ended(api, watch))
    assert [alert["subject"] for alert in await alerts(api)] == ["worker/hub", "worker/hub"]
    assert len(await notifications(api)) == 3


async def test_only_administrators_are_told(api: Api) -> None:
    await add_worker(api.runtime, loops=("hub",))
    await add_webhook(api, ["job.failed"])
    webhook_id = await add_webhook(api, ["alert.began"])
    async with api.runtime.begin() as uow:
        await uow.session.execute(update(User).values(role=Role.USER))
    await watch_of(api, is_worker=True).check_alerts()
    assert await deliveries(api) == []
    async with api.runtime.begin() as uow:
        await uow.session.execute(update(User).values(role=Role.ADMIN))
        await uow.session.execute(update(Worker).values(failing_loops=["sweep", "hub"]))
    await watch_of(api, is_worker=True).check_alerts()
    async with api.runtime.begin() as uow:
        (delivery,) = await uow.session.scalars(select(WebhookDelivery))
    assert delivery.webhook_id == webhook_id
    payload = msgspec.json.decode(delivery.payload)
    assert payload["type"] == "alert.began"
    assert payload["data"]["subject"] == "worker/sweep"


async def test_the_api_watches_whether_a_worker_is_running(api: Api) -> None:
    watch = watch_of(api, is_worker=False)
    await add_worker(api.runtime, seen=timedelta(seconds=30))
    await watch.check_alerts()
    assert await kinds(api) == set(), "a restart takes less than a minute"
    async with api.runtime.begin() as uow:
        await uow.session.execute(update(Worker).values(seen_at=utcnow() - timedelta(seconds=70)))
    await watch.check_alerts()
    assert await kinds(api) == {"no_worker"}
    await add_worker(api.runtime)
    await eventually(lambda: ended(api, watch))


async def test_the_api_leaves_alerts_of_workers_alone(api: Api) -> None:
    await add_worker(api.runtime, loops=("hub",))
    worker, web = (watch_of(api, is_worker=flag) for flag in (True, False))
    await worker.check_alerts()
    for _ in range(10):
        await web.check_alerts()

    assert await kinds(api) == {"loop_failing"}


async def test_a_failing_loop_of_the_api_begins_an_alert_that_healthy_processes_do_not_end(
    api: Api,
) -> None:
    await add_worker(api.runtime)
    failing: list[str] = ["hub"]
    broken = watch_of(api, is_worker=False, failing=failing, check_seconds=3_600)
    others = [watch_of(api, is_worker=flag, check_seconds=3_600) for flag in (True, False)]
    for _ in range(3):
        await broken.check_alerts()
        for other in others:
            await other.check_alerts()
    (alert,) = await alerts(api)
    assert (alert["kind"], alert["subject"]) == ("loop_failing", "api/hub")
    assert alert["title"] == "The loop hub of the API fails"
    assert await notifications(api) == ["The loop hub of the API fails"]
    failing.clear()
    healthy = watch_of(api, is_worker=False)
    await eventually(lambda: ended(api, healthy))
    assert await notifications(api) == [
        "Ended: The loop hub of the API fails",
        "The loop hub of the API fails",
    ]


async def test_an_api_process_reports_its_own_loops(settings: Settings) -> None:
    alert_settings = msgspec.structs.replace(settings.alerts, check_seconds=0.05)
    settings = msgspec.structs.replace(settings, alerts=alert_settings)
    async with running_api(settings) as api:
        await add_worker(api.runtime)
        loops: BackgroundLoops = api.app.state.loops
        loops._note("catch-up", is_failing=True)

        async def subjects() -> bool:
            return [one["subject"] for one in await alerts(api, active=True)] == ["api/catch-up"]

        await eventually(subjects)


async def queue_is_stuck(api: Api) -> None:
    await add_backend(api.runtime)
    created = utcnow() - timedelta(minutes=11)
    await add_job(api.runtime, await local_user(api), JobStatus.QUEUED, at=created)


async def jobs_fail(api: Api) -> None:
    owner = await local_user(api)
    for status in [JobStatus.FAILED] * 5 + [JobStatus.COMPLETED] * 5:
        await add_job(api.runtime, owner, status, at=utcnow())


async def a_webhook_was_disabled(api: Api) -> None:
    await add_webhook(api, ["job.failed"])
    async with api.runtime.begin() as uow:
        values = {"is_enabled": False, "disabled_reason": "the receiver answered 410 Gone"}
        await uow.session.execute(update(Webhook).values(values))


async def refreshes_fail(api: Api) -> None:
    async with api.runtime.begin() as uow:
        await uow.session.execute(
            insert(ModelRefresh).values(
                id=1, finished_at=utcnow(), report={"problems": ["/models: not a directory"]}
            )
        )


async def no_refresh_ends(api: Api) -> None:
    async with api.runtime.begin() as uow:
        values = {"id": 1, "started_at": utcnow() - timedelta(hours=2), "report": {}}
        await uow.session.execute(insert(ModelRefresh).values(values))


@pytest.mark.parametrize(
    ("prepare", "kind"),
    [
        (queue_is_stuck, "queue_stuck"),
        (jobs_fail, "jobs_failing"),
        (a_webhook_was_disabled, "webhook_disabled"),
        (refreshes_fail, "catalog_failing"),
        (no_refresh_ends, "catalog_failing"),
    ],
)
async def test_conditions(api: Api, prepare: Prepare, kind: str) -> None:
    await add_worker(api.runtime)
    watch = watch_of(api, is_worker=True)
    await watch.check_alerts()
    assert await kinds(api) == set()
    await prepare(api)
    await watch.check_alerts()
    assert await kinds(api) == {kind}


async def test_a_nearly_full_disk(settings: Settings) -> None:
    replace = msgspec.structs.replace
    settings = replace(settings, alerts=replace(settings.alerts, disk_free_bytes=10**18))
    async with running_api(settings) as api:
        await add_worker(api.runtime)
        await watch_of(api, is_worker=True).check_alerts()
        (alert,) = await alerts(api)
    assert alert["kind"] == "disk_low"
    assert alert["details"]["free_bytes"] > 0


async def paused(runtime: Runtime) -> None:
    async with runtime.begin() as uow:
        uow.session.add(QueuePause(backend="gpu1"))


async def busy(runtime: Runtime) -> None:
    async with runtime.begin() as uow:
        await uow.session.execute(update(ComfyuiBackend).values(slots=0))


async def without_the_model(runtime: Runtime) -> None:
    async with runtime.begin() as uow:
        await uow.session.execute(update(ComfyuiBackend).values(offers=[]))


@pytest.mark.parametrize("excuse", [paused, busy, without_the_model])
async def test_a_job_that_has_to_wait_is_no_stuck_queue(
    api: Api, excuse: Callable[[Runtime], Awaitable[None]]
) -> None:
    await add_worker(api.runtime)
    await queue_is_stuck(api)
    await excuse(api.runtime)
    await watch_of(api, is_worker=True).check_alerts()
    assert await kinds(api) == set()


async def test_a_server_is_down_from_the_first_failed_report(api: Api) -> None:
    await add_backend(api.runtime)

    async def report(status: str) -> Any:
        async with api.runtime.begin() as uow:
            await BackendRepository(uow.session).report(
                "gpu1", status=status, version=None, queue_length=0, offers=None, last_error=None
            )
            return await uow.session.scalar(select(ComfyuiBackend.down_since))

    assert await report("up") is None
    first = await report("down")
    assert first is not None
    assert await report("stuck") == first
    assert await report("up") is None


async def test_a_running_worker_checks_by_itself(settings: Settings) -> None:
    replace = msgspec.structs.replace
    watched = replace(settings.alerts, check_seconds=0.2, disk_free_bytes=10**18)
    settings = replace(settings, alerts=watched)
    async with running_api(settings) as api, running_worker(settings):

        async def found() -> bool:
            return "disk_low" in await kinds(api)

        await eventually(found)


async def test_pages(api: Api) -> None:
    await add_worker(api.runtime, loops=("hub", "sweep", "tasks"))
    await watch_of(api, is_worker=True).check_alerts()
    first = (await api.http.get("/api/v1/alerts/?limit=2")).json()
    assert first["total"] == 3
    rest = await alerts(api, limit=2, cursor=first["next_cursor"])
    assert len({alert["id"] for alert in [*first["items"], *rest]}) == 3
