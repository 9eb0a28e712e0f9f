"""No cursor and no parameter of a route causes an internal error, whatever its value."""

import base64
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import msgspec
import pytest
from tests.conftest import make_settings
from tests.contract.access.world import Case, make_subjects
from tests.support.accounts import held, make_key, make_user, with_login
from tests.support.databases import create_database, drop_database
from tests.support.notifications import make_batch
from tests.support.processes import Servers
from tests.support.service import Api, running_api

from genonaut.accounts.tables import Role
from genonaut.catalog.service import CatalogService, Correction
from genonaut.core.clock import utcnow
from genonaut.monitoring.tables import Alert
from genonaut.web.app import openapi_document

DOCUMENT = openapi_document()
# A row of every list; see tests.contract.access.world.
JOB_PARAMS = {
    "seed": 7,
    "steps": 20,
    "cfg": 7.0,
    "sampler_name": "euler",
    "scheduler": "normal",
    "denoise": 1.0,
}
ROWS = (
    "collection content generation-jobs grid_id model_id notification_id preset_id upload_id"
    " webhook_id wildcard_id workflow_id"
)
LISTS = [
    path
    for path, methods in DOCUMENT["paths"].items()
    if any(one["name"] == "cursor" for one in methods.get("get", {}).get("parameters", ()))
]
HOSTILE_ITEMS: list[Any] = [
    2**31, 2**63 - 1, 2**63, 2**64 - 1, -1, -(2**63), 0, 1e308, float("nan"), float("inf"), True, None,
    "\x00", "a\x00b", "", "x" * 300, b"\x00", b"\xff", [], {}, [[[]]],
]  # fmt: skip
ALWAYS_INVALID: list[Any] = [2**63, 2**64 - 1, -1, "a\x00b", float("nan"), None, [], {}]
HOSTILE_TEXTS = [
    "%00", "a%00b", "%ff", "%ed%a0%80", "%F0%9F%92%A9", "%E2%80%AE", "%25", "%5C", "%27", "%22", "%5B",
    "%7B", "%20", "x" * 3000, "9" * 30, str(2**31), str(2**63), str(2**64), str(-(2**63)), "-1", "0",
    "1e400", "nan", "inf", "null", "true", "0001-01-01T00:00:00%2B23:59",
    "9999-12-31T23:59:59-23:59", "0000-00-00T00:00:00Z", "2026-02-30T00:00:00Z",
    "00000000-0000-0000-0000-000000000000", "..%2F..%2Fetc%2Fpasswd",
]  # fmt: skip


class World(msgspec.Struct):
    """An API with at least two rows of every list, and an administrator's key."""

    api: Api
    headers: dict[str, str]
    ids: dict[str, str]

    async def get(self, path: str, query: str = "") -> Any:
        return await self.api.http.get(f"{self.fill(path)}?{query}", headers=self.headers)

    def fill(self, path: str) -> str:
        """Return the path with the ids of rows that exist."""
        for name, value in self.ids.items():
            path = path.replace(f"{{{name}}}", value)
        return path


@pytest.fixture(scope="module")
async def world(
    servers: Servers, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    name = f"genonaut_test_{uuid4().hex[:12]}"
    await create_database(servers.database_url, name, template=template)
    folder: Path = tmp_path_factory.mktemp("hostile")
    async with held(running_api(with_login(make_settings(servers, name, folder)))) as api:
        yield await make_world(api)
    await drop_database(servers.database_url, name)


def alert(number: int) -> Alert:
    now = utcnow()
    text = f"alert {number}"
    return Alert(
        kind="backend_down",
        subject=text,
        title=text,
        message=text,
        details={},
        began_at=now + timedelta(seconds=number),
        seen_at=now,
    )


async def make_world(api: Api) -> World:
    admin = await make_user(api.runtime, "ada", role=Role.ADMIN)
    other = await make_user(api.runtime, "bob")
    case = Case(api.runtime, ROWS, admin, {})
    for _ in range(2):
        await make_subjects(case)
    for _ in range(2):
        await make_batch(api.runtime, admin.id, params=JOB_PARAMS)
    async with api.runtime.begin() as uow:
        for number in range(2):
            await CatalogService(uow).add_manual("checkpoints", f"{number}.x", Correction())
            uow.session.add(alert(number))
    headers = await make_key(api.runtime, admin.id)
    hook = f"/api/v1/webhooks/{case.subjects['webhook_id']}/test"
    for path in (hook, hook):
        answer = await api.http.post(path, headers=headers)
        assert answer.status_code in {200, 201, 202}, answer.text
    for name in ("bobby", "robert"):
        path = f"/api/v1/users/{other.id}"
        answer = await api.http.patch(path, json={"username": name}, headers=headers)
        assert answer.status_code == 200, answer.text
    ids = {key: str(value) for key, value in case.subjects.items()} | {"user_id": str(other.id)}
    return World(api, headers, ids)


def packed(position: object) -> str:
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(position)).rstrip(b"=").decode()


