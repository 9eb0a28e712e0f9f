"""The two transitions of every successful job, each as one statement: start, complete.

The other transitions are rare and take several statements. Round trips and the building of
statements cost more than PostgreSQL's work (docs/decisions/hot-path.md).
"""

from sqlalchemy import Interval, Text, Uuid, bindparam, text

from genonaut.content.recording import RECORD_ITEMS, RECORD_TYPES
from genonaut.db.statement import Statement

START = """
started AS (
    UPDATE generation_jobs waiting SET
        status = 'running',
        attempt = waiting.attempt + 1,
        backend = chosen.backend,
        comfyui_prompt_id = CASE WHEN chosen.is_resumed
            THEN COALESCE(chosen.comfyui_prompt_id, :prompt_id) ELSE :prompt_id END,
        started_at = COALESCE(waiting.started_at, clock_timestamp()),
        resume_until = NULL,
        not_before = NULL,
        waiting_reason = NULL,
        unavailable_since = NULL,
        seq = nextval('generation_job_events_id_seq'),
        updated_at = clock_timestamp()
    FROM chosen
    WHERE waiting.id = chosen.id AND waiting.attempt = chosen.attempt AND waiting.status IN ('pending', 'queued')
      AND waiting.cancel_requested_at IS NULL
    RETURNING waiting.id, waiting.attempt, waiting.seq, waiting.created_at, waiting.started_at, waiting.backend, waiting.comfyui_prompt_id,
        chosen.is_resumed
), noted AS (
    INSERT INTO generation_job_events (id, job_id, attempt, kind, detail)
    SELECT seq, id, attempt, 'started',
        jsonb_build_object('backend', backend, 'resumed', is_resumed)
    FROM started
), earlier AS (
    SELECT a.posted_at, a.executing_at
    FROM chosen JOIN generation_attempts a ON a.job_id = chosen.id AND a.attempt = chosen.attempt
    WHERE chosen.is_resumed
), opened AS (
    INSERT INTO generation_attempts (
        job_id, attempt, worker_id, backend, comfyui_prompt_id, is_resumed, claimed_at,
        lease_until, posted_at, executing_at)
    SELECT id, attempt, :worker_id, backend, comfyui_prompt_id, is_resumed, clock_timestamp(),
        clock_timestamp() + :lease, earlier.posted_at, earlier.executing_at
    FROM started LEFT JOIN earlier ON true
    RETURNING posted_at, executing_at
), start AS (
    SELECT started.attempt, started.seq, started.comfyui_prompt_id,
        opened.posted_at IS NOT NULL AS was_posted,
        CAST(extract(epoch FROM clock_timestamp() - opened.executing_at) AS float)
            AS executing_seconds,
        CASE WHEN started.attempt = 1 THEN CAST(
            extract(epoch FROM started.started_at - started.created_at) AS float) END
            AS waited_seconds
    FROM started CROSS JOIN opened
)
"""
"""Starts the job in ``chosen`` (id, attempt, backend, is_resumed, comfyui_prompt_id) with a new attempt.

``start`` has one row, or none if the job does not wait any more, or another worker was first. A resumed
attempt copies the times at which its prompt was posted and started. Parameters: ``START_TYPES``.
"""
START_TYPES = (
    bindparam("worker_id", type_=Uuid),
    bindparam("prompt_id", type_=Text),
    bindparam("lease", type_=Interval),
)

# The results become items in the same statement; the caller rolls back if no row is returned.
COMPLETE = Statement(
    text(
        f"""
WITH {RECORD_ITEMS}, results AS (
    SELECT array_agg(id ORDER BY output_index) AS ids FROM recorded
), completed AS (
    UPDATE generation_jobs SET
        status = 'completed',
        content_id = (SELECT ids[1] FROM results),
        job_type = :job_type,
        completed_at = clock_timestamp(),
        render_seconds = render_seconds + COALESCE((
            SELECT extract(epoch FROM clock_timestamp()
                - COALESCE(executing_at, clock_timestamp() - :executed))
            FROM generation_attempts WHERE job_id = :job_id AND attempt = :attempt), 0),
        waiting_reason = NULL,
        seq = nextval('generation_job_events_id_seq'),
        updated_at = clock_timestamp()
    WHERE id = :job_id AND attempt = :attempt AND status = 'running' AND EXISTS (
        SELECT FROM generation_attempts
        WHERE job_id = :job_id AND attempt = :attempt AND worker_id = :worker_id
          AND ended_at IS NULL)
    RETURNING id, attempt, seq, batch_id
), noted AS (
    INSERT INTO generation_job_events (id, job_id, attempt, kind, detail)
    SELECT seq, id, attempt, 'completed', jsonb_build_object('content_id', ids[1])
        || CASE WHEN cardinality(ids) > 1 THEN jsonb_build_object('content_ids', to_jsonb(ids))
           ELSE '{{}}' END
    FROM completed CROSS JOIN results
), ended AS (
    UPDATE generation_attempts a SET
        ended_at = clock_timestamp(),
        verdict = 'completed',
        executing_at = COALESCE(a.executing_at, clock_timestamp() - :executed)
    FROM completed
    WHERE a.job_id = completed.id AND a.attempt = completed.attempt AND a.ended_at IS NULL
), counted AS (
    UPDATE generation_batches b SET
        open_count = b.open_count - 1,
        ended_at = CASE WHEN b.open_count = 1 THEN clock_timestamp() END
    FROM completed WHERE b.id = completed.batch_id
    RETURNING b.open_count
)
SELECT completed.seq, counted.open_count, results.ids
FROM completed CROSS JOIN results LEFT JOIN counted ON true
"""  # noqa: S608  # constants
    ).bindparams(
        *RECORD_TYPES,
        bindparam("worker_id", type_=Uuid),
        bindparam("executed", type_=Interval),
    )
)
