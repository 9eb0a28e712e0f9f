"""What is answered when PostgreSQL undoes a request's transaction in favour of another one."""

import asyncio

from sqlalchemy import text
from tests.support.locks import that_many_wait
from tests.support.notifying import make_notifications, told
from tests.support.people import running_town
from tests.support.service import eventually

from genonaut.config import Settings

TAKE = text("SELECT FROM user_notifications WHERE id = :id FOR UPDATE")


async def test_who_gives_way_to_another_is_asked_to_try_again(settings: Settings) -> None:
    async with running_town(settings) as town:
        ann, runtime = await town.person("ann"), town.runtime
        first, second = await make_notifications(runtime, ann.identity.user_id, 2)
        async with runtime.begin() as uow:
            await uow.session.execute(TAKE, {"id": second})
            marking = asyncio.create_task(ann.http.put("/notifications/read-all"))
            await eventually(that_many_wait(runtime))
            # Who waited first looks first, after a second, whether they wait for each other.
            await uow.session.execute(TAKE, {"id": first})
        answer = await marking
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert answer.headers["Retry-After"] == "1"
        assert not any(one.read_status for one in await told(runtime))
        again = await ann.http.put("/notifications/read-all")
        assert again.status_code == 200
        assert all(one.read_status for one in await told(runtime))
