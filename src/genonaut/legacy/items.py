"""Import content items with their files, tags and visibility."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.actions import Edit
from genonaut.content.change_service import ChangeService
from genonaut.content.recording import (
    ImageOrigin,
    StoredImage,
    record_image,
    stored_image,
    title_of,
)
from genonaut.content.tables import ContentItem, Visibility
from genonaut.content.tags import MAX_TAGS, normalise_tag
from genonaut.content.verification import hash_of
from genonaut.core.clock import utcnow
from genonaut.core.concurrency import run_all
from genonaut.db import UnitOfWork
from genonaut.jobs.params import GenerationSpec
from genonaut.jobs.tables import GenerationJob
from genonaut.legacy.context import ImportContext
from genonaut.legacy.id_map import ITEM, JOB, USER
from genonaut.legacy.source import ITEM_TABLES, Row, decoded
from genonaut.legacy.tags import LegacyTags, read_tags
from genonaut.legacy.values import aware, mapping, plain, spec_of
from genonaut.storage.errors import BadImageError, StorageError
from genonaut.storage.processing import ProcessedImage
from genonaut.storage.saving import save_image

# An image of the largest size takes 256 MiB while it is decoded.
_AT_ONCE = 4
_TITLE_LENGTH = 255
_IMAGE = "image"


class OldImage(msgspec.Struct, frozen=True, kw_only=True):
    """One image to import, from a content item or from the outputs of a request."""

    kind: str
    legacy_id: str
    path: str
    user_id: UUID
    job_id: int | None
    spec: GenerationSpec
    title: str
    is_private: bool
    tags: frozenset[str]
    created_at: datetime
    updated_at: datetime


async def import_items(context: ImportContext) -> None:
    """Import the items of both source types."""
    all_tags = await read_tags(context.database)
    for source_type, table in ITEM_TABLES.items():
        total, done = await context.database.count(table), 0
        async for batch in context.database.item_batches(source_type):
            rows = await context.unknown(ITEM[source_type], batch)
            images = await _images_of(context, source_type, rows, all_tags)
            for start in range(0, len(images), _AT_ONCE):
                some = images[start : start + _AT_ONCE]
                await run_all(import_image(context, image) for image in some)
            done += len(batch)
            context.on_progress(
                "images" if source_type == "items" else "generated images", done, total
            )


async def import_image(context: ImportContext, image: OldImage) -> None:
    """Copy the file of an image, check the copy, and add the item.

    Raises:
        StorageError: the storage cannot be written; the import can be repeated.
    """
    runtime, report = context.runtime, context.report
    path = context.files.find(image.path)
    if path is None:
        report.add(image.kind, image.legacy_id, "its file was not found")
        return
    try:
        processed = await runtime.image_processor.process(path)
    except BadImageError as error:
        report.add(image.kind, image.legacy_id, f"its file is not a readable image: {error.reason}")
        return
    except OSError as error:
        report.add(image.kind, image.legacy_id, f"its file cannot be read: {error.strerror}")
        return
    if context.options.is_dry_run:
        await context.store(image.kind, image.legacy_id, _nothing)
        return
    stored = await _saved(context, image, processed)
    new_id = await context.store(
        image.kind, image.legacy_id, lambda session: _add_item(session, image, stored)
    )
    if new_id is None:
        keys = [stored.storage_key, *(one.storage_key for one in stored.thumbnails)]
        await runtime.store.delete(*keys)


async def _nothing(_: AsyncSession) -> int:
    return 0


async def _saved(context: ImportContext, image: OldImage, processed: ProcessedImage) -> StoredImage:
    """Store image and thumbnails, and read the image back."""
    store = context.runtime.store
    saved = await save_image(
        store,
        processed,
        user_id=image.user_id,
        job_id=image.job_id or 0,
        attempt=1,
        at=image.created_at,
    )
    if await hash_of(store, saved.key) != processed.facts.sha256:
        raise StorageError("the storage returned other bytes than were written")
    spec = image.spec
    origin = ImageOrigin(
        user_id=image.user_id,
        job_id=image.job_id,
        prompt=spec.prompt,
        negative_prompt=spec.negative_prompt,
        checkpoint_model=spec.checkpoint_model,
        details=_details(spec, processed),
    )
    return stored_image(processed, saved, origin)


async def _add_item(session: AsyncSession, image: OldImage, stored: StoredImage) -> int:
    if stored.job_id is not None:
        taken = select(ContentItem.id).where(ContentItem.job_id == stored.job_id)
        if await session.scalar(taken) is not None:  # a job has one item here
            stored = msgspec.structs.replace(stored, job_id=None)
    uow = UnitOfWork(session)
    content_id = await record_image(uow, stored)
    visibility = Visibility.PRIVATE if image.is_private else Visibility.PUBLIC
    changes = ChangeService(uow, viewer_id=image.user_id, is_admin=False)
    await changes.apply([content_id], Edit(visibility=visibility, tags=image.tags))
    await session.execute(
        update(ContentItem)
        .where(ContentItem.id == content_id)
        .values(
            title=image.title or title_of(stored.prompt),
            created_at=image.created_at,
            updated_at=image.updated_at,
        )
    )
    if stored.job_id is not None:
        await session.execute(
            update(GenerationJob)
            .where(GenerationJob.id == stored.job_id)
            .values(content_id=content_id, updated_at=GenerationJob.updated_at)
        )
    return content_id


async def _images_of(
    context: ImportContext, source_type: str, rows: Sequence[Row], all_tags: LegacyTags
) -> list[OldImage]:
    kind, ids = ITEM[source_type], [row["id"] for row in rows]
    users = await context.ids.known(USER, [row["creator_id"] for row in rows])
    jobs = await _jobs_of(context, source_type, ids)
    tags = await _tags_of(context, source_type, ids)
    images = []
    for row in rows:
        if row["content_type"] != _IMAGE:
            context.report.add(
                kind, row["id"], f"items of type {row['content_type']} do not exist here"
            )
        elif str(row["creator_id"]) not in users:
            context.report.add(kind, row["id"], "its user was not imported")
        else:
            own = [*tags.get(row["id"], []), *_own_tags(row)]
            names = all_tags.names_with_ancestors(own)
            user_id, job_id = users[str(row["creator_id"])], jobs.get(row["id"])
            images.append(_image_of(context, kind, row, (user_id, job_id, names)))
    return images


def _image_of(
    context: ImportContext, kind: str, row: Row, found: tuple[str, int | None, list[str]]
) -> OldImage:
    user_id, job_id, names = found
    metadata = mapping(row.get("item_metadata"))
    params = {**metadata, **mapping(metadata.get("params"), metadata.get("parameters"))}
    values = {**metadata, "prompt": row.get("prompt"), "params": params}
    created = aware(row.get("created_at")) or utcnow()

    def note(reason: str) -> None:
        context.report.add(kind, row["id"], reason)

    return OldImage(
        kind=kind,
        legacy_id=str(row["id"]),
        path=plain(row["content_data"]),
        user_id=UUID(user_id),
        job_id=job_id,
        spec=spec_of(values, note),
        title=plain(row.get("title"))[:_TITLE_LENGTH],
        is_private=bool(row.get("is_private", True)),
        tags=_checked_tags(names, note),
        created_at=created,
        updated_at=aware(row.get("updated_at")) or created,
    )


def _checked_tags(names: Collection[str], note: Any) -> frozenset[str]:  # noqa: ANN401 - a function
    tags = []
    for name in names:
        try:
            tags.append(normalise_tag(name))
        except ValueError as error:
            note(f"a tag is not valid: {error}")
    unique = list(dict.fromkeys(tags))
    if len(unique) > MAX_TAGS:
        note(f"more than {MAX_TAGS} tags")
    return frozenset(unique[:MAX_TAGS])


async def _jobs_of(context: ImportContext, source_type: str, ids: Sequence[int]) -> dict[int, int]:
    """Return the new job of each old item; jobs do not say of which type their item is."""
    column = "content_id" if context.database.has("generation_jobs", "content_id") else ""
    column = column or "result_content_id"
    if not context.database.has("generation_jobs", column) or not ids:
        return {}
    is_auto = source_type == "auto" and context.database.has(ITEM_TABLES["items"])
    other = (
        f"AND NOT EXISTS (SELECT FROM content_items i WHERE i.id = j.{column})" if is_auto else ""
    )
    found = await context.database.select(
        f"SELECT j.id, j.{column} AS item FROM generation_jobs j "  # noqa: S608 - names of this module
        f"WHERE j.{column} = ANY(:ids) {other} ORDER BY j.id DESC",
        ids=list(ids),
    )
    jobs = await context.ids.known(JOB, [row["id"] for row in found])
    return {row["item"]: int(jobs[str(row["id"])]) for row in found if str(row["id"]) in jobs}


async def _tags_of(
    context: ImportContext, source_type: str, ids: Sequence[int]
) -> dict[int, list[str]]:
    if not context.database.has("content_tags") or not ids:
        return {}
    rows = await context.database.select(
        "SELECT content_id, tag_id::text AS tag FROM content_tags "
        "WHERE content_source = :source AND content_id = ANY(:ids)",
        source=source_type,
        ids=list(ids),
    )
    tags: dict[int, list[str]] = {}
    for row in rows:
        tags.setdefault(row["content_id"], []).append(row["tag"])
    return tags


def _own_tags(row: Row) -> list[str]:
    """Return the tags in the column of early versions: names or ids."""
    value = decoded(row.get("tags"))
    return [str(one) for one in value] if isinstance(value, list) else []


def _details(spec: GenerationSpec, processed: ProcessedImage) -> dict[str, Any]:
    return {
        "checkpoint_model": spec.checkpoint_model,
        "lora_models": msgspec.to_builtins(spec.lora_models),
        **{
            name: getattr(spec.params, name)
            for name in ("seed", "steps", "cfg", "sampler_name", "scheduler", "denoise")
        },
        "width": processed.facts.width,
        "height": processed.facts.height,
    }
