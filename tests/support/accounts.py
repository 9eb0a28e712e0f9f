"""Users of an installation in password mode, and their HTTP clients."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import httpx
import msgspec

from genonaut.accounts.administration import UserChange, UserService
from genonaut.accounts.authentication import CSRF_COOKIE, SESSION_COOKIE
from genonaut.accounts.identity import Client, KeyScope
from genonaut.accounts.keys import ApiKeyService
from genonaut.accounts.passwords import open_passwords
from genonaut.accounts.registration import NewUser, RegistrationService
from genonaut.accounts.sessions import SessionService
from genonaut.accounts.tables import ApiKey, Role, User
from genonaut.accounts.tokens import csrf_token_of
from genonaut.config import Settings
from genonaut.core.clock import utcnow
from genonaut.runtime import Runtime

T = TypeVar("T")
PASSWORD = "correct horse battery"
BASE_URL = "http://127.0.0.1:8002"
_CLIENT = Client("127.0.0.1", is_local=True, needs_secure_cookies=False, user_agent="test")


@contextlib.asynccontextmanager
async def held(context: AbstractAsyncContextManager[T]) -> AsyncIterator[T]:
    """Enter and leave a context in one task: pytest uses two for setup and teardown of fixtures."""
    entered: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    leave = asyncio.Event()

    async def hold() -> None:
        async with context as value:
            entered.set_result(value)
            await leave.wait()

    task = asyncio.create_task(hold())
    either: list[asyncio.Future[Any]] = [task, entered]
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
    try:
        yield entered.result()
    finally:
        leave.set()
        await task


def with_login(settings: Settings, **changes: Any) -> Settings:
    """Return the settings in password mode, with a cheap password hash.

    Args:
        settings: the base.
        changes: further settings as ``section__key``.
    """
    wanted: dict[str, Any] = {
        "auth__mode": "password",
        "auth__argon2_memory_kib": 64,
        "limits__is_enabled": False,
        **changes,
    }
    for name, value in wanted.items():
        section, key = name.split("__")
        changed = msgspec.structs.replace(getattr(settings, section), **{key: value})
        settings = msgspec.structs.replace(settings, **{section: changed})
    return settings


async def make_user(
    runtime: Runtime, username: str, *, role: Role = Role.USER, password: str | None = PASSWORD
) -> User:
    hashed = None
    if password is not None:
        async with open_passwords(runtime.settings.auth) as passwords:
            hashed = await passwords.hash(password)
    wanted = NewUser(username=username, password_hash=hashed, role=role)
    async with runtime.begin() as uow:
        return await RegistrationService(uow, runtime.settings.auth).add(wanted)


async def make_token(runtime: Runtime, user_id: UUID) -> str:
    """Create a session and return its token."""
    async with runtime.begin() as uow:
        return await SessionService(uow, runtime.settings.auth).open(user_id, _CLIENT)


async def make_session(runtime: Runtime, user_id: UUID) -> dict[str, str]:
    """Create a session and return its headers."""
    token = await make_token(runtime, user_id)
    csrf = csrf_token_of(token)
    return {
        "Cookie": f"{SESSION_COOKIE}={token}; {CSRF_COOKIE}={csrf}",
        "X-CSRF-Token": csrf,
    }


async def make_key(
    runtime: Runtime,
    user_id: UUID,
    *scopes: KeyScope,
    expires_at: datetime | None = None,
) -> dict[str, str]:
    """Create an API key and return its headers; without ``scopes`` it has all."""
    async with runtime.begin() as uow:
        row, text = await ApiKeyService(uow).create(
            user_id, name="test", scopes=scopes or tuple(KeyScope), expires_at=None, most=1000
        )
        if expires_at is not None:
            stored = await uow.session.get_one(ApiKey, row.id)
            stored.expires_at = expires_at
    return {"Authorization": f"Bearer {text}"}


async def make_expired_key(runtime: Runtime, user_id: UUID) -> dict[str, str]:
    return await make_key(runtime, user_id, expires_at=utcnow() - timedelta(seconds=1))


async def deactivate(runtime: Runtime, user_id: UUID) -> None:
    async with runtime.begin() as uow:
        await UserService(uow, runtime.settings.auth).change(user_id, UserChange(is_active=False))


class Browser:
    """Keeps cookies and sends the CSRF token, like the web app."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self.cookies = httpx.Cookies()

    async def log_in(self, username: str, password: str = PASSWORD) -> httpx.Response:
        body = {"username": username, "password": password}
        return await self.send("POST", "/api/v1/auth/login", json=body)

    async def send(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, json: Any = None
    ) -> httpx.Response:
        given = dict(headers or {})
        if self.cookies:
            pairs = [f"{name}={value}" for name, value in self.cookies.items()]
            given.setdefault("Cookie", "; ".join(pairs))
        if csrf := self.cookies.get(CSRF_COOKIE):
            given.setdefault("X-CSRF-Token", csrf)
        answer = await self._http.request(method, path, headers=given, json=json)
        self._http.cookies.clear()  # several browsers share the client
        for name, value in _set_cookies(answer):
            if name in self.cookies:
                self.cookies.delete(name)
            if value:
                self.cookies.set(name, value)
        return answer


def _set_cookies(answer: httpx.Response) -> Sequence[tuple[str, str]]:
    pairs = [line.partition(";")[0] for line in answer.headers.get_list("set-cookie")]
    return [(name, value.strip('"')) for name, _, value in (pair.partition("=") for pair in pairs)]
