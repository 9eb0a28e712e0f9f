"""Processes that stand still without dying: frozen, or on a host that was cut off."""

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tests.support.service import running_api, running_worker

from genonaut.config import Settings
from genonaut.runtime import open_runtime


async def test_one_that_freezes_in_the_middle_of_a_claim_does_not_stop_the_others(
    settings: Settings,
) -> None:
    database = msgspec.structs.replace(settings.database, idle_transaction_seconds=2.0)
    frozen = msgspec.structs.replace(settings, database=database)
    async with (
        running_api(settings) as api,
        running_worker(settings),
        open_runtime(frozen, application="test-frozen") as runtime,
    ):
        assert (await api.ended((await api.submit())["id"]))["status"] == "completed"

        async def claim_and_freeze() -> None:
            async with runtime.begin() as uow:
                # A claim's first statement; then nothing more comes.
                await uow.session.execute(text("SELECT FROM comfyui_backends FOR UPDATE"))
                job = await api.submit()
                assert (await api.ended(job["id"], seconds=30))["status"] == "completed"

        with pytest.raises(DBAPIError):  # what it began is undone when it wakes
            await claim_and_freeze()
