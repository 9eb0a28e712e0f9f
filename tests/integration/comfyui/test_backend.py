"""Health, model lists and the websocket of one backend."""

import asyncio
import base64
import hashlib

import aiohttp
import msgspec
import pytest
from aiohttp import web
from tests.integration.comfyui.scripted_server import (
    FAST,
    SUSPICIOUS,
    ScriptedComfy,
    make_graph,
    status_frame,
    until,
)
from tests.support.timeouts import PATIENCE_SECONDS

from genonaut.comfyui import (
    ComfyBackend,
    ComfyClient,
    ComfyUnreachableError,
    WebsocketListener,
)


async def test_entering_a_backend_checks_its_health(
    server: ScriptedComfy, http: aiohttp.ClientSession
) -> None:
    server.running, server.pending = ["a"], ["b"]
    async with ComfyBackend("one", server.url, http, settings=FAST) as backend:
        assert backend.is_up
        assert backend.version == "0.3.64"
        assert (backend.health.running, backend.health.pending) == (1, 1)
        assert backend.status_text == "up, 1 running, 1 waiting"
        assert await backend.wait_up(0)


async def test_an_unreachable_backend_can_be_entered_and_comes_up_later(
    server: ScriptedComfy, http: aiohttp.ClientSession
) -> None:
    await server.stop()
    changes: list[bool] = []
    async with ComfyBackend(
        "one", server.url, http, settings=FAST, on_change=lambda b: changes.append(b.is_up)
    ) as backend:
        assert not backend.is_up
        assert "does not answer" in backend.status_text
        assert not await backend.wait_up(0)
        assert not await backend.listener.wait_connected(0)
        await server.start()
        assert await backend.wait_up(PATIENCE_SECONDS)
        assert await backend.listener.wait_connected(PATIENCE_SECONDS)
        await server.stop()
        await until(lambda: not backend.is_up)
        assert not backend.listener.connected
        assert backend.version == "0.3.64", "the last known version is kept"
    assert changes == [True, False]


async def test_the_socket_reconnects_at_once_when_the_server_comes_up(
    server: ScriptedComfy, http: aiohttp.ClientSession
) -> None:
    patient = msgspec.structs.replace(
        FAST.listener, backoff_first_seconds=600, backoff_limit_seconds=600
    )
    settings = msgspec.structs.replace(FAST, listener=patient)
    await server.stop()
    async with ComfyBackend("one", server.url, http, settings=settings) as backend:
        await until(lambda: backend.listener.failures == 1)
        await server.start()
        assert await backend.listener.wait_connected(PATIENCE_SECONDS)


async def test_one_failed_check_is_not_an_outage(
    server: ScriptedComfy, http: aiohttp.ClientSession
) -> None:
    settings = msgspec.structs.replace(FAST, health_seconds=600)
    async with ComfyBackend("one", server.url, http, settings=settings) as backend:
        server.is_down = True
        await backend.check()
        assert backend.is_up
        await backend.check()
        assert not backend.is_up


async def test_prompts_that_wait_while_nothing_runs_mean_stuck(
    backend: ComfyBackend, server: ScriptedComfy
) -> None:
    server.pending = ["a", "b"]
    await until(lambda: backend.is_stuck)
    assert backend.is_up
    assert backend.status_text == "stuck: 2 prompts are waiting and nothing is running"
    server.running, server.pending = ["a"], ["b"]
    await until(lambda: not backend.is_stuck)


async def test_an_emptied_queue_does_not_clear_a_stuck_server(
    server: ScriptedComfy, http: aiohttp.ClientSession
) -> None:
    settings = msgspec.structs.replace(FAST, health_seconds=600, stuck_seconds=60.0)
    async with ComfyBackend("one", server.url, http, settings=settings) as backend:
        now = 1000.0
        backend._clock = lambda: now
        server.pending = ["a"]
        await backend.check()
        now += 30.0
        await backend.check()
        now += 30.0
        assert (await backend.check()).is_stuck
        server.pending = []
        assert (await backend.check()).is_stuck, (
            "the waiting prompts were deleted, none of them ran"
        )
        assert "none of them ran" in backend.status_text
        now += 60.0
        assert not (await backend.check()).is_stuck, "after a while it counts as usable again"
        server.pending = ["b"]
        await backend.check()
        now += 30.0
        await backend.check()
        now += 30.0
        assert (await backend.check()).is_stuck
        server.running = ["b"]
        assert not (await backend.check()).is_stuck
        server.running = server.pending = []
        assert not (await backend.check()).is_stuck


async def test_a_change_of_version_is_reported(
    server: ScriptedComfy, http: aiohttp.ClientSession
) -> None:
    seen: list[str | None] = []
    async with ComfyBackend(
        "one", server.url, http, settings=FAST, on_change=lambda b: seen.append(b.version)
    ):
        server.version = "0.3.65"
        await until(lambda: seen == ["0.3.64", "0.3.65"])


async def test_model_lists_are_cached_until_invalidated(
    server: ScriptedComfy, http: aiohttp.ClientSession
) -> None:
    settings = msgspec.structs.replace(FAST, health_seconds=60)
    async with ComfyBackend("one", server.url, http, settings=settings) as backend:
        assert backend.offers.cached_models is None
        assert (await backend.models()).of("checkpoints") == {"sd15.safetensors"}
        assert backend.offers.cached_models == await backend.models()
        server.models["loras"] = ["new.safetensors"]
        assert (await backend.models()).of("loras") == frozenset()
        backend.invalidate_models()
        assert (await backend.models()).of("loras") == {"new.safetensors"}
        assert (await backend.models()).of("hypernetworks") == frozenset()


