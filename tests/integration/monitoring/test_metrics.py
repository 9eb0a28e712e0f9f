"""Metrics of API and worker after real jobs, compared with their documentation."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from tests.contract.test_documents import code_words, table
from tests.support.programs import program
from tests.support.server import watching
from tests.support.service import eventually

from genonaut.config import Settings, project_root
from genonaut.content.usage import measure_storage
from genonaut.embedded.ports import choose_port
from genonaut.monitoring.installation_metrics import InstallationMetrics
from genonaut.runtime import open_runtime
from genonaut.simulator import Simulator

OPERATIONS = project_root() / "docs" / "operations.md"
PLACES = {"API": {"API"}, "worker": {"worker"}, "both": {"API", "worker"}}
Families = dict[str, Metric]


class Installation:
    """API and worker as processes."""

    def __init__(self, http: aiohttp.ClientSession, api: str, worker: str) -> None:
        self.http = http
        self.api = api
        self.worker = worker

    async def metrics(self, url: str) -> Families:
        """Scrape ``/metrics`` and parse it strictly."""
        async with self.http.get(f"{url}/metrics") as answer:
            assert answer.status == 200
            assert answer.headers["Content-Type"].startswith("text/plain; version=")
            text = await answer.text()
        assert text.endswith("\n")
        families = list(text_string_to_metric_families(text))
        names = [family.name for family in families]
        assert len(names) == len(set(names)), "a metric is described twice"
        assert not [family.name for family in families if not family.documentation]
        return {exposed_name(family): family for family in families}

    async def ended_job(self, **fields: Any) -> dict[str, Any]:
        """Submit a job and wait for its end."""
        body = fields or {"prompt": "a lighthouse", "checkpoint_model": "sd15.safetensors"}
        async with self.http.post(f"{self.api}/api/v1/generation-jobs/", json=body) as answer:
            assert answer.status == 201, await answer.text()
            job = await answer.json()

        async def ended() -> dict[str, Any] | None:
            async with self.http.get(f"{self.api}/api/v1/generation-jobs/{job['id']}") as found:
                state: dict[str, Any] = await found.json()
            return state if state["status"] in {"completed", "failed"} else None

        done: dict[str, Any] = await eventually(ended)
        return done


def exposed_name(family: Metric) -> str:
    """Return the name of a family as Prometheus stores it."""
    return f"{family.name}_total" if family.type == "counter" else family.name


def value(families: Families, name: str, **labels: str) -> float:
    """Return the sum of the samples with these labels; buckets are not included."""
    samples = [
        sample.value
        for family in families.values()
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    ]
    assert samples, f"no sample {name} {labels}"
    return sum(samples)


def created_series(families: Families) -> Iterator[str]:
    """Yield the times of creation that the library adds to counters and histograms."""
    for family in families.values():
        if family.type in {"counter", "histogram", "summary"}:
            yield f"{family.name}_created"


@pytest.fixture
async def installation(settings: Settings, tmp_path: Path) -> Any:
    replace = msgspec.structs.replace
    settings = replace(
        settings,
        web=replace(settings.web, port=choose_port()),
        worker=replace(settings.worker, metrics_port=choose_port()),
    )
    api = f"http://127.0.0.1:{settings.web.port}"
    worker = f"http://127.0.0.1:{settings.worker.metrics_port}"
    async with (
        program(settings, "api", log=tmp_path / "api.log"),
        program(settings, "worker", log=tmp_path / "worker.log"),
        aiohttp.ClientSession() as http,
    ):
        for url in (f"{api}/health/ready", f"{worker}/metrics"):

            async def answers(url: str = url) -> bool:
                try:
                    async with http.get(url) as answer:
                        return answer.status == 200
                except aiohttp.ClientError:
                    return False

            await eventually(answers)
        yield Installation(http, api, worker)


async def test_metrics_after_jobs(
    installation: Installation, settings: Settings, simulator: Simulator
) -> None:
    preferences = f"{installation.api}/api/v1/users/me/preferences"
    async with installation.http.put(preferences, json={"notifications_enabled": True}) as answer:
        assert answer.status == 200
    done = await installation.ended_job()
    assert done["status"] == "completed"
    upscale = {"image": {"content_id": done["content_id"]}}
    upscaled = await installation.ended_job(
        operation="upscale",
        source=upscale,
        upscale={"model": "4x-gentle.safetensors", "scale": 2.0},
    )
    assert upscaled["status"] == "completed", upscaled["error_message"]
    simulator.faults.add("node_error", times=1)
    failed = await installation.ended_job()
    assert failed["error_code"] == "execution_failed"
    async with open_runtime(settings, application="test") as runtime, runtime.begin() as uow:
        await measure_storage(uow.session)
    worker = await installation.metrics(installation.worker)
    labels = {"backend": "sim1", "architecture": "sd1", "operation": "generate"}
    ended = "genonaut_jobs_ended_total"
    assert value(worker, ended, outcome="completed", **labels) == 1
    assert value(worker, ended, outcome="failed", error_code="execution_failed", **labels) == 1
    assert value(worker, ended, outcome="completed", operation="upscale") == 1
    assert value(worker, "genonaut_job_wait_seconds_count", operation="generate") == 2
    assert value(worker, "genonaut_job_wait_seconds_count", operation="upscale") == 1
    assert value(worker, "genonaut_job_render_seconds_count", operation="upscale") == 1
    assert value(worker, "genonaut_job_render_seconds_count", **labels) == 1
    assert value(worker, "genonaut_job_ingest_seconds_count") == 2
    assert value(worker, "genonaut_job_added_latency_seconds_count") == 2
    assert 0 < value(worker, "genonaut_job_added_latency_seconds_sum") < 600
    assert value(worker, "genonaut_attempts_claimed_total", backend="sim1") == 3
    assert value(worker, "genonaut_background_loop_up", loop="sweep") == 1
    assert value(worker, "genonaut_cache_reads_total", cache="server_models") == 3
    assert value(worker, "genonaut_notifications_sent_total", type="job_failed") == 1
    await check_api(installation, done)


async def check_api(installation: Installation, done: dict[str, Any]) -> None:
    """Check the metrics of the API, with one websocket open."""
    async with watching(installation.api, "/ws/jobs") as watcher:
        await watcher.frame()
        api = await installation.metrics(installation.api)
    assert value(api, "genonaut_websockets_open", subject="jobs") == 1
    assert value(api, "genonaut_jobs_submitted_total", operation="generate") == 2
    assert value(api, "genonaut_jobs_submitted_total", operation="upscale") == 1
    assert value(api, "genonaut_wake_ups_sent_total") == 3
    assert value(api, "genonaut_jobs") == 0
    assert value(api, "genonaut_backend_up", backend="sim1") == 1
    assert value(api, "genonaut_backend_slots", backend="sim1", state="free") == 2
    assert value(api, "genonaut_workers") == 1
    assert value(api, "genonaut_database_up") == value(api, "genonaut_redis_up") == 1
    assert value(api, "genonaut_storage_bytes", kind="images") > 0
    assert value(api, "genonaut_storage_bytes", kind="thumbnails") > 0
    assert value(api, "genonaut_storage_free_bytes") > 0
    assert value(api, "genonaut_database_connections", state="limit") >= 10
    assert value(api, "genonaut_arq_queue_length", queue="background") >= 0
    assert done["user_id"] not in str([family.samples for family in api.values()])


async def test_every_metric_is_documented(installation: Installation) -> None:
    await installation.ended_job()
    found = {
        "API": await installation.metrics(installation.api),
        "worker": await installation.metrics(installation.worker),
    }
    rows = {name: cells for cells in table(OPERATIONS, "Metric") for name in code_words(cells[0])}
    for place, families in found.items():
        documented = {name for name, cells in rows.items() if place in PLACES[cells[3]]}
        assert documented <= set(families), f"not served by the {place}"
        assert set(families) - set(created_series(families)) <= set(rows), "not documented"
        for name in documented:
            _, kind, labels, *_ = rows[name]
            used = {label for sample in families[name].samples for label in sample.labels}
            assert (families[name].type, used - {"le"} <= code_words(labels)) == (kind, True), name


async def test_concurrent_scrapes_read_the_installation_once(
    installation: Installation, settings: Settings
) -> None:
    scrapes = [installation.metrics(installation.api) for _ in range(5)]
    found = await asyncio.gather(*scrapes)
    assert all(value(families, "genonaut_workers") == 1 for families in found)
    async with open_runtime(settings, application="test") as runtime:
        key = f"{settings.redis.namespace}:metrics:installation"
        assert 0 < await runtime.redis.pttl(key) <= 10_000
        reading = msgspec.json.decode(await runtime.redis.get(key))
        await runtime.redis.set(key, msgspec.json.encode({**reading, "workers": 7}), px=10_000)
        # Another API process uses this reading and does not ask PostgreSQL.
        metrics = InstallationMetrics(runtime)
        await metrics.refresh()
        assert metrics.reading is not None
        assert metrics.reading.workers == 7
