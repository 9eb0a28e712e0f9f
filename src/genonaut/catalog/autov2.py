"""The sums by which other programs recognise the files of a picture."""

from collections.abc import Collection

from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.catalog.hashing import AUTOV2_DIGITS

# text(): asked for every picture (docs/decisions/hot-path.md).
_SUMS = text(
    """
SELECT m.folder || '/' || m.name AS file, m.sha256
FROM unnest(:folders, :names) AS wanted(folder, name)
JOIN available_models m ON m.folder = wanted.folder AND m.name = wanted.name
WHERE m.sha256 IS NOT NULL
"""
).bindparams(bindparam("folders", type_=ARRAY(Text)), bindparam("names", type_=ARRAY(Text)))


async def autov2_of(session: AsyncSession, files: Collection[str]) -> dict[str, str]:
    """Return what A1111 calls the hash, by ``folder/name``, of those files that were hashed."""
    places = [file.split("/", 1) for file in files]
    rows = await session.execute(
        _SUMS, {"folders": [one[0] for one in places], "names": [one[1] for one in places]}
    )
    return {row.file: row.sha256[:AUTOV2_DIGITS] for row in rows}
