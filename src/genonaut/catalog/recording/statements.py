"""Bulk writes of the catalogue: many rows in one statement, passed as one JSON text.

The caller must hold the write lock: the statements lock rows in any order and rely on the last write.
"""

from sqlalchemy import ARRAY, BigInteger, LargeBinary, bindparam, text

_MODEL_ROW = """
    folder text, name text, detected jsonb, kind text, architecture text, variant text,
    title text, search_text text, fit_key text, size_bytes bigint, health jsonb, source text
"""
_INSERT_MODELS = f"""
INSERT INTO available_models AS m (folder, name, detected, kind, architecture, variant, title,
    search_text, fit_key, size_bytes, health, source)
SELECT r.folder, r.name, r.detected, r.kind, r.architecture, r.variant, r.title,
    r.search_text, r.fit_key, r.size_bytes, r.health, r.source
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r({_MODEL_ROW})
ORDER BY r.folder, r.name
ON CONFLICT (folder, name)
"""  # noqa: S608  # constants of this module

# Corrections stay unchanged; the caller recomputes the columns that depend on them.
UPSERT_MODELS = text(
    _INSERT_MODELS
    + """
DO UPDATE SET detected = EXCLUDED.detected, kind = EXCLUDED.kind, variant = EXCLUDED.variant,
    architecture = EXCLUDED.architecture, title = EXCLUDED.title, fit_key = EXCLUDED.fit_key,
    search_text = EXCLUDED.search_text, health = EXCLUDED.health, updated_at = now()
RETURNING m.id, m.folder, m.name, m.overrides, m.xmax = 0 AS is_new
"""
)
ADD_MODELS = text(_INSERT_MODELS + "DO NOTHING RETURNING m.id, m.folder, m.name")

# A file with the inode, size and time of a hashed file has the same bytes and takes over its hashes.
UPSERT_FILES = text(
    """
INSERT INTO model_files AS f (model_id, path, root_folder, size_bytes, mtime_ns, neighbours_ns,
    inode, preview, is_readable, sha256, tensors_sha256)
SELECT m.id, decode(r.path, 'base64'), r.folder, r.size_bytes, r.mtime_ns, r.neighbours_ns,
    r.inode, decode(r.preview, 'base64'), r.is_readable, twin.sha256, twin.tensors_sha256
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(folder text, name text, path text,
    size_bytes bigint, mtime_ns bigint, neighbours_ns bigint, inode text, preview text,
    is_readable boolean)
JOIN available_models m ON m.folder = r.folder AND m.name = r.name
LEFT JOIN LATERAL (
    SELECT o.sha256, o.tensors_sha256 FROM model_files o
    WHERE o.inode = r.inode AND o.size_bytes = r.size_bytes AND o.mtime_ns = r.mtime_ns
        AND o.sha256 IS NOT NULL
    LIMIT 1
) AS twin ON true
ON CONFLICT (root_folder, path) DO UPDATE SET
    sha256 = CASE WHEN (f.size_bytes, f.mtime_ns) = (EXCLUDED.size_bytes, EXCLUDED.mtime_ns)
        THEN f.sha256 ELSE EXCLUDED.sha256 END,
    tensors_sha256 = CASE WHEN (f.size_bytes, f.mtime_ns) = (EXCLUDED.size_bytes, EXCLUDED.mtime_ns)
        THEN f.tensors_sha256 ELSE EXCLUDED.tensors_sha256 END,
    model_id = EXCLUDED.model_id, size_bytes = EXCLUDED.size_bytes, mtime_ns = EXCLUDED.mtime_ns,
    neighbours_ns = EXCLUDED.neighbours_ns, inode = EXCLUDED.inode, preview = EXCLUDED.preview,
    is_readable = EXCLUDED.is_readable, missing_since = NULL
RETURNING f.model_id
"""
)

MARK_MISSING = text(
    """
UPDATE model_files SET missing_since = now()
WHERE path = ANY(:paths) AND missing_since IS NULL
RETURNING model_id
"""
).bindparams(bindparam("paths", type_=ARRAY(LargeBinary)))

# If one of several files with one name vanished, the next scan examines the remaining ones again.
RE_EXAMINE = text(
    """
UPDATE model_files SET mtime_ns = -1 WHERE model_id = ANY(:ids) AND missing_since IS NULL
"""
).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))