def forgeries(position: list[Any]) -> Iterator[tuple[str, bool]]:
    """Yield forged cursors of a list, and whether the API must refuse them."""
    for index, item in enumerate(position):
        for hostile in HOSTILE_ITEMS:
            is_invalid = any(hostile is one for one in ALWAYS_INVALID)
            is_same_type = type(hostile) is type(item)
            forged = [*position[:index], hostile, *position[index + 1 :]]
            yield packed(forged), is_invalid or (not is_same_type and isinstance(hostile, str))
    yield packed([]), True
    yield packed(position[:-1]), True
    yield packed([*position, 2**64 - 1]), True
    yield packed({"job_id": 1}), True
    for raw in (b"\x91" * 300, b"\xdd\xff\xff\xff\xff", b"\xc1", b"\xdb\xff\xff\xff\xff", b""):
        yield base64.urlsafe_b64encode(raw).rstrip(b"=").decode(), True
    yield "%00", True
    yield "=" * 400, True


def sorts_of(path: str) -> list[str]:
    """Return the sort orders of a list, which have cursors of their own."""
    parameters = DOCUMENT["paths"][path]["get"]["parameters"]
    for one in parameters:
        if one["name"] == "sort":
            schema = one["schema"]
            return [f"sort={value}" for value in schema.get("enum", ())]
    return [""]


@pytest.mark.parametrize("path", LISTS)
async def test_forged_cursors_are_refused(world: World, path: str) -> None:
    for sort in sorts_of(path):
        page = await world.get(path, f"limit=1&{sort}")
        cursor = page.json()["next_cursor"]
        assert cursor is not None, f"make_world must make two rows of {path}"
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        position = msgspec.msgpack.decode(raw)
        assert (await world.get(path, f"limit=1&{sort}&cursor={cursor}")).status_code == 200
        for forged, is_invalid in forgeries(position):
            answer = await world.get(path, f"limit=1&{sort}&cursor={forged}")
            expected = {422} if is_invalid else {200, 422}
            assert answer.status_code in expected, (sort, position, forged, answer.text)


def test_every_list_with_pages_is_known() -> None:
    assert len(LISTS) >= 9
    assert all(a != b for a, b in pairwise(sorted(LISTS)))


def targets() -> Iterator[tuple[str, str, str]]:
    """Yield method, path and query of every operation with each parameter left to be filled in."""
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            for parameter in operation.get("parameters", ()):
                name = parameter["name"]
                if parameter["in"] == "path":
                    yield method, path.replace(f"{{{name}}}", "{hostile}"), ""
                elif parameter["in"] == "query" and method == "get":
                    yield method, path, f"{quote(name)}={{hostile}}"


@pytest.mark.timeout(300)
async def test_no_parameter_value_is_an_internal_error(world: World) -> None:
    failed = []
    for method, path, query in targets():
        for hostile in HOSTILE_TEXTS:
            url = world.fill(path).replace("{hostile}", hostile)
            url = f"{url}?{query.replace('{hostile}', hostile)}" if query else url
            answer = await world.api.http.request(method, url, headers=world.headers)
            if answer.status_code >= 500:
                failed.append((method, url[:120], answer.status_code))
    assert failed == []
