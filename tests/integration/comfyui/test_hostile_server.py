"""Responses of a hostile server: endless, huge, redirecting, slow or misleading."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from tests.integration.comfyui.scripted_server import (
    FAST,
    ScriptedComfy,
    drain,
    executing,
    finished,
    make_graph,
    scripted_comfy,
    until,
)

from genonaut.comfyui import (
    ComfyBackend,
    ComfyClient,
    ComfyUnreachableError,
    Ended,
    GraphRefusedError,
    ImageRef,
    NodeFailed,
    Preview,
    Succeeded,
    TruncatedDownloadError,
    WebsocketListener,
    download,
)

ID = "11111111-2222-4333-8444-555555555555"
MIB = 1024 * 1024
Call = Callable[[ComfyClient], Awaitable[Any]]

GETS: dict[str, Call] = {
    "/system_stats": lambda client: client.system_stats(),
    "/prompt": lambda client: client.queue_remaining(),
    "/features": lambda client: client.features(),
    "/queue": lambda client: client.queue(),
    f"/history/{ID}": lambda client: client.history(ID),
    "/models": lambda client: client.folders(),
    "/models/loras": lambda client: client.models("loras"),
    "/experiment/models/loras": lambda client: client.experiment_models("loras"),
    "/view_metadata/loras": lambda client: client.view_metadata("loras", "x"),
    "/object_info": lambda client: client.object_info(),
}
LARGEST_LIMIT = 32 * MIB
PREVIEW_PATH = "/experiment/models/preview/loras/0/x"


@pytest.fixture
def client(server: ScriptedComfy, http: aiohttp.ClientSession) -> ComfyClient:
    return ComfyClient(server.url, http, timeouts=FAST.timeouts)


@pytest.fixture
async def internal() -> AsyncIterator[ScriptedComfy]:
    """A second server, which must never receive a request."""
    async with scripted_comfy() as other:
        yield other


class Endless:
    """Answers with an endless body and counts what the client accepted."""

    def __init__(self) -> None:
        self.sent_bytes = 0
        self.is_over = asyncio.Event()

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        reply = web.StreamResponse(headers={"Content-Type": "application/json"})
        await reply.prepare(request)
        try:
            await reply.write(b'{"system": {"comfyui_version": "')
            while True:
                await reply.write(b"x" * MIB)
                self.sent_bytes += MIB
        except ConnectionError:
            return reply
        finally:
            self.is_over.set()


@pytest.mark.parametrize("path", GETS)
async def test_an_endless_response_is_cut_off_at_the_limit(
    client: ComfyClient, server: ScriptedComfy, path: str
) -> None:
    server.answers[path] = endless = Endless()
    with pytest.raises(ComfyUnreachableError, match="exceeds"):
        await GETS[path](client)
    await endless.is_over.wait()
    # Buffers of both sockets may hold some more.
    assert endless.sent_bytes <= LARGEST_LIMIT + 16 * MIB


async def test_an_endless_refusal_and_an_endless_preview_are_cut_off(
    client: ComfyClient, server: ScriptedComfy
) -> None:
    async def refuse(request: web.Request) -> web.StreamResponse:
        reply = web.StreamResponse(status=400)
        await reply.prepare(request)
        try:
            while True:
                await reply.write(b"x" * MIB)
        except ConnectionError:
            return reply

    server.answers["/prompt"] = refuse
    with pytest.raises(GraphRefusedError) as refused:
        await client.submit(make_graph(ID), prompt_id=ID, client_id="c")
    assert len(str(refused.value)) < 500
    server.answers[PREVIEW_PATH] = endless = Endless()
    assert await client.model_preview("loras", 0, "x", limit_bytes=MIB) is None
    await endless.is_over.wait()
    assert endless.sent_bytes <= 16 * MIB


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_never_followed(
    client: ComfyClient, server: ScriptedComfy, internal: ScriptedComfy, tmp_path: Path, status: int
) -> None:
    reached: list[str] = []

    async def record(request: web.Request) -> web.StreamResponse:
        reached.append(request.path)
        return web.json_response({})

    async def redirect(request: web.Request) -> web.StreamResponse:
        headers = {"Location": f"{internal.url}{request.path_qs}"}
        return web.Response(status=status, headers=headers)

    for path in (*GETS, "/view", PREVIEW_PATH, "/ws", "/interrupt"):
        server.answers[path], internal.answers[path] = redirect, record
    for call in GETS.values():
        with pytest.raises(ComfyUnreachableError):
            await call(client)
    with pytest.raises(ComfyUnreachableError):
        await client.delete_queued(ID)
    with pytest.raises(ComfyUnreachableError):
        await client.submit(make_graph(ID), prompt_id=ID, client_id="c")
    with pytest.raises(ComfyUnreachableError):
        await client.model_preview("loras", 0, "x", limit_bytes=MIB)
    with pytest.raises(ComfyUnreachableError):
        await download(client, ImageRef("a.png"), tmp_path / "a.png")
    async with WebsocketListener(client.connection, settings=FAST.listener) as listener:
        await until(lambda: listener.failures > 1)
        assert not listener.connected
    assert reached == []
    assert internal.client_ids == []


async def test_a_download_below_the_minimum_rate_ends(
    client: ComfyClient,
    server: ScriptedComfy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def trickle(request: web.Request) -> web.StreamResponse:
        reply = web.StreamResponse(headers={"Content-Length": str(MIB)})
        await reply.prepare(request)
        try:
            while True:
                await reply.write(b"x")
                await asyncio.sleep(0.01)
        except ConnectionError:
            return reply

    monkeypatch.setattr("genonaut.comfyui.image_download._FREE_SECONDS", 0.1)
    server.answers["/view"] = trickle
    with pytest.raises(TruncatedDownloadError):
        await download(client, ImageRef("a.png"), tmp_path / "a.png")
    assert not (tmp_path / "a.png").exists()


async def test_huge_and_misleading_frames_are_dropped(
    server: ScriptedComfy, http: aiohttp.ClientSession
) -> None:
    def preview(metadata: dict[str, Any], image: bytes) -> bytes:
        text = json.dumps({"prompt_id": ID} | metadata).encode()
        return (4).to_bytes(4, "big") + len(text).to_bytes(4, "big") + text + image

    async with ComfyBackend("one", server.url, http, settings=FAST) as backend:
        await until(lambda: backend.listener.connected)
        async with backend.watch_prompt(ID) as watch:
            await backend.submit(make_graph(ID), prompt_id=ID)
            await server.send(
                '{"type": "status", "data": {"sid": "' + "x" * 9 * MIB + '"}}',
                preview({}, b"x" * 3 * MIB),
                preview({"image_type": "image/svg+xml"}, b"<svg/>"),
                (1).to_bytes(4, "big") + (9).to_bytes(4, "big") + b"unknown type",
                preview({"padding": "x" * 70_000}, b"long metadata"),
                preview({"image_type": "image/png", "node_id": "n" * 9_000}, b"small"),
            )
            await until(lambda: backend.listener.malformed_frames == 2)
            server.histories[ID] = finished()
            await server.send(executing(ID, None))
            events = await drain(watch)
        assert [event.image for event in events if isinstance(event, Preview)] == [b"small"]
        assert [event.node for event in events if isinstance(event, Preview)] == ["n" * 100]
        assert backend.listener.malformed_frames == 2
        assert backend.listener.connections == 1
        assert isinstance(events[-1], Ended)
        assert isinstance(events[-1].outcome, Succeeded)


async def test_buffered_previews_are_bounded_in_bytes(
    server: ScriptedComfy, http: aiohttp.ClientSession
) -> None:
    frame = (1).to_bytes(4, "big") + (1).to_bytes(4, "big") + b"x" * 2_000_000
    async with WebsocketListener(
        ComfyClient(server.url, http).connection, settings=FAST.listener
    ) as listener:
        await until(lambda: listener.connected)
        with listener.subscribe(ID) as frames:
            await server.send({"type": "execution_start", "data": {"prompt_id": ID}})
            await server.send(*[frame] * 20, executing(ID, None))
            await until(lambda: frames.dropped >= 16)
            kept = [await frames.get(timeout_seconds=0) for _ in range(len(frames))]
    assert sum(len(getattr(one, "image", b"")) for one in kept) <= 8 * MIB


async def test_absurd_lists_are_truncated_and_unusable_names_ignored(
    client: ComfyClient, server: ScriptedComfy
) -> None:
    names = [f"{number}.safetensors" for number in range(150_000)]
    server.models["loras"] = ["nul\0.safetensors", "x" * 5000, *names]
    found = await client.models("loras")
    assert len(found) == 100_000
    assert found[0] == "0.safetensors"

    async def detailed(_: web.Request) -> web.StreamResponse:
        files = [
            {"name": "a", "pathIndex": 1e300, "size": 1e300, "modified": -1e300},
            {"name": "nul\0"},
            {"name": "b", "pathIndex": 1, "size": 5, "modified": 1.5},
        ]
        return web.json_response(files)

    server.answers["/experiment/models/loras"] = detailed
    first, second = await client.experiment_models("loras") or ()
    assert (first.name, first.path_index, first.size, first.modified) == ("a", 0, None, None)
    assert (second.name, second.path_index, second.size, second.modified) == ("b", 1, 5, 1.5)


@pytest.mark.parametrize("path", ["/object_info", "/queue", f"/history/{ID}"])
async def test_responses_of_millions_of_values_are_refused(
    client: ComfyClient, server: ScriptedComfy, path: str
) -> None:
    body = b'{"a": [' + b"[]," * 2_500_000 + b"[]]}"

    async def many(_: web.Request) -> web.StreamResponse:
        return web.Response(body=body, content_type="application/json")

    server.answers[path] = many
    with pytest.raises(ComfyUnreachableError, match="values"):
        await GETS[path](client)


async def test_times_and_counts_out_of_range_are_ignored(
    client: ComfyClient, server: ScriptedComfy
) -> None:
    entry = finished()
    entry["status"]["messages"] = [
        ["execution_start", {"timestamp": 1}],
        ["execution_success", {"timestamp": 1e300}],
    ]
    server.histories[ID] = entry
    found = await client.history(ID)
    assert found is not None
    assert found.ran_seconds is None

    async def count(_: web.Request) -> web.StreamResponse:
        return web.json_response({"exec_info": {"queue_remaining": 1e300}})

    server.answers["/prompt"] = count
    assert await client.queue_remaining() == 1_000_000


@pytest.mark.parametrize(
    "version", ["<b>1</b>", "0.3.64\x1b[31m", "1" * 64, "", " 1", "0.3.64\n", "é"]
)
async def test_an_invalid_version_is_not_shown(
    server: ScriptedComfy, http: aiohttp.ClientSession, version: str
) -> None:
    server.version = version
    async with ComfyBackend("one", server.url, http, settings=FAST) as backend:
        assert backend.is_up
        assert backend.version is None


async def test_terminal_escapes_in_texts_are_replaced(
    client: ComfyClient, server: ScriptedComfy, http: aiohttp.ClientSession
) -> None:
    async def stats(_: web.Request) -> web.StreamResponse:
        device = {"name": "gpu\x1b[2J\x07" + "x" * 500, "type": "cuda"}
        return web.json_response({"system": {}, "devices": [device] * 50})

    server.answers["/system_stats"] = stats
    devices = (await client.system_stats()).devices
    assert len(devices) == 16
    assert devices[0].name.startswith("gpu\ufffd[2J\ufffdx")
    assert len(devices[0].name) == 200

    entry = finished(images=0, status="error")
    error = {"node_id": "1" * 999, "node_type": "\x1b]0;x\x07", "exception_message": "\x1b[31mred"}
    entry["status"]["messages"] = [["execution_error", error]]
    server.histories[ID] = entry
    del server.answers["/system_stats"]
    async with (
        ComfyBackend("one", server.url, http, settings=FAST) as backend,
        backend.watch_prompt(ID, attached=True) as watch,
    ):
        end = (await drain(watch))[-1]
    assert isinstance(end, Ended)
    assert isinstance(end.outcome, NodeFailed)
    assert "\x1b" not in end.outcome.message + end.outcome.node_type
    assert len(end.outcome.node_id) == 200


async def test_a_refusal_with_thousands_of_errors_stays_short(
    client: ComfyClient, server: ScriptedComfy
) -> None:
    detail = {"type": "x", "message": "\x1b[31m" + "m" * 500, "details": "", "extra_info": {}}
    errors = {str(n): {"class_type": "K", "errors": [detail]} for n in range(2000)}

    async def refuse(_: web.Request) -> web.StreamResponse:
        return web.json_response({"error": "", "node_errors": errors}, status=400)

    server.answers["/prompt"] = refuse
    with pytest.raises(GraphRefusedError) as refused:
        await client.submit(make_graph(ID), prompt_id=ID, client_id="c")
    assert len(refused.value.problems) == 20
    assert len(str(refused.value)) < 6000
    assert "\x1b" not in str(refused.value)
