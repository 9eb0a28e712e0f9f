"""Import jobs, and the requests of the table that was later merged into them."""

from datetime import datetime
from uuid import UUID, uuid4

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.core.clock import utcnow
from genonaut.jobs.states import ErrorCode, JobStatus, JobType
from genonaut.jobs.tables import GenerationBatch, GenerationJob
from genonaut.legacy.context import ImportContext
from genonaut.legacy.id_map import JOB, REQUEST, USER
from genonaut.legacy.source import Row
from genonaut.legacy.values import UNFINISHED, aware, plain, spec_of, status_of

_JOBS, _REQUESTS = "generation_jobs", "comfyui_generation_requests"
_UNFINISHED = "The older installation did not finish this job."
_MAX_PROMPT_ID = 64


async def import_jobs(context: ImportContext) -> None:
    """Import the jobs, then the requests that are no job yet."""
    for table, kind in ((_JOBS, JOB), (_REQUESTS, REQUEST)):
        total, done = await context.database.count(table), 0
        async for batch in context.database.batches(table):
            rows = await context.unknown(kind, batch)
            users = await context.ids.known(USER, [row["user_id"] for row in rows])
            merged = await _merged_jobs(context, rows) if kind == REQUEST else {}
            for row in rows:
                await _import_job(context, kind, row, users, merged)
            done += len(batch)
            context.on_progress("jobs" if kind == JOB else "requests", done, total)


async def _merged_jobs(context: ImportContext, rows: list[Row]) -> dict[str, str]:
    """Return the new job of each prompt id: between A and C a request may be in both tables."""
    prompts = [row["comfyui_prompt_id"] for row in rows if row.get("comfyui_prompt_id")]
    if not prompts or not context.database.has(_JOBS, "comfyui_prompt_id"):
        return {}
    found = await context.database.select(
        "SELECT id, comfyui_prompt_id FROM generation_jobs WHERE comfyui_prompt_id = ANY(:ids)",
        ids=prompts,
    )
    jobs = await context.ids.known(JOB, [row["id"] for row in found])
    return {
        row["comfyui_prompt_id"]: jobs[str(row["id"])] for row in found if str(row["id"]) in jobs
    }


async def _import_job(
    context: ImportContext, kind: str, row: Row, users: dict[str, str], merged: dict[str, str]
) -> None:
    problem = _problem_of(row, users)
    if problem is not None:
        context.report.add(kind, row["id"], problem)
        return
    same = merged.get(row.get("comfyui_prompt_id") or "")
    if same is not None:

        async def found(_: AsyncSession) -> int:
            return int(same)

        await context.store(kind, row["id"], found)
        return
    job, batch = _made(context, kind, row, users[str(row["user_id"])])

    async def write(session: AsyncSession) -> int:
        session.add(batch)
        await session.flush()
        session.add(job)
        await session.flush()
        return job.id

    await context.store(kind, row["id"], write)


def _problem_of(row: Row, users: dict[str, str]) -> str | None:
    if str(row["user_id"]) not in users:
        return "its user was not imported"
    if row.get("job_type", JobType.IMAGE) != JobType.IMAGE:
        return f"jobs of type {row['job_type']} do not exist here"
    if status_of(row["status"]) is None:
        return f"unknown status {plain(row['status'])[:32]}"
    return None


def _made(
    context: ImportContext, kind: str, row: Row, user_id: str
) -> tuple[GenerationJob, GenerationBatch]:
    spec = spec_of(row, lambda reason: context.report.add(kind, row["id"], reason))
    status = status_of(row["status"]) or JobStatus.FAILED
    if row["status"] in UNFINISHED:
        context.report.add(kind, row["id"], f"was {row['status']}: ended as failed")
    ended, created = _times(row)
    batch = GenerationBatch(
        id=uuid4(),
        user_id=UUID(user_id),
        request_hash="",
        size=1,
        open_count=0,
        created_at=created,
        ended_at=ended,
    )
    is_failed = status is JobStatus.FAILED
    message = plain(row.get("error_message")) or (_UNFINISHED if is_failed else "")
    job = GenerationJob(
        user_id=UUID(user_id),
        batch_id=batch.id,
        batch_index=0,
        job_type=JobType.IMAGE,
        status=status,
        prompt=spec.prompt,
        negative_prompt=spec.negative_prompt,
        checkpoint_model=spec.checkpoint_model,
        lora_models=msgspec.to_builtins(spec.lora_models),
        width=spec.width,
        height=spec.height,
        batch_size=1,
        params=msgspec.to_builtins(spec.params),
        needs=spec.needs,
        attempt=int(status is JobStatus.COMPLETED),
        comfyui_prompt_id=plain(row.get("comfyui_prompt_id"))[:_MAX_PROMPT_ID] or None,
        error_code=ErrorCode.INTERNAL_ERROR if is_failed else None,
        error_message=message or None,
        created_at=created,
        queued_at=created,
        started_at=aware(row.get("started_at")),
        completed_at=ended,
        updated_at=aware(row.get("updated_at")) or ended,
    )
    return job, batch


def _times(row: Row) -> tuple[datetime, datetime]:
    created = aware(row.get("created_at")) or utcnow()
    return aware(row.get("completed_at")) or aware(row.get("updated_at")) or created, created
