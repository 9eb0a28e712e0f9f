from collections.abc import AsyncIterator

import pytest
from tests.support.accounts import held
from tests.support.people import Person, Town, running_town

from genonaut.accounts.tables import Role
from genonaut.config import Settings


@pytest.fixture
async def town(settings: Settings) -> AsyncIterator[Town]:
    async with held(running_town(settings)) as town:
        yield town


@pytest.fixture
async def ann(town: Town) -> Person:
    return await town.person("ann")


@pytest.fixture
async def bob(town: Town) -> Person:
    return await town.person("bob")


@pytest.fixture
async def admin(town: Town) -> Person:
    return await town.person("root", role=Role.ADMIN)
