"""Order, priority, fairness and retry delays in one query, which also starts the chosen job.

A loose index scan finds the users with waiting jobs, so that a thousand jobs of one user cost no
more than one. Per user only the best claimable job is considered. Of those the one with the highest
priority wins, then the one of the user with the fewest running jobs, then the oldest. Pauses are
read here, after the backend rows were locked; a pause locks the same rows, so that no job is
claimed once a pause is committed.
"""

from collections.abc import Iterable

from sqlalchemy import ARRAY, BigInteger, Text, bindparam, text

from genonaut.db.statement import Statement
from genonaut.jobs.backends.capability import can_render
from genonaut.jobs.lifecycle.transition_query import START, START_TYPES

CLAIMABLE = """
    j.status IN ('pending', 'queued')
    AND j.cancel_requested_at IS NULL
    AND (j.not_before IS NULL OR j.not_before <= clock_timestamp())
    AND (j.resume_until IS NULL OR j.resume_until <= clock_timestamp())
"""


def lock_backends(names: Iterable[str]) -> str:
    """Return the SQL text that locks the rows of these backends, in one order for all workers.

    It has no parameters, so that it can be sent together with BEGIN.
    """
    quoted = ", ".join("'{}'".format(name.replace("'", "''")) for name in sorted(names))
    return f"SELECT FROM comfyui_backends WHERE name IN ({quoted}) ORDER BY name FOR UPDATE"


ANY_WAIT = Statement(
    text("SELECT EXISTS (SELECT FROM generation_jobs WHERE status IN ('pending', 'queued'))")
)

# Only the worker that ingests an image knows that its prompt has ended.
_IS_RENDERED = "worker_id = :worker_id AND job_id = ANY(:rendered)"


def _slots_in_use(*, freed: str) -> str:
    # An open attempt occupies a slot, and so does a waiting job whose prompt may still be there.
    return f"""
    SELECT backend, count(*) AS used FROM (
        SELECT backend FROM generation_attempts WHERE ended_at IS NULL AND NOT ({freed})
        UNION ALL
        SELECT backend FROM generation_jobs
        WHERE status IN ('pending', 'queued') AND resume_until > clock_timestamp()
    ) AS taken GROUP BY backend
"""  # noqa: S608  # constants of this module


SLOTS_IN_USE = _slots_in_use(freed="false")

# A prompt is resumed even after ``resume_until`` if its backend answers: it may have finished while
# no worker was running.
# A separate statement must have locked the backends: this one sees only what was committed before
# it started.
NEXT_JOB = Statement(
    text(
        f"""
WITH RECURSIVE locked AS (
    SELECT name, slots FROM comfyui_backends WHERE name = ANY(:names) AND enabled
), resumable AS (
    SELECT id, backend FROM generation_jobs
    WHERE status IN ('pending', 'queued') AND resume_until IS NOT NULL
      AND backend IN (SELECT name FROM locked)
    ORDER BY id LIMIT 1
    FOR UPDATE SKIP LOCKED
), free AS MATERIALIZED (
    SELECT locked.name, CAST(COALESCE(taken.used, 0) AS float) / locked.slots AS load
    FROM locked
    LEFT JOIN ({_slots_in_use(freed=_IS_RENDERED)}) AS taken ON taken.backend = locked.name
    WHERE COALESCE(taken.used, 0) < locked.slots
      AND NOT EXISTS (SELECT FROM queue_pauses p WHERE p.backend IN ('', locked.name))
), waiting_users AS (
    (SELECT user_id FROM generation_jobs
     WHERE status IN ('pending', 'queued') ORDER BY user_id LIMIT 1)
    UNION ALL
    SELECT (SELECT user_id FROM generation_jobs
            WHERE status IN ('pending', 'queued') AND user_id > waiting_users.user_id
            ORDER BY user_id LIMIT 1)
    FROM waiting_users WHERE waiting_users.user_id IS NOT NULL
), best AS (
    SELECT best.id, best.backend
    FROM waiting_users
    CROSS JOIN LATERAL (
        SELECT j.id, j.priority, chosen.name AS backend
        FROM generation_jobs j
        CROSS JOIN LATERAL (
            SELECT free.name
            FROM free JOIN comfyui_backends b ON b.name = free.name
            WHERE {can_render("j.needs")}
            ORDER BY free.name IS NOT DISTINCT FROM j.avoid_backend, free.load, free.name
            LIMIT 1
        ) AS chosen
        WHERE j.user_id = waiting_users.user_id AND {CLAIMABLE}
        ORDER BY j.priority DESC, j.id
        LIMIT 1
    ) AS best
    CROSS JOIN LATERAL (
        SELECT count(*) AS running FROM generation_jobs r
        WHERE r.status = 'running' AND r.user_id = waiting_users.user_id
    ) AS load
    -- Both are checked once, so that no job is read while no server has a free slot.
    WHERE NOT EXISTS (SELECT FROM resumable) AND EXISTS (SELECT FROM free)
    ORDER BY best.priority DESC, load.running, best.id
    LIMIT 1
), chosen AS (
    SELECT found.id, found.backend, found.is_resumed, job.attempt, job.comfyui_prompt_id
    FROM (SELECT id, backend, true AS is_resumed FROM resumable
          UNION ALL
          SELECT id, backend, false FROM best) AS found
    JOIN generation_jobs job ON job.id = found.id
), {START}
SELECT chosen.backend, chosen.is_resumed,
    claimed.id, claimed.user_id, claimed.attempt AS earlier_attempt, claimed.resume_until,
    start.attempt, start.seq, start.comfyui_prompt_id, start.was_posted, start.executing_seconds,
    start.waited_seconds, claimed.failures, claimed.out_of_memory_count, claimed.batch_id, claimed.batch_size,
    claimed.traceparent,
    EXISTS (SELECT FROM generation_jobs o
            WHERE o.status IN ('pending', 'queued') AND o.id <> claimed.id) AS more_wait,
    claimed.job_type, claimed.prompt, claimed.negative_prompt, claimed.checkpoint_model,
    claimed.lora_models, claimed.width, claimed.height, claimed.params, claimed.models, claimed.inputs
FROM chosen JOIN generation_jobs claimed ON claimed.id = chosen.id LEFT JOIN start ON true
"""  # noqa: S608  # the inserted conditions are constants of this module
    ).bindparams(
        *START_TYPES,
        bindparam("names", type_=ARRAY(Text)),
        bindparam("rendered", type_=ARRAY(BigInteger)),
    )
)
