"""The statement that stores a batch whose jobs differ in any column; else like ``STORE``."""

from sqlalchemy import (
    ARRAY,
    Integer,
    Text,
    bindparam,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from genonaut.db.statement import Statement
from genonaut.jobs.queue.waiting_reasons import REASONS
from genonaut.jobs.submission.store_query import BATCH, PARAMETERS, RESULT

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
), wanted AS (SELECT DISTINCT needs FROM given), {REASONS}, {BATCH}, jobs AS (
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
){RESULT}"""  # noqa: S608  # constants
    ).bindparams(
        *PARAMETERS,
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
    )
)
