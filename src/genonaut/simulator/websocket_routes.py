"""Route /ws. Source: ComfyUI server.py, websocket_handler."""

import json
from uuid import uuid4

from aiohttp import WSMsgType, web

from genonaut.simulator.faults import FaultKind
from genonaut.simulator.middleware import MAX_UPLOAD_BYTES, SERVER, internal_error
from genonaut.simulator.socket_hub import Client

routes = web.RouteTableDef()

FEATURES = {"supports_preview_metadata": True, "max_upload_size": MAX_UPLOAD_BYTES}


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
        await _listen(client)
    except ConnectionError:
        pass  # disconnected during the first frames
    finally:
        state.hub.leave(client)
    return socket


async def _listen(client: Client) -> None:
    first = True
    async for message in client.socket:
        if message.type is not WSMsgType.TEXT:
            continue
        if first:  # features are only negotiated in the first text frame
            await _negotiate(client, message.data)
        first = False


async def _negotiate(client: Client, text: str) -> None:
    try:
        frame = json.loads(text)
    except ValueError:
        return
    if not isinstance(frame, dict) or frame.get("type") != "feature_flags":
        return
    requested = frame.get("data")
    if isinstance(requested, dict):
        client.supports_metadata = requested.get("supports_preview_metadata") is True
    await client.socket.send_json({"type": "feature_flags", "data": FEATURES})
