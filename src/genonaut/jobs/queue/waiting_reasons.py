"""Say why jobs cannot be claimed, and write it to their rows.

Jobs with the same needs have the same reason. A job without a reason waits only for its turn.
"""

from datetime import timedelta

from sqlalchemy import Interval, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.jobs.backends.capability import can_render, lacks, may_render
from genonaut.jobs.backends.repository import SILENT_AFTER

_MAX_LENGTH = 500

# ``lack``: no server that answers offers what the job needs; then ``unavailable_since`` is set.
# Follows a WITH that names the needs as ``wanted``.
REASONS = f"""
servers AS (
    SELECT wanted.needs, b.name, b.status, b.status = 'up' AS is_up,
        COALESCE({can_render("wanted.needs")}, false) AS is_capable,
        {may_render("wanted.needs")} AS is_unknown,
        (SELECT string_agg(need, ', ') FROM unnest(wanted.needs) AS need WHERE {lacks("need")})
            AS missing,
        EXISTS (SELECT FROM queue_pauses p WHERE p.backend = b.name) AS is_paused
    FROM wanted CROSS JOIN comfyui_backends b WHERE b.enabled
), summary AS (
    SELECT needs,
        bool_or(is_up) AS is_any_up,
        bool_or(NOT is_unknown) AS is_any_known,
        bool_or(is_capable) AS is_any_capable,
        bool_or(is_capable AND is_up) AS is_any_usable,
        bool_or(is_capable AND is_up AND NOT is_paused) AS is_any_open,
        string_agg(name, ', ' ORDER BY name) FILTER (WHERE is_unknown) AS unknown,
        string_agg(name || CASE status WHEN 'unknown' THEN ' was not checked yet'
                           ELSE ' is ' || status END, ', ' ORDER BY name)
            FILTER (WHERE is_capable AND NOT is_up) AS unusable,
        string_agg(name || ' lacks ' || missing, '; ' ORDER BY name)
            FILTER (WHERE NOT is_unknown) AS lacks
    FROM servers GROUP BY needs
), missing AS (
    SELECT needs, (
        SELECT string_agg(need, ', ') FROM unnest(needs) AS need
        WHERE NOT EXISTS (SELECT FROM comfyui_backends b
                          WHERE b.enabled AND NOT {lacks("need")})) AS everywhere
    FROM wanted
), lacking AS (
    SELECT wanted.needs, summary.is_any_open, CASE
        WHEN summary.needs IS NULL THEN 'no ComfyUI server is enabled'
        WHEN is_any_usable THEN NULL
        WHEN is_any_capable AND is_any_up
            THEN 'the ComfyUI servers that have its models cannot be used: ' || unusable
        WHEN is_any_capable OR NOT (is_any_known OR is_any_up) THEN 'no ComfyUI server answers'
        WHEN NOT is_any_known
            THEN 'it is not known yet whether a ComfyUI server can render this: ' || unknown
        ELSE 'no ComfyUI server has '
            || COALESCE(missing.everywhere, 'everything that this needs: ' || lacks)
            || COALESCE('; not known yet: ' || unknown, '')
    END AS lack
    FROM wanted
    JOIN missing ON missing.needs = wanted.needs
    LEFT JOIN summary ON summary.needs = wanted.needs
), reasons AS MATERIALIZED (
    SELECT needs, lack IS NOT NULL AS is_lacking, left(COALESCE(lack, (
        SELECT 'the queue is paused' || COALESCE(': ' || p.reason, '')
        FROM queue_pauses p WHERE p.backend = ''
    ), CASE
        WHEN NOT EXISTS (SELECT FROM workers w WHERE w.stopped_at IS NULL
                         AND w.seen_at > clock_timestamp() - CAST(:silent_after AS interval))
            THEN 'no worker is running'
        WHEN NOT EXISTS (SELECT FROM workers w WHERE w.stopped_at IS NULL
                         AND w.seen_at > clock_timestamp() - CAST(:silent_after AS interval)
                         AND w.storage_error IS NULL)
            THEN 'the storage cannot be written: ' || (
                SELECT w.storage_error FROM workers w
                WHERE w.stopped_at IS NULL AND w.storage_error IS NOT NULL
                ORDER BY w.seen_at DESC LIMIT 1)
        WHEN NOT is_any_open THEN 'the ComfyUI servers that have its models are paused'
    END), :max_length) AS reason
    FROM lacking
)
"""  # noqa: S608  # constants

# Only rows that change are locked, and rows locked by others are left to the next pass, so that this
# statement cannot deadlock.
_UPDATE = text(
    f"""
WITH wanted AS (
    SELECT DISTINCT needs FROM generation_jobs WHERE status IN ('pending', 'queued')
), {REASONS}, wanted_values AS (
    SELECT j.id, reasons.is_lacking, COALESCE(reasons.reason, CASE
        WHEN j.resume_until > clock_timestamp()
            THEN 'its prompt may still be at ' || j.backend || ', which is asked first'
    END) AS reason
    FROM generation_jobs j JOIN reasons ON reasons.needs = j.needs
    WHERE j.status IN ('pending', 'queued')
), changed AS (
    SELECT j.id, wanted_values.reason, wanted_values.is_lacking
    FROM generation_jobs j JOIN wanted_values ON wanted_values.id = j.id
    WHERE j.status IN ('pending', 'queued')
      AND (j.waiting_reason IS DISTINCT FROM wanted_values.reason
           OR (j.unavailable_since IS NOT NULL) <> wanted_values.is_lacking)
    ORDER BY j.id
    FOR UPDATE OF j SKIP LOCKED
)
UPDATE generation_jobs j SET
    waiting_reason = changed.reason,
    unavailable_since = CASE WHEN changed.is_lacking
        THEN COALESCE(j.unavailable_since, clock_timestamp()) END
FROM changed WHERE j.id = changed.id
"""  # noqa: S608  # constants of this module
).bindparams(bindparam("silent_after", type_=Interval))

REASON_PARAMETERS: dict[str, int | timedelta] = {
    "silent_after": SILENT_AFTER,
    "max_length": _MAX_LENGTH,
}


async def update_reasons(session: AsyncSession) -> None:
    """Write the reasons of all waiting jobs that changed."""
    await session.execute(_UPDATE, REASON_PARAMETERS)
