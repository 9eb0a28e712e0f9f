"""Routes /api/jobs of newer servers."""

import asyncio
import json
import time
from typing import Any
from uuid import uuid4

import pytest
from tests.contract.comfyui.protocol_client import DATA, Server, slow, trivial, until

from genonaut.simulator.releases import JOBS

RECORDED: dict[str, dict[str, Any]] = {
    call["label"]: call for call in json.loads((DATA / "0.33/jobs.json").read_text())
}
UNKNOWN = str(uuid4())
COUNTS = ("outputs_count", "previewable_outputs_count")


async def call(server: Server, method: str, path: str, **more: Any) -> tuple[int, Any]:
    async with server.http.request(method, f"{server.url}{path}", **more) as reply:
        return reply.status, await reply.json()


async def job(server: Server, prompt_id: str) -> Any:
    return (await call(server, "GET", f"/api/jobs/{prompt_id}"))[1]


async def cancel(server: Server, prompt_id: str) -> Any:
    return (await call(server, "POST", f"/api/jobs/{prompt_id}/cancel"))[1]


async def started(server: Server) -> str:
    prompt_id = await server.submit(slow())

    async def is_running() -> bool:
        return bool((await job(server, prompt_id))["status"] == "in_progress")

    await until(is_running)
    return prompt_id


def keys(label: str) -> set[str]:
    return set(RECORDED[label]["json"]) - {"workflow_id"}


async def test_older_servers_have_no_jobs(simulated: Server) -> None:
    assert not simulated.has(JOBS)
    for path in ("/api/jobs", f"/api/jobs/{UNKNOWN}"):
        async with simulated.http.get(f"{simulated.url}{path}") as reply:
            assert reply.status == 404
            assert "Job not found" not in await reply.text()
    async with simulated.http.post(f"{simulated.url}/api/jobs/{UNKNOWN}/cancel") as reply:
        assert reply.status in {404, 405}


async def test_each_state_has_the_recorded_fields(newer_server: Server) -> None:
    running = await started(newer_server)
    pending = await newer_server.submit(trivial(color=1))
    found = await job(newer_server, pending)
    assert (found["status"], set(found)) == (
        "pending",
        keys("GET /api/jobs/{pending} while one runs, two pend"),
    )
    found = await job(newer_server, running)
    assert (found["status"], set(found)) == (
        "in_progress",
        keys("GET /api/jobs/{running} while one runs, two pend"),
    )
    assert await cancel(newer_server, running) == {"cancelled": True}
    await newer_server.ended(running)
    found = await job(newer_server, running)
    assert (found["status"], set(found)) == (
        "cancelled",
        keys("detail of a job cancelled while running"),
    )
    await newer_server.ended(pending)
    found = await job(newer_server, pending)
    assert (found["status"], set(found)) == ("completed", keys("detail completed"))
    assert found["preview_output"]["mediaType"] == "images"
    assert [found[name] for name in COUNTS] == [1, 1]


async def test_a_failed_job_has_its_error(newer_server: Server) -> None:
    entry = await newer_server.submit(trivial(prefix="../../x"))
    await newer_server.ended(entry)
    found = await job(newer_server, entry)
    assert (found["status"], set(found)) == ("failed", keys("detail failed"))
    assert found["execution_error"]["node_type"] == "SaveImage"


async def test_a_job_cancelled_while_pending_is_unknown(newer_server: Server) -> None:
    running = await started(newer_server)
    pending = await newer_server.submit(trivial(color=2))
    assert await cancel(newer_server, pending) == {"cancelled": True}
    assert await call(newer_server, "GET", f"/api/jobs/{pending}") == (
        404,
        {"error": "Job not found"},
    )
    assert await newer_server.get(f"/history/{pending}") == {}
    assert await cancel(newer_server, running) == {"cancelled": True}
    await newer_server.ended(running)


async def test_cancelling_anything_else_has_no_effect(newer_server: Server) -> None:
    finished = await newer_server.submit(trivial(color=3))
    await newer_server.ended(finished)
    for prompt_id in (finished, UNKNOWN, "abc"):
        assert await cancel(newer_server, prompt_id) == {"cancelled": False}


async def test_one_cancel_removes_one_of_two_equal_ids(newer_server: Server) -> None:
    running = await started(newer_server)
    twin = str(uuid4())
    for color in (4, 5):
        await newer_server.submit(trivial(color=color), prompt_id=twin)
    assert await cancel(newer_server, twin) == {"cancelled": True}
    pending = (await newer_server.get("/queue"))["queue_pending"]
    assert [item[1] for item in pending] == [twin]
    assert await cancel(newer_server, running) == {"cancelled": True}
    await newer_server.ended(twin)


@pytest.mark.parametrize(
    ("body", "label"),
    [
        ({"job_ids": ["abc"]}, "batch cancel: malformed id"),
        ({}, "batch cancel: no list"),
        ({"job_ids": []}, "batch cancel: empty list"),
    ],
)
async def test_batch_cancels_have_the_recorded_response(
    body: dict[str, Any], label: str, newer_server: Server
) -> None:
    recorded = RECORDED[label]
    found = await call(newer_server, "POST", "/api/jobs/cancel", json=body)
    assert found == (recorded["status"], recorded["json"])


async def test_the_list_is_filtered_sorted_and_paged(newer_server: Server) -> None:
    ids = []
    for color in range(6, 9):
        ids.append(await newer_server.submit(trivial(color=color)))
        await newer_server.ended(ids[-1])
        # The list is sorted by milliseconds; equal ones keep the order of submission.
        millisecond = time.time_ns() // 1_000_000
        while time.time_ns() // 1_000_000 <= millisecond:  # noqa: ASYNC110 - the clock has no event
            await asyncio.sleep(0)
    _, newest = await call(newer_server, "GET", "/api/jobs?status=completed&limit=2")
    assert [one["id"] for one in newest["jobs"]] == ids[:0:-1]
    assert newest["pagination"]["limit"] == 2
    assert newest["pagination"]["has_more"]
    _, second = await call(newer_server, "GET", "/api/jobs?status=completed&limit=1&offset=1")
    assert [one["id"] for one in second["jobs"]] == [ids[1]]
    assert (await call(newer_server, "GET", "/api/jobs?status=pending"))[1]["jobs"] == []
    for query in ("status=bogus", "limit=0", "limit=x", "sort_by=x", "sort_order=x"):
        status, answer = await call(newer_server, "GET", f"/api/jobs?{query}")
        assert (status, list(answer)) == (400, ["error"])


async def test_a_null_workflow_makes_the_list_and_its_own_detail_fail(newer: Server) -> None:
    poison = await newer.submit(trivial(), extra_data={"extra_pnginfo": {"workflow": None}})
    await newer.ended(poison)
    other = await newer.submit(trivial(color=1))
    await newer.ended(other)
    for path in ("/api/jobs", f"/api/jobs/{poison}"):
        async with newer.http.get(f"{newer.url}{path}") as reply:
            assert reply.status == 500
    assert (await job(newer, other))["status"] == "completed"
    await newer.http.post(f"{newer.url}/history", json={"delete": [poison]})
    assert (await call(newer, "GET", "/api/jobs"))[0] == 200
