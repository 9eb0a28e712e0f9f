"""The statements that store a grid beside its jobs."""

from sqlalchemy import ARRAY, BigInteger, SmallInteger, String, Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from genonaut.db.statement import Statement

STORE_GRID = Statement(
    text(
        """
WITH grid AS (
    INSERT INTO grids (user_id, batch_id, title, request, axes, seeds)
    VALUES (:owner_id, :batch_id, :title, :request, :axes, :seeds)
    RETURNING id
), cells AS (
    INSERT INTO grid_cells (grid_id, z, y, x, job_id)
    SELECT grid.id, one.z, one.y, one.x, one.job_id
    FROM grid CROSS JOIN unnest(:zs, :ys, :xs, :job_ids) AS one(z, y, x, job_id)
)
SELECT id FROM grid
"""
    ).bindparams(
        bindparam("owner_id", type_=Uuid),
        bindparam("batch_id", type_=Uuid),
        bindparam("title", type_=String),
        bindparam("request", type_=JSONB),
        bindparam("axes", type_=JSONB),
        bindparam("seeds", type_=String),
        bindparam("xs", type_=ARRAY(SmallInteger)),
        bindparam("ys", type_=ARRAY(SmallInteger)),
        bindparam("zs", type_=ARRAY(SmallInteger)),
        bindparam("job_ids", type_=ARRAY(BigInteger)),
    )
)

# Counts no more rows than are allowed.
COUNT_GRIDS = Statement(
    text(
        """
SELECT count(*) FROM (SELECT FROM grids WHERE user_id = :owner_id LIMIT :most) AS found
"""
    ).bindparams(bindparam("owner_id", type_=Uuid), bindparam("most", type_=BigInteger))
)

# A cell whose job another request has replaced does not match: the caller counts the rows.
REPLACE_JOBS = Statement(
    text(
        """
UPDATE grid_cells cell SET job_id = one.new_id
FROM unnest(:zs, :ys, :xs, :old_ids, :new_ids) AS one(z, y, x, old_id, new_id)
WHERE cell.grid_id = :grid_id AND cell.z = one.z AND cell.y = one.y AND cell.x = one.x
    AND cell.job_id IS NOT DISTINCT FROM one.old_id
RETURNING cell.job_id
"""
    ).bindparams(
        bindparam("grid_id", type_=BigInteger),
        bindparam("xs", type_=ARRAY(SmallInteger)),
        bindparam("ys", type_=ARRAY(SmallInteger)),
        bindparam("zs", type_=ARRAY(SmallInteger)),
        bindparam("old_ids", type_=ARRAY(BigInteger)),
        bindparam("new_ids", type_=ARRAY(BigInteger)),
    )
)
