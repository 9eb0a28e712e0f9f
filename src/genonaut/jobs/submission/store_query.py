"""The statement that stores a submission: batch, jobs and timeline entries, if it is still valid."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Integer,
    Interval,
    SmallInteger,
    String,
    Text,
    Uuid,
    bindparam,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from genonaut.db.statement import Statement
from genonaut.jobs.queue.waiting_reasons import REASONS

# What the choice of models was based on. A hash: health checks write these rows every few seconds.
BACKEND_VERSIONS = """
COALESCE((SELECT array_agg(name || ' ' || COALESCE(hash_array_extended(offers, 0), 0) ORDER BY name)
          FROM comfyui_backends WHERE enabled), '{}')
"""
MODEL_VERSIONS = """
COALESCE((SELECT array_agg(id || ' ' || CAST(xmin AS text) ORDER BY id) FROM available_models
          WHERE name = ANY(CAST(:model_names AS text[]))), '{}')
"""

VERSIONS = text(f"SELECT {BACKEND_VERSIONS}, {MODEL_VERSIONS}").bindparams(  # constants
    bindparam("model_names", type_=ARRAY(Text))
)

# What the statements that store a submission have in common: the CTEs before its jobs, what follows
# them, and the parameters of both.
BATCH = f"""known AS (
    SELECT {BACKEND_VERSIONS} = :backend_versions AND {MODEL_VERSIONS} = :model_versions
        AS is_current
), room AS (
    SELECT :limit = 0 OR :limit >= :size + (
        SELECT count(*) FROM generation_jobs
        WHERE user_id = :owner_id AND status IN ('pending', 'queued')) AS is_enough
), batch AS (
    INSERT INTO generation_batches (id, user_id, idempotency_key, request_hash, size, open_count)
    SELECT :batch_id, :owner_id, :idempotency_key, :request_hash, :size, :size
    FROM known, room WHERE is_current AND is_enough
    ON CONFLICT (user_id, idempotency_key) DO NOTHING
    RETURNING id
)"""  # noqa: S608  # constants
RESULT = """, noted AS (
    INSERT INTO generation_job_events (id, job_id, attempt, kind, detail)
    SELECT seq, id, 0, 'queued', '{}' FROM jobs
)
SELECT known.is_current, room.is_enough, jobs.id, jobs.seq, jobs.waiting_reason, jobs.queued_at
FROM known CROSS JOIN room LEFT JOIN jobs ON true
ORDER BY jobs.batch_index
"""
PARAMETERS = (
    bindparam("silent_after", type_=Interval),
    bindparam("max_length", type_=Integer),
    bindparam("backend_versions", type_=ARRAY(Text)),
    bindparam("model_names", type_=ARRAY(Text)),
    bindparam("model_versions", type_=ARRAY(Text)),
    bindparam("limit", type_=Integer),
    bindparam("size", type_=SmallInteger),
    bindparam("owner_id", type_=Uuid),
    bindparam("batch_id", type_=Uuid),
    bindparam("idempotency_key", type_=String),
    bindparam("request_hash", type_=String),
    bindparam("arq_job_id", type_=String),
    bindparam("traceparent", type_=String),
)

# Returns one row per job, or one row with nulls: the versions differ, there is no room, or the key was
# used. Of two requests with one key, the second waits here for the first to commit.
STORE = Statement(
    text(
        f"""
WITH wanted AS (SELECT CAST(:needs AS text[]) AS needs), {REASONS}, {BATCH}, jobs AS (
    INSERT INTO generation_jobs (
        user_id, batch_id, batch_index, job_type, status, prompt, negative_prompt,
        checkpoint_model, lora_models, width, height, batch_size, params, models, inputs, needs,
        workflow_version_id, arq_job_id, traceparent, queued_at, seq, waiting_reason,
        unavailable_since)
    SELECT :owner_id, batch.id, one.number - 1, :job_type, 'queued', one.prompt, :negative_prompt,
        :checkpoint_model, :lora_models, :width, :height, :size, one.params, :models, one.inputs,
        reasons.needs, :workflow_version_id, :arq_job_id, :traceparent, now(),
        nextval('generation_job_events_id_seq'), reasons.reason,
        CASE WHEN reasons.is_lacking THEN now() END
    FROM batch CROSS JOIN reasons
    CROSS JOIN unnest(:params, :inputs, :prompts) WITH ORDINALITY
        AS one(params, inputs, prompt, number)
    ORDER BY one.number
    RETURNING id, seq, batch_index, waiting_reason, queued_at
){RESULT}"""  # noqa: S608  # constants
    ).bindparams(
        bindparam("needs", type_=ARRAY(Text)),
        *PARAMETERS,
        bindparam("job_type", type_=String),
        bindparam("prompts", type_=ARRAY(Text)),
        bindparam("workflow_version_id", type_=BigInteger),
        bindparam("negative_prompt", type_=Text),
        bindparam("checkpoint_model", type_=String),
        bindparam("lora_models", type_=JSONB),
        bindparam("width", type_=Integer),
        bindparam("height", type_=Integer),
        bindparam("params", type_=ARRAY(JSONB)),
        bindparam("models", type_=JSONB),
        bindparam("inputs", type_=ARRAY(JSONB)),
    )
)
