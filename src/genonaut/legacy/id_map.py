"""Look up and record which old rows were imported."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.legacy.tables import LegacyId
from genonaut.runtime import Runtime

USER, JOB, REQUEST, NOTIFICATION, OUTPUT = "user", "job", "request", "notification", "output"
ITEM = {"items": "item", "auto": "auto_item"}
"""Source type of an item to its kind."""
RATING, MODEL = "rating", "model"
COLLECTION, BOOKMARK = "collection", "bookmark"


class IdMap:
    """The imported rows of one older installation; a dry run remembers its own in memory."""

    def __init__(self, runtime: Runtime, source: str) -> None:
        self._runtime = runtime
        self._source = source
        self._dry: dict[tuple[str, str], str] = {}

    async def known(self, kind: str, ids: Collection[object]) -> dict[str, str]:
        """Return the new ids of those of the old rows that were imported."""
        wanted = {str(one) for one in ids if one is not None}
        query = select(LegacyId.legacy_id, LegacyId.new_id).where(
            LegacyId.source == self._source, LegacyId.kind == kind, LegacyId.legacy_id.in_(wanted)
        )
        async with self._runtime.begin() as uow:
            rows = await uow.session.execute(query)
            found = {row.legacy_id: row.new_id for row in rows}
        dry = {one: self._dry[kind, one] for one in wanted if (kind, one) in self._dry}
        return {**dry, **found}

    def add(self, session: AsyncSession, kind: str, legacy_id: object, new_id: object) -> None:
        """Record an imported row in the transaction that imports it."""
        session.add(
            LegacyId(source=self._source, kind=kind, legacy_id=str(legacy_id), new_id=str(new_id))
        )

    def remember(self, kind: str, legacy_id: object, new_id: object) -> None:
        """Record a row that a dry run would import."""
        self._dry[kind, str(legacy_id)] = str(new_id)
