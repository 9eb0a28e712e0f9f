"""Open websockets while Redis or the database is unavailable."""

import asyncio
import dataclasses
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import async_sessionmaker
from tests.support.accounts import make_key, make_session, make_token, make_user, with_login
from tests.support.asgi_socket import SocketClosedError, open_socket
from tests.support.service import Api, running_api
from tests.support.timeouts import patiently

from genonaut.accounts.authentication import SESSION_COOKIE, Authenticator, Credentials
from genonaut.accounts.identity import Identity
from genonaut.accounts.sessions import SessionService
from genonaut.accounts.tables import User
from genonaut.config import Settings
from genonaut.config.settings import DatabaseSettings
from genonaut.db.engine import make_engine
from genonaut.runtime import Runtime
from genonaut.web.middleware.request_guard import RequestGuard
from genonaut.web.websockets.session_guard import SessionGuard


def guard_of(api: Api) -> RequestGuard:
    return RequestGuard(api.app, api.runtime.settings.web, api.runtime.settings.auth)


async def identity_of(runtime: Runtime, user_id: UUID) -> Identity:
    token = await make_token(runtime, user_id)
    async with runtime.begin() as uow:
        found = await Authenticator(uow, runtime.settings.auth).identify(
            Credentials(session_token=token)
        )
    assert found is not None
    return found


async def _idle(scope: object, receive: object, send: object) -> None:
    await asyncio.Event().wait()


async def test_a_revoked_session_is_noticed_after_redis_was_lost(
    api: Api, runtime: Runtime, user: User
) -> None:
    identity = await identity_of(runtime, user.id)
    sent: asyncio.Queue[dict[str, object]] = asyncio.Queue()
    session_guard = SessionGuard(api.app.state, identity)
    task = asyncio.create_task(
        session_guard.run(_idle, {}, sent.get, sent.put)  # type: ignore[arg-type]
    )
    await asyncio.sleep(0.05)
    api.app.state.hub._lose_connection(None)
    await asyncio.sleep(0.05)
    async with runtime.begin() as uow:
        await SessionService(uow, runtime.settings.auth).end_all(user.id)
        uow.events.clear()
    async with patiently():
        assert (await sent.get())["code"] == 4401
        await task


async def test_websockets_close_with_4008_while_the_database_is_down(
    api: Api, runtime: Runtime, user: User
) -> None:
    headers = await make_session(runtime, user.id)
    nowhere = DatabaseSettings(url="postgresql+asyncpg://user@127.0.0.1:1/none")
    engine = make_engine(nowhere, application="test")
    api.app.state.runtime = dataclasses.replace(runtime, sessions=async_sessionmaker(engine))
    async with open_socket(guard_of(api), "/ws/jobs", headers) as socket:
        assert await socket.close_code() == 4008
        assert socket.accepted
    answer = await api.http.get("/api/v1/auth/me", headers=headers)
    assert answer.status_code == 503
    assert "retry-after" in answer.headers
    identity = Identity(user.id, user.username, user.role, via="session", session_id=user.id)
    assert await api.app.state.revocations.is_valid(identity), (
        "a failed check must not close the socket"
    )
    await engine.dispose()


async def test_too_many_connections_close_with_4008(settings: Settings) -> None:
    settings = with_login(
        settings, limits__is_enabled=True, limits__key_burst=1, limits__key_per_minute=0.1
    )
    async with running_api(settings) as api:
        headers = await make_key(api.runtime, (await make_user(api.runtime, "grace")).id)

        async def connect(times: int) -> None:
            for _ in range(times):
                async with open_socket(guard_of(api), "/ws/jobs", headers) as socket:
                    assert (await socket.frame())["type"] == "snapshot"

        await connect(1)
        # While Redis is slow, the process counts locally and may admit one more.
        with pytest.raises(SocketClosedError, match="4008"):
            await connect(2)


async def test_malformed_cookies_are_anonymous(api: Api) -> None:
    for value in ("", "x", "\x7f", "x" * 8000):
        headers = {"Cookie": f"{SESSION_COOKIE}={value}"}
        async with open_socket(guard_of(api), "/ws/jobs", headers) as socket:
            assert await socket.close_code() == 4401
