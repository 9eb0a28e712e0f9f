"""The AutoV2 hashes of a job's model files, as other programs record them in images."""

from collections.abc import Collection

from sqlalchemy import ARRAY, Text, bindparam, text

from genonaut.catalog.hashing import AUTOV2_DIGITS
from genonaut.db.reader import Reader, ReadStatement

_HASHES = ReadStatement(
    text(
        """
SELECT m.folder || '/' || m.name AS file, m.sha256
FROM unnest(:folders, :names) AS wanted(folder, name)
JOIN available_models m ON m.folder = wanted.folder AND m.name = wanted.name
WHERE m.sha256 IS NOT NULL
"""
    ).bindparams(bindparam("folders", type_=ARRAY(Text)), bindparam("names", type_=ARRAY(Text)))
)


async def autov2_of(reader: Reader, files: Collection[str]) -> dict[str, str]:
    """Return the AutoV2 hash by ``folder/name``; files without a hash are left out."""
    parts = [file.split("/", 1) for file in files]
    rows = await reader.fetch(
        _HASHES, folders=[one[0] for one in parts], names=[one[1] for one in parts]
    )
    return {file: sha256[:AUTOV2_DIGITS] for file, sha256 in rows}
