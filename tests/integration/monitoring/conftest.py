"""An API whose administrator wants notifications."""

from collections.abc import AsyncIterator

import pytest
from tests.support.accounts import held
from tests.support.service import Api, running_api

from genonaut.config import Settings


@pytest.fixture
async def api(settings: Settings) -> AsyncIterator[Api]:
    """The API; its user is an administrator."""
    async with held(running_api(settings)) as api:
        answer = await api.http.put(
            "/api/v1/users/me/preferences", json={"notifications_enabled": True}
        )
        assert answer.status_code == 200
        yield api
