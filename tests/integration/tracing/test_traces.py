"""Traces from the HTTP request to the requests to ComfyUI, across processes."""

import contextlib
import subprocess
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import aiohttp.web
import msgspec
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import select
from tests.support.programs import program
from tests.support.service import Api, eventually, running_api, running_worker

from genonaut.config import Settings
from genonaut.core.errors import SettingsError
from genonaut.embedded.ports import choose_port
from genonaut.jobs.tables import GenerationJob
from genonaut.simulator import Simulator
from genonaut.tracing import spans
from genonaut.tracing.model import TracingOptions
from genonaut.tracing.opentelemetry_spans import OpenTelemetryTracer
from genonaut.tracing.spans import is_active, span, tracing, using

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
BODY = {"prompt": "a secret lighthouse", "checkpoint_model": "sd15.safetensors"}
JOBS = "/api/v1/generation-jobs/"


def options(percent: float = 100.0) -> TracingOptions:
    return TracingOptions(endpoint="", sample_percent=percent, service="genonaut-test")


@contextlib.asynccontextmanager
async def in_memory(percent: float = 100.0) -> AsyncIterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    tracer = OpenTelemetryTracer(options(percent), SimpleSpanProcessor(exporter))
    async with using(tracer):
        yield exporter


def ids(one: ReadableSpan) -> tuple[int, int]:
    """Return the ids of the trace and of the span."""
    context = one.get_span_context()
    assert context is not None
    return context.trace_id, context.span_id


class Tree:
    """The spans of one trace."""

    def __init__(self, found: Sequence[ReadableSpan], trace_id: int) -> None:
        self.spans = [one for one in found if ids(one)[0] == trace_id]
        self._children: defaultdict[int | None, list[ReadableSpan]] = defaultdict(list)
        for one in self.spans:
            self._children[one.parent.span_id if one.parent else None].append(one)

    def below(self, parent: int | ReadableSpan | None) -> list[str]:
        """Return the names of the spans directly below one."""
        key = ids(parent)[1] if isinstance(parent, ReadableSpan) else parent
        return sorted(one.name for one in self._children[key])

    def one(self, name: str) -> ReadableSpan:
        (found,) = [one for one in self.spans if one.name == name]
        return found


async def completed(api: Api, **headers: str) -> int:
    answer = await api.http.post(JOBS, json=BODY, headers=headers)
    assert answer.status_code == 201, answer.text
    job_id: int = answer.json()["id"]

    async def has_ended() -> bool:
        job = (await api.http.get(f"{JOBS}{job_id}")).json()
        return bool(job["status"] == "completed")

    await eventually(has_ended)
    return job_id


async def test_one_trace_has_the_request_the_job_its_attempt_and_comfyui(
    settings: Settings,
) -> None:
    async with in_memory() as exporter:
        async with running_api(settings) as api, running_worker(settings):
            job_id = await completed(api, traceparent=CALLER)
            async with api.runtime.begin() as uow:
                stored = await uow.session.scalar(
                    select(GenerationJob.traceparent).where(GenerationJob.id == job_id)
                )
        tree = Tree(exporter.get_finished_spans(), int(CALLER.split("-")[1], 16))
    assert tree.below(int(CALLER.split("-")[2], 16)) == ["POST /api/v1/generation-jobs"]
    request = tree.one("POST /api/v1/generation-jobs")
    assert request.attributes is not None
    assert request.attributes["http.response.status_code"] == 201
    assert set(tree.below(request)) == {"jobs.submit"}
    assert stored is not None
    # Stored again with the models that became known meanwhile, it has more than one span.
    submission = int(stored.split("-")[2], 16)
    assert submission in {ids(one)[1] for one in tree.spans if one.name == "jobs.submit"}
    assert tree.below(submission) == ["job.attempt", "job.wait"]
    attempt = tree.one("job.attempt")
    assert dict(attempt.attributes or {}) | {"genonaut.batch.id": ""} == {
        "genonaut.job.id": job_id,
        "genonaut.batch.id": "",
        "genonaut.attempt.number": 1,
        "genonaut.attempt.is_resumed": False,
        "genonaut.attempt.outcome": "completed",
        "genonaut.backend": "sim1",
    }
    assert {"POST prompt", "GET view", "comfyui.execution", "job.ingest"} <= set(
        tree.below(attempt)
    )
    assert "lighthouse" not in str([one.to_json() for one in tree.spans])


async def test_a_failed_attempt_and_the_next_one_are_below_the_same_submission(
    settings: Settings, simulator: Simulator
) -> None:
    simulator.faults.add("oom", times=1)
    async with in_memory() as exporter:
        async with running_api(settings) as api, running_worker(settings):
            await completed(api, traceparent=CALLER)
        tree = Tree(exporter.get_finished_spans(), int(CALLER.split("-")[1], 16))
    attempts = [one for one in tree.spans if one.name == "job.attempt"]
    parents = {one.parent.span_id for one in attempts if one.parent}
    assert len(parents) == 1
    assert parents < {ids(one)[1] for one in tree.spans}
    results = [(one.attributes or {}).get("genonaut.attempt.outcome") for one in attempts]
    failures = [(one.attributes or {}).get("error.type") for one in attempts]
    assert results == [None, "completed"]
    assert failures == ["out_of_memory", None]


