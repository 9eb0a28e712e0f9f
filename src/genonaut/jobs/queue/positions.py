"""Positions of waiting jobs in the order of claims."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy import ARRAY, BigInteger, bindparam, text

from genonaut.db.reader import ReadStatement
from genonaut.runtime import Runtime

POSITIONS_UP_TO = 10_000
CACHED_FROM = 1_000
"""With so many waiting jobs the whole order is read once and kept. Fewer are sorted in a few
milliseconds, and their positions are exact."""
_KEPT_SECONDS = 1.0
_KEPT_FOR_NEW_JOBS_SECONDS = 0.2
"""After that, a job that the kept order lacks, as it was just submitted, causes another read."""
_KEY = "queue_positions"

# The order of ``claim_query.NEXT_JOB`` if no running job ends: with each claim its user has one
# running job more. Prompts to resume come first, jobs that no server can run come last.
_POSITIONS = text(
    """
WITH RECURSIVE waiting_users AS (
    (SELECT user_id FROM generation_jobs
     WHERE status IN ('pending', 'queued') ORDER BY user_id LIMIT 1)
    UNION ALL
    SELECT (SELECT user_id FROM generation_jobs
            WHERE status IN ('pending', 'queued') AND user_id > waiting_users.user_id
            ORDER BY user_id LIMIT 1)
    FROM waiting_users WHERE waiting_users.user_id IS NOT NULL
), turns AS (
    SELECT job.*, load.running + row_number() OVER (
        PARTITION BY job.user_id ORDER BY job.is_lacking, job.priority DESC, job.id) AS turn
    FROM waiting_users
    CROSS JOIN LATERAL (
        SELECT count(*) AS running FROM generation_jobs r
        WHERE r.status = 'running' AND r.user_id = waiting_users.user_id
    ) AS load
    CROSS JOIN LATERAL (
        SELECT j.id, j.user_id, j.priority, j.resume_until IS NULL AS is_fresh,
            j.unavailable_since IS NOT NULL AS is_lacking
        FROM generation_jobs j
        WHERE j.user_id = waiting_users.user_id AND j.status IN ('pending', 'queued')
        ORDER BY j.priority DESC, j.id LIMIT :most
    ) AS job
), positions AS (
    SELECT id, row_number() OVER (
        ORDER BY is_fresh, is_lacking, priority DESC, turn, id) AS position,
        count(*) OVER () AS waiting
    FROM turns
)
SELECT id, position, waiting FROM positions
WHERE position <= :most AND (id = ANY(:job_ids) OR waiting >= :cached_from)
"""
).bindparams(
    bindparam("job_ids", type_=ARRAY(BigInteger)),
    bindparam("most", type_=BigInteger),
    bindparam("cached_from", type_=BigInteger),
)
_READ = ReadStatement(_POSITIONS)


async def queue_positions(runtime: Runtime, job_ids: Sequence[int]) -> dict[int, int]:
    """Return the positions of waiting jobs, from 1 (next) to 10,000.

    With 1,000 waiting jobs or more the answer may be a second old: the order is read at most once
    a second and process, however many jobs of however many users are asked for.
    """
    if not job_ids:
        return {}
    if runtime.cache.age(_KEY) is None:
        return await _read(runtime, job_ids)
    async with runtime.cache.lock(_KEY):
        kept = _kept(runtime, job_ids)
        return await _read(runtime, job_ids) if kept is None else kept


def _kept(runtime: Runtime, job_ids: Sequence[int]) -> dict[int, int] | None:
    order: dict[int, int] | None = runtime.cache.find(_KEY)
    if order is None:
        return None
    found = {job_id: order[job_id] for job_id in job_ids if job_id in order}
    is_complete = len(found) == len(job_ids) or len(order) >= POSITIONS_UP_TO
    age = runtime.cache.age(_KEY) or 0.0
    return found if is_complete or age < _KEPT_FOR_NEW_JOBS_SECONDS else None


async def _read(runtime: Runtime, job_ids: Sequence[int]) -> dict[int, int]:
    order = await runtime.shared.run(_KEY, job_ids, partial(_read_together, runtime))
    return {job_id: order[job_id] for job_id in job_ids if job_id in order}


async def _read_together(runtime: Runtime, wanted: Sequence[Sequence[int]]) -> dict[int, int]:
    """Return the positions of the jobs that several requests asked for at the same time."""
    job_ids = [job_id for one in wanted for job_id in one]
    rows = await runtime.reader.fetch(
        _READ, job_ids=job_ids, most=POSITIONS_UP_TO, cached_from=CACHED_FROM
    )
    order = {row[0]: row[1] for row in rows}
    if rows and rows[0][2] >= CACHED_FROM:
        runtime.cache.store(_KEY, order, seconds=_KEPT_SECONDS)
    else:
        runtime.cache.forget(_KEY)
    return order
