"""A runtime on a database of its own."""

from collections.abc import AsyncIterator

import pytest

from genonaut.config import Settings
from genonaut.runtime import Runtime, open_runtime


@pytest.fixture
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    async with open_runtime(settings, application="genonaut-test") as opened:
        yield opened
