"""The statement that stores a batch whose jobs differ in any column; else like ``STORE``."""

from sqlalchemy import (
    ARRAY,
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
from genonaut.jobs.submission.store_query import BACKEND_VERSIONS, MODEL_VERSIONS

STORE_MANY = Statement(
    text(
        f"""
WITH given AS MATERIALIZED (
    SELECT one.*, ARRAY(SELECT need FROM jsonb_array_elements_text(one.wanted)
                        WITH ORDINALITY AS all_needs(need, place) ORDER BY place) AS needs
    FROM unnest(:job_types, :prompts, :negative_prompts, :checkpoints, :loras, :widths, :heights,
                :params, :models, :inputs, :needs) WITH ORDINALITY
        AS one(job_type, prompt, negative_prompt, checkpoint_model, lora_models, width, height,
               params, models, inputs, wanted, number)
), wanted AS (SELECT DISTINCT needs FROM given), {REASONS}, known AS (
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
), jobs AS (
    INSERT INTO generation_jobs (
        user_id, batch_id, batch_index, job_type, status, prompt, negative_prompt,
        checkpoint_model, lora_models, width, height, batch_size, params, models, inputs, needs,
        arq_job_id, traceparent, queued_at, seq, waiting_reason, unavailable_since)
    SELECT :owner_id, batch.id, given.number - 1, given.job_type, 'queued', given.prompt,
        given.negative_prompt, given.checkpoint_model, given.lora_models, given.width,
        given.height, :size, given.params, given.models, given.inputs, given.needs, :arq_job_id,
        :traceparent, now(), nextval('generation_job_events_id_seq'), reasons.reason,
        CASE WHEN reasons.is_lacking THEN now() END
    FROM batch CROSS JOIN given JOIN reasons ON reasons.needs = given.needs
    ORDER BY given.number
    RETURNING id, seq, batch_index, waiting_reason, queued_at
), noted AS (
    INSERT INTO generation_job_events (id, job_id, attempt, kind, detail)
    SELECT seq, id, 0, 'queued', '{{}}' FROM jobs
)
SELECT known.is_current, room.is_enough, jobs.id, jobs.seq, jobs.waiting_reason, jobs.queued_at
FROM known CROSS JOIN room LEFT JOIN jobs ON true
ORDER BY jobs.batch_index
"""  # noqa: S608  # constants
    ).bindparams(
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
        bindparam("job_types", type_=ARRAY(Text)),
        bindparam("prompts", type_=ARRAY(Text)),
        bindparam("negative_prompts", type_=ARRAY(Text)),
        bindparam("checkpoints", type_=ARRAY(Text)),
        bindparam("loras", type_=ARRAY(JSONB)),
        bindparam("widths", type_=ARRAY(Integer)),
        bindparam("heights", type_=ARRAY(Integer)),
        bindparam("params", type_=ARRAY(JSONB)),
        bindparam("models", type_=ARRAY(JSONB)),
        bindparam("inputs", type_=ARRAY(JSONB)),
        bindparam("needs", type_=ARRAY(JSONB)),
        bindparam("arq_job_id", type_=String),
        bindparam("traceparent", type_=String),
    )
)
