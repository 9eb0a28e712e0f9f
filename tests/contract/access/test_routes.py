"""Every route of the OpenAPI document, asked by everybody there is."""

from typing import Any

import pytest
from sqlalchemy import delete
from tests.builders import png
from tests.contract.access.table import (
    BODIES,
    FILES,
    QUERIES,
    ROUTES,
    SHARED,
    UNDOCUMENTED,
    Answers,
)
from tests.contract.access.world import ACTORS, Case, make_case
from tests.support.service import Api

from genonaut.jobs.tables import ComfyuiBackend
from genonaut.web.app import openapi_document


def documented_routes() -> set[str]:
    return {
        f"{method.upper()} {path}"
        for path, item in openapi_document()["paths"].items()
        for method in item
    }


def test_the_table_has_every_route_and_no_other() -> None:
    documented = documented_routes()
    assert documented - set(ROUTES) == set(), "add new routes to tests/contract/access/table.py"
    assert set(ROUTES) - documented == UNDOCUMENTED, "these routes are gone"


async def test_only_administrators_see_the_addresses_of_comfyui_servers(api: Api) -> None:
    address = "ComfyUI at http://gpu.internal:8188 does not answer"
    async with api.runtime.begin() as uow:
        uow.session.add(
            ComfyuiBackend(
                name="gpu",
                url="http://gpu.internal:8188",
                slots=1,
                enabled=True,
                last_error=address,
            )
        )
    for actor in ACTORS:
        case = await make_case(api.runtime, "GET /api/v1/health", actor)
        answer = await api.http.get("/api/v1/health", headers=case.headers)
        assert answer.status_code == 200
        (backend,) = [one for one in answer.json()["comfyui"] if one["name"] == "gpu"]
        assert backend["detail"] == (address if actor == "admin" else None), actor
        assert ("gpu.internal" in answer.text) == (actor == "admin")
    async with api.runtime.begin() as uow:
        await uow.session.execute(delete(ComfyuiBackend).where(ComfyuiBackend.name == "gpu"))


def expected_status(answers: Answers, actor: str) -> int:
    if actor in {"expired_key", "deactivated"}:
        return answers.anonymous
    status: int = getattr(answers, actor)
    return status


def filled(template: Any, subjects: dict[str, Any]) -> Any:
    """Put what the case made into a path or a body; a text that is one name keeps its type."""
    if isinstance(template, dict):
        return {key: filled(value, subjects) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(value, subjects) for value in template]
    if not isinstance(template, str):
        return template
    if template.startswith("{") and template.endswith("}") and template.count("{") == 1:
        value = subjects[template[1:-1]]
        return value if isinstance(value, int) else str(value)
    return template.format(**subjects)


async def ask(api: Api, case: Case) -> int:
    method, path = case.route.split(" ")
    body = filled(BODIES.get(case.route), case.subjects)
    query = QUERIES.get(case.route, "")
    answer = await api.http.request(
        method,
        filled(path, case.subjects) + (f"?{query}" if query else ""),
        headers=case.headers,
        json=body,
        files={"file": ("a.png", png())} if case.route in FILES else None,
    )
    api.http.cookies.clear()
    if answer.status_code >= 400 and method != "HEAD":
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code
    return answer.status_code


@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize("route", ROUTES)
async def test_everybody_gets_the_answer_of_the_table(api: Api, route: str, actor: str) -> None:
    case = await make_case(api.runtime, route, actor)
    if actor == "deactivated" and route == "POST /api/v1/auth/login":
        assert await ask(api, case) == 401
        return
    if actor == "deactivated" and SHARED in route:
        # Links of deactivated owners show nothing.
        assert await ask(api, case) == 404
        return
    assert await ask(api, case) == expected_status(ROUTES[route], actor)


@pytest.mark.parametrize(
    ("route", "status"),
    [
        ("POST /api/v1/generation-jobs", 201),
        ("POST /api/v1/generation-jobs/{job_id}/cancel", 200),
        ("POST /api/v1/generation-jobs/cancel", 200),
        ("POST /api/v1/generation-jobs/{job_id}/retry", 201),
        ("DELETE /api/v1/generation-jobs/{job_id}", 403),
        ("GET /api/v1/generation-jobs/{job_id}", 403),
        ("PATCH /api/v1/content/{content_id}", 403),
    ],
)
async def test_a_key_for_generating_does_that_and_no_more(
    api: Api, route: str, status: int
) -> None:
    case = await make_case(api.runtime, route, "generate_key")
    assert await ask(api, case) == status


@pytest.mark.parametrize("kind", ["content", "generation-jobs", "generation-batches"])
async def test_lists_hold_nothing_of_others(api: Api, kind: str) -> None:
    case = await make_case(api.runtime, f"GET /api/v1/{kind}", "stranger")
    answer = await api.http.get(f"/api/v1/{kind}", headers=case.headers)
    assert answer.json()["items"] == []
