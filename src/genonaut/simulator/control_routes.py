"""Control routes under /simulator/, which a real ComfyUI does not have.

    GET    /simulator/state          counts, sockets, planned faults
    POST   /simulator/faults         {"kind": "oom", "times": 1, "match": "", "seconds": null, …}
    DELETE /simulator/faults         remove planned faults; end stuck and silent ones
    POST   /simulator/restart        {"down_seconds": 0} lose queue, history and sockets
    POST   /simulator/sockets/drop   {"client_id": null} drop the sockets of one client, or all

See genonaut.simulator.faults for the kinds. A prompt can also trigger a fault, with
``[fault:oom]``, ``[fault:slow=3]`` (seconds) or ``[fault:restart once]`` in one of its texts.
"""

import msgspec
from aiohttp import web

from genonaut.simulator.faults import Fault, FaultKind
from genonaut.simulator.middleware import SERVER

routes = web.RouteTableDef()


class RestartRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Body of POST /simulator/restart."""

    down_seconds: float = 0.0


class DropRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Body of POST /simulator/sockets/drop; None means all clients."""

    client_id: str | None = None


@routes.get("/simulator/state")
async def get_state(request: web.Request) -> web.Response:
    """Return the state of queue, sockets and faults."""
    server = request.app[SERVER]
    state = server.state
    return web.json_response(
        {
            "simulator": server.options.name,
            "version": server.options.version,
            "restarts": server.restarts,
            "number": state.number,
            "running": [item[1] for item in state.queue.running],
            "pending": [item[1] for item in sorted(state.queue.pending, key=lambda i: i[:2])],
            "history": list(state.queue.history),
            "sockets": sorted(client.sid for client in state.hub.open),
            "worker_dead": state.worker_dead,
            "faults": [msgspec.to_builtins(fault) for fault in server.faults.planned],
            "kinds": [kind.value for kind in FaultKind],
        }
    )


@routes.post("/simulator/faults")
async def plan_fault(request: web.Request) -> web.Response:
    """Plan one fault; 400 states the error in the request."""
    server = request.app[SERVER]
    try:
        fault = msgspec.json.decode(await request.read(), type=Fault)
    except msgspec.DecodeError as error:  # invalid JSON, or not a fault
        return web.json_response({"error": str(error)}, status=400)
    if fault.kind is FaultKind.DOWN:
        server.schedule_downtime(fault.duration(1.0))
    else:
        server.faults.planned.append(fault)
    return web.json_response(msgspec.to_builtins(fault), status=201)


@routes.delete("/simulator/faults")
async def clear_faults(request: web.Request) -> web.Response:
    """Remove planned faults and end stuck and silent ones."""
    request.app[SERVER].faults.clear()
    return web.Response(status=204)


@routes.post("/simulator/restart")
async def restart(request: web.Request) -> web.Response:
    """Restart after this response."""
    body = msgspec.json.decode(await request.read() or b"{}", type=RestartRequest)
    request.app[SERVER].schedule_restart(body.down_seconds)
    return web.Response(status=202)


@routes.post("/simulator/sockets/drop")
async def drop_sockets(request: web.Request) -> web.Response:
    """Abort websockets as a broken network does."""
    body = msgspec.json.decode(await request.read() or b"{}", type=DropRequest)
    dropped = request.app[SERVER].state.hub.drop(body.client_id)
    return web.json_response({"dropped": dropped})
