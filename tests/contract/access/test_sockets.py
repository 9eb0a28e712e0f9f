"""Every websocket, opened by every kind of caller, and closed when access ends."""

import pytest
from litestar.routes import WebSocketRoute
from tests.contract.access.table import SOCKETS
from tests.contract.access.world import ACTORS, headers_of, make_case
from tests.support.accounts import deactivate
from tests.support.asgi_socket import SocketClosedError, open_socket
from tests.support.service import Api

from genonaut.accounts.administration import UserChange, UserService
from genonaut.accounts.keys import ApiKeyService
from genonaut.accounts.sessions import SessionService
from genonaut.accounts.tables import Role
from genonaut.web.middleware.request_guard import RequestGuard
from genonaut.web.websockets import session_guard

EVERYTHING = "/ws/jobs"


@pytest.fixture(autouse=True)
def _only_events(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disable the periodic check, which would hide a missing event."""
    monkeypatch.setattr(session_guard, "RECHECK_SECONDS", 3600.0)


@pytest.fixture
def guard(api: Api) -> RequestGuard:
    settings = api.runtime.settings
    return RequestGuard(api.app, settings.web, settings.auth)


def test_the_table_has_every_websocket(api: Api) -> None:
    paths = {route.path for route in api.app.routes if isinstance(route, WebSocketRoute)}
    assert paths == set(SOCKETS), "add new websockets to tests/contract/access/table.py"


@pytest.mark.parametrize("actor", [*ACTORS, "generate_key"])
@pytest.mark.parametrize("path", SOCKETS)
async def test_each_caller_is_served_or_closed_as_the_table_says(
    api: Api, guard: RequestGuard, path: str, actor: str
) -> None:
    template, stranger_code = SOCKETS[path]
    case = await make_case(api.runtime, path, actor)
    expected = {
        "anonymous": 4401,
        "expired_key": 4401,
        "deactivated": 4401,
        "generate_key": 4403,
        "stranger": stranger_code,
    }.get(actor)
    address = template.format(**case.subjects)
    async with open_socket(guard, address, case.headers) as socket:
        if expected is None:
            assert (await socket.frame())["type"] == "snapshot"
            return
        with pytest.raises(SocketClosedError) as closed:
            await socket.frame()
    assert closed.value.code == expected
    assert closed.value.accepted, "scripts see the close code only of an accepted websocket"


@pytest.mark.parametrize("path", SOCKETS)
@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://127.0.0.1:9999",
        "https://127.0.0.1:8002",
        "http://[",
        "http://[::1",
    ],
)
async def test_websockets_of_other_origins_are_refused(
    api: Api, guard: RequestGuard, path: str, origin: str
) -> None:
    case = await make_case(api.runtime, path, "owner")
    address = SOCKETS[path][0].format(**case.subjects)
    async with open_socket(guard, address, {**case.headers, "Origin": origin}) as socket:
        with pytest.raises(SocketClosedError) as closed:
            await socket.frame()
    assert not closed.value.accepted


@pytest.mark.parametrize("host", ["127.0.0.1:65536", "[::1", "a b", "evil.example"])
async def test_websockets_with_other_hosts_are_refused(
    api: Api, guard: RequestGuard, host: str
) -> None:
    case = await make_case(api.runtime, EVERYTHING, "owner")
    async with open_socket(guard, EVERYTHING, {**case.headers, "Host": host}) as socket:
        with pytest.raises(SocketClosedError) as closed:
            await socket.frame()
    assert not closed.value.accepted


async def test_tokens_in_the_url_are_ignored(api: Api, guard: RequestGuard) -> None:
    case = await make_case(api.runtime, EVERYTHING, "owner")
    key = (await headers_of(api.runtime, case.owner, "read_key"))["Authorization"].split()[1]
    async with open_socket(guard, f"{EVERYTHING}?access_token={key}&token={key}") as socket:
        assert await socket.close_code() == 4401


@pytest.mark.parametrize("end", ["deactivated", "logged out", "demoted", "password changed"])
async def test_a_websocket_closes_when_its_session_ends(
    api: Api, guard: RequestGuard, end: str
) -> None:
    runtime = api.runtime
    case = await make_case(runtime, EVERYTHING, "anonymous")
    if end == "demoted":
        await _change(api, case.owner.id, UserChange(role=Role.ADMIN))
    headers = await headers_of(runtime, case.owner, "owner")
    async with open_socket(guard, EVERYTHING, headers) as socket:
        await socket.frame()
        match end:
            case "deactivated":
                await deactivate(runtime, case.owner.id)
            case "logged out":
                await api.http.post("/api/v1/auth/logout", headers=headers)
            case "demoted":
                await _change(api, case.owner.id, UserChange(role=Role.USER))
            case "password changed":
                await _change(api, case.owner.id, UserChange(password_hash="another"))
        assert await socket.close_code() == 4401


async def test_a_websocket_closes_when_its_api_key_is_revoked(
    api: Api, guard: RequestGuard
) -> None:
    case = await make_case(api.runtime, EVERYTHING, "read_key")
    async with open_socket(guard, EVERYTHING, case.headers) as socket:
        await socket.frame()
        async with api.runtime.begin() as uow:
            await ApiKeyService(uow).revoke_all(case.owner.id)
        assert await socket.close_code() == 4401


async def test_sockets_of_other_sessions_stay_open(api: Api, guard: RequestGuard) -> None:
    case = await make_case(api.runtime, EVERYTHING, "owner")
    other = await headers_of(api.runtime, case.owner, "owner")
    async with open_socket(guard, EVERYTHING, case.headers) as socket:
        await socket.frame()
        await api.http.post("/api/v1/auth/logout", headers=other)
        await socket.sent.put({"type": "websocket.receive", "text": '{"type":"ping"}'})
        assert await socket.frame() == {"type": "pong"}
        with pytest.raises(TimeoutError):
            await socket.close_code(seconds=0.3)


async def test_a_lost_event_is_compensated_by_the_periodic_check(
    api: Api, guard: RequestGuard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_guard, "RECHECK_SECONDS", 0.1)
    case = await make_case(api.runtime, EVERYTHING, "owner")
    async with open_socket(guard, EVERYTHING, case.headers) as socket:
        await socket.frame()
        async with api.runtime.begin() as uow:
            await SessionService(uow, api.runtime.settings.auth).end_all(case.owner.id)
            uow.events.clear()
        assert await socket.close_code() == 4401


async def _change(api: Api, user_id: object, change: UserChange) -> None:
    async with api.runtime.begin() as uow:
        await UserService(uow, api.runtime.settings.auth).change(user_id, change)  # type: ignore[arg-type]
