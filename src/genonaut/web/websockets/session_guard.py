"""Ends open websockets whose login or key no longer holds, whatever they are used for."""

import asyncio
import contextlib

import structlog
from litestar.datastructures import State
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from sqlalchemy.exc import SQLAlchemyError

from genonaut.accounts.authentication import Authenticator
from genonaut.accounts.identity import Identity
from genonaut.accounts.messages import access_topic
from genonaut.core.clock import utcnow
from genonaut.realtime import Hub, MailboxClosedError
from genonaut.runtime import Runtime

log = structlog.get_logger()
UNAUTHENTICATED = 4401
FORBIDDEN = 4403
RECHECK_SECONDS = 10.0
"""How late the end of access is noticed at most when its event was lost."""


async def refuse(receive: Receive, send: Send, code: int, reason: str) -> None:
    """Open a websocket and close it at once."""
    await receive()
    await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
    await send({"type": "websocket.close", "code": code, "reason": reason})


class SocketKeeper:
    """Runs one conversation for as long as its identity holds."""

    def __init__(self, state: State, identity: Identity | None) -> None:
        self._runtime: Runtime = state.runtime
        self._hub: Hub = state.hub
        self._identity = identity
        self._is_closed = False

    async def run(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the conversation; close it with 4401 when the access ends first."""
        if self._identity is None or self._identity.via == "local":
            await app(scope, receive, send)
            return

        async def send_and_remember(message: Message) -> None:
            self._is_closed |= message["type"] == "websocket.close"
            await send(message)

        conversation = asyncio.ensure_future(app(scope, receive, send_and_remember))
        watch = asyncio.create_task(self._until_ended(self._identity))
        try:
            await asyncio.wait({conversation, watch}, return_when=asyncio.FIRST_COMPLETED)
            if not conversation.done():
                watch.result()
                await _cancelled(conversation)
                await self._close(send)
            else:
                conversation.result()
        finally:
            await _cancelled(conversation)
            await _cancelled(watch)

    async def _close(self, send: Send) -> None:
        if self._is_closed:
            return
        try:
            await send(
                {
                    "type": "websocket.close",
                    "code": UNAUTHENTICATED,
                    "reason": "your access has ended; log in again",
                }
            )
        except (RuntimeError, OSError) as error:
            log.debug("socket.already_gone", error=type(error).__name__)

    async def _until_ended(self, identity: Identity) -> None:
        """Return once the identity no longer holds."""
        while True:
            async with self._hub.watch([access_topic(identity.user_id)]) as mailbox:
                with contextlib.suppress(MailboxClosedError):  # Redis was lost: watch anew
                    while True:
                        with contextlib.suppress(TimeoutError):
                            async with asyncio.timeout(_pause(identity)):
                                await mailbox.get()
                        if not await self._holds(identity):
                            return
            await asyncio.sleep(0.1)
            if not await self._holds(identity):
                return

    async def _holds(self, identity: Identity) -> bool:
        try:
            async with self._runtime.begin() as uow:
                settings = self._runtime.settings.auth
                return await Authenticator(uow, settings).still_holds(identity)
        except (SQLAlchemyError, OSError) as error:
            log.warning("socket.recheck_failed", error=type(error).__name__)
            return True


def _pause(identity: Identity) -> float:
    if identity.expires_at is None:
        return RECHECK_SECONDS
    left = (identity.expires_at - utcnow()).total_seconds()
    return min(RECHECK_SECONDS, max(left, 0.05))


async def _cancelled(task: "asyncio.Future[None]") -> None:
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
    if not task.cancelled() and (error := task.exception()) is not None:
        log.debug("socket.ended_with_error", error=type(error).__name__)
