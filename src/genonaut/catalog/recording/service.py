"""Record the results of scans and hashing; corrections are never overwritten."""

import base64
import os
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.catalog.effective import Overrides, effective_of, storable, storable_json
from genonaut.catalog.hashing import FileHashes
from genonaut.catalog.identification.findings import Identification
from genonaut.catalog.recording import statements as sql
from genonaut.catalog.recording.write_lock import acquire_write_lock
from genonaut.catalog.scanning.discover import FoundFile, printable
from genonaut.catalog.scanning.examine import Examined
from genonaut.catalog.scanning.health import FATAL, ModelHealth
from genonaut.catalog.scanning.scan import Fingerprint
from genonaut.catalog.tables import AvailableModel, ModelBackend, ModelFile
from genonaut.catalog.vocabulary import ModelSource
from genonaut.db import UnitOfWork

# PostgreSQL's B-trees accept keys up to 2,704 bytes.
MAX_NAME_BYTES, MAX_PATH_BYTES = 1_000, 2_000


class ModelRow(msgspec.Struct, frozen=True, kw_only=True):
    """A model in the form of the bulk statements."""

    folder: str
    name: str
    detected: Identification
    kind: str
    architecture: str
    variant: str
    title: str
    search_text: str
    fit_key: str
    size_bytes: int | None
    health: tuple[ModelHealth, ...]
    source: ModelSource


def model_row(
    folder: str,
    name: str,
    detected: Identification,
    *,
    source: ModelSource,
    size_bytes: int | None = None,
    health: tuple[ModelHealth, ...] = (),
) -> ModelRow:
    """Return the row of a model as detected, without corrections."""
    effective = effective_of(detected, Overrides(), name)
    return ModelRow(
        folder=folder,
        name=name,
        detected=detected,
        size_bytes=size_bytes,
        health=health,
        source=source,
        **msgspec.structs.asdict(effective),
    )


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """What a batch changed; ``refused`` names the files that cannot be stored, with reasons."""

    added: int = 0
    changed: int = 0
    refused: tuple[str, ...] = ()


