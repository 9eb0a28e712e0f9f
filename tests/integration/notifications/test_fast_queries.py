"""Reads of notifications in one statement answer byte for byte like the queries of the ORM."""

from collections.abc import AsyncIterator

import msgspec
import pytest
from sqlalchemy import text
from tests.support.accounts import held, make_user

from genonaut.config import Settings
from genonaut.core.errors import InvalidInputError
from genonaut.notifications.fast_queries import FastNotificationQueries
from genonaut.notifications.repository import NotificationFilter
from genonaut.notifications.schemas import NotificationView
from genonaut.notifications.service import NotificationService
from genonaut.runtime import Runtime, open_runtime

_ROWS = """
INSERT INTO user_notifications (user_id, title, message, notification_type, read_status, read_at)
SELECT id, 'title “' || n || '”', 'message', (ARRAY['job_completed', 'job_failed', 'system'])[1 + n % 3],
    n % 4 = 0, CASE WHEN n % 4 = 0 THEN now() END
FROM users, generate_series(1, 45) AS n
"""


@pytest.fixture
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    async with held(open_runtime(settings, application="test")) as opened:
        yield opened


@pytest.mark.parametrize("limit", [10, 45, 100])
async def test_every_page_is_answered_as_by_the_orm(runtime: Runtime, limit: int) -> None:
    user = await make_user(runtime, "ann", password=None)
    await make_user(runtime, "bob", password=None)
    async with runtime.engine.begin() as connection:
        await connection.execute(text(_ROWS))
    fast = FastNotificationQueries(runtime, user_id=user.id)
    cursor: str | None = None
    is_first = True
    while is_first or cursor is not None:
        async with runtime.begin() as uow:
            service = NotificationService(uow, user_id=user.id)
            expected = await service.page(NotificationFilter(), cursor=cursor, limit=limit)
            assert await fast.unread_count() == await service.unread_count() == 34
        found = await fast.page(cursor=cursor, limit=limit)
        assert [msgspec.json.encode(NotificationView.of_columns(row)) for row in found.rows] == [
            msgspec.json.encode(NotificationView.of(row)) for row in expected.rows
        ]
        assert (found.next_cursor, found.total) == (expected.next_cursor, expected.total)
        cursor, is_first = found.next_cursor, False


async def test_a_user_without_notifications_has_an_empty_page(runtime: Runtime) -> None:
    user = await make_user(runtime, "ann", password=None)
    fast = FastNotificationQueries(runtime, user_id=user.id)
    found = await fast.page(cursor=None, limit=20)
    assert (list(found.rows), found.next_cursor, found.total) == ([], None, 0)
    assert await fast.unread_count() == 0
    with pytest.raises(InvalidInputError):
        await fast.page(cursor="forged", limit=20)
