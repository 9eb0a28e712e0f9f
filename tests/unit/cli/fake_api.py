"""A fake API server: answers according to the contract, or fails as a test requires."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from aiohttp import web
from aiohttp.test_utils import TestServer
from tests.support.timeouts import patiently

Script = Callable[["FakeApi", web.WebSocketResponse], Awaitable[None]]


def job_of(job_id: int, **changes: Any) -> dict[str, Any]:
    plain = {
        "id": job_id,
        "status": "queued",
        "batch_id": "b1",
        "batch_job_ids": [job_id],
        "prompt": "a fox",
        "negative_prompt": "",
        "checkpoint_model": "sd15.safetensors",
        "lora_models": [],
        "width": 512,
        "height": 768,
        "params": {"seed": 7},
        "content_id": None,
        "attempt": 0,
        "seq": 1,
        "progress": None,
        "queue_position": 1,
        "created_at": "2026-01-02T03:04:05Z",
    }
    return plain | changes


class FakeApi:
    def __init__(self) -> None:
        self.jobs: dict[int, dict[str, Any]] = {}
        self.batch: list[int] = [1]
        self.scripts: deque[Script] = deque()
        self.sockets: list[str] = []
        self.bodies: list[dict[str, Any]] = []
        self.queries: list[list[tuple[str, str]]] = []
        self.cancelled: list[str] = []
        self.headers: list[str | None] = []
        self.problem: tuple[int, dict[str, Any]] | None = None
        self.refused = ""
        """Why routes for administrators are refused."""
        self.is_down = False
        self.checkpoints: list[str] = []
        self.needs_checkpoint = False
        self.url = ""

    def put(self, job_id: int, **changes: Any) -> dict[str, Any]:
        before = self.jobs.get(job_id, job_of(job_id, batch_job_ids=self.batch))
        self.jobs[job_id] = before | {"seq": before["seq"] + 1} | changes
        return self.jobs[job_id]

    def complete(self, job_id: int) -> dict[str, Any]:
        return self.put(job_id, status="completed", content_id=100 + job_id, attempt=1)

    def frame(self, job_id: int, **changes: Any) -> dict[str, Any]:
        job = self.jobs[job_id]
        plain = {
            "type": "job",
            "job_id": job_id,
            "job_status": job["status"],
            "attempt": job["attempt"],
            "seq": job["seq"],
        }
        if job["content_id"]:
            plain["content_id"] = job["content_id"]
        return plain | changes

    def _guard(self, request: web.Request) -> None:
        self.headers.append(request.headers.get("Authorization"))
        if self.is_down and request.transport is not None:
            request.transport.abort()
        if self.problem is not None:
            status, problem = self.problem
            raise _problem(status, problem)

    async def submit(self, request: web.Request) -> web.Response:
        self._guard(request)
        self.bodies.append(await request.json())
        if self.needs_checkpoint and "checkpoint_model" not in self.bodies[-1]:
            error = {"field": "checkpoint_model", "message": "is required"}
            raise _problem(422, {"detail": "no", "errors": [error]})
        for job_id in self.batch:
            self.put(job_id, prompt=self.bodies[-1]["prompt"])
        return web.json_response(self.jobs[self.batch[0]], status=201)

    async def models(self, request: web.Request) -> web.Response:
        self._guard(request)
        items = [{"name": name, "available": True} for name in self.checkpoints]
        return web.json_response({"items": items, "total": len(items)})

    async def listing(self, request: web.Request) -> web.Response:
        self._guard(request)
        self.queries.append(list(request.query.items()))
        wanted = request.query.getall("status", None)
        items = [job for job in self.jobs.values() if not wanted or job["status"] in wanted]
        return web.json_response({"items": items, "next_cursor": None, "total": len(items) + 5})

    async def one(self, request: web.Request) -> web.Response:
        self._guard(request)
        job = self.jobs.get(int(request.match_info["id"]))
        if job is None:
            raise _problem(404, {"title": "Not Found", "detail": "no job"})
        return web.json_response(job)

    async def events(self, request: web.Request) -> web.Response:
        self._guard(request)
        event = {"id": 1, "attempt": 1, "kind": "claimed", "detail": {"backend": "default", "n": 2}}
        return web.json_response([event | {"at": "2026-01-02T03:04:05.678Z"}])

    async def cancel(self, request: web.Request) -> web.Response:
        self._guard(request)
        job_id = int(request.match_info["id"])
        if self.jobs[job_id]["status"] == "completed":
            raise _problem(409, {"detail": f"job {job_id} is already completed"})
        self.cancelled.append(str(job_id))
        if self.jobs[job_id]["status"] == "running":
            return web.json_response(self.jobs[job_id])
        return web.json_response(self.put(job_id, status="cancelled"))

    async def cancel_batch(self, request: web.Request) -> web.Response:
        self._guard(request)
        self.cancelled.append((await request.json())["batch_id"])
        return web.json_response([])

    async def retry(self, request: web.Request) -> web.Response:
        self._guard(request)
        return web.json_response(job_of(99), status=201)

    async def users(self, request: web.Request) -> web.Response:
        self._guard(request)
        items = [{"id": f"u-{name}", "username": name} for name in ("bea", "ben")]
        return web.json_response({"items": items, "next_cursor": None, "total": 2})

    async def announce(self, request: web.Request) -> web.Response:
        self._guard(request)
        self.bodies.append(await request.json())
        return web.json_response({"created": 2, "skipped": 1}, status=201)

    async def stats(self, request: web.Request) -> web.Response:
        self._guard(request)
        self._admin()
        counts = {"running": 1, "queued": 2, "failed": 0}
        means = {"mean_wait_seconds": 0.5, "mean_run_seconds": 1.25}
        return web.json_response({"counts": counts, "total": 3} | means)

    def _admin(self) -> None:
        if self.refused:
            raise _problem(403, {"detail": self.refused})

    async def workers(self, request: web.Request) -> web.Response:
        self._guard(request)
        self._admin()
        worker = {
            "hostname": "box",
            "version": "0.1",
            "seen_at": "2026-01-02T03:04:05Z",
            "slots": 2,
            "slots_used": 1,
            "jobs": [{"job_id": 1, "backend": "default"}],
        }
        items = [{**worker, "pid": 7, "state": "running"}, {**worker, "pid": 8, "state": "stopped"}]
        return web.json_response({"items": items, "total": 2})

    async def health(self, request: web.Request) -> web.Response:
        self._guard(request)
        body = {"status": "degraded", "database": "unavailable", "redis": "ok", "workers": 0}
        return web.json_response(body | {"comfyui": []}, status=503)

    async def image(self, request: web.Request) -> web.Response:
        self._guard(request)
        return web.Response(
            body=b"image " + request.match_info["id"].encode(), content_type="image/png"
        )

    async def socket(self, request: web.Request) -> web.StreamResponse:
        self.sockets.append(request.query_string)
        if not self.scripts:
            return web.Response(status=404)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await self.scripts.popleft()(self, socket)
        return socket


def _problem(status: int, problem: dict[str, Any]) -> web.HTTPException:
    kind = {
        401: web.HTTPUnauthorized,
        403: web.HTTPForbidden,
        404: web.HTTPNotFound,
        409: web.HTTPConflict,
    }
    raised = kind.get(status, web.HTTPUnprocessableEntity)
    return raised(
        text=msgspec.json.encode(problem).decode(), content_type="application/problem+json"
    )


async def stay_silent(api: FakeApi, socket: web.WebSocketResponse) -> None:
    """Send nothing until the client closes the websocket."""
    del api
    async for _ in socket:
        pass


def closing(code: int) -> Script:
    """Close the websocket at once with a code."""

    async def script(api: FakeApi, socket: web.WebSocketResponse) -> None:
        del api
        await socket.close(code=code)

    return script


def sending(*frames: object) -> Script:
    """Send frames (strings unchanged, other values as JSON), then keep the websocket open."""

    async def script(api: FakeApi, socket: web.WebSocketResponse) -> None:
        for frame in frames:
            await (socket.send_str(frame) if isinstance(frame, str) else socket.send_json(frame))
        await stay_silent(api, socket)

    return script


@asynccontextmanager
async def fake_api() -> AsyncIterator[FakeApi]:
    api = FakeApi()
    app = web.Application()
    jobs = "/api/v1/generation-jobs"
    app.add_routes(
        [
            web.post(f"{jobs}/", api.submit),
            web.post("/api/v1/notifications/", api.announce),
            web.get("/api/v1/users/", api.users),
            web.get(f"{jobs}/", api.listing),
            web.get(f"{jobs}/stats", api.stats),
            web.post(f"{jobs}/cancel", api.cancel_batch),
            web.get(f"{jobs}/{{id}}", api.one),
            web.get(f"{jobs}/{{id}}/events", api.events),
            web.post(f"{jobs}/{{id}}/cancel", api.cancel),
            web.post(f"{jobs}/{{id}}/retry", api.retry),
            web.get("/api/v1/health", api.health),
            web.get("/api/v1/workers/", api.workers),
            web.get("/api/v1/checkpoint-models", api.models),
            web.get("/api/v1/content/{id}/image", api.image),
            web.get("/ws/jobs", api.socket),
        ]
    )
    async with TestServer(app, shutdown_timeout=0.1) as server:
        api.url = str(server.make_url("")).rstrip("/")
        yield api


async def until(condition: Callable[[], bool]) -> None:
    """Wait until the condition is true."""
    async with patiently():
        while not condition():  # noqa: ASYNC110 - a condition has no event
            await asyncio.sleep(0.005)
