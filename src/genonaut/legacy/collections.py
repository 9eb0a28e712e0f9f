"""Import the categories of bookmarks as collections."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.accounts.tokens import hash_of
from genonaut.collections.service import MAX_DEPTH
from genonaut.collections.tables import CollectionLink
from genonaut.content.collection_tables import DESCRIPTION_LENGTH, NAME_LENGTH, Collection
from genonaut.core.clock import utcnow
from genonaut.legacy.context import ImportContext
from genonaut.legacy.id_map import COLLECTION, USER
from genonaut.legacy.source import Row
from genonaut.legacy.values import aware, plain

_UNNAMED = "Collection"
_UNSORTED = "Bookmarks"


async def import_collections(context: ImportContext) -> None:
    """Import all categories, outer ones first, with their links."""
    categories: dict[str, Row] = {}
    async for batch in context.database.batches("bookmark_categories"):
        categories.update((str(row["id"]), row) for row in batch)
    users = await context.ids.known(USER, [row["user_id"] for row in categories.values()])
    chains = {one: _chain(one, categories) for one in categories}
    in_order = sorted(categories.values(), key=lambda row: len(chains[str(row["id"])]))
    for row in await context.unknown(COLLECTION, in_order):
        owner = users.get(str(row["user_id"]))
        if owner is None:
            context.report.add(COLLECTION, row["id"], "its user was not imported")
            continue
        await _import_category(context, row, UUID(owner), chains[str(row["id"])])
    context.on_progress("collections", len(categories), len(categories))


async def unsorted_collection(context: ImportContext, old_user: object, owner_id: UUID) -> str:
    """Return the id of the user's collection of bookmarks without a category; create it if needed."""
    legacy_id = f"unsorted:{old_user}"
    known = await context.ids.known(COLLECTION, [legacy_id])
    if legacy_id not in known:
        new = Collection(owner_id=owner_id, path=[], name=_UNSORTED)
        await context.store(COLLECTION, legacy_id, lambda session: _add(session, new))
        known = await context.ids.known(COLLECTION, [legacy_id])
    return known[legacy_id]


def _chain(category_id: str, categories: Mapping[str, Row]) -> list[str]:
    """Return the categories around one, the innermost first; a cycle ends where it closes."""
    chain: list[str] = []
    above = str(categories[category_id].get("parent_id"))
    while above in categories and above != category_id and above not in chain:
        chain.append(above)
        above = str(categories[above].get("parent_id"))
    return chain


async def _import_category(
    context: ImportContext, row: Row, owner_id: UUID, chain: list[str]
) -> None:
    created = aware(row.get("created_at")) or utcnow()
    new = Collection(
        owner_id=owner_id,
        path=[],
        name=plain(row.get("name")).strip()[:NAME_LENGTH] or _UNNAMED,
        description=plain(row.get("description"))[:DESCRIPTION_LENGTH],
        created_at=created,
        updated_at=aware(row.get("updated_at")) or created,
    )
    around = await context.ids.known(COLLECTION, chain[:1])
    parent = around.get(chain[0]) if chain else None
    if len(chain) >= MAX_DEPTH:
        context.report.add(COLLECTION, row["id"], f"more than {MAX_DEPTH} levels: put at the top")
        parent = None
    token = row.get("share_token")

    async def write(session: AsyncSession) -> int:
        if parent is not None:
            outer = await session.get(Collection, int(parent))
            if outer is not None and len(outer.path) < MAX_DEPTH:
                new.parent_id, new.path = outer.id, list(outer.path)
        new_id = await _add(session, new)
        if token and not await _add_link(session, row, new_id):
            context.report.add(COLLECTION, row["id"], "its link was not imported: it is in use")
        return new_id

    await context.store(COLLECTION, row["id"], write)


async def _add(session: AsyncSession, new: Collection) -> int:
    session.add(new)
    await session.flush()
    new.path = [*new.path, new.id]
    await session.flush()
    return new.id


async def _add_link(session: AsyncSession, row: Row, collection_id: int) -> bool:
    """Add a link with the old token, switched off if the category was not public."""
    digest = hash_of(str(row["share_token"]))
    taken = select(CollectionLink.collection_id).where(CollectionLink.token_hash == digest)
    if await session.scalar(taken) is not None:
        return False
    link = CollectionLink(
        collection_id=collection_id, token_hash=digest, is_enabled=bool(row.get("is_public"))
    )
    session.add(link)
    await session.flush()
    return True
