"""Routes /api/jobs. Source: recordings of 0.33.0; ComfyUI comfy_execution/jobs.py and server.py."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from aiohttp import web

from genonaut.simulator.middleware import SERVER
from genonaut.simulator.prompt_queue import QueuedPrompt
from genonaut.simulator.releases import JOB_CANCEL, JOBS, Release
from genonaut.simulator.simulated_server import SimulatorServer

routes = web.RouteTableDef()

_STATUSES = ("pending", "in_progress", "completed", "failed", "cancelled")
_SORT_KEYS = ("created_at", "execution_duration")
_PREVIEW_KEYS = ("images", "files", "text")
_NOT_FOUND = {"error": "Job not found"}


def _server(request: web.Request, first: Release) -> SimulatorServer:
    """Return the server.

    Raises:
        HTTPNotFound: this release does not have the route.
    """
    server = request.app[SERVER]
    if not server.has(first):
        raise web.HTTPNotFound
    return server


@routes.get("/api/jobs")
async def list_jobs(request: web.Request) -> web.Response:
    """Return waiting, running and finished prompts, newest first."""
    server = _server(request, JOBS)
    query = request.query
    wanted = [one for one in query.get("status", "").split(",") if one] or list(_STATUSES)
    invalid = [one for one in wanted if one not in _STATUSES]
    limit, error = _limit(query.get("limit"))
    if invalid:
        error = (
            f"Invalid status value(s): {', '.join(invalid)}. Valid values: {', '.join(_STATUSES)}"
        )
    elif query.get("sort_by", "created_at") not in _SORT_KEYS:
        error = "sort_by must be 'created_at' or 'execution_duration'"
    elif query.get("sort_order", "desc") not in {"asc", "desc"}:
        error = "sort_order must be 'asc' or 'desc'"
    if error:
        return web.json_response({"error": error}, status=400)
    every = [describe() for _, describe in _all_jobs(server)]
    jobs = [job for job in every if job["status"] in wanted]
    if "workflow_id" in query:
        jobs = [job for job in jobs if job.get("workflow_id") == query["workflow_id"]]
    key = _duration if query.get("sort_by") == "execution_duration" else _created
    jobs.sort(key=key, reverse=query.get("sort_order", "desc") == "desc")
    offset = max(0, int(query.get("offset", 0)))
    page = jobs[offset:] if limit is None else jobs[offset : offset + limit]
    pagination = {
        "offset": offset,
        "limit": limit,
        "total": len(jobs),
        "has_more": offset + len(page) < len(jobs),
    }
    return web.json_response({"jobs": page, "pagination": pagination})


def _limit(text: str | None) -> tuple[int | None, str]:
    if text is None:
        return None, ""
    if not text.removeprefix("-").isdecimal():
        return None, "limit must be an integer"
    return int(text), "" if int(text) > 0 else "limit must be a positive integer"


def _created(job: dict[str, Any]) -> float:
    return float(job["create_time"])


def _duration(job: dict[str, Any]) -> float:
    return float(job.get("execution_end_time", 0) - job.get("execution_start_time", 0))


@routes.get("/api/jobs/{job_id}")
async def get_job(request: web.Request) -> web.Response:
    """Return one prompt; a finished one with outputs, status and workflow."""
    server = _server(request, JOBS)
    job_id = request.match_info["job_id"]
    for found_id, describe in _all_jobs(server):
        if found_id == job_id:
            entry = server.state.queue.history.get(job_id)
            return web.json_response(describe() | _detail(entry))
    return web.json_response(_NOT_FOUND, status=404)


@routes.post("/api/jobs/{job_id}/cancel")
async def cancel_job(request: web.Request) -> web.Response:
    """Delete a waiting prompt or interrupt a running one; no effect on any other id."""
    server = _server(request, JOB_CANCEL)
    return web.json_response({"cancelled": _cancel(server, request.match_info["job_id"])})


@routes.post("/api/jobs/cancel")
async def cancel_jobs(request: web.Request) -> web.Response:
    """Cancel several prompts; returns whether any was waiting or running."""
    server = _server(request, JOB_CANCEL)
    try:
        body = json.loads(await request.read())
    except ValueError:
        return web.json_response({"error": "Request body must be valid JSON"}, status=400)
    ids = body.get("job_ids") if isinstance(body, dict) else None
    if not isinstance(ids, list):
        return web.json_response({"error": "job_ids must be a list"}, status=400)
    invalid = [one for one in ids if not is_canonical_uuid(one)]
    if invalid:
        error = {"error": "job_ids contains invalid id(s)", "invalid_ids": invalid}
        return web.json_response(error, status=400)
    cancelled = [_cancel(server, one) for one in ids]
    return web.json_response({"cancelled": any(cancelled)})


def is_canonical_uuid(value: object) -> bool:
    """Return whether a JSON value is a UUID in lower case with hyphens."""
    try:
        return isinstance(value, str) and str(UUID(value)) == value
    except ValueError:
        return False


def _cancel(server: SimulatorServer, prompt_id: str) -> bool:
    state = server.state
    if any(item[1] == prompt_id for item in state.queue.running):
        state.interrupt = True
        return True
    return state.queue.delete(prompt_id)


def _all_jobs(server: SimulatorServer) -> list[tuple[str, Callable[[], dict[str, Any]]]]:
    """Return (id, function that describes the job): describing one may fail."""
    queue = server.state.queue
    jobs = [(item[1], partial(_queued, item, "in_progress")) for item in queue.running]
    jobs += [(item[1], partial(_queued, item, "pending")) for item in queue.pending]
    return [*jobs, *((key, partial(_finished, entry)) for key, entry in queue.history.items())]


def _queued(item: QueuedPrompt, status: str) -> dict[str, Any]:
    number, prompt_id, _, extra_data, _ = item
    job = {
        "id": prompt_id,
        "status": status,
        "priority": number,
        "create_time": extra_data["create_time"],
        "outputs_count": 0,
        "previewable_outputs_count": 0,
    }
    workflow_id = _workflow_id(extra_data)
    return job if workflow_id is None else job | {"workflow_id": workflow_id}


def _workflow_id(extra_data: dict[str, Any]) -> Any:  # noqa: ANN401
    # Raises for a null, which makes the whole list a 500 (observed).
    return extra_data.get("extra_pnginfo", {}).get("workflow", {}).get("id")


def _finished(entry: dict[str, Any]) -> dict[str, Any]:
    number, prompt_id, _, extra_data, _ = entry["prompt"]
    messages = dict(entry["status"]["messages"])
    if entry["status"]["completed"]:
        status = "completed"
    else:
        status = "cancelled" if "execution_interrupted" in messages else "failed"
    last_kind = entry["status"]["messages"][-1][0]
    job = _queued((number, prompt_id, {}, extra_data, []), status) | {
        "execution_start_time": messages["execution_start"]["timestamp"],
        "execution_end_time": messages[last_kind]["timestamp"],
    }
    if "execution_error" in messages:
        job["execution_error"] = messages["execution_error"]
    shown = [
        image | {"nodeId": node_id, "mediaType": key}
        for node_id, output in entry["outputs"].items()
        for key in _PREVIEW_KEYS
        for image in output.get(key, ())
        if isinstance(image, dict)
    ]
    job["outputs_count"] = job["previewable_outputs_count"] = len(shown)
    return job | {"preview_output": shown[0]} if shown else job


def _detail(entry: dict[str, Any] | None) -> dict[str, Any]:
    if entry is None:
        return {}
    _, _, graph, extra_data, _ = entry["prompt"]
    return {
        "outputs": entry["outputs"],
        "execution_status": entry["status"],
        "workflow": {"prompt": graph, "extra_data": extra_data},
    }
