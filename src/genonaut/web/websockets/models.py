"""Websocket of the catalogue: the last refresh, then progress and changes."""

import msgspec
from litestar import WebSocket, websocket
from litestar.di import NamedDependency

from genonaut.accounts.identity import Identity
from genonaut.catalog.messages import TOPIC
from genonaut.catalog.refresh.requests import RefreshRequests
from genonaut.catalog.schemas import RefreshView
from genonaut.realtime import Hub
from genonaut.runtime import Runtime
from genonaut.web.websockets.connection import Socket, run_connection


class ModelsSnapshot(msgspec.Struct, frozen=True, tag_field="type", tag="snapshot"):
    """The first frame."""

    refresh: RefreshView


@websocket("/ws/models")
async def models_socket(
    socket: WebSocket,  # type: ignore[type-arg]
    runtime: NamedDependency[Runtime],
    hub: NamedDependency[Hub],
    identity: NamedDependency[Identity],
) -> None:
    """Follow refreshes and hashing; frames say when model lists have changed."""
    connection = Socket(socket)
    await connection.accept()
    await run_connection(connection, _send(connection, runtime, hub, identity))


async def _send(socket: Socket, runtime: Runtime, hub: Hub, identity: Identity) -> None:
    async with hub.watch([TOPIC]) as mailbox:
        async with runtime.begin() as uow:
            state = await RefreshRequests(uow).state()
        view = RefreshView.of(state, with_problems=identity.is_admin)
        await socket.send(msgspec.json.encode(ModelsSnapshot(view)))
        while True:
            await socket.send((await mailbox.get()).frame)
