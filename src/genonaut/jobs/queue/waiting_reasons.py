"""Write the reasons why jobs cannot be claimed to their rows."""

from sqlalchemy import ScalarSelect, func, select, text

from genonaut.jobs.tables import QueuePause

# Jobs with the same needs have the same reason. Only rows that change are locked, and rows locked by
# others are left to the next pass, so that this statement cannot deadlock.
UPDATE_REASONS = text(
    """
WITH wanted AS (
    SELECT DISTINCT needs FROM generation_jobs WHERE status IN ('pending', 'queued')
), lacking AS (
    SELECT needs, CASE
        WHEN NOT EXISTS (SELECT 1 FROM comfyui_backends b WHERE b.enabled)
            THEN 'no ComfyUI server is enabled'
        WHEN EXISTS (SELECT 1 FROM comfyui_backends b
                     WHERE b.enabled AND (b.offers IS NULL OR b.offers @> needs))
            THEN NULL
        ELSE 'no ComfyUI server has ' || COALESCE((
            SELECT string_agg(need, ', ') FROM unnest(needs) AS need
            WHERE NOT EXISTS (
                SELECT 1 FROM comfyui_backends b WHERE b.enabled AND need = ANY(b.offers))
        ), 'all its models at once')
    END AS lack
    FROM wanted
), reasons AS MATERIALIZED (
    SELECT needs, lack IS NOT NULL AS is_lacking, left(COALESCE(lack, (
        SELECT 'the queue is paused' || COALESCE(': ' || p.reason, '')
        FROM queue_pauses p WHERE p.backend = ''
    ), CASE
        WHEN NOT EXISTS (SELECT 1 FROM comfyui_backends b WHERE b.enabled AND b.status = 'up')
            THEN 'no ComfyUI server answers'
        WHEN NOT EXISTS (SELECT 1 FROM comfyui_backends b
                         WHERE b.enabled AND (b.offers IS NULL OR b.offers @> needs)
                           AND NOT EXISTS (SELECT 1 FROM queue_pauses p WHERE p.backend = b.name))
            THEN 'the ComfyUI servers that have its models are paused'
    END), 500) AS reason
    FROM lacking
), changed AS (
    SELECT j.id, reasons.reason, reasons.is_lacking
    FROM generation_jobs j JOIN reasons ON reasons.needs = j.needs
    WHERE j.status IN ('pending', 'queued')
      AND (j.waiting_reason IS DISTINCT FROM reasons.reason
           OR (j.unavailable_since IS NOT NULL) <> reasons.is_lacking)
    ORDER BY j.id
    FOR UPDATE OF j SKIP LOCKED
)
UPDATE generation_jobs j SET
    waiting_reason = changed.reason,
    unavailable_since = CASE WHEN changed.is_lacking
        THEN COALESCE(j.unavailable_since, clock_timestamp()) END
FROM changed WHERE j.id = changed.id
"""
)
"""Writes changed reasons; a job without a reason waits only for its turn."""


def pause_reason() -> ScalarSelect[str]:
    """Return the waiting reason of a new job while the queue is paused, as ``UPDATE_REASONS`` does."""
    words = func.concat("the queue is paused", ": " + QueuePause.reason)
    return select(words).where(QueuePause.backend == "").scalar_subquery()
