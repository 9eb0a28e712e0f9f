"""Routes for prompts, queue, history, interrupt and free. Source: ComfyUI server.py."""

import json
import time
from typing import Any
from uuid import uuid4

from aiohttp import web

from genonaut.simulator.faults import FaultKind
from genonaut.simulator.graph_validation import ValidationResult, validate_graph
from genonaut.simulator.job_routes import is_canonical_uuid
from genonaut.simulator.middleware import SERVER, cut_connection, internal_error
from genonaut.simulator.prompt_run import input_texts
from genonaut.simulator.releases import CREATE_TIME, JOB_CANCEL
from genonaut.simulator.simulated_server import SimulatorServer

routes = web.RouteTableDef()

_REFUSAL = {
    "type": "prompt_outputs_failed_validation",
    "message": "Prompt outputs failed validation",
    "details": "",
    "extra_info": {},
}

_INVALID_ID = {
    "type": "invalid_prompt_id",
    "message": "prompt_id must be a valid UUID",
    "details": "prompt_id must be a UUID string in canonical lowercase hyphenated form; "
    "omit it to let the server generate one",
    "extra_info": {},
}


@routes.get("/prompt")
async def get_prompt(request: web.Request) -> web.Response:
    """Return the number of waiting and running prompts."""
    return web.json_response(request.app[SERVER].state.status())


@routes.post("/prompt")
async def post_prompt(request: web.Request) -> web.Response:
    """Validate a graph and queue it."""
    body = await _json(request)
    server = request.app[SERVER]
    number = _number(server, body)
    if "prompt" not in body:
        error = _error("no_prompt", "No prompt provided", "No prompt provided")
        return _refused(error, {})
    if server.has(JOB_CANCEL) and not _has_valid_id(body):
        return _refused(_INVALID_ID, {})
    return _queue(request, server, body, number)


def _queue(
    request: web.Request, server: SimulatorServer, body: dict[str, Any], number: float
) -> web.Response:
    graph = body["prompt"]
    validation = validate_graph(
        graph,
        server.nodes,
        file_exists=server.input_exists,
        targets=body.get("partial_execution_targets"),
        checks=server.checks,
    )
    if validation.error is not None:
        return _refused(validation.error, validation.node_errors)
    text = input_texts(graph)
    if server.faults.trigger(FaultKind.REFUSE, text) is not None:
        return _refused(_REFUSAL, _refusing_node(graph, validation))
    before = server.faults.trigger(FaultKind.SERVER_ERROR, text)
    if before is not None:
        return internal_error(before.status)
    prompt_id = _prompt_id(server, body)
    server.state.queue.put(
        (number, prompt_id, graph, _extra_data(server, body), validation.outputs)
    )
    if server.faults.trigger(FaultKind.ANSWER_LOST, text) is not None:
        raise cut_connection(request)
    after = server.faults.trigger(FaultKind.SERVER_ERROR_TAKEN, text)
    if after is not None:
        return internal_error(after.status)
    answer = {"prompt_id": prompt_id, "number": number, "node_errors": validation.node_errors}
    return web.json_response(answer)


async def _json(request: web.Request) -> Any:  # noqa: ANN401  # any JSON value
    # ComfyUI ignores the content type; an empty body is invalid JSON.
    return json.loads((await request.read()).decode())


def _number(server: SimulatorServer, body: Any) -> float:  # noqa: ANN401
    if "number" in body:
        return float(body["number"])
    number = server.state.number
    server.state.number += 1
    # A JSON list passes here, as it has neither "number" nor "front"; it is refused later.
    in_front = isinstance(body, dict) and body.get("front")
    return -number if in_front else number


def _has_valid_id(body: dict[str, Any]) -> bool:
    prompt_id = body.get("prompt_id")
    return prompt_id is None or is_canonical_uuid(prompt_id)


def _prompt_id(server: SimulatorServer, body: dict[str, Any]) -> str:
    if server.has(JOB_CANCEL):
        return str(body.get("prompt_id") or uuid4())
    return str(body.get("prompt_id", uuid4()))