def lists(backend: ComfyBackend, folder: str, name: str) -> bool:
    """Return whether the cached lists have the file."""
    models = backend.offers.cached_models
    return models is not None and name in models.of(folder)


async def test_model_lists_are_read_in_the_background_and_after_a_restart(
    backend: ComfyBackend, server: ScriptedComfy
) -> None:
    await until(lambda: lists(backend, "checkpoints", "sd15.safetensors"))
    await server.stop()
    await until(lambda: not backend.is_up)
    backend.offers.invalidate()
    with pytest.raises(ComfyUnreachableError):
        await backend.models()
    server.models["loras"] = ["new.safetensors"]
    await server.start()
    await until(lambda: lists(backend, "loras", "new.safetensors"))


async def test_unreadable_model_lists_do_not_end_the_health_watch(
    server: ScriptedComfy, http: aiohttp.ClientSession
) -> None:
    async def fail(_: web.Request) -> web.StreamResponse:
        return web.Response(status=500)

    server.answers["/models/vae"] = fail
    async with ComfyBackend("one", server.url, http, settings=FAST) as backend:
        await asyncio.sleep(0.12)
        server.answers.clear()
        await until(lambda: lists(backend, "checkpoints", "sd15.safetensors"))


async def test_node_classes_are_cached(backend: ComfyBackend, server: ScriptedComfy) -> None:
    calls = 0

    async def count(_: web.Request) -> web.StreamResponse:
        nonlocal calls
        calls += 1
        return web.json_response({"KSampler": {}})

    server.answers["/object_info"] = count
    first, second = await asyncio.gather(backend.object_info(), backend.object_info())
    assert set(first) == set(second) == {"KSampler"}
    assert calls == 1


async def test_preview_metadata_is_negotiated_first_on_every_connection(
    backend: ComfyBackend, server: ScriptedComfy
) -> None:
    await server.drop_sockets()
    await until(lambda: backend.listener.connections == 2)
    await until(lambda: len(server.received) == 2)
    assert all("supports_preview_metadata" in text for text in server.received)
    assert len(set(server.client_ids)) == 2


async def test_the_old_socket_is_closed_before_the_new_one_opens(
    backend: ComfyBackend, server: ScriptedComfy
) -> None:
    backend.listener.reconnect("a test")
    await until(lambda: backend.listener.connections == 2)
    assert list(server.sockets) == [backend.listener.client_id]


async def test_a_socket_without_frames_after_a_post_is_replaced(
    server: ScriptedComfy, http: aiohttp.ClientSession
) -> None:
    async with ComfyBackend("one", server.url, http, settings=SUSPICIOUS) as backend:
        await backend.submit(make_graph("x"), prompt_id="x")
        await until(lambda: backend.listener.connections == 2)


async def test_a_status_after_a_post_keeps_the_socket(
    backend: ComfyBackend, server: ScriptedComfy
) -> None:
    for name in ("x", "y"):  # two POSTs share one check
        await backend.submit(make_graph(name), prompt_id=name)
    assert backend.listener._deaf_check is not None
    await server.send(status_frame(2))
    await until(lambda: backend.listener._deaf_check is None)
    assert backend.listener.connections == 1


async def test_a_server_that_sends_no_status_is_not_connected(
    server: ScriptedComfy, http: aiohttp.ClientSession
) -> None:
    server.sends_status = False
    settings = msgspec.structs.replace(FAST.listener, connect_seconds=0.05)
    async with WebsocketListener(
        ComfyClient(server.url, http).connection, settings=settings
    ) as listener:
        await until(lambda: len(server.client_ids) > 1)
        assert not listener.connected


async def test_a_server_that_stops_reading_is_detected_by_pings(
    http: aiohttp.ClientSession,
) -> None:
    """The peer neither reads nor answers."""
    handshakes = 0

    async def freeze(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal handshakes
        handshakes += 1
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        key = next(
            line.split(": ")[1] for line in head.split("\r\n") if line.startswith("Sec-WebSocket-K")
        )
        magic = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()
        accept = base64.b64encode(hashlib.sha1(magic, usedforsecurity=False).digest()).decode()
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept.encode() + b"\r\n\r\n\x81\x11" + b'{"type":"status"}'
        )
        await writer.drain()
        try:
            await asyncio.sleep(30)
        finally:
            writer.close()

    frozen = await asyncio.start_server(freeze, "127.0.0.1", 0)
    port = frozen.sockets[0].getsockname()[1]
    settings = msgspec.structs.replace(FAST.listener, heartbeat_seconds=0.1, close_seconds=0.05)
    async with WebsocketListener(
        ComfyClient(f"http://127.0.0.1:{port}", http).connection, settings=settings
    ) as listener:
        await until(lambda: listener.connections == 1)
        await until(lambda: handshakes == 2)
    frozen.close()


async def test_an_oversized_frame_only_causes_a_reconnect(
    server: ScriptedComfy, http: aiohttp.ClientSession
) -> None:
    settings = msgspec.structs.replace(FAST.listener, message_limit_bytes=1000)
    async with WebsocketListener(
        ComfyClient(server.url, http).connection, settings=settings
    ) as listener:
        await until(lambda: listener.connected)
        await server.send(b"x" * 2000)
        await until(lambda: listener.connections == 2)