@pytest.mark.parametrize("header", ["nonsense", "00-" + "0" * 32 + "-" + "0" * 16 + "-01"])
async def test_a_malformed_header_begins_a_trace(settings: Settings, header: str) -> None:
    async with in_memory() as exporter, running_api(settings) as api:
        await api.http.get(JOBS, headers={"traceparent": header})
        (found,) = exporter.get_finished_spans()
    assert found.parent is None


async def test_a_request_that_fails_is_marked(settings: Settings) -> None:
    async with in_memory() as exporter:
        with pytest.raises(ZeroDivisionError), span("broken"):
            _ = 1 / 0
        (found,) = exporter.get_finished_spans()
    assert not found.status.is_ok
    assert dict(found.attributes or {}) == {"error.type": "ZeroDivisionError"}
    assert found.events == (), "messages of exceptions may contain prompts"


async def test_the_share_of_traces_is_a_setting(settings: Settings) -> None:
    async with in_memory(0.0) as exporter, running_api(settings) as api:
        await api.http.get(JOBS)
        assert exporter.get_finished_spans() == ()
        await api.http.get(JOBS, headers={"traceparent": CALLER})
        assert len(exporter.get_finished_spans()) == 1, "the caller decides about its own traces"


async def test_without_an_endpoint_nothing_is_measured_or_stored(settings: Settings) -> None:
    assert not is_active()
    assert span("a") is span("b", attributes={"c": 1})
    async with running_api(settings) as api:
        job = await api.submit()
        async with api.runtime.begin() as uow:
            query = select(GenerationJob.traceparent).where(GenerationJob.id == job["id"])
            assert await uow.session.scalar(query) is None
        assert "request_tracing" not in str(api.app.middleware)


def test_api_and_worker_need_no_opentelemetry() -> None:
    code = (
        "import sys; sys.modules['opentelemetry'] = None;"
        "import genonaut.web.app, genonaut.worker.main; genonaut.web.app.openapi_document();"
        "sys.exit('genonaut.tracing.opentelemetry_spans' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


async def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    monkeypatch.delitem(sys.modules, "genonaut.tracing.opentelemetry_spans")
    monkeypatch.delattr("genonaut.tracing.opentelemetry_spans")
    wanted = msgspec.structs.replace(options(), endpoint="http://127.0.0.1:9")
    with pytest.raises(SettingsError, match=r"install genonaut\[otel\]"):
        async with tracing(wanted):
            pass
    assert spans._tracer is None


class Receiver:
    """Receives spans by OTLP over HTTP."""

    def __init__(self) -> None:
        self.spans: list[tuple[str, Any]] = []

    async def receive(self, request: aiohttp.web.Request) -> aiohttp.web.Response:
        message = ExportTraceServiceRequest.FromString(await request.read())
        for resource in message.resource_spans:
            names = {one.key: one.value.string_value for one in resource.resource.attributes}
            for scope in resource.scope_spans:
                self.spans += [(names["service.name"], one) for one in scope.spans]
        return aiohttp.web.Response()

    def of_trace(self, trace_id: str) -> Iterator[tuple[str, str]]:
        """Yield service and name of each span."""
        for service, one in self.spans:
            if one.trace_id.hex() == trace_id:
                yield service, one.name


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    found = Receiver()
    app = aiohttp.web.Application()
    app.router.add_post("/v1/traces", found.receive)
    runner = aiohttp.web.AppRunner(app)
    await runner.setup()
    await aiohttp.web.TCPSite(runner, "127.0.0.1", 0).start()
    yield found, f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_api_and_worker_send_one_trace_to_a_receiver(
    settings: Settings, tmp_path: Path, receiver: tuple[Receiver, str]
) -> None:
    replace = msgspec.structs.replace
    settings = replace(
        settings,
        web=replace(settings.web, port=choose_port()),
        tracing=replace(settings.tracing, endpoint=receiver[1]),
    )
    url = f"http://127.0.0.1:{settings.web.port}"
    async with (
        program(settings, "api", log=tmp_path / "api.log"),
        program(settings, "worker", log=tmp_path / "worker.log"),
        aiohttp.ClientSession(url) as http,
    ):

        async def is_ready() -> bool:
            with contextlib.suppress(aiohttp.ClientError):
                async with http.get("/health/ready") as answer:
                    return answer.status == 200
            return False

        await eventually(is_ready)
        async with http.post(JOBS, json=BODY, headers={"traceparent": CALLER}) as answer:
            assert answer.status == 201, await answer.text()
        expected = {
            ("genonaut-api", "POST /api/v1/generation-jobs"),
            ("genonaut-api", "jobs.submit"),
            ("genonaut-worker", "job.attempt"),
            ("genonaut-worker", "POST prompt"),
            ("genonaut-worker", "job.ingest"),
        }

        async def has_arrived() -> bool:
            return expected <= set(receiver[0].of_trace(CALLER.split("-")[1]))

        await eventually(has_arrived)
