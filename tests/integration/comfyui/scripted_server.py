"""A minimal ComfyUI server whose responses a test sets; for faults that the simulator does not have."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web
from tests.support.timeouts import PATIENCE_SECONDS

from genonaut.comfyui import (
    CheckpointLoader,
    ConnectionSettings,
    Event,
    Graph,
    ListenerSettings,
    PromptWatch,
    TextToImage,
    Timeouts,
    WatchSettings,
    build_graph,
    filename_prefix_of,
)
from genonaut.embedded.ports import choose_port

REPLAYS = Path(__file__).parents[2] / "data" / "comfyui" / "replay"

FAST = ConnectionSettings(
    timeouts=Timeouts(connect_seconds=10, read_seconds=10, submit_seconds=10),
    listener=ListenerSettings(
        connect_seconds=10,
        close_seconds=0.2,
        backoff_first_seconds=0.01,
        backoff_limit_seconds=0.05,
        deaf_seconds=600,
    ),
    watch=WatchSettings(
        silence_seconds=600, poll_seconds=0.03, lost_confirm_seconds=0.06, settle_seconds=0.02
    ),
    health_seconds=0.05,
    recheck_seconds=0.02,
    stuck_seconds=0.2,
    models_seconds=60,
    submit_connect_seconds=PATIENCE_SECONDS,
)

# For tests in which only the silence triggers a check.
IMPATIENT = msgspec.structs.replace(
    FAST, watch=msgspec.structs.replace(FAST.watch, silence_seconds=0.1)
)

# For tests of deaf sockets; in other tests a frozen server must not count as deaf.
SUSPICIOUS = msgspec.structs.replace(
    IMPATIENT, listener=msgspec.structs.replace(FAST.listener, deaf_seconds=0.15)
)

# For tests without a socket to wait for.
WITHOUT_SOCKET = msgspec.structs.replace(FAST, submit_connect_seconds=0.05)

Reply = Callable[[dict[str, Any]], Awaitable[web.StreamResponse]]


def read_replay(name: str) -> dict[str, Any]:
    replay: dict[str, Any] = json.loads((REPLAYS / f"{name}.json").read_text())
    return replay


def frames_for(replay: dict[str, Any], recorded_id: str, prompt_id: str) -> list[str | bytes]:
    frames: list[str | bytes] = []
    for frame in replay["frames"]:
        if "json" in frame:
            frames.append(json.dumps(frame["json"]).replace(recorded_id, prompt_id))
        else:
            raw = base64.b64decode(frame["b64"])
            frames.append(raw.replace(recorded_id.encode(), prompt_id.encode()))
    return frames


def make_graph(prompt_id: str, *, steps: int = 4, prompt: str = "a lighthouse") -> Graph:
    return build_graph(
        TextToImage(
            prompt=prompt,
            loader=CheckpointLoader("sd15.safetensors"),
            width=64,
            height=64,
            seed=1,
            steps=steps,
            cfg=7,
            sampler="euler",
            scheduler="normal",
            filename_prefix=filename_prefix_of(prompt_id),
        )
    )


def finished(*, images: int = 1, status: str = "success") -> dict[str, Any]:
    refs = [
        {"filename": f"a_{number}.png", "subfolder": "", "type": "output"}
        for number in range(images)
    ]
    return {
        "outputs": {"save": {"images": refs}} if refs else {},
        "status": {"status_str": status, "completed": True, "messages": []},
    }


class ScriptedComfy:
    """Records requests and answers from its attributes."""

    def __init__(self) -> None:
        self.version: str | None = "0.3.64"
        self.running: list[str] = []
        self.pending: list[str] = []
        self.histories: dict[str, dict[str, Any]] = {}
        self.models: dict[str, list[str]] = {"checkpoints": ["sd15.safetensors"], "loras": []}
        self.prompts: list[dict[str, Any]] = []
        self.calls: list[tuple[str, Any]] = []
        self.sockets: dict[str, web.WebSocketResponse] = {}
        self.client_ids: list[str] = []
        self.received: list[str] = []
        self.on_prompt: Reply | None = None
        self.answers: dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] = {}
        self.is_down = False
        self.sends_status = True
        self._server: asyncio.Server | None = None
        self._runner: web.AppRunner | None = None
        self.port = choose_port()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        app = web.Application(middlewares=[self._script])
        app.router.add_get("/ws", self._websocket)
        app.router.add_post("/prompt", self._post_prompt)
        app.router.add_get("/prompt", self._get_prompt)
        app.router.add_get("/queue", self._get_queue)
        app.router.add_post("/queue", self._post_queue)
        app.router.add_post("/interrupt", self._record)
        app.router.add_post("/history", self._record)
        app.router.add_get("/history/{id}", self._get_history)
        app.router.add_get("/system_stats", self._get_stats)
        app.router.add_get("/models/{folder}", self._get_models)
        app.router.add_get("/{rest:.*}", self._nothing)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        assert self._runner.server is not None
        self._server = await loop.create_server(self._runner.server, "127.0.0.1", self.port)

    async def stop(self) -> None:
        if self._server is None or self._runner is None:
            return
        # CPython 3.11 leaks connections that it accepts while a server closes: stop accepting, and
        # let pending ones become transports.
        for listener_for in self._server.sockets:
            asyncio.get_running_loop().remove_reader(listener_for.fileno())
        for _ in range(3):
            await asyncio.sleep(0)
        await self.drop_sockets()
        self._server.close()
        await self._runner.cleanup()
        self._server = None

    async def restart(self) -> None:
        await self.stop()
        self.running, self.pending, self.histories = [], [], {}
        await self.start()

    async def send(self, *frames: str | bytes | dict[str, Any]) -> None:
        for socket in list(self.sockets.values()):
            for frame in frames:
                if isinstance(frame, bytes):
                    await socket.send_bytes(frame)
                else:
                    await socket.send_str(frame if isinstance(frame, str) else json.dumps(frame))

    async def drop_sockets(self) -> None:
        for socket in list(self.sockets.values()):
            await socket.close()

    @web.middleware
    async def _script(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if self.is_down and request.transport is not None:
            request.transport.abort()
        answer = self.answers.get(request.path)
        reply: web.StreamResponse = await (answer or handler)(request)
        return reply

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        client_id = request.query["clientId"]
        self.client_ids.append(client_id)
        self.sockets[client_id] = socket
        if self.sends_status:
            await socket.send_str(json.dumps(status_frame(0)))
        async for message in socket:
            self.received.append(str(message.data))
        self.sockets.pop(client_id, None)
        return socket

    async def _post_prompt(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.prompts.append(body)
        if self.on_prompt is not None:
            return await self.on_prompt(body)
        return accepted(body)

    async def _get_prompt(self, _: web.Request) -> web.Response:
        count = len(self.running) + len(self.pending)
        return web.json_response({"exec_info": {"queue_remaining": count}})

    async def _get_queue(self, _: web.Request) -> web.Response:
        return web.json_response(
            {
                "queue_running": [[0, name, {}, {}, []] for name in self.running],
                "queue_pending": [
                    [number, name, {}, {}, []] for number, name in enumerate(self.pending, 1)
                ],
            }
        )

    async def _post_queue(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.calls.append(("/queue", body))
        self.pending = [name for name in self.pending if name not in body["delete"]]
        return web.Response()

    async def _record(self, request: web.Request) -> web.Response:
        self.calls.append((request.path, await request.json()))
        return web.Response()

    async def _get_history(self, request: web.Request) -> web.Response:
        name = request.match_info["id"]
        entry = self.histories.get(name)
        return web.json_response({} if entry is None else {name: entry})

    async def _get_stats(self, _: web.Request) -> web.Response:
        return web.json_response({"system": {"comfyui_version": self.version}, "devices": []})

    async def _get_models(self, request: web.Request) -> web.Response:
        found = self.models.get(request.match_info["folder"])
        return web.Response(status=404) if found is None else web.json_response(found)

    async def _nothing(self, _: web.Request) -> web.Response:
        return web.Response(status=404)


def accepted(body: dict[str, Any], **more: Any) -> web.Response:
    return web.json_response(
        {"prompt_id": body["prompt_id"], "number": 0, "node_errors": {}} | more
    )


def status_frame(queued: int) -> dict[str, Any]:
    return {"type": "status", "data": {"status": {"exec_info": {"queue_remaining": queued}}}}


def executing(prompt_id: str, node: str | None) -> dict[str, Any]:
    return {"type": "executing", "data": {"node": node, "prompt_id": prompt_id}}


def started(prompt_id: str) -> dict[str, Any]:
    return {"type": "execution_start", "data": {"prompt_id": prompt_id, "timestamp": 1}}


def steps(prompt_id: str, value: float, maximum: float, node: str = "sampler") -> dict[str, Any]:
    data = {"value": value, "max": maximum, "prompt_id": prompt_id, "node": node}
    return {"type": "progress", "data": data}


@asynccontextmanager
async def scripted_comfy() -> AsyncIterator[ScriptedComfy]:
    server = ScriptedComfy()
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


async def until(condition: Callable[[], object], *, seconds: float = PATIENCE_SECONDS) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - the condition lives in the code under test
            await asyncio.sleep(0.002)


async def drain(watch: PromptWatch, *, seconds: float = PATIENCE_SECONDS) -> list[Event]:
    async with asyncio.timeout(seconds):
        return [event async for event in watch]
