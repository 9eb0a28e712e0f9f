"""The search of the job list: results, totals, query plans."""

from typing import Any

import msgspec
import pytest
from sqlalchemy import text
from tests.support.service import Api, running_api

from genonaut.config import Settings

PATH = "/api/v1/generation-jobs/"
_PLANS = text(
    "SELECT coalesce(sum(custom_plans), 0), coalesce(sum(generic_plans), 0)"
    " FROM pg_prepared_statements WHERE statement LIKE '%ILIKE%' AND statement LIKE :about"
)


@pytest.fixture
def one_connection(settings: Settings) -> Settings:
    """Settings with a single database connection."""
    database = msgspec.structs.replace(settings.database, pool_size=1, max_overflow=0)
    return msgspec.structs.replace(settings, database=database)


async def found(api: Api, path: str = PATH, **query: Any) -> dict[str, Any]:
    answer = await api.http.get(path, params=query)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


@pytest.mark.parametrize(
    ("path", "table"),
    [
        (PATH, "generation_jobs"),
        ("/api/v1/notifications/", "user_notifications"),
        ("/api/v1/content/", "content_items"),
        ("/api/v1/models/", "available_models"),
    ],
)
async def test_a_search_is_planned_for_its_values(
    one_connection: Settings, path: str, table: str
) -> None:
    async with running_api(one_connection) as api:
        for number in range(8):  # after five executions PostgreSQL considers a generic plan
            await found(api, path, search=f"word {number}")
        async with api.runtime.begin() as uow:
            row = await uow.session.execute(_PLANS, {"about": f"%{table}%"})
            custom, generic = row.one()
        assert custom >= 8
        assert generic == 0


async def test_totals_are_exact_with_and_without_counting(settings: Settings) -> None:
    async with running_api(settings) as api:
        for number in range(3):
            await api.submit(f"a lighthouse, number {number}")
        await api.submit("a meadow")
        for limit, has_more in ((1, True), (2, True), (3, False), (4, False)):
            page = await found(api, search="LIGHTHOUSE", limit=limit)
            assert page["total"] == 3
            assert len(page["items"]) == min(limit, 3)
            assert (page["next_cursor"] is not None) is has_more
        last = await found(api, limit=2)
        rest = await found(api, limit=2, cursor=last["next_cursor"])
        assert (last["total"], rest["total"], len(rest["items"])) == (4, None, 2)
        assert (await found(api, search="nothing like it"))["total"] == 0
