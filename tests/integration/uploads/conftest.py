import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.support.people import Person, Town, running_town

from genonaut.accounts.tables import Role
from genonaut.config import Settings


@pytest.fixture
async def town(settings: Settings) -> AsyncIterator[Town]:
    # A separate task: the lifespan must end in the task that started it, fixtures do not.
    running: asyncio.Future[Town] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()

    async def run() -> None:
        async with running_town(settings) as town:
            running.set_result(town)
            await stop.wait()

    task = asyncio.create_task(run())
    either: list[asyncio.Future[Any]] = [task, running]
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
    yield running.result()
    stop.set()
    await task


@pytest.fixture
async def ann(town: Town) -> Person:
    return await town.person("ann")


@pytest.fixture
async def bob(town: Town) -> Person:
    return await town.person("bob")


@pytest.fixture
async def admin(town: Town) -> Person:
    return await town.person("root", role=Role.ADMIN)
