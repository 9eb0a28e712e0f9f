"""What ``/metrics`` says about an installation whose state is known."""

from datetime import timedelta
from uuid import UUID

from prometheus_client.core import Sample
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update
from tests.builders import make_content
from tests.support.monitoring import add_backend, add_job, add_worker, local_user, watch_of
from tests.support.service import Api

from genonaut.accounts.identity import Identity
from genonaut.accounts.tables import Role
from genonaut.content.usage import measure_storage
from genonaut.core.clock import utcnow
from genonaut.jobs.states import JobStatus
from genonaut.jobs.tables import ComfyuiBackend

WAITED = timedelta(minutes=11)


async def samples(api: Api) -> dict[tuple[str, ...], float]:
    """Scrape the API; returns values by the name and the values of the labels."""
    answer = await api.http.get("/metrics")
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, *map(str, sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in _plain(family.samples)
    }


def _plain(found: list[Sample]) -> list[Sample]:
    return [sample for sample in found if not sample.name.endswith("_bucket")]


async def fill(api: Api, owner: UUID) -> None:
    """Two images, one of them in the trash; a waiting and a running job; a server that is busy."""
    identity = Identity(user_id=owner, username="local", role=Role.ADMIN)
    await make_content(api.runtime, identity)
    await make_content(api.runtime, identity, is_trashed=True)
    await add_worker(api.runtime, loops=("hub",))
    await add_backend(api.runtime)
    await add_job(api.runtime, owner, JobStatus.QUEUED, at=utcnow() - WAITED)
    async with api.runtime.begin() as uow:
        await uow.session.execute(update(ComfyuiBackend).values(queue_length=3))
        await measure_storage(uow.session)


async def test_the_state_of_the_installation(api: Api) -> None:
    await fill(api, await local_user(api))
    hook = {"url": "https://example.com/hook", "events": ["alert.began"]}
    assert (await api.http.post("/api/v1/webhooks/", json=hook)).status_code == 201
    await watch_of(api, is_worker=True, check_seconds=3_600).check_alerts()
    found = await samples(api)
    assert found["genonaut_jobs", "queued"] == 1
    assert found["genonaut_jobs", "running"] == 0
    assert found["genonaut_queue_oldest_seconds",] >= WAITED.total_seconds()
    assert found["genonaut_backend_queue_length", "gpu1"] == 3
    assert found["genonaut_storage_items", "images"] == 1
    assert found["genonaut_storage_items", "trash"] == 1
    assert found["genonaut_storage_bytes", "trash"] > 0
    assert found["genonaut_worker_loops_failing",] == 1
    assert found["genonaut_alerts_active", "loop_failing"] == 1
    assert found["genonaut_alerts_active", "queue_stuck"] == 1
    assert found["genonaut_webhook_deliveries_pending",] == 2
