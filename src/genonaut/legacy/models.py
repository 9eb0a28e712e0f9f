"""Take over what was written by hand about models: name, description and trigger words."""

from pathlib import PurePosixPath
from typing import Any

import msgspec
from sqlalchemy import or_, select

from genonaut.catalog.effective import Overrides
from genonaut.catalog.service import CatalogService, Correction
from genonaut.catalog.tables import AvailableModel
from genonaut.legacy.context import ImportContext
from genonaut.legacy.id_map import MODEL
from genonaut.legacy.source import Row, decoded
from genonaut.legacy.values import plain

_TABLES = ("models_checkpoints", "models_loras", "available_models")
_NOTES_LENGTH = 2000


async def import_model_notes(context: ImportContext) -> None:
    """Correct the catalogue entries of the same files; corrections made here win."""
    for table in _TABLES:
        total, done = await context.database.count(table), 0
        async for batch in context.database.batches(table):
            for row in batch:
                row["id"] = f"{table}:{row['id']}"
            for row in await context.unknown(MODEL, batch):
                await _import_notes(context, row)
            done += len(batch)
            context.on_progress("models", done, total)


async def _import_notes(context: ImportContext, row: Row) -> None:
    path = plain(row.get("path") or row.get("file_path") or row.get("filename"))
    name = PurePosixPath(path.replace("\\", "/")).name
    if not name or not _fields(row):
        return
    found = await _entries(context, name)
    if len(found) != 1:
        reason = "several models have this file name" if found else "the catalogue has no such file"
        context.report.add(MODEL, row["id"], reason)
        return
    model = found[0]
    given = msgspec.convert(model.overrides, Overrides)
    wanted = {
        field: value for field, value in _fields(row).items() if getattr(given, field) is None
    }
    if context.options.is_dry_run or not wanted:
        await context.store(MODEL, row["id"], lambda _: _same(model.id))
        return
    # Its own transaction: the catalogue publishes the change after its commit.
    async with context.runtime.begin() as uow:
        await CatalogService(uow).correct(model.id, Correction(**wanted))
        context.ids.add(uow.session, MODEL, row["id"], model.id)
    context.report.count(MODEL)


async def _same(model_id: int) -> int:
    return model_id


def _fields(row: Row) -> dict[str, Any]:
    words = decoded(row.get("trigger_words"))
    fields = {
        "notes": plain(row.get("description")).strip()[:_NOTES_LENGTH],
        "trigger_words": tuple(plain(one) for one in words if one)
        if isinstance(words, list)
        else (),
    }
    return {field: value for field, value in fields.items() if value}


async def _entries(context: ImportContext, name: str) -> list[AvailableModel]:
    model = AvailableModel
    is_same = or_(model.name == name, model.name.endswith(f"/{name}", autoescape=True))
    async with context.runtime.begin() as uow:
        return list((await uow.session.scalars(select(model).where(is_same).limit(2))).all())
