"""Close open websockets whose session or API key is no longer valid."""

import asyncio
import contextlib

import msgspec
import structlog
from litestar.datastructures import State
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from genonaut.accounts.authentication import Authenticator
from genonaut.accounts.identity import Identity
from genonaut.accounts.messages import access_topic
from genonaut.core.clock import utcnow
from genonaut.db import DatabaseError
from genonaut.realtime import MailboxClosedError
from genonaut.runtime import Runtime

log = structlog.get_logger()
UNAUTHENTICATED = 4401
FORBIDDEN = 4403
RECHECK_SECONDS = 10.0
"""Longest time until a revoked access is noticed when its event was lost."""


async def refuse(receive: Receive, send: Send, code: int, reason: str) -> None:
    """Accept a websocket and close it at once."""
    await receive()
    await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
    await send({"type": "websocket.close", "code": code, "reason": reason})


class SessionGuard:
    """Runs one websocket handler for as long as the caller's identity is valid."""

    def __init__(self, state: State, identity: Identity | None) -> None:
        self._revocations: Revocations = state.revocations
        self._identity = identity
        self._is_closed = False

    async def run(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the handler; close the websocket with 4401 when the access ends first."""
        if self._identity is None or self._identity.via == "local":
            await app(scope, receive, send)
            return

        async def send_and_note_close(message: Message) -> None:
            self._is_closed |= message["type"] == "websocket.close"
            await send(message)

        handler = asyncio.ensure_future(app(scope, receive, send_and_note_close))
        watch = asyncio.create_task(self._revocations.wait(self._identity))
        try:
            await asyncio.wait({handler, watch}, return_when=asyncio.FIRST_COMPLETED)
            if not handler.done():
                watch.result()
                await _cancel(handler)
                await self._close(send)
            else:
                handler.result()
        finally:
            await _cancel(handler)
            await _cancel(watch)

    async def _close(self, send: Send) -> None:
        if self._is_closed:
            return
        try:
            await send(
                {
                    "type": "websocket.close",
                    "code": UNAUTHENTICATED,
                    "reason": "your session or API key is no longer valid; log in again",
                }
            )
        except (RuntimeError, OSError) as error:
            log.debug("websocket.already_closed", error=type(error).__name__)


class _Watch(msgspec.Struct):
    """The check of one identity, and the number of websockets that wait for its end."""

    task: "asyncio.Task[None]"
    waiting: int = 0


class Revocations:
    """Notices the end of identities; all websockets of one identity share one check."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._watches: dict[Identity, _Watch] = {}

    async def wait(self, identity: Identity) -> None:
        """Return once the identity is no longer valid."""
        watch = self._watches.get(identity)
        if watch is None or watch.task.done():
            task = asyncio.create_task(self._until_revoked(identity), name="access")
            watch = self._watches[identity] = _Watch(task)
        watch.waiting += 1
        try:
            await asyncio.shield(watch.task)
        finally:
            watch.waiting -= 1
            if not watch.waiting:
                if self._watches.get(identity) is watch:
                    del self._watches[identity]
                await _cancel(watch.task)

    async def _until_revoked(self, identity: Identity) -> None:
        """Return once the identity is no longer valid."""
        while True:
            async with self._state.hub.watch([access_topic(identity.user_id)]) as mailbox:
                with contextlib.suppress(MailboxClosedError):  # Redis was lost: subscribe again
                    while True:
                        with contextlib.suppress(TimeoutError):
                            async with asyncio.timeout(_seconds_to_next_check(identity)):
                                await mailbox.get()
                        if not await self.is_valid(identity):
                            return
            await asyncio.sleep(0.1)
            if not await self.is_valid(identity):
                return

    async def is_valid(self, identity: Identity) -> bool:
        """Return whether the identity is valid; True if the database does not answer."""
        runtime: Runtime = self._state.runtime
        try:
            async with runtime.begin() as uow:
                settings = runtime.settings.auth
                return await Authenticator(uow, settings).is_still_valid(identity)
        except (DatabaseError, OSError) as error:
            log.warning("websocket.recheck_failed", error=type(error).__name__)
            return True


def _seconds_to_next_check(identity: Identity) -> float:
    if identity.expires_at is None:
        return RECHECK_SECONDS
    left = (identity.expires_at - utcnow()).total_seconds()
    return min(RECHECK_SECONDS, max(left, 0.05))


async def _cancel(task: "asyncio.Future[None]") -> None:
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
    if not task.cancelled() and (error := task.exception()) is not None:
        log.debug("websocket.ended_with_error", error=type(error).__name__)
