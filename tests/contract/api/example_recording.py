"""Record examples of requests and answers: real answers, in which ids and times are replaced."""

import contextlib
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from http.client import BAD_REQUEST
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import insert
from tests.builders import png
from tests.contract.access.table import (
    BODIES,
    BROWSER_KEY,
    COLLECTION,
    FILES,
    ITEM,
    JOBS,
    QUERIES,
    ROUTES,
    WEBHOOK,
)
from tests.contract.access.test_routes import filled
from tests.contract.access.world import Case, make_case
from tests.support.accounts import make_session, make_user, with_login
from tests.support.monitoring import add_job, add_worker
from tests.support.notifications import make_notifications
from tests.support.service import Api, eventually, running_api, running_worker

from genonaut.accounts.tables import Role, User
from genonaut.catalog.service import CatalogService, Correction
from genonaut.config import Settings
from genonaut.content.usage import measure_storage
from genonaut.core.clock import utcnow
from genonaut.jobs.states import JobStatus
from genonaut.monitoring.job_statistics import roll_up
from genonaut.monitoring.tables import Alert

PROXY_USER = "X-Remote-User"
_FULL_JOB = {
    "prompt": "a lighthouse at dusk, oil painting",
    "negative_prompt": "blurry",
    "checkpoint_model": "sd15.safetensors",
    "width": 512,
    "height": 768,
    "batch_size": 2,
    "params": {"seed": 42, "steps": 20, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal"},
}
# Bodies that say more than those of the access table.
EXAMPLE_BODIES: dict[str, Any] = {
    f"POST {JOBS}": _FULL_JOB,
    "POST /api/v1/queue/pause": {"reason": "a new disk"},
    f"PATCH {ITEM}": {"title": "The lighthouse", "visibility": "public", "tags": ["sea", "night"]},
    "POST /api/v1/content/bulk": {"ids": ["{content_id}"], "action": "delete"},
    f"PATCH {WEBHOOK}": {"description": "our chat", "events": ["job.completed", "job.failed"]},
    f"POST {COLLECTION}/items/move": {"ids": ["{content_id}"], "before": None},
    f"POST {COLLECTION}/link": {"password": "open sesame", "shows_prompts": False},
    "POST /api/v1/collections": {
        "name": "Lighthouses",
        "description": "Best of the summer",
        "filter": {"search": "lighthouse", "tags": ["sea"], "favourite": True},
    },
    "POST /api/v1/users": {"username": "{fresh}", "email": "grace@example.org", "role": "user"},
    "POST /api/v1/notifications": {"title": "Maintenance at six", "message": "It takes an hour."},
}
BINARY = {"image/png", "image/webp"}
_START = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_NAME = re.compile(r"\b(owner|stranger|admin|fresh|member)\d+\b")
_NAMESPACE = re.compile(r"\bgenonaut_test_[0-9a-f]+\b")
_LONGEST_LIST = 2
"""Objects in a list of an example."""
_NAMES = {"owner": "ada", "stranger": "grace", "admin": "mary", "fresh": "grace", "member": "grace"}
_NUMBER_IN_PATH = re.compile(r"(?<=/)\d+(?=/|$)")
_TOKEN_IN_PATH = re.compile(r"(?<=/shared/)[\w-]{43}(?=/)")
_ID_KEY = re.compile(r"(^|_)(id|ids|seq)$")
_CHOSEN = frozenset({"denoise", "strength", "start", "end", "scale", "switch_at"})
"""Fractions that a request chooses; others are measured."""
_PARAMETER = re.compile(r"\{(\w+)\}")
_OWN = {"job_id", "batch_id", "content_id", "size"}
"""What the user of the recording has; other rows are made for each route."""
_LINK_TOKEN = "Qm9hcmQgb2YgdGhlIGZveGVzIG9mIHRoZSBmb3Jlc3Q"
# Values that depend on the machine or on chance, by key.
_FIXED: dict[str, Any] = {
    "access": "1796083200.5f0c2b7e9a1d4c38b6e2f4a09d7c1e535f0c2b7e9a1d4c38b6e2f4a09d7c1e53",
    "hostname": "worker-1",
    "pid": 4711,
    "user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
    "next_cursor": "eyJpZCI6MTAxfQ",
    "csrf_token": "5f0c2b7e9a1d4c38b6e2f4a09d7c1e53",
    "public_key": BROWSER_KEY,
    "token": "gn_101_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4",
    "key": "gn_101_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4",
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "free_bytes": 412_000_000_000,
    "total_bytes": 512_000_000_000,
    "url": None,
}


class Stable:
    """Replaces what differs between two recordings; equal values stay equal."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._uuids: dict[str, str] = {}
        self._times: dict[str, str] = {}

    def of(self, *values: Any) -> list[Any]:
        """Return the values of one example."""
        for number, time in enumerate(sorted(set(_times(values)), key=datetime.fromisoformat)):
            shown = _START + timedelta(seconds=5 * number)
            self._times[time] = shown.isoformat().replace("+00:00", "Z")
        return [self._value(value, "") for value in values]

    def _value(self, value: Any, key: str) -> Any:
        if isinstance(value, dict):
            return {name: self._value(one, name) for name, one in value.items()}
        if isinstance(value, list):
            shown = value[:_LONGEST_LIST] if any(isinstance(one, dict) for one in value) else value
            return [self._value(one, key) for one in shown]
        if value is not None and _FIXED.get(key) is not None:
            return _FIXED[key]
        if isinstance(value, int) and not isinstance(value, bool) and _ID_KEY.search(key):
            return self._number(value)
        if isinstance(value, float) and not value.is_integer() and key not in _CHOSEN:
            return 1.5
        return self._text(value) if isinstance(value, str) else value

    def _number(self, value: int) -> int:
        return self._numbers.setdefault(value, 101 + len(self._numbers))

    def _text(self, text: str) -> str:
        text = _NAMESPACE.sub("genonaut", text)
        text = _TIME.sub(lambda found: self._times[found[0]], text)
        text = _UUID.sub(lambda found: self._uuid(found[0]), text)
        text = _NAME.sub(lambda found: _NAMES[found[1]], text)
        text = _TOKEN_IN_PATH.sub(_LINK_TOKEN, text)
        return _NUMBER_IN_PATH.sub(lambda found: str(self._number(int(found[0]))), text)

    def _uuid(self, found: str) -> str:
        number = len(self._uuids) + 1
        return self._uuids.setdefault(
            found, str(UUID(int=0x5D0C0000_0000_4000_8000_000000000000 + number))
        )


def _times(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for one in value:
            yield from _times(one)
    elif isinstance(value, str):
        yield from (found[0] for found in _TIME.finditer(value))


class Recorder:
    """An installation in which there is something to see, and a user who has rendered an image."""

    def __init__(self, api: Api, user: User, headers: dict[str, str]) -> None:
        self._api = api
        self._user = user
        self._headers = headers
        self.subjects: dict[str, Any] = {}

    async def render(self) -> None:
        """Render an image, and give the user something of everything that lists show."""
        answer = await self._api.http.post(JOBS, json=_FULL_JOB, headers=self._headers)
        assert answer.status_code == 201, answer.text
        job = answer.json()

        async def ended() -> dict[str, Any] | None:
            found = await self._api.http.get(f"{JOBS}/{job['id']}", headers=self._headers)
            state: dict[str, Any] = found.json()
            return state if state["status"] == "completed" else None

        async def is_refreshed() -> bool:
            found = await self._api.http.get("/api/v1/models/refresh", headers=self._headers)
            return bool(found.json()["report"])

        done = await eventually(ended)
        await eventually(is_refreshed)
        self.subjects = {
            "job_id": done["id"],
            "batch_id": done["batch_id"],
            "content_id": done["content_id"],
        }
        item = f"/api/v1/content/{done['content_id']}"
        change = EXAMPLE_BODIES[f"PATCH {ITEM}"]
        for method, path, body in (
            ("PATCH", item, change),
            ("PUT", f"{item}/rating", {"rating": 5}),
        ):
            answer = await self._api.http.request(method, path, json=body, headers=self._headers)
            assert answer.status_code == 200, answer.text
        for path in ("/api/v1/webhooks", "/api/v1/api-keys"):
            body = BODIES[f"POST {path}"]
            answer = await self._api.http.post(path, json=body, headers=self._headers)
            assert answer.status_code == 201, answer.text
        await make_notifications(self._api.runtime, self._user.id)

    async def record(self, route: str) -> tuple[Any, list[httpx.Response]]:
        """Return the body that was sent, None without one, and the answers."""
        case = await self._case_of(route)
        body = filled(EXAMPLE_BODIES.get(route, BODIES.get(route)), case.subjects)
        if route not in FILES:
            return body, [await self._send(case, json=body)]
        # The same file again is answered with another status.
        return body, [await self._send(case, files={"file": ("sea.png", png())}) for _ in range(2)]

    async def post(self, path: str, **body: Any) -> httpx.Response:
        """Send something as the user who has rendered an image."""
        answer = await self._api.http.post(path, headers=self._headers, **body)
        self._api.http.cookies.clear()
        return answer

    async def _send(self, case: Case, **body: Any) -> httpx.Response:
        method, path = case.route.split(" ")
        answer = await self._api.http.request(
            method,
            filled(path, case.subjects),
            params=QUERIES.get(case.route),
            headers=case.headers,
            **body,
        )
        self._api.http.cookies.clear()
        return answer

    async def _case_of(self, route: str) -> Case:
        answers = ROUTES[route]
        allowed = [one for one in ("owner", "admin") if getattr(answers, one) < BAD_REQUEST]
        actor = next(iter(allowed), "anonymous")
        case = await make_case(self._api.runtime, route, actor)
        if route == "POST /api/v1/auth/proxy":
            case.headers = {PROXY_USER: "hedy"}
        if route.startswith("GET") and actor == "owner" and set(_PARAMETER.findall(route)) <= _OWN:
            # Reads show the image that was rendered.
            case.headers = self._headers
            case.subjects |= self.subjects
        elif route.startswith("GET /api/v1/") and "{user_id}" in route:
            case.subjects["user_id"] = self._user.id
        return case


@contextlib.asynccontextmanager
async def recording(settings: Settings) -> AsyncIterator[Recorder]:
    """Run API, worker and simulator, and yield a recorder for them."""
    settings = with_login(
        settings,
        web__trusted_proxies=("127.0.0.1",),
        auth__registration="open",
        auth__proxy_user_header=PROXY_USER,
        workflows__authors="everyone",
    )
    async with running_api(settings) as api:
        runtime = api.runtime
        user = await make_user(runtime, "ada")
        await make_user(runtime, "mary", role=Role.ADMIN)
        await _populate(api, user)
        recorder = Recorder(api, user, await make_session(runtime, user.id))
        async with running_worker(settings):
            await recorder.render()
        # From here on jobs of other cases wait. The row of a worker shows what one looks like.
        await add_worker(runtime)
        async with runtime.begin() as uow:
            await measure_storage(uow.session)
        yield recorder


async def _populate(api: Api, user: User) -> None:
    runtime = api.runtime
    now = utcnow()
    async with runtime.begin() as uow:
        seen = await CatalogService(uow).add_manual("loras", "ink.safetensors", Correction())
        del seen
        await uow.session.execute(
            insert(Alert).values(
                kind="backend_down",
                subject="gpu2",
                title="The ComfyUI server gpu2 is down",
                message="ComfyUI does not answer",
                details={"status": "down"},
                began_at=now,
                seen_at=now,
            )
        )
    for status in (JobStatus.COMPLETED, JobStatus.FAILED):
        await add_job(runtime, user.id, status, at=now - timedelta(hours=2))
    await roll_up(runtime)
