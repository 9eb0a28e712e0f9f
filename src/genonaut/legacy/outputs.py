"""Import the output files of requests: those without a content item become one."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import update

from genonaut.content.tables import ContentItem
from genonaut.core.clock import utcnow
from genonaut.jobs.tables import GenerationJob
from genonaut.legacy.context import ImportContext
from genonaut.legacy.id_map import ITEM, OUTPUT, REQUEST, USER
from genonaut.legacy.items import OldImage, import_image
from genonaut.legacy.source import ITEM_TABLES, Row, decoded
from genonaut.legacy.values import aware, plain, spec_of

_REQUESTS = "comfyui_generation_requests"


async def import_outputs(context: ImportContext) -> None:
    """Import the outputs of all requests."""
    total, done = await context.database.count(_REQUESTS), 0
    async for batch in context.database.batches(_REQUESTS):
        jobs = await context.ids.known(REQUEST, [row["id"] for row in batch])
        users = await context.ids.known(USER, [row["user_id"] for row in batch])
        items = await _items_of(context, [path for row in batch for path in _paths(row)])
        for row in batch:
            if str(row["id"]) in jobs and str(row["user_id"]) in users:
                found = UUID(users[str(row["user_id"])]), int(jobs[str(row["id"])])
                await _import_row(context, row, found, items)
        done += len(batch)
        context.on_progress("outputs", done, total)


async def _import_row(
    context: ImportContext, row: Row, found: tuple[UUID, int], items: dict[str, int]
) -> None:
    user_id, job_id = found
    paths = _paths(row)
    known = await context.ids.known(OUTPUT, [f"{row['id']}:{path}" for path in paths])
    context.report.skip(OUTPUT, len(known))
    created = aware(row.get("completed_at") or row.get("created_at")) or utcnow()
    for path in paths:
        if path in items:
            await _link(context, items[path], job_id)
        elif f"{row['id']}:{path}" not in known:
            image = OldImage(
                kind=OUTPUT,
                legacy_id=f"{row['id']}:{path}",
                path=path,
                user_id=user_id,
                job_id=job_id,
                spec=spec_of(row, lambda _: None),  # reported with the request
                title="",
                is_private=True,
                tags=frozenset(),
                created_at=created,
                updated_at=created,
            )
            await import_image(context, image)


async def _items_of(context: ImportContext, paths: Sequence[str]) -> dict[str, int]:
    """Return the new item of each path that an old item has."""
    items: dict[str, int] = {}
    for source_type, table in ITEM_TABLES.items():
        if not context.database.has(table) or not paths:
            continue
        rows = await context.database.select(
            f'SELECT id, content_data FROM "{table}" WHERE content_data = ANY(:paths)',  # noqa: S608
            paths=list(paths),
        )
        known = await context.ids.known(ITEM[source_type], [row["id"] for row in rows])
        for row in rows:
            if str(row["id"]) in known:
                items.setdefault(row["content_data"], int(known[str(row["id"])]))
    return items


async def _link(context: ImportContext, content_id: int, job_id: int) -> None:
    """Connect an imported item and the job that made it, unless either is connected already."""
    if context.options.is_dry_run:
        return
    item, job = ContentItem, GenerationJob
    async with context.runtime.begin() as uow:
        taken = await uow.session.scalar(
            update(job)
            .where(job.id == job_id, job.content_id.is_(None))
            .values(content_id=content_id, updated_at=job.updated_at)
            .returning(job.id)
        )
        if taken is not None:
            await uow.session.execute(
                update(item)
                .where(item.id == content_id, item.job_id.is_(None))
                .values(job_id=job_id, updated_at=item.updated_at)
            )


def _paths(row: Row) -> list[str]:
    value = decoded(row.get("output_paths"))
    return [plain(one) for one in value if one] if isinstance(value, list) else []
