"""Route /ws. Source: ComfyUI server.py, websocket_handler."""

import json
from typing import Any
from uuid import uuid4

from aiohttp import WSMsgType, web

from genonaut.simulator.faults import FaultKind
from genonaut.simulator.middleware import MAX_UPLOAD_BYTES, SERVER, internal_error
from genonaut.simulator.releases import NODES
from genonaut.simulator.simulated_server import SimulatorServer
from genonaut.simulator.socket_hub import Client

routes = web.RouteTableDef()

_FEATURES = {"supports_preview_metadata": True, "max_upload_size": MAX_UPLOAD_BYTES}
_CURRENT_FEATURES = {
    "supports_preview_metadata": True,
    "supports_model_type_tags": True,
    "max_upload_size": MAX_UPLOAD_BYTES,
    "extension": {"manager": {"supports_v4": True}},
    "node_replacements": True,
    "assets": False,
}


def features_of(server: SimulatorServer) -> dict[str, Any]:
    """Return the feature flags of the simulated release."""
    return _CURRENT_FEATURES if server.has(NODES) else _FEATURES


@routes.get("/ws")
async def websocket(request: web.Request) -> web.StreamResponse:
    """Send frames until the client disconnects."""
    server = request.app[SERVER]
    sid = request.query.get("clientId", "")
    refusal = server.faults.trigger(FaultKind.SOCKET_REFUSED, sid)
    if refusal is not None:
        return internal_error(refusal.status)
    state = server.state
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    client = Client(sid or uuid4().hex, socket, request.transport)
    state.hub.enter(client)
    try:
        status = {"status": state.status(), "sid": client.sid}
        await socket.send_json({"type": "status", "data": status})
        # A reconnecting client is sent the running node, but not its prompt.
        if state.last_node_id is not None and state.client_id == client.sid:
            running = {"node": state.last_node_id}
            await socket.send_json({"type": "executing", "data": running})
        await _listen(client, features_of(server))
    except ConnectionError:
        pass  # disconnected during the first frames
    finally:
        state.hub.leave(client)
    return socket


async def _listen(client: Client, features: dict[str, Any]) -> None:
    first = True
    async for message in client.socket:
        if message.type is not WSMsgType.TEXT:
            continue
        if first:  # features are only negotiated in the first text frame
            await _negotiate(client, message.data, features)
        first = False


async def _negotiate(client: Client, text: str, features: dict[str, Any]) -> None:
    try:
        frame = json.loads(text)
    except ValueError:
        return
    if not isinstance(frame, dict) or frame.get("type") != "feature_flags":
        return
    requested = frame.get("data")
    if isinstance(requested, dict):
        client.supports_metadata = requested.get("supports_preview_metadata") is True
    await client.socket.send_json({"type": "feature_flags", "data": features})
