"""The two transitions of every successful job, each as one statement: start, complete.

The other transitions are rare and take several statements. Round trips and the building of
statements cost more than PostgreSQL's work (docs/decisions/hot-path.md).
"""

from sqlalchemy import Interval, Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from genonaut.content.recording import RECORD_ITEMS, RECORD_TYPES
from genonaut.db.statement import Statement

START = Statement(
    text(
        """
WITH started AS (
    UPDATE generation_jobs SET
        status = 'running',
        attempt = attempt + 1,
        backend = :backend,
        comfyui_prompt_id = :prompt_id,
        started_at = COALESCE(started_at, clock_timestamp()),
        resume_until = NULL,
        not_before = NULL,
        waiting_reason = NULL,
        unavailable_since = NULL,
        seq = nextval('generation_job_events_id_seq'),
        updated_at = clock_timestamp()
    WHERE id = :job_id AND attempt = :earlier_attempt AND status IN ('pending', 'queued')
      AND cancel_requested_at IS NULL
    RETURNING id, attempt, seq, created_at, started_at
), noted AS (
    INSERT INTO generation_job_events (id, job_id, attempt, kind, detail)
    SELECT seq, id, attempt, 'started', :detail FROM started
), earlier AS (
    SELECT posted_at, executing_at FROM generation_attempts
    WHERE job_id = :job_id AND attempt = :earlier_attempt AND :is_resumed
), opened AS (
    INSERT INTO generation_attempts (
        job_id, attempt, worker_id, backend, comfyui_prompt_id, is_resumed, claimed_at,
        lease_until, posted_at, executing_at)
    SELECT id, attempt, :worker_id, :backend, :prompt_id, :is_resumed, clock_timestamp(),
        clock_timestamp() + :lease, earlier.posted_at, earlier.executing_at
    FROM started LEFT JOIN earlier ON true
    RETURNING posted_at, executing_at
)
SELECT started.attempt, started.seq, opened.posted_at IS NOT NULL AS was_posted,
    CAST(extract(epoch FROM clock_timestamp() - opened.executing_at) AS float) AS executing_seconds,
    CASE WHEN started.attempt = 1 THEN CAST(
        extract(epoch FROM started.started_at - started.created_at) AS float) END AS waited_seconds
FROM started CROSS JOIN opened
"""
    ).bindparams(
        bindparam("worker_id", type_=Uuid),
        bindparam("lease", type_=Interval),
        bindparam("detail", type_=JSONB),
    )
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
