"""Order, priority, fairness and retry delays in one query.

Waiting users are found by a loose index scan, so that one user's thousand jobs cost no more than
one; per user only the best claimable job is looked at; of those the one with the highest priority
wins, then the one of the user with the fewest running jobs, then the oldest. Pauses are read here,
after the locks of the claim: whoever pauses takes the same locks first, so that nothing is begun
once a pause is committed.
"""

from sqlalchemy import ARRAY, BigInteger, Float, Text, bindparam, text

CLAIMABLE = """
    j.status IN ('pending', 'queued')
    AND j.cancel_requested_at IS NULL
    AND (j.not_before IS NULL OR j.not_before <= clock_timestamp())
    AND (j.resume_until IS NULL OR j.resume_until <= clock_timestamp())
"""

BEST_JOB = (
    text(
        f"""
WITH RECURSIVE open_backends AS MATERIALIZED (
    SELECT free.name, free.load FROM unnest(:names, :loads) AS free(name, load)
    WHERE NOT EXISTS (SELECT 1 FROM queue_pauses p WHERE p.backend IN ('', free.name))
), waiting_users AS (
    (SELECT user_id FROM generation_jobs
     WHERE status IN ('pending', 'queued') ORDER BY user_id LIMIT 1)
    UNION ALL
    SELECT (SELECT user_id FROM generation_jobs
            WHERE status IN ('pending', 'queued') AND user_id > waiting_users.user_id
            ORDER BY user_id LIMIT 1)
    FROM waiting_users WHERE waiting_users.user_id IS NOT NULL
)
SELECT best.id, best.backend
FROM waiting_users
CROSS JOIN LATERAL (
    SELECT j.id, j.priority, chosen.name AS backend
    FROM generation_jobs j
    CROSS JOIN LATERAL (
        SELECT free.name
        FROM open_backends AS free
        JOIN comfyui_backends b ON b.name = free.name
        WHERE b.offers @> j.needs
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
ORDER BY best.priority DESC, load.running, best.id
LIMIT 1
"""  # noqa: S608  # the inserted condition is a constant of this module
    )
    .bindparams(bindparam("names", type_=ARRAY(Text)), bindparam("loads", type_=ARRAY(Float)))
    .columns(id=BigInteger, backend=Text)
)
