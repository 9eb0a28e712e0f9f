"""Every request of the client and its errors."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any
from uuid import uuid4

import aiohttp
import msgspec
import pytest
from aiohttp import web
from tests.integration.comfyui.scripted_server import ScriptedComfy, accepted, finished, make_graph
from tests.support.timeouts import PATIENCE_SECONDS

from genonaut.comfyui import (
    Absent,
    ComfyClient,
    ComfyTooOldError,
    ComfyUnreachableError,
    GraphRefusedError,
    InHistory,
    QueueSnapshot,
    Running,
    SubmitUncertainError,
    Timeouts,
    Waiting,
    supports_targeted_interrupt,
)

ID = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def client(server: ScriptedComfy, http: aiohttp.ClientSession) -> ComfyClient:
    timeouts = Timeouts(
        connect_seconds=PATIENCE_SECONDS,
        read_seconds=PATIENCE_SECONDS,
        submit_seconds=PATIENCE_SECONDS,
    )
    return ComfyClient(server.url, http, timeouts=timeouts)


def answering(body: str | bytes, status: int = 200) -> Any:
    async def answer(_: web.Request) -> web.StreamResponse:
        payload = body.encode() if isinstance(body, str) else body
        return web.Response(status=status, body=BytesIO(payload))

    return answer


async def submit(client: ComfyClient, **more: Any) -> None:
    await client.submit(make_graph(ID), prompt_id=ID, client_id="c", **more)


@contextlib.asynccontextmanager
async def silent_server() -> AsyncIterator[str]:
    """Accept connections, read, and never respond."""

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while await reader.read(65536):
                pass
        writer.close()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def test_extra_pnginfo_is_sent_in_extra_data(
    client: ComfyClient, server: ScriptedComfy
) -> None:
    await submit(client, extra_pnginfo={"genonaut": {"job": 7}})
    assert server.prompts[0]["extra_data"] == {"extra_pnginfo": {"genonaut": {"job": 7}}}


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_server_error_leaves_the_prompt_uncertain(
    client: ComfyClient, server: ScriptedComfy, status: int
) -> None:
    server.answers["/prompt"] = answering("Internal Server Error", status)
    with pytest.raises(SubmitUncertainError, match=str(status)):
        await submit(client)


async def test_an_unreadable_response_leaves_the_prompt_uncertain(
    client: ComfyClient, server: ScriptedComfy
) -> None:
    server.answers["/prompt"] = answering("<html>")
    with pytest.raises(SubmitUncertainError):
        await submit(client)


async def test_a_lost_connection_leaves_the_prompt_uncertain(
    client: ComfyClient, server: ScriptedComfy
) -> None:
    server.is_down = True
    with pytest.raises(SubmitUncertainError):
        await submit(client)


async def test_a_silent_server_leaves_the_prompt_uncertain(http: aiohttp.ClientSession) -> None:
    async with silent_server() as url:
        client = ComfyClient(url, http, timeouts=Timeouts(submit_seconds=0.05, read_seconds=0.05))
        with pytest.raises(SubmitUncertainError):
            await submit(client)
        with pytest.raises(ComfyUnreachableError):
            await client.queue()


async def test_with_a_closed_port_the_prompt_was_not_queued(http: aiohttp.ClientSession) -> None:
    client = ComfyClient("http://127.0.0.1:1", http)
    with pytest.raises(ComfyUnreachableError):
        await submit(client)


@pytest.mark.parametrize("status", [401, 403, 404, 405])
async def test_a_server_that_is_not_comfyui_is_unreachable(
    client: ComfyClient, server: ScriptedComfy, status: int
) -> None:
    server.answers["/prompt"] = answering("", status)
    with pytest.raises(ComfyUnreachableError, match="not ComfyUI"):
        await submit(client)


async def test_a_body_too_large_is_refused(client: ComfyClient, server: ScriptedComfy) -> None:
    server.answers["/prompt"] = answering("too large", 413)
    with pytest.raises(GraphRefusedError, match="too large"):
        await submit(client)


async def test_text_that_is_not_unicode_is_refused_before_it_is_sent(
    client: ComfyClient, server: ScriptedComfy
) -> None:
    with pytest.raises(GraphRefusedError, match="Unicode"):
        await client.submit(make_graph(ID, prompt="\ud800"), prompt_id=ID, client_id="c")
    assert server.prompts == []


async def test_dropped_outputs_are_a_refusal_and_the_prompt_is_cancelled(
    client: ComfyClient, server: ScriptedComfy
) -> None:
    errors = {
        "preview": {
            "class_type": "PreviewImage",
            "errors": [{"type": "required_input_missing", "extra_info": {"input_name": "images"}}],
        }
    }

    async def drop(body: dict[str, Any]) -> web.StreamResponse:
        return accepted(body, node_errors=errors)

    server.on_prompt = drop
    with pytest.raises(GraphRefusedError, match="images is missing") as refused:
        await submit(client)
    assert refused.value.node_errors == errors
    assert refused.value.problems[0].node_id == "preview"
    assert [path for path, _ in server.calls] == ["/queue", "/interrupt"]


async def test_a_refusal_is_raised_even_if_the_prompt_cannot_be_cancelled(
    client: ComfyClient, server: ScriptedComfy
) -> None:
    async def drop(body: dict[str, Any]) -> web.StreamResponse:
        server.is_down = True
        return accepted(body, node_errors={"1": {"errors": [], "class_type": "X"}})

    server.on_prompt = drop
    with pytest.raises(GraphRefusedError, match="would not run"):
        await submit(client)


async def test_a_server_that_ignores_our_prompt_ids_is_too_old(
    client: ComfyClient, server: ScriptedComfy
) -> None:
    async def choose(body: dict[str, Any]) -> web.StreamResponse:
        return accepted(body, prompt_id="other")

    server.on_prompt, server.version = choose, "0.3.40"
    with pytest.raises(ComfyTooOldError):
        await submit(client)
    assert server.calls == [("/queue", {"delete": ["other"]})]


async def test_pending_prompts_are_sorted_by_execution_order(
    client: ComfyClient, server: ScriptedComfy
) -> None:
    queue = {
        "queue_running": [[70, "r", {}, {}, [], "a sixth item of newer versions"]],
        "queue_pending": [[72.5, "late", {}], [-1000.0, "first"], [71, "soon", {}, {}, []]],
    }
    server.answers["/queue"] = answering(json.dumps(queue))
    assert await client.queue() == QueueSnapshot(("r",), ("first", "soon", "late"))
    assert await client.locate("r") == Running()
    assert await client.locate("soon") == Waiting(2)
    assert await client.locate("unknown") == Absent()


@pytest.mark.parametrize(
    ("extra", "client_id"),
    [
        ({"client_id": "mine", "extra_pnginfo": {"workflow": [1]}}, "mine"),
        ({"client_id": ""}, None),
        ({"client_id": 5}, None),
        ({}, None),
        ([], None),
        (None, None),
        ("text", None),
    ],
)
async def test_a_running_prompt_has_its_client_id(
    client: ComfyClient, server: ScriptedComfy, extra: object, client_id: str | None
) -> None:
    queue = {"queue_running": [[1, "r", {"1": {"inputs": {}}}, extra, []]], "queue_pending": []}
    server.answers["/queue"] = answering(json.dumps(queue))
    assert await client.locate("r") == Running(client_id)
    # NaN is not JSON, so Python's parser reads it.
    server.answers["/queue"] = answering(json.dumps(queue).replace("[1,", "[NaN,"))
    assert await client.locate("r") == Running(client_id)


async def test_a_queue_with_non_standard_json_is_read(
    client: ComfyClient, server: ScriptedComfy
) -> None:
    body = '{"queue_running": [], "queue_pending": [[NaN, "x", {"t": "\\ud800"}, {}, []]]}'
    server.answers["/queue"] = answering(body)
    assert (await client.queue()).pending == ("x",)


async def test_the_queue_is_read_before_the_history(
    client: ComfyClient, server: ScriptedComfy
) -> None:
    async def end_meanwhile(_: web.Request) -> web.StreamResponse:
        server.histories[ID] = finished()
        return web.json_response({"queue_running": [], "queue_pending": []})

    server.answers["/queue"] = end_meanwhile
    located = await client.locate(ID)
    assert isinstance(located, InHistory)
    assert located.entry.images[0].filename == "a_0.png"


@pytest.mark.parametrize("body", ["", "[]", "{", '{"queue_running": 3}', "[" * 100_000])
async def test_an_unreadable_queue_is_an_unreachable_server(
    client: ComfyClient, server: ScriptedComfy, body: str
) -> None:
    server.answers["/queue"] = answering(body)
    with pytest.raises(ComfyUnreachableError):
        await client.queue()


@pytest.mark.parametrize("status", [400, 403, 404, 500])
async def test_a_queue_error_is_an_unreachable_server(
    client: ComfyClient, server: ScriptedComfy, status: int
) -> None:
    server.answers["/queue"] = answering("", status)
    with pytest.raises(ComfyUnreachableError):
        await client.queue()


async def test_an_interrupt_always_has_a_prompt_id(
    client: ComfyClient, server: ScriptedComfy
) -> None:
    assert await client.interrupt(ID) is True
    assert server.calls == [("/interrupt", {"prompt_id": ID})]
    with pytest.raises(ValueError, match="prompt id"):
        await client.interrupt("")


@pytest.mark.parametrize("version", [None, "", "nightly", "0.3.56", "0.2.99", "v0.3.9"])
async def test_an_old_server_is_never_interrupted(
    client: ComfyClient, server: ScriptedComfy, version: str | None
) -> None:
    server.version = version
    assert await client.interrupt(ID) is False
    await client.cancel(ID)
    assert server.calls == [("/queue", {"delete": [ID]})]


@pytest.mark.parametrize("version", ["0.3.57", "v0.3.64", "0.3.100", "0.4", "0.10.0-rc1", "1.0.0"])
def test_versions_that_can_interrupt_one_prompt(version: str) -> None:
    assert supports_targeted_interrupt(version)


async def test_a_history_entry_can_be_deleted(client: ComfyClient, server: ScriptedComfy) -> None:
    await client.delete_history(ID)
    assert server.calls == [("/history", {"delete": [ID]})]


async def test_counts_features_and_lists(client: ComfyClient, server: ScriptedComfy) -> None:
    server.running, server.pending = ["a"], ["b", "c"]
    server.models = {"loras": ["sub dir/x.safetensors"]}
    server.answers["/features"] = answering('{"supports_preview_metadata": true}')
    server.answers["/models"] = answering('["checkpoints", "loras"]')
    server.answers["/experiment/models/loras"] = answering(
        '[{"name": "x", "pathIndex": 1, "modified": 1.5, "created": 1, "size": 32}]'
    )
    server.answers["/view_metadata/loras"] = answering('{"ss_tag": "1"}')
    assert await client.queue_remaining() == 3
    assert await client.features() == {"supports_preview_metadata": True}
    assert await client.folders() == ("checkpoints", "loras")
    assert await client.models("loras") == ("sub dir/x.safetensors",)
    files = await client.experiment_models("loras")
    assert files is not None
    assert (files[0].path_index, files[0].modified, files[0].size) == (1, 1.5, 32)
    assert await client.view_metadata("loras", "sub dir/x.safetensors") == {"ss_tag": "1"}


async def test_missing_routes_and_files_are_none_or_empty(client: ComfyClient) -> None:
    assert await client.features() == {}
    assert await client.models("nope") == ()
    assert await client.experiment_models("nope") is None
    assert await client.view_metadata("loras", "absent.safetensors") is None


async def test_both_forms_of_combo_inputs_are_read(
    client: ComfyClient, server: ScriptedComfy
) -> None:
    nodes = {
        "KSampler": {
            "input": {
                "required": {"scheduler": [["normal", "karras"]], "seed": ["INT", {"min": 0}]},
                "optional": {"device": [["cpu"], {"advanced": True}]},
            },
            "output": ["LATENT"],
        },
        "UpscaleModelLoader": {"input": {"required": {"m": ["COMBO", {"options": ["a", 4]}]}}},
        "Odd": {"input": {"required": {"a": "STRING", "b": [], "c": ["COMBO"]}}},
        "Bare": {},
    }
    # Large enough to be decoded off the event loop.
    padded = json.dumps(nodes | {"Filler": {"category": "x" * 1_100_000}})
    server.answers["/object_info"] = answering(padded)
    server.answers["/object_info/NoSuchNode"] = answering("{}")
    found = await client.object_info()
    assert found["KSampler"].options("scheduler") == ("normal", "karras")
    assert found["KSampler"].options("device") == ("cpu",)
    assert found["KSampler"].options("seed") is None
    assert found["KSampler"].options("nope") is None
    assert found["UpscaleModelLoader"].options("m") == ("a", "4")
    assert [found["Odd"].options(name) for name in "abc"] == [None] * 3
    assert await client.object_info("NoSuchNode") == {}


async def test_names_are_quoted_into_paths(client: ComfyClient, server: ScriptedComfy) -> None:
    name = "a/b c?d"
    server.histories[name] = finished()
    assert await client.history(name) is not None


async def test_errors_do_not_show_passwords(http: aiohttp.ClientSession) -> None:
    client = ComfyClient("http://me:secret@127.0.0.1:1", http)
    with pytest.raises(ComfyUnreachableError) as refused:
        await client.queue()
    assert "secret" not in str(refused.value)


async def test_prompt_ids_other_than_uuids_are_sent_unchanged(
    client: ComfyClient, server: ScriptedComfy
) -> None:
    name = f"job-7-{uuid4()}"
    await client.submit(make_graph(name), prompt_id=name, client_id="c")
    graph = server.prompts[0]["prompt"]
    assert graph == msgspec.to_builtins(make_graph(name))
    assert name in graph["save"]["inputs"]["filename_prefix"]


async def test_finished_and_unknown_prompts_are_found_without_the_queue(
    client: ComfyClient, server: ScriptedComfy
) -> None:
    asked: list[str] = []

    async def queue(_: web.Request) -> web.StreamResponse:
        asked.append("queue")
        return web.json_response({"queue_running": [], "queue_pending": []})

    server.version = "0.33.0"
    server.answers["/queue"] = queue
    await client.system_stats()
    server.answers[f"/api/jobs/{ID}"] = answering('{"id": "x", "status": "completed"}')
    server.histories[ID] = finished()
    assert isinstance(await client.locate(ID), InHistory)
    server.answers[f"/api/jobs/{ID}"] = answering('{"error": "Job not found"}', 404)
    assert await client.locate(ID) == Absent()
    assert asked == []


@pytest.mark.parametrize(
    ("status", "body"),
    [(404, ""), (500, "500 Internal Server Error"), (200, "[]"), (200, '{"status": "pending"}')],
)
async def test_the_queue_is_read_if_jobs_give_no_answer(
    client: ComfyClient, server: ScriptedComfy, status: int, body: str
) -> None:
    """The server was replaced by an older one, or a null workflow makes the route fail."""
    server.version, server.pending = "0.33.0", [ID]
    await client.system_stats()
    server.answers[f"/api/jobs/{ID}"] = answering(body, status)
    assert await client.locate(ID) == Waiting(0)


async def test_a_newer_server_gets_one_cancel_request(
    client: ComfyClient, server: ScriptedComfy
) -> None:
    cancelled: list[str] = []

    async def cancel(request: web.Request) -> web.StreamResponse:
        cancelled.append(request.method)
        return web.json_response({"cancelled": True})

    server.version = "0.33.0"
    await client.system_stats()
    server.answers[f"/api/jobs/{ID}/cancel"] = cancel
    assert await client.cancel(ID)
    assert cancelled == ["POST"]
    assert server.calls == []


async def test_a_server_that_was_replaced_by_an_older_one_gets_the_old_requests(
    client: ComfyClient, server: ScriptedComfy
) -> None:
    server.version = "0.33.0"
    await client.system_stats()
    server.version = "0.3.64"
    server.answers[f"/api/jobs/{ID}/cancel"] = answering("", 405)
    assert await client.cancel(ID)
    assert [path for path, _ in server.calls] == ["/queue", "/interrupt"]


@pytest.mark.parametrize(
    ("version", "method"), [("0.3.64", None), ("0.4.9", None), ("0.5.0", "auto"), (None, None)]
)
async def test_previews_are_requested_where_a_prompt_may_choose(
    client: ComfyClient, server: ScriptedComfy, version: str | None, method: str | None
) -> None:
    server.version = version
    await client.system_stats()
    await submit(client)
    assert server.prompts[0].get("extra_data", {}).get("preview_method") == method
