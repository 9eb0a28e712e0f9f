"""Queries on uploads."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    delete,
    func,
    literal_column,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from genonaut.db.counting import bounded_count
from genonaut.uploads.tables import Upload, UploadKind, UploadThumbnail

# Jobs are above this package, so their table is named as text; ix_generation_jobs_upload_ids serves it.
_JOBS_THAT_NAME_IT = (
    "SELECT 1 FROM generation_jobs AS job WHERE job.inputs IS NOT NULL AND"
    " jsonb_path_query_array(job.inputs, '$.**.upload_id') @> jsonb_build_array(uploads.id)"
)
_IS_NAMED: ColumnElement[bool] = literal_column(f"EXISTS ({_JOBS_THAT_NAME_IT})")
_IS_NEEDED: ColumnElement[bool] = literal_column(
    f"EXISTS ({_JOBS_THAT_NAME_IT} AND job.status IN ('pending', 'queued', 'running'))"
)
_SUBMITTING = timedelta(minutes=5)
"""A submission that named the upload less than this ago may not have stored its jobs yet."""


def removable(unused: timedelta) -> ColumnElement[bool]:
    """Return the condition for uploads that may be removed.

    Those that the owner deleted and no unfinished job needs, and those that no job names and that were
    not used for the time ``unused``.
    """
    one = Upload
    is_settled = or_(one.named_at.is_(None), one.named_at < func.now() - _SUBMITTING)
    return or_(
        and_(one.deleted_at.is_not(None), is_settled, not_(_IS_NEEDED)),
        and_(one.last_used_at < func.now() - unused, not_(_IS_NAMED)),
    )


class UploadRepository:
    """Reads and changes uploads."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, upload_id: int, owner_id: UUID) -> Upload | None:
        """Return an upload of a user that was not deleted, with its thumbnails."""
        query = self._of(owner_id).where(Upload.id == upload_id)
        return (await self._session.scalars(query)).one_or_none()

    async def reuse(self, source_sha256: str, owner_id: UUID) -> Upload | None:
        """Return the upload that was made from the same bytes, and count it as used."""
        query = self._of(owner_id).where(Upload.source_sha256 == source_sha256)
        found = (await self._session.scalars(query.with_for_update())).first()
        if found is not None:
            found.last_used_at = func.now()
            await self._session.flush()
        return found

    async def page(
        self, owner_id: UUID, kind: UploadKind | None, *, after: int | None, limit: int
    ) -> Sequence[Upload]:
        """Return uploads, newest first; ``after`` is the id of the last one before them."""
        query = self._of(owner_id)
        if kind is not None:
            query = query.where(Upload.kind == kind)
        if after is not None:
            query = query.where(Upload.id < after)
        return (await self._session.scalars(query.order_by(Upload.id.desc()).limit(limit))).all()

    async def count(self, owner_id: UUID, kind: UploadKind | None) -> int:
        """Return the number of uploads, at most 10,001."""
        query = select(Upload.id).where(Upload.user_id == owner_id, Upload.deleted_at.is_(None))
        if kind is not None:
            query = query.where(Upload.kind == kind)
        return await bounded_count(self._session, query)

    async def stored_bytes(self, owner_id: UUID) -> int:
        """Return the bytes of a user's uploads, also of deleted ones whose files remain."""
        total = func.coalesce(func.sum(Upload.size_bytes), 0)
        return int(await self._session.scalar(select(total).where(Upload.user_id == owner_id)) or 0)

    async def add(self, values: dict[str, Any]) -> int | None:
        """Insert an upload; None if the user has the same stored bytes already."""
        statement = insert(Upload).values(values).on_conflict_do_nothing()
        return await self._session.scalar(statement.returning(Upload.id))

    async def with_bytes(self, sha256: str, owner_id: UUID) -> Upload | None:
        """Return the upload with these stored bytes, also a deleted one whose row remains."""
        query = select(Upload).where(Upload.user_id == owner_id, Upload.sha256 == sha256)
        return (await self._session.scalars(query)).one_or_none()

    async def revive(
        self, sha256: str, owner_id: UUID, *, is_intact: bool = False
    ) -> tuple[int, bool] | None:
        """Count the upload with these stored bytes as used; return its id and whether it was deleted.

        None if it was removed meanwhile. With ``is_intact`` its file is recorded as not damaged.
        """
        query = select(Upload.id, Upload.deleted_at.is_not(None)).where(
            Upload.user_id == owner_id, Upload.sha256 == sha256
        )
        found = (await self._session.execute(query.with_for_update())).one_or_none()
        if found is None:
            return None
        upload_id, was_deleted = found
        changed = update(Upload).where(Upload.id == upload_id)
        await self._session.execute(changed.values(deleted_at=None, last_used_at=func.now()))
        if is_intact:
            await self._session.execute(changed.values(verified_at=func.now(), damaged_at=None))
        return upload_id, was_deleted

    async def hide(self, upload_id: int, owner_id: UUID) -> bool:
        """Mark an upload as deleted; return whether there was one."""
        statement = update(Upload).where(
            Upload.id == upload_id, Upload.user_id == owner_id, Upload.deleted_at.is_(None)
        )
        changed = statement.values(deleted_at=func.now()).returning(Upload.id)
        return await self._session.scalar(changed) is not None

    async def remove(
        self, unused: timedelta, *, limit: int, upload_id: int | None = None
    ) -> tuple[int, list[str]]:
        """Delete the rows of removable uploads; return their number and the keys of their files."""
        query = select(Upload.id).where(removable(unused))
        if upload_id is not None:
            query = query.where(Upload.id == upload_id)
        # Another worker may be removing the same rows, and a submission may be naming one.
        chosen = query.limit(limit).with_for_update(skip_locked=True)
        ids = (await self._session.scalars(chosen)).all()
        if not ids:
            return 0, []
        thumbnails = select(UploadThumbnail.storage_key).where(UploadThumbnail.upload_id.in_(ids))
        keys = set(await self._session.scalars(thumbnails))
        statement = delete(Upload).where(Upload.id.in_(ids)).returning(Upload.storage_key)
        keys.update(await self._session.scalars(statement))
        return len(ids), sorted(keys)

    @staticmethod
    def _of(owner_id: UUID) -> Select[Upload]:
        return (
            select(Upload)
            .options(selectinload(Upload.thumbnails))
            .where(Upload.user_id == owner_id, Upload.deleted_at.is_(None))
        )
