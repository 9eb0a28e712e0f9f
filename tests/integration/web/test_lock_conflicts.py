"""Responses to requests whose transaction PostgreSQL chose as deadlock victim."""

import asyncio

from sqlalchemy import text
from tests.support.locks import sessions_waiting
from tests.support.notifications import make_notifications, told
from tests.support.people import running_town
from tests.support.service import eventually

from genonaut.config import Settings

LOCK_ROW = text("SELECT FROM user_notifications WHERE id = :id FOR UPDATE")
NEVER_CHECK_FOR_DEADLOCKS = text("SET LOCAL deadlock_timeout = '1h'")


async def test_a_deadlock_victim_responds_503_with_retry_after(settings: Settings) -> None:
    async with running_town(settings) as town:
        ann, runtime = await town.person("ann"), town.runtime
        first, middle, last = await make_notifications(runtime, ann.identity.user_id, 3)
        # A session that starts to wait checks once, after deadlock_timeout, for a deadlock. The other
        # transaction never checks, and the request closes the cycle only after the gate opens: the
        # request is always the victim.
        async with runtime.begin() as other, runtime.begin() as gate:
            await other.session.execute(NEVER_CHECK_FOR_DEADLOCKS)
            await other.session.execute(LOCK_ROW, {"id": last})
            await gate.session.execute(LOCK_ROW, {"id": middle})
            marking = asyncio.create_task(ann.http.put("/notifications/read-all"))
            await eventually(sessions_waiting(runtime, 1))
            waiting = asyncio.create_task(other.session.execute(LOCK_ROW, {"id": first}))
            await eventually(sessions_waiting(runtime, 2))
            await gate.session.commit()
            answer = await marking
            await waiting
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert answer.headers["Retry-After"] == "1"
        assert not any(one.read_status for one in await told(runtime))
        again = await ann.http.put("/notifications/read-all")
        assert again.status_code == 200
        assert all(one.read_status for one in await told(runtime))