# Updates size, hashes, source and availability of models from their files and backends.
RECOMPUTE = text(
    """
UPDATE available_models m SET
    size_bytes = COALESCE(f.size_bytes, b.size_bytes, m.size_bytes),
    sha256 = CASE WHEN f.id IS NULL THEN m.sha256 ELSE f.sha256 END,
    tensors_sha256 = CASE WHEN f.id IS NULL THEN m.tensors_sha256 ELSE f.tensors_sha256 END,
    health = CASE WHEN f.id IS NULL THEN '[]' ELSE m.health END,
    source = CASE WHEN f.id IS NOT NULL THEN 'filesystem' WHEN b.servers > 0 THEN 'comfyui'
        WHEN m.is_manual THEN 'manual' ELSE m.source END,
    unavailable_since = CASE WHEN f.id IS NOT NULL OR b.servers > 0 THEN NULL
        ELSE COALESCE(m.unavailable_since, now()) END
FROM unnest(:ids) AS t(id)
LEFT JOIN LATERAL (
    SELECT * FROM model_files f WHERE f.model_id = t.id AND f.missing_since IS NULL
    ORDER BY f.id LIMIT 1
) AS f ON true
CROSS JOIN LATERAL (
    SELECT count(*) AS servers, max(b.size_bytes) AS size_bytes
    FROM model_backends b WHERE b.model_id = t.id
) AS b
WHERE m.id = t.id
"""
).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))

# Pairs of a vanished model and a new one with the same bytes: by hash, or by inode, size and time.
MOVED = text(
    """
SELECT DISTINCT ON (pairs.new_id) pairs.new_id, pairs.old_id FROM (
    SELECT n.id AS new_id, o.id AS old_id FROM available_models o
    JOIN available_models n ON n.sha256 = o.sha256 AND n.id <> o.id
    WHERE o.unavailable_since IS NOT NULL AND o.sha256 IS NOT NULL
    UNION
    SELECT nf.model_id, f.model_id FROM model_files f
    JOIN model_files nf ON nf.inode = f.inode AND nf.size_bytes = f.size_bytes
        AND nf.mtime_ns = f.mtime_ns AND nf.missing_since IS NULL AND nf.model_id <> f.model_id
    WHERE f.missing_since IS NOT NULL AND f.size_bytes > 0 AND f.mtime_ns >= 0
) AS pairs
JOIN available_models o ON o.id = pairs.old_id AND o.unavailable_since IS NOT NULL
JOIN available_models n ON n.id = pairs.new_id AND n.unavailable_since IS NULL
    AND n.overrides = '{}' AND n.enabled AND NOT n.is_manual
ORDER BY pairs.new_id, (o.overrides <> '{}' OR NOT o.enabled) DESC, o.unavailable_since DESC
"""
)

LIST_AT_BACKEND = text(
    """
INSERT INTO model_backends AS b (model_id, backend, spelling, size_bytes, path_index)
SELECT m.id, :backend, r.spelling, r.size_bytes, r.path_index
FROM jsonb_to_recordset(CAST(:rows AS jsonb))
    AS r(folder text, name text, spelling text, size_bytes bigint, path_index smallint)
JOIN available_models m ON m.folder = r.folder AND m.name = r.name
ORDER BY m.id
ON CONFLICT (model_id, backend) DO UPDATE SET spelling = EXCLUDED.spelling,
    size_bytes = COALESCE(EXCLUDED.size_bytes, b.size_bytes),
    path_index = CASE WHEN EXCLUDED.size_bytes IS NULL THEN b.path_index
        ELSE EXCLUDED.path_index END,
    words_read_at = CASE WHEN (b.size_bytes = EXCLUDED.size_bytes) IS NOT FALSE
        THEN b.words_read_at END,
    picture_asked_at = CASE WHEN (b.size_bytes = EXCLUDED.size_bytes) IS NOT FALSE
        THEN b.picture_asked_at END
WHERE b.spelling IS DISTINCT FROM EXCLUDED.spelling
    OR EXCLUDED.size_bytes IS NOT NULL AND (b.size_bytes, b.path_index)
    IS DISTINCT FROM (EXCLUDED.size_bytes, EXCLUDED.path_index)
RETURNING b.model_id
"""
)

UNLIST_AT_BACKEND = text(
    """
DELETE FROM model_backends b USING available_models m
WHERE b.backend = :backend AND m.id = b.model_id AND m.folder = ANY(:folders)
    AND NOT EXISTS (
        SELECT FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(folder text, name text)
        WHERE r.folder = m.folder AND r.name = m.name
    )
RETURNING b.model_id
"""
)