class RecordingService:
    """Records files and their models; every method leaves derived columns up to date."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._session: AsyncSession = uow.session

    async def known_files(self) -> dict[tuple[str, str], Fingerprint]:
        """Return the fingerprint of every existing file, by (path, folder of the root)."""
        columns = (
            ModelFile.path,
            ModelFile.root_folder,
            ModelFile.size_bytes,
            ModelFile.mtime_ns,
            ModelFile.neighbours_ns,
        )
        rows = await self._session.execute(
            select(*columns).where(ModelFile.missing_since.is_(None))
        )
        return {(os.fsdecode(row[0]), row[1]): Fingerprint(*row[2:]) for row in rows}

    async def record_examined(
        self, examined: Sequence[Examined], *, leading: Iterable[Examined]
    ) -> Recorded:
        """Record files and their models.

        Args:
            examined: The files that were examined.
            leading: Those of them that describe their model: of several files with one name, the one
                that ComfyUI loads.
        """
        await acquire_write_lock(self._session)
        refused = tuple(why for one in examined if (why := _why_refused(one.file)))
        kept = [one for one in examined if not _why_refused(one.file)]
        rows = {
            (row.folder, row.name): row
            for row in map(_row_of, (one for one in leading if not _why_refused(one.file)))
        }
        written = await self._session.execute(
            sql.UPSERT_MODELS, {"rows": storable_json(list(rows.values()))}
        )
        added = changed = 0
        for found in written:
            added, changed = added + found.is_new, changed + (not found.is_new)
            if found.overrides:
                await self._apply_overrides(
                    found.id, rows[found.folder, found.name], found.overrides
                )
        files = await self._session.scalars(
            sql.UPSERT_FILES, {"rows": storable_json([_file_row(one) for one in kept])}
        )
        await self.recompute(files)
        return Recorded(added=added, changed=changed, refused=refused)

    async def record_missing(self, paths: Sequence[str]) -> int:
        """Record that files no longer exist; returns how many models are affected."""
        if not paths:
            return 0
        await acquire_write_lock(self._session)
        encoded = [os.fsencode(path) for path in paths]
        models = set(await self._session.scalars(sql.MARK_MISSING, {"paths": encoded}))
        await self._session.execute(sql.RE_EXAMINE, {"ids": list(models)})
        await self.recompute(models)
        return len(models)

    async def record_hashes(self, hashes: FileHashes) -> bool:
        """Store the hashes of a file under all its names; returns False if the file has changed.

        A model whose file was moved keeps its entry and corrections.
        """
        await acquire_write_lock(self._session)
        key = hashes.key
        same = (ModelFile.size_bytes == key.size_bytes, ModelFile.mtime_ns == key.mtime_ns)
        inodes = select(ModelFile.inode).where(ModelFile.path == os.fsencode(key.path), *same)
        written = await self._session.scalars(
            update(ModelFile)
            .where(or_(ModelFile.path == os.fsencode(key.path), ModelFile.inode.in_(inodes)), *same)
            .values(sha256=hashes.sha256, tensors_sha256=hashes.tensors_sha256 or None)
            .returning(ModelFile.model_id)
        )
        models = set(written)
        await self.recompute(models)
        if models:
            await self.merge_moved()
        return bool(models)

    async def merge_moved(self) -> int:
        """Merge vanished models with new ones that have the same bytes; returns how many were merged."""
        await acquire_write_lock(self._session)
        pairs = (await self._session.execute(sql.MOVED)).all()
        merged: set[int] = set()
        for new_id, old_id in pairs:
            if old_id not in merged and new_id not in merged:
                merged |= {old_id, new_id}
                await self._move(old_id, new_id)
        return len(merged) // 2

    async def recompute(self, model_ids: Iterable[int]) -> None:
        """Update source, availability, size and hashes of models from their files and backends."""
        ids = sorted(set(model_ids))
        if ids:
            await acquire_write_lock(self._session)
            await self._session.execute(sql.RECOMPUTE, {"ids": ids})

    async def _apply_overrides(
        self, model_id: int, row: ModelRow, overrides: Mapping[str, object]
    ) -> None:
        """Apply the corrections to a model that was just written."""
        corrections = msgspec.convert(overrides, Overrides)
        effective = effective_of(row.detected, corrections, row.name)
        await self._session.execute(
            update(AvailableModel)
            .where(AvailableModel.id == model_id)
            .values(**msgspec.structs.asdict(effective))
        )

    async def _move(self, old_id: int, new_id: int) -> None:
        """Move the old row to the name of the new one and delete the new one, which has no corrections."""
        both = await self._session.scalars(
            select(AvailableModel)
            .where(AvailableModel.id.in_([old_id, new_id]))
            .execution_options(populate_existing=True)
        )
        by_id = {model.id: model for model in both}
        old, new = by_id[old_id], by_id[new_id]
        for table in (ModelFile, ModelBackend):
            await self._session.execute(
                update(table).where(table.model_id == new_id).values(model_id=old_id)
            )
        folder, name, health, detected = new.folder, new.name, new.health, new.detected
        await self._session.execute(delete(AvailableModel).where(AvailableModel.id == new_id))
        identification = msgspec.convert(detected, Identification)
        effective = effective_of(identification, msgspec.convert(old.overrides, Overrides), name)
        await self._session.execute(
            update(AvailableModel)
            .where(AvailableModel.id == old_id)
            .values(
                folder=folder,
                name=name,
                health=health,
                detected=detected,
                **msgspec.structs.asdict(effective),
            )
        )
        await self.recompute([old_id])


def _row_of(examined: Examined) -> ModelRow:
    file = examined.file
    return model_row(
        file.root.folder,
        storable(file.name),
        examined.identification,
        source=ModelSource.FILESYSTEM,
        size_bytes=file.size_bytes,
        health=examined.health,
    )


def _file_row(examined: Examined) -> dict[str, object]:
    file = examined.file
    preview = file.neighbours.preview
    return {
        "folder": file.root.folder,
        "name": storable(file.name),
        "path": _base64(file.path),
        "size_bytes": file.size_bytes,
        # A file that changed while it was read is examined again: no file has the time -1.
        "mtime_ns": file.mtime_ns if examined.is_stable else -1,
        "neighbours_ns": file.neighbours_ns,
        "inode": f"{file.inode[0]}:{file.inode[1]}",
        "preview": _base64(preview) if preview else None,
        "is_readable": not any(problem.code in FATAL for problem in examined.health),
    }


def _base64(name: str) -> str:
    return base64.b64encode(os.fsencode(name)).decode()


def _why_refused(file: FoundFile) -> str:
    if len(file.name.encode("utf-8", "replace")) > MAX_NAME_BYTES:
        return f"{printable(file.name)[:100]}…: the name is longer than {MAX_NAME_BYTES} bytes"
    if len(os.fsencode(file.path)) > MAX_PATH_BYTES:
        return f"{printable(file.path)[:100]}…: the path is longer than {MAX_PATH_BYTES} bytes"
    return ""
