"""The number of open websockets is limited; the websockets of one identity share one check."""

import contextlib

import pytest
from tests.support.accounts import make_session, make_user, with_login
from tests.support.asgi_socket import AsgiSocket, open_socket
from tests.support.service import Api, eventually, running_api
from tests.support.timeouts import patiently

from genonaut.accounts.authentication import Authenticator
from genonaut.accounts.identity import Identity
from genonaut.config import Settings
from genonaut.web.middleware.request_guard import RequestGuard
from genonaut.web.websockets import session_guard

PATH = "/ws/notifications"


def guard_of(api: Api) -> RequestGuard:
    return RequestGuard(api.app, api.runtime.settings.web, api.runtime.settings.auth)


async def opened(stack: contextlib.AsyncExitStack, api: Api, headers: dict[str, str]) -> AsgiSocket:
    return await stack.enter_async_context(open_socket(guard_of(api), PATH, headers))


@pytest.mark.parametrize("limited", ["websockets_per_user", "websockets_per_address"])
async def test_further_websockets_close_with_4008_until_one_is_closed(
    settings: Settings, limited: str
) -> None:
    settings = with_login(settings, limits__is_enabled=True, **{f"limits__{limited}": 3})
    async with running_api(settings) as api, contextlib.AsyncExitStack() as stack:
        headers = await make_session(api.runtime, (await make_user(api.runtime, "ada")).id)
        other = await make_session(api.runtime, (await make_user(api.runtime, "bob")).id)
        for _ in range(2):
            assert await (await opened(stack, api, headers)).frame()
        async with contextlib.AsyncExitStack() as third:
            assert await (await opened(third, api, headers)).frame()
            assert await (await opened(stack, api, headers)).close_code() == 4008
            fourth = await opened(third, api, other)
            if limited == "websockets_per_user":
                assert await fourth.frame()
            else:
                assert await fourth.close_code() == 4008

        async def is_admitted() -> bool:
            async with open_socket(guard_of(api), PATH, headers) as socket:
                return "type" in await socket.frame()

        assert await eventually(is_admitted)


async def test_anonymous_websockets_leave_no_count(settings: Settings) -> None:
    settings = with_login(settings, limits__is_enabled=True, limits__websockets_per_address=1)
    async with running_api(settings) as api:
        for _ in range(3):
            async with open_socket(guard_of(api), PATH) as socket:
                assert await socket.close_code() == 4401


async def test_one_check_serves_all_websockets_of_a_session(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[Identity] = []
    original = Authenticator.is_still_valid

    async def counted(self: Authenticator, identity: Identity) -> bool:
        checked.append(identity)
        return await original(self, identity)

    monkeypatch.setattr(Authenticator, "is_still_valid", counted)
    monkeypatch.setattr(session_guard, "RECHECK_SECONDS", 3600.0)
    async with running_api(with_login(settings)) as api, contextlib.AsyncExitStack() as stack:
        headers = await make_session(api.runtime, (await make_user(api.runtime, "ada")).id)
        sockets = [await opened(stack, api, headers) for _ in range(5)]
        for socket in sockets:
            assert await socket.frame()
        answer = await api.http.post("/api/v1/auth/logout", headers=headers)
        assert answer.status_code < 300, answer.text
        async with patiently():
            assert [await socket.close_code() for socket in sockets] == [4401] * 5
    assert len(checked) == 1
