"""An installation in password mode."""

from collections.abc import AsyncIterator

import pytest
from tests.support.accounts import Browser, held, make_user, with_login
from tests.support.service import Api, running_api

from genonaut.accounts.tables import Role, User
from genonaut.config import Settings
from genonaut.runtime import Runtime


@pytest.fixture
async def api(settings: Settings) -> AsyncIterator[Api]:
    async with held(running_api(with_login(settings))) as running:
        yield running


@pytest.fixture
def runtime(api: Api) -> Runtime:
    return api.runtime


@pytest.fixture
async def admin(runtime: Runtime) -> User:
    return await make_user(runtime, "ada", role=Role.ADMIN)


@pytest.fixture
async def user(runtime: Runtime, admin: User) -> User:
    return await make_user(runtime, "grace")


@pytest.fixture
def browser(api: Api) -> Browser:
    return Browser(api.http)
