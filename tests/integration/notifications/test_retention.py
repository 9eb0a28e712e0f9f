"""Retention of notifications and deliveries, and the cost of counting."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects import postgresql
from tests.integration.notifications.webhooks.test_delivery_service import add_hook, deliveries
from tests.support.notifications import make_notifications, told
from tests.support.people import Person, Town

from genonaut.notifications.repository import unread_count_query
from genonaut.notifications.tables import UserNotification
from genonaut.notifications.webhooks.tables import WebhookDelivery
from genonaut.runtime import Runtime
from genonaut.worker.housekeeping import do_maintenance


async def test_old_notifications_are_deleted_unread_ones_later(town: Town, ann: Person) -> None:
    ids = await make_notifications(town.runtime, ann.identity.user_id, 4)
    async with town.runtime.begin() as uow:
        for one, days, is_read in (
            (ids[0], 91, True),
            (ids[1], 89, True),
            (ids[2], 364, False),
            (ids[3], 366, False),
        ):
            moment = func.now() - timedelta(days=days)
            values = {"created_at": moment, "read_status": is_read}
            values |= {"read_at": moment} if is_read else {}
            await uow.session.execute(
                update(UserNotification).where(UserNotification.id == one).values(values)
            )
    await do_maintenance(town.runtime)
    assert [row.id for row in await told(town.runtime)] == ids[1:3]


async def test_old_finished_deliveries_are_deleted(town: Town, ann: Person) -> None:
    hook, _ = await add_hook(ann, "https://example.com/")
    for _ in range(3):
        await ann.http.post(f"/webhooks/{hook}/test")
    first, second, third = await deliveries(town.runtime)
    async with town.runtime.begin() as uow:
        for one, days in ((first, 31), (second, 29)):
            ended = func.now() - timedelta(days=days)
            await uow.session.execute(
                update(WebhookDelivery)
                .where(WebhookDelivery.id == one.id)
                .values(ended_at=ended, status="failed")
            )
        await uow.session.execute(
            update(WebhookDelivery).values(created_at=func.now() - timedelta(days=400))
        )
    await do_maintenance(town.runtime)
    assert [one.id for one in await deliveries(town.runtime)] == [second.id, third.id]


async def test_rows_that_another_process_locks_are_left_to_it(town: Town, ann: Person) -> None:
    ids = await make_notifications(town.runtime, ann.identity.user_id, 2)
    async with town.runtime.begin() as uow:
        moment = func.now() - timedelta(days=91)
        values = {"read_status": True, "read_at": moment}
        await uow.session.execute(update(UserNotification).values(values))
    async with town.runtime.begin() as uow:
        query = select(UserNotification.id).where(UserNotification.id == ids[0])
        await uow.session.execute(query.with_for_update())
        await do_maintenance(town.runtime)
        assert [row.id for row in await told(town.runtime)] == ids[:1]


async def explain(runtime: Runtime, statement: str) -> str:
    async with runtime.begin() as uow:
        lines = await uow.session.scalars(text(f"EXPLAIN {statement}"))
        return "\n".join(lines)


@pytest.mark.fresh_database
async def test_counting_and_listing_use_their_indexes(town: Town, ann: Person, bob: Person) -> None:
    user_id = ann.identity.user_id
    async with town.runtime.begin() as uow:
        # VACUUM marks rows as visible to all only when their commit is on disk.
        await uow.session.execute(text("SET LOCAL synchronous_commit = on"))
        await uow.session.execute(
            text(
                "INSERT INTO user_notifications "
                "(user_id, title, message, notification_type, read_status) "
                "SELECT CASE WHEN n % 50 = 0 THEN CAST(:ann AS uuid) ELSE CAST(:bob AS uuid) END, "
                "'t', 'm', 'system', n % 4 <> 0 FROM generate_series(1, 20000) AS n"
            ),
            {"ann": user_id, "bob": bob.identity.user_id},
        )
    async with town.runtime.engine.connect() as connection:
        vacuuming = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await vacuuming.execute(text("VACUUM ANALYZE user_notifications"))
    compiled = unread_count_query(user_id).compile(
        dialect=postgresql.dialect(),  # type: ignore[no-untyped-call]
        compile_kwargs={"literal_binds": True},
    )
    plan = await explain(town.runtime, str(compiled))
    assert "Index Only Scan using ix_user_notifications_unread" in plan, plan
    page = f"SELECT * FROM user_notifications WHERE user_id = '{user_id}' AND id < 15000"  # noqa: S608
    plan = await explain(town.runtime, f"{page} ORDER BY id DESC LIMIT 21")
    assert "using ix_user_notifications_newest" in plan, plan
    assert "Sort" not in plan
    plan = await explain(town.runtime, f"{page} AND NOT read_status ORDER BY id DESC LIMIT 21")
    assert "using ix_user_notifications_unread" in plan, plan


async def test_the_count_stops_at_ten_thousand(town: Town, ann: Person) -> None:
    async with town.runtime.begin() as uow:
        await uow.session.execute(
            text(
                "INSERT INTO user_notifications (user_id, title, message, notification_type) "
                "SELECT :user_id, 't', 'm', 'system' FROM generate_series(1, 10050)"
            ),
            {"user_id": ann.identity.user_id},
        )
    answer = await ann.http.get("/notifications/unread/count")
    assert answer.json() == {"unread_count": 10_000}
    assert (await ann.http.get("/notifications/")).json()["total"] is None
