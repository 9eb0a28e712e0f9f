"""What is answered when PostgreSQL undoes a request's transaction in favour of another one."""

import asyncio

from sqlalchemy import text
from tests.support.locks import that_many_wait
from tests.support.notifying import make_notifications, told
from tests.support.people import running_town
from tests.support.service import eventually

from genonaut.config import Settings

TAKE = text("SELECT FROM user_notifications WHERE id = :id FOR UPDATE")
NEVER_LOOK = text("SET LOCAL deadlock_timeout = '1h'")


async def test_who_gives_way_to_another_is_asked_to_try_again(settings: Settings) -> None:
    async with running_town(settings) as town:
        ann, runtime = await town.person("ann"), town.runtime
        first, middle, last = await make_notifications(runtime, ann.identity.user_id, 3)
        # Who begins to wait looks once, after a while, whether anybody waits for him. The request
        # meets the ring only when it has got past the middle, and the other side never looks.
        async with runtime.begin() as other, runtime.begin() as gate:
            await other.session.execute(NEVER_LOOK)
            await other.session.execute(TAKE, {"id": last})
            await gate.session.execute(TAKE, {"id": middle})
            marking = asyncio.create_task(ann.http.put("/notifications/read-all"))
            await eventually(that_many_wait(runtime, 1))
            waiting = asyncio.create_task(other.session.execute(TAKE, {"id": first}))
            await eventually(that_many_wait(runtime, 2))
            await gate.session.commit()
            answer = await marking
            await waiting
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert answer.headers["Retry-After"] == "1"
        assert not any(one.read_status for one in await told(runtime))
        again = await ann.http.put("/notifications/read-all")
        assert again.status_code == 200
        assert all(one.read_status for one in await told(runtime))
