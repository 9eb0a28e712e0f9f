"""Operators find the job of an id that stands in Redis or in ComfyUI's history."""

import pytest
from sqlalchemy import text

from genonaut.config import Settings
from genonaut.runtime import open_runtime


@pytest.mark.parametrize(
    ("column", "index"),
    [
        ("arq_job_id", "ix_generation_jobs_arq_job"),
        ("comfyui_prompt_id", "ix_generation_jobs_prompt"),
    ],
)
async def test_a_job_is_found_by_an_id_of_others_without_a_scan(
    settings: Settings, column: str, index: str
) -> None:
    async with (
        open_runtime(settings, application="genonaut-test") as runtime,
        runtime.begin() as uow,
    ):
        await uow.session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = await uow.session.scalars(
            text(f"EXPLAIN SELECT id FROM generation_jobs WHERE {column} = 'x'")  # noqa: S608 - no input
        )
        assert index in "\n".join(plan)