def _extra_data(server: SimulatorServer, body: dict[str, Any]) -> Any:  # noqa: ANN401
    """Return the extra data; null and lists pass on releases that do not add to it."""
    extra = body.get("extra_data", {})
    if "client_id" in body:
        extra["client_id"] = body["client_id"]
    if server.has(CREATE_TIME):
        extra["create_time"] = int(time.time() * 1000)
    return extra


def _error(kind: str, message: str, details: str = "") -> dict[str, Any]:
    return {"type": kind, "message": message, "details": details, "extra_info": {}}


def _refused(error: dict[str, Any], node_errors: dict[str, Any]) -> web.Response:
    return web.json_response({"error": error, "node_errors": node_errors}, status=400)


def _refusing_node(graph: dict[str, Any], validation: ValidationResult) -> dict[str, Any]:
    node_id = next(iter(graph))
    return {
        node_id: {
            "errors": [
                {
                    "type": "value_not_in_list",
                    "message": "Value not in list",
                    "details": "refused by a simulated fault",
                    "extra_info": {"input_name": "", "input_config": None, "received_value": None},
                }
            ],
            "dependent_outputs": validation.outputs,
            "class_type": graph[node_id]["class_type"],
        }
    }


@routes.get("/queue")
async def get_queue(request: web.Request) -> web.Response:
    """Return running prompts and the raw heap of waiting ones, with whole graphs."""
    queue = request.app[SERVER].state.queue
    return web.json_response({"queue_running": queue.running, "queue_pending": queue.pending})


@routes.post("/queue")
async def post_queue(request: web.Request) -> web.Response:
    """Delete waiting prompts; unknown and running ones are ignored."""
    body = await _json(request)
    queue = request.app[SERVER].state.queue
    if body.get("clear"):
        queue.clear()
    for prompt_id in body.get("delete", ()):
        queue.delete(prompt_id)
    return web.Response()


@routes.post("/interrupt")
async def post_interrupt(request: web.Request) -> web.Response:
    """Interrupt one prompt if it is running, or any running prompt if no id is given."""
    try:
        body = await _json(request)
    except ValueError:  # malformed JSON interrupts any running prompt, too (observed)
        body = {}
    state = request.app[SERVER].state
    prompt_id = body.get("prompt_id")
    if prompt_id and all(item[1] != prompt_id for item in state.queue.running):
        return web.Response()
    state.interrupt = True
    return web.Response()


@routes.post("/free")
async def post_free(request: web.Request) -> web.Response:
    """Empty the cache, after the running prompt if there is one."""
    body = await _json(request)
    if body.get("free_memory"):
        state = request.app[SERVER].state
        if state.queue.running:
            state.clear_cache_when_idle = True
        else:
            state.cache.clear()
    return web.Response()


@routes.get("/history")
async def get_history(request: web.Request) -> web.Response:
    """Return the last ``max_items`` entries, oldest first."""
    raw_max = request.query.get("max_items")
    max_items = None if raw_max is None else int(raw_max)
    offset = int(request.query.get("offset", -1))
    page = request.app[SERVER].state.queue.history_page(max_items, offset)
    return web.json_response(page)


@routes.get("/history/{prompt_id}")
async def get_history_entry(request: web.Request) -> web.Response:
    """Return one entry, or ``{}`` for an unfinished or unknown prompt."""
    prompt_id = request.match_info["prompt_id"]
    history = request.app[SERVER].state.queue.history
    return web.json_response({prompt_id: history[prompt_id]} if prompt_id in history else {})


@routes.post("/history")
async def post_history(request: web.Request) -> web.Response:
    """Delete entries."""
    body = await _json(request)
    history = request.app[SERVER].state.queue.history
    if body.get("clear"):
        history.clear()
    for prompt_id in body.get("delete", ()):
        history.pop(prompt_id, None)
    return web.Response()
